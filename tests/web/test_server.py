from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from gradio_client import Client

from embeddings.errors import WenjuError
from qa.engine import QA
from tests.web.answers import HandMadeQA
from tests.web.conftest import free_port
from web.server import launch, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    with_client = Client(address, verbose=False, analytics_enabled=False)
    yield with_client
    with_client.close()


def shown(result: Any) -> str:
    """All that the chatbot was given."""
    return json.dumps(result[0], ensure_ascii=False)


def test_a_question_over_http_is_answered_with_its_source(client: Client) -> None:
    result = shown(client.predict("引进了多少个项目?", api_name="/chat"))
    assert "<strong>311个</strong>" in result
    assert "001.txt 第 71–77 行" in result


def test_the_session_carries_earlier_questions(client: Client, qa: HandMadeQA) -> None:
    client.predict("青岛引进了多少个项目?", api_name="/chat")
    result = shown(client.predict("那深圳呢?", api_name="/chat"))
    assert qa.asked[-1] == ("那深圳呢?", ("青岛引进了多少个项目?",))
    assert "311个" in result
    assert "不是答案，但相近" in result


def test_sessions_know_nothing_of_each_other(client: Client, address: str, qa: HandMadeQA) -> None:
    client.predict("第一位的问题?", api_name="/chat")
    other = Client(address, verbose=False, analytics_enabled=False)
    assert "第一位" not in shown(other.predict("第二位的问题?", api_name="/chat"))
    assert qa.asked[-1] == ("第二位的问题?", ())
    other.close()


def test_an_empty_question_gets_a_sentence(client: Client) -> None:
    assert "wj-error" in shown(client.predict("", api_name="/chat"))


def test_several_questions_run_at_the_same_time(address: str, qa: HandMadeQA) -> None:
    clients = [Client(address, verbose=False, analytics_enabled=False) for _ in range(3)]
    while qa.arrived.acquire(blocking=False):
        pass
    qa.free.clear()
    try:
        with ThreadPoolExecutor(3) as pool:
            jobs = [pool.submit(each.predict, f"第{n}问?", api_name="/chat") for n, each in enumerate(clients)]
            together = [qa.arrived.acquire(timeout=15) for _ in clients]
            qa.free.set()
            results = [shown(job.result(20)) for job in jobs]
    finally:
        qa.free.set()
    assert together == [True] * 3
    assert all(f"第{n}问?" in result for n, result in enumerate(results))
    for each in clients:
        each.close()


def test_a_taken_port_is_named_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(WenjuError, match=rf"Port {port} is taken\. Choose another with --port"):
            launch(HandMadeQA(), "127.0.0.1", port)


def test_an_address_of_no_network_here_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")
    with pytest.raises(WenjuError, match=r"no address '203\.0\.113\.7'\. Use --host"):
        launch(HandMadeQA(), "203.0.113.7", free_port())


def test_gradio_is_loaded_only_to_serve() -> None:
    code = "import sys, app, web.server; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_starting_asks_no_proxy_and_sends_no_analytics(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    page = launch(HandMadeQA(), "127.0.0.1", free_port())
    page.close(verbose=False)
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert "127.0.0.1" in os.environ["NO_PROXY"].split(",")


def test_serve_prints_its_address_calls_nobody_and_ends_at_ctrl_c() -> None:
    port = free_port()
    code = f"""
import sys
def note(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo") and "127.0.0.1" not in str(arguments):
        print(event, arguments, file=sys.stderr)
sys.addaudithook(note)
from tests.web.answers import HandMadeQA
from web.server import serve
qa = HandMadeQA()
qa.warm_up = lambda: None
serve(qa, port={port})
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "WENJU_LANG": "en"},
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    client = Client(f"http://127.0.0.1:{port}", verbose=False, analytics_enabled=False)
    assert "311个" in shown(client.predict("引进了多少个项目?", api_name="/chat"))
    client.close()
    process.send_signal(2)
    rest, errors = process.communicate(timeout=20)
    assert first.startswith(f"wenju is open at http://127.0.0.1:{port}")
    assert (rest, errors, process.returncode) == ("", "", 0)


@pytest.mark.slow
def test_the_chat_answers_from_the_seeds(seeds_index: Path) -> None:
    page = launch(QA.open(seeds_index), "127.0.0.1", free_port())
    client = Client(page.local_url, verbose=False, analytics_enabled=False)
    result = shown(client.predict("青岛高新区2023年引进了多少个项目?", api_name="/chat"))
    assert "<strong>311个</strong>" in result
    assert "<mark>311个</mark>" in result
    assert "001_71228b73623e2934.txt" in result
    client.close()
    page.close(verbose=False)


def test_serve_is_what_the_command_calls() -> None:
    assert serve.__defaults__ == ("127.0.0.1", 7860)
