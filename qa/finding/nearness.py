"""Which of the chunks found says most of a question in one sentence.

Dense and lexical search look at a chunk as a whole; an answer stands in a sentence. And a name that no dictionary has
is cut into words differently in a question and in a text: here characters are compared, not words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from embeddings.store.lexical import rarity
from qa.question.kinds import ASKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.question.question import Question

_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z]+|\d+(?:[.,]\d+)*")

_QuestionPiece = tuple[tuple[str, float], ...]
"""What may stand for one piece of a question, each with a weight from 0 to 1, the best first."""
_One = tuple[int, str, float]
_Some = tuple[int, _QuestionPiece]


def question_pieces(question: Question) -> tuple[_QuestionPiece, ...]:
    """The pieces that a sentence may have of a question.

    Of a Chinese one, its characters and pairs of neighbouring ones, question words left out, and its figures and Latin
    words; of an English one, its terms.
    """
    if question.language == "en":
        return tuple(tuple(sorted(term.alternatives, key=lambda item: -item[1])) for term in question.terms)
    plain = ASKING.sub(lambda match: " " * len(match.group()), question.folded)
    grams: dict[str, None] = {}
    for run in (match.group() for match in _RUN.finditer(plain)):
        for size in (len(run),) if run.isascii() else (1, 2):
            grams.update(dict.fromkeys(run[start : start + size] for start in range(len(run) - size + 1)))
    return tuple(((gram, 1.0),) for gram in grams)


def nearness(pieces: Sequence[_QuestionPiece], texts: Sequence[str]) -> list[float]:
    """For each chunk's folded sentences, the share of the pieces that the best one has, from 0 to 1.

    A piece counts by its rarity among these chunks; one that none of them has does not count.
    """
    # Nearly all pieces can only be there in one way, as all of a Chinese question's: those are quick to look for.
    single = [(place, piece[0][0], piece[0][1]) for place, piece in enumerate(pieces) if len(piece) == 1]
    several = [(place, piece) for place, piece in enumerate(pieces) if len(piece) != 1]
    held = [_held(single, several, text) for text in texts]
    found = [0.0] * len(pieces)
    for ones, others in held:
        for place, _, share in ones:
            found[place] += share
        for place, options in others:
            found[place] += options[0][1]
    weights = [rarity(share, len(texts)) if share else 0.0 for share in found]
    total = sum(weights)
    if not total:
        return [0.0] * len(texts)
    return [
        max(_covered(sentence, ones, others, weights) for sentence in text.split("\n")) / total
        for text, (ones, others) in zip(texts, held, strict=True)
    ]


def _held(
    single: Sequence[_One], several: Sequence[tuple[int, _QuestionPiece]], text: str
) -> tuple[list[_One], list[_Some]]:
    """The pieces that a text has something of, by their number, each with what it has."""
    ones = [item for item in single if item[1] in text]
    others = [
        (place, present) for place, piece in several if (present := tuple([item for item in piece if item[0] in text]))
    ]
    return ones, others


def _covered(sentence: str, ones: Sequence[_One], others: Sequence[_Some], weights: Sequence[float]) -> float:
    total = sum([weights[place] * share for place, token, share in ones if token in sentence])
    for place, options in others:
        for token, share in options:
            if token in sentence:
                total += weights[place] * share
                break
    return total
