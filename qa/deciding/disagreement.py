"""One answer or several: the members of a list, and the other figures that the corpus gives for the same thing."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from chinese.tokens import tagged
from qa.deciding.candidates import sense_of
from qa.deciding.comparing import compare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.facts import Facts
    from qa.deciding.candidates import Found, Sense
    from qa.finding.retrieval import Candidate
    from qa.question.kinds import Asked
    from qa.question.question import Question

MOST_OTHERS = 3
_NEAR = 3.0
"""How far the reader's score of another figure for the same thing may lie below the best one's."""
_BETWEEN = re.compile(r"[、;；]|[,，](?!\d{3}(?!\d))")
_LAST = re.compile(r"(?:以及|[和与及])")


def members_of(question: Question, best: Found, text: str) -> list[Found]:
    """The winning candidate as the members of its list, where one is asked for; else itself alone."""
    if not (question.asked == "list" or question.expected > 1 or question.many):
        return [best]
    ranges = split_members(text[best.span.start : best.span.end], question.expected)
    if len(ranges) < 2:
        return [best]
    first = best.span.start
    return [replace(best, span=replace(best.span, start=first + start, end=first + end)) for start, end in ranges]


def split_members(text: str, expected: int = 0) -> list[tuple[int, int]]:
    """The members of 甲、乙和丙 as ranges of the text, one range where it is no list.

    The last two are parted at 和, 与 or 及 where that makes the number `expected`, or, where none is, in a row with 、.
    """
    ranges = _parted(text, [(0, len(text))], _BETWEEN)
    if expected and len(ranges) == expected:
        return ranges
    start, end = ranges[-1]
    last = _parted(text, [(start, end)], _LAST)
    whole = [*ranges[:-1], *last]
    fits = len(whole) == expected if expected else len(ranges) > 1 and len(last) == 2
    return whole if fits and all(stop - begin >= 2 for begin, stop in whole) else ranges


def _parted(text: str, ranges: list[tuple[int, int]], mark: re.Pattern[str]) -> list[tuple[int, int]]:
    """Ranges cut at every mark that stands outside quotation marks and brackets; empty parts are left out."""
    found = []
    for start, end in ranges:
        first = start
        for match in mark.finditer(text, start, end):
            before = text[first : match.start()]
            if sum(before.count(one) for one in "“「『《（(") != sum(before.count(one) for one in "”」』》）)"):
                continue
            found.append((first, match.start()))
            first = match.end()
        found.append((first, end))
    return [item for item in (_bare(text, start, end) for start, end in found) if item[0] < item[1]]


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """A member without blanks, and without quotation marks that enclose it whole."""
    while start < end and text[start] in " \n\t":
        start += 1
    while end > start and text[end - 1] in " \n\t。":
        end -= 1
    if end - start > 2 and text[start] + text[end - 1] in ("“”", "「」", "『』"):
        return start + 1, end - 1
    return start, end


def other_figures(
    found: Sequence[Found], shown: Sequence[Found], passages: Sequence[Candidate], order: Sequence[int], asked: Asked
) -> list[Found]:
    """Figures that say another amount of the same thing, each once; their passages are among `order`.

    Of the same thing is one whose place, period, part, measure and mode agree with those of the answer.
    """
    best = shown[0]
    kept: list[Found] = []
    taken = [sense_of(item, passages) for item in shown]
    for item in found:
        if len(kept) == MOST_OTHERS:
            break
        sense = sense_of(item, passages)
        if item.passage in order and _of_same_thing(item, best, asked) and _differs(sense, taken):
            kept.append(item)
            taken.append(sense)
    return kept


def _differs(sense: Sense, taken: Sequence[Sense]) -> bool:
    """Whether a figure has the unit of those taken, and another amount."""
    return bool(sense[1]) and all(sense != other and sense[1] == other[1] for other in taken)


def agreeing_with(found: Sequence[Found], best: Found, passages: Sequence[Candidate], asked: Asked) -> list[Found]:
    """Candidates of other articles that say what the best one does, of the same thing; one an article."""
    sense = sense_of(best, passages)
    kept: dict[int, Found] = {passages[best.passage].chunk.article: best}
    for item in found:
        article = passages[item.passage].chunk.article
        if article not in kept and sense_of(item, passages) == sense and _holds(item, best, asked):
            kept[article] = item
    return list(kept.values())[1:]


def _of_same_thing(item: Found, best: Found, asked: Asked) -> bool:
    """Whether a figure answers nearly as well, and what holds of it is what holds of the answer."""
    is_near = item.reader > 0 and item.reader >= best.reader - _NEAR and bool(item.span.signs)
    return is_near and not item.span.group and _holds(item, best, asked) and _same_measure(item.facts, best.facts)


def _holds(item: Found, best: Found, asked: Asked) -> bool:
    return not item.conflicts and not compare(best.facts, item.facts, asked)


def _same_measure(one: Facts, other: Facts) -> bool:
    """Whether two figures are measured by the same words, the first or the last of which may be left out."""
    first, second = ({word for word, tag in tagged(item.measure) if tag[0] in _CONTENT} for item in (one, other))
    shared = first & second
    return bool(shared) and shared in (first, second)


_CONTENT = frozenset("nvj")
