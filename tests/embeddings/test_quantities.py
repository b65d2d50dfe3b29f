from __future__ import annotations

import itertools
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chinese.quantities import find_quantities
from chinese.tokens import fold

FORMS = {
    "12.6亿元": ("money", "12.6亿", "元"),
    "126000万元": ("money", "126000万", "元"),
    "45530万元": ("money", "45530万", "元"),
    "1,268亿元": ("money", "1,268亿", "元"),
    "4亿9千万元": ("money", "4亿9千万", "元"),
    "2亿4,000万元": ("money", "2亿4,000万", "元"),
    "3万亿元": ("money", "3万亿", "元"),
    "7亿美元": ("money", "7亿", "美元"),
    "一亿二千万元": ("money", "一亿二千万", "元"),
    "五点六亿元": ("money", "五点六亿", "元"),
    "百亿元": ("money", "百亿", "元"),
    "10 亿元": ("money", "10 亿", "元"),
    "近300亿元": ("money", "300亿", "元"),
    "20亿元以上": ("money", "20亿", "元"),
    "10亿至20亿元": ("money", "10亿至20亿", "元"),
    "10亿元至20亿元": ("money", "10亿元至20亿", "元"),
    "1000-2000元": ("money", "1000-2000", "元"),
    "近1000家": ("count", "1000", "家"),
    "约126家": ("count", "126", "家"),
    "5000余人": ("count", "5000余", "人"),
    "5000 余人": ("count", "5000 余", "人"),
    "超11.8万人": ("count", "11.8万", "人"),
    "1.2万余条": ("count", "1.2万余", "条"),
    "20多名": ("count", "20多", "名"),
    "18,297户": ("count", "18,297", "户"),
    "上千家": ("count", "上千", "家"),
    "数百名": ("count", "数百", "名"),
    "十几个": ("count", "十几", "个"),
    "两个以上": ("count", "两", "个"),
    "3到5名": ("count", "3到5", "名"),
    "三至五家": ("count", "三至五", "家"),
    "18名至20名": ("count", "18名至20", "名"),
    "７００家": ("count", "700", "家"),
    "三分之二": ("share", "三分之二", ""),
    "约三分之一": ("share", "约三分之一", ""),
    "百万分之三": ("share", "百万分之三", ""),
    "百分之五": ("share", "百分之五", ""),
    "百分之十二点五": ("share", "百分之十二点五", ""),
    "1/2": ("share", "1/2", ""),
    "2/3以上": ("share", "2/3以上", ""),
    "两成": ("share", "两成", ""),
    "九成五": ("share", "九成五", ""),
    "六成以上": ("share", "六成以上", ""),
    "翻一番": ("share", "翻一番", ""),
    "翻了两番": ("share", "翻了两番", ""),
    "1.5倍": ("share", "1.5倍", ""),
    "24.32%": ("share", "24.32%", ""),
    "50 %": ("share", "50 %", ""),
    "５０％": ("share", "50%", ""),
    "60%以上": ("share", "60%以上", ""),
    "不低于3%": ("share", "不低于3%", ""),
    "5%-8%": ("share", "5%-8%", ""),
    "10-15%": ("share", "10-15%", ""),
    "6.5个百分点": ("share", "6.5个百分点", ""),
    "第6家": ("ordinal", "第6家", ""),
    "第 6 家": ("ordinal", "第 6 家", ""),
    "第二十次": ("ordinal", "第二十次", ""),
    "第700万个": ("ordinal", "第700万个", ""),
    "13000余平方米": ("area", "13000余", "平方米"),
    "3500亩": ("area", "3500", "亩"),
    "12.6公里": ("length", "12.6", "公里"),
    "2亿千瓦时": ("measure", "2亿", "千瓦时"),
    "35kV": ("measure", "35", "kv"),
    "3.5 GW": ("measure", "3.5", "gw"),
    "20天": ("duration", "20", "天"),
    "3-5年": ("duration", "3-5", "年"),
    "2~3个月": ("duration", "2~3", "个月"),
    "两个多月": ("duration", "两", "个多月"),
    "4个半小时": ("duration", "4", "个半小时"),
    "2小时40分": ("duration", "2小时40分", "小时"),
    "5个工作日": ("duration", "5", "个工作日"),
    "2023年4月9日": ("date", "2023年4月9日", ""),
    "2023 年 5 月 1 日": ("date", "2023 年 5 月 1 日", ""),
    "12月25日": ("date", "12月25日", ""),
    "去年8月": ("date", "去年8月", ""),
    "2023-02-08": ("date", "2023-02-08", ""),
    "2024年": ("date", "2024年", ""),
    "2024年底": ("date", "2024年底", ""),
    "2024年年中": ("date", "2024年年中", ""),
    "2024年第二季度": ("date", "2024年第二季度", ""),
    "今年一季度": ("date", "今年一季度", ""),
    "上半年": ("date", "上半年", ""),
    "6月底": ("date", "6月底", ""),
    "8月中旬": ("date", "8月中旬", ""),
    "20世纪90年代": ("date", "20世纪90年代", ""),
    "二〇二三年": ("date", "二〇二三年", ""),
    "2023年2月至10月": ("date", "2023年2月至10月", ""),
    "2023年1—11月": ("date", "2023年1—11月", ""),
    "2022—2024年": ("date", "2022—2024年", ""),
    "2023年至2025年": ("date", "2023年至2025年", ""),
    "6月3日至6月21日": ("date", "6月3日至6月21日", ""),
    "10月8日至25日": ("date", "10月8日至25日", ""),
    "7时30分": ("date", "7时30分", ""),
    "下午3时30分": ("date", "下午3时30分", ""),
    "7:30": ("date", "7:30", ""),
    "8:30-17:00": ("date", "8:30-17:00", ""),
    "3月5-8日": ("date", "3月5-8日", ""),
    "民国十八年": ("date", "民国十八年", ""),
    "公元前221年": ("date", "公元前221年", ""),
    "农历五月初五": ("date", "农历五月初五", ""),
    "腊月廿三": ("date", "腊月廿三", ""),
    "二〇一九年十一月二十日": ("date", "二〇一九年十一月二十日", ""),
    "上午9点": ("date", "上午9点", ""),
    "晚上七点半": ("date", "晚上七点半", ""),
    "早上8点至10点": ("date", "早上8点至10点", ""),
    "不得超过45天": ("duration", "45", "天"),
    "3万元以上8万元以下": ("money", "3万", "元"),
    "4.5×10⁶吨": ("measure", "4.5×10⁶", "吨"),
    "零下5℃": ("measure", "零下5", "℃"),
    "1 000人": ("count", "1 000", "人"),
    "1　000人": ("count", "1 000", "人"),
    "1亿2345万6789元": ("money", "1亿2345万6789", "元"),
    "3万5000元": ("money", "3万5000", "元"),
    "三万至五万元": ("money", "三万至五万", "元"),
    "2000亿金马克": ("money", "2000亿", "金马克"),
    "5元8角": ("money", "5", "元"),
    "1米75": ("length", "1", "米"),
    "3分33秒62": ("duration", "3分33秒62", "小时"),
    "3年半": ("duration", "3", "年"),
    "不到10家": ("count", "10", "家"),
    "五个百分点": ("share", "五个百分点", ""),
}


def found(text: str) -> list[str]:
    return [quantity.text for quantity in find_quantities(text)]


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_one_quantity_with_kind_figure_and_unit(form: str) -> None:
    (quantity,) = find_quantities(form)
    assert (quantity.start, quantity.end, quantity.text) == (0, len(form), form)
    assert (quantity.kind, quantity.number, quantity.unit) == FORMS[form]


@pytest.mark.parametrize(
    "text",
    [
        "F-16",
        "1+2+1",
        "“3+2+4”现代产业体系",
        "一个",
        "一批",
        "十分重要",
        "一成不变",
        "6S扶持政策",
        "200MPP管",
        "5Mbps",
        "“2311”工作思路",
        "世界500强",
        "“十四五”规划",
        "三农",
        "1.2.3",
        "192.168.1.1",
        "13800138000",
        "亿元",
        "",
        "没有数字。",
    ],
)
def test_what_only_looks_like_a_quantity_is_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("目前已登记126家商户,开业商户114家", ["126家", "114家"]),
        ("附近3家门店", ["3家"]),
        ("审批周期由原来18天减少到6天", ["18天", "6天"]),
        ("从42家增加到47家", ["42家", "47家"]),
        ("由60%提高到80%", ["60%", "80%"]),
        ("新建9孔200MPP管+2孔100PE管1872米", ["9孔", "1872米"]),
        ("成为第6家上市企业", ["第6家"]),
        ("2023年中国年度最佳城市", ["2023年"]),
        ("2023年初步核算", ["2023年"]),
        ("2023年内蒙古", ["2023年"]),
        ("预计2025年内完工", ["2025年内"]),
        ("加快推进35kV专线新建工程", ["35kV"]),
        ("一个项目投资3亿元", ["3亿元"]),
        ("全部15日内办结", ["15日"]),
        ("园区15日迎来周年", ["15日"]),
        ("占全市1/2的企业,近1000家", ["1/2", "近1000家"]),
        ("气温-10℃~-5℃,增速为-3.2%", ["-10℃~-5℃", "-3.2%"]),
        ("专线-35kV,项目-5个", []),
    ],
)
def test_quantities_are_found_in_a_sentence(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_a_day_with_a_limit_is_a_duration_and_a_day_alone_a_date() -> None:
    assert [quantity.kind for quantity in find_quantities("15日内,15日")] == ["duration", "date"]


def test_traditional_and_full_width_text_keeps_its_own_characters() -> None:
    (quantity,) = find_quantities("新臺幣１８６億元")
    assert (quantity.text, quantity.number, quantity.unit) == ("１８６億元", "186亿", "元")


TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(
        alphabet="0123456789.,%/-—~至到近约超第一二两三十百千万亿余多个家元年月日成分之倍番以上零〇点 。", max_size=60
    ),
    st.lists(st.sampled_from([*FORMS, "，", "F-16", "约", "至", "一个", "签约", "。", "1"]), max_size=8).map("".join),
)
BEFORE = ("", "，", "。", "共有：", "（", "园区共", "企业\n")
AFTER = ("", "，", "。", "；其中", "）", "\n")


@given(TEXTS)
def test_ranges_lie_inside_the_text_in_order_and_apart(text: str) -> None:
    last = 0
    for quantity in find_quantities(text):
        assert last <= quantity.start < quantity.end <= len(text)
        last = quantity.end


@given(TEXTS)
def test_the_words_of_a_quantity_are_the_slice_of_the_text(text: str) -> None:
    for quantity in find_quantities(text):
        assert text[quantity.start : quantity.end] == quantity.text
        assert fold(quantity.number) in fold(quantity.text)  # 10⁴ is folded to 104


@pytest.mark.parametrize("form", sorted(FORMS))
def test_text_around_a_quantity_does_not_change_it(form: str) -> None:
    (alone,) = find_quantities(form)
    for before, after in itertools.product(BEFORE, AFTER):
        text = before + form + after
        (inside,) = find_quantities(text)
        assert (inside.start, inside.end) == (len(before), len(before) + len(form)), text
        assert (inside.kind, inside.number, inside.unit) == (alone.kind, alone.number, alone.unit), text


@given(TEXTS, TEXTS)
def test_a_full_stop_keeps_the_quantities_of_two_texts_apart(first: str, second: str) -> None:
    assert found(f"{first}。\n{second}") == found(first + "。") + found("\n" + second)


@pytest.mark.parametrize("unit", ["一", "1", "1,", "1-", "第", "一至", "万亿", "2023年", "1 "])
def test_a_long_run_of_one_character_is_read_in_passing(unit: str) -> None:
    before = time.process_time()
    find_quantities(unit * (20_000 // len(unit)))
    assert time.process_time() - before < 5  # quadratic time would take minutes


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("PM2.5浓度36微克/立方米", 36, "微克/立方米"),
        ("PM2.5浓度36μg/m³", 36, "微克/立方米"),
        ("浓度0.5毫克/立方米", 500, "微克/立方米"),
        ("溶解氧7.25毫克/升", Fraction(29, 4), "毫克/升"),
        ("流量1200立方米/秒", 1200, "立方米/秒"),
        ("日处理5万吨/日", 50_000, "吨/日"),
    ],
)
def test_a_unit_of_two_parts_is_one(text: str, value: int | Fraction, unit: str) -> None:
    (found,) = [item for item in find_quantities(text) if item.unit]
    assert found.amount is not None
    assert (found.amount.value, found.amount.unit) == (value, unit)
