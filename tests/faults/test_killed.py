"""A build that is killed, at any moment, loses nothing: the index in force answers, and the next build is whole."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from embeddings.store.generation import IndexLayout
from embeddings.store.verifying import verify
from tests.conftest import REPOSITORY
from tests.faults.support import (
    SAID_AFTER,
    SAID_BEFORE,
    assert_nothing_half_left,
    build,
    built,
    change,
    content,
    said,
)
from tests.support import page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["call", "event", "byte"]

MOMENTS = 20
EVENTS_BEFORE_THE_END = (*range(28), *range(28, 48, 4))
"""The last is the first thing that is done when all is written; the index comes into force in between."""


class Killed:
    """Runs builds in processes of their own, each until it is killed at a moment; see `killed_build`."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self._program = program
        self.steps: dict[Kind, int] = {}

    def build(self, corpus: Path, place: Path, kind: Kind, number: int) -> str:
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        print(kind, number, corpus, place, file=self._program.stdin, flush=True)
        return self._program.stdout.readline().strip()


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of BEFORE, in two generations, so that a third has one to remove, and its corpus."""
    folder = tmp_path_factory.mktemp("before")
    write_corpus(folder / "corpus", {"old.txt": page("旧闻", "此事早已过去。")})
    built(folder)
    (folder / "corpus" / "old.txt").unlink()
    build(folder / "corpus", folder / "index")
    assert said(folder / "index") == SAID_BEFORE
    change(folder / "corpus")
    return folder


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory, before: Path) -> Iterator[Killed]:
    """The program, once it has counted the steps of a build that nothing disturbs."""
    command = [sys.executable, "-m", "tests.faults.killed_build"]
    with subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        found = Killed(program)
        for kind in ("call", "event"):
            folder = Path(shutil.copytree(before, tmp_path_factory.mktemp(kind) / "copy"))
            word, steps = found.build(folder / "corpus", folder / "index", kind, 0).split()
            assert word == "finished"
            found.steps[kind] = int(steps)
        yield found
        assert program.stdin is not None
        program.stdin.close()


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory, before: Path) -> tuple[object, ...]:
    """What an index holds that was built once, from AFTER alone, and not disturbed."""
    place = tmp_path_factory.mktemp("clean") / "index"
    build(before / "corpus", place)
    assert said(place) == SAID_AFTER
    return content(place)


@pytest.fixture
def folder(before: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(before, tmp_path / "copy"))


def killed_at(kind: Kind, number: int, folder: Path, killed: Killed, clean: tuple[object, ...]) -> bool:
    """Kill a build, look at what is left, and build again; returns whether the new index was already in force."""
    place, corpus = folder / "index", folder / "corpus"
    old = IndexLayout(place).read_current()
    assert killed.build(corpus, place, kind, number) == "killed"

    in_force = IndexLayout(place).read_current()
    assert said(place) == (SAID_BEFORE if in_force == old else SAID_AFTER)
    assert verify(place, progress=False).faults == ()

    build(corpus, place)
    assert said(place) == SAID_AFTER
    assert content(place) == clean
    assert_nothing_half_left(place)
    return in_force != old


@pytest.mark.parametrize("moment", range(1, MOMENTS + 1))
def test_killed_in_the_work_the_old_index_answers_and_the_next_build_equals_a_clean_one(
    moment: int, folder: Path, killed: Killed, clean: tuple[object, ...]
) -> None:
    number = killed.steps["call"] * moment // (MOMENTS + 1)
    assert not killed_at("call", number, folder, killed, clean)


@pytest.mark.parametrize("before_the_end", EVENTS_BEFORE_THE_END)
def test_killed_while_it_comes_into_force_either_the_old_or_the_new_index_answers(
    before_the_end: int, folder: Path, killed: Killed, clean: tuple[object, ...]
) -> None:
    killed_at("event", killed.steps["event"] - before_the_end, folder, killed, clean)


@pytest.mark.parametrize("number", [1, 100, 5000, 9000, 20_000, 40_000, 70_000, 100_000])
def test_killed_in_the_midst_of_a_write_the_old_index_answers_and_the_next_build_equals_a_clean_one(
    number: int, folder: Path, killed: Killed, clean: tuple[object, ...]
) -> None:
    assert not killed_at("byte", number, folder, killed, clean)


def test_the_moments_reach_from_the_first_file_written_to_the_new_index_in_force(
    folder: Path, killed: Killed, clean: tuple[object, ...]
) -> None:
    """Otherwise the tests above would say less than they seem to."""
    again = Path(shutil.copytree(folder, folder.with_name("again")))
    assert not killed_at("event", killed.steps["event"] - EVENTS_BEFORE_THE_END[-1], folder, killed, clean)
    assert killed_at("event", killed.steps["event"], again, killed, clean)
