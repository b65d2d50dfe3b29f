"""The questions written for the project: what is trained on and fitted to is what their articles say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.asked import FOLDER as ASKED
from benchmarks.asked import verdict
from benchmarks.fit import how_right
from benchmarks.written import WrittenQuestion, asked_of_kept, is_kept, load_written, written_examples
from qa.types import Answer

if TYPE_CHECKING:
    from benchmarks.written import WrittenCorpus

CORPORA = load_written()
MEASURED = [corpus for file in sorted(ASKED.glob("*.jsonl")) for corpus in load_written(file)]


def _named(corpora: list[WrittenCorpus]) -> set[str]:
    return {text for corpus in corpora for text in corpus.documents.values()}


def test_every_answer_stands_in_its_evidence_and_that_in_its_article() -> None:
    for corpus in (*CORPORA, *MEASURED):
        for item in corpus.questions:
            if item.evidence:
                assert item.evidence in corpus.documents[item.file], item.question
            for text in item.members or item.answers:
                assert text in item.evidence or text in "是否", (item.question, text)


def test_what_measures_is_not_learnt_from() -> None:
    assert MEASURED
    assert _named(list(CORPORA)) & _named(MEASURED) == set()


def test_the_reader_learns_the_answer_where_it_stands_and_none_where_it_does_not() -> None:
    examples = written_examples(1, 7)
    asked = {item.question: item for corpus in CORPORA for item in corpus.questions}
    found = [example for example in examples if example.answer is not None]
    assert len(found) > 500
    for example in found:
        item = asked[example.question]
        texts = [example.text[slice(*place)] for place in (example.answer, *example.others) if place is not None]
        assert texts == list(item.members or item.answers[:1])
    for example in examples:
        if example.answer is None:
            item = asked[example.question]
            assert not any(text in example.text for text in item.members or item.answers)


def test_what_is_kept_from_the_reader_is_what_is_fitted_on() -> None:
    learnt = {example.question for example in written_examples(1, 7)}
    kept = {question.text for _, questions in asked_of_kept() for question in questions}
    shared = {item.question for corpus in CORPORA for item in corpus.questions if item.question in learnt & kept}
    assert shared == set()
    assert 0 < sum(map(is_kept, range(len(CORPORA)))) < len(CORPORA)


@pytest.mark.parametrize(
    ("text", "accepted", "least", "most"),
    [
        ("2.15元", ("2.15元",), 1.0, 1.0),
        ("每吨2.15元", ("2.15元",), 0.5, 0.99),
        ("1.80元", ("2.15元", "2.15"), 0.0, 0.0),
        ("因主管退休", ("主管退休",), 0.5, 0.99),
    ],
)
def test_another_figure_is_wrong_however_like_it_looks(
    text: str, accepted: tuple[str, ...], least: float, most: float
) -> None:
    assert least <= how_right(text, accepted) <= most


@pytest.mark.parametrize(
    ("answers", "given", "said"),
    [
        (("3元",), "3元", "right"),
        (("3元",), "4元", "wrong"),
        (("3元",), "", "wrongly refused"),
        ((), "", "rightly refused"),
        ((), "3元", "wrong"),
    ],
)
def test_an_answer_is_held_against_what_is_accepted(answers: tuple[str, ...], given: str, said: str) -> None:
    item = WrittenQuestion("门票多少钱?", answers, (), "门票.txt", "门票3元。")
    assert verdict(item, _answer(given)) == said


def _answer(text: str) -> Answer:
    return Answer("门票多少钱?", "门票多少钱?", (text,) if text else (), None, 0.9, None, (), ())
