"""The figure or date that a question asks for, among all that a passage has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.modes import begins_change
from chinese.tokens import tagged
from qa.reading import spans
from qa.reading.prepared import Reading, Span, heads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chinese.quantities import Quantity
    from qa.question.question import Question

# 百个项目, 千亩: a manner of speaking rather than a figure.
_ROUND = frozenset("十百千万亿")
_COUNTED_KINDS = frozenset(("count", "measure", "area"))


def read_figures(reading: Reading, question: Question) -> Iterator[Span]:
    """Every figure of the kind asked for, with what stands around it."""
    for quantity, unit_fits in spans.figures(reading.folded, question.asked, question.unit):
        if not _stands_in(quantity.text, question.folded) and not _of_birth(reading.folded, quantity, question):
            yield Span(quantity.start, quantity.end, _signs(reading, question, quantity, unit_fits))


_BORN = re.compile(r"(?:[(（]含[)）])?(?:[以之]?[后前])?(?:[(（]含[)）])?出生")
_ASKS_OF_BIRTH = re.compile(r"出生|生于|生日|年龄|[年周]岁|\bborn\b|\bage\b")


def _of_birth(folded: str, quantity: Quantity, question: Question) -> bool:
    """Whether a date only says how old one has to be (1988年1月1日以后出生), where something else is asked."""
    is_birth = quantity.kind == "date" and _BORN.match(folded, quantity.end) is not None
    return is_birth and _ASKS_OF_BIRTH.search(question.folded) is None


def _signs(reading: Reading, question: Question, quantity: Quantity, unit_fits: bool) -> dict[str, float]:
    folded, start, end = reading.folded, quantity.start, quantity.end
    became = bool(re.search(r"(?:到|至|为)了?(?:\d{4}年的?)?$", folded[max(0, start - 12) : start]))
    began = not became and begins_change(folded[:start], folded[end:])
    wants_start = question.wanted.is_before
    found = {
        "unit_fits": bool(question.unit) and unit_fits,
        "unit_differs": bool(question.unit) and not unit_fits,
        "counted": not question.unit and quantity.kind in _COUNTED_KINDS,
        "not_counted": _is_counted(question) and quantity.kind not in _COUNTED_KINDS,
        "result": became and not wants_start,
        "not_result": (became and wants_start) or (began and not wants_start),
        "counts_other": quantity.kind == "count" and _counts_other(folded, question, end),
        "round": quantity.number in _ROUND,
        **_beside(reading, question, start, end),
    }
    return {"rule": 1.0, **{name: 1.0 for name, holds in found.items() if holds}}


def _is_counted(question: Question) -> bool:
    """Whether how many is asked, not a figure of any sort."""
    return question.asked == "quantity" and not question.unit and (question.language == "en" or bool(question.noun))


def _stands_in(text: str, question: str) -> bool:
    return bool(re.search(rf"(?<![\d.]){re.escape(text)}", question))


def _beside(reading: Reading, question: Question, start: int, end: int) -> dict[str, bool]:
    """Whether the noun counted or the verb of the question stands right beside the figure."""
    before = reading.folded[max(0, start - 8) : start]
    after = re.split(r"[，,。；;、]", reading.folded[end : end + 10])[0]
    clause = _since_last_figure(reading.folded, start)
    nouns = heads(question.noun, question)
    tail = before.rstrip("约近超达到共为有数量总")
    return {
        # 4个基础数据库, not 9个专题数据库
        "whole_noun_after": bool(question.noun) and question.noun not in nouns and question.noun in after,
        "noun_beside": any(noun in after or tail.endswith(noun) for noun in nouns),
        "noun_in_clause": any(noun in clause for noun in nouns),
        "verb_before": any(
            re.search(rf"{re.escape(verb)}(?:了|达到?|为|是|共|约|近|超|突破|得|出|到|至|数|额|金额|总额)*$", before)
            for verb in heads(question.verb, question)
        ),
    }


_COUNTED = re.compile(r"[\u4e00-\u9fff]{2,10}")


_OF_A_SORT = frozenset("级型类式")
"""What ends a word that says of which sort the noun behind it is: 科级, 大型."""


def _counts_other(folded: str, question: Question, end: int) -> bool:
    """Whether a figure counts something else than is asked: 1名退休教师, where 农技推广专员 are."""
    after = _COUNTED.match(folded, end)
    nouns = heads(question.noun, question)
    if after is None or not nouns or any(noun in folded[end : end + 16] for noun in (*nouns, question.noun)):
        return False
    # 42家增加到, 5000人以上: no noun follows.
    first, tag = tagged(after.group())[0]
    return len(first) > 1 and (tag[0] in "nbx" or first[-1] in _OF_A_SORT)


def _since_last_figure(folded: str, start: int) -> str:
    """The words of the clause before a figure, back to the figure before it."""
    return re.split(r"[，,。；;！？!?\n]|\d[\d.]*[\u4e00-\u9fff%]", folded[max(0, start - 40) : start])[-1]
