"""Asked within chosen documents: what holds for every store alike, whatever keeps the index."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from embeddings.store.chosen import Chosen
from embeddings.store.milvus import rows
from embeddings.store.narrowed import narrow
from qa.question.scope import Scope
from tests.cluster.support import AWKWARD, COPIES
from tests.qa.support import ENCODER
from tests.support import counting_qa

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embeddings.store.stores import Whole
    from tests.cluster.support import Place


@pytest.fixture(scope="module")
def opened(built: Place) -> Iterator[Whole]:
    with closing(built.open()) as generation:
        yield generation


def test_where_each_chunk_and_each_copy_stands_is_kept(opened: Whole) -> None:
    standings = {standing.id: standing for standing in opened.standings()}
    assert sorted(standings) == list(range(len(opened)))
    assert {standing.file for standing in standings.values()} | {c.sources[0].file for c in opened.copies()} == set(
        AWKWARD
    )
    (dated,) = opened.standings(["unit/dated.txt"])
    assert dated.date == "2024-03-05"
    (fruit,) = opened.copies(["fruit.txt"])
    assert [source.file for source in opened.chunks([fruit.id])[0].sources] == ["again.txt", "fruit.txt"]
    assert len(list(opened.copies())) == len(COPIES)  # and that of fruit.txt; the first copy is a chunk
    awkward = 'a "quoted" \\ name.txt'
    assert [standing.file for standing in opened.standings([awkward, "nowhere.txt"])] == [awkward]


@pytest.mark.parametrize("most", [200, 1])
def test_a_search_among_chosen_chunks_finds_no_others(
    opened: Whole, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "_MOST_SPANS", most)  # one: the ids are listed
    vector, groups = ENCODER.encode_queries(["苹果 码头"])[0], [[("苹果", 1.0)], [("码头", 1.0), ("新建", 0.5)]]
    whole_dense, whole_lexical = opened.search_dense(vector, 99), opened.search_lexical(groups, 99)
    for ids in ({0}, {1, 3, 5}, set(range(len(opened))), set()):
        only = Chosen(ids)
        for k in (1, 3, 50):
            found = opened.search_dense(vector, k, only)
            wanted = [hit for hit in whole_dense if hit[0] in ids][:k]
            assert [number for number, _ in found] == [number for number, _ in wanted]
            lexical = [hit for hit in whole_lexical if hit[0] in ids][:k]
            assert opened.search_lexical(groups, k, only) == lexical


def test_the_figures_of_a_part_are_its_own(opened: Whole) -> None:
    part = narrow(opened, ["port.txt"], lambda _: True)
    own = [figure for figure in opened.all_figures() if figure.chunk in {chunk.id for chunk in part.all_chunks()}]
    assert list(part.all_figures()) == own
    assert sum(part_measure.count for part_measure in part.measures_with(["码头", "总投资", "工期"])) <= len(own)


def test_an_answer_comes_from_the_chosen_file_also_where_its_text_is_a_copy(opened: Whole) -> None:
    qa = counting_qa(opened, ENCODER)
    for file in ("again.txt", "fruit.txt"):
        answer = qa.ask("果农今年收获苹果多少吨?", within=Scope((file,)))
        assert answer.texts == ("30吨",)
        assert {source.file for passage in answer.passages for source in passage.sources} == {file}
    refused = qa.ask("果农今年收获苹果多少吨?", within=Scope(("unit",), None, "2024"))
    assert refused.texts == ()
    assert {source.file for passage in refused.passages for source in passage.sources} == {"unit/dated.txt"}
