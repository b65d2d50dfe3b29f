"""Spans and passages -> what is said: which candidate wins, what speaks against it, and what is said instead.

Each part of a question is judged by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chinese.sentences import split_sentences
from chinese.tokens import tokens_of
from qa.deciding import reasons
from qa.deciding.candidates import TYPED, find
from qa.deciding.confidence import SURE_OF_CELL, evidence_for, is_cell_asked_for
from qa.deciding.extent import fitted
from qa.deciding.members import members_of
from qa.deciding.outcomes import Evidence, Outcome, assemble
from qa.deciding.over_several import worked_out_instead
from qa.deciding.support import Surroundings, examine
from qa.finding.closest import surely_read
from qa.question.followup import is_chat, is_thanks
from qa.question.question import read_as
from qa.question.tasks import wants_text_written
from qa.reading.reader import SpanScores

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qa.deciding.candidates import Found
    from qa.deciding.confidence import Calibration
    from qa.deciding.ranking import Ranker
    from qa.deciding.support import Support
    from qa.question.question import Question
    from qa.reading.reader import Reader
    from qa.types import Answer, Reason

__all__ = ["Evidence", "Judged", "Policy", "answer", "decide", "judge", "objection"]


@dataclass(frozen=True, slots=True)
class Policy:
    """By what answers are chosen and refused.

    `ranker` says which candidate is best, `calibration` how sure it is, and from where on it is given. Unless
    `constrained`, what conflicts with the question does not rule a candidate out. Unless it `may_refuse`, the best
    candidate is the answer, whatever its confidence.
    """

    reader: Reader
    ranker: Ranker
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
    return assemble(question, asked, [worked_out_instead(decide(evidence, policy)) for evidence in parts], k)


def decide(evidence: Evidence, policy: Policy) -> Outcome:
    """What is said to one part: the winning candidate and its companions, or why there is none."""
    if not evidence.candidates:
        return Outcome(evidence, (), (), (), 0.0, reasons.nothing())
    if policy.may_refuse and is_chat(evidence.question.folded):
        return Outcome(evidence, (), (), (), 0.0, reasons.greeting(is_thanks(evidence.question.folded)))
    if policy.may_refuse and wants_text_written(evidence.question.folded):
        return Outcome(evidence, (), (), _order(len(evidence.passages), ()), 0.0, reasons.other_task())
    judged = judge(evidence, policy)
    chosen, of, reason = _verdict(evidence, judged, policy)
    order = _order(len(evidence.passages), chosen or judged.found[:1])  # what the reader likes best is nearest
    return Outcome(evidence, chosen, judged.found, order, judged.sure, reason, of)


def _verdict(evidence: Evidence, judged: Judged, policy: Policy) -> tuple[list[Found], int | None, Reason | None]:
    question, found = evidence.question, judged.found
    if policy.may_refuse:
        reason = objection(question, judged, policy.calibration.threshold, evidence.known, policy.constrained)
        if reason is not None:
            return [], None, reason
    if not found:
        return [], None, reasons.no_such_kind(question.asked)
    return *_chosen(question, found, evidence), None


def judge(evidence: Evidence, policy: Policy) -> Judged:
    """Read the passages for a question, and say how sure the best candidate is.

    The first two are read; the others only where these do not settle it (see `Calibration.settled`).
    """
    looked, question = evidence.candidates, evidence.question
    articles = {item.chunk.article: item.chunk.date for item in looked}
    around = {number: Surroundings.of(evidence.article(number), date) for number, date in articles.items()}
    supports = [
        examine(question, item, evidence.weights, around[item.chunk.article], evidence.known) for item in looked
    ]
    asked = read_as(question, [item.text.folded for item in looked])
    texts = [(item.read.context.shown, item.text.shown) for item in looked]
    scores = policy.reader.read(asked, texts[:READ_FIRST] if policy.calibration.settled <= 1 else texts)
    rest = texts[len(scores) :]
    judged = _judged(evidence, supports, [*scores, *[_UNREAD] * len(rest)], policy)
    if not rest or judged.sure >= policy.calibration.settled:
        return judged
    return _judged(evidence, supports, [*scores, *policy.reader.read(asked, rest)], policy)


READ_FIRST = 2
"""Passages that are read before it is asked whether the others have to be."""
_UNREAD = SpanScores(())
"""Of a passage that is not read: what rules find there still counts, as agreeing or as other figures."""


def _judged(evidence: Evidence, supports: Sequence[Support], scores: Sequence[SpanScores], policy: Policy) -> Judged:
    """The candidates by the scores of each passage, and how sure the best one is."""
    looked, question = evidence.candidates, evidence.question
    found = find(question, looked, supports, evidence.weights, scores, policy.ranker.worth)
    found = fitted(question, found, looked)
    if not found:
        return Judged(found, supports, _lacking_least(supports), 0.0)
    best = found[0]
    sure = policy.calibration.probability(evidence_for(question, looked, found))
    if is_cell_asked_for(found, looked):
        sure = max(sure, SURE_OF_CELL)
    # It is right if it is the answer and was recognised right: what is fitted knows only of the first.
    read = surely_read(looked[best.passage].chunk, (best.span.start, best.span.end))
    return Judged(found, supports, best.passage, round(read * sure, 4))


def _lacking_least(supports: Sequence[Support]) -> int:
    """The passage that says why there is no answer where nothing is found in any."""
    return min(
        range(len(supports)),
        key=lambda place: (
            bool(supports[place].missing_names) + bool(supports[place].missing_years),
            -supports[place].covered,
        ),
    )


def objection(
    question: Question, judged: Judged, floor: float, known: Callable[[str], bool], constrained: bool = True
) -> Reason | None:
    """What speaks against answering at all, or None; `known` says whether the corpus has a token."""
    support, best = judged.supports[judged.place], judged.found[0] if judged.found else None
    if constrained:
        reason = _against(question, support, best, judged.sure)
        if reason is not None:
            return reason
        if question.asked in TYPED and best is None:
            return reasons.no_such_kind(question.asked)
    return _too_unsure(question, support, known) if judged.sure < floor else None


def _too_unsure(question: Question, support: Support, known: Callable[[str], bool]) -> Reason:
    """Why nothing is sure enough: words that the whole corpus lacks, or only what was found."""
    gaps = [term.text for term in question.terms if term.kind == "gap" and term.text in support.absent]
    if gaps:
        return reasons.not_translated(gaps)
    nowhere = [word for word in support.absent if not any(known(token) for token in tokens_of(word))]
    if nowhere:
        return reasons.not_in_corpus(nowhere)
    return reasons.not_mentioned(support.absent) if support.absent else reasons.too_weak()


_SURE_ANYWAY = 0.7
"""Confidence from which a name that the article lacks does not matter: it may be written in another way."""


_MOST = re.compile("最[多少大小高低长短快慢]")
"""Of 员工最少的企业 no text tells that tells of one firm; 最晚 and 最多能 may be said in other words."""


def _against(question: Question, support: Support, best: Found | None, sure: float) -> Reason | None:
    """What the evidence has otherwise than asked, or lacks so that it is about something else."""
    for conflict in (*support.contradicted, *(best.conflicts if best is not None else ())):
        if conflict.is_certain:
            return reasons.contradiction(conflict)
    if support.missing_years:
        return reasons.other_year(support.missing_years, support.other_years)
    for conflict in support.missing:
        if conflict.kind == "place" and conflict.is_certain:
            return reasons.contradiction(conflict)
    superlative = [word for word in support.absent if _MOST.fullmatch(word) and f"{word}的" in question.folded]
    if superlative and sure < _SURE_ANYWAY:
        return reasons.not_mentioned(superlative)
    if support.missing_names and sure < _SURE_ANYWAY:
        return reasons.not_named(support.missing_names)
    return None


def _chosen(question: Question, found: Sequence[Found], evidence: Evidence) -> tuple[list[Found], int | None]:
    """The winning candidate with its companions; see `members_of`."""
    best = found[0]
    if best.span.group:
        row = [item for item in found if item.passage == best.passage and item.span.group == best.span.group]
        return sorted(row, key=lambda item: item.span.start), None
    if question.form == "yes-no":
        return [_whole_sentence(best, evidence.candidates[best.passage].text.shown)], None
    return members_of(question, best, evidence.candidates[best.passage].text.folded)


def _whole_sentence(best: Found, text: str) -> Found:
    """A candidate as the sentence that it stands in: what says yes or no."""
    for start, end in split_sentences(text):
        if start <= best.span.start < end:
            bare = text[start:end]
            start, end = start + len(bare) - len(bare.lstrip()), start + len(bare.rstrip())
            return replace(best, span=replace(best.span, start=start, end=end))
    return best


def _order(count: int, chosen: Sequence[Found]) -> list[int]:
    """Passage positions to show: the one with the answer first, the rest as retrieved."""
    return list(dict.fromkeys([item.passage for item in chosen] + list(range(count))))
