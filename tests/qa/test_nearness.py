from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qa.english.lexicon import Lexicon
from qa.finding.kept_chunks import read_all
from qa.finding.nearness import nearness, question_pieces
from qa.question.question import parse_question
from tests.qa.support import chunk

if TYPE_CHECKING:
    from embeddings.types import Chunk


def _tokens(question: str, lexicon: Lexicon | None = None) -> list[str]:
    return [token for piece in question_pieces(parse_question(question, lexicon)) for token, _ in piece]


def _lines(chunks: list[Chunk]) -> list[str]:
    return [read.lines for read in read_all(chunks)]


def test_a_chinese_question_falls_into_characters_and_pairs_without_its_question_words() -> None:
    assert _tokens("臬仓是谁?") == ["臬", "仓", "是", "臬仓", "仓是"]


def test_figures_and_latin_words_stay_whole() -> None:
    tokens = _tokens("2023年GDP达到4.4亿元?")

    assert {"2023", "gdp", "4.4", "亿元"} <= set(tokens)
    assert "20" not in tokens


def test_an_english_question_falls_into_its_words_with_what_they_may_stand_for() -> None:
    lexicon = Lexicon.for_vocabulary(["图书馆"])

    assert _tokens("library 2023", lexicon) == ["library", "图书馆", "2023"]


def test_the_chunk_that_says_it_in_one_sentence_is_the_nearest() -> None:
    pieces = question_pieces(parse_question("施护译出佛经"))
    scattered = chunk("施护来到中原。他翻译经书。佛教传播。")
    together = chunk("当时的施护译出佛经。他来自北天竺。", number=1)
    nothing = chunk("苹果丰收。", number=2)

    shares = nearness(pieces, _lines([scattered, together, nothing]))

    assert shares[1] == 1.0
    assert 0 < shares[0] < 1
    assert shares[2] == 0.0


def test_a_piece_counts_by_its_rarity_and_not_at_all_where_no_chunk_has_it() -> None:
    chunks = [chunk("项目投产。"), chunk("项目停工。", number=1), chunk("项目开工。", number=2)]
    common, rare, absent = (("项目", 1.0),), (("停工", 1.0),), (("骆驼", 1.0),)

    shares = nearness([common, rare, absent], _lines(chunks))

    assert shares[1] == 1.0
    assert shares[0] == shares[2] < 0.5


def test_a_piece_counts_as_its_best_match_in_the_sentence() -> None:
    piece = (("投资额", 1.0), ("投资", 0.5))

    shares = nearness([piece], _lines([chunk("投资。"), chunk("投资额。", number=1)]))

    assert shares[0] == pytest.approx(shares[1] / 2)


def test_nothing_to_look_for_or_to_look_in_gives_nothing() -> None:
    assert nearness((), _lines([chunk("项目。")])) == [0.0]
    assert nearness([(("项目", 1.0),)], _lines([])) == []


def test_traditional_and_full_width_text_counts_as_simplified() -> None:
    pieces = question_pieces(parse_question("臺灣首任巡撫2023"))

    assert nearness(pieces, _lines([chunk("台湾首任巡抚２０２３。")])) == [1.0]
