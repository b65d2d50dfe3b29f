"""One unit for all figures of a table that can be brought to it: 38620万元 and 3.9亿元 are 3.862 and 3.9亿元.

Nothing is rounded: a unit in which one of the figures would have no end (1亩 in 平方米) is not taken.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING

from chinese.tokens import fold
from chinese.units import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qa.types import Figure

__all__ = ["SharedUnit", "number_text", "shared_units"]

_SCALES = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}
_SCALED_KINDS = frozenset(("count", "money", "length", "area", "measure"))
"""Of these 万 and 亿 are said: 万人, 亿元, 万公里; not of hours and per cents."""
_LEAST, _MOST = 1, 10_000
"""A number reads well from the one to below the other: 亿 takes over from 万 there, as Chinese counts."""
_DIGITS = 60


@dataclass(frozen=True, slots=True)
class SharedUnit:
    """A unit to show (亿元), and how many of it one of the figure's own unit is (1元 is 1/100000000 of it)."""

    name: str
    times: Fraction

    def of(self, value: float) -> Fraction:
        """A value of the figure's own unit in this one, exact to its last decimal."""
        return exact(value) * self.times


def exact(value: float) -> Fraction:
    """The number as it is written, not as a machine holds it: 4.6 is 46/10."""
    return Fraction(repr(value))


def number_text(value: Fraction) -> str:
    """A number with all its decimals and groups of three: 4.553, 12,600."""
    with localcontext() as context:
        context.prec = _DIGITS
        text = f"{Decimal(value.numerator) / Decimal(value.denominator):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shared_units(figures: Iterable[Figure]) -> dict[str, SharedUnit]:
    """For each unit of the figures the one to show them in, the same for all that can be compared.

    That is taken in which the most of them read well, then that in which the most are written, then the one that needs
    the fewest digits.
    """
    groups: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        groups[_base(figure.unit)[0]].append(figure)
    found: dict[str, SharedUnit] = {}
    for group in groups.values():
        chosen = _best(group)
        if chosen is not None:
            found |= chosen
            continue
        for unit in {figure.unit for figure in group}:
            found |= _best([figure for figure in group if figure.unit == unit]) or {unit: SharedUnit(unit, Fraction(1))}
    return found


def _base(unit: str) -> tuple[str, Fraction]:
    known = UNITS.get(fold(unit))
    return (unit, Fraction(1)) if known is None else (known.base, known.factor)


def _best(figures: Sequence[Figure]) -> dict[str, SharedUnit] | None:
    """The unit for figures that can be compared, by their own units; None where each would leave one without end."""
    own = sorted({figure.unit for figure in figures})
    best: tuple[tuple[int, int, int, int], dict[str, SharedUnit]] | None = None
    for unit in own:
        for scale, size in _scales(unit).items():
            way = {other: SharedUnit(f"{scale}{unit}", _base(other)[1] / (_base(unit)[1] * size)) for other in own}
            numbers = [number for figure in figures for number in _numbers(figure, way)]
            if not all(map(_ends, numbers)):
                continue
            well = sum(number == 0 or _LEAST <= abs(number) < _MOST for number in numbers)
            written = sum(_is_written(figure, scale, unit) for figure in figures)
            rank = (well, written, -sum(len(number_text(number)) for number in numbers), -size)
            if best is None or rank > best[0]:
                best = rank, way
    return None if best is None else best[1]


def _scales(unit: str) -> Mapping[str, int]:
    known = UNITS.get(fold(unit))
    scaled = unit == "" or (known is not None and known.kind in _SCALED_KINDS and unit[0] not in "万亿倍")
    return _SCALES if scaled else {"": 1}


def _numbers(figure: Figure, way: Mapping[str, SharedUnit]) -> list[Fraction]:
    said = (figure.low, figure.high) if figure.value is None else (figure.value,)
    return [way[figure.unit].of(value) for value in said if value is not None]


def _ends(number: Fraction) -> bool:
    """Whether its decimals end."""
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _is_written(figure: Figure, scale: str, unit: str) -> bool:
    """Whether a figure is written in this unit: 3.9亿元, not 38620万元, in 亿元."""
    text, name = fold(figure.text).replace(" ", ""), fold(f"{scale}{unit}")
    return re.search(rf"(?<![万亿]){re.escape(name)}" if name else r"\A[^万亿]*\Z", text) is not None
