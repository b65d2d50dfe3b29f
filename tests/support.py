"""What several tests share."""

from __future__ import annotations

import hashlib
import re
import signal
from typing import TYPE_CHECKING

import numpy as np

from chinese.sentences import split_sentences
from chinese.tokens import fold
from qa.deciding.comparing import KINDS
from qa.deciding.confidence import Calibration
from qa.deciding.ranking import Ranker
from qa.engine import QA
from qa.question.kinds import ASKING
from qa.reading.reader import ReaderSpan, SpanScores

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from embeddings.models.encoder import Encoder
    from embeddings.store.stores import Whole
    from embeddings.types import FloatArray


class CountingEncoder:
    """A small encoder whose every number can be worked out, and which remembers the passages it was given.

    Each pair of neighbouring characters adds 1 to one of `dimension` buckets, by hash; the row is then scaled to
    length 1. `before` is called with each batch of passages before it is encoded.
    """

    max_tokens = 512

    def __init__(
        self,
        dimension: int = 32,
        name: str = "counting",
        before: Callable[[Sequence[str]], None] | None = None,
    ) -> None:
        self.name = name
        self.dimension = dimension
        self.fingerprint = hashlib.sha256(f"{name}-{dimension}".encode()).hexdigest()
        self.passages: list[str] = []
        self._before = before

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        return np.array([self._row(text) for text in texts], dtype=np.float32).reshape(-1, self.dimension)

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        if self._before is not None:
            self._before(texts)
        self.passages.extend(texts)
        return self.encode_queries(texts)

    def _row(self, text: str) -> FloatArray:
        row = np.zeros(self.dimension, dtype=np.float32)
        padded = f" {text} "
        for start in range(len(padded) - 1):
            digest = hashlib.sha256(padded[start : start + 2].encode()).digest()
            row[int.from_bytes(digest[:4], "big") % self.dimension] += 1
        scaled: FloatArray = row / np.linalg.norm(row)
        return scaled


class CountingReader:
    """A small reader whose every number can be worked out, and which remembers what it was asked to read.

    It counts the question's pairs of neighbouring characters, its question words and Latin letters left out. A clause's
    log-odds are the pairs that it has, and three quarters of those that only its sentence or the headline has, less
    half of all. Every span there has these; its best spans are the words of each clause that the question has not.
    """

    def __init__(self) -> None:
        self.read_texts: list[tuple[str, tuple[str, ...]]] = []
        self.loads = 0

    def start_loading(self) -> None:
        self.loads += 1

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[SpanScores]:
        self.read_texts.append((question, tuple(text for _, text in passages)))
        asked = ASKING.sub(" ", fold(question))
        pairs = {pair for pair in _pairs(asked) if re.fullmatch(r"[^\Wa-z]{2}", pair)}
        return [self._scores(pairs, fold(context), fold(text)) for context, text in passages]

    def _scores(self, pairs: set[str], context: str, text: str) -> SpanScores:
        odds = np.full(len(text), -99.0, dtype=np.float32)
        spans = []
        for first, last in split_sentences(text):
            near = f"{context}\n{text[first:last]}"
            for clause in re.finditer(r"[^\s,，。;；:：!！?？]+", text[first:last]):
                start, end = first + clause.start(), first + clause.end()
                held = sum(1.0 if pair in clause.group() else 0.75 * (pair in near) for pair in pairs)
                odds[start:end] = held - max(1, len(pairs)) / 2
                spans += [
                    ReaderSpan(start + run.start(), start + run.end(), float(odds[start]))
                    for run in re.finditer(r"\S{2,}", _without(clause.group(), pairs))
                ]
        bounds = tuple((place, place + 1) for place in range(len(text)))
        ranked = sorted(spans, key=lambda span: (-span.score, span.start, span.end))
        half = (odds / 2).astype(np.float32)
        return SpanScores(tuple(ranked), (bounds,), (half,), (half,))


def _pairs(text: str) -> list[str]:
    return [text[start : start + 2] for start in range(len(text) - 1)]


def _without(text: str, pairs: set[str]) -> str:
    """A text of the same length with blanks for the characters of these pairs."""
    told = {start + step for start, pair in enumerate(_pairs(text)) if pair in pairs for step in (0, 1)}
    return "".join(" " if place in told else character for place, character in enumerate(text))


AS_THE_READER = Calibration({"reader": 1.0, "unlike": -8.0}, 0.0, 0.5)
"""As sure as the reader is, unless what it found is of another kind than is asked for: log-odds of 0 are one half."""


BY_RULES = Ranker(
    {
        "reader": 1.0, "behind": -1.0, "lacks_name": -3.0, "lacks_year": -3.0,
        # Of the kind asked for, before anything else.
        "rule": 2.0, "figure_rule": 4.0, "unlike": -4.0, "unlike_words": -4.0,
        # The words of the question, the nearer the better.
        "close_before": 7.0, "close_after": 6.0, "clause_before": 6.0, "clause_after": 5.0, "sentence_before": 5.0,
        "sentence_after": 4.0, "elsewhere": 2.0, "title": 1.0,
        "unit_fits": 1.0, "unit_differs": -1.0, "counted": 1.0, "not_counted": -2.0, "result": 1.0, "not_result": -2.0,
        "counts_other": -3.0, "round": -2.0, "whole_noun_after": 4.0, "noun_beside": 1.0, "noun_in_clause": 1.0,
        "verb_before": 1.0, "measure_said": 1.0, "measure_other": -1.0, "same_role": 2.0,
        "titled": 2.0, "agent": 1.0, "row": 1.0, "place_end": 1.0, "located": 1.0, "definition": 4.0,
        "before_quoted": 4.0, "quoted_before_asked": 3.0, "quoted_beside_head": 2.0, "object_after_4": 1.0,
        **{f"conflict_{kind}": -4.0 for kind in KINDS},
        **{f"maybe_{kind}": -1.0 for kind in KINDS},
    }
)  # fmt: skip
"""A ranker of a few whole numbers that does not change with what is fitted: what stands nearer to the words, and is of
the kind asked for with nothing against it, is better."""


def counting_qa(index: Whole, encoder: Encoder) -> QA:
    """Ask an index by a reader whose numbers can be worked out, as sure as that reader is."""
    return QA(index, encoder, CountingReader(), calibration=AS_THE_READER, ranker=BY_RULES)


def hear_signals() -> None:
    """Run in a child before its program: it hears Ctrl-C and a terminal's end though whoever began the tests may not.

    A shell's background jobs ignore the one, what `nohup` runs the other, and their children with them.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def write_corpus(folder: Path, texts: Mapping[str, str]) -> Path:
    """Write `texts` (by file name) into a new or existing folder."""
    for name, text in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def page(headline: str, *paragraphs: str) -> str:
    """Write one article as a text file would have it."""
    return "\n\n".join((headline, *paragraphs)) + "\n"
