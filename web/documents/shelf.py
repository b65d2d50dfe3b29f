"""The folder of documents as a served page works on it: its list, what comes in and goes out, builds, watching."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.errors import WenjuError
from web.documents.library import Catalogue
from web.documents.uploads import Intake
from web.documents.watching import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from embeddings.store.stores import Generation
    from web.documents.building import Builder
    from web.documents.facts import FactsOfIndex
    from web.documents.library import Library

__all__ = ["Shelf"]

_SECONDS_KNOWN = 3.0
"""For how long a list is not made anew: somebody turns its pages."""
_SECONDS_WAITED = 0.3
"""How long making it may take for it to be waited for."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The list as it was looked at last: when, how many seconds that took, of which generation."""

    when: float
    took: float
    generation: str
    library: Library


class Shelf:
    """The documents of one corpus folder; `index` gives the generation that answers now, `facts` what it says of them.

    Threads may share it.
    """

    def __init__(
        self, corpus: Path, builder: Builder, index: Callable[[], Generation | None], facts: FactsOfIndex
    ) -> None:
        self.corpus = corpus
        self.builder = builder
        self.intake = Intake(corpus)
        self.watcher = Watcher(corpus, builder, self._is_behind)
        self._catalogue = Catalogue(corpus, facts)
        self._index = index
        self._looking = threading.Lock()
        self._known: _Known | None = None
        self._changes = 0
        self._closed = False

    def library(self, *, afresh: bool = False) -> tuple[Library, bool]:
        """The files of the folder, and whether it is to be asked for again soon. CorpusError where it cannot be opened.

        Unless `afresh`, the list may be some seconds old, and of very many files as they were when last looked at, so
        that nobody who turns its pages waits for that each time: then a newer one is to be had soon.
        """
        known = self._known
        if afresh or known is None or known.generation != _name(self._index()):
            return self._look(), False
        if time.monotonic() - known.when <= _SECONDS_KNOWN:
            return known.library, True
        if known.took <= _SECONDS_WAITED:
            return self._look(), False
        if not self._looking.locked():
            threading.Thread(target=self._is_behind, name="wenju-library", daemon=True).start()
        return known.library, True

    def _look(self) -> Library:
        with self._looking:
            changes, index, began = self._changes, self._index(), time.monotonic()
            library = self._catalogue.library(index)
            if changes == self._changes:  # otherwise it may be as it was before
                now = time.monotonic()
                self._known = _Known(now, now - began, _name(index), library)
            return library

    def has_changed(self) -> None:
        """Have the list made anew the next time: files came or went."""
        self._changes += 1
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
            return self.library(afresh=True)[0].changed > 0
        except WenjuError:
            return False


def _name(index: Generation | None) -> str:
    return "" if index is None else index.generation
