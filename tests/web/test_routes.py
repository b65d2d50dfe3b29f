"""The page's own requests, over a real index of two articles."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.web.answers import HOSTILE, HandMadeQA
from tests.web.conftest import free_port
from web.chat.turns import Conversation, Turn
from web.desk import Desk
from web.door.access import ServeSettings
from web.look.marks import show_controls
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa.engine import QA
    from web.serving.server import Served

OUTSIDE = (
    "../secret.txt",
    "/etc/passwd",
    "..\\secret.txt",
    "port.txt/../../secret.txt",
    "./port.txt",
    "port.txt\0.txt",
    "file:///etc/passwd",
    "%2e%2e/secret.txt",
    "ｐort.txt",
    "",
    "x" * 3000,
)


@pytest.fixture
def served(small_qa: QA, tmp_path: Path) -> Iterator[Served]:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    settings = ServeSettings(feedback=tmp_path / "feedback.jsonl")
    with closing(launch(small_qa, "127.0.0.1", free_port(), settings=settings)) as page:
        yield page


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.local_url, trust_env=False) as client:
        yield client


def turn_of(desk: Desk, question: str = "引进了多少个项目?") -> Turn:
    """A turn as the chat leaves it, answered by hand."""
    turn = Turn(question)
    list(Desk(HandMadeQA(), desk.settings, recent=desk.recent).converse(Conversation(), turn, "zh"))
    return turn


def test_an_article_opens_at_its_lines_with_the_phrase_marked(client: httpx.Client) -> None:
    shown = client.get("wenju/article", params={"file": "port.txt", "start": 3, "end": 3, "phrase": "12亿元"}).text
    assert '<h2 lang="zh-CN">东港码头建成</h2>' in shown
    assert '<p class="wj-here"><span class="wj-lines" lang="zh-CN">port.txt 第 3 行</span>' in shown
    assert "总投资<mark>12亿元</mark>" in shown
    english = client.get("wenju/article", params={"file": "port.txt", "start": 3, "phrase": "2亿元", "language": "en"})
    assert "port.txt, line 3" in english.text
    assert "<mark>" not in english.text, "2亿元 is not a part of 12亿元"


@pytest.mark.parametrize("file", OUTSIDE)
def test_no_file_but_those_of_the_index_is_ever_opened(client: httpx.Client, file: str) -> None:
    answer = client.get("wenju/article", params={"file": file, "start": 1, "end": 1})
    assert answer.status_code in (404, 422)
    assert "secret" not in answer.text
    assert "root:" not in answer.text


def test_a_phrase_is_only_text(client: httpx.Client) -> None:
    parameters: dict[str, Any] = {"file": "port.txt", "start": 3, "end": 3, "phrase": ".*", "language": HOSTILE}
    shown = client.get("wenju/article", params=parameters).text
    assert "<mark>" not in shown
    assert "<script" not in shown


def test_an_answer_is_copied_with_its_source(served: Served, client: httpx.Client) -> None:
    turn = turn_of(served.desk)
    text = client.get("wenju/answer", params={"turn": turn.id}).text
    assert text.startswith("问题：引进了多少个项目?\n答案：311个\n")
    assert "001.txt 第 71–77 行" in text
    gone = client.get("wenju/answer", params={"turn": "unknown", "language": "en"})
    assert (gone.status_code, gone.text) == (404, "This answer is no longer kept; please ask again.")


def test_a_conversation_is_exported_with_its_sources(served: Served, client: httpx.Client) -> None:
    turns = [turn_of(served.desk), turn_of(served.desk, "深圳引进了多少个项目?"), turn_of(served.desk, "hostile")]
    answer = client.get("wenju/export", params={"turns": " ".join(turn.id for turn in turns), "language": "zh"})
    assert "attachment" in answer.headers["content-disposition"]
    assert "**311个**" in answer.text
    assert "最接近的内容没有提到“深圳”" in answer.text
    assert "<script" not in answer.text
    assert show_controls("\u202e") in answer.text


def test_feedback_is_kept_as_a_case_and_nothing_else_is_written(
    served: Served, client: httpx.Client, tmp_path: Path
) -> None:
    turn = turn_of(served.desk)
    said = {"turn": turn.id, "good": False, "right": "312个", "language": "en"}
    assert client.post("wenju/feedback", json=said).text == "Noted, thank you."
    assert client.post("wenju/feedback", json={**said, "turn": "../../x"}).status_code == 404
    assert client.post("wenju/feedback", json={**said, "right": "x" * 3000}).status_code == 422
    cases = [json.loads(line) for line in (tmp_path / "feedback.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(case["question"], case["answers"]) for case in cases] == [("引进了多少个项目?", [["312个"]])]
    assert sorted(item.name for item in tmp_path.iterdir()) == ["feedback.jsonl", "secret.txt"]


def test_a_read_only_page_takes_no_feedback(small_qa: QA, tmp_path: Path) -> None:
    settings = ServeSettings(feedback=tmp_path / "feedback.jsonl", read_only=True)
    with closing(launch(small_qa, "127.0.0.1", free_port(), settings=settings)) as served:
        turn = turn_of(served.desk)
        answer = httpx.post(f"{served.local_url}wenju/feedback", json={"turn": turn.id, "good": True}, trust_env=False)
    assert answer.status_code == 409
    assert not (tmp_path / "feedback.jsonl").exists()
