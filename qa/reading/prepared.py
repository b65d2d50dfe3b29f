"""A passage prepared for reading: where the question's words stand in it, and how close they stand to a place.

Called by the readers of figures and of phrases, which score what they find by it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qa.question.terms import MEANT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from embeddings.types import Chunk
    from qa.finding.kept_chunks import ReadChunk
    from qa.question.question import Question, Term

_CLAUSE_END = re.compile(r"[，,；;。！？!?\n]")
SENTENCE_END = re.compile(r"[。！？!?\n]")


@dataclass(frozen=True, slots=True)
class Span:
    """A candidate answer: its character range in the passage, and what a rule saw there, by name.

    Spans of one `group` above 0 belong together. A span without `signs` no rule has found.
    """

    start: int
    end: int
    signs: Mapping[str, float] = field(default_factory=dict)
    group: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """A passage, prepared: its folded text and date, where each term of the question stands, and where clauses end.

    `marks` says of the end of each clause whether a sentence ends there too.
    """

    text: str
    folded: str
    context: str
    date: str | None
    places: Mapping[str, tuple[tuple[int, int, float], ...]]
    in_context: Mapping[str, float]
    marks: tuple[tuple[int, bool], ...]


def prepare(read: ReadChunk, terms: Sequence[Term]) -> Reading:
    """Find the terms in a passage and in its title and section."""
    folded = read.text.folded
    context = read.context.folded
    return Reading(
        read.text.shown,
        folded,
        context,
        read.chunk.date,
        {term.text: tuple(_places(folded, term)) for term in terms},
        {term.text: _best_share(context, term) for term in terms},
        tuple((mark.start(), SENTENCE_END.match(mark.group()) is not None) for mark in _CLAUSE_END.finditer(folded)),
    )


def _places(folded: str, term: Term) -> Iterator[tuple[int, int, float]]:
    taken: list[tuple[int, int]] = []
    for token, weight in term.alternatives:
        if len(token) == 1 and not token.isascii():
            weight *= MEANT
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


def sentence_ranges(chunk: Chunk) -> list[tuple[int, int]]:
    """Where the sentences of a passage stand in its text; see `join_sentences`."""
    ranges = []
    end = 0
    for number, sentence in enumerate(chunk.sentences):
        start = end + (len(sentence.lead) if number else 0)
        end = start + len(sentence.text)
        ranges.append((start, end))
    return ranges


ZONES = (
    "close_before",
    "close_after",
    "clause_before",
    "clause_after",
    "sentence_before",
    "sentence_after",
    "elsewhere",
    "title",
)
"""Where a word of the question may stand to a candidate, the nearest first."""


_CLOSE = 5
"""Characters of the same clause between a word and a candidate that it stands close to."""


def nearness_of(
    reading: Reading, terms: Sequence[Term], weights: Mapping[str, float], start: int, end: int
) -> dict[str, float]:
    """How much of the question, by its terms' weights, stands nearest in each of ZONES; the rest is nowhere.

    A term inside the range itself does not count.
    """
    shares = dict.fromkeys(ZONES, 0.0)
    total = sum(weights[term.text] for term in terms)
    if not total:
        return shares
    first, last, opening, closing = _bounds(reading, start, end)
    for term in terms:
        near: dict[str, float] = {}
        for begin, stop, share in reading.places[term.text]:
            if begin < end and start < stop:
                continue
            if stop <= start:
                zone = "clause_before" if begin >= first else "sentence_before" if begin >= opening else "elsewhere"
                zone = "close_before" if begin >= first and start - stop <= _CLOSE else zone
            else:
                zone = "clause_after" if stop <= last else "sentence_after" if stop <= closing else "elsewhere"
                zone = "close_after" if stop <= last and begin - end <= _CLOSE else zone
            near[zone] = max(near.get(zone, 0.0), share)
        if reading.in_context[term.text]:
            near["title"] = reading.in_context[term.text]
        zone = next((zone for zone in ZONES if zone in near), "")
        if zone:
            shares[zone] += near[zone] * weights[term.text] / total
    return shares


def _bounds(reading: Reading, start: int, end: int) -> tuple[int, int, int, int]:
    """Where the clause of a range begins and ends, and where its sentence does."""
    first = opening = 0
    last = closing = len(reading.folded)
    for place, is_sentence in reading.marks:
        if place < start:
            first = place + 1
            opening = first if is_sentence else opening
        elif place >= end:
            last = min(last, place)
            if is_sentence:
                closing = place
                break
    return first, last, opening, closing


def heads(phrase: str, question: Question) -> list[str]:
    """The last words of a phrase, in the forms that they may have in the corpus."""
    if not phrase:
        return []
    if question.language == "en":
        stem = phrase.rstrip("s")
        found = [term for term in question.terms if term.text.startswith(stem[:5])]
        return [token for term in found for token, weight in term.alternatives if weight > MEANT and len(token) > 1]
    last = [term for term in question.terms if phrase.endswith(term.text)]
    heads = [token for term in last for token, weight in term.alternatives if weight >= MEANT]
    return heads or [phrase[-2:]]
