"""Whatever a question or an article holds, reading it raises nothing: it is asked beside documents nobody checked."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chinese.agreement import sense_of_quantity
from chinese.classes import classes_of
from chinese.dates import iso_date, read_period
from chinese.facts import Said, facts_of
from chinese.ordinals import limit_ranges, ordinals_of
from chinese.periods import months_of, short_years, with_full_years, year_mentions
from chinese.places import places_of
from chinese.quantities import find_quantities
from chinese.tokens import fold
from qa.deciding.comparing import compare
from qa.english.gloss import gloss
from qa.question.followup import complete
from qa.question.naming import subject_of
from qa.question.parts import MOST_PARTS, understand
from qa.question.question import parse_question
from qa.reading.rules import read
from tests.qa.support import chunk, looked_into

NUMERALS = st.text("零〇○一二两三四五六七八九十百千万亿半几多余0123456789０５⁵½.,，%％第前后上下首约近", max_size=6)
UNITS = st.sampled_from(["", *"个月 月 月份 年 年代 季度 个季度 日 号 时 点 世纪 届 批 期 名 家 亿元 亩".split()])
AROUND = st.sampled_from(["", *"前 第 民国 公元前 上半年 至 到 — 以上 增加到 由 东港 总投资 多少 ? 其中 比".split()])
DATED = st.lists(st.tuples(AROUND, NUMERALS, UNITS).map("".join), max_size=5).map("".join)
ANY = st.one_of(DATED, st.text(max_size=40), st.tuples(DATED, st.text(max_size=10), DATED).map("".join))
ALL = settings(max_examples=400, deadline=None)


@ALL
@given(ANY)
@example("前十十个月")
@example("十十月")
@example("前十十十个月的产量是多少?")
@example("1999年十三月四十五日")
def test_any_text_is_read_as_an_article(text: str) -> None:
    folded = fold(text)

    months_of(folded)
    year_mentions(folded, "2023-05-06")
    short_years(folded)
    with_full_years(folded)
    ordinals_of(folded)
    list(limit_ranges(folded))
    classes_of(folded)
    places_of(folded)
    for figure in find_quantities(text):
        sense_of_quantity(figure)
        gloss(figure.text)
        read_period(fold(figure.text))
        iso_date(fold(figure.text), 2023)
    read_period(folded)
    iso_date(folded, 2023)


@ALL
@given(ANY, ANY)
@example("前十十个月产量是多少", "前十十个月产量达到5吨")
def test_any_text_is_asked_about_any_other(question: str, text: str) -> None:
    parsed = parse_question(question)

    said = Said(fold(text))
    for place in (0, len(text) // 2, len(text)):
        compare(parsed.wanted, facts_of(said, place, len(text), "2023-05-06", [said]), parsed.asked)
    if text.strip():
        read(looked_into(chunk(text, "标题")), parsed)


@ALL
@given(ANY, ANY)
def test_any_question_is_completed_and_taken_apart(question: str, before: str) -> None:
    subject_of(question)
    complete(question, [before])
    found = understand(question, [before])

    assert 1 <= len(found.parts) <= MOST_PARTS


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("前十个月", ((1, 10),)),
        ("前十一个月", ((1, 11),)),
        ("前十十个月", ()),
        ("前三三个月", ()),
        ("前二十个月", ()),
        ("前0个月", ()),
        ("十二月", ((12, 12),)),
    ],
)
def test_months_are_those_that_a_year_has(text: str, months: tuple[tuple[int, int], ...]) -> None:
    assert months_of(text) == months
