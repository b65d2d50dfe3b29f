"""What is written onto a PDF page: values of form fields, and notes."""

from __future__ import annotations

from ctypes import POINTER, cast, create_string_buffer
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from embeddings.reading.pages.placed import is_wide
from embeddings.types import Box, PlacedText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pypdfium2

    from embeddings.reading.pdf.characters import Glyph, Placing

_MOST = 3_000  # annotations of a page, links among them
_LONGEST = 20_000  # bytes of a value or note
_USUAL_HEIGHT = 12.0  # points of a line that is filled in, at most
_HIDDEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
_TEXTS = {pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX}
_CHECKS = {pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON}
_NOTES = {
    pdfium.FPDF_ANNOT_TEXT,
    pdfium.FPDF_ANNOT_HIGHLIGHT,
    pdfium.FPDF_ANNOT_UNDERLINE,
    pdfium.FPDF_ANNOT_SQUIGGLY,
    pdfium.FPDF_ANNOT_STRIKEOUT,
    pdfium.FPDF_ANNOT_CARET,
    pdfium.FPDF_ANNOT_STAMP,
    pdfium.FPDF_ANNOT_INK,
    pdfium.FPDF_ANNOT_SQUARE,
    pdfium.FPDF_ANNOT_CIRCLE,
    pdfium.FPDF_ANNOT_LINE,
    pdfium.FPDF_ANNOT_POLYGON,
    pdfium.FPDF_ANNOT_POLYLINE,
}


def read_written(
    page: pypdfium2.PdfPage, placing: Placing, printed: Sequence[Glyph]
) -> tuple[list[PlacedText], list[PlacedText]]:
    """What stands on the page as a text of it, in its fields and as free text; and its notes, each said to be one.

    `printed` are the page's own characters: a field without any beside or above it is named by the file's
    own name for it (manager：王). A box that can be ticked is ☑ or ☐. What is hidden is left out.
    """
    placed: list[PlacedText] = []
    notes: list[PlacedText] = []
    for annotation in _annotations(page):
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        box = _box(annotation, placing)
        if box is None or pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
            continue
        if kind == pdfium.FPDF_ANNOT_WIDGET:
            value = _value(page, annotation)
            named = value in ("", "☑", "☐") or any(_labels(other, box) for other in printed)
            placed += _lines_in(value if named else _name(page, annotation) + value, box)
        elif kind == pdfium.FPDF_ANNOT_FREETEXT:
            placed += _lines_in(_string(annotation, b"Contents"), box)
        elif kind in _NOTES and (text := " ".join(_string(annotation, b"Contents").split())):
            mark = "批注：" if any(map(is_wide, text)) else "Note: "
            notes.append(PlacedText(mark + text, box))
    return placed, notes


def _annotations(page: pypdfium2.PdfPage) -> Iterator[object]:
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if annotation:
            try:
                yield annotation
            finally:
                pdfium.FPDFPage_CloseAnnot(annotation)


def _box(annotation: object, placing: Placing) -> Box | None:
    area = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(annotation, area):
        return None
    left, right = sorted((area.left, area.right))
    bottom, top = sorted((area.bottom, area.top))
    return Box(*placing(left, bottom, right, top))


def _value(page: pypdfium2.PdfPage, annotation: object) -> str:
    """What is filled in."""
    form = page.formenv
    if form is None:
        return _string(annotation, b"V")
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in _CHECKS:
        return "☑" if pdfium.FPDFAnnot_IsChecked(form, annotation) else "☐"
    if kind not in _TEXTS or pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation) & pdfium.FPDF_FORMFLAG_TEXT_PASSWORD:
        return ""
    return _wide_string(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size))


def _labels(printed: Glyph, field: Box) -> bool:
    """Whether a printed character stands where a field's label does: on its line, or close above it."""
    height = min(field.bottom - field.top, _USUAL_HEIGHT)
    if printed.top < field.bottom and printed.bottom > field.top:
        return printed.left < field.right + 20 * height
    return 0 <= field.top - printed.bottom < height and printed.left < field.right and printed.right > field.left


def _name(page: pypdfium2.PdfPage, annotation: object) -> str:
    """The file's name for a field, as a label; "" where a program numbered it (Text1)."""
    form = page.formenv
    if form is None:
        return ""
    shown = _wide_string(
        lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldAlternateName(form, annotation, buffer, size)
    )
    own = _wide_string(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldName(form, annotation, buffer, size))
    name = " ".join((shown or own).split())
    return f"{name}：" if name and not any(char.isdigit() or char in "[]._" for char in name) else ""


def _string(annotation: object, key: bytes) -> str:
    return _wide_string(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(annotation, key, buffer, size))


def _wide_string(get: Callable[[object, int], int]) -> str:
    """A string that the library writes into a buffer as UTF-16."""
    size = get(None, 0)
    if not 2 < size <= _LONGEST:
        return ""
    buffer = create_string_buffer(size)
    get(cast(buffer, POINTER(pdfium.FPDF_WCHAR)), size)
    return bytes(buffer)[: size - 2].decode("utf-16-le", "replace")


def _lines_in(text: str, box: Box) -> list[PlacedText]:
    """The lines of a text within a box, each with its part of it, which is about as wide as the text."""
    lines = [" ".join(line.split()) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    step = (box.bottom - box.top) / max(1, len(lines))
    height = min(step, _USUAL_HEIGHT)
    placed = []
    for index, line in enumerate(lines):
        middle = box.top + (index + 0.5) * step
        width = height * sum(1.0 if is_wide(char) else 0.5 for char in line)
        right = max(box.left + 1, min(box.right, box.left + width))
        placed.append(PlacedText(line, Box(box.left, middle - height / 2, right, middle + height / 2)))
    return [item for item in placed if item.text]
