from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chinese.agreement import sense_of_quantity
from chinese.dates import iso_date
from chinese.numerals import read_number
from chinese.quantities import Quantity, find_quantities

if TYPE_CHECKING:
    from chinese.amounts import Amount


def one(text: str) -> Quantity:
    (quantity,) = find_quantities(text)
    return quantity


def amount(text: str) -> Amount:
    found = one(text).amount
    assert found is not None
    return found


def number(text: str) -> Fraction:
    return Fraction(Decimal(text))


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("12.6亿元", "1260000000", "CNY"),
        ("126000万元", "1260000000", "CNY"),
        ("45530万元", "455300000", "CNY"),
        ("4亿9千万元", "490000000", "CNY"),
        ("2亿4,000万元", "240000000", "CNY"),
        ("1亿7千5百万美元", "175000000", "USD"),
        ("1亿2345万6789元", "123456789", "CNY"),
        ("3万5000元", "35000", "CNY"),
        ("3万亿元", "3000000000000", "CNY"),
        ("一亿二千三百万四千元", "123004000", "CNY"),
        ("五点六亿元", "560000000", "CNY"),
        ("1,234,567.89元", "1234567.89", "CNY"),
        ("１２．６亿元", "1260000000", "CNY"),
        ("123456789012345678元", "123456789012345678", "CNY"),
        ("5元8角", "5.8", "CNY"),
        ("7亿欧元", "700000000", "EUR"),
        ("2500日圆", "2500", "JPY"),
        ("650万港币", "6500000", "HKD"),
        ("2000亿金马克", "200000000000", "金马克"),
        ("5千克", "5", "千克"),
        ("8吨", "8000", "千克"),
        ("5斤", "2.5", "千克"),
        ("12.6公里", "12600", "米"),
        ("35km", "35000", "米"),
        ("1米75", "1.75", "米"),
        ("3亩", "2000", "平方米"),
        ("2公顷", "20000", "平方米"),
        ("1.5平方公里", "1500000", "平方米"),
        ("3年", "36", "个月"),
        ("3年半", "42", "个月"),
        ("4个半小时", "16200", "秒"),
        ("2小时40分", "9600", "秒"),
        ("3分33秒62", "213.62", "秒"),
        ("2周", "14", "天"),
        ("5个工作日", "5", "工作日"),
        ("300万千瓦", "3000000000", "瓦"),
        ("气温-5℃", "-5", "℃"),
        ("零下5℃", "-5", "℃"),
        ("-3.2%", "-0.032", ""),
        ("负债净额-48,207.5元", "-48207.5", "CNY"),
        ("净流入-6.4亿元", "-640000000", "CNY"),
        ("4.5×10⁶吨", "4500000000", "千克"),
        ("7x10^3米", "7000", "米"),
        ("1 000人", "1000", "人"),
        ("1\u3000000人", "1000", "人"),
        ("1，000人", "1000", "人"),
        ("２０名", "20", "人"),
        ("一百零五个", "105", "个"),
        ("廿五家", "25", "家"),
        ("二〇二三个", "2023", "个"),
        ("两成", "0.2", ""),
        ("三成五", "0.35", ""),
        ("百分之五", "0.05", ""),
        ("百分之十二点五", "0.125", ""),
        ("千分之三", "0.003", ""),
        ("百万分之三", "0.000003", ""),
        ("1/2", "0.5", ""),
        ("24.32%", "0.2432", ""),
        ("百分百", "1", ""),
        ("翻一番", "2", "番"),
        ("翻了两番", "4", "番"),
        ("1.5倍", "1.5", "倍"),
        ("6.5个百分点", "6.5", "个百分点"),
        ("五个百分点", "5", "个百分点"),
        ("第6家", "6", "家"),
        ("第二十三次", "23", "次"),
        ("第700万个", "7000000", "个"),
    ],
)
def test_a_figure_is_exact_and_in_its_base_unit(text: str, value: str, unit: str) -> None:
    found = amount(text)
    assert (found.value, found.low, found.high) == (number(value),) * 3
    assert (found.unit, found.bound) == (unit, "exact")


def test_two_thirds_is_no_decimal() -> None:
    assert amount("三分之二").value == Fraction(2, 3)


@pytest.mark.parametrize(
    ("text", "bound", "value", "low", "high"),
    [
        ("近1000家", "nearly", 1000, None, None),
        ("约118家", "about", 118, None, None),
        ("10天左右", "about", 10, None, None),
        ("5000余人", "over", 5000, 5000, 6000),
        ("20多名", "over", 20, 20, 30),
        ("1.2万余条", "over", 12000, 12000, 13000),
        ("5年多", "over", 60, 60, 72),
        ("超11.8万人", "over", 118000, 118000, None),
        ("突破300万", "over", 3000000, 3000000, None),
        ("上千家", "over", 1000, 1000, 10000),
        ("60个以上", "at least", 60, 60, None),
        ("不低于3个", "at least", 3, 3, None),
        ("不超过3个", "at most", 3, None, 3),
        ("5个以下", "at most", 5, None, 5),
        ("3天内办结", "at most", 3, None, 3),
        ("不得超过45天", "at most", 45, None, 45),
        ("不应少于4人", "at least", 4, 4, None),
        ("不到10家", "under", 10, None, 10),
        ("约5000余人", "about", 5000, None, None),
        ("百亿元", "about", 10**10, None, None),
        ("十几个", "about", None, 11, 19),
        ("数百名", "about", None, 200, 1000),
        ("几千人", "about", None, 2000, 10000),
        ("两三百人", "about", None, 200, 300),
        ("十七八个", "about", None, 17, 18),
        ("三五个", "about", None, 3, 5),
        ("10亿至20亿元", "exact", None, 10**9, 2 * 10**9),
        ("10至20亿元", "exact", None, 10**9, 2 * 10**9),
        ("10亿元至20亿元", "exact", None, 10**9, 2 * 10**9),
        ("5000-1万元", "exact", None, 5000, 10000),
        ("十万元至二十万元", "exact", None, 100000, 200000),
        ("10–20个", "exact", None, 10, 20),
        ("3万元以上8万元以下", "exact", None, 30000, 80000),
        ("二年以上五年以下", "exact", None, 24, 60),
        ("300元以上不足900元", "exact", None, 300, 900),
        ("18名至20名", "exact", None, 18, 20),
        ("-10℃~-5℃", "exact", None, -10, -5),
        ("零下5℃至零下10℃", "exact", None, -10, -5),
    ],
)
def test_bounds_and_ranges_leave_open_what_is_not_said(
    text: str, bound: str, value: int | None, low: int | None, high: int | None
) -> None:
    found = amount(text)
    assert (found.bound, found.value, found.low, found.high) == (bound, value, low, high)


@pytest.mark.parametrize(
    "text",
    ["三四五个", "一亿二元", "一亿五千元", "一百零个", "千百年", "24/7", "5/0", "20-10个", "一三元"],
)
def test_what_has_no_certain_value_has_none(text: str) -> None:
    assert [quantity.amount for quantity in find_quantities(text)] == [None]


@pytest.mark.parametrize(
    "text",
    [
        "12 . 6亿元", "1万2元", "3:2", "以21:15的比分", "一又三分之二", "5又1/3局", "28.5°E", "2022,100家",
        "12345678901234567890元", "0.1234567890123456789元", "4万五千年",
    ],
)  # fmt: skip
def test_no_part_of_a_figure_is_taken_for_the_whole(text: str) -> None:
    assert find_quantities(text) == ()


def test_what_stands_before_a_figure_may_name_its_currency() -> None:
    assert amount("新台币186亿元").unit == "TWD"
    assert amount("投资186亿元").unit == "CNY"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("统一两家企业的标准", ["两家"]),
        ("iPhone 15 128元", ["128元"]),
        ("每10万16人", ["10万", "16人"]),
        ("2022，100家", ["100家"]),
        ("10,15,30分钟", ["30分钟"]),
        ("2. 300家企业", ["300家"]),
        ("从上午9:30至下午4:00开放", ["上午9:30至下午4:00"]),
        ("于3月5-8日举行", ["3月5-8日"]),
        ("①5家企业", ["5家"]),
        ("质量为5×10⁸千克", ["5×10⁸千克"]),
    ],
)
def test_neighbours_of_a_figure_are_kept_apart_from_it(text: str, found: list[str]) -> None:
    assert [quantity.text for quantity in find_quantities(text)] == found


# --- numerals ---


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("两千", 2000), ("一百零五", 105), ("一千零五十", 1050), ("一百二", 120), ("两千三", 2300), ("三万五", 35000),
        ("十一万三", 113000), ("十", 10), ("廿", 20), ("卅一", 31), ("一零五", 105),
        ("二〇二三", 2023), ("三万五千亿", 35 * 10**11),
        ("一万亿零五百万", 10**12 + 5 * 10**6), ("零", 0), ("3千", 3000), ("107万400", 1070400), ("-1,000.50", -1000.5),
    ],
)  # fmt: skip
def test_numerals_have_one_value(text: str, value: float) -> None:
    found = read_number(text)
    assert found is not None
    assert found.low == found.high == Fraction(value)


@pytest.mark.parametrize(
    "text",
    ["", "一亿二", "一百零", "零五", "三百四百", "九五", "三四五", "1万2", "3万50000", "万", "十十", "负", "1.2.3"],
)
def test_a_numeral_that_may_be_read_in_two_ways_is_none(text: str) -> None:
    assert read_number(text) is None


DIGITS = "零一二三四五六七八九"


def in_chinese(value: int) -> str:
    """A whole number below 10 ** 12 as it is written: 105 -> 一百零五, 100,005,000 -> 一亿零五千."""
    if value == 0:
        return "零"
    text, gap = "", False
    for place, big in ((2, "亿"), (1, "万"), (0, "")):
        part = value // 10 ** (4 * place) % 10**4
        if part == 0:
            gap = bool(text)
            continue
        if text and (gap or part < 1000):
            text += "零"
        gap = False
        zero = False
        for digit, unit in zip(f"{part:04d}".lstrip("0"), "千百十 "[4 - len(str(part)) :], strict=True):
            if digit == "0":
                zero = True
                continue
            text += ("零" if zero else "") + DIGITS[int(digit)] + unit.strip()
            zero = False
        text += big
    return text.removeprefix("一") if text.startswith("一十") else text


AROUND = st.sampled_from(["", "，", "共有", "（", "。", "投资", "\n"])
AFTER = st.sampled_from(["", "，", "。", "；其中", "）", "\n", "的"])


@given(st.integers(1, 10**12 - 1), AROUND, AFTER)
def test_a_chinese_numeral_keeps_its_value(value: int, before: str, after: str) -> None:
    written = in_chinese(value)
    (quantity,) = find_quantities(f"{before}{written}元{after}")
    assert quantity.text == f"{written}元"
    assert quantity.amount is not None
    assert quantity.amount.value == value


@given(st.decimals(0, 10**8, places=3), st.sampled_from([("", 1), ("万", 10**4), ("亿", 10**8), ("万亿", 10**12)]))
def test_an_arabic_figure_keeps_all_its_digits(value: Decimal, scale: tuple[str, int]) -> None:
    for written in (f"{value}", f"{value:,}"):
        assert amount(f"{written}{scale[0]}元").value == Fraction(value) * scale[1]
    wide = f"{value}".translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    assert amount(f"{wide}{scale[0]}元").value == Fraction(value) * scale[1]


@given(st.integers(1, 10**10), AROUND, AFTER)
def test_blanks_part_thousands_and_text_around_changes_no_value(value: int, before: str, after: str) -> None:
    for blank in (" ", "\u3000", "\u00a0", ","):
        written = f"{value:,}".replace(",", blank)
        (quantity,) = find_quantities(f"{before}{written}家{after}")
        assert quantity.text == f"{written}家"
        assert quantity.amount is not None
        assert quantity.amount.value == value


@given(st.decimals(0, 10**6, places=4))
def test_a_scale_and_ten_thousand_of_the_next_are_the_same(value: Decimal) -> None:
    assert sense_of_quantity(one(f"{value}亿元")) == sense_of_quantity(one(f"{value * 10000:f}万元"))


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_range_keeps_both_ends(low: int, more: int) -> None:
    found = amount(f"{low}至{low + more}个")
    assert found.value is None
    assert found.low == low
    assert found.high == low + more


HOSTILE = [
    "9" * 100_000, "9" * 100_000 + "亿元", "亿" * 100_000, "一亿" * 50_000, "１2" * 50_000, "1," * 50_000,
    "1 000 " * 15_000, "十" * 100_000, "数百" * 50_000, "零下" * 50_000, "-1" * 50_000, "1至" * 50_000,
    "9亿" * 50_000 + "元", "分之" * 50_000, "三分之" * 30_000, "1:" * 50_000, "公元前1年至" * 10_000, "民国" * 50_000,
    "1/" * 50_000, "第一" * 50_000, "近约超" * 30_000, "1.1" * 30_000, "两三" * 50_000,
    "①" * 50_000, "①5" * 50_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_read_in_passing(text: str) -> None:
    before = time.process_time()
    for quantity in find_quantities(text):
        assert text[quantity.start : quantity.end] == quantity.text
    assert time.process_time() - before < 10  # quadratic time would take hours


# --- dates ---


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2023年4月9日", "2023-04-09"),
        ("2023-2-8", "2023-02-08"),
        ("2月8日", "--02-08"),
        ("8日", "---08"),
        ("2023年", "2023"),
        ("二〇二三年", "2023"),
        ("二○二三年", "2023"),
        ("2023年底", "2023-12"),
        ("2023年初", "2023-01"),
        ("6月底", "--06"),
        ("2024年第二季度", "2024-04/2024-06"),
        ("2023年前三季度", "2023-01/2023-09"),
        ("上半年", "--01/--06"),
        ("8月中旬", "--08-11/--08-20"),
        ("2024年2月下旬", "2024-02-21/2024-02-29"),
        ("2023年1—11月", "2023-01/2023-11"),
        ("2023年2月至10月", "2023-02/2023-10"),
        ("2022—2024年", "2022/2024"),
        ("6月3日至6月21日", "--06-03/--06-21"),
        ("10月8日至25日", "--10-08/--10-25"),
        ("20世纪90年代", "1990/1999"),
        ("民国十八年", "1929"),
        ("公元前221年", "-0220"),
        ("公元25年", "0025"),
        ("7时30分", "T07:30"),
        ("上午7:30", "T07:30"),
        ("下午3时30分", "T15:30"),
        ("晚上七点半", "T19:30"),
        ("上午9点至下午5点", "T09:00/T17:00"),
        ("二〇一九年十一月二十日", "2019-11-20"),
        ("8点半", "T08:30"),
        ("去年8月", None),
        ("同年12月", None),
        ("90年代", None),
        ("2023年13月", None),
        ("2月30日", None),
        ("2023年2月29日", None),
        ("2月下旬", None),
        ("公元前206年至220年", None),
    ],
)
def test_dates_are_iso_as_far_as_they_are_said(text: str, iso: str | None) -> None:
    assert iso_date(text) == iso
    assert [quantity.date for quantity in find_quantities(text)][:1] == [iso]


def test_relative_years_are_counted_from_when_the_text_was_written() -> None:
    assert iso_date("去年8月", 2024) == "2023-08"
    assert iso_date("前年底", 2024) == "2022-12"
    assert iso_date("去年8月", None) is None
    assert iso_date("同年8月", 2024) is None
    assert iso_date("去年1月至11月", 2024) == "2023-01/2023-11"


@given(st.dates(date(1000, 1, 1), date(2199, 12, 31)))
def test_a_date_written_out_is_the_same_date(day: date) -> None:
    assert one(f"{day.year:04d}年{day.month}月{day.day}日").date == day.isoformat()
