"""The figure or date that a question asks for, among all that a passage has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.periods import year_mentions
from chinese.tokens import tagged
from qa.question.constraints import begins_change
from qa.reading import spans
from qa.reading.prepared import Reading, Span, closeness, heads

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qa.question.question import Question

# 百个项目, 千亩: a manner of speaking rather than a figure.
_ROUND = frozenset("十百千万亿")


def read_figures(reading: Reading, question: Question, weights: Mapping[str, float]) -> Iterator[Span]:
    """Every figure of the kind asked for, scored by what stands around it; `weights` as in `rules.read`."""
    for quantity, unit_fits in spans.figures(reading.folded, question.asked, question.unit):
        if _stands_in(quantity.text, question.folded):
            continue
        start, end = quantity.start, quantity.end
        score = 0.72 * closeness(reading, question.terms, weights, start, end)
        score += _beside(reading, question, start, end)
        if question.unit:
            score += 0.1 if unit_fits else -0.15
        elif question.asked == "quantity":
            score += _kind_prior(quantity.kind, question)
        score += _change(reading.folded, question, start, end)
        other_year = _speaks_of_other_year(reading, question, start)
        score += -0.3 if other_year else 0.06 if question.years else 0.0
        score -= _part_of(reading.folded, question, start)
        score -= _COUNTS_OTHER if quantity.kind == "count" and _counts_other(reading.folded, question, end) else 0.0
        score -= 0.15 if quantity.number in _ROUND else 0.0
        yield Span(start, end, round(score, 6), other_year=other_year)


def _speaks_of_other_year(reading: Reading, question: Question, start: int) -> bool:
    year = bound_year(reading, start) if question.years else None
    return year is not None and year not in question.years


def _stands_in(text: str, question: str) -> bool:
    return bool(re.search(rf"(?<![\d.]){re.escape(text)}", question))


def _kind_prior(kind: str, question: Question) -> float:
    """Where no unit is asked for: how many means a count; anything else may be any figure."""
    if question.language == "en" or question.noun:
        return {"count": 0.08, "measure": 0.0, "area": 0.0}.get(kind, -0.25)
    return 0.0


def _beside(reading: Reading, question: Question, start: int, end: int) -> float:
    """A bonus where the noun counted or the verb of the question stands right beside the figure."""
    bonus = 0.0
    before = reading.folded[max(0, start - 8) : start]
    after = reading.folded[end : end + 10]
    after = re.split(r"[，,。；;、]", after)[0]
    clause = _since_last_figure(reading.folded, start)
    for noun in heads(question.noun, question):
        if question.noun in after and question.noun != noun:  # 4个基础数据库, not 9个专题数据库
            bonus = max(bonus, 0.3)
        elif noun in after or before.rstrip("约近超达到共为有数量总").endswith(noun):
            bonus = max(bonus, 0.14)
        elif noun in clause:
            bonus = max(bonus, 0.08)
    for verb in heads(question.verb, question):
        if re.search(rf"{re.escape(verb)}(?:了|达到?|为|是|共|约|近|超|突破|得|出|到|至|数|额|金额|总额)*$", before):
            bonus += 0.12
            break
    return bonus


_COUNTS_OTHER = 0.3
_COUNTED = re.compile(r"[\u4e00-\u9fff]{2,10}")


def _counts_other(folded: str, question: Question, end: int) -> bool:
    """Whether a figure counts something else than is asked: 1名处级干部, where 企业服务专员 are."""
    after = _COUNTED.match(folded, end)
    nouns = heads(question.noun, question)
    if after is None or not nouns or any(noun in folded[end : end + 16] for noun in (*nouns, question.noun)):
        return False
    # 42家增加到, 5000人以上: no noun follows.
    first, tag = tagged(after.group())[0]
    return len(first) > 1 and tag[0] in "nbx"


def _since_last_figure(folded: str, start: int) -> str:
    """The words of the clause before a figure, back to the figure before it."""
    return re.split(r"[，,。；;！？!?\n]|\d[\d.]*[\u4e00-\u9fff%]", folded[max(0, start - 40) : start])[-1]


def _change(folded: str, question: Question, start: int, end: int) -> float:
    """由20天减少到7天: the end of a change is its result; its beginning is asked for by 原来, 从, 由."""
    wants_start = question.constraints.before
    if re.search(r"(?:到|至|为)了?(?:\d{4}年的?)?$", folded[max(0, start - 12) : start]):
        return -0.05 if wants_start else 0.06
    if begins_change(folded[:start], folded[end:]):
        return 0.1 if wants_start else -0.12
    return 0.0


def bound_year(reading: Reading, start: int) -> str | None:
    """The year that a figure speaks of, or None where nothing says.

    That is the last one before it in its sentence, else the first after it there, else the last one in the
    sentences before, else the title's.
    """
    first = max(reading.folded.rfind(mark, 0, start) for mark in "。！？!?\n") + 1
    after = re.search(r"[。！？!?\n]", reading.folded[start:])
    last = start + after.start() if after is not None else len(reading.folded)
    for text, take in (
        (reading.folded[first:start], -1),
        (reading.folded[start:last], 0),
        (reading.folded[:first], -1),
        (reading.context, -1),
    ):
        years = [mention.year for mention in year_mentions(text, reading.date) if not mention.base]
        if years:
            return years[take]
    return None


def _part_of(folded: str, question: Question, start: int) -> float:
    """A figure that counts only a part (其中5亿元以上项目3个), where the question names no such part."""
    clause = re.split(r"[。；;\n]", folded[:start])[-1]
    part = re.search(r"其中[，,]?([^，,、]*)", clause)
    limit = re.search(r"[\d.]+[万亿]?元以上[^，,、。]{0,4}$", clause)
    penalty = 0.0
    if (
        part is not None
        and "其中" not in question.folded
        and not any(t.text in clause[part.start() :] for t in question.terms)
    ):
        penalty += 0.05
    if limit is not None and limit.group()[:3] not in question.folded:
        penalty += 0.15
    return penalty
