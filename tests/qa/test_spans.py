"""Figures of a text that may answer a question, by what it asks for."""

from __future__ import annotations

import pytest

from chinese.tokens import fold
from qa.question.question import parse_question
from qa.reading.spans import figures


def _figures(question: str, text: str) -> list[str]:
    """Those that are what is asked for; where none is, all that are of the kind."""
    parsed = parse_question(question)
    found = list(figures(fold(text), parsed.asked, parsed.unit))
    return [figure.text for figure, fits in found if fits] or [figure.text for figure, _ in found]


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("阅览室几点开门?", "阅览室上午8:30至12:00、下午14:00至17:30开放", ["8:30"]),
        ("阅览室几点关门?", "阅览室上午8:30至12:00、下午14:00至17:30开放", ["17:30"]),
        ("讲座几点开始?", "讲座于周六下午两点半开始", ["下午两点半"]),
        ("水塔是哪年哪月拆除的?", "水塔于1987年4月12日拆除", ["1987年4月"]),
        ("灯会在农历几月几日?", "每年农历正月十五办灯会，会期两天", ["农历正月十五"]),
        ("补办一张卡收费多少?", "新办免费，补办每张收费15元", ["免费", "15元"]),
        ("这份通知的文号是什么?", "根据《绿化通知》（石政办函〔2019〕31号）", ["石政办函〔2019〕31号"]),
        ("苗圃电话是多少?", "苗圃电话：0871-6543210，传真：0871-6543211", ["0871-6543210", "0871-6543211"]),
        ("获奖者的手机号是多少?", "获奖者手机号为152****8801", ["152****8801"]),
        ("梨产量比上年变化多少?", "梨产量3.2万吨，比上年减少4.5%", ["减少4.5%"]),
        ("进站票价变动多少?", "进站票价上涨了2元，现为6元", ["上涨了2元"]),
        ("梨价格涨跌幅度是多少?", "指标 | 增幅 |\n梨 | -1.4 |", ["-1.4"]),
        ("出口多少美元?", "出口2.1亿元（约合3000万美元）", ["3000万美元"]),
        ("出口多少元?", "出口2.1亿元（约合3000万美元）", ["2.1亿元"]),
        ("高于全省多少个百分点?", "占比61.2%，高于全省5.3个百分点", ["5.3个百分点"]),
        ("违者处多少罚款?", "违者处3万元以上8万元以下罚款", ["3万元以上8万元以下"]),
        ("借期不得超过多久?", "借期不得超过45天", ["不得超过45天"]),
        ("水库库容是多少?", "水库库容4.5×10⁶立方米", ["4.5×106立方米"]),
        ("东渠村茶叶产值是多少?", "村：东渠村；茶叶产量（吨）：1512；茶叶产值（万元）：930。", ["930"]),
        ("书楼藏旧籍多少帙?", "书楼藏旧籍1,340帙，另有地图58幅", ["1,340帙"]),
        ("书楼藏手稿多少帙?", "书楼藏手稿二十六帙，第3帙残缺", ["二十六帙"]),
        ("净流入是多少元?", "净流入-6,400.5元", ["-6,400.5元"]),
    ],
)
def test_figures_are_what_is_asked_for_and_whole(question: str, text: str, found: list[str]) -> None:
    assert _figures(question, text) == found
