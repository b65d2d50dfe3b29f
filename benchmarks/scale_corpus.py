"""Corpora of any size for the scale benchmark: real paragraphs with names and figures varied, and their vectors.

A base file holds some twenty real paragraphs. A variant of it has other names and figures of the same length, so that
its chunks are those of the base file, varied. Vectors are the base chunk's real one plus noise; only the base chunks
are ever encoded. Everything is drawn by fixed seeds.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.squad import load_squad
from chinese.tokens import fold, tagged, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from embeddings.models.encoder import Encoder
    from embeddings.types import FloatArray

SETS = ("drcd_dev", "cmrc_dev", "xquad_dev.zh", "drcd_train")
BASE_FILES = 40
FILE_LENGTH = 16_000
"""Characters of a base file: about a hundred chunks."""

_NAMES = frozenset({"nr", "nrt", "ns", "nt", "nz", "nrfg"})
_DIGITS = re.compile(r"\d+")
_CLAUSE = re.compile(r"(?<=[，。；、：])[\u4e00-\u9fff]{6}")


def base_texts() -> list[str]:
    """The base files: paragraphs of the question sets, each set's articles in order under their titles."""
    files: list[str] = []
    lines: list[str] = []
    for name in SETS:
        article = None
        for paragraph in load_squad(name):
            if paragraph.article != article and paragraph.title:
                lines += [paragraph.title, ""]
            article = paragraph.article
            lines += [paragraph.text, ""]
            if sum(map(len, lines)) > FILE_LENGTH:
                files.append("\n".join(lines))
                lines = []
                if len(files) == BASE_FILES:
                    return files
    return files


class Varying:
    """Makes variants of the base files."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._pieces = [_pieces(text) for text in texts]
        pools: dict[tuple[str, int], set[str]] = defaultdict(set)
        for pieces in self._pieces:
            for text, tag in pieces:
                if tag in _NAMES:
                    pools[tag, len(text)].add(text)
        self._pools = {key: sorted(names) for key, names in pools.items()}

    def text(self, base: int, variant: int) -> str:
        """A variant of a base file; variant 0 is the base file itself."""
        pieces = self._pieces[base]
        if variant == 0:
            return "".join(text for text, _ in pieces)
        drawn = random.Random(f"{base} {variant}")
        names: dict[str, str] = {}
        varied: list[str] = []
        for text, tag in pieces:
            if tag in _NAMES:
                if text not in names:
                    names[text] = drawn.choice(self._pools[tag, len(text)])
                varied.append(names[text])
            else:
                varied.append(_DIGITS.sub(lambda match: _figure(match.group(), drawn), text))
        return "".join(varied)


def _pieces(text: str) -> list[tuple[str, str]]:
    """A text in pieces that join to it again: names with their tag, and what stands between with none."""
    folded = fold(text)
    pieces: list[tuple[str, str]] = []
    position = 0
    for (_, start, end), (_, tag) in zip(words(folded), tagged(folded), strict=True):
        if tag in _NAMES and end - start > 1:
            pieces += [(text[position:start], ""), (text[start:end], tag)]
            position = end
    return [*pieces, (text[position:], "")]


def _figure(digits: str, drawn: random.Random) -> str:
    if len(digits) == 4 and 1000 <= int(digits) <= 2100:
        return str(drawn.randint(1900, 2025))
    return str(drawn.randint(10 ** (len(digits) - 1), 10 ** len(digits) - 1))


def write_files(folder: Path, count: int, varying: Varying, changed: Sequence[int] = ()) -> None:
    """Write the first `count` files of the endless corpus; those numbered in `changed` as other variants.

    Files that are there already and say the same are left alone, so an interrupted run goes on.
    """
    for number in range(count):
        base, variant = number % BASE_FILES, number // BASE_FILES
        file = folder / f"{variant:04}" / f"{base:02}.txt"
        text = varying.text(base, variant + (1_000_000 if number in changed else 0))
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")


class NoisyEncoder:
    """Stands in for the real encoder, under its name: passages get a base chunk's vector plus noise, in microseconds.

    A passage is taken for a variant of the base chunk that shares most beginnings of clauses with it. The noise is the
    difference of two other base vectors, which lies as real vectors do, times `noise`. Questions are looked up.
    """

    def __init__(
        self,
        real: Encoder,
        passages: Sequence[str],
        vectors: FloatArray,
        questions: Mapping[str, FloatArray],
        noise: float,
    ) -> None:
        self.name, self.fingerprint, self.dimension = real.name, real.fingerprint, real.dimension
        self.max_tokens = real.max_tokens
        self._vectors = vectors
        self._questions = questions
        self._noise = noise
        self._clauses: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(passages):
            for clause in set(_CLAUSE.findall(text)):
                self._clauses[clause].append(number)

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        return np.stack([self._questions[text] for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        drawn = np.array([self._drawn(text) for text in texts], dtype=np.int64)
        base, plus, minus = (self._vectors[column] for column in drawn.T)
        rows = base + np.float32(self._noise) * (plus - minus)
        scaled: FloatArray = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return scaled

    def _drawn(self, text: str) -> tuple[int, int, int]:
        """The numbers of the base chunk, and of the two whose difference is the noise."""
        digest = hashlib.sha256(text.encode()).digest()
        random_numbers = [int.from_bytes(digest[first : first + 8], "big") for first in (0, 8, 16)]
        other, plus, minus = (number % len(self._vectors) for number in random_numbers)
        return self.base_of(text, other), plus, minus

    def base_of(self, text: str, otherwise: int = -1) -> int:
        """The number of the base chunk that a passage is a variant of; `otherwise` where it shares no clause."""
        votes = Counter(number for clause in _CLAUSE.findall(text) for number in self._clauses.get(clause, ()))
        return min(votes, key=lambda number: (-votes[number], number)) if votes else otherwise
