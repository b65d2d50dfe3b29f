"""Words and vectors of a generation in a folder, taken over from the one before as far as its chunks are."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from embeddings.store.cosines import unit_rows
from embeddings.store.folder import dense
from embeddings.store.lexical_blocks import Block, Blocks, LexicalWriter, block_size

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from embeddings.progress import Step
    from embeddings.store.generation import GenerationLayout
    from embeddings.store.taking_over import Taken
    from embeddings.types import FloatArray


def takes_vectors(taken: Taken, count: int) -> bool:
    """Whether the vectors of a generation are as exact as one of `count` chunks has them."""
    return not (count < dense.EXACT_BELOW <= taken.former.manifest.chunks)


class TakenVectors:
    """The vectors of chunks that are taken over, by their ids now, as the generation before has them."""

    def __init__(self, taken: Taken, root: Path) -> None:
        former = taken.former
        self._rows = dense.vectors_of(former.files.dense, root, former.manifest.chunks, former.manifest.dimension)
        self._dimension = former.manifest.dimension
        self._firsts = np.array([run.first for run in taken.runs], dtype=np.int64)
        self._stops = np.array([run.now.stop for run in taken.runs], dtype=np.int64)
        self._shifts = np.array([run.before.start - run.first for run in taken.runs], dtype=np.int64)

    def units(self, ids: npt.NDArray[np.int64], rows: Callable[[Sequence[int]], FloatArray]) -> FloatArray:
        """The vectors of ascending ids, of length 1; `rows` gives those that are not taken over."""
        at = np.searchsorted(self._firsts, ids, side="right") - 1
        is_taken = (at >= 0) & (ids < self._stops[at])
        found = np.empty((len(ids), self._dimension), dtype=np.float32)
        if is_taken.any():
            found[is_taken] = self._rows(ids[is_taken] + self._shifts[at[is_taken]])
        if not is_taken.all():
            found[~is_taken] = unit_rows(rows(ids[~is_taken].tolist()))
        return found


def write_taken_words(files: GenerationLayout, count: int, taken: Taken, step: Step) -> None:
    """Write the words of `count` chunks, with those blocks of the generation before that are still the same."""
    before = taken.former.files.lexical
    blocks = Blocks.read(before, taken.former.manifest.chunks)
    first = max(block.first + block.count for block in blocks.all)
    writer = LexicalWriter.create(files.lexical, count, first)
    at = 0
    for start, block in [*_linked(blocks, taken, count), (count, None)]:
        for part in _parts(range(at, start), block_size(count)):
            for words in taken.words(part):
                writer.add(words)
                step(1)
            writer.end_block()
        if block is not None:
            writer.link(before, block)
            step(block.count)
            at = start + block.count
    writer.finish()


def _linked(blocks: Blocks, taken: Taken, count: int) -> list[tuple[int, Block]]:
    """The blocks that stay, each with the id that its first chunk has now.

    Not so one that stands beside less than half a block of new chunks, where both are not more than a block: otherwise
    a file a day would be a block a day.
    """
    whole: list[tuple[int, Block]] = []
    starts = blocks.starts
    for run in taken.runs:
        for start, block in zip(starts, blocks.all, strict=True):
            if run.before.start <= start and start + block.count <= run.before.stop:
                whole.append((run.first + start - run.before.start, block))
    size = block_size(count)
    kept: list[tuple[int, Block]] = []
    at = 0
    for place, (start, block) in enumerate(whole):
        after = whole[place + 1][0] if place + 1 < len(whole) else count
        for gap in (start - at, after - start - block.count):
            if 0 < gap < size // 2 and gap + block.count <= size:
                break
        else:
            kept.append((start, block))
            at = start + block.count
    return kept


def _parts(ids: range, size: int) -> list[range]:
    """Ids that follow each other in as few parts of at most `size` as there can be, all of about one length."""
    count = -(-len(ids) // size)
    bounds = [ids.start + len(ids) * number // max(count, 1) for number in range(count + 1)]
    return [range(start, stop) for start, stop in pairwise(bounds)]
