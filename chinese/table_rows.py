"""The row of a table, as it stands in a text: its cells, and what it is about, by the cell that it begins with.

A table's rows are sentences: 项目:东渠;投资:3亿元, or cells with | or wide gaps between them.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_PART = re.compile(r"[^;；]+")
_NAMED = re.compile(
    r"\s*(?P<column>(?=[^:：]*[\u4e00-\u9fffa-z])[^:：,，。!！?？]{1,40})[:：]\s?(?P<cell>\S.{0,160}?)\s*"
)
_SPACED = re.compile(r"(?:^|(?<=\s))(?P<column>[^\s:：;；,，。]{2,20})[:：]\s?(?=\S)")
_SPLIT = re.compile(r" ?[|\t] ?")
_GAP = re.compile(r" +")
_WORD = re.compile(r"[\u4e00-\u9fffa-z]{2}")
NUMBERED = re.compile(
    r"[a-z]{0,2}(?:\d{1,4}|[一二三四五六七八九十]{1,3})(?:路|线|号|班|栋|幢|楼|队|组|站|#|号[\u4e00-\u9fff]{1,3})"
)
"""What has a number for its name: 3路, k2路, 5号楼, 2号机组."""
_HAN = re.compile(r"[\u4e00-\u9fff]")
_END = re.compile(r"[。;；\s]+$")
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
    label = label_of(row)
    if len(row) < _FEWEST or label is None or not row[label].end <= at:
        return "", ()
    columns = [cell.column for cell in row]
    others = [
        line[label].text
        for lines in around
        for line in itertools.takewhile(lambda cells: [cell.column for cell in cells] == columns, lines)
    ]
    return (row[label].text, tuple(others)) if others else ("", ())


def label_of(row: Sequence[Cell]) -> int | None:
    """Which cell of a row says what it is about: the first that has a word, or begins it with a number for a name."""
    if row and NUMBERED.fullmatch(row[0].text):
        return 0
    return next((place for place, cell in enumerate(row) if _WORD.search(cell.text)), None)


def cells_of(line: str) -> tuple[Cell, ...]:
    """The cells of a folded line that looks like the row of a table; () for any other."""
    named = named_cells(line)
    if len(named) >= _FEWEST:
        return named
    if _SPLIT.search(line) is not None:
        return _between(line, _SPLIT)
    cells = _between(line, _GAP)
    is_row = len(cells) > _FEWEST and all(len(cell.text) <= _LONGEST_CELL for cell in cells)
    return cells if is_row and _HAN.search(line) is not None else ()


def named_cells(line: str) -> tuple[Cell, ...]:
    """The cells of a folded line that names each: 村名:东渠;户数:31, or 电话:5588 alone; () for any other line.

    The first may have no name, as the first column of many tables has none: 东渠;户数:31. What has a semicolon goes on
    behind it.
    """
    size = len(_END.sub("", line))
    if not size or "。" in line[:size]:
        return ()
    cells: list[Cell] = []
    for part in _PART.finditer(line, 0, size):
        named = _NAMED.fullmatch(line, *part.span())
        if named is not None:
            cells.append(Cell(named["column"].strip(), named["cell"], *named.span("cell")))
        elif not cells:
            text = part.group().strip()
            cells.append(Cell("", text, line.index(text, part.start()), line.index(text, part.start()) + len(text)))
        elif cells[-1].column:
            last = cells[-1]
            text = line[last.start : part.end()].rstrip()
            cells[-1] = Cell(last.column, text, last.start, last.start + len(text))
    if sum(bool(cell.column) for cell in cells) == 0 or (len(cells) == 1 and not cells[0].column):
        return ()
    return tuple(_apart(cells[0], line)) if len(cells) == 1 else tuple(cells)


def _apart(cell: Cell, line: str) -> Iterator[Cell]:
    """The cells of a line with blanks between them: 编制:周启 审核:孟川."""
    labels = list(_SPACED.finditer(line, 0, cell.end))
    if len(labels) < _FEWEST or labels[0].end() != cell.start:
        yield cell
        return
    ends = [*(label.start() for label in labels[1:]), cell.end]
    for label, end in zip(labels, ends, strict=True):
        text = line[label.end() : end].rstrip()
        yield Cell(label["column"], text, label.end(), label.end() + len(text))


def _between(line: str, gap: re.Pattern[str]) -> tuple[Cell, ...]:
    gaps = [match.span() for match in gap.finditer(line)]
    ends = [start for start, _ in gaps] + [len(line)]
    starts = [0, *(end for _, end in gaps)]
    parts = [(start, end) for start, end in zip(starts, ends, strict=True) if line[start:end].strip()]
    return tuple(Cell("", line[start:end], start, end) for start, end in parts)
