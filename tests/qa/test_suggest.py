"""Questions that are offered: made of the text's own clauses, and answered by it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from qa import QA, Answer
from qa.question.suggest import clause_questions, following, opening_questions
from qa.types import Passage, Signals

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PASSAGE = Passage("文", "", "", None, (), (), 1.0, Signals())
TEXT = (
    "2023年,临江新区新签约农业项目320个,总投资186.5亿元,新增34家省级示范合作社。良种推广覆盖率达到85%,"
    "其中8亿元以上项目7个;茶叶等46个项目落地,并新增学位3000个。"
)


def test_a_clause_with_a_figure_becomes_a_question_about_it() -> None:
    assert list(clause_questions(TEXT)) == [
        ("临江新区新签约农业项目多少个?", "320个"),
        ("新增多少家省级示范合作社?", "34家"),
        ("良种推广覆盖率达到多少?", "85%"),
    ]


@pytest.mark.parametrize("torn", ["等46个项目落地。", "的核心产业规模突破300亿元。", "“新增学位3000个。", "3个。"])
def test_a_clause_that_does_not_stand_by_itself_becomes_none(torn: str) -> None:
    assert list(clause_questions(torn)) == []


def test_a_place_that_is_offered_is_named_in_full() -> None:
    """云 may stand for a province in a headline, and 云 alone asks for nothing."""
    titles = ("云贵两省今年增产", "云市区市场开业", "平原县工厂投产", "长沙市产业园开工")
    passages = tuple(replace(PASSAGE, title=title) for title in titles)
    answer = Answer("深圳有多少个项目?", "深圳有多少个项目?", ("3个",), None, 0.9, None, passages, ())
    offered: list[str] = []

    def ask(question: str, history: Sequence[str]) -> Answer:
        offered.append(question)
        return replace(answer, question=question, texts=(str(len(offered)),))

    following(answer, ask, most=6)
    assert "那长沙呢?" in offered
    assert not [question for question in offered if len(question) < len("那长沙呢?")]


@pytest.mark.slow
def test_what_is_offered_next_is_answered_by_the_corpus_and_differs(seeds_index: Path) -> None:
    qa = QA.open(seeds_index)
    asked: list[tuple[str, Answer]] = []

    def ask(question: str, history: Sequence[str]) -> Answer:
        asked.append((question, qa.ask(question, history=history)))
        return asked[-1][1]

    answer = qa.ask("青岛高新区2023年引进了多少个项目?")
    offered = following(answer, ask)
    texts = [other.text for _, other in asked if other.asked in offered]
    assert 2 <= len(offered) <= 3
    assert None not in texts
    assert len({answer.text, *texts}) == len(offered) + 1
    assert [qa.ask(question, as_written=True).text for question in offered] == texts, "each stands alone"
    assert following(qa.ask("深圳高新区2023年引进了多少个项目?"), ask) == ()


@pytest.mark.slow
def test_examples_made_of_a_corpus_name_something_and_are_answered(seeds_index: Path) -> None:
    qa = QA.open(seeds_index)
    texts = [chunk.text for chunk in qa.index.all_chunks()]
    examples = opening_questions(texts, lambda question, history: qa.ask(question, history=history), most=2)
    assert len(set(examples)) == 2
    assert all(qa.ask(question).reason is None for question in examples)
