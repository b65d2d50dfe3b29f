from __future__ import annotations

from typing import get_args

import pytest

from qa.deciding import reasons
from qa.question.kinds import Asked, kind_asked

KINDS: tuple[Asked, ...] = get_args(Asked)
ASKING = {
    "money": "东港总投资多少?",
    "share": "东港占比多少?",
    "date": "东港什么时候开港?",
    "duration": "扩建要多少天?",
    "length": "码头有多长?",
    "area": "堆场面积多大?",
    "quantity": "东港有多少座码头?",
    "ordinal": "东港的吞吐量位列第几?",
    "person": "东港的负责人是谁?",
    "place": "东港在哪里?",
    "organisation": "哪家企业承建东港?",
    "name": "新码头叫什么?",
    "list": "东港有哪些码头?",
    "text": "东港为什么扩建?",
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_is_asked_for_by_some_question(kind: Asked) -> None:
    assert kind_asked(ASKING[kind], "zh") == kind


def test_what_is_missing_is_said_of_every_kind_in_words_of_its_own_in_both_languages() -> None:
    said = [reasons.no_such_kind(kind) for kind in KINDS]

    assert len({reason.zh for reason in said}) == len({reason.en for reason in said}) == len(KINDS)
    assert {reason.code for reason in said} == {"kind"}
    assert reasons.no_such_kind("ordinal").zh == "最接近的内容里没有所问的名次或次序。"
    assert "地点" in reasons.no_such_kind("place").zh
