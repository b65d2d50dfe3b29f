"""The row of a table, as it stands in a text: what it is about, by the cell that it begins with.

A table's rows are sentences: 项目:东渠;投资:3亿元, or cells with | or wide gaps between them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMED = re.compile(r"(?:^|(?<=[；;]))\s?(?P<column>[^：:；;。]{1,30})[：:](?P<cell>[^：:；;。]{1,40})(?=[；;。])")
_SPLIT = re.compile(r" ?[|\t] ?")
_GAP = re.compile(r" +")
_WORD = re.compile(r"[\u4e00-\u9fffa-z]{2}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LONGEST_CELL = 12
"""Characters of a cell between mere blanks, at most: longer ones are a sentence's."""
_FEWEST = 2
"""Cells of a row at least."""


def row_at(folded: str, at: int, around: Sequence[Sequence[str]]) -> tuple[str, tuple[str, ...]]:
    """What the row that a figure or name stands in is about, and what the rows beside it are; "" where it is no row.

    `around` are the lines above it and those below, the nearest first. A line is a row only beside another of the same
    make: 电话:0531-1;地址:南街 alone is none.
    """
    row = _cells(folded)
    label = next((place for place, (_, start, end) in enumerate(row) if _WORD.search(folded, start, end)), None)
    if len(row) < _FEWEST or label is None or not row[label][2] <= at:
        return "", ()
    others = []
    for lines in around:
        for line in lines:
            cells = _cells(line)
            if [column for column, _, _ in cells] != [column for column, _, _ in row]:
                break
            others.append(line[cells[label][1] : cells[label][2]])
    return (folded[row[label][1] : row[label][2]], tuple(others)) if others else ("", ())


def _cells(line: str) -> list[tuple[str, int, int]]:
    """The cells of a row, each with its column's name ("" where the row does not say it) and where it stands."""
    named = [(match["column"], *match.span("cell")) for match in _NAMED.finditer(line)]
    if len(named) >= _FEWEST:
        return named
    if _SPLIT.search(line) is not None:
        return _between(line, _SPLIT)
    cells = _between(line, _GAP)
    is_row = len(cells) > _FEWEST and all(end - start <= _LONGEST_CELL for _, start, end in cells)
    return cells if is_row and _HAN.search(line) is not None else []


def _between(line: str, gap: re.Pattern[str]) -> list[tuple[str, int, int]]:
    cells, start = [], 0
    for found in [*gap.finditer(line), None]:
        end = len(line) if found is None else found.start()
        if line[start:end].strip():
            cells.append(("", start, end))
        start = end if found is None else found.end()
    return cells
