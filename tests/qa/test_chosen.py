"""Why there is no answer, said of chosen documents: no reason may speak of all of them."""

from __future__ import annotations

import pytest

from qa.deciding import reasons
from qa.deciding.chosen import said_of_chosen
from qa.deciding.comparing import Conflict
from qa.types import Answer, Reason

OF_DOCUMENTS = [
    reasons.nothing(),
    reasons.other_year(["2021"], []),
    reasons.other_year(["2021"], ["2020", "2022"]),
    reasons.contradiction(Conflict("place", "白塔乡", "")),
    reasons.contradiction(Conflict("place", "白塔乡", "望月乡")),
    reasons.contradiction(Conflict("part", "", "女职工")),
    *(
        reasons.contradiction(Conflict(kind, "x", "y"))
        for kind in ("target", "result", "total", "new", "change", "level", "before", "year")
    ),
    reasons.not_named(["望月桥"]),
    reasons.not_in_corpus(["渡船"]),
    reasons.not_mentioned(["渡船"]),
    reasons.not_translated(["ferry"]),
    reasons.no_such_kind("money"),
    reasons.too_weak(),
]


def _within(reason: Reason, undated: int = 0) -> Reason:
    answer = Answer("问", "问", (), None, 0.0, reason, (), ())
    said = said_of_chosen(answer, undated).reason
    assert said is not None
    return said


@pytest.mark.parametrize("reason", OF_DOCUMENTS, ids=lambda reason: reason.en)
def test_every_reason_about_documents_speaks_of_the_chosen_ones(reason: Reason) -> None:
    said = _within(reason)
    assert "所选文档" in said.zh
    assert "chosen documents" in said.en
    assert said.code == reason.code


@pytest.mark.parametrize(
    "reason", [reasons.greeting(is_thanks=False), reasons.greeting(is_thanks=True), reasons.other_task()]
)
def test_what_depends_on_no_document_is_said_as_ever(reason: Reason) -> None:
    assert _within(reason, undated=3) == reason


@pytest.mark.parametrize(
    ("undated", "zh", "en"),
    [
        (1, "没有日期的 1 篇文章不在其中。", " 1 article has no date and is not among them."),
        (7, "没有日期的 7 篇文章不在其中。", " 7 articles have no date and are not among them."),
    ],
)
def test_articles_left_out_for_want_of_a_date_are_counted_in_a_whole_sentence(undated: int, zh: str, en: str) -> None:
    said = _within(reasons.too_weak(), undated)
    assert said.zh.endswith(zh)
    assert said.en.endswith(en)
