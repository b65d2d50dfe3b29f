"""A visit through all parts of the page that stay: one server, both languages, four sizes, small models."""

from __future__ import annotations

import io
import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest

from embeddings import rebuild
from tests.support import CountingEncoder, page, write_corpus
from tests.web.browsing import in_view, opening, sees
from tests.web.conftest import free_port
from tests.web.test_library_browser import Later
from tests.web.test_originals import text_pdf
from web.door.access import ServeSettings
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

SIZES = [(1440, 900), (1024, 600), (390, 844), (844, 390)]
TEA, PROJECTS = "云岭县茶园面积是多少亩?", "青溪镇引进了多少个产业项目?"
SAID = {
    "zh-CN": {
        "ask": "提问", "documents": "文档", "good": "答得对", "noted": "已记下", "done": "确定", "added": "已添加",
        "within": "只在所选文档里：south", "export": "导出对话", "download": "下载", "removed": "已移除",
        "back": "已放回", "page": "第 2 页，共 2 页",
    },
    "en-US": {
        "ask": "Ask", "documents": "Documents", "good": "Right", "noted": "Noted", "done": "Done", "added": "Added",
        "within": "Only in the chosen documents: south", "export": "Export chat", "download": "Download",
        "removed": "Removed", "back": "Put back", "page": "Page 2 of 2",
    },
}  # fmt: skip

_DROP_FOLDER = """
([folder, name, text]) => {
  const entry = {isFile: true, name, file: (done) => done(new File([text], name))};
  let left = [entry];
  const reader = {readEntries: (done) => { done(left); left = []; }};
  const carried = {types: ["Files"], files: [], items: [
    {webkitGetAsEntry: () => ({isFile: false, name: folder, createReader: () => reader})},
  ]};
  for (const kind of ["dragenter", "dragover", "drop"]) {
    const event = new Event(kind, {bubbles: true, cancelable: true});
    Object.defineProperty(event, "dataTransfer", {value: carried});
    document.body.dispatchEvent(event);
  }
}
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, quick_watching: None) -> Iterator[tuple[str, Path]]:
    """The address of a page that watches its folder, and where that is."""
    folder = tmp_path_factory.mktemp("journey")
    texts = {
        "north/a.txt": page("白塔区简报", "2023年5月8日 本报记者 何云", "白塔区引进产业项目31个,完成投资12亿元。"),
        "south/b.txt": page("青溪镇简报", "2024年1月9日 本报记者 何云", "青溪镇引进产业项目47个,完成投资15亿元。"),
    }
    corpus = write_corpus(folder / "corpus", texts)
    text_pdf(corpus / "tea.pdf")
    rebuild(corpus, folder / "index", progress=False, encoder=CountingEncoder())
    settings = ServeSettings(
        corpus=corpus,
        index=folder / "index",
        talks=folder / "conversations.sqlite",
        feedback=folder / "feedback.jsonl",
        watch=True,
        requests_per_minute=100_000,
    )
    with closing(launch(Later(folder / "index"), "127.0.0.1", free_port(), settings=settings)) as running:
        yield running.local_url, corpus


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("locale", SAID)
def test_a_visit_from_the_first_question_to_a_removal_that_is_undone(
    browser: Browser, served: tuple[str, Path], locale: str, size: tuple[int, int]
) -> None:
    address, corpus = served
    said, own = SAID[locale], f"{locale}-{size[0]}"
    with opening(browser, address) as open_page:
        visit = open_page(locale, *size)
        asks_and_judges(visit, said)
        opens_the_page_with_its_box(visit, said)
        asks_within_a_folder(visit, said)
        comes_back(visit)
        takes_the_conversation_along(visit, said)
        drops_a_folder(visit, said, corpus, own)
        sees_the_folder_change(visit, said, corpus, own)
        takes_a_removal_back(visit, said, corpus, own)
        assert visit.evaluate("document.documentElement.scrollWidth") <= size[0]


def ask(visit: Page, question: str, answer: str) -> None:
    """Ask, and see the answer."""
    before = visit.locator("#wj-chat [data-turn]").count()
    visit.locator("#wj-box").get_by_role("textbox").fill(question)
    visit.keyboard.press("Enter")
    turn = visit.locator("#wj-chat [data-turn]").nth(before)
    turn.wait_for()
    text = turn.locator(".wj-text strong")
    assert text.inner_text() == answer
    in_view(visit, text)


def asks_and_judges(visit: Page, said: dict[str, str]) -> None:
    ask(visit, TEA, "8765亩")
    visit.get_by_role("button", name=said["good"], exact=True).click()
    in_view(visit, visit.get_by_text(said["noted"]))
    sees(visit.locator('.wj-do[aria-pressed="true"]')).to_have_text([said["good"]])


def opens_the_page_with_its_box(visit: Page, said: dict[str, str]) -> None:
    visit.locator("#wj-chat .wj-chip").first.click()  # which brings the evidence up on a small window
    opener = visit.locator("#wj-evidence .wj-card").filter(has_text="8765").locator(".wj-open").first
    opener.click()
    in_view(visit, visit.locator("#wj-article").get_by_text(said["page"]))
    visit.wait_for_function("document.querySelector('#wj-article .wj-page img')?.naturalWidth > 0")
    in_view(visit, visit.locator("#wj-article .wj-box").first)
    visit.go_back()
    visit.locator("#wj-article").wait_for(state="hidden")
    visit.keyboard.press("Escape")
    in_view(visit, visit.locator("#wj-box").get_by_role("textbox"))


def asks_within_a_folder(visit: Page, said: dict[str, str]) -> None:
    visit.locator("#wj-within .wj-within-open").click()
    panel = visit.locator("#wj-within-panel")
    panel.get_by_text("south/", exact=True).click()
    done = panel.get_by_role("button", name=said["done"])
    in_view(visit, done)
    done.click()
    panel.wait_for(state="hidden")
    ask(visit, PROJECTS, "47个")
    sees(visit.get_by_text(said["within"])).to_be_visible()
    in_view(visit, visit.locator("#wj-within .wj-within-chip"))


def comes_back(visit: Page) -> None:
    """After a reload, and by the address of the conversation."""
    visit.wait_for_url(re.compile(r"\?talk="))
    visit.reload()
    shows_both(visit)
    sees(visit.locator("#wj-within .wj-within-chip")).to_have_text(["south"])
    other = visit.context.new_page()
    other.goto(visit.url)
    shows_both(other)
    other.close()


def shows_both(visit: Page) -> None:
    visit.locator(".wj-question").nth(1).wait_for()
    sees(visit.locator(".wj-question")).to_have_text([TEA, PROJECTS])
    in_view(visit, visit.locator(".wj-question").last)
    in_view(visit, visit.locator("#wj-chat .wj-text strong").last)


def takes_the_conversation_along(visit: Page, said: dict[str, str]) -> None:
    visit.get_by_role("button", name=said["export"]).click()
    visit.locator('#wj-export-choice [value="docx"]').check()
    save = visit.get_by_role("button", name=said["download"], exact=True)
    in_view(visit, save)
    with visit.expect_download() as event:
        save.click()
    word = docx.Document(io.BytesIO(Path(event.value.path()).read_bytes()))
    text = "\n".join(paragraph.text for paragraph in word.paragraphs)
    assert all(part in text for part in (TEA, "8765亩", PROJECTS, "47个", "tea.pdf"))


def drops_a_folder(visit: Page, said: dict[str, str], corpus: Path, own: str) -> None:
    visit.evaluate(_DROP_FOLDER, [f"年报{own}", "码头.txt", f"东港码头{own}\n\n东港码头可停靠万吨货轮。\n"])
    in_view(visit, visit.locator("#wj-said").get_by_text(said["added"]))
    assert (corpus / f"年报{own}" / "码头.txt").is_file()
    is_listed(visit, f"年报{own}/码头.txt")


def is_listed(visit: Page, name: str) -> None:
    """Found in the list, where its row opens it: so it is in the index."""
    visit.locator("#wj-find input").fill(name)
    in_view(visit, visit.locator("#wj-files .wj-file", has_text=name))


def sees_the_folder_change(visit: Page, said: dict[str, str], corpus: Path, own: str) -> None:
    """A file is written into the folder by another program, and changed."""
    name, place = f"灯塔{own}.txt", "".join(character for character in own if character.isdigit())
    write_corpus(corpus, {name: f"灯塔落成\n\n第{place}号灯塔高87米。\n"})
    is_listed(visit, name)
    visit.get_by_role("tab", name=said["ask"]).click()
    visit.locator("#wj-within .wj-within-chip").click()  # all documents again
    ask(visit, f"第{place}号灯塔高多少米?", "87米")


def takes_a_removal_back(visit: Page, said: dict[str, str], corpus: Path, own: str) -> None:
    file = corpus / f"年报{own}" / "码头.txt"
    visit.get_by_role("tab", name=said["documents"]).click()
    is_listed(visit, f"年报{own}/码头.txt")
    visit.locator("#wj-files tr", has_text=f"年报{own}/码头.txt").locator(".wj-remove").click()
    in_view(visit, visit.locator("#wj-files .wj-yes"))
    visit.locator("#wj-files .wj-yes").click()
    in_view(visit, visit.locator("#wj-said").get_by_text(said["removed"]))
    assert not file.exists()
    undo = visit.locator("#wj-said .wj-undo")
    in_view(visit, undo)
    undo.click()
    in_view(visit, visit.locator("#wj-said").get_by_text(said["back"]))
    assert file.is_file()
