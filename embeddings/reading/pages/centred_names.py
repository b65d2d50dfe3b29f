"""Tables without ruled lines in which one name holds for several rows, and stands beside the middle of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.types import PlacedText

FIGURE = re.compile(r"[-+−]?[\d.,，\s]+[%％‰]?|[-–—]+")
_APART = 0.3  # ems between the cells of two columns, at least
_OFF_MIDDLE = 0.15  # of the distance of two rows, by which what stands between them may miss their middle

_Cells = list["PlacedText"]


def names_given(rows: Sequence[_Cells]) -> tuple[list[int], list[_Cells]]:
    """The rows without those that are only a name between two of them, which is given to both; and which are left.

    A name for two rows stands between them, as does one beside two rows of headings; one for four rows between the
    second and the third.
    """
    given = [list(row) for row in rows]
    kept = [place for place in range(len(rows)) if not _is_between(rows, place)]
    for place in sorted(set(range(len(rows))) - set(kept)):
        for near in (place - 1, place + 1):
            given[near] = _with_name(given[near], rows[place][0])
    return kept, [given[place] for place in kept]


def names_spread(rows: Sequence[_Cells]) -> list[_Cells]:
    """The rows of one table, each with the name whose group it is in, where names stand beside the middle of groups.

    They do where the first row with figures has none, and the names divide all rows into groups of which each is the
    middle. Otherwise the rows are given as they are.
    """
    whole = max((len(row) for row in rows), default=0)
    first = next((place for place, row in enumerate(rows) if any(FIGURE.fullmatch(cell.text) for cell in row)), None)
    if whole < 3 or first is None or len(rows[first]) != whole - 1:
        return [list(row) for row in rows]
    body = rows[first:]
    complete = [row for row in body if len(row) == whole]
    if not complete:
        return [list(row) for row in rows]
    second = min(row[1].box.left for row in complete)
    names = [row[0] if row[0].box.right < second else None for row in body]
    if any(name is None and len(row) != whole - 1 for row, name in zip(body, names, strict=True)):
        return [list(row) for row in rows]
    named = [
        row if name is not None or group is None else _with_name(row, group)
        for row, name, group in zip(body, names, _groups(names), strict=True)
    ]
    return [list(row) for row in [*rows[:first], *named]]


def stands_over_both(cell: PlacedText, first_end: float, second_start: float) -> bool:
    """Whether a cell stands between the first two columns, as 合计 does in a cell over both: it is a name, too."""
    return first_end < cell.box.left and cell.box.right < second_start


def _groups(names: Sequence[PlacedText | None]) -> list[PlacedText | None]:
    """The name of each row's group, where each name is in the middle of its own; nothing for any where one is not."""
    groups: list[PlacedText | None] = []
    while len(groups) < len(names):
        start = len(groups)
        own = [place for place in range(start, len(names)) if names[place] is not None][:2]
        if not own:
            return [None] * len(names)
        name = names[own[0]]
        twice = len(own) == 2 and own[1] == own[0] + 1 and _same(name, names[own[1]])
        end = 2 * own[0] + twice - start
        others = own[1 + twice :] or [place for place in range(own[0] + 1 + twice, len(names)) if names[place]]
        if end >= len(names) or (others and others[0] <= end):
            return [None] * len(names)
        groups += [name] * (end + 1 - start)
    return groups


def _same(name: PlacedText | None, other: PlacedText | None) -> bool:
    return name is not None and other is not None and name.text == other.text and name.box.left == other.box.left


def _is_between(rows: Sequence[_Cells], place: int) -> bool:
    """Whether a row is a single text half-way between two rows, in a column in which neither has any."""
    if not 0 < place < len(rows) - 1 or len(rows[place]) != 1:
        return False
    name, above, below = rows[place][0], rows[place - 1], rows[place + 1]
    if len(above) < 2 or len(below) < 2 or not _is_alone(name, [*above, *below]):
        return False
    upper, middle, lower = (cell.box.top + cell.box.bottom for cell in (above[0], name, below[0]))
    if abs(upper + lower - 2 * middle) > 2 * _OFF_MIDDLE * (lower - upper):
        return False
    # Of two lines of one cell neither is a figure; and headings stand above more of them than they are.
    return len(above) < len(below) or any(
        FIGURE.fullmatch(cell.text) and FIGURE.fullmatch(other.text) and _overlap(cell, other) > 0
        for cell in above
        for other in below
    )


def _is_alone(name: PlacedText, others: Sequence[PlacedText]) -> bool:
    return all(_overlap(name, other) < -_APART for other in others)


def _overlap(cell: PlacedText, other: PlacedText) -> float:
    return min(cell.box.right, other.box.right) - max(cell.box.left, other.box.left)


def _with_name(row: _Cells, name: PlacedText) -> _Cells:
    """A row with a name that stands beside or above it, as if it stood in it."""
    top, bottom = min(cell.box.top for cell in row), max(cell.box.bottom for cell in row)
    own = replace(name, box=replace(name.box, top=top, bottom=bottom))
    return sorted([*row, own], key=lambda cell: cell.box.left)
