"""dense.faiss: the vectors of one generation, searched by cosine.

While they are few, every vector is compared. Of many, dense.faiss holds codes of one bit a number, all of which are
compared (RaBitQ, Gao and Long 2024, in faiss's fast-scan layout: a million in some 10 ms); the vectors of the best, in
half precision, are then read from dense.f16 and compared exactly. Inverted lists compare fewer codes, but of vectors
that do not lie in clusters they miss many: 256 lists of 1024 had a recall@10 of 0.92, and all codes have 1.00.

More than BLOCK vectors have several files of codes, dense-1.faiss and so on: what a build holds in memory is one of
them, however large the corpus.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Protocol

import numpy as np

from embeddings.row_file import RowFile
from embeddings.store.cosines import as_cosine, unit_query, unit_rows
from embeddings.store.generation import damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import faiss
    import numpy.typing as npt

    from embeddings.store.chosen import Chosen
    from embeddings.store.search_threads import SearchThreads
    from embeddings.types import FloatArray

EXACT_BELOW = 50_000
"""Vectors up to which each is compared in full; from there on codes are."""

BLOCK = 262_144
"""Codes of one file at most."""

CANDIDATES = 400
"""Best by their codes that are compared exactly, at least."""

_CANDIDATES_A_HIT = 4
_PAGE = 4096
_HALF = np.dtype("<f2")


def dense_files(path: Path, count: int) -> list[Path]:
    """The files of an index of `count` vectors, of which `path` is the first."""
    if count < EXACT_BELOW:
        return [path]
    return [*_code_files(path, count), _rows_file(path)]


def _code_files(path: Path, count: int) -> list[Path]:
    more = range(1, -(-count // BLOCK))
    return [path, *(path.with_name(f"{path.stem}-{number}{path.suffix}") for number in more)]


def _rows_file(path: Path) -> Path:
    return path.with_suffix(".f16")


class KeptVectors(Protocol):
    """Vectors that a build does not have to ask for."""

    def units(self, ids: npt.NDArray[np.int64], rows: Callable[[Sequence[int]], FloatArray]) -> FloatArray:
        """The vectors of ascending ids, of length 1; `rows` gives those of the others."""
        ...


def write_dense(
    path: Path,
    count: int,
    dimension: int,
    rows: Callable[[Sequence[int]], FloatArray],
    kept: KeptVectors | None = None,
) -> Iterator[int]:
    """Write the dense index, yielding the number of vectors done after each step.

    `rows` gives the vectors (n, dimension) of ascending ids, but of those that are `kept`; for many it is called for a
    sample of them first, then for all in order. A row's number is its chunk's id.
    """
    import faiss

    def units(ids: npt.NDArray[np.int64]) -> FloatArray:
        return unit_rows(rows(ids.tolist())) if kept is None else kept.units(ids, rows)

    if count < EXACT_BELOW:
        yield from _write_codes(path, faiss.IndexFlatIP(dimension), range(count), units, None)
        return
    # One for all files, so that their scores can be compared.
    sample = _half(units(_sample(count))).astype(np.float32)
    with _rows_file(path).open("wb") as half:
        for number, file in enumerate(_code_files(path, count)):
            ids = range(number * BLOCK, min((number + 1) * BLOCK, count))
            yield from _write_codes(file, _codes(dimension, sample), ids, units, half)


def _write_codes(
    file: Path,
    index: faiss.Index,
    ids: range,
    units: Callable[[npt.NDArray[np.int64]], FloatArray],
    half: IO[bytes] | None,
) -> Iterator[int]:
    """Add the vectors to the index and write it; the vectors themselves to `half`, in half precision.

    Their codes are of half precision too: a later build has nothing else of those that it keeps.
    """
    import faiss

    for first in range(ids.start, ids.stop, _PAGE):
        page = units(np.arange(first, min(first + _PAGE, ids.stop)))
        if half is not None:
            rounded = _half(page)
            half.write(rounded.tobytes())
            page = rounded.astype(np.float32)
        index.add(page)
        yield len(page)
    try:
        faiss.write_index(index, str(file))
    except RuntimeError as error:
        raise OSError(None, str(error).rpartition("failed: ")[2], str(file)) from error


def _half(rows: FloatArray) -> npt.NDArray[np.float16]:
    return rows.astype(_HALF)


def _codes(dimension: int, sample: FloatArray) -> faiss.Index:
    """An empty index of codes; all it has to learn is where the middle of the vectors lies."""
    import faiss

    index = faiss.IndexRaBitQFastScan(dimension, faiss.METRIC_INNER_PRODUCT)
    index.train(sample)
    return index


def _sample(count: int) -> npt.NDArray[np.int64]:
    """The ids of vectors spread evenly over all, always the same ones: at most _PAGE."""
    size = min(count, _PAGE)
    return np.arange(size) * count // size


def vectors_of(path: Path, root: Path, count: int, dimension: int) -> Callable[[npt.NDArray[np.int64]], FloatArray]:
    """What gives the vectors of a dense index by their ids, each of length 1; IndexDamaged as `DenseIndex.open`."""
    if count < EXACT_BELOW:
        reconstruct: Callable[[npt.NDArray[np.int64]], FloatArray] = _open_block(
            path, root, count, dimension
        ).reconstruct_batch
        return reconstruct
    return HalfRows.open(_rows_file(path), root, count, dimension).rows


class DenseIndex:
    """Reads dense.faiss and what belongs to it; safe to share between threads."""

    def __init__(
        self, blocks: Sequence[faiss.Index], rows: HalfRows | None, path: Path, root: Path, threads: SearchThreads
    ) -> None:
        self._blocks = blocks
        self._rows = rows
        self._path = path
        self._root = root
        self._threads = threads
        self._count = sum(block.ntotal for block in blocks)

    @classmethod
    def open(cls, path: Path, root: Path, count: int, dimension: int, threads: SearchThreads) -> DenseIndex:
        """Map the codes into memory; IndexDamaged names a file that is no index of its size.

        Several files of codes are searched beside each other in `threads`.
        """
        if count < EXACT_BELOW:
            return cls([_open_block(path, root, count, dimension)], None, path, root, threads)
        blocks = [
            _open_block(file, root, min(count - number * BLOCK, BLOCK), dimension)
            for number, file in enumerate(_code_files(path, count))
        ]
        return cls(blocks, HalfRows.open(_rows_file(path), root, count, dimension), path, root, threads)

    def search(self, vector: FloatArray, limit: int, only: Chosen | None = None) -> list[tuple[int, float]]:
        """Return up to `limit` (id, cosine) nearest to `vector`, in no set order among equals.

        With `only` these are of its ids; where these are more than are compared in full, of others too: whoever asks
        leaves them out, and asks for more.
        """
        query = unit_query(vector, self._blocks[0].d)
        if self._rows is None:
            scores, ids = self._nearest(self._blocks[0], query, limit, only)
            return [(number, as_cosine(score)) for number, score in zip(ids, scores, strict=True)]
        candidates = self._compared(query, limit) if only is None or len(only) > EXACT_BELOW else only.ids
        pages = np.split(candidates, range(_PAGE, len(candidates), _PAGE))
        found = np.concatenate([self._rows.scores(page, query) for page in pages])
        best = np.argsort(-found, kind="stable")[:limit]
        return [(int(candidates[place]), as_cosine(float(found[place]))) for place in best]

    def scores(self, vector: FloatArray, ids: Sequence[int]) -> list[float]:
        """Return the cosine of `vector` and each of the chunks `ids`; ValueError for an id that is not there."""
        if not ids:
            return []
        numbers = np.asarray(ids, dtype=np.int64)
        if numbers.min() < 0 or numbers.max() >= self._count:
            message = f"No such chunk in the index: {max(ids)} or {min(ids)} is outside 0..{self._count - 1}"
            raise ValueError(message)
        query = unit_query(vector, self._blocks[0].d)
        if self._rows is not None:
            return [as_cosine(score) for score in self._rows.scores(numbers, query).tolist()]
        with self._reading():
            rows = self._blocks[0].reconstruct_batch(numbers)
        return [as_cosine(float(score)) for score in rows @ query]

    def _compared(self, query: FloatArray, limit: int) -> npt.NDArray[np.int64]:
        """The ids, ascending, whose vectors are compared in full."""
        wanted = max(CANDIDATES, _CANDIDATES_A_HIT * limit)
        candidates = np.sort(self._candidates(query, wanted)) if 2 * wanted < self._count else np.arange(0)
        # Otherwise more are asked for than codes are good for, or all vectors are one.
        return candidates if len(candidates) >= wanted else np.arange(self._count)

    def _candidates(self, query: FloatArray, wanted: int) -> npt.NDArray[np.int64]:
        """The ids of the `wanted` best by their codes."""

        def search(block: faiss.Index) -> tuple[list[float], list[int]]:
            return self._nearest(block, query, min(wanted, block.ntotal))

        if len(self._blocks) == 1:
            return np.asarray(search(self._blocks[0])[1], dtype=np.int64)
        scores: list[float] = []
        ids: list[int] = []
        for number, (some, here) in enumerate(self._threads.computing.map(search, self._blocks)):
            scores += some
            ids += [number * BLOCK + place for place in here]
        best = np.argsort(-np.asarray(scores), kind="stable")[:wanted]
        return np.asarray(ids, dtype=np.int64)[best]

    def _nearest(
        self, block: faiss.Index, query: FloatArray, limit: int, only: Chosen | None = None
    ) -> tuple[list[float], list[int]]:
        with self._reading(), _alone():
            scores, ids = block.search(query[np.newaxis, :], limit, params=_among(only, block.ntotal))
        there = ids[0] >= 0
        return scores[0][there].tolist(), ids[0][there].tolist()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            raise damaged(self._path, self._root, str(error), str(error)) from error


class HalfRows:
    """The vectors in half precision, one after the other, read by id; safe to share between threads."""

    def __init__(self, rows: RowFile, file: Path, root: Path, dimension: int) -> None:
        self._rows = rows
        self._file = file
        self._root = root
        self._dimension = dimension

    @classmethod
    def open(cls, file: Path, root: Path, count: int, dimension: int) -> HalfRows:
        """Open the file; IndexDamaged names it where it is not of this size."""
        try:
            rows = RowFile(file)
        except OSError as error:
            raise damaged(file, root, str(error), str(error)) from error
        expected = count * dimension * _HALF.itemsize
        if rows.size != expected:
            raise damaged(file, root, f"{rows.size} 字节，应为 {expected}", f"{rows.size} bytes instead of {expected}")
        return cls(rows, file, root, dimension)

    def scores(self, ids: npt.NDArray[np.int64], query: FloatArray) -> npt.NDArray[np.float64]:
        """The inner products of the rows `ids` and `query` (dimension,)."""
        # In double precision the same vector has the same product wherever it stands in a SIMD block.
        found: npt.NDArray[np.float64] = self._read(ids).astype(np.float64) @ query.astype(np.float64)
        return found

    def rows(self, ids: npt.NDArray[np.int64]) -> FloatArray:
        """The rows `ids`."""
        return self._read(ids).astype(np.float32)

    def _read(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.float16]:
        length = self._dimension * _HALF.itemsize
        first, last = (int(ids[0]), int(ids[-1])) if len(ids) else (0, -1)
        follow = last - first + 1 == len(ids) and bool((np.diff(ids) == 1).all())
        try:
            data = (
                self._rows.read(first * length, len(ids) * length) if follow else self._rows.rows(ids.tolist(), length)
            )
        except OSError as error:
            raise damaged(self._file, self._root, str(error), str(error)) from error
        if len(data) != len(ids) * length:
            raise damaged(self._file, self._root, "内容不全", "it is cut short")
        return np.frombuffer(data, dtype=_HALF).reshape(len(ids), self._dimension)


def _among(only: Chosen | None, count: int) -> faiss.SearchParameters | None:
    """What tells faiss to search among chosen ids."""
    if only is None:
        return None
    import faiss

    made: Any = faiss  # its stubs have the arguments of C++, not of Python
    parameters: faiss.SearchParameters = made.SearchParameters(sel=made.IDSelectorBitmap(only.bits(count)))
    return parameters


@contextmanager
def _alone() -> Iterator[None]:
    """Search in this thread only: one file is too little to share, and waiting for the others takes longer."""
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
