"""What a service manager sends to end a program, and a terminal that closes: the same as Ctrl-C."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["ending_as_ctrl_c", "undisturbed"]

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


_told: list[int] = []


def _end(number: int, _: FrameType | None) -> NoReturn:
    _told.append(number)
    raise KeyboardInterrupt


@contextmanager
def ending_as_ctrl_c() -> Iterator[list[int]]:
    """Within this block SIGTERM and SIGHUP raise KeyboardInterrupt, unless they are ignored (nohup) or caught already.

    Gives the numbers of those that came.
    """
    _told.clear()
    if threading.current_thread() is not threading.main_thread():
        yield _told
        return
    ours = [each for each in _SIGNALS if signal.getsignal(each) is signal.SIG_DFL]
    for each in ours:
        signal.signal(each, _end)
    try:
        yield _told
    finally:
        for each in ours:
            signal.signal(each, signal.SIG_DFL)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Within this block such a signal is let pass: this process is ending already."""
    ours = [each for each in _SIGNALS if signal.getsignal(each) is _end]
    for each in ours:
        signal.signal(each, signal.SIG_IGN)
    try:
        yield
    finally:
        for each in ours:
            signal.signal(each, _end)
