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


class _Ending:
    """What is called when such a signal comes; `told` are the numbers of those that came."""

    def __init__(self) -> None:
        self.told: list[int] = []

    def __call__(self, number: int, _: FrameType | None) -> NoReturn:
        self.told.append(number)
        raise KeyboardInterrupt


@contextmanager
def ending_as_ctrl_c() -> Iterator[list[int]]:
    """Within this block SIGTERM and SIGHUP raise KeyboardInterrupt, unless they are ignored (nohup) or caught already.

    Gives the numbers of those that came.
    """
    ending = _Ending()
    if threading.current_thread() is not threading.main_thread():
        yield ending.told
        return
    ours = [each for each in _SIGNALS if signal.getsignal(each) is signal.SIG_DFL]
    for each in ours:
        signal.signal(each, ending)
    try:
        yield ending.told
    finally:
        for each in ours:
            signal.signal(each, signal.SIG_DFL)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Within this block such a signal is let pass: this process is ending already."""
    ours = {each: ending for each in _SIGNALS if isinstance(ending := signal.getsignal(each), _Ending)}
    for each in ours:
        signal.signal(each, signal.SIG_IGN)
    try:
        yield
    finally:
        for each, ending in ours.items():
            signal.signal(each, ending)
