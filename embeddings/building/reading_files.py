"""A build's documents become rows of its stores: read and split, or as they were kept where they have not changed."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from embeddings.building.corpus_sums import read_scan, read_still
from embeddings.building.kept_readings import FORMAT, ReadingInProgress
from embeddings.errors import Unreadable
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
        self._readings = readings
        self._writer = writer
        self._figures = figures
        self._check = check
        self.used: set[bytes] = set()

    def take(self, reader: GuardedReader, file: str, digest: str, first_article: int) -> DocumentEntry:
        """Put a file into the stores, and say what it holds; `digest` is what it had when the build began.

        Raises PagesUnread where it has pages to recognise first, Unreadable where it cannot be read, Unsteady where
        somebody keeps writing it, OSError where it is gone.
        """
        kept = self._readings.get(self._key(file, digest)) if digest else None
        if kept is not None and (self._corpus / file).stat().st_size == kept.size:  # it may be gone by now
            return self._take_kept(file, digest, kept, first_article)
        check_name(file)
        pieces, digest = read_still(reader, self._corpus, file)
        size = (self._corpus / file).stat().st_size  # before anything is added: the file may be gone by now
        key = self._key(file, digest)
        self.used.add(key)
        keeping = ReadingInProgress(first_article)
        for chunk in pieces.chunks(first_article):
            row = ChunkRow.of(chunk, vector_key(self._fingerprint, chunk.encoded))
            keeping.add(row, self._figures.add(row, self._writer.add_row(row), key))
            self._check()
        self._readings.put(key, keeping.finish(size, pieces.articles, pieces.count, pieces.notes))
        return DocumentEntry(file, digest, size, pieces.articles, pieces.count, pieces.notes)

    def take_scan(self, reader: GuardedReader, scan: Scan, recogniser: Recogniser, first_article: int) -> DocumentEntry:
        """Put a file into the stores with what was recognised of its pages, which is kept elsewhere.

        Raises what `take` does but PagesUnread.
        """
        check_name(scan.file)
        pieces, digest = read_scan(reader, self._corpus, scan, recogniser)
        size = (self._corpus / scan.file).stat().st_size
        for chunk in pieces.chunks(first_article):
            row = ChunkRow.of(chunk, vector_key(self._fingerprint, chunk.encoded))
            self._figures.add(row, self._writer.add_row(row), b"")
            self._check()
        return DocumentEntry(scan.file, digest, size, pieces.articles, pieces.count, pieces.notes)

    def _take_kept(self, file: str, digest: str, kept: Reading, first_article: int) -> DocumentEntry:
        key = self._key(file, digest)
        self.used.add(key)
        for row, facts in kept.chunks(first_article):
            self._figures.add(row, self._writer.add_row(row), key, facts)
            self._check()
        return DocumentEntry(file, digest, kept.size, kept.articles, kept.count, kept.notes)

    def _key(self, file: str, digest: str) -> bytes:
        return hashlib.sha256(f"{self._made_with}\0{file}\0{digest}".encode("utf-8", "surrogateescape")).digest()


def check_name(file: str) -> None:
    """Raise Unreadable where a file's name is no valid UTF-8, and could not be written to the manifest."""
    if printable(file) != file:
        raise Unreadable("文件名不是有效的 UTF-8", "its name is not valid UTF-8")


def printable(name: str) -> str:
    """A file's name in valid Unicode, whatever it is on disk."""
    return os.fsencode(name).decode("utf-8", "replace")
