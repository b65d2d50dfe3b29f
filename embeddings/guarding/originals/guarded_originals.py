"""Pages drawn, and sheets read, in a child process, so that none can hang, exhaust or crash the one that asks."""

from __future__ import annotations

import os
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings.errors import Unreadable
from embeddings.guarding.child import GuardedChild
from embeddings.guarding.originals.page_drawing import Drawn
from embeddings.guarding.originals.sheet_rows import SheetRows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.types import Box

SECONDS = 20.0
"""How long one page or sheet may take: somebody is waiting for it."""
GROWTH = 768 << 20
"""How many bytes one may add to the memory of the process that draws it."""
_WORKER = Path(__file__).with_name("originals_worker.py")


class GuardedOriginals:
    """Draws pages and gives rows of sheets, in a child process; for one thread at a time.

    `seconds` and `growth` (bytes) limit each. `close` ends the child; what is asked later starts another. A file is
    named relative to `corpus`, as `list_files` does, and has to have the SHA-256 `digest` still; no link is followed.
    Each method raises Unreadable where there is nothing to be shown or not within the limits, WenjuError where no child
    can be started.
    """

    def __init__(self, seconds: float = SECONDS, growth: int = GROWTH) -> None:
        self._seconds = seconds
        self._growth = growth
        self._child = GuardedChild(_WORKER, seconds, growth)

    def page(self, corpus: Path, file: str, digest: str, page: int, width: int, boxes: Sequence[Box] = ()) -> Drawn:
        """A page (from 1), as `page_drawing.draw` draws it."""
        edges = [astuple(box) for box in boxes]
        reply = self._ask(corpus, file, digest, page=page, width=width, boxes=edges)
        return Drawn(reply["rows"], *(reply[name] for name in ("width", "height", "pages", "quarters")))

    def rows(self, corpus: Path, file: str, digest: str, sheet: str, first: int) -> SheetRows:
        """Rows of a sheet, as `sheet_rows.sheet_rows` gives them."""
        table = self._ask(corpus, file, digest, sheet=sheet, first=first)["table"]
        rows = tuple((number, {int(column): text for column, text in row.items()}) for number, row in table["rows"])
        merged = tuple((top, left, bottom, right) for top, left, bottom, right in table["merged"])
        return SheetRows(table["sheet"], tuple(table["sheets"]), rows, merged, table["first"], table["last"])

    def close(self) -> None:
        """End the child, if there is one, whatever it is at."""
        self._child.close()

    def _ask(self, corpus: Path, file: str, digest: str, **asked: object) -> dict[str, Any]:
        try:
            reply = self._child.ask({"corpus": os.path.abspath(corpus), "file": file, "sha256": digest, **asked})
        except TimeoutError:
            raise Unreadable(
                f"显示它要超过 {self._seconds:g} 秒，已放弃。",
                f"Showing it takes more than {self._seconds:g} s and was given up.",
            ) from None
        if reply is None:
            raise Unreadable("显示时程序崩溃，文件可能已损坏。", "Showing it crashed the program that does.")
        if reply.get("memory"):
            size = self._growth >> 20
            raise Unreadable(
                f"显示它需要超过 {size} MiB 内存，已放弃。",
                f"Showing it takes more than {size} MiB of memory and was given up.",
            )
        if "zh" in reply:
            raise Unreadable(reply["zh"], reply["en"])
        return reply
