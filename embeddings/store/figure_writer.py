"""figures.sqlite as it is written: figures as they come, and those that are taken over from the generation before."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from chinese.tokens import fold, tokens_of
from embeddings.store.figure_store import IN_CHUNK, unpacked
from embeddings.store.sqlite_files import uri_of, uri_to_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from embeddings.types import FigureFacts

_TABLES = """
CREATE TABLE strings (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE measures (id INTEGER PRIMARY KEY, text TEXT NOT NULL, count INTEGER NOT NULL);
CREATE TABLE tokens (token TEXT PRIMARY KEY, measures BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE figures (
    id INTEGER PRIMARY KEY, measure INTEGER NOT NULL, whose INTEGER NOT NULL, period INTEGER NOT NULL,
    part INTEGER NOT NULL, mode INTEGER NOT NULL, unit INTEGER NOT NULL, heading_unit INTEGER NOT NULL,
    sentence INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL,
    exact INTEGER NOT NULL, value REAL, low REAL, high REAL
);
CREATE TEMP TABLE string_ids (text TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;
CREATE TEMP TABLE measure_ids (text TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;
CREATE TEMP TABLE postings (token TEXT NOT NULL, measure INTEGER NOT NULL, PRIMARY KEY (token, measure)) WITHOUT ROWID;
"""
_FINISH = (
    "INSERT INTO strings SELECT id, text FROM string_ids ORDER BY id",
    "INSERT INTO measures SELECT id, text, (SELECT count(*) FROM figures WHERE measure = m.id) FROM measure_ids m "
    "ORDER BY id",
)
_OWN_WORDS = ("whose", "period", "part")
"""Columns whose texts are a document's own words, and gone with the last figure that says them."""
_WORDS_OF_ALL = ("mode", "unit", "heading_unit")
_KEPT = 50_000
"""Texts whose numbers are kept in memory while a file is written; most come again soon."""


class FigureWriter:
    """Writes figures.sqlite. Figures and their texts go to disk as they come."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._strings = _Numbers(connection, "string_ids")
        self._measures = _Numbers(connection, "measure_ids")
        self._is_taking = False
        self._changed: set[int] = set()  # measures that are said more or less often than before

    @classmethod
    def create(cls, path: Path) -> FigureWriter:
        """Start a new file; a crash may leave any state in it, the folder it lies in is then thrown away."""
        connection = sqlite3.connect(uri_of(path), uri=True, isolation_level=None)
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES + "BEGIN;")
        return cls(connection)

    def begin_taking(self, former: Path, gone: Iterable[range]) -> None:
        """Have figures taken over from the file `former`, before any is added, but not those of the chunks `gone`.

        Its texts keep their numbers.
        """
        self._is_taking = True
        execute = self._connection.execute
        execute("ATTACH ? AS former", (uri_to_read(former),))
        for table in ("string", "measure"):
            execute(f"INSERT OR IGNORE INTO {table}_ids SELECT text, id FROM former.{table}s ORDER BY text")
        execute("CREATE TEMP TABLE gone (id INTEGER PRIMARY KEY)")
        for chunks in gone:
            between = chunks.start << IN_CHUNK, chunks.stop << IN_CHUNK
            found = execute("SELECT DISTINCT measure FROM former.figures WHERE id >= ? AND id < ?", between)
            self._changed.update(measure for (measure,) in found)
            for column in _OWN_WORDS:
                query = f"SELECT {column} FROM former.figures WHERE id >= ? AND id < ?"
                execute(f"INSERT OR IGNORE INTO gone {query}", between)
        self._strings.go_on()
        self._measures.go_on()

    def take(self, chunks: range, first: int) -> None:
        """Take over the figures of chunks of the former file; the first of the chunks is `first` now."""
        self._connection.execute(
            "INSERT INTO figures SELECT id + ?, measure, whose, period, part, mode, unit, heading_unit, sentence, "
            "start, length, exact, value, low, high FROM former.figures WHERE id >= ? AND id < ? ORDER BY id",
            ((first - chunks.start) << IN_CHUNK, chunks.start << IN_CHUNK, chunks.stop << IN_CHUNK),
        )

    def add(self, chunk_id: int, facts: Sequence[FigureFacts]) -> None:
        """Store the figures of a chunk; sqlite3.IntegrityError where it has some already."""
        ordered = sorted(facts, key=lambda item: (item.sentence, item.start, item.end))
        rows = [self._row((chunk_id << IN_CHUNK) + number, item) for number, item in enumerate(ordered)]
        self._connection.executemany(f"INSERT INTO figures VALUES ({', '.join('?' * 15)})", rows)

    def finish(self) -> None:
        """Write what questions look up by; nothing may be added afterwards."""
        self._connection.execute("CREATE INDEX figures_by_measure ON figures (measure)")
        if self._is_taking:
            self._finish_taking()
        else:
            for statement in _FINISH:
                self._connection.execute(statement)
            self._connection.executemany("INSERT INTO tokens VALUES (?, ?)", self._tokens())
        self._connection.execute("COMMIT")

    def _finish_taking(self) -> None:
        """Write the texts but those that no figure says any more, and of measures and tokens what has changed."""
        execute = self._connection.execute
        for column in (*_OWN_WORDS, *_WORDS_OF_ALL):
            still = f"SELECT DISTINCT {column} FROM figures WHERE {column} IN (SELECT id FROM gone)"
            execute(f"DELETE FROM gone WHERE id IN ({still})")
        execute("DELETE FROM string_ids WHERE id > 0 AND id IN (SELECT id FROM gone)")
        execute("INSERT INTO strings SELECT id, text FROM string_ids ORDER BY id")
        changed = json.dumps(sorted(self._changed))
        execute(
            "DELETE FROM measure_ids WHERE id > 0 AND id IN (SELECT value FROM json_each(?)) "
            "AND NOT EXISTS (SELECT 1 FROM figures WHERE measure = measure_ids.id)",
            (changed,),
        )
        execute(
            "INSERT INTO measures SELECT m.id, m.text, CASE WHEN f.count IS NULL OR m.id IN (SELECT value FROM "
            "json_each(?)) THEN (SELECT count(*) FROM figures WHERE measure = m.id) ELSE f.count END "
            "FROM measure_ids m LEFT JOIN former.measures f ON f.id = m.id ORDER BY m.id",
            (changed,),
        )
        self._change_tokens()

    def _change_tokens(self) -> None:
        execute = self._connection.execute
        execute("INSERT INTO tokens SELECT token, measures FROM former.tokens ORDER BY token")
        lost = execute(
            "SELECT id, text FROM former.measures f WHERE NOT EXISTS (SELECT 1 FROM measures WHERE id = f.id)"
        )
        less: dict[str, set[int]] = {}
        for measure, text in lost.fetchall():
            for token in tokens_of(fold(text)):
                less.setdefault(token, set()).add(measure)
        more: dict[str, set[int]] = {}
        for token, measure in execute("SELECT token, measure FROM postings"):
            more.setdefault(token, set()).add(measure)
        for token in sorted(less.keys() | more.keys()):
            row = execute("SELECT measures FROM tokens WHERE token = ?", (token,)).fetchone()
            before = set() if row is None else set(unpacked(row[0]))
            now = (before - less.get(token, set())) | more.get(token, set())
            execute("DELETE FROM tokens WHERE token = ?", (token,))
            if now:
                execute("INSERT INTO tokens VALUES (?, ?)", (token, packed(sorted(now))))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _row(self, number: int, facts: FigureFacts) -> tuple[float | None, ...]:
        measure, is_new = self._measures.number(facts.measure)
        if is_new:
            tokens = set(tokens_of(fold(facts.measure)))
            self._connection.executemany("INSERT INTO postings VALUES (?, ?)", [(token, measure) for token in tokens])
        if self._is_taking:
            self._changed.add(measure)
        texts = (facts.whose, facts.period, facts.part, facts.mode, facts.unit, facts.heading_unit)
        exact = facts.value is not None and facts.value == facts.low == facts.high
        return (
            number,
            measure,
            *(self._strings.number(text)[0] for text in texts),
            facts.sentence,
            facts.start,
            facts.end - facts.start,
            exact,
            facts.value,
            None if exact else facts.low,
            None if exact else facts.high,
        )

    def _tokens(self) -> Iterator[tuple[str, bytes]]:
        token = ""
        measures: list[int] = []
        for found, measure in self._connection.execute("SELECT token, measure FROM postings ORDER BY token, measure"):
            if found != token and measures:
                yield token, packed(measures)
                measures = []
            token = found
            measures.append(measure)
        if measures:
            yield token, packed(measures)


class _Numbers:
    """The number of each different text, from 0, in the order in which they first come."""

    def __init__(self, connection: sqlite3.Connection, table: str) -> None:
        self._connection = connection
        self._get = f"SELECT id FROM {table} WHERE text = ?"
        self._put = f"INSERT INTO {table} VALUES (?, ?)"
        self._highest = f"SELECT max(id) FROM {table}"
        self._kept: dict[str, int] = {}
        self._count = 0
        self.number("")  # 0, which takes no room: most figures have an empty text or two

    def go_on(self) -> None:
        """Number on from the texts that are there."""
        ((highest,),) = self._connection.execute(self._highest).fetchall()
        self._count = highest + 1
        self._kept.clear()

    def number(self, text: str) -> tuple[int, bool]:
        """The number of a text, and whether it is a new one."""
        number = self._kept.get(text)
        if number is not None:
            return number, False
        if len(self._kept) >= _KEPT:
            self._kept.clear()
        found = self._connection.execute(self._get, (text,)).fetchone()
        self._kept[text] = self._count if found is None else found[0]
        if found is None:
            self._connection.execute(self._put, (text, self._count))
            self._count += 1
        return self._kept[text], found is None


def packed(ascending: Iterable[int]) -> bytes:
    """Numbers as the steps from each to the next, in bytes of seven bits, the lowest first; 128 says that more come."""
    packed = bytearray()
    before = 0
    for number in ascending:
        step, before = number - before, number
        while step > 127:
            packed.append(step & 127 | 128)
            step >>= 7
        packed.append(step)
    return bytes(packed)
