"""Periods of figures: in which order they come, what they are called, where they lie in time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from chinese.english import MONTHS

__all__ = ["Length", "Stretch", "order_of", "period_text", "stretch_of"]

Length = Literal["years", "year", "months", "month", "day"]
"""How long a period is: several years, one, several months of one or more, one, a day."""

_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_IN_CHINESE = {(1, 3): "一季度", (4, 6): "二季度", (7, 9): "三季度", (10, 12): "四季度"}
_IN_CHINESE |= {(1, 6): "上半年", (7, 12): "下半年", (1, 9): "前三季度"}
_IN_ENGLISH = {(1, 3): "Q1", (4, 6): "Q2", (7, 9): "Q3", (10, 12): "Q4", (1, 6): "H1", (7, 12): "H2", (1, 9): "Q1–Q3"}
_DAYS_OF_A_MONTH, _MONTHS = 31, 12

_Point = tuple[int, int, int]
"""A year, its month and its day; 0 for what is not said."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a period lies: its begin and its end in years (2023.5 is the middle of 2023), and how long it is.

    `months` are how many months it has, 0 for a day.
    """

    start: float
    end: float
    length: Length
    months: int

    @property
    def middle(self) -> float:
        """Where it is drawn; several years, whose figure is reached at their end, there."""
        return self.end if self.length == "years" else (self.start + self.end) / 2


def order_of(period: str) -> tuple[int, tuple[int, ...], str]:
    """What periods are sorted by: as time goes, a year before its parts, the longer first; "" last."""
    ends = _ends(period)
    if ends is None:
        return (2 if period == "" else 1), (), period
    first, last = ends
    return 0, (*first, *(-number for number in _full(last))), period


def stretch_of(period: str) -> Stretch | None:
    """Where a period lies in time; None where none is said."""
    ends = _ends(period)
    if ends is None:
        return None
    first, last = ends
    months = (last[0] - first[0]) * _MONTHS + (last[1] or _MONTHS) - (first[1] or 1) + 1
    if first == last and first[2]:
        return Stretch(_in_years(first), _in_years(first) + 1 / (_DAYS_OF_A_MONTH * _MONTHS), "day", 0)
    end = last[0] + (last[1] or _MONTHS) / _MONTHS
    if months == _MONTHS and first[1] in (0, 1):
        return Stretch(first[0], end, "year", months)
    length: Length = "month" if months == 1 else "years" if months % _MONTHS == 0 and first[1] in (0, 1) else "months"
    return Stretch(_in_years((*first[:2], 0)), end, length, months)


def period_text(period: str, english: bool) -> str:
    """A period in words: 2023年上半年, 2021–2025年, H1 2023; what it is called where none is said."""
    ends = _ends(period)
    if ends is None:
        return period or ("no period" if english else "未说明时间")
    first, last = ends
    if first == last:
        return _point_text(first, english)
    if not any((*first[1:], *last[1:])):
        return f"{first[0]}–{last[0]}" if english else f"{first[0]}–{last[0]}年"
    months = (first[1], last[1])
    if first[0] == last[0] and all(months) and not (first[2] or last[2]):
        if english:
            return f"{_IN_ENGLISH.get(months) or '–'.join(MONTHS[number - 1][:3] for number in months)} {first[0]}"
        return f"{first[0]}年{_IN_CHINESE.get(months) or f'{months[0]}–{months[1]}月'}"
    joint = " – " if english else "至"
    return f"{_point_text(first, english)}{joint}{_point_text(last, english)}"


def _ends(period: str) -> tuple[_Point, _Point] | None:
    """The first and the last of a period; None for what is no period."""
    matches = [_POINT.fullmatch(part) for part in period.split("/")]
    points = [_point(match) for match in matches if match is not None]
    if not 1 <= len(points) == len(matches) <= 2 or not all(point[1] <= _MONTHS for point in points):
        return None
    return points[0], points[-1]


def _point(match: re.Match[str]) -> _Point:
    year, month, day = (int(part or 0) for part in match.groups())
    return year, month, day


def _full(point: _Point) -> _Point:
    """The last day that a point reaches to."""
    return point[0], point[1] or _MONTHS, point[2] or _DAYS_OF_A_MONTH


def _in_years(point: _Point) -> float:
    year, month, day = point
    return year + (max(month, 1) - 1) / _MONTHS + (max(day, 1) - 1) / (_DAYS_OF_A_MONTH * _MONTHS)


def _point_text(point: _Point, english: bool) -> str:
    year, month, day = point
    if english:
        return " ".join(part for part in (str(day or ""), MONTHS[month - 1] if month else "", str(year)) if part)
    return "".join(f"{number}{unit}" for number, unit in ((year, "年"), (month, "月"), (day, "日")) if number)
