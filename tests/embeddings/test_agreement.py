from __future__ import annotations

import pytest

from chinese.agreement import sense_of_quantity
from chinese.quantities import Quantity, find_quantities


def one(text: str) -> Quantity:
    (quantity,) = find_quantities(text)
    return quantity


def _same(first: str, second: str) -> bool:
    said = sense_of_quantity(one(first))
    return said is not None and said == sense_of_quantity(one(second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("4.553亿元", "45530万元"),
        ("12.6亿元", "126000万元"),
        ("三分之二", "2/3"),
        ("两成", "20%"),
        ("1/2", "百分之五十"),
        ("2年", "24个月"),
        ("3亩", "2000平方米"),
        ("5公里", "5000米"),
        ("近1000家", "1000家"),
        ("10至20亿元", "10亿元至20亿元"),
        ("第6家", "第六家"),
        ("20名", "20人"),
        ("二〇二三年", "2023年"),
        ("民国112年", "2023年"),
    ],
)
def test_the_same_amount_in_two_ways(first: str, second: str) -> None:
    assert _same(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("117家", "122家"),
        ("4.4亿元", "45530万元"),
        ("超100家", "99家"),
        ("10–20个", "21个"),
        ("不到10家", "11家"),
        ("约100家", "150家"),
        ("近1000家", "1001家"),
        ("5000余人", "6001人"),
        ("第6家", "第7家"),
        ("60%", "六成五"),
        ("2023年", "2024年5月"),
        ("2023年4月9日", "2023年4月10日"),
        ("2月8日", "2023年3月"),
        ("2022—2024年", "2025年"),
        ("7:30", "8:00"),
    ],
)
def test_another_amount_is_not_the_same(first: str, second: str) -> None:
    assert not _same(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("超100家", "118家"),
        ("60%以上", "65%"),
        ("10–20个", "15个"),
        ("数百名", "300名"),
        ("约100家", "105家"),
        ("5000余人", "5432人"),
        ("117家", "122户"),
        ("20天", "7小时"),
        ("5亿元", "7亿美元"),
        ("5个百分点", "6%"),
        ("翻一番", "3倍"),
        ("第6家", "7家"),
        ("2023年", "2023年5月"),
        ("2月8日", "2023年2月"),
        ("2023年", "2023年底"),
        ("2023年11月", "2023年底"),
        ("2022—2024年", "2023年5月"),
        ("三四五个", "7个"),
    ],
)
def test_what_may_both_be_true_is_not_the_same_either(first: str, second: str) -> None:
    assert not _same(first, second)


def test_a_range_is_of_a_sort_of_its_own() -> None:
    figure, range_around_it = sense_of_quantity(one("110家")), sense_of_quantity(one("100–120家"))

    assert figure is not None
    assert range_around_it is not None
    assert figure[1] != range_around_it[1]
