"""A text in its forms: places agree, and joining or cutting gives what folding the whole would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chinese.text import Text, joined
from chinese.tokens import fold, simplify, tokenize

MIXED = "東港碼頭於２０２３年建成，ＧＤＰ增長5%；云县乾隆年间有记载。𠀀Ⅻ"


def test_a_text_is_shown_as_it_is_and_folded_to_be_compared() -> None:
    text = Text.of(MIXED)

    assert text.shown == MIXED
    assert text.folded == fold(MIXED)
    assert text.simplified == simplify(MIXED)
    assert text.tokens == frozenset(tokenize(MIXED))


def test_a_part_of_a_text_has_the_same_characters_of_each_form() -> None:
    assert Text.of(MIXED)[2:4] == Text(MIXED[2:4], fold(MIXED)[2:4])


@given(st.lists(st.sampled_from(["東港碼頭。", "总投资１２亿元。", "GDP growth.", ""]), max_size=5))
def test_joined_texts_are_those_of_the_joined_words(parts: list[str]) -> None:
    whole = joined([Text.of(part) for part in parts], ["\n"] * (len(parts) - 1))

    assert whole == Text.of("\n".join(parts))


def test_as_many_marks_stand_between_as_there_are_gaps() -> None:
    with pytest.raises(ValueError, match="zip"):
        joined([Text.of("甲"), Text.of("乙")], [])
