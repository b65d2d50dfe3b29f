"""The other figures that the corpus gives for the same thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chinese.agreement import same_amount
from chinese.quantities import quantities_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.quantities import Quantity
    from qa.deciding.candidates import Found
    from qa.finding.retrieval import Candidate

MOST_OTHERS = 3
_NEAR_BY_RULES = 0.86
"""Share of the best span's rule score from which another figure counts as one for the same thing."""
_NEAR_BY_READER = 3.0
"""How far the reader's score of another figure for the same thing may lie below the best one's."""


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
    if item.reader is None or best.reader is None:
        return item.span.score >= _NEAR_BY_RULES * best.span.score
    return item.reader > 0 and item.reader >= best.reader - _NEAR_BY_READER and item.span.score > 0


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
