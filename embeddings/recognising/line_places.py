"""Where the lines of text are in a picture: differentiable binarisation (DB, Liao et al. 2020).

The network says of each pixel how likely it is in the middle of a line. What is likely and joined is a line, and the
rectangle around it, which may be turned, is widened by as much as the network was trained to shrink it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from onnxruntime import RunOptions

if TYPE_CHECKING:
    import numpy.typing as npt
    from cv2.typing import MatLike
    from onnxruntime import InferenceSession

    from embeddings.recognising.networks import Picture

    Corners = npt.NDArray[np.float32]
    """Lines by their corners in pixels, from the top left clockwise: shape (lines, 4, 2)."""

# As PP-OCR sets them, but for the sizes.
_LIKELY = 0.3
_LIKELY_LINE = 0.5
_WIDENING = 1.6
_THINNEST = 3  # pixels of the picture that the network is given
_MOST_LINES = 2000
_STEP = 32  # pixels: the network halves its picture five times

_SHORT, _LONG, _LONGEST = 736, 1216, 1824
"""Pixels of a side that the network is given. The long side has the second: in a page of A4 a character of eight points
then has 12 pixels. Only a larger sheet than A4 at 300 dpi has more, up to the third. Where the short side would have
less than the first, as in a picture of a single line, it has that."""
_A4 = 3508  # pixels of the long side at 300 dpi


def find_lines(picture: Picture, network: InferenceSession) -> Corners:
    """Find the lines of a picture, in no particular order."""
    height, width = picture.shape[:2]
    scale = _scale(height, width)
    size = max(_STEP, round(width * scale / _STEP) * _STEP), max(_STEP, round(height * scale / _STEP) * _STEP)
    smaller = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    # Blue first: so the network was trained.
    given = smaller[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32) / 127.5 - 1
    (likely,) = network.run(None, {network.get_inputs()[0].name: given}, _returning_memory())
    corners = [box for box in _rectangles(likely[0, 0]) if box is not None]
    found = np.array(corners, np.float32).reshape(-1, 4, 2)
    there: Corners = np.clip(found * (width / size[0], height / size[1]), 0, (width - 1, height - 1))
    return there.astype(np.float32)


def _returning_memory() -> RunOptions:
    """Between two pages the network holds no memory: it takes much, and the lines are read meanwhile."""
    options = RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


def _scale(height: int, width: int) -> float:
    short, long = min(height, width), max(height, width)
    wanted = min(max(_LONG, _LONG * long / _A4), _LONGEST)
    return min(max(min(1.0, wanted / long), _SHORT / short), _LONGEST / long)


def _rectangles(likely: npt.NDArray[np.float32]) -> list[npt.NDArray[np.float32] | None]:
    mask = cv2.dilate((likely > _LIKELY).astype(np.uint8), np.ones((2, 2), np.uint8))
    outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    return [_rectangle(outline, likely) for outline in outlines[:_MOST_LINES]]


def _rectangle(outline: MatLike, likely: npt.NDArray[np.float32]) -> npt.NDArray[np.float32] | None:
    """The rectangle of a line, widened; None where it is too thin, or not likely enough on the whole."""
    (x, y), (width, height), angle = cv2.minAreaRect(outline)
    if min(width, height) < _THINNEST:
        return None
    inner = cv2.boxPoints(((x, y), (width, height), angle))
    if _mean_within(inner, likely) < _LIKELY_LINE:
        return None
    wider = _WIDENING * width * height / (width + height)  # twice what each side moves out
    return _clockwise(cv2.boxPoints(((x, y), (width + wider, height + wider), angle)))


def _mean_within(box: MatLike, likely: npt.NDArray[np.float32]) -> float:
    height, width = likely.shape
    left, top = np.clip(np.floor(box.min(axis=0)).astype(int), 0, (width - 1, height - 1))
    right, bottom = np.clip(np.ceil(box.max(axis=0)).astype(int), 0, (width - 1, height - 1))
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(mask, [np.round(box - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(likely[top : bottom + 1, left : right + 1], mask)[0])


def _clockwise(box: MatLike) -> npt.NDArray[np.float32]:
    """The corners from the top left clockwise, whatever way the rectangle is turned."""
    by_side = box[np.argsort(box[:, 0], kind="stable")]
    left, right = by_side[:2], by_side[2:]
    left, right = left[np.argsort(left[:, 1])], right[np.argsort(right[:, 1])]
    return np.array([left[0], right[0], right[1], left[1]], np.float32)
