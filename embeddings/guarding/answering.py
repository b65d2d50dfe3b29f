"""What the scripts of guarded child processes share: requests answered one by one, within limits of time and memory.

A request is a line of JSON on stdin. The reply is two lines on stdout: `{"begun": true}` says that what the request
needs is loaded, from then on its time counts; the other is what `answer` gives, or `{"memory": true}` where that takes
too much; with `grown`, the bytes added to the address space since the start. The very first line says that the child is
ready. It ends when stdin does.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_GRACE = 5.0
"""Seconds past the limit after which the child ends itself: the process that should have done so is gone."""

Answer = tuple[dict[str, Any], bytes]
"""A reply, and what follows it: its `size` is set by `answer_requests`."""


def answer_requests(
    seconds: float,
    growth: int,
    answer: Callable[[dict[str, Any]], Answer],
    load: Callable[[dict[str, Any]], None] = lambda _: None,
) -> None:
    """Answer requests until stdin ends; `load` loads what a request needs before its time and memory count."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    with os.fdopen(os.dup(1), "wb") as replies:
        os.dup2(2, 1)  # whatever a library prints is no reply
        start = _address_space() or 0
        replies.write(_line({"ready": True}))
        replies.flush()
        for request in sys.stdin.buffer:
            values = json.loads(request.decode("utf-8", "surrogatepass"))
            load(values)
            signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE)
            replies.write(_line({"begun": True}))
            replies.flush()
            reply = _answered(values, growth, start, answer)
            signal.setitimer(signal.ITIMER_REAL, 0)
            replies.write(reply)
            replies.flush()


def _answered(values: dict[str, Any], growth: int, start: int, answer: Callable[[dict[str, Any]], Answer]) -> bytes:
    try:
        with _limited(growth):
            head, rows = answer(values)
            size = {"size": len(rows)} if rows else {}
            return _line({**head, **size, "grown": (_address_space() or 0) - start}) + rows
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
