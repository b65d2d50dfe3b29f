"""Which years and months a text speaks of: 2023年, 二〇二三年, 去年, 上半年, in 2023.

Relative years are resolved against the date that an article was written; without one they say nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chinese.english import MONTHS, MONTHS_FOLDED
from chinese.numerals import read_number

Months = tuple[int, int]
"""A stretch of a year: its first and its last month, from 1."""

_DIGITS = {character: str(place) for place, character in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}
_HAN_YEAR = r"[一二][〇零○一二三四五六七八九]{3}"
_BASE = re.compile(
    r"(?:比|较|同比|相比|相较|对比|不及|超过|than|from|over|against)(?:于|in)?\s*(?:the same period of)?\s*$"
)
_WRITTEN = re.compile(
    rf"(?<![\d.])(?P<year>(?:19|20)\d{{2}}|1[0-8]\d{{2}})(?=\s*(?:财|学|年)?年(?!代|级|龄)|\s?(?:赛季|奥运会|世界杯"
    rf"|世博会))"
    r"|(?<![\d.])(?P<range>(?:19|20)\d{2})(?=\s?[-—–~至到]+\s?(?:19|20)\d{2}\s*年)"
    r"|(?<![\d.])(?P<dated>(?:19|20)\d{2})(?=[-/]\d{1,2}(?:[-/]\d{1,2})?(?![\d%./-])|\.\d{1,2}\.\d{1,2}(?![\d%.]))"
    r"|\b(?:in|since|by|for|of|during|from|until|to|and|than|year|early|late|mid) (?P<english>(?:19"
    r"|20)\d{2})\b(?![.,]\d)"
    rf"|(?P<han>{_HAN_YEAR})(?=年(?!代))"
    r"|民国(?P<republic>\d{1,3})年"
    r"|(?P<relative>今年|本年度?(?!代)|去年|上一?年(?!级|龄)|前年|明年|后年|来年|次年|翌年|当年|同年|年内(?=[^蒙]))"
)
_OFFSETS = {"今年": 0, "本年": 0, "本年度": 0, "年内": 0, "去年": -1, "上年": -1, "上一年": -1, "前年": -2}
_OFFSETS |= {"明年": 1, "来年": 1, "后年": 2}
_REPUBLIC = 1911
_SHORT_YEAR = re.compile(
    r"(?<![a-z\d.年了用近约经历超逾达满共长这头前后已过为即第治正和成绪熙隆庆统德靖化顺丰武宣])(?P<year>[0-3]\d"
    r"|9\d)年(?!来|间|多|历史|以|的?历史|后|前|内|级|代|期|里|中|不|没|之|\d*个?月以)"
    r"(?=\D)"
)


@dataclass(frozen=True, slots=True)
class YearMention:
    """A year that a text speaks of: where it stands there, and whether it is only compared with (比2022年)."""

    start: int
    end: int
    year: str
    base: bool = False


def year_mentions(text: str, written: str | None) -> tuple[YearMention, ...]:
    """The years of a folded text in order. `written` is the article's ISO date; one without a year resolves nothing.

    今年, 去年, 前年, 明年 count from that date; 次年 and 翌年 from the year named before, 当年 and 同年 are
    that year. A bare figure (智慧乡村2025) is no year.
    """
    now = _year_of(written)
    found: list[YearMention] = []
    for match in _WRITTEN.finditer(text):
        before = next((item.year for item in reversed(found) if not item.base), None)
        year = _resolved(match, int(before) if before else None, now)
        if year is not None:
            start, end = match.span(match.lastgroup or 0)
            found.append(YearMention(start, end, str(year), bool(_BASE.search(text[max(0, start - 24) : start]))))
    return tuple(found)


def years_in(folded: str, written: str | None) -> frozenset[str]:
    """The years that a folded text speaks of, those it compares with among them; `written` as in `year_mentions`."""
    return frozenset(mention.year for mention in year_mentions(folded, written))


def relative_years(folded: str) -> tuple[str, ...]:
    """The years that a text names by its own time only: 今年, 去年."""
    return tuple(dict.fromkeys(m["relative"] for m in _WRITTEN.finditer(folded) if m["relative"] in _OFFSETS))


def counted_from(folded: str, written: str | None) -> str:
    """The year from which a text that says 去年 or 今年 counts; "" for one that says neither, or has no date.

    The same words are two statements where they were written in two years.
    """
    year = _year_of(written)
    return str(year) if year is not None and "年" in folded and relative_years(folded) else ""


def short_years(folded: str) -> tuple[str, ...]:
    """Years of two figures in a question: 23年引进了 -> 2023; not 23年来, 用了23年."""
    found = []
    for match in _SHORT_YEAR.finditer(folded + " "):
        found.append(("19" if match["year"][0] == "9" else "20") + match["year"])
    return tuple(dict.fromkeys(found))


def with_full_years(folded: str) -> str:
    """A question with its years written out: 23年 and 二〇二三年 -> 2023年."""
    if not year_mentions(folded, None):
        folded = _SHORT_YEAR.sub(lambda m: ("19" if m["year"][0] == "9" else "20") + m.group(), folded + " ")[:-1]
    return re.sub(rf"{_HAN_YEAR}(?=年(?!代))", lambda m: "".join(_DIGITS[character] for character in m.group()), folded)


def _year_of(written: str | None) -> int | None:
    match = re.match(r"\d{4}", written or "")
    return int(match.group()) if match is not None else None


def _resolved(match: re.Match[str], before: int | None, now: int | None) -> int | None:
    if match["han"]:
        return int("".join(_DIGITS[character] for character in match["han"]))
    if match["republic"]:
        return _REPUBLIC + int(match["republic"])
    word = match["relative"]
    if not word:
        return int(match[match.lastgroup or 0])
    if word in ("次年", "翌年"):
        return None if before is None else before + 1
    if word in ("当年", "同年"):
        return before if before is not None else now
    return None if now is None else now + _OFFSETS[word]


_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4, "首": 1}
_NAMES = "|".join(MONTHS_FOLDED)
_ENGLISH_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_STRETCH = re.compile(
    r"前(?P<first>[一二三123])个?季度|第?(?P<quarter>[一二三四首1234])季度"
    r"|(?P<half>[上下])半年|(?<!\d)(?P<from>\d{1,2})月?(?:份)?\s?[-—–~至到]+\s?(?P<to>\d{1,2})月"
    r"|前(?P<months>\d{1,2}|[一二三四五六七八九十]{1,2})个?月|(?<!\d)(?P<month>\d{1,2})月"
    r"|(?<![几个数一二三四五六七八九十\d])(?P<han>十[一二]?|[一二三四五六七八九])月(?![饼亮经光子球色])"
    r"|\b(?P<en_quarter>first|second|third|fourth) quarter|\bq(?P<q>[1-4])\b|\b(?P<en_half>first|second) half\b"
    rf"|\b(?:in|since|by|of|during|on) (?P<en_month>{_NAMES})\b"
)


def months_of(folded: str) -> tuple[Months, ...]:
    """The parts of a year that a text speaks of, in order: 上半年 -> (1, 6), 前三季度 -> (1, 9), 5月 -> (5, 5)."""
    found = (_stretch(match) for match in _STRETCH.finditer(folded))
    return tuple(dict.fromkeys(stretch for stretch in found if 1 <= stretch[0] <= stretch[1] <= 12))


def _stretch(match: re.Match[str]) -> Months:
    if match["first"]:
        return 1, 3 * _QUARTERS[match["first"]]
    if match["quarter"]:
        return _quarter(_QUARTERS[match["quarter"]])
    if match["en_quarter"] or match["q"]:
        return _quarter(_ENGLISH_QUARTERS[match["en_quarter"] or match["q"]])
    if match["half"] or match["en_half"]:
        return (1, 6) if (match["half"] or match["en_half"]) in ("上", "first") else (7, 12)
    if match["from"]:
        return int(match["from"]), int(match["to"])
    if match["months"]:
        months = match["months"]
        return 1, int(months) if months.isdigit() else _small_numeral(months)
    if match["han"]:
        month = _small_numeral(match["han"])
    else:
        month = int(match["month"]) if match["month"] else MONTHS_FOLDED.index(match["en_month"]) + 1
    return month, month


def _quarter(number: int) -> Months:
    return 3 * number - 2, 3 * number


def _small_numeral(text: str) -> int:
    """A Chinese numeral of a month; 0 for what is none (十十)."""
    number = read_number(text)
    return int(number.low) if number is not None and number.bound == "exact" else 0


_DAY = re.compile(
    r"(?<![\d.])(?:19|20)\d\d[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})(?!\d)"
    r"|(?<!\d)(?P<m2>\d{1,2}) ?月 ?(?P<d2>\d{1,2})(?= ?(?:[日号]|[-—–~至到、和及] ?(?:\d{1,2} ?月 ?)?\d{1,2} ?[日号]))"
    r"|(?P<m3>[一二三四五六七八九十]{1,2})月(?P<d3>[一二三四五六七八九十]{1,3})[日号]"
    r"|(?<![\d.])(?P<d4>\d{1,2}) ?[日号](?![线楼院馆机文])"
    r"|(?<!\d)(?P<m5>\d{1,2}) ?月(?!\d)"
)


def days_said(folded: str, written: str | None = None) -> frozenset[tuple[int, int]]:
    """The days that a text names, as (month, day): 8月1日, 2023年08月01日, 八月一日, and the second of 8月1日至3日.

    A day alone (10日) is of the month named last, and may be of the one in which the text was written.
    """
    now = int(written[5:7]) if written is not None and re.match(r"\d{4}-\d\d", written) else 0
    found: set[tuple[int, int]] = set()
    last = now
    for match in _DAY.finditer(folded):
        month = _number(match["m1"] or match["m2"] or match["m3"] or match["m5"])
        day = _number(match["d1"] or match["d2"] or match["d3"] or match["d4"])
        last = month or last
        found.update((of, day) for of in ({month} if month else {last, now}) if of and day)
    return frozenset(found)


def _number(text: str | None) -> int:
    return 0 if text is None else int(text) if text.isdigit() else _small_numeral(text)


def months_in_words(months: Months) -> tuple[str, str]:
    """A part of a year in Chinese and English: (1, 6) -> 上半年, the first half."""
    named = {
        (1, 6): ("上半年", "the first half of the year"),
        (7, 12): ("下半年", "the second half of the year"),
        (1, 9): ("前三季度", "the first three quarters"),
        (1, 3): ("一季度", "the first quarter"),
        (4, 6): ("二季度", "the second quarter"),
        (7, 9): ("三季度", "the third quarter"),
        (10, 12): ("四季度", "the fourth quarter"),
    }
    if months in named:
        return named[months]
    first, last = (MONTHS[month - 1] for month in months)
    if months[0] == months[1]:
        return f"{months[0]}月", first
    return f"{months[0]}至{months[1]}月", f"{first} to {last}"
