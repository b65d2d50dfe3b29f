"""dense.faiss: the vectors of one generation, searched by cosine.

More than BLOCK vectors are spread over several files, dense-1.faiss and so on, each an index of its own: what a build
holds in memory is one of them, however large the corpus.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from embeddings.generation import damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import faiss

    from embeddings.encoder import FloatArray

EXACT_BELOW = 50_000
"""Vectors of a file up to which each is compared; from there on inverted lists are searched."""

BLOCK = 262_144
"""Vectors of one file at most: 100 MB of 384 bytes, and as much again while it is trained."""

_PAGE = 4096
_TRAINING_PER_LIST = 40  # faiss warns below 39
_PROBED_SHARE = 16  # one list in 16: recall@10 of 0.982 on 60,000 clustered vectors, 0.992 being all lists


def dense_files(path: Path, count: int) -> list[Path]:
    """The files of an index of `count` vectors, of which `path` is the first."""
    blocks = max(1, -(-count // BLOCK))
    return [path, *(path.with_name(f"{path.stem}-{number}{path.suffix}") for number in range(1, blocks))]


def unit_rows(vectors: FloatArray) -> FloatArray:
    """Scale rows to length 1, shape (n, dimension); a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: FloatArray = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return scaled


def write_dense(path: Path, count: int, dimension: int, rows: Callable[[Sequence[int]], FloatArray]) -> Iterator[int]:
    """Write the dense index, yielding the number of vectors done after each step.

    `rows` gives the vectors (n, dimension) of ascending ids; it is called for a sample first where the
    index has to be trained, then for all in order. A row's number is its chunk's id.
    """
    for number, file in enumerate(dense_files(path, count)):
        yield from _write_block(file, range(number * BLOCK, min((number + 1) * BLOCK, count)), dimension, rows)


def _write_block(file: Path, ids: range, dimension: int, rows: Callable[[Sequence[int]], FloatArray]) -> Iterator[int]:
    import faiss

    index = faiss.IndexFlatIP(dimension) if len(ids) < EXACT_BELOW else _trained(ids, dimension, rows)
    for first in range(0, len(ids), _PAGE):
        page = ids[first : first + _PAGE]
        index.add(unit_rows(rows(page)))
        yield len(page)
    try:
        faiss.write_index(index, str(file))
    except RuntimeError as error:
        raise OSError(None, str(error).rpartition("failed: ")[2], str(file)) from error


def _trained(ids: range, dimension: int, rows: Callable[[Sequence[int]], FloatArray]) -> faiss.IndexIVFScalarQuantizer:
    import faiss

    lists = min(4 * math.isqrt(len(ids)), max(1, len(ids) // _TRAINING_PER_LIST))
    quantizer = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFScalarQuantizer(
        quantizer, dimension, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.train(_sample(ids, dimension, lists * _TRAINING_PER_LIST, rows))
    # Where each id's vector lies, stored in the file: what dense_scores looks up.
    index.make_direct_map(True)
    index.nprobe = max(32, lists // _PROBED_SHARE)
    return index


def _sample(ids: range, dimension: int, size: int, rows: Callable[[Sequence[int]], FloatArray]) -> FloatArray:
    """Take `size` vectors spread evenly over all, always the same ones."""
    chosen = [ids[number * len(ids) // size] for number in range(size)] if size < len(ids) else list(ids)
    sample: FloatArray = np.empty((len(chosen), dimension), dtype=np.float32)
    for first in range(0, len(chosen), _PAGE):
        sample[first : first + _PAGE] = unit_rows(rows(chosen[first : first + _PAGE]))
    return sample


class DenseIndex:
    """Reads dense.faiss and its further files; safe to share between threads."""

    def __init__(self, blocks: Sequence[faiss.Index], path: Path, root: Path) -> None:
        self._blocks = blocks
        self._path = path
        self._root = root

    @classmethod
    def open(cls, path: Path, root: Path, count: int, dimension: int) -> DenseIndex:
        """Map the files into memory; IndexDamaged names one where it is no index of its size."""
        blocks = []
        for number, file in enumerate(dense_files(path, count)):
            expected = min(count - number * BLOCK, BLOCK)
            blocks.append(_open_block(file, root, expected, dimension))
        return cls(blocks, path, root)

    def search(self, vector: FloatArray, limit: int) -> list[tuple[int, float]]:
        """Return up to `limit` (id, cosine) nearest to `vector`, in no set order among equals."""
        query = self._query(vector)[np.newaxis, :]
        nearest: list[tuple[float, int]] = []
        with self._reading(), _alone():
            for number, block in enumerate(self._blocks):
                scores, ids = block.search(query, limit)
                found = zip(scores[0].tolist(), ids[0].tolist(), strict=True)
                nearest += [(score, number * BLOCK + place) for score, place in found if place >= 0]
        if len(self._blocks) > 1:
            nearest.sort(key=lambda item: -item[0])
        return [(number, _cosine(score)) for score, number in nearest[:limit]]

    def scores(self, vector: FloatArray, ids: Sequence[int]) -> list[float]:
        """Return the cosine of `vector` and each of the chunks `ids`; ValueError for an id that is not there."""
        if not ids:
            return []
        numbers = np.asarray(ids, dtype=np.int64)
        count = sum(block.ntotal for block in self._blocks)
        if numbers.min() < 0 or numbers.max() >= count:
            message = f"No such chunk in the index: {max(ids)} or {min(ids)} is outside 0..{count - 1}"
            raise ValueError(message)
        query = self._query(vector)
        found = np.empty(len(numbers), dtype=np.float32)
        with self._reading():
            for number, block in enumerate(self._blocks):
                here = numbers // BLOCK == number
                if here.any():
                    found[here] = block.reconstruct_batch(numbers[here] - number * BLOCK) @ query
        return [_cosine(score) for score in found.tolist()]

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            raise damaged(self._path, self._root, str(error), str(error)) from error

    def _query(self, vector: FloatArray) -> FloatArray:
        row = np.ascontiguousarray(vector, dtype=np.float32).reshape(-1)
        if len(row) != self._blocks[0].d:
            message = f"Dimension of the vector ({len(row)}) must match the index's ({self._blocks[0].d})"
            raise ValueError(message)
        unit: FloatArray = unit_rows(row[np.newaxis, :])[0]
        return unit


@contextmanager
def _alone() -> Iterator[None]:
    """Search in this thread only: one question is too little to share, and waiting for the others takes longer."""
    import faiss

    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def _open_block(file: Path, root: Path, count: int, dimension: int) -> faiss.Index:
    import faiss

    try:
        index = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        detail = str(error)[-200:]
        raise damaged(file, root, detail, detail) from error
    if (index.ntotal, index.d) != (count, dimension):
        detail = f"{index.ntotal} x {index.d} != {count} x {dimension}"
        raise damaged(file, root, detail, detail)
    return index


def _cosine(score: float) -> float:
    """Keep within -1 and 1 what quantisation to 8 bits may carry a little beyond."""
    return max(-1.0, min(1.0, score))
