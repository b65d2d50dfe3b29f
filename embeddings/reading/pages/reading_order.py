"""Placed texts of a page in the order in which they are read: columns told by the white space between them.

It serves whatever gives texts with boxes, a PDF's characters or the lines that were recognised in a picture. Within
this module a box is measured in ems: 1 is the height of a usual line of the page, and as much across.
"""

from __future__ import annotations

import re
import statistics
from itertools import pairwise
from typing import TYPE_CHECKING

from embeddings.reading.pages.placed import around, blank_between, is_wide, superscript
from embeddings.types import Box, PlacedText

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Row = list[PlacedText]
"""The texts that stand on one line, from left to right."""

_GUTTER = 0.8  # ems between two columns, at least
_SAME_ROW = 0.5  # of the smaller one's height, by which two texts on a line overlap
_NARROWEST = 7.0  # ems of a column of prose; what is narrower holds the cells of a table
_FULL = 0.75  # of its column's width has a line that is broken because the column ends
_WIDE_GAP = 0.7  # of the height of two texts on a line, by which Chinese stand apart
_SCRIPT = re.compile(r"[-+−]?\d{1,3}")
_MOST_ITEMS = 5_000  # texts of a page that are looked at for columns; a full page of a newspaper has 1,000
_DEEPEST = 12  # cuts within cuts
_PAUSE = re.compile(r"[，。；、！？]|[,.;!?](?:\s|$)")
_FIGURE = re.compile(r"[\d\s.,，%％+\-—–/:：()（）]+")


def ordered(items: Sequence[PlacedText]) -> list[list[PlacedText]]:
    """Texts with boxes in shares of a page, in any order -> its blocks in reading order, each as its lines.

    A line is put together from the texts that stand on it, `sure` of the least sure one. Headlines above columns come
    before them, a column before the one to its right.
    """
    across, down = em_of(items)
    blocks = blocks_of(scaled(items, 1 / across, 1 / down))
    return [scaled(map(joined, block), across, down) for block in blocks]


def em_of(items: Sequence[PlacedText]) -> tuple[float, float]:
    """How wide and how high an em is, in the units of the boxes: as most characters of the page are."""
    heights = [(item.box.bottom - item.box.top, len(item.text)) for item in items]
    widths = [((item.box.right - item.box.left) / ems, len(item.text)) for item in items if (ems := _ems(item.text))]
    return _median(widths) or 1.0, _median(heights) or 1.0


def _ems(text: str) -> float:
    return sum(1.0 if is_wide(char) else 0.5 for char in text)


def _median(weighted: list[tuple[float, int]]) -> float:
    """The value that half of the characters stay below."""
    half = sum(weight for _, weight in weighted) / 2
    for value, weight in sorted(weighted):
        half -= weight
        if half <= 0:
            return value
    return 0.0


def scaled(items: Iterable[PlacedText], across: float, down: float) -> list[PlacedText]:
    """The texts, their boxes in other units."""
    return [PlacedText(item.text, scaled_box(item.box, across, down), item.sure) for item in items]


def scaled_box(box: Box, across: float, down: float) -> Box:
    """The box in other units."""
    return Box(box.left * across, box.top * down, box.right * across, box.bottom * down)


def blocks_of(items: Sequence[PlacedText]) -> list[list[Row]]:
    """The texts as blocks in reading order: a column or a stretch over the page's whole width, as its rows."""
    return [rows_of(part) for part in _parts(list(items), _DEEPEST) if part]


def rows_of(items: Iterable[PlacedText]) -> list[Row]:
    """The texts of one column as rows, from top to bottom."""
    rows: list[Row] = []
    for item in sorted(items, key=lambda item: item.box.top + item.box.bottom):
        for row in rows[-3:]:
            if _beside(row[0].box, item.box) > _SAME_ROW:
                row.append(item)
                break
        else:
            rows.append([item])
    for row in rows:
        row.sort(key=lambda item: item.box.left)
    return rows


def joined(row: Row) -> PlacedText:
    """One text for those of a row. Between two a blank, unless they are Chinese and stand close; 10⁸, not 108."""
    text = row[0].text
    for before, after in pairwise(row):
        gap = after.box.left - before.box.right
        height = min(before.box.bottom - before.box.top, after.box.bottom - after.box.top)
        if _SCRIPT.fullmatch(after.text) and gap < 0.3 * height and _is_raised(after.box, before.box):
            text += superscript(after.text)
        elif gap > _WIDE_GAP * height:
            text += " " + after.text
        else:
            text += (blank_between(text, after.text) if gap > 0.2 * height else "") + after.text
    return PlacedText(text, around(item.box for item in row), min(item.sure for item in row))


def _is_raised(box: Box, before: Box) -> bool:
    height = before.bottom - before.top
    return box.bottom - box.top < 0.8 * height and box.bottom < before.bottom - 0.25 * height


def _beside(first: Box, second: Box) -> float:
    """By which share of the smaller one's height two boxes stand side by side."""
    overlap = min(first.bottom, second.bottom) - max(first.top, second.top)
    return overlap / max(min(first.bottom - first.top, second.bottom - second.top), 1e-9)


def _parts(items: list[PlacedText], depth: int) -> list[list[PlacedText]]:
    """The texts cut along the gutter that most lines leave free, each part cut in turn."""
    middle = _gutter(items) if depth and len(items) <= _MOST_ITEMS else None
    if middle is None:
        return [items]
    zones = _zones(items, middle)
    parts: list[list[PlacedText]] = []
    whole: list[PlacedText] = []
    cut = False
    for zone, crossed in zones:
        left = [item for item in zone if item.box.left + item.box.right < 2 * middle]
        right = [item for item in zone if item.box.left + item.box.right >= 2 * middle]
        if crossed or not _are_columns(left, right):
            whole += zone
            continue
        cut = True
        for part in (whole, left, right):
            parts += _parts(part, depth - 1) if part else []
        whole = []
    if not cut:
        return [items]
    return parts + (_parts(whole, depth - 1) if whole else [])


def _gutter(items: Sequence[PlacedText]) -> float | None:
    """Where most lines have a gap: the middle of what these gaps have in common. None where fewer than three do."""
    ends: list[tuple[float, int]] = []
    for left, right in _gaps(items):
        ends += [(left, 1), (right, -1)]
    ends.sort(key=lambda end: (end[0], end[1]))
    best, open_, place = 0, 0, None
    for index, (x, step) in enumerate(ends):
        open_ += step
        if open_ > best:
            best, place = open_, (x + ends[index + 1][0]) / 2
    return place if best >= 3 else None


def _gaps(items: Sequence[PlacedText]) -> list[tuple[float, float]]:
    """The gaps between each text and the next one to its right, as wide as a gutter or wider."""
    by_height: dict[int, list[PlacedText]] = {}
    for item in items:
        for place in range(int(item.box.top), int(item.box.bottom) + 1):
            by_height.setdefault(place, []).append(item)
    gaps = []
    for item in items:
        near: float | None = None
        for place in range(int(item.box.top), int(item.box.bottom) + 1):
            for other in by_height[place]:
                if (
                    other is not item
                    and other.box.left > item.box.left
                    and (near is None or other.box.left < near)
                    and _beside(item.box, other.box) > 0.3
                ):
                    near = other.box.left
        if near is not None and near - item.box.right >= _GUTTER:
            gaps.append((item.box.right, near))
    return gaps


def _zones(items: list[PlacedText], middle: float) -> list[tuple[list[PlacedText], bool]]:
    """The texts from top to bottom, in zones that a gutter runs through and zones that cross it (True)."""
    crossing = [item.box for item in items if item.box.left < middle < item.box.right]
    marked = [
        (
            item,
            any(
                _beside(box, item.box) > _SAME_ROW
                for box in crossing
                if box.top < item.box.bottom and item.box.top < box.bottom
            ),
        )
        for item in items
    ]
    marked.sort(key=lambda pair: pair[0].box.top + pair[0].box.bottom)
    zones: list[tuple[list[PlacedText], bool]] = []
    for item, crossed in marked:
        if not zones or zones[-1][1] != crossed:
            zones.append(([], crossed))
        zones[-1][0].append(item)
    return zones


def _are_columns(left: Sequence[PlacedText], right: Sequence[PlacedText]) -> bool:
    """Whether both are columns of prose: wide enough, mostly full lines, with pauses, and not figures."""
    sides = [list(map(joined, rows_of(side))) for side in (left, right)]
    if min(map(len, sides)) < 2:
        return False
    if any(_is_column_beside(lines, other) for lines, other in (sides, sides[::-1])):
        return True
    fullness = sorted(map(_fullness, sides))
    return fullness[0] >= 0.25 and fullness[1] >= 0.4 and _pauses([*sides[0], *sides[1]]) >= 0.25


def _is_column_beside(lines: Sequence[PlacedText], other: Sequence[PlacedText]) -> bool:
    """Whether lines are surely a column of prose, so that what stands beside them, whatever it is, is read apart.

    Fewer lines beside it may be the numbers of its paragraphs, which belong to it.
    """
    return len(lines) > 2 and len(other) >= 0.4 * len(lines) and _fullness(lines) >= 0.7 and _pauses(lines) >= 0.4


def _pauses(lines: Sequence[PlacedText]) -> float:
    """The share of lines with a comma, a full stop or the like."""
    return sum(_PAUSE.search(line.text) is not None for line in lines) / len(lines)


def _fullness(lines: Sequence[PlacedText]) -> float:
    """The share of a column's lines that are full and no figures; 0 where it is too narrow for prose."""
    edge, end = min(line.box.left for line in lines), max(line.box.right for line in lines)
    if end - edge < _NARROWEST:
        return 0.0
    full = [line for line in lines if line.box.right - line.box.left >= _FULL * (end - edge)]
    return sum(_FIGURE.fullmatch(line.text) is None for line in full) / len(lines)


def usual_pitch(rows: Sequence[Row]) -> float:
    """How far the rows of a block usually stand apart, from top to top."""
    steps = [b[0].box.top - a[0].box.top for a, b in pairwise(rows)]
    return statistics.median(steps) if steps else 1.5
