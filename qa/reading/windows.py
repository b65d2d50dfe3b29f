"""What the reader is given: a question, a headline and a text as tokens, none of which reaches over a word's end.

The input is `<s> question </s></s> headline text </s>`. The first position stands for "no answer here", as in the
BERT paper's SQuAD 2.0 set-up (Devlin et al. 2019, section 4.3): a span's score is its start and end score less those
of the first position.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.text import Text
from chinese.tokens import simplify, words
from embeddings.models.bundled_model import BEGIN, END, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.models.unigram import Unigram

MOST_QUESTION_TOKENS = 80
"""Tokens of a question that are read."""
LONGEST_CONTEXT = 48
"""Tokens of a headline that are read."""
LONGEST_WINDOW = 360
"""Tokens of a text that are read at once; all in all the model takes 512."""
STRIDE = 120
"""Tokens that neighbouring windows of a longer text share."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A token of a text: its id and its characters there (half-open)."""

    id: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Window:
    """One input: token ids, and for the tokens from `first` on the characters of the text that each stands for."""

    ids: tuple[int, ...]
    first: int
    pieces: tuple[Piece, ...]


def pieces_of(tokenizer: Unigram, text: str) -> list[Piece]:
    """The tokens of a text, none of which reaches over the end of a word.

    The vocabulary has tokens such as 年以来 of "2023年以来"; an answer may end inside one, so they are cut where a
    word starts. The vocabulary's mark of a new text counts as its first character.
    """
    whole = Text.of(text)
    plain = whole.simplified
    starts = {start for _, start, _ in words(whole.folded)}
    encoding = tokenizer.encode(plain)
    found: list[Piece] = []
    for number, (start, end) in zip(encoding.ids, encoding.offsets, strict=True):
        while start < end and plain[start].isspace():
            start += 1
        if start == end:
            continue
        cuts = [start, *(place for place in range(start + 1, end) if place in starts), end]
        if len(cuts) == 2:
            found.append(Piece(number, start, end))
            continue
        for first, last in itertools.pairwise(cuts):
            found.extend(_of_part(tokenizer, plain, first, last))
    return found


def _of_part(tokenizer: Unigram, text: str, first: int, last: int) -> list[Piece]:
    number = tokenizer.token_to_id(text[first:last])
    if number is not None:
        return [Piece(number, first, last)]
    singles = [(place, tokenizer.token_to_id(text[place])) for place in range(first, last)]
    return [Piece(UNKNOWN if number is None else number, place, place + 1) for place, number in singles]


def make_windows(
    tokenizer: Unigram, question: str, pieces: Sequence[Piece], context: str = "", longest: int = LONGEST_WINDOW
) -> list[Window]:
    """The inputs for a question and a text given as pieces; more than one where the text is long."""
    asked = tokenizer.encode(simplify(question)).ids[:MOST_QUESTION_TOKENS]
    about = tokenizer.encode(simplify(context)).ids[:LONGEST_CONTEXT] if context else []
    head = (BEGIN, *asked, END, END, *about)
    windows = []
    first = 0
    while True:
        part = tuple(pieces[first : first + longest])
        windows.append(Window((*head, *(piece.id for piece in part), END), len(head), part))
        if first + longest >= len(pieces):
            return windows
        first += longest - STRIDE
