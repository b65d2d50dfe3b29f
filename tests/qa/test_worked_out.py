"""What is worked out from figures made by hand, and what is refused: figures of one measure, meant in one way."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from chinese.quantities import find_quantities
from qa.figures.several.asking import several_asked
from qa.figures.several.worked_out import Attempt, work_out
from qa.question.question import parse_question
from qa.types import Figure, Source, WorkedOut
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Sequence


def said(text: str, period: str = "2023", whose: str = "云岭县", measure: str = "引进项目", **more: Any) -> Figure:
    """A figure of a sentence of its own: 2023年云岭县引进项目47个."""
    (quantity,) = find_quantities(text)
    amount = quantity.amount
    value = None if amount is None or amount.value is None else float(amount.value)
    exact = amount is not None and amount.bound == "exact"
    before = f"{period}年{whose}{measure}"
    made = Figure(
        text, value, value if exact else None, value if exact else None, quantity.unit, measure, whose, period, "",
        "result", f"{before}{text}。", len(before), len(before) + len(text), f"{whose}新闻", "2024-02-01",
        (Source(f"{whose}{period}.txt", "line", 3, 3),),
    )  # fmt: skip
    return replace(made, **more)


YEARS = (said("28个", "2020"), said("35个", "2021"), said("52个", "2022"), said("47个", "2023"))
PLACES = (
    said("118家", whose="东川区", measure="高新技术企业"),
    said("96家", whose="西塘区", measure="高新技术企业"),
    said("205家", whose="南浦区", measure="高新技术企业"),
)


def attempt(question: str, figures: Sequence[Figure]) -> Attempt | None:
    parsed = parse_question(question)
    several = several_asked(parsed)
    assert several is not None, question
    return work_out(parsed, several, lambda _: figures)


def results(question: str, figures: Sequence[Figure] = YEARS) -> tuple[str, ...]:
    made = attempt(question, figures)
    assert made is not None
    assert made.found is not None, made.reason
    return made.found.results


def reason(question: str, figures: Sequence[Figure] = YEARS) -> str:
    made = attempt(question, figures)
    assert made is not None
    assert made.found is None
    assert made.reason is not None
    return made.reason.zh


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("云岭县哪一年引进项目最多?", ("2022年",)),
        ("云岭县引进项目最少的是哪一年?", ("2020年",)),
        ("2020年到2021年，云岭县哪一年引进项目最多?", ("2021年",)),
        ("云岭县2022年引进项目比2021年增加多少个?", ("17个",)),
        ("云岭县2022年比2021年多引进多少个项目?", ("17个",)),
        ("云岭县2023年引进项目比2022年增加多少个?", ("减少5个",)),
        ("云岭县2021年引进项目比2020年增长百分之几?", ("25%",)),
        ("云岭县2021年引进项目比2020年增长了多少?", ("增加7个", "增长25%")),
        ("云岭县2020年到2022年一共引进多少个项目?", ("115个",)),
        ("云岭县近三年引进项目分别是多少?", ("2021年35个", "2022年52个", "2023年47个")),
        ("云岭县哪几年引进项目超过40个?", ("2022年", "2023年")),
        ("云岭县哪几年引进项目超过60个?", ("没有",)),
        ("云岭县引进项目最多的两年是哪几年?", ("2022年", "2023年")),
    ],
)
def test_figures_of_one_place_through_the_years(question: str, expected: tuple[str, ...]) -> None:
    assert results(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("哪个区高新技术企业最多?", ("南浦区",)),
        ("2023年高新技术企业最少的区是哪个?", ("西塘区",)),
        ("东川区和西塘区哪个高新技术企业更多?", ("东川区",)),
        ("东川区和西塘区高新技术企业相差多少家?", ("22家",)),
        ("东川区比西塘区多多少家高新技术企业?", ("22家",)),
        ("高新技术企业数量排在前两名的是哪几个区?", ("南浦区", "东川区")),
        ("哪些区高新技术企业超过100家?", ("东川区", "南浦区")),
        ("东川区和西塘区高新技术企业合计多少家?", ("214家",)),
    ],
)
def test_figures_of_several_places(question: str, expected: tuple[str, ...]) -> None:
    assert results(question, PLACES) == expected


def test_an_answer_says_from_which_figures_and_how() -> None:
    made = attempt("云岭县2022年引进项目比2021年增加多少个?", YEARS)
    assert made is not None
    assert made.found == WorkedOut(
        ("17个",), "2022年52个 − 2021年35个 = 17个", "52 (2022) − 35 (2021) = 17", (YEARS[1], YEARS[2])
    )


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("云岭县2019年到2021年一共引进多少个项目?", "2019年"),
        ("云岭县2022年引进项目比2018年增加多少个?", "2018年"),
        ("云岭县近五年引进项目分别是多少?", "2019年"),
    ],
)
def test_a_year_without_a_figure_is_named(question: str, named: str) -> None:
    assert f"缺{named}" in reason(question)


def test_the_most_of_all_years_is_not_said_where_one_between_them_is_lacking() -> None:
    assert "缺2022年" in reason("云岭县哪一年引进项目最多?", (YEARS[0], YEARS[1], YEARS[3]))


def test_a_place_without_a_figure_is_named() -> None:
    assert "缺北陵区" in reason("东川区和北陵区高新技术企业相差多少家?", PLACES)


@pytest.mark.parametrize(
    "other",
    [
        {"mode": "target"},
        {"mode": "plan"},
        {"mode": "share"},
        {"mode": "per head"},
        {"measure": "签约项目"},
        {"whose": "青云县"},
        {"part": "外资"},
    ],
)
def test_what_is_meant_otherwise_stands_for_no_result(other: dict[str, Any]) -> None:
    made = attempt("云岭县2024年引进项目比2023年增加多少个?", (*YEARS, said("60个", "2024", **other)))
    assert made is None or made.found is None


def test_the_change_that_a_text_gives_itself_is_the_answer_though_a_year_is_lacking() -> None:
    changed = said("60个", "2024", measure="引进项目减少", mode="change")
    changed = replace(changed, measure="引进项目")
    assert results("云岭县2024年引进项目比2023年减少多少个?", (*YEARS, changed)) == ("60个",)
    assert results("云岭县2024年引进项目比2023年增加多少个?", (*YEARS, changed)) == ("减少60个",)
    unsaid = said("60个", "2024", mode="change")
    assert "缺2024年" in reason("云岭县2024年引进项目比2023年增加多少个?", (*YEARS, unsaid))
    assert "缺2024年" in reason("云岭县2024年引进项目比2022年增加多少个?", (*YEARS, changed))  # it is from 2023


def test_a_year_of_which_only_a_target_is_there_is_said_to_be_so() -> None:
    target = said("60个", "2024", mode="target")
    assert "2024年只有目标或计划" in reason("云岭县2024年引进项目比2023年增加多少个?", (*YEARS, target))


def test_the_figure_of_the_whole_city_is_not_that_of_a_county_in_it() -> None:
    city = said("900个", "2023", whose="全市", title="云岭县新闻")
    assert results("云岭县哪一年引进项目最多?", (*YEARS, city)) == ("2022年",)


def test_a_sum_so_far_is_not_compared_with_years() -> None:
    before = said("310个", "2024")
    total = replace(before, mode="total", sentence=f"累计{before.sentence}", start=before.start + 2, end=before.end + 2)
    assert "缺2024年" in reason("云岭县2024年引进项目比2023年增加多少个?", (*YEARS, total))


def test_texts_that_disagree_decide_nothing() -> None:
    other = replace(said("55个", "2022"), sources=(Source("b.txt", "line", 1, 1),))
    assert "52个、55个" in reason("云岭县2022年引进项目比2021年增加多少个?", (*YEARS, other))


def test_copies_and_a_rounded_figure_agree_with_the_exact_one() -> None:
    money = {"measure": "总投资", "unit": "元"}
    figures = (
        said("45530万元", "2022", **money),
        said("4.6亿元", "2022", **money),
        said("5亿元", "2023", **money),
    )
    assert results("云岭县2023年总投资比2022年增加多少?", figures) == ("4470万元",)


def test_what_is_only_about_so_many_is_compared_but_not_subtracted() -> None:
    figures = (said("约20个", "2022"), said("47个", "2023"))
    assert results("云岭县哪一年引进项目最多?", figures) == ("2023年",)
    assert "约20个" in reason("云岭县2023年引进项目比2022年增加多少个?", figures)


def test_shares_differ_by_points_and_are_not_summed_up() -> None:
    rates = (
        said("3.2%", "2022", measure="失业率", unit="%"),
        said("2.9%", "2023", measure="失业率", unit="%"),
    )
    assert results("云岭县2023年失业率比2022年下降多少?", rates) == ("下降0.3个百分点",) or results(
        "云岭县2023年失业率比2022年下降多少个百分点?", rates
    ) == ("0.3个百分点",)
    assert "不能这样计算" in reason("云岭县2022年和2023年失业率合计多少?", rates)


def test_stocks_at_the_end_of_years_are_not_summed_up() -> None:
    stocks = tuple(replace(item, sentence=f"截至年底，{item.sentence}") for item in YEARS[:2])
    moved = tuple(replace(item, start=item.start + 5, end=item.end + 5) for item in stocks)
    assert "不能这样计算" in reason("云岭县2020年和2021年项目合计多少个?", moved)


def test_two_measures_of_which_either_may_be_meant_are_named() -> None:
    figures = [
        said(text, period, measure=measure)
        for measure, texts in (("新签约工业项目", ("3个", "5个")), ("新签约农业项目", ("7个", "9个")))
        for period, text in zip(("2022", "2023"), texts, strict=True)
    ]
    text = reason("云岭县2023年签约项目比2022年增加多少个?", figures)
    assert "工业项目" in text
    assert "农业项目" in text


def test_a_district_within_the_words_of_a_measure_is_not_forgotten() -> None:
    odd = said("240家", whose="南浦区", measure="北港区高新技术企业")
    assert results("哪个区高新技术企业最多?", (*PLACES, odd)) == ("北港区",)


def test_a_figure_without_a_name_is_of_whom_the_title_names() -> None:
    figures = tuple(replace(item, whose="") for item in YEARS)
    assert results("云岭县哪一年引进项目最多?", figures) == ("2022年",)


def test_the_part_of_a_whole_is_found_by_its_own_words() -> None:
    def part(period: str, whole: str, own: str) -> tuple[Figure, Figure]:
        sentence = f"{period}年粮食总产量{whole}，其中小麦{own}。"
        first, last = sentence.index(whole), sentence.index(own)
        return (
            said(whole, period, measure="粮食总产量", sentence=sentence, start=first, end=first + len(whole)),
            said(own, period, measure="小麦", sentence=sentence, start=last, end=last + len(own)),
        )

    figures = (*part("2022", "18万吨", "8.9万吨"), *part("2023", "19万吨", "9.4万吨"))
    assert results("云岭县2023年小麦产量比2022年增加多少?", figures) == ("0.5万吨",)
    assert results("云岭县2023年粮食总产量比2022年增加多少?", figures) == ("1万吨",)


@pytest.mark.parametrize(
    "question",
    [
        "云岭县2023年引进了多少个项目?",
        "最大的水库哪一年建成?",
        "云岭县2023年比2022年项目增加的原因是什么?",
        "云岭县为什么2022年引进项目最多?",
        "云岭县2023年引进项目是否比2022年多?",
        "Who is the mayor of Yunling?",
    ],
)
def test_any_other_question_is_none_over_several_figures(question: str) -> None:
    assert several_asked(parse_question(question)) is None


def test_no_question_that_the_seeds_are_tried_with_is_taken_for_one() -> None:
    """So that all of them are answered as they were before anything was worked out."""
    lines = (REPOSITORY / "tests" / "data" / "seeds_dev.jsonl").read_text(encoding="utf-8").splitlines()
    assert [text for line in lines if several_asked(parse_question(text := json.loads(line)["question"]))] == []


# --- things that a question lists itself, and other ways to ask

CROPS = (
    said("17.9万吨", measure="夏粮产量", unit="千克"),
    said("30.4万吨", measure="秋粮产量", unit="千克"),
    said("2.4万吨", measure="油料产量", unit="千克"),
)
SPENT = tuple(
    said(text, whose="云岭县", measure=measure)
    for text, measure in (("9.8亿元", "教育支出"), ("8.6亿元", "社会保障和就业支出"), ("5.1亿元", "卫生健康支出"))
)


@pytest.mark.parametrize(
    ("question", "figures", "expected"),
    [
        ("2023年夏粮、秋粮加起来多少万吨?", CROPS, "48.3万吨"),
        ("2023年夏粮加秋粮是多少?", CROPS, "48.3万吨"),
        ("云岭县2023年教育、社会保障和就业、卫生健康三项支出一共多少?", SPENT, "23.5亿元"),
        ("2023年秋粮产量比夏粮产量多多少?", CROPS, "12.5万吨"),
    ],
)
def test_things_that_a_question_lists_have_a_figure_each(
    question: str, figures: tuple[Figure, ...], expected: str
) -> None:
    assert results(question, figures) == (expected,)


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("2023年夏粮、秋粮、早稻加起来多少万吨?", CROPS),
        ("云岭县2023年教育、农林水、卫生健康三项支出一共多少?", SPENT),
    ],
)
def test_two_of_three_things_are_not_summed_up(question: str, figures: tuple[Figure, ...]) -> None:
    made = attempt(question, figures)
    assert made is None or made.found is None


MONTHS = tuple(said(text, f"2024-0{month}", measure="受理工单") for month, text in ((4, "812件"), (5, "905件")))


@pytest.mark.parametrize(
    ("question", "figures", "expected"),
    [
        ("按高新技术企业从多到少排一下", PLACES, ("南浦区", "东川区", "西塘区")),
        ("三个区里,2023年高新技术企业过100家的有哪些?", PLACES, ("东川区", "南浦区")),
        ("2023年高新技术企业最少的区是?", PLACES, ("西塘区",)),
        ("高新技术企业最多的前两个区有哪些?", PLACES, ("南浦区", "东川区")),
        ("云岭县2021年以来哪一年引进项目最多?", YEARS, ("2022年",)),
        ("请列出云岭县2021年、2022年引进项目的数量", YEARS, ("2021年35个", "2022年52个")),
        ("云岭县近三年每年引进项目多少个?", YEARS, ("2021年35个", "2022年52个", "2023年47个")),
        ("云岭县5月受理工单比4月多多少件?", MONTHS, ("93件",)),
    ],
)
def test_other_ways_to_ask(question: str, figures: tuple[Figure, ...], expected: tuple[str, ...]) -> None:
    assert results(question, figures) == expected


def test_months_of_two_years_are_not_guessed() -> None:
    others = tuple(replace(item, period=item.period.replace("2024", "2023")) for item in MONTHS)
    assert attempt("云岭县5月受理工单比4月多多少件?", (*MONTHS, *others)) is None


def test_which_grew_fastest_is_told_by_the_changes_not_by_the_amounts() -> None:
    amounts = tuple(
        said(text, whose=name, measure="产值") for name, text in (("东川区", "90亿元"), ("西塘区", "20亿元"))
    )
    changes = tuple(
        said(text, whose=name, measure="产值", mode="change") for name, text in (("东川区", "3%"), ("西塘区", "9%"))
    )
    assert results("2023年哪个区产值增长最快?", (*amounts, *changes)) == ("西塘区",)


def test_a_city_that_is_all_of_its_districts_is_none_of_them() -> None:
    city = said("419家", whose="澜江市", measure="高新技术企业")
    assert results("哪些县区高新技术企业超过100家?", (*PLACES, city)) == ("东川区", "南浦区")


def test_a_holiday_is_asked_of_the_texts_that_name_it() -> None:
    may = said("41万人次", measure="接待游客", title="云岭县五一假期")
    october = (
        said("71万人次", "2022", measure="接待游客", title="云岭县国庆假期"),
        said("83万人次", measure="接待游客", title="云岭县国庆假期"),
    )
    assert results("云岭县2023年国庆假期接待游客比2022年国庆增加多少?", (may, *october)) == ("12万人次",)


def test_what_is_new_is_not_what_there_is() -> None:
    made = attempt("2023年东川区新增高新技术企业比西塘区多多少家?", PLACES)
    assert made is None or made.found is None


@pytest.mark.parametrize(("asked", "measure"), [("出口", "进出口"), ("小学", "中小学")])
def test_a_word_within_another_is_not_said_by_it(asked: str, measure: str) -> None:
    figures = tuple(said(text, year, measure=f"{measure}数量") for year, text in (("2022", "7家"), ("2023", "9家")))
    made = attempt(f"云岭县2023年{asked}数量比2022年增加多少家?", figures)
    assert made is None or made.found is None


def test_what_a_thing_could_do_is_not_what_it_did() -> None:
    did = said("6.4万吨", measure="处理量", whose="东港", unit="千克")
    could = said("10万吨", measure="设计处理能力", whose="西港", unit="千克")
    made = attempt("东港、西港2023年处理量合计多少万吨?", (did, could))
    assert made is None or made.found is None


def test_a_district_that_is_called_as_its_city_is_one_of_all() -> None:
    named = said("87家", whose="东川新区", measure="高新技术企业")
    assert results("东川市哪个区高新技术企业最少?", (*PLACES[1:], named)) == ("东川新区",)
