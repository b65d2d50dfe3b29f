"""Chunks chosen out of an index by their ids, for a search that is to find no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

__all__ = ["Chosen", "spans"]

Span = tuple[int, int]
"""The first and the last of ids that follow each other."""


class Chosen:
    """A set of chunk ids: whether one is among them, and all of them as spans. It never changes."""

    def __init__(self, ids: Iterable[int]) -> None:
        self.ids: npt.NDArray[np.int64] = np.unique(np.fromiter(ids, dtype=np.int64))
        """The ids, ascending."""
        self._mask = np.zeros(int(self.ids[-1]) + 1 if len(self.ids) else 0, dtype=np.bool_)
        self._mask[self.ids] = True

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, number: int) -> bool:
        return 0 <= number < len(self._mask) and bool(self._mask[number])

    def bits(self, count: int) -> npt.NDArray[np.uint8]:
        """A bit for each of the ids below `count`, the lowest bit of a byte first, as faiss takes them."""
        mask = np.zeros(count, dtype=np.bool_)
        mask[: len(self._mask)] = self._mask[:count]
        return np.packbits(mask, bitorder="little")

    def spans(self, most: int) -> list[Span]:
        """At most `most` spans that hold all of the ids, and as few others as so many spans can."""
        return spans(self.ids, most)


def spans(ids: npt.NDArray[np.int64], most: int) -> list[Span]:
    """At most `most` spans that hold all of `ids`, which ascend, and as few others as so many spans can."""
    if not len(ids):
        return []
    gaps = np.diff(ids)
    between = np.flatnonzero(gaps > 1)
    if len(between) >= most:  # the widest gaps part more than the others
        between = np.sort(between[np.argsort(-gaps[between], kind="stable")[: most - 1]])
    firsts = ids[np.concatenate(([0], between + 1))]
    lasts = ids[np.concatenate((between, [len(ids) - 1]))]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))
