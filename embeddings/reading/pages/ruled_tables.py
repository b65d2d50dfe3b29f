"""Tables with ruled lines: the cells that level and upright lines enclose.

Boxes may be in any unit that is the same across and down; `slack` says by how much lines may miss each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from embeddings.types import Box

_MOST_PAIRS = 400_000  # of level and upright lines that may cross; a drawing with more is no table
_MOST_LOOKS = 20_000_000  # places of a grid, times its lines; of a page full of figures it is a tenth
_SHORTEST = 4  # times the slack

Owner = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Grid:
    """The lines between which a table's cells stand: `xs` from left to right, `ys` from top to bottom.

    `owner[row][column]` names the cell that has this place: the same number where a cell spans several.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    owner: tuple[tuple[int, ...], ...]

    @property
    def box(self) -> Box:
        """All of it."""
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])


def find_grids(rules: Sequence[Box], slack: float) -> list[Grid]:
    """The grids of two columns or more that lines make, from top to bottom."""
    level = _merged([rule for rule in rules if rule.right - rule.left >= rule.bottom - rule.top], slack)
    upright = [_turned(rule) for rule in rules if rule.right - rule.left < rule.bottom - rule.top]
    upright = [_turned(rule) for rule in _merged(upright, slack)]
    level = [rule for rule in level if rule.right - rule.left >= _SHORTEST * slack]
    upright = [rule for rule in upright if rule.bottom - rule.top >= _SHORTEST * slack]
    if len(level) * len(upright) > _MOST_PAIRS:
        return []
    grids = [grid for rows, columns in _connected(level, upright, slack) if (grid := _grid(rows, columns, slack))]
    return sorted(grids, key=lambda grid: (grid.ys[0], grid.xs[0]))


def _turned(box: Box) -> Box:
    return Box(box.top, box.left, box.bottom, box.right)


def _merged(rules: Sequence[Box], slack: float) -> list[Box]:
    """Level lines, those that continue or cover each other as one: dashes, doubled lines, the edges of each cell."""
    merged: list[Box] = []
    ordered = sorted(rules, key=lambda rule: rule.top + rule.bottom)
    while ordered:
        height = (ordered[0].top + ordered[0].bottom) / 2
        end = next(
            (place for place, rule in enumerate(ordered) if (rule.top + rule.bottom) / 2 - height > slack / 2),
            len(ordered),
        )
        own, ordered = sorted(ordered[:end], key=lambda rule: rule.left), ordered[end:]
        first, last = own[0].left, own[0].right
        for rule in own[1:]:
            if rule.left > last + slack:
                merged.append(Box(first, height, last, height))
                first, last = rule.left, rule.right
            else:
                last = max(last, rule.right)
        merged.append(Box(first, height, last, height))
    return merged


def _clustered(values: Sequence[float], slack: float) -> list[float]:
    """The values, one for all that stand no further than `slack` from it."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > slack:
            kept.append(value)
    return kept


def _connected(level: Sequence[Box], upright: Sequence[Box], slack: float) -> list[tuple[list[Box], list[Box]]]:
    """Lines that touch each other, directly or by others: the level and the upright ones of each table."""
    parent = list(range(len(level) + len(upright)))
    find = _finder(parent)
    for row, across in enumerate(level):
        for column, down in enumerate(upright, len(level)):
            if (
                across.left - slack <= down.left <= across.right + slack
                and down.top - slack <= across.top <= down.bottom + slack
            ):
                parent[find(row)] = find(column)
    groups: dict[int, tuple[list[Box], list[Box]]] = defaultdict(lambda: ([], []))
    for index, rule in enumerate([*level, *upright]):
        groups[find(index)][index >= len(level)].append(rule)
    return [group for group in groups.values() if len(group[0]) > 1 and group[1]]


def _finder(parent: list[int]) -> Owner:
    """What names the group of an index, in groups that are made by setting the parent of one's name."""

    def find(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    return find


def _grid(level: Sequence[Box], upright: Sequence[Box], slack: float) -> Grid | None:
    """The grid of lines that belong together; None where it has a single column."""
    xs = _edged([rule.left for rule in upright], [x for rule in level for x in (rule.left, rule.right)], slack)
    ys = _edged([rule.top for rule in level], [y for rule in upright for y in (rule.top, rule.bottom)], slack)
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 1 or columns < 2 or rows * columns * (len(level) + len(upright)) > _MOST_LOOKS:
        return None
    parent = list(range(rows * columns))
    find = _finder(parent)
    for row in range(rows):
        for column in range(columns):
            x, y = (xs[column] + xs[column + 1]) / 2, (ys[row] + ys[row + 1]) / 2
            own = find(row * columns + column)
            if column + 1 < columns and not any(
                abs(rule.left - xs[column + 1]) <= slack and rule.top <= y <= rule.bottom for rule in upright
            ):
                parent[find(row * columns + column + 1)] = own
            if row + 1 < rows and not any(
                abs(rule.top - ys[row + 1]) <= slack and rule.left <= x <= rule.right for rule in level
            ):
                parent[find((row + 1) * columns + column)] = find(own)
    owner = tuple(tuple(find(row * columns + column) for column in range(columns)) for row in range(rows))
    several = max(len(set(names)) for names in owner) > 1
    return Grid(tuple(xs), tuple(ys), owner) if several else None


def _edged(inner: Sequence[float], ends: Sequence[float], slack: float) -> list[float]:
    """The places of lines one way, and the ends of the others beyond them: a table may be open at its sides."""
    places = _clustered(inner, slack)
    wide = _SHORTEST * slack
    first, last = min(ends), max(ends)
    if first < places[0] - wide:
        places.insert(0, first)
    if last > places[-1] + wide:
        places.append(last)
    return places
