from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from embeddings.models import bundled_model
from embeddings.models.unigram import Unigram

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [
    "2024年以来，新开工水利类项目３１６个、总投资 420 亿元。",
    "臺灣與香港經濟發展聚焦，１２．６億元；10～20家",
    "How many projects did Shenyang High-tech Zone attract in 2023?",
    "  前后有空格  中间也有　　全角空格\t制表符\n换行 ",
    "ｶﾞｷﾞ café e\u0301tude 한국어 ㎡ ① ﬁ",
    "生僻字𠮷𡃁𪚥连在一起",
    "\x00\x07控制\u200b零宽\ufeff标记\ufffd",
    "**粗体** `代码` <s> 不是标记",
    "",
    " ",
    "▁",
    "é" * 40,
]


@pytest.fixture(scope="module")
def library() -> Tokenizer:
    return Tokenizer.from_file(str(bundled_model.unpack() / "tokenizer.json"))


@pytest.fixture(scope="module")
def own() -> Unigram:
    return Unigram.load(bundled_model.unpack(), bundled_model.UNKNOWN)


@pytest.mark.parametrize("text", [text for text in TEXTS if "<s>" not in text])
def test_the_tokens_are_those_of_the_library(own: Unigram, library: Tokenizer, text: str) -> None:
    assert list(own.encode(text).ids) == library.encode(text, add_special_tokens=False).ids


_KNOWN = st.characters(min_codepoint=1, max_codepoint=0xFFEF, exclude_categories=["Cs", "Cn", "Co"])


@given(st.text(_KNOWN, max_size=40))
@settings(deadline=None, max_examples=200)
def test_the_tokens_of_any_text_are_those_of_the_library(own: Unigram, library: Tokenizer, text: str) -> None:
    # Python's tables of Unicode are newer than the library's: marks that it does not know are put aside. A text that
    # spells a mark of the model's (<mask>) is a text for us, and the mark itself for the library.
    if any(mark in text for mark in ("<s>", "<pad>", "</s>", "<unk>", "<mask>")) or any(
        library.normalizer.normalize_str(one) != _normal(own, one) for one in text
    ):
        return
    assert list(own.encode(text).ids) == library.encode(text, add_special_tokens=False).ids


def _normal(own: Unigram, character: str) -> str:
    from embeddings.models.unigram import _normal_form

    return _normal_form(character).replace("▁", " ")


@pytest.mark.parametrize("text", TEXTS)
def test_every_token_says_which_characters_it_stands_for(own: Unigram, text: str) -> None:
    tokens = own.encode(text)
    ends = [end for _, end in tokens.offsets]

    assert len(tokens.ids) == len(tokens.offsets)
    assert all(0 <= start < end <= len(text) for start, end in tokens.offsets)
    assert ends == sorted(ends)
    covered = {place for start, end in tokens.offsets for place in range(start, end)}
    assert all(place in covered for place, one in enumerate(text) if one.isalnum())


def test_a_mark_of_the_model_in_a_text_is_text(own: Unigram) -> None:
    ids = own.encode("前<s>后</s><mask>").ids

    assert not {bundled_model.BEGIN, bundled_model.END, bundled_model.UNKNOWN} & set(ids)


def test_a_character_that_no_piece_has_is_one_unknown_token(own: Unigram) -> None:
    found = own.encode("甲\U000e0001\U000e0002乙")

    assert found.ids.count(bundled_model.UNKNOWN) == 1


def test_a_vocabulary_comes_back_as_it_was_written(tmp_path: Path) -> None:
    pieces = ["<unk>", "▁", "港", "东港", "▁东港"]
    Unigram.save(tmp_path, pieces, [0.0, -2.0, -3.0, -3.5, -9.0])
    own = Unigram.load(tmp_path, 0)

    assert own.encode("东港港").ids == (1, 3, 2)
    assert own.encode("东港港").offsets == ((0, 1), (0, 2), (2, 3))


def test_a_piece_with_a_line_break_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="line break"):
        Unigram.save(tmp_path, ["a\nb"], [0.0])
