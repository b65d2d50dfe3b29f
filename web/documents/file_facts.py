"""What an index says of each of its files beside the manifest: the latest date, the first title, how many pages."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.errors import WenjuError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from embeddings.store.stores import Generation
    from embeddings.types import Chunk, Source

__all__ = ["NOTHING", "Facts", "FileFacts"]

_KEPT_GENERATIONS = 4


@dataclass(slots=True)
class FileFacts:
    """Of one file: its articles' latest date (ISO 8601, "" for none), its first article's title, its last page."""

    date: str = ""
    title: str = ""
    pages: int = 0

    def take(self, chunk: Chunk, source: Source) -> None:
        """Go on with a chunk of the file; they come in its order."""
        # As texts: a date without a year begins with "-", which is less than any figure.
        self.date = max(self.date, chunk.date or "")
        self.title = self.title or chunk.title
        if source.unit in ("page", "slide"):
            self.pages = max(self.pages, source.end)


NOTHING = FileFacts()


class Facts:
    """The facts of each file; read from the whole index, once for each generation. Threads may share it."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[Path, str], Mapping[str, FileFacts]] = OrderedDict()
        self._reading = threading.Lock()

    def of(self, index: Generation) -> Mapping[str, FileFacts]:
        """By the file's name; a file without chunks is not there."""
        key = index.path.resolve(), index.generation
        with self._reading:
            if key not in self._known:
                try:
                    self._known[key] = _read(index)
                except WenjuError:  # a damaged index says so when it is asked something
                    return {}
                if len(self._known) > _KEPT_GENERATIONS:
                    self._known.popitem(last=False)
            return self._known[key]


def _read(index: Generation) -> dict[str, FileFacts]:
    facts: dict[str, FileFacts] = {}
    for chunk in index.all_chunks():
        for source in chunk.sources:
            if source.file not in facts:
                facts[source.file] = FileFacts()
            facts[source.file].take(chunk, source)
    return facts
