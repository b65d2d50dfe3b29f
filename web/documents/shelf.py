"""The folder of documents as a served page works on it: its list, what comes in and goes out, builds, watching."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from chinese.errors import WenjuError
from web.documents.library import Catalogue, Library
from web.documents.uploads import Intake
from web.documents.watching import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from embeddings.store.stores import Generation
    from web.documents.building import Builder

__all__ = ["Shelf"]

_SECONDS_KNOWN = 3.0
"""For how long a list is shown again without looking at each file: as somebody turns its pages."""


class Shelf:
    """The documents of one corpus folder; `index` gives the generation that answers now. Threads may share it."""

    def __init__(self, corpus: Path, builder: Builder, index: Callable[[], Generation | None]) -> None:
        self.corpus = corpus
        self.builder = builder
        self.intake = Intake(corpus)
        self.watcher = Watcher(corpus, builder, self._is_behind)
        self._catalogue = Catalogue(corpus)
        self._index = index
        self._looking = threading.Lock()
        self._known: tuple[float, str, Library] | None = None
        self._closed = False

    def library(self, *, afresh: bool = False) -> Library:
        """The files now, or, unless `afresh`, some seconds ago. CorpusError for a folder that cannot be opened."""
        with self._looking:
            index = self._index()
            name = "" if index is None else index.generation
            if self._known is not None and not afresh:
                when, of, library = self._known
                if of == name and time.monotonic() - when < _SECONDS_KNOWN:
                    return library
            library = self._catalogue.library(index)
            self._known = time.monotonic(), name, library
            return library

    def has_changed(self) -> None:
        """Have the list made anew the next time: files came or went."""
        with self._looking:
            self._known = None

    def begin(self, *, watching: bool) -> None:
        """Read what the list says of the index, so that nobody has to wait for it, and watch where that is wanted."""
        # In a thread, for it reads the whole index.
        beginning = (lambda: self.watch(True)) if watching else self._is_behind
        threading.Thread(target=beginning, name="wenju-library", daemon=True).start()

    def watch(self, on: bool) -> None:
        """Begin to watch the folder, or end that."""
        if not on:
            self.watcher.stop()
        elif not self._closed:
            self.watcher.start(pending=self._is_behind())
            if self._closed:
                self.watcher.stop()

    def close(self) -> None:
        """Watch no longer."""
        self._closed = True
        self.watcher.stop()

    def _is_behind(self) -> bool:
        try:
            return self.library(afresh=True).changed > 0
        except WenjuError:
            return False
