from __future__ import annotations

import threading

import pytest

from tests.web.answers import HandMadeQA
from web.page import CHROME, EXAMPLES, Conversation, build_page, converse


def ask(qa: HandMadeQA, conversation: Conversation, question: str, ready: threading.Event | None = None) -> list[str]:
    """What stands under the question at each step."""
    return [conversation.turns[-1].html for _ in converse(qa, conversation, question, ready)]


def test_the_page_builds_with_an_example_in_each_language() -> None:
    config = build_page(HandMadeQA()).get_config_file()
    shown = [part["props"].get("value") for part in config["components"] if part["type"] == "button"]
    assert set(EXAMPLES) <= set(shown)
    assert {
        "青岛高新区2023年引进了多少个项目?",
        "How many projects did Qingdao High-tech Zone attract in 2023?",
    } <= set(EXAMPLES)


def test_only_the_chat_is_open_to_other_programs() -> None:
    page = build_page(HandMadeQA())
    assert list(page.get_api_info()["named_endpoints"]) == ["/chat"]


def test_both_languages_of_the_page_say_the_same_things() -> None:
    assert CHROME.translations["zh"].keys() == CHROME.translations["en"].keys()


def test_a_question_is_looked_for_and_then_answered() -> None:
    looking, answer = ask(HandMadeQA(), Conversation(), "引进了多少个项目?")
    assert "正在查找" in looking
    assert "<strong>311个</strong>" in answer


def test_while_the_model_loads_the_page_says_so_and_waits() -> None:
    qa, ready, conversation = HandMadeQA(), threading.Event(), Conversation()
    steps = converse(qa, conversation, "How many projects?", ready)
    next(steps)
    assert "Loading the model" in conversation.turns[0].html
    assert qa.asked == []
    ready.set()
    next(steps)
    assert "<strong>311个</strong>" in conversation.turns[0].html


def test_earlier_questions_are_passed_on_oldest_first_without_those_that_failed() -> None:
    qa, conversation = HandMadeQA(), Conversation()
    for question in ("青岛引进了多少个项目?", "?!", "那深圳呢?", "总投资呢?"):
        ask(qa, conversation, question)
    assert qa.asked[-1] == ("总投资呢?", ("青岛引进了多少个项目?", "那深圳呢?"))


def test_a_question_that_cannot_be_asked_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")
    conversation = Conversation()
    assert "The question is empty." in ask(HandMadeQA(), conversation, "  ")[-1]
    assert "1,500" in ask(HandMadeQA(), conversation, "问" * 1500)[-1].replace("1500", "1,500")
    blank, long, error = conversation.messages()
    assert blank["role"] == "assistant"
    assert len(long["content"].value) < 300
    assert 'role="alert"' in error["content"].value


def test_an_error_inside_shows_a_sentence_and_logs_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    shown = ask(HandMadeQA(), Conversation(), "boom boom")[-1]
    assert "wj-error" in shown
    assert "secret detail" not in shown
    assert "Traceback" not in shown
    assert "secret detail" in caplog.text


def test_two_questions_at_once_both_stay() -> None:
    qa, conversation = HandMadeQA(), Conversation()
    first, second = converse(qa, conversation, "第一个问题?", None), converse(qa, conversation, "第二个问题?", None)
    next(first)
    next(second)
    next(second)
    next(first)
    assert [turn.question for turn in conversation.turns] == ["第一个问题?", "第二个问题?"]
    assert all("311个" in turn.html for turn in conversation.turns)
