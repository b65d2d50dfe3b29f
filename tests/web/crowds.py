"""Visitors who mean no good: connections that stay unfinished, and questions that nobody waits for."""

from __future__ import annotations

import contextlib
import json
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

UNFINISHED = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
ASK = "/gradio_api/call/ask"


@contextlib.contextmanager
def crowd(
    address: str, number: int, said: bytes = UNFINISHED, source: str = "127.0.0.1"
) -> Iterator[list[socket.socket]]:
    """So many connections that have said this and then nothing more."""
    where = urlsplit(address)
    assert where.hostname is not None
    opened: list[socket.socket] = []
    try:
        for _ in range(number):
            opened.append(socket.create_connection((where.hostname, where.port or 80), 30, (source, 0)))
            with contextlib.suppress(ConnectionError):
                opened[-1].sendall(said)
        yield opened
    finally:
        for each in opened:
            each.close()


def is_closed(connection: socket.socket, seconds: float) -> bool:
    """Whether the server ends a connection within so many seconds."""
    connection.settimeout(seconds)
    try:
        while connection.recv(65536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


def visitor(address: str, source: str = "127.0.0.1", **more: Any) -> httpx.Client:
    """A visitor from an address of this machine: there are many that start with 127."""
    return httpx.Client(base_url=address, timeout=60, transport=httpx.HTTPTransport(local_address=source), **more)


def ask_unread(client: httpx.Client, question: str = "问?", **more: Any) -> httpx.Response:
    """Ask, and never fetch what comes of it."""
    return client.post(ASK, json={"data": [question], **more})


def answer_to(client: httpx.Client, question: str) -> dict[str, Any]:
    """Ask as programs do, in two steps, and get the answer."""
    begun = ask_unread(client, question).raise_for_status().json()
    event, data, *_ = client.get(f"{ASK}/{begun['event_id']}").text.splitlines()
    assert event == "event: complete", data
    found: list[dict[str, Any]] = json.loads(data.removeprefix("data: "))
    return found[0]
