"""What is done with several figures, and what a question over several figures asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from chinese.amounts import Amount
    from qa.figures.several.asked_periods import Named, Step

Operation = Literal["extreme", "ranking", "limit", "difference", "rate", "sum", "each"]
"""Which one has most or least; the first so many; which are beyond a limit; by how much, or by what share, two differ;
what several come to; what each of several is."""

Across = Literal["periods", "places"]
"""What the figures differ in: one place through several periods, or several places in one."""


@dataclass(frozen=True, slots=True)
class Several:
    """A question over several figures.

    `words` are those that are left: what is measured, and whose it is. `step` is how long the periods are that are
    asked for. `sort` says what kind of places or
    organisations are asked for (区, 企业), "" for any. `count` is how many (前三; of a ranking 0 for
    all), of the most which (2 for the second), `least` whether from below. `limit`
    is what they are to be beyond, `above` on which side, `inclusive` whether the limit itself will do. `sign` is 1
    where a question takes for granted that something grew or is more, -1 for less, 0 for neither. `either` says that
    a growth may be meant as a share too (增长了多少).
    """

    operation: Operation
    across: Across
    named: Named
    words: str
    sort: str = ""
    step: Step = "year"
    count: int = 0
    least: bool = False
    limit: Amount | None = None
    above: bool = True
    inclusive: bool = False
    sign: int = 0
    either: bool = False


COMPARING: frozenset[Operation] = frozenset(("extreme", "ranking", "limit"))
"""What asks which of all."""
PAIR = 2
"""Figures that a difference takes, and that anything over several takes at least."""


def pair_of(named: Named) -> Named:
    """The two periods of a difference: the one before first; of a range its ends."""
    periods = named.periods
    if named.is_range and len(periods) > PAIR:
        periods = periods[0], periods[-1]
    base = named.base or (min(periods) if periods else "")
    others = tuple(period for period in periods if period != base)
    return replace(named, periods=(base, *others), base=base)
