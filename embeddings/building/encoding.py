"""The one slow step of a build: what the vector cache lacks is encoded batch by batch, here or by workers, and kept.

Who encodes is a `Pool`: this process itself, several (`building.processes`), or a cluster (`building.ray_pool`).
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Protocol

import numpy as np

from chinese.errors import ModelError, say
from embeddings.store.chunk_store import pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from embeddings.models.encoder import Encoder
    from embeddings.progress import Watch
    from embeddings.store.chunk_store import ChunkWriter
    from embeddings.store.vectors import VectorCache
    from embeddings.types import FloatArray

BATCH = 32
"""Texts encoded and stored at a time: what a kill may lose."""

_WINDOW = 64 * BATCH
_PAGE = 1000


class Pool(Protocol):
    """Encodes batches of texts, one or several at a time."""

    def encode(self, batches: Iterator[list[str]]) -> Iterator[tuple[int, FloatArray]]:
        """Yield each batch's number, from 0, with its vectors (texts, dimension), as they are done, in any order.

        Batches are taken as they are needed. Raises ModelError where the model fails, or workers keep dying.
        """
        ...

    def note(self) -> str:
        """Say who is at work, for the progress bar; "" where there is nothing to say."""
        ...

    def close(self) -> None:
        """End the workers, whatever they are at."""
        ...


class OneProcess:
    """A `Pool` of this process alone."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def encode(self, batches: Iterator[list[str]]) -> Iterator[tuple[int, FloatArray]]:
        for number, texts in enumerate(batches):
            yield number, self._encoder.encode_passages(texts)

    def note(self) -> str:
        return ""

    def close(self) -> None:
        pass


def encode_missing(
    writer: ChunkWriter,
    cache: VectorCache,
    encoder: Encoder,
    pool: Pool,
    watch: Watch,
    among: Sequence[range] | None = None,
) -> int:
    """Encode the chunks whose vectors the cache lacks, put these there, and return how many that were.

    With `among` only these are looked at. Raises ModelError where the model gives anything but finite vectors of the
    encoder's dimension.
    """
    chunks = [range(len(writer))] if among is None else among
    while True:
        before = cache.renewals
        encoded = _encode_once(writer, cache, encoder, pool, watch, chunks)
        if cache.renewals == before:  # otherwise what was there may be gone
            return encoded


def _encode_once(
    writer: ChunkWriter, cache: VectorCache, encoder: Encoder, pool: Pool, watch: Watch, among: Sequence[range]
) -> int:
    missing = array("q")  # of a million chunks, 8 MB; a list of numbers is five times as large
    for ids in (chunks[page.start : page.stop] for chunks in among for page in pages(len(chunks), _PAGE)):
        keys = writer.keys(ids)
        known = cache.get(keys)
        missing.extend(number for number, key in zip(ids, keys, strict=True) if key not in known)
    at_work: dict[int, list[bytes]] = {}

    def texts() -> Iterator[list[str]]:
        for number, batch in enumerate(_batches(writer, missing)):
            at_work[number] = [key for _, key in batch]
            yield [text for text, _ in batch]

    with watch.stage("encoding", len(missing)) as step:
        for number, vectors in pool.encode(texts()) if missing else ():
            keys = at_work.pop(number)
            _check(vectors, len(keys), encoder)
            cache.put(dict(zip(keys, vectors, strict=True)))
            step(len(keys), pool.note())
    return len(missing)


def _batches(writer: ChunkWriter, missing: Sequence[int]) -> Iterator[list[tuple[str, bytes]]]:
    """The texts of the chunks of these numbers with their keys, the longest of a window first.

    Texts of one length waste no padding. Sorting within windows, not over all, keeps the speed even, and with it the
    time left that the bar shows.
    """
    for first in range(0, len(missing), _WINDOW):
        rows = writer.rows(missing[first : first + _WINDOW])
        window = sorted(((chunk.encoded, key) for chunk, key in rows), key=lambda row: -len(row[0]))
        for start in range(0, len(window), BATCH):
            yield window[start : start + BATCH]


def _check(vectors: FloatArray, count: int, encoder: Encoder) -> None:
    wanted = (count, encoder.dimension)
    if vectors.shape != wanted or not np.isfinite(vectors).all():
        raise ModelError(
            say(
                f"模型 {encoder.name} 返回的向量无效：形状 {vectors.shape}，应为 {wanted} 的有限数。",
                f"The model {encoder.name} gave unusable vectors: shape {vectors.shape}, "
                f"not finite numbers of shape {wanted}.",
            )
        )
