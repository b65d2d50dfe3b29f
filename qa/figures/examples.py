"""Measures to begin with: those of which an index tells the most over time and of several subjects."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from qa.figures.conditions import TARGETS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embeddings.store.figure_store import StoredFigure

_LOOKED_AT = 20_000
"""Figures that are looked at: of a large index the first ones, which takes a tenth of a second."""
_SHORTEST, _LONGEST = 3, 16
"""Characters of a measure that says something by itself, and reads as a name: not 项目, nor half a sentence."""


def measures_to_begin_with(stored: Iterable[StoredFigure], most: int) -> tuple[str, ...]:
    """At most so many measures, that with the longest series first, then that of the most subjects; none twice.

    A series are the periods for which results of one subject are told. What only some text says once comes last.
    """
    series: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for item in islice(stored, _LOOKED_AT):
        facts = item.facts
        if facts.mode not in TARGETS and facts.period and _SHORTEST <= len(facts.measure) <= _LONGEST:
            series[facts.measure][facts.whose].add(facts.period)

    def rank(measure: str) -> tuple[int, int, str]:
        named = {whose: periods for whose, periods in series[measure].items() if whose}
        return -max(map(len, named.values()), default=0), -len(named), measure

    return tuple(sorted(series, key=rank)[:most])
