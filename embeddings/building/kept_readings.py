"""What was read of documents, kept from build to build: a document that has not changed is not read again.

A reading is keyed by the document's name and SHA-256, and by what read it and cut its words. Each is one transaction: a
build that is stopped or killed loses at most the document it was at. A part whose checksum differs is not there, and
the document is read again; a file that is damaged is begun anew.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from embeddings.chunk_json import dump
from embeddings.store.chunk_store import ChunkRow
from embeddings.store.damage import is_damage
from embeddings.types import FigureFacts, ReadingNote

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    _T = TypeVar("_T")

FILE = "readings.sqlite"
FORMAT = 2
"""Of the parts; raised where they change."""

_SCHEMA = """
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS readings (
  key BLOB NOT NULL, part TEXT NOT NULL, sum INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (key, part)
) WITHOUT ROWID;
"""
_HEAD = "head"
_YEAR = "year "
_QUICKLY = 1
"""zlib's level: the highest saves another tenth, and takes five times as long."""

PAGE = 1000
"""Chunks of a part: of a long document no more are in memory at a time."""

Facts = tuple[FigureFacts, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as it was read: its size in bytes, its articles and chunks with their words, and what was read of it.

    `parts` are its chunks, packed; their articles are numbered from 0.
    """

    size: int
    articles: int
    count: int
    notes: tuple[ReadingNote, ...]
    parts: tuple[bytes, ...]

    def chunks(self, first_article: int) -> Iterator[tuple[ChunkRow, Facts | None]]:
        """The chunks in order, with their figures where these are kept.

        `first_article` is the number of the document's first article in the corpus.
        """
        for part in self.parts:
            for row, facts in json.loads(zlib.decompress(part)):
                yield _row_of(first_article, *row), None if facts is None else _facts_of(facts)


class ReadingInProgress:
    """Packs a document's chunks as they are read."""

    def __init__(self, first_article: int) -> None:
        self._first = first_article
        self._rows: list[object] = []
        self.parts: list[bytes] = []

    def add(self, row: ChunkRow, facts: Sequence[FigureFacts] | None) -> None:
        """Take the next chunk; `facts` are its figures, None where these are not to be kept."""
        own = (row.article - self._first, *row.columns[1:], row.signature.hex(), row.year, row.key.hex(), row.words)
        self._rows.append((own, None if facts is None else _rows_of(facts)))
        if len(self._rows) == PAGE:
            self._pack()

    def finish(self, size: int, articles: int, count: int, notes: tuple[ReadingNote, ...]) -> Reading:
        """The whole reading; nothing may be added afterwards."""
        self._pack()
        return Reading(size, articles, count, notes, tuple(self.parts))

    def _pack(self) -> None:
        if self._rows:
            self.parts.append(_packed(self._rows))
            self._rows.clear()


class KeptReadings:
    """Readings in one file. For one writer and one thread; the index's lock sees to that."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, folder: Path) -> KeptReadings:
        """Open or make the file in `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FILE
        try:
            return cls(_connect(path), path)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
        return cls(_renewed(path), path)

    def get(self, key: bytes) -> Reading | None:
        """The reading of this key, if there is one and every part of it is sound."""
        head = self._part(key, _HEAD)
        if head is None:
            return None
        size, articles, count, notes, parts = json.loads(zlib.decompress(head))
        found = [self._part(key, str(number)) for number in range(parts)]
        sound = tuple([part for part in found if part is not None])
        if len(sound) < parts:
            return None
        return Reading(size, articles, count, tuple([ReadingNote(*note) for note in notes]), sound)

    def put(self, key: bytes, reading: Reading) -> None:
        """Keep a reading; when this returns, a killed process does not lose it."""
        notes = [astuple(note) for note in reading.notes]
        head = _packed([reading.size, reading.articles, reading.count, notes, len(reading.parts)])
        parts = {str(number): part for number, part in enumerate(reading.parts)}
        self._put(key, {**parts, _HEAD: head})

    def figures(self, key: bytes, year: str) -> list[Facts] | None:
        """The figures of those chunks of a document that say no year, as they are read where `year` is theirs."""
        part = self._part(key, _YEAR + year)
        return None if part is None else [_facts_of(facts) for facts in json.loads(zlib.decompress(part))]

    def put_figures(self, key: bytes, year: str, figures: Iterable[Sequence[FigureFacts]]) -> None:
        """Keep these figures, and none of the document for another year."""
        self._guarded(lambda: self._run("DELETE FROM readings WHERE key = ? AND part LIKE ?", (key, f"{_YEAR}%")))
        self._put(key, {_YEAR + year: _packed([_rows_of(facts) for facts in figures])})

    def keep(self, keys: Collection[bytes]) -> None:
        """Drop all other readings."""
        wanted = json.dumps([key.hex() for key in keys])
        drop = "DELETE FROM readings WHERE lower(hex(key)) NOT IN (SELECT value FROM json_each(?))"
        self._guarded(lambda: self._run(drop, (wanted,)))
        self._guarded(lambda: self._connection.execute("PRAGMA incremental_vacuum").fetchall())

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _part(self, key: bytes, part: str) -> bytes | None:
        query = "SELECT sum, content FROM readings WHERE key = ? AND part = ?"
        row = self._guarded(lambda: self._connection.execute(query, (key, part)).fetchone())
        if row is None or type(row[1]) is not bytes or row[0] != _sum(key, part, row[1]):
            return None
        return row[1]

    def _put(self, key: bytes, parts: dict[str, bytes]) -> None:
        rows = [(key, part, _sum(key, part, content), content) for part, content in parts.items()]

        def write() -> None:
            with self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?)", rows)

        self._guarded(write)

    def _run(self, statement: str, values: tuple[object, ...]) -> None:
        with self._connection:
            self._connection.execute(statement, values)

    def _guarded(self, action: Callable[[], _T]) -> _T:
        """Run `action`, once more on a new file where the old one turns out to be damaged."""
        try:
            return action()
        except sqlite3.DatabaseError as error:
            # A damaged page count is a full disk to SQLite.
            if not is_damage(error) and _is_sound(self._connection):
                raise
        self._connection.close()
        self._connection = _renewed(self._path)
        return action()


def _is_sound(connection: sqlite3.Connection) -> bool:
    try:
        ((said,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.DatabaseError:
        return False
    return bool(said == "ok")


def _sum(key: bytes, part: str, content: bytes) -> int:
    """The checksum of a row, its name included: a damaged tree may lead to another row."""
    return zlib.crc32(content, zlib.crc32(part.encode(), zlib.crc32(key)))


def _packed(value: object) -> bytes:
    return zlib.compress(dump(value).encode(), _QUICKLY)


def _row_of(first_article: int, article: int, *columns: Any) -> ChunkRow:  # noqa: ANN401 - as they were written
    *texts, signature, year, key, words = columns
    made: Callable[..., ChunkRow] = ChunkRow
    return made(first_article + article, *texts, bytes.fromhex(signature), year, bytes.fromhex(key), words)


def _rows_of(facts: Iterable[FigureFacts]) -> list[tuple[object, ...]]:
    return [astuple(item) for item in facts]


def _facts_of(rows: Iterable[Iterable[object]]) -> Facts:
    made: Callable[..., FigureFacts] = FigureFacts
    return tuple([made(*row) for row in rows])


def _renewed(path: Path) -> sqlite3.Connection:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    try:
        connection.executescript(_SCHEMA)
        connection.execute("SELECT key, part, sum, content FROM readings LIMIT 1").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection
