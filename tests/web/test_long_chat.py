"""A chat may go on for long: what is sent for a turn does not grow, and nothing of it is lost."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import gradio as gr
import httpx

from tests.web.answers import HandMadeQA
from tests.web.conftest import free_port
from tests.web.visiting import Visitor
from web.chat.turns import Conversation, Turn, update_of
from web.desk import Desk
from web.door.access import ServeSettings
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

MANY = 50


def answered(question: str) -> Turn:
    turn = Turn(question)
    list(Desk(HandMadeQA(), ServeSettings()).converse(Conversation(), turn, "zh"))
    return turn


def test_the_fiftieth_turn_sends_no_more_than_the_fifth() -> None:
    sizes = []
    with closing(launch(HandMadeQA(), "127.0.0.1", free_port())) as served, Visitor(served.local_url) as visitor:
        for number in range(1, MANY + 1):
            before = visitor.sent + visitor.received
            news = json.loads(visitor.asks(f"第{number}年引进了多少个项目?"))
            assert [len(messages) for _, _, messages in news] == [2]
            assert f"第{number}年" in json.dumps(news, ensure_ascii=False)
            sizes.append(visitor.sent + visitor.received - before)
    assert sizes[-1] <= 1.5 * sizes[4]
    assert max(sizes) < 50_000


def test_news_have_what_the_chatbot_itself_would_send() -> None:
    turn = answered("引进了多少个项目?")
    chat = gr.Chatbot(render=False)
    messages: list[Any] = turn.messages("zh")
    assert json.loads(update_of(chat, [turn], "zh")) == [[turn.id, 1, chat.postprocess(messages).model_dump()]]


def test_after_turns_that_were_answered_at_once_the_browser_is_told_of_all_once_more() -> None:
    conversation, first, second = Conversation(), Turn("乙?"), Turn("丙?")
    conversation.add(first)
    assert conversation.news(first) == [first]
    assert conversation.missed() == [], "a lone turn has told everything itself"
    conversation.add(second)
    second.error = "…"
    assert conversation.missed() == [first, second]
    first.error = "…"
    assert conversation.missed() == [first, second]
    assert conversation.missed() == [], "all has been told"


def test_a_turn_of_a_chat_that_was_begun_anew_is_not_told_of() -> None:
    conversation, turn = Conversation(), Turn("问?")
    conversation.add(turn)
    conversation.turns.clear()
    assert conversation.news(turn) == []
    assert conversation.missed() == []


def test_of_a_long_conversation_the_oldest_turns_are_forgotten() -> None:
    conversation = Conversation()
    for number in range(MANY + 10):
        conversation.add(answered(f"第{number}问?"))
    assert [turn.question for turn in conversation.turns] == [f"第{number}问?" for number in range(10, MANY + 10)]
    assert conversation.history()[-1] == f"第{MANY + 9}问?"


def test_in_the_other_language_the_latest_turns_are_there_again() -> None:
    turns = [answered(f"第{number}问?") for number in range(MANY + 10)]
    with closing(launch(HandMadeQA(), "127.0.0.1", free_port())) as served, Visitor(served.local_url) as visitor:
        for turn in turns:
            served.desk.recent.add(turn)
        news = json.loads(visitor.does(None, "load", ["en", " ".join(turn.id for turn in turns), None])[1])
    assert [turn for turn, _, _ in news] == [turn.id for turn in turns[10:]]
    assert "Very likely right" in json.dumps(news)


def ask(page: Page, question: str) -> None:
    page.locator("#wj-box").get_by_role("textbox").fill(question)
    page.keyboard.press("Enter")


def questions(page: Page) -> list[str]:
    return page.locator("#wj-chat .wj-question").all_inner_texts()


def test_every_turn_stays_in_sight_and_in_the_export_and_is_there_in_the_other_language(
    opened: Callable[..., Page], address: str
) -> None:
    asked = [f"第{number}年引进了多少个项目?" for number in range(12)]
    page = opened()
    for number, question in enumerate(asked):
        ask(page, question)
        page.locator("#wj-chat [data-turn]").nth(number).wait_for()
    assert questions(page) == asked
    page.get_by_role("button", name="English").click()
    page.get_by_text("Very likely right").nth(11).wait_for()
    ask(page, "深圳引进了多少个项目?")
    page.locator("#wj-chat .wj-reason").wait_for()
    assert questions(page) == [*asked, "深圳引进了多少个项目?"]
    turns = page.locator("#wj-chat [data-turn]").evaluate_all("items => items.map((item) => item.dataset.turn)")
    assert len(set(turns)) == 13
    exported = httpx.get(f"{address}wenju/export", params={"turns": " ".join(turns)}, trust_env=False).text
    assert exported.count("\n## ") == 13


def test_what_is_written_about_an_earlier_answer_stays_while_another_question_is_answered(
    opened: Callable[..., Page], qa: HandMadeQA
) -> None:
    page = opened()
    ask(page, "第一个问题?")
    page.locator("#wj-chat [data-turn]").wait_for()
    qa.free.clear()
    try:
        ask(page, "第二个问题?")
        page.locator("#wj-chat .wj-status").wait_for()
        page.get_by_role("button", name="答得不对").click()
        page.locator(".wj-right input").fill("312个")
    finally:
        qa.free.set()
    page.locator("#wj-chat [data-turn]").nth(1).wait_for()
    assert page.locator(".wj-right input").first.input_value() == "312个"
    assert page.locator(".wj-right").first.is_visible()


def test_questions_sent_at_once_are_all_answered_and_a_new_chat_keeps_none(
    opened: Callable[..., Page], qa: HandMadeQA
) -> None:
    page = opened()
    qa.free.clear()
    try:
        for number in range(3):
            ask(page, f"第{number}个问题?")
            page.locator("#wj-chat .wj-question").nth(number).wait_for()
    finally:
        qa.free.set()
    page.locator("#wj-chat [data-turn]").nth(2).wait_for()
    assert questions(page) == [f"第{number}个问题?" for number in range(3)]
    assert page.locator("#wj-chat .wj-status").count() == 0
    qa.free.clear()
    try:
        ask(page, "还没有答的问题?")
        page.locator("#wj-chat .wj-status").wait_for()
        page.get_by_role("button", name="新对话").click()
        page.locator("#wj-chat .wj-question").first.wait_for(state="detached")
    finally:
        qa.free.set()
    ask(page, "新的问题?")
    page.locator("#wj-chat [data-turn]").wait_for()
    assert questions(page) == ["新的问题?"]
