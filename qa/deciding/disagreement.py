"""The other figures that the corpus gives for the same thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chinese.facts import only_links
from chinese.tokens import tagged
from qa.deciding.candidates import sense_of
from qa.deciding.comparing import compare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.agreement import Sense
    from chinese.facts import Facts
    from qa.deciding.candidates import Found
    from qa.finding.retrieval import Candidate
    from qa.question.kinds import Asked

MOST_OTHERS = 3
_NEAR = 3.0
"""How far the reader's score of another figure for the same thing may lie below the best one's."""


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
    first, second = (
        {word for word, tag in tagged(item.measure) if tag[0] in _CONTENT and not only_links(word)}
        for item in (one, other)
    )
    shared = first & second
    return bool(shared) and shared in (first, second)


_CONTENT = frozenset("nvj")
