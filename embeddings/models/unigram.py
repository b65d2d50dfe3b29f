"""SentencePiece's unigram tokenizer, for the default model: tokens, and which characters each stands for.

The `tokenizers` library gives the same tokens, but takes two seconds and 280 MB to read 250,000 pieces; a question
asked on the command line has neither. The best cut is Viterbi's (Kudo 2018, "Subword Regularization", section 3.2).
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PIECES, SCORES = "pieces.txt", "scores.npy"
"""The vocabulary on disk: pieces in the order of their ids, one a line, and their log probabilities."""

_MARK = "▁"
# What the model's own marks are called is no piece of any text.
_MODEL_MARKS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
# What a character that no piece has costs, beyond the least likely piece; as in SentencePiece.
_UNKNOWN_PENALTY = 10.0
# Of NFKC the full-width tilde is kept: the model was trained with it.
_KEPT = "～"
_DROPPED = {*range(0x01, 0x09), 0x0B, *range(0x0E, 0x20), 0x7F, 0x8F, 0x9F}
_BLANKS = {0x09, 0x0A, 0x0C, 0x0D, 0x1680, *range(0x200B, 0x2010), 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD}
_JAMO = re.compile("[\u1160-\u11ff]")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token ids of a text, without the model's marks of begin and end, and the characters that each stands for."""

    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]


class Unigram:
    """Cuts texts into the pieces of a vocabulary; threads may share it."""

    def __init__(self, pieces: Sequence[str], scores: Sequence[float], unknown: int) -> None:
        self._ids = dict(zip(pieces, range(len(pieces)), strict=True))
        for mark in _MODEL_MARKS:
            self._ids.pop(mark, None)
        self._scores = list(scores)
        self._unknown = unknown
        # The longest piece that begins with a character: most characters begin short ones only.
        reach: dict[str, int] = {}
        for piece in pieces:
            if len(piece) > reach.get(piece[0], 0):
                reach[piece[0]] = len(piece)
        self._reach = reach
        self._unknown_score = min(self._scores) - _UNKNOWN_PENALTY

    @classmethod
    def load(cls, folder: Path, unknown: int) -> Unigram:
        """The vocabulary that `save` wrote. Raises OSError or ValueError where it is missing or damaged."""
        pieces = (folder / PIECES).read_text(encoding="utf-8").split("\n")
        scores: list[float] = np.load(folder / SCORES).tolist()
        return cls(pieces, scores, unknown)

    @staticmethod
    def save(folder: Path, pieces: Sequence[str], scores: Sequence[float]) -> None:
        """Write a vocabulary: pieces in the order of their ids, and their log probabilities."""
        if any("\n" in piece for piece in pieces):
            raise ValueError("A piece of the vocabulary holds a line break, expected none")
        (folder / PIECES).write_text("\n".join(pieces), encoding="utf-8")
        np.save(folder / SCORES, np.asarray(scores, np.float64))

    def token_to_id(self, piece: str) -> int | None:
        """The id of a piece, None where the vocabulary lacks it."""
        return self._ids.get(piece)

    def encode(self, text: str) -> Tokens:
        """The tokens of a text; the mark of a new word, put before it, counts as its first character."""
        normal, places = _normalised(text)
        if not normal:
            return Tokens((), ())
        ids: list[int] = []
        offsets: list[tuple[int, int]] = []
        for number, start, end in self._best_cut(normal):
            first, last = places[start][0], places[end - 1][1]
            if number == self._unknown and ids and ids[-1] == number:
                offsets[-1] = (offsets[-1][0], last)
            else:
                ids.append(number)
                offsets.append((first, last))
        return Tokens(tuple(ids), tuple(offsets))

    def _best_cut(self, text: str) -> Iterator[tuple[int, int, int]]:
        """The likeliest pieces of a text as (id, start, end)."""
        size = len(text)
        best = [0.0] + [-math.inf] * size
        back: list[tuple[int, int]] = [(-1, -1)] * (size + 1)
        find, scores, reach = self._ids.get, self._scores, self._reach
        for start, character in enumerate(text):
            so_far = best[start]
            after = start + 1
            number = find(character, self._unknown)
            score = so_far + (self._unknown_score if number == self._unknown else scores[number])
            if score > best[after]:
                best[after], back[after] = score, (number, start)
            for end in range(start + 2, min(start + reach.get(character, 1), size) + 1):
                longer = find(text[start:end])
                if longer is not None and so_far + scores[longer] > best[end]:
                    best[end], back[end] = so_far + scores[longer], (longer, start)
        path = []
        end = size
        while end > 0:
            number, start = back[end]
            path.append((number, start, end))
            end = start
        return reversed(path)


def _normalised(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text as the model was trained to see it, and for each of its characters the range in `text`."""
    characters: list[str] = []
    places: list[tuple[int, int]] = []
    size = len(text)
    start = 0
    while start < size:
        end = start + 1
        while end < size and _combines(text[end]):
            end += 1
        for character in _normal_form(text[start:end]):
            if character == _MARK and characters and characters[-1] == _MARK:
                places[-1] = (places[-1][0], end)
                continue
            characters.append(character)
            places.append((start, end))
        start = end
    if not characters:
        return "", []
    if characters[0] != _MARK:
        characters.insert(0, _MARK)
        places.insert(0, places[0])
    return "".join(characters), places


class Vocabularies:
    """Vocabularies of folders, each read once: the encoder and the reader of a program have the same."""

    def __init__(self) -> None:
        self._read: dict[tuple[Path, int], Unigram] = {}

    def load(self, folder: Path, unknown: int) -> Unigram:
        """As `Unigram.load`; a folder whose files change has to have another name."""
        key = folder.resolve(), unknown
        if key not in self._read:
            self._read[key] = Unigram.load(folder, unknown)
        return self._read[key]


VOCABULARIES = Vocabularies()
"""Those of this process: a quarter of a million pieces are not held twice, whoever opened what needs them."""


@functools.lru_cache(maxsize=16_384)
def _normal_form(cluster: str) -> str:
    kept = "".join(" " if ord(one) in _BLANKS else one for one in cluster if ord(one) not in _DROPPED)
    normal = _KEPT.join(unicodedata.normalize("NFKC", part) for part in kept.split(_KEPT))
    return normal.replace(" ", _MARK)


@functools.lru_cache(maxsize=16_384)
def _combines(character: str) -> bool:
    """Whether a character is normalised together with the one before it: an accent, a Hangul vowel."""
    first = unicodedata.normalize("NFKD", character)[0]
    return (
        unicodedata.combining(first) != 0
        or unicodedata.category(first) in ("Mc", "Mn")
        or _JAMO.match(first) is not None
    )
