"""What a figure is worth in the unit that its table shows it in."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from chinese.quantities import find_quantities
from chinese.units import CURRENCIES

if TYPE_CHECKING:
    from chinese.quantities import Quantity

UNIT_WORDS = {base: name for name, base in reversed(CURRENCIES.items()) if name not in ("人民币", "台币")} | {
    "CNY": "元"
}
"""The word for a currency by its code; other base units are words already."""
_PER_CENT = 100


@dataclass(frozen=True, slots=True)
class Worth:
    """A figure's value, or its ends, in a unit; see `embeddings.types.FigureFacts`."""

    value: float | None
    low: float | None
    high: float | None
    unit: str


def worth_of(quantity: Quantity) -> Worth | None:
    """What a quantity says, 5.6% as 5.6 %; None where that is nothing certain."""
    amount = quantity.amount
    if amount is None:
        return None
    unit, factor = UNIT_WORDS.get(amount.unit, amount.unit), Fraction(1)
    if quantity.kind == "share" and not unit:
        unit, factor = "%", Fraction(_PER_CENT)
    ends = [None if end is None else float(end * factor) for end in (amount.value, amount.low, amount.high)]
    return Worth(ends[0], ends[1], ends[2], unit)


def worth_under(words: str, heading_unit: str) -> Worth | None:
    """What a bare figure of a cell says under the unit of its heading; None where that is no known unit."""
    text = f"{words}{heading_unit}"
    found = [quantity for quantity in find_quantities(text) if quantity.start == 0 and quantity.end == len(text)]
    return worth_of(found[0]) if found else None
