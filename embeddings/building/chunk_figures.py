"""The figures of the chunks of a build: read as the chunks come, and kept with those that are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from embeddings.figures.years import common_year, lacks_year, with_year
from embeddings.store.figure_store import FigureWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from embeddings.types import Chunk, FigureFacts

_MOST_WAITING = 20_000
"""Chunks of articles without a year that are kept until the years of all others are known; articles wait whole."""


class ReadsFigures(Protocol):
    """Reads the figures of chunks that come in the order of their articles."""

    def read(self, chunk: Chunk) -> Sequence[FigureFacts]:
        """The figures of a chunk's sentences; those of a sentence shared with the chunk before come once."""
        ...


class ChunkFigures:
    """Reads the figures of every chunk, and writes those of the chunks that are new; without a reader, nothing.

    Articles that say no year wait for the others, whose years may tell theirs.
    """

    def __init__(self, reader: ReadsFigures | None, writer: FigureWriter | None) -> None:
        self._reader = reader
        self._writer = writer
        self._dates: dict[int, str] = {}
        self._waiting: list[tuple[Chunk, int | None]] = []
        self._waits = -1  # the article whose chunks wait that came last

    @classmethod
    def create(cls, path: Path, reader: ReadsFigures | None) -> ChunkFigures:
        """Start a new file; without a reader there is none, and the index is one that has no figures."""
        return cls(reader, None if reader is None else FigureWriter.create(path))

    def add(self, chunk: Chunk, number: int | None) -> None:
        """Take the next chunk. `number` is its id, None where it was put to one of the same text, which has them."""
        if self._reader is None:
            return
        if lacks_year(chunk.date) and (chunk.article == self._waits or len(self._waiting) < _MOST_WAITING):
            self._waits = chunk.article
            self._waiting.append((chunk, number))
            return
        if chunk.date:
            self._dates[chunk.article] = chunk.date
        self._read(chunk, number)

    def _read(self, chunk: Chunk, number: int | None) -> None:
        if self._reader is None or self._writer is None:
            return
        found = self._reader.read(chunk)  # of a copy too: its sentences stand above those of the chunk that follows
        if number is not None:
            self._writer.add(number, found)

    def finish(self, check: Callable[[], None]) -> None:
        """Read what waited, and write what questions look up by; nothing may be added afterwards.

        `check` is called between chunks, and raises where the build is to end.
        """
        year = common_year(self._dates.values())
        for chunk, number in self._waiting:
            check()
            self._read(with_year(chunk, year), number)
        self._waiting.clear()
        if self._writer is not None:
            self._writer.finish()

    def close(self) -> None:
        """Close the file."""
        if self._writer is not None:
            self._writer.close()
