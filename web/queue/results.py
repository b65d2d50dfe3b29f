"""What Gradio's queue holds: whose events are under way, who listens for them, and what nobody ever fetches."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.context import LocalContext

from chinese.errors import say
from web.queue.quiet import unforeseen
from web.queue.visitors import HOUSE, current, visitor_of
from web.queue.waiting import HOUSE_ASKS, Asker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from gradio.queueing import Event

    from web.queue.waiting import Wanted, WorkQueue

__all__ = ["MOST_KEPT", "MOST_UNDER_WAY", "Results", "ServedBlocks", "asker", "client_left"]

MOST_UNDER_WAY = 128
"""Events that may wait or be worked on at the same time, of all visitors."""
MOST_KEPT = 200
"""Sessions whose results are kept though nobody has fetched them."""

_SECONDS_KEPT = 300.0
_LONGEST_SENTENCE = 500
_SECONDS_UNHEARD = 60.0
client_left: ContextVar[Callable[[], bool] | None] = ContextVar("wenju_client_left", default=None)
"""Tells, within a request that is answered at once, whether its client has left."""

# Beside the questions, which wait in their threads, there are lists to show and searches.
_OTHER_THREADS = 32


class Results:
    """The events of one page, whose questions wait in `line`. For its event loop; `state_of` for any thread.

    A visitor may have as many under way as there is room left: one alone half of it, and the next still gets in.
    """

    def __init__(self, page: gr.Blocks, line: WorkQueue, clock: Callable[[], float] = time.monotonic) -> None:
        self._page = page
        self._line = line
        self._clock = clock
        self._listening: Counter[str] = Counter()
        self._passing: Counter[str] = Counter()
        self._unread_since: dict[str, float] = {}

    @property
    def kept(self) -> int:
        """Sessions of which something is kept."""
        return len(self._page._queue.pending_messages_per_session)

    def under_way(self) -> Counter[str]:
        """How many events each visitor has waiting or being worked on, and requests that may become some."""
        events = (event for event in self._page._queue.event_ids_to_events.values() if event.alive)
        return Counter(visitor_of(event.request.scope).name for event in events) + self._passing

    def seconds_for_all(self) -> float:
        """How long what is under way takes, as measured lately."""
        return self._line.seconds_for(self.under_way().total())

    def has_room_for(self, name: str) -> bool:
        """Whether a visitor may bring one more."""
        counted = self.under_way()
        return counted[name] < MOST_UNDER_WAY - counted.total()

    @contextmanager
    def passing(self, name: str) -> Iterator[None]:
        """Count a request of a visitor while it is passed on."""
        self._passing[name] += 1
        try:
            yield
        finally:
            self._passing -= Counter([name])  # which keeps no name at nought

    @contextmanager
    def listening(self, session: str) -> Iterator[None]:
        """Note that somebody reads the stream of a session."""
        self._listening[session] += 1
        self._line.look_again()
        try:
            yield
        finally:
            self._listening -= Counter([session])
            self._line.forget_left()

    def session_of(self, event_id: str) -> str | None:
        """The session in which the result of an event is, or will be; None where there is none."""
        queue = self._page._queue
        if (event := queue.event_ids_to_events.get(event_id)) is not None:
            return event.session_hash
        named = (session for session, ids in queue.pending_event_ids_session.items() if event_id in ids)
        found = next(named, event_id)
        return found if self.has_session(found) else None

    def has_session(self, session: str) -> bool:
        """Whether a session has a stream to read."""
        return session in self._page._queue.pending_messages_per_session

    def state_of(self, event_id: str | None) -> Wanted:
        """Whether somebody wants to know what comes of an event."""
        event = None if event_id is None else self._page._queue.event_ids_to_events.get(event_id)
        if event is None or not event.alive or self._page._queue.stopped:
            return "left"
        return "heard" if event.session_hash in self._listening else "unheard"

    async def drop_unheard(self, name: str) -> bool:
        """Let the oldest event of a visitor go that nobody listens for; False where there is none."""
        for event in list(self._page._queue.event_ids_to_events.values()):
            if visitor_of(event.request.scope).name == name and self.state_of(event._id) == "unheard":
                await self._drop(event)
                return True
        return False

    async def sweep(self) -> None:
        """Let go of what nobody came for: events still waiting after a minute, results after five or as too many."""
        queue, now = self._page._queue, self._clock()
        for event in list(queue.event_ids_to_events.values()):
            if self.state_of(event._id) == "unheard" and now - event.enqueue_time > _SECONDS_UNHEARD:
                await self._drop(event)
        live = {event.session_hash for event in queue.event_ids_to_events.values() if event.alive}
        left = [name for name in queue.pending_messages_per_session if name not in live and not self._listening[name]]
        unread = [name for name in left if not queue.pending_messages_per_session[name].empty()]
        since = {name: self._unread_since.get(name, now) for name in unread}
        fresh = [name for name in unread if now - since[name] < _SECONDS_KEPT][-MOST_KEPT:]
        self._unread_since = {name: since[name] for name in fresh}
        for name in set(left) - set(fresh):
            queue.pending_messages_per_session.pop(name, None)
            queue.pending_event_ids_session.pop(name, None)

    @asynccontextmanager
    async def sweeping(self) -> AsyncIterator[None]:
        """Sweep now and then, also where nobody asks any more."""

        async def again() -> None:
            while True:
                await asyncio.sleep(_SECONDS_UNHEARD)
                await self.sweep()

        task = asyncio.create_task(again())
        try:
            yield
        finally:
            task.cancel()

    async def _drop(self, event: Event) -> None:
        await self._page._queue.clean_events(event_id=event._id)
        event.alive = False  # also where Gradio has just ended it and not let go of it yet
        ids = self._page._queue.pending_event_ids_session.get(event.session_hash)
        if ids is not None:
            ids.discard(event._id)
        self._line.forget_left()


class ServedBlocks(gr.Blocks):
    """A page whose questions all leave Gradio's own queue at once, for our line; of errors it says a sentence."""

    def __init__(self, title: str, line: WorkQueue) -> None:
        super().__init__(title=title, analytics_enabled=False, fill_height=True)
        self.max_threads = MOST_UNDER_WAY + _OTHER_THREADS
        self.results = Results(self, line)

    async def process_api(self, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever Gradio gives
        """Work on an event as Gradio does."""
        try:
            return await super().process_api(*args, **kwargs)
        except gr.Error as error:
            # Gradio's own repeat the value that was sent, and would print it with where it happened.
            error.print_exception = False
            error.message = str(error.message)[:_LONGEST_SENTENCE]
            raise
        except Exception as error:
            unforeseen(say("页面的一个请求无法处理", "A request of the page could not be dealt with"), error)
            sentence = say("请求无法处理，请检查内容。", "This request cannot be dealt with; check what it says.")
            raise gr.Error(sentence, print_exception=False) from None


def asker() -> Asker:
    """Who asks for what this thread does: of Gradio's queue, of the request at hand, or the server itself."""
    request, page = LocalContext.request.get(None), LocalContext.blocks.get(None)
    inner = None if request is None else request.request
    if inner is not None and isinstance(page, ServedBlocks):
        results, event_id = page.results, LocalContext.event_id.get(None)
        return Asker(visitor_of(inner.scope), lambda: results.state_of(event_id))
    left, visitor = client_left.get(), current.get()
    if left is None:
        return HOUSE_ASKS if visitor == HOUSE else Asker(visitor, lambda: "heard")
    return Asker(visitor, lambda: "left" if left() else "heard")
