"""Serving the chat on this machine. Gradio is loaded here, when there is something to serve, and not before."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import socket
import sys
import threading
from typing import TYPE_CHECKING

from embeddings.errors import WenjuError, say

if TYPE_CHECKING:
    import gradio as gr

    from qa.engine import QA
    from web.page import Asks

_QUESTIONS_AT_ONCE = 4
_log = logging.getLogger(__name__)


def serve(qa: QA, host: str = "127.0.0.1", port: int = 7860) -> None:
    """Serve the chat until Ctrl-C, and print its address in one line. WenjuError where the port cannot be had."""
    ready = threading.Event()
    page = launch(qa, host, port, ready)
    threading.Thread(target=_warm_up, args=(qa, ready), daemon=True).start()
    sys.stdout.write(
        say(f"问据已打开：{page.local_url}（Ctrl-C 停止）\n", f"wenju is open at {page.local_url} (Ctrl-C stops it)\n")
    )
    sys.stdout.flush()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        page.close(verbose=False)


def launch(qa: Asks, host: str, port: int, ready: threading.Event | None = None) -> gr.Blocks:
    """Start serving and return; `close()` of what is returned ends it. Nothing here reaches beyond this machine."""
    _check_port(host, port)
    _stay_local(host)
    from web import look
    from web.page import CHROME, build_page

    page = build_page(qa, ready)
    page.queue(default_concurrency_limit=_QUESTIONS_AT_ONCE)
    try:
        page.launch(
            server_name=host,
            server_port=port,
            share=False,
            prevent_thread_lock=True,
            quiet=True,
            ssr_mode=False,
            enable_monitoring=False,
            footer_links=[],
            theme=look.theme(),
            css=look.CSS,
            head=look.HEAD,
            i18n=CHROME,
        )
    except OSError as error:
        raise _port_error(host, port, error) from error
    return page


def _stay_local(host: str) -> None:
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    # Else each question would be followed by a table of all questions so far, for a dashboard that is not served.
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)
    # Gradio calls its own address once while it starts; through a proxy that call would leave the machine and fail.
    for name in ("NO_PROXY", "no_proxy"):
        local = dict.fromkeys([*filter(None, os.environ.get(name, "").split(",")), "127.0.0.1", "localhost", host])
        os.environ[name] = ",".join(local)


def _check_port(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with contextlib.closing(socket.socket(family, kind, protocol)) as probe:
            # A port that a server has just left is free, though the system still remembers its connections.
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise _port_error(host, port, error) from error


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


def _warm_up(qa: QA, ready: threading.Event) -> None:
    try:
        qa.warm_up()
    except Exception:
        # The first question meets the same error, and says it in the chat.
        _log.debug("The model could not be loaded ahead of time", exc_info=True)
    finally:
        ready.set()
