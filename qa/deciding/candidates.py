"""Every candidate answer of the passages with one score: what the reader found, held to what the rules know.

The rules find the phrases of the kind that is asked for; the reader says which of them answers. Where there is no
reader, the rules' own scores rank.
"""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qa.deciding.conflicts import sentence_conflicts
from qa.question.constraints import begins_change
from qa.question.kinds import FIGURES
from qa.reading.edges import trimmed
from qa.reading.prepared import Span
from qa.reading.rules import read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chinese.text import Text
    from embeddings.types import Chunk
    from qa.deciding.conflicts import Conflict
    from qa.deciding.support import Support
    from qa.finding.kept_chunks import ReadChunk
    from qa.finding.retrieval import Candidate
    from qa.question.question import Question
    from qa.reading.reader import ReaderSpan, SpanScores

TYPED = FIGURES | {"person", "organisation"}
"""Kinds of answer that a rule can tell from others; where none is in the passages there is no answer."""
_PRIOR = 0.3
"""How much a passage's rank counts beside a rule's score."""
_MISSING = 0.22
"""How much worse a passage ranks by rules whose article lacks a name, or whose year is not the one asked for."""

_RULE_CONFLICT = 0.3

# In the reader's unit, log-odds.
_FIGURE_SHARE = {"zh": 6.0, "en": 12.0}
"""What a rule's score of 1 is worth of a figure beside the reader's, which knows English questions less well."""
_PHRASE_SHARE = {"zh": 2.0, "en": 3.0}
"""The same of any other phrase, whose edges the reader knows better than a rule does."""
_MOST_SURE = {"zh": 8.0, "en": 5.0}
"""What the reader's log-odds of a figure come near to at most: beyond, it is sure of the kind, not of which."""
_RANK_SHARE = {"zh": 1.0, "en": 4.0}
"""What a passage loses for each standard deviation that its fused score is below the best one's.

For an English question retrieval tells passages apart better than the reader does.
"""
_UNLIKE = 2.5
"""What a phrase loses that is not of the kind asked for: words where a figure is wanted, a figure no rule has found."""
_LENGTH_SHARE = 0.05
"""What a phrase loses for each character: of two of nearly the same score, the shorter one says it exactly."""
_CONFLICT = 4.0
"""What a candidate loses whose sentence speaks of another place or year, or only of a plan."""
_LACKS = 3.0
"""What a passage loses whose article lacks a name, or whose year is not the one asked for."""
_SPANS_READ = 8
_FIGURE = re.compile(r"[\d一二三四五六七八九十百千万半两]")


def constants() -> dict[str, float]:
    """The numbers that decide which candidate wins by the reader, and by how much, by name."""
    shares = {
        "figure_share": _FIGURE_SHARE, "phrase_share": _PHRASE_SHARE, "most_sure": _MOST_SURE,
        "rank_share": _RANK_SHARE,
    }  # fmt: skip
    return {
        **{f"{name}.{language}": value for name, by in shares.items() for language, value in by.items()},
        "unlike": _UNLIKE,
        "length_share": _LENGTH_SHARE,
        "conflict": _CONFLICT,
        "lacks": _LACKS,
        "spans_read": _SPANS_READ,
    }


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate answer in its passage (by position), the score that ranks it, and the reader's log-odds of it.

    `conflicts` are what in its sentence speaks against it.
    """

    passage: int
    span: Span
    score: float
    reader: float | None = None
    conflicts: tuple[Conflict, ...] = ()


def find(
    question: Question,
    passages: Sequence[Candidate],
    supports: Sequence[Support],
    weights: Mapping[str, float],
    scores: Sequence[SpanScores] | None,
    constrained: bool = True,
) -> list[Found]:
    """Every candidate answer in the passages, the best first.

    `scores` has the reader's of each passage, None where there is no reader. Unless `constrained`, the reader's spans
    are taken as they are.
    """
    found: list[Found] = []
    for place, (candidate, support) in enumerate(zip(passages, supports, strict=True)):
        behind = max(0.0, passages[0].score - candidate.score)
        if scores is not None and not constrained:
            found.extend(
                Found(
                    place,
                    Span(*trimmed(candidate.text.shown, item.start, item.end), 0.0),
                    _ranked(question, item.score, behind),
                    item.score,
                )
                for item in scores[place].spans
            )
            continue
        by_rules = read(candidate.read, question, weights)
        if scores is None:
            merged = _by_rules(by_rules, rule_prior(support, behind))
        else:
            prior = -_LACKS * (bool(support.missing_names) + bool(support.missing_years))
            merged = [
                (span, log_odds, _ranked(question, score, behind) + prior)
                for span, log_odds, score in _merged(candidate.text, question, by_rules, scores[place])
            ]
        loss = _RULE_CONFLICT if scores is None else _CONFLICT
        sentences = sentence_ranges(candidate.chunk)
        for span, log_odds, score in merged:
            conflicts = conflicts_at(question, candidate.read, sentences, span.start)
            weight = (
                1.0
                if span.other_year and scores is not None
                else min(1.0, sum(conflict.weight for conflict in conflicts))
            )
            found.append(Found(place, span, round(score - loss * weight, 6), log_odds, conflicts))
    return sorted(found, key=lambda item: (-item.score, item.passage, item.span.start, item.span.end))


def _by_rules(spans: Sequence[Span], prior: float) -> list[tuple[Span, float | None, float]]:
    return [(span, None, span.score + prior) for span in spans]


def _ranked(question: Question, log_odds: float, behind: float) -> float:
    return round(log_odds - _RANK_SHARE[question.language] * min(8.0, behind), 6)


def rule_prior(support: Support, behind: float) -> float:
    """What a passage adds to a rule's score; `behind` is how far its fused score is below the best one's."""
    prior = _PRIOR * math.exp(-behind / 1.5)
    return prior - (_MISSING if support.missing_names else 0.0) - (_MISSING if support.missing_years else 0.0)


def conflicts_at(
    question: Question, passage: ReadChunk, sentences: Sequence[tuple[int, int]], place: int
) -> tuple[Conflict, ...]:
    """What speaks against an answer at this place of a passage, in its own one of the `sentences`."""
    for (start, end), sentence in zip(sentences, passage.sentences, strict=True):
        if start <= place < end:
            return sentence_conflicts(question, sentence.folded, passage.chunk.date, place - start)
    return ()


def sentence_ranges(chunk: Chunk) -> list[tuple[int, int]]:
    """Where the sentences of a passage stand in its text; see `join_sentences`."""
    ranges = []
    end = 0
    for number, sentence in enumerate(chunk.sentences):
        start = end + (len(sentence.lead) if number else 0)
        end = start + len(sentence.text)
        ranges.append((start, end))
    return ranges


def _merged(
    text: Text, question: Question, by_rules: Sequence[Span], scores: SpanScores
) -> list[tuple[Span, float, float]]:
    """Spans of both with the reader's log-odds and the score: a rule's span stands for what the reader found in it."""
    merged = []
    spans = scores.spans[:_SPANS_READ]
    typed = question.asked in FIGURES
    share = (_FIGURE_SHARE if typed else _PHRASE_SHARE)[question.language]
    changed = _changes(text.folded, question, by_rules) if typed else {}
    for found in by_rules:
        span = _year_only(text.shown, found) if _YEAR_ASKED.search(question.folded) else found
        meant = [span, changed[found.start]] if found.start in changed else [span]
        same = [item.score for item in spans if any(_stands_for(item, one, by_rules, question) for one in meant)]
        log_odds = max([*(scores.score(one.start, one.end) for one in meant), *same])
        merged.append((span, log_odds, _tempered(log_odds, question) + share * span.score))
    for item in spans:
        if typed and any(_same(item, span, by_rules) for span in by_rules):
            continue
        start, end = trimmed(text.shown, item.start, item.end)
        known = any((span.start, span.end) == (start, end) for span in by_rules)
        if start == end or known or text.folded[start:end] in question.folded:
            continue
        unlike = 0.0
        if typed:
            unlike = _UNLIKE if _FIGURE.search(text.folded[start:end]) else 2 * _UNLIKE
        longer = 0.0 if question.asked == "text" else _LENGTH_SHARE * (end - start)
        merged.append((Span(start, end, 0.0), item.score, _tempered(item.score, question) - unlike - longer))
    return merged


def _changes(folded: str, question: Question, by_rules: Sequence[Span]) -> dict[int, Span]:
    """By the start of what a figure became, what it was before: 42 by 47 of 由42家增加到47家.

    The reader knows that this is the figure asked for, not so well which of the two.
    """
    if question.constraints.before or question.years:
        return {}
    spans = sorted(by_rules, key=lambda span: span.start)
    return {
        later.start: earlier
        for earlier, later in itertools.pairwise(spans)
        if begins_change(folded[: earlier.start], folded[earlier.end : later.end])
        and not _CLAUSE_END.search(folded[earlier.end : later.start])
    }


_CLAUSE_END = re.compile(r"[,，。;；、]")


def _tempered(log_odds: float, question: Question) -> float:
    """Log-odds of a figure, so far as they tell one figure from another."""
    most = _MOST_SURE[question.language]
    return most * math.tanh(log_odds / most) if question.asked in FIGURES and log_odds > 0 else log_odds


_YEAR_ASKED = re.compile(r"[何哪]一?年|哪个年份|(?:which|what) year")
_YEAR = re.compile(r"[^年]{2,8}年(?!代)")


def _year_only(text: str, span: Span) -> Span:
    """The year of a date (1907年8月), where no more is asked for; any other span as it is."""
    year = _YEAR.match(text, span.start, span.end)
    return span if year is None else replace(span, end=year.end())


_OVERLONG = 16


def _stands_for(item: ReaderSpan, span: Span, by_rules: Sequence[Span], question: Question) -> bool:
    """Whether a rule's span takes the reader's score of another: a figure does, a phrase only of a clause around it.

    Of 国会图书馆 and 美国国会图书馆 the reader knows better which is meant.
    """
    if not _same(item, span, by_rules):
        return False
    return question.asked in FIGURES or question.asked == "list" or item.end - item.start > _OVERLONG


def _same(item: ReaderSpan, span: Span, by_rules: Sequence[Span]) -> bool:
    """Whether a reader's span means a rule's: it lies inside, or holds it and no other."""
    if span.start <= item.start and item.end <= span.end:
        return True
    if item.start <= span.start and span.end <= item.end:
        return not any(
            item.start <= other.start and other.end <= item.end and (other.end <= span.start or span.end <= other.start)
            for other in by_rules
        )
    return False
