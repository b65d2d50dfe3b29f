"""A child process that answers one request after another, within limits; killed where it does not end in good time."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from chinese.errors import WenjuError, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

SECONDS = 60.0
"""How long one request may take."""

GROWTH = 1 << 30
"""How many bytes one request may add to the memory of the process that answers it."""

_START_SECONDS = 120.0  # on a busy machine the imports alone take some
_TICK = 0.1  # seconds between two looks whether to stop
_PIECE = 1 << 16


class GuardedChild:
    """Runs a script that answers as `embeddings.guarding.answering` does; for one thread at a time.

    The child is started at the first request, serves many, and is replaced after one that it did not survive or that
    left it large. `seconds` and `growth` (bytes) limit each request, `arguments` are what else the script is given,
    `environment` what is set for it beside what is set here.
    `check` is called ten times a second while one is answered, and what it raises ends the child. `close` ends it too;
    a later `ask` starts another.
    """

    def __init__(
        self,
        script: Path,
        seconds: float = SECONDS,
        growth: int = GROWTH,
        check: Callable[[], None] | None = None,
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._script = script
        self._seconds = seconds
        self._growth = growth
        self._check = check
        self._arguments = arguments
        self._environment = {**os.environ, **environment} if environment else None
        self._child: subprocess.Popen[bytes] | None = None
        self._is_ready = False
        self._received = bytearray()

    def prepare(self) -> None:
        """Have a child start, to be ready once it is asked; where that fails, the first request says so."""
        if self._child is None:
            with suppress(OSError):
                self._begin()

    def ask(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """Give the child's reply to a request, with what follows it as `rows`; None where the child died instead.

        A reply with `memory` says that the request takes too much of it. Raises TimeoutError after the limit,
        WenjuError where no child can be started.
        """
        try:
            reply = self._asked(request)
        except BaseException:  # an interrupt too: no child may stay behind, at work on what nobody waits for
            self.close()
            raise
        if reply is None or reply.get("memory") or reply["grown"] > self._growth // 2:
            self.close()
        return reply

    def close(self) -> None:
        """End the child, if there is one, whatever it is at."""
        child, self._child = self._child, None
        self._is_ready = False
        if child is None:
            return
        child.kill()
        with suppress(OSError):  # a request that it did not take may still be in the buffer
            _pipe(child.stdin).close()
        _pipe(child.stdout).close()
        child.wait()

    def _asked(self, values: dict[str, Any]) -> dict[str, Any] | None:
        if self._child is None or self._child.poll() is not None:
            self.close()
        if not self._is_ready:
            self._start()
        assert self._child is not None
        request = json.dumps(values).encode() + b"\n"
        with suppress(BrokenPipeError):  # it died just now; the reply will be missing
            _pipe(self._child.stdin).write(request)
            _pipe(self._child.stdin).flush()
        return self._reply(_START_SECONDS) and self._reply(self._seconds)

    def _begin(self) -> None:
        # A session of its own keeps the terminal's Ctrl-C from it; -P keeps the folder of the script, whose modules
        # have names of the standard library's, out of the path.
        limits = [str(self._seconds), str(self._growth)]
        self._child = subprocess.Popen(
            [sys.executable, "-P", str(self._script), *limits, *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=self._environment,
        )
        self._received.clear()

    def _start(self) -> None:
        try:
            if self._child is None:
                self._begin()
            assert self._child is not None
            if self._reply(_START_SECONDS) is not None:
                self._is_ready = True
                return
            reason = say(f"进程已退出，代码 {self._child.wait()}", f"it ended with {self._child.wait()}")
        except TimeoutError:
            reason = say(f"{_START_SECONDS:g} 秒内没有响应", f"no response within {_START_SECONDS:g} s")
        except OSError as error:
            reason = say(str(error), str(error))
        raise WenjuError(
            say(
                f"无法启动读取文档的进程 {sys.executable}：{reason.zh}。请检查内存与 Python 环境后再试。",
                f"The process that reads documents, {sys.executable}, cannot be started: {reason.en}. "
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


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream
