"""The characters of a PDF page, each once, with their boxes; put together to runs as they follow each other."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import pypdfium2.raw as pdfium

from embeddings.reading.placed import around, blank_between
from embeddings.types import Box, PlacedText

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pypdfium2

_MOST_CHARACTERS = 200_000  # of one page; a full page of a newspaper has 15,000
_ASLANT = -1
_LEVEL = 6  # degrees: text turned by no more counts as level
_SAMPLE = 64  # characters that are asked whether the font says what they are
_SUPERSCRIPTS = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_BLANKS = frozenset(" \u00a0\u3000\t")

Placing: TypeAlias = Callable[[float, float, float, float], Box]
"""Gives the box on the page as shown for the file's coordinates left, bottom, right and top."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character as it is drawn; its box in points from the top left of the page as it is shown.

    `after_blank` says that a blank is written before it.
    """

    char: str
    box: Box
    after_blank: bool = False


def shown_as(page: pypdfium2.PdfPage) -> tuple[Placing, Box]:
    """What places the file's coordinates on the page as it is shown, and the page's box in points."""
    area = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, area)
    x0, y0, x1, y1 = area.left, area.bottom, area.right, area.top
    width, height = max(x1 - x0, 1.0), max(y1 - y0, 1.0)
    quarter = pdfium.FPDFPage_GetRotation(page)
    if quarter == 1:
        return lambda left, bottom, right, top: Box(bottom - y0, left - x0, top - y0, right - x0), Box(
            0, 0, height, width
        )
    if quarter == 2:
        return lambda left, bottom, right, top: Box(x1 - right, bottom - y0, x1 - left, top - y0), Box(
            0, 0, width, height
        )
    if quarter == 3:
        return lambda left, bottom, right, top: Box(y1 - top, x1 - right, y1 - bottom, x1 - left), Box(
            0, 0, height, width
        )
    return lambda left, bottom, right, top: Box(left - x0, y1 - top, right - x0, y1 - bottom), Box(0, 0, width, height)


def read_glyphs(page: pypdfium2.PdfPage, placing: Placing, frame: Box) -> tuple[dict[int, list[Glyph]], float]:
    """The characters within a page's frame in the file's order, by how many quarters they are turned clockwise.

    What stands aslant, as watermarks do, is left out. With them comes the share of characters whose font does not say
    what they are.
    """
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        return {}, 0.0
    try:
        base = 90 * pdfium.FPDFPage_GetRotation(page)
        by_quarter: dict[int, list[Glyph]] = {}
        before: Box | None = None
        quarter = 0
        for index, glyph in _drawn(text, placing):
            if before is None or not _follows(before, glyph.box):
                quarter = _quarter(math.degrees(pdfium.FPDFText_GetCharAngle(text, index)) + base)
            before = glyph.box
            if quarter != _ASLANT and _is_within(glyph.box, frame):
                by_quarter.setdefault(quarter, []).append(glyph)
        return {quarter: once(glyphs) for quarter, glyphs in by_quarter.items()}, _unmapped(text)
    finally:
        pdfium.FPDFText_ClosePage(text)


def _drawn(text: object, placing: Placing) -> Iterable[tuple[int, Glyph]]:
    """The characters of a page's text that are seen, each with its index."""
    area = pdfium.FS_RECTF()
    place = ctypes.byref(area)
    code_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    blank, high = False, 0
    for index in range(min(pdfium.FPDFText_CountChars(text), _MOST_CHARACTERS)):
        code = code_of(text, index)
        if 0xD800 <= code < 0xDC00:  # the first half of a character beyond the 65,536 first
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = 0
        char = chr(code) if code <= 0x10FFFF else "\ufffd"
        if char in _BLANKS:
            blank = True
        elif char not in "\r\n" and box_of(text, index, place):
            yield index, Glyph(char, placing(area.left, area.bottom, area.right, area.top), blank)
            blank = False


def _unmapped(text: object) -> float:
    count = pdfium.FPDFText_CountChars(text)
    asked = range(0, count, max(1, count // _SAMPLE))
    return sum(pdfium.FPDFText_HasUnicodeMapError(text, index) == 1 for index in asked) / max(1, len(asked))


def _quarter(degrees: float) -> int:
    quarter = round(degrees / 90)
    return quarter % 4 if abs(degrees - 90 * quarter) <= _LEVEL else _ASLANT


def _follows(before: Box, box: Box) -> bool:
    """Whether a character stands on the line of the one before it, so that it need not be asked for its angle."""
    height = min(before.bottom - before.top, box.bottom - box.top)
    return abs(before.top - box.top) < 0.3 * height and -0.5 * height < box.left - before.right < 3 * height


def _is_within(box: Box, frame: Box) -> bool:
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return 0 <= x <= frame.right and 0 <= y <= frame.bottom


def once(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs, each once: what is drawn again a little beside itself makes it bold or gives it a shadow."""
    seen: dict[tuple[str, int, int], list[tuple[float, float]]] = {}
    kept: list[Glyph] = []
    for glyph in glyphs:
        box = glyph.box
        height = max(box.bottom - box.top, 0.5)
        near_x, near_y = min(0.3 * height, max(0.6 * (box.right - box.left), 0.05 * height)), 0.3 * height
        x, y = box.left, (box.top + box.bottom) / 2
        column, row = int(x / near_x), int(y / near_y)
        again = False
        for key in ((glyph.char, a, b) for a in (column - 1, column, column + 1) for b in (row - 1, row, row + 1)):
            if (places := seen.get(key)) and any(abs(x - a) < near_x and abs(y - b) < near_y for a, b in places):
                again = True
                break
        if not again:
            seen.setdefault((glyph.char, column, row), []).append((x, y))
            kept.append(glyph)
    return kept


def runs_of(glyphs: Iterable[Glyph]) -> list[PlacedText]:
    """The glyphs put together as they follow each other on a line; a gap nearly as wide as a character ends a run.

    Boxes are in points, as those of the glyphs. Small raised figures become superscripts: 10⁸.
    """
    runs: list[PlacedText] = []
    chars: list[str] = []
    area = last = Box(0, 0, 0, 0)
    for glyph in glyphs:
        box = glyph.box
        if chars and (gap := _gap(last, box, area)) is not None:
            if glyph.after_blank or gap > 0.25 * (box.bottom - box.top):
                chars.append(blank_between(chars[-1], glyph.char))
            raised = _is_raised(box, last)
            chars.append(glyph.char.translate(_SUPERSCRIPTS) if raised else glyph.char)
            area = around((area, box))
            last = Box(box.left, last.top, box.right, last.bottom) if raised else box
        else:
            if chars:
                runs.append(PlacedText("".join(chars), area))
            chars, area, last = [glyph.char], box, box
    if chars:
        runs.append(PlacedText("".join(chars), area))
    return runs


def _gap(before: Box, box: Box, area: Box) -> float | None:
    """How far a glyph stands behind the one before it, None where it does not continue its line."""
    height = min(before.bottom - before.top, box.bottom - box.top)
    overlap = min(before.bottom, box.bottom) - max(before.top, box.top)
    gap = box.left - before.right
    return gap if overlap >= 0.4 * height and -0.6 * height <= gap <= 0.7 * height and box.right > area.left else None


def _is_raised(box: Box, before: Box) -> bool:
    return box.bottom - box.top < 0.8 * (before.bottom - before.top) and box.bottom < before.bottom - 0.25 * (
        before.bottom - before.top
    )
