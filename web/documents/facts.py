"""What the documents are, for the first view: how many, and from when to when. Dates are read once for each index."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from web.chat.welcome import CorpusFacts

if TYPE_CHECKING:
    from embeddings.store.stores import Generation

__all__ = ["FactsOfIndex"]

_WAIT = 0.5
"""Seconds that the page waits for the dates; of a large corpus whoever comes later sees them."""
_YEAR = 4


class FactsOfIndex:
    """The facts of the index that answers now. Threads share it; `close` ends the reading of a large one."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[str, str]] = {}
        self._reading: threading.Thread | None = None
        self._changing = threading.Lock()
        self._closed = threading.Event()

    def of(self, index: Generation) -> CorpusFacts:
        """How many files and articles there are, and the earliest and latest date of an article, once that is read."""
        with self._changing:
            if index.generation not in self._read and self._reading is None and not self._closed.is_set():
                self._reading = threading.Thread(target=self._read_dates, args=(index,), daemon=True)
                self._reading.start()
            reading = self._reading
        if reading is not None:
            reading.join(_WAIT)
        manifest = index.manifest
        return CorpusFacts(len(manifest.documents), manifest.articles, *self._read.get(index.generation, ("", "")))

    def _read_dates(self, index: Generation) -> None:
        first = last = ""
        try:
            for chunk in index.all_chunks():
                if self._closed.is_set():
                    return
                date = chunk.date or ""
                if date[:_YEAR].isdigit():
                    first, last = min(first or date, date), max(last, date)
            self._read = {index.generation: (first, last)}
        finally:
            self._reading = None

    def close(self, seconds: float) -> None:
        """End the reading, and wait at most so long for its end: the index may be closed then."""
        self._closed.set()
        reading = self._reading
        if reading is not None:
            reading.join(seconds)
