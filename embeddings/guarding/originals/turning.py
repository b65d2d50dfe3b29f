"""Which way a scan was turned when its lines were recognised: the boxes are parts of it as turned upright.

The index does not say. The boxes do: turned the right way, nearly all that is dark on the page lies in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from embeddings.types import Box

_LOOKED_AT = 900  # pixels of the long side: a line of an A4 page has eight of them
_DARKER = 0.35  # of the way from the paper to the darkest: ink
_CLEARER = 0.05
"""So much more of the ink must lie in the boxes than does with the page as it is."""


def quarters_turned(picture: npt.NDArray[np.uint8], boxes: Sequence[Box]) -> int:
    """By how many quarters, counterclockwise as `numpy.rot90` has it, a page has to be turned to fit its boxes.

    `picture` is RGB, of shape (height, width, 3); `boxes` are those of its lines, in shares of the page. 0 where no
    other way fits clearly better, and without boxes.
    """
    ink = _ink(picture)
    if not boxes or not ink.any():
        return 0
    fits = [_fit(np.rot90(ink, quarters), boxes) for quarters in range(4)]
    best = max(range(4), key=lambda quarters: fits[quarters])
    return best if fits[best] > fits[0] + _CLEARER else 0


def _ink(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    step = max(1, -(-max(picture.shape[:2]) // _LOOKED_AT))
    height, width = (side // step * step for side in picture.shape[:2])
    if not height or not width:
        return np.zeros((0, 0), np.bool_)
    grey = picture[:height, :width].mean(axis=2)
    small = grey.reshape(height // step, step, width // step, step).mean(axis=(1, 3))
    paper, darkest = float(np.median(small)), float(small.min())
    ink: npt.NDArray[np.bool_] = small < paper - _DARKER * (paper - darkest)
    return ink


def _fit(ink: npt.NDArray[np.bool_], boxes: Sequence[Box]) -> float:
    """The share of the ink that lies in the boxes, less that of the page: large boxes hold much of anything."""
    height, width = ink.shape
    within = np.zeros(ink.shape, np.bool_)
    for box in boxes:
        top, bottom = round(box.top * height), max(round(box.bottom * height), round(box.top * height) + 1)
        within[top:bottom, round(box.left * width) : round(box.right * width)] = True
    return float(ink[within].sum() / ink.sum() - within.mean())
