"""A watched folder: what changes is indexed once it has come to rest, and a build that fails is not begun for ever."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from embeddings import Index, rebuild
from tests.support import CountingEncoder, page, write_corpus
from web.documents.building import Builder
from web.documents.facts import FactsOfIndex
from web.documents.shelf import Shelf
from web.documents.watching import Watcher, WatchLimits, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from chinese.errors import Language

SECONDS = 60
QUICK = WatchLimits(look=0.02, still=0.3, rest=0.0)


class Counted(Builder):
    """Tells how often it was asked to begin, and waits for that."""

    def __init__(self, corpus: Path, index: Path) -> None:
        encoder = CountingEncoder()
        super().__init__(corpus, index, lambda: encoder)
        self.begun = 0
        self._told = threading.Condition()

    def start(self, language: Language) -> bool:
        begun = super().start(language)
        with self._told:
            self.begun += begun
            self._told.notify_all()
        return begun

    def wait_for(self, times: int) -> None:
        """Until so many builds were begun and have ended."""
        with self._told:
            assert self._told.wait_for(lambda: self.begun >= times, SECONDS)
        assert self.wait(SECONDS)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", {"a.txt": page("茶园丰收", "云岭县茶园今年收茶30吨。")})


@pytest.fixture
def builder(corpus: Path, tmp_path: Path) -> Counted:
    return Counted(corpus, tmp_path / "index")


@pytest.fixture
def watching(corpus: Path, builder: Counted) -> Iterator[Callable[..., Watcher]]:
    begun: list[Watcher] = []

    def watch(limits: WatchLimits = QUICK, *, pending: bool = False, **more: Callable[[], float]) -> Watcher:
        watcher = Watcher(corpus, builder, lambda: True, limits, **more)
        watcher.start(pending=pending)
        begun.append(watcher)
        return watcher

    yield watch
    for watcher in begun:
        watcher.stop()
    builder.stop()
    assert builder.wait(SECONDS)


def texts(place: Path) -> str:
    with closing(Index.open(place)) as index:
        return "".join(chunk.text for chunk in index.all_chunks())


def test_a_file_that_comes_changes_and_goes_is_taken_up(
    corpus: Path, builder: Counted, watching: Callable[..., Watcher], tmp_path: Path
) -> None:
    watching()
    write_corpus(corpus, {"sub/b.txt": page("修路", "石桥镇今年修路12公里。")})
    builder.wait_for(1)
    assert "12公里" in texts(tmp_path / "index")
    write_corpus(corpus, {"sub/b.txt": page("修路", "石桥镇今年修路15公里。")})
    builder.wait_for(2)
    assert "15公里" in texts(tmp_path / "index")
    (corpus / "sub" / "b.txt").unlink()
    builder.wait_for(3)
    assert "公里" not in texts(tmp_path / "index")


def test_what_stood_there_before_it_began_is_only_built_where_the_index_is_behind(
    builder: Counted, watching: Callable[..., Watcher], tmp_path: Path
) -> None:
    watching(pending=True)
    builder.wait_for(1)
    assert "30吨" in texts(tmp_path / "index")


def test_a_file_that_is_being_written_is_waited_for(
    corpus: Path, builder: Counted, watching: Callable[..., Watcher], tmp_path: Path
) -> None:
    """By a clock that a look moves on by half a second: nothing is still for long while each look finds it grown."""
    now, written = [0.0], threading.Event()
    growing = corpus / "b.txt"

    def clock() -> float:
        now[0] += 0.25  # each look asks twice and more
        if not written.is_set() and now[0] < 60:
            with growing.open("a", encoding="utf-8") as opened:
                opened.write(f"石桥镇第{now[0]}号桥通车。\n")
            assert builder.begun == 0, "it is not whole yet"
        elif not written.is_set():
            with growing.open("a", encoding="utf-8") as opened:
                opened.write("石桥镇末号桥通车。\n")
            written.set()
        return now[0]

    watching(WatchLimits(look=0.01, still=3.0, rest=0.0), clock=clock)
    assert written.wait(SECONDS)
    builder.wait_for(1)
    assert "末号桥" in texts(tmp_path / "index")


def test_a_build_that_fails_is_not_begun_again_until_something_changes(
    corpus: Path, builder: Counted, watching: Callable[..., Watcher], tmp_path: Path
) -> None:
    looked = threading.Semaphore(0)
    (corpus / "a.txt").write_bytes(b"")
    watching(pending=True, clock=_counting(looked))
    builder.wait_for(1)
    assert builder.state().phase == "failed"
    for _ in range(200):  # looks
        assert looked.acquire(timeout=SECONDS)
    assert builder.begun == 1
    write_corpus(corpus, {"b.txt": page("修路", "石桥镇今年修路12公里。")})
    builder.wait_for(2)
    assert builder.state().phase == "done"


def _counting(looked: threading.Semaphore) -> Callable[[], float]:
    """A clock by which each look takes a second, and which tells that there was one."""
    now = [0.0]

    def clock() -> float:
        now[0] += 1.0
        looked.release()
        return now[0]

    return clock


def test_a_folder_that_is_up_to_date_is_not_built_though_its_files_were_touched(
    corpus: Path, builder: Counted, tmp_path: Path
) -> None:
    rebuild(corpus, tmp_path / "index", progress=False, encoder=CountingEncoder())
    asked = threading.Event()

    def needed() -> bool:
        asked.set()
        return False

    watcher = Watcher(corpus, builder, needed, QUICK)
    watcher.start()
    (corpus / "a.txt").touch()
    assert asked.wait(SECONDS)
    watcher.stop()
    assert builder.begun == 0


def test_it_ends_when_it_is_stopped_and_can_begin_again(corpus: Path, builder: Counted, tmp_path: Path) -> None:
    with closing(Shelf(corpus, builder, lambda: None, FactsOfIndex())) as shelf:
        for _ in range(2):
            shelf.watch(True)
            assert shelf.watcher.is_on
            shelf.watch(False)
            assert not shelf.watcher.is_on
        assert not [thread for thread in threading.enumerate() if thread.name == "wenju-watch"]
    shelf.watch(True)
    assert not shelf.watcher.is_on, "what was closed stays so"
    builder.stop()
    assert builder.wait(SECONDS)


def test_hidden_files_locks_and_what_was_taken_out_do_not_count(corpus: Path) -> None:
    before = snapshot(corpus)
    write_corpus(corpus, {".removed/1/x.txt": "x", "~$a.docx": "x", ".upload-1.txt": "x"})
    (corpus / "loop").symlink_to(corpus)
    assert snapshot(corpus).keys() - before.keys() == {str(corpus / "loop")}
    assert snapshot(corpus / "missing") == {}
