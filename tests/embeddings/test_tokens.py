from __future__ import annotations

import logging
import tomllib
from typing import TYPE_CHECKING

import jieba
import pytest
import rjieba
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.common import CORPUS
from benchmarks.squad import SETS, load_squad
from chinese import tokens
from chinese.tokens import TOKENIZER, fold, frequency, simplify, tagged, tokenize, words
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterable

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60)
CHINESE = st.text(alphabet="沈阳高新区引進項目316个,总投资420亿元。Ａi a-b4.4%臺灣 ", max_size=60)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("濟南市中區", "济南市中区"),
        ("１２．６億元", "12.6亿元"),
        ("ＡＩ大模型", "ai大模型"),
        ("（沈阳）", "(沈阳)"),
        ("Ａ，Ｂ", "a,b"),
        ("日報", "日报"),
        ("", ""),
    ],
)
def test_folding_narrows_lowers_and_simplifies(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_character_whose_narrow_form_is_longer_stays_as_it_is() -> None:
    assert fold("㎡和㈱与İ") == "㎡和㈱与İ"


def test_simplifying_keeps_capitals_and_full_width_forms() -> None:
    assert simplify("ＡI產業") == "ＡI产业"


@given(st.one_of(TEXTS, CHINESE))
def test_folding_keeps_the_length_of_every_text(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert len(simplify(text)) == len(text)


@given(CHINESE)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_words_come_in_order_with_their_places() -> None:
    assert list(words("引进项目311个,占4.4%")) == [
        ("引进", 0, 2),
        ("项目", 2, 4),
        ("311", 4, 7),
        ("个", 7, 8),
        ("占", 9, 10),
        ("4.4", 10, 13),
    ]


def test_figures_with_separators_and_latin_words_stay_whole() -> None:
    assert [word for word, _, _ in words("共18,297户,ai-link与r&d")] == ["共", "18,297", "户", "ai-link", "与", "r&d"]


def test_a_letter_beside_a_digit_is_a_word_of_its_own() -> None:
    assert [word for word, _, _ in words("6s扶持f-16")] == ["6", "s", "扶持", "f", "16"]


@given(st.one_of(TEXTS, CHINESE))
def test_words_stand_where_they_say_in_order_and_apart(text: str) -> None:
    folded = fold(text)
    last = 0
    for word, start, end in words(folded):
        assert folded[start:end] == word
        assert last <= start < end
        last = end


def test_a_long_word_also_gives_the_words_inside_it() -> None:
    assert tokenize("高新技术") == ["高新", "技术", "高新技术"]


def test_neighbouring_single_characters_also_give_pairs() -> None:
    assert tokenize("瑃玥") == ["瑃", "瑃玥", "玥"]


def test_single_characters_apart_give_no_pair() -> None:
    assert tokenize("瑃、玥") == ["瑃", "玥"]


def test_a_figure_with_thousands_separators_is_found_without_them() -> None:
    assert tokenize("18,297") == ["18297", "18,297"]


def test_a_compound_latin_word_is_found_by_its_parts() -> None:
    assert tokenize("R&D") == ["r", "d", "r&d"]


def test_tokens_repeat_as_often_as_they_occur() -> None:
    assert tokenize("项目,项目").count("项目") == 2


def test_traditional_and_full_width_text_gives_the_same_tokens_as_simple_text() -> None:
    assert tokenize("總投資４２０億元") == tokenize("总投资420亿元")


@pytest.mark.parametrize("text", ["", " ", "，。！？", "“”", "\n\t"])
def test_a_text_without_words_gives_no_tokens(text: str) -> None:
    assert tokenize(text) == []


@settings(max_examples=50)
@given(TEXTS)
def test_no_token_is_empty_or_has_blanks(text: str) -> None:
    assert all(token and not any(character.isspace() for character in token) for token in tokenize(text))


def test_the_dictionary_knows_words_their_frequency_and_part_of_speech() -> None:
    assert frequency("项目") > frequency("瑃玥") == 0
    assert tagged("沈阳引进") == [("沈阳", "ns"), ("引进", "v")]
    assert tagged("瑃") == [("瑃", "x")]


def test_the_tokenizer_names_the_version_of_rjieba() -> None:
    assert TOKENIZER.startswith("rjieba-0.")


# --- the same words as jieba itself, so that what was tuned with it stays true


@pytest.fixture(scope="module")
def original() -> jieba.Tokenizer:
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    return tokenizer


def test_words_of_the_seed_corpus_are_those_of_jieba(original: jieba.Tokenizer) -> None:
    texts = [line for file in sorted(CORPUS.glob("*.txt")) for line in file.read_text(encoding="utf-8").splitlines()]
    assert _cut_otherwise(texts, original) == []


@pytest.mark.skipif(not SETS.is_dir(), reason="no question sets; WENJU_EVAL names their folder")
@pytest.mark.parametrize("name", ["drcd_dev", "cmrc_dev", "xquad_dev.zh", "xquad_dev.en"])
def test_words_of_the_question_sets_are_those_of_jieba(original: jieba.Tokenizer, name: str) -> None:
    paragraphs = load_squad(name)[::10]
    texts = [text for item in paragraphs for text in (item.text, *(question.text for question in item.questions))]
    assert len(texts) > 20
    assert _cut_otherwise(texts, original) == []


@pytest.mark.parametrize(
    "text", ["2023-10-18发布", "f-16与t恤、b超", "4.4%", "c++与c#", "a_b", "１号", "3d打印x1", "①②㎡々〇", "ｶﾞ𠮷"]
)
def test_what_rjieba_alone_would_cut_otherwise_is_cut_as_jieba_does(original: jieba.Tokenizer, text: str) -> None:
    assert _cut_otherwise([text], original) == []


@given(st.one_of(TEXTS, CHINESE))
def test_any_text_is_cut_as_jieba_does(original: jieba.Tokenizer, text: str) -> None:
    assert _cut_otherwise([text], original) == []


def test_the_dictionary_is_that_of_jieba(original: jieba.Tokenizer) -> None:
    known = {word for word, count in original.FREQ.items() if count}
    assert len(known) > 300_000
    sample = sorted(known)[::50]
    assert [word for word in sample if not frequency(word)] == []
    # Common words are common in both; what only begins a word is none.
    assert [word for word in sample if original.FREQ[word] > 200 >= frequency(word)] == []
    assert [text for text, count in original.FREQ.items() if not count][::500] != []
    assert [text for text in sorted(original.FREQ.keys() - known)[::50] if frequency(text)] == []


def _cut_otherwise(texts: Iterable[str], original: jieba.Tokenizer) -> list[tuple[str, list[str], list[str]]]:
    """Texts of which jieba gives other words between figures and Latin words: (text, its words, ours)."""
    found = []
    for text in map(fold, texts):
        ours = list(words(text))
        theirs = []
        # What stands between: words without a letter or a digit are left out by `words`.
        gaps = [0, *(place for word, *places in ours if word.isascii() for place in places), len(text)]
        for first, last in zip(gaps[::2], gaps[1::2], strict=True):
            cut = original.tokenize(text[first:last], HMM=False) if first < last else ()
            theirs += [(word, first + start, first + end) for word, start, end in cut if any(map(str.isalnum, word))]
        ours = [item for item in ours if not item[0].isascii()]
        if ours != theirs:
            found.append((text, [word for word, *_ in theirs], [word for word, *_ in ours]))
    return found


def test_the_cutter_is_the_one_that_rjieba_itself_uses() -> None:
    """It has a private name there, so that the versions of rjieba are bounded."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    (bound,) = [line for line in project["project"]["dependencies"] if line.startswith("rjieba")]
    assert "<" in bound
    assert all(getattr(rjieba, name) == getattr(tokens._cutter(), name) for name in ("tokenize", "tag", "has_word"))


def test_radicals_are_found_as_the_characters_they_look_like() -> None:
    assert fold("⻓⼭⻘⽯") == "长山青石"
    assert tokenize("⻢⽥村") == tokenize("马田村")
