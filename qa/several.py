"""Answers that stand in several places of a text: 甲村获一等奖 ... 乙村也获一等奖.

The reader scores starts and ends apart, and has learnt the places of such an answer as equally likely. So a place is a
start that scores nearly as high as the best one, up to the next end that does; between two of them lies no third. The
members of a list, which only 、 or 和 keep apart, are one answer and stay together.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from qa.reader import ReaderSpan

if TYPE_CHECKING:
    import numpy.typing as npt

    from qa.reader import SpanScores

MARGIN = 1.5
"""How far, in log-odds, a start or an end may score below the best: e to this power less likely."""
_LISTED = re.compile(r"[、，,和与及以\s]*")


def several_spans(scores: SpanScores, text: str, margin: float = MARGIN) -> tuple[ReaderSpan, ...]:
    """All places of the best answer, in the text's order; nothing where no answer is likelier, one where it is one."""
    best = max(
        range(len(scores.starts)),
        key=lambda place: float(scores.starts[place].max() + scores.ends[place].max()),
        default=None,
    )
    if best is None or not scores.spans or scores.spans[0].score <= 0:
        return ()
    bounds, starts, ends = scores.bounds[best], scores.starts[best], scores.ends[best]
    found = [
        ReaderSpan(bounds[first][0], bounds[last][1], round(float(starts[first] + ends[last]), 4))
        for first, last in _pairs(starts, ends, margin)
    ]
    return _joined(found, text) or scores.spans[:1]


def _pairs(starts: npt.NDArray[np.float32], ends: npt.NDArray[np.float32], margin: float) -> list[tuple[int, int]]:
    """High starts, each with the high end behind it; of several starts before one end, the best, and so of ends."""
    is_start, is_end = starts >= starts.max() - margin, ends >= ends.max() - margin
    found: list[tuple[int, int]] = []
    start: int | None = None
    is_open = False
    for place in np.flatnonzero(is_start | is_end).tolist():
        if is_start[place] and (not is_open or start is None or starts[place] > starts[start]):
            start, is_open = place, True
        if is_end[place] and start is not None:
            if is_open:
                found.append((start, place))
                is_open = False
            elif ends[place] > ends[found[-1][1]]:
                found[-1] = (found[-1][0], place)
    return found


def _joined(found: list[ReaderSpan], text: str) -> tuple[ReaderSpan, ...]:
    """Spans side by side as one."""
    joined: list[ReaderSpan] = []
    for span in found:
        if joined and _LISTED.fullmatch(text[joined[-1].end : span.start]):
            joined[-1] = ReaderSpan(joined[-1].start, span.end, min(joined[-1].score, span.score))
        else:
            joined.append(span)
    return tuple(joined)
