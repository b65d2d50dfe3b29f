"""Serving the chat on this machine. Gradio is loaded here, when there is something to serve, and not before."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import logging
import os
import socket
import sys
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chinese.errors import WenjuError, say
from chinese.offline import WITHOUT_TELEMETRY, stay_local
from web.door.access import ServeSettings, Users
from web.queue.visitors import Proxies
from web.serving.ending import ending_as_ctrl_c, undisturbed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import FastAPI

    from qa.engine import QA
    from web.api.mcp_server import MCPServer
    from web.desk import Asks, Desk, OpenedLater
    from web.queue.results import ServedBlocks
    from web.queue.waiting import WorkQueue
    from web.serving.running import Running

_LISTS_AT_ONCE = 4
_BACKLOG = 2048
_SESSIONS_KEPT = 200
_SECONDS_TO_STOP = 10.0
_SECONDS_FOR_BUILD = 20
_SECONDS_FOR_WARMING = 1
_log = logging.getLogger(__name__)


def serve(
    qa: QA | OpenedLater, host: str = "127.0.0.1", port: int = 7860, settings: ServeSettings | None = None
) -> None:
    """Serve the chat until Ctrl-C, SIGTERM or SIGHUP, and print its address in one line.

    WenjuError where the port cannot be had.
    """
    with ending_as_ctrl_c():
        ready = threading.Event()
        served = launch(qa, host, port, ready, settings)
        warming = threading.Thread(target=_warm_up, args=(qa, ready), daemon=True)
        try:
            warming.start()
            sys.stdout.write(start_line(served) + "\n")
            sys.stdout.flush()
            threading.Event().wait()
        except KeyboardInterrupt:
            with undisturbed():
                served.close()
                _end(warming, served.desk.line)


def _end(warming: threading.Thread, line: WorkQueue) -> None:
    """Leave at once where a model still computes: nothing stops it, and ending Python beneath it aborts loudly."""
    if warming.is_alive():
        warming.join(_SECONDS_FOR_WARMING)
    if warming.is_alive() or not line.wait_until_idle(_SECONDS_FOR_WARMING):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def start_line(served: Served) -> str:
    """What is said once it can be opened: where, what cannot be done, and the way out."""
    settings = served.desk.settings
    if settings.read_only and settings.users is None and not served.local:
        zh = "网络可达而没有登录，所以只读；要能改动文档，请加 --auth 用户文件；"
        en = "read-only: open to the network without a login; add --auth FILE to change documents; "
    elif settings.read_only:
        zh, en = "只读；", "read-only; "
    else:
        zh, en = "", ""
    return say(
        f"问据已打开：{served.local_url}（{zh}Ctrl-C 停止）",
        f"wenju is open at {served.local_url} ({en}Ctrl-C stops it)",
    )


@dataclass(frozen=True, slots=True)
class Served:
    """A page that is being served; `local` says that only this machine can reach it."""

    local_url: str
    local: bool
    desk: Desk
    _running: Running

    def close(self, verbose: bool = False) -> None:
        """End it and free the port, and a build that is running; `verbose` says so on standard output."""
        builder = self.desk.builder
        if self.desk.shelf is not None:
            self.desk.shelf.close()  # before the build is stopped, which it would begin again
        if builder is not None:
            builder.stop()
        self._running.close()
        self.desk.close()
        self.desk.line.forget_left()
        if builder is not None:
            builder.wait(_SECONDS_FOR_BUILD)
        if verbose:
            sys.stdout.write(say(f"已关闭 {self.local_url}\n", f"Closed {self.local_url}\n"))


def launch(
    qa: Asks,
    host: str,
    port: int,
    ready: threading.Event | None = None,
    settings: ServeSettings | None = None,
    line: WorkQueue | None = None,
) -> Served:
    """Start serving and return; `close()` of what is returned ends it. Nothing here reaches beyond this machine.

    Questions wait in `line`, by default in one of its own. Bound to an address that others can reach, without users,
    it is read-only whatever the settings say. Raises
    WenjuError for a port that cannot be had, a users file that cannot be read, or MCP where it is not installed.
    """
    settings = ServeSettings() if settings is None else settings
    users = None if settings.users is None else Users(settings.users)
    Proxies(settings.proxies)  # what is no address is said before anything is served
    bound = _bind(host, port)
    try:
        local = ipaddress.ip_address(bound.getsockname()[0].partition("%")[0]).is_loopback
        if not local and users is None:
            settings = replace(settings, read_only=True)
        if settings.downloads is None:
            settings = replace(settings, downloads=local and not settings.read_only)
        # Whoever names an address by its name has others open it so.
        settings = replace(settings, host_names=(*settings.host_names, host))
        _stay_local()
        from web.desk import Desk  # which loads Gradio, and that reads what was just set

        desk = Desk.of(qa, settings, ready, line)
        try:
            running = _start(desk, users, local, bound)
        except BaseException:
            desk.uploads.close()
            raise
    except BaseException:
        bound.close()
        raise
    if desk.shelf is not None:
        desk.shelf.begin(watching=settings.watch)
    return Served(f"http://{_shown(host)}:{port}/", local, desk, running)


def _start(desk: Desk, users: Users | None, local: bool, bound: socket.socket) -> Running:
    from web.api.calls import Completed
    from web.documents.receiving import Receiving
    from web.door.admission import Admission
    from web.door.browsers import KnowsBrowsers
    from web.door.guard import Guard
    from web.door.login import Doorkeeper
    from web.look import look
    from web.look.first import AtTheTop
    from web.serving.page import build_page
    from web.serving.running import Running
    from web.serving.unforeseen import Outermost

    tools = _tools(desk) if desk.settings.mcp else None
    desk.uploads.open()  # before the page, whose parts ask Gradio where files lie
    page = build_page(desk)
    proxies = Proxies(desk.settings.proxies)
    served = AtTheTop(Completed(_application(desk, page, tools)), look.FIRST)
    guard = Guard(
        KnowsBrowsers(served) if users is None and desk.talks.are_kept else served,
        requests_per_minute=desk.settings.requests_per_minute,
        local=local,
        read_only=desk.settings.read_only,
        doorkeeper=None if users is None else Doorkeeper(users),
        uploads=Receiving(desk.uploads),
        results=page.results,
        proxies=proxies,
        host_names=desk.settings.host_names,
        admission=Admission.of(page, desk.uploads.path),
    )
    return Running.start(Outermost(guard), bound, page, proxies)


def _application(desk: Desk, page: ServedBlocks, tools: MCPServer | None) -> FastAPI:
    """Our own routes, and behind them Gradio's."""
    import gradio as gr
    from fastapi import FastAPI
    from starlette.routing import Route

    from web.door.guard import FILE_BYTES
    from web.look import look
    from web.serving.page import CHROME
    from web.serving.routes import add_routes
    from web.serving.unforeseen import MISFITS

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with page.results.sweeping(), contextlib.nullcontext() if tools is None else tools.running():
            yield

    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        telemetry=WITHOUT_TELEMETRY,
        exception_handlers=MISFITS,
    )
    add_routes(app, desk)
    if tools is not None:
        from web.api.mcp_server import PATHS

        for path in PATHS:
            app.router.routes.append(Route(path, tools))
    # A session holds its conversation until it is the oldest of so many: memory must not grow with every visitor.
    page.state_session_capacity = _SESSIONS_KEPT
    page.queue(default_concurrency_limit=_LISTS_AT_ONCE, api_open=False)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        allowed_paths=[],
        show_error=False,
        run_history=False,
        max_file_size=FILE_BYTES,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        app_kwargs={"telemetry": WITHOUT_TELEMETRY, "exception_handlers": MISFITS},
        footer_links=[],
        theme=look.theme(),
        css=look.CSS,
        i18n=CHROME,
    )
    return app


def _tools(desk: Desk) -> MCPServer:
    try:
        from web.api.mcp_server import MCPServer
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "mcp":
            raise
        raise WenjuError(
            say(
                "MCP 还没有安装。请运行 pip install 'wenju[mcp]'，或去掉 --mcp。",
                "MCP is not installed. Run pip install 'wenju[mcp]', or leave --mcp out.",
            )
        ) from error
    return MCPServer(desk.qa, desk.line)


def _stay_local() -> None:
    stay_local()
    # Else each question would be followed by a table of all questions so far, for a dashboard that is not served.
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)


def _bind(host: str, port: int) -> socket.socket:
    """A socket that is bound, for the server to listen on."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
        try:
            # A port that a server has just left is free, though the system still remembers its connections.
            if os.name == "posix":
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
            bound.listen(_BACKLOG)
        except OSError:
            bound.close()
            raise
    except OSError as error:
        raise _port_error(host, port, error) from error
    return bound


def _shown(host: str) -> str:
    """A host as a browser has it: where all addresses are bound, this machine's name for itself."""
    if host in ("0.0.0.0", "::", ""):
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _port_error(host: str, port: int, error: OSError) -> WenjuError:
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return WenjuError(
            say(
                f"本机没有地址 {host!r}。请用 --host 127.0.0.1。",
                f"This machine has no address {host!r}. Use --host 127.0.0.1.",
            )
        )
    if error.errno == errno.EACCES:
        return WenjuError(
            say(
                f"没有权限使用端口 {port}。请用 --port 换一个 1024 以上的。",
                f"Port {port} needs more rights. Choose one above 1024 with --port.",
            )
        )
    return WenjuError(
        say(
            f"端口 {port} 已被占用。请用 --port 换一个，例如 --port {_next(port)}。",
            f"Port {port} is taken. Choose another with --port, for example --port {_next(port)}.",
        )
    )


def _next(port: int) -> int:
    return port + 1 if port < 65535 else port - 1


def _warm_up(qa: QA | OpenedLater, ready: threading.Event) -> None:
    try:
        qa.warm_up()
    except Exception:
        # The first question meets the same error, and says it in the chat.
        _log.debug("The model could not be loaded ahead of time", exc_info=True)
    finally:
        ready.set()
