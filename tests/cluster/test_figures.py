"""Figures kept in Milvus: however many there are, each comes back, and what is missing is never taken for none."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from embeddings.building.build import rebuild_with
from embeddings.errors import IndexDamaged, IndexMismatch, WenjuError
from embeddings.progress import Stopped, Watch
from embeddings.store.generation import FIGURES, FileSum, sha256_file
from embeddings.store.milvus import figures
from embeddings.store.milvus.address import parse_address
from embeddings.store.milvus.connection import Connection
from embeddings.store.milvus.generation import MilvusGeneration
from embeddings.store.milvus.rows import FACT_INDEXES, Names, fact_schema
from tests.embeddings.test_figure_store import PLAIN, written
from tests.qa.support import CORPUS, ENCODER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cluster.support import Place


@pytest.fixture(scope="module", params=["lite", "server"])
def place(request: pytest.FixtureRequest, place_of: Callable[[str, dict[str, str]], Place]) -> Place:
    return place_of(request.param, CORPUS)


@pytest.fixture
def connection(place: Place) -> Iterator[Connection]:
    with closing(Connection.open(parse_address(place.uri or ""))) as opened:
        yield opened


def expected_of(file: Path) -> FileSum:
    return FileSum(sha256_file(file), file.stat().st_size)


@pytest.fixture
def sent(place: Place, connection: Connection, tmp_path: Path) -> Iterator[tuple[Names, Path]]:
    """A file of figures on the server, in more pieces than are fetched at a time."""
    facts = {chunk: [replace(PLAIN, measure=f"产值{chunk}", value=chunk / 7)] for chunk in range(20_000)}
    file = written(tmp_path / FIGURES, facts)
    assert file.stat().st_size > (figures._AT_A_TIME + 1) * figures.PIECE
    names = Names(parse_address(place.uri or "").name, "20260102-030405-deadbeef")
    connection.create(names.facts, fact_schema)
    figures.send_figures(connection, names, file, Watch())
    connection.finish(names.facts, FACT_INDEXES)
    yield names, file
    connection.drop(names.facts)


def test_a_file_of_many_pieces_comes_back_to_the_last_figure(
    connection: Connection, sent: tuple[Names, Path], tmp_path: Path
) -> None:
    names, file = sent
    with closing(figures.fetch_figures(connection, names, expected_of(file), tmp_path)) as store:
        found = list(store.all())
        assert [item.chunk for item in found] == list(range(20_000))
        assert found[-1].facts.value == 19_999 / 7
        (measure,) = [item for item in store.measures_with(["产值"]) if item.words == "产值12345"]
        assert [item.chunk for item in store.of_measures([measure.id])] == [12_345]


def test_what_is_not_what_was_sent_is_not_opened(
    connection: Connection, sent: tuple[Names, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, file = sent
    right = expected_of(file)
    for wrong in (replace(right, sha256="0" * 64), replace(right, bytes=right.bytes + figures.PIECE)):
        with pytest.raises(figures.FiguresGone):
            figures.fetch_figures(connection, names, wrong, tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "nowhere"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(WenjuError, match=r"cannot be written to a temporary folder.*TMPDIR"):
        figures.fetch_figures(connection, names, right, tmp_path)


def test_a_build_is_stopped_while_it_sends_figures(
    connection: Connection, sent: tuple[Names, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    names, file = sent

    class Stopping(Watch):
        def check(self) -> None:
            raise Stopped

    with pytest.raises(Stopped):
        figures.send_figures(connection, names, file, Stopping())


def test_figures_are_fetched_once_and_stay_when_a_newer_index_is_in_force(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.build()
    with closing(place.open()) as index:
        before = list(index.all_figures())
        monkeypatch.setattr("embeddings.store.milvus.generation.fetch_figures", None)
        assert list(index.all_figures()) == before != []
    assert not list(place.index.rglob(FIGURES))  # nothing here takes room for what is there


def test_figures_that_are_missing_on_the_server_are_named_and_a_rebuild_mends_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(figures, "_key", lambda number: f"elsewhere/{number}")
        place.build()
    with closing(place.open()) as index:
        assert index.search_lexical([[("码头", 1.0)]], 3)
        with pytest.raises(IndexDamaged, match=f"not all there. Run `wenju rebuild --store {place.uri}"):
            index.all_figures()
        with pytest.raises(IndexDamaged, match="figures are not all there"):
            index.verify()
    assert place.build().encoded == 0
    with closing(place.open()) as index:
        assert list(index.all_figures())


def test_an_index_from_before_there_were_figures_says_how_to_have_them(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("embeddings.building.build.PIPELINE", 3)
        rebuild_with(None, place.corpus, place.index, progress=False, encoder=ENCODER, store=place.uri)
    with closing(place.open()) as index:
        assert isinstance(index, MilvusGeneration)
        assert index.search_lexical([[("码头", 1.0)]], 3)
        index.verify()
        with pytest.raises(IndexMismatch, match=f"before figures were kept. Run `wenju rebuild --store {place.uri}"):
            index.all_figures()
    assert place.build().encoded == 0
    with closing(place.open()) as index:
        assert list(index.all_figures())
