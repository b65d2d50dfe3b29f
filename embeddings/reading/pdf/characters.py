"""The characters of a PDF page, each once, with their boxes; put together to runs as they follow each other."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import pypdfium2.raw as pdfium

from embeddings.reading.pages.placed import blank_between, is_wide, superscript
from embeddings.types import Box, PlacedText

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pypdfium2

_MOST_CHARACTERS = 200_000  # of one page; a full page of a newspaper has 15,000
_ASLANT = -1
_LEVEL = 6  # degrees: text turned by no more counts as level
_FURTHEST = 4.0  # points: no shadow stands further up or down
_ROW = 12.0  # points, by which glyphs are looked up
_WIDE_GAP = 0.4  # of a line's height, by which Chinese characters are not set apart without a meaning
_FEWEST_DOWN = 5  # characters below each other
_SAMPLE = 64  # characters that are asked whether the font says what they are
_BLANKS = frozenset(" \u00a0\u3000\t")

Edges: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom, in points from the top left of the page as it is shown."""

Placing: TypeAlias = Callable[[float, float, float, float], Edges]
"""Gives the edges on the page as shown for the file's coordinates left, bottom, right and top."""


class Glyph(NamedTuple):
    """A character as it is drawn, or a text that was filled in; its edges in points, as `Edges`.

    `blank` is what stands before it: a blank that is written (2), one that the library sees in the gap (1), or none.
    """

    char: str
    left: float
    top: float
    right: float
    bottom: float
    blank: int = 0


def shown_as(page: pypdfium2.PdfPage) -> tuple[Placing, Box]:
    """What places the file's coordinates on the page as it is shown, and the page's box in points."""
    area = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, area)
    x0, y0, x1, y1 = area.left, area.bottom, area.right, area.top
    width, height = max(x1 - x0, 1.0), max(y1 - y0, 1.0)
    placings: tuple[Placing, ...] = (
        lambda left, bottom, right, top: (left - x0, y1 - top, right - x0, y1 - bottom),
        lambda left, bottom, right, top: (bottom - y0, left - x0, top - y0, right - x0),
        lambda left, bottom, right, top: (x1 - right, bottom - y0, x1 - left, top - y0),
        lambda left, bottom, right, top: (y1 - top, x1 - right, y1 - bottom, x1 - left),
    )
    quarter = pdfium.FPDFPage_GetRotation(page) % 4
    frame = Box(0, 0, width, height) if quarter % 2 == 0 else Box(0, 0, height, width)
    return placings[quarter], frame


def read_glyphs(page: pypdfium2.PdfPage, placing: Placing, frame: Box) -> tuple[dict[int, list[Glyph]], float]:
    """The characters within a page's frame in the file's order, by how many quarters they are turned clockwise.

    A page whose lines run down, as they do in old Chinese books, is one whose lines are turned by a quarter. What
    stands aslant, as watermarks do, is left out. With them comes the share of characters whose font does not say
    what they are.
    """
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        return {}, 0.0
    try:
        base = 90 * pdfium.FPDFPage_GetRotation(page)
        by_quarter: dict[int, list[Glyph]] = {}
        before: Glyph | None = None
        quarter = 0
        for index, glyph in _drawn(text, placing):
            if before is None or not _follows(before, glyph):
                quarter = _quarter(math.degrees(pdfium.FPDFText_GetCharAngle(text, index)) + base)
            before = glyph
            if quarter != _ASLANT and _is_within(glyph, frame):
                by_quarter.setdefault(quarter, []).append(glyph)
        found = {quarter: once(glyphs) for quarter, glyphs in by_quarter.items()}
        if _runs_down(found.get(0, ())):
            found[1] = found.pop(0) + found.get(1, [])
        return found, _unmapped(text)
    finally:
        pdfium.FPDFText_ClosePage(text)


def _runs_down(glyphs: Sequence[Glyph]) -> bool:
    """Whether most characters stand below the one before them, as in Chinese that is set from top to bottom."""
    down = 0
    for before, glyph in pairwise(glyphs):
        height = before.bottom - before.top
        if abs(glyph.left - before.left) < 0.3 * height and 0.5 * height < glyph.top - before.top < 2 * height:
            down += is_wide(glyph.char)
    return down >= _FEWEST_DOWN and down >= 0.6 * len(glyphs)


def _drawn(text: object, placing: Placing) -> Iterable[tuple[int, Glyph]]:
    """The characters of a page's text that are seen, each with its index."""
    area = pdfium.FS_RECTF()
    place = ctypes.byref(area)
    code_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    blank = high = 0
    for index in range(min(pdfium.FPDFText_CountChars(text), _MOST_CHARACTERS)):
        code = code_of(text, index)
        if 0xD800 <= code < 0xDC00:  # the first half of a character beyond the 65,536 first
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = 0
        char = _char(code)
        if char in _BLANKS:
            blank = max(blank, 1 if pdfium.FPDFText_IsGenerated(text, index) else 2)
        elif char not in "\r\n" and box_of(text, index, place):
            left, top, right, bottom = placing(area.left, area.bottom, area.right, area.top)
            yield index, Glyph(char, left, top, right, bottom, blank)
            blank = 0


def _char(code: int) -> str:
    """A character by its code; in what are control characters, old fonts have the quotation marks of Windows."""
    if 0xFE10 <= code < 0xFE50:  # forms for text that runs down
        return unicodedata.normalize("NFKC", chr(code))
    if 0x80 <= code < 0xA0:
        return bytes((code,)).decode("cp1252", "replace")
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def _unmapped(text: object) -> float:
    count = pdfium.FPDFText_CountChars(text)
    asked = range(0, count, max(1, count // _SAMPLE))
    faults: int = sum(pdfium.FPDFText_HasUnicodeMapError(text, index) == 1 for index in asked)
    return faults / max(1, len(asked))


def _quarter(degrees: float) -> int:
    quarter = round(degrees / 90)
    return quarter % 4 if abs(degrees - 90 * quarter) <= _LEVEL else _ASLANT


def _follows(before: Glyph, glyph: Glyph) -> bool:
    """Whether a character stands on the line of the one before it, so that it need not be asked for its angle."""
    height = min(before.bottom - before.top, glyph.bottom - glyph.top)
    return abs(before.top - glyph.top) < 0.3 * height and -0.5 * height < glyph.left - before.right < 3 * height


def _is_within(glyph: Glyph, frame: Box) -> bool:
    return 0 <= glyph.left + glyph.right <= 2 * frame.right and 0 <= glyph.top + glyph.bottom <= 2 * frame.bottom


def once(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs, each once: what is drawn again a little beside itself makes it bold or gives it a shadow."""
    seen: dict[tuple[str, float], list[tuple[float, float]]] = {}
    kept: list[Glyph] = []
    for glyph in glyphs:
        char, left, top, right, bottom, _ = glyph
        height = bottom - top
        near_x, near_y = min(0.3 * height, max(0.6 * (right - left), 0.05 * height)), min(0.3 * height, _FURTHEST)
        row, within = divmod(top, _ROW)
        again = _is_near(seen.get((char, row)), left, top, near_x, near_y)
        if not again and within < near_y:
            again = _is_near(seen.get((char, row - 1)), left, top, near_x, near_y)
        elif not again and within > _ROW - near_y:
            again = _is_near(seen.get((char, row + 1)), left, top, near_x, near_y)
        if again and (char != "f" or kept[-1][:5] != glyph[:5]):  # two of the same place are one sign, ff
            continue
        seen.setdefault((char, row), []).append((left, top))
        kept.append(glyph)
    return kept


def _is_near(places: list[tuple[float, float]] | None, left: float, top: float, near_x: float, near_y: float) -> bool:
    if places:
        for x, y in places:
            if abs(left - x) <= near_x and abs(top - y) <= near_y:
                return True
    return False


def runs_of(glyphs: Iterable[Glyph]) -> list[PlacedText]:
    """The glyphs put together as they follow each other on a line; a gap nearly as wide as a character ends a run.

    Boxes are in points. Small raised figures become superscripts: 10⁸.
    """
    runs: list[PlacedText] = []
    chars: list[str] = []
    left = top = right = bottom = 0.0
    last = Glyph("", 0, 0, 0, 0)
    for glyph in glyphs:
        if chars and (gap := _gap(last, glyph, left)) is not None:
            height = glyph.bottom - glyph.top
            if glyph.blank > 1 and gap > 0.15 * height:
                chars.append(" ")
            elif glyph.blank or gap > 0.25 * height:
                chars.append(" " if gap > _WIDE_GAP * height else blank_between(last.char, glyph.char))
            if _is_raised(glyph, last):
                char = superscript(glyph.char)
                last = Glyph(char, glyph.left, last.top, glyph.right, last.bottom)
            else:
                char, last = glyph.char, glyph
            chars.append(char)
            left, top = min(left, glyph.left), min(top, glyph.top)
            right, bottom = max(right, glyph.right), max(bottom, glyph.bottom)
        else:
            if chars:
                runs.append(PlacedText("".join(chars), Box(left, top, right, bottom)))
            chars, last = [glyph.char], glyph
            _, left, top, right, bottom, _ = glyph
    if chars:
        runs.append(PlacedText("".join(chars), Box(left, top, right, bottom)))
    return runs


def _gap(before: Glyph, glyph: Glyph, start: float) -> float | None:
    """How far a glyph stands behind the one before it, None where it does not continue its line."""
    height = min(before.bottom - before.top, glyph.bottom - glyph.top)
    gap = glyph.left - before.right
    if not -0.6 * height <= gap <= 0.7 * height or glyph.right <= start:
        return None
    return gap if min(before.bottom, glyph.bottom) - max(before.top, glyph.top) >= 0.4 * height else None


def _is_raised(glyph: Glyph, before: Glyph) -> bool:
    """Whether a glyph is a small one above the line of the one before it, which has to be a letter or a figure."""
    height = before.bottom - before.top
    return (
        glyph.bottom - glyph.top < 0.8 * height
        and glyph.bottom < before.bottom - 0.25 * height
        and (before.char.isalnum() or before.char in ")）⁺⁻")
    )
