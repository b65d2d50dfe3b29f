"""An ASGI application with Gradio's page in it, run in a thread of its own, started and stopped cleanly."""

from __future__ import annotations

import asyncio
import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from web.queue.connections import Connections, CountedConfig, CountedProtocol, limits_here
from web.queue.quiet import OnceAMinute, loop_errors
from web.queue.visitors import Proxies

if TYPE_CHECKING:
    import socket

    import gradio as gr
    from starlette.types import ASGIApp

_SECONDS_TO_END = 1
_BACKLOG = 2048
# So many new connections are taken before what the others sent is read: a crowd at the door holds nobody up.
_TAKEN_AT_ONCE = 16
_uvicorn_log = logging.getLogger("uvicorn.error")


class _Server(uvicorn.Server):
    """Says when it is up, and has the page end its streams before it waits for them."""

    def __init__(self, config: CountedConfig, page: gr.Blocks) -> None:
        super().__init__(config)
        self.up = threading.Event()
        self._page = page
        self._connections = config.connections
        self._sparing = OnceAMinute()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().set_exception_handler(loop_errors(self._connections))
        _uvicorn_log.addFilter(self._sparing)
        # Gradio looks at where a file lies only in a page that it takes for one that was launched by itself.
        self._page.has_launched = True
        await super().startup(sockets)
        for bound in sockets or []:
            bound.listen(_BACKLOG)
        # Gradio asks its page this, which would else count as one that was never served.
        self._page.is_running = True
        self.up.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._page.close(verbose=False)
        # A browser that is still open holds its streams; that they are cut is wanted, and no error. The last are cut
        # when the loop ends.
        _uvicorn_log.addFilter(_silent)
        await super().shutdown(sockets)

    def leave_log(self) -> None:
        """Have uvicorn log again as it did before."""
        _uvicorn_log.removeFilter(self._sparing)
        _uvicorn_log.removeFilter(_silent)


def _silent(_: logging.LogRecord) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Running:
    """A server and the thread it runs in."""

    _server: _Server
    _thread: threading.Thread

    @classmethod
    def start(cls, app: ASGIApp, bound: socket.socket, page: gr.Blocks, proxies: Proxies | None = None) -> Running:
        """Serve on a socket that is bound; returns once requests are answered. RuntimeError where none will be."""
        config = CountedConfig(
            app,
            loop="asyncio",
            http=CountedProtocol,
            backlog=_TAKEN_AT_ONCE,
            log_config=None,
            log_level="warning",
            access_log=False,
            # Whoever asks could have any address by a header; the guard believes it of the proxies that were named.
            proxy_headers=False,
            server_header=False,
            ws="none",
            lifespan="on",
            timeout_graceful_shutdown=_SECONDS_TO_END,
        )
        config.connections = Connections(limits_here(), Proxies() if proxies is None else proxies)
        server = _Server(config, page)

        def run() -> None:
            try:
                server.run(sockets=[bound])
            finally:
                server.leave_log()
                server.up.set()

        thread = threading.Thread(target=run, name="wenju-server", daemon=True)
        thread.start()
        server.up.wait()
        if not server.started:
            raise RuntimeError("The server could not be started")
        return cls(server, thread)

    def close(self) -> None:
        """End the server; open streams are cut after a second."""
        self._server.should_exit = True
        self._thread.join(timeout=10 * _SECONDS_TO_END)
