"""Pages recognised in a child process, so that none can hang, exhaust or crash the one that asks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.errors import Unreadable
from embeddings.guarding.child import GROWTH, SECONDS, GuardedChild
from embeddings.guarding.pieces import placed_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from embeddings.types import PlacedText

_FEW_HEAPS = {"MALLOC_ARENA_MAX": "2"}
"""For glibc: otherwise each thread keeps a heap of its own, which doubles the address space that is taken."""
_WORKER = Path(__file__).with_name("recognising_worker.py")


class GuardedRecogniser:
    """Recognises pages in a child process, with `threads` cores; for one thread at a time.

    `seconds` and `growth` (bytes) limit each page; `check` is called ten times a second while one is recognised, and
    what it raises ends that. `close` ends the child; a later `recognise` starts another.
    """

    def __init__(
        self,
        threads: int,
        seconds: float = SECONDS,
        growth: int = GROWTH,
        check: Callable[[], None] | None = None,
    ) -> None:
        self._seconds = seconds
        self._growth = growth
        self._child = GuardedChild(_WORKER, seconds, growth, check, (str(threads),), _FEW_HEAPS)

    def recognise(self, corpus: Path, file: str, page: int) -> tuple[tuple[PlacedText, ...], str]:
        """The lines of a page (from 1) in no particular order, and the SHA-256 of the file that was looked at.

        Raises Unreadable where the page cannot be recognised within the limits, WenjuError where no child can be
        started.
        """
        try:
            reply = self._child.ask({"corpus": os.path.abspath(corpus), "file": file, "page": page})
        except TimeoutError:
            raise Unreadable(
                f"识别超过 {self._seconds:g} 秒，已放弃。",
                f"Recognising it took more than {self._seconds:g} s and was given up.",
            ) from None
        if reply is None:
            raise Unreadable("识别时程序崩溃。", "Recognising it crashed the program that does.")
        if reply.get("memory"):
            size = self._growth >> 20
            raise Unreadable(
                f"识别需要超过 {size} MiB 内存，已放弃。",
                f"Recognising it takes more than {size} MiB of memory and was given up.",
            )
        if "lines" not in reply:
            raise Unreadable(reply["zh"], reply["en"])
        return placed_of(reply["lines"]), reply["sha256"]

    def close(self) -> None:
        """End the child, if there is one, whatever it is at."""
        self._child.close()
