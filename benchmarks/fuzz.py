"""Files and questions nobody would write on purpose: none may crash, hang or give an answer that stands nowhere.

    python -m benchmarks.fuzz --seconds 120     # for two minutes
    python -m benchmarks.fuzz --inputs 100000   # that many inputs
    python -m benchmarks.fuzz --seed 7 --at 123 # one of them again

An input is made from the seed and its number alone, so that any can be made again. What a user may see is fine: a file
that cannot be read says so (`Unreadable`), a question that cannot be asked too (`QuestionError`). All else is kept in
a file, and named: another exception, more than a second of processor time, an answer that is not in its passages.
"""

from __future__ import annotations

import argparse
import faulthandler
import gc
import hashlib
import itertools
import json
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from benchmarks.fuzz_inputs import SUFFIXES, file_input, question_input
from benchmarks.fuzz_tokens import QUESTIONS
from chinese.dictionary import is_common_noun, is_proper_name, is_proper_noun
from chinese.tokens import fold, tokenize
from embeddings import Index, rebuild
from embeddings.errors import PagesUnread, Unreadable
from embeddings.reading.documents import read_document
from embeddings.splitting.articles import split_articles
from embeddings.splitting.chunks import chunk_article
from qa import QA
from qa.deciding.confidence import Calibration
from qa.question.followup import complete
from qa.question.question import QuestionError, check_question, parse_question
from qa.reading.reader import ReaderSpan, SpanScores
from terminal.printing import format_answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from embeddings.types import FloatArray

SECONDS = 1.0
"""Processor time that an input may take."""

_GROWTH = 2 << 30  # bytes that the process may grow by: a document that wants more gets a MemoryError, as in a build
_MOST_FAILURES = 20
_CORPUS = {
    "library.txt": "图书馆开放\n\n春城图书馆新馆昨日开放,共有藏书120万册。\n\n新馆由林青主持设计,总投资4.5亿元。\n",
    "park.txt": "园区成绩单\n\n高新区企业已从2019年的38家增加到2022年的45家。\n\n引进项目36个,总投资63.5亿元。\n",
    "port.txt": "港口扩建\n\n东港2023年建成码头3座,总投资12.6亿元。\n\n远航集团承办,工期由18天减少到6天。\n",
}


class _Hang(BaseException):
    """An input took too long; no reader's `except Exception` may catch it."""


class _Encoder:
    """A small encoder in the model's place: what is asked is not how well it finds."""

    name = "pairs"
    dimension = 64
    max_tokens = 512
    fingerprint = hashlib.sha256(b"pairs").hexdigest()

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Count pairs of neighbouring characters in `dimension` buckets, rows of length 1, shape (n, dimension)."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for pair in itertools.pairwise(f" {text} "):
                row[(ord(pair[0]) * 31 + ord(pair[1])) % self.dimension] += 1
        unit: FloatArray = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """Do the same: a passage is found by the pairs it has in common with the question."""
        return self.encode_queries(texts)


class _Reader:
    """A small reader in the network's place: each clause may be the answer, the one most like the question first."""

    def start_loading(self) -> None:
        """Nothing to load."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[SpanScores]:
        """Count the question's characters in each clause; half of them is a log-odds of 0."""
        asked = set(fold(question))
        return [self._scores(asked, text) for _, text in passages]

    def _scores(self, asked: set[str], text: str) -> SpanScores:
        clauses = re.finditer(r"[^\s,，。;；:：!！?？]+", text)
        spans = [
            ReaderSpan(*clause.span(), len(asked & set(fold(clause.group()))) - len(asked) / 2) for clause in clauses
        ]
        return SpanScores(tuple(sorted(spans, key=lambda span: (-span.score, span.start))))


_CALIBRATION = Calibration({"reader": 1.0}, 0.0, 0.25)
"""As sure as the reader is: some questions are answered, some refused."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that did what none may: its number, what it did, where, and the file it is kept in."""

    number: int
    what: str
    where: str
    file: Path


class Fuzzer:
    """Tries inputs one after another, in `folder`; each is kept there until the next one."""

    def __init__(self, seed: int, folder: Path, kinds: Sequence[str] = (*SUFFIXES, "question")) -> None:
        self._seed = seed
        self._folder = folder
        self._kinds = kinds
        work = folder / "work"
        for name, text in _CORPUS.items():
            (work / "corpus").mkdir(parents=True, exist_ok=True)
            (work / "corpus" / name).write_text(text, encoding="utf-8")
        rebuild(work / "corpus", work / "index", progress=False, encoder=_Encoder())
        self._qa = QA(Index.open(work / "index"), _Encoder(), _Reader(), calibration=_CALIBRATION)
        for question in QUESTIONS:  # reads dictionaries, which no input shall pay for
            self._qa.ask(question)
        is_proper_name("london"), is_proper_noun("沈阳"), is_common_noun("城市")
        for suffix in SUFFIXES:
            self._read(self._kept(suffix, file_input(Random(0), suffix)))

    def kind(self, number: int) -> str:
        """Say what an input is: the suffix of a file, or "question"."""
        return Random(f"kind {self._seed} {number}").choice(self._kinds)

    def try_one(self, number: int) -> Failure | None:
        """Make an input and try it; a second time where it was too slow, which may have been the machine's fault."""
        failure = self._try(number)
        return self._try(number) if failure is not None and failure.what.startswith("_Hang") else failure

    def _try(self, number: int) -> Failure | None:
        random, kind = Random(f"{self._seed} {number}"), self.kind(number)
        file = self._folder / "work"
        try:
            if kind == "question":
                question, k, history = question_input(random)
                text = json.dumps({"question": question, "k": k, "history": history})
                file = self._kept(".json", text.encode())
                with _limited():
                    self._ask(question, k, history)
            else:
                file = self._kept(kind, file_input(random, kind))
                with _limited():
                    self._read(file)
        except (Exception, _Hang) as error:
            frames = traceback.extract_tb(error.__traceback__)
            frame = frames[-2] if isinstance(error, _Hang) else frames[-1]  # the last one of those is what stops it
            where = f"{Path(frame.filename).name}:{frame.lineno}"
            kept = self._folder / f"{self._seed}-{number}{file.suffix}"
            file.replace(kept)
            return Failure(number, f"{type(error).__name__}: {error}"[:200], where, kept)
        return None

    def _kept(self, suffix: str, data: bytes) -> Path:
        file = self._folder / f"current{suffix}"
        file.write_bytes(data)
        return file

    def _read(self, file: Path) -> None:
        """Do what a build does with a file before it encodes."""
        try:
            document = read_document(file.parent, file.name)
        except (Unreadable, PagesUnread, MemoryError):
            return
        for number, article in enumerate(split_articles(document)):
            for chunk in chunk_article(article, number):
                try:
                    chunk.encoded.encode()
                except UnicodeEncodeError:  # a build then skips the file
                    return
                tokenize(chunk.indexed)

    def _ask(self, question: str, k: int, history: Sequence[str]) -> None:
        with suppress(QuestionError):  # QA says so, or passes it over among the earlier ones
            parse_question(complete(check_question(question), [check_question(text) for text in history]))
        try:
            answer = self._qa.ask(question, k, history)
        except QuestionError:
            return
        json.dumps(answer.to_dict())
        format_answer(answer)
        shown = {passage.text[start:end] for passage in answer.passages for start, end in passage.highlights}
        if absent := set(answer.texts) - shown:
            message = f"{absent} stands in no passage"
            raise AssertionError(message)


@contextmanager
def _limited() -> Iterator[None]:
    """Raise _Hang after SECONDS of processor time; where nothing is listened to, end the process after a minute.

    No garbage is collected meanwhile: it may be another input's, and what is raised in a finaliser stops nothing.
    """

    def stop(*_: object) -> None:
        raise _Hang

    signal.signal(signal.SIGPROF, stop)
    faulthandler.dump_traceback_later(60, exit=True)
    gc.disable()
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        gc.enable()
        faulthandler.cancel_dump_traceback_later()


def _limit_memory() -> None:
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + _GROWTH, resource.RLIM_INFINITY))


def run(fuzzer: Fuzzer, numbers: range, seconds: float | None = None) -> tuple[int, list[Failure]]:
    """Try inputs until `seconds` are over or there are no more; returns how many, and a failure of each kind."""
    failures: dict[tuple[str, str], Failure] = {}
    end = None if seconds is None else time.monotonic() + seconds
    tried = 0
    total = len(numbers) if seconds is None else None
    with tqdm(total=total, desc="inputs", unit="", file=sys.stderr, disable=None, dynamic_ncols=True) as bar:
        for number in numbers:
            if len(failures) >= _MOST_FAILURES or (end is not None and time.monotonic() >= end):
                break
            failure = fuzzer.try_one(number)
            tried += 1
            bar.update()
            if failure is not None:
                place = failure.what.split(":")[0], failure.where
                if failures.setdefault(place, failure) is failure:
                    tqdm.write(f"input {failure.number}: {failure.what} at {failure.where}", file=sys.stderr)
                else:
                    failure.file.unlink()
    return tried, list(failures.values())


def _kinds(kinds: Sequence[str]) -> str:
    return "" if set(kinds) == {*SUFFIXES, "question"} else f" --kinds {' '.join(kinds)}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 1 where an input failed."""
    parser = argparse.ArgumentParser(description="Try files and questions nobody would write on purpose.")
    parser.add_argument("--inputs", type=int, default=10_000, help="how many to try (default 10000)")
    parser.add_argument("--seconds", type=float, help="try as many as this time allows instead")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes other inputs (default 1)")
    parser.add_argument("--at", type=int, help="try only the input of this number")
    parser.add_argument("--kinds", nargs="+", choices=(*SUFFIXES, "question"), default=[*SUFFIXES, "question"])
    parser.add_argument("--save", type=Path, help="folder that failing inputs are kept in (default: a new one)")
    options = parser.parse_args(arguments)
    folder = options.save if options.save is not None else Path(tempfile.mkdtemp(prefix="wenju-fuzz-"))
    fuzzer = Fuzzer(options.seed, folder, options.kinds)
    _limit_memory()
    if options.at is not None:
        failure = fuzzer.try_one(options.at)
        print(f"input {options.at}: {'fine' if failure is None else failure}")
        return failure is not None
    numbers = range(sys.maxsize if options.seconds is not None else options.inputs)
    tried, failures = run(fuzzer, numbers, options.seconds)
    for failure in failures:
        print(f"{failure.file}: {failure.what} at {failure.where}")
        print(f"  again: python -m benchmarks.fuzz --seed {options.seed} --at {failure.number} {_kinds(options.kinds)}")
    print(f"{tried} inputs, seed {options.seed}: {len(failures)} kinds of failure")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
