"""A build that is killed, at any moment, loses nothing: the index in force answers, and the next build is whole."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Literal

import pytest

from embeddings.generation import IndexLayout
from embeddings.verifying import verify
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

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Kind = Literal["call", "event", "byte"]

MOMENTS = 20
LAST_EVENTS = 40
"""As many as there are from the last batch encoded to the end; each of them is a moment."""


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
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killed]:
    """The program, once it has counted the steps of a build that nothing disturbs."""
    command = [sys.executable, "-m", "tests.faults.killed_build"]
    with subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        found = Killed(program)
        for kind in ("call", "event"):
            place = built(tmp_path_factory.mktemp(kind))
            change(place.parent / "corpus")
            word, steps = found.build(place.parent / "corpus", place, kind, 0).split()
            assert word == "finished"
            found.steps[kind] = int(steps)
        yield found
        assert program.stdin is not None
        program.stdin.close()


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, ...]:
    """What an index holds that was built once, from AFTER alone, and not disturbed."""
    folder = tmp_path_factory.mktemp("clean")
    place = built(folder)
    change(folder / "corpus")
    build(folder / "corpus", folder / "another")
    assert said(place) == SAID_BEFORE
    assert said(folder / "another") == SAID_AFTER
    return content(folder / "another")


def killed_at(kind: Kind, number: int, folder: Path, killed: Killed, clean: tuple[object, ...]) -> bool:
    """Kill a build, look at what is left, and build again; returns whether the new index was already in force."""
    place, corpus = built(folder), folder / "corpus"
    old = IndexLayout(place).read_current()
    change(corpus)
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
    moment: int, tmp_path: Path, killed: Killed, clean: tuple[object, ...]
) -> None:
    number = killed.steps["call"] * moment // (MOMENTS + 1)
    assert not killed_at("call", number, tmp_path, killed, clean)


@pytest.mark.parametrize("before_the_end", range(LAST_EVENTS))
def test_killed_while_it_comes_into_force_either_the_old_or_the_new_index_answers(
    before_the_end: int, tmp_path: Path, killed: Killed, clean: tuple[object, ...]
) -> None:
    killed_at("event", killed.steps["event"] - before_the_end, tmp_path, killed, clean)


@pytest.mark.parametrize("number", [1, 100, 5000, 9000, 20_000, 40_000, 70_000, 100_000])
def test_killed_in_the_midst_of_a_write_the_old_index_answers_and_the_next_build_equals_a_clean_one(
    number: int, tmp_path: Path, killed: Killed, clean: tuple[object, ...]
) -> None:
    assert not killed_at("byte", number, tmp_path, killed, clean)


def test_the_moments_reach_from_the_first_step_to_the_new_index_in_force(
    tmp_path: Path, killed: Killed, clean: tuple[object, ...]
) -> None:
    """Otherwise the tests above would say less than they seem to."""
    first, last = tmp_path / "first", tmp_path / "last"
    assert not killed_at("event", max(1, killed.steps["event"] - LAST_EVENTS + 1), first, killed, clean)
    assert killed_at("event", killed.steps["event"], last, killed, clean)
