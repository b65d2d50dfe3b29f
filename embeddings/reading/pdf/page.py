"""A page of a PDF -> its texts with their places, its ruled tables, and whether its text has to be recognised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from embeddings.reading.pages.page_lines import turned_back
from embeddings.reading.pages.placed_page import PlacedPage
from embeddings.reading.pages.placed_table import Table, TableRow
from embeddings.reading.pages.reading_order import em_of, joined, rows_of, scaled, scaled_box
from embeddings.reading.pages.ruled_tables import find_grids
from embeddings.reading.pdf.characters import Glyph, read_glyphs, runs_of, shown_as
from embeddings.reading.pdf.drawings import read_drawings
from embeddings.reading.pdf.fonts import is_garbage, respelled, text_of
from embeddings.reading.pdf.forms import read_written
from embeddings.reading.pdf.tables import SLACK, filled
from embeddings.types import Box, PlacedText

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pypdfium2

_LITTLE_TEXT = 30  # characters: a scanned page may bear the name of the program that made it, or a number
_COVERED = 0.4  # of a page with little text: what a scan covers
_A_PICTURE = 0.03  # of a page without text: what may hold some
_OUTLINES = 40  # paths on a page without text: its letters may be drawn


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page, read. Where its text has to be recognised, `unread` says why: it is a picture, or the text is garbage.

    `notes` are those that are written onto it, which no picture of it shows; they are among the page's texts, too.
    """

    page: PlacedPage
    unread: Literal["", "picture", "garbage"]
    notes: list[PlacedText]


def read_page(page: pypdfium2.PdfPage, number: int, label: str) -> ReadPage:
    """Read a page of an open PDF."""
    placing, frame = shown_as(page)
    by_quarter, unmapped = read_glyphs(page, placing, frame)
    drawings = read_drawings(page, placing, frame)
    printed = [glyph for glyphs in by_quarter.values() for glyph in glyphs]
    written, notes = read_written(page, placing, printed)
    by_quarter = {quarter: respelled(glyphs) for quarter, glyphs in by_quarter.items()}
    text = "".join(map(text_of, by_quarter.values()))
    unread = _unread(text, unmapped, drawings.pictures / (frame.right * frame.bottom), drawings.paths)
    upright = max(by_quarter, key=lambda quarter: len(by_quarter[quarter]), default=0)
    glyphs = [*by_quarter.pop(upright, ()), *(_glyph(item.text, item.box) for item in written)]
    if upright:
        glyphs = [_upright_glyph(glyph, upright, frame) for glyph in glyphs]
    rules = [_upright(rule, upright, frame) for rule in drawings.rules]
    width, height = (frame.right, frame.bottom) if upright % 2 == 0 else (frame.bottom, frame.right)
    placed = _placed(glyphs, rules, number, label, (width, height))
    placed.quarter = upright
    notes = scaled(dict.fromkeys(notes), 1 / frame.right, 1 / frame.bottom)
    placed.aside = [*_turned(by_quarter, frame), *notes]
    return ReadPage(placed, unread, notes)


def _unread(text: str, unmapped: float, covered: float, paths: int) -> Literal["", "picture", "garbage"]:
    """Why a page has to be recognised: it has little or no text, and pictures or drawn letters; or only garbage."""
    if is_garbage(text, unmapped):
        return "garbage"
    if text:
        return "picture" if len(text) <= _LITTLE_TEXT and covered >= _COVERED else ""
    return "picture" if covered >= _A_PICTURE or paths >= _OUTLINES else ""


def _upright(box: Box, quarter: int, frame: Box) -> Box:
    """A box on the page as shown -> on the page turned so that text turned by so many quarters is level."""
    if quarter == 1:
        return Box(box.top, frame.right - box.right, box.bottom, frame.right - box.left)
    if quarter == 2:
        return Box(frame.right - box.right, frame.bottom - box.bottom, frame.right - box.left, frame.bottom - box.top)
    if quarter == 3:
        return Box(frame.bottom - box.bottom, box.left, frame.bottom - box.top, box.right)
    return box


def _glyph(text: str, box: Box, blank: int = 2) -> Glyph:
    return Glyph(text, box.left, box.top, box.right, box.bottom, blank)


def _upright_glyph(glyph: Glyph, quarter: int, frame: Box) -> Glyph:
    return _glyph(glyph.char, _upright(Box(*glyph[1:5]), quarter, frame), glyph.blank)


def _turned(by_quarter: Mapping[int, Sequence[Glyph]], frame: Box) -> list[PlacedText]:
    """Text that is turned otherwise than the rest of the page, as lines; boxes in shares of the page as shown."""
    lines = []
    for quarter, glyphs in by_quarter.items():
        width, height = (frame.right, frame.bottom) if quarter % 2 == 0 else (frame.bottom, frame.right)
        runs = runs_of(_upright_glyph(glyph, quarter, frame) for glyph in glyphs)
        for line in map(joined, rows_of(runs)):
            lines.append(PlacedText(line.text, turned_back(scaled_box(line.box, 1 / width, 1 / height), quarter)))
    return lines


def _placed(
    glyphs: Sequence[Glyph], rules: Sequence[Box], number: int, label: str, size: tuple[float, float]
) -> PlacedPage:
    """The page of level glyphs: what stands in ruled tables in cells, the rest as runs."""
    tables: list[Table] = []
    rest = list(glyphs)
    for grid in find_grids(rules, SLACK):
        found, others = filled(grid, rest)
        if found:
            tables += found
            rest = others
    runs = runs_of(rest)
    _, em = em_of(runs) if runs else (0.0, 10.0)
    em = max(em, 1.0)
    items = scaled(runs, 1 / em, 1 / em)
    return PlacedPage(number, em / size[0], em / size[1], items, [_in_ems(table, em) for table in tables], label=label)


def _in_ems(table: Table, em: float) -> Table:
    rows = tuple([TableRow(row.cells, scaled_box(row.box, 1 / em, 1 / em)) for row in table.rows])
    return Table(scaled_box(table.box, 1 / em, 1 / em), rows, tuple([edge / em for edge in table.edges]))
