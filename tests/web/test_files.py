"""The documents tab as HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from embeddings.progress import Progress
from embeddings.types import BuildReport, ReadFile, ReadingNote, Skipped, Source
from qa.finding.articles import ArticleHit
from tests.web.answers import HOSTILE
from web.documents.building import BuildState
from web.documents.files import render_build, render_found, render_library, render_lines, size_text, time_text
from web.documents.library import FileRow, Library

if TYPE_CHECKING:
    from chinese.errors import Language

ROWS = (
    FileRow("a.txt", 2, 7, "2023-10-18", 3000, "indexed", "", ""),
    FileRow("b.pdf", 0, 0, None, 5_500_000, "new", "", ""),
    FileRow("scan.pdf", 0, 0, None, 10, "skipped", "没有文字层。", "No text layer."),
)


def text_of(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", html)


def test_each_file_has_a_row_with_its_status_and_why() -> None:
    shown = text_of(render_library(Library(ROWS), "zh"))
    for said in ("a.txt", "2023年10月18日", "3 KB", "已索引", "5.2 MB", "新文件，待更新", "读不了：没有文字层。"):
        assert said in shown
    assert "有 1 个文件变动" in shown
    assert not re.search(r"[a-z]{3,}", re.sub(r"\w+\.(txt|pdf)", "", shown)), "no English in the Chinese page"
    assert "not readable: No text layer." in text_of(render_library(Library(ROWS), "en"))


def test_what_was_read_of_a_file_stands_in_its_row_and_what_was_not() -> None:
    notes = (
        ReadingNote("2 张表", "2 sheets"),
        ReadingNote("隐藏的表“草稿”没有读", 'the hidden sheet "草稿" was not read', True),
    )
    row = FileRow("a.xlsx", 2, 7, None, 3000, "indexed", notes=notes)
    shown = text_of(render_library(Library((row,)), "zh"))
    for said in ("已索引，没有读全", " 2 张表 ", " 隐藏的表“草稿”没有读 "):
        assert said in shown
    english = text_of(render_library(Library((row,)), "en"))
    for said in ("indexed, not read whole", " 2 sheets ", "the hidden sheet &quot;草稿&quot; was not read"):
        assert said in english
    assert "没有读全" not in text_of(render_library(Library((replace(row, notes=notes[:1]),)), "zh"))
    assert "已改动" in text_of(render_library(Library((replace(row, status="changed"),)), "zh"))


def test_no_files_are_said_to_be_none() -> None:
    assert "还没有文件" in render_library(Library(()), "zh")
    assert "个文件变动" not in render_library(Library(ROWS[:1]), "zh")


def test_a_running_build_has_a_bar_with_what_is_done_and_what_is_left() -> None:
    state = BuildState("running", Progress("encoding", 32, 117), seconds=61.2, seconds_left=130.0)
    shown = render_build(state, "zh")
    assert '<progress max="117" value="32" aria-label="编码段落">' in shown
    assert "编码段落 32/117 · 已用 1 分 1 秒 · 约剩 2 分 10 秒" in shown
    assert "<progress" in render_build(BuildState("running"), "en")
    assert render_build(BuildState(), "zh") == ""


def test_a_finished_build_names_each_file_left_out_and_why() -> None:
    report = BuildReport(5, 13, 117, 17, 100, (Skipped("scan.pdf", "没有文字层。", "No text layer."),), 12.4)
    shown = text_of(render_build(BuildState("done", report=report), "zh"))
    assert "重建完成：文档 5，文章 13，段落 117（新编码 17，沿用 100），用时 12 秒。" in shown
    assert "scan.pdf：没有文字层。" in shown
    assert "scan.pdf: No text layer." in text_of(render_build(BuildState("done", report=report), "en"))


def test_a_finished_build_names_the_files_that_were_not_read_whole_but_not_hundreds() -> None:
    left = ReadingNote("第 3 页读不出", "page 3 cannot be read", True)
    files = tuple(ReadFile(f"{number:03}.pdf", 1, 1, (left,)) for number in range(25))
    report = BuildReport(26, 26, 26, 26, 0, (), 1.0, (*files, ReadFile("whole.pdf", 1, 1)))
    shown = text_of(render_build(BuildState("done", report=report), "zh"))
    assert "没有读全的文件" in shown
    assert "000.pdf：第 3 页读不出" in shown
    assert "020.pdf" not in shown
    assert "whole.pdf" not in shown
    assert "另有 5 个，见下表。" in shown
    assert "and 5 more: see the table below." in text_of(render_build(BuildState("done", report=report), "en"))


def test_a_stopped_or_failed_build_says_that_the_index_still_answers() -> None:
    assert "原来的索引照常可用" in render_build(BuildState("stopped"), "zh")
    failed = render_build(BuildState("failed", zh="磁盘满了。", en="The disk is full."), "en")
    assert 'role="alert"' in failed
    assert "The disk is full." in failed


@pytest.mark.parametrize("language", ["zh", "en"])
def test_names_of_files_and_text_are_only_text(language: Language) -> None:
    hit = ArticleHit(0, HOSTILE, HOSTILE, Source(HOSTILE, "line", 1, 2), HOSTILE, ("x",))
    notes = (ReadingNote(HOSTILE, HOSTILE), ReadingNote(HOSTILE, HOSTILE, True))
    row = FileRow(HOSTILE, 1, 1, HOSTILE, 1, "skipped", HOSTILE, HOSTILE, notes)
    files = (ReadFile(HOSTILE, 1, 1, notes),)
    report = BuildReport(1, 1, 1, 1, 0, (Skipped(HOSTILE, HOSTILE, HOSTILE),), 1.0, files)
    state = BuildState("done", report=report)
    for shown in (
        render_library(Library((row,)), language),
        render_found([hit], language),
        render_build(state, language),
        render_lines([HOSTILE], language),
    ):
        assert not re.search(r"<(script|img|mark)", shown)
        assert "\u202e" not in shown


def test_an_article_found_can_be_opened_and_its_words_are_marked() -> None:
    hit = ArticleHit(3, "高新区成绩单", "2023", Source("a.txt", "line", 4, 9), "引进项目311个。", ("项目",))
    shown = render_found([hit], "zh")
    assert 'data-file="a.txt" data-start="4" data-end="9"' in shown
    assert '引进<span class="wj-word">项目</span>311个。' in shown
    assert "a.txt 第 4–9 行" in shown
    assert "没有文章含有这些词" in render_found([], "zh")
    sheet = replace(hit, source=Source("a.xlsx", "row", 4, 9, "一季度"))
    assert 'data-file="a.xlsx" data-sheet="一季度" data-start="4" data-end="9"' in render_found([sheet], "zh")


def test_sizes_and_times_are_said_as_people_do() -> None:
    assert [size_text(size) for size in (0, 10, 2048, 3 << 20)] == ["0 KB", "1 KB", "2 KB", "3.0 MB"]
    assert [time_text(seconds, "en") for seconds in (0.2, 59.4, 61)] == ["0 s", "59 s", "1 min 1 s"]
