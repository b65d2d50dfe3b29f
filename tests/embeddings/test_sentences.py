from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chinese.quantities import find_quantities
from chinese.sentences import split_long, split_sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def parts(text: str, limit: int) -> list[str]:
    return [text[start:end] for start, end in split_long(text, 0, len(text), limit)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第一句。第二句！第三句？", ["第一句。", "第二句！", "第三句？"]),
        ("没有句号", ["没有句号"]),
        ("什么?!真的。", ["什么?!", "真的。"]),
        ("好。。。下一句。", ["好。。。", "下一句。"]),
        ("第一段\n第二段。", ["第一段", "第二段。"]),
        ("  前后有空白。  后句。 ", ["前后有空白。", "后句。"]),
        ("共80个……5月17日举行。", ["共80个……5月17日举行。"]),
        ("获评最佳城市……", ["获评最佳城市……"]),
        ("甲企业;乙企业；丙企业。", ["甲企业;乙企业；丙企业。"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_a_sentence_ends_after_its_full_stop(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("他说：“好。就这样。”我走了。", ["他说：“好。就这样。”", "我走了。"]),
        ("“好。”他说。", ["“好。”", "他说。"]),
        ("甲说：“好。”乙说：“不好！”", ["甲说：“好。”", "乙说：“不好！”"]),
        ("他问：“去吗？”、“不去。”", ["他问：“去吗？”、“不去。”"]),
        ("成绩“突出。”的人。", ["成绩“突出。”的人。"]),
        ("‘甲。乙’丙。", ["‘甲。乙’丙。"]),
        ("「水電。」他說。", ["「水電。」", "他說。"]),
        ("（注：甲。乙）丙。丁。", ["（注：甲。乙）丙。", "丁。"]),
        ("（见图。）下文。", ["（见图。）", "下文。"]),
        ("出台《办法。细则》。好。", ["出台《办法。细则》。", "好。"]),
        ("说“他讲‘行。好。’我听。”完。", ["说“他讲‘行。好。’我听。”", "完。"]),
    ],
)
def test_a_quotation_or_bracket_is_never_cut(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_a_quotation_that_never_closes_swallows_nothing() -> None:
    assert cut("“未合的引号。后文。") == ["“未合的引号。", "后文。"]
    long = "“" + "甲。" * 300 + "”"
    assert len(cut(long)) == 300


def test_a_closing_mark_that_nothing_opened_is_harmless() -> None:
    assert cut("甲”乙。丙）丁。") == ["甲”乙。", "丙）丁。"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rose 1.5 percent. The rest fell.", ["It rose 1.5 percent.", "The rest fell."]),
        ("Its founder, Dr. Ho, agreed. Mr. Li too.", ["Its founder, Dr. Ho, agreed.", "Mr. Li too."]),
        ("1. Apples are red. Pears too.", ["1. Apples are red.", "Pears too."]),
        ("Ready? Yes! Go.", ["Ready?", "Yes!", "Go."]),
        ("见http://a.cn/?id=3页面。好。", ["见http://a.cn/?id=3页面。", "好。"]),
    ],
)
def test_a_latin_full_stop_ends_a_sentence_before_a_capital(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_no_sentence_is_cut_through_a_quantity() -> None:
    assert cut("营收3.5亿元。增长4.5%。") == ["营收3.5亿元。", "增长4.5%。"]


def test_a_long_sentence_is_cut_after_a_semicolon_before_a_comma() -> None:
    assert parts("甲" * 8 + "，" + "乙" * 4 + "；" + "丙" * 4, 16) == ["甲" * 8 + "，" + "乙" * 4 + "；", "丙" * 4]


def test_a_long_sentence_without_semicolons_is_cut_after_the_last_comma() -> None:
    assert parts("甲乙丙丁，戊己庚辛，壬癸子丑", 12) == ["甲乙丙丁，戊己庚辛，", "壬癸子丑"]


def test_a_long_sentence_without_commas_is_cut_after_an_enumeration_comma() -> None:
    assert parts("甲乙丙丁、戊己庚辛、壬癸子丑", 12) == ["甲乙丙丁、戊己庚辛、", "壬癸子丑"]


def test_a_long_sentence_without_any_mark_is_cut_at_the_limit() -> None:
    assert parts("甲" * 25, 10) == ["甲" * 10, "甲" * 10, "甲" * 5]


def test_a_long_sentence_is_not_cut_inside_a_quotation() -> None:
    assert parts("甲乙丙丁，“戊己，庚辛”壬癸", 12) == ["甲乙丙丁，", "“戊己，庚辛”壬癸"]


def test_a_quotation_longer_than_the_limit_is_cut_inside() -> None:
    assert parts("“" + "甲" * 6 + "，" + "乙" * 12 + "”", 12) == ["“" + "甲" * 6 + "，", "乙" * 12, "”"]


@pytest.mark.parametrize("limit", [440, 441, 442, 443, 444, 445])
def test_a_long_sentence_is_not_cut_through_a_quantity_at_the_limit(limit: int) -> None:
    text = "甲" * 438 + "12.6亿元" + "乙" * 100
    assert any("12.6亿元" in part for part in parts(text, limit))


def test_a_figure_is_not_cut_after_its_thousands_separator() -> None:
    assert parts("甲" * 8 + "18,297" + "乙" * 8, 12) == ["甲" * 8, "18,297" + "乙" * 6, "乙" * 2]


def test_a_latin_word_is_not_cut() -> None:
    assert parts("甲" * 8 + "Bosch" + "乙" * 8, 10)[:2] == ["甲" * 8, "Bosch" + "乙" * 5]


def test_a_range_within_the_limit_stays_whole() -> None:
    assert split_long("甲乙丙丁", 1, 3, 2) == ((1, 3),)


TEXTS = st.one_of(
    st.text(max_size=120),
    st.text(alphabet="甲乙。！？“”‘’（）《》，；、…\n .?!aZ12%亿元3家", max_size=120),
)


@given(TEXTS)
def test_sentences_are_ordered_apart_and_cover_everything_but_blanks(text: str) -> None:
    last = 0
    for start, end in split_sentences(text):
        assert last <= start < end
        assert not text[last:start].strip()
        assert text[start:end] == text[start:end].strip()
        last = end
    assert not text[last:].strip()


@given(TEXTS)
def test_splitting_a_sentence_again_gives_the_sentence(text: str) -> None:
    sentences = cut(text.replace("“", "").replace("‘", ""))
    assert [cut(sentence) for sentence in sentences if not set("”’）》") & set(sentence)] == [
        [sentence] for sentence in sentences if not set("”’）》") & set(sentence)
    ]


@given(TEXTS, st.integers(min_value=8, max_value=60))
def test_long_parts_follow_on_each_other_within_the_limit(text: str, limit: int) -> None:
    ranges = split_long(text, 0, len(text), limit)
    assert ranges[0][0] == 0
    assert ranges[-1][1] == len(text)
    for (_, end), (start, _) in pairwise(ranges):
        assert end == start
    assert all(end - start <= limit for start, end in ranges)
    assert all(end > start for start, end in ranges) or not text


@given(
    st.lists(st.sampled_from(["甲乙丙", "，", "、", "12.6亿元", "近1000家", "2023年4月9日"]), min_size=10, max_size=60)
)
def test_long_parts_cut_no_quantity(pieces: list[str]) -> None:
    text = "".join(pieces)
    ends = {end for _, end in split_long(text, 0, len(text), 40)}
    for quantity in find_quantities(text):
        # A row of quantities without anything between them may be read in another way from its middle.
        if text[quantity.start - 1 : quantity.start] in ("，", "、", "丙"):
            assert not ends & set(range(quantity.start + 1, quantity.end))


@pytest.mark.parametrize("unit", ["（", "”", "（”", "“。", "。", "a. A", "？", "（）"])
def test_a_long_run_of_marks_is_split_in_passing(unit: str) -> None:
    before = time.process_time()
    split_sentences(unit * (20_000 // len(unit)))
    assert time.process_time() - before < 5
