from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from chinese.errors import Language, WenjuError
from chinese.language import language_of
from embeddings.errors import IndexDamaged, IndexMismatch, IndexMissing
from qa import QA
from qa.types import Answer
from tests.web.answers import HandMadeQA
from web.chat.turns import Conversation, RecentTurns, Turn
from web.desk import EXAMPLES, Desk
from web.door.access import ServeSettings
from web.look.words import CHROME
from web.serving.page import build_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def desk_of(qa: HandMadeQA, ready: threading.Event | None = None) -> Desk:
    return Desk(qa, ServeSettings(), ready)


def ask(
    qa: HandMadeQA,
    conversation: Conversation,
    question: str,
    ready: threading.Event | None = None,
    language: Language = "zh",
) -> list[str]:
    """What stands under the question at each step."""
    steps = desk_of(qa, ready).converse(conversation, Turn(question), language)
    return [conversation.turns[-1].html(language) for _ in steps]


def test_the_examples_are_in_both_languages() -> None:
    assert {
        "青岛高新区2023年引进了多少个项目?",
        "How many projects did Qingdao High-tech Zone attract in 2023?",
    } <= set(EXAMPLES)


def test_only_three_endpoints_are_open_to_other_programs() -> None:
    page = build_page(desk_of(HandMadeQA()))
    assert sorted(page.get_api_info()["named_endpoints"]) == ["/ask", "/figures", "/search", "/sources"]


def test_both_languages_of_the_page_say_the_same_things() -> None:
    assert CHROME.translations["zh"].keys() == CHROME.translations["en"].keys()


def test_a_question_is_looked_for_and_then_answered() -> None:
    looking, answer = ask(HandMadeQA(), Conversation(), "引进了多少个项目?")
    assert "正在查找" in looking
    assert "<strong>311个</strong>" in answer


def test_while_the_model_loads_the_page_says_so_and_waits() -> None:
    qa, ready, conversation = HandMadeQA(), threading.Event(), Conversation()
    steps = desk_of(qa, ready).converse(conversation, Turn("How many projects?"), "en")
    next(steps)
    assert "Loading the model" in conversation.turns[0].html("en")
    assert qa.asked == []
    ready.set()
    next(steps)
    assert "<strong>311个</strong>" in conversation.turns[0].html("en")


def test_earlier_questions_are_passed_on_oldest_first_without_those_that_failed() -> None:
    qa, conversation = HandMadeQA(), Conversation()
    for question in ("沈阳引进了多少个项目?", "?!", "那深圳呢?", "总投资呢?"):
        ask(qa, conversation, question)
    assert ("总投资呢?", ("沈阳引进了多少个项目?", "那深圳呢?")) in qa.asked


def test_a_question_asked_as_it_is_written_goes_on_with_none_before_it() -> None:
    conversation, desk = Conversation(), desk_of(HandMadeQA())
    for turn in (Turn("沈阳引进了多少个项目?"), Turn("那园区呢?"), Turn("那园区呢?", as_written=True)):
        list(desk.converse(conversation, turn, "zh"))

    assert [turn.answer.asked for turn in conversation.turns if turn.answer] == [
        "沈阳引进了多少个项目?",
        "沈阳引进了多少个项目?",
        "那园区呢?",
    ]
    assert conversation.history() == ("那园区呢?",)


def test_of_a_long_conversation_the_latest_questions_are_passed_on() -> None:
    qa, conversation = HandMadeQA(), Conversation()
    for number in range(60):
        ask(qa, conversation, f"第{number}批引进了多少个项目?")
    assert conversation.history() == tuple(f"第{number}批引进了多少个项目?" for number in range(40, 60))
    history = conversation.history()
    ask(qa, conversation, "那第三批呢?")
    assert ("那第三批呢?", history) in qa.asked


def test_a_question_that_cannot_be_asked_gets_a_sentence_in_the_language_of_the_page() -> None:
    conversation = Conversation()
    assert "The question is empty." in ask(HandMadeQA(), conversation, "  ", language="en")[-1]
    assert "问题有 1500 个字" in ask(HandMadeQA(), conversation, "问" * 1500)[-1]
    blank, long, error = (message for turn in conversation.turns for message in turn.messages("zh"))
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
    desk, conversation = desk_of(HandMadeQA()), Conversation()
    first = desk.converse(conversation, Turn("第一个问题?"), "zh")
    second = desk.converse(conversation, Turn("第二个问题?"), "zh")
    next(first)
    next(second)
    next(second)
    next(first)
    assert [turn.question for turn in conversation.turns] == ["第一个问题?", "第二个问题?"]
    assert all("311个" in turn.html("zh") for turn in conversation.turns)


def test_a_question_sent_while_the_one_before_is_looked_for_still_follows_it() -> None:
    qa, conversation = HandMadeQA(), Conversation()
    first = desk_of(qa).converse(conversation, Turn("沈阳引进了多少个项目?"), "zh")
    next(first)
    list(desk_of(qa).converse(conversation, Turn("那深圳呢?"), "zh"))
    assert ("那深圳呢?", ("沈阳引进了多少个项目?",)) in qa.asked
    list(first)


def test_a_turn_can_be_shown_again_in_another_language_by_its_id() -> None:
    desk, conversation = desk_of(HandMadeQA()), Conversation()
    list(desk.converse(conversation, Turn("引进了多少个项目?"), "zh"))
    list(desk.converse(conversation, Turn("boom boom"), "zh"))
    ids = [turn.id for turn in conversation.turns]
    assert desk.recent.find([*ids, "unknown"]) == conversation.turns[:1], "what failed is not kept"
    assert "Very likely right" in conversation.turns[0].html("en")


def test_only_the_latest_turns_are_kept() -> None:
    recent = RecentTurns(kept=2)
    turns = [Turn(f"第{number}问?") for number in range(3)]
    for turn in turns:
        recent.add(turn)
    assert recent.find(turn.id for turn in turns) == turns[1:]


def test_the_shipped_examples_are_shown_over_the_corpus_that_has_their_words_only(small_qa: QA) -> None:
    desk = Desk.of(small_qa, ServeSettings())
    assert set(desk_of(HandMadeQA()).examples_in("zh", None)) == {
        item for item in EXAMPLES if language_of(item) == "zh"
    }
    assert not set(desk.examples_in("zh", desk.index())) & set(EXAMPLES)
    desk.close()


def test_a_page_that_is_closed_reads_its_index_no_more(small_qa: QA) -> None:
    reading, closing = threading.Event(), threading.Event()

    class Held:
        generation = "held"

        def all_chunks(self) -> Iterator[Any]:
            for chunk in small_qa.index.all_chunks():
                reading.set()
                assert closing.wait(30)
                yield chunk
            raise AssertionError("read on after the page was closed")

    desk = Desk.of(small_qa, ServeSettings())
    desk._making = threading.Thread(target=desk._make_examples, args=(Held(),))
    desk._making.start()
    assert reading.wait(30)
    desk._closed.set()
    closing.set()
    desk.close()
    assert not desk._making.is_alive()


@pytest.mark.slow
def test_over_the_seeds_the_examples_are_those_of_the_page_and_all_but_one_are_answered(seeds_index: Path) -> None:
    qa = QA.open(seeds_index)
    desk = Desk.of(qa, ServeSettings())
    shown = [*desk.examples_in("zh", desk.index()), *desk.examples_in("en", desk.index())]
    assert set(shown) == set(EXAMPLES)
    assert [question for question in shown if qa.ask(question).reason is not None] == [
        "深圳高新区2023年引进了多少个项目?"
    ]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (IndexMissing("/srv/secret has no index: run it"), "还没有可问的文档"),
        (IndexDamaged("/srv/secret is damaged: run it"), "索引暂时用不了"),
        (IndexMismatch("/srv/secret is of another version: run it"), "索引暂时用不了"),
    ],
)
def test_a_visitor_is_told_what_to_do_and_no_path_or_command_of_the_server(error: WenjuError, said: str) -> None:
    class Failing(HandMadeQA):
        def answer(self, *_: object) -> Answer:
            raise error

    shown = ask(Failing(), Conversation(), "引进了多少个项目?")[-1]
    assert said in shown
    assert "/srv/secret" not in shown
