"""Spans and passages -> what is said: which candidate wins, what speaks against it, and what is said instead.

Each part of a question is judged by itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.deciding import reasons
from qa.deciding.candidates import TYPED, Found, find
from qa.deciding.confidence import Calibration, evidence_for
from qa.deciding.disagreement import members_of
from qa.deciding.outcomes import Evidence, Outcome, assemble
from qa.deciding.support import Support, Surroundings, examine
from qa.question.question import Question, read_as

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.finding.retrieval import Candidate
    from qa.reading.reader import Reader
    from qa.types import Answer, Reason

__all__ = ["Evidence", "Judged", "Policy", "answer", "decide", "judge", "objection"]


@dataclass(frozen=True, slots=True)
class Policy:
    """By what answers are chosen and refused.

    The `reader` finds the phrases; `calibration` says how sure an answer is, and from where on it is given. Unless
    `constrained`, the reader chooses alone. Unless it `may_refuse`, the best candidate is the answer, whatever its
    confidence.
    """

    reader: Reader
    calibration: Calibration
    constrained: bool = True
    may_refuse: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    """The candidates, the best first, how far the winner's passage bears the question out, and how sure that is."""

    found: Sequence[Found]
    supports: Sequence[Support]
    place: int
    sure: float


def answer(question: str, asked: str, parts: Sequence[Evidence], k: int, policy: Policy) -> Answer:
    """The answer to a question from the evidence for each of its parts (usually one), with at most `k` passages.

    `asked` is the whole question as completed. `k` decides only how many passages are shown.
    """
    return assemble(question, asked, [decide(evidence, policy) for evidence in parts], k)


def decide(evidence: Evidence, policy: Policy) -> Outcome:
    """What is said to one part: the winning candidate and its companions, or why there is none."""
    if not evidence.candidates:
        return Outcome(evidence, (), (), (), 0.0, reasons.nothing())
    judged = judge(evidence, policy)
    chosen, reason = _verdict(evidence, judged, policy)
    # Where nothing is an answer, what the reader likes best is nearest.
    first = chosen or judged.found[:1]
    return Outcome(evidence, chosen, judged.found, _order(len(evidence.passages), first), judged.sure, reason)


def _verdict(evidence: Evidence, judged: Judged, policy: Policy) -> tuple[list[Found], Reason | None]:
    question, found = evidence.question, judged.found
    if policy.may_refuse:
        best = found[0] if found else None
        floor = policy.calibration.threshold
        reason = objection(question, judged.supports[judged.place], best, judged.sure, floor, policy.constrained)
        if reason is not None:
            return [], reason
    chosen = _chosen(question, found, evidence)
    return chosen, None if chosen else reasons.no_such_kind(question.asked)


def judge(evidence: Evidence, policy: Policy) -> Judged:
    """Read the passages for a question, and say how sure the best candidate is."""
    looked, question = evidence.candidates, evidence.question
    articles = {item.chunk.article: item.chunk.date for item in looked}
    around = {number: Surroundings.of(evidence.article(number), date) for number, date in articles.items()}
    supports = [
        examine(question, item, evidence.weights, around[item.chunk.article], evidence.known) for item in looked
    ]
    texts = [(item.read.context.shown, item.text.shown) for item in looked]
    asked = read_as(question, [item.text.folded for item in looked])
    scores = policy.reader.read(asked, texts)
    found = find(question, looked, supports, evidence.weights, scores, policy.constrained)
    place = found[0].passage if found else _best_supported(looked, supports)
    evidenced = evidence_for(question, supports[place], looked, found) if found else None
    sure = 0.0 if evidenced is None else policy.calibration.probability(evidenced)
    return Judged(found, supports, place, sure)


def _best_supported(candidates: Sequence[Candidate], supports: Sequence[Support]) -> int:
    """The passage that says why there is no answer, where none holds a candidate."""
    found = []
    for candidate, support in zip(candidates, supports, strict=True):
        rank = _RANK_SHARE * math.exp(-(candidates[0].score - candidate.score) / 1.5)
        found.append(rank - _LACKS * bool(support.missing_names) - _LACKS * bool(support.missing_years))
    return found.index(max(found))


_RANK_SHARE = 0.3
"""How much a passage's rank counts for how well it bears the question out, all else being equal."""
_LACKS = 0.22
"""How much less a passage does whose article lacks a name, or whose year is not the one asked for."""


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


def _chosen(question: Question, found: Sequence[Found], evidence: Evidence) -> list[Found]:
    """The winning candidate with its companions; [] where there is none."""
    if not found:
        return []
    best = found[0]
    if best.span.group:
        row = [item for item in found if item.passage == best.passage and item.span.group == best.span.group]
        return sorted(row, key=lambda item: item.span.start)
    return members_of(question, best, evidence.candidates[best.passage].text.shown)


def _order(count: int, chosen: Sequence[Found]) -> list[int]:
    """Passage positions to show: the one with the answer first, the rest as retrieved."""
    return list(dict.fromkeys([item.passage for item in chosen] + list(range(count))))
