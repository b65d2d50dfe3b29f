"""Dates of a text as far as they are asked for: a month with its year, a weekday, a time of day, the last day."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from chinese.quantities import Quantity
from qa.question import forms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LUNAR = re.compile(r"[农阴旧夏]历|[正冬腊]月|月初[一二三四五六七八九十]|廿")
_TO = re.compile(r"[至到~〜—–-]")
_MORNING = re.compile(r"^(?:凌晨|清晨|早上|早晨|上午|中午)(?=\d{1,2}:)|^(?:下午|晚上|傍晚)(?=(?:1[2-9]|2\d):)")


def is_lunar(words: str) -> bool:
    """Whether folded words say a day of the lunar calendar: 三月初三, 腊月."""
    return _LUNAR.search(words) is not None


def dates(text: str, found: Sequence[Quantity], unit: str) -> Iterator[tuple[Quantity, bool]]:
    """Dates, or what of them is asked for: a month with its year, one of the moon, a time of day."""
    clocks = [quantity for quantity in found if (quantity.date or "").startswith("T")]
    if unit == forms.HOURS and any(_DAYS_APART.search(clock.text) for clock in clocks):
        yield from ((clock, True) for clock in clocks if _DAYS_APART.search(clock.text))
        return
    if unit in (forms.CLOCK, forms.OPENING_TIME, forms.CLOSING_TIME) and clocks:
        chosen = clocks if unit == forms.CLOCK else [_side(text, clock, unit) for clock in clocks]
        best = chosen[-1 if unit == forms.CLOSING_TIME else 0]
        yield from ((clock, unit == forms.CLOCK or clock is best) for clock in chosen)
        return
    if unit == forms.WEEKDAY:
        yield from (
            (Quantity(*match.span(), match.group(), "date", match.group(), ""), True)
            for match in _WEEKDAY.finditer(text)
        )
        return
    if unit in (forms.FIRST_DAY, forms.LAST_DAY):
        yield from _day_of_range(text, found, unit)
        return
    for quantity in found:
        lunar = bool(_LUNAR.search(quantity.text))
        if unit in (forms.LUNAR, forms.SOLAR):
            if lunar == (unit == forms.LUNAR):
                yield quantity, True
        elif unit == forms.MONTH:
            month = _YEAR_AND_MONTH.match(quantity.text)
            end = quantity.start + month.end() if month is not None else quantity.end
            yield replace(quantity, end=end, text=text[quantity.start : end]), month is not None
        else:
            yield quantity, False


_WEEKDAY = re.compile(
    r"(?:周|星期|礼拜)[一二三四五六日天末](?![年期])(?:(?:至|到|、|和|[-~—–])(?:(?:周|星期|礼拜)?[一二三四五六日天末]))*"
)
_DAYS_APART = re.compile(r"[至到~〜—–]|(?<=[年月日号点时分])-|(?<=:\d\d)-")
_BEGINS = (re.compile(r"(?:从|自|于)$"), re.compile(r"起|开始"))
_ENDS = (re.compile(r"(?:[至到]|截[至止]|截止[到至])$"), re.compile(r"止|截止|前|之前|以前|结束|闭幕"))


def _day_of_range(text: str, found: Sequence[Quantity], unit: str) -> Iterator[tuple[Quantity, bool]]:
    """The first or the last day of 8月21日至30日, which beginning or end is asked for; other days as they are."""
    before, after = _BEGINS if unit == forms.FIRST_DAY else _ENDS
    days: list[tuple[Quantity, bool]] = []
    for quantity in found:
        is_range = _DAYS_APART.search(quantity.text) is not None
        side = _side(text, quantity, unit) if is_range else quantity
        said = before.search(text, max(0, quantity.start - 3), quantity.start) or after.match(text, quantity.end)
        days.append((side, is_range or bool(said)))
    told = any(fits for _, fits in days)
    yield from ((day, fits or not told) for day, fits in days)


_YEAR_AND_MONTH = re.compile(r"[^月]{2,8}年 ?[^月]{1,3}月")


def _side(text: str, clock: Quantity, unit: str) -> Quantity:
    """The beginning or the end of a time of day, or of days: 9:00 and 11:30 of 上午9:00至11:30."""
    sides = list(_TO.finditer(clock.text))
    start, end = clock.start, clock.end
    if sides and unit in (forms.OPENING_TIME, forms.FIRST_DAY):
        end = start + sides[0].start()
    elif sides:
        start += sides[-1].end()
    lead = _MORNING.match(text[start:end])
    start += lead.end() if lead is not None else 0
    return replace(clock, start=start, end=end, text=text[start:end])
