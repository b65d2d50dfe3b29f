"""A Chinese quantity or date said in English: 420亿元 -> CNY 42.0 billion, 2023年4月9日 -> 9 April 2023.

Nothing is guessed: what is not a quantity alone, and what would have to be interpreted (数十亿元, 三期), has none.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from chinese.amounts import Bound
from chinese.dates import Day, Period, iso_clock, read_period
from chinese.english import MONTHS
from chinese.quantities import find_quantities
from chinese.tokens import fold
from chinese.units import CURRENCIES, UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chinese.quantities import Amount, Quantity

_LEAD = re.compile(
    rf"(?:共|总计|合计|达到?|高达|为|于|在|自|从)?(?:{'|'.join(sorted(CURRENCIES, key=len, reverse=True))})?\s*"
)
_TAIL = re.compile(r"(?:之?内)?[。.,;!\s]*")
_BOUNDS: dict[Bound, str] = {
    "exact": "", "about": "about ", "nearly": "nearly ", "over": "over ",
    "at least": "at least ", "under": "under ", "at most": "at most ",
}  # fmt: skip
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))
_FRACTIONS = "half third quarter fifth sixth seventh eighth ninth tenth".split()
_NUMBERS = "one two three four five six seven eight nine".split()
_DOUBLED = {2: "doubled", 4: "quadrupled", 8: "multiplied by eight"}
_STRETCHES = {(1, 3): "first quarter", (4, 6): "second quarter", (7, 9): "third quarter", (10, 12): "fourth quarter"}
_STRETCHES |= {(1, 6): "first half", (7, 12): "second half", (1, 9): "first three quarters"}
_PARTS = {"初": "beginning of", "中": "middle of", "底": "end of", "上旬": "early", "中旬": "mid-", "下旬": "late"}
_RELATIVE = {"今年": "this year", "去年": "last year", "前年": "the year before last", "明年": "next year"}
_HECTARE = 10_000


def gloss(text: str) -> str | None:
    """A text that is one Chinese quantity or date, in English, with the figures it was written with; else None.

    Words that only lead to the figure (共, 达, 人民币) and marks at the end may stand around it.
    """
    found = find_quantities(text)
    if len(found) != 1:
        return None
    quantity = found[0]
    before, after = fold(text[: quantity.start]), fold(text[quantity.end :])
    if not _LEAD.fullmatch(before) or not _TAIL.fullmatch(after) or ("内" in after and quantity.kind != "duration"):
        return None
    words = fold(quantity.text)
    if quantity.kind == "date":
        return _date(words)
    if quantity.amount is None or not _certain(quantity.amount, words):
        return None
    if quantity.kind == "ordinal":
        return _ordinal(quantity.amount)
    if quantity.kind == "share":
        return _share(words, quantity.amount)
    return _counted(quantity, words)


def _certain(amount: Amount, words: str) -> bool:
    """Whether the figure is said: not 数百, and of 十几 both ends."""
    return not (amount.value is None and re.search(r"数|几(?=[十百千万亿])|几[万亿]", words))


def _ordinal(amount: Amount) -> str | None:
    if amount.value is None or amount.value.denominator != 1:
        return None
    return _place(int(amount.value))


def _place(number: int) -> str:
    """1st, 2nd, 11th, 1,023rd."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def _bound(amount: Amount) -> str:
    """The words of a bound; of a range only those that a reader would miss."""
    return _BOUNDS[amount.bound if amount.value is not None or amount.bound in ("at least", "at most") else "exact"]


# --- figures ---


def _figures(words: str) -> int:
    """How many figures the (first) numeral was written with: 350亿 -> 3, 12.65 -> 4; 0 for a Chinese one."""
    numerals = re.findall(r"\d[\d,]*(?:\.\d+)?", words)
    return max((len(re.sub(r"\D", "", numeral)) for numeral in numerals), default=0)


def _decimal(value: Fraction, places: int = 0) -> str:
    """An exact decimal with at least so many places, thousands apart; of what has no end, two places."""
    while places < 18 and (value * 10**places).denominator != 1:
        places += 1
    if (value * 10**places).denominator != 1:
        places = 2
    scaled = round(abs(value) * 10**places)
    whole, rest = divmod(scaled, 10**places)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole:,}" + (f".{rest:0{places}d}" if places else "")


def _number(values: tuple[Fraction, ...], words: str) -> str:
    """One value, or the ends of a range under one scale: 42.0 billion, 1.0–2.0 billion, 45,530."""
    if re.search("[万亿]", words):
        for scale, name in _SCALES:
            if min(values) >= scale:
                return _joined(_scaled(value / scale, _figures(words)) for value in values) + f" {name}"
        return _joined(_decimal(value) for value in values)
    return _joined(_decimal(value, _places(words)) for value in values)


def _joined(numbers: Iterable[str]) -> str:
    """A number, or the ends of a range: 10–20, -10 to -5."""
    ends = list(numbers)
    return (" to " if any(end.startswith("-") for end in ends) else "–").join(ends)


def _scaled(value: Fraction, figures: int) -> str:
    """35 written with three figures is 35.0; more zeros than one say nothing more."""
    return _decimal(value, 1 if figures > len(str(int(value))) else 0)


def _places(words: str) -> int:
    """Decimals that all the numerals of a figure are written with: 5.0 has one."""
    return min((len(match[1] or "") for match in re.finditer(r"\d[\d,]*(?:\.(\d+))?", words)), default=0)


def _values(amount: Amount) -> tuple[Fraction, ...]:
    if amount.value is not None:
        return (amount.value,)
    return tuple(end for end in (amount.low, amount.high) if end is not None)


def _counted(quantity: Quantity, words: str) -> str | None:
    """Money, lengths, areas, times and things counted."""
    amount, unit = quantity.amount, quantity.unit
    if amount is None or not _has_english(unit) or not _has_english(amount.unit):
        return None
    values = _values(amount)
    bound = _bound(amount)
    if quantity.kind == "money":
        if not re.fullmatch("[A-Z]{3}", amount.unit):
            return None
        return f"{bound}{amount.unit} {_number(values, words)}"
    if quantity.number == words:
        return _clock_time(amount)
    written = tuple(value / UNITS[unit].factor for value in values) if unit != "万" else values
    number = _number(written, words)
    names = UNITS[unit].english
    name = names[0 if list(written) == [1] else -1]
    if not name:
        return f"{bound}{number}"
    text = f"{bound}{number} {name}"
    if unit == "亩":
        return f"{text} ({_short(values, _HECTARE)} hectares)"
    if unit == "斤":
        return f"{text} ({_joined(_decimal(value) for value in values)} kg)"
    return text


def _has_english(unit: str) -> bool:
    """Whether the figure of a unit says enough in English: not of 三期 or 30度."""
    return unit not in UNITS or bool(UNITS[unit].english)


def _short(values: tuple[Fraction, ...], unit: int) -> str:
    """In another unit, to three figures."""
    return _joined(_three_figures(value / unit) for value in values)


def _three_figures(value: Fraction) -> str:
    places = next((place for place in range(8) if abs(value) * 10**place >= 100), 8)
    return _decimal(Fraction(round(value * 10**places), 10**places))


def _clock_time(amount: Amount) -> str | None:
    """2小时40分 -> 2 h 40 min."""
    if amount.value is None or amount.bound != "exact":
        return None
    minutes, seconds = divmod(amount.value, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [
        f"{hours} h" if hours else "",
        f"{minutes} min" if minutes else "",
        f"{_decimal(seconds)} s" if seconds else "",
    ]
    return " ".join(part for part in parts if part)


# --- shares ---


def _share(words: str, amount: Amount) -> str | None:
    bound = _bound(amount)
    values = _values(amount)
    if amount.unit == "番":
        doubled = _DOUBLED.get(int(values[0]))
        return f"{bound}{doubled}" if doubled is not None else None
    if amount.unit == "个百分点":
        number = _number(values, words)
        return f"{bound}{number} percentage {'point' if number == '1' else 'points'}"
    if amount.unit == "倍":
        return f"{bound}{_number(values, words)} times"
    if "‰" in words:
        return f"{bound}{_joined(_decimal(value * 1000) for value in values)}‰"
    percent = tuple(value * 100 for value in values)
    if "/" in words or ("分之" in words and not re.search("[百千万]分之", words)):
        return f"{bound}{_fraction(values[0], words)}"
    places = _places(words) if "%" in words else 0
    return f"{bound}{_joined(_decimal(value, places) for value in percent)}%"


def _fraction(value: Fraction, words: str) -> str:
    """Words for small ones, two thirds (66.7%); of larger denominators the figures: 1/12 (8.33%)."""
    percent = f"({_three_figures(value * 100)}%)"
    if "/" in words:
        written = re.search(r"\d+/\d+", words)
        part, whole = (int(side) for side in written.group().split("/")) if written else value.as_integer_ratio()
    else:
        part, whole = value.as_integer_ratio()
    if not (1 <= part <= 9 and 2 <= whole <= 10):
        return f"{part}/{whole} {percent}"
    name = _FRACTIONS[whole - 2]
    plural = name if part == 1 else "halves" if name == "half" else name + "s"
    return f"{_NUMBERS[part - 1]} {plural} {percent}"


# --- dates ---


def _date(words: str) -> str | None:
    clock = iso_clock(words)
    if clock is not None:
        return "–".join(time[1:].removeprefix("0") for time in clock.split("/"))
    period = read_period(words)
    if period is None:
        return None
    if period.last is not None:
        return _stretch(period, words)
    return _day(period.first)


def _year(day: Day) -> str | None:
    """The year in words, "" where none is said, None where English has no word (当年)."""
    if day.relative:
        return _RELATIVE.get(day.relative)
    if day.year is None:
        return ""
    return str(day.year) if day.year > 0 else f"{1 - day.year} BC"


def _day(day: Day) -> str | None:
    year = _year(day)
    if year is None:
        return None
    if day.month is None:
        if day.day is not None:
            return f"the {_place(day.day)}"
        return f"{_PARTS[day.part]} {year}" if day.part in _PARTS and year else year or None
    of = f" of {year}" if day.relative else f" {year}" if year else ""
    month = MONTHS[day.month - 1]
    if day.part:
        lead = _PARTS.get(day.part)
        return None if lead is None else f"{lead}{'' if lead.endswith('-') else ' '}{month}{of}"
    return f"{day.day} {month}{of}" if day.day is not None else f"{month}{of}"


def _stretch(period: Period, words: str) -> str | None:
    first, last = period.first, period.last
    if last is None:
        return None
    if period.kind == "decade":
        return f"{first.year}s"
    year = _year(first)
    if year is None or _year(last) is None:
        return None
    same_year = (first.year, first.relative) == (last.year, last.relative)
    if not same_year or first.month is None or last.month is None:
        ends = (_day(first), _day(last))
        short = first.month is None and first.day is None
        return None if None in ends else f"{ends[0]}{'–' if short else ' – '}{ends[1]}"
    of = f" of {year}" if first.relative else f" {year}" if year else ""
    named = _STRETCHES.get((first.month, last.month)) if first.day is None and re.search("季度|半年", words) else None
    if named is not None:
        return f"{named} of {year or 'the year'}"
    if first.day is None:
        return f"{MONTHS[first.month - 1]}–{MONTHS[last.month - 1]}{of}"
    if first.month == last.month:
        return f"{first.day}–{last.day} {MONTHS[first.month - 1]}{of}"
    return f"{first.day} {MONTHS[first.month - 1]} – {last.day} {MONTHS[last.month - 1]}{of}"
