from __future__ import annotations

import pytest

from qa.reading.edges import trimmed, whole


def _cut(marked: str) -> tuple[str, int, int]:
    """A text whose range stands between two |, and that range."""
    before, inside, after = marked.split("|")
    return before + inside + after, len(before), len(before) + len(inside)


@pytest.mark.parametrize(
    ("marked", "unit"),
    [
        ("家电类价格下降2.|6%|,服装类持平", "2.6%"),
        ("家电类价格下降|2|.6%,服装类持平", "2.6%"),
        ("气温降至零下|12|℃", "零下12℃"),
        ("最低为-|7|℃", "-7℃"),
        ("注册资本|1,200|.5万元", "1,200.5万元"),
        ("建成泵站|17|座", "17座"),
        ("全长三十|六公里|", "三十六公里"),
        ("处二万元|以上十万元|以下罚款", "二万元以上十万元以下"),
        ("处|二万元以上|十万元以下罚款", "二万元以上十万元以下"),
        ("满三年以上|不足五年|的", "三年以上不足五年"),
        ("株高|30|-45厘米", "30-45厘米"),
        ("联系人手机:151|****3302|。", "151****3302"),
        ("身份证号|3707|********0012", "3707********0012"),
        ("电话0631-|5281203|", "0631-5281203"),
        ("电话|0631|-5281203", "0631-5281203"),
        ("热线400-|820|-8820", "400-820-8820"),
        ("文号为川府发〔2019〕|23号|", "川府发〔2019〕23号"),
        ("文号为|川府发〔2019|〕23号", "川府发〔2019〕23号"),
        ("标准号为GB/T |2828|.1", "2828.1"),
        ("机型是C|919|客机", "C919"),
        ("由Blue |Ocean|s公司承建", "Oceans"),
        ("每日8:|30|开门", "8:30"),
        ("活动由|中共|云溪县委宣传部主办", "中共云溪县委宣传部"),
        ("|中共云溪|县委书记王明", "中共云溪县委"),
        ("出版《河|港志|》一书", "《河港志》"),
    ],
)
def test_what_an_edge_would_cut_is_whole(marked: str, unit: str) -> None:
    text, start, end = _cut(marked)
    first, last = whole(text, start, end)

    assert text[first:last] == unit


@pytest.mark.parametrize(
    "marked",
    [
        "|1907年|8月建成",
        "1907年|8月|建成",
        "今有|甲乙|两厂",
        "9月到|4月|不下雨",
        "占|7%|左右",
        "增产|7%|,减员3%",
        "|河港志|第3卷",
    ],
)
def test_what_no_edge_cuts_stays_as_it_is(marked: str) -> None:
    text, start, end = _cut(marked)

    assert whole(text, start, end) == (start, end)


@pytest.mark.parametrize(
    ("phrase", "bare"),
    [
        ("“奋战五年”", "奋战五年"),
        ("“奋战五年", "奋战五年"),
        ("奋战五年”目标", "奋战五年”目标"),
        ("。第三产业,", "第三产业"),
        ("晨光(沈阳)有限公司", "晨光(沈阳)有限公司"),
        ("晨光有限公司)", "晨光有限公司"),
        ("(ABC)", "(ABC)"),
        ("《办法》", "办法"),
        ("《办法》和《细则》", "《办法》和《细则》"),
        ("，。", ""),
    ],
)
def test_a_phrase_is_trimmed_of_marks_that_are_not_its_own(phrase: str, bare: str) -> None:
    start, end = trimmed(phrase, 0, len(phrase))

    assert phrase[start:end] == bare


def test_a_quotation_that_ends_inside_a_range_has_its_opening_mark_too() -> None:
    text = "提出“苦干三年、再上台阶”目标"

    closing = text.index("”")

    assert trimmed(text, 3, len(text)) == (2, len(text))
    assert trimmed(text, 3, closing + 1) == (3, closing)


def test_an_opening_mark_at_the_end_is_dropped_rather_than_its_title_taken() -> None:
    text = "办法另行公布。《河港志》"

    assert trimmed(text, 0, 8) == (0, 6)
