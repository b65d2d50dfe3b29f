"""A page that is a picture -> its lines: turned upright where it lies on its side or on its head, and straightened."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from embeddings.recognising.line_places import find_lines
from embeddings.recognising.line_texts import LineReader
from embeddings.recognising.networks import load_network
from embeddings.types import Box, PlacedText

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from embeddings.recognising.line_places import Corners
    from embeddings.recognising.line_texts import Read
    from embeddings.recognising.networks import Picture

LEAST_SURE = 0.5
"""What is less sure is left out: a stain or a seal that was taken for a line, as PP-OCR sets it."""
_SURE = 0.85
"""The mean of lines that stand upright is above it, but for the poorest pages; of those on their heads below."""
_SAMPLE = 5
"""Lines by which it is told whether a page stands on its head."""
_LONG = 1.5
"""So many times as wide as high, a line says how the page is turned."""
_LONGEST_SHEET = 2.5
"""So many times as high as wide, a picture is no page: twice as high as A4 is."""
_SMALLEST, _LARGEST = 16, 6000
"""Pixels: a smaller picture holds no text, and of a larger side only so many are looked at."""


class PageReader:
    """Recognises pictures; loads the networks, which takes half a second. `threads` is how many cores it may use."""

    def __init__(self, models: tuple[Path, Path], threads: int) -> None:
        self._finding = load_network(models[0], threads)
        self._lines = LineReader(load_network(models[1], 1), threads)
        cv2.setNumThreads(threads)

    def recognise(self, picture: Picture) -> tuple[PlacedText, ...]:
        """The lines of a picture, in no particular order.

        Their boxes are parts of the page as it is shown upright and straight: where the picture lies on its side or on
        its head, they are parts of it turned, and where it is askew, of it straightened around its middle.
        """
        height, width = picture.shape[:2]
        if min(height, width) < _SMALLEST:
            return ()
        found: list[PlacedText] = []
        for top, bottom in _bands(picture):
            for item in self._recognise(_fitted(picture[top:bottom])):
                box = replace(
                    item.box,
                    top=round((top + item.box.top * (bottom - top)) / height, 5),
                    bottom=round((top + item.box.bottom * (bottom - top)) / height, 5),
                )
                found.append(replace(item, box=box))
        return tuple(found)

    def _recognise(self, picture: Picture) -> tuple[PlacedText, ...]:
        corners = find_lines(picture, self._finding)
        if _lie_on_their_side(corners):
            picture = np.ascontiguousarray(np.rot90(picture))
            corners = find_lines(picture, self._finding)
        picture, corners, read = self._upright(picture, corners)
        rest = [place for place in range(len(corners)) if place not in read]
        read |= dict(zip(rest, self._lines.read(picture, corners[rest]), strict=True))
        straight = _straightened(corners, picture)
        height, width = picture.shape[:2]
        return tuple(
            PlacedText(text.strip(), _box(straight[place], width, height), sure)
            for place, (text, sure) in sorted(read.items())
            if text.strip() and sure >= LEAST_SURE
        )

    def _upright(self, picture: Picture, corners: Corners) -> tuple[Picture, Corners, dict[int, Read]]:
        """The picture as it is, or on its head where so it can be read better; with the lines that were read for it."""
        sample = _longest(corners, _SAMPLE)
        read = self._lines.read(picture, corners[sample])
        if _mean_sure(read) < _SURE:
            height, width = picture.shape[:2]
            turned = np.ascontiguousarray(picture[::-1, ::-1])
            # The corner at the bottom right is then the one at the top left.
            turned_corners = ((width - 1, height - 1) - corners)[:, [2, 3, 0, 1]].astype(np.float32)
            other = self._lines.read(turned, turned_corners[sample])
            if _mean_sure(other) > _mean_sure(read):
                picture, corners, read = turned, turned_corners, other
        return picture, corners, dict(zip(sample, read, strict=True))

    def close(self) -> None:
        """End its threads."""
        self._lines.close()


def _bands(picture: Picture) -> list[tuple[int, int]]:
    """The rows of a long picture (of a screen, or of a roll of paper) in parts, cut where a row is most even.

    As a whole it would be looked at in so few pixels that its characters would be lost. Any other is one part.
    """
    height, width = picture.shape[:2]
    if height <= _LONGEST_SHEET * width:
        return [(0, height)]
    ink = picture.std(axis=(1, 2))
    cuts = [0]
    while height - cuts[-1] > _LONGEST_SHEET * width:
        first = cuts[-1] + width
        cuts.append(first + int(ink[first : first + width].argmin()))
    return list(pairwise([*cuts, height]))


def _fitted(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    scale = min(1.0, _LARGEST / max(height, width))
    if scale == 1.0:
        return np.ascontiguousarray(picture)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def _sides(corners: Corners) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """How wide and how high lines are, along their own edges."""
    across: npt.NDArray[np.float32] = np.linalg.norm(corners[:, 1] - corners[:, 0], axis=1)
    down: npt.NDArray[np.float32] = np.linalg.norm(corners[:, 3] - corners[:, 0], axis=1)
    return across, down


def _lie_on_their_side(corners: Corners) -> bool:
    across, down = _sides(corners)
    return bool(down[down > _LONG * across].sum() > across[across > _LONG * down].sum())


def _longest(corners: Corners, count: int) -> list[int]:
    across, _ = _sides(corners)
    return [int(place) for place in np.argsort(-across, kind="stable")[:count]]


def _mean_sure(read: list[Read]) -> float:
    return float(np.mean([sure for _, sure in read])) if read else 1.0


def _straightened(corners: Corners, picture: Picture) -> Corners:
    """The corners turned around the middle of the page by the slope that its lines have in common."""
    across, down = _sides(corners)
    long = across > 3 * down
    if not long.any():
        return corners
    rise = corners[long, 1] - corners[long, 0]
    slope = float(np.median(np.arctan2(rise[:, 1], rise[:, 0])))
    sine, cosine = np.sin(slope), np.cos(slope)
    middle = np.array(picture.shape[1::-1], np.float32) / 2
    turned = (corners - middle) @ np.array([(cosine, -sine), (sine, cosine)]) + middle
    return np.asarray(turned, np.float32)


def _box(corners: npt.NDArray[np.float32], width: int, height: int) -> Box:
    shares = np.clip(corners / (width, height), 0, 1)
    left, top = shares.min(axis=0)
    right, bottom = shares.max(axis=0)
    return Box(*(round(float(edge), 4) for edge in (left, top, right, bottom)))
