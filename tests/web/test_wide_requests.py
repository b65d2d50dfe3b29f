"""Requests that are large in what they hold: each costs what its size calls for, and leaves as little."""

from __future__ import annotations

import json
import logging
import os
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.answers import HandMadeQA
from tests.web.conftest import free_port
from tests.web.visiting import UPLOAD, Visitor
from web.documents.upload_folder import UploadFolder
from web.door.access import ServeSettings
from web.door.login import COOKIE, cookie_token
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from web.serving.server import Served

WIDE: list[list[int]] = [[]] * 300_000
LONG = "长" * 300_000


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("wide")
    (folder / "corpus").mkdir()
    settings = ServeSettings(
        corpus=folder / "corpus",
        index=folder / "index",
        feedback=folder / "feedback.jsonl",
        requests_per_minute=100_000,
    )
    with closing(launch(HandMadeQA(), "127.0.0.1", free_port(), None, settings)) as served:
        yield served


@pytest.fixture
def visitor(served: Served) -> Iterator[Visitor]:
    with Visitor(served.local_url) as visitor:
        yield visitor


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/gradio_api/call/ask", {"data": ["问?", 5, WIDE]}),
        ("/gradio_api/call/v2/ask", {"question": "问?", "more": WIDE}),
        ("/gradio_api/queue/join", {"data": WIDE, "fn_index": 0, "session_hash": "s"}),
        ("/gradio_api/cancel", WIDE),
        ("/gradio_api/cancel", {"session_hash": "s", "fn_index": 0, "event_id": "e", "more": WIDE}),
        ("/gradio_api/reset", {"event_id": "e", "more": {str(number): [] for number in range(30_000)}}),
        ("/wenju/feedback", {"turn": WIDE, "good": True}),
    ],
)
def test_a_request_of_very_many_values_is_refused_before_they_are_looked_at(
    visitor: Visitor, path: str, body: Any
) -> None:
    answer = visitor.client.post(path, json=body, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert answer.json()["error"] == "The request holds too much, or is nested too deeply."
    assert len(answer.content) < 1_000


def test_of_a_question_that_is_too_long_no_more_is_kept_or_sent_back(visitor: Visitor) -> None:
    assert "1000" in visitor.asks(LONG + "😀")
    assert visitor.received < 20_000


def test_half_a_surrogate_pair_is_asked_as_what_can_be_written(visitor: Visitor) -> None:
    body = {
        "data": ["\\ud800?", "zh", None, ""],
        "fn_index": visitor._function("wj-box", "submit"),
        "session_hash": "x",
    }
    raw = json.dumps(body).replace("\\\\ud800", "\\ud800").encode()
    joined = visitor.client.post("/gradio_api/queue/join", content=raw, headers={"content-type": "application/json"})
    assert joined.status_code == 200
    with visitor.client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "x"}) as stream:
        told = "".join(stream.iter_text())
    assert "surrogates" not in told


def test_a_value_that_gradio_refuses_is_neither_printed_nor_logged(
    visitor: Visitor, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    body = {"data": [LONG], "fn_index": visitor._function("wj-renew", "click"), "session_hash": "L"}
    visitor.client.post("/gradio_api/queue/join", json=body).raise_for_status()
    with visitor.client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "L"}) as stream:
        told = sum(len(line) for line in stream.iter_lines())
    assert told < 20_000
    assert len(caplog.text) < 2_000
    assert len("".join(capfd.readouterr())) < 2_000


def test_a_list_of_very_many_files_is_refused(visitor: Visitor) -> None:
    (path,) = visitor.uploads(("a.txt", b"text")).json()
    assert visitor.client.post("/wenju/library/add", json={"files": [path] * 1001}).status_code == 422


def test_a_form_of_very_many_parts_is_refused(visitor: Visitor) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n'
    head = {"content-type": "multipart/form-data; boundary=b", "accept-language": "en"}
    answer = visitor.client.post(UPLOAD, content=part * 1_000 + b"--b--\r\n", headers=head)
    assert answer.status_code == 400


def test_feedback_and_what_is_called_off_count_towards_the_minute() -> None:
    with (
        closing(launch(HandMadeQA(), "127.0.0.1", free_port(), None, ServeSettings(requests_per_minute=10))) as served,
        Visitor(served.local_url) as visitor,
    ):
        statuses = [
            visitor.client.post("/wenju/feedback", json={"turn": "x", "good": True}).status_code for _ in range(6)
        ]
        called_off = {"session_hash": "s", "fn_index": 0, "event_id": "e"}
        statuses += [visitor.client.post("/gradio_api/cancel", json=called_off).status_code for _ in range(6)]
    assert 429 not in statuses[:10]
    assert statuses[10:] == [429, 429]


def test_a_name_longer_than_a_file_may_have_is_not_looked_for(
    visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    assert visitor.client.get("/svelte/" + "a" * 5_000).status_code == 404
    assert caplog.text == ""


def test_of_many_cookies_only_the_sessions_own_is_read() -> None:
    assert cookie_token("a=;" * 20_000 + f"{COOKIE}=token") == "token"


def test_a_file_that_is_added_twice_at_once_stays_until_both_are_done(tmp_path: Path) -> None:
    with closing(UploadFolder()) as folder:
        batch = folder.begin("at 127.0.0.1")
        os.close(folder.add_file(batch, "a.txt"))
        (file,) = batch.files
        with folder.taking([file]):
            with folder.taking([file]):
                pass
            assert file.is_file()
        assert not file.exists()


def test_what_the_library_of_mcp_logs_is_one_line_of_some_length(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("mcp")
    head = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
    evil = "\x1b[31mEVIL\nFAKE LINE" + "R" * 100_000
    with (
        caplog.at_level(logging.WARNING),
        closing(launch(HandMadeQA(), "127.0.0.1", free_port(), None, ServeSettings(mcp=True))) as served,
        Visitor(served.local_url) as visitor,
    ):
        for body in (
            {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": evil, "arguments": {}}},
            {"jsonrpc": "2.0", "id": "x", "result": {"x": evil}},
            {"jsonrpc": "2.0", "id": 2, "method": evil},
        ):
            assert visitor.client.post("/gradio_api/mcp", json=body, headers=head).status_code < 500
    logged = caplog.text + "".join(capfd.readouterr())
    assert "\x1b" not in logged
    assert "FAKE LINE" not in [line.strip() for line in logged.splitlines()]
    assert len(logged) < 3_000
