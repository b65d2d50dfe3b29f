"""What nobody would write on purpose, in small: the search for it finds what is planted, and any text may be asked."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import fuzz
from benchmarks.fuzz import Fuzzer, run
from benchmarks.fuzz_inputs import SUFFIXES, file_input, question_input
from embeddings.errors import Unreadable
from embeddings.reading.documents import read_document
from qa.question.question import QuestionError
from terminal.printing import format_answer
from tests.faults.support import built, opened

if TYPE_CHECKING:
    from qa import QA

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def fuzzer(tmp_path_factory: pytest.TempPathFactory) -> Fuzzer:
    return Fuzzer(5, tmp_path_factory.mktemp("fuzz"))


@pytest.fixture(scope="module")
def qa(tmp_path_factory: pytest.TempPathFactory) -> QA:
    return opened(built(tmp_path_factory.mktemp("asked")))


def test_three_hundred_inputs_do_nothing_they_may_not(tmp_path: Path) -> None:
    # In a process of its own: what other tests left running would count as an input's time.
    command = [sys.executable, "-m", "benchmarks.fuzz", "--inputs", "300", "--seed", "5", "--save", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == "300 inputs, seed 5: 0 kinds of failure\n"


def test_what_others_left_to_collect_is_not_collected_while_an_input_is_timed() -> None:
    with fuzz._limited():
        assert not gc.isenabled()
    assert gc.isenabled()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_one_seed_makes_the_same_files_and_most_of_them_can_be_read(suffix: str, tmp_path: Path) -> None:
    read = 0
    for number in range(40):
        data = file_input(Random(number), suffix)
        assert data == file_input(Random(number), suffix)
        (tmp_path / f"a{suffix}").write_bytes(data)
        try:
            read += bool(read_document(tmp_path, f"a{suffix}").lines)
        except Unreadable:
            continue
    assert read > 10  # what is never read tries nothing
    assert question_input(Random(7)) == question_input(Random(7))


def test_a_crash_is_named_with_its_place_and_its_input_is_kept(fuzzer: Fuzzer, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("planted")

    monkeypatch.setattr(fuzz, "split_articles", broken)
    tried, failures = run(fuzzer, range(50))
    assert tried == 50
    (failure,) = failures
    assert failure.what == "KeyError: 'planted'"
    assert failure.where.startswith("test_fuzz.py:")
    assert failure.file.read_bytes() == file_input(Random(f"5 {failure.number}"), fuzzer.kind(failure.number))


def test_an_input_that_takes_too_long_is_stopped_and_named(fuzzer: Fuzzer, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> None:
        end = time.process_time() + 30
        while time.process_time() < end:
            pass

    monkeypatch.setattr(fuzz, "split_articles", slow)
    monkeypatch.setattr(fuzz, "SECONDS", 0.05)
    number = next(number for number in range(50) if fuzzer.kind(number) == ".txt")
    failure = fuzzer.try_one(number)
    assert failure is not None
    assert failure.what.startswith("_Hang")
    assert failure.where.startswith("test_fuzz.py:")


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(question=st.text(max_size=60), history=st.lists(st.text(max_size=20), max_size=2), k=st.integers(-1, 52))
def test_any_text_is_answered_refused_or_an_error_for_the_user(
    question: str, history: list[str], k: int, qa: QA
) -> None:
    try:
        answer = qa.ask(question, k, history)
    except QuestionError:
        return
    assert format_answer(answer)
    assert answer.texts or answer.reason is not None


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.binary(max_size=300), suffix=st.sampled_from(SUFFIXES))
def test_any_bytes_are_a_document_or_unreadable(data: bytes, suffix: str, tmp_path: Path) -> None:
    (tmp_path / f"a{suffix}").write_bytes(data)
    try:
        document = read_document(tmp_path, f"a{suffix}")
    except Unreadable:
        return
    assert any(line.text.strip() for line in document.lines)
