"""Documents read and cut in a child process, so that none can hang, exhaust or crash the one that asks.

What reads a text meets hostile bytes, be it a library that parses a PDF or what tells headlines apart, and none can
promise to end in good time. The child is killed where a document takes too long, and refuses one that takes too much
memory. What comes back are pieces ready for the index; this process never holds the document.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.errors import PagesUnread, Unreadable
from embeddings.guarding.child import GROWTH as GROWTH
from embeddings.guarding.child import SECONDS as SECONDS
from embeddings.guarding.child import GuardedChild
from embeddings.guarding.pieces import Pieces, recognised_rows
from embeddings.types import ReadingNote

if TYPE_CHECKING:
    from embeddings.types import Recognised

_WORKER = Path(__file__).with_name("reading_worker.py")


class GuardedReader:
    """Reads documents like `read_pieces`, in a child process; for one thread at a time.

    `seconds` and `growth` (bytes) limit each document; `check` is called ten times a second while one is read, and
    what it raises ends the reading. `close` ends the child; a later `read` starts another.
    """

    def __init__(self, seconds: float = SECONDS, growth: int = GROWTH, check: Callable[[], None] | None = None) -> None:
        self._seconds = seconds
        self._growth = growth
        self._child = GuardedChild(_WORKER, seconds, growth, check)

    def read(self, corpus: Path, file: str, recognised: Recognised | None = None) -> Pieces:
        """Read and cut one file, named relative to `corpus` as list_files does.

        Raises PagesUnread where pages of it have to be recognised first and `recognised` is None, Unreadable where it
        cannot be read within the limits, WenjuError where no child can be started.
        """
        values = {"corpus": os.path.abspath(corpus), "file": file, "recognised": recognised_rows(recognised)}
        try:
            reply = self._child.ask(values)
        except TimeoutError:
            raise Unreadable(
                f"读取超过 {self._seconds:g} 秒，已放弃。",
                f"Reading it took more than {self._seconds:g} s and was given up.",
            ) from None
        if reply is None:
            raise Unreadable(
                "读取时程序崩溃，文件可能已损坏。", "Reading it crashed the program that reads; it may be damaged."
            )
        if reply.get("memory"):
            size = self._growth >> 20
            raise Unreadable(
                f"读取需要超过 {size} MiB 内存，已放弃。",
                f"Reading it takes more than {size} MiB of memory and was given up.",
            )
        if "pages" in reply:
            raise PagesUnread(tuple(reply["pages"]))
        if "articles" not in reply:
            raise Unreadable(reply["zh"], reply["en"])
        return Pieces(reply["articles"], reply["rows"], tuple(ReadingNote(*note) for note in reply["notes"]))

    def prepare(self) -> None:
        """Have the child start while something else is done; a `read` waits for the rest."""
        self._child.prepare()

    def close(self) -> None:
        """End the child, if there is one, whatever it is at."""
        self._child.close()
