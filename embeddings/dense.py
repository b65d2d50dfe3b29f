"""dense.faiss: the vectors of one generation, searched by cosine."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from embeddings.generation import damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import faiss

    from embeddings.encoder import FloatArray

EXACT_BELOW = 50_000
"""Chunks up to which every vector is compared; from there on inverted lists are searched."""

_PAGE = 4096
_TRAINING_PER_LIST = 40  # faiss warns below 39
_PROBED_SHARE = 16  # one list in 16: recall@10 of 0.982 on 60,000 clustered vectors, 0.992 being all lists


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
    import faiss

    index = faiss.IndexFlatIP(dimension) if count < EXACT_BELOW else _trained(count, dimension, rows)
    for first in range(0, count, _PAGE):
        ids = range(first, min(first + _PAGE, count))
        index.add(unit_rows(rows(ids)))
        yield len(ids)
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:
        raise OSError(None, str(error).rpartition("failed: ")[2], str(path)) from error


def _trained(count: int, dimension: int, rows: Callable[[Sequence[int]], FloatArray]) -> faiss.IndexIVFScalarQuantizer:
    import faiss

    lists = 4 * math.isqrt(count)
    quantizer = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFScalarQuantizer(
        quantizer, dimension, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.train(_sample(count, dimension, lists * _TRAINING_PER_LIST, rows))
    # Where each id's vector lies, stored in the file: what dense_scores looks up.
    index.make_direct_map(True)
    index.nprobe = max(32, lists // _PROBED_SHARE)
    return index


def _sample(count: int, dimension: int, size: int, rows: Callable[[Sequence[int]], FloatArray]) -> FloatArray:
    """Take `size` vectors spread evenly over all, always the same ones; the only thing here that grows with `count`."""
    ids = [number * count // size for number in range(size)] if size < count else list(range(count))
    sample: FloatArray = np.empty((len(ids), dimension), dtype=np.float32)
    for first in range(0, len(ids), _PAGE):
        sample[first : first + _PAGE] = unit_rows(rows(ids[first : first + _PAGE]))
    return sample


class DenseIndex:
    """Reads dense.faiss; safe to share between threads."""

    def __init__(self, index: faiss.Index, path: Path, root: Path) -> None:
        self._index = index
        self._path = path
        self._root = root

    @classmethod
    def open(cls, path: Path, root: Path, count: int, dimension: int) -> DenseIndex:
        """Map the file into memory; IndexDamaged names it where it is no index of this size."""
        import faiss

        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            detail = str(error)[-200:]
            raise damaged(path, root, detail, detail) from error
        if (index.ntotal, index.d) != (count, dimension):
            detail = f"{index.ntotal} x {index.d} != {count} x {dimension}"
            raise damaged(path, root, detail, detail)
        return cls(index, path, root)

    def search(self, vector: FloatArray, limit: int) -> list[tuple[int, float]]:
        """Return up to `limit` (id, cosine) nearest to `vector`, in no set order among equals."""
        try:
            scores, ids = self._index.search(self._query(vector)[np.newaxis, :], limit)
        except RuntimeError as error:
            raise damaged(self._path, self._root, str(error), str(error)) from error
        found = zip(ids[0].tolist(), scores[0].tolist(), strict=True)
        return [(number, _cosine(score)) for number, score in found if number >= 0]

    def scores(self, vector: FloatArray, ids: Sequence[int]) -> list[float]:
        """Return the cosine of `vector` and each of the chunks `ids`; ValueError for an id that is not there."""
        if not ids:
            return []
        numbers = np.asarray(ids, dtype=np.int64)
        if numbers.min() < 0 or numbers.max() >= self._index.ntotal:
            message = f"No such chunk in the index: {max(ids)} or {min(ids)} is outside 0..{self._index.ntotal - 1}"
            raise ValueError(message)
        try:
            rows = self._index.reconstruct_batch(numbers)
        except RuntimeError as error:
            raise damaged(self._path, self._root, str(error), str(error)) from error
        return [_cosine(float(score)) for score in rows @ self._query(vector)]

    def _query(self, vector: FloatArray) -> FloatArray:
        row = np.ascontiguousarray(vector, dtype=np.float32).reshape(-1)
        if len(row) != self._index.d:
            message = f"Dimension of the vector ({len(row)}) must match the index's ({self._index.d})"
            raise ValueError(message)
        unit: FloatArray = unit_rows(row[np.newaxis, :])[0]
        return unit


def _cosine(score: float) -> float:
    """Keep within -1 and 1 what quantisation to 8 bits may carry a little beyond."""
    return max(-1.0, min(1.0, score))
