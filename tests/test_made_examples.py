"""Examples made by rule: deterministic, of every kind as often, and their answers where they are said to stand."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from benchmarks.made_examples import drawn, fill, made_example, made_examples, spans_of, worded
from benchmarks.made_shapes import SHAPES, Ask, Shape
from benchmarks.made_tables import TABLE_SHAPES
from benchmarks.made_words import WORDS

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
ALL_SHAPES = (*SHAPES, *TABLE_SHAPES)
BY_NAME = {shape.name: shape for shape in ALL_SHAPES}


def _answers(shape: str, seed: int) -> tuple[str, str, list[str]]:
    """A question on a shape's text, the text, and the answers' own words."""
    made = made_example(BY_NAME[shape], list(SHAPES), random.Random(seed))
    places = [] if made.answer is None else [made.answer, *made.others]
    return made.question, made.text, [made.text[start:end] for start, end in places]


def test_the_same_seed_makes_the_same_examples_and_another_seed_others() -> None:
    assert made_examples(60, 3) == made_examples(60, 3)
    assert made_examples(60, 3) != made_examples(60, 4)


def test_every_shape_is_made_as_often_as_any_other_and_a_quarter_has_no_answer_at_most() -> None:
    made = made_examples(20 * len(SHAPES), 1)
    absent = sum(item.answer is None for item in made)

    assert len(made) == 20 * len(SHAPES)
    assert 0.08 < absent / len(made) < 0.3
    assert any(item.others for item in made)


@pytest.mark.parametrize("shape", ALL_SHAPES, ids=lambda shape: shape.name)
def test_every_question_and_answer_of_a_shape_names_slots_that_each_of_its_texts_has(shape: Shape) -> None:
    for text in shape.texts:
        only = Shape(shape.name, shape.slots, (text,), shape.asks)
        filled = fill(only, random.Random(0))
        for ask in shape.asks:
            for start, end in spans_of(ask.answer, filled):
                assert start < end
                assert filled.text[start:end].strip("，。；\n") == filled.text[start:end]
            for question in ask.questions:
                assert "{" not in worded(Ask(ask.answer, (question,)), only, filled, random.Random(1))[0]


@pytest.mark.parametrize("shape", ALL_SHAPES, ids=lambda shape: shape.name)
def test_an_answer_does_not_stand_in_its_question(shape: Shape) -> None:
    for seed in range(12):
        question, text, answers = _answers(shape.name, seed)
        for answer in answers:
            assert answer in text
            assert answer not in question


def test_a_question_about_another_name_or_year_has_no_answer_in_the_text() -> None:
    filled = fill(BY_NAME["another year"], random.Random(5))
    ask = BY_NAME["another year"].asks[0]
    words = [worded(ask, BY_NAME["another year"], filled, random.Random(seed)) for seed in range(60)]
    swapped = [question for question, is_swapped in words if is_swapped]

    assert 2 < len(swapped) < 25
    for question in swapped:
        year, place = re.search(r"\d{4}年", question), re.search(r"[^在年]{2}[市县区镇乡]", question)
        assert year is not None
        assert place is not None
        assert year.group() not in filled.text or place.group() not in filled.text


def test_a_whole_is_told_from_its_part_and_a_deputy_from_the_head() -> None:
    shape = BY_NAME["a part after 其中"]
    filled = fill(shape, random.Random(2))
    (whole,) = spans_of("a", filled)
    (part,) = spans_of("b", filled)
    assert whole[1] <= part[0]
    assert filled.text.index("其中") in range(whole[1], part[0])

    asked = {
        answers[0] if answers else "": question
        for seed in range(40)
        for question, _, answers in [_answers("a deputy only", seed)]
    }
    assert "局长" in asked[""] or "主任" in asked[""]


def test_a_list_is_one_run_and_members_apart_are_several_places() -> None:
    runs = [answers for seed in range(30) for _, _, answers in [_answers("the members of a list", seed)] if answers]
    assert runs
    assert all(len(answers) == 1 and "、" in answers[0] for answers in runs)

    apart = [_answers("members apart from each other", seed) for seed in range(40)]
    several = [(text, answers) for _, text, answers in apart if len(answers) == 2]
    assert several
    for text, (first, second) in several:
        assert first != second
        assert (
            "。" in text[text.index(first) : text.index(second)] or "；" in text[text.index(first) : text.index(second)]
        )


def test_no_invented_name_is_one_of_the_seed_corpus() -> None:
    corpus = "".join(file.read_text(encoding="utf-8") for file in sorted(SEEDS.glob("*.txt")))
    chance = random.Random(9)

    assert corpus
    for kind in ("city", "place", "firm", "work", "village", "street"):
        assert not [name for name in (drawn(kind, chance) for _ in range(300)) if name in corpus]
    assert {"place", "person", "year"} <= WORDS.keys()
