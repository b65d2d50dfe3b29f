from __future__ import annotations

import pytest

from qa.deciding.verdict import told_by_figure, verdict


@pytest.mark.parametrize(
    ("question", "sentence", "said"),
    [
        ("新桥是否通过验收?", "新桥已于上月通过验收。", "是"),
        ("新桥是否通过验收?", "新桥尚未通过验收。", "否"),
        ("外地车辆能不能进入景区?", "外地车辆不得进入景区。", "否"),
        ("学校提供午餐吗?", "学校提供午餐,收费八元。", "是"),
        ("学校提供校车吗?", "学校没有为走读学生提供校车。", "否"),
        ("是不是取消了年检?", "年检已取消。", "是"),
        ("新桥是否尚未通过验收?", "新桥尚未通过验收。", None),
        ("新桥是否漂亮?", "新桥已于上月通过验收。", None),
    ],
)
def test_a_sentence_says_yes_or_no_by_the_verb_that_is_asked(question: str, sentence: str, said: str | None) -> None:
    assert verdict(question, sentence) == said


@pytest.mark.parametrize(
    ("question", "clause", "figure", "said"),
    [
        ("8号线的票价是不是3元?", "8号线票价4元", "4元", "否"),
        ("8号线的票价是不是4元?", "8号线票价4元", "4元", "是"),
        ("供暖费涨了吗?", "供暖费维持每平方米22元不变", "22元", "否"),
        ("客流是不是增加了?", "客流下降3%", "3%", "否"),
        ("客流是不是减少了?", "客流下降3%", "3%", "是"),
        ("客流是不是增加了?", "客流3万人次", "3万人次", None),
        ("新桥通车了吗?", "新桥全长3公里", "3公里", None),
    ],
)
def test_a_figure_says_yes_or_no_by_its_value_or_the_way_it_went(
    question: str, clause: str, figure: str, said: str | None
) -> None:
    assert told_by_figure(question, clause, figure) == said
