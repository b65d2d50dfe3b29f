"""Periods as the table of figures writes them (2023, 2023-01/2023-06): read from a question, stepped, and said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from chinese.periods import months_in_words, months_of

if TYPE_CHECKING:
    from collections.abc import Sequence

Step = Literal["year", "half", "quarter", "month", ""]
"""How long a period is; "" for a day, and for any other stretch."""

MOST_PERIODS = 30
"""Periods that a question names at most: what it names as a range of more is none that a table has."""

_PART = (
    r"(?:全年|上半年|下半年|前[一二三]个?季度|第?[一二三四1-4]季度"
    r"|\d{1,2}\s?[-—–~至到]+\s?\d{1,2}月(?:份)?|\d{1,2}月(?:份)?)"
)
_YEAR = r"(?<!\d)(?:19|20)\d{2}"
_MENTION = re.compile(
    rf"(?P<listed>{_YEAR}(?:\s?[、,，和与及]\s?(?:19|20)\d{{2}})+)(?=年|各年|[这共]?[两二三四五六七八九十](?:个?年|届))"
    rf"|(?P<upto>{_YEAR})年的?前(?P<count>[两二三四五六七八九十]|\d{{1,2}})个月"
    rf"|(?P<quarters>{_YEAR})年度?的?(?:四个季度|各个?季度|每个?季度|(?P<halves>上、?下半年|两个半年))"
    rf"|(?P<of>{_YEAR})年(?P<few>\d{{1,2}}(?:\s?[、,，和与及]\s?\d{{1,2}})+)(?:月(?:份)?|(?=[两二三四五六七八九]个月))"
    rf"|(?P<in_year>{_YEAR})年?第?(?P<some>[一二三四](?:[、,，和与及]第?[一二三四])+)季度"
    rf"|(?P<onward>{_YEAR})年(?:以来|起|至今|到现在)(?:的)?(?:这|近)?(?:(?P<long>[两二三四五六七八九十])年)?"
    rf"|(?P<months>{_YEAR})年(?P<since>\d{{1,2}})月?(?:份)?\s?[-—–~至到]+\s?(?P<to>\d{{1,2}})月(?:份)?"
    rf"|(?P<first>{_YEAR})(?:年[度底末]?)?\s?[-—–~至到]+\s?(?P<last>(?:19|20)\d{{2}})(?:年|(?=[)）]))"
    rf"|(?P<year>{_YEAR})年(?:度|[底末])?(?P<part>{_PART})?"
    r"|(?P<before>(?:上|前)一?年|去年)(?P<same>同期)?(?:度|[底末])?"
    r"|(?P<yoy>同比|同期)"
    r"|(?P<bare>上半年|下半年|第?[一二三四]季度|(?<![\d年])\d{1,2}月(?:份)?)"
)
_ENGLISH_NUMBERS = "two three four five six seven eight nine ten".split()
_ENGLISH = re.compile(
    rf"\b(?:from|between) (?P<first>{_YEAR}) (?:to|and|until|till|through) (?P<last>(?:19|20)\d{{2}})\b"
    rf"|(?P<dash>{_YEAR})\s?[-–—]\s?(?P<until>(?:19|20)\d{{2}})\b"
    rf"|(?P<part>(?:first|second) half|(?:first|second|third|fourth) quarter|q[1-4])? ?(?:of |in )?(?P<year>{_YEAR})\b"
    r"|(?P<before>the (?:previous|preceding|prior) year|the year before|a year earlier|last year)"
)
_LATEST = re.compile(r"(?:最近|近|过去|这|前)(?P<count>[两二三四五六七八九十]|\d{1,2})年(?![前后以级代龄])")
_ENGLISH_LATEST = re.compile(
    rf"\b(?:last|past|latest|(?:most )?recent|previous) (?P<count>{'|'.join(_ENGLISH_NUMBERS)}|\d{{1,2}}) years\b"
)
_NUMERALS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_PLANS = {"十二五": (2011, 2015), "十三五": (2016, 2020), "十四五": (2021, 2025)}
_PLAN = re.compile(rf"[“\"]?(?P<plan>{'|'.join(_PLANS)})[”\"]?(?:规划)?(?:期间|时期|期内)")


@dataclass(frozen=True, slots=True)
class Named:
    """The periods that a question names.

    `periods` are in its order, those of a range one by one; `is_range` says that they were named as one; `latest` how
    many of the last years are meant (近三年), 0 where that is not said. `base` is what is compared with. `spans` are
    where all this stands; `is_plan` says that a plan is named (十四五期间), not its years.
    """

    periods: tuple[str, ...] = ()
    is_range: bool = False
    latest: int = 0
    base: str = ""
    is_plan: bool = False
    spans: tuple[tuple[int, int], ...] = ()
    since: str = ""


def step_of(period: str) -> Step:
    """How long a period is: 2023 a year, 2023-01/2023-06 a half, 2023-05 a month."""
    if re.fullmatch(r"\d{4}", period):
        return "year"
    if re.fullmatch(r"\d{4}-\d{2}", period):
        return "month"
    match = re.fullmatch(r"(\d{4})-(\d{2})/(\d{4})-(\d{2})", period)
    if match is None or match[1] != match[3]:
        return ""
    months = int(match[2]), int(match[4])
    return {5: "half", 2: "quarter"}.get(months[1] - months[0], "") if months[0] % 3 == 1 else ""  # type: ignore[return-value]


def stretch(year: str, part: str) -> str:
    """The period of a year and the words for a part of it: 2023 and 上半年 -> 2023-01/2023-06."""
    found = months_of(part)
    if not found:
        return year
    first, last = found[0]
    return year if (first, last) == (1, 12) else f"{year}-{first:02}" + ("" if first == last else f"/{year}-{last:02}")


def year_before(period: str) -> str:
    """The same part of the year before."""
    return re.sub(r"\d{4}", lambda match: str(int(match.group()) - 1), period)


def gaps(periods: tuple[str, ...]) -> tuple[str, ...]:
    """The years, quarters or months that lie between the first and the last of periods of one length, and are none."""
    step = step_of(periods[0]) if periods else ""
    if step not in ("year", "half", "quarter", "month"):
        return ()
    ordinals = {_ordinal(period, step): period for period in periods}
    return tuple(_of_ordinal(number, step) for number in range(min(ordinals), max(ordinals)) if number not in ordinals)[
        :MOST_PERIODS
    ]


_PER_YEAR = {"year": 1, "half": 2, "quarter": 4, "month": 12}


def _ordinal(period: str, step: Step) -> int:
    months = 12 // _PER_YEAR[step]
    month = int(period[5:7]) if len(period) > 4 else 1
    return int(period[:4]) * _PER_YEAR[step] + (month - 1) // months


def _of_ordinal(number: int, step: Step) -> str:
    year, place = divmod(number, _PER_YEAR[step])
    months = 12 // _PER_YEAR[step]
    if step == "year":
        return f"{year:04}"
    first, last = place * months + 1, (place + 1) * months
    return f"{year:04}-{first:02}" + ("" if first == last else f"/{year:04}-{last:02}")


def quarters_of(period: str) -> tuple[str, ...]:
    """The quarters of a stretch of two or three of one year: 2024-01/2024-09; () for any other period."""
    match = re.fullmatch(r"(\d{4})-(\d{2})/\1-(\d{2})", period)
    if match is None or match[2] not in ("01", "04", "07") or int(match[3]) - int(match[2]) not in (5, 8):
        return ()
    months = range(int(match[2]), int(match[3]), 3)
    return tuple(f"{match[1]}-{month:02}/{match[1]}-{month + 2:02}" for month in months)


def in_words(period: str) -> tuple[str, str]:
    """A period in Chinese and English: 2023年上半年, the first half of the year 2023; a plan as its years."""
    match = re.fullmatch(r"(\d{4})-(\d{2})(?:/(\d{4})-(\d{2}))?", period)
    if match is not None and match[3] in (None, match[1]):
        zh, en = months_in_words((int(match[2]), int(match[4] or match[2])))
        if match[1] == UNSAID:
            return zh, en
        return f"{match[1]}年{zh}", f"{en.removesuffix(' of the year')} {'of ' if match[4] else ''}{match[1]}"
    years = re.fullmatch(r"(\d{4})(?:/(\d{4}))?", period)
    if years is None:
        return period, period
    return (f"{years[1]}年", years[1]) if years[2] is None else (f"{years[1]}—{years[2]}年", f"{years[1]}–{years[2]}")


def periods_asked(folded: str, *, english: bool) -> Named:
    """The periods that a folded question names, with its years written out (see `periods.with_full_years`)."""
    latest = (_ENGLISH_LATEST if english else _LATEST).search(folded)
    plan = _PLAN.search(folded)
    if plan is not None:
        first, last = _PLANS[plan["plan"]]
        return Named(tuple(str(year) for year in range(first, last + 1)), True, is_plan=True, spans=(plan.span(),))
    found: list[str] = []
    spans: list[tuple[int, int]] = [latest.span()] if latest is not None else []
    base, is_range, since = "", False, ""
    for match in (_ENGLISH if english else _MENTION).finditer(folded):
        if latest is not None and match.start() < latest.end() and latest.start() < match.end():
            continue
        named = _named(match, found)
        if not english and match["onward"] and not named:
            since = match["onward"]
            spans.append(match.span())
        if not named:
            continue
        spans.append(match.span())
        is_range = is_range or len(named) > 1
        if len(named) == 1 and not base and _is_base(folded, match, english):
            base = named[0]
        found += named
    if len(found) > 1 and not english:
        spans += [match.span() for match in _SO_MANY.finditer(folded)]
        latest = None
    return Named(tuple(dict.fromkeys(found)), is_range, _count(latest), base, spans=tuple(sorted(spans)), since=since)


def _count(latest: re.Match[str] | None) -> int:
    if latest is None:
        return 0
    return _number(latest["count"])


def _number(said: str) -> int:
    if said.isdigit():
        return int(said)
    return _NUMERALS[said] if said in _NUMERALS else _ENGLISH_NUMBERS.index(said) + 2


_MONTHS = 12
UNSAID = "0000"
"""The year of a month that a question names without one: 5月比4月."""
_SO_MANY = re.compile(r"(?:这|共)?[两二三四五六七八九十]个?(?:年|月|季度)(?:里|中|间|内|当中|之中)*")
"""What only counts the periods that are named: 2021年至2023年|这三年里."""


def _named(match: re.Match[str], before: list[str]) -> list[str]:
    groups = match.groupdict()
    if groups.get("listed") is not None:
        return re.findall(r"\d{4}", groups["listed"])
    if groups.get("upto") is not None:
        count = _number(groups["count"])
        return [f"{groups['upto']}-{month:02}" for month in range(1, count + 1)] if count <= _MONTHS else []
    if groups.get("few") is not None:
        return [
            f"{groups['of']}-{int(month):02}" for month in re.findall(r"\d+", groups["few"]) if int(month) <= _MONTHS
        ]
    if groups.get("some") is not None:
        return [stretch(groups["in_year"], f"{number}季度") for number in re.findall("[一二三四]", groups["some"])]
    if groups.get("long") is not None:
        since = int(groups["onward"])
        return [str(year) for year in range(since, since + _number(groups["long"]))]
    if groups.get("onward") is not None:
        return []
    if groups.get("quarters") is not None:
        parts = ("上半年", "下半年") if groups["halves"] else tuple(f"{number}季度" for number in "一二三四")
        return [stretch(groups["quarters"], part) for part in parts]
    if groups.get("months") is not None:
        months = range(int(groups["since"]), int(groups["to"]) + 1)
        return [f"{groups['months']}-{month:02}" for month in months] if months and months[-1] <= _MONTHS else []
    first, last = groups["first"] or groups.get("dash"), groups["last"] or groups.get("until")
    if first is not None and last is not None:
        years = range(int(first), int(last) + 1)
        return [str(year) for year in years] if 1 < len(years) <= MOST_PERIODS else []
    if groups["year"] is not None:
        return [stretch(groups["year"], groups["part"] or "")]
    if groups["before"] is not None or groups.get("yoy") is not None:
        return [year_before(before[0])] if before else []
    return [stretch(before[-1][:4] if before else UNSAID, groups["bare"])]


_BASE_BEFORE = re.compile(r"(?:(?<!占)比|较|相比于?|对比|than)\s*(?:in |the )?\s*$")
_BASE_AFTER = re.compile(r"\s*(?:[^,，\d]{0,6})相比")
_WITH = re.compile(r"[与和同跟]\s*$")


def _is_base(folded: str, match: re.Match[str], english: bool) -> bool:
    """Whether a period is what is compared with: 比|2022年, 与|2022年|相比, than in 2022, 同比."""
    groups, before = match.groupdict(), folded[: match.start()]
    if groups.get("yoy") is not None:
        return True
    if _BASE_BEFORE.search(before):
        return True
    return not english and bool(_WITH.search(before)) and bool(_BASE_AFTER.match(folded, match.end()))


def with_year(periods: Sequence[str], there: Sequence[str]) -> list[str]:
    """Periods, those of no year with the one year for which all of them are there."""
    if not any(period.startswith(UNSAID) for period in periods):
        return list(periods)
    years = {period[:4] for period in there}
    made = {year: [period.replace(UNSAID, year) for period in periods] for year in years}
    whole = [own for own in made.values() if len(own) == 1 or all(period in there for period in own)]
    return whole[0] if len(whole) == 1 else []


def is_within(period: str, whole: str) -> bool:
    """Whether a month or a quarter is one of a year or half-year: 2023-04/2023-06 of 2023-01/2023-06."""
    first, last = (end if len(end) > len("2023") else "" for end in (whole.split("/")[0], whole.split("/")[-1]))
    if not first:
        return period[:4] == whole[:4]
    return first <= period.split("/")[0] and period.split("/")[-1] <= last
