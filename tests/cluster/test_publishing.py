"""How a build comes into force: in one step, with what it replaced kept, and with nothing left of one that failed."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from embeddings.errors import IndexMissing, StoreError
from embeddings.store.milvus.address import parse_address
from embeddings.store.milvus.connection import Connection
from embeddings.store.milvus.rows import Names, fact_schema
from tests.cluster.conftest import KINDS
from tests.cluster.support import release
from tests.conftest import REPOSITORY
from tests.qa.support import CORPUS
from tests.support import CountingEncoder, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.cluster.support import Place

FRUIT = "果农今年收获苹果多少吨?"
# A build that kills itself at the first step of a stage: argv is the corpus, the index, the store and the stage.
KILLED = """
import os, signal, sys
from embeddings import rebuild
from tests.qa.support import ENCODER

corpus, index, store, stage = sys.argv[1:]

def watch(progress):
    if progress.stage == stage and progress.done:
        os.kill(os.getpid(), signal.SIGKILL)

rebuild(corpus, index, progress=False, encoder=ENCODER, watch=watch, store=store)
"""


@pytest.fixture(scope="module", params=KINDS)
def place(request: pytest.FixtureRequest, place_of: Callable[[str, dict[str, str]], Place]) -> Place:
    """A place of each kind, which the tests below build in, one after the other."""
    return place_of(request.param, CORPUS)


def harvest(place: Place, tons: int) -> None:
    write_corpus(place.corpus, {"fruit.txt": page("苹果丰收", f"果农今年收获苹果{tons}吨。")})


def said(place: Place) -> str | None:
    qa = place.qa()
    with closing(qa.index):
        return qa.ask(FRUIT).text


def test_what_is_not_built_is_missing(place: Place) -> None:
    with pytest.raises(IndexMissing, match="Run `wenju rebuild "):
        place.open()
    if place.uri is not None:
        with pytest.raises(IndexMissing, match=f"--store {place.uri}.*--index {place.index}"):
            place.open()


def test_readers_take_up_a_new_generation_and_the_one_before_is_kept(place: Place) -> None:
    report = place.build()
    assert (report.documents, report.chunks, report.encoded) == (4, 4, 4)
    reader = place.qa()
    with closing(reader.index):
        assert reader.ask(FRUIT).text == "30吨"
        first = reader.index
        harvest(place, 31)
        report = place.build()
        assert (report.encoded, report.reused) == (1, 3)
        assert place.kept() == 2
        assert not first.is_current()
        assert first.chunks([0])[0].text == "果农今年收获苹果30吨。"  # who was reading it goes on
        assert reader.ask(FRUIT).text == "31吨"
        assert reader.index.generation != first.generation
        assert place.build().encoded == 0
        assert reader.index.is_current()  # nothing had changed, so nothing was written
        (place.corpus / "fruit.txt").unlink()
        assert place.build().documents == 3
        assert place.kept() == 2
        assert reader.ask(FRUIT).text is None
        assert len(reader.index) == 3


def test_a_build_that_fails_leaves_what_was_in_force(place: Place) -> None:
    harvest(place, 32)

    def fail(texts: Sequence[str]) -> None:
        raise KeyboardInterrupt

    failing = CountingEncoder(256, before=fail)
    kept = place.kept()
    with closing(place.open()) as before:
        with pytest.raises(KeyboardInterrupt):
            place.build(failing)
        assert before.is_current()
    assert place.kept() == kept
    assert said(place) is None


@pytest.mark.parametrize("stage", ["reading", "vectors"])
def test_a_build_that_is_killed_leaves_what_was_in_force_and_the_next_one_cleans_up(place: Place, stage: str) -> None:
    if place.uri is None:
        pytest.skip("tests/faults kills builds of a folder, at every step")
    harvest(place, 33 if stage == "reading" else 34)
    before = said(place)
    if place.uri.endswith(".db"):
        release(place_file(place))  # one process has the file at a time
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, str(place.corpus), str(place.index), place.uri, stage],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    assert said(place) == before
    assert len(place.collections()) == (6 if stage == "vectors" else 4)
    assert place.build().documents == 4
    assert place.kept() == 2
    assert said(place) == ("33吨" if stage == "reading" else "34吨")


def place_file(place: Place) -> Path:
    return place.index.parent / "store.db"


def test_what_a_build_could_not_drop_the_next_one_drops(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    if place.uri is None:
        pytest.skip("tests/faults interrupts builds of a folder, at every step")
    harvest(place, 35)

    def refuse(*_: object) -> None:
        raise StoreError("busy")

    with monkeypatch.context() as patched:
        patched.setattr(Connection, "drop", refuse)
        place.build()
    assert said(place) == "35吨"
    assert place.kept() == 3
    assert place.build().encoded == 0  # nothing has changed: it only clears away
    assert place.kept() == 2


def test_what_died_on_another_machine_is_dropped_when_it_is_old(place: Place) -> None:
    if place.uri is None:
        pytest.skip("nobody else builds in a folder")
    address = parse_address(place.uri)
    old, young = (Names(address.name, f"{day}-030405-deadbeef") for day in ("20200101", f"{datetime.now(UTC):%Y%m%d}"))
    with closing(Connection.open(address)) as connection:
        for names in (old, young):
            connection.create(names.chunks, fact_schema)
        place.build()
        there = place.collections()
        assert old.chunks not in there
        assert young.chunks in there
        connection.drop(young.chunks)


def test_two_builders_of_one_store_both_end_well(place: Place, tmp_path: Path) -> None:
    if place.uri is None:
        pytest.skip("of a folder the second one is told that it is busy")
    harvest(place, 36)
    other = replace(place, index=tmp_path / "index")
    with ThreadPoolExecutor(2) as builders:
        reports = list(builders.map(lambda each: each.build(), [place, other]))
    assert [report.documents for report in reports] == [4, 4]
    harvest(place, 37)
    place.build()
    with closing(place.open()) as current:
        assert current.is_current()
        current.verify()
    assert said(place) == "37吨"
