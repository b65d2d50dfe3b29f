from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qa.types import Alternative, Answer, Reason
from tests.web.answers import (
    HOSTILE,
    OTHER,
    answered,
    hostile,
    in_parts,
    nothing_in_parts,
    passage,
    refused,
    worked_out,
)
from web.chat.copied import answer_text
from web.chat.export import conversation_markdown

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OURS = {"h1", "h2", "p", "strong", "blockquote", "ul", "li"}

ATTACKS = [
    "<script>alert(1)</script>",
    "<!-- comment -->",
    "&lt;b&gt; &amp; &copy;",
    "![图](http://evil.example/x.png)",
    "[link](javascript:alert(1))",
    "[ref]: http://evil.example",
    "<http://evil.example>",
    "# 标题",
    "题目 ##",
    "===",
    "---",
    "***",
    "```sh",
    "~~~",
    "`code`",
    "    indented",
    "| a | b |",
    "> 引用",
    "- 列表",
    "+ 列表",
    "1. 列表",
    "12) 列表",
    "**粗** __粗__ _斜_ ~~删~~",
    "\\# \\* \\<b>",
    "两个\n\n# 段落",
    "行尾  \n下一行\\\n再一行",
    "a\r\n<b>x</b>",
    "$$x^2$$ \\(y\\)",
    HOSTILE,
]


def rendered(markdown: str) -> str:
    return str(MARKDOWN.render(markdown))


def shown(markdown: str) -> str:
    """What a reader of the rendered Markdown sees, blanks in a row as one."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", rendered(markdown))).split())


def tags(markdown: str) -> set[str]:
    return set(re.findall(r"</?([a-z0-9]+)", rendered(markdown)))


def all_of(text: str) -> Answer:
    """An answer whose every part is the text."""
    found = passage(f"前面{text}后面", text, title=text, section=text, date=None, file=text)
    other = passage(OTHER, "320个", title=text, section="", date=text, file=text)
    return Answer(text, text + "?", (text,), None, 0.9, None, (found, other), (Alternative("320个", 1),))


def test_an_answer_is_exported_with_its_sentence_its_source_and_how_sure_it_is() -> None:
    assert conversation_markdown([("引进了多少个项目?", answered(), "")], "zh") == (
        "# 问据\n\n"
        "## 1. 引进了多少个项目?\n\n"
        "**311个**\n\n"
        "> 全年新引进项目**311个**,总投资420亿元。\n\n"
        "出处：高新区成绩单 · 2023年10月18日 · 001.txt 第 71–77 行\n\n"
        "很有把握（97%）\n\n"
        "文档中说法不一\n\n"
        "- 320个 · 年度盘点 · 12月25日 · b/002.md 第 4 行\n"
    )


def test_what_was_worked_out_is_exported_and_copied_with_its_figures() -> None:
    written = conversation_markdown([("哪一年?", worked_out(), "")], "zh")
    assert "**2022年**" in written
    assert "去年引进项目**320个**。" in written
    copied = answer_text(worked_out(), "zh").split("\n")
    assert copied[1:3] == ["答案：2022年", "由 2 个数字算出：比较2022年320个、2023年311个，2022年最多。"]
    assert copied[3:5] == ["原句：去年引进项目320个。", "原句：全年新引进项目311个,总投资420亿元。"]
    assert "002.md" in copied[5]
    assert "001.txt" in copied[5]


def test_on_an_english_page_the_words_around_are_english() -> None:
    text = conversation_markdown([("How many?", answered("How many?"), "")], "en")
    assert text.startswith("# wenju\n\n## 1. How many?\n\n**311个**")
    assert "Source: 高新区成绩单 · 18 October 2023 · 001.txt, lines 71–77" in text
    assert "Very likely right (97%)" in text


def test_a_refusal_is_exported_with_its_reason_and_what_is_near() -> None:
    zh = conversation_markdown([("深圳?", refused("深圳?"), "")], "zh")
    assert "没有答案：最接近的内容没有提到“深圳”。" in zh
    assert "- 高新区成绩单 · 2023年10月18日 · 001.txt 第 71–77 行" in zh
    assert "No answer: The nearest" in conversation_markdown([("深圳?", refused("深圳?"), "")], "en")


def test_each_part_is_exported_with_its_own_answer_or_reason() -> None:
    answer = in_parts()
    said = shown(conversation_markdown([(answer.question, answer, "")], "zh"))
    sides = (
        "引进了多少个项目",
        "311个",
        "出处：",
        "文档中说法不一",
        "深圳引进了多少个项目",
        "没有答案：最接近的内容没有提到“深圳”",
    )
    places = [said.find(part, said.index("谢谢")) for part in sides]
    assert -1 not in places
    assert places == sorted(places)

    nothing = nothing_in_parts()
    said = shown(conversation_markdown([(nothing.question, nothing, "")], "zh"))
    assert (said.count("2021年"), said.count("没有提到“深圳”"), said.count("不是答案，但相近")) == (1, 1, 1)


def test_each_part_is_copied_with_its_own_answer_or_reason() -> None:
    first, second = answer_text(in_parts(), "zh").split("\n\n")
    assert first.split("\n")[:2] == ["问题：引进了多少个项目", "答案：311个"]
    assert first.split("\n")[3].startswith("出处：高新区成绩单")
    assert second.split("\n") == ["问题：深圳引进了多少个项目", "没有答案：最接近的内容没有提到“深圳”。"]


def test_turns_are_numbered_and_one_that_failed_says_what_went_wrong() -> None:
    turns = [("一?", answered("一?"), ""), ("", None, "问题是空的。"), ("二?", answered("二?", "完整的二?"), "")]
    text = conversation_markdown(turns, "zh")
    assert re.findall(r"^## (\d\..*)", text, re.MULTILINE) == ["1. 一?", "2. ", "3. 二?"]
    assert "问题是空的。" in text
    assert "理解为：完整的二?" in text
    assert conversation_markdown([], "zh") == "# 问据\n\n还没有问答，没有可导出的内容。\n"


@pytest.mark.parametrize("text", ATTACKS)
def test_text_that_tries_to_be_markup_is_shown_as_text(text: str) -> None:
    turns = [(text, all_of(text), ""), (text, None, text), (text, refused_with(text), "")]
    markdown = conversation_markdown(turns, "zh")
    assert tags(markdown) <= OURS
    plain = "".join(shown(markdown).split())
    wanted = "".join(text.replace("\u202e", "⟨U+202E⟩").replace("\u2066", "⟨U+2066⟩").split())
    assert plain.count(wanted) >= 10, "in the question, the answer, the sentence, the sources"
    headings = re.findall(r"^#+ ", markdown, re.MULTILINE)
    assert headings == ["# ", "## ", "## ", "## "]


def refused_with(text: str) -> Answer:
    return Answer(text, text, (), None, 0.0, Reason("name", text, text), (passage(title=text, file=text),), ())


@pytest.mark.parametrize(
    "text", ["见http://evil.example/a", "www.evil.example", "HTTPS://EVIL.example", "a@evil.example"]
)
def test_addresses_do_not_become_links_for_readers_that_look_for_them(text: str) -> None:
    markdown = conversation_markdown([(text, all_of(text), "")], "zh")
    assert re.search(r"(?i)https?://|www\.|[a-z]@", markdown) is None
    assert text in shown(markdown)


def test_nothing_hostile_survives_a_whole_answer() -> None:
    markdown = conversation_markdown([("hostile", hostile("hostile"), "")], "zh")
    assert tags(markdown) <= OURS
    assert "\u202e" not in markdown


@pytest.mark.parametrize(
    ("before", "phrase", "after"),
    [
        ("增长", "12%", "以上"),
        ("出版", "《红楼梦》", "一书"),
        ("他说", "“好。”", "就走了"),
        ("→", "“好”", "←"),
        ("约", "$5", "万"),
        ("有", "311个", "项目"),
        ("", "311个", ""),
        ("(", "*", ")"),
        ("a", "[b]", "c"),
    ],
)
def test_the_phrase_is_bold_whatever_it_begins_and_ends_with(before: str, phrase: str, after: str) -> None:
    found = passage(f"{before}{phrase}{after}。", phrase)
    answer = Answer("问?", "问?", (phrase,), None, 0.9, None, (found,), ())
    (quotation,) = re.findall(
        r"(?s)<blockquote>(.*)</blockquote>", rendered(conversation_markdown([("问", answer, "")], "zh"))
    )
    assert f"<strong>{html.escape(phrase, quote=False)}</strong>" in quotation


def test_phrases_that_meet_are_bold_as_one() -> None:
    found = passage("引进311个项目。", "311个")
    found = replace(found, highlights=((2, 6), (6, 8)))
    answer = Answer("问?", "问?", ("311个", "项目"), None, 0.9, None, (found,), ())
    assert "> 引进**311个项目**。" in conversation_markdown([("问", answer, "")], "zh")


@given(st.text(min_size=1, max_size=40))
def test_any_question_is_one_heading_that_shows_it(text: str) -> None:
    markdown = conversation_markdown([(text, None, "错")], "zh")
    assert tags(markdown) <= OURS
    assert len(markdown.strip("\n").split("\n")) == 5
    plain = [c for c in shown(markdown) if not c.isspace()]
    assert plain[-1] == "错"
    written = [c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf")]
    assert [c for c in written if c not in plain] == []


def test_the_clipboard_gets_all_that_is_needed_to_quote_an_answer_and_the_figure_that_disagrees() -> None:
    assert answer_text(answered(), "zh").split("\n") == [
        "问题：引进了多少个项目?",
        "答案：311个",
        "原句：全年新引进项目311个,总投资420亿元。",
        "出处：高新区成绩单 · 2023年10月18日 · 001.txt 第 71–77 行",
        "把握：很有把握（97%）",
        "文档中说法不一：320个，“去年引进项目320个。”（年度盘点 · 12月25日 · b/002.md 第 4 行）",
    ]
    english = answer_text(answered(), "en").split("\n")
    assert english[3].startswith("Source: 高新区成绩单 · 18 October 2023 · 001.txt, lines")
    assert english[4:] == [
        "Confidence: Very likely right (97%)",
        "The documents disagree: 320个 – “去年引进项目320个。” (年度盘点 · 25 December · b/002.md, line 4)",
    ]


def test_the_clipboard_gets_the_reason_of_a_refusal() -> None:
    assert answer_text(refused(), "zh").split("\n")[1] == "没有答案：最接近的内容没有提到“深圳”。"
    assert answer_text(refused(), "en").split("\n")[1].startswith("No answer: The nearest passages")


def test_the_clipboard_gets_no_controls_and_no_line_that_is_not_ours() -> None:
    text = answer_text(all_of("甲\n乙\u202e丙\x1b[2J"), "zh")
    assert all(re.match("问题：|答案：|原句：|出处：|把握：|文档中说法不一：", line) for line in text.split("\n"))
    assert "\u202e" not in text
    assert "\x1b" not in text


def test_several_answers_are_copied_with_the_source_of_each() -> None:
    passages = (passage(), passage(OTHER, "320个", title="盘点", date=None, file="b.txt", start=4, end=4))
    answer = Answer("问?", "问?", ("311个", "320个"), None, 0.9, None, passages, ())
    lines = answer_text(answer, "zh").split("\n")
    assert lines[1] == "答案：311个、320个"
    assert lines[4] == "出处：高新区成绩单 · 2023年10月18日 · 001.txt 第 71–77 行；盘点 · b.txt 第 4 行"


def test_an_incomplete_list_says_how_many_there_should_be() -> None:
    listed = replace(answered(), alternatives=(), of=3)

    assert "不完整：应有 3 个，找到 1 个。" in shown(answer_text(listed, "zh"))
    assert "Incomplete: 1 of 3 found." in shown(conversation_markdown([("How many?", listed, "")], "en"))
