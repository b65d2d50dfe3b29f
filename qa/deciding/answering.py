"""Spans and passages -> what is said: which candidate wins, what speaks against it, and what is said instead.

Each part of a question is judged by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.sentences import split_sentences
from qa.deciding import reasons
from qa.deciding.candidates import TYPED, Found, find, rule_prior
from qa.deciding.confidence import LEAST_BY_RULES, UNFITTED, Calibration, evidence_for, rule_confidence
from qa.deciding.extent import fitted
from qa.deciding.members import members_of
from qa.deciding.outcomes import Evidence, Outcome, assemble
from qa.deciding.support import Support, Surroundings, examine
from qa.finding.retrieval import Candidate, coverage
from qa.question.question import Question, read_as
from qa.reading.prepared import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.reading.reader import Reader
    from qa.types import Answer, Reason

__all__ = ["Evidence", "Judged", "Policy", "answer", "best_sentence", "decide", "judge", "objection"]

_GOOD_NAME = 0.42
"""Rule score below which a phrase is not trusted for a what-question, and its whole sentence is shown instead."""


@dataclass(frozen=True, slots=True)
class Policy:
    """By what answers are chosen and refused.

    Without a `reader` rules choose alone; with one, `calibration` says how sure an answer is, and from where on it is
    given. Unless `constrained`, the reader chooses alone. Unless it `may_refuse`, the best candidate is the answer,
    whatever its confidence.
    """

    reader: Reader | None = None
    calibration: Calibration = UNFITTED
    constrained: bool = True
    may_refuse: bool = True


_RULES_ALONE = Policy()


@dataclass(frozen=True, slots=True)
class Judged:
    """The candidates, the best first, how far the winner's passage bears the question out, and how sure that is."""

    found: Sequence[Found]
    supports: Sequence[Support]
    place: int
    sure: float


def answer(question: str, asked: str, parts: Sequence[Evidence], k: int, policy: Policy = _RULES_ALONE) -> Answer:
    """The answer to a question from the evidence for each of its parts (usually one), with at most `k` passages.

    `asked` is the whole question as completed. `k` decides only how many passages are shown.
    """
    return assemble(question, asked, [decide(evidence, policy) for evidence in parts], k)


def decide(evidence: Evidence, policy: Policy = _RULES_ALONE) -> Outcome:
    """What is said to one part: the winning candidate and its companions, or why there is none."""
    if not evidence.candidates:
        return Outcome(evidence, (), (), (), 0.0, reasons.nothing())
    judged = judge(evidence, policy)
    chosen, of, reason = _verdict(evidence, judged, policy)
    # What the reader likes best is nearest; rules say less about a passage than retrieval does.
    first = chosen or (judged.found[:1] if policy.reader is not None else ())
    return Outcome(evidence, chosen, judged.found, _order(len(evidence.passages), first), judged.sure, reason, of)


def _verdict(evidence: Evidence, judged: Judged, policy: Policy) -> tuple[list[Found], int | None, Reason | None]:
    question, found = evidence.question, judged.found
    if policy.may_refuse:
        best = found[0] if found else None
        floor = LEAST_BY_RULES if policy.reader is None else policy.calibration.threshold
        reason = objection(question, judged.supports[judged.place], best, judged.sure, floor, policy.constrained)
        if reason is not None:
            return [], None, reason
    chosen, of = _chosen(question, found, evidence, judged.supports, policy.reader is not None)
    return chosen, of, None if chosen else reasons.no_such_kind(question.asked)


def judge(evidence: Evidence, policy: Policy = _RULES_ALONE) -> Judged:
    """Read the passages for a question, and say how sure the best candidate is."""
    looked, question, reader = evidence.candidates, evidence.question, policy.reader
    articles = {item.chunk.article: item.chunk.date for item in looked}
    around = {number: Surroundings.of(evidence.article(number), date) for number, date in articles.items()}
    supports = [
        examine(question, item, evidence.weights, around[item.chunk.article], evidence.known) for item in looked
    ]
    texts = [(item.read.context.shown, item.text.shown) for item in looked]
    asked = read_as(question, [item.text.folded for item in looked])
    scores = None if reader is None else reader.read(asked, texts)
    found = find(question, looked, supports, evidence.weights, scores, policy.constrained)
    if policy.constrained:
        found = fitted(question, found, looked)
    place = found[0].passage if found else _best_supported(looked, supports)
    if reader is None:
        span = found[0].span.score if found else 0.0
        return Judged(found, supports, place, rule_confidence(question, supports[place], looked, place, span))
    evidenced = evidence_for(question, supports[place], looked, found) if found else None
    sure = 0.0 if evidenced is None else policy.calibration.probability(evidenced)
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
) -> tuple[list[Found], int | None]:
    """The winning candidate with its companions, or the best sentence where there is none; see `members_of`."""
    trusted = by_reader or question.asked in TYPED or (bool(found) and found[0].span.score >= _GOOD_NAME)
    if not found or not trusted:
        return [] if question.asked in TYPED else [best_sentence(question, evidence, supports)], None
    best = found[0]
    if best.span.group:
        row = [item for item in found if item.passage == best.passage and item.span.group == best.span.group]
        return sorted(row, key=lambda item: item.span.start), None
    return members_of(question, best, evidence.candidates[best.passage].text.folded)


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
