"""The child process of GuardedReader: it reads and cuts one document after another, within limits of time and memory.

Started with the limits as arguments: seconds, and bytes that a document may add to the address space. A request is a
line of JSON on stdin, `{"corpus", "file", "recognised"}`, the last as `pieces.recognised_rows` gives it. The reply is
two lines on stdout. `{"begun": true}` says that what reads such files is loaded: from then on the document's time
counts. The other is `{"articles", "size", "notes"}`, behind it `size` bytes of `Pieces.rows`; `{"pages"}`, those that
have to be recognised first; `{"zh", "en"}` where the file cannot be read; or `{"memory": true}` where that takes too
much; with `grown`, the bytes added since the start. The very first line says that it is ready. It ends when stdin does.

It is run as a script and not with -m, because the package's `__init__` loads what a build and a search need, and
reading needs none of it.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_GRACE = 5.0
"""Seconds past the limit after which the worker ends itself: the process that should have done so is gone."""
_LIBRARIES = {
    ".pdf": "reading.pdf_text",
    ".docx": "reading.word_text",
    **dict.fromkeys((".xlsx", ".xlsm", ".xlsb", ".xls", ".et", ".ods"), "reading.sheet_text"),
    **dict.fromkeys((".csv", ".tsv"), "reading.csv_text"),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".potx"), "reading.slide_text"),
    ".md": "reading.markdown_text",
    ".markdown": "reading.markdown_text",
    ".html": "reading.html_text",
    ".htm": "reading.html_text",
}
"""The module for each suffix that takes a while to load: who has no such files need not wait for it."""


def main(seconds: float, growth: int) -> None:
    """Answer requests until stdin ends."""
    _load_cutting()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    with os.fdopen(os.dup(1), "wb") as replies:
        os.dup2(2, 1)  # whatever a library prints is no reply
        start = _address_space() or 0
        replies.write(_line({"ready": True}))
        replies.flush()
        for request in sys.stdin.buffer:
            values = json.loads(request.decode("utf-8", "surrogatepass"))
            if module := _LIBRARIES.get(Path(values["file"]).suffix.lower()):
                import_module(f"embeddings.{module}")
            signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE)
            replies.write(_line({"begun": True}))
            replies.flush()
            reply = _answer(values, growth, start)
            signal.setitimer(signal.ITIMER_REAL, 0)
            replies.write(reply)
            replies.flush()


def _load_cutting() -> None:
    """Load what every document needs, its dictionaries too: neither the time nor the memory is a document's own."""
    import_module("chinese.offline")
    import_module("embeddings.guarding.cutting")
    from chinese.tokens import fold, tagged

    tagged(fold("字"))


def _answer(values: dict[str, Any], growth: int, start: int) -> bytes:
    from embeddings.errors import PagesUnread, Unreadable
    from embeddings.guarding.cutting import read_pieces
    from embeddings.guarding.pieces import recognised_of

    try:
        with _limited(growth):
            pieces = read_pieces(Path(values["corpus"]), values["file"], recognised_of(values.get("recognised")))
            size = len(pieces.rows)
            notes = [(note.zh, note.en, note.left_out) for note in pieces.notes]
            grown = (_address_space() or 0) - start
            head = {"articles": pieces.articles, "size": size, "notes": notes, "grown": grown}
            return _line(head) + pieces.rows
    except PagesUnread as error:
        return _line({"pages": error.pages, "grown": (_address_space() or 0) - start})
    except Unreadable as error:
        return _line({"zh": error.zh, "en": error.en, "grown": (_address_space() or 0) - start})
    except MemoryError:
        return _line({"memory": True})


@contextmanager
def _limited(growth: int) -> Iterator[None]:
    """Let the process grow by `growth` bytes and no more, where the system says how large it is."""
    now = _address_space()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if now is not None:
        limit = now + growth if soft == resource.RLIM_INFINITY else min(now + growth, soft)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space() -> int | None:
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return None


def _line(reply: dict[str, Any]) -> bytes:
    return json.dumps(reply, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


if __name__ == "__main__":
    for floor in ("chinese", "embeddings"):
        package = ModuleType(floor)
        package.__path__ = [str(Path(__file__).parents[2] / floor)]
        sys.modules[floor] = package
    main(float(sys.argv[1]), int(sys.argv[2]))
