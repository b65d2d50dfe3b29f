"""What a build takes over from the generation in force: all of the files that have not changed, as it stands there.

Only what the others give is read, cut and put in row by row. A text that stands in several files is one chunk, the
first file's: so a file is put in anew as well where a text of it becomes a chunk of another file, or of this one again.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from chinese.tokens import tokenize
from embeddings.building.chunk_figures import MOST_WAITING
from embeddings.building.reading_files import FileYears
from embeddings.figures.years import common_year
from embeddings.store.lexical import as_words
from embeddings.store.origins import OWN, files_in
from embeddings.store.taking_over import Taken, TakingOver

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from embeddings.building.kept_readings import KeptReadings, Reading
    from embeddings.building.reading_files import FileReading
    from embeddings.guarding.guarded import GuardedReader
    from embeddings.store.chunk_store import ChunkWriter
    from embeddings.store.generation import DocumentEntry
    from embeddings.store.origins import OriginFile
    from embeddings.store.taking_over import Former

LEAST_KEPT = 0.5
"""The share of the files that has not changed from which on it is quicker to take these over."""

_NO_ARTICLE = 1 << 40
"""Above the number of any article: those that are read before theirs are known are numbered from here on."""


class NotWorthIt(Exception):
    """Too little would be taken over: all is to be put in anew, from what is kept of the files."""


@dataclass(slots=True)
class Planned:
    """A file of the generation being written; `before` is the same file in force, if it is to be taken over."""

    entry: DocumentEntry
    key: bytes
    before: OriginFile | None


class _Place(NamedTuple):
    """Where a chunk stands: the place of its file in the plan, and in the file; `is_taken` that it is in force."""

    file: int
    number: int
    is_taken: bool


class Takeover:
    """Plans what is taken over, a file at a time, and then writes it with what is new in between."""

    def __init__(self, reading: FileReading, former: Former) -> None:
        self._reading = reading
        self._writer = reading.writer
        self._former = TakingOver(reading.writer, former)
        self._by_key = {file.key: file for file in self._former.files if file.key}
        self._entries = {entry.file: entry for entry in former.manifest.documents}
        self._plan: list[Planned] = []
        self._next_article = _NO_ARTICLE

    def add(self, reader: GuardedReader, file: str, digest: str) -> DocumentEntry:
        """Plan a file, which is read if it has changed; raises what `FileReading.take` does."""
        key = self._reading.key(file, digest)
        entry, before = self._entries.get(file), self._by_key.get(key)
        is_same = before is not None and entry is not None and entry.sha256 == digest and self._reading.is_there(entry)
        if entry is None or not is_same:
            entry, before = self._reading.read(reader, file, digest, self._next_article), None
            self._next_article += entry.articles
            key = self._reading.key(file, entry.sha256)
        self._reading.used.add(key)
        self._plan.append(Planned(entry, key, before))
        return entry

    def write(self, more: int) -> set[int]:
        """Write all that was planned, before `more` other files are, and return what `ChunkWriter.commit` takes.

        Raises NotWorthIt where all is to be begun anew.
        """
        if not self._plan and not more:  # nothing could be read, which is for the caller to say
            return set()
        roles = self._settle(more)
        taken = {item.before.place for item in self._plan if item.before is not None}
        gone = [file for file in self._former.files if file.place not in taken]
        spans = [range(file.chunk, file.chunk + file.chunks) for file in gone]
        self._reading.figures.begin_taking(self._former.former.files.figures, spans)
        article = 0
        copied: set[int] = set()
        ids: dict[tuple[int, int], int] = {}
        for place, last in _runs(self._plan):
            before, end = self._plan[place].before, self._plan[last].before
            if before is not None and end is not None:
                run = self._former.take(before, end, article)
                files = [item.before for item in self._plan[place : last + 1] if item.before is not None]
                self._reading.figures.take(run.before, run.first, _years(files))
            else:
                self._write_file(place, article, roles[place], ids, copied)
            article += sum(item.entry.articles for item in self._plan[place : last + 1])
            self._reading.check()
        return copied | self._former.finish(gone)

    def taken(self) -> Taken:
        """What was taken over."""
        words = KeptWords(self._writer, self._reading.readings)
        return Taken(self._former.former, tuple(self._former.runs), words.of)

    def _settle(self, more: int) -> dict[int, list[_Place | None]]:
        """Say of each chunk that is put in by row of which it is a copy, and which files are put in so."""
        while True:
            kept = [item.before for item in self._plan if item.before is not None]
            places = [file.place for file in kept]
            if len(kept) < LEAST_KEPT * (len(self._plan) + more) or not kept or places != sorted(places):
                raise NotWorthIt
            again = self._former.with_copies_of(self._gone(places))
            roles, years = self._roles(again)
            again |= self._of_another_year(kept, years, more)
            more_again = [item for item in self._plan if item.before is not None and item.before.place in again]
            if not more_again:
                return roles
            for item in more_again:
                item.before = None

    def _gone(self, kept: Iterable[int]) -> list[OriginFile]:
        places = set(kept)
        return [file for file in self._former.files if file.place not in places]

    def _roles(self, again: set[int]) -> tuple[dict[int, list[_Place | None]], FileYears]:
        """Go through the files that are put in by row; those whose texts become copies of theirs come to `again`."""
        now = {item.before.place: place for place, item in enumerate(self._plan) if item.before is not None}
        primaries: defaultdict[bytes, list[tuple[str, _Place]]] = defaultdict(list)
        roles: dict[int, list[_Place | None]] = {}
        years = FileYears()
        article = 0
        for place, item in enumerate(self._plan):
            if item.before is None:
                roles[place] = []
                for number, (row, _) in enumerate(self._kept(item).chunks(article)):
                    earlier = list(primaries[row.signature])
                    former = self._former.primaries(row.signature)
                    for year, chunk in former:
                        at = now.get(self._former.file_of(chunk).place, place)
                        if at < place:
                            earlier.append((year, _Place(at, chunk, True)))
                    same = [there for year, there in earlier if year == row.year or not year or not row.year]
                    roles[place].append(min(same, default=None))
                    if not same:
                        primaries[row.signature].append((row.year, _Place(place, number, False)))
                        later = [self._former.file_of(chunk).place for _, chunk in former]
                        again.update(found for found in later if now.get(found, -1) > place)
                    years.add(row)
                    self._reading.check()
            article += item.entry.articles
        return roles, years

    def _of_another_year(self, kept: Sequence[OriginFile], years: FileYears, more: int) -> set[int]:
        """The files whose figures were read for a year that articles which say none are no longer taken to be of."""
        waiting = [file for file in kept if file.waiting]
        count = sum(file.waiting for file in self._former.files) + years.waiting
        if count >= MOST_WAITING or (more and waiting):
            raise NotWorthIt
        if common_year((_years(kept) + years.counted).elements()) == self._former.year:
            return set()
        return {file.place for file in waiting}

    def _write_file(
        self,
        place: int,
        article: int,
        roles: Sequence[_Place | None],
        ids: dict[tuple[int, int], int],
        copied: set[int],
    ) -> None:
        item = self._plan[place]
        kept = self._kept(item)
        years = FileYears()
        for number, ((row, facts), role) in enumerate(zip(kept.chunks(article), roles, strict=True)):
            first = None
            if role is not None:
                first = self._former.moved(role.number) if role.is_taken else ids[role.file, role.number]
                copied.add(first)
            added = self._writer.add_as(row, first)
            if added is not None:
                ids[place, number] = added
            self._reading.figures.add(row, added, item.key, facts)
            years.add(row)
            self._reading.check()
        self._writer.end_file(item.key, kept.articles, years.counted, years.waiting)

    def _kept(self, item: Planned) -> Reading:
        kept = self._reading.readings.get(item.key)
        if kept is None:  # damaged since it was read, or it is of a file that was going to be taken over
            raise NotWorthIt
        return kept


class KeptWords:
    """The words of chunks that were taken over, from what is kept of their files."""

    def __init__(self, writer: ChunkWriter, readings: KeptReadings) -> None:
        self._writer = writer
        self._readings = readings
        self._files = list(files_in(writer.connection, "origins"))
        self._firsts = [file.chunk for file in self._files]

    def of(self, ids: range) -> Iterator[str]:
        """Yield the words of chunks that follow each other."""
        waiting = self._writer.waiting(ids)
        at = ids.start
        while at < ids.stop:
            if at in waiting:
                yield waiting[at]
                at += 1
                continue
            file = self._files[bisect_right(self._firsts, at) - 1]
            stop = min(ids.stop, file.chunk + file.chunks)
            yield from itertools.islice(self._of_file(file), at - file.chunk, stop - file.chunk)
            at = stop

    def _of_file(self, file: OriginFile) -> Iterable[str]:
        kept = self._readings.get(file.key)
        if kept is not None and kept.count == len(file.roles):
            rows = (row for row, _ in kept.chunks(0))
            return (row.words for row, role in zip(rows, file.roles, strict=True) if role == OWN)
        ids = range(file.chunk, file.chunk + file.chunks)
        return (as_words(tokenize(chunk.indexed)) for chunk, _ in self._writer.rows(ids))


def _runs(plan: Sequence[Planned]) -> Iterator[tuple[int, int]]:
    """The first and the last of files that are taken over at once, or put in alone, by their places in the plan."""
    first = 0
    for place, item in enumerate(plan):
        after = plan[place + 1].before if place + 1 < len(plan) else None
        if item.before is None or after is None or after.place != item.before.place + 1:
            yield first, place
            first = place + 1


def _years(files: Iterable[OriginFile]) -> Counter[str]:
    found: Counter[str] = Counter()
    for file in files:
        found.update(file.years)
    return found
