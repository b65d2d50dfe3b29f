from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from chinese.shown import shown as shown_name
from qa.deciding.certainty import SURE
from qa.deciding.confidence import CALIBRATION
from qa.types import AnswerPart, Reason, Signals, Source
from tests.web.answers import HOSTILE, TEXT, answered, in_parts, nothing_in_parts, passage, refused, worked_out
from web.chat.evidence import date_text, render_evidence
from web.chat.render import answering, render_answer, render_error, render_question
from web.look.marks import escape, find_words, marked, show_controls


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
    assert '<p class="wj-text" lang="zh-CN"><strong>311个</strong></p>' in render_answer(answered(), "zh")


def test_the_answer_is_marked_in_its_own_sentence_only() -> None:
    quotes = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", render_answer(answered(), "zh"))
    assert quotes == ["全年新引进项目<mark>311个</mark>,总投资420亿元。"]


def test_an_answer_that_is_its_sentence_is_not_said_twice() -> None:
    whole = "全年新引进项目311个,总投资420亿元。"
    answer = replace(answered(), texts=(whole,), passages=(passage(found=whole),), alternatives=())
    shown = render_answer(answer, "zh")
    assert "<blockquote" not in shown
    assert f"<strong>{whole}</strong>" in shown


def test_what_was_worked_out_is_shown_with_the_way_and_the_sentence_of_each_figure() -> None:
    shown = render_answer(worked_out(), "zh")
    assert "<strong>2022年</strong>" in shown
    assert "由 2 个数字算出：比较2022年320个、2023年311个，2022年最多。" in shown
    quotes = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", shown)
    assert quotes == ["去年引进项目<mark>320个</mark>。", "全年新引进项目<mark>311个</mark>,总投资420亿元。"]
    assert [f'data-card="{place}"' in shown.split("<template")[0] for place in range(3)] == [True, True, False]


def test_what_was_worked_out_is_explained_in_english_on_an_english_page() -> None:
    assert "Worked out from 2 figures: Of 320 (2022), 311 (2023), 2022 is the most." in render_answer(
        worked_out(), "en"
    )


def test_several_texts_in_several_passages_show_each_sentence() -> None:
    passages = (passage("甲公司入选。", "甲公司"), passage("甲公司、乙公司入选。", "乙公司"))
    answer = replace(answered(), texts=("甲公司", "乙公司"), passages=passages, alternatives=())
    assert answering(answer) == (0, 1)
    shown = render_answer(answer, "zh")
    assert "<strong>甲公司、乙公司</strong>" in shown
    assert "<mark>甲公司</mark>入选。" in shown
    assert "甲公司、<mark>乙公司</mark>入选。" in shown


def test_each_source_of_the_answer_is_a_chip_that_leads_to_its_card() -> None:
    twice = replace(passage(), sources=(Source("a.txt", "line", 1, 2), Source("b.pdf", "page", 3, 3)))
    shown = render_answer(replace(answered(), passages=(twice,), alternatives=()), "zh")
    chips = re.findall(r'class="wj-chip" data-card="(\d)">.*?<small>(.*?)</small>', shown)
    assert chips == [("0", "a.txt 第 1–2 行"), ("0", "b.pdf 第 3 页")]
    assert re.findall(r'<article class="wj-card" data-card="(\d)"', shown) == ["0"]


def test_each_part_of_a_question_stands_above_its_own_answer_or_reason() -> None:
    shown = render_answer(in_parts(), "zh")
    first, second = re.findall(
        r'<section class="wj-part">(.*?)</section>(?=<section class="wj-part">|<template)', shown
    )
    sides = ("引进了多少个项目", "<strong>311个</strong>", "很有把握", "文档中说法不一", "320个")
    assert -1 not in order(first, *sides)
    assert -1 not in order(second, "深圳引进了多少个项目", "最接近的内容没有提到“深圳”")
    assert "<strong>" not in second
    assert "很有把握" not in second
    english = render_answer(in_parts(), "en")
    assert -1 not in order(english, "<strong>311个</strong>", "The nearest passages say nothing about")


def test_the_same_text_of_two_parts_is_shown_in_the_passage_of_each() -> None:
    passages = (passage("东港建成3座。", "3座"), passage("北港建成3座。", "3座"))
    parts = tuple(
        AnswerPart(f"{name}建成多少座", ("3座",), 0.9, None, None, (place,))
        for place, name in enumerate(("东港", "北港"))
    )
    answer = replace(answered(), texts=("3座", "3座"), passages=passages, alternatives=(), parts=parts)
    quotes = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", render_answer(answer, "zh"))
    assert quotes == ["东港建成<mark>3座</mark>。", "北港建成<mark>3座</mark>。"]
    assert answering(answer) == (0, 1)


def test_where_no_part_has_an_answer_each_says_why_once_and_what_is_near_follows() -> None:
    shown = render_answer(nothing_in_parts(), "zh")
    message = shown[: shown.index("<template")]
    assert -1 not in order(message, "东港引进了", "没有说是2021年", "深圳引进了", "没有提到“深圳”", "不是答案，但相近")
    assert (message.count("2021年"), message.count("没有提到“深圳”")) == (1, 1)


def test_figures_that_disagree_stand_side_by_side_each_with_its_source() -> None:
    shown = render_answer(answered(), "zh")
    box = shown[shown.index('<section class="wj-differ">') : shown.index("</section>")]
    sides = ["文档中说法不一", "这里采用", "311个", "001.txt", "另一说法", "320个", "年度盘点", "b/002.md 第 4 行"]
    assert -1 not in order(box, *sides)
    assert "wj-differ" not in render_answer(replace(answered(), alternatives=()), "zh")


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (0.97, "很有把握（97%）", "Very likely right (97%)"),
        (0.85, "很有把握（85%）", "Very likely right (85%)"),
        (0.6, "比较有把握（60%）", "Likely right (60%)"),
        (0.4, "把握一般，请对照原文（40%）", "Possibly right; check the source (40%)"),
        (0.0, "把握不大，请对照原文（0%）", "Uncertain; check the source (0%)"),
    ],
)
def test_confidence_is_said_in_words(value: float, zh: str, en: str) -> None:
    assert zh in render_answer(replace(answered(), confidence=value), "zh")
    assert en in render_answer(replace(answered(), confidence=value), "en")


def test_words_follow_the_language_of_the_page_whatever_the_question_is_in() -> None:
    shown = render_answer(answered(), "en", "id", ["那2022年呢?"])
    assert '<div class="wj" lang="en" data-turn="id">' in shown
    for said in ("001.txt, lines 71–77", "18 October 2023", "The documents disagree", "Why this passage", "Evidence"):
        assert said in shown
    chinese = render_answer(answered("How many projects?"), "zh", "id", ["And in 2022?"])
    left = re.sub(r"<[^>]*>|And in 2022\?|00[13]\.txt|b/002\.md|BM25", "", chinese)
    assert not re.search(r"[A-Za-z]{2,}", left), "no English is left in the Chinese page"


def test_an_english_page_says_a_chinese_figure_in_english() -> None:
    assert '<p class="wj-gloss">CNY 42.0 billion</p>' in render_answer(
        replace(answered(), texts=("420亿元",), passages=(passage(found="420亿元"),), alternatives=()), "en"
    )
    assert "wj-gloss" not in render_answer(answered(), "zh")


def test_a_refusal_says_why_and_shows_what_is_near_as_no_answer() -> None:
    chinese, english = render_answer(refused(), "zh"), render_answer(refused(), "en")
    assert -1 not in order(chinese, "最接近的内容没有提到“深圳”。", "不是答案，但相近", "高新区成绩单", "001.txt")
    assert -1 not in order(english, "say nothing about &quot;Shenzhen&quot;.", "Not an answer, but close", "001.txt")
    for shown in (chinese, english):
        assert "<strong>" not in shown
        assert "wj-confidence" not in shown


def test_a_refusal_without_passages_is_only_its_reason() -> None:
    shown = render_answer(replace(refused(), passages=()), "zh")
    assert "wj-chip" not in shown
    assert "wj-card" not in shown.replace("wj-cards", "")


def test_a_completed_question_is_shown() -> None:
    assert "理解为：沈阳引进了多少个项目?" in render_answer(answered("那沈阳呢?", asked="沈阳引进了多少个项目?"), "zh")
    assert "理解为" not in render_answer(answered(), "zh")


def test_what_was_understood_otherwise_can_be_asked_as_it_is_written() -> None:
    completed = answered("那沈阳呢?", asked="沈阳引进了多少个项目?")
    assert '<button type="button" class="wj-written" data-ask="那沈阳呢?">按原话问</button>' in render_answer(
        completed, "zh", "turn"
    )
    assert "Ask exactly as written" in render_answer(completed, "en", "turn")
    assert "Ask exactly as written" in render_answer(replace(in_parts(), asked="x"), "en", "turn")
    assert "wj-written" not in render_answer(completed, "zh"), "what cannot be asked of has no button"
    assert "wj-written" not in render_answer(answered(), "zh", "turn")


def test_the_cards_come_with_the_passages_that_hold_the_answer_first() -> None:
    shown = render_evidence(answered(), "zh")
    places = order(shown, "年度盘点", "b/002.md", "高新区成绩单", "开放引领", "2023年10月18日", "001.txt", "别的新闻")
    assert -1 not in places
    opener = 'data-file="001.txt" data-start="71" data-end="77" data-phrase="311个"'
    assert opener in shown


def test_a_card_marks_phrase_and_matched_words_differently_and_says_why() -> None:
    signals = Signals(("projects", "2023"), 0.812, 3.6418, 7.18, ("项目", "引进"))
    shown = render_evidence(replace(answered(), passages=(replace(passage(), signals=signals),)), "en")
    assert '新<span class="wj-word">引进项目</span><mark>311个</mark>' in shown
    levels = ("Close in meaning</dt><dd>low", "Same words</dt><dd>low", "Reads like an answer</dt><dd>high")
    for said in ("projects, 2023", *levels, "<dt>项目</dt><dd>item; project"):
        assert said in shown
    for figure in ("0.81", "3.6", "7.2"):
        assert figure not in shown
    assert "词语解释" not in render_evidence(answered(), "zh")


def test_the_sentence_of_an_answer_that_is_not_sure_comes_before_what_is_possibly_the_answer() -> None:
    unsure = replace(answered(), confidence=SURE - 0.01, alternatives=())
    chinese, english = render_answer(unsure, "zh"), render_answer(unsure, "en")
    assert -1 not in order(chinese, "<blockquote", "可能是", '<strong lang="zh-CN">311个</strong>', "把握一般")
    assert -1 not in order(english, "<blockquote", "Possibly", '<strong lang="zh-CN">311个</strong>')
    sure = render_answer(replace(unsure, confidence=SURE), "zh")
    assert -1 not in order(sure, "<strong>311个</strong>", "<blockquote")
    assert "可能是" not in sure


def test_answers_that_are_possibly_right_are_among_those_that_are_given() -> None:
    assert json.loads(CALIBRATION.read_text(encoding="utf-8"))["threshold"] < SURE < 1


def test_articles_that_agree_are_all_named_and_marked() -> None:
    passages = (passage(), passage("据悉引进311个。", title="又一篇", file="004.txt"), passage("无关。", "", "别的"))
    shown = render_answer(replace(answered(), passages=passages, alternatives=(), agreeing=2), "zh")
    message, cards = shown.split("<template")
    assert "2 篇文章一致" in message
    assert re.findall(r'data-card="(\d)"><span lang="zh-CN">(.*?)</span>', message) == [
        ("0", "高新区成绩单"),
        ("1", "又一篇"),
    ]
    assert cards.count("<mark>311个</mark>") == 2


def test_every_card_has_a_date_with_its_year_or_says_that_there_is_none() -> None:
    shown = render_evidence(answered(), "zh")
    assert -1 not in order(shown, "12月25日（没有年份）", "2023年10月18日", "没有日期")
    assert "25 December (year not given)" in render_evidence(answered(), "en")


def test_a_refusal_shows_two_near_passages_at_most() -> None:
    near = tuple(passage("无关。", "", f"第{number}篇", file=f"{number}.txt") for number in range(5))
    shown = render_answer(replace(refused(), passages=near), "zh")
    message, cards = shown.split("<template")
    assert message.count('class="wj-chip"') == cards.count("<article") == 2


def test_a_refusal_is_judged_by_whether_there_is_indeed_nothing() -> None:
    assert -1 not in order(render_answer(refused(), "zh", "turn"), "确实没有", "其实有")
    assert "答得对" not in render_answer(refused(), "zh", "turn")


def test_an_english_page_has_a_glossary_of_the_answers_own_sentence_and_names_in_pinyin() -> None:
    said = "李小明负责项目建设。"
    named = replace(answered(), texts=("李小明",), passages=(passage(said, "李小明"),), alternatives=())
    shown = render_answer(named, "en").split("<template")[0]
    assert "Glossary" in shown
    assert '<dt lang="zh-CN">项目</dt><dd>item; project' in shown
    assert "Li Xiaoming" in shown
    assert "Glossary" not in render_answer(named, "zh")


def test_a_short_answer_stays_on_one_line_and_a_long_one_may_break() -> None:
    assert marked("新增项目一二三四五六七八九十个。", [(0, 12)]).startswith("<mark>")
    assert marked("新增项目一二三四五六七八九十个。", [(0, 13)]).startswith('<mark class="wj-broken">')


def test_a_matched_number_is_not_marked_inside_a_longer_one() -> None:
    assert find_words(["23", "ai"], "2023年AI与said 23个") == [(13, 15), (5, 7)]


def test_hostile_text_is_shown_and_never_acts() -> None:
    text = f"甲。引进{HOSTILE}共311个。乙。"
    hostile = passage(text, title=HOSTILE, section=HOSTILE, file=HOSTILE, date=HOSTILE)
    plain = replace(answered(), passages=(passage("引进共311个。"),) * 2, alternatives=())
    answer = replace(plain, passages=(hostile, hostile), asked=HOSTILE)
    shown = Reader(render_answer(answer, "zh", HOSTILE, [HOSTILE]))
    had = Reader(render_answer(replace(plain, asked="x"), "zh", "turn", ["x"]))
    assert sorted(shown.tags) == sorted(had.tags)
    # the completed question, the next one, a chip twice, and of each card title, section, date, file and text; the
    # text of the first also as the sentence. A file's name stands there as everywhere, the others as they are copied.
    assert shown.text.count(show_controls(HOSTILE)) == 1 + 1 + 2 + 2 * 4 + 1
    assert shown.text.count(shown_name(HOSTILE)) == 2 + 2


@pytest.mark.parametrize("render", [render_question, lambda text: render_error(text, "zh")])
def test_questions_and_errors_are_shown_as_text(render: object) -> None:
    assert callable(render)
    shown = Reader(render(HOSTILE))
    assert set(shown.tags) <= {"div", "p"}
    assert shown.text == show_controls(HOSTILE)


def test_nothing_is_left_for_latex_bold_code_or_templates() -> None:
    source = "$$x$$ **b** `c` {{d}} ${e} <f> \\g a_b.txt"
    shown = escape(source)
    assert not set("$*`{}<>\\") & set(shown)
    assert "a_b.txt" in shown
    assert Reader(shown).text == source


def test_control_characters_become_visible() -> None:
    assert show_controls("a\u202eb\u2066c\u200fd\x00e\n\tf") == "a⟨U+202E⟩b⟨U+2066⟩c⟨U+200F⟩d⟨U+0000⟩e\n\tf"


def test_marks_stay_within_their_range_and_never_nest() -> None:
    assert marked("abcdefgh", [(4, 6), (1, 3), (2, 5)], (), 0, 7) == "a<mark>bcdef</mark>g"
    assert marked("abcd", [(1, 2)], [(0, 3)]) == (
        '<span class="wj-word">a</span><mark>b</mark><span class="wj-word">c</span>d'
    )
    assert marked(TEXT, [(0, 3)], (), 1, 5) == f"<mark>{TEXT[1:3]}</mark>{TEXT[3:5]}"


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
    assert date_text(date, "zh") == zh
    assert date_text(date, "en") == en


def test_an_incomplete_list_says_how_many_there_should_be() -> None:
    listed = replace(answered(), alternatives=(), of=3)

    assert "不完整：应有 3 个，找到 1 个。" in render_answer(listed, "zh")
    assert "Incomplete: 1 of 3 found." in render_answer(listed, "en")
    assert "不完整" not in render_answer(answered(), "zh")


def test_a_passage_from_a_scan_says_so_on_its_card() -> None:
    scan = replace(passage(), sources=(Source("a.pdf", "page", 4, 4, scanned=True),))
    shown = render_evidence(replace(answered(), passages=(scan,), alternatives=()), "zh")
    assert "a.pdf 第 4 页（扫描件）" in shown
    assert "这段文字从图像中识别而来，请对照原件。" in shown
    assert "Recognised in a picture" in render_evidence(replace(answered(), passages=(scan,)), "en")
    assert "识别" not in render_evidence(answered(), "zh")


def test_a_cell_is_named_on_the_chip_and_its_sheet_given_to_the_page() -> None:
    cell = replace(passage(), sources=(Source("a.xlsx", "row", 5, 5, '甲"乙', "B5"),))
    shown = render_answer(replace(answered(), passages=(cell,), alternatives=()), "zh")
    assert "a.xlsx 表“甲&quot;乙” B5" in shown
    assert 'data-file="a.xlsx" data-sheet="甲&quot;乙" data-start="5" data-end="5"' in shown


def test_a_greeting_is_not_judged_and_has_no_room_for_evidence() -> None:
    greeting = replace(refused("你好"), reason=Reason("greeting", "你好！", "Hello!"), passages=())
    shown = render_answer(greeting, "zh", "turn")
    assert "你好！" in shown
    assert "wj-do" not in shown
    assert '<template class="wj-cards"></template>' in shown
    assert "确实没有" in render_answer(refused(), "zh", "turn"), "of a refusal one can say whether it is right"
