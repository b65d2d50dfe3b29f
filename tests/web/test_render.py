from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tests.web.answers import HOSTILE, TEXT, answered, passage, refused
from web.render import (
    answering,
    date_text,
    escape,
    marked,
    render_answer,
    render_error,
    render_question,
    visible,
)


class Reader(HTMLParser):
    """What a browser would make of HTML: its tags, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def order(source: str, *parts: str) -> list[int]:
    """Where each part begins, each looked for after the one before; -1 where it does not follow."""
    places: list[int] = []
    for part in parts:
        places.append(source.find(part, places[-1] if places else 0))
    return places


def test_the_answer_is_bold_by_tag() -> None:
    assert '<p class="wj-text" lang="zh-CN"><strong>311个</strong></p>' in render_answer(answered())


def test_the_answer_is_marked_in_its_own_sentence_only() -> None:
    quotes = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", render_answer(answered()))
    assert quotes == ["全年新引进项目<mark>311个</mark>,总投资350亿元。"]


def test_an_answer_that_is_its_sentence_is_not_said_twice() -> None:
    whole = "全年新引进项目311个,总投资350亿元。"
    answer = replace(answered(), texts=(whole,), passages=(passage(found=whole),), alternatives=())
    shown = render_answer(answer)
    assert "<blockquote" not in shown
    assert f"<strong>{whole}</strong>" in shown


def test_several_texts_in_several_passages_show_each_sentence() -> None:
    passages = (passage("甲公司入选。", "甲公司"), passage("甲公司、乙公司入选。", "乙公司"))
    answer = replace(answered(), texts=("甲公司", "乙公司"), passages=passages, alternatives=())
    assert answering(answer) == (0, 1)
    shown = render_answer(answer)
    assert "<strong>甲公司、乙公司</strong>" in shown
    assert "<mark>甲公司</mark>入选。" in shown
    assert "甲公司、<mark>乙公司</mark>入选。" in shown


def test_sources_show_headline_section_date_file_and_lines_the_answers_own_first() -> None:
    shown = render_answer(answered())
    sources = shown[shown.index("<h3>出处</h3>") :]
    places = order(
        sources,
        "高新区成绩单",
        "开放引领",
        "2023年10月18日",
        "001.txt 第 71–77 行",
        "其他相关段落（2）",
        "年度盘点",
        "别的新闻",
    )
    assert -1 not in places


def test_other_passages_are_folded_away() -> None:
    shown = render_answer(answered())
    before, _, folded = shown.partition('<details class="wj-more">')
    assert "别的新闻" not in before
    assert "别的新闻" in folded
    assert " open" not in folded


def test_another_figure_stands_with_its_source() -> None:
    shown = render_answer(answered())
    box = shown[shown.index('<div class="wj-others">') : shown.index("<h3>出处</h3>")]
    assert "文档中另有说法" in box
    assert "<strong" in box
    assert "320个" in box
    assert "b/002.md 第 4 行" in box


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (0.97, "很有把握（97%）", "Very likely right (97%)"),
        (0.85, "很有把握（85%）", "Very likely right (85%)"),
        (0.6, "比较有把握（60%）", "Likely right (60%)"),
        (0.4, "把握一般，请对照原文（40%）", "Possibly right; compare the source (40%)"),
        (0.0, "把握不大，请对照原文（0%）", "Uncertain; compare the source (0%)"),
    ],
)
def test_confidence_is_said_in_words(value: float, zh: str, en: str) -> None:
    assert zh in render_answer(replace(answered(), confidence=value))
    assert en in render_answer(replace(answered("How many projects?"), confidence=value))


def test_words_follow_the_language_of_the_question() -> None:
    shown = render_answer(replace(answered("How many projects were attracted?"), gloss="311 projects"))
    assert '<div class="wj" lang="en">' in shown
    assert "<h3>Source</h3>" in shown
    assert "001.txt, lines 71–77" in shown
    assert "18 October 2023" in shown
    assert "Another figure in the documents" in shown
    assert '<p class="wj-gloss">311 projects</p>' in shown


def test_a_refusal_says_why_and_shows_what_is_near_as_no_answer() -> None:
    chinese, english = render_answer(refused()), render_answer(refused("How many projects did Shenzhen attract?"))
    assert -1 not in order(chinese, "最接近的内容没有提到“深圳”。", "不是答案，但相近", "高新区成绩单", "001.txt")
    assert -1 not in order(english, "say nothing about &quot;Shenzhen&quot;.", "Not an answer, but near", "001.txt")
    for shown in (chinese, english):
        assert "<strong>" not in shown
        assert "wj-confidence" not in shown


def test_a_refusal_without_passages_is_only_its_reason() -> None:
    assert "wj-near" not in render_answer(replace(refused(), passages=()))


def test_a_completed_question_is_shown() -> None:
    assert "理解为：青岛引进了多少个项目?" in render_answer(answered("那青岛呢?", asked="青岛引进了多少个项目?"))
    assert "理解为" not in render_answer(answered())


def test_hostile_text_is_shown_and_never_acts() -> None:
    text = f"甲。引进{HOSTILE}共311个。乙。"
    hostile = passage(text, title=HOSTILE, section=HOSTILE, file=HOSTILE, date=HOSTILE)
    plain = replace(answered(), passages=(passage("引进共311个。"),) * 2, alternatives=())
    answer = replace(plain, passages=(hostile, hostile), asked=HOSTILE, gloss=HOSTILE)
    shown = Reader(render_answer(answer))
    added = ["p"] * 2 + ["span"] * 4  # the completed question, the gloss, two sections and two dates
    had = Reader(render_answer(replace(plain, passages=(passage("引进共311个。", section="", date=None),) * 2)))
    assert sorted(shown.tags) == sorted(had.tags + added)
    assert shown.text.count(visible(HOSTILE)) == 2 + 6 + 5  # above the answer, its own passage, the other


@pytest.mark.parametrize("render", [render_question, lambda text: render_error(text, english=False)])
def test_questions_and_errors_are_shown_as_text(render: object) -> None:
    assert callable(render)
    shown = Reader(render(HOSTILE))
    assert set(shown.tags) <= {"div", "p"}
    assert shown.text == visible(HOSTILE)


def test_nothing_is_left_for_latex_bold_code_or_templates() -> None:
    source = "$$x$$ **b** `c` {{d}} ${e} <f> \\g a_b.txt"
    shown = escape(source)
    assert not set("$*`{}<>\\") & set(shown)
    assert "a_b.txt" in shown
    assert Reader(shown).text == source


def test_control_characters_become_visible() -> None:
    assert visible("a\u202eb\u2066c\u200fd\x00e\n\tf") == "a⟨U+202E⟩b⟨U+2066⟩c⟨U+200F⟩d⟨U+0000⟩e\n\tf"


def test_marks_stay_within_their_range_and_never_nest() -> None:
    assert marked("abcdefgh", [(4, 6), (1, 3), (2, 5)], 0, 7) == "a<mark>bc</mark><mark>de</mark><mark>f</mark>g"
    assert marked(TEXT, [(0, 3)], 1, 5) == f"<mark>{TEXT[1:3]}</mark>{TEXT[3:5]}"


@pytest.mark.parametrize(
    ("date", "zh", "en"),
    [
        ("2023-10-08", "2023年10月8日", "8 October 2023"),
        ("2023-05", "2023年5月", "May 2023"),
        ("2023", "2023年", "2023"),
        ("--12-25", "12月25日", "25 December"),
        ("--05", "5月", "May"),
        ("soon", "soon", "soon"),
        ("2023-13-01", "2023-13-01", "2023-13-01"),
    ],
)
def test_dates_are_said_as_far_as_they_go(date: str, zh: str, en: str) -> None:
    assert date_text(date, english=False) == zh
    assert date_text(date, english=True) == en
