"""Folders of the corpus that are swapped for links while files are taken out or added: nothing outside is touched."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import page, write_corpus
from web.documents.library import Removed, remove
from web.documents.opened import Folder
from web.documents.uploads import Intake, Stored

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STORY = page("新桥通车", "新桥全长800米。")
_MOST_STEPS = 1000


class _Steps:
    """Calls `swap` once, just before the step of that number: whatever opens, lists, makes, moves, links or removes."""

    def __init__(self) -> None:
        self._swap: Callable[[], None] | None = None
        self._number = self._left = 0
        sys.addaudithook(self._step)

    def before(self, number: int, swap: Callable[[], None]) -> None:
        self._swap, self._number, self._left = swap, number, number

    def over(self) -> bool:
        """Whether there were fewer steps than that; and no more are counted."""
        waiting, self._swap = self._swap is not None, None
        return waiting

    def _step(self, event: str, _: Any) -> None:
        if self._swap is None or (event != "open" and not event.startswith("os.")):
            return
        self._left -= 1
        if self._left < 0:
            swap, self._swap = self._swap, None
            swap()


_steps = _Steps()  # an audit hook stays for as long as the process


def _everything(folder: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")
    }


def _swap_when_there(path: Path, outside: Path, aside: Path) -> Callable[[], None]:
    """Put a link to `outside` in the place of a folder, if it is there by then."""

    def swap() -> None:
        if path.is_dir():
            path.rename(aside)
            path.symlink_to(outside, target_is_directory=True)

    return swap


def _try_at_each_step(tmp_path: Path, swapped: str, work: Callable[[Path], object], first: int = 0) -> int:
    """Swap before each step of `work` from `first` on, each time in a new corpus; returns how many steps there were."""
    for number in range(first, _MOST_STEPS):
        here = tmp_path / str(number)
        corpus = write_corpus(here / "corpus", {"sub/b.txt": STORY, "sub/deep/c.txt": STORY + "三"})
        outside = here / "outside"
        write_corpus(outside, {"b.txt": "outside", "c.txt": "outside", "deep/c.txt": "outside", "sub/b.txt": "outside"})
        (corpus / ".removed").mkdir()
        before = _everything(outside)
        path = corpus / swapped if swapped else corpus
        _steps.before(number, _swap_when_there(path, outside, here / "aside"))
        try:
            work(corpus)
        finally:
            over = _steps.over()
        assert _everything(outside) == before, f"step {number}"
        if over:
            return number
    raise AssertionError("it never ends")


@pytest.mark.parametrize("swapped", ["", "sub", "sub/deep", ".removed"])
def test_what_is_taken_out_is_never_a_file_outside(tmp_path: Path, swapped: str) -> None:
    steps = _try_at_each_step(tmp_path, swapped, lambda corpus: remove(corpus, ["sub/b.txt", "sub/deep/c.txt"]))

    assert steps > 10


@pytest.mark.parametrize("swapped", ["", "sub"])
def test_what_is_added_is_never_put_outside(tmp_path: Path, swapped: str) -> None:
    upload = tmp_path / "upload.txt"
    upload.write_text(page("新港开放", "新港有泊位12个。"), encoding="utf-8")
    # Before the first step, which makes the folder where it is missing, its path may lead anywhere.
    steps = _try_at_each_step(tmp_path, swapped, lambda corpus: Intake(corpus).store([("a.txt", upload)]), first=1)

    assert steps > 10


def test_the_folder_of_a_removal_may_be_swapped_too(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"a.txt": STORY})
    outside = tmp_path / "outside"
    outside.mkdir()
    aside = (tmp_path / f"aside-{number}" for number in range(_MOST_STEPS))

    def swap() -> None:
        for folder in (corpus / ".removed").glob("*"):
            folder.rename(next(aside))
            folder.symlink_to(outside)

    for number in range(_MOST_STEPS):
        write_corpus(corpus, {"a.txt": STORY})
        _steps.before(number, swap)
        try:
            remove(corpus, ["a.txt"])
        finally:
            over = _steps.over()
        assert list(outside.iterdir()) == []
        if over:
            break
        for link in (corpus / ".removed").glob("*"):
            if link.is_symlink():
                link.unlink()


def test_without_anybody_swapping_both_are_done(tmp_path: Path) -> None:
    upload = tmp_path / "upload.txt"
    upload.write_text(STORY, encoding="utf-8")
    (stored,) = Intake(tmp_path / "corpus").store([("a.txt", upload)])
    assert isinstance(stored, Stored)

    (removed,) = remove(tmp_path / "corpus", [stored.file])
    assert isinstance(removed, Removed)
    assert (tmp_path / "corpus" / removed.kept).read_text(encoding="utf-8") == STORY


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/etc"])
def test_what_is_no_name_of_one_file_is_refused(tmp_path: Path, name: str) -> None:
    with Folder.open(tmp_path) as folder, pytest.raises(ValueError, match="not the name of one file"):
        folder.make(name)


def test_a_folder_is_closed_again(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        write_corpus(tmp_path / "corpus", {"sub/deep/c.txt": STORY})
        remove(tmp_path / "corpus", ["sub/deep/c.txt", "none.txt"])

    assert len(os.listdir("/proc/self/fd")) == before
