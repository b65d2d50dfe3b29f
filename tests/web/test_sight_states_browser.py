"""What the page does over time: waiting, a server that is gone, judging, keys, light and dark, languages."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from embeddings import Index, rebuild
from tests.conftest import REPOSITORY
from tests.support import CountingEncoder, counting_qa, write_corpus
from tests.web.answers import HandMadeQA, answered, passage
from tests.web.browsing import in_view, opening
from tests.web.conftest import CORPUS, free_port
from tests.web.test_browser import answer_of, ask
from web.desk import EXAMPLES
from web.door.access import ServeSettings
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Route

    from qa.types import Answer

QUESTION = "引进了多少个项目?"
_SAID = "全年新引进项目311个,项目总投资420亿元。"


class LaterQA(HandMadeQA):
    """Has a question to ask next, which is found only when `later` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.later = threading.Event()

    def answer(self, question: str, history: tuple[str, ...], as_written: bool) -> Answer:
        if "总投资" not in question:
            given = super().answer(question, history, as_written)
            return replace(given, passages=(passage(_SAID),), alternatives=())
        self.later.wait(60)
        given = replace(answered(question), texts=("420亿元",), passages=(passage(_SAID, "420亿元"),), alternatives=())
        return given if as_written else replace(given, asked=f"高新区{question}")


@pytest.fixture
def later(tmp_path: Path) -> Iterator[tuple[LaterQA, str, Path]]:
    """A QA whose next questions come late, the address of its page, and the file of its feedback."""
    qa, file = LaterQA(), tmp_path / "feedback.jsonl"
    with closing(launch(qa, "127.0.0.1", free_port(), settings=ServeSettings(feedback=file))) as page:
        yield qa, page.local_url, file


@contextmanager
def process(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server in a process of its own, and its address."""
    port = free_port()
    command = [sys.executable, "-m", "tests.web.serve_by_hand", str(port), str(folder / "feedback.jsonl")]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "open\n"
        try:
            yield server, f"http://127.0.0.1:{port}/"
        finally:
            server.send_signal(signal.SIGCONT)
            server.kill()


@pytest.fixture(scope="module")
def freezing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """One for the tests that leave it as it was."""
    with process(tmp_path_factory.mktemp("freezing")) as running:
        yield running


def box_of(page: Page) -> str:
    return page.locator("#wj-box").get_by_role("textbox").input_value()


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_frozen_server_is_said_in_the_pages_language_and_the_question_is_kept_and_answered_later(
    browser: Browser, freezing: tuple[subprocess.Popen[str], str], locale: str
) -> None:
    server, address = freezing
    with opening(browser, address) as open_page:
        page = open_page(locale)
        server.send_signal(signal.SIGSTOP)
        ask(page, QUESTION)
        page.locator(".wj-question").wait_for()
        in_view(page, page.locator(".wj-status"))
        alert = page.locator("#wj-chat").get_by_role("alert")
        alert.wait_for()
        in_view(page, alert)
        assert ("没有回应" if locale == "zh-CN" else "does not respond") in alert.inner_text()
        assert box_of(page) == QUESTION
        server.send_signal(signal.SIGCONT)
        assert answer_of(page) == "311个"
        assert page.locator(".wj-question").count() == 1
        assert box_of(page) == "", "what was answered need not be sent again"


def test_a_question_that_was_given_up_is_answered_after_all_and_need_not_be_sent_again(
    opened: Callable[..., Page], qa: HandMadeQA
) -> None:
    page = opened()
    page.route("**/wenju/alive", lambda route: route.abort())  # as if the server did not say that it is there
    qa.free.clear()
    try:
        ask(page, QUESTION)
        page.locator("#wj-chat").get_by_role("alert").wait_for()
        assert box_of(page) == QUESTION
    finally:
        qa.free.set()
    assert answer_of(page) == "311个"
    assert page.locator(".wj-question").count() == 1
    page.wait_for_function("document.querySelector('#wj-box :is(textarea, input)').value === ''")


def test_a_server_that_is_killed_is_said_without_a_word_of_another_language(browser: Browser, tmp_path: Path) -> None:
    with process(tmp_path) as (server, address), opening(browser, address) as open_page:
        page = open_page()
        ask(page, "第一个问题?")
        answer_of(page)
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        ask(page, QUESTION)
        lost = page.locator("#wj-lost")
        lost.wait_for()
        in_view(page, lost)
        assert box_of(page) == QUESTION
        page.wait_for_timeout(1500)
        shown = page.locator("body").inner_text()
        assert not re.search(r"Connection|server|Error|Attempting", shown), shown


def test_a_correction_being_written_is_not_closed_by_what_arrives_and_a_judgement_shows_and_changes(
    browser: Browser, later: tuple[LaterQA, str, Path]
) -> None:
    qa, address, file = later
    with opening(browser, address) as open_page:
        page = open_page()
        ask(page, QUESTION)
        answer_of(page)
        good, bad = page.get_by_role("button", name="答得对"), page.get_by_role("button", name="答得不对")
        good.click()
        page.get_by_text("已记下").wait_for()
        assert (good.get_attribute("aria-pressed"), bad.get_attribute("aria-pressed")) == ("true", "false")
        bad.click()
        field = page.locator("#wj-judge input")
        in_view(page, field)
        field.fill("312")
        qa.later.set()
        page.locator(".wj-next").wait_for(state="attached")
        in_view(page, field)
        assert field.input_value() == "312"
        assert field.evaluate("field => field === document.activeElement")
        page.keyboard.type("个")
        page.keyboard.press("Enter")
        page.locator("#wj-judge").wait_for(state="hidden")
        assert (good.get_attribute("aria-pressed"), bad.get_attribute("aria-pressed")) == ("false", "true")
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        assert [(row["good"], row["answers"]) for row in rows] == [(False, [["312个"]])], "one judgement, the last"
        bad.click()
        page.wait_for_function("() => !document.querySelector('.wj-do[aria-pressed=true]')")
        assert file.read_text(encoding="utf-8") == "", "taken back"


def test_what_is_offered_next_and_an_example_are_asked_without_what_was_asked_before(
    browser: Browser, later: tuple[LaterQA, str, Path]
) -> None:
    qa, address, _ = later
    qa.later.set()
    with opening(browser, address) as open_page:
        page = open_page()
        page.get_by_role("button", name=EXAMPLES[0]).click()
        answer_of(page)
        following = page.locator(".wj-next").first
        following.wait_for()
        assert following.inner_text() == "高新区项目总投资多少?", (
            "completed: it means the same whatever is asked before it"
        )
        ask(page, "沈阳引进了多少个项目?")
        answer_of(page, 1)
        following.click()
        answer_of(page, 2)
        assert page.locator(".wj-question").nth(2).inner_text() == "高新区项目总投资多少?"
        assert page.locator("#wj-chat [data-turn]").nth(2).locator(".wj-asked").count() == 0, "asked as it is written"


def test_a_question_is_shown_at_once_and_another_can_be_written_while_it_is_looked_for(
    opened: Callable[..., Page], qa: HandMadeQA
) -> None:
    page = opened()
    held: list[Route] = []
    page.route("**/queue/join**", lambda route: held.append(route), times=1)
    qa.free.clear()
    try:
        with page.expect_request("**/queue/join**"):
            ask(page, "第一个问题?")
        page.locator(".wj-question").wait_for()
        page.wait_for_function("document.querySelector('#wj-box :is(textarea, input)').value === ''")
        page.locator("#wj-box").get_by_role("textbox").fill("第二个")
        assert page.evaluate("wenju.turns.size") == 0, "the server has not heard of it"
        held.pop().continue_()
        page.wait_for_function("wenju.turns.size === 1")
        assert page.locator("#wj-chat .wj-status").count() == 1
        assert box_of(page) == "第二个", "what the server says does not empty the box"
    finally:
        qa.free.set()
    answer_of(page)
    assert page.locator(".wj-question").count() == 1


def test_keys_lead_to_the_box_to_the_last_question_and_through_the_evidence(opened: Callable[..., Page]) -> None:
    page = opened()
    ask(page, QUESTION)
    answer_of(page)
    page.locator("#wj-evidence .wj-card").nth(1).wait_for()
    field = page.locator("#wj-box").get_by_role("textbox")
    field.press("ArrowUp")
    assert field.input_value() == QUESTION
    field.fill("a/jk?")
    field.press("ArrowUp")
    field.press("End")
    page.keyboard.type("/jk")
    assert field.input_value() == "a/jk?/jk", "no key acts while one types"
    field.fill("")
    field.evaluate("field => field.blur()")
    chosen = "() => document.querySelector('.wj-card.wj-chosen')?.dataset.card ?? ''"
    page.keyboard.press("j")
    first = page.evaluate(chosen)
    page.keyboard.press("j")
    second = page.evaluate(chosen)
    assert "" not in (first, second)
    assert first != second
    in_view(page, page.locator(".wj-card.wj-chosen h3"))
    page.keyboard.press("k")
    assert page.evaluate(chosen) == first
    page.keyboard.press("/")
    assert field.evaluate("field => field === document.activeElement")
    assert field.input_value() == ""
    field.evaluate("field => field.blur()")
    page.keyboard.press("?")
    in_view(page, page.locator("#wj-help h2"))
    page.keyboard.press("Escape")
    page.locator("#wj-help").wait_for(state="hidden")
    page.keyboard.press("Escape")
    assert field.evaluate("field => field === document.activeElement")


def test_light_and_dark_follow_the_system_until_one_is_chosen_which_stays(opened: Callable[..., Page]) -> None:
    page = opened(dark=True)
    is_dark = "document.body.classList.contains('dark')"
    page.wait_for_function(is_dark)
    page.get_by_role("button", name="外观：跟随系统").click()
    page.wait_for_function(f"!{is_dark}")
    page.reload()
    page.get_by_role("button", name="外观：浅色").wait_for()
    page.wait_for_function(f"!{is_dark}")
    page.get_by_role("button", name="外观：浅色").click()
    page.get_by_role("button", name="外观：深色").wait_for()
    page.wait_for_function(is_dark)


def test_the_page_has_a_mark_and_a_title_of_its_own_and_says_nothing_of_its_toolkit(
    opened: Callable[..., Page],
) -> None:
    page = opened()
    assert page.title() == "问据 wenju"
    icon = page.locator("link[rel=icon]")
    assert (icon.get_attribute("href") or "").startswith("data:image/svg+xml,")
    tags = page.locator("meta, link").evaluate_all("tags => tags.map((tag) => tag.outerHTML).join('\\n')")
    assert "gradio-app" not in tags
    assert "githubusercontent" not in tags
    assert "Gradio" not in tags
    assert page.locator("meta[property='og:title']").get_attribute("content") == "问据 wenju"


_CLICK_AT_ONCE = """
new MutationObserver((_, observer) => {
  const isTab = (item) => item.textContent.trim() === "Documents" && item.offsetParent;
  const tab = [...document.querySelectorAll('[role=tab]')].find(isTab);
  if (tab && document.querySelector("#wj-box")) { observer.disconnect(); tab.click(); }
}).observe(document, {childList: true, subtree: true});
"""


def test_the_documents_tab_opened_at_once_is_in_the_pages_language_and_examples_are_or_there_are_none(
    browser: Browser, tmp_path: Path
) -> None:
    encoder = CountingEncoder()
    corpus, index = write_corpus(tmp_path / "corpus", CORPUS), tmp_path / "index"
    rebuild(corpus, index, progress=False, encoder=encoder)
    with closing(Index.open(index)) as held:
        settings = ServeSettings(corpus=corpus, index=index)
        with closing(launch(counting_qa(held, encoder), "127.0.0.1", free_port(), settings=settings)) as served:
            for _ in range(3):
                context = browser.new_context(locale="en-US")
                context.add_init_script(_CLICK_AT_ONCE)
                page = context.new_page()
                page.goto(served.local_url)
                page.locator("#wj-files table").wait_for()
                page.locator("#wj-welcome h2").wait_for(state="attached")
                page.locator("#wj-files:not([aria-busy])").wait_for()
                assert not re.search(r"[\u4e00-\u9fff]", page.locator("#wj-files thead").inner_text())
                assert page.locator("#wj-language :is(textarea, input)").input_value() == "en"
                assert page.locator(".wj-example").count() == 0, "no Chinese question stands on an English page"
                context.close()
