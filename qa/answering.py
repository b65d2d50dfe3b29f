"""Spans and passages -> an Answer: which candidate wins, what speaks against it, and what is said instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.sentences import split_sentences
from qa import reasons
from qa.asked import FIGURES
from qa.candidates import TYPED, Found, find, rule_prior
from qa.confidence import LEAST_BY_RULES, calibration, evidence_for, rule_confidence
from qa.disagreement import members_of, other_figures
from qa.gloss import gloss
from qa.question import Question, read_as
from qa.reading import Span
from qa.retrieval import Candidate, best_match, coverage, match_share
from qa.support import HALF, Support, Surroundings, examine
from qa.types import Alternative, Answer, Passage, Signals

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from qa.kept_chunks import ReadChunk
    from qa.reader import Reader
    from qa.types import Reason

READ = 6
"""Passages that the reader looks into, however few are shown."""
_GOOD_NAME = 0.42
"""Rule score below which a phrase is not trusted for a what-question, and its whole sentence is shown instead."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer is made from.

    `parts` are the questions it asks (usually one); `candidates` its passages in retrieval order; `weights` the rarity
    of its terms; `article` gives the chunks of an article, in which names and years may stand that a passage
    takes for granted; `known` says whether the corpus has a token.
    """

    parts: Sequence[Question]
    candidates: Sequence[Candidate]
    weights: Mapping[str, float]
    article: Callable[[int], Sequence[ReadChunk]]
    known: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Judged:
    """The best candidates of each part, how far the winner's passage bears the question out, and how sure that is."""

    found: Sequence[Sequence[Found]]
    supports: Sequence[Support]
    place: int
    sure: float


def answer(
    question: str,
    asked: str,
    evidence: Evidence,
    k: int,
    reader: Reader | None = None,
    constrained: bool = True,
    may_refuse: bool = True,
) -> Answer:
    """The answer to a question from its candidate passages.

    Without a `reader` rules choose alone; unless `constrained`, the reader does. Unless it `may_refuse`, the best
    candidate is the answer, whatever its confidence.
    """
    if not evidence.candidates:
        return _refusal(question, asked, reasons.nothing(), evidence, (), 0.0, k)
    judged = judge(evidence, reader, constrained)
    main, first = evidence.parts[0], judged.found[0]
    # What the reader likes best is nearest; rules say less about a passage than retrieval does.
    order = _order(len(evidence.candidates), first[:1] if reader is not None else ())
    if may_refuse:
        best = first[0] if first else None
        floor = LEAST_BY_RULES if reader is None else calibration().threshold
        reason = objection(main, judged.supports[judged.place], best, judged.sure, floor, constrained)
        if reason is not None:
            return _refusal(question, asked, reason, evidence, order, judged.sure, k)
    chosen = [
        _chosen(part, found, evidence, judged.supports, reader is not None)
        for part, found in zip(evidence.parts, judged.found, strict=True)
    ]
    chosen = [group for group in chosen if group]
    if not chosen:
        return _refusal(question, asked, reasons.no_such_kind(main.asked), evidence, order, judged.sure, k)
    order = _order(len(evidence.candidates), [item for group in chosen for item in group])
    return _assemble(question, asked, evidence, chosen, first, order[:k], judged.sure)


def judge(evidence: Evidence, reader: Reader | None, constrained: bool = True) -> Judged:
    """Read the passages for each part of the question, and say how sure the best candidate of the first is."""
    looked = evidence.candidates[:READ]
    main = evidence.parts[0]
    articles = {item.chunk.article: item.chunk.date for item in looked}
    around = {number: Surroundings.of(evidence.article(number), date) for number, date in articles.items()}
    supports = [examine(main, item, evidence.weights, around[item.chunk.article], evidence.known) for item in looked]
    texts = [(item.read.context.shown, item.text.shown) for item in looked]
    folded = [item.text.folded for item in looked]
    found = []
    for part in evidence.parts:
        scores = None if reader is None else reader.read(read_as(part, folded), texts)
        found.append(find(part, looked, supports, evidence.weights, scores, constrained))
    first = found[0]
    place = first[0].passage if first else _best_supported(looked, supports)
    if reader is None:
        span = first[0].span.score if first else 0.0
        sure = rule_confidence(main, supports[place], looked, place, span)
    else:
        sure = calibration().probability(evidence_for(main, supports[place], looked, first)) if first else 0.0
    return Judged(found, supports, place, sure)


def _best_supported(candidates: Sequence[Candidate], supports: Sequence[Support]) -> int:
    priors = [
        rule_prior(support, candidates[0].score - candidate.score)
        for candidate, support in zip(candidates, supports, strict=True)
    ]
    return priors.index(max(priors))


def objection(
    question: Question, support: Support, best: Found | None, sure: float, floor: float, constrained: bool = True
) -> Reason | None:
    """What speaks against answering at all, or None."""
    if constrained:
        reason = _against(question, support, best, sure)
        if reason is not None:
            return reason
        if question.asked in TYPED and best is None:
            return reasons.no_such_kind(question.asked)
    if sure < floor:
        return reasons.not_mentioned(support.absent) if support.absent else reasons.too_weak()
    return None


_SURE_ANYWAY = 0.7
"""Confidence from which a name that the article lacks does not matter: it may be written in another way."""
_HARD = 0.9
"""Weight from which a conflict rules an answer out, whatever else speaks for it."""


def _against(question: Question, support: Support, best: Found | None, sure: float) -> Reason | None:
    """What the evidence has otherwise than asked, or lacks so that it is about something else."""
    for conflict in (*support.contradicted, *(best.conflicts if best is not None else ())):
        if conflict.weight >= _HARD:
            return reasons.contradiction(conflict)
    if support.missing_years:
        return reasons.other_year(support.missing_years, support.other_years)
    if best is not None and best.span.other_year:
        return reasons.other_year(question.years, [year for year in support.other_years if year not in question.years])
    for conflict in support.missing:
        if conflict.kind == "place" and conflict.weight >= _HARD:
            return reasons.contradiction(conflict)
    if support.missing_names and sure < _SURE_ANYWAY:
        return reasons.not_named(support.missing_names)
    return None


def _chosen(
    question: Question, found: Sequence[Found], evidence: Evidence, supports: Sequence[Support], by_reader: bool
) -> list[Found]:
    """The winning candidate with its companions, or the best sentence where there is none."""
    trusted = by_reader or question.asked in TYPED or (bool(found) and found[0].span.score >= _GOOD_NAME)
    if not found or not trusted:
        return [] if question.asked in TYPED else [best_sentence(question, evidence, supports)]
    best = found[0]
    if best.span.group:
        row = [item for item in found if item.passage == best.passage and item.span.group == best.span.group]
        return sorted(row, key=lambda item: item.span.start)
    return members_of(question, best, evidence.candidates[best.passage].text.shown)


def best_sentence(question: Question, evidence: Evidence, supports: Sequence[Support]) -> Found:
    """The sentence of the first passages that has most of the question's terms."""
    best: Found | None = None
    candidates = evidence.candidates
    for place, candidate in enumerate(candidates[:3]):
        prior = rule_prior(supports[place], max(0.0, candidates[0].score - candidate.score))
        for start, end in split_sentences(candidate.text.shown):
            share = coverage(question.terms, evidence.weights, candidate.text.folded[start:end])
            score = round(share + prior, 6)
            if best is None or score > best.score:
                best = Found(place, Span(start, end, share), score)
    assert best is not None, "a passage without a sentence"
    return best


def _order(count: int, chosen: Sequence[Found]) -> list[int]:
    """Passage positions to show: the one with the answer first, the rest as retrieved."""
    return list(dict.fromkeys([item.passage for item in chosen] + list(range(count))))


def _assemble(
    question: str,
    asked: str,
    evidence: Evidence,
    chosen: Sequence[Sequence[Found]],
    found: Sequence[Found],
    order: Sequence[int],
    sure: float,
) -> Answer:
    main, candidates = evidence.parts[0], evidence.candidates
    shown = [item for group in chosen for item in group if item.passage in order]
    texts = tuple(dict.fromkeys(_text_of(item, candidates) for item in shown))
    others = other_figures(found, shown, candidates, order) if main.asked in FIGURES else []
    marked = [*shown, *others]
    passages = tuple(
        passage_of(
            candidates[place],
            main,
            [(item.span.start, item.span.end) for item in marked if item.passage == place],
            max((_shown_score(item) for item in marked if item.passage == place), default=None),
        )
        for place in order
    )
    said = gloss(texts[0]) if main.language == "en" and len(texts) == 1 else None
    return Answer(
        question=question,
        asked=asked,
        texts=texts,
        gloss=said,
        confidence=sure,
        reason=None,
        passages=passages,
        alternatives=tuple(Alternative(_text_of(item, candidates), order.index(item.passage)) for item in others),
    )


def _text_of(item: Found, candidates: Sequence[Candidate]) -> str:
    return candidates[item.passage].text.shown[item.span.start : item.span.end]


def _shown_score(item: Found) -> float:
    return item.span.score if item.reader is None else item.reader


def passage_of(
    candidate: Candidate, question: Question, highlights: Sequence[tuple[int, int]], reader: float | None
) -> Passage:
    """A candidate as the user sees it."""
    chunk = candidate.chunk
    present = candidate.read.indexed.tokens
    terms = [term for term in question.terms if match_share(term, present) >= HALF]
    matched = tuple(term.text for term in terms)
    words = tuple(dict.fromkeys(word for term in terms if (word := best_match(term, present)) is not None))
    return Passage(
        text=candidate.text.shown,
        title=chunk.title,
        section=chunk.section,
        date=chunk.date,
        sources=chunk.sources,
        highlights=tuple(sorted(set(highlights))),
        score=candidate.score,
        signals=Signals(matched, candidate.dense, candidate.lexical, reader, words),
    )


def _refusal(
    question: str, asked: str, reason: Reason, evidence: Evidence, order: Sequence[int], sure: float, k: int
) -> Answer:
    nearest = tuple(passage_of(evidence.candidates[place], evidence.parts[0], (), None) for place in order[:k])
    return Answer(question, asked, (), None, sure, reason, nearest, ())
