"""How many connections are open, and how long a request may take to arrive: so that nobody holds the others' places."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from chinese.errors import say
from web.queue.quiet import OnceAMinute
from web.queue.visitors import Proxies, group_of

if TYPE_CHECKING:
    import asyncio

    from uvicorn.server import ServerState

__all__ = ["ConnectionLimits", "Connections", "CountedConfig", "CountedProtocol", "limits_here"]

_MOST_OPEN = 4000
_MOST_FILES = 8192
# Models, index, uploads and the log need some too.
_FILES_KEPT_FREE = 256
# Behind one address may sit an office: fifty browsers open six connections each, all before the first is read.
_UNFINISHED = 400
_GIVING_WAY = 16
# Whoever sends a body at all sends more than this in ten seconds.
_LEAST_BYTES = 1024
_SECONDS_TO_READ = 30.0
_MOST_OF_A_HEAD = 64 << 10
# A chunk costs the same to read however small it is: single bytes take all of a core at half a megabyte a second.
_FEW_CHUNKS, _LEAST_CHUNK = 256, 256
_log = logging.getLogger(__name__)
_log.addFilter(OnceAMinute())


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """How many may be `open` in all, how many requests of one address `unfinished`, and for how many `seconds`.

    An address may have as many open as are still free: one alone half of all, and there is room for the next.
    """

    open: int = _MOST_OPEN
    unfinished: int = _UNFINISHED
    seconds: float = 10.0


def limits_here() -> ConnectionLimits:
    """The limits under those of this process, whose limit of open files is raised as far as it may be."""
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return ConnectionLimits()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        except (ValueError, OSError):  # macOS has another limit beside it
            _log.debug("The limit of open files stays at %d", soft)
    files = _MOST_FILES if soft == resource.RLIM_INFINITY else soft
    return ConnectionLimits(open=min(_MOST_OPEN, max(files - _FILES_KEPT_FREE, files // 2)))


class Connections:
    """All open connections of a server, and which of them may go where others need their place. For one event loop.

    A request that is not complete yet goes first, the oldest before the others: a newcomer always gets in. Then goes
    a connection that waits for its next request. One that is being answered stays. All connections of a proxy have
    one address, so it may have as many as there are.
    """

    def __init__(self, limits: ConnectionLimits, proxies: Proxies) -> None:
        self.limits = limits
        self._proxies = proxies
        self._open: Counter[str] = Counter()
        self._unfinished: dict[CountedProtocol, None] = {}
        self._idle: dict[CountedProtocol, None] = {}

    def __len__(self) -> int:
        return self._open.total()

    def is_proxy(self, address: str) -> bool:
        """Whether many visitors' connections come from an address."""
        return address in self._proxies

    def enter(self, connection: CountedProtocol) -> None:
        """Count a new one; where there is no room, another goes, or else the new one."""
        if not self._has_room_for(connection) and not self._close_one_for(connection.address):
            connection.drop()
        self._open[connection.address] += 1

    def leave(self, connection: CountedProtocol) -> None:
        """Count one that has ended no longer."""
        self.answering(connection)
        self._open[connection.address] -= 1
        if self._open[connection.address] <= 0:
            del self._open[connection.address]

    def unfinished(self, connection: CountedProtocol) -> None:
        """Its request is not complete."""
        self._idle.pop(connection, None)
        if connection in self._unfinished:
            return
        self._unfinished[connection] = None
        if not connection.from_proxy:
            mine = [item for item in self._unfinished if item.address == connection.address]
            for item in mine[: -self.limits.unfinished]:
                self._drop(item)

    def answering(self, connection: CountedProtocol) -> None:
        """Its request is complete."""
        self._unfinished.pop(connection, None)
        self._idle.pop(connection, None)

    def idle(self, connection: CountedProtocol) -> None:
        """It was answered and may bring another request."""
        self.answering(connection)
        self._idle[connection] = None

    def give_way(self) -> None:
        """End some, for there are no more files for new ones."""
        for item in [*self._unfinished, *self._idle][:_GIVING_WAY]:
            self._drop(item)

    def _has_room_for(self, connection: CountedProtocol) -> bool:
        free = self.limits.open - len(self)
        return free > 0 if connection.from_proxy else self._open[connection.address] < free

    def _close_one_for(self, address: str) -> bool:
        going = [*self._unfinished, *self._idle]
        own = next((item for item in going if item.address == address), None)
        other = going[0] if going and len(self) >= self.limits.open else None
        chosen = own if own is not None else other
        if chosen is not None:
            self._drop(chosen)
        return chosen is not None

    def _drop(self, connection: CountedProtocol) -> None:
        self.answering(connection)
        connection.drop()


class CountedConfig(uvicorn.Config):
    """A server's configuration with its connections."""

    connections: Connections


class _WithoutCrumbs(h11.Connection):
    """HTTP as h11 reads it, but for bodies of very many chunks with next to nothing in them."""

    _chunks = _size = 0

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """What comes next. RemoteProtocolError where it is nothing that is read."""
        event = super().next_event()
        if isinstance(event, h11.Request):
            self._chunks = self._size = 0
        elif isinstance(event, h11.Data):
            self._chunks += event.chunk_start
            self._size += len(event.data)
            if self._chunks > _FEW_CHUNKS and self._size < self._chunks * _LEAST_CHUNK:
                raise h11.RemoteProtocolError("The chunks of the body are too small")
        return event


class CountedProtocol(H11Protocol):
    """A connection that is counted, and ends where its request does not arrive in time or nobody reads the answer."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        assert isinstance(config, CountedConfig)
        self.conn = _WithoutCrumbs(h11.SERVER, config.h11_max_incomplete_event_size or _MOST_OF_A_HEAD)
        self._all = config.connections
        self.address, self.from_proxy = "", False
        self._timer: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._since = 0.0
        self._bytes = 0
        self._in_body = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count it."""
        super().connection_made(transport)
        host = self.client[0] if self.client else ""
        self.address, self.from_proxy = group_of(host), self._all.is_proxy(host)
        self._all.enter(self)
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it no longer."""
        self._all.leave(self)
        self._stop_timer()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, and see what is still missing."""
        self._bytes += len(data)
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """The next request may come."""
        super().on_response_complete()
        self._look()

    def send_400_response(self, msg: str) -> None:
        """Say that a request cannot be read, unless its answer has begun; what is at work on it is to say nothing."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        else:
            self.transport.abort()
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()

    def pause_writing(self) -> None:
        """The other side does not read; not for ever."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(_SECONDS_TO_READ, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads again."""
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def drop(self) -> None:
        """End it at once, for another."""
        _log.warning(
            say(
                "连接太多，来自 %s 的一个未完成或空闲的连接已关闭。",
                "Too many connections: one from %s that was unfinished or idle is closed.",
            ),
            self.address,
        )
        self.transport.abort()

    def _look(self) -> None:
        """What the other side still owes: a request's head, its body, nothing, or only perhaps another request."""
        owed = self.conn.their_state
        if self.transport.is_closing():
            self._stop_timer()
        elif owed is h11.SEND_BODY or (owed is h11.IDLE and self.timeout_keep_alive_task is None):
            self._all.unfinished(self)
            self._time(in_body=owed is h11.SEND_BODY)
        else:
            self._stop_timer()
            (self._all.idle if owed is h11.IDLE else self._all.answering)(self)

    def _time(self, *, in_body: bool) -> None:
        """A head has its time in all, however it trickles; a body has it for each pause."""
        if self._timer is None or in_body != self._in_body or (in_body and self._bytes >= _LEAST_BYTES):
            self._since, self._bytes, self._in_body = self.loop.time(), 0, in_body
        if self._timer is None:
            self._timer = self.loop.call_at(self._since + self._all.limits.seconds, self._overdue)

    def _overdue(self) -> None:
        self._timer = None
        if self.flow.read_paused:  # it is this side that does not read on
            self._since = self.loop.time()
        end = self._since + self._all.limits.seconds
        if self.loop.time() < end:
            self._timer = self.loop.call_at(end, self._overdue)
        else:
            _log.debug("A request of %s was not complete in time", self.address)
            self.transport.abort()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
