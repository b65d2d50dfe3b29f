"""Measures to begin with: those of which an index tells the most over time and of several subjects."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from qa.figures.searching.conditions import TARGETS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embeddings.store.figure_store import StoredFigure

_LOOKED_AT = 20_000
"""Figures that are looked at: of a large index the first ones, which takes a tenth of a second."""
_NAME = re.compile(r"[\u4e00-\u9fff]{3,12}")
"""A measure that says something by itself and reads as a name: not 项目, nor 2亿元以上企业, nor half a sentence."""


def measures_to_begin_with(stored: Iterable[StoredFigure], most: int) -> tuple[str, ...]:
    """At most so many measures: that with the longest series first, of these that of the most subjects, then figures.

    A series are the periods for which results of one subject are told.
    """
    series: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    counts: Counter[str] = Counter()
    for item in islice(stored, _LOOKED_AT):
        facts = item.facts
        if facts.mode not in TARGETS and facts.period and _NAME.fullmatch(facts.measure):
            series[facts.measure][facts.whose].add(facts.period)
            counts[facts.measure] += 1

    def rank(measure: str) -> tuple[int, int, int, int, str]:
        named = [periods for whose, periods in series[measure].items() if whose]
        return -max(map(len, named), default=0), -len(named), -counts[measure], len(measure), measure

    return tuple(sorted(series, key=rank)[:most])
