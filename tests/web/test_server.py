from __future__ import annotations

import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest
from gradio_client import Client

from chinese.errors import WenjuError
from qa.engine import QA
from tests.support import hear_signals
from tests.web.answers import HandMadeQA
from tests.web.conftest import free_port
from web.door.access import ServeSettings, set_password
from web.look.look import FIRST
from web.serving.server import launch, serve, start_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    with_client = Client(address, verbose=False, analytics_enabled=False)
    yield with_client
    with_client.close()


def test_a_question_over_http_is_answered_with_its_source(client: Client) -> None:
    answer = client.predict("引进了多少个项目?", api_name="/ask")
    assert answer["texts"] == ["311个"]
    assert {"file": "001.txt", "unit": "line", "start": 71, "end": 77} in answer["passages"][1]["sources"]


def test_calls_know_nothing_of_each_other(client: Client, qa: HandMadeQA) -> None:
    client.predict("第一位的问题?", api_name="/ask")
    client.predict("第二位的问题?", api_name="/ask")
    client.predict("那深圳呢?", history=["沈阳引进了多少个项目?"], api_name="/ask")
    assert qa.asked[-2:] == [("第二位的问题?", ()), ("那深圳呢?", ("沈阳引进了多少个项目?",))]


def test_the_page_chooses_its_language_before_anything_of_gradio_runs(address: str) -> None:
    page = httpx.get(address, headers={"accept-encoding": "gzip, br"})
    assert page.text.index(FIRST) < page.text.index("<meta") < page.text.index("gradio_config")
    assert int(page.headers["content-length"]) == len(page.content)


def test_several_questions_run_at_the_same_time(address: str, qa: HandMadeQA) -> None:
    clients = [Client(address, verbose=False, analytics_enabled=False) for _ in range(3)]
    while qa.arrived.acquire(blocking=False):
        pass
    qa.free.clear()
    try:
        with ThreadPoolExecutor(3) as pool:
            jobs = [pool.submit(each.predict, f"第{n}问?", api_name="/ask") for n, each in enumerate(clients)]
            together = [qa.arrived.acquire(timeout=60) for _ in clients]
            qa.free.set()
            results = [job.result(60)["question"] for job in jobs]
    finally:
        qa.free.set()
    assert together == [True] * 3
    assert results == [f"第{n}问?" for n in range(3)]
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
    code = "import sys, app, web.serving.server; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_starting_asks_no_proxy_and_sends_no_analytics(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    page = launch(HandMadeQA(), "127.0.0.1", free_port())
    page.close(verbose=False)
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"


def test_a_closed_server_frees_its_port_though_a_browser_is_still_open(capfd: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    served = launch(HandMadeQA(), "127.0.0.1", port)
    with (
        httpx.Client(base_url=served.local_url) as browser,
        browser.stream("GET", "/gradio_api/heartbeat/open") as stream,
    ):
        assert next(stream.iter_text()).startswith("data: ALIVE")
        served.close()
    launch(HandMadeQA(), "127.0.0.1", port).close(verbose=False)
    assert capfd.readouterr() == ("", "")


def test_open_to_the_network_without_a_login_it_is_read_only_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")
    served = launch(HandMadeQA(), "0.0.0.0", free_port())
    upload = httpx.post(
        f"http://127.0.0.1:{served.local_url.rstrip('/').rpartition(':')[2]}/gradio_api/upload", files={"files": b"x"}
    )
    line = start_line(served)
    served.close()
    assert served.desk.settings.read_only
    assert upload.status_code == 403
    assert line.startswith("wenju is open at http://localhost:")
    assert "read-only" in line
    assert "--auth FILE" in line


def test_open_to_the_network_with_a_login_documents_can_be_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.door.access._N", 2**10)
    set_password(tmp_path / "users.txt", "anna", "secret")
    served = launch(HandMadeQA(), "0.0.0.0", free_port(), None, ServeSettings(users=tmp_path / "users.txt"))
    line = start_line(served)
    served.close()
    assert not served.desk.settings.read_only
    assert "--auth" not in line


def test_a_users_file_that_is_not_there_is_named_before_anything_is_served(tmp_path: Path) -> None:
    port = free_port()
    with pytest.raises(WenjuError, match=r"users\.txt"):
        launch(HandMadeQA(), "127.0.0.1", port, None, ServeSettings(users=tmp_path / "users.txt"))
    launch(HandMadeQA(), "127.0.0.1", port).close()


def test_serve_prints_its_address_calls_nobody_and_ends_at_ctrl_c() -> None:
    port = free_port()
    code = f"""
import sys
def note(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo") and "127.0.0.1" not in str(arguments):
        print(event, arguments, file=sys.stderr)
sys.addaudithook(note)
from tests.web.answers import HandMadeQA
from web.serving.server import serve
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
        preexec_fn=hear_signals,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    client = Client(f"http://127.0.0.1:{port}", verbose=False, analytics_enabled=False)
    assert client.predict("引进了多少个项目?", api_name="/ask")["texts"] == ["311个"]
    client.close()
    process.send_signal(2)
    rest, errors = process.communicate(timeout=60)
    assert first.startswith(f"wenju is open at http://127.0.0.1:{port}")
    assert (rest, errors, process.returncode) == ("", "", 0)


@pytest.mark.slow
def test_the_chat_answers_from_the_seeds(seeds_index: Path) -> None:
    page = launch(QA.open(seeds_index), "127.0.0.1", free_port())
    client = Client(page.local_url, verbose=False, analytics_enabled=False)
    answer = client.predict("青岛高新区2023年引进了多少个项目?", api_name="/ask")
    assert answer["texts"] == ["311个"]
    assert answer["passages"][0]["sources"][0]["file"] == "001_71228b73623e2934.txt"
    client.close()
    page.close(verbose=False)


def test_serve_is_what_the_command_calls() -> None:
    assert serve.__defaults__ == ("127.0.0.1", 7860, None)
