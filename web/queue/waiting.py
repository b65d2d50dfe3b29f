"""The line of work in front of a few threads: visitors take turns, and whoever left is not answered."""

from __future__ import annotations

import contextvars
import threading
import time
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar

from chinese.errors import WenjuError, say
from web.queue.visitors import HOUSE, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

__all__ = ["HOUSE_ASKS", "Asker", "ClientLeft", "Wanted", "WorkQueue"]

Wanted = Literal["heard", "unheard", "left", "whenever"]
"""Whether somebody listens for the answer, nobody does yet, whoever asked has left, or it is for the house itself."""

_AT_ONCE = 4
_FIRST_GUESS = 1.0
_WEIGHT = 0.2
_MOST_REMEMBERED = 1000

_P = ParamSpec("_P")
_T = TypeVar("_T")


class ClientLeft(WenjuError):
    """Nobody is there any more for whom to answer."""

    def __init__(self) -> None:
        super().__init__(say("提问者已离开，问题没有回答。", "Whoever asked has left; the question is not answered."))


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and whether they still want to know."""

    visitor: Visitor
    wanted: Callable[[], Wanted]


HOUSE_ASKS = Asker(HOUSE, lambda: "whenever")
"""The server itself: its work comes after that for visitors."""


@dataclass(frozen=True, slots=True, eq=False)
class _Ticket:
    asker: Asker
    work: Callable[[], Any]
    number: int
    done: Future[Any]


class WorkQueue:
    """Work that waits for one of a few threads. Any thread may bring some, and waits for what it gives.

    Next is what somebody listens for, before the work of the house, which has half of the threads at most; of it, whose
    visitor had a turn longest ago, then whose session had, then what came first. What nobody listens for waits until
    somebody does: whoever asks and does not fetch takes no time from those who do.

    A server's own threads come and go, and in each new one that reads, torch takes memory of its own: so these stay.
    """

    def __init__(self, at_once: int = _AT_ONCE, clock: Callable[[], float] = time.monotonic) -> None:
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="wenju-answer")
        self._at_once = at_once
        self._clock = clock
        self._lock = threading.Condition()
        self._waiting: list[_Ticket] = []
        self._last_turn: OrderedDict[Hashable, int] = OrderedDict()
        self._brought = 0
        self._turns = 0
        self._running = 0
        self._of_house = 0
        self._seconds = _FIRST_GUESS

    def __len__(self) -> int:
        return len(self._waiting)

    def do(self, asker: Asker, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Do work in this one's context when it is its turn, and wait for what it gives.

        Raises ClientLeft where whoever asked left before, and what the work raises.
        """
        context = contextvars.copy_context()
        done: Future[_T] = Future()
        with self._lock:
            self._brought += 1
            self._waiting.append(_Ticket(asker, lambda: context.run(work, *args, **kwargs), self._brought, done))
        self._pool.submit(self._serve_next)
        return done.result()

    def forget_left(self) -> None:
        """Let go of what is waiting for somebody who has left."""
        with self._lock:
            left = [ticket for ticket in self._waiting if ticket.asker.wanted() == "left"]
            for ticket in left:
                self._waiting.remove(ticket)
        for ticket in left:
            ticket.done.set_exception(ClientLeft())

    def look_again(self) -> None:
        """See whether somebody now listens for what had to wait for that."""
        if self._waiting:
            self._pool.submit(self._serve_next)

    def seconds_for(self, questions: int) -> float:
        """How long so many questions take, as measured lately."""
        return questions * self._seconds / self._at_once

    def wait_until_idle(self, timeout: float) -> bool:
        """Wait until nothing is waiting or being worked on, at most so many seconds; whether that is so."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._waiting and not self._running, timeout)

    def _serve_next(self) -> None:
        self.forget_left()
        with self._lock:
            ticket = self._take()
            of_house = ticket is not None and ticket.asker is HOUSE_ASKS
            self._of_house += of_house
        if ticket is None:
            return
        began = self._clock()
        try:
            result = ticket.work()
        except BaseException as error:
            ticket.done.set_exception(error)
        else:
            ticket.done.set_result(result)
        with self._lock:
            self._running -= 1
            self._of_house -= of_house
            self._seconds += _WEIGHT * (self._clock() - began - self._seconds)
            self._lock.notify_all()
        self.look_again()

    def _take(self) -> _Ticket | None:
        """Whose turn it is; the lock is held."""
        room = self._of_house < max(1, self._at_once // 2)
        wanted = [
            item for item in self._waiting if item.asker.wanted() == "heard" or (room and item.asker is HOUSE_ASKS)
        ]
        if not wanted:
            return None
        ticket = min(wanted, key=self._rank)
        self._waiting.remove(ticket)
        self._running += 1
        self._turns += 1
        for key in (ticket.asker.visitor.name, ticket.asker.visitor):
            self._last_turn[key] = self._turns
            self._last_turn.move_to_end(key)
        while len(self._last_turn) > _MOST_REMEMBERED:
            self._last_turn.popitem(last=False)
        return ticket

    def _rank(self, ticket: _Ticket) -> tuple[bool, int, int, int]:
        visitor = ticket.asker.visitor
        turns = self._last_turn.get(visitor.name, 0), self._last_turn.get(visitor, 0)
        return ticket.asker is HOUSE_ASKS, *turns, ticket.number
