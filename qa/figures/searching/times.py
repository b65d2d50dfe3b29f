"""Stretches of time as ISO 8601 gives them as far as they are said: 2023, 2023-06, 2023-06-30, 2021/2025."""

from __future__ import annotations

import re

Days = tuple[str, str]
"""The first and the last day of a stretch, YYYY-MM-DD, to be compared as texts."""

_SAID = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


def is_time(text: str) -> bool:
    """Whether a text is a year, a month or a day: 2023, 2023-06, 2023-06-30."""
    return _SAID.fullmatch(text) is not None


def days_of(period: str) -> Days | None:
    """The days of a period; None for one that names no year."""
    first, _, last = period.partition("/")
    last = last or first
    if not (is_time(first) and is_time(last)):
        return None
    return first + "-01-01"[len(first) - 4 :], last + "-12-31"[len(last) - 4 :]


def overlap(period: str, asked: tuple[str, str]) -> bool:
    """Whether a period and the time from one to another share a day; "" leaves a side open."""
    days = days_of(period)
    if days is None:
        return False
    first = days_of(asked[0]) if asked[0] else None
    last = days_of(asked[1]) if asked[1] else None
    return (first is None or first[0] <= days[1]) and (last is None or days[0] <= last[1])
