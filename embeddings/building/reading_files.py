"""A build's documents become rows of its stores: read and split, or as they were kept where they have not changed."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from typing import TYPE_CHECKING

from embeddings.building.corpus_sums import read_scan, read_still
from embeddings.building.kept_readings import FORMAT, ReadingInProgress
from embeddings.errors import Unreadable
from embeddings.figures.years import lacks_year, year_of
from embeddings.store.chunk_store import ChunkRow
from embeddings.store.generation import DocumentEntry
from embeddings.store.vectors import vector_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from embeddings.building.chunk_figures import ChunkFigures
    from embeddings.building.kept_readings import KeptReadings, Reading
    from embeddings.guarding.guarded import GuardedReader
    from embeddings.recognising.recogniser import Recogniser, Scan
    from embeddings.store.chunk_store import ChunkWriter


class FileReading:
    """Takes one file after another; `made_with` names all that their chunks depend on besides the files.

    `used` are the keys of the readings that this build needs. `check` is called often, and may raise to end it.
    """

    def __init__(
        self,
        corpus: Path,
        fingerprint: str,
        made_with: str,
        readings: KeptReadings,
        writer: ChunkWriter,
        figures: ChunkFigures,
        check: Callable[[], None],
    ) -> None:
        self._corpus = corpus
        self._fingerprint = fingerprint
        self._made_with = f"{FORMAT}\0{made_with}\0{fingerprint}\0{figures.fingerprint}"
        self.readings = readings
        self.writer = writer
        self.figures = figures
        self.check = check
        self.used: set[bytes] = set()

    def take(self, reader: GuardedReader, file: str, digest: str, first_article: int) -> DocumentEntry:
        """Put a file into the stores, and say what it holds; `digest` is what it had when the build began.

        Raises PagesUnread where it has pages to recognise first, Unreadable where it cannot be read, Unsteady where
        somebody keeps writing it, OSError where it is gone.
        """
        key = self.key(file, digest)
        kept = self.kept(file, digest)
        if kept is not None:
            years = FileYears()
            for row, facts in kept.chunks(first_article):
                self.figures.add(row, self.writer.add_row(row), key, facts)
                years.add(row)
                self.check()
            self.writer.end_file(key, kept.articles, years.counted, years.waiting)
            return self.entry(file, digest, kept)
        check_name(file)
        pieces, digest = read_still(reader, self._corpus, file)
        size = (self._corpus / file).stat().st_size  # before anything is added: the file may be gone by now
        key = self.key(file, digest)
        keeping = ReadingInProgress(first_article)
        years = FileYears()
        for chunk in pieces.chunks(first_article):
            row = ChunkRow.of(chunk, vector_key(self._fingerprint, chunk.encoded))
            keeping.add(row, self.figures.add(row, self.writer.add_row(row), key))
            years.add(row)
            self.check()
        reading = keeping.finish(size, pieces.articles, pieces.count, pieces.notes)
        self.readings.put(key, reading)
        self.writer.end_file(key, reading.articles, years.counted, years.waiting)
        return self.entry(file, digest, reading)

    def read(self, reader: GuardedReader, file: str, digest: str, first_article: int) -> DocumentEntry:
        """Have a file among what is kept, without putting it into the stores; raises what `take` does.

        No other file may be read with articles of these numbers.
        """
        kept = self.kept(file, digest)
        if kept is not None:
            return self.entry(file, digest, kept)
        check_name(file)
        pieces, digest = read_still(reader, self._corpus, file)
        size = (self._corpus / file).stat().st_size
        keeping = ReadingInProgress(first_article)
        for chunk in pieces.chunks(first_article):
            row = ChunkRow.of(chunk, vector_key(self._fingerprint, chunk.encoded))
            keeping.add(row, self.figures.read(row))
            self.check()
        reading = keeping.finish(size, pieces.articles, pieces.count, pieces.notes)
        self.readings.put(self.key(file, digest), reading)
        return self.entry(file, digest, reading)

    def take_scan(self, reader: GuardedReader, scan: Scan, recogniser: Recogniser, first_article: int) -> DocumentEntry:
        """Put a file into the stores with what was recognised of its pages, which is kept elsewhere.

        Raises what `take` does but PagesUnread.
        """
        check_name(scan.file)
        pieces, digest = read_scan(reader, self._corpus, scan, recogniser)
        size = (self._corpus / scan.file).stat().st_size
        for chunk in pieces.chunks(first_article):
            row = ChunkRow.of(chunk, vector_key(self._fingerprint, chunk.encoded))
            self.figures.add(row, self.writer.add_row(row), b"")
            self.check()
        self.writer.end_file(b"", pieces.articles, {}, 0)
        return DocumentEntry(scan.file, digest, size, pieces.articles, pieces.count, pieces.notes)

    def is_there(self, entry: DocumentEntry) -> bool:
        """Whether a file is there and of this size: it may be gone by now."""
        return (self._corpus / entry.file).stat().st_size == entry.size

    def kept(self, file: str, digest: str) -> Reading | None:
        """What is kept of a file of this sum; raises OSError where the file is gone."""
        kept = self.readings.get(self.key(file, digest)) if digest else None
        return kept if kept is not None and (self._corpus / file).stat().st_size == kept.size else None

    def entry(self, file: str, digest: str, reading: Reading) -> DocumentEntry:
        """What a document's reading says that it holds; the reading is needed then."""
        self.used.add(self.key(file, digest))
        return DocumentEntry(file, digest, reading.size, reading.articles, reading.count, reading.notes)

    def key(self, file: str, digest: str) -> bytes:
        """The key of a file's reading."""
        return hashlib.sha256(f"{self._made_with}\0{file}\0{digest}".encode("utf-8", "surrogateescape")).digest()


class FileYears:
    """Of each year how many articles of a file are of it, and how many of its chunks wait to be told theirs."""

    def __init__(self) -> None:
        self._articles: dict[int, str] = {}
        self.waiting = 0

    def add(self, row: ChunkRow) -> None:
        """Take the next chunk."""
        if lacks_year(row.date):
            self.waiting += 1
        elif (year := year_of(row.date)) is not None:
            self._articles[row.article] = year

    @property
    def counted(self) -> Counter[str]:
        """The years."""
        return Counter(self._articles.values())


def check_name(file: str) -> None:
    """Raise Unreadable where a file's name is no valid UTF-8, and could not be written to the manifest."""
    if printable(file) != file:
        raise Unreadable("文件名不是有效的 UTF-8", "its name is not valid UTF-8")


def printable(name: str) -> str:
    """A file's name in valid Unicode, whatever it is on disk."""
    return os.fsencode(name).decode("utf-8", "replace")
