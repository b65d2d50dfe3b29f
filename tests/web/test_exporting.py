"""Conversations as files: Word as python-docx reads it, CSV as a spreadsheet does, and what a file is called."""

from __future__ import annotations

import csv
import io
import re
import time
from dataclasses import replace

import docx
import pytest

from chinese.shown import harmless
from qa.types import Alternative, Answer
from tests.web.answers import HOSTILE, answered, hostile, in_parts, passage, refused, worked_out
from web.chat.export_csv import COLUMNS
from web.chat.exporting import exported_file
from web.chat.said import Exported
from web.chat.turns import Turn

TODAY = time.strftime("%Y-%m-%d")
ASKED_AT = time.mktime((2026, 3, 5, 14, 7, 0, 0, 0, -1))


def talk(*answers: Answer, title: str = "云岭县的项目") -> Exported:
    return Exported(title, tuple(Turn(answer.question, answer=answer, asked_at=ASKED_AT) for answer in answers))


def rows(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf"), "Excel takes it for another encoding otherwise"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_word_file_has_question_answer_sentence_source_confidence_and_the_other_figure() -> None:
    file = exported_file([talk(answered(), refused(), in_parts(), worked_out())], "docx", "zh")
    document = docx.Document(io.BytesIO(file.content))
    said = [(paragraph.style.name if paragraph.style else None, paragraph.text) for paragraph in document.paragraphs]
    assert said[:10] == [
        ("Title", "问据"),
        ("Source", f"导出于 {TODAY}"),
        ("Heading 1", "云岭县的项目"),
        ("Heading 2", "1. 引进了多少个项目?"),
        ("Normal", "311个"),
        ("Quote", "全年新引进项目311个,总投资420亿元。"),
        ("Source", "出处：高新区成绩单 · 2023年10月18日 · 001.txt 第 71–77 行"),
        ("Source", "把握：很有把握（97%）"),
        ("Normal", "文档中说法不一"),
        ("Normal", "320个"),
    ]
    assert ("Normal", "没有答案：最接近的内容没有提到“深圳”。") in said
    bold = [run.text for run in document.paragraphs[5].runs if run.bold]
    assert bold == ["311个"]


def test_a_word_file_in_english_has_english_around_the_documents_own_words() -> None:
    document = docx.Document(io.BytesIO(exported_file([talk(answered())], "docx", "en").content))
    said = [paragraph.text for paragraph in document.paragraphs]
    assert "Source: 高新区成绩单 · 18 October 2023 · 001.txt, lines 71–77" in said
    assert "Confidence: Very likely right (97%)" in said


@pytest.mark.parametrize("text", [HOSTILE, "甲\x00\x0b\x1b\ufffe]]>&amp;<w:p/>乙", "一\n二\r\n三", "", "\ud800"])
def test_whatever_stands_in_an_answer_a_word_file_can_be_opened(text: str) -> None:
    found = passage(f"前{text}后", text, title=text, section=text, date=text or None, file=text or "a.txt")
    answer = Answer(text, text + "?", (text,) if text else (), None, 0.9, None, (found,), (Alternative(text, 0),))
    file = exported_file([talk(answer, hostile("hostile"), title=text)], "docx", "zh")
    said = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(file.content)).paragraphs)
    assert "把握：" in said
    assert "\u202e" not in said


def test_a_csv_file_has_a_line_for_each_place() -> None:
    shared = replace(passage(), sources=(passage().sources[0], passage(file="002.txt", start=3, end=3).sources[0]))
    twice = replace(answered(), passages=(answered().passages[0], shared))
    head, first, second, refusal = rows(exported_file([talk(twice, refused())], "csv", "zh").content)
    assert head == [zh for zh, _ in COLUMNS]
    assert first == [
        "云岭县的项目",
        "2026-03-05 14:07",
        "引进了多少个项目?",
        "",
        "311个",
        "全年新引进项目311个,总投资420亿元。",
        "高新区成绩单",
        "2023-10-18",
        "001.txt",
        "第 71–77 行",
        "97%",
        "320个（年度盘点 · 12月25日 · b/002.md 第 4 行）",
        "",
    ]
    assert (second[8], second[9]) == ("002.txt", "第 3 行")
    assert (refusal[4], refusal[10], refusal[12]) == ("", "", "最接近的内容没有提到“深圳”。")
    assert {len(row) for row in (first, second, refusal)} == {len(COLUMNS)}
    english = rows(exported_file([talk(answered())], "csv", "en").content)
    assert (english[0][2], english[1][9]) == ("question", "lines 71–77")


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "＝1+1", "＠a", "\t=1", "\r=1", " =1", "\n=1"]
)
def test_no_cell_of_a_csv_file_acts_as_a_formula(cell: str) -> None:
    assert harmless(cell).startswith("'")
    assert harmless(cell).replace("'", "") == cell.replace("'", "")
    answer = replace(answered(cell), texts=(cell,))
    for row in rows(exported_file([talk(answer, title=cell)], "csv", "zh").content):
        assert not [said for said in row if re.match(r"\s*[=+\-@＝＋－＠]", said)]


@pytest.mark.parametrize("parts", [";", "\t"])
@pytest.mark.parametrize("begins", ["=1+1", " =1+1", '"=1+1', "@SUM(A1)", "-2+3"])
def test_nor_does_a_part_of_one_where_the_file_is_split_elsewhere_than_at_commas(parts: str, begins: str) -> None:
    answer = replace(answered("见附表"), texts=(f"见附表{parts}{begins}",))
    said = exported_file([talk(answer)], "csv", "zh").content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(said), delimiter=parts) for cell in row]
    assert any("见附表" in cell for cell in cells)
    assert not [cell for cell in cells if re.match(r"\s*[=+\-@]", cell)]


def test_what_is_harmless_stays_as_it_is() -> None:
    plain = ["311个", "97%", "1-2", "a@b", "", "1月；2月", "a; b-c"]
    assert [harmless(cell) for cell in plain] == plain


def test_a_file_is_called_by_its_day_and_title() -> None:
    named = exported_file([talk(answered(), title='云岭县/石桥 "2023": 多少?\n')], "docx", "zh").name
    assert named == f"问据-{TODAY}-云岭县 石桥 2023 多少.docx"
    both = [talk(answered()), talk(answered(), title="另一个")]
    assert exported_file(both, "csv", "zh").name == f"问据-{TODAY}-全部对话.csv"
    assert exported_file(both, "md", "en").name == f"wenju-{TODAY}-all conversations.md"
    assert len(exported_file([talk(answered(), title="问" * 200)], "md", "zh").name) < 80
    assert exported_file([talk(answered(), title="..")], "md", "zh").name.startswith(f"问据-{TODAY}")


def test_several_conversations_are_in_one_file_each_under_its_title() -> None:
    both = [talk(answered()), talk(refused(), title="石桥高新区")]
    text = exported_file(both, "md", "zh").content.decode()
    assert re.findall(r"^#+ .*", text, re.MULTILINE) == [
        "# 云岭县的项目",
        "## 1. 引进了多少个项目?",
        "# 石桥高新区",
        "## 1. 深圳引进了多少个项目?",
    ]
    assert [row[0] for row in rows(exported_file(both, "csv", "zh").content)[1:]] == ["云岭县的项目", "石桥高新区"]


def test_an_empty_file_says_that_there_is_nothing_in_it() -> None:
    for empty in ([], [Exported("", ())]):
        assert "没有可导出的内容" in exported_file(empty, "md", "zh").content.decode()
        assert rows(exported_file(empty, "csv", "zh").content)[1] == ["还没有问答，没有可导出的内容。"]
        document = docx.Document(io.BytesIO(exported_file(empty, "docx", "en").content))
        assert document.paragraphs[-1].text == "No question has been asked yet; there is nothing to export."
