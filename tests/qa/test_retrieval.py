from __future__ import annotations

import itertools
import math
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from chinese.tokens import simplify, tokens_of
from embeddings import Index, rebuild
from embeddings.types import Source
from qa.finding.kept_chunks import read_all
from qa.finding.nearness import nearness, question_pieces
from qa.finding.retrieval import (
    LEXICAL_WEIGHT,
    NEARNESS_WEIGHT,
    Hit,
    Scale,
    fused,
    match_share,
    passages_of,
    search,
    share_present,
    term_weights,
)
from qa.question.question import Term, parse_question
from tests.qa.support import CORPUS, ENCODER, chunk, looked_into
from tests.support import CountingEncoder, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from embeddings.types import Chunk, FloatArray

FRUIT, LIBRARY, PARK, PORT = range(4)


class _Blind(CountingEncoder):
    """Gives every text the same vector."""

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        return super().encode_queries(["" for _ in texts])


class _Fixed(CountingEncoder):
    """Takes every question for one text."""

    def __init__(self, text: str) -> None:
        super().__init__(ENCODER.dimension)
        self._text = text

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        return super().encode_queries([self._text for _ in texts])


def _cosines(question: str, index: Index) -> list[float]:
    query = ENCODER.encode_queries([simplify(question)])[0]
    return [float(np.dot(query, ENCODER.encode_queries([item.encoded])[0])) for item in index.all_chunks()]


# --- fused scores


def fuse(*sides: tuple[Sequence[float], float]) -> list[float]:
    """Sides of (scores, weight) as a search puts them together."""
    return fused([Scale.of(scores, weight) for scores, weight in sides], [scores for scores, _ in sides])


def test_fused_scores_are_z_scores_summed() -> None:
    # (1, 2, 3) has mean 2 and deviation 0.816497; (0, 0, 6) has mean 2 and deviation 2.828427.
    assert fuse(([1, 2, 3], 1.0), ([0, 0, 6], 0.5)) == [-1.578298, -0.353553, 1.931852]


def test_each_side_is_free_of_its_scale_and_offset() -> None:
    assert fuse(([10, 20, 30], 1.0), ([100, 100, 106], 0.5)) == fuse(([1, 2, 3], 1.0), ([0, 0, 6], 0.5))


def test_a_side_whose_scores_are_all_equal_says_nothing() -> None:
    assert fuse(([1, 2, 3], 1.0), ([7, 7, 7], 0.8)) == [-1.224745, 0.0, 1.224745]
    assert fuse(([0.5, 0.5, 0.5], 1.0), ([1, 2, 3], 1.0)) == [-1.224745, 0.0, 1.224745]
    assert fuse(([0.3], 1.0), ([9.0], 0.8)) == [0.0]


def test_a_lexical_side_of_no_weight_leaves_the_dense_scores_as_they_are() -> None:
    assert fuse(([1, 2, 3], 1.0), ([9, 0, 0], 0.0)) == fuse(([1, 2, 3], 1.0), ([0, 0, 0], 1.0))


# --- weights and shares


def test_rare_words_weigh_more_than_common_ones_and_untranslated_ones_little(small_index: Index) -> None:
    rare, common, gap = (
        Term("苹果", (("苹果", 1.0),)),
        Term("总投资", (("总", 1.0), ("总投资", 0.2))),
        Term("pier", (("pier", 1.0),), "gap"),
    )

    weights = term_weights(small_index, (rare, common, gap))

    assert weights["苹果"] == math.log(1 + 3.5 / 1.5)
    assert weights["总投资"] == math.log(1 + 1.5 / 3.5)  # 总 stands in three of four chunks
    assert weights["pier"] == 0.3 * math.log(1 + 4.5 / 0.5)


def test_the_share_present_is_by_weight_and_a_word_met_by_half_counts_half() -> None:
    terms = (
        Term("苹果", (("苹果", 1.0),)),
        Term("投资额", (("投资额", 1.0), ("投资", 0.5))),
        Term("猫", (("猫", 1.0),)),
    )
    weights = {"苹果": 2.0, "投资额": 1.0, "猫": 1.0}

    assert share_present(terms, weights, {"苹果", "投资"}) == 2.5 / 4
    assert share_present(terms, weights, {"一无所有"}) == 0.0
    assert share_present((), {}, {"苹果"}) == 0.0
    assert match_share(terms[1], {"投资", "投资额"}) == 1.0
    assert match_share(terms[1], {"投资"}) == 0.5


# --- search


def test_hits_are_ranked_by_both_sides(small_index: Index) -> None:
    question = parse_question("东港2023年建成了多少座码头?")

    hits = search(small_index, ENCODER, question)

    assert [hit.chunk.id for hit in hits] == [PORT, PARK, LIBRARY, FRUIT]
    lexical = dict(small_index.search_lexical([term.alternatives for term in question.terms], 10))
    assert set(lexical) == {PORT, PARK}
    weights = term_weights(small_index, question.terms)
    matched = max(share_present(question.terms, weights, set(tokens_of(hit.chunk.indexed))) for hit in hits[:2])
    cosines = [round(score, 6) for score in _cosines(question.text, small_index)]
    near = nearness(question_pieces(question), [read.lines for read in read_all(list(small_index.all_chunks()))])
    expected = fuse(
        (cosines, 1.0),
        ([lexical.get(number, 0.0) for number in range(4)], LEXICAL_WEIGHT * matched),
        (near, NEARNESS_WEIGHT["zh"]),
    )
    for hit in hits:
        assert hit.score == pytest.approx(expected[hit.chunk.id], abs=1e-4)
        assert hit.dense == pytest.approx(cosines[hit.chunk.id], abs=1e-5)
        assert hit.lexical == lexical.get(hit.chunk.id)


def test_how_far_a_hit_stands_out_does_not_depend_on_how_many_are_read(small_index: Index) -> None:
    asked = parse_question("东港2023年建成了多少座码头?")
    few, every = search(small_index, ENCODER, asked, 2), search(small_index, ENCODER, asked, 4)
    assert 2 <= len(few) < len(every) == 4
    assert few[0].chunk == every[0].chunk
    assert few[0].score == pytest.approx(every[0].score, abs=0.1)
    assert search(small_index, ENCODER, asked, 1)[0].chunk == every[0].chunk


@pytest.mark.parametrize("question", ["Who won the cup?", "骆驼赛跑冠军?", "的了吗?", "?"])
def test_a_lexical_side_without_a_match_leaves_the_dense_ranking_as_it_is(small_index: Index, question: str) -> None:
    parsed = parse_question(question)
    assert small_index.search_lexical([term.alternatives for term in parsed.terms], 10) == []

    hits = search(small_index, ENCODER, parsed)

    by_cosine = small_index.search_dense(ENCODER.encode_queries([simplify(question)])[0], 10)
    assert [(hit.chunk.id, hit.dense) for hit in hits] == by_cosine
    assert [hit.lexical for hit in hits] == [None] * 4


def test_equal_scores_are_ranked_by_id(tmp_path: Path) -> None:
    blind = _Blind(16)
    rebuild(write_corpus(tmp_path / "corpus", CORPUS), tmp_path / "index", progress=False, encoder=blind)

    with closing(Index.open(tmp_path / "index")) as index:
        hits = search(index, blind, parse_question("Who won the cup?"))
        one = search(index, blind, parse_question("苹果收获多少?"))

    assert [(hit.chunk.id, hit.score) for hit in hits] == [(0, 0.0), (1, 0.0), (2, 0.0), (3, 0.0)]
    assert [hit.chunk.id for hit in one] == [0, 1, 2, 3]


def test_what_only_the_lexical_side_finds_is_a_hit_with_its_cosine(small_index: Index) -> None:
    fruit, *_, port = (item.encoded for item in small_index.all_chunks())
    vectors = ENCODER.encode_queries([fruit, port])

    hits = search(small_index, _Fixed(fruit), parse_question("码头"), pool=1)

    found = {hit.chunk.id: hit for hit in hits}
    assert set(found) == {FRUIT, PORT}
    assert (found[FRUIT].dense, found[FRUIT].lexical) == (1.0, None)
    assert found[PORT].dense == pytest.approx(float(vectors[0] @ vectors[1]), abs=1e-5)
    assert found[PORT].lexical == small_index.search_lexical([[("码头", 1.0)]], 1)[0][1]


def test_signs_that_mean_something_to_a_query_language_mean_nothing(small_index: Index) -> None:
    def lexical(question: str) -> dict[int, float | None]:
        return {hit.chunk.id: hit.lexical for hit in search(small_index, ENCODER, parse_question(question))}

    plain = lexical("苹果 码头")
    assert plain[FRUIT] is not None
    assert plain[PORT] is not None
    assert (plain[LIBRARY], plain[PARK]) == (None, None)
    for written in (
        "+苹果 -码头",
        "苹果 AND NOT 码头",
        'title:苹果 AND body:"码头"~2',
        "苹果^9 OR (码头*",
        "[苹果 TO 码头]",
        "\\苹果\\ /码头/",
    ):
        assert lexical(written) == plain


@pytest.mark.parametrize(
    "question", ['AND OR NOT "x" title:foo * ~2 (', "((((", '"', "body:*", "\\", "IN [a b]", "a:b:c"]
)
def test_a_question_of_nothing_but_operators_is_searched_like_any_other(small_index: Index, question: str) -> None:
    hits = search(small_index, ENCODER, parse_question(question))

    assert sorted(hit.chunk.id for hit in hits) == [FRUIT, LIBRARY, PARK, PORT]
    assert [hit.lexical for hit in hits] == [None] * 4


# --- passages


def _hit(found: Chunk, score: float, dense: float = 0.0, lexical: float | None = None) -> Hit:
    return Hit(looked_into(found), dense, lexical, score)


LETTERS = "甲乙丙丁戊己庚辛"


def _run(first: int, last: int, number: int = 0, size: int = 0, article: int = 0) -> Chunk:
    """Sentences `first` to `last` of an article: sentence n says the n-th of LETTERS, `size` times more."""
    text = "".join(f"{LETTERS[n]}{LETTERS[n] * size}。" for n in range(first, last + 1))
    return chunk(text, number=number, first=first, article=article)


def test_overlapping_hits_of_one_article_are_one_passage() -> None:
    hits = [_hit(_run(2, 4, 1), 2.0, 0.5, 3.0), _hit(_run(0, 2, 0), 1.0, 0.75)]

    (passage,) = passages_of(hits, 5)

    assert passage.text.shown == "甲。乙。丙。丁。戊。"
    assert (passage.score, passage.dense, passage.lexical) == (2.0, 0.75, 3.0)
    assert passage.chunk.sources == (Source("a.txt", "line", 1, 5),)


def test_hits_that_share_no_sentence_or_no_article_stay_apart() -> None:
    hits = [_hit(_run(0, 1, 0), 3.0), _hit(_run(2, 3, 1), 2.0), _hit(_run(4, 6, 2, article=1), 1.0)]

    assert [passage.text.shown for passage in passages_of(hits, 5)] == ["甲。乙。", "丙。丁。", "戊。己。庚。"]


def test_a_hit_that_would_make_a_passage_too_long_loses_what_is_already_shown() -> None:
    long = 150
    hits = [_hit(_run(0, 2, 0, long), 2.0), _hit(_run(2, 3, 1, long), 1.0)]

    first, second = passages_of(hits, 5)

    assert first.text.shown == hits[0].chunk.text
    assert second.text.shown == "丁" * (long + 1) + "。"
    assert second.chunk.sources == (Source("a.txt", "line", 4, 4),)


@pytest.mark.parametrize("size", [0, 60, 150])
def test_no_sentence_shows_twice_in_whatever_order_the_hits_come(size: int) -> None:
    chunks = [_run(0, 2, 0, size), _run(2, 4, 1, size), _run(4, 6, 2, size), _run(6, 7, 3, size)]

    for order in itertools.permutations(chunks):
        hits = [_hit(item, 4.0 - place) for place, item in enumerate(order)]
        shown = [sentence.index for passage in passages_of(hits, 8) for sentence in passage.chunk.sentences]
        assert sorted(shown) == list(range(8)), [item.id for item in order]


def test_at_most_so_many_passages_come_back_and_the_best_first() -> None:
    hits = [_hit(_run(number, number, number, article=number), 9.0 - number) for number in range(5)]

    assert [passage.text.shown for passage in passages_of(hits, 3)] == ["甲。", "乙。", "丙。"]
    assert len(passages_of(hits, 50)) == 5
    assert passages_of([], 3) == []


def test_the_same_words_in_two_files_are_one_passage_with_two_sources() -> None:
    one = chunk("同比增长5%。", title="甲", file="a.txt")
    two = chunk("同比增长５%。", title="乙", file="b.txt", article=1, number=1, first=6)
    other = chunk("同比下降3%。", title="丙", file="c.txt", article=2, number=2)

    first, second = passages_of([_hit(one, 3.0), _hit(two, 2.0), _hit(other, 1.0)], 2)

    assert (first.text.shown, second.text.shown) == ("同比增长5%。", "同比下降3%。")
    assert first.chunk.sources == (Source("a.txt", "line", 1, 1), Source("b.txt", "line", 7, 7))


def test_an_article_that_stands_in_two_files_is_found_once_with_both(tmp_path: Path) -> None:
    story = page("港口扩建", "东港2023年建成码头3座,总投资12.6亿元,这是近十年来规模最大的一次扩建工程。")
    texts = {"a.txt": story, "b/copy.txt": "\n\n" + story, "c.txt": page("苹果丰收", "果农今年收获苹果30吨。")}
    rebuild(write_corpus(tmp_path / "corpus", texts), tmp_path / "index", progress=False, encoder=ENCODER)

    with closing(Index.open(tmp_path / "index")) as index:
        passages = passages_of(search(index, ENCODER, parse_question("东港建成了多少座码头?")), 50)

    assert [[(s.file, s.start) for s in item.chunk.sources] for item in passages] == [
        [("a.txt", 3), ("b/copy.txt", 5)],
        [("c.txt", 3)],
    ]


def test_a_term_of_several_words_is_there_where_all_of_these_are() -> None:
    term = Term("住建局", (("住建局", 1.0), ("住房和城乡建设局", 0.9)))

    assert match_share(term, {"住房", "和", "城乡", "建设局"}) == 0.9
    assert match_share(term, {"住房", "和", "建设局"}) == 0.0


def test_the_same_words_of_two_years_are_two_passages_where_they_say_last_year(tmp_path: Path) -> None:
    texts = {
        f"{year}.txt": f"全市夏粮再获丰收\n\n{year}年7月2日\n\n去年全市夏粮总产量达到三十万吨,比前一个收获季增加两万吨,"
        "粮食局负责人昨天介绍说。\n\n各县的粮库都已经腾出仓位,准备收购新粮,农户可以就近把粮食卖给粮库。\n"
        for year in (2019, 2021)
    }
    rebuild(write_corpus(tmp_path / "corpus", texts), tmp_path / "index", progress=False, encoder=ENCODER)
    with closing(Index.open(tmp_path / "index")) as index:
        passages = passages_of(search(index, ENCODER, parse_question("去年夏粮总产量是多少?")), 50)
        dates = {item.chunk.date for item in passages if "去年" in item.text.shown}
        assert dates == {"2019-07-02", "2021-07-02"}, "each is resolved by its own date"
