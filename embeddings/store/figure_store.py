"""figures.sqlite: the figures of one generation with what each says, by measure and by chunk.

A figure takes some fifty bytes: its texts are numbers of two dictionaries, and its own number says its chunk.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from chinese.tokens import fold, tokens_of
from embeddings.store.generation import damaged
from embeddings.store.sqlite_files import open_to_read, reading
from embeddings.types import FigureFacts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from embeddings.errors import IndexDamaged
    from embeddings.store.chosen import Chosen
    from embeddings.types import FigureMode

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
    "CREATE INDEX figures_by_measure ON figures (measure)",
    "INSERT INTO strings SELECT id, text FROM string_ids ORDER BY id",
    "INSERT INTO measures SELECT id, text, (SELECT count(*) FROM figures WHERE measure = m.id) FROM measure_ids m "
    "ORDER BY id",
)
_COLUMNS = (
    "f.id, measure, whose, period, part, mode, unit, heading_unit, sentence, start, length, exact, f.value, low, high"
)

_IN_CHUNK = 20
"""Bits of a figure's number that count the figures of its chunk; those above them are the chunk's id."""
_KEPT = 50_000
"""Texts whose numbers are kept in memory while a file is written; most come again soon."""
_PAGE = 10_000
_THESE = "(SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class StoredFigure:
    """A figure of the index: the id of its chunk, and what it says."""

    chunk: int
    facts: FigureFacts


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured (新引进产业项目) as the texts say it, and how many figures of the index say exactly that."""

    id: int
    words: str
    count: int


class FigureWriter:
    """Writes figures.sqlite. Figures and their texts go to disk as they come."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._strings = _Numbers(connection, "string_ids")
        self._measures = _Numbers(connection, "measure_ids")

    @classmethod
    def create(cls, path: Path) -> FigureWriter:
        """Start a new file; a crash may leave any state in it, the folder it lies in is then thrown away."""
        connection = sqlite3.connect(path, isolation_level=None)
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES + "BEGIN;")
        return cls(connection)

    def add(self, chunk_id: int, facts: Sequence[FigureFacts]) -> None:
        """Store the figures of a chunk; sqlite3.IntegrityError where it has some already."""
        ordered = sorted(facts, key=lambda item: (item.sentence, item.start, item.end))
        rows = [self._row((chunk_id << _IN_CHUNK) + number, item) for number, item in enumerate(ordered)]
        self._connection.executemany(f"INSERT INTO figures VALUES ({', '.join('?' * 15)})", rows)

    def finish(self) -> None:
        """Write what questions look up by; nothing may be added afterwards."""
        for statement in _FINISH:
            self._connection.execute(statement)
        self._connection.executemany("INSERT INTO tokens VALUES (?, ?)", self._tokens())
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _row(self, number: int, facts: FigureFacts) -> tuple[float | None, ...]:
        measure, is_new = self._measures.number(facts.measure)
        if is_new:
            tokens = set(tokens_of(fold(facts.measure)))
            self._connection.executemany("INSERT INTO postings VALUES (?, ?)", [(token, measure) for token in tokens])
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
                yield token, _packed(measures)
                measures = []
            token = found
            measures.append(measure)
        if measures:
            yield token, _packed(measures)


class _Numbers:
    """The number of each different text, from 0, in the order in which they first come."""

    def __init__(self, connection: sqlite3.Connection, table: str) -> None:
        self._connection = connection
        self._get = f"SELECT id FROM {table} WHERE text = ?"
        self._put = f"INSERT INTO {table} VALUES (?, ?)"
        self._kept: dict[str, int] = {}
        self._count = 0
        self.number("")  # 0, which takes no room: most figures have an empty text or two

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


class FigureStore:
    """Reads figures.sqlite; safe to share between threads. Every method raises IndexDamaged, which names the file."""

    def __init__(self, connection: sqlite3.Connection, path: Path, index_root: Path) -> None:
        self._connection = connection
        self._path = path
        self._index = index_root
        # One connection behind a lock, as in ChunkStore.
        self._lock = threading.Lock()
        self._close = weakref.finalize(self, connection.close)

    @classmethod
    def open(cls, path: Path, index_root: Path) -> FigureStore:
        """Open the file read-only; IndexDamaged names it, and the index at `index_root`, where that fails."""
        with reading(path, index_root):
            store = cls(open_to_read(path), path, index_root)
        store._rows("SELECT id FROM figures LIMIT 1")
        return store

    def measures_with(self, tokens: Collection[str]) -> list[Measure]:
        """The measures whose words have any of `tokens`, by id; `chinese.tokens.tokens_of` cuts them, folded."""
        found = self._rows(f"SELECT measures FROM tokens WHERE token IN {_THESE}", json.dumps(sorted(set(tokens))))
        numbers = {number for (packed,) in found for number in self._unpacked(packed)}
        rows = self._rows(
            f"SELECT id, text, count FROM measures WHERE id IN {_THESE} ORDER BY id", json.dumps(sorted(numbers))
        )
        return [Measure(*row) for row in rows]

    def of_measures(self, ids: Collection[int], only: Chosen | None = None) -> list[StoredFigure]:
        """The figures that say one of these measures, by chunk, sentence and place; none for an unknown id.

        With `only` they are those of its chunks.
        """
        return self._of("f.measure = w.value", ids, only)

    def measure_counts(self, only: Chosen) -> dict[int, int]:
        """How many figures of these chunks say each measure, by the measure's id."""
        spans = json.dumps([[first, last + 1] for first, last in only.spans(len(only))])
        size = 1 << _IN_CHUNK
        query = (
            "SELECT measure, count(*) FROM json_each(?) w CROSS JOIN figures f ON "
            f"f.id >= json_extract(w.value, '$[0]') * {size} AND f.id < json_extract(w.value, '$[1]') * {size} "
            "GROUP BY measure"
        )
        return dict(self._rows(query, spans))

    def of_chunks(self, ids: Collection[int]) -> list[StoredFigure]:
        """The figures of these chunks, by chunk, sentence and place; none for an unknown id."""
        size = 1 << _IN_CHUNK
        return self._of(f"f.id BETWEEN w.value * {size} AND w.value * {size} + {size - 1}", ids)

    def all(self) -> Iterator[StoredFigure]:
        """Yield every figure by chunk, sentence and place, read page by page."""
        after = -1
        while True:
            rows = self._rows(f"SELECT {_COLUMNS} FROM figures f WHERE f.id > ? ORDER BY f.id LIMIT ?", after, _PAGE)
            if not rows:
                return
            yield from self._stored(rows)
            after = rows[-1][0]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._close()

    def _of(self, condition: str, ids: Collection[int], only: Chosen | None = None) -> list[StoredFigure]:
        wanted = json.dumps(sorted({int(number) for number in ids}))
        # CROSS JOIN: each of `ids` is looked up, in place of going through all figures.
        query = f"SELECT {_COLUMNS} FROM json_each(?) w CROSS JOIN figures f ON {condition} ORDER BY f.id"
        rows = self._rows(query, wanted)
        return self._stored(rows if only is None else [row for row in rows if row[0] >> _IN_CHUNK in only])

    def _rows(self, query: str, *values: str | int) -> list[Any]:
        with reading(self._path, self._index), self._lock:
            return self._connection.execute(query, values).fetchall()

    def _stored(self, rows: Sequence[Any]) -> list[StoredFigure]:
        texts = self._texts("strings", {number for row in rows for number in row[2:8]})
        measures = self._texts("measures", {row[1] for row in rows})
        try:
            return [StoredFigure(row[0] >> _IN_CHUNK, _facts(row, measures, texts)) for row in rows]
        except (KeyError, TypeError) as error:
            raise self._damaged() from error

    def _texts(self, table: str, ids: Iterable[int]) -> dict[int, str]:
        return dict(self._rows(f"SELECT id, text FROM {table} WHERE id IN {_THESE}", json.dumps(list(ids))))

    def _unpacked(self, packed: bytes) -> list[int]:
        try:
            return _unpacked(packed)
        except (IndexError, TypeError) as error:
            raise self._damaged() from error

    def _damaged(self) -> IndexDamaged:
        return damaged(self._path, self._index, "内容不一致", "its parts do not fit together")


def _facts(row: Sequence[Any], measures: Mapping[int, str], texts: Mapping[int, str]) -> FigureFacts:
    _, measure, *numbers, sentence, start, length, exact, value, low, high = row
    whose, period, part, mode, unit, heading_unit = (texts[number] for number in numbers)
    return FigureFacts(
        sentence=sentence,
        start=start,
        end=start + length,
        measure=measures[measure],
        whose=whose,
        period=period,
        part=part,
        mode=cast("FigureMode", mode),
        value=value,
        low=value if exact else low,
        high=value if exact else high,
        unit=unit,
        heading_unit=heading_unit,
    )


def _packed(ascending: Iterable[int]) -> bytes:
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


def _unpacked(packed: bytes) -> list[int]:
    """The numbers of `_packed`; IndexError where the last one is cut off."""
    numbers: list[int] = []
    number = step = bits = 0
    for byte in packed:
        step |= (byte & 127) << bits
        bits += 7
        if byte < 128:
            number += step
            numbers.append(number)
            step = bits = 0
    if bits:
        message = "a number is cut off"
        raise IndexError(message)
    return numbers
