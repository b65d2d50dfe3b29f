"""The whole way through the page, over the seeds with the real models, in a real browser, in both languages."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import docx
import pytest
from fpdf import FPDF

from embeddings.models.onnx_encoder import OnnxEncoder
from qa.engine import QA
from tests.conftest import REPOSITORY
from tests.web.browsing import opening, serious
from tests.web.conftest import free_port
from web.desk import OpenedLater
from web.door.access import ServeSettings
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from embeddings.types import FloatArray

pytestmark = pytest.mark.slow

SLOW = 60_000
"""Milliseconds: the model is loaded at the first question."""
SAID = {
    "zh-CN": {
        "ask": "提问",
        "corpus": "文档",
        "build": "更新索引",
        "built": "重建完成",
        "changed": "个文件变动",
        "near": "不是答案，但相近",
        "question": "青岛高新区2023年引进了多少个项目?",
        "next": "10亿元以上项目有多少个?",
        "absent": "深圳高新区2023年引进了多少个项目?",
        "word": "银杏大桥全长多少米?",
        "other": "星海灯塔高多少米?",
    },
    "en-US": {
        "ask": "Ask",
        "corpus": "Documents",
        "build": "Update the index",
        "built": "Rebuilt",
        "changed": "files have changed",
        "near": "Not an answer, but close",
        "question": "How many projects did Qingdao High-tech Zone attract in 2023?",
        "next": "And in Licang?",
        "absent": "How many projects did Shenzhen High-tech Zone attract in 2023?",
        "word": "银杏大桥全长多少米?",
        "other": "星海灯塔高多少米?",
    },
}


@contextmanager
def serving(seeds_index: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """A page over a copy of the seeds that a visitor may change; its address, and the folder it is in."""
    corpus, index = folder / "corpus", folder / "index"
    shutil.copytree(REPOSITORY / "seeds", corpus)
    shutil.copytree(seeds_index, index)
    settings = ServeSettings(corpus=corpus, index=index, feedback=folder / "feedback.jsonl")
    with closing(launch(QA.open(index), "127.0.0.1", free_port(), settings=settings)) as page:
        yield page.local_url, folder


@pytest.fixture
def served(seeds_index: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """One for a test alone, which changes its documents."""
    with serving(seeds_index, tmp_path) as page:
        yield page


@pytest.fixture(scope="module")
def looked_at(seeds_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """One for all tests that leave its documents as they are."""
    with serving(seeds_index, tmp_path_factory.mktemp("looked-at")) as page:
        yield page


def write_documents(folder: Path) -> list[Path]:
    """A Word file and a PDF, each with a figure that the seeds do not have."""
    folder.mkdir()
    word, pdf = folder / "大桥.docx", folder / "lighthouse.pdf"
    document = docx.Document()
    document.add_heading("银杏大桥通车", 1)
    document.add_paragraph("本报讯 银杏大桥昨日通车。银杏大桥全长4321米，桥面宽36米，工期历时三年。")
    document.save(str(word))
    made = FPDF()
    made.add_page()
    made.add_font("cjk", "", _cjk_font())
    made.set_font("cjk", size=14)
    made.multi_cell(0, 10, "星海灯塔落成\n\n本报讯 星海灯塔昨日落成。星海灯塔高87米，投资2300万元。")
    made.output(str(pdf))
    return [word, pdf]


def _cjk_font() -> str:
    command = ["fc-match", "-f", "%{file}", ":lang=zh-cn"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def ask(page: Page, question: str) -> None:
    page.locator("#wj-box").get_by_role("textbox").fill(question)
    page.keyboard.press("Enter")


def last_answer(page: Page, count: int) -> str:
    """The answer of the turn of this number (from 1), "" for a refusal."""
    turn = page.locator("#wj-chat [data-turn]").nth(count - 1)
    turn.wait_for(timeout=SLOW)
    answer = turn.locator(".wj-text strong")
    return answer.inner_text() if answer.count() else ""


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 1280), ("en-US", 390)])
def test_from_an_example_to_a_figure_that_was_added_and_removed(
    browser: Browser, served: tuple[str, Path], locale: str, width: int
) -> None:
    address, folder = served
    said = SAID[locale]
    with opening(browser, address) as open_page:
        page = open_page(locale, width)
        page.set_default_timeout(SLOW)
        _asks(page, said)
        _changes_the_corpus(page, said, write_documents(folder / "new"))
        page.get_by_role("tab", name=said["ask"]).click()
        ask(page, said["word"])
        assert last_answer(page, 4) == "4321米"
        ask(page, said["other"])
        assert last_answer(page, 5) == "87米"
        _removes(page, said, "大桥.docx")
        page.get_by_role("tab", name=said["ask"]).click()
        ask(page, said["word"])
        assert last_answer(page, 6) == ""
        assert page.evaluate("document.documentElement.scrollWidth") == width
    assert (folder / "corpus" / "lighthouse.pdf").is_file()
    assert list((folder / "corpus" / ".removed").rglob("大桥.docx")), "what is removed is kept"


def _asks(page: Page, said: dict[str, str]) -> None:
    page.get_by_role("button", name=said["question"]).click()
    assert last_answer(page, 1) == "311个"
    page.locator("#wj-chat .wj-chip").first.click()  # which brings the evidence up on a phone
    card = page.locator("#wj-evidence .wj-card").first
    assert card.locator("mark").first.inner_text() == "311个"
    assert card.locator(".wj-word").count() > 0
    card.locator(".wj-open").first.click()
    article = page.locator("#wj-article")
    article.locator(".wj-here mark").first.wait_for()
    assert article.locator("mark").all_inner_texts()[0] == "311个"
    assert article.locator(".wj-lines").first.is_visible()
    page.keyboard.press("Escape")
    article.wait_for(state="hidden")
    page.keyboard.press("Escape")
    ask(page, said["next"])
    assert last_answer(page, 2) not in ("", "311个")
    understood = page.locator("#wj-chat .wj-asked").last.inner_text()
    assert "2023" in understood
    ask(page, said["absent"])
    assert last_answer(page, 3) == ""
    assert page.locator("#wj-chat .wj-reason").last.is_visible()
    page.locator("#wj-evidence h2", has_text=said["near"]).wait_for(state="attached")


def _changes_the_corpus(page: Page, said: dict[str, str], files: list[Path]) -> None:
    page.get_by_role("tab", name=said["corpus"]).click()
    page.locator("#wj-files table").wait_for()
    page.locator("#wj-files-chosen").set_input_files([str(file) for file in files])
    page.locator("#wj-state progress").wait_for()
    page.locator("#wj-state", has_text=said["built"]).wait_for()
    for name in ("大桥.docx", "lighthouse.pdf"):  # the list comes after the state
        page.locator("#wj-files .wj-file", has_text=name).wait_for()


def test_an_empty_corpus_greets_with_the_first_steps_and_leads_to_an_answer(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    settings = ServeSettings(corpus=tmp_path / "corpus", index=tmp_path / "index")
    with (
        closing(launch(OpenedLater(tmp_path / "index"), "127.0.0.1", free_port(), settings=settings)) as served,
        opening(browser, served.local_url) as open_page,
    ):
        page = open_page()
        page.set_default_timeout(SLOW)
        steps = page.locator("#wj-welcome .wj-steps li")
        assert steps.count() == 3
        ask(page, "银杏大桥全长多少米?")
        page.get_by_role("alert").filter(has_text="请在“文档”页添加文件").wait_for()
        assert str(tmp_path) not in page.locator("body").inner_text(), "a path of the server is not for a visitor"
        assert not (tmp_path / "index").exists(), "opening never writes"
        page.get_by_role("tab", name="文档").click()
        page.get_by_text("还没有文件").wait_for()
        page.locator("#wj-files-chosen").set_input_files([str(write_documents(tmp_path / "new")[0])])
        page.locator("#wj-state", has_text="重建完成").wait_for()
        page.get_by_role("tab", name="提问").click()
        ask(page, "银杏大桥全长多少米?")
        assert last_answer(page, 1) == "4321米"


def test_a_stopped_rebuild_changes_nothing(
    browser: Browser, served: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, folder = served
    stopped, encode = threading.Event(), OnnxEncoder.encode_passages

    def held(encoder: OnnxEncoder, texts: Sequence[str]) -> FloatArray:
        """The build is at work until it is told to stop, however fast the machine."""
        assert stopped.wait(SLOW / 1000)
        return encode(encoder, texts)

    monkeypatch.setattr(OnnxEncoder, "encode_passages", held)
    before = (folder / "index" / "CURRENT").read_text(encoding="utf-8")
    long = "".join(f"第{number}段说的是云岭第{number}号茶园，占地{number * 7}亩。\n\n" for number in range(200))
    (folder / "corpus" / "long.txt").write_text(f"云岭茶园\n\n{long}", encoding="utf-8")
    with opening(browser, address) as open_page:
        page = open_page()
        page.set_default_timeout(SLOW)
        page.get_by_role("tab", name="文档").click()
        page.get_by_text("个文件变动").wait_for()
        page.get_by_role("button", name="更新索引").click()
        page.locator("#wj-state", has_text="编码段落").wait_for()
        with page.expect_response("**/wenju/library/stop"):
            page.get_by_role("button", name="停止").click()
        stopped.set()
        page.locator("#wj-state", has_text="已停止").wait_for()
        page.get_by_role("tab", name="提问").click()
        ask(page, "青岛高新区2023年引进了多少个项目?")
        assert last_answer(page, 1) == "311个"
    assert (folder / "index" / "CURRENT").read_text(encoding="utf-8") == before


def test_on_a_phone_a_file_has_its_name_on_a_line_and_its_figures_with_their_headings(
    browser: Browser, looked_at: tuple[str, Path]
) -> None:
    with opening(browser, looked_at[0]) as open_page:
        page = open_page("en-US", 390)
        page.get_by_role("tab", name="Documents").click()
        row = page.locator("#wj-files tbody tr").first
        row.wait_for()
        # In one go: between one look and the next something above may come or go.
        boxes = row.evaluate("(row) => [0, 2, 4].map((cell) => row.cells[cell].getBoundingClientRect().toJSON())")
        name, articles, size = boxes
        assert name["width"] > 250
        assert name["y"] < articles["y"] == size["y"]
        before = "(cell) => getComputedStyle(cell, '::before').content"
        assert "Articles" in row.locator("td").nth(2).evaluate(before)


@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 1280), (False, 390)])
def test_nothing_serious_keeps_anyone_from_the_documents(
    browser: Browser, looked_at: tuple[str, Path], dark: bool, width: int
) -> None:
    """By axe-core, as for the chat: the documents tab with articles found, and an article."""
    with opening(browser, looked_at[0]) as open_page:
        page = open_page(width=width, dark=dark)
        page.get_by_role("tab", name="文档").click()
        page.locator("#wj-files table").wait_for()
        page.locator("#wj-find input").fill("高新区 项目")
        page.keyboard.press("Enter")
        page.locator("#wj-found .wj-card").first.wait_for()
        assert serious(page) == []
        page.locator("#wj-found .wj-open").first.click()
        page.locator("#wj-article h2").wait_for()
        assert serious(page) == []


def _removes(page: Page, said: dict[str, str], name: str) -> None:
    page.get_by_role("tab", name=said["corpus"]).click()
    page.locator("#wj-files tr", has_text=name).locator(".wj-remove").click()
    page.locator(".wj-yes").click()
    page.locator("#wj-said .wj-undo:focus").wait_for()  # it gets that once the build has begun
    page.locator("#wj-state progress").wait_for(state="hidden")
    page.get_by_text(said["changed"]).wait_for(state="hidden")


def test_a_complaint_becomes_a_case_for_eval(browser: Browser, looked_at: tuple[str, Path]) -> None:
    address, folder = looked_at
    with opening(browser, address) as open_page:
        page = open_page()
        page.set_default_timeout(SLOW)
        ask(page, "青岛高新区2023年引进了多少个项目?")
        assert last_answer(page, 1) == "311个"
        page.get_by_role("button", name="答得不对").click()
        page.locator(".wj-right input").fill("312个")
        page.get_by_role("button", name="提交").click()
        page.get_by_text("已记下").wait_for()
        page.get_by_role("button", name="导出对话").click()
        page.locator('#wj-export-choice [value="md"]').check()
        with page.expect_download() as download:
            page.get_by_role("button", name="下载").click()
        exported = download.value.path().read_text(encoding="utf-8")
    case = json.loads((folder / "feedback.jsonl").read_text(encoding="utf-8"))
    assert (case["question"], case["answers"]) == ("青岛高新区2023年引进了多少个项目?", [["312个"]])
    assert "**311个**" in exported
    assert "001\\_71228b73623e2934.txt" in exported or "001_71228b73623e2934.txt" in exported
