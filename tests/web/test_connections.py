"""Connections that never finish what they ask: none of them holds the place of a visitor."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.conftest import REPOSITORY
from tests.web.answers import HandMadeQA
from tests.web.conftest import free_port
from tests.web.crowds import UNFINISHED, answer_to, crowd, is_closed, visitor
from tests.web.test_waiting import until
from web.door.access import ServeSettings
from web.queue.connections import ConnectionLimits, Connections, limits_here
from web.queue.quiet import OnceAMinute, loop_errors
from web.queue.visitors import Proxies
from web.serving import running as serving
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHUNKED = b"POST %s HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
FEW = ConnectionLimits(open=60, unfinished=10, seconds=2.0)
LONG = 100.0
HEARTBEAT = b"GET /gradio_api/heartbeat/x HTTP/1.1\r\nHost: localhost\r\n\r\n"
HALF_BODY = b'POST /gradio_api/call/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"data"'


@pytest.fixture
def tight(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A page with few places, which closes what is unfinished only when it needs the place."""
    monkeypatch.setattr(serving, "limits_here", lambda: ConnectionLimits(FEW.open, FEW.unfinished, LONG))
    served = launch(HandMadeQA(), "127.0.0.1", free_port())
    yield served.local_url
    served.close()


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A page that soon closes what is unfinished."""
    monkeypatch.setattr(serving, "limits_here", lambda: FEW)
    served = launch(HandMadeQA(), "127.0.0.1", free_port())
    yield served.local_url
    served.close()


@pytest.mark.parametrize("said", [b"", UNFINISHED, HALF_BODY])
def test_a_request_that_stays_unfinished_is_closed_and_a_stream_is_not(brisk: str, said: bytes) -> None:
    began = time.monotonic()
    with crowd(brisk, 1, HEARTBEAT) as (stream,), crowd(brisk, 3, said) as opened:
        assert all(is_closed(each, 30) for each in opened)
        assert time.monotonic() - began >= FEW.seconds
        assert not is_closed(stream, FEW.seconds)


def test_headers_that_trickle_have_no_longer_than_others(brisk: str) -> None:
    with crowd(brisk, 1) as (slow,):
        began = time.monotonic()
        slow.settimeout(0.2)
        closed = False
        while not closed and time.monotonic() < began + 30:
            try:
                slow.sendall(b"x")
                closed = slow.recv(1) == b""
            except TimeoutError:
                continue
            except ConnectionError:
                closed = True
    assert closed


def test_a_body_that_keeps_coming_is_waited_for(brisk: str) -> None:
    pieces = [b'{"data": ["', *[b" " * 2000] * 6, '问?"]}'.encode()]

    def slowly() -> Iterator[bytes]:
        for piece in pieces:
            time.sleep(FEW.seconds / 4)  # longer in all than a pause may be
            yield piece

    with visitor(brisk) as client:
        headers = {"content-length": str(sum(map(len, pieces)))}
        assert client.post("/gradio_api/call/ask", content=slowly(), headers=headers).status_code == 200


def chunks_of(size: int, number: int) -> bytes:
    return (b"%x\r\n" % size + b" " * size + b"\r\n") * number


@pytest.mark.parametrize("path", [b"/gradio_api/call/ask", b"/gradio_api/upload", b"/nothing"])
def test_a_body_in_crumbs_is_read_no_further_for_each_costs_as_much_as_a_chunk(tight: str, path: bytes) -> None:
    with crowd(tight, 1, CHUNKED % path + chunks_of(1, 5000)) as (connection,):
        assert is_closed(connection, LONG / 2)


def test_a_body_of_a_few_small_chunks_or_of_many_larger_ones_is_read(brisk: str) -> None:
    question = '{"data": ["问?"]}'.encode()
    for size, number in ((1, 200), (300, 2000)):
        said = CHUNKED % b"/gradio_api/call/ask" + chunks_of(size, number)
        with crowd(brisk, 1, said + b"%x\r\n" % len(question) + question + b"\r\n0\r\n\r\n") as (connection,):
            connection.settimeout(30)
            assert connection.recv(4096).startswith(b"HTTP/1.1 200")


def test_a_body_that_breaks_off_in_nonsense_is_no_error_of_ours(brisk: str, caplog: pytest.LogCaptureFixture) -> None:
    with crowd(brisk, 1, CHUNKED % b"/nothing" + b"2\r\nab\r\nnonsense\r\n") as (connection,):
        assert is_closed(connection, 30)
    with visitor(brisk) as client:
        assert client.get("/wenju/alive").status_code == 204
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("said", [b"", UNFINISHED, HALF_BODY])
def test_beside_hundreds_of_unfinished_requests_of_the_same_address_everybody_gets_in(
    tight: str, said: bytes, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("web.queue.connections"), "filters", [OnceAMinute()])
    with crowd(tight, 300, said) as opened:
        for _ in range(3):
            with visitor(tight) as client:
                assert answer_to(client, "引进了多少个项目?")["texts"] == ["311个"]
        still = sum(not is_closed(each, 0.01) for each in opened)
    assert 0 < still <= FEW.unfinished
    (line,) = [record.getMessage() for record in caplog.records if record.name == "web.queue.connections"]
    assert "127.0.0.1" in line


def test_streams_of_one_address_leave_room_for_the_next_address(tight: str) -> None:
    with crowd(tight, 100, HEARTBEAT, source="127.0.0.2") as opened:
        held = opened[:]

        def are_few() -> bool:  # once the server has looked at the last of them
            held[:] = [each for each in held if not is_closed(each, 0.01)]
            return len(held) <= FEW.open // 2

        until(are_few)
        assert held
        with visitor(tight) as client:
            assert answer_to(client, "引进了多少个项目?")["texts"] == ["311个"]


def test_behind_a_named_proxy_all_connections_have_its_address_and_none_is_one_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serving, "limits_here", lambda: FEW)
    served = launch(HandMadeQA(), "127.0.0.1", free_port(), None, ServeSettings(proxies=("127.0.0.1",)))
    with ExitStack() as stack:
        for number in range(FEW.open - 10):
            client = stack.enter_context(visitor(served.local_url))
            stream = stack.enter_context(client.stream("GET", f"/gradio_api/heartbeat/{number}"))
            assert stream.status_code == 200
    served.close()


def test_where_files_run_out_the_log_has_a_line_a_minute_and_old_connections_give_way() -> None:
    now = [0.0]
    gave_way: list[bool] = []

    class Noted(Connections):
        def give_way(self) -> None:
            gave_way.append(True)

    quiet, seen = OnceAMinute(lambda: now[0]), []
    logger = logging.getLogger("web.queue.quiet")
    handler = logging.Handler()
    handler.emit = lambda record: seen.append(record.getMessage())  # type: ignore[method-assign]
    before = logger.filters[:]
    logger.filters[:] = [quiet]
    logger.addHandler(handler)
    try:
        handle = loop_errors(Noted(FEW, Proxies()))
        for _ in range(1000):
            # asyncio gives no loop of its own kind here, and none is looked at
            handle(None, {"message": "socket.accept() out of system resource", "exception": OSError(24, "No files")})  # type: ignore[arg-type]
            now[0] += 0.1
    finally:
        logger.filters[:] = before
        logger.removeHandler(handler)
    assert len(gave_way) == 1000
    assert len(seen) == 2
    assert "No files" in seen[0]
    assert "599" in seen[1]


def test_the_limits_stay_under_what_the_system_allows() -> None:
    code = """
import resource
from web.queue.connections import limits_here
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 1024))
print(limits_here().open, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    most, files = map(int, ran.stdout.split())
    assert files == 1024
    assert files // 2 <= most <= files - 200
    assert limits_here().open >= most


@pytest.mark.slow
def test_eleven_hundred_unfinished_requests_and_1024_files_shut_nobody_out(tmp_path: Path) -> None:
    port = free_port()
    code = f"""
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))
from dataclasses import replace
from tests.web.answers import HandMadeQA
from web.serving import running
from web.serving.server import serve
limits = running.limits_here()
running.limits_here = lambda: replace(limits, seconds=600.0)  # none is closed because of its age
qa = HandMadeQA()
qa.warm_up = lambda: None
serve(qa, port={port})
"""
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", code], cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=out, env=os.environ
        )
        assert process.stdout is not None
        process.stdout.readline()
        address = f"http://127.0.0.1:{port}"
        try:
            with crowd(address, 1100):
                for _ in range(5):
                    with visitor(address) as client:
                        assert answer_to(client, "引进了多少个项目?")["texts"] == ["311个"]
        finally:
            process.terminate()
            process.wait(60)
            process.stdout.close()
    assert log.stat().st_size < 10_000
