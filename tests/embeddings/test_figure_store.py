"""Figures kept with an index: what is written comes back, by measure and by chunk, and each is kept once."""

from __future__ import annotations

import sqlite3
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chinese.tokens import tokenize
from embeddings.building.build import rebuild_with
from embeddings.errors import IndexDamaged, IndexMismatch
from embeddings.store import figure_store, figure_writer
from embeddings.store.chunk_store import ChunkWriter
from embeddings.store.figure_store import FigureStore, Measure, StoredFigure
from embeddings.store.figure_writer import FigureWriter
from embeddings.store.folder.index import Index
from embeddings.store.generation import FIGURES, IndexLayout
from embeddings.types import Chunk, FigureFacts, FigureMode, Sentence, Source
from tests.faults.support import bit_flipped, emptied, missing, zeroed_in_the_middle
from tests.figures import CountingFigures
from tests.support import CountingEncoder, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

PLAIN = FigureFacts(2, 5, 9, "新建码头", "云溪港", "2023", "", "result", 12.0, 12.0, 12.0, "座")
FIGURES_OF = {
    0: [PLAIN, replace(PLAIN, start=11, end=15, measure="码头投资", value=4.5e8, low=4.5e8, high=4.5e8, unit="元")],
    1: [],
    3: [
        replace(PLAIN, sentence=0, part="其中外资", mode="plan", low=None),
        replace(PLAIN, sentence=0, start=30, end=31),
    ],
    7: [replace(PLAIN, measure="", whose="", period="", value=None, low=2.0, high=3.5, heading_unit="万元")],
}


def written(file: Path, figures: Mapping[int, Sequence[FigureFacts]]) -> Path:
    with closing(FigureWriter.create(file)) as writer:
        for chunk, facts in figures.items():
            writer.add(chunk, facts)
        writer.finish()
    return file


def in_order(figures: Mapping[int, Sequence[FigureFacts]]) -> list[StoredFigure]:
    return [
        StoredFigure(chunk, facts)
        for chunk in sorted(figures)
        for facts in sorted(figures[chunk], key=lambda item: (item.sentence, item.start, item.end))
    ]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FigureStore]:
    with closing(FigureStore.open(written(tmp_path / FIGURES, FIGURES_OF), tmp_path)) as opened:
        yield opened


# --- what is kept

_TEXTS = st.one_of(
    st.just(""), st.text(st.characters(codec="utf-8"), max_size=12), st.sampled_from(["投资", "新建码头"])
)
_NUMBERS = st.none() | st.floats(allow_nan=False)
_PLACES = st.integers(0, 2**31)


@st.composite
def _facts(draw: st.DrawFn) -> FigureFacts:
    start, length = draw(_PLACES), draw(st.integers(0, 500))
    value = draw(_NUMBERS)
    low, high = draw(st.one_of(st.just((value, value)), st.tuples(_NUMBERS, _NUMBERS)))
    return FigureFacts(
        sentence=draw(_PLACES),
        start=start,
        end=start + length,
        measure=draw(_TEXTS),
        whose=draw(_TEXTS),
        period=draw(st.sampled_from(["", "2023", "2023-06", "2021/2025"])),
        part=draw(_TEXTS),
        mode=draw(st.sampled_from(get_args(FigureMode))),
        value=value,
        low=low,
        high=high,
        unit=draw(_TEXTS),
        heading_unit=draw(_TEXTS),
    )


@given(figures=st.dictionaries(st.integers(0, 2**40), st.lists(_facts(), max_size=4), max_size=6))
def test_whatever_a_figure_says_comes_back_as_it_was(figures: dict[int, list[FigureFacts]]) -> None:
    expected = in_order(figures)
    with tempfile.TemporaryDirectory() as folder:
        file = written(Path(folder) / FIGURES, figures)
        with closing(FigureStore.open(file, Path(folder))) as opened:
            assert list(opened.all()) == expected
            assert opened.of_chunks(list(figures)) == expected
            for chunk in figures:
                assert opened.of_chunks([chunk]) == [item for item in expected if item.chunk == chunk]
            words = {item.facts.measure for item in expected}
            tokens = {measure: set(tokenize(measure)) for measure in words}
            measures = opened.measures_with([token for own in tokens.values() for token in own])
            assert sorted(measure.words for measure in measures) == sorted(words - {w for w in words if not tokens[w]})
            for measure in measures:
                own = [item for item in expected if item.facts.measure == measure.words]
                assert opened.of_measures([measure.id]) == own
                assert measure.count == len(own)
            for token in {token for own in tokens.values() for token in own}:
                found = {measure.words for measure in opened.measures_with([token])}
                assert found == {measure for measure in words if token in tokens[measure]}


def test_figures_come_by_chunk_and_place_page_by_page(store: FigureStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_store, "_PAGE", 2)
    assert list(store.all()) == in_order(FIGURES_OF)
    assert store.of_chunks([7, 0, 7, 99, -1, 10**30]) == [*in_order(FIGURES_OF)[:2], in_order(FIGURES_OF)[-1]]
    assert store.of_chunks([]) == []


def test_a_measure_is_found_by_any_of_its_words_in_whatever_script(store: FigureStore) -> None:
    dock, invested = store.measures_with(["码头"])
    assert (dock.words, dock.count) == ("新建码头", 3)
    assert (invested.words, invested.count) == ("码头投资", 1)
    assert store.measures_with(tokenize("碼頭投資")) == [dock, invested]
    assert store.measures_with(["投资", "没有的词"]) == [invested]
    for nothing in ([], ["没有的词"], [""], ["\ud800"], ["%"]):
        assert store.measures_with(nothing) == []
    assert [item.chunk for item in store.of_measures([dock.id])] == [0, 3, 3]
    assert store.of_measures([dock.id, invested.id, dock.id, 99, 10**30]) == in_order(FIGURES_OF)[:4]
    assert store.of_measures([]) == []


def test_many_texts_take_no_memory_and_are_numbered_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_writer, "_KEPT", 3)
    figures = {chunk: [replace(PLAIN, measure=f"产值{chunk % 7}", whose=f"第{chunk % 5}村")] for chunk in range(40)}
    with closing(FigureStore.open(written(tmp_path / FIGURES, figures), tmp_path)) as opened:
        assert list(opened.all()) == in_order(figures)
        assert [measure.count for measure in opened.measures_with(["产值"])] == [6, 6, 6, 6, 6, 5, 5]


def test_steps_of_any_width_are_packed_and_unpacked() -> None:
    numbers = [0, 1, 128, 255, 16_383, 16_384, 40_000, 2**31, 2**50]
    assert figure_store.unpacked(figure_writer.packed(numbers)) == numbers
    with pytest.raises(IndexError):
        figure_store.unpacked(figure_writer.packed(numbers)[:-1])


def test_an_index_without_figures_has_none_of_any_kind(tmp_path: Path) -> None:
    with closing(FigureStore.open(written(tmp_path / FIGURES, {}), tmp_path)) as opened:
        assert list(opened.all()) == opened.of_measures([0]) == opened.of_chunks([0]) == []
        assert opened.measures_with(["投资"]) == []


def test_a_chunk_whose_figures_come_twice_is_an_error_of_the_build(tmp_path: Path) -> None:
    with closing(FigureWriter.create(tmp_path / FIGURES)) as writer:
        writer.add(3, [PLAIN])
        with pytest.raises(sqlite3.IntegrityError):
            writer.add(3, [PLAIN])


def test_threads_may_share_the_figures(store: FigureStore) -> None:
    expected = in_order(FIGURES_OF)
    with ThreadPoolExecutor(8) as pool:
        assert all(found == expected for found in pool.map(lambda _: list(store.all()), range(50)))


# --- what is damaged


def read(file: Path) -> None:
    with closing(FigureStore.open(file, file.parent)) as opened:
        opened.measures_with(["码头", "产值"])
        list(opened.all())


@pytest.mark.parametrize("damage", [emptied, zeroed_in_the_middle, missing])
def test_a_damaged_file_is_named_with_what_mends_it(damage: Callable[[Path], None], tmp_path: Path) -> None:
    file = written(tmp_path / FIGURES, {chunk: [replace(PLAIN, measure=f"产值{chunk}")] for chunk in range(500)})
    damage(file)
    with pytest.raises(IndexDamaged, match=rf"figures\.sqlite .*`wenju rebuild --index {tmp_path}`"):
        read(file)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM strings",
        "DELETE FROM measures",
        "UPDATE tokens SET measures = X'80'",
        "UPDATE tokens SET measures = 7",
    ],
)
def test_parts_that_do_not_fit_together_are_damage(change: str, tmp_path: Path) -> None:
    file = written(tmp_path / FIGURES, FIGURES_OF)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(change)
    with pytest.raises(IndexDamaged, match=r"figures\.sqlite"):
        read(file)


def test_a_closed_store_says_so_and_not_that_it_is_damaged(store: FigureStore) -> None:
    store.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        store.of_chunks([0])


# --- what a build keeps

LONG = "云溪县今年建成标准厂房12栋,总面积36000平方米。其中一期7栋已交付,入驻企业21家;二期5栋明年6月底前完工。"
TEXTS = {
    "again.txt": page("标准厂房", LONG),
    "many.txt": page(
        "云溪县一年小结", "".join(f"第{n}季度新开工项目{n * 3}个,投资{n}5亿元。" * 6 for n in range(1, 5))
    ),
    "page.txt": page("标准厂房", LONG),
    "port.txt": page("港口扩建", "港口今年建成码头3座。"),
}


def build(corpus: Path, place: Path, reader: CountingFigures | None, encoder: CountingEncoder | None = None) -> Any:
    return rebuild_with(reader, corpus, place, progress=False, encoder=encoder or CountingEncoder())


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", TEXTS)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_an_article_that_stands_in_two_files_gives_its_figures_once(corpus: Path, place: Path) -> None:
    build(corpus, place, CountingFigures())
    with closing(Index.open(place)) as index:
        (chunk,) = index.file_chunks("page.txt")
        assert [source.file for source in chunk.sources] == ["again.txt", "page.txt"]
        floors = [item for item in index.all_figures() if item.facts.measure == "标准厂房"]
        assert [(item.chunk, item.facts.value, item.facts.unit) for item in floors] == [(chunk.id, 12.0, "栋")]


def test_every_figure_is_that_of_its_chunks_sentence_and_a_shared_sentence_gives_it_once(
    corpus: Path, place: Path
) -> None:
    reader = CountingFigures()
    build(corpus, place, reader)
    with closing(Index.open(place)) as index:
        chunks = list(index.all_chunks())
        assert len(reader.chunks) == len(chunks) + 1  # of the copy too: what stands in it is above what follows it
        figures = list(index.all_figures())
        for item in figures:
            sentences = {sentence.index: sentence.text for sentence in chunks[item.chunk].sentences}
            text = sentences[item.facts.sentence]
            assert text[item.facts.start : item.facts.end] == f"{item.facts.value:.0f}{item.facts.unit}"
        many = {chunk.id for chunk in index.file_chunks("many.txt")}
        assert len(many) > 2
        assert len([item for item in figures if item.chunk in many]) == 4 * 6 * 3
        (works, *_) = [measure for measure in index.measures_with(["项目"]) if measure.words == "开工项目"]
        assert works.count == len(index.figures_of_measures([works.id])) == 4 * 6
        assert index.figures_of_chunks(many) == [item for item in figures if item.chunk in many]
        index.verify()


def test_the_chunk_of_a_text_that_came_before_is_not_given_figures_again() -> None:
    def chunk(article: int, text: str) -> Chunk:
        return Chunk(
            0, article, "标准厂房", "", None, "", (Sentence(0, text, 1, 1),), (Source(f"{article}", "line", 1, 1),)
        )

    with tempfile.TemporaryDirectory() as folder, closing(ChunkWriter.create(Path(folder) / "chunks")) as writer:
        numbers = [writer.add(chunk(article, text), b"k") for article, text in enumerate([LONG, "建成3座。", LONG])]
    assert numbers == [0, 1, None]


def test_a_rebuild_keeps_the_figures_of_what_is_new_and_of_what_was_there(corpus: Path, place: Path) -> None:
    build(corpus, place, CountingFigures())
    with closing(Index.open(place)) as index:
        before = list(index.all_figures())
    (corpus / "port.txt").write_text(page("港口扩建", "港口今年建成码头8座。"), encoding="utf-8")
    (corpus / "again.txt").unlink()
    encoder = CountingEncoder()
    build(corpus, place, CountingFigures(), encoder)
    assert len(encoder.passages) == 1
    with closing(Index.open(place)) as index:
        after = list(index.all_figures())
        (port,) = index.measures_with(["码头"])
        assert [item.facts.value for item in index.figures_of_measures([port.id])] == [8.0]
    assert len(after) == len(before)
    assert {item.facts for item in before} - {item.facts for item in after} == {
        item.facts for item in before if item.facts.measure == port.words
    }


def test_two_builds_write_the_same_file(corpus: Path, tmp_path: Path) -> None:
    sums = []
    for name in ("one", "other"):
        build(corpus, tmp_path / name, CountingFigures())
        with closing(Index.open(tmp_path / name)) as index:
            sums.append(index.manifest.files[FIGURES])
    assert sums[0] == sums[1]


def test_what_is_left_out_to_be_measured_changes_nothing_else(corpus: Path, tmp_path: Path) -> None:
    build(corpus, tmp_path / "with", CountingFigures())
    build(corpus, tmp_path / "without", None)
    with closing(Index.open(tmp_path / "with")) as index, closing(Index.open(tmp_path / "without")) as other:
        assert list(other.all_chunks()) == list(index.all_chunks())
        assert FIGURES not in other.manifest.files
        varying = {"generation": "", "created": "", "files": {}}
        assert {**other.manifest.to_dict(), **varying} == {**index.manifest.to_dict(), **varying}


@pytest.fixture
def built_before(corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index as it was built before there were figures."""
    with monkeypatch.context() as patched:
        patched.setattr("embeddings.building.build.PIPELINE", 3)
        build(corpus, place, None)
    return place


def test_an_index_from_before_there_were_figures_is_searched_and_says_how_to_have_them(
    built_before: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")
    with closing(Index.open(built_before)) as index:
        assert index.search_lexical([[("码头", 1.0)]], 3)
        index.verify()
        for ask in (
            lambda: index.measures_with(["码头"]),
            lambda: index.figures_of_measures([0]),
            lambda: index.figures_of_chunks([0]),
            index.all_figures,
        ):
            with pytest.raises(
                IndexMismatch, match=f"before figures were kept. Run `wenju rebuild --index {built_before}`"
            ):
                ask()


def test_a_rebuild_over_it_encodes_nothing_and_has_the_figures(corpus: Path, built_before: Path) -> None:
    encoder = CountingEncoder()
    report = build(corpus, built_before, CountingFigures(), encoder)
    assert (report.encoded, encoder.passages) == (0, [])
    with closing(Index.open(built_before)) as index:
        assert index.measures_with(["码头"])


def test_damage_is_found_when_figures_are_asked_for_though_questions_are_answered(corpus: Path, place: Path) -> None:
    build(corpus, place, CountingFigures())
    layout = IndexLayout(place)
    bit_flipped(layout.generation(layout.read_current()).figures)
    with closing(Index.open(place)) as index:
        assert index.search_lexical([[("码头", 1.0)]], 3)
        with pytest.raises(IndexDamaged, match=rf"figures\.sqlite.*`wenju rebuild --index {place}`"):
            index.all_figures()
    build(corpus, place, CountingFigures())
    with closing(Index.open(place)) as index:
        assert index.measures_with(["码头"]) == [Measure(index.measures_with(["码头"])[0].id, "建成码头", 1)]
