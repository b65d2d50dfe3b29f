"""Every candidate answer of the passages with one score: what the reader found, and what rules know of it.

The rules find the phrases of the kind that is asked for; the reader says which of them answers; the ranker weighs both.
"""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chinese.agreement import Sense, sense_of_quantity
from chinese.facts import NOTHING_SAID, facts_of
from chinese.modes import begins_change
from chinese.quantities import quantities_in
from chinese.text import Text
from qa.deciding.comparing import ABOUT, compare
from qa.deciding.features import (
    TYPED,
    features_of,
    measures_said,
    member_asked_for,
    of_measures,
    of_passage,
    part_asked_for,
)
from qa.question import forms
from qa.question.kinds import FIGURES
from qa.reading.days import is_lunar
from qa.reading.edges import trimmed
from qa.reading.prepared import SENTENCE_END, Span, sentence_ranges
from qa.reading.rules import read
from qa.reading.table_cells import cells_asked, of_cells, with_cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from chinese.facts import Facts
    from chinese.quantities import Quantity
    from qa.deciding.comparing import Conflict
    from qa.deciding.support import Support
    from qa.finding.kept_chunks import ReadChunk
    from qa.finding.retrieval import Candidate
    from qa.question.question import Question
    from qa.reading.reader import ReaderSpan, SpanScores

__all__ = ["TYPED", "Found", "find", "sentence_ranges", "trimmed"]

_SPANS_READ = 8


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate answer in its passage (by position), the score that ranks it, and the reader's log-odds of it.

    `conflicts` are what in its sentence speaks against it, `facts` what holds of it, `features` what its score is from.
    """

    passage: int
    span: Span
    score: float
    reader: float
    conflicts: tuple[Conflict, ...] = ()
    facts: Facts = NOTHING_SAID
    features: Mapping[str, float] = field(default_factory=dict)


def find(
    question: Question,
    passages: Sequence[Candidate],
    supports: Sequence[Support],
    weights: Mapping[str, float],
    scores: Sequence[SpanScores],
    worth: Callable[[Mapping[str, float]], float],
) -> list[Found]:
    """Every candidate answer in the passages, the best first.

    `weights` has the rarity of each term, `scores` the reader's of each passage, and `worth` says what features are
    worth.
    """
    found: list[Found] = []
    for place, (candidate, support) in enumerate(zip(passages, supports, strict=True)):
        shared = of_passage(question, support, max(0.0, passages[0].score - candidate.score))
        found.extend(_in_passage(question, place, candidate.read, scores[place], shared, weights, support.reported))
    senses = [sense_of(item, passages) for item in found]
    agreeing = _agreeing(found, senses, passages)
    weighed = []
    for item, sense in zip(found, senses, strict=True):
        features = {**item.features, "agreeing": agreeing.get(sense, 0.0)}
        weighed.append(replace(item, score=round(worth(features), 6), features=features))
    ranked = sorted(zip(weighed, senses, strict=True), key=lambda pair: _order(pair[0]))
    return _best_read_first(ranked, passages)


def _order(item: Found) -> tuple[float, int, int, int]:
    return -item.score, item.passage, item.span.start, item.span.end


def _best_read_first(ranked: Sequence[tuple[Found, Sense]], passages: Sequence[Candidate]) -> list[Found]:
    """The candidates with the one in front that the reader likes best of those that say in other articles the same."""
    found = [item for item, _ in ranked]
    if not found or any(conflict.is_certain for conflict in found[0].conflicts):
        return found
    article = passages[found[0].passage].chunk.article
    same = [
        item
        for item, sense in ranked[1:]
        if sense == ranked[0][1] and passages[item.passage].chunk.article != article and not item.conflicts
    ]
    best = max([found[0], *same], key=lambda item: item.reader)
    return [best, *(item for item in found if item is not best)]


def _in_passage(
    question: Question,
    place: int,
    passage: ReadChunk,
    scores: SpanScores,
    shared: Mapping[str, float],
    weights: Mapping[str, float],
    reported: str | None,
) -> Iterator[Found]:
    reading, by_rules = read(passage, question)
    cells = cells_asked(passage, question)
    by_rules = with_cells(by_rules, cells)
    merged = _merged(passage.text, question, by_rules, scores)
    top = max((log_odds for _, log_odds in merged), default=0.0)
    held = [replace(facts_at(passage, span.start, span.end), reported=reported) for span, _ in merged]
    measures: Sequence[Mapping[str, float]] = [{}] * len(merged)
    parts: Sequence[tuple[Conflict, ...]] = [()] * len(merged)
    if question.asked in FIGURES:
        figures = [(span, facts) for (span, _), facts in zip(merged, held, strict=True)]
        asked, said = measures_said(question, reading.folded, figures)
        measures = of_measures(question, asked, said, figures, weights)
        others = member_asked_for(question, reading.folded, figures)
        parts = [(*a, *b) for a, b in zip(part_asked_for(reading.folded, said, figures), others, strict=True)]
    for (span, log_odds), facts, measured, part in zip(merged, held, measures, parts, strict=True):
        words = reading.folded[span.start : span.end]
        compared = compare(question.wanted, facts, question.asked)
        # A body that is itself the answer is no other one than that asked about: what a firm was called before.
        conflicts = (*(item for item in compared if item.kind != "body" or item.found not in words), *part)
        seen = of_cells(span.start, span.end, cells)
        if seen.get("cell") == 1.0:  # what it is about is known for certain, not only by what stands nearest
            conflicts = tuple(conflict for conflict in conflicts if conflict.kind not in ABOUT)
        features = features_of(question, reading, span, log_odds, facts, conflicts, weights)
        features |= {**shared, **measured, "reader_top": float(log_odds >= top)}
        features |= {name: value for name, value in seen.items() if value}
        yield Found(place, span, 0.0, log_odds, conflicts, facts, features)


def _agreeing(found: Sequence[Found], senses: Sequence[Sense], passages: Sequence[Candidate]) -> dict[Sense, float]:
    """By what a candidate says: in how many articles it stands with nothing that speaks against it, as a logarithm."""
    articles: dict[Sense, set[int]] = {}
    for item, sense in zip(found, senses, strict=True):
        if not any(conflict.is_certain for conflict in item.conflicts):
            articles.setdefault(sense, set()).add(passages[item.passage].chunk.article)
    return {sense: math.log(len(numbers)) for sense, numbers in articles.items()}


def sense_of(item: Found, passages: Sequence[Candidate]) -> Sense:
    """What a candidate says, in one form: 4.5亿元 and 45000万元 are the same."""
    text = passages[item.passage].text[item.span.start : item.span.end]
    found = quantities_in(text)
    sense = sense_of_quantity(found[0]) if len(found) == 1 else None
    return sense if sense is not None else ("".join(text.folded.split()), "")


def facts_at(passage: ReadChunk, start: int, end: int) -> Facts:
    """What holds of a range of a passage, by its sentence and by those around it."""
    for number, (first, last) in enumerate(sentence_ranges(passage.chunk)):
        if first <= start < last:
            texts = passage.sentences
            above = [*(texts[place].said for place in range(number - 1, -1, -1)), passage.context.said]
            below = [text.said for text in texts[number + 1 :]]
            return facts_of(texts[number].said, start - first, min(end, last) - first, passage.chunk.date, above, below)
    return NOTHING_SAID


def _merged(text: Text, question: Question, by_rules: Sequence[Span], scores: SpanScores) -> list[tuple[Span, float]]:
    """Spans of both with the reader's log-odds: a rule's span stands for what the reader found in it."""
    merged = []
    spans = scores.spans[:_SPANS_READ]
    is_figure = question.asked in FIGURES
    changed = _changes(text.folded, question, by_rules) if is_figure else {}
    for found in by_rules:
        span = _year_only(text.shown, found) if _YEAR_ASKED.search(question.folded) else found
        meant = [span, changed[found.start]] if found.start in changed else [span]
        same = [item.score for item in spans if any(_stands_for(item, one, by_rules, question) for one in meant)]
        merged.append((span, max([*(scores.score(one.start, one.end) for one in meant), *same])))
    for item in spans:
        if is_figure and any(_same(item, span, by_rules) for span in by_rules):
            continue
        start, end = trimmed(text.shown, item.start, item.end)
        is_known = any((span.start, span.end) == (start, end) for span in by_rules)
        says = _SAYS.search(text.folded, start, end) is not None and text.folded[start:end] not in question.folded
        # No figure or name goes on behind the end of a sentence.
        torn = question.asked in TYPED and SENTENCE_END.search(text.folded, start, end) is not None
        words = text.folded[start:end]
        dated = f"{'农历' if _LUNAR_BEFORE.search(text.folded, 0, start) else ''}{words}"
        wrong = torn or _is_no_date(dated, question) or _is_other_figure(words, question)
        wrong = wrong or _cuts_name(start, end, by_rules)
        if says and not wrong and not is_known:
            merged.append((Span(start, end), item.score))
    return merged


_LUNAR_BEFORE = re.compile(r"(?:农历|阴历|旧历|夏历)[^\d,，。;；:：\s]{0,4}$")


def _is_no_date(words: str, question: Question) -> bool:
    """Whether words cannot be the date asked for: a duration or an amount (三天), or of the other calendar."""
    if question.asked != "date":
        return False
    if question.unit == forms.SOLAR and is_lunar(words):
        return True
    kinds = {found.kind for found in quantities_in(Text(words, words))}
    return bool(kinds) and kinds <= _NO_DATES


def _is_other_figure(words: str, question: Question) -> bool:
    """Whether words are a figure of another dimension than asked: an age where 多少位 is, 12年 for money."""
    others = _OTHERS.get(question.asked)
    is_open = {"quantity": not question.unit, "share": not _RATE.search(question.folded)}
    if others is None or is_open.get(question.asked):
        return False
    found = [figure for figure in quantities_in(Text(words, words)) if figure.kind != "ordinal"]
    return bool(found) and all(figure.kind in others or _counts_people(figure, question) for figure in found)


def _counts_people(figure: Quantity, question: Question) -> bool:
    return question.asked == "money" and figure.kind == "count" and figure.unit in ("人", "名", "位", "户")


_OTHERS: Mapping[str, frozenset[str]] = {
    "quantity": frozenset(("date", "duration", "share", "length", "area")),
    "money": frozenset(("date", "duration", "length", "area")),
    "share": frozenset(("date", "money", "duration", "length", "area")),
}
_RATE = re.compile(r"率|增速|[增涨跌降]幅|比例|占比|比重|百分|几成|percent|%|\brate\b|\bshare\b|proportion")
_NO_DATES = frozenset(("duration", "money", "share", "length", "area"))


_SAYS = re.compile(r"[^\W_]")
"""A mark alone, the % above a column, answers nothing."""


def _cuts_name(start: int, end: int, by_rules: Sequence[Span]) -> bool:
    """Whether a range is a part of a person's name, or begins or ends within one."""
    names = [span for span in by_rules if "titled" in span.signs]
    return any(
        (name.start <= start and end <= name.end) or name.start < start < name.end or name.start < end < name.end
        for name in names
    )


def _changes(folded: str, question: Question, by_rules: Sequence[Span]) -> dict[int, Span]:
    """By the start of what a figure became, what it was before: 42 by 47 of 由42家增加到47家.

    The reader knows that this is the figure asked for, not so well which of the two.
    """
    if question.wanted.is_before or question.years:
        return {}
    spans = sorted(by_rules, key=lambda span: span.start)
    return {
        later.start: earlier
        for earlier, later in itertools.pairwise(spans)
        if begins_change(folded[: earlier.start], folded[earlier.end : later.end])
        and not _CLAUSE_END.search(folded[earlier.end : later.start])
    }


_CLAUSE_END = re.compile(r"[,，。;；、]")
_YEAR_ASKED = re.compile(r"[何哪]一?年(?![何哪几]一?个?月)|哪个年份|(?:which|what) year")
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
