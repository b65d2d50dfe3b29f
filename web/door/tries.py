"""Tries to log in: each wrong one makes the next for that name and address wait longer, and no one is locked out."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Hashable

__all__ = ["TooManyTries", "Tries"]

_FREE_TRIES = 3
_FIRST_DELAY, _LONGEST_DELAY = 0.25, 2.0
_SECONDS_REMEMBERED = 900.0
_MOST_KEYS = 20_000
_MOST_WAITING_PER_NAME, _MOST_WAITING_PER_ADDRESS = 8, 100
# Each check takes 32 MiB and a core.
_CHECKS_AT_ONCE = 2


class TooManyTries(Exception):
    """So many tries are waiting that this one is given up; after so many seconds there is room."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class _Narrow:
    """Lets one at a time through for each key. The newest who wait go first, and push out the oldest.

    So whoever comes while a flood of old tries is waiting is not behind it.
    """

    def __init__(self, most_waiting: int) -> None:
        self._most = most_waiting
        self._waiting: dict[Hashable, list[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def through(self, key: Hashable) -> AsyncIterator[None]:
        waiting = self._waiting.get(key)
        if waiting is None:
            self._waiting[key] = []
        else:
            await self._wait(waiting)
        try:
            yield
        finally:
            self._next(key)

    async def _wait(self, waiting: list[asyncio.Future[None]]) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting.append(turn)
        if len(waiting) > self._most:
            waiting.pop(0).set_exception(TooManyTries(_LONGEST_DELAY))
        try:
            await turn
        except asyncio.CancelledError:
            if turn in waiting:
                waiting.remove(turn)
            raise

    def _next(self, key: Hashable) -> None:
        waiting = self._waiting[key]
        while waiting:
            turn = waiting.pop()
            if not turn.done():
                turn.set_result(None)
                return
        del self._waiting[key]


class Tries:
    """The tries of all names and addresses. For one event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[Hashable, tuple[float, int]] = OrderedDict()
        self._by_name = _Narrow(_MOST_WAITING_PER_NAME)
        self._by_address = _Narrow(_MOST_WAITING_PER_ADDRESS)
        self._checking = asyncio.Semaphore(_CHECKS_AT_ONCE)

    @asynccontextmanager
    async def turn(self, name: str, address: str) -> AsyncIterator[None]:
        """Wait for the turn to check a password. Raises TooManyTries."""
        key = (name, address)
        async with self._by_name.through(key):
            await asyncio.sleep(self.delay(name, address))
            async with self._by_address.through(address), self._checking:
                yield

    def delay(self, name: str, address: str) -> float:
        """Seconds that the next try for a name from an address has to wait from now."""
        last, count = self._wrong.get((name, address), (0.0, 0))
        if count < _FREE_TRIES or self._clock() - last >= _SECONDS_REMEMBERED:
            return 0.0
        delay = min(_LONGEST_DELAY, _FIRST_DELAY * 2.0 ** min(count - _FREE_TRIES, 10))
        return max(0.0, last + delay - self._clock())

    def failed(self, name: str, address: str) -> None:
        """One more was wrong."""
        key, now = (name, address), self._clock()
        last, count = self._wrong.get(key, (now, 0))
        self._wrong[key] = now, 1 if now - last >= _SECONDS_REMEMBERED else count + 1
        self._wrong.move_to_end(key)
        if len(self._wrong) > _MOST_KEYS:
            self._wrong.popitem(last=False)

    def succeeded(self, name: str, address: str) -> None:
        """It was right: what went before is forgotten."""
        self._wrong.pop((name, address), None)
