"""Within which documents a question of the page is asked: as it is sent, said in words, and offered to choose from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from qa.question.question import QuestionError
from qa.question.scope import Scope
from tests.web.answers import HOSTILE, HandMadeQA, answered
from tests.web.conftest import free_port
from web.chat.turns import Conversation, Turn
from web.chat.within import choices, render_within, scope_of, scope_text
from web.desk import Desk
from web.door.access import ServeSettings
from web.serving.server import launch

if TYPE_CHECKING:
    from qa.engine import QA

FILES = ("a.txt", "east/b.txt", "east/old/c.txt", "west/d.txt")


def test_what_the_page_sends_is_a_scope() -> None:
    scope = Scope(("east", "b.txt"), None, "2023", "2024-05")
    assert scope_of(json.dumps(scope.to_dict())) == scope
    assert [scope_of(text) for text in (None, "", "{}", '{"files": []}')] == [None] * 4


@pytest.mark.parametrize(
    "text", ["east", "[]", '{"files": "\\ud800"', '{"folder": "east"}', '{"since": "May"}', "[" * 9000]
)
def test_what_is_no_scope_is_an_error_that_names_it(text: str) -> None:
    with pytest.raises(QuestionError):
        scope_of(text)


def test_a_scope_is_said_in_words() -> None:
    scope = Scope(("east", "b.txt"), None, "2023", "2024")
    assert scope_text(scope, "zh") == "east、b.txt；2023 至 2024"
    assert scope_text(scope, "en") == "east, b.txt; 2023 to 2024"
    assert [scope_text(Scope(since="2023"), name) for name in ("zh", "en")] == ["2023 及以后", "2023 and later"]
    assert [scope_text(Scope(until="2023"), name) for name in ("zh", "en")] == ["2023 及以前", "2023 and earlier"]
    assert scope_text(Scope(since="2023", until="2023"), "en") == "2023"
    assert scope_text(Scope(tuple(f"{number}.txt" for number in range(9))), "zh").endswith("3.txt等另外 5 项")


def test_a_turn_says_within_what_it_was_asked_and_shows_names_as_text() -> None:
    assert render_within(None, "zh") == ""
    turn = Turn("多少个?", answer=answered(), within=Scope((HOSTILE,)))
    (_, told) = turn.messages("zh")
    html = told["content"].value
    assert html.index("只在所选文档里") < html.index("311个")
    assert "<script>" not in html
    assert "Only in the chosen documents" in Turn("How many?", status="…", within=Scope(("east",))).messages("en")[1][
        "content"
    ].value  # fmt: skip


def test_folders_and_files_are_offered_with_what_was_typed() -> None:
    every = choices(FILES, "")
    assert [(item["path"], item["files"]) for item in every["folders"]] == [("east", 2), ("east/old", 1), ("west", 1)]
    assert [item["path"] for item in every["files"]] == list(FILES)
    found = choices(FILES, " EAST/O")
    assert [[item["path"] for item in found[name]] for name in ("folders", "files")] == [
        ["east/old"],
        ["east/old/c.txt"],
    ]
    many = choices([f"{number:05}.txt" for number in range(10_000)], "")
    assert (len(many["files"]), many["more"], many["total"]) == (200, 9_800, 10_000)


def test_the_page_can_ask_what_there_is_to_choose_from(small_qa: QA) -> None:
    served = launch(small_qa, "127.0.0.1", free_port(), settings=ServeSettings())
    with httpx.Client(base_url=served.local_url, timeout=30) as http:
        assert [item["path"] for item in http.get("wenju/within").json()["files"]] == ["port.txt", "school.txt"]
        assert http.get("wenju/within", params={"find": "port"}).json()["total"] == 2
        assert http.get("wenju/within", params={"find": "x" * 501}).status_code == 422
    served.close()


def test_a_question_and_what_is_offered_to_ask_next_are_asked_within_the_same(small_qa: QA) -> None:
    asked = HandMadeQA()
    desk, turn, scope = Desk(asked, ServeSettings()), Turn("引进了多少个项目?"), Scope(("east",))
    list(desk.converse(Conversation(), turn, "zh", lambda: scope))
    assert turn.within == scope
    assert len(asked.within) > 1
    assert set(asked.within.values()) == {scope}


def test_a_scope_that_is_none_is_told_in_the_language_of_the_page() -> None:
    asked = HandMadeQA()
    desk, turn = Desk(asked, ServeSettings()), Turn("How many projects?")
    list(desk.converse(Conversation(), turn, "en", lambda: scope_of('{"since": "May"}')))
    assert "'May' is no date" in turn.error
    assert asked.asked == []
