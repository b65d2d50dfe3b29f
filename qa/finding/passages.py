"""A passage that was found, as it is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.finding.closest import closest
from qa.finding.retrieval import best_match, match_share
from qa.question.terms import MEANT
from qa.types import Passage, Signals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.finding.retrieval import Candidate
    from qa.question.question import Question


def shown_passage(
    candidate: Candidate, question: Question, marks: Sequence[tuple[int, int]], reader: float | None = None
) -> Passage:
    """A passage with these characters marked (half-open, sorted); `reader` is what the reader gave its best span."""
    chunk, text = candidate.chunk, candidate.text
    matched, words = _matched(candidate, question)
    return Passage(
        text=text.shown,
        title=chunk.title,
        section=chunk.section,
        date=chunk.date,
        sources=closest(chunk, marks),
        highlights=tuple(marks),
        score=candidate.score,
        signals=Signals(matched, candidate.dense, candidate.lexical, reader, words),
    )


def with_words_marked(candidate: Candidate, question: Question) -> Passage:
    """A passage that nobody read, with the question's words marked."""
    _, words = _matched(candidate, question)
    any_word = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    run = rf"(?:{any_word})+"  # neighbours are one
    marks = [found.span() for found in re.finditer(run, candidate.text.folded)] if words else []
    return shown_passage(candidate, question, marks)


def _matched(candidate: Candidate, question: Question) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The question's terms that the passage has, and the passage's own words that stand for them."""
    present = candidate.read.indexed.tokens
    terms = [term for term in question.terms if match_share(term, present) >= MEANT]
    words = dict.fromkeys(word for term in terms if (word := best_match(term, present)) is not None)
    return tuple(term.text for term in terms), tuple(words)
