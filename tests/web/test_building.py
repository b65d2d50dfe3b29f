from __future__ import annotations

import threading
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chinese.errors import ModelError
from embeddings import Index, progress, rebuild
from embeddings.progress import Progress
from embeddings.store.generation import IndexLayout
from embeddings.store.publishing import exclusive
from tests.support import CountingEncoder, page, write_corpus
from web.documents.building import Builder, BuildState, _Pace

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS = 30
TEXTS = {f"{number}.txt": page(f"新闻{number}", f"第{number}号码头今年建成。") for number in range(5)}


class HeldEncoder(CountingEncoder):
    """Waits in each batch until it is let go on; `arrived` says that it has come to one."""

    def __init__(self) -> None:
        super().__init__(before=self._hold)
        self.arrived = threading.Event()
        self.go = threading.Event()

    def _hold(self, _: Sequence[str]) -> None:
        self.arrived.set()
        assert self.go.wait(SECONDS)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", TEXTS)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


def builder(corpus: Path, place: Path, encoder: CountingEncoder | None = None) -> Builder:
    chosen = CountingEncoder() if encoder is None else encoder
    return Builder(corpus, place, lambda: chosen)


def texts(place: Path) -> list[str]:
    with closing(Index.open(place)) as index:
        return [chunk.text for chunk in index.all_chunks()]


def ended(builder: Builder) -> BuildState:
    assert builder.wait(SECONDS)
    return builder.state()


def test_a_build_goes_from_idle_to_done_and_its_index_answers(corpus: Path, place: Path) -> None:
    ours = builder(corpus, place)
    assert ours.state() == BuildState()
    assert ours.wait(0), "nothing is running"
    assert ours.start("zh")
    state = ended(ours)
    assert state.phase == "done"
    assert state.report is not None
    assert (state.report.documents, state.report.encoded) == (5, 5)
    assert state.seconds >= state.report.seconds
    assert len(texts(place)) == 5
    assert ours.start("en"), "another build may follow"
    state = ended(ours)
    assert state.report is not None
    assert state.report.encoded == 0


def test_only_one_build_runs_at_a_time_however_many_ask(corpus: Path, place: Path) -> None:
    encoder = HeldEncoder()
    ours = builder(corpus, place, encoder)
    begun: list[bool] = []
    threads = [threading.Thread(target=lambda: begun.append(ours.start("zh"))) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(begun) == [False] * 9 + [True]
    assert encoder.arrived.wait(SECONDS)
    assert not ours.start("en")
    assert ours.state().phase == "running"
    encoder.go.set()
    assert ended(ours).phase == "done"
    assert len(encoder.passages) == 5


def test_a_page_that_looks_again_and_again_sees_the_stages_in_order_and_the_end(corpus: Path, place: Path) -> None:
    encoder = HeldEncoder()
    ours = builder(corpus, place, encoder)
    seen: list[str] = []
    assert ours.start("zh")
    while (state := ours.state()).phase == "running":
        if state.progress is not None:
            seen.append(state.progress.stage)
        if encoder.arrived.is_set() and "encoding" in seen:
            encoder.go.set()
    assert state.phase == "done"
    order = ["checking", "reading", "encoding", "words", "vectors"]
    assert [order.index(stage) for stage in seen] == sorted(order.index(stage) for stage in seen)
    assert "encoding" in seen


def test_progress_is_shown_while_a_build_is_under_way(corpus: Path, place: Path) -> None:
    encoder = HeldEncoder()
    ours = builder(corpus, place, encoder)
    ours.start("zh")
    assert encoder.arrived.wait(SECONDS)
    state = ours.state()
    assert state.progress is not None
    assert (state.progress.stage, state.progress.done, state.progress.total) == ("encoding", 0, 5)
    assert state.seconds > 0
    assert state.seconds_left is None, "nothing is encoded, so nothing is known"
    encoder.go.set()
    assert ended(ours).phase == "done"


def test_the_time_left_is_estimated_from_the_pace_of_the_stage(
    corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock goes on by a second at each look: one before and one after each batch of 32."""
    monkeypatch.setattr(progress, "_SECONDS_BETWEEN", 0)
    write_corpus(corpus, {f"{number}.txt": page(f"新闻{number}", f"第{number}号码头。") for number in range(200)})
    ticks = count()
    left: list[float | None] = []
    encoder = CountingEncoder(before=lambda _: left.append(ours.state().seconds_left))
    ours = Builder(corpus, place, lambda: encoder, clock=lambda: float(next(ticks)))
    ours.start("zh")
    assert ended(ours).phase == "done"
    assert left[:2] == [None, None], "the first batch may have waited for the model"
    assert left[2:] == [max(0, (200 - 32 * done) / 16 - 1) for done in range(2, 7)]


def test_a_file_that_takes_longer_than_all_before_does_not_leave_the_build_at_no_time_left() -> None:
    pace = _Pace("reading")
    for second in range(1, 12):
        pace.note(Progress("reading", second, 20), float(second))
    assert [pace.seconds_left(second) for second in (11.0, 15.0, 20.5)] == [9.0, 5.0, 0.0]
    assert pace.seconds_left(61.0) == 9 * 60 / 10
    pace.note(Progress("reading", 20, 20), 62.0)
    assert pace.seconds_left(90.0) == 0.0


def test_a_stopped_build_leaves_the_old_index_answering(corpus: Path, place: Path) -> None:
    rebuild(corpus, place, progress=False, encoder=CountingEncoder())
    before = texts(place)
    write_corpus(corpus, {"new.txt": page("新闻", "新馆开放。")})
    encoder = HeldEncoder()
    ours = builder(corpus, place, encoder)
    ours.start("zh")
    assert encoder.arrived.wait(SECONDS)
    ours.stop()
    encoder.go.set()
    assert ended(ours).phase == "stopped"
    assert texts(place) == before
    assert ours.start("zh"), "a stop is not kept for the next build"
    assert ended(ours).phase == "done"
    assert len(texts(place)) == 6


def test_a_stop_without_a_build_stops_nothing_later(corpus: Path, place: Path) -> None:
    ours = builder(corpus, place)
    ours.stop()
    ours.start("zh")
    assert ended(ours).phase == "done"


def test_a_failed_build_says_why_in_the_language_asked_for_and_the_old_index_answers(corpus: Path, place: Path) -> None:
    rebuild(corpus, place, progress=False, encoder=CountingEncoder())
    before = texts(place)
    for file in corpus.iterdir():
        file.write_text("")
    ours = builder(corpus, place)
    ours.start("en")
    state = ended(ours)
    assert state.phase == "failed"
    assert "holds no document that can be read" in state.en
    ours.start("zh")
    assert "没有可读的文档" in ended(ours).zh
    assert texts(place) == before


def test_a_model_that_cannot_be_loaded_fails_the_build_and_not_the_page(corpus: Path, place: Path) -> None:
    def missing() -> CountingEncoder:
        raise ModelError("no model")

    ours = Builder(corpus, place, missing)
    ours.start("en")
    state = ended(ours)
    assert (state.phase, state.en) == ("failed", "no model")


def test_an_unforeseen_error_is_logged_and_told_without_its_details(
    corpus: Path, place: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Sequence[str]) -> None:
        raise RuntimeError("secret detail")

    ours = builder(corpus, place, CountingEncoder(before=broken))
    ours.start("en")
    state = ended(ours)
    assert state.phase == "failed"
    assert "secret" not in state.en + state.zh
    assert state.en
    assert state.zh
    assert "secret detail" in caplog.text
    assert ours.start("en"), "the next one is not locked out"
    assert ours.wait(SECONDS)


def test_a_build_by_another_process_is_told_as_such_in_both_languages(corpus: Path, place: Path) -> None:
    ours = builder(corpus, place)
    with exclusive(IndexLayout(place)):
        ours.start("en")
        state = ended(ours)
    assert state.phase == "failed"
    assert "另一个进程" in state.zh
    assert "Another process" in state.en
