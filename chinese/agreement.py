"""What a quantity says, in one form, so that two can be held against each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chinese.quantities import Quantity

Sense = tuple[object, str]
"""What is said, and of what sort it is: a unit, a date, a place in a row."""


def sense_of_quantity(quantity: Quantity) -> Sense | None:
    """What a quantity says: one thing for 4.553亿元 and 45530万元, 三分之二 and 2/3, 2年 and 24个月; None if unsure.

    Bounds are left out: 近1000家 and 1000家 name the same figure, and so are the same here. A range is the same
    as a range with the same ends only, and of a sort of its own: a figure within it may be true as well. Whether
    117家 and 117户 count the same things is the caller's to say, by `amount.value`.
    """
    if quantity.kind == "date":
        return None if quantity.date is None else (quantity.date, f"date {_vague(quantity)}".strip())
    if quantity.amount is None:
        return None
    sort = f"ordinal {quantity.amount.unit}" if quantity.kind == "ordinal" else quantity.amount.unit
    if quantity.amount.value is not None:
        return quantity.amount.value, sort
    return (quantity.amount.low, quantity.amount.high), f"range {sort}"


def _vague(quantity: Quantity) -> str:
    """How a date is blurred: 年初, 年中, 年底, 月底."""
    match = re.search(r"[初底末中]$", quantity.text)
    return match.group().replace("末", "底") if match is not None else ""
