"""chunks.sqlite: the chunks of one generation, by id and by article."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import unicodedata
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from chinese.periods import counted_from
from chinese.tokens import simplify, tokenize
from embeddings.chunk_json import dump, sentence_rows, sentences_from_rows, source_rows, sources_from_rows
from embeddings.store.generation import ORIGINS
from embeddings.store.lexical import as_words
from embeddings.store.origins import COPY, COPY_AGAIN, OWN, add_file
from embeddings.store.origins import SCHEMA as ORIGINS_SCHEMA
from embeddings.store.sqlite_files import open_to_read, reading, uri_of
from embeddings.types import Chunk, Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_T = TypeVar("_T")

_WORDS = "words.sqlite"
"""Beside the chunks while they are written: the words wait here until those of all chunks are known."""

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA waiting.synchronous = OFF;
CREATE TABLE waiting.words (id INTEGER PRIMARY KEY, words TEXT NOT NULL);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY, article INTEGER NOT NULL, title TEXT NOT NULL, section TEXT NOT NULL, date TEXT,
    context TEXT NOT NULL, sentences TEXT NOT NULL, sources TEXT NOT NULL, vector_key BLOB NOT NULL
);
CREATE INDEX chunks_by_article ON chunks (article, id);
CREATE TABLE copies (
    number INTEGER PRIMARY KEY, id INTEGER NOT NULL, article INTEGER NOT NULL, title TEXT NOT NULL,
    section TEXT NOT NULL, date TEXT, context TEXT NOT NULL, sentences TEXT NOT NULL, sources TEXT NOT NULL,
    UNIQUE (id, article, sources)
);
BEGIN;
"""
_COLUMNS = "id, article, title, section, date, context, sentences, sources"
_OWN_FILE = "json_extract(sources, '$[0][0]')"
_PAGE = 1000

MERGED_WHATEVER_THE_HEADLINE = 40
"""Characters from which a text that stands twice is the same passage even under another headline.

A shorter one ("同比增长5%。") says different things under different headlines.
"""


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """A chunk as it is stored: its columns, sentences and sources as JSON, and what is found by working it out.

    Chunks of the same `signature` are one passage in two places, unless they count from two years: `year`, "" where it
    does not matter. `key` names the vector in the cache; `words` are what the lexical index is given.
    """

    article: int
    title: str
    section: str
    date: str | None
    context: str
    sentences: str
    sources: str
    signature: bytes
    year: str
    key: bytes
    words: str

    @classmethod
    def of(cls, chunk: Chunk, key: bytes) -> ChunkRow:
        """The row of a chunk."""
        own = chunk.article, chunk.title, chunk.section, chunk.date, chunk.context
        listed = dump(sentence_rows(chunk.sentences)), dump(source_rows(chunk.sources))
        # In papers of two years 去年 is not one year; a copy without a date may be of either.
        year = counted_from(simplify(_bare(chunk.text)), chunk.date)
        return cls(*own, *listed, _signature(chunk), year, key, as_words(tokenize(chunk.indexed)))

    @property
    def columns(self) -> tuple[int, str, str, str | None, str, str, str]:
        """What the tables have of it, without its id."""
        return self.article, self.title, self.section, self.date, self.context, self.sentences, self.sources

    @property
    def chunk(self) -> Chunk:
        """The chunk, its id 0."""
        return _chunk((0, *self.columns))


class ChunkWriter:
    """Writes chunks.sqlite. Chunks go to disk as they come, so a large corpus does not have to fit in memory.

    Beside it origins.sqlite, by which a later build takes chunks over (`taking_over`), through `connection`.
    """

    def __init__(self, connection: sqlite3.Connection, words: Path) -> None:
        self.connection = connection
        self._words = words
        self.count = 0
        self.copied = 0
        self._roles = bytearray()

    @classmethod
    def create(cls, path: Path) -> ChunkWriter:
        """Start a new file; a crash may leave any state in it, the folder it lies in is then thrown away."""
        connection = sqlite3.connect(uri_of(path), uri=True, isolation_level=None)
        words = path.with_name(_WORDS)
        for file, name in ((words, "waiting"), (path.with_name(ORIGINS), "origins")):
            connection.execute(f"ATTACH ? AS {name}", (str(file),))
        connection.executescript(ORIGINS_SCHEMA + _SCHEMA)
        return cls(connection, words)

    def __len__(self) -> int:
        return self.count

    def add(self, chunk: Chunk, key: bytes) -> int | None:
        """Store a chunk, as `add_row` does; `key` names its vector in the cache."""
        return self.add_row(ChunkRow.of(chunk, key))

    def add_row(self, row: ChunkRow) -> int | None:
        """Store a chunk under the next id, and return it; or as a copy of the chunk that has the same text: None."""
        found = self.connection.execute(
            "SELECT id FROM texts WHERE signature = ?1 AND (year = ?2 OR year = '' OR ?2 = '') ORDER BY id LIMIT 1",
            (row.signature, row.year),
        ).fetchone()
        return self.add_as(row, None if found is None else found[0])

    def add_as(self, row: ChunkRow, copy_of: int | None) -> int | None:
        """Store a chunk as `add_row` does, where it is known of which other one it is a copy, if of any."""
        if copy_of is not None:
            self._add_copy(copy_of, row)
            return None
        self.connection.execute("INSERT INTO texts VALUES (?, ?, ?)", (row.signature, row.year, self.count))
        self.connection.execute(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (self.count, *row.columns, row.key)
        )
        self.connection.execute("INSERT INTO waiting.words VALUES (?, ?)", (self.count, row.words))
        self._roles.append(OWN)
        self.count += 1
        return self.count - 1

    def _add_copy(self, number: int, row: ChunkRow) -> None:
        """Keep where else a chunk stands; `commit` puts the sources together, for a text may stand in very many places.

        Two copies of one article that stand at the same lines, as rows of a page do, count once.
        """
        added = self.connection.execute(
            f"INSERT OR IGNORE INTO copies ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (number, *row.columns)
        ).rowcount
        self._roles.append(COPY if added else COPY_AGAIN)
        self.copied += added

    def end_file(self, key: bytes, articles: int, years: Mapping[str, int], waiting: int) -> None:
        """Note that what came since the file before is all of a file, as `origins.OriginFile` has it."""
        add_file(self.connection, key, articles, bytes(self._roles), years, waiting)
        self._roles.clear()

    def put_sources(self, chunks: Iterable[int]) -> None:
        """Give chunks the sources of all their copies besides their own."""
        for chunk in chunks:
            (stored,) = self.connection.execute("SELECT sources FROM chunks WHERE id = ?", (chunk,)).fetchone()
            merged = self.connection.execute("SELECT own FROM merged WHERE id = ?", (chunk,)).fetchone()
            own = sources_from_rows(json.loads(stored))[: None if merged is None else merged[0]]
            copies = self.connection.execute("SELECT sources FROM copies WHERE id = ? ORDER BY number", (chunk,))
            found = dict.fromkeys(own)
            count = len(found)
            for (rows,) in copies:
                found.update(dict.fromkeys(sources_from_rows(json.loads(rows))))
            sources = dump(source_rows(tuple(found)))
            self.connection.execute("UPDATE chunks SET sources = ? WHERE id = ?", (sources, chunk))
            self.connection.execute("INSERT OR REPLACE INTO merged VALUES (?, ?)", (chunk, count))

    def copies(self) -> Iterator[Chunk]:
        """Yield the copies, as `ChunkStore.copies` does."""
        yield from map(_chunk, self.connection.execute(f"SELECT {_COLUMNS} FROM copies ORDER BY number"))

    def rows(self, ids: Sequence[int]) -> list[tuple[Chunk, bytes]]:
        """Return chunks with their vector keys, by id; `ids` ascends."""
        rows = self.connection.execute(
            f"SELECT {_COLUMNS}, vector_key FROM chunks WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(list(ids)),),
        )
        return [(_chunk(row[:8]), row[8]) for row in rows]

    def keys(self, ids: Sequence[int]) -> list[bytes]:
        """Return the vector keys of chunks, by id; `ids` ascends."""
        rows = self.connection.execute(
            "SELECT vector_key FROM chunks WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(list(ids)),),
        )
        return [key for (key,) in rows]

    def words(self, ids: range) -> list[str]:
        """Return the words of chunks that follow each other, by id."""
        query = "SELECT words FROM waiting.words WHERE id >= ? AND id < ? ORDER BY id"
        return [words for (words,) in self.connection.execute(query, (ids.start, ids.stop))]

    def copied_since(self, copied: int) -> set[int]:
        """Return the chunks that have got copies since `copied` copies were there."""
        found = self.connection.execute("SELECT DISTINCT id FROM copies WHERE number > ?", (copied,))
        return {number for (number,) in found}

    def waiting(self, ids: range) -> dict[int, str]:
        """Return the words of those of these chunks that were put in by row, by id."""
        query = "SELECT id, words FROM waiting.words WHERE id >= ? AND id < ?"
        return dict(self.connection.execute(query, (ids.start, ids.stop)).fetchall())

    def commit(self, copied: Iterable[int] | None = None) -> None:
        """Write what was added; nothing may be added afterwards.

        `copied` are the chunks whose copies are not those that their sources were put together from: by default all
        that have any.
        """
        if copied is None:
            copied = [number for (number,) in self.connection.execute("SELECT DISTINCT id FROM copies")]
        self.put_sources(copied)
        self.connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file; its words are gone then."""
        self.connection.close()
        self._words.unlink(missing_ok=True)


class ChunkStore:
    """Reads chunks.sqlite; safe to share between threads."""

    def __init__(self, connection: sqlite3.Connection, path: Path, index: Path) -> None:
        self._connection = connection
        self._path = path
        self._index = index
        # One connection behind a lock: a read takes microseconds, and connections held by
        # threads that have ended would stay open.
        self._lock = threading.Lock()
        self._close = weakref.finalize(self, connection.close)

    @classmethod
    def open(cls, path: Path, index: Path) -> ChunkStore:
        """Open the file read-only; IndexDamaged names it where that fails."""
        with reading(path, index):
            return cls(open_to_read(path), path, index)

    def chunks(self, ids: Sequence[int]) -> list[Chunk]:
        """Return chunks by id, in the order asked for; ValueError for an id that is not there."""
        rows = self._rows("id IN (SELECT value FROM json_each(?))", (json.dumps([int(number) for number in ids]),))
        found = {chunk.id: chunk for chunk in rows}
        if absent := [number for number in ids if number not in found]:
            message = f"No such chunk in the index: {absent[0]}"
            raise ValueError(message)
        return [found[number] for number in ids]

    def article(self, article: int) -> list[Chunk]:
        """Return the chunks of an article, in its order."""
        return self._rows("article = ? ORDER BY id", (article,))

    def file(self, file: str) -> list[Chunk]:
        """Return the chunks that stand in a file, by id."""
        # A file's name as the sources have it; what merely contains it is sorted out below.
        rows = self._rows("instr(sources, ?) ORDER BY id", (dump(file),))
        return [chunk for chunk in rows if any(source.file == file for source in chunk.sources)]

    def all(self) -> Iterator[Chunk]:
        """Yield every chunk by id, read page by page."""
        query = f"SELECT {_COLUMNS}, id FROM chunks WHERE id > ? ORDER BY id LIMIT ?"
        yield from self._paged(lambda row: _chunk(row[:8]), query)

    def standings(self, files: Collection[str] | None = None) -> Iterator[Standing]:
        """Yield of every chunk, or of those whose own file is among `files`, where it stands, by id."""
        yield from self._standing(lambda row: Standing(*row[:4]), "id, article, date", "chunks", files, "id")

    def copies(self, files: Collection[str] | None = None) -> Iterator[Chunk]:
        """Yield every chunk that has the text of an earlier one, or those in `files`, in the order of the build.

        Each is as it stands in its own article, under the id of the chunk that is indexed for it.
        """
        yield from self._standing(lambda row: _chunk(row[:8]), _COLUMNS, "copies", files, "number")

    def _standing(
        self, made: Callable[[Any], _T], columns: str, table: str, files: Collection[str] | None, order: str
    ) -> Iterator[_T]:
        condition = "1" if files is None else f"{_OWN_FILE} IN (SELECT value FROM json_each(?1))"
        query = (
            f"SELECT {columns}, {_OWN_FILE}, {order} FROM {table} WHERE {condition} AND {order} > ?2 "
            f"ORDER BY {order} LIMIT ?3"
        )
        yield from self._paged(made, query, dump(sorted(files or ())))

    def vector_keys(self) -> Iterator[bytes]:
        """Yield the vector cache's key of every chunk."""
        query = "SELECT vector_key, id FROM chunks WHERE id > ? ORDER BY id LIMIT ?"
        yield from self._paged(lambda row: bytes(row[0]), query)

    def _paged(self, made: Callable[[Any], _T], query: str, *values: str) -> Iterator[_T]:
        """Yield what is made of each row of a query, page by page; the last column is what the rows are in order of."""
        after = -1
        while True:
            with reading(self._path, self._index):
                with self._lock:
                    rows = self._connection.execute(query, (*values, after, _PAGE)).fetchall()
                if rows and rows[-1][-1] <= after:  # in a damaged file: it would go on for ever
                    raise sqlite3.DatabaseError("rows are out of order")
                found = [made(row) for row in rows]
            yield from found
            if len(rows) < _PAGE:
                return
            after = rows[-1][-1]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._close()

    def _rows(self, condition: str, values: tuple[int | str, ...]) -> list[Chunk]:
        with reading(self._path, self._index):
            with self._lock:
                rows = self._connection.execute(f"SELECT {_COLUMNS} FROM chunks WHERE {condition}", values).fetchall()
            return [_chunk(row) for row in rows]


def _signature(chunk: Chunk) -> bytes:
    """Return a hash that is the same for two chunks that are one passage in two places."""
    text = _bare(chunk.text)
    headline = _bare(chunk.title) if len(text) < MERGED_WHATEVER_THE_HEADLINE else ""
    return hashlib.sha256(f"{headline}\0{text}".encode()).digest()


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _chunk(row: tuple[int, int, str, str, str | None, str, str, str]) -> Chunk:
    number, article, title, section, date, context, sentences, sources = row
    return Chunk(
        number,
        article,
        title,
        section,
        date,
        context,
        sentences_from_rows(json.loads(sentences)),
        sources_from_rows(json.loads(sources)),
    )


def pages(count: int, size: int) -> Iterator[range]:
    """The numbers below `count`, in ranges of at most `size`."""
    for first in range(0, count, size):
        yield range(first, min(first + size, count))
