"""Builds and readers at the same time: one build at once, and whoever reads keeps answering, rightly."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

from embeddings import Index
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
    opened,
    said,
)
from tests.support import page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Ran

    Wenju = Callable[..., Ran]

_SLOW_BUILD = """
import sys
from embeddings import rebuild
from tests.support import CountingEncoder
def wait(texts):
    if not told:
        told.append(True)
        print("encoding", flush=True)
        sys.stdin.readline()
told = []
report = rebuild(sys.argv[1], sys.argv[2], progress=False, encoder=CountingEncoder(256, before=wait))
print("done", report.chunks, flush=True)
"""

_QUESTION = "果农今年收获苹果多少吨?"


def test_of_two_rebuilds_at_once_the_second_says_so_and_the_first_completes(tmp_path: Path, wenju: Wenju) -> None:
    place, corpus = built(tmp_path), tmp_path / "corpus"
    change(corpus)
    with subprocess.Popen(
        [sys.executable, "-c", _SLOW_BUILD, str(corpus), str(place)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "encoding\n"

        second = wenju("rebuild", corpus, "--index", place)
        assert (second.code, second.out) == (2, "")
        (line,) = second.err.splitlines()
        assert line == f"wenju Error: Another process is rebuilding the index {place}. Try again when it is done."
        assert said(place) == SAID_BEFORE
        assert verify(place, progress=False).faults == ()

        out, _ = first.communicate("go on\n")
        assert out.startswith("done")
        assert first.returncode == 0
    assert said(place) == SAID_AFTER
    assert_nothing_half_left(place)


def test_of_four_rebuilds_started_together_each_completes_or_says_so(tmp_path: Path) -> None:
    place, corpus = built(tmp_path), tmp_path / "corpus"
    change(corpus)
    program = """
import sys
from embeddings import rebuild
from embeddings.errors import IndexBusy
from tests.qa.support import ENCODER
sys.stdin.readline()
try:
    rebuild(sys.argv[1], sys.argv[2], progress=False, encoder=ENCODER)
except IndexBusy:
    print("busy")
else:
    print("done")
"""
    builders = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(corpus), str(place)],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    said_by = [out for out, _ in ThreadPoolExecutor(4).map(lambda builder: builder.communicate("go\n"), builders)]
    assert set(said_by) <= {"done\n", "busy\n"}
    assert "done\n" in said_by
    assert said(place) == SAID_AFTER
    assert_nothing_half_left(place)


def test_a_reader_open_across_three_rebuilds_keeps_answering_and_each_answer_is_one_generation_s(
    tmp_path: Path,
) -> None:
    """Four threads ask all the while; none may see an error, a mixture, or a generation older than one seen before."""
    place, corpus = built(tmp_path), tmp_path / "corpus"
    generations = [30, 31, 32, 33]
    qa, over = opened(place), threading.Event()
    first_answers = threading.Barrier(5)

    def ask() -> list[str | None]:
        answers: list[str | None] = [qa.ask(_QUESTION).text]
        first_answers.wait(60)
        while not over.is_set():
            answers.append(qa.ask(_QUESTION).text)
        return [*answers, qa.ask(_QUESTION).text]

    with closing(qa.index), ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(ask) for _ in range(4)]
        first_answers.wait(60)
        try:
            for tons in generations[1:]:
                write_corpus(corpus, {"fruit.txt": page("苹果丰收", f"果农今年收获苹果{tons}吨。")})
                build(corpus, place)
        finally:
            over.set()
        for reader in readers:
            answers = reader.result()
            assert answers[0] == "30吨"
            assert answers[-1] == "33吨"
            assert set(answers) <= {f"{tons}吨" for tons in generations}
            assert answers == sorted(answers, key=str)


def test_an_index_that_was_opened_answers_from_its_generation_when_that_is_gone(tmp_path: Path) -> None:
    """A process that asks once keeps what it opened, three rebuilds later, when its files are deleted."""
    place, corpus = built(tmp_path), tmp_path / "corpus"
    index = Index.open(place)
    name = index.generation
    index.open_parts()
    for tons in (31, 32, 33):
        write_corpus(corpus, {"fruit.txt": page("苹果丰收", f"果农今年收获苹果{tons}吨。")})
        build(corpus, place)
    assert not IndexLayout(place).generation(name).path.exists()
    with closing(index):
        assert next(chunk.text for chunk in index.all_chunks()) == "果农今年收获苹果30吨。"
        assert index.search_lexical([[("苹果", 1.0)]], 1)[0][0] == 0
    assert opened(place).ask(_QUESTION).text == "33吨"


def test_verify_beside_rebuilds_finds_nothing_wrong(tmp_path: Path) -> None:
    place, corpus = built(tmp_path), tmp_path / "corpus"
    over, started = threading.Event(), threading.Event()

    def check() -> set[tuple[str, ...]]:
        found = {verify(place, progress=False).faults}
        started.set()
        while not over.is_set():
            found.add(verify(place, progress=False).faults)
        return found

    with ThreadPoolExecutor(1) as pool:
        checking = pool.submit(check)
        assert started.wait(60)
        try:
            for tons in range(31, 39):
                write_corpus(corpus, {"fruit.txt": page("苹果丰收", f"果农今年收获苹果{tons}吨。")})
                build(corpus, place)
        finally:
            over.set()
        assert checking.result() == {()}
