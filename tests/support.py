"""What several tests share."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from embeddings.encoder import FloatArray


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
