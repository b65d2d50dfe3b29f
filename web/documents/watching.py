"""Watching a folder of documents: what changes in it is indexed as soon as it has come to rest."""

from __future__ import annotations

import logging
import os
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.errors import language

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from web.documents.building import Builder

__all__ = ["WatchLimits", "Watcher"]

_log = logging.getLogger(__name__)

_Stamp = tuple[int, int, int]
Snapshot = dict[str, _Stamp]
"""Of each file by its path: size, times of its content and of its entry."""


@dataclass(frozen=True, slots=True)
class WatchLimits:
    """Seconds between two looks, for how many nothing may change before a build, and the longest that is waited for.

    A look at many files takes a while: at least `rest` times that lies between two.
    """

    look: float = 1.0
    still: float = 3.0
    longest: float = 600.0
    rest: float = 20.0


class Watcher:
    """Looks at one corpus folder, in one thread, while it is on; `builder` builds. Threads may share it.

    A build begins when something is other than it was before the last one, and nothing has changed for some seconds: a
    file that is being written is waited for. `needed` says whether the index is behind the folder: somebody else may
    have built. Whether the build then fails or is stopped, the same state of the folder is not built again.
    """

    def __init__(
        self,
        corpus: Path,
        builder: Builder,
        needed: Callable[[], bool] = lambda: True,
        limits: WatchLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._corpus = corpus
        self._builder = builder
        self._needed = needed
        self._limits = WatchLimits() if limits is None else limits
        self._clock = clock
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._end = threading.Event()

    @property
    def is_on(self) -> bool:
        """Whether it is watching."""
        with self._lock:
            return self._thread is not None

    def start(self, *, pending: bool = False) -> None:
        """Begin to watch; nothing where it does. `pending`: the folder is other than the index now already."""
        with self._lock:
            if self._thread is not None:
                return
            self._end = threading.Event()
            built = None if pending else snapshot(self._corpus)  # what comes from here on is a change
            self._thread = threading.Thread(
                target=self._watch, args=(self._end, built), name="wenju-watch", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """Watch no longer; returns when the thread has ended. A build that it began goes on."""
        with self._lock:
            thread, self._thread = self._thread, None
            self._end.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _watch(self, end: threading.Event, built: Snapshot | None) -> None:
        limits = self._limits
        seen, since, changed = built, self._clock(), self._clock()
        pause = limits.look
        while not end.wait(pause):
            began = self._clock()
            now = snapshot(self._corpus)
            pause = max(limits.look, limits.rest * (self._clock() - began))
            if now != seen:
                if seen == built:
                    since = self._clock()  # the first of these changes
                seen, changed = now, self._clock()
                continue
            rested = self._clock() - changed >= limits.still or self._clock() - since >= limits.longest
            if now == built or not rested:
                continue
            # What is written from here on is other than this, and built the next time.
            if not self._needed():
                built = seen = now
            elif self._builder.start(language()):
                built = seen = now
                _log.info("The folder of documents has changed; it is being indexed")


def snapshot(corpus: Path) -> Snapshot:
    """The files of a folder as they are, but for hidden ones and locks; links are not followed."""
    found: Snapshot = {}
    waiting = [os.fspath(corpus)]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.startswith((".", "~$")):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        status = entry.stat(follow_symlinks=False)
                        found[entry.path] = status.st_size, status.st_mtime_ns, status.st_ctime_ns
        except OSError:
            continue  # gone, or not to be opened: what was seen of it counts
    return found
