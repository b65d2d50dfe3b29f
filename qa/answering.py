"""Spans and passages -> an Answer: which candidate wins, what speaks against it, and what is said instead."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.sentences import split_sentences
from embeddings.tokens import fold, tokenize
from qa import reasons
from qa.asked import QUANTITIES
from qa.question import Question
from qa.reader import read
from qa.reading import Span
from qa.retrieval import Candidate, coverage, match_share
from qa.support import HALF, Support, Surroundings, examine
from qa.types import Alternative, Answer, Passage, Signals

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from qa.types import Reason

READ = 8
"""Passages that the reader looks into, however few are shown."""
_PRIOR = 0.3
"""How much a passage's rank counts beside the span's score."""
_MISSING = 0.22
"""How much worse a passage ranks whose article lacks a name, or whose year is not the one, that the question has."""
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
        return _refusal(question, asked, reasons.nothing(), candidates, parts[0], 0.0, k)
    looked = candidates[:READ]
    articles = {candidate.chunk.article for candidate in looked}
    around = {number: Surroundings.of(article_text(number)) for number in articles}
    supports = [examine(parts[0], item, weights, around[item.chunk.article], known) for item in looked]
    found = [_find(part, looked, supports, weights) for part in parts]
    first = found[0]
    place = first[0].passage if first else _best_supported(looked, supports)
    support = supports[place]
    span = first[0].span if first else None
    sure = confidence(parts[0], support, looked[place], _lead(looked, place), span.score if span is not None else 0.0)
    reason = objection(parts[0], support, span, sure)
    if reason is not None:
        return _refusal(question, asked, reason, candidates, parts[0], sure, k)
    chosen = [_chosen(part, spans, looked, supports, weights) for part, spans in zip(parts, found, strict=True)]
    order = _order(len(candidates), [item for group in chosen for item in group], k)
    return _assemble(question, asked, parts[0], candidates, chosen, first, order, sure)


def _find(
    question: Question, candidates: Sequence[Candidate], supports: Sequence[Support], weights: Mapping[str, float]
) -> list[Found]:
    """Every candidate answer in the passages, the best first; what lacks a name or year asked for comes last."""
    found = []
    for place, (candidate, support) in enumerate(zip(candidates, supports, strict=True)):
        prior = _prior(candidate, support, candidates[0].score)
        for span in read(candidate.chunk, question, weights):
            found.append(Found(place, span, round(span.score + prior, 6)))
    return sorted(found, key=lambda item: (-item.score, item.passage, item.span.start))


def _prior(candidate: Candidate, support: Support, top: float) -> float:
    prior = _PRIOR * math.exp((candidate.score - top) / 1.5)
    return prior - (_MISSING if support.missing_names else 0.0) - (_MISSING if support.missing_years else 0.0)


def _best_supported(candidates: Sequence[Candidate], supports: Sequence[Support]) -> int:
    priors = [
        _prior(candidate, support, candidates[0].score) for candidate, support in zip(candidates, supports, strict=True)
    ]
    return priors.index(max(priors))


def _chosen(
    question: Question,
    found: Sequence[Found],
    candidates: Sequence[Candidate],
    supports: Sequence[Support],
    weights: Mapping[str, float],
) -> list[Found]:
    """The winning candidate with its companions, or the best sentence where there is none."""
    if not found:
        return [] if question.asked in _TYPED else [best_sentence(question, candidates, supports, weights)]
    best = found[0]
    if question.asked not in _TYPED and best.span.score < _GOOD_NAME:
        return [best_sentence(question, candidates, supports, weights)]
    if best.span.group:
        row = [item for item in found if item.passage == best.passage and item.span.group == best.span.group]
        return sorted(row, key=lambda item: item.span.start)
    return [best]


_GOOD_NAME = 0.42
"""Score below which a phrase is not trusted for a what-question, and its whole sentence is shown instead."""


def best_sentence(
    question: Question, candidates: Sequence[Candidate], supports: Sequence[Support], weights: Mapping[str, float]
) -> Found:
    """The sentence of the first passages that has most of the question's terms."""
    best: Found | None = None
    for place, candidate in enumerate(candidates[:3]):
        prior = _prior(candidate, supports[place], candidates[0].score)
        for start, end in split_sentences(candidate.text):
            share = coverage(question.terms, weights, candidate.text[start:end])
            score = round(share + prior, 6)
            if best is None or score > best.score:
                best = Found(place, Span(start, end, share), score)
    assert best is not None, "a passage without a sentence"
    return best


def objection(question: Question, support: Support, span: Span | None, sure: float) -> Reason | None:
    """What speaks against answering at all, or None."""
    if support.missing_years:
        return reasons.other_year(support.missing_years, support.other_years)
    if span is not None and span.other_year:
        return reasons.other_year(question.years, [year for year in support.other_years if year not in question.years])
    if support.missing_names:
        return reasons.not_named(support.missing_names)
    if question.asked in _TYPED and span is None:
        return reasons.no_such_kind(question.asked)
    if sure < LEAST_CONFIDENCE:
        return reasons.not_mentioned(support.absent) if support.absent else reasons.too_weak()
    return None


LEAST_CONFIDENCE = 0.35
"""Below this, nothing is called an answer."""


def confidence(question: Question, support: Support, candidate: Candidate, lead: float, span: float) -> float:
    """A probability that the answer is right.

    It grows with the share of the question that is borne out, with how far the passage stands out from the pool (its
    fused z-score) and from the next passage (`lead`), and with the winning span's score. These weights come from
    logistic regressions, one for each language; those of a missing noun, name or year are set by hand, stricter.
    """
    close = min(0.8, max(0.0, span))
    lead = max(-2.0, min(lead, 5.0))
    if question.language == "en":
        # An English question has its words found by way of a dictionary, and fewer of them.
        logit = -3.65 + 5.4 * support.covered + 0.53 * lead + 3.4 * close - (0.0 if support.head else 1.0)
    else:
        logit = -4.95 + 6.4 * support.covered + 0.15 * min(candidate.score, 9.0) + 0.34 * lead + 3.0 * close
        logit -= 0.0 if support.head else 2.4
    logit -= 3.0 if support.missing_names or support.missing_years else 0.0
    return round(1 / (1 + math.exp(-logit)), 4)


def _lead(candidates: Sequence[Candidate], place: int) -> float:
    """How far a passage's score is ahead of the best other one's."""
    others = [candidate.score for other, candidate in enumerate(candidates) if other != place]
    return candidates[place].score - max(others) if others else 0.0


def _order(count: int, chosen: Sequence[Found], k: int) -> list[int]:
    """Passage positions to show: the one with the answer first, the rest as retrieved."""
    order = list(dict.fromkeys([item.passage for item in chosen] + list(range(count))))
    return order[:k]


def _assemble(
    question: str,
    asked: str,
    parsed: Question,
    candidates: Sequence[Candidate],
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
    matched = tuple(term.text for term in question.terms if match_share(term, present) >= HALF)
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
    sure: float,
    k: int,
) -> Answer:
    nearest = tuple(passage_of(candidate, parsed, (), None) for candidate in candidates[:k])
    return Answer(question, asked, (), None, sure, reason, nearest, ())
