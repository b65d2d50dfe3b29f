"""For which time each figure of a sentence holds: the time said last before it, resolved by the article's date."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chinese.dates import iso_date
from chinese.quantities import quantities_in
from chinese.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chinese.quantities import Quantity


@dataclass(frozen=True, slots=True)
class Time:
    """A time that a text speaks of: its characters, and as ISO 8601 as far as the text and its date say.

    `is_base` is one that is only compared with (比2022年). `is_year_before` is 去年同期: a year before the other.
    `other` is the same in the year of writing, where it has its year from another time that was said before.
    """

    start: int
    end: int
    iso: str
    is_base: bool = False
    is_year_before: bool = False
    other: str = ""


_NUMERALS = {character: number for number, character in enumerate("零一二三四五六七八九十")}
_RELATIVE = {"今年": 0, "本年": 0, "本年度": 0, "去年": -1, "上年": -1, "上一年": -1, "前年": -2, "明年": 1, "后年": 2}
_HOLIDAYS = {"五一": "05", "国庆": "10", "十一": "10", "元旦": "01", "清明": "04"}
"""The months of holidays; those by the moon are of none that is known."""
_FIVE_YEARS = {"十": 2001, "十一": 2006, "十二": 2011, "十三": 2016, "十四": 2021, "十五": 2026}
_OTHER = re.compile(
    r"(?:(?P<year>今年|去年|前年|(?:19|20)\d{2}年)的?)?前(?P<months>\d{1,2}|十[一二]?|[二三四五六七八九])个?月"
    r"|(?P<from>(?:今年|去年|(?:19|20)\d{2}年)?\d{1,2})月份?[至到—–~-]+(?P<to>\d{1,2})月份?"
    r"|[“\"]?(?P<five>十[一二三四五]?)[·.]?五[”\"]?(?:期间|时期|以来|规划|末|，|,)"
    r"|(?:去年|上年)(?P<same>同期|同月|同季)"
    r"|(?P<since>(?:19|20)\d{2})年(?:\d{1,2}月)?(?:\d{1,2}日)?以来"
    r"|(?P<relative>今年|本年度?|去年|上一?年|前年|明年|后年)(?!级|龄|代)"
    r"|(?P<of>(?:19|20)\d{2}年|今年|去年)?[“\"]?(?P<holiday>五一|国庆|十一|元旦|春节|端午|中秋|清明)[”\"]?"
    r"(?:国际劳动节)?(?:假期|黄金周|小长假|假日|节?期间|长假)"
    r"|(?P<report>(?:19|20)\d{2})年?(?P<kind>一季报|半年报|中报|三季报|年报)"
    r"|(?P<whole>全年(?!龄)|年末|年底)"
    r"|(?P<month>本月|上月)"
    r"|(?P<back>当[年月日天](?!地|时|中)|同[年月日](?!比))"
    r"|(?P<now>截至目前|截止目前|目前|现有|现已|如今|当前|迄今)"
    r"|(?P<day>昨[日天]|今[日天]早?|前[日天])(?!后|线)"
)
# The time of day, which no period needs, belongs to its words: 8月1日上午10时.
_END = re.compile(
    r"(?:(?:凌晨|清晨|早上|上午|中午|下午|傍晚|晚上?|夜间)?\d{1,2}(?:时(?:\d{1,2}分)?(?:许|左右)?|点(?:\d{1,2}分)?(?:许|左右)|:\d\d))?"
)
_BACK = {"年": 4, "月": 7, "日": 10, "天": 10}
"""Words that point back at the time said last (当月), by how much of it they mean."""
_BASE_BEFORE = re.compile(
    r"(?:比|较|同比|与|和|跟|同|自|高于|低于|多于|相比|快于|好于|不及|上期|[比较][^,，。;；]{1,4}[(（])(?:于|在)?$"
)
_BASE_AFTER = re.compile(
    r"(?:[年月日]?[末底初]?)?(?:的?[^,，。;；]{0,4})?(?:相比|相较|增长|增加|减少|下降|提高|提升|上升|回落|下滑|多|少|高|低|快)"
)
_BETWEEN = re.compile(r"(?:\d{1,2}[时点](?:\d{1,2}分)?|份|年)?\s?[至到—–~-]+\s?")
_YEAR = re.compile(r"\d{4}")


def times_in(folded: str, written: str | None, before: str = "") -> tuple[Time, ...]:
    """The times that a folded text speaks of, in order.

    `written` is the article's ISO date, `before` the time said last above: a month or a day without a year is of the
    year said last, else of that in which it was written.
    """
    found: list[Time] = []
    for start, end, iso, same in sorted(_said(folded, written)):
        if found and start < found[-1].end:
            continue
        if iso in _BACK:
            last = found[-1].iso if found else before
            iso = last.rpartition("/")[2][: _BACK[iso]]
        year = next((time.iso[:4] for time in reversed(found) if _YEAR.match(time.iso) and not time.is_base), "")
        year = year or (_year_of(before) if not found else "") or _year_of(written)
        month = _month_of(found, written)
        known = _with_year(iso, year, month)
        is_settled = iso == "=" and known != _year_of(written) and _is_early(written)
        now = _with_year(iso, _year_of(written), month) if written and not is_settled else ""
        clock = _END.match(folded, end)
        end = clock.end() if clock is not None else end
        joined = found and _BETWEEN.fullmatch(folded[found[-1].end : start])
        if known and joined and "/" not in found[-1].iso + known:
            first = found[-1]
            other = f"{first.other or first.iso}/{now}" if first.other or now != known else ""
            found[-1] = replace(first, end=end, iso=f"{first.iso}/{known}", other=other)
            continue
        base = bool(_BASE_BEFORE.search(folded[max(0, start - 6) : start]))
        if folded[max(0, start - 2) : start] in ("截至", "截止"):
            known = _month_ended(known)
        found.append(Time(start, end, known, base, same, now if now and now != known else ""))
    return tuple(found)


def _is_early(written: str | None) -> bool:
    """Whether a text was written so early in a year that 全年 is the year before, if that was named above."""
    return written is not None and written[5:7] in ("01", "02", "03")


def _said(folded: str, written: str | None) -> Iterator[tuple[int, int, str, bool]]:
    """Each time: where it stands, what it says ("--07-28" where it has no year), whether it is 去年同期."""
    now = int(_year_of(written)) if _year_of(written) else None
    taken: list[tuple[int, int]] = []
    for match in _OTHER.finditer(folded):
        if match["relative"] and re.match(r"\d|[上下]半年|前?[一二三四]季度|第", folded[match.end() : match.end() + 5]):
            continue  # 今年上半年, 今年7月: dates
        iso = _other(match, written, now)
        if match["back"]:
            iso = match["back"][-1]
        if iso or match["same"] or match["now"] or match["holiday"]:
            taken.append(match.span())
            yield *match.span(), iso, bool(match["same"])
    for quantity in quantities_in(Text(folded, folded)):
        inside = any(start <= quantity.start < end for start, end in taken)
        if quantity.kind == "date" and not inside:
            iso = _date(quantity, now)
            if iso:
                yield quantity.start, quantity.end, iso, False


def _date(quantity: Quantity, now: int | None) -> str:
    words = re.sub("[初底末]$", "", quantity.text.replace(" ", ""))
    iso = iso_date(words if words.endswith(("年", "月", "日", "号", "度", "代")) else quantity.text, now) or ""
    return "" if iso.startswith("T") else iso


def _other(match: re.Match[str], written: str | None, now: int | None) -> str:
    if match["months"]:
        last = int(match["months"]) if match["months"].isdigit() else _numeral(match["months"])
        year = _resolved(match["year"], now) if match["year"] else "-"
        return f"{year}-01/{year}-{last:02d}" if year and 1 <= last <= 12 else ""
    if match["from"]:
        first = re.fullmatch(r"(\D+|\d{4}年)?(\d{1,2})", match["from"])
        year = _resolved(first[1], now) if first is not None and first[1] else "-"
        sides = (int(first[2]) if first is not None else 0, int(match["to"]))
        return f"{year}-{sides[0]:02d}/{year}-{sides[1]:02d}" if year and 1 <= sides[0] < sides[1] <= 12 else ""
    if match["five"]:
        first_year = _FIVE_YEARS.get(match["five"])
        return f"{first_year}/{first_year + 4}" if first_year is not None else ""
    if match["since"]:
        return match["since"] if match["since"] == _year_of(written) or now is None else f"{match['since']}/{now}"
    named = _named(match, now)
    if named is not None:
        return named
    if match["whole"]:
        return "="
    if match["relative"]:
        return _resolved(match["relative"], now)
    if written is None or len(written) < 7 or now is None:
        return ""  # 目前 of a text without a date: no time that is known
    if match["month"]:
        return _month_before(written) if match["month"] == "上月" else written[:7]
    if match["now"]:
        return written[:7]
    if match["day"]:
        return written if match["day"].startswith("今") else _days_before(written, 1 if match["day"][0] == "昨" else 2)
    return ""


def _month_ended(iso: str) -> str:
    """The month, of its last day: a level at the end of June is that of June."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", iso) is None:
        return iso
    year, month, day = (int(part) for part in iso.split("-"))
    if day != calendar.monthrange(year, month)[1]:
        return iso
    return iso[:4] if month == 12 else iso[:7]


def _named(match: re.Match[str], now: int | None) -> str | None:
    """A holiday, or the stretch that a company reports; None for any other time."""
    if match["holiday"]:
        year = _resolved(match["of"], now) if match["of"] else "-"
        month = _HOLIDAYS.get(match["holiday"])
        return f"{year}-{month}" if year and month else ""
    if match["report"]:
        ending = {"一季报": "03", "半年报": "06", "中报": "06", "三季报": "09"}.get(match["kind"])
        return match["report"] if ending is None else f"{match['report']}-01/{match['report']}-{ending}"
    return None


def _numeral(words: str) -> int:
    return sum(_NUMERALS[character] for character in words)


def _resolved(words: str, now: int | None) -> str:
    if words[:4].isdigit():
        return words[:4]
    return "" if now is None or words not in _RELATIVE else str(now + _RELATIVE[words])


def _month_before(written: str) -> str:
    year, month = int(written[:4]), int(written[5:7])
    return f"{year - 1}-12" if month == 1 else f"{year}-{month - 1:02d}"


def _days_before(written: str, count: int) -> str:
    if len(written) < 10:
        return ""
    day = int(written[8:10]) - count
    if day >= 1:
        return f"{written[:8]}{day:02d}"
    month = _month_before(written)
    return f"{month}-{calendar.monthrange(int(month[:4]), int(month[5:7]))[1] + day:02d}"


def _year_of(iso: str | None) -> str:
    match = _YEAR.match(iso or "")
    return match.group() if match is not None else ""


def _month_of(found: Sequence[Time], written: str | None) -> str:
    """The month of which a mere day (14日) is."""
    for time in reversed(found):
        if re.match(r"\d{4}-\d\d", time.iso):
            return time.iso[5:7]
    return written[5:7] if written and re.match(r"\d{4}-\d\d", written) else ""


def _with_year(iso: str, year: str, month: str) -> str:
    """A time with the year, and a day with the month, that it leaves out; "" where these are not known."""
    sides = []
    for side in iso.split("/"):
        if side == "=":
            side = year
        elif side.startswith("---"):
            side = f"{year}-{month}-{side[3:]}" if year and month else ""
        elif side.startswith("--"):
            side = f"{year}-{side[2:]}" if year else ""
        if not side:
            return ""
        sides.append(side)
    return "/".join(sides)
