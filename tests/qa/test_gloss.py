from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.english.gloss import gloss

GLOSSES = {
    "420亿元": "CNY 42.0 billion",
    "12.65亿元": "CNY 1.265 billion",
    "46720万元": "CNY 467.2 million",
    "7亿美元": "USD 700 million",
    "10亿至20亿元": "CNY 1.0–2.0 billion",
    "3万亿元": "CNY 3 trillion",
    "一亿二千万元": "CNY 120 million",
    "2.5万元": "CNY 25,000",
    "1,234,567.89元": "CNY 1,234,567.89",
    "５００元": "CNY 500",
    "5元8角": "CNY 5.8",
    "新台币186亿元": "TWD 18.6 billion",
    "不超过3000元": "at most CNY 3,000",
    "百亿元": "about CNY 10 billion",
    "共420亿元。": "CNY 42.0 billion",
    "16384户": "16,384",
    "近1000家": "nearly 1,000",
    "5000余人": "over 5,000 people",
    "超11.8万人": "over 118,000 people",
    "1200万人": "12.0 million people",
    "1人": "1 person",
    "10–20个": "10–20",
    "十几个": "11–19",
    "两三个": "2–3",
    "3500亩": "3,500 mu (233 hectares)",
    "13000余平方米": "over 13,000 square metres",
    "12.60公里": "12.60 kilometres",
    "5斤": "5 jin (2.5 kg)",
    "-5℃": "-5 °C",
    "零下5℃至零下10℃": "-10 to -5 °C",
    "35kV": "35 kV",
    "20天": "20 days",
    "3天内": "at most 3 days",
    "3年半": "3.5 years",
    "3-5年": "3–5 years",
    "两个多月": "over 2 months",
    "2小时40分": "2 h 40 min",
    "三分之二": "two thirds (66.7%)",
    "1/2": "one half (50%)",
    "5/12": "5/12 (41.7%)",
    "两成": "20%",
    "三成五": "35%",
    "百分之五": "5%",
    "24.32%": "24.32%",
    "1.0%": "1.0%",
    "5%-8%": "5–8%",
    "60%以上": "at least 60%",
    "6.5个百分点": "6.5 percentage points",
    "1.5倍": "1.5 times",
    "翻一番": "doubled",
    "翻了两番": "quadrupled",
    "第6家": "6th",
    "第二十三次": "23rd",
    "第112名": "112th",
    "2023年4月9日": "9 April 2023",
    "2023年2月": "February 2023",
    "2月8日": "8 February",
    "2023年": "2023",
    "二〇二三年": "2023",
    "2023年底": "end of 2023",
    "6月底": "end of June",
    "8月中旬": "mid-August",
    "去年8月": "August of last year",
    "上半年": "first half of the year",
    "2024年第二季度": "second quarter of 2024",
    "2023年1—11月": "January–November 2023",
    "2022—2024年": "2022–2024",
    "6月3日至6月21日": "3–21 June",
    "2023年12月30日至2024年1月2日": "30 December 2023 – 2 January 2024",
    "20世纪90年代": "1990s",
    "公元前221年": "221 BC",
    "下午3时30分": "15:30",
}


@pytest.mark.parametrize("text", GLOSSES)
def test_a_quantity_is_said_in_english_with_its_own_figures(text: str) -> None:
    assert gloss(text) == GLOSSES[text]


@pytest.mark.parametrize(
    "text",
    [
        "", "没有", "350", "李桐", "总投资420亿元", "316个项目", "18天减少到6天", "5亿元和7亿元",  # more than one
        "三期", "10点", "30度", "5级", "3里", "1320亿金马克",  # what is meant is not said
        "数十亿元", "数百名", "几千人", "三四五个", "1万2元", "24/7",  # no certain figure
        "同年12月", "当年", "90年代", "2023年13月",  # no certain date
    ],
)  # fmt: skip
def test_what_would_have_to_be_guessed_has_no_gloss(text: str) -> None:
    assert gloss(text) is None


@given(st.decimals(Decimal("0.01"), 10**6, places=2), st.sampled_from([("", 1), ("万", 10**4), ("亿", 10**8)]))
def test_no_gloss_of_money_changes_its_value(value: Decimal, scale: tuple[str, int]) -> None:
    said = gloss(f"{value}{scale[0]}元")
    assert said is not None
    figure, _, word = said.removeprefix("CNY ").partition(" ")
    times = {"": 1, "million": 10**6, "billion": 10**9, "trillion": 10**12}[word]
    assert Decimal(figure.replace(",", "")) * times == value * scale[1]


@given(
    st.one_of(
        st.text(max_size=30),
        st.text(alphabet="0123456789.,%/-至约近超第一二三十百千万亿余多个元年月日成分之倍", max_size=20),
    )
)
def test_any_text_has_an_english_gloss_or_none(text: str) -> None:
    said = gloss(text)
    assert said is None or not re.search(r"[\u4e00-\u9fff]", said)
