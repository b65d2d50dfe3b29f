from __future__ import annotations

import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from chinese.errors import speaking
from embeddings.building.build import rebuild
from embeddings.building.encoding import BATCH
from embeddings.progress import Progress, Stopped, Watch
from embeddings.store.folder.index import Index
from embeddings.store.generation import IndexLayout
from embeddings.store.vectors import VectorCache
from tests.embeddings.hostile import slow_pdf, workers
from tests.support import CountingEncoder, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from embeddings.progress import Stage
    from embeddings.types import BuildReport

STAGES: tuple[Stage, ...] = ("checking", "reading", "encoding", "words", "vectors")
COUNT = 3 * BATCH


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", {"a.txt": page("港口扩建", "港口今年建成码头3座。")})


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


def grow(corpus: Path) -> None:
    write_corpus(corpus, {f"n{n:03}.txt": page(f"第{n}号", f"编号{n}的工厂投产。") for n in range(COUNT)})


def build(
    corpus: Path,
    place: Path,
    watch: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
    before: Callable[[Sequence[str]], None] | None = None,
) -> BuildReport:
    return rebuild(corpus, place, progress=False, encoder=CountingEncoder(before=before), watch=watch, stop=stop)


def texts(place: Path) -> list[str]:
    with closing(Index.open(place)) as found:
        found.verify()
        return [chunk.text for chunk in found.all_chunks()]


def cached(place: Path) -> int:
    with closing(VectorCache.open(IndexLayout(place).vectors, 32)) as cache:
        return len(cache)


# --- what is told


def test_every_stage_is_told_in_order_from_none_to_all(corpus: Path, place: Path) -> None:
    grow(corpus)
    told: list[Progress] = []
    build(corpus, place, told.append)
    assert tuple(dict.fromkeys(item.stage for item in told)) == STAGES
    for stage in STAGES:
        steps = [item for item in told if item.stage == stage]
        assert {item.total for item in steps} == {COUNT + 1}
        assert (steps[0].done, steps[-1].done) == (0, COUNT + 1)
        assert [item.done for item in steps] == sorted({item.done for item in steps})


def test_what_is_left_to_encode_is_the_total_of_encoding(corpus: Path, place: Path) -> None:
    build(corpus, place)
    write_corpus(corpus, {"b.txt": page("医院开业", "医院今年接诊12万人次。")})
    told: list[Progress] = []
    build(corpus, place, told.append)
    assert [item for item in told if item.stage == "encoding"] == [
        Progress("encoding", 0, 1),
        Progress("encoding", 1, 1),
    ]
    assert Progress("words", 2, 2) in told


def test_an_unchanged_corpus_is_checked_and_no_more(corpus: Path, place: Path) -> None:
    build(corpus, place)
    told: list[Progress] = []
    build(corpus, place, told.append)
    assert told == [Progress("checking", 0, 1), Progress("checking", 1, 1)]


def test_a_huge_corpus_is_told_of_at_most_ten_times_a_second() -> None:
    told: list[Progress] = []
    started = time.monotonic()
    with Watch(told.append).stage("words", 200_000) as step:
        for _ in range(200_000):
            step(1)
    assert len(told) <= 2 + 10 * (time.monotonic() - started)
    assert told[-1] == Progress("words", 200_000, 200_000)


# --- what is stopped


@pytest.mark.parametrize("stage", STAGES)
def test_a_stop_in_any_stage_leaves_the_old_index_answering_and_nothing_behind(
    corpus: Path, place: Path, stage: Stage
) -> None:
    build(corpus, place)
    before = texts(place)
    grow(corpus)
    stop = threading.Event()

    def at_stage(progress: Progress) -> None:
        if progress.stage == stage:
            stop.set()

    with pytest.raises(Stopped):
        build(corpus, place, at_stage, stop)
    assert texts(place) == before
    assert len(list(IndexLayout(place).generations.iterdir())) == 1
    assert workers() == []
    assert build(corpus, place).chunks == COUNT + 1
    assert len(texts(place)) == COUNT + 1


def test_what_was_encoded_before_a_stop_is_not_encoded_again(corpus: Path, place: Path) -> None:
    grow(corpus)
    stop = threading.Event()
    batches: list[int] = []

    def in_the_second(batch: Sequence[str]) -> None:
        batches.append(len(batch))
        if len(batches) == 2:
            stop.set()

    with pytest.raises(Stopped):
        build(corpus, place, stop=stop, before=in_the_second)
    assert batches == [BATCH, BATCH]
    assert cached(place) == 2 * BATCH
    report = build(corpus, place)
    assert (report.encoded, report.reused) == (BATCH + 1, 2 * BATCH)


def test_a_stop_does_not_wait_for_a_slow_document(corpus: Path, place: Path) -> None:
    """The wish comes when the document, which takes many seconds, has been read for two."""
    build(corpus, place)
    (corpus / "slow.pdf").write_bytes(slow_pdf())

    class Wish(threading.Event):
        looks = 0

        def is_set(self) -> bool:
            if workers():
                self.looks += 1
            return self.looks > 20

    started = time.monotonic()
    with pytest.raises(Stopped):
        build(corpus, place, stop=Wish())
    assert time.monotonic() - started < 12
    assert workers() == []
    assert len(texts(place)) == 1


def test_a_build_that_is_told_to_stop_before_it_began_makes_no_index(corpus: Path, place: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        build(corpus, place, stop=stop)
    assert not IndexLayout(place).current.exists()


def test_a_stop_is_said_in_the_language_of_who_asked(corpus: Path, place: Path) -> None:
    stop = threading.Event()
    stop.set()
    with speaking("en"), pytest.raises(Stopped, match="was stopped"):
        build(corpus, place, stop=stop)
    with speaking("zh"), pytest.raises(Stopped, match="重建已停止"):
        build(corpus, place, stop=stop)
