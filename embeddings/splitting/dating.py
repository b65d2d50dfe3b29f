"""When an article was written: its dateline, what its metadata say, the day that its first words name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.dates import FULL_DAY, find_day, iso_day
from chinese.tokens import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.splitting.labels import Sort

# Not the day of what is to come (将于8月1日), nor one of another time (去年8月1日, 自8月1日起).
_DAY = re.compile(
    r"(?<!\d)(?<![年自从])(?<![将定]于)(?<!截至)(?:(\d{4})\s?年\s?)?(\d{1,2})\s?月\s?(\d{1,2})\s?日(?!起|以来)"
)
_SENT = r"(?:讯|电|专电|消息|报道|综合报道|综合消息)"
# A name ends where the next credit begins, so that a row of credits can be read in one way only.
_CREDITS = (
    r"(?:\s?[(（\[【][^)）\]】]{1,40}[)）\]】]"
    r"|\s?(?:记者|通讯员)(?:(?!记者|通讯员)[^,，。:：\d(（\[【]){1,20}){0,4}"
)
# 本报高台2024年1月5日讯; 本报讯(记者 孟川)2024年1月5日; 1月5日电; (记者 孟川) 2024-01-05 10:00
_DATELINE = re.compile(
    rf"^[(\[【]?[^，,。;；:：\d]{{0,30}}?{_CREDITS}\s?(?:(\d{{4}})\s?年\s?)?(\d{{1,2}})\s?月\s?(\d{{1,2}})\s?日[^，,。]{{0,8}}?{_SENT}"
    rf"|^(?:本报讯|[^，,。]{{2,10}}讯){_CREDITS}\s?(?:(\d{{4}})\s?年\s?)?(\d{{1,2}})\s?月\s?(\d{{1,2}})\s?日"
)
_STAMPED = re.compile(
    rf"^[(\[【]?[^，,。;；:：\d]{{0,30}}?{_CREDITS}\s?[|/]?\s?(?P<day>{FULL_DAY})(?!的|以来|起|前|后)"
)
# 08-15 11:05, 23-08-15 11:05, 202308/15 11:05:00: what stamps a page, its century or year left out.
_CLOCKED = re.compile(r"^[(\[【]?\s?(?:(\d{4})|(\d{2})[-/])?(\d{1,2})[-/](\d{1,2})[)\]】]?\s+\d{1,2}:\d{2}(?!\d)")
_CENTURY = "20"
_BEFORE: tuple[Sort, ...] = ("written", "published")


def day_written(days: Sequence[tuple[Sort, str]], stored: str | None, lead: str) -> str | None:
    """The day of an article as ISO 8601; "--12-25" where no year is said.

    A dateline with its year rules: who wrote it dated it. Then come what the metadata give as the day of writing, of
    publication, what the file stores, and the day of a last change; at last a day that the first words name.
    """
    said = dateline(lead)
    if said is not None and not said.startswith("-"):
        return said
    found = dict(reversed(days))
    first = next((found[sort] for sort in _BEFORE if sort in found), None)
    return first or stored or found.get("updated") or said or lead_date(lead)


def dateline(lead: str) -> str | None:
    """The day of the dateline that an article opens with, None where it has none."""
    folded = fold(lead)
    match = _DATELINE.match(folded)
    if match is not None:
        return iso_day(*(match.groups()[:3] if match[2] else match.groups()[3:]))
    stamped = _STAMPED.match(folded)
    if stamped is not None and re.search(r"\d[-/.]\d", stamped["day"]):
        return find_day(stamped["day"])
    clocked = _CLOCKED.match(folded)
    if clocked is None:
        return None
    full, short, month, day = clocked.groups()
    return iso_day(full or (_CENTURY + short if short else None), month, day)


def lead_date(lead: str) -> str | None:
    """The date that the first words of an article give, ISO 8601; "--12-25" where they name no year."""
    said = dateline(lead)
    match = _DAY.search(fold(lead).split("。")[0])
    return said or (iso_day(*match.groups()) if match is not None else None)
