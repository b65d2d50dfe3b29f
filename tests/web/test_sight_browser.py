"""What a person needs is in view: at every size, before and after an answer; in a real browser over answers by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from qa.deciding.certainty import SURE
from tests.web.answers import TEXT, answered, passage
from tests.web.browsing import at_rest, found_by_axe, in_view, sees
from tests.web.test_browser import answer_of, ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.web.answers import HandMadeQA

SIZES = [(1440, 900), (1280, 800), (1024, 600), (820, 1180), (390, 844), (844, 390), (1024, 400), (640, 400)]
SMALL = [(390, 844), (844, 390), (640, 400)]
QUESTION = "引进了多少个项目?"


@pytest.fixture
def long_cards(qa: HandMadeQA, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers whose five cards are longer than any window."""
    passages = tuple(passage(TEXT + "另有一句。" * 80, start=place) for place in range(5))
    long = replace(answered(), passages=passages, alternatives=())
    monkeypatch.setattr(qa, "answer", lambda question, *_: replace(long, question=question, asked=question))


@pytest.mark.parametrize("size", SIZES)
def test_the_first_view_says_what_there_is_to_ask_and_has_the_box_in_view(
    opened: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = opened(width=size[0], height=size[1])
    box = page.locator("#wj-box").get_by_role("textbox")
    in_view(page, box)
    in_view(page, page.locator("#wj-welcome h2"))
    examples = page.locator(".wj-example")
    sees(examples).to_have_count(4)
    in_view(page, examples.first)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    sees(page.locator("#wj-chat"), "no empty box stands there").to_be_hidden()
    sees(page.locator("#wj-right"), "evidence comes with the first answer").to_be_hidden()
    box.click()
    page.keyboard.type("云岭县")
    assert box.input_value() == "云岭县"


@pytest.mark.parametrize("size", SIZES)
def test_after_an_answer_question_answer_and_box_are_in_view_and_nothing_overlaps(
    opened: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = opened(width=size[0], height=size[1])
    ask(page, QUESTION)
    answer_of(page)
    page.locator("#wj-evidence .wj-card").first.wait_for(state="attached")  # so the chat has scrolled to the question
    at_rest(page)
    question = in_view(page, page.locator(".wj-question"))
    answer = in_view(page, page.locator(".wj-text strong"))
    box = in_view(page, page.locator("#wj-box").get_by_role("textbox"))
    assert question["y"] + question["height"] <= answer["y"]
    assert answer["y"] + answer["height"] <= box["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    if size not in SMALL and size[1] > 560 and size[0] > 800:
        in_view(page, page.locator("#wj-evidence .wj-card h3").first)


@pytest.mark.usefixtures("long_cards")
@pytest.mark.parametrize("size", [(1440, 900), (1280, 800), (1024, 600)])
def test_evidence_is_scrolled_by_the_wheel_and_choosing_a_source_moves_nothing_else(
    opened: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = opened(width=size[0], height=size[1])
    ask(page, QUESTION)
    answer_of(page)
    page.locator("#wj-evidence .wj-card").nth(4).wait_for()  # so the chat has scrolled to the question
    at_rest(page)
    kept = [page.locator(name) for name in (".wj-question", ".wj-text strong", "#wj-box")]
    before = [item.bounding_box() for item in kept]
    page.locator("#wj-chat .wj-chip").nth(4).click()
    in_view(page, page.locator('.wj-card[data-card="4"] h3'))
    assert [item.bounding_box() for item in kept] == before
    panel = page.locator("#wj-evidence .wj")
    panel.evaluate("panel => { panel.scrollTop = 0; }")
    panel.hover()
    for _ in range(12):
        page.mouse.wheel(0, 600)
    page.wait_for_function(
        "() => document.querySelector('#wj-evidence .wj-card:last-child').getBoundingClientRect().bottom"
        " <= innerHeight + 1"
    )
    assert [item.bounding_box() for item in kept] == before


@pytest.mark.parametrize("size", SMALL)
def test_on_a_small_window_the_words_of_the_answer_are_in_view_in_the_source_that_comes_up(
    opened: Callable[..., Page], qa: HandMadeQA, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    late = replace(answered(), passages=(passage("先有一句。" * 80 + TEXT),), alternatives=())
    monkeypatch.setattr(qa, "answer", lambda question, *_: replace(late, question=question, asked=question))
    page = opened(width=size[0], height=size[1])
    ask(page, QUESTION)
    answer_of(page)
    page.locator("#wj-chat .wj-chip").first.click()
    in_view(page, page.locator("#wj-evidence .wj-card mark").first)
    in_view(page, page.get_by_role("button", name="回到答案"))


@pytest.mark.usefixtures("long_cards")
@pytest.mark.parametrize("size", SMALL)
def test_on_a_small_window_a_source_comes_up_over_the_chat_and_goes_again(
    opened: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = opened(width=size[0], height=size[1])
    ask(page, QUESTION)
    answer_of(page)
    page.locator("#wj-evidence .wj-card").nth(4).wait_for(state="attached")  # so the chat has scrolled to the question
    chip = page.locator("#wj-chat .wj-chip").nth(3)
    chip.scroll_into_view_if_needed()
    kept = [page.locator(name) for name in (".wj-question", ".wj-text strong")]
    before = [item.bounding_box() for item in kept]
    chip.click()
    in_view(page, page.locator('.wj-card[data-card="3"] h3'))
    back = page.get_by_role("button", name="回到答案")
    in_view(page, back)
    assert [item.bounding_box() for item in kept] == before, "question and answer stay where they are"
    back.click()
    page.locator("#wj-right").wait_for(state="hidden")
    assert chip.evaluate("chip => chip === document.activeElement")
    chip.click()
    page.keyboard.press("Escape")
    page.locator("#wj-right").wait_for(state="hidden")


def test_on_a_phone_the_box_stays_at_the_foot_however_long_the_chat(opened: Callable[..., Page]) -> None:
    page = opened(width=390, height=844)
    for number in range(3):
        ask(page, f"第{number}个问题?")
        answer_of(page, number)
    page.evaluate("scrollTo(0, 0)")
    in_view(page, page.locator("#wj-box").get_by_role("textbox"))
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    in_view(page, page.locator("#wj-box").get_by_role("textbox"))


def test_on_a_phone_what_is_touched_is_44_pixels_high_and_a_field_does_not_zoom(opened: Callable[..., Page]) -> None:
    page = opened(width=390, height=844)
    low = """() => [...document.querySelectorAll("button:not([tabindex='-1']), summary")]
      .filter((item) => item.offsetParent)
      .filter((item) => item.getBoundingClientRect().height < 44).map((item) => item.outerHTML.slice(0, 120))"""
    assert page.evaluate(low) == []
    ask(page, QUESTION)
    answer_of(page)
    page.locator("#wj-chat .wj-chip").first.click()
    page.locator("#wj-evidence summary").first.wait_for()
    assert page.evaluate(low) == []
    size = "field => parseFloat(getComputedStyle(field).fontSize)"
    assert page.locator("#wj-box").get_by_role("textbox").evaluate(size) >= 16


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_what_is_not_sure_is_smaller_than_what_is_and_stands_below_its_sentence(
    opened: Callable[..., Page], qa: HandMadeQA, monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    unsure = replace(answered(), confidence=SURE - 0.1, alternatives=())
    monkeypatch.setattr(qa, "answer", lambda question, *_: replace(unsure, question=question, asked=question))
    page = opened(locale)
    ask(page, QUESTION)
    answer_of(page)
    page.locator("#wj-evidence .wj-card").first.wait_for()  # so the chat has scrolled to the question
    at_rest(page)
    sentence = in_view(page, page.locator("#wj-chat blockquote"))
    said = in_view(page, page.locator(".wj-text strong"))
    assert sentence["y"] + sentence["height"] <= said["y"]
    assert page.get_by_text("可能是" if locale == "zh-CN" else "Possibly", exact=True).is_visible()
    assert page.locator(".wj-text").evaluate("text => parseFloat(getComputedStyle(text).fontSize)") <= 18


def test_a_short_answer_is_not_torn_over_two_lines_in_the_evidence(opened: Callable[..., Page]) -> None:
    page = opened(width=1024, height=700)
    ask(page, QUESTION)
    answer_of(page)
    marks = page.locator("#wj-evidence mark")
    marks.first.wait_for()
    for width in range(900, 1100, 20):
        page.set_viewport_size({"width": width, "height": 700})
        assert marks.evaluate_all("marks => marks.map((mark) => mark.getClientRects().length)") == [1] * marks.count()


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_at_all_before_and_after_answers(opened: Callable[..., Page], dark: bool) -> None:
    page = opened("en-US", dark=dark)
    assert _found(page) == []
    page.locator(".wj-help").click()
    page.locator("#wj-help[open]").wait_for()
    assert _found(page) == []
    page.keyboard.press("Escape")
    ask(page, QUESTION)
    answer_of(page)
    ask(page, "深圳引进了多少个项目?")
    page.locator(".wj-reason").wait_for()
    assert _found(page) == []
    page.get_by_role("button", name="Wrong", exact=True).click()
    page.locator("#wj-judge[open]").wait_for()
    assert _found(page) == []


def _found(page: Page) -> list[tuple[object, str]]:
    return [(item["id"], str(item["nodes"])[:400]) for item in found_by_axe(page)]
