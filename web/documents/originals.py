"""The originals of the documents that answers come from: pages as pictures, rows of sheets, the file itself.

Only files that the index names are looked at, and only as long as they are what was indexed: marks would stand at
other words otherwise.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from embeddings.errors import Unreadable
from embeddings.guarding.originals.guarded_originals import GROWTH, SECONDS, GuardedOriginals
from embeddings.guarding.originals.opening import open_beneath
from embeddings.guarding.originals.page_drawing import DRAWN
from embeddings.guarding.originals.sheet_rows import TEXTS, WORKBOOKS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from embeddings.guarding.originals.page_drawing import Drawn
    from embeddings.guarding.originals.sheet_rows import SheetRows
    from embeddings.store.generation import DocumentEntry
    from embeddings.store.stores import Generation
    from embeddings.types import Box

__all__ = ["WIDTHS", "OriginalLimits", "Originals", "shows_pages", "shows_rows"]

WIDTHS = (1000, 2000)
"""Pixels that a page may be asked for in: to be seen whole, and to be looked at closely."""
_T = TypeVar("_T")


def shows_pages(file: str) -> bool:
    """Whether a file of this name has pages that can be drawn."""
    return Path(file).suffix.lower() in DRAWN


def shows_rows(file: str) -> bool:
    """Whether a file of this name is a table of cells."""
    return Path(file).suffix.lower() in WORKBOOKS | TEXTS


@dataclass(frozen=True, slots=True)
class OriginalLimits:
    """How many are drawn at once, how many may wait for that and for how long, how many bytes of pages are kept.

    `seconds` and `growth` (bytes) limit each page.
    """

    at_once: int = 2
    waiting: int = 8
    seconds_waiting: float = 15.0
    kept: int = 64 << 20
    seconds: float = SECONDS
    growth: int = GROWTH


class Originals:
    """The originals of one corpus folder. Threads may share it; `close` ends what it started.

    What cannot be shown raises Unreadable, which says why; WenjuError where no process can be started.
    """

    def __init__(self, corpus: Path, limits: OriginalLimits | None = None) -> None:
        self._corpus = corpus
        self._limits = OriginalLimits() if limits is None else limits
        self._lock = threading.Condition()
        self._free = [GuardedOriginals(self._limits.seconds, self._limits.growth) for _ in range(self._limits.at_once)]
        self._waiting = 0
        self._kept: OrderedDict[tuple[object, ...], Drawn] = OrderedDict()
        self._closed = False

    def page(self, index: Generation, file: str, page: int, width: int, boxes: Sequence[Box] = ()) -> Drawn:
        """A page (from 1) of a document, drawn once for each width; `boxes` are those of a scan's lines."""
        entry = _entry(index, file)
        if not shows_pages(file) or width not in WIDTHS:
            raise Unreadable("这种格式没有页面图像。", "This format has no pages to be drawn.")
        key = entry.sha256, Path(file).suffix.lower(), page, width, tuple(boxes)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        drawn = self._made(lambda drawer: drawer.page(self._corpus, file, entry.sha256, page, width, boxes))
        with self._lock:
            self._kept[key] = drawn
            while len(self._kept) > 1 and sum(len(each.jpeg) for each in self._kept.values()) > self._limits.kept:
                self._kept.popitem(last=False)
        return drawn

    def rows(self, index: Generation, file: str, sheet: str, first: int) -> SheetRows:
        """Rows of a sheet from one on."""
        entry = _entry(index, file)
        if not shows_rows(file):
            raise Unreadable("这种格式没有单元格。", "This format has no cells.")
        return self._made(lambda drawer: drawer.rows(self._corpus, file, entry.sha256, sheet, first))

    def open(self, index: Generation, file: str) -> int:
        """The descriptor of a document's file as it is now, to be closed."""
        return open_beneath(self._corpus, _entry(index, file).file)

    def close(self) -> None:
        """End the processes; nothing can be shown afterwards."""
        with self._lock:
            self._closed = True
            self._lock.notify_all()
            free, self._free = self._free, []
        for drawer in free:
            drawer.close()

    def _made(self, make: Callable[[GuardedOriginals], _T]) -> _T:
        drawer = self._taken()
        try:
            return make(drawer)
        finally:
            with self._lock:
                closed = self._closed
                if not closed:
                    self._free.append(drawer)
                self._lock.notify()
            if closed:
                drawer.close()

    def _taken(self) -> GuardedOriginals:
        """One that is free, waited for where few wait already."""
        with self._lock:
            if self._waiting >= self._limits.waiting:
                raise _busy()
            self._waiting += 1
            try:
                there = self._lock.wait_for(lambda: self._free or self._closed, self._limits.seconds_waiting)
            finally:
                self._waiting -= 1
            if not there or self._closed:
                raise _busy()
            return self._free.pop()


def _entry(index: Generation, file: str) -> DocumentEntry:
    for entry in index.manifest.documents:
        if entry.file == file:
            return entry
    raise Unreadable("索引里没有这份文档。", "The index has no such document.")


def _busy() -> Unreadable:
    return Unreadable("正在显示的原件太多，请稍后再试。", "Too many originals are being shown; try again in a moment.")
