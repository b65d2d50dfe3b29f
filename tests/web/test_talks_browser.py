"""Conversations that stay, in a real browser: what one needs is in view, wide and on a phone, in both languages."""

from __future__ import annotations

import csv
import io
import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import docx
import pytest

from tests.web.answers import HOSTILE, HandMadeQA
from tests.web.browsing import in_view, opening, sees, serious
from tests.web.conftest import free_port
from web.door.access import ServeSettings
from web.look.marks import show_controls
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

FIRST, SECOND = "云岭县引进了多少个项目?", "石桥高新区有多少家企业?"
SIZES = [(1280, 800), (390, 844)]


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, HandMadeQA]]:
    """The address of a page that keeps conversations, and what answers there."""
    qa = HandMadeQA()
    settings = ServeSettings(talks=tmp_path_factory.mktemp("talks") / "conversations.sqlite")
    with closing(launch(qa, "127.0.0.1", free_port(), settings=settings)) as served:
        yield served.local_url, qa


@pytest.fixture
def opened(browser: Browser, keeping: tuple[str, HandMadeQA]) -> Iterator[Callable[..., Page]]:
    with opening(browser, keeping[0]) as open_page:
        yield open_page


def ask(page: Page, question: str, number: int = 0) -> None:
    page.locator("#wj-box").get_by_role("textbox").fill(question)
    page.keyboard.press("Enter")
    page.locator("#wj-chat [data-turn]").nth(number).wait_for()


def is_kept(page: Page) -> str:
    """The name of the conversation that is open, once the address has it."""
    page.wait_for_url(re.compile(r"\?talk="))
    return urlsplit(page.url).query.removeprefix("talk=")


def questions(page: Page) -> list[str]:
    return page.locator("#wj-chat .wj-question").all_inner_texts()


def shows(page: Page, asked: list[str]) -> None:
    page.wait_for_function(
        "asked => [...document.querySelectorAll('#wj-chat .wj-question')].map(q => q.innerText).join('|') === asked",
        arg="|".join(asked),
    )


def is_unnamed(page: Page) -> None:
    """The address names no conversation, or soon does not."""
    page.wait_for_function("!location.search.includes('talk=')")


def open_list(page: Page) -> None:
    """The list, where it does not stand beside the chat."""
    if page.locator("#wj-talks-open").is_visible():
        page.locator("#wj-talks-open").click()
    page.locator("#wj-talks .wj-talk-find").wait_for()


def open_evidence(page: Page) -> None:
    """The sheet of evidence, on a phone."""
    page.locator("#wj-chat .wj-chip").first.click()
    page.locator("#wj-evidence .wj-card").first.wait_for()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_conversation_is_there_after_a_reload_and_in_the_list_in_view(
    opened: Callable[..., Page], locale: str, size: tuple[int, int]
) -> None:
    page = opened(locale, *size)
    ask(page, FIRST)
    is_kept(page)
    page.reload()
    shows(page, [FIRST])
    in_view(page, page.locator(".wj-question"))
    in_view(page, page.locator("#wj-chat .wj-text strong"))
    if size[0] > 1000:
        in_view(page, page.locator("#wj-box"))
        in_view(page, page.locator("#wj-evidence .wj-card").first)
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    open_list(page)
    in_view(page, page.locator(".wj-talk-new"))
    in_view(page, page.locator(".wj-talk-find"))
    in_view(page, page.locator(".wj-talk").first)
    assert page.locator(".wj-talk-title").all_inner_texts() == [FIRST]
    others = page.locator(".wj-talks-whose").inner_text()
    assert bool(re.search("[\u4e00-\u9fff]", others)) == (locale == "zh-CN")
    sees(page.locator(".wj-talk[aria-current='page']")).to_have_count(1)


@pytest.mark.parametrize("size", [*SIZES, (844, 390), (1024, 600)])
def test_another_conversation_is_opened_gone_on_with_and_gone_back_from(
    opened: Callable[..., Page], keeping: tuple[str, HandMadeQA], size: tuple[int, int]
) -> None:
    page = opened("zh-CN", *size)
    ask(page, FIRST)
    first = is_kept(page)
    open_list(page)
    page.locator(".wj-talk-new").click()
    shows(page, [])
    is_unnamed(page)
    ask(page, SECOND)
    page.wait_for_function(
        "first => location.search.startsWith('?talk=') && !location.search.includes(first)", arg=first
    )
    open_list(page)
    page.locator(f'[data-talk="{first}"] .wj-talk').click()
    shows(page, [FIRST])
    page.wait_for_function("first => location.search === `?talk=${first}`", arg=first)
    page.locator("#wj-chat [data-turn]").wait_for()
    page.wait_for_function(  # the page goes to it once it is drawn
        "() => { const e = document.querySelector('.wj-question'), q = e?.getBoundingClientRect();"
        " const seen = q && document.elementFromPoint(q.x + q.width / 2, q.y + q.height / 2);"
        " return q && q.top >= 0 && q.bottom <= innerHeight && seen && (e.contains(seen) || seen.contains(e)); }"
    )
    ask(page, "那总投资呢?", 1)
    assert ("那总投资呢?", (FIRST,)) in keeping[1].asked, "it goes on from what was asked then"
    page.go_back()
    shows(page, [SECOND])
    page.go_forward()
    shows(page, [FIRST, "那总投资呢?"])


@pytest.mark.parametrize("size", SIZES)
def test_going_back_closes_what_is_open_and_the_answer_is_still_there(
    opened: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = opened("zh-CN", *size)
    ask(page, FIRST)
    talk = is_kept(page)
    if size[0] < 1000:
        open_evidence(page)
        page.go_back()
        page.locator("#wj-evidence").wait_for(state="hidden")
        page.wait_for_function("talk => location.search === `?talk=${talk}`", arg=talk)
        open_evidence(page)
    page.locator("#wj-evidence .wj-open").first.click()
    page.locator("#wj-article[open]").wait_for()
    page.wait_for_url(re.compile("file="))
    page.go_back()
    page.locator("#wj-article[open]").wait_for(state="hidden")
    page.wait_for_function("talk => location.search === `?talk=${talk}`", arg=talk)
    page.locator("#wj-evidence .wj-open").first.click()
    page.locator("#wj-article[open]").wait_for()
    page.keyboard.press("Escape")
    page.locator("#wj-article[open]").wait_for(state="hidden")
    page.wait_for_function("talk => location.search === `?talk=${talk}`", arg=talk)
    if size[0] < 1000:
        page.locator(".wj-back-to-answer").click()
        page.locator("#wj-evidence").wait_for(state="hidden")
        page.wait_for_function("!history.state?.wjOver")
    page.get_by_role("button", name="导出对话").click()
    page.locator("#wj-export-choice").wait_for()
    in_view(page, page.locator("#wj-export-choice"))
    page.go_back()
    page.locator("#wj-export-choice").wait_for(state="detached")
    if size[0] < 1000:
        open_list(page)
        page.go_back()
        page.locator("#wj-talks .wj-talk-find").wait_for(state="hidden")
        open_list(page)
        page.keyboard.press("Escape")
        page.locator("#wj-talks .wj-talk-find").wait_for(state="hidden")
        page.wait_for_function("document.activeElement.id === 'wj-talks-open'")
    assert questions(page) == [FIRST]


_CLOSED_AND_ANOTHER_OPENED = """
async () => {
  const back = new Promise((done) => addEventListener("popstate", () => setTimeout(done, 0), {once: true}));
  document.querySelector("#wj-article .wj-close").click();
  await null; // the page has begun to go back
  document.querySelector(".wj-help").click();
  await back;
}
"""


def test_what_is_opened_while_the_page_still_goes_back_from_what_was_closed_stays_open(
    opened: Callable[..., Page],
) -> None:
    """Going back takes a while on a slow machine, and somebody who is quick presses something meanwhile."""
    page = opened("zh-CN", 1280, 800)
    ask(page, FIRST)
    talk = is_kept(page)
    page.locator("#wj-evidence .wj-open").first.click()
    page.wait_for_url(re.compile("file="))
    page.evaluate(_CLOSED_AND_ANOTHER_OPENED)
    in_view(page, page.locator("#wj-help h2"))
    page.go_back()
    page.locator("#wj-help").wait_for(state="hidden")
    page.wait_for_function("talk => location.search === `?talk=${talk}`", arg=talk)
    assert questions(page) == [FIRST]


@pytest.mark.parametrize("size", SIZES)
def test_an_address_leads_to_its_answer_and_one_to_its_article(
    opened: Callable[..., Page], keeping: tuple[str, HandMadeQA], size: tuple[int, int]
) -> None:
    page = opened("zh-CN", *size)
    asked = [f"第{number}年引进了多少个项目?" for number in range(4)]
    for number, question in enumerate(asked):
        ask(page, question, number)
    talk = is_kept(page)
    turn = page.locator("#wj-chat [data-turn]").nth(1).get_attribute("data-turn")
    page.goto(f"{keeping[0]}?talk={talk}&turn={turn}")
    page.locator(".wj-gone-to").wait_for()
    in_view(page, page.locator(".wj-question").nth(1))
    assert page.locator(".wj-gone-to").get_attribute("data-turn") == turn
    if size[0] > 1000:
        assert page.locator("#wj-evidence .wj").get_attribute("data-turn") == turn
    page.goto(f"{keeping[0]}?talk={talk}&file=001.txt&start=71&end=77&phrase=311个")
    page.locator("#wj-article[open]").wait_for()
    in_view(page, page.locator("#wj-article"))
    page.go_back()
    page.locator("#wj-article[open]").wait_for(state="hidden")
    shows(page, asked)


def test_a_conversation_that_begins_while_an_article_is_open_stays_as_it_is_closed(
    opened: Callable[..., Page],
) -> None:
    page = opened("zh-CN", 1280, 800)
    held: list[Any] = []
    page.route("**/wenju/talks?**", lambda route: held.append(route), times=1)
    with page.expect_request("**/wenju/talks?**"):
        ask(page, FIRST)
    page.locator("#wj-evidence .wj-open").first.click()
    page.locator("#wj-article[open]").wait_for()
    page.wait_for_url(re.compile("file="))
    (route,) = held
    route.continue_()
    page.locator(".wj-talk").wait_for(state="attached")
    page.keyboard.press("Escape")
    is_kept(page)
    assert questions(page) == [FIRST]


def test_what_is_not_kept_is_said_above_the_box_on_a_phone(
    opened: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.chat.talks.talk.MOST_TURNS", 1)
    page = opened("zh-CN", 390, 844)
    ask(page, FIRST)
    notice = page.locator("#wj-unkept")
    notice.wait_for()
    assert "新的没有保存" in notice.inner_text()
    notice.scroll_into_view_if_needed()
    in_view(page, notice)


def test_a_link_to_an_answer_is_copied(opened: Callable[..., Page]) -> None:
    page = opened()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, FIRST)
    talk = is_kept(page)
    page.locator(".wj-link").click()
    page.get_by_text("链接已复制").wait_for()
    turn = page.locator("#wj-chat [data-turn]").get_attribute("data-turn")
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"/?talk={talk}&turn={turn}")
    page.get_by_role("button", name="复制答案和出处").click()
    page.get_by_text("已复制", exact=True).wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert all(said in copied for said in (FIRST, "311个", "全年新引进项目311个", "001.txt", "97%", "320个"))


def test_an_address_of_anothers_conversation_says_that_there_is_none(
    opened: Callable[..., Page], keeping: tuple[str, HandMadeQA]
) -> None:
    page, other = opened(), opened("en-US")
    ask(page, FIRST)
    talk = is_kept(page)
    other.goto(f"{keeping[0]}?talk={talk}")
    said = other.locator("#wj-chat .wj-error")
    said.wait_for()
    assert said.inner_text() == "There is no such conversation."
    in_view(other, said)
    assert other.locator(".wj-talk").count() == 0
    other.wait_for_function("!location.search.includes('talk')")


@pytest.mark.parametrize("size", SIZES)
def test_conversations_are_found_renamed_deleted_and_brought_back(
    opened: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = opened("zh-CN", *size)
    ask(page, FIRST)
    first = is_kept(page)
    open_list(page)
    page.locator(".wj-talk-new").click()
    shows(page, [])
    ask(page, SECOND)
    open_list(page)
    titles = page.locator(".wj-talk-title")
    titles.nth(1).wait_for()
    page.locator(".wj-talk-find").fill("石桥")
    titles.nth(1).wait_for(state="detached")
    assert titles.all_inner_texts() == [SECOND]
    page.locator(".wj-talk-find").fill("没有的词")
    page.get_by_text("没有含“没有的词”的对话").wait_for()
    page.locator(".wj-talk-find").fill("")
    titles.nth(1).wait_for()
    item = page.locator(f'[data-talk="{first}"]')
    item.locator(".wj-talk-more").click()
    item.locator(".wj-talk-rename").click()
    in_view(page, item.locator("input"))
    item.locator("input").fill(HOSTILE[:80])
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('.wj-talk-acts').length === 0")
    assert item.locator(".wj-talk-title").inner_text() == show_controls(HOSTILE[:80])
    assert page.evaluate("window.hacked") is None
    item.locator(".wj-talk-more").click()
    item.locator(".wj-talk-delete").click()
    in_view(page, item.locator(".wj-talk-yes"))  # it asks first
    item.get_by_role("button", name="取消").click()
    assert titles.count() == 2
    item.locator(".wj-talk-more").click()
    item.locator(".wj-talk-delete").click()
    item.locator(".wj-talk-yes").click()
    item.wait_for(state="detached")
    undo = page.locator(".wj-talk-undo")
    in_view(page, undo)
    undo.click()
    item.wait_for()
    assert questions(page) == [SECOND]


@pytest.mark.parametrize("size", [*SIZES, (844, 390)])
def test_deleting_what_is_open_leaves_an_empty_page_and_undoing_it_in_view(
    opened: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = opened("zh-CN", *size)
    ask(page, FIRST)
    talk = is_kept(page)
    open_list(page)
    item = page.locator(f'[data-talk="{talk}"]')
    item.locator(".wj-talk-more").click()
    item.locator(".wj-talk-delete").click()
    item.locator(".wj-talk-yes").click()
    shows(page, [])
    undo = page.locator(".wj-talk-undo")
    in_view(page, undo)
    is_unnamed(page)
    undo.click()
    item.wait_for()
    if page.locator("#wj-talks-open").is_visible():
        page.go_back()  # the list closes, and nothing is asked for that was deleted
        page.locator("#wj-talks .wj-talk-find").wait_for(state="hidden")
        is_unnamed(page)
    in_view(page, page.locator("#wj-welcome h2"))
    in_view(page, page.locator("#wj-box"))
    open_list(page)
    item.locator(".wj-talk").click()
    shows(page, [FIRST])


@pytest.mark.parametrize("size", SIZES)
def test_a_conversation_and_all_of_them_are_exported(opened: Callable[..., Page], size: tuple[int, int]) -> None:
    page = opened("zh-CN", *size)
    page.get_by_role("button", name="导出对话").click()
    page.get_by_role("button", name="下载").click()
    said = page.get_by_text("没有可导出的内容")
    said.wait_for()
    in_view(page, said)
    page.get_by_role("button", name="关闭").last.click()
    page.locator("#wj-export-choice").wait_for(state="detached")
    ask(page, FIRST)
    is_kept(page)
    page.locator(".wj-talk").first.wait_for(state="attached")

    def download(form: str, what: str = "this") -> Path:
        page.get_by_role("button", name="导出对话").click()
        in_view(page, page.get_by_role("button", name="下载"))
        page.locator(f'#wj-export-choice [value="{what}"]').check()
        page.locator(f'#wj-export-choice [value="{form}"]').check()
        with page.expect_download() as event:
            page.get_by_role("button", name="下载").click()
        page.locator("#wj-export-choice").wait_for(state="detached")
        assert re.fullmatch(rf"问据-\d{{4}}-\d\d-\d\d-.+\.{form}", event.value.suggested_filename)
        return Path(event.value.path())

    word = docx.Document(io.BytesIO(download("docx").read_bytes()))
    assert f"1. {FIRST}" in [paragraph.text for paragraph in word.paragraphs]
    assert "**311个**" in download("md").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(download("csv", "all").read_text(encoding="utf-8-sig"))))
    assert (rows[0]["问题"], rows[0]["文件"], rows[0]["把握"]) == (FIRST, "001.txt", "97%")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_serious_keeps_anyone_from_the_list(
    opened: Callable[..., Page], size: tuple[int, int], dark: bool
) -> None:
    page = opened("zh-CN", *size, dark=dark)
    ask(page, FIRST)
    is_kept(page)
    open_list(page)
    page.locator(".wj-talk-more").first.click()
    assert serious(page) == []


def test_the_language_is_switched_and_the_conversation_stays(opened: Callable[..., Page]) -> None:
    page = opened("zh-CN", 1280, 800)
    ask(page, FIRST)
    talk = is_kept(page)
    page.get_by_role("button", name="English").click()
    page.get_by_text("Very likely right").wait_for()
    assert questions(page) == [FIRST]
    page.wait_for_function("talk => location.search === `?talk=${talk}`", arg=talk)
    sees(page.get_by_role("heading", name="Conversations")).to_be_visible()


def test_a_conversation_that_is_opened_goes_on_within_the_documents_it_was_asked_in(
    opened: Callable[..., Page],
) -> None:
    page = opened("zh-CN", 1280, 800)
    page.evaluate("wenju.setWithin({since: '2024'})")
    ask(page, FIRST)
    first = is_kept(page)
    page.locator(".wj-talk-new").click()
    shows(page, [])
    assert page.evaluate("wenju.within") == ""
    page.locator(f'[data-talk="{first}"] .wj-talk').click()
    shows(page, [FIRST])
    page.locator("#wj-within").get_by_text("2024 及以后").wait_for()
    assert page.evaluate("JSON.parse(wenju.within)") == {"since": "2024"}


def test_an_old_answer_is_asked_again_within_the_documents_it_was_asked_within(
    opened: Callable[..., Page], keeping: tuple[str, HandMadeQA], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.chat.talks.keeping.is_outdated", lambda *_: True)
    page = opened("en-US", 1280, 800)
    page.evaluate("wenju.setWithin({files: ['south'], since: '2024'})")
    ask(page, FIRST)
    is_kept(page)
    page.reload()
    again = page.get_by_role("button", name="Ask again")
    again.wait_for()
    in_view(page, again)
    page.evaluate("wenju.setWithin(null)")
    again.click()
    page.locator("#wj-chat [data-turn]").nth(1).wait_for()
    scope = keeping[1].within[FIRST]
    assert scope is not None
    assert (scope.files, scope.since) == (("south",), "2024")
    sees(page.get_by_text("Only in the chosen documents: south; 2024 and later")).to_have_count(2)
    ask(page, SECOND, 2)
    assert keeping[1].within[SECOND] is None, "what is typed is asked within what is chosen beside the box"
