"""The figures of the chunks of a build: read as the chunks come, and kept with those that are stored."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Protocol

from embeddings.figures.years import common_year, lacks_year, with_year
from embeddings.store.figure_writer import FigureWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from embeddings.building.kept_readings import KeptReadings
    from embeddings.store.chunk_store import ChunkRow
    from embeddings.types import Chunk, FigureFacts

MOST_WAITING = 20_000
"""Chunks of articles without a year that are kept until the years of all others are known; articles wait whole."""


class ReadsFigures(Protocol):
    """Reads the figures of chunks that come in the order of their articles.

    `fingerprint` tells what it reads from what another would; "" where it may read otherwise tomorrow, and nothing is
    to be kept of it.
    """

    @property
    def fingerprint(self) -> str: ...

    def read(self, chunk: Chunk) -> Sequence[FigureFacts]:
        """The figures of a chunk's sentences; those of a sentence shared with the chunk before come once."""
        ...


class ChunkFigures:
    """Reads the figures of every chunk, and writes those of the chunks that are new; without a reader, nothing.

    Articles that say no year wait for the others, whose years may tell theirs. What earlier builds read is in
    `readings`.
    """

    def __init__(self, reader: ReadsFigures | None, writer: FigureWriter | None, readings: KeptReadings) -> None:
        self._reader = reader
        self._writer = writer
        self._readings = readings
        self._dates: dict[int, str] = {}
        self._years: Counter[str] = Counter()  # of articles that were taken over
        self._waiting: list[tuple[ChunkRow, int | None, bytes]] = []
        self._waits = -1  # the article whose chunks wait that came last

    @classmethod
    def create(cls, path: Path, reader: ReadsFigures | None, readings: KeptReadings) -> ChunkFigures:
        """Start a new file; without a reader there is none, and the index is one that has no figures."""
        return cls(reader, None if reader is None else FigureWriter.create(path), readings)

    @property
    def fingerprint(self) -> str:
        """That of the reader."""
        return "" if self._reader is None else self._reader.fingerprint

    @property
    def year(self) -> str:
        """That of articles which say none, by the articles so far."""
        return common_year(itertools.chain(self._dates.values(), self._years.elements()))

    def read(self, row: ChunkRow) -> Sequence[FigureFacts] | None:
        """The figures of a chunk, to be added with it later; None where they cannot be kept, or wait."""
        if self._reader is None or lacks_year(row.date):
            return None
        found = self._read(row.chunk)
        return found if self.fingerprint else None

    def begin_taking(self, former: Path, gone: Iterable[range]) -> None:
        """Have figures taken over from the file `former`, before any is added, and none of the chunks `gone`."""
        if self._writer is not None:
            self._writer.begin_taking(former, gone)

    def take(self, chunks: range, first: int, years: Mapping[str, int]) -> None:
        """Take over the figures of chunks of the former file; the first of the chunks is `first` now.

        `years` says of each year how many of their articles are of it.
        """
        self._years.update(years)
        if self._writer is not None:
            self._writer.take(chunks, first)

    def add(
        self, row: ChunkRow, number: int | None, key: bytes, known: Sequence[FigureFacts] | None = None
    ) -> Sequence[FigureFacts] | None:
        """Take the next chunk, with its figures if they are `known`; returns them if they can be kept.

        `number` is its id, None where it was put to one of the same text, which has them. `key` is that of its
        document's reading.
        """
        if self._reader is None:
            return None
        if lacks_year(row.date) and (row.article == self._waits or len(self._waiting) < MOST_WAITING):
            self._waits = row.article
            self._waiting.append((replace(row, words=""), number, key))  # of very many, no more than they need
            return None
        if row.date:
            self._dates[row.article] = row.date
        found = self._read(row.chunk) if known is None else known
        self._write(number, found)
        return found if self.fingerprint and not lacks_year(row.date) else None

    def finish(self, check: Callable[[], None]) -> None:
        """Read what waited, and write what questions look up by; nothing may be added afterwards.

        `check` is called between chunks, and raises where the build is to end.
        """
        year = self.year
        for key, group in groupby(self._waiting, key=itemgetter(2)):
            check()
            waited = list(group)
            for (_, number, _), facts in zip(waited, self._of_document(key, year, waited), strict=True):
                self._write(number, facts)
        self._waiting.clear()
        if self._writer is not None:
            self._writer.finish()

    def close(self) -> None:
        """Close the file."""
        if self._writer is not None:
            self._writer.close()

    def _of_document(
        self, key: bytes, year: str, waited: Sequence[tuple[ChunkRow, int | None, bytes]]
    ) -> Sequence[Sequence[FigureFacts]]:
        known = self._readings.figures(key, year) if key and self.fingerprint else None
        if known is not None and len(known) == len(waited):
            return known
        found = [self._read(with_year(row.chunk, year)) for row, _, _ in waited]
        if key and self.fingerprint:
            self._readings.put_figures(key, year, found)
        return found

    def _read(self, chunk: Chunk) -> Sequence[FigureFacts]:
        # Of a copy too: its sentences stand above those of the chunk that follows.
        return () if self._reader is None else self._reader.read(chunk)

    def _write(self, number: int | None, facts: Sequence[FigureFacts]) -> None:
        if self._writer is not None and number is not None:
            self._writer.add(number, facts)
