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

from embeddings.store.generation import damaged
from embeddings.store.sqlite_files import open_to_read, reading
from embeddings.types import FigureFacts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from embeddings.errors import IndexDamaged
    from embeddings.store.chosen import Chosen
    from embeddings.types import FigureMode

_COLUMNS = (
    "f.id, measure, whose, period, part, mode, unit, heading_unit, sentence, start, length, exact, f.value, low, high"
)

IN_CHUNK = 20
"""Bits of a figure's number that count the figures of its chunk; those above them are the chunk's id."""
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
        size = 1 << IN_CHUNK
        query = (
            "SELECT measure, count(*) FROM json_each(?) w CROSS JOIN figures f ON "
            f"f.id >= json_extract(w.value, '$[0]') * {size} AND f.id < json_extract(w.value, '$[1]') * {size} "
            "GROUP BY measure"
        )
        return dict(self._rows(query, spans))

    def of_chunks(self, ids: Collection[int]) -> list[StoredFigure]:
        """The figures of these chunks, by chunk, sentence and place; none for an unknown id."""
        size = 1 << IN_CHUNK
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
        return self._stored(rows if only is None else [row for row in rows if row[0] >> IN_CHUNK in only])

    def _rows(self, query: str, *values: str | int) -> list[Any]:
        with reading(self._path, self._index), self._lock:
            return self._connection.execute(query, values).fetchall()

    def _stored(self, rows: Sequence[Any]) -> list[StoredFigure]:
        texts = self._texts("strings", {number for row in rows for number in row[2:8]})
        measures = self._texts("measures", {row[1] for row in rows})
        try:
            return [StoredFigure(row[0] >> IN_CHUNK, _facts(row, measures, texts)) for row in rows]
        except (KeyError, TypeError) as error:
            raise self._damaged() from error

    def _texts(self, table: str, ids: Iterable[int]) -> dict[int, str]:
        return dict(self._rows(f"SELECT id, text FROM {table} WHERE id IN {_THESE}", json.dumps(list(ids))))

    def _unpacked(self, packed: bytes) -> list[int]:
        try:
            return unpacked(packed)
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


def unpacked(packed: bytes) -> list[int]:
    """The numbers of `figure_writer.packed`; IndexError where the last one is cut off."""
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
