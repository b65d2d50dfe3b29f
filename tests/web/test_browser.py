"""The page in a real browser; skipped where Playwright or Chromium is not installed."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING
from urllib.parse import urlparse

import pytest

from tests.web.answers import HOSTILE
from web.page import EXAMPLES
from web.render import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from tests.web.answers import HandMadeQA

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_LOCAL = re.compile(r"data:|blob:")
_COMPOSING_ENTER = """
(box) => {
  for (const kind of ["keydown", "keypress"]) {
    const event = new KeyboardEvent(kind, {key: "Enter", bubbles: true, cancelable: true, isComposing: true});
    box.dispatchEvent(event);
  }
}
"""


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed: pip install playwright"
    )
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=list(_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens the page; at the end of the test, asserts that no request left this machine."""
    requests: list[str] = []
    pages: list[Page] = []

    def open_page(locale: str = "zh-CN", width: int = 1280, height: int = 900, dark: bool = False) -> Page:
        page = browser.new_context(
            locale=locale,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
        ).new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.goto(address)
        page.get_by_role("textbox").wait_for()
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.context.close()
    assert requests
    assert {urlparse(url).hostname for url in requests if not _LOCAL.match(url)} == {"127.0.0.1"}


def ask(page: Page, question: str) -> None:
    page.get_by_role("textbox").fill(question)
    page.keyboard.press("Enter")


def test_a_typed_question_is_answered_with_its_sentence_and_source(opened: Callable[..., Page]) -> None:
    page = opened()
    ask(page, "引进了多少个项目?")
    page.locator(".wj-text strong").wait_for()
    assert page.locator(".wj-text strong").inner_text() == "311个"
    assert page.locator("blockquote").inner_text() == "全年新引进项目311个,总投资350亿元。"
    assert page.locator("blockquote mark").inner_text() == "311个"
    assert page.get_by_text("001.txt 第 71–77 行").is_visible()
    assert page.get_by_text("别的新闻").is_hidden()
    page.get_by_text("其他相关段落").click()
    assert page.get_by_text("别的新闻").is_visible()
    assert page.get_by_role("textbox").input_value() == ""


def test_an_example_is_answered_on_one_click_in_its_language(opened: Callable[..., Page]) -> None:
    page = opened("en-US")
    assert page.get_by_text("Ask a folder of Chinese documents").is_visible()
    page.get_by_role("button", name="How many projects did Qingdao High-tech Zone attract in 2023?").click()
    page.locator(".wj-text strong").wait_for()
    assert page.locator(".wj-question").inner_text() == EXAMPLES[1]
    assert page.get_by_text("Very likely right").is_visible()


def test_the_page_speaks_the_browsers_language(opened: Callable[..., Page]) -> None:
    page = opened()
    assert page.get_by_text("向一个文件夹的中文文档提问").is_visible()
    assert page.get_by_role("button", name="新对话").is_visible()
    assert page.get_by_placeholder("写下问题，按回车发送").is_visible()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"


def test_hostile_text_is_only_text(opened: Callable[..., Page]) -> None:
    page = opened()
    ask(page, f"hostile {HOSTILE}")
    page.locator("blockquote mark").wait_for()
    page.get_by_text("Other related passages").click()
    assert page.evaluate("window.hacked") is None
    assert page.locator("#wj-chat :is(script, img, .katex)").count() == 0
    assert page.locator("#wj-chat mark").all_inner_texts()[0] == "311个"
    assert page.locator(".wj-question").inner_text() == f"hostile {visible(HOSTILE)}"
    assert page.locator(".wj-title b").first.inner_text() == visible(HOSTILE)


def test_a_blank_question_gets_a_sentence_and_no_traceback(opened: Callable[..., Page]) -> None:
    page = opened()
    ask(page, "   ")
    page.get_by_role("alert").wait_for()
    assert "Traceback" not in page.inner_text("body")


def test_enter_picks_characters_while_an_input_method_composes(opened: Callable[..., Page], qa: HandMadeQA) -> None:
    page = opened()
    box = page.get_by_role("textbox")
    box.fill("yinjin")
    before = len(qa.asked)
    box.evaluate(_COMPOSING_ENTER)
    page.wait_for_timeout(500)
    assert page.locator(".wj-question").count() == 0
    box.fill("引进了多少?")
    page.keyboard.press("Enter")
    page.locator(".wj-text").wait_for()
    assert [question for question, _ in qa.asked[before:]] == ["引进了多少?"]


def test_a_new_chat_forgets_the_earlier_questions(opened: Callable[..., Page], qa: HandMadeQA) -> None:
    page = opened()
    ask(page, "第一个问题?")
    page.locator(".wj-text").wait_for()
    page.get_by_role("button", name="新对话").click()
    page.locator(".wj-question").wait_for(state="detached")
    ask(page, "第二个问题?")
    page.locator(".wj-text").wait_for()
    assert qa.asked[-1] == ("第二个问题?", ())


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_nothing_is_cut_off_and_the_question_stays_in_sight(opened: Callable[..., Page], dark: bool) -> None:
    page = opened(width=390, height=844, dark=dark)
    for number in range(3):
        ask(page, f"第{number}个问题?")
        page.locator(".wj-text").nth(number).wait_for()
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate("document.documentElement.scrollHeight") <= 844
    sources = page.locator(".wj-source:visible").all()
    boxes = [box for source in sources if (box := source.bounding_box()) is not None]
    assert boxes
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
    place = page.locator(".wj-question").last.bounding_box()
    assert place is not None
    assert 60 < place["y"] < 300
