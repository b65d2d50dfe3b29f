"""One answer or several: the members of a list, and the other figures that the corpus gives for the same thing."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from chinese.agreement import same_amount
from chinese.quantities import quantities_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.quantities import Quantity
    from qa.deciding.candidates import Found
    from qa.finding.retrieval import Candidate
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
    found: Sequence[Found], shown: Sequence[Found], candidates: Sequence[Candidate], order: Sequence[int]
) -> list[Found]:
    """Figures that answer nearly as well and say another amount, each once; their passages are among `order`."""
    best = shown[0]
    kept: list[Found] = []
    taken = [_figure(item, candidates) for item in shown]
    for item in found:
        if len(kept) == MOST_OTHERS:
            break
        figure = _figure(item, candidates)
        near = item.passage in order and not item.span.group and not item.conflicts and _is_near(item, best)
        if near and not _beside(item, shown) and all(_differ(figure, other) for other in taken):
            kept.append(item)
            taken.append(figure)
    return kept


def _is_near(item: Found, best: Found) -> bool:
    return item.reader > 0 and item.reader >= best.reader - _NEAR and item.span.score > 0


def _beside(item: Found, shown: Sequence[Found]) -> bool:
    """Whether a candidate overlaps one that is shown."""
    return any(
        item.passage == other.passage and item.span.start < other.span.end and other.span.start < item.span.end
        for other in shown
    )


def _figure(item: Found, candidates: Sequence[Candidate]) -> tuple[str, Quantity | None]:
    text = candidates[item.passage].text[item.span.start : item.span.end]
    found = quantities_in(text)
    return text.folded, found[0] if len(found) == 1 else None


def _differ(one: tuple[str, Quantity | None], other: tuple[str, Quantity | None]) -> bool:
    """Whether two figures are of one kind and say another amount."""
    if one[0] == other[0]:
        return False
    if one[1] is None or other[1] is None:
        return True
    return one[1].kind == other[1].kind and not same_amount(one[1], other[1])
