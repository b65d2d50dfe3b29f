"""What an index says of its files beside the manifest: dates, titles, pages. It is read once for each generation."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.errors import WenjuError
from web.chat.welcome import CorpusFacts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from embeddings.store.stores import Generation
    from embeddings.types import Chunk, Source

__all__ = ["NOTHING", "FactsOfIndex", "FileFacts"]

_WAIT = 0.5
"""Seconds that the first view waits for the dates; of a large corpus whoever comes later sees them."""
_YEAR = 4
_KEPT_GENERATIONS = 4


@dataclass(slots=True)
class FileFacts:
    """Of one file: its articles' earliest and latest date (ISO 8601), its first article's title, its last page.

    A date or title is "" where there is none; a date without a year counts as the latest where there is no other.
    """

    first: str = ""
    date: str = ""
    title: str = ""
    pages: int = 0

    def take(self, chunk: Chunk, source: Source) -> None:
        """Go on with a chunk of the file; they come in its order."""
        date = chunk.date or ""
        # As texts: a date without a year begins with "-", which is less than any figure.
        self.date = max(self.date, date)
        if date[:_YEAR].isdigit():
            self.first = min(self.first or date, date)
        self.title = self.title or chunk.title
        if source.unit in ("page", "slide"):
            self.pages = max(self.pages, source.end)


NOTHING = FileFacts()
_Read = Future["Mapping[str, FileFacts]"]


class FactsOfIndex:
    """The facts of the index that answers now. Threads share it; `close` ends the reading of a large one."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[Path, str], _Read] = OrderedDict()
        self._changing = threading.Lock()
        self._reading: set[threading.Thread] = set()
        self._closed = threading.Event()

    def of_files(self, index: Generation) -> Mapping[str, FileFacts]:
        """By the file's name; a file without chunks is not there. Waits until all is read.

        Nothing of a damaged index, which says so when it is asked something, and once this is closed.
        """
        with suppress(WenjuError, CancelledError):
            return self._read_of(index).result()
        return {}

    def of_corpus(self, index: Generation) -> CorpusFacts:
        """How many files and articles there are, and the earliest and latest date of an article, once that is read."""
        files: Mapping[str, FileFacts] = {}
        with suppress(TooLate, WenjuError, CancelledError):
            files = self._read_of(index).result(_WAIT)
        dated = [facts for facts in files.values() if facts.first]
        first = min((facts.first for facts in dated), default="")
        last = max((facts.date for facts in dated), default="")
        return CorpusFacts(len(index.manifest.documents), index.manifest.articles, first, last)

    def close(self, seconds: float) -> None:
        """End the reading, and wait at most so long for its end: the index may be closed then."""
        self._closed.set()
        for reading in tuple(self._reading):
            reading.join(seconds)

    def _read_of(self, index: Generation) -> _Read:
        """What is read of an index, or will be; a thread reads, so that who comes next need not wait for it."""
        key = index.path.resolve(), index.generation
        with self._changing:
            found = self._known.get(key)
            if found is not None and not (found.done() and (found.cancelled() or found.exception())):
                return found
            found = self._known[key] = Future()
            while len(self._known) > _KEPT_GENERATIONS:
                self._known.popitem(last=False)
            reading = threading.Thread(target=self._read, args=(index, found), name="wenju-facts", daemon=True)
            self._reading.add(reading)
            reading.start()
            return found

    def _read(self, index: Generation, told: _Read) -> None:
        files: dict[str, FileFacts] = {}
        try:
            for chunk in index.all_chunks():
                if self._closed.is_set():
                    told.cancel()
                    return
                for source in chunk.sources:
                    files.setdefault(source.file, FileFacts()).take(chunk, source)
            told.set_result(files)
        except Exception as error:
            told.set_exception(error)
        finally:
            self._reading.discard(threading.current_thread())
