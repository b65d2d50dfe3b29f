"""A log that no visitor can fill: the same line once a minute, and of what nobody foresaw one line, not its trace."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from chinese.errors import say
from chinese.given import setting
from chinese.shown import shown

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from typing import Any

    from web.queue.connections import Connections

__all__ = ["OnceAMinute", "loop_errors", "unforeseen"]

_MINUTE = 60.0
_MOST_LINES = 1000
_LONGEST_DETAIL = 300
_log = logging.getLogger(__name__)


class OnceAMinute(logging.Filter):
    """Lets a line pass once a minute, whatever is filled into it, and says then how often it was held back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._said: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write it."""
        line, now = str(record.msg), self._clock()
        last, held = self._said.get(line, (now - _MINUTE, 0))
        if now - last < _MINUTE:
            self._said[line] = last, held + 1
            return False
        if len(self._said) >= _MOST_LINES:
            self._said.clear()
        self._said[line] = now, 0
        if held:
            record.msg = say(f"{line}（此前一分钟另有 {held} 次）", f"{line} ({held} more in the minute before)")
        return True


class OneLine(OnceAMinute):
    """The same for what others log: each on one line of some length, without what a terminal would obey."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write it, and how."""
        if not super().filter(record):
            return False
        record.msg, record.args = shown(" ".join(record.getMessage().split())[:_LONGEST_DETAIL]), ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True


_log.addFilter(OnceAMinute())


def unforeseen(what: str, error: BaseException) -> None:
    """Note an error that nobody foresaw in one line; with WENJU_DEBUG also where it happened."""
    detail = " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST_DETAIL]
    _log.error(f"{what}: %s", detail, exc_info=error if setting("WENJU_DEBUG") else None)


def loop_errors(connections: Connections) -> Callable[[asyncio.AbstractEventLoop, dict[str, Any]], None]:
    """What an event loop does with errors outside any request; where files run out, old connections give way."""

    def handle(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, OSError) and "accept" in str(context.get("message")):
            connections.give_way()
            _log.warning(
                say("接受新连接失败：%s。稍后再试。", "A new connection could not be accepted: %s. Trying again."),
                error.strerror,
            )
        elif isinstance(error, BaseException):
            unforeseen(str(context.get("message")), error)
        else:
            _log.error("%s", context.get("message"))

    return handle
