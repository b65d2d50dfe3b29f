"""How many requests are worked on at once, so that one visitor's do not hold up all others'."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

__all__ = ["Full", "Room"]


class Full(Exception):
    """So many requests of one visitor are waiting that this one is given up."""


class Room:
    """Room for `most` requests. A visitor has as many at work as is left free: one alone half, and the next gets in.

    What does not get in at once waits, up to `waiting` requests of each visitor. For one event loop.
    """

    def __init__(self, most: int, waiting: int) -> None:
        self._most, self._most_waiting = most, waiting
        self._at_work: Counter[str] = Counter()
        self._waiting: dict[asyncio.Future[None], str] = {}

    @asynccontextmanager
    async def place(self, name: str) -> AsyncIterator[Callable[[], None]]:
        """A place for a request of a visitor; calling what it gives leaves it early. Raises Full."""
        await self._enter(name)
        left = False

        def leave() -> None:
            nonlocal left
            if not left:
                left = True
                self._leave(name)

        try:
            yield leave
        finally:
            leave()

    async def _enter(self, name: str) -> None:
        if self._has_room_for(name):
            self._at_work[name] += 1
            return
        if sum(other == name for other in self._waiting.values()) >= self._most_waiting:
            raise Full
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[turn] = name
        try:
            await turn
        except asyncio.CancelledError:
            self._waiting.pop(turn, None)
            if not turn.cancelled():  # it had just been given its place
                self._leave(name)
            raise

    def _leave(self, name: str) -> None:
        self._at_work -= Counter([name])  # which keeps no name at nought
        for turn, waiting in list(self._waiting.items()):
            if not turn.done() and self._has_room_for(waiting):
                self._at_work[waiting] += 1
                del self._waiting[turn]
                turn.set_result(None)

    def _has_room_for(self, name: str) -> bool:
        return self._at_work[name] < self._most - self._at_work.total()
