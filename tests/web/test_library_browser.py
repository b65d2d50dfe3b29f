"""The documents tab in a real browser: what a person needs is in view, and what is done has been done."""

from __future__ import annotations

import functools
import shutil
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from embeddings import Index, rebuild
from tests.support import CountingEncoder, counting_qa, write_corpus
from tests.web.browsing import in_view, opening, sees, serious
from tests.web.conftest import free_port
from tests.web.test_originals import text_pdf, workbook
from web.desk import OpenedLater
from web.door.access import ServeSettings
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Route

    from qa import QA
    from web.serving.server import Served

SIZES = [(1280, 800), (390, 844)]
SAID = {
    "zh-CN": {
        "tab": "文档", "ask": "提问", "add": "添加文件", "removed": "已移除", "undo": "撤销", "sure": "移除这个文件？",
        "back": "已放回", "unread": "没读或没读全", "large": "太大", "limit": "64 MB", "of": "第 51–100 个，共 160 个",
        "title": "石桥高新区第7号码头建成", "why": "文件是空的", "page": "第 2 页，共 2 页",
    },
    "en-US": {
        "tab": "Documents", "ask": "Ask", "add": "Add files", "removed": "Removed", "undo": "Undo",
        "sure": "Remove this file?", "back": "Put back", "unread": "Not read whole", "large": "too large",
        "limit": "64 MB", "of": "51–100 of 160", "title": "石桥高新区第7号码头建成", "why": "The file is empty",
        "page": "Page 2 of 2",
    },
}  # fmt: skip


_HOLD_STATES = """() => {
  const real = window.fetch;
  window.wjHeld = [];
  window.wjHeard = 0;
  window.fetch = async (address, ...rest) => {
    const answer = await real(address, ...rest);
    if (!String(address).includes("library-state")) return answer;
    await new Promise((goOn) => wjHeld.push(goOn));
    const said = await answer.json();
    answer.json = async () => { setTimeout(() => { window.wjHeard += 1; }); return said; };
    return answer;
  };
}"""
"""Answers about the state of the documents reach the page when a test lets them."""


class Later(OpenedLater):
    """Opens the index when there is one, with the small models of tests."""

    def __init__(self, path: Path, before: Callable[[Sequence[str]], None] | None = None) -> None:
        super().__init__(path)
        self._encoder = CountingEncoder(before=before)

    @property
    def qa(self) -> QA:
        if self._qa is None:
            self._qa = counting_qa(Index.open(self._path), self._encoder)
        return self._qa

    def encoder(self) -> CountingEncoder:
        return self._encoder


def notice(number: int) -> str:
    day = number % 28 + 1
    title = f"石桥高新区第{number}号码头建成"
    return f"{title}\n\n本报讯 2023年5月{day}日，{title}，投资{number}亿元。\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus and its index, of which each test has a copy."""
    made = tmp_path_factory.mktemp("library")
    corpus = write_corpus(made / "corpus", {f"简报/{number:03}.txt": notice(number) for number in range(157)})
    text_pdf(corpus / "a.pdf")
    workbook(corpus / "账目.xlsx")
    (corpus / "空.txt").write_text("", encoding="utf-8")
    rebuild(corpus, made / "index", progress=False, encoder=CountingEncoder())
    return made


@pytest.fixture
def folder(made: Path, tmp_path: Path, quick_watching: None) -> Path:
    shutil.copytree(made / "corpus", tmp_path / "corpus")
    return tmp_path


@pytest.fixture
def served(made: Path, folder: Path) -> Iterator[Served]:
    shutil.copytree(made / "index", folder / "index")
    with closing(serve(folder)) as page:
        yield page


@functools.cache
def port() -> int:
    """One after the other, so that the browser has what it has fetched from the one before."""
    return free_port()


def serve(folder: Path, **more: Any) -> Served:
    settings = ServeSettings(corpus=folder / "corpus", index=folder / "index", **more)
    return launch(Later(folder / "index"), "127.0.0.1", port(), settings=settings)


@pytest.fixture
def opened(browser: Browser, served: Served) -> Iterator[Callable[..., Page]]:
    with opening(browser, served.local_url) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def shown(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page over a copy that no test changes."""
    folder = tmp_path_factory.mktemp("shown")
    shutil.copytree(made, folder, dirs_exist_ok=True)
    settings = ServeSettings(corpus=folder / "corpus", index=folder / "index")
    with closing(launch(Later(folder / "index"), "127.0.0.1", free_port(), settings=settings)) as page:
        yield page.local_url


@pytest.fixture
def looking(browser: Browser, shown: str) -> Iterator[Callable[..., Page]]:
    """Opens that page, for a test that only looks."""
    with opening(browser, shown) as open_page:
        yield open_page


def library(page: Page, said: dict[str, str]) -> None:
    page.get_by_role("tab", name=said["tab"]).click()
    page.locator("#wj-files table, #wj-files p").first.wait_for()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("locale", SAID)
def test_a_row_opens_its_document_and_the_marked_sentence_is_in_view(
    looking: Callable[..., Page], locale: str, size: tuple[int, int]
) -> None:
    page, said = looking(locale, *size), SAID[locale]
    library(page, said)
    page.locator("#wj-files .wj-file", has_text="a.pdf").click()
    picture = page.locator("#wj-article .wj-page img")
    picture.wait_for()
    page.wait_for_function("document.querySelector('#wj-article .wj-page img').naturalWidth > 0")
    page.locator("#wj-article .wj-finder input").fill("8765")
    page.keyboard.press("Enter")
    page.locator("#wj-article").get_by_text(said["page"]).wait_for()
    mark = page.locator("#wj-article .wj-box")
    mark.wait_for()
    box, window = mark.bounding_box(), page.viewport_size
    assert box is not None
    assert window is not None
    tools = page.locator("#wj-article .wj-tools").bounding_box()
    assert tools is not None
    assert tools["y"] + tools["height"] <= box["y"]
    assert box["y"] + box["height"] < window["height"]
    in_view(page, page.locator("#wj-article .wj-finder input"))
    page.locator("#wj-article .wj-zoom[data-by='1']").click()
    page.wait_for_function("document.querySelector('#wj-article .wj-page').style.width === '150%'")
    in_view(page, page.locator("#wj-article .wj-close"))
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]


@pytest.mark.parametrize("size", [*SIZES, (844, 390)])
def test_far_down_a_long_article_the_words_found_and_its_title_are_in_view(
    browser: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    before = "".join(f"第{number}座码头位于东港南岸，可停靠万吨货轮，全年装卸平稳。\n\n" for number in range(60))
    write_corpus(tmp_path / "corpus", {"港.txt": f"东港年度简报\n\n{before}银杏灯塔高87米。\n\n{before}"})
    rebuild(tmp_path / "corpus", tmp_path / "index", progress=False, encoder=CountingEncoder())
    with closing(serve(tmp_path)) as page_served, opening(browser, page_served.local_url) as open_page:
        page = open_page("zh-CN", *size)
        library(page, SAID["zh-CN"])
        page.locator("#wj-files .wj-file").click()
        page.locator("#wj-article .wj-finder input").fill("银杏灯塔")
        page.keyboard.press("Enter")
        in_view(page, page.locator("#wj-article .wj-body mark").first)
        in_view(page, page.locator("#wj-article").get_by_text("东港年度简报").first)
        in_view(page, page.locator("#wj-article .wj-close"))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("locale", SAID)
def test_many_files_come_page_by_page_and_are_found_by_name_and_title(
    looking: Callable[..., Page], locale: str, size: tuple[int, int]
) -> None:
    page, said = looking(locale, *size), SAID[locale]
    library(page, said)
    rows = page.locator("#wj-files tbody tr")
    sees(rows).to_have_count(50)
    in_view(page, page.locator("#wj-find input"))
    page.locator(".wj-turn").last.click()
    page.get_by_text(said["of"]).wait_for()
    in_view(page, page.locator("#wj-find input"))
    in_view(page, rows.first.locator("td").first)
    page.locator("#wj-find input").fill("第7号码头")
    page.locator("#wj-files tbody tr:only-child").wait_for()
    sees(page.locator("#wj-files tbody td small").first).to_have_text(said["title"])
    page.locator("#wj-find input").fill("")
    page.locator(".wj-filter", has_text=said["unread"]).click()
    page.locator("#wj-files tbody tr:only-child", has_text="空.txt").wait_for()
    in_view(page, page.locator("#wj-files").get_by_text(said["why"]))


def test_the_heads_of_the_columns_stay_and_sort(looking: Callable[..., Page]) -> None:
    page = looking("zh-CN", 1280, 800)
    library(page, SAID["zh-CN"])
    page.locator("#wj-files tbody tr").nth(40).scroll_into_view_if_needed()
    head = page.locator("#wj-files th .wj-sort[data-by='date']")
    in_view(page, head)
    head.click()
    page.locator("#wj-files th[aria-sort='descending'] [data-by='date']").wait_for()
    assert "2023年5月28日" in page.locator("#wj-files tbody tr").first.inner_text()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("locale", SAID)
def test_removing_asks_at_the_row_and_can_be_undone(
    opened: Callable[..., Page], folder: Path, locale: str, size: tuple[int, int]
) -> None:
    page, said = opened(locale, *size), SAID[locale]
    library(page, said)
    page.locator("#wj-find input").fill("第7号码头")
    page.locator("#wj-files tbody tr:only-child").wait_for()
    page.locator(".wj-remove").click()
    in_view(page, page.locator("#wj-files").get_by_text(said["sure"]))
    page.keyboard.press("Escape")
    assert (folder / "corpus" / "简报" / "007.txt").is_file(), "nothing is removed before it is confirmed"
    page.locator(".wj-remove").click()
    page.locator(".wj-yes").click()
    page.locator("#wj-said").get_by_text(said["removed"]).wait_for()
    assert not (folder / "corpus" / "简报" / "007.txt").exists()
    in_view(page, page.locator("#wj-said .wj-undo"))
    page.locator("#wj-said .wj-undo").click()
    page.locator("#wj-said").get_by_text(said["back"]).wait_for()
    assert (folder / "corpus" / "简报" / "007.txt").is_file()


@pytest.mark.parametrize("size", [*SIZES, (844, 390)])
def test_what_is_removed_far_down_the_list_is_said_and_undone_where_one_looks(
    opened: Callable[..., Page], folder: Path, size: tuple[int, int]
) -> None:
    page = opened("zh-CN", *size)
    library(page, SAID["zh-CN"])
    remove = page.locator("#wj-files tr", has_text="040.txt").locator(".wj-remove")
    remove.scroll_into_view_if_needed()
    remove.click()
    page.locator(".wj-yes").click()
    in_view(page, page.locator("#wj-said").get_by_text("已移除 简报/040.txt"))
    undo = page.locator("#wj-said .wj-undo")
    in_view(page, undo)
    undo.click()
    in_view(page, page.locator("#wj-said").get_by_text("已放回 简报/040.txt"))
    assert (folder / "corpus" / "简报" / "040.txt").is_file()


def test_what_was_removed_earlier_is_listed_and_put_back(opened: Callable[..., Page], folder: Path) -> None:
    page = opened()
    library(page, SAID["zh-CN"])
    page.locator("#wj-files tr", has_text="a.pdf").locator(".wj-remove").click()
    page.locator(".wj-yes").click()
    page.locator("#wj-said .wj-undo").wait_for()
    page.reload()
    page.locator("#wj-welcome h2").wait_for()
    library(page, SAID["zh-CN"])
    page.locator(".wj-filter", has_text="已移除").click()
    page.locator(".wj-restore").click()
    page.get_by_text("已放回 a.pdf").wait_for()
    assert (folder / "corpus" / "a.pdf").is_file()


_DROP = """
async (names) => {
  const carried = new DataTransfer();
  for (const name of names) carried.items.add(new File([`石桥镇银杏灯塔落成\\n\\n银杏灯塔${name}高87米。`], name));
  const given = {dataTransfer: carried, bubbles: true, cancelable: true};
  const tell = (kind) => document.body.dispatchEvent(new DragEvent(kind, given));
  tell("dragenter");
  tell("dragover");
  tell("drop");
}
"""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("locale", SAID)
def test_files_dropped_on_the_page_are_added_and_indexed_at_once(
    opened: Callable[..., Page], served: Served, folder: Path, locale: str, size: tuple[int, int]
) -> None:
    page, said = opened(locale, *size), SAID[locale]
    page.evaluate(_DROP, ["灯塔一.txt", "灯塔二.txt", "程序.exe"])
    page.locator("#wj-said").get_by_text("灯塔二.txt").wait_for()
    in_view(page, page.locator("#wj-said p").first)
    in_view(page, page.locator("#wj-adding").get_by_text(said["limit"]))
    assert "程序.exe" in page.locator("#wj-said").inner_text()
    assert not (folder / "corpus" / "程序.exe").exists()
    page.locator("#wj-find input").fill("灯塔")
    page.locator("#wj-files tbody tr .wj-file", has_text="灯塔一.txt").wait_for()
    builder = served.desk.builder
    assert builder is not None
    assert builder.wait(60)
    with closing(Index.open(folder / "index")) as index:
        assert index.file_chunks("灯塔二.txt")


def test_a_chosen_file_that_is_too_large_is_refused_in_the_pages_language_before_it_is_sent(
    looking: Callable[..., Page], tmp_path: Path
) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as opened_file:
        opened_file.truncate(71 << 20)
    page = looking("zh-CN")
    library(page, SAID["zh-CN"])
    page.locator("#wj-files-chosen").set_input_files(str(large))
    page.get_by_text("未添加 large.txt：文件太大（71.0 MB，上限 64 MB）。").wait_for()
    in_view(page, page.locator("#wj-said p"))


def test_a_folder_keeps_its_folders(opened: Callable[..., Page], served: Served, folder: Path, tmp_path: Path) -> None:
    write_corpus(tmp_path / "年报", {"2024/茶园.txt": notice(900), "茶园.txt": notice(901), ".hidden/x.txt": "x"})
    page = opened()
    library(page, SAID["zh-CN"])
    page.locator("#wj-folder-chosen").set_input_files(str(tmp_path / "年报"))
    page.get_by_text("已添加 年报/茶园.txt").wait_for()
    assert (folder / "corpus" / "年报" / "2024" / "茶园.txt").is_file()
    assert served.desk.builder is not None
    assert served.desk.builder.wait(60)


@pytest.mark.parametrize("size", SIZES)
def test_after_the_first_build_the_ask_tab_knows_it_without_a_reload(
    browser: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    (tmp_path / "corpus").mkdir()
    with closing(serve(tmp_path)) as page_served, opening(browser, page_served.local_url) as open_page:
        page = open_page("zh-CN", *size)
        page.locator("#wj-welcome .wj-steps").wait_for()
        page.evaluate(_DROP, [f"灯塔{number}.txt" for number in range(8)])
        page.locator("#wj-files .wj-file").first.wait_for()
        page.get_by_role("tab", name="提问").click()
        page.locator("#wj-welcome .wj-steps").wait_for(state="detached")
        page.locator("#wj-box").get_by_role("textbox").fill("银杏灯塔高多少米?")
        page.keyboard.press("Enter")
        page.locator("#wj-chat [data-turn]").wait_for()


def test_the_folder_is_watched_by_a_switch_and_a_new_file_appears_by_itself(
    opened: Callable[..., Page], served: Served, folder: Path
) -> None:
    page = opened()
    library(page, SAID["zh-CN"])
    page.locator("#wj-watch").check()
    page.locator("#wj-watch:checked:not([aria-busy])").wait_for()  # the server has said so
    shelf = served.desk.shelf
    assert shelf is not None
    assert shelf.watcher.is_on
    write_corpus(folder / "corpus", {"新到.txt": "石桥镇灯塔\n\n石桥镇灯塔高87米。\n"})
    page.locator("#wj-find input").fill("新到")
    page.locator("#wj-files .wj-file", has_text="新到.txt").wait_for(timeout=60_000)
    page.locator("#wj-watch").uncheck()
    page.locator("#wj-watch:not(:checked):not([aria-busy])").wait_for()
    assert not shelf.watcher.is_on


def test_what_was_asked_before_the_switch_does_not_turn_it_back(opened: Callable[..., Page], served: Served) -> None:
    page = opened()
    library(page, SAID["zh-CN"])
    page.evaluate(_HOLD_STATES)
    page.wait_for_function("wjHeld.length > 0")  # the server has answered, the page has not heard it
    page.locator("#wj-watch").check()
    page.locator("#wj-watch:checked:not([aria-busy])").wait_for()
    page.evaluate("wjHeld[0]()")
    page.wait_for_function("wjHeard > 0")
    assert page.locator("#wj-watch").is_checked()


def test_serve_watches_from_its_start_where_it_is_told_to(folder: Path) -> None:
    with closing(serve(folder, watch=True)) as page_served:
        shelf, builder = page_served.desk.shelf, page_served.desk.builder
        assert shelf is not None
        assert builder is not None
        built = threading.Event()
        for _ in range(600):
            if builder.state().phase == "done":
                built.set()
                break
            threading.Event().wait(0.1)
        assert built.is_set(), "what the index lacks at the start is taken up"
    assert not shelf.watcher.is_on


def test_a_read_only_page_shows_and_changes_nothing(browser: Browser, folder: Path) -> None:
    rebuild(folder / "corpus", folder / "index", progress=False, encoder=CountingEncoder())
    with closing(serve(folder, read_only=True)) as page_served, opening(browser, page_served.local_url) as open_page:
        page = open_page()
        library(page, SAID["zh-CN"])
        assert page.locator("#wj-add, .wj-remove, #wj-watch").count() == 0
        in_view(page, page.get_by_text("只读：不能添加"))
        page.evaluate(_DROP, ["灯塔.txt"])
        page.wait_for_timeout(300)
        statuses = page.evaluate(
            """async () => Promise.all(["add", "remove", "restore", "build", "stop", "watch"].map(async (path) => (
              await fetch(`wenju/library/${path}`, {method: "POST", headers: {"Content-Type": "application/json"},
                body: JSON.stringify({files: ["a.pdf"], kept: ["x"], on: true, language: "zh"})})).status))"""
        )
    assert set(statuses) == {403}
    assert (folder / "corpus" / "a.pdf").is_file()
    assert not (folder / "corpus" / "灯塔.txt").exists()


@pytest.mark.parametrize(("dark", "size"), [(False, (1280, 800)), (True, (1280, 800)), (False, (390, 844))])
def test_nothing_serious_keeps_anyone_from_the_documents(
    looking: Callable[..., Page], dark: bool, size: tuple[int, int]
) -> None:
    page = looking("zh-CN", *size, dark=dark)
    library(page, SAID["zh-CN"])
    page.locator("#wj-files .wj-remove").first.click()
    page.locator("#wj-find input").fill("码头")
    page.keyboard.press("Enter")
    page.locator("#wj-found .wj-card").first.wait_for()
    assert serious(page) == []
    for name, there in (("账目", ".wj-grid"), ("a.pdf", ".wj-page")):
        page.locator("#wj-find input").fill(name)
        page.locator("#wj-files .wj-file", has_text=name).first.click()
        page.locator(f"#wj-article {there}").wait_for()
        assert serious(page) == []
        page.locator("#wj-article .wj-close").click()


def test_the_list_is_as_readable_while_it_is_fetched(looking: Callable[..., Page]) -> None:
    page = looking()
    library(page, SAID["zh-CN"])
    held: list[Route] = []
    page.route("**/wenju/library?**", lambda route: held.append(route))
    page.locator(".wj-filter", has_text=SAID["zh-CN"]["unread"]).click()
    page.locator("#wj-files[aria-busy='true']").wait_for()
    assert serious(page) == []
    for route in held:
        route.continue_()
    page.locator("#wj-files tbody tr:only-child", has_text="空.txt").wait_for()
    sees(page.locator("#wj-files[aria-busy]")).to_have_count(0)


def test_a_build_is_stopped_by_a_press_during_which_its_progress_moved_on(browser: Browser, folder: Path) -> None:
    goes_on = threading.Event()
    desk = Later(folder / "index", lambda _: assert_set(goes_on))
    settings = ServeSettings(corpus=folder / "corpus", index=folder / "index")
    with (
        closing(launch(desk, "127.0.0.1", port(), settings=settings)) as page_served,
        opening(browser, page_served.local_url) as open_page,
    ):
        page = open_page()
        library(page, SAID["zh-CN"])
        page.locator("#wj-build").click()
        page.locator("#wj-stop").hover()
        page.mouse.down()
        before = page.locator("#wj-state p").inner_text()
        page.wait_for_function("(before) => document.querySelector('#wj-state p').textContent !== before", arg=before)
        with page.expect_response("**/wenju/library/stop"):
            page.mouse.up()
        goes_on.set()
        page.locator("#wj-state", has_text="已停止").wait_for()
        sees(page.locator("#wj-stop")).to_have_count(0)
    assert not (folder / "index" / "CURRENT").exists()


def assert_set(event: threading.Event) -> None:
    assert event.wait(60)
