"""The control that says within which documents is asked, in a real browser: both languages, wide and narrow."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from embeddings import Index, rebuild
from tests.support import CountingEncoder, counting_qa, page, write_corpus
from tests.web.browsing import in_view, opening, sees, serious
from tests.web.conftest import free_port
from web.door.access import ServeSettings
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

CORPUS = {
    "north/a.txt": page("云岭县简报", "2023年5月8日 本报记者 何云", "云岭县引进产业项目31个,完成投资12亿元。"),
    "south/b.txt": page("青溪镇简报", "2024年1月9日 本报记者 何云", "青溪镇引进产业项目47个,完成投资15亿元。"),
    "south/later/c.txt": page("白塔区简报", "白塔区引进产业项目58个,完成投资19亿元。"),
    **{
        f"more/{number:02}.txt": page(f"第{number}号通知", f"第{number}号通知自印发之日起施行。")
        for number in range(20)
    },
}
QUESTION = "青溪镇引进了多少个产业项目?"
SAID = {
    "zh-CN": {
        "all": "全部文档", "done": "确定", "under": "只在所选文档里：south；2024 及以后", "later": "2024 及以后",
        "none": "所选文档里", "since": "从", "find": "查找文件和文件夹", "this": "只问这份文档",
        "bad": "请写年、年月或年月日", "clear": "新对话",
    },
    "en-US": {
        "all": "All documents", "done": "Done", "none": "chosen documents", "since": "From",
        "under": "Only in the chosen documents: south; 2024 and later", "later": "2024 and later",
        "find": "Find files and folders", "this": "Ask only this document", "bad": "Write a year, a month or a day",
        "clear": "New chat",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, encoder = tmp_path_factory.mktemp("served"), CountingEncoder(128)
    corpus = write_corpus(folder / "corpus", CORPUS)
    rebuild(corpus, folder / "index", progress=False, encoder=encoder)
    settings = ServeSettings(corpus=corpus, index=folder / "index", read_only=True)
    with closing(Index.open(folder / "index")) as index:
        page_served = launch(counting_qa(index, encoder), "127.0.0.1", free_port(), settings=settings)
        yield page_served.local_url
        page_served.close()


@pytest.fixture
def opened(browser: Browser, served: str) -> Iterator[Callable[..., Page]]:
    with opening(browser, served) as open_page:
        yield open_page


def ask(page: Page, question: str = QUESTION) -> str:
    """Ask, and give what is told, when it is."""
    before = page.locator("#wj-chat [data-turn]").count()
    page.locator("#wj-box").get_by_role("textbox").fill(question)
    page.keyboard.press("Enter")
    page.wait_for_function("before => document.querySelectorAll('#wj-chat [data-turn]').length > before", arg=before)
    return page.locator("#wj-chat .bot-row").last.inner_text()


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_folder_and_a_date_are_chosen_and_kept_while_the_conversation_goes_on(
    opened: Callable[..., Page], locale: str, size: tuple[int, int]
) -> None:
    said, (width, height) = SAID[locale], size
    page = opened(locale, width, height)
    control = page.locator("#wj-within")
    control.get_by_text(said["all"]).click()
    panel = page.locator("#wj-within-panel")
    panel.get_by_text("south/", exact=True).click()
    panel.get_by_label(said["since"]).fill("2024")
    in_view(page, page.locator("#wj-within-panel .wj-submit"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert serious(page) == []
    panel.get_by_role("button", name=said["done"]).click()
    panel.wait_for(state="hidden")
    assert control.locator(".wj-within-chip").all_inner_texts() == ["south", said["later"]]
    told = ask(page)
    assert said["under"] in told
    assert "47个" in told
    assert serious(page) == []

    told = ask(page, "白塔区引进了多少个产业项目?")  # it has no date
    assert said["none"] in told
    assert "58个" not in told
    control.locator(".wj-within-chip").nth(1).click()
    told = ask(page, "白塔区引进了多少个产业项目?")
    assert "58个" in told

    page.reload()
    page.locator("#wj-welcome h2").wait_for()  # the page listens
    page.locator("#wj-within .wj-within-chip").wait_for()
    assert "31个" not in ask(page, "云岭县引进了多少个产业项目?")
    page.get_by_role("button", name=said["clear"]).click()
    page.locator("#wj-within .wj-within-chip").wait_for(state="detached")
    page.locator("#wj-chat [data-turn]").wait_for(state="detached")
    told = ask(page, "云岭县引进了多少个产业项目?")
    assert "31个" in told
    assert said["under"][:10] not in told


def test_of_many_files_some_are_found_by_typing(opened: Callable[..., Page]) -> None:
    page = opened("zh-CN")
    page.locator("#wj-within .wj-within-open").click()
    page.get_by_label(SAID["zh-CN"]["find"]).fill("later")
    page.wait_for_function("document.querySelectorAll('#wj-within-panel label input[type=checkbox]').length === 2")
    page.keyboard.press("Enter")  # in the field that one searches in; it chooses nothing
    page.locator("#wj-within-panel").get_by_text("south/later/c.txt").click()
    page.locator("#wj-within-panel").get_by_role("button", name="确定").click()
    assert page.locator("#wj-within .wj-within-chip").all_inner_texts() == ["south/later/c.txt"]
    page.locator("#wj-within .wj-within-open").click()
    page.keyboard.press("Escape")
    page.locator("#wj-within-panel").wait_for(state="hidden")
    page.wait_for_function("document.activeElement.className.startsWith('wj-within-open')")


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_what_is_no_date_is_said_beside_it_and_nothing_is_chosen(opened: Callable[..., Page], locale: str) -> None:
    page = opened(locale)
    page.locator("#wj-within .wj-within-open").click()
    panel = page.locator("#wj-within-panel")
    panel.get_by_label(SAID[locale]["since"]).fill("May")
    page.keyboard.press("Enter")
    panel.get_by_text(SAID[locale]["bad"]).wait_for()
    assert panel.is_visible()
    assert page.locator("#wj-within .wj-within-chip").count() == 0


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_from_an_article_its_document_alone_is_asked(opened: Callable[..., Page], locale: str) -> None:
    page = opened(locale)
    ask(page, "云岭县引进了多少个产业项目?")
    page.locator("#wj-evidence .wj-open").first.click()
    page.locator("#wj-article").get_by_text(SAID[locale]["this"]).click()
    page.locator("#wj-article").wait_for(state="hidden")
    sees(page.locator("#wj-within .wj-within-chip")).to_have_text(["north/a.txt"])
    page.wait_for_function("document.activeElement.closest('#wj-box') !== null")
    told = ask(page)
    assert SAID[locale]["none"] in told
    assert "47个" not in told


def test_other_parts_of_the_page_can_set_it_from_any_tab(opened: Callable[..., Page]) -> None:
    page = opened("zh-CN")
    page.get_by_role("tab", name="文档").click()
    page.evaluate("window.wenju.askWithin('south')")
    page.wait_for_function("document.activeElement.closest('#wj-box') !== null")
    assert page.evaluate("JSON.parse(window.wenju.within)") == {"files": ["south"]}
    assert "47个" in ask(page)
    page.evaluate("window.wenju.setWithin(null)")
    assert page.evaluate("window.wenju.within") == ""
