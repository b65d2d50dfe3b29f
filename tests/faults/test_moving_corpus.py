"""Documents changed, removed or replaced while a build reads them: the index is of what is there in the end."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from embeddings import Index, rebuild
from embeddings.guarding.cutting import read_pieces
from embeddings.guarding.guarded import GuardedReader
from embeddings.store.generation import IndexLayout
from tests.faults.support import SAID_BEFORE, assert_nothing_half_left, build, content, said
from tests.qa.support import CORPUS, ENCODER
from tests.support import page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from embeddings.progress import Progress
    from embeddings.types import BuildReport

FRUIT = "fruit.txt"
OLD, NEW = CORPUS[FRUIT], page("苹果丰收", "果农今年收获苹果1045吨。")
QUESTION = "果农今年收获苹果多少吨?"

CHECKING, READING, AFTERWARDS = 1, 2, 3
"""Which opening of a text file is which: its sum is taken, it is read, its sum is taken again."""

_opened: list[Callable[[Path], None]] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _opened and event == "open" and isinstance(arguments[0], str | Path):
        _opened[0](Path(arguments[0]))


sys.addaudithook(_hook)  # for as long as the process lives; it does nothing unless a test asks for it


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", CORPUS)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def opening(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[dict[int, Callable[[], object]]], None]]:
    """Have something done just before FRUIT is opened for the n-th time; it is read in this process, to be seen."""
    monkeypatch.setattr(GuardedReader, "read", lambda _, folder, file: read_pieces(folder, file))

    def plan(actions: dict[int, Callable[[], object]]) -> None:
        count = 0

        def opened(path: Path) -> None:
            nonlocal count
            if path == corpus / FRUIT:
                count += 1
                act, planned = actions.get(count), _opened[:]
                _opened.clear()  # what an action opens does not count
                if act is not None:
                    act()
                _opened.extend(planned)

        _opened[:] = [opened]

    yield plan
    _opened.clear()


def replaced(file: Path, text: str) -> None:
    """Put another file in its place, as editors do."""
    beside = file.with_name("beside.tmp")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, file)


def written(file: Path, text: str) -> None:
    """Write into the file itself."""
    file.write_text(text, encoding="utf-8")


def answer(place: Path) -> str | None:
    return said(place)[QUESTION]


def skipped(report: BuildReport) -> list[str]:
    return [item.file for item in report.skipped]


def assert_up_to_date(corpus: Path, place: Path) -> None:
    """The index says what a clean build of the corpus would say, and the next build finds nothing to do."""
    clean = place.with_name("clean")
    shutil.rmtree(clean, ignore_errors=True)
    build(corpus, clean)
    assert content(place) == content(clean)
    name = IndexLayout(place).read_current()
    build(corpus, place)
    assert IndexLayout(place).read_current() == name


@pytest.mark.parametrize("change", [written, replaced])
@pytest.mark.parametrize("moment", [READING, AFTERWARDS])
def test_a_file_changed_before_or_while_it_is_read_is_indexed_as_it_is_in_the_end(
    change: Callable[[Path, str], None], moment: int, corpus: Path, place: Path, opening: Any
) -> None:
    opening({moment: lambda: change(corpus / FRUIT, NEW)})
    assert skipped(build(corpus, place)) == []
    assert answer(place) == "1045吨"
    assert_up_to_date(corpus, place)


def test_a_file_that_is_changed_and_put_back_is_not_taken_for_what_it_was_in_between(
    corpus: Path, place: Path, opening: Any
) -> None:
    """Else the sum would be that of the file, the text another one, and no later build would see it."""
    opening({READING: lambda: written(corpus / FRUIT, NEW), AFTERWARDS: lambda: written(corpus / FRUIT, OLD)})
    build(corpus, place)
    assert said(place) == SAID_BEFORE
    assert_up_to_date(corpus, place)


def test_a_file_that_never_comes_to_rest_is_skipped_and_named_and_read_by_the_next_build(
    corpus: Path, place: Path, opening: Any
) -> None:
    def append() -> None:
        with (corpus / FRUIT).open("a", encoding="utf-8") as stream:
            stream.write("\n果农忙。\n")

    opening(dict.fromkeys(range(1, 20), append))
    report = build(corpus, place)
    assert skipped(report) == [FRUIT]
    assert "changing" in report.skipped[0].en
    assert answer(place) is None
    _opened.clear()
    build(corpus, place)
    assert answer(place) == "30吨"


@pytest.mark.parametrize("moment", [READING, AFTERWARDS])
@pytest.mark.parametrize("then", ["gone", "empty", "folder", "leads nowhere"])
def test_a_file_removed_or_made_unreadable_is_skipped_and_named_and_read_when_it_is_back(
    then: str, moment: int, corpus: Path, place: Path, opening: Any
) -> None:
    """Back with the very same bytes: only that it was skipped tells the next build to read it."""

    def remove() -> None:
        (corpus / FRUIT).unlink()
        if then == "empty":
            (corpus / FRUIT).touch()
        elif then == "folder":
            (corpus / FRUIT).mkdir()
        elif then == "leads nowhere":
            (corpus / FRUIT).symlink_to("nowhere")

    opening({moment: remove})
    assert skipped(build(corpus, place)) == [FRUIT]
    assert said(place) == SAID_BEFORE | {QUESTION: None}
    _opened.clear()

    if then == "folder":
        (corpus / FRUIT).rmdir()
    (corpus / FRUIT).unlink(missing_ok=True)
    written(corpus / FRUIT, OLD)
    assert skipped(build(corpus, place)) == []
    assert said(place) == SAID_BEFORE
    assert_up_to_date(corpus, place)
    assert_nothing_half_left(place)


def test_a_corpus_that_is_gone_while_it_is_read_leaves_the_old_index_in_force(corpus: Path, place: Path) -> None:
    build(corpus, place)
    written(corpus / FRUIT, NEW)

    def remove(progress: Progress) -> None:
        if progress.stage == "reading" and progress.done == 0:
            shutil.rmtree(corpus)

    with pytest.raises(Exception, match=f"{corpus}.*4"):
        rebuild(corpus, place, progress=False, encoder=ENCODER, watch=remove)
    assert said(place) == SAID_BEFORE
    assert_nothing_half_left(place)


def test_a_web_page_that_is_replaced_before_its_reader_gets_it_is_indexed_as_it_is_in_the_end(
    corpus: Path, place: Path
) -> None:
    """Read by a process of its own."""

    def html(tons: int) -> str:
        return f"<html><body><h1>葡萄丰收</h1><p>果农今年收获葡萄{tons}吨。</p></body></html>"

    written(corpus / "grapes.html", html(70))

    def replace(progress: Progress) -> None:
        if progress.stage == "reading" and progress.done == 0:
            replaced(corpus / "grapes.html", html(8080))

    rebuild(corpus, place, progress=False, encoder=ENCODER, watch=replace)
    with closing(Index.open(place)) as index:
        assert [chunk.text for chunk in index.file_chunks("grapes.html")] == ["果农今年收获葡萄8080吨。"]
    assert_up_to_date(corpus, place)
