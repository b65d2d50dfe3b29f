"""The row of a table, as it stands in a text: what it is about, by the cell that it begins with.

A table's rows are sentences: 项目:东渠;投资:3亿元, or cells with | or wide gaps between them.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NAMED = re.compile(r"(?:^|(?<=[；;]))\s?(?P<column>[^：:；;。]{1,30})[：:](?P<cell>[^：:；;。]{1,40})(?=[；;。])")
_SPLIT = re.compile(r" ?[|\t] ?")
_GAP = re.compile(r" +")
_WORD = re.compile(r"[\u4e00-\u9fffa-z]{2}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LONGEST_CELL = 12
"""Characters of a cell between mere blanks, at most: longer ones are a sentence's."""
_FEWEST = 2
"""Cells of a row at least."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row: what it says, its column's name ("" where the row does not give it), and where it stands."""

    column: str
    text: str
    start: int
    end: int


def row_at(row: Sequence[Cell], at: int, around: Iterable[Iterable[Sequence[Cell]]]) -> tuple[str, tuple[str, ...]]:
    """What the row that a figure or name stands in is about, and what the rows beside it are; "" where it is no row.

    `around` are the cells of the lines above it and of those below, the nearest first. A line is a row only beside
    another of the same make: 电话:0531-1;地址:南街 alone is none.
    """
    label = next((place for place, cell in enumerate(row) if _WORD.search(cell.text)), None)
    if len(row) < _FEWEST or label is None or not row[label].end <= at:
        return "", ()
    columns = [cell.column for cell in row]
    others = [
        line[label].text
        for lines in around
        for line in itertools.takewhile(lambda cells: [cell.column for cell in cells] == columns, lines)
    ]
    return (row[label].text, tuple(others)) if others else ("", ())


def cells_of(line: str) -> tuple[Cell, ...]:
    """The cells of a folded line that looks like the row of a table; () for any other."""
    named = tuple(Cell(match["column"], match["cell"], *match.span("cell")) for match in _NAMED.finditer(line))
    if len(named) >= _FEWEST:
        return named
    if _SPLIT.search(line) is not None:
        return _between(line, _SPLIT)
    cells = _between(line, _GAP)
    is_row = len(cells) > _FEWEST and all(len(cell.text) <= _LONGEST_CELL for cell in cells)
    return cells if is_row and _HAN.search(line) is not None else ()


def _between(line: str, gap: re.Pattern[str]) -> tuple[Cell, ...]:
    gaps = [match.span() for match in gap.finditer(line)]
    ends = [start for start, _ in gaps] + [len(line)]
    starts = [0, *(end for _, end in gaps)]
    parts = [(start, end) for start, end in zip(starts, ends, strict=True) if line[start:end].strip()]
    return tuple(Cell("", line[start:end], start, end) for start, end in parts)
