"""The page in a real browser, over answers made by hand; left out where Playwright or Chromium is not installed."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.web.answers import HOSTILE, TEXT, answered, passage
from tests.web.browsing import sees, serious
from web.desk import EXAMPLES
from web.look.marks import show_controls

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from tests.web.answers import HandMadeQA

_COMPOSING_ENTER = """
(box) => {
  for (const kind of ["keydown", "keypress"]) {
    const event = new KeyboardEvent(kind, {key: "Enter", bubbles: true, cancelable: true, isComposing: true});
    box.dispatchEvent(event);
  }
}
"""


def ask(page: Page, question: str) -> None:
    page.locator("#wj-box").get_by_role("textbox").fill(question)
    page.keyboard.press("Enter")


def answer_of(page: Page, number: int = 0) -> str:
    answer = page.locator(".wj-text strong").nth(number)
    answer.wait_for()
    return answer.inner_text()


def test_a_typed_question_is_answered_with_its_sentence_chip_and_card(opened: Callable[..., Page]) -> None:
    page = opened()
    ask(page, "引进了多少个项目?")
    assert answer_of(page) == "311个"
    assert page.locator("blockquote").inner_text() == "全年新引进项目311个,总投资420亿元。"
    assert page.locator("blockquote mark").inner_text() == "311个"
    assert page.locator(".wj-differ strong").all_inner_texts() == ["311个", "320个"]
    cards = page.locator("#wj-evidence .wj-card")
    sees(cards.locator("h3")).to_have_text(["年度盘点", "高新区成绩单 › 开放引领", "别的新闻"], use_inner_text=True)
    page.locator("#wj-chat .wj-chip").first.click()
    assert page.locator(".wj-card.wj-chosen h3").inner_text().startswith("高新区成绩单")
    assert page.evaluate("document.activeElement.matches('.wj-card.wj-chosen')")
    assert page.locator("#wj-box").get_by_role("textbox").input_value() == ""


def test_a_question_that_was_completed_is_asked_as_it_is_written(opened: Callable[..., Page]) -> None:
    page = opened()
    ask(page, "引进了多少个项目?")
    answer_of(page)
    ask(page, "那园区呢?")
    answer_of(page, 1)
    for number in (2, 3):  # and the same once more
        page.locator(".wj-written").first.click()
        answer_of(page, number)
    assert page.locator(".wj-question").all_inner_texts() == ["引进了多少个项目?", *["那园区呢?"] * 3]
    assert page.locator(".wj-written").count() == 1
    assert page.locator("#wj-box").get_by_role("textbox").input_value() == ""


def test_why_a_passage_is_there_is_folded_away(opened: Callable[..., Page]) -> None:
    page = opened()
    ask(page, "引进了多少个项目?")
    card = page.locator("#wj-evidence .wj-card").first
    card.wait_for()
    sees(card.get_by_text("对上的词")).to_be_hidden()
    card.get_by_text("为什么是这一段").click()
    sees(card.get_by_text("对上的词")).to_be_visible()


def test_an_example_is_answered_on_one_click(opened: Callable[..., Page]) -> None:
    page = opened("en-US")
    sees(page.get_by_text("Ask a folder of Chinese documents")).to_be_visible()
    page.get_by_role("button", name="How many projects did Qingdao High-tech Zone attract in 2023?").click()
    assert answer_of(page) == "311个"
    assert page.locator(".wj-question").inner_text() in EXAMPLES
    sees(page.get_by_text("Very likely right")).to_be_visible()


def test_the_page_speaks_the_browsers_language_or_the_chosen_one_and_keeps_the_conversation(
    opened: Callable[..., Page],
) -> None:
    page = opened()
    sees(page.get_by_text("向一个文件夹的中文文档提问")).to_be_visible()
    sees(page.get_by_placeholder("写下问题，按回车发送")).to_be_visible()
    ask(page, "引进了多少个项目?")
    assert answer_of(page) == "311个"
    sees(page.get_by_text("很有把握")).to_be_visible()
    page.get_by_role("button", name="English").click()
    page.get_by_text("Very likely right").wait_for()
    assert answer_of(page) == "311个"
    assert page.evaluate("document.documentElement.lang") == "en"
    sees(page.get_by_role("button", name="New chat")).to_be_visible()
    page.reload()
    page.get_by_placeholder("Write a question, press Enter").wait_for()
    page.get_by_role("button", name="中文").click()
    page.get_by_placeholder("写下问题，按回车发送").wait_for()


def test_a_browser_of_a_third_language_gets_one_language_only(opened: Callable[..., Page]) -> None:
    page = opened("fr-FR")
    sees(page.get_by_role("button", name="New chat")).to_be_visible()
    assert page.evaluate("[navigator.language, document.documentElement.lang]") == ["en", "en"]


def test_hostile_text_is_only_text(opened: Callable[..., Page]) -> None:
    page = opened()
    ask(page, f"hostile {HOSTILE}")
    page.locator("blockquote mark").wait_for()
    page.locator("#wj-evidence h3").first.wait_for()
    assert page.evaluate("window.hacked") is None
    for place in ("#wj-chat", "#wj-evidence"):
        assert page.locator(f"{place} :is(script, img, .katex)").count() == 0
    assert page.locator("#wj-chat mark").all_inner_texts()[0] == "311个"
    assert page.locator(".wj-question").inner_text() == f"hostile {show_controls(HOSTILE)}"
    assert page.locator("#wj-evidence h3").first.inner_text() == f"{show_controls(HOSTILE)} › {show_controls(HOSTILE)}"


def test_a_blank_question_gets_a_sentence_and_no_traceback(opened: Callable[..., Page]) -> None:
    page = opened()
    ask(page, "   ")
    page.get_by_role("alert").wait_for()
    assert "Traceback" not in page.inner_text("body")


def test_enter_picks_characters_while_an_input_method_composes(opened: Callable[..., Page], qa: HandMadeQA) -> None:
    page = opened()
    box = page.locator("#wj-box").get_by_role("textbox")
    box.fill("yinjin")
    box.evaluate(_COMPOSING_ENTER)
    page.wait_for_timeout(500)
    assert page.locator(".wj-question").count() == 0
    box.fill("引进了多少?")
    page.keyboard.press("Enter")
    answer_of(page)
    assert "引进了多少?" in (asked := [question for question, _ in qa.asked])
    assert "yinjin" not in asked


def test_a_new_chat_forgets_the_earlier_questions(opened: Callable[..., Page], qa: HandMadeQA) -> None:
    page = opened()
    ask(page, "第一个问题?")
    answer_of(page)
    page.get_by_role("button", name="新对话").click()
    page.locator(".wj-question").wait_for(state="detached")
    page.locator("#wj-welcome h2").wait_for()
    sees(page.locator("#wj-right")).to_be_hidden()
    ask(page, "第二个问题?")
    answer_of(page)
    assert ("第二个问题?", ()) in qa.asked


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_nothing_is_cut_off_and_the_question_stays_in_sight(opened: Callable[..., Page], dark: bool) -> None:
    page = opened(width=390, height=844, dark=dark)
    for number in range(3):
        ask(page, f"第{number}个问题?")
        answer_of(page, number)
    page.wait_for_function(  # the page goes to it once it is drawn
        "() => { const y = [...document.querySelectorAll('.wj-question')].pop().getBoundingClientRect().y;"
        " return 0 <= y && y < 300; }"
    )
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    boxes = [box for card in page.locator(".wj-card, .wj-side").all() if (box := card.bounding_box()) is not None]
    assert boxes
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
    assert page.locator("#wj-evidence").is_hidden(), "evidence comes up when a source is chosen"


def test_everything_can_be_reached_and_done_by_keyboard(opened: Callable[..., Page]) -> None:
    page = opened()
    ask(page, "引进了多少个项目?")
    answer_of(page)
    page.locator("#wj-chat .wj-chip").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('.wj-card.wj-chosen')")
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.innerText.trim()"))
    assert {"看全文", "为什么是这一段"} <= reached


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_serious_keeps_anyone_out(opened: Callable[..., Page], dark: bool, width: int) -> None:
    """By axe-core, contrast of WCAG AA among its rules."""
    page = opened(width=width, dark=dark)
    ask(page, "引进了多少个项目?")
    answer_of(page)
    ask(page, "深圳引进了多少个项目?")
    page.locator(".wj-reason").wait_for()
    page.locator("#wj-chat .wj-chip").last.click()
    page.locator("#wj-evidence summary").first.click()
    assert serious(page) == []


_ATTEMPTS = """
async (address) => {
  const blocked = [];
  document.addEventListener("securitypolicyviolation", (event) => blocked.push(event.effectiveDirective));
  const add = (name, attributes) => document.body.append(Object.assign(document.createElement(name), attributes));
  add("img", {src: `${address}/a.png`});
  add("script", {src: `${address}/a.js`});
  add("link", {rel: "stylesheet", href: `${address}/a.css`});
  add("iframe", {src: `${address}/a.html`});
  add("object", {data: `${address}/a.swf`});
  await fetch(`${address}/a`, {mode: "no-cors"}).catch(() => null);
  await new Promise((done) => {
    const wait = () => new Set(blocked).size >= 6 ? done() : setTimeout(wait, 20);
    wait();
  });
  return [...new Set(blocked)].sort();
}
"""


def test_the_page_does_all_it_does_under_a_policy_that_lets_nothing_out(browser: Browser, address: str) -> None:
    """What every other test here does in the page is let through: `opening` asserts that nothing was blocked."""
    reached: list[str] = []
    with contextlib.closing(browser.new_context(locale="zh-CN")) as context:
        page = context.new_page()
        page.on("console", lambda said: reached.append(said.text) if said.type == "error" else None)
        page.goto(address)
        page.locator("#wj-welcome h2").wait_for()
        ask(page, "引进了多少个项目?")
        assert answer_of(page) == "311个"
        page.locator("#wj-evidence .wj-open").first.click()
        page.locator("#wj-article[open]").wait_for()
        assert [text for text in reached if "404" not in text] == [], "no error stands in the console"
        tried = page.evaluate(_ATTEMPTS, "http://127.0.0.2:9")
    assert tried == ["connect-src", "frame-src", "img-src", "object-src", "script-src-elem", "style-src-elem"]


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900)])
def test_evidence_that_is_longer_than_the_window_scrolls_by_itself_and_the_question_stays_in_view(
    opened: Callable[..., Page], qa: HandMadeQA, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    long = replace(answered(), passages=tuple(passage(TEXT + "另有一句。" * 80, start=place) for place in range(5)))
    monkeypatch.setattr(qa, "answer", lambda question, *_: replace(long, question=question, asked=question))
    page = opened()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    ask(page, "引进了多少个项目?")
    answer_of(page)
    panel = page.locator("#wj-evidence .wj")
    page.locator("#wj-evidence .wj-card").nth(4).wait_for()
    assert panel.evaluate("panel => panel.scrollHeight > panel.clientHeight"), "or there is nothing to scroll"
    page.locator("#wj-chat .wj-chip").last.click()
    for place in (page.locator(".wj-question"), page.locator("#wj-box")):
        box = place.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= size[1]
    last = page.locator("#wj-evidence .wj-card").last
    last.scroll_into_view_if_needed()
    panel.evaluate("panel => panel.scrollTo(0, panel.scrollHeight)")
    assert last.evaluate("card => card.getBoundingClientRect().bottom <= window.innerHeight + 1")
