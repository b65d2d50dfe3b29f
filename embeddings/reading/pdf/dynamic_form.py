"""A PDF whose pages Adobe's programs make from a form in XML (XFA): what is filled in, by the form's captions."""

from __future__ import annotations

from ctypes import c_ulong, create_string_buffer
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium
from lxml.etree import XMLSyntaxError

from embeddings.reading.containers.xml_tree import children, local, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pypdfium2

    from embeddings.reading.containers.xml_tree import Element

_MOST_PACKETS = 100
_LARGEST_PACKET = 16 << 20  # bytes
_MOST_VALUES = 5_000
_LONGEST_NAME = 256  # bytes


def filled_in(document: pypdfium2.PdfDocument) -> list[str]:
    """The values of the form in their order, each behind its caption, or the file's name for it."""
    template, data = (_packet(document, name) for name in ("template", "datasets"))
    if data is None:
        return []
    captions = {} if template is None else dict(_captions(template))
    leaves = (leaf for part in data.iter("{*}data") for leaf in part.iter() if isinstance(leaf.tag, str))
    values = (
        (local(leaf), " ".join((leaf.text or "").split())) for leaf in leaves if next(children(leaf), None) is None
    )
    said = [f"{captions.get(name, name)}：{value}" for name, value in values if value]
    return said[:_MOST_VALUES]


def _captions(template: Element) -> Iterator[tuple[str, str]]:
    for field in template.iter("{*}field"):
        words = [" ".join("".join(caption.itertext()).split()) for caption in field.iterchildren("{*}caption")]
        caption = " ".join(words).rstrip("：:* ")
        if caption and field.get("name"):
            yield field.get("name"), caption


def _packet(document: pypdfium2.PdfDocument, wanted: str) -> Element | None:
    """A part of the form; None where there is none, or it is damaged or too large."""
    for index in range(min(pdfium.FPDF_GetXFAPacketCount(document), _MOST_PACKETS)):
        name = create_string_buffer(_LONGEST_NAME)
        size = pdfium.FPDF_GetXFAPacketName(document, index, name, _LONGEST_NAME)
        if not 0 < size <= _LONGEST_NAME or name.value.decode("utf-8", "replace") != wanted:
            continue
        length = c_ulong()
        if not pdfium.FPDF_GetXFAPacketContent(document, index, None, 0, length) or length.value > _LARGEST_PACKET:
            return None
        content = create_string_buffer(length.value)
        pdfium.FPDF_GetXFAPacketContent(document, index, content, length.value, length)
        try:
            return parse_xml(content.raw[: length.value])
        except XMLSyntaxError:
            return None
    return None
