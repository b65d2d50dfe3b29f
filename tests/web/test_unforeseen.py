"""Requests that nothing here is made for: each is one sentence to whoever sent it, and no traceback in the log."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.web.answers import HandMadeQA
from tests.web.conftest import free_port
from tests.web.crowds import visitor
from web.door.access import ServeSettings, set_password
from web.queue.quiet import OnceAMinute
from web.serving.server import launch
from web.serving.unforeseen import Outermost

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.types import Message, Receive, Scope, Send

JSON = {"content-type": "application/json"}
JOIN = "/gradio_api/queue/join"


def nested(depth: int) -> bytes:
    inner = "[" * depth + "]" * depth
    call = f'"data": {inner}, "fn_index": 0, "session_hash": "s"'
    return f'{{{call}, "jsonrpc": "2.0", "id": 1, "method": {inner}}}'.encode()


def joined(**changes: Any) -> bytes:
    return json.dumps({"data": ["问?", "zh", None, ""], "fn_index": 0, "session_hash": "s", **changes}).encode()


@pytest.fixture(scope="module")
def page() -> Iterator[str]:
    pytest.importorskip("mcp")
    served = launch(HandMadeQA(), "127.0.0.1", free_port(), None, ServeSettings(mcp=True))
    yield served.local_url
    served.close()


@pytest.fixture
def client(page: str) -> Iterator[httpx.Client]:
    with visitor(page, headers={"accept-language": "en"}) as opened:
        yield opened


def is_one_sentence(answer: httpx.Response) -> bool:
    told = answer.json()
    return 400 <= answer.status_code < 500 and bool(told.get("error") or told.get("detail"))


def raw(address: str, request: str) -> str:
    where = urlsplit(address)
    with socket.create_connection((where.hostname or "", where.port or 80), 30) as connection:
        connection.sendall(request.encode())
        return connection.makefile("rb").readline().decode()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (JOIN, joined(fn_index=999)),
        (JOIN, joined(fn_index=-1)),
        (JOIN, joined(fn_index=None)),
        (JOIN, joined(fn_index="0")),
        (JOIN, joined(fn_index=10**30)),
        (JOIN, joined(fn_index=[0])),
        (JOIN, joined(session_hash=None)),
        (JOIN, joined(session_hash=1)),
        (JOIN, joined(session_hash="")),
        (JOIN, joined(session_hash="long" * 33)),
        (JOIN, joined(data=5)),
        (JOIN, b"[]"),
        (JOIN, b""),
        *((path, nested(depth)) for path in (JOIN, "/gradio_api/mcp") for depth in (150, 900, 100_000)),
        ("/gradio_api/call/ask", b'{"data": ["?"], "x": ' + b"[" * 400 + b"]" * 400 + b"}"),
        ("/gradio_api/call/ask", b'{"data": ["?"], "session_hash": ""}'),
        ("/gradio_api/call/ask", b'{"data": ["?"], "session_hash": "' + b"long" * 33 + b'"}'),
        ("/gradio_api/call/v2/ask", b"{}"),
        ("/gradio_api/call/v2/ask", b'{"question": "?", "no": 1}'),
        ("/gradio_api/call/v2/ask", b"[]"),
        ("/gradio_api/call/v2/ask", b"no json"),
        ("/gradio_api/call/v2/search", b'{"question": "?"}'),
        ("/gradio_api/cancel", b"{}"),
        ("/gradio_api/reset", b"5"),
        ("/gradio_api/stream/none", b"{}"),
        ("/gradio_api/component_server", b"{}"),
        ("/wenju/feedback", nested(900)),
        *(
            (path, b'{"turn": %s, "talk": %s, "event_id": %s, "session_hash": [%s]}' % ((value,) * 4))
            for path in ("/wenju/feedback", "/wenju/talk/remove", "/gradio_api/cancel", "/gradio_api/reset")
            for value in (b"NaN", b"1e999", b'{"a": "\\ud800"}')
        ),
    ],
)
def test_a_call_that_fits_nothing_is_refused_in_a_sentence(
    client: httpx.Client, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, path: str, body: bytes
) -> None:
    answer = client.post(path, content=body, headers=JSON)
    assert is_one_sentence(answer), answer.text
    assert not any(record.exc_info for record in caplog.records)
    assert "Traceback" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/queue/data?session_hash=left-over-from-before",
        "/gradio_api/queue/data",
        "/gradio_api/queue/data?session_hash=",
        "/gradio_api/call/ask/none",
        "/gradio_api/call/v2/ask/none",
    ],
)
def test_a_tab_that_was_left_open_over_a_restart_is_told_that_its_results_are_gone(
    client: httpx.Client, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, path: str
) -> None:
    answer = client.get(path)
    assert (answer.status_code, is_one_sentence(answer)) == (404, True)
    assert not caplog.records
    assert "Traceback" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    "changes", [{"data": []}, {"data": [{"a": 1}, 5, 6]}, {"data": [None] * 50}, {"event_data": 5}]
)
def test_an_event_with_other_values_than_it_takes_ends_with_a_sentence_and_a_line(
    client: httpx.Client, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, changes: dict[str, Any]
) -> None:
    begun = client.post(JOIN, content=joined(**changes, session_hash=f"other {len(str(changes))}"), headers=JSON)
    if begun.status_code == 200:
        stream = client.get("/gradio_api/queue/data", params={"session_hash": f"other {len(str(changes))}"}).text
        assert "process_completed" in stream
    assert begun.status_code < 500
    assert not any(record.exc_info for record in caplog.records)
    assert len(caplog.records) <= 1
    assert "Traceback" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    ("boundary", "body"),
    [
        ("b" * 5000, b"--x"),
        ("", b"--x"),
        ("b", b"no boundary at all"),
        ("b", b"--b\r\nContent-Disposition: form-data\r\n\r\n"),
        ("b", b"--b\r\n" + b"X: " + b"y" * 100_000 + b"\r\n\r\n"),
    ],
)
def test_an_upload_that_is_none_is_refused_in_a_sentence(
    client: httpx.Client,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    boundary: str,
    body: bytes,
) -> None:
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    answer = client.post("/gradio_api/upload", content=body, headers=headers)
    assert 400 <= answer.status_code < 500, answer.text
    assert not any(record.exc_info for record in caplog.records)
    assert "Traceback" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "PUT", "PATCH", "PROPFIND", "X" * 50])
@pytest.mark.parametrize("path", ["/login", "/", "/gradio_api/queue/join"])
def test_a_method_that_nothing_has_is_refused(
    page: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, method: str, path: str
) -> None:
    line = raw(page, f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert line.split()[1] == "405"
    assert not caplog.records
    assert "Traceback" not in "".join(capfd.readouterr())


def test_connect_to_the_login_is_refused_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("web.door.access._N", 2**10)
    set_password(tmp_path / "users.txt", "anna", "secret")
    served = launch(HandMadeQA(), "127.0.0.1", free_port(), None, ServeSettings(users=tmp_path / "users.txt"))
    line = raw(served.local_url, "CONNECT /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    served.close()
    assert line.split()[1] == "405"
    assert not caplog.records


def test_an_upload_that_is_cut_off_leaves_no_line(page: str, caplog: pytest.LogCaptureFixture) -> None:
    where = urlsplit(page)
    with socket.create_connection((where.hostname or "", where.port or 80), 30) as connection:
        connection.sendall(
            b"POST /gradio_api/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
        )
    with visitor(page) as client:
        assert client.get("/config").status_code == 200
    assert not any(record.exc_info for record in caplog.records)


@pytest.mark.parametrize("begun", [False, True])
def test_an_error_that_nobody_foresaw_is_a_sentence_and_one_line_without_its_trace(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, begun: bool
) -> None:
    monkeypatch.delenv("WENJU_DEBUG", raising=False)
    monkeypatch.setattr("web.queue.quiet._log.filters", [OnceAMinute()])
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        # As a framework does: it says that something went wrong, and raises on.
        await send({"type": "http.response.start", "status": 200 if begun else 500, "headers": []})
        await send({"type": "http.response.body", "body": b"secret", "more_body": begun})
        raise RuntimeError("secret\ndetail")

    async def receive() -> Message:
        raise AssertionError("read")

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    asyncio.run(Outermost(app)(scope, receive, send))
    assert sent[0]["status"] == (200 if begun else 500)
    if not begun:
        assert set(json.loads(sent[1]["body"])) == {"error", "detail"}
        assert b"secret" not in sent[1]["body"]
    (record,) = caplog.records
    assert record.exc_info is None
    assert re.search(r"RuntimeError: secret detail$", record.getMessage())
