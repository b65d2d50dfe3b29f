"""Spans and passages -> an Answer: which candidate wins, what speaks against it, and what is said instead."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.sentences import split_sentences
from embeddings.tokens import fold, tokenize
from qa import reasons
from qa.question import QUANTITIES, Question
from qa.reader import Span, read
from qa.retrieval import Candidate, coverage, match_share
from qa.types import Alternative, Answer, Passage, Signals

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from qa.types import Reason

READ = 8
"""Passages that the reader looks into, however few are shown."""
_PRIOR = 0.3
"""How much a passage's rank counts beside the span's score."""
_ALTERNATIVE = 0.86
"""Share of the best span's score from which another figure counts as one for the same thing."""
_MOST_ALTERNATIVES = 3
_TYPED = QUANTITIES | {"date", "person", "organisation"}


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate answer in its passage (by position), with the score that ranks it."""

    passage: int
    span: Span
    score: float


@dataclass(frozen=True, slots=True)
class Support:
    """How well a passage bears out the question: share of its terms by weight, and what it lacks."""

    covered: float
    missing_names: tuple[str, ...]
    missing_years: tuple[str, ...]
    other_years: tuple[str, ...]
    unknown: tuple[str, ...]
    unknown_share: float


def answer(
    question: str,
    asked: str,
    parts: Sequence[Question],
    candidates: Sequence[Candidate],
    weights: Mapping[str, float],
    article_text: Callable[[int], str],
    known: Callable[[str], bool],
    k: int,
) -> Answer:
    """The answer to a question from its candidate passages, in retrieval order.

    `parts` are the questions it asks (usually one); `weights` its terms' rarity; `article_text` gives the whole
    text of an article, in which names and years may stand that a passage takes for granted; `known` says whether
    the corpus has a token.
    """
    if not candidates:
        return _refusal(question, asked, reasons.nothing(), candidates, parts[0], weights, 0.0, k)
    found = [_find(part, candidates[:READ], weights) for part in parts]
    first = found[0]
    place = first[0].passage if first else 0
    support = examine(parts[0], candidates[place], weights, article_text, known)
    sure = confidence(support, first[0].span.score if first else 0.0, candidates[place].dense, parts[0])
    reason = objection(parts[0], support, bool(first), sure)
    if reason is not None:
        return _refusal(question, asked, reason, candidates, parts[0], weights, sure, k)
    chosen = [_chosen(part, spans, candidates, weights, place) for part, spans in zip(parts, found, strict=True)]
    order = _order(len(candidates), chosen[0], k)
    return _assemble(question, asked, parts[0], candidates, weights, chosen, first, order, sure)


def _find(question: Question, candidates: Sequence[Candidate], weights: Mapping[str, float]) -> list[Found]:
    """Every candidate answer in the passages, the best first."""
    top = candidates[0].score
    found = []
    for place, candidate in enumerate(candidates):
        prior = _PRIOR * math.exp((candidate.score - top) / 1.5)
        for span in read(candidate.chunk, question, weights):
            found.append(Found(place, span, round(span.score + prior, 6)))
    return sorted(found, key=lambda item: (-item.score, item.passage, item.span.start))


def _chosen(
    question: Question,
    found: Sequence[Found],
    candidates: Sequence[Candidate],
    weights: Mapping[str, float],
    place: int,
) -> list[Found]:
    """The winning candidate with its companions, or the best sentence where there is none."""
    if not found:
        return [] if question.asked in _TYPED else [best_sentence(question, candidates, weights)]
    best = found[0]
    if question.asked not in _TYPED and best.span.score < _GOOD_NAME:
        return [best_sentence(question, candidates, weights)]
    if best.span.group:
        row = [item for item in found if item.passage == best.passage and item.span.group == best.span.group]
        return sorted(row, key=lambda item: item.span.start)
    return [best]


_GOOD_NAME = 0.42
"""Score below which a phrase is not trusted for a what-question, and its whole sentence is shown instead."""


def best_sentence(question: Question, candidates: Sequence[Candidate], weights: Mapping[str, float]) -> Found:
    """The sentence of the first passages that has most of the question's terms."""
    best: Found | None = None
    for place, candidate in enumerate(candidates[:3]):
        for start, end in split_sentences(candidate.text):
            present = set(tokenize(candidate.text[start:end]))
            total = sum(weights[term.text] for term in question.terms) or 1.0
            share = sum(weights[term.text] * match_share(term, present) for term in question.terms) / total
            score = round(share + _PRIOR * math.exp((candidate.score - candidates[0].score) / 1.5), 6)
            if best is None or score > best.score:
                best = Found(place, Span(start, end, share), score)
    assert best is not None, "a passage without a sentence"
    return best


def examine(
    question: Question,
    candidate: Candidate,
    weights: Mapping[str, float],
    article_text: Callable[[int], str],
    known: Callable[[str], bool],
) -> Support:
    """What of the question the passage bears out, and what its whole article lacks."""
    text = candidate.chunk.embedded
    article = fold(article_text(candidate.chunk.article))
    tokens = set(tokenize(article))
    passage_years = years_in(fold(text)) | set(re.findall(r"^\d{4}", candidate.chunk.date or ""))
    article_years = years_in(article) | passage_years
    missing_years = tuple(
        year for year in question.years if year not in passage_years and (passage_years or year not in article_years)
    )
    names, unknown, lost = [], [], 0.0
    for term in question.terms:
        absent = match_share(term, tokens) < _HALF and not _stands_in(term.text, article)
        if term.text in question.years:
            continue
        if absent and term.kind in ("name", "number"):
            names.append(term.text)
        if not any(known(token) for token, share in term.alternatives if share >= _HALF):
            unknown.append(term.text)
        if absent:
            lost += weights[term.text]
    total = sum(weights[term.text] for term in question.terms) or 1.0
    return Support(
        covered=coverage(question.terms, weights, text),
        missing_names=tuple(names),
        missing_years=missing_years,
        other_years=tuple(sorted(passage_years)),
        unknown=tuple(unknown),
        unknown_share=lost / total,
    )


_HALF = 0.5
_A_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d{2})(?=\s*年|[-/.]\d{1,2}[-/.])|\b(?:in|since|by|for|of|during) ((?:19|20)\d{2})\b"
)


def years_in(folded: str) -> set[str]:
    """The years that a text speaks of; a bare figure (中国制造2025) is none."""
    return {first or second for first, second in _A_YEAR.findall(folded)}


def _stands_in(text: str, article: str) -> bool:
    return len(text) > 1 and not text.isascii() and text in article


def objection(question: Question, support: Support, found: bool, sure: float) -> Reason | None:
    """What speaks against answering at all, or None."""
    if support.missing_years:
        return reasons.other_year(support.missing_years, support.other_years)
    if support.missing_names:
        return reasons.not_named(support.missing_names)
    if support.unknown_share >= _MOST_UNKNOWN:
        return reasons.not_mentioned(support.unknown or tuple(term.text for term in question.terms))
    if question.asked in _TYPED and not found:
        return reasons.no_such_kind(question.asked)
    if sure < _LEAST_CONFIDENCE:
        return reasons.too_weak()
    return None


_MOST_UNKNOWN = 0.42
_LEAST_CONFIDENCE = 0.3


def confidence(support: Support, span_score: float, dense: float, question: Question) -> float:
    """A probability that the answer is right, from how much is borne out and how close it stands."""
    names = 1.0 if support.missing_names or support.missing_years else 0.0
    logit = -4.2 + 5.0 * support.covered + 3.4 * min(1.0, max(0.0, span_score)) - 2.5 * names
    logit -= 2.0 * support.unknown_share
    del dense, question
    return round(1 / (1 + math.exp(-logit)), 4)


def _order(count: int, chosen: Sequence[Found], k: int) -> list[int]:
    """Passage positions to show: the one with the answer first, the rest as retrieved."""
    order = list(dict.fromkeys([item.passage for item in chosen] + list(range(count))))
    return order[:k]


def _assemble(
    question: str,
    asked: str,
    parsed: Question,
    candidates: Sequence[Candidate],
    weights: Mapping[str, float],
    chosen: Sequence[Sequence[Found]],
    found: Sequence[Found],
    order: Sequence[int],
    sure: float,
) -> Answer:
    shown = [item for group in chosen for item in group if item.passage in order]
    texts = tuple(dict.fromkeys(candidates[item.passage].text[item.span.start : item.span.end] for item in shown))
    alternatives = _alternatives(found, shown, texts, candidates, order) if parsed.asked in _TYPED else []
    marked = [*shown, *(item for item, _ in alternatives)]
    passages = tuple(
        passage_of(
            candidates[place],
            parsed,
            [(item.span.start, item.span.end) for item in marked if item.passage == place],
            max((item.span.score for item in marked if item.passage == place), default=None),
        )
        for place in order
    )
    del weights
    return Answer(
        question=question,
        asked=asked,
        texts=texts,
        gloss=None,
        confidence=sure,
        reason=None,
        passages=passages,
        alternatives=tuple(alternative for _, alternative in alternatives),
    )


def _alternatives(
    found: Sequence[Found],
    shown: Sequence[Found],
    texts: Sequence[str],
    candidates: Sequence[Candidate],
    order: Sequence[int],
) -> list[tuple[Found, Alternative]]:
    """Other figures that answer nearly as well, each once."""
    best = shown[0]
    result: list[tuple[Found, Alternative]] = []
    seen = {fold(text) for text in texts}
    for item in found:
        text = candidates[item.passage].text[item.span.start : item.span.end]
        near = item.passage in order and item.span.score >= _ALTERNATIVE * best.span.score
        if near and fold(text) not in seen and not item.span.group and len(result) < _MOST_ALTERNATIVES:
            seen.add(fold(text))
            result.append((item, Alternative(text, order.index(item.passage))))
    return result


def passage_of(
    candidate: Candidate, question: Question, highlights: Sequence[tuple[int, int]], reader: float | None
) -> Passage:
    """A candidate as the user sees it."""
    chunk = candidate.chunk
    present = set(tokenize(chunk.embedded))
    matched = tuple(term.text for term in question.terms if match_share(term, present) >= _HALF)
    return Passage(
        text=chunk.text,
        title=chunk.title,
        section=chunk.section,
        date=chunk.date,
        sources=chunk.sources,
        highlights=tuple(sorted(set(highlights))),
        score=candidate.score,
        signals=Signals(matched, candidate.dense, candidate.lexical, reader),
    )


def _refusal(
    question: str,
    asked: str,
    reason: Reason,
    candidates: Sequence[Candidate],
    parsed: Question,
    weights: Mapping[str, float],
    sure: float,
    k: int,
) -> Answer:
    del weights
    nearest = tuple(passage_of(candidate, parsed, (), None) for candidate in candidates[:k])
    return Answer(question, asked, (), None, sure, reason, nearest, ())
