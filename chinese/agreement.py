"""Whether two quantities say the same thing, or things that cannot both be so."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chinese.amounts import Amount
    from chinese.quantities import Quantity

_ABOUT = Fraction(1, 10)
"""How far 约 and 左右 may be off, as a share of the figure; a convention, since no text says."""


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


def contradicts(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities cannot both be true of the same thing: 117家 and 122家; 2023年 and 2024年5月.

    Bounds and ranges are kept to: 超100家 and 118家 can both be true, and so can 10–20个 and 15个; 约 and 左右 allow
    a tenth. A figure that is only rounded (12.6亿元 and 12.65亿元) does contradict. Dates contradict where they can
    share no day. False where the kinds or units cannot be compared, and where one has no certain value.
    """
    if (a.kind == "date") != (b.kind == "date") or (a.kind == "ordinal") != (b.kind == "ordinal"):
        return False
    if a.kind == "date":
        return _dates_apart(a, b)
    if a.amount is None or b.amount is None or a.amount.unit != b.amount.unit:
        return False
    first, second = _limits(a.amount), _limits(b.amount)
    return _below(first, second) or _below(second, first)


def _limits(amount: Amount) -> tuple[Fraction | None, Fraction | None]:
    if amount.value is None or amount.bound not in ("about", "nearly"):
        return amount.low, amount.high
    spread = abs(amount.value) * _ABOUT
    return amount.value - spread, amount.value + (spread if amount.bound == "about" else 0)


def _below(first: tuple[Fraction | None, Fraction | None], second: tuple[Fraction | None, Fraction | None]) -> bool:
    return first[1] is not None and second[0] is not None and first[1] < second[0]


def _vague(quantity: Quantity) -> str:
    """How a date is blurred: 年初, 年中, 年底, 月底."""
    match = re.search(r"[初底末中]$", quantity.text)
    return match.group().replace("末", "底") if match is not None else ""


def _dates_apart(a: Quantity, b: Quantity) -> bool:
    if a.date is None or b.date is None or ("T" in a.date) != ("T" in b.date):
        return False
    if "T" in a.date:
        return "/" not in a.date + b.date and a.date != b.date
    first, second = _ends(a), _ends(b)
    for place in range(3):
        # As far as both say the same parts; a part that one leaves out may be any.
        if any(parts[place] is None for parts in (*first, *second)):
            if place == 0:
                continue
            return False
        ranges = [tuple(part or 0 for part in parts[: place + 1]) for parts in (*first, *second)]
        if first[0][0] is None or second[0][0] is None:
            ranges = [parts[1:] for parts in ranges]
        if ranges[1] < ranges[2] or ranges[3] < ranges[0]:
            return True
    return False


def _ends(quantity: Quantity) -> tuple[tuple[int | None, ...], tuple[int | None, ...]]:
    """Year, month and day of both ends, None where not said; of a blurred date without its last part."""
    ends = []
    for side in (quantity.date or "").split("/"):
        match = re.fullmatch(r"(-?\d{4}|-)?-?(\d\d|-)?(?:-(\d\d))?", side)
        parts = [int(part) if part and part != "-" else None for part in (match.groups() if match else (None,) * 3)]
        if _vague(quantity):
            parts[2 if parts[2] is not None else 1] = None
        ends.append(tuple(parts))
    return ends[0], ends[-1]
