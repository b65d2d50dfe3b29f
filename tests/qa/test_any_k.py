"""How many passages are shown decides neither what is answered nor how sure it is: on every question of two sets."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from benchmarks.corpora import build_corpus
from benchmarks.remembered import RememberedEncoder, RememberedReader
from benchmarks.squad import SETS, load_squad
from embeddings import Index
from embeddings.models.encoder import load_encoder
from qa import QA
from qa.evaluation.cases import load_cases
from qa.reading.reader import load_reader
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from qa import Answer

pytestmark = pytest.mark.slow

CASES = load_cases(REPOSITORY / "tests" / "data" / "seeds_dev.jsonl")
QUESTIONS = 100
NUMBERS = (1, 5, 14, 50)


def _said(answer: Answer) -> tuple[object, ...]:
    return answer.texts, answer.reason, answer.confidence


def _differing(index: Index, questions: list[str]) -> list[str]:
    """The questions that get another answer for another number of passages."""
    qa = QA(index, RememberedEncoder(load_encoder(index.manifest.model)), RememberedReader(load_reader()))
    return [text for text in questions if len({_said(qa.ask(text, k)) for k in NUMBERS}) > 1]


def test_every_question_of_the_dev_set_has_one_answer(seeds_index: Path) -> None:
    with closing(Index.open(seeds_index)) as index:
        assert _differing(index, [case.question for case in CASES]) == []


def test_a_hundred_questions_of_an_open_set_have_one_answer_each(tmp_path: Path) -> None:
    if not (SETS / "drcd_dev.json").is_file():
        pytest.skip("../shared/eval is missing")
    paragraphs = load_squad("drcd_dev")[:60]
    questions = [question.text for item in paragraphs for question in item.questions][:QUESTIONS]
    with closing(build_corpus({"drcd_dev": paragraphs}, tmp_path, "k", load_encoder(), progress=False)) as index:
        assert len(questions) == QUESTIONS
        assert _differing(index, questions) == []
