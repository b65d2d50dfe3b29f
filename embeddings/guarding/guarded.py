"""Documents read and cut in a child process, so that none can hang, exhaust or crash the one that asks.

What reads a text meets hostile bytes, be it a library that parses a PDF or what tells headlines apart, and none can
promise to end in good time. The child is killed where a document takes too long, and refuses one that takes too much
memory. What comes back are pieces ready for the index; this process never holds the document.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from chinese.errors import WenjuError, say
from embeddings.errors import PagesUnread, Unreadable
from embeddings.guarding.pieces import Pieces, recognised_rows
from embeddings.types import ReadingNote

if TYPE_CHECKING:
    from embeddings.types import Recognised

SECONDS = 60.0
"""How long reading one document may take."""

GROWTH = 1 << 30
"""How many bytes one document may add to the memory of the process that reads it."""

_START_SECONDS = 120.0  # on a busy machine the imports alone take some
_TICK = 0.1  # seconds between two looks whether to stop
_PIECE = 1 << 16
_WORKER = Path(__file__).with_name("reading_worker.py")


class GuardedReader:
    """Reads documents like `read_pieces`, in a child process; for one thread at a time.

    The child is started at the first document, serves many, and is replaced after one that it did not survive
    or that left it large. `seconds` and `growth` (bytes) limit each document; `check` is called ten times a second
    while one is read, and what it raises ends the reading. `close` ends the child; a later `read` starts another.
    """

    def __init__(self, seconds: float = SECONDS, growth: int = GROWTH, check: Callable[[], None] | None = None) -> None:
        self._seconds = seconds
        self._growth = growth
        self._check = check
        self._child: subprocess.Popen[bytes] | None = None
        self._received = bytearray()

    def read(self, corpus: Path, file: str, recognised: Recognised | None = None) -> Pieces:
        """Read and cut one file, named relative to `corpus` as list_files does.

        Raises PagesUnread where pages of it have to be recognised first and `recognised` is None, Unreadable where it
        cannot be read within the limits, WenjuError where no child can be started.
        """
        try:
            reply = self._ask(os.path.abspath(corpus), file, recognised)
        except BaseException:  # an interrupt too: no child may stay behind, at work on what nobody waits for
            self.close()
            raise
        if reply.get("memory") or reply["grown"] > self._growth // 2:
            self.close()
        if reply.get("memory"):
            raise self._too_large()
        if "pages" in reply:
            raise PagesUnread(tuple(reply["pages"]))
        if "articles" not in reply:
            raise Unreadable(reply["zh"], reply["en"])
        return Pieces(reply["articles"], reply["rows"], tuple(ReadingNote(*note) for note in reply["notes"]))

    def close(self) -> None:
        """End the child, if there is one, whatever it is at."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        with suppress(OSError):  # a request that it did not take may still be in the buffer
            _pipe(child.stdin).close()
        _pipe(child.stdout).close()
        child.wait()

    def _ask(self, corpus: str, file: str, recognised: Recognised | None) -> dict[str, Any]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._start()
        assert self._child is not None
        values = {"corpus": corpus, "file": file, "recognised": recognised_rows(recognised)}
        request = json.dumps(values).encode() + b"\n"
        with suppress(BrokenPipeError):  # it died just now; the reply will be missing
            _pipe(self._child.stdin).write(request)
            _pipe(self._child.stdin).flush()
        try:
            reply = self._reply(_START_SECONDS) and self._reply(self._seconds)
        except TimeoutError:
            raise Unreadable(
                f"读取超过 {self._seconds:g} 秒，已放弃。",
                f"Reading it took more than {self._seconds:g} s and was given up.",
            ) from None
        if reply is None:
            raise Unreadable(
                "读取时程序崩溃，文件可能已损坏。", "Reading it crashed the program that reads; it may be damaged."
            )
        return reply

    def _start(self) -> None:
        # A session of its own keeps the terminal's Ctrl-C from it; -P keeps the folder of the script, whose modules
        # have names of the standard library's, out of the path.
        command = [sys.executable, "-P", str(_WORKER), str(self._seconds), str(self._growth)]
        try:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._received.clear()
            if self._reply(_START_SECONDS) is not None:
                return
            reason = say(f"进程已退出，代码 {self._child.wait()}", f"it ended with {self._child.wait()}")
        except TimeoutError:
            reason = say(f"{_START_SECONDS:g} 秒内没有响应", f"no response within {_START_SECONDS:g} s")
        except OSError as error:
            reason = str(error)
        raise WenjuError(
            say(
                f"无法启动读取文档的进程 {sys.executable}：{reason}。请检查内存与 Python 环境后再试。",
                f"The process that reads documents, {sys.executable}, cannot be started: {reason}. "
                "Check the free memory and the Python installation, then try again.",
            )
        )

    def _reply(self, seconds: float) -> dict[str, Any] | None:
        """Give the child's next reply, with what follows it as `rows`; None where it died instead.

        Raises TimeoutError after `seconds`.
        """
        deadline = time.monotonic() + seconds
        end = self._until(lambda: self._received.find(b"\n") + 1, deadline)
        if end is None:
            return None
        reply: dict[str, Any] = json.loads(self._take(end).decode("utf-8", "surrogatepass"))
        size = reply.get("size", 0)
        if self._until(lambda: len(self._received) >= size, deadline) is None:
            return None
        return {**reply, "rows": self._take(size)}

    def _until(self, found: Callable[[], int], deadline: float) -> int | None:
        """Receive from the child until `found` says so, and give what it says; None where the child died before."""
        assert self._child is not None
        stdout = _pipe(self._child.stdout)
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            while not (there := found()):
                if self._check is not None:
                    self._check()
                # Looked at before the clock: time in which this process itself was suspended is nobody's fault.
                if selector.select(min(_TICK, max(0.0, deadline - time.monotonic()))):
                    piece = os.read(stdout.fileno(), _PIECE)
                    if not piece:
                        return None
                    self._received += piece
                elif time.monotonic() >= deadline:
                    raise TimeoutError
        return there

    def _take(self, size: int) -> bytes:
        taken = bytes(memoryview(self._received)[:size])
        del self._received[:size]
        return taken

    def _too_large(self) -> Unreadable:
        size = self._growth >> 20
        return Unreadable(
            f"读取需要超过 {size} MiB 内存，已放弃。",
            f"Reading it takes more than {size} MiB of memory and was given up.",
        )


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream
