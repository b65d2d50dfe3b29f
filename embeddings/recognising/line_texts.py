"""The texts of lines that were found in a picture: each cut out, set upright, and read by a CTC network."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt
    from onnxruntime import InferenceSession

    from embeddings.recognising.networks import Picture

HEIGHT = 48
"""Pixels of a line's height that the network takes."""
_NARROWEST, _WIDEST, _STEP = 320, 6400, 64
"""Pixels of a line's width: what is narrower is filled up, what is wider is pressed together."""
_TALL = 2.0
"""So many times as high as wide, a line stands on its side."""

_MARKS = "，。、：；！？（）《》【】"
_BESIDE_MARKS = re.compile(f"(?<=[{_MARKS}]) +| +(?=[{_MARKS}])")
"""Blanks that are none: a full-width mark has white in its own half."""

Read = tuple[str, float]
"""A text, and how sure it is: the mean over its characters, from 0 to 1."""


class LineReader:
    """Reads lines, each by one thread, so that none waits for another and none is filled up to a longer one's width."""

    def __init__(self, network: InferenceSession, threads: int) -> None:
        self._network = network
        self._name = network.get_inputs()[0].name
        self._characters = ["", *network.get_modelmeta().custom_metadata_map["character"].splitlines(), " "]
        self._pool = ThreadPoolExecutor(threads)

    def read(self, picture: Picture, corners: npt.NDArray[np.float32]) -> list[Read]:
        """The texts of the lines with these corners, in their order."""
        # The longest first, so that none is left to one core at the end.
        order = sorted(range(len(corners)), key=lambda place: -float(np.ptp(corners[place], axis=0).max()))
        found = self._pool.map(lambda place: self._read(cut_out(picture, corners[place])), order)
        texts = dict(zip(order, found, strict=True))
        return [texts[place] for place in range(len(corners))]

    def _read(self, line: Picture) -> Read:
        (scores,) = self._network.run(None, {self._name: _given(line)})
        return _decoded(scores[0].argmax(axis=1), scores[0].max(axis=1), self._characters)

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()


def cut_out(picture: Picture, corners: npt.NDArray[np.float32]) -> Picture:
    """The part of a picture with these corners as a line of text: straight, and turned where it stands on its side."""
    across = max(np.linalg.norm(corners[0] - corners[1]), np.linalg.norm(corners[2] - corners[3]))
    down = max(np.linalg.norm(corners[0] - corners[3]), np.linalg.norm(corners[1] - corners[2]))
    width, height = max(1, round(float(across))), max(1, round(float(down)))
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    there = cv2.getPerspectiveTransform(corners, target)
    line = cv2.warpPerspective(picture, there, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.rot90(line) if height >= _TALL * width else line  # type: ignore[return-value]


def _given(line: Picture) -> npt.NDArray[np.float32]:
    height, width = line.shape[:2]
    fitted = max(1, min(_WIDEST, round(width * HEIGHT / height)))
    shrinks = height > 1.5 * HEIGHT
    smaller = cv2.resize(line, (fitted, HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    filled = max(_NARROWEST, -(-fitted // _STEP) * _STEP)
    given = np.zeros((1, 3, HEIGHT, filled), np.float32)
    given[0, :, :, :fitted] = smaller[:, :, ::-1].transpose(2, 0, 1).astype(np.float32) / 127.5 - 1
    return given


def _decoded(best: Iterable[int], sure: npt.NDArray[np.float32], characters: Sequence[str]) -> Read:
    """CTC: the best character of each column; a repeat is the same one, and number 0 is none."""
    places, before = [], 0
    numbers = [int(number) for number in best]
    for place, number in enumerate(numbers):
        if number not in (0, before):
            places.append(place)
        before = number
    if not places:
        return "", 0.0
    text = "".join(characters[numbers[place]] for place in places)
    return _BESIDE_MARKS.sub("", text), float(np.mean(sure[places]))
