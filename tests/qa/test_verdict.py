from __future__ import annotations

import pytest

from qa.deciding.verdict import verdict


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
