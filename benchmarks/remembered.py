"""Models that remember what they were asked, so that rows that differ in one stage do not compute all others again.

What is remembered is charged with the time that it took at first: `charged` grows by it, and whoever measures adds it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.models.encoder import Encoder
    from embeddings.types import FloatArray
    from qa.reading.reader import Reader, SpanScores


class RememberedEncoder:
    """An `Encoder` that computes a question's vector once. Passages are encoded as ever."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, tuple[FloatArray, float]] = {}
        self.charged = 0.0

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def fingerprint(self) -> str:
        return self._encoder.fingerprint

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    @property
    def max_tokens(self) -> int:
        return self._encoder.max_tokens

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """Shape (len(texts), dimension)."""
        return self._encoder.encode_passages(texts)

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Shape (len(texts), dimension)."""
        return np.stack([self._query(text) for text in texts])

    def _query(self, text: str) -> FloatArray:
        if text in self._known:
            vector, seconds = self._known[text]
            self.charged += seconds
            return vector
        started = time.perf_counter()
        row: FloatArray = self._encoder.encode_queries([text])[0]
        self._known[text] = row, time.perf_counter() - started
        return row


class RememberedReader:
    """A `Reader` that reads the same passages for the same question once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[tuple[str, tuple[tuple[str, str], ...]], tuple[list[SpanScores], float]] = {}
        self.charged = 0.0

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[SpanScores]:
        """One SpanScores for each passage."""
        key = question, tuple(passages)
        if key in self._known:
            found, seconds = self._known[key]
            self.charged += seconds
            return found
        started = time.perf_counter()
        found = self._reader.read(question, passages)
        self._known[key] = found, time.perf_counter() - started
        return found

    def start_loading(self) -> None:
        """Load nothing: what is measured begins with reading."""
