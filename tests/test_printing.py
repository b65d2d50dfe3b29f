from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from embeddings.types import BuildReport, ReadFile, ReadingNote, Skipped
from qa.evaluation.cases import Miss, Report
from qa.sources import source_text
from qa.types import Alternative, Answer, AnswerPart, Passage, Reason, Signals, Source
from terminal.printing import format_answer, format_evaluation, format_report, marked_sentences
from terminal.screen import PLAIN, Screen

TEXT = "盛夏时节。全年新引进项目311个,总投资420亿元。\n各方都很满意。"
FIRST = Passage(
    text=TEXT,
    title="高新区成绩单",
    section="开放引领",
    date="2023-10-18",
    sources=(Source("001.txt", "line", 71, 77), Source("b/002.pdf", "page", 4, 4)),
    highlights=((12, 16),),
    score=1.0,
    signals=Signals(),
)
SECOND = Passage("去年引进项目320个。", "盘点", "", None, (Source("3.docx", "paragraph", 2, 2),), (), 0.5, Signals())
ANSWER = Answer(
    "引进了多少个项目?",
    "引进了多少个项目?",
    ("311个", "420亿元"),
    None,
    0.9,
    None,
    (FIRST, SECOND),
    (Alternative("320个", 1),),
)
REFUSAL = replace(
    ANSWER,
    texts=(),
    alternatives=(),
    reason=Reason("name", "没有提到“深圳”。", 'nothing about "Shenzhen".'),
    passages=(SECOND,),
)


def test_an_answer_comes_first_then_its_sentence_with_the_answer_marked_and_its_sources() -> None:
    assert format_answer(ANSWER).splitlines() == [
        "311个、420亿元",
        "很有把握（90%）",
        "另见：320个 [2]",
        "",
        "[1] 高新区成绩单 · 开放引领 · 2023-10-18",
        "    001.txt 第 71–77 行",
        "    b/002.pdf 第 4 页",
        "    全年新引进项目【311个】,总投资420亿元。",
        "",
        "[2] 盘点",
        "    3.docx 第 2 段",
        "    去年引进项目320个。",
    ]


def test_an_english_question_is_answered_in_english_words() -> None:
    lines = format_answer(replace(ANSWER, question="How many projects?")).splitlines()

    assert lines[1:3] == ["Very likely right (90%)", "Also: 320个 [2]"]
    assert lines[5:7] == ["    001.txt, lines 71–77", "    b/002.pdf, page 4"]


def test_a_refusal_says_why_and_shows_what_is_near() -> None:
    assert format_answer(REFUSAL).splitlines() == [
        "没有答案：没有提到“深圳”。",
        "",
        "不是答案，但相近：",
        "[1] 盘点",
        "    3.docx 第 2 段",
        "    去年引进项目320个。",
    ]
    english = format_answer(replace(REFUSAL, question="How many?")).splitlines()
    assert english[0] == 'No answer: nothing about "Shenzhen".'
    assert english[2] == "Not an answer, but near:"


def test_each_part_of_a_question_stands_above_what_is_said_to_it() -> None:
    parts = (
        AnswerPart("引进了多少个项目", ("311个",), 0.9, None, None, (0,), (Alternative("320个", 1),)),
        AnswerPart("深圳引进了多少个项目?", (), 0.1, REFUSAL.reason),
    )
    answer = replace(ANSWER, texts=("311个",), parts=parts)

    assert format_answer(answer).splitlines()[:7] == [
        "引进了多少个项目？",
        "311个",
        "很有把握（90%）",
        "另见：320个 [2]",
        "深圳引进了多少个项目？",
        "没有答案：没有提到“深圳”。",
        "",
    ]
    english = format_answer(replace(answer, question="How many projects, and how many in Shenzhen?")).splitlines()
    assert english[3:6] == ["Also: 320个 [2]", "深圳引进了多少个项目?", 'No answer: nothing about "Shenzhen".']


def test_where_no_part_has_an_answer_each_says_why_and_what_is_near_follows() -> None:
    year = Reason("year", "没有2021年的。", "nothing for 2021.")
    parts = (AnswerPart("甲是多少", (), 0.1, year), AnswerPart("乙是多少", (), 0.1, REFUSAL.reason))

    assert format_answer(replace(REFUSAL, parts=parts)).splitlines()[:7] == [
        "甲是多少？",
        "没有答案：没有2021年的。",
        "乙是多少？",
        "没有答案：没有提到“深圳”。",
        "",
        "不是答案，但相近：",
        "[1] 盘点",
    ]


def test_a_refusal_without_passages_is_one_line() -> None:
    assert format_answer(replace(REFUSAL, passages=())) == "没有答案：没有提到“深圳”。"


def test_colour_sets_off_the_answer_and_nothing_else() -> None:
    plain, coloured = format_answer(ANSWER), format_answer(ANSWER, Screen(colour=True))

    assert coloured.startswith("\x1b[1m311个、420亿元\x1b[0m\n")
    assert "项目\x1b[1m【311个】\x1b[0m,总投资" in coloured
    assert re.sub(r"\x1b\[[012]m", "", coloured) == plain
    assert "\x1b" not in plain


def test_only_sentences_with_a_mark_are_shown_each_on_its_line() -> None:
    assert PLAIN.shown(marked_sentences(replace(FIRST, highlights=((12, 16), (20, 25))))) == (
        "全年新引进项目【311个】,总投资【420亿元】。"
    )
    assert PLAIN.shown(marked_sentences(replace(FIRST, highlights=((0, 2), (12, 16))))) == (
        "【盛夏】时节。\n全年新引进项目【311个】,总投资420亿元。"
    )
    assert marked_sentences(replace(FIRST, highlights=())) == ""


def test_a_long_passage_without_a_mark_is_cut_short() -> None:
    long = replace(SECOND, text="很" * 300)
    line = format_answer(replace(REFUSAL, passages=(long,))).splitlines()[-1]

    assert line == "    " + "很" * 119 + "…"
    exact = replace(SECOND, text="很" * 120)
    assert format_answer(replace(REFUSAL, passages=(exact,))).endswith("    " + "很" * 120)


@pytest.mark.parametrize(
    ("source", "chinese", "english"),
    [
        (Source("a.txt", "line", 3, 5), "a.txt 第 3–5 行", "a.txt, lines 3–5"),
        (Source("a.txt", "line", 3, 3), "a.txt 第 3 行", "a.txt, line 3"),
        (Source("甲/a.pdf", "page", 1, 2), "甲/a.pdf 第 1–2 页", "甲/a.pdf, pages 1–2"),
        (Source("a.docx", "paragraph", 9, 9), "a.docx 第 9 段", "a.docx, paragraph 9"),
        (Source("a.pptx", "slide", 3, 3), "a.pptx 第 3 张幻灯片", "a.pptx, slide 3"),
        (Source("a.xlsx", "row", 5, 5, "收入", "B5,D5"), "a.xlsx 表“收入” B5、D5", 'a.xlsx, sheet "收入", B5, D5'),
        (Source("a.xlsx", "row", 5, 7, "收入"), "a.xlsx 表“收入” 第 5–7 行", 'a.xlsx, sheet "收入", rows 5–7'),
        (Source("a.csv", "row", 5, 5, cells="B5"), "a.csv B5", "a.csv, B5"),
        (Source("a.docx", "paragraph", 9, 9, cells="B2"), "a.docx 第 9 段", "a.docx, paragraph 9"),
        (
            Source("a.pdf", "page", 4, 4, label="iv", scanned=True),
            "a.pdf 第 4 页（页码“iv”，扫描件）",
            'a.pdf, page 4 (labelled "iv", scan)',
        ),
        (Source("a.tif", "page", 2, 2, scanned=True), "a.tif 第 2 页（扫描件）", "a.tif, page 2 (scan)"),
    ],
)
def test_a_source_is_said_in_words(source: Source, chinese: str, english: str) -> None:
    assert source_text(source, english=False) == chinese
    assert source_text(source, english=True) == english


def test_a_build_is_summed_up_and_each_skipped_file_is_named() -> None:
    report = BuildReport(
        2, 3, 10, 4, 6, (Skipped("scan.pdf", "没有文字", "no text"), Skipped("x.doc", "未知", "unknown")), 1.25
    )

    assert format_report(report).splitlines() == [
        "The index is built.",
        "2 documents · 3 articles · 10 chunks (4 encoded, 6 reused) · 1.2 s",
        "2 files skipped:",
        "  scan.pdf: no text",
        "  x.doc: unknown",
    ]


NOTED = (
    ReadFile(
        "a.xlsx",
        1,
        4,
        (
            ReadingNote("2 张表", "2 sheets"),
            ReadingNote("隐藏的表“草稿”没有读。", "a hidden sheet was not read.", True),
        ),
    ),
    ReadFile("b.pdf", 1, 2, (ReadingNote("12 页", "12 pages"),)),
    ReadFile("c.txt", 1, 1),
)


def test_what_was_read_of_a_file_is_said_and_what_was_not(monkeypatch: pytest.MonkeyPatch) -> None:
    report = BuildReport(3, 3, 7, 7, 0, (), 1.0, NOTED)
    assert format_report(report).splitlines()[2:] == [
        "1 file not read whole:",
        "  a.xlsx: 2 sheets; a hidden sheet was not read",
        "What was read of 1 file:",
        "  b.pdf: 12 pages",
    ]
    monkeypatch.setenv("WENJU_LANG", "zh")
    assert format_report(report, Path("报告.csv")).splitlines()[2:] == [
        "1 个文件没有读全：",
        "  a.xlsx：2 张表；隐藏的表“草稿”没有读",
        "1 个文件读到的内容：",
        "  b.pdf：12 页",
        "每个文件的情况见 报告.csv。",
    ]


def test_of_hundreds_of_files_the_commonest_reasons_come_first_and_the_rest_is_counted() -> None:
    archives = [Skipped(f"{number:03}.rar", "是压缩包", "an archive") for number in range(180)]
    torn = [Skipped(f"x{number}.doc", f"第 {number} 段坏了", f"torn at {number}") for number in range(30)]
    report = BuildReport(1, 1, 1, 1, 0, (*torn, *archives), 1.0)
    lines = format_report(report).splitlines()[2:]
    assert lines[:3] == [
        "210 files skipped:",
        "  000.rar, 001.rar, 002.rar and 177 more: an archive",
        "  x0.doc: torn at 0",
    ]
    assert lines[-1] == "  and 11 more; --report FILE lists them all"
    assert len(lines) == 22
    assert "  and 11 more" in format_report(report, Path("r.csv")).splitlines()


def test_a_build_that_encoded_nothing_says_so_in_the_users_language(monkeypatch: pytest.MonkeyPatch) -> None:
    report = BuildReport(1, 1, 1, 0, 1, (), 0.0)
    assert format_report(report).splitlines() == [
        "The index is up to date; nothing was encoded.",
        "1 document · 1 article · 1 chunk (0 encoded, 1 reused) · 0.0 s",
    ]

    monkeypatch.setenv("WENJU_LANG", "zh")
    assert format_report(report).splitlines() == [
        "索引已是最新，没有需要编码的段落。",
        "文档 1 · 文章 1 · 段落 1（新编码 0，沿用 1）· 0.0 秒",
    ]


def test_an_evaluation_is_a_table_and_a_line_for_each_miss() -> None:
    report = Report(50, 45, 49, 36, 2, 8, 5, 12.34, (Miss("d1", "问?", "rank 2", "311个", "31个"),), wrong=7)

    lines = format_evaluation(report).splitlines()

    assert [line.split() for line in lines[:9]] == [
        ["answerable", "50"],
        ["hit@1", "45"],
        ["hit@3", "49"],
        ["exact", "36"],
        ["wrong", "7"],
        ["wrongly_refused", "2"],
        ["absent", "8"],
        ["refused", "5"],
        ["median_ms", "12.3"],
    ]
    assert len({len(line) for line in lines[:9]}) == 1
    assert lines[9:] == ["d1  rank 2  问?  -> 31个  (311个)"]


def test_an_incomplete_list_says_how_many_there_should_be() -> None:
    listed = replace(ANSWER, texts=("望月桥", "迎仙桥"), alternatives=(), of=3)

    assert format_answer(listed).splitlines()[:3] == [
        "望月桥、迎仙桥",
        "很有把握（90%）",
        "不完整：应有 3 个，找到 2 个。",
    ]
    assert format_answer(replace(listed, question="Which bridges?")).splitlines()[2] == "Incomplete: 2 of 3 found."
    assert "不完整" not in format_answer(replace(listed, of=None))
