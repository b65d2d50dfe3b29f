"""What holds for every store alike, whatever keeps the index: the folder, milvus-lite, the real Milvus server."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from chinese.tokens import tokenize
from embeddings.building.build import rebuild_with
from embeddings.errors import IndexMismatch
from embeddings.store.folder.index import Index
from embeddings.store.milvus.rows import LONGEST_VALUE
from embeddings.types import Source
from tests.cluster.support import AWKWARD, COPIES
from tests.figures import CountingFigures
from tests.qa.support import ENCODER
from tests.support import CountingEncoder, write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embeddings.store.stores import Generation
    from tests.cluster.support import Place

COUNT = 7


@pytest.fixture(scope="module")
def opened(built: Place) -> Iterator[Generation]:
    with closing(built.open()) as generation:
        yield generation


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The embedded index of the same corpus, for what is too long to be written down."""
    folder = tmp_path_factory.mktemp("expected")
    corpus = write_corpus(folder / "corpus", AWKWARD)
    rebuild_with(CountingFigures(), corpus, folder / "index", progress=False, encoder=ENCODER)
    with closing(Index.open(folder / "index")) as index:
        yield index


def test_the_whole_is_known(opened: Generation) -> None:
    assert len(opened) == opened.manifest.chunks == COUNT
    assert [entry.file for entry in opened.manifest.documents] == sorted(AWKWARD)
    assert opened.manifest.model == "counting"
    assert opened.generation == opened.manifest.generation
    assert opened.is_current()
    opened.verify()


def test_chunks_come_in_the_order_asked_for(opened: Generation, expected: Index) -> None:
    assert [chunk.id for chunk in opened.chunks([3, 1, 2])] == [3, 1, 2]
    assert opened.chunks([2, 2]) == expected.chunks([2, 2])
    assert opened.chunks([]) == []
    assert list(opened.all_chunks()) == list(expected.all_chunks())


@pytest.mark.parametrize("unknown", [COUNT, -1, 10**12])
def test_a_chunk_that_is_not_there_is_an_error(opened: Generation, unknown: int) -> None:
    with pytest.raises(ValueError, match=str(unknown)):
        opened.chunks([0, unknown])
    with pytest.raises(ValueError, match=str(unknown)):
        opened.dense_scores(ENCODER.encode_queries(["码头"])[0], [0, unknown])


def test_all_of_a_chunk_travels(opened: Generation) -> None:
    (chunk,) = opened.file_chunks("unit/dated.txt")
    assert (chunk.title, chunk.date, chunk.text) == ("市政简报", "2024-03-05", "本报讯 南城今年新建公园六座。")
    assert chunk.sources == (Source("unit/dated.txt", "line", 5, 5),)
    assert [sentence.start for sentence in chunk.sentences] == [5]


def test_a_chunk_that_is_longer_than_a_value_is_whole(opened: Generation) -> None:
    assert sum(len(name) for name in COPIES) > LONGEST_VALUE
    (found,) = opened.file_chunks(COPIES[-1])
    assert [source.file for source in found.sources] == COPIES
    assert opened.chunks([found.id]) == opened.article_chunks(found.article) == [found]


def test_a_text_in_two_files_is_one_chunk_found_by_both(opened: Generation) -> None:
    (one,), (other,) = opened.file_chunks("fruit.txt"), opened.file_chunks("again.txt")
    assert one == other
    assert {source.file for source in one.sources} == {"fruit.txt", "again.txt"}


def test_files_and_articles_are_found_by_what_they_are(opened: Generation, expected: Index) -> None:
    for file in AWKWARD.keys() - set(COPIES[1:]):
        assert opened.file_chunks(file) == expected.file_chunks(file) != []
    for file in ("fruit", "ruit.txt", "", 'a "quoted', "%"):
        assert opened.file_chunks(file) == []
    assert opened.article_chunks(2) == expected.article_chunks(2) != []
    assert opened.article_chunks(99) == []


@pytest.mark.parametrize("k", [1, 3, COUNT, 50])
@pytest.mark.parametrize("question", ["东港码头建成多少座", "图书馆", "完全无关"])
def test_dense_search_is_exact_here(opened: Generation, expected: Index, question: str, k: int) -> None:
    vector = ENCODER.encode_queries([question])[0]
    found = opened.search_dense(vector, k)
    assert len(found) == min(k, COUNT)
    assert found == sorted(found, key=lambda hit: (-hit[1], hit[0]))
    assert [number for number, _ in found] == [number for number, _ in expected.search_dense(vector, k)]
    scores = dict(expected.search_dense(vector, COUNT))
    assert [score for _, score in found] == pytest.approx([scores[number] for number, _ in found], abs=2e-6)


def test_dense_scores_are_cosines_in_the_order_asked_for(opened: Generation, expected: Index) -> None:
    vector = np.float32(3) * ENCODER.encode_queries(["东港码头"])[0]
    assert opened.dense_scores(vector, [5, 0, 3]) == pytest.approx(expected.dense_scores(vector, [5, 0, 3]), abs=2e-6)
    assert opened.dense_scores(vector, []) == []
    assert opened.search_dense(vector, 0) == []


def test_a_vector_of_another_length_is_an_error(opened: Generation) -> None:
    short = ENCODER.encode_queries(["码头"])[0][:9]
    with pytest.raises(ValueError, match=r"\(9\).*\(256\)"):
        opened.search_dense(short, 3)
    with pytest.raises(ValueError, match=r"\(9\).*\(256\)"):
        opened.dense_scores(short, [0])


GROUPS = {
    "one": [[("苹果", 1.0)]],
    "sum": [[("投资", 1.0)], [("码头", 1.0)]],
    "best of a group": [[("苹果", 0.5), ("果农", 1.0), ("码头", 0.3)], [("建成", 0.8)]],
    "nothing of its own": [[("没有的词", 1.0)], [("亿", 1.0), ("元", 1.0), ("亿元", 1.0)]],
    "figures": [[("4.5", 1.0)], [("18,297", 1.0)], [("f", 0.5), ("16", 1.0)], [("2023", 1.0), ("10", 1.0)]],
    "signs": [[('"', 1.0), ("\\", 1.0), ("%", 1.0), ("投资", 1.0)], [("a b", 1.0), ("", 1.0)]],
    "weights that do not count": [[("苹果", 0.0), ("码头", -1.0), ("投资", float("nan"))], [("藏书", 1.0)]],
}


@pytest.mark.parametrize("k", [1, 2, 50])
@pytest.mark.parametrize("name", GROUPS)
def test_words_are_scored_as_the_embedded_index_scores_them(
    opened: Generation, expected: Index, name: str, k: int
) -> None:
    found = opened.search_lexical(GROUPS[name], k)
    wanted = expected.search_lexical(GROUPS[name], k)
    assert wanted
    assert [number for number, _ in found] == [number for number, _ in wanted]
    # tantivy keeps lengths above 40 in steps.
    assert [score for _, score in found] == pytest.approx([score for _, score in wanted], rel=0.02)


@pytest.mark.parametrize(
    "groups", [[], [[]], [[("没有的词", 1.0)]], [[("苹果", 0.0)]], [[("%", 1.0), ("a b", 1.0), ("", 1.0)]]]
)
def test_words_that_match_nothing_find_nothing(opened: Generation, groups: list[list[tuple[str, float]]]) -> None:
    assert opened.search_lexical(groups, 5) == []


def test_how_often_a_word_stands_is_known(opened: Generation, expected: Index) -> None:
    assert opened.document_frequency("投资") == 3
    tokens = tokenize("Ｆ－16的模型")
    for token in ["苹果", "4.5", "18,297", "没有的词", "", "a b", "%", '"', "\\", *tokens]:
        assert opened.document_frequency(token) == expected.document_frequency(token)
    assert opened.vocabulary() == expected.vocabulary()
    assert opened.document_frequency("投资") == 3  # after the whole vocabulary was read, too


def test_figures_are_found_as_the_embedded_index_finds_them(opened: Generation, expected: Index) -> None:
    figures = list(opened.all_figures())
    assert figures == list(expected.all_figures())
    assert len(figures) > COUNT
    assert opened.figures_of_chunks([5, 2, 2, 10**12]) == [item for item in figures if item.chunk in (2, 5)] != []
    (docks,) = opened.measures_with(tokenize("码头"))
    assert (docks.words, docks.count) == ("建成码头", 1)
    assert [item.facts.value for item in opened.figures_of_measures([docks.id])] == [3.0]
    everything = {token for item in figures for token in tokenize(item.facts.measure)}
    measures = opened.measures_with(everything)
    assert measures == expected.measures_with(everything)
    ids = [measure.id for measure in measures]
    assert opened.figures_of_measures(ids) == expected.figures_of_measures(ids)
    assert opened.measures_with(["没有的词"]) == opened.measures_with([]) == []


def test_another_model_is_refused(opened: Generation) -> None:
    with pytest.raises(IndexMismatch, match=r"model counting .* in use is other .*wenju rebuild .*--model other"):
        opened.check_model(CountingEncoder(256, name="other"))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("果农今年收获苹果多少吨?", "30吨"),
        ("东港2023年建成多少座码头?", "3座"),
        ("谁主持设计春城图书馆新馆?", "林青"),
        ("How many docks did Donggang build in 2023?", "3座"),
        ("北港2023年建成多少座码头?", None),
    ],
)
def test_questions_are_answered(built: Place, question: str, answer: str | None) -> None:
    qa = built.qa()
    with closing(qa.index):
        given = qa.ask(question)
    assert given.text == answer
    assert (given.reason is None) == (answer is not None)
