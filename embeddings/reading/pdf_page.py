"""A page of a PDF -> its texts with their places, its ruled tables, and whether its text has to be recognised."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from embeddings.reading.aligned_tables import are_cells
from embeddings.reading.page_lines import turned_back
from embeddings.reading.page_order import em_of, joined, rows_of, scaled, scaled_box
from embeddings.reading.pdf_characters import Glyph, read_glyphs, runs_of, shown_as
from embeddings.reading.pdf_drawings import read_drawings
from embeddings.reading.pdf_fonts import is_garbage, respelled, text_of
from embeddings.reading.pdf_forms import read_written
from embeddings.reading.placed_page import PlacedPage
from embeddings.reading.placed_table import Table, TableRow
from embeddings.reading.ruled_tables import Grid, find_grids
from embeddings.types import Box, PlacedText

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pypdfium2

_LEADERS = re.compile(r"\s*[.．·…_]{4,}$|\s*(?:[.·]\s){4,}\.?$")
_SLACK = 3.0  # points by which ruled lines may miss each other
_LONGEST_CELL = 800  # characters; what holds more is a frame around a part of the page
_LITTLE_TEXT = 30  # characters: a scanned page may bear the name of the program that made it, or a number
_COVERED = 0.4  # of a page with little text: what a scan covers
_A_PICTURE = 0.03  # of a page without text: what may hold some
_OUTLINES = 40  # paths on a page without text: its letters may be drawn


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page, read; `unread` says that its text is a picture, or garbage, and has to be recognised."""

    page: PlacedPage
    unread: bool


def read_page(page: pypdfium2.PdfPage, number: int, label: str) -> ReadPage:
    """Read a page of an open PDF."""
    placing, frame = shown_as(page)
    by_quarter, unmapped = read_glyphs(page, placing, frame)
    drawings = read_drawings(page, placing, frame)
    printed = [glyph for glyphs in by_quarter.values() for glyph in glyphs]
    written, notes = read_written(page, placing, printed)
    by_quarter = {quarter: respelled(glyphs) for quarter, glyphs in by_quarter.items()}
    text = "".join(map(text_of, by_quarter.values()))
    covered = drawings.pictures / (frame.right * frame.bottom)
    if text.strip():
        unread = is_garbage(text, unmapped) or (len(text) <= _LITTLE_TEXT and covered >= _COVERED)
    else:
        unread = covered >= _A_PICTURE or drawings.paths >= _OUTLINES
    upright = max(by_quarter, key=lambda quarter: len(by_quarter[quarter]), default=0)
    glyphs = [*by_quarter.pop(upright, ()), *(_glyph(item.text, item.box) for item in written)]
    if upright:
        glyphs = [_upright_glyph(glyph, upright, frame) for glyph in glyphs]
    rules = [_upright(rule, upright, frame) for rule in drawings.rules]
    width, height = (frame.right, frame.bottom) if upright % 2 == 0 else (frame.bottom, frame.right)
    placed = _placed(glyphs, rules, number, label, (width, height))
    placed.quarter = upright
    placed.aside = [*_turned(by_quarter, frame), *scaled(notes, 1 / frame.right, 1 / frame.bottom)]
    return ReadPage(placed, unread)


def _upright(box: Box, quarter: int, frame: Box) -> Box:
    """A box on the page as shown -> on the page turned so that text turned by so many quarters is level."""
    if quarter == 1:
        return Box(box.top, frame.right - box.right, box.bottom, frame.right - box.left)
    if quarter == 2:
        return Box(frame.right - box.right, frame.bottom - box.bottom, frame.right - box.left, frame.bottom - box.top)
    if quarter == 3:
        return Box(frame.bottom - box.bottom, box.left, frame.bottom - box.top, box.right)
    return box


def _glyph(text: str, box: Box, after_blank: bool = True) -> Glyph:
    return Glyph(text, box.left, box.top, box.right, box.bottom, after_blank)


def _upright_glyph(glyph: Glyph, quarter: int, frame: Box) -> Glyph:
    return _glyph(glyph.char, _upright(Box(*glyph[1:5]), quarter, frame), glyph.after_blank)


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
    for grid in find_grids(rules, _SLACK):
        table, others = _filled(grid, rest)
        if table is not None:
            tables.append(table)
            rest = others
    runs = runs_of(rest)
    _, em = em_of(runs) if runs else (0.0, 10.0)
    em = max(em, 1.0)
    items = scaled(runs, 1 / em, 1 / em)
    return PlacedPage(number, em / size[0], em / size[1], items, [_in_ems(table, em) for table in tables], label=label)


def _in_ems(table: Table, em: float) -> Table:
    rows = tuple([TableRow(row.cells, scaled_box(row.box, 1 / em, 1 / em)) for row in table.rows])
    return Table(scaled_box(table.box, 1 / em, 1 / em), rows, tuple([edge / em for edge in table.edges]))


def _filled(grid: Grid, glyphs: Sequence[Glyph]) -> tuple[Table | None, list[Glyph]]:
    """The table that a grid makes of the glyphs in it, and the others; None where it encloses no two cells of text."""
    inside: dict[int, list[Glyph]] = defaultdict(list)
    others: list[Glyph] = []
    for glyph in glyphs:
        x, y = (glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2
        column, row = bisect_right(grid.xs, x) - 1, bisect_right(grid.ys, y) - 1
        if 0 <= column < len(grid.xs) - 1 and 0 <= row < len(grid.ys) - 1:
            inside[grid.owner[row][column]].append(glyph)
        else:
            others.append(glyph)
    lines = {owner: [joined(row) for row in rows_of(runs_of(own))] for owner, own in inside.items()}
    rows = [row for place in range(len(grid.owner)) for row in _rows(grid, place, lines)]
    texts = [cell for row in rows for cell in row.cells]
    if max(map(len, texts)) > _LONGEST_CELL or not are_cells(texts) or not any(sum(map(bool, dict.fromkeys(row.cells))) > 1 for row in rows):
        return None, list(glyphs)
    return Table(grid.box, tuple(rows), grid.xs[:-1]), others


def _rows(grid: Grid, place: int, lines: Mapping[int, Sequence[PlacedText]]) -> list[TableRow]:
    """The rows between two lines of a grid: one, or several where no lines part them but their texts stand in rows."""
    owners = grid.owner[place]
    box = Box(grid.xs[0], grid.ys[place], grid.xs[-1], grid.ys[place + 1])
    own = [
        lines.get(owner, ()) if index == 0 or owners[index - 1] != owner else () for index, owner in enumerate(owners)
    ]
    widths = [right - left for left, right in pairwise(grid.xs)]
    tops = _common_rows(own, widths)
    if not tops:
        return [TableRow(tuple(map(_text, own)), box)]
    edges = [*((before + after) / 2 for before, after in pairwise(tops)), box.bottom]
    rows = []
    for top, upper, lower in zip(tops, [box.top, *edges], edges, strict=False):
        cells = tuple([_text([line for line in cell if abs(line.box.top - top) < _SLACK]) for cell in own])
        rows.append(TableRow(cells, Box(box.left, upper, box.right, lower)))
    return rows


def _common_rows(cells: Sequence[Sequence[PlacedText]], widths: Sequence[float]) -> list[float]:
    """Where the rows stand that the lines of several cells make; none where a cell is a paragraph."""
    filled = [(cell, width) for cell, width in zip(cells, widths, strict=True) if cell]
    longest = max((cell for cell, _ in filled), key=len, default=())
    if len(filled) < 2 or len(longest) < 2:
        return []
    tops = [line.box.top for line in longest]
    if any(all(abs(line.box.top - top) >= _SLACK for top in tops) for cell, _ in filled for line in cell):
        return []
    listed = sum(len(cell) >= 0.6 * len(tops) and _is_list(cell, width) for cell, width in filled)
    return tops if listed >= max(2, 0.6 * len(filled)) else []


def _is_list(lines: Sequence[PlacedText], width: float) -> bool:
    """Whether the lines of a cell are entries below each other, and not a text that its width breaks."""
    short = [line for line in lines[:-1] if line.box.right - line.box.left < 0.7 * width]
    return len(short) >= 0.5 * len(lines[:-1]) or all(any(map(str.isdigit, line.text)) for line in lines)


def _text(lines: Sequence[PlacedText]) -> str:
    """The lines of a cell as one text."""
    text = ""
    for line in lines:
        between = " " if text[-1:].isascii() and line.text[:1].isascii() and text and not text.endswith("-") else ""
        text += between + line.text
    return _LEADERS.sub("", text)
