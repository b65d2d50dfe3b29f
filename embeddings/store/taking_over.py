"""Chunks taken over from the generation in force into the one being written: whole runs of files, in few statements.

A file that has not changed gives the same chunks as before, only their numbers move. Which files may be taken over is
for the caller to say: a text that stands in several files is a chunk of the first of them.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.store.origins import BEFORE, YEAR, OriginFile, fact, files_in, note
from embeddings.store.sqlite_files import uri_to_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from embeddings.store.chunk_store import ChunkWriter
    from embeddings.store.generation import GenerationLayout, Manifest

_RUNS = "CREATE TEMP TABLE runs (first INTEGER PRIMARY KEY, stop INTEGER NOT NULL, shift INTEGER NOT NULL)"
_SHIFT = "(SELECT shift FROM runs WHERE first <= {id} ORDER BY first DESC LIMIT 1)"
_IS_TAKEN = "{id} < (SELECT stop FROM runs WHERE first <= {id} ORDER BY first DESC LIMIT 1)"


@dataclass(frozen=True, slots=True)
class Former:
    """The generation in force, every file of it as it was written."""

    files: GenerationLayout
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Run:
    """Chunks that follow each other in both generations: the ids in the one before, and the first one now."""

    before: range
    first: int

    @property
    def now(self) -> range:
        """Their ids in the generation being written."""
        return range(self.first, self.first + len(self.before))


@dataclass(frozen=True, slots=True)
class Taken:
    """What a generation being written takes over of `former`; `words` gives those of any of its chunks, in order."""

    former: Former
    runs: tuple[Run, ...]
    words: Callable[[range], Iterable[str]]

    def others(self, count: int) -> list[range]:
        """The ids below `count` that are of no run, ascending."""
        found, at = [], 0
        for run in self.runs:
            if run.first > at:
                found.append(range(at, run.first))
            at = run.now.stop
        return [*found, range(at, count)] if at < count else found


class TakingOver:
    """Takes files of a former generation over into what `writer` writes. Files come in the order of both."""

    def __init__(self, writer: ChunkWriter, former: Former) -> None:
        self.former = former
        self._writer = writer
        self._connection = writer.connection
        for path, name in ((former.files.chunks, "former"), (former.files.origins, "origin")):
            self._connection.execute(f"ATTACH ? AS {name}", (uri_to_read(path),))
        self._connection.execute(_RUNS)
        self.files = list(files_in(self._connection, "origin"))
        self.year = fact(self._connection, "origin", YEAR)
        self._firsts = [file.chunk for file in self.files]
        self._first_copies = [file.copy for file in self.files]
        self.runs: list[Run] = []

    def primaries(self, signature: bytes) -> list[tuple[str, int]]:
        """The chunks that a text of this signature was indexed as: the year of each, and its id."""
        query = "SELECT year, id FROM origin.texts WHERE signature = ?"
        return self._connection.execute(query, (signature,)).fetchall()

    def file_of(self, chunk: int) -> OriginFile:
        """The file that a chunk is of."""
        return self.files[_last(self._firsts, chunk)]

    def with_copies_of(self, gone: Iterable[OriginFile]) -> set[int]:
        """The places of files that have a copy of a chunk of these."""
        query = "SELECT number FROM former.copies WHERE id >= ? AND id < ?"
        numbers = [
            number
            for file in gone
            for (number,) in self._connection.execute(query, (file.chunk, file.chunk + file.chunks))
        ]
        return {self.files[_last(self._first_copies, number)].place for number in numbers}

    def moved(self, chunk: int) -> int:
        """The id now of a chunk that has been taken over."""
        ((shift,),) = self._connection.execute(f"SELECT {_SHIFT.format(id='?1')}", (chunk,)).fetchall()
        return chunk + int(shift)

    def take(self, first: OriginFile, last: OriginFile, article: int) -> Run:
        """Take the files from `first` to `last` over; `article` is the number that their first article has now."""
        writer, execute = self._writer, self._connection.execute
        run = Run(range(first.chunk, last.chunk + last.chunks), writer.count)
        copies = range(first.copy, last.copy + last.copies)
        if run.before:
            execute("INSERT INTO runs VALUES (?, ?, ?)", (run.before.start, run.before.stop, run.first - first.chunk))
            self.runs.append(run)
        execute(
            "INSERT INTO chunks SELECT id + ?, article + ?, title, section, date, context, sentences, sources, "
            "vector_key FROM former.chunks WHERE id >= ? AND id < ? ORDER BY id",
            (run.first - first.chunk, article - first.article, run.before.start, run.before.stop),
        )
        execute(
            f"INSERT INTO copies SELECT number + ?, id + {_SHIFT.format(id='id')}, article + ?, title, section, date, "
            "context, sentences, sources FROM former.copies WHERE number >= ? AND number < ? ORDER BY number",
            (writer.copied + 1 - first.copy, article - first.article, copies.start, copies.stop),
        )
        execute(
            "INSERT INTO files (key, articles, roles, years, waiting) SELECT key, articles, roles, years, waiting "
            "FROM origin.files WHERE place >= ? AND place <= ? ORDER BY place",
            (first.place, last.place),
        )
        writer.count += len(run.before)
        writer.copied += len(copies)
        return run

    def finish(self, gone: Sequence[OriginFile]) -> set[int]:
        """Take over what is known of the chunks taken over; returns those that had copies in files that are `gone`."""
        execute = self._connection.execute
        for table, columns in (("texts", "signature, year, id + {shift}"), ("merged", "id + {shift}, own")):
            execute(
                f"INSERT OR IGNORE INTO {table} SELECT {columns.format(shift=_SHIFT.format(id='t.id'))} "
                f"FROM origin.{table} t WHERE {_IS_TAKEN.format(id='t.id')} ORDER BY 1, 2"
            )
        changed: set[int] = set()
        for file in gone:
            found = execute(
                f"SELECT DISTINCT id + {_SHIFT.format(id='id')} FROM former.copies "
                f"WHERE number >= ? AND number < ? AND {_IS_TAKEN.format(id='id')}",
                (file.copy, file.copy + file.copies),
            )
            changed.update(number for (number,) in found)
            execute(
                "INSERT OR IGNORE INTO dropped SELECT vector_key FROM former.chunks WHERE id >= ? AND id < ?",
                (file.chunk, file.chunk + file.chunks),
            )
        execute(
            "DELETE FROM dropped WHERE key IN (SELECT vector_key FROM chunks WHERE vector_key IN "
            "(SELECT key FROM dropped))"
        )
        note(self._connection, BEFORE, self.former.manifest.generation)
        return changed


def _last(firsts: Sequence[int], number: int) -> int:
    """The index of the last that begins at `number` or before; those that are empty begin where the next does."""
    return bisect_right(firsts, number) - 1
