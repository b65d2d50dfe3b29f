"""The XML that slides are drawn with: parsed without entities or network, and the paragraphs in it."""

from __future__ import annotations

from typing import Any

from lxml import etree

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
"""The names of what is drawn: paragraphs, texts, tables."""


def parsed(blob: bytes) -> Any:  # noqa: ANN401 - lxml has no types
    """The root of a part."""
    return etree.fromstring(blob, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def paragraphs(element: Any) -> list[str]:  # noqa: ANN401
    """The paragraphs with text within an element of a drawing."""
    texts = ("".join(piece.text or "" for piece in paragraph.iter(f"{A}t")) for paragraph in element.iter(f"{A}p"))
    return [text for text in texts if text.strip()]
