"""The year of an article that says only month and day, where the other articles of its folder leave no doubt."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embeddings.types import Chunk

_FEWEST = 20
"""Dated articles of a folder from which their years say anything of the others."""
_NEARLY_ALL = 0.98
_NO_YEAR = "-"
"""What stands for the year in the date of such an article: --12-25."""


def lacks_year(date: str | None) -> bool:
    """Whether an article's date is a month and a day of no year that it says."""
    return date is not None and date.startswith(_NO_YEAR)


def year_of(date: str | None) -> str | None:
    """The year of an article's date, where it says one."""
    match = re.match(r"\d{4}", date or "")
    return None if match is None else match.group()


def common_year(dates: Iterable[str | None]) -> str:
    """The year that nearly all dated articles are of; "" where they are few, or of several years."""
    years = Counter(year for date in dates if (year := year_of(date)) is not None)
    if years.total() < _FEWEST:
        return ""
    year, count = years.most_common(1)[0]
    return year if count >= _NEARLY_ALL * years.total() else ""


def with_year(chunk: Chunk, year: str) -> Chunk:
    """A chunk with its article's date completed by a year; as it is where the date needs none, or no year is known."""
    if chunk.date is None or not lacks_year(chunk.date) or not year:
        return chunk
    return replace(chunk, date=year + chunk.date.removeprefix(_NO_YEAR))


__all__ = ["common_year", "lacks_year", "with_year", "year_of"]
