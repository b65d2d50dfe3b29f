"""A passage prepared for reading: where the question's words stand in it, and how close they stand to a place.

Called by the readers of figures and of phrases, which score what they find by it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qa.finding.kept_chunks import ReadChunk
    from qa.question.question import Question, Term

_MARKS = re.compile(r"[，,；;。！？!?\n]")
# How much of a term's weight is left beyond each mark between it and the candidate.
_DECAY = {"，": 0.82, ",": 0.82, "；": 0.6, ";": 0.6}
_SENTENCE_DECAY = 0.5
_CONTEXT_SHARE = 0.45
_FARTHEST = 160


@dataclass(frozen=True, slots=True)
class Span:
    """A candidate answer: character range in the passage, and its score.

    Spans of one `group` above 0 belong together; `other_year` says that it speaks of a year not asked for.
    """

    start: int
    end: int
    score: float
    group: int = 0
    other_year: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A passage, prepared for scoring: its folded text and ISO date, and where each term of the question stands."""

    text: str
    folded: str
    context: str
    date: str | None
    places: Mapping[str, tuple[tuple[int, int, float], ...]]
    in_context: Mapping[str, float]
    marks: tuple[tuple[int, float], ...]


def prepare(read: ReadChunk, terms: Sequence[Term]) -> Reading:
    """Find the terms in a passage and in its title and section."""
    folded = read.text.folded
    context = read.context.folded
    marks = []
    for mark in _MARKS.finditer(folded):
        marks.append((mark.start(), _DECAY.get(mark.group(), _SENTENCE_DECAY)))
    return Reading(
        read.text.shown,
        folded,
        context,
        read.chunk.date,
        {term.text: tuple(_places(folded, term)) for term in terms},
        {term.text: _best_share(context, term) for term in terms},
        tuple(marks),
    )


def _places(folded: str, term: Term) -> Iterator[tuple[int, int, float]]:
    taken: list[tuple[int, int]] = []
    for token, weight in term.alternatives:
        if len(token) == 1 and not token.isascii():
            weight *= 0.6
        for start in _occurrences(folded, token):
            end = start + len(token)
            if not any(first <= start and end <= last for first, last in taken):
                taken.append((start, end))
                yield start, end, weight


def _occurrences(folded: str, token: str) -> Iterator[int]:
    if token.isascii():
        for match in re.finditer(rf"(?<![a-z0-9.]){re.escape(token)}(?![a-z0-9]|\.\d)", folded):
            yield match.start()
        return
    start = folded.find(token)
    while start >= 0:
        yield start
        start = folded.find(token, start + 1)


def _best_share(context: str, term: Term) -> float:
    return max(
        (weight for token, weight in term.alternatives if next(_occurrences(context, token), -1) >= 0), default=0.0
    )


def closeness(reading: Reading, terms: Sequence[Term], weights: Mapping[str, float], start: int, end: int) -> float:
    """How close the question's words stand to a range: 1 where all are in its clause, 0 where none is near.

    Each term counts by its weight, less for every comma, semicolon and sentence end between; the title
    counts as near by half. A term inside the range itself does not count.
    """
    total = reached = 0.0
    for term in terms:
        weight = weights[term.text]
        total += weight
        best = reading.in_context[term.text] * _CONTEXT_SHARE
        for first, last, share in reading.places[term.text]:
            if first < end and start < last:
                continue
            low, high = (last, start) if last <= start else (end, first)
            if high - low <= _FARTHEST:
                # What follows a figure belongs to the next one more often than what comes before it.
                side = 1.0 if last <= start else 0.92
                best = max(best, share * side * _between(reading, low, high) * (1 - (high - low) / 600))
        reached += weight * best
    return reached / total if total else 0.0


def _between(reading: Reading, low: int, high: int) -> float:
    share = 1.0
    for place, decay in reading.marks:
        if low <= place < high:
            share *= decay
    return share


def heads(phrase: str, question: Question) -> list[str]:
    """The last words of a phrase, in the forms that they may have in the corpus."""
    if not phrase:
        return []
    if question.language == "en":
        stem = phrase.rstrip("s")
        found = [term for term in question.terms if term.text.startswith(stem[:5])]
        return [token for term in found for token, weight in term.alternatives if weight >= 0.7 and len(token) > 1]
    last = [term for term in question.terms if phrase.endswith(term.text)]
    heads = [token for term in last for token, weight in term.alternatives if weight >= 0.5]
    return heads or [phrase[-2:]]
