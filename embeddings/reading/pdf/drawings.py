"""What is drawn on a PDF page beside its text: ruled lines, and how much of it pictures cover."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from embeddings.types import Box

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pypdfium2

    from embeddings.reading.pdf.characters import Placing

_MOST_SEGMENTS = 20_000  # of one page's drawings; a map has more, and no table
_DEEPEST_FORM = 6
_THIN = 2.5  # points: what is filled and no wider is a ruled line
_SHORTEST_RULE = 5.0  # points

_Matrix = tuple[float, float, float, float, float, float]


@dataclass(slots=True)
class Drawings:
    """`rules` are level and upright lines, as thin boxes in points from the page's top left, edges of boxes among them.

    `pictures` is the area (in square points) that pictures cover, each counted; `paths` says how many lines, curves and
    areas there are.
    """

    rules: list[Box] = field(default_factory=list)
    pictures: float = 0.0
    paths: int = 0


class _TooMany(Exception):
    """More is drawn on the page than on any with a table."""


def read_drawings(page: pypdfium2.PdfPage, placing: Placing, frame: Box) -> Drawings:
    """What is drawn on a page; a page with very much on it has no rules."""
    drawings = Drawings()
    left = _MOST_SEGMENTS

    def spend(count: int) -> None:
        nonlocal left
        left -= count
        if left < 0:
            raise _TooMany

    def look(count: int, get: Callable[[int], object], outer: Sequence[_Matrix]) -> None:
        for index in range(count):
            spend(1)
            item = get(index)
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                drawings.pictures += _area(_bounds(item, outer, placing), frame)
            elif kind == pdfium.FPDF_PAGEOBJ_PATH:
                drawings.paths += 1
                spend(pdfium.FPDFPath_CountSegments(item))
                drawings.rules += _rules(item, outer, placing)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and len(outer) < _DEEPEST_FORM:
                inside = pdfium.FPDFFormObj_CountObjects(item)
                look(inside, _within(item), [_matrix(item), *outer])

    try:
        look(pdfium.FPDFPage_CountObjects(page), lambda index: pdfium.FPDFPage_GetObject(page, index), [])
    except _TooMany:
        drawings.rules.clear()
    return drawings


def _within(form: object) -> Callable[[int], object]:
    return lambda index: pdfium.FPDFFormObj_GetObject(form, index)


def _matrix(item: object) -> _Matrix:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, matrix):
        return 1.0, 0.0, 0.0, 1.0, 0.0, 0.0
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _moved(x: float, y: float, matrices: Iterable[_Matrix]) -> tuple[float, float]:
    for a, b, c, d, e, f in matrices:
        x, y = a * x + c * y + e, b * x + d * y + f
    return x, y


def _bounds(item: object, outer: Sequence[_Matrix], placing: Placing) -> Box:
    """The box of an object on the page."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    corners = [_moved(x, y, outer) for x in (left.value, right.value) for y in (bottom.value, top.value)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Box(*placing(min(xs), min(ys), max(xs), max(ys)))


def _area(box: Box, frame: Box) -> float:
    """How much of the frame a box covers."""
    width = min(box.right, frame.right) - max(box.left, frame.left)
    height = min(box.bottom, frame.bottom) - max(box.top, frame.top)
    return max(width, 0.0) * max(height, 0.0)


def _rules(item: object, outer: Sequence[_Matrix], placing: Placing) -> list[Box]:
    """The level and upright lines of a path, and the edges of its rectangles."""
    whole = _bounds(item, outer, placing)
    if min(whole.right - whole.left, whole.bottom - whole.top) <= _THIN:
        lines = [whole]  # a bar as thin as a line
    else:
        lines = [
            Box(*placing(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))) for ax, ay, bx, by in _edges(item, outer)
        ]
    return [line for line in lines if _is_rule(line)]


def _is_rule(line: Box) -> bool:
    across, down = line.right - line.left, line.bottom - line.top
    return min(across, down) <= _THIN and max(across, down) >= _SHORTEST_RULE


def _edges(item: object, outer: Sequence[_Matrix]) -> Iterable[tuple[float, float, float, float]]:
    """The straight segments of a path, each as its two ends."""
    matrices = [_matrix(item), *outer]
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for index in range(pdfium.FPDFPath_CountSegments(item)):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = _moved(x.value, y.value, matrices)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield (*last, *point)
        last = point
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield (*last, *start)
            last = start
