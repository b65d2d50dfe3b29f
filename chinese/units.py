"""Units and classifiers of Chinese quantities: of which kind each is, what it is in a base unit, how it is asked for.

They are the rows of units.tsv.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, get_args

from chinese.rows import rows

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal["count", "money", "share", "date", "duration", "length", "area", "measure", "ordinal"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit's kind, the base unit that it is compared in, and how many of those one of it is, exactly.

    `english` is one and several of it, ("",) where English has no word and the figure stands alone, () where nothing
    is said in English. `after_few` says that 几 before it asks how many; `asked` that 多少 and 几 may be followed by
    it, unless one of the characters `not_before` comes next.
    """

    kind: Kind
    base: str
    factor: Fraction
    english: tuple[str, ...] = ("",)
    after_few: bool = False
    asked: bool = False
    not_before: str = ""


def _table() -> dict[str, Unit]:
    kinds: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
    table = {
        name: Unit(
            kinds[kind],
            base,
            Fraction(factor),
            () if english == "?" else tuple(english.strip("-").split("|")),
            few == "几",
            asked != "-",
            asked.strip("*-"),
        )
        for name, kind, base, factor, english, few, asked in rows("units.tsv")
    }
    table["万"] = Unit("count", "", Fraction(10_000))  # a figure that nothing follows: 突破300万
    return table


UNITS = _table()
"""Every unit that makes a numeral a quantity, by its folded name."""


def any_of(names: Iterable[str]) -> str:
    """Words as a regular expression, longest first."""
    return "|".join(sorted(names, key=lambda name: (-len(name), name)))


ANY_UNIT = any_of(UNITS)
"""All of them as a regular expression, longest first."""

CURRENCIES = {name: unit.base for name, unit in UNITS.items() if unit.kind == "money" and name != "元"} | {
    "台币": "TWD",
    "人民币": "CNY",
}
"""Words before a figure that say in which currency its 元 is: 新台币186亿元."""
