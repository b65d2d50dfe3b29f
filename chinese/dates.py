"""What the words of a date say: 2023年4月9日, 去年8月, 6月3日至21日, 二季度, 年底, as ISO 8601 as far as it is said."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from functools import partial

from chinese.english import MONTHS_FOLDED
from chinese.numerals import HAN, read_number

RELATIVE = {"今年": 0, "去年": -1, "前年": -2, "明年": 1, "后年": 2}
"""Years counted from the one in which a text was written. 当年, 同年, 次年 count from a year named before."""

_MONTH_NAMES = "|".join(f"{month}|{month[:3]}\\.?" for month in MONTHS_FOLDED)
_HAN_DAY = r"[一二][〇零○一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
_ERA_DAY = r"(?:中华)?民国\s?\d{1,3}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日"
_ENGLISH_DAY = rf"\b\d{{1,2}} (?:{_MONTH_NAMES}),? \d{{4}}|\b(?:{_MONTH_NAMES}) \d{{1,2}},? \d{{4}}"
FULL_DAY = (
    rf"(?<!\d)\d{{4}}\s*(?:年|[-/.])\s*\d{{1,2}}\s*(?:月|[-/.])\s*\d{{1,2}}(?!\d)\s*日?"
    rf"|{_HAN_DAY}|{_ERA_DAY}|{_ENGLISH_DAY}"
)
"""A day with its year in a folded text, as a pattern without groups."""
CLOCK_TIME = r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)"
_HAN_DIGITS = {character: str(place) for place, character in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}
_REPUBLIC = 1911
_YEARS = range(-9999, 2200)
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_TENTHS = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31)}
_TO = re.compile(r"[至到~〜—–-]+")
_FULL = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_DECADE = re.compile(r"(?:(?P<century>\d{2}|上)世纪)?(?P<decade>\d{2}|\d{4})年代")
_CLOCK = re.compile(
    r"(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚|早)?(?P<hour>\d{1,2})[:时点](?:(?P<minute>\d{1,2})(?::(?P<second>\d{2})|分)?|(?P<half>半)|整)?"
)
_AFTERNOON = frozenset(("下午", "傍晚", "晚上", "晚"))
_HAN_MONTH_OR_DAY = re.compile(r"(?<=[年月])([一二三四五六七八九十]{1,3})([月日])")
_HAN_HOUR = re.compile(r"([一二两三四五六七八九十]{1,3})([时点分])")
_SIDE = re.compile(
    rf"(?:(?P<year>\d{{4}})(?:年|(?!\d))|(?P<han>[一二][零〇○一二三四五六七八九]{{3}})年|(?P<era>民国|公元前|西元前|公元|西元)(?P<count>\d{{1,4}})年"
    rf"|(?P<relative>{'|'.join(RELATIVE)}|当年|同年|次年))?"
    r"(?:(?P<month>\d{1,2})月)?(?:(?P<day>\d{1,2})[日号]|(?P<bare>\d{1,2}))?"
    r"(?P<part>年?(?:初|底|末|中|内)|[上中下]旬|第?[一二三四]季度|前[1-4一二三四]季度|[上下]半年)?"
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day, month or year as it is said; None for what is not. The year 0 is 1 BC, -1 is 2 BC, as in ISO 8601.

    `relative` is a year without a figure (去年), `part` a part of the year or month without one ("初", "底", "上旬").
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    relative: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """A day, month or year, or a stretch from one to another, both included. `kind` "decade" is 1990年代."""

    first: Day
    last: Day | None = None
    kind: str = ""


def iso_day(year: str | None, month: str, day: str) -> str | None:
    """A day as ISO 8601, "--12-25" where no year is said; None for one that no calendar has (2月30日)."""
    said = Day(None if year is None else int(year), int(month), int(day))
    return _iso(said, None, start=True) if said.year != 0 and _exists(said) else None


def find_day(folded: str) -> str | None:
    """The first full day of a folded text as ISO 8601: 2024年1月5日, 2024-01-05, 二〇二四年一月五日, 5 January 2024."""
    days = (_read_day(match.group()) for match in _DAY.finditer(folded))
    return next((day for day in days if day is not None), None)


_DAY = re.compile(FULL_DAY)


def _read_day(words: str) -> str | None:
    month = re.search(r"[a-z]{3}", words)
    if month is not None:
        place = next(number for number, name in enumerate(MONTHS_FOLDED, 1) if name.startswith(month.group()))
        first, second = re.findall(r"\d+", words)
        return iso_day(second, str(place), first)
    if words[0] in _HAN_DIGITS:
        year, rest = words.split("年")
        numbers = [read_number(part) for part in re.findall(r"[^月日]+", rest)]
        if len(numbers) != 2 or any(number is None for number in numbers):
            return None
        month_number, day = (str(int(number.low)) for number in numbers if number is not None)
        return iso_day("".join(_HAN_DIGITS[character] for character in year), month_number, day)
    year, month_figure, day = re.findall(r"\d+", words)
    return iso_day(str(int(year) + _REPUBLIC) if "民国" in words else year, month_figure, day)


def read_period(words: str) -> Period | None:
    """What folded words of a date say; None for a time of day, and for what no calendar has (13月, 2月30日)."""
    plain = words.replace(" ", "")
    full = _FULL.fullmatch(plain)
    if full is not None:
        return _checked(Period(Day(int(full[1]), int(full[3]), int(full[4]))))
    decade = _DECADE.fullmatch(plain)
    if decade is not None:
        return _decade(decade["century"], decade["decade"])
    sides = _TO.split(_with_eras(_HAN_MONTH_OR_DAY.sub(_in_figures, plain)))
    if len(sides) == 1:
        match = _SIDE.fullmatch(sides[0])
        return None if match is None or match["bare"] else _checked(_single(match))
    return _checked(_stretch(*sides)) if len(sides) == 2 else None


def _in_figures(match: re.Match[str]) -> str:
    """八月十六日 -> 8月16日, 九点 -> 9点."""
    number = read_number(match[1])
    return f"{number.low}{match[2]}" if number is not None and number.bound == "exact" else match.group()


def _with_eras(plain: str) -> str:
    """Years of an era, written in figures, each with its era: 民国十八年至二十六年 -> 民国18年至民国26年."""
    era = re.match("民国|公元前|西元前|公元|西元", plain)
    if era is None:
        return plain
    if era.group().endswith("前"):
        return plain.replace("西元前", "公元前")
    return re.sub(rf"(?<![\d月])({era.group()})?(\d{{1,4}}|[{HAN}]{{1,4}})年", partial(_era_year, era.group()), plain)


def _era_year(era: str, match: re.Match[str]) -> str:
    number = read_number(match[2])
    return f"{era}{number.low}年" if number is not None and number.bound == "exact" else match.group()


def iso_date(words: str, written: int | None = None) -> str | None:
    """Folded words of a date as ISO 8601, as far as it is said; None where that is nothing certain.

    "2023-02-08", "2023", "--02-08" (no year), "---08" (a day alone), "2023-01/2023-11" (a stretch), "T07:30".
    年初 and 年底 are the first and the last month, 上旬 ten days. 去年 needs `written`, the year in which the text was
    written.
    """
    clock = iso_clock(words)
    if clock is not None:
        return clock
    period = read_period(words)
    if period is None:
        return None
    first = _iso(period.first, written, start=True)
    last = _iso(period.last or period.first, written, start=False)
    if first is None or last is None:
        return None
    return first if first == last else f"{first}/{last}"


def iso_clock(words: str) -> str | None:
    """A time of day, or a stretch of one, as ISO 8601: 下午3时30分 -> T15:30; None for anything else."""
    times = []
    for side in re.split(r"[至到~〜—–-]+", words.replace(" ", "")):
        match = _CLOCK.fullmatch(_HAN_HOUR.sub(_in_figures, side))
        if match is None:
            return None
        hour, minute = int(match["hour"]), 30 if match["half"] else int(match["minute"] or 0)
        hour += 12 if match["part"] in _AFTERNOON and hour < 12 else 0
        if hour > 24 or minute > 59:
            return None
        times.append(f"T{hour:02d}:{minute:02d}" + (f":{match['second']}" if match["second"] else ""))
    return "/".join(times) if len(times) <= 2 else None


def _year(day: Day, written: int | None) -> int | None:
    if day.relative:
        return None if written is None or day.relative not in RELATIVE else written + RELATIVE[day.relative]
    return day.year


def _iso(day: Day, written: int | None, *, start: bool) -> str | None:
    """One end of a stretch; of a 旬 its first or last day."""
    year = _year(day, written)
    if day.relative and year is None:
        return None
    month, date = day.month, day.day
    if month is None and day.part in ("初", "底"):
        month = 1 if day.part == "初" else 12
    if month is not None and day.part in _TENTHS:
        date = _TENTHS[day.part][0 if start else 1]
        if date > _last_day(year, month):
            if year is None and month == 2:
                return None  # the last day of February is not said
            date = _last_day(year, month)
    text = f"{'-' if year < 0 else ''}{abs(year):04d}" if year is not None else "-" if month is not None else "--"
    text += f"-{month:02d}" if month is not None else ""
    return text + (f"-{date:02d}" if date is not None else "")


def _last_day(year: int | None, month: int) -> int:
    return calendar.monthrange(2024 if year is None else year, month)[1]


def _single(match: re.Match[str]) -> Period | None:
    day = _side(match)
    quarter = re.fullmatch(r"(前|第?)(\w)季度", day.part)
    if quarter is not None:
        number = _QUARTERS[quarter[2]]
        return _months(day, 1 if quarter[1] == "前" else 3 * number - 2, 3 * number)
    if day.part.endswith("半年"):
        return _months(day, 1, 6) if day.part[0] == "上" else _months(day, 7, 12)
    return Period(day)


def _months(day: Day, first: int, last: int) -> Period:
    return Period(replace(day, month=first, part=""), replace(day, month=last, part=""))


def _side(match: re.Match[str]) -> Day:
    """A date, or one end of a stretch, without what it leaves to the other end."""
    year = int(match["year"]) if match["year"] else None
    if match["han"]:
        year = int("".join(_HAN_DIGITS[character] for character in match["han"]))
    if match["era"]:
        count = int(match["count"])
        year = 1 - count if match["era"].endswith("前") else count + (_REPUBLIC if match["era"] == "民国" else 0)
    part = re.sub("^年", "", match["part"] or "").replace("末", "底").replace("内", "")
    return Day(
        year,
        int(match["month"]) if match["month"] else None,
        int(match["day"]) if match["day"] else None,
        match["relative"] or "",
        part,
    )


def _stretch(before: str, after: str) -> Period | None:
    """Two ends; what one leaves out the other says: 2023年1—11月, 10月8日至25日, 2022—2024年."""
    left, right = _SIDE.fullmatch(before), _SIDE.fullmatch(after)
    if left is None or right is None or right["bare"]:
        return None
    first, last = _side(left), _side(right)
    if first.part or last.part:
        return None
    if first.year is not None and first.year <= 0 and last.year is not None and not right["era"]:
        return None  # 公元前206年至220年: before or after?
    if left["bare"]:
        number = int(left["bare"])
        first = replace(first, day=number) if last.day is not None else replace(first, month=number)
        if last.day is not None and first.month is None:  # 3-5日; 6-8月3日 is no stretch
            return None if last.month is not None else Period(first, last)
    if last.month is None and last.day is not None:
        last = replace(last, month=first.month)
    if last.year is None and not last.relative:
        last = replace(last, year=first.year, relative=first.relative)
    return Period(first, last)


def _checked(period: Period | None) -> Period | None:
    """The period, if a calendar has it and its ends are in order."""
    if period is None or not all(_exists(day) for day in (period.first, period.last or period.first)):
        return None
    if period.last is not None:
        first, last = period.first, period.last
        if (first.month is None) != (last.month is None) or (first.day is None) != (last.day is None):
            return None
        same_year = (first.year, first.relative) == (last.year, last.relative)
        ends = [(day.year or 0, day.month or 0, day.day or 0) for day in (first, last)]
        if (same_year or (first.year and last.year)) and ends[0] > ends[1]:
            return None
    return period


def _exists(day: Day) -> bool:
    if day == Day() or (day.year is not None and day.year not in _YEARS):
        return False
    if day.day is not None and not 1 <= day.day <= 31:
        return False
    if day.month is None:
        return not (day.part.endswith("旬") or (day.day is not None and (day.year is not None or bool(day.relative))))
    return 1 <= day.month <= 12 and (day.day is None or day.day <= _last_day(day.year, day.month))


def _decade(century: str | None, decade: str) -> Period | None:
    """20世纪90年代 and 1990年代; 90年代 and 上世纪90年代 leave their century to the reader."""
    if century == "上" or (century is None and len(decade) == 2) or (century is not None and len(decade) != 2):
        return None
    year = int(decade) if century is None else 100 * (int(century) - 1) + int(decade)
    return Period(Day(year), Day(year + 9), "decade") if year % 10 == 0 and year in _YEARS else None
