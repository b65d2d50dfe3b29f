"""Whether two quantities say the same thing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chinese.quantities import Quantity


def same_amount(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities say the same: 4.553亿元 and 45530万元, 三分之二 and 2/3, 2年 and 24个月.

    Bounds are left out: 近1000家 and 1000家 name the same figure, and so are the same here. A range is the same
    as a range with the same ends only. Units must be the same, or convertible; whether 117家 and 117户 count the
    same things is the caller's to say, by `amount.value`. A quantity without a certain value is the same as none,
    not even as itself.
    """
    if (a.kind == "date") != (b.kind == "date") or (a.kind == "ordinal") != (b.kind == "ordinal"):
        return False
    if a.kind == "date":
        return a.date is not None and a.date == b.date and _vague(a) == _vague(b)
    if a.amount is None or b.amount is None or a.amount.unit != b.amount.unit:
        return False
    if a.amount.value is not None and b.amount.value is not None:
        return a.amount.value == b.amount.value
    return a.amount.value is b.amount.value is None and (a.amount.low, a.amount.high) == (b.amount.low, b.amount.high)


def _vague(quantity: Quantity) -> str:
    """How a date is blurred: 年初, 年中, 年底, 月底."""
    match = re.search(r"[初底末中]$", quantity.text)
    return match.group().replace("末", "底") if match is not None else ""
