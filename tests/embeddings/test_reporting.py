"""The table that a build writes: every file of the corpus, what of it was read, and what was not."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from chinese.errors import WenjuError
from embeddings.building.reporting import check_place, write_report
from embeddings.types import ReadFile, ReadingNote, Skipped, in_one

FILES = (
    ReadFile(
        "账目.xlsx",
        2,
        9,
        (ReadingNote("2 张表", "2 sheets"), ReadingNote("未读：隐藏的表“草稿”。", "a hidden sheet.", True)),
    ),
    ReadFile("b.pdf", 1, 3, (ReadingNote("12 页。", "12 pages."), ReadingNote("1 个表格。", "1 table."))),
    ReadFile("a.txt", 1, 1),
)
SKIPPED = (Skipped("c.rar", "是压缩包。", "An archive."),)


def rows_of(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.reader(opened))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    return tmp_path / "corpus"


def test_every_file_has_a_row_that_says_what_was_read_and_what_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "report.csv"
    monkeypatch.setenv("WENJU_LANG", "zh")
    write_report(FILES, SKIPPED, file)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf"), "Excel takes it for UTF-8 by this only"
    assert rows_of(file) == [
        ["文件", "状态", "文章", "段落", "读到的内容", "没有读的内容和原因"],
        ["a.txt", "已读", "1", "1", "文字", ""],
        ["b.pdf", "已读", "1", "3", "12 页；1 个表格", ""],
        ["c.rar", "没有读", "0", "0", "", "是压缩包。"],
        ["账目.xlsx", "读了一部分", "2", "9", "2 张表", "未读：隐藏的表“草稿”"],
    ]

    monkeypatch.setenv("WENJU_LANG", "en")
    write_report(FILES, SKIPPED, file)
    assert rows_of(file)[0] == ["file", "status", "articles", "passages", "what was read", "what was not, and why"]
    assert rows_of(file)[4] == ["账目.xlsx", "read in part", "2", "9", "2 sheets", "a hidden sheet"]
    assert [path.name for path in tmp_path.iterdir()] == ["report.csv"]


def test_a_name_or_a_note_is_neither_a_formula_nor_a_second_line(tmp_path: Path) -> None:
    odd = ReadFile('=HYPERLINK("x")\n.txt', 1, 1, (ReadingNote("@表", "@sheet"),))
    write_report((odd,), (), tmp_path / "report.csv")
    (_, (file, _, _, _, read, _)) = rows_of(tmp_path / "report.csv")
    assert file == '\'=HYPERLINK("x")\N{REPLACEMENT CHARACTER}.txt'
    assert read.startswith("'@")


def test_a_report_takes_the_place_of_an_older_one_and_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    target, link = tmp_path / "kept" / "real.csv", tmp_path / "report.csv"
    target.write_text("older")
    link.symlink_to(target)
    write_report(FILES, SKIPPED, link)
    assert link.is_symlink()
    assert len(rows_of(target)) == 5


def test_where_no_report_can_be_written_is_said_before_the_build(tmp_path: Path, corpus: Path) -> None:
    older = tmp_path / "report.csv"
    older.write_text("older")
    check_place(older, corpus)
    for place, why in (
        (tmp_path / "missing" / "report.csv", "missing"),
        (tmp_path / "corpus" / "sub" / ".." / "report.csv", str(corpus)),
        (corpus, str(corpus)),
        (tmp_path, str(tmp_path)),
        (Path("/dev/null"), "/dev/null"),
    ):
        with pytest.raises(WenjuError, match="--report") as told:
            check_place(place, corpus)
        assert why in str(told.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "report.csv"]
    assert older.read_text() == "older"


def test_a_report_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(WenjuError, match="--report"):
        write_report(FILES, SKIPPED, tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_notes_of_one_kind_are_one_sentence() -> None:
    assert in_one(FILES[1].notes, left_out=False) == ReadingNote("12 页；1 个表格", "12 pages; 1 table")
    assert in_one(FILES[1].notes, left_out=True).text == ""
