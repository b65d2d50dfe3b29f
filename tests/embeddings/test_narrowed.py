"""Chosen chunks: the spans they are searched by, and searches that find no others, few or many, in any index."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import Index, rebuild
from embeddings.store.chosen import Chosen
from embeddings.store.folder import dense
from embeddings.store.narrowed import Narrowed, narrow
from tests.qa.support import ENCODER
from tests.support import page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = ("道路", "供水", "厂房", "公园", "码头")


@given(st.sets(st.integers(0, 60)), st.integers(1, 6))
def test_spans_hold_every_id_and_are_few(ids: set[int], most: int) -> None:
    chosen = Chosen(ids)
    spans = chosen.spans(most)
    assert len(spans) <= most
    held = {number for first, last in spans for number in range(first, last + 1)}
    assert ids <= held
    assert sum(last - first + 1 for first, last in spans) == len(held)
    assert all(first in ids and last in ids for first, last in spans)
    exact = chosen.spans(100)
    assert {number for first, last in exact for number in range(first, last + 1)} == ids


@given(st.sets(st.integers(0, 60)), st.integers(0, 70))
def test_bits_are_those_of_the_ids(ids: set[int], count: int) -> None:
    chosen = Chosen(ids)
    bits = np.unpackbits(chosen.bits(count), bitorder="little")[:count]
    assert {int(number) for number in np.flatnonzero(bits)} == {number for number in ids if number < count}
    assert [number for number in range(-2, 70) if number in chosen] == sorted(ids)


@pytest.fixture(scope="module", params=["compared in full", "by codes"])
def many(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of 120 files, its vectors compared in full, or by codes in several blocks."""
    with pytest.MonkeyPatch.context() as patched:
        if request.param == "by codes":
            patched.setattr(dense, "EXACT_BELOW", 10)
            patched.setattr(dense, "BLOCK", 50)
            patched.setattr(dense, "CANDIDATES", 8)
        folder = tmp_path_factory.mktemp("many")
        texts = {
            f"{number % 7}/{number:03}.txt": page(
                f"第{number}号简报", f"今年新建{WORDS[number % 5]}{number}处,改造{WORDS[number % 3]}{number + 1}处。"
            )
            for number in range(120)
        }
        rebuild(write_corpus(folder / "corpus", texts), folder / "index", progress=False, encoder=ENCODER)
        with closing(Index.open(folder / "index")) as index:
            yield index


def test_a_search_among_chosen_chunks_is_one_for_all_with_the_others_left_out(many: Index) -> None:
    vector = ENCODER.encode_queries(["新建厂房多少处"])[0]
    groups = [[("厂房", 1.0)], [("新建", 1.0), ("今年", 0.5)]]
    every_dense, every_lexical = many.search_dense(vector, 120), many.search_lexical(groups, 120)
    assert len(every_lexical) == 120
    for ids in ({5}, set(range(40, 60)), set(range(0, 120, 3)), set(range(1, 119)), set()):
        only = Chosen(ids)
        for k in (1, 7, 30, 200):
            assert many.search_lexical(groups, k, only) == [hit for hit in every_lexical if hit[0] in ids][:k]
            wanted = [hit for hit in every_dense if hit[0] in ids][:k]
            found = many.search_dense(vector, k, only)
            assert [number for number, _ in found] == [number for number, _ in wanted]
            assert [cosine for _, cosine in found] == pytest.approx([cosine for _, cosine in wanted], abs=2e-6)


def test_a_part_of_an_index_has_nothing_of_the_rest(many: Index) -> None:
    part = narrow(many, None, lambda standing: standing.file.startswith("3/"))
    assert isinstance(part, Narrowed)
    inside = [chunk.id for chunk in part.all_chunks()]
    assert [chunk.sources[0].file[:2] for chunk in part.all_chunks()] == ["3/"] * len(inside)
    assert len(part) == len(many) == 120
    assert [part.has_word(token) for token in ("3", "119", "厂房")] == [True, False, True]
    assert part.file_chunks("4/004.txt") == []
    assert [chunk.id for chunk in part.file_chunks("3/003.txt")] == inside[:1]
    assert {figure.chunk for figure in part.all_figures()} <= set(inside)
    outside = next(number for number in range(120) if number not in inside)
    assert part.figures_of_chunks([outside]) == []
    assert part.article_chunks(outside) == []
    with pytest.raises(ValueError, match=f"chosen documents: {outside}"):
        part.chunks([inside[0], outside])


def test_measures_count_what_is_inside(many: Index) -> None:
    part = narrow(many, {"3/003.txt"}, lambda _: True)
    tokens = ("新建", "改造", *WORDS)
    found = {measure.words: measure.count for measure in part.measures_with(tokens)}
    ids = [measure.id for measure in part.measures_with(tokens)]
    figures = part.figures_of_measures(ids)
    assert sum(found.values()) == len(figures) == len(list(part.all_figures())) > 0
    assert {figure.facts.measure for figure in figures} == set(found)


def test_a_part_that_leaves_nothing_out_is_the_index_itself(many: Index) -> None:
    assert narrow(many, None, lambda _: True) is many
