"""The ruled tables of a PDF page: characters put into the cells of a grid."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from embeddings.reading.pages.aligned_tables import are_cells
from embeddings.reading.pages.placed_table import Table, TableRow
from embeddings.reading.pages.reading_order import joined, rows_of
from embeddings.reading.pdf.characters import runs_of
from embeddings.types import Box

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from embeddings.reading.pages.ruled_tables import Grid
    from embeddings.reading.pdf.characters import Glyph
    from embeddings.types import PlacedText

SLACK = 3.0
"""Points by which ruled lines may miss each other, and texts of one row."""
_LONGEST_CELL = 800  # characters; what holds more is a frame around a part of the page
_LEADERS = re.compile(r"\s*[.．·…_]{4,}$|\s*(?:[.·]\s){4,}\.?$")


def filled(grid: Grid, glyphs: Sequence[Glyph]) -> tuple[list[Table], list[Glyph]]:
    """The tables that a grid makes of the glyphs in it, and the others; no table where it encloses no cells of text."""
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
    rows = [_rows(grid, place, lines) for place in range(len(grid.owner))]
    texts = [cell for part in rows for row in part for cell in row.cells]
    several = any(sum(map(bool, dict.fromkeys(row.cells))) > 1 for part in rows for row in part)
    if not several or max(map(len, texts)) > _LONGEST_CELL or not are_cells(texts):
        return [], list(glyphs)
    starts = [0, *(place for place in range(1, len(rows)) if _begins(grid, place, rows)), len(rows)]
    return [_table(grid, start, end, rows[start:end]) for start, end in pairwise(starts)], others


def _begins(grid: Grid, place: int, rows: Sequence[Sequence[TableRow]]) -> bool:
    """Whether another table begins in a row of a grid: one text over the whole width, and a row of names below it."""
    owners = set(grid.owner[place])
    if len(owners) > 1 or owners == set(grid.owner[place - 1]) or place + 1 == len(rows) or not rows[place][0].cells[0]:
        return False
    names = [cell for cell in rows[place + 1][0].cells if cell]
    return len(names) > 1 and not any(any(map(str.isdigit, name)) for name in names)


def _table(grid: Grid, start: int, end: int, rows: Sequence[Sequence[TableRow]]) -> Table:
    """The rows of a grid from `start` to `end`, without the columns that only its other rows have."""
    own = grid.owner[start:end]
    kept = [
        column
        for column in range(len(grid.xs) - 1)
        if column == 0 or any(owners[column] != owners[column - 1] for owners in own)
    ]
    made = [TableRow(tuple([row.cells[column] for column in kept]), row.box) for part in rows for row in part]
    box = Box(grid.xs[0], grid.ys[start], grid.xs[-1], grid.ys[end])
    return Table(box, tuple(made), tuple([grid.xs[column] for column in kept]))


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
        cells = tuple([_text([line for line in cell if abs(line.box.top - top) < SLACK]) for cell in own])
        rows.append(TableRow(cells, Box(box.left, upper, box.right, lower)))
    return rows


def _common_rows(cells: Sequence[Sequence[PlacedText]], widths: Sequence[float]) -> list[float]:
    """Where the rows stand that the lines of several cells make; none where a cell is a paragraph."""
    filled = [(cell, width) for cell, width in zip(cells, widths, strict=True) if cell]
    longest = max((cell for cell, _ in filled), key=len, default=())
    if len(filled) < 2 or len(longest) < 2:
        return []
    tops = [line.box.top for line in longest]
    if any(all(abs(line.box.top - top) >= SLACK for top in tops) for cell, _ in filled for line in cell):
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
