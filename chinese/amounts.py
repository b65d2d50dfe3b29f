"""What the words of a quantity say: an exact value or a range in a base unit, and how it is bounded."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from chinese.numerals import HAN, read_number
from chinese.units import ANY_UNIT, CURRENCIES, UNITS, Kind

Bound = Literal["exact", "about", "nearly", "over", "at least", "under", "at most"]


@dataclass(frozen=True, slots=True)
class Amount:
    """A value, exact to the last figure, in a base unit.

    `value` is the figure that is said, None where it is a range or no figure (10亿至20亿, 十几, 数百). `low` and
    `high` are the least and the most that the true value may be, both included, None where that is open: both
    `value` where `bound` is "exact", both None where it is "about" or "nearly" with a value.

    `unit` of money is its currency (ISO 4217, else its name); of lengths 米, areas 平方米, weights 千克; of time 秒
    (hours too), 天 (weeks too), 个月 (years too) or 工作日; of a share "" (1/2 is 0.5), "个百分点" or "番" (by how much
    it has multiplied: 翻两番 is 4); of multiples 倍; of an ordinal what is counted (第6家: 家, value 6); else the
    classifier as written, 名 and 位 being 人.
    """

    value: Fraction | None
    low: Fraction | None
    high: Fraction | None
    unit: str
    bound: Bound = "exact"


_BEFORE: dict[str, Bound] = {
    "不超过": "at most", "不高于": "at most", "不多于": "at most", "最多": "at most",
    "不少于": "at least", "不低于": "at least", "至少": "at least",
    "超过": "over", "超出": "over", "突破": "over", "超": "over", "逾": "over", "高于": "over", "多于": "over",
    "低于": "under", "少于": "under", "不到": "under", "不足": "under",
    "接近": "nearly", "将近": "nearly", "近": "nearly", "大约": "about", "约": "about",
}  # fmt: skip
_AFTER: dict[str, Bound] = {
    "以上": "at least", "以下": "at most", "以内": "at most", "内": "at most", "左右": "about", "上下": "about",
}  # fmt: skip
_BEFORE |= {f"不{may}{word[1:]}": bound for may in "得能应可" for word, bound in _BEFORE.items() if word[0] == "不"} | {
    f"不{may}超出": "at most" for may in ("", *"得能应可")
}
_LEAD = re.compile("|".join(sorted(_BEFORE, key=lambda word: (-len(word), word))))
_TRAIL = re.compile(f"({'|'.join(_AFTER)})$")
_LOWER: frozenset[Bound] = frozenset(("over", "at least"))
_UPPER: frozenset[Bound] = frozenset(("under", "at most"))
_TO = re.compile(r"(?<=[^至到~〜—–-])[至到~〜—–-](?!$)")
_ONE = Fraction(1)

_FRACTION = re.compile(rf"(?P<whole>[{HAN}万]+)分之(?P<part>[{HAN}点\d.]+)")
_SLASH = re.compile(r"(\d+)/(\d+)")
_TENTHS = re.compile(rf"(?P<tenths>\d(?:\.\d)?|[{HAN}]{{1,2}})成(?P<more>[{HAN}半])?")
_DOUBLING = re.compile(rf"翻了?(?P<times>[{HAN}]?)番")
_PERCENT = re.compile(r"(?P<number>.+?)(?P<unit>%|‰|个百分点|倍多?)")
_ORDINAL = re.compile(rf"第(?P<number>.+?)(?P<unit>{ANY_UNIT})?")
_TIME = re.compile(r"(?:(\d+(?:\.\d+)?)个?小时)?(?:(\d+(?:\.\d+)?)分钟?)?(?:(\d+)秒(\d*))?(半)?")
_POWER = re.compile(r"(.+?) ?[×x*] ?10\^? ?([-−⁻]?(?:\d{1,2}|[⁰¹²³⁴-⁹]{1,2}))")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
_SMALL_MONEY = re.compile(rf"(?:([\d{HAN}])角)?(?:([\d{HAN}])分)?")


def read_amount(kind: Kind, words: str, number: str, unit: str, currency: str = "") -> Amount | None:
    """What a quantity's folded `words` say; `number` and `unit` as in `Quantity`.

    `currency` is a word before it that says which 元 it is (新台币186亿元). None for dates, and for what has no certain
    value (三四五个, 1/0).
    """
    core, bound = _bounded(words.strip())
    if kind == "date":
        return None
    if kind == "share":
        found = _share(core.replace(" ", "").replace(",", ""))
    elif kind == "ordinal":
        found = _ordinal(core.replace(" ", ""))
    elif number == words:
        found = _time(core)
    else:
        found = _counted(core, number, unit, currency)
    return None if found is None else _combine(found, bound)


def _bounded(words: str) -> tuple[str, Bound]:
    """The words without those of a bound, and that bound: 超20亿元以上 is over; 约10家以上 is about."""
    bounds: list[Bound] = []
    lead = _LEAD.match(words)
    if lead is not None:
        bounds.append(_BEFORE[lead.group()])
        words = words[lead.end() :].strip()
    trail = _TRAIL.search(words)
    if trail is not None:
        bounds.append(_AFTER[trail.group()])
        words = words[: trail.start()].strip()
    if len(bounds) == 2 and bounds[0] != bounds[1]:
        same = set(bounds) <= _LOWER or set(bounds) <= _UPPER
        return words, bounds[0] if same else "about"
    return words, bounds[0] if bounds else "exact"


def _combine(found: Amount, bound: Bound) -> Amount:
    """The amount under a bound said beside it: 近|1000余 is about, 超|10亿至20亿 more than its lower end."""
    if bound == "exact":
        return found
    if found.value is None:
        if bound in _LOWER:
            return replace(found, high=None, bound=bound)
        return replace(found, low=None, bound=bound) if bound in _UPPER else replace(found, bound=bound)
    if found.bound in _LOWER and bound in _LOWER:
        return replace(found, bound=bound, high=None)
    if found.bound != "exact" and bound in (_LOWER | _UPPER) and found.bound in (_LOWER | _UPPER):
        bound = "about"
    low = found.value if bound in _LOWER else None
    high = found.value if bound in _UPPER else None
    return Amount(found.value, low, high, found.unit, bound)


def _amount(text: str, factor: Fraction, unit: str) -> Amount | None:
    """A numeral of so many base units; 2.3×10⁸ by its power."""
    power = _POWER.fullmatch(text)
    if power is not None:
        text, factor = power[1], factor * Fraction(10) ** int(power[2].translate(_RAISED))
    number = read_number(text)
    if number is None:
        return None
    low, high = number.low * factor, number.high * factor
    if low != high and number.bound == "about":
        return Amount(None, low, high, unit, "about")
    if number.bound == "about":
        return Amount(low, None, None, unit, "about")
    return Amount(low, low, high, unit, number.bound)


def _range(left: str, right: str, factor: Fraction, unit: str, *, shared: bool = True) -> Amount | None:
    """Two ends; the scale of the second counts for both where the first has neither scale nor unit (10至20亿)."""
    scale = re.search(r"[十百千万亿]+$", right)
    last = _amount(right, factor, unit)
    first = _amount(left, factor, unit)
    if shared and scale is not None and left[-1:].isdigit():
        scaled = _amount(left + scale.group(), factor, unit)
        if scaled is not None and last is not None and _end(scaled, 0) <= _end(last, 1):
            first = scaled
    if first is None or last is None:
        return None
    low, high = _end(first, 0), _end(last, 1)
    if high < low < 0:  # 零下5℃至零下10℃
        low, high = high, low
    return Amount(None, low, high, unit) if low < high else None


def _end(amount: Amount, side: int) -> Fraction:
    end = (amount.low, amount.high)[side]
    return end if end is not None else amount.value or Fraction(0)


def _counted(core: str, number: str, unit: str, currency: str) -> Amount | None:
    """A figure with a unit: 10亿元至20亿元, 5元8角, 3年半, 1米75."""
    factor = UNITS[unit].factor
    base = CURRENCIES.get(currency, "CNY") if unit in ("元", "块钱") else UNITS[unit].base
    rest = core[core.find(number) + len(number) :].strip().removeprefix(unit)
    sides = _TO.split(number)
    if len(sides) == 1:
        return _with_rest(_amount(number, factor, base), rest, unit)
    if len(sides) != 2 or rest:
        return None
    left = sides[0].strip()
    named = left.endswith(unit)
    left = left.removesuffix(unit).strip()
    return _range(left, sides[1].strip(), factor, base, shared=not named)


def _with_rest(found: Amount | None, rest: str, unit: str) -> Amount | None:
    """What stands after the unit and belongs to the figure."""
    if unit in ("个半月", "个半小时"):
        rest, unit = "半", unit.replace("半", "")
    elif unit in ("个多月", "个多小时"):
        rest, unit = "多", unit.replace("多", "")
    if found is None or not rest or found.value is None:
        return None if rest and found is not None else found
    one = UNITS[unit].factor
    if rest == "半":
        return _plus(found, one / 2)
    if rest in ("多", "余"):
        return Amount(found.value, found.value, found.value + one, found.unit, "over")
    if rest.isdigit():  # 1米75, 33秒62
        return _plus(found, Fraction(int(rest), 10 ** len(rest)) * one)
    money = _SMALL_MONEY.fullmatch(rest)
    if money is None:
        return None
    added = Fraction(0)
    for text, share in zip(money.groups(), (Fraction(1, 10), Fraction(1, 100)), strict=True):
        part = read_number(text) if text else None
        added += part.low * share if part is not None else 0
    return _plus(found, added)


def _plus(found: Amount, more: Fraction) -> Amount | None:
    if found.bound != "exact" or found.value is None:
        return None
    value = found.value + more
    return Amount(value, value, value, found.unit)


def _time(core: str) -> Amount | None:
    """2小时40分, 4小时半, 3分33秒62."""
    match = _TIME.fullmatch(core.replace(" ", "").replace(",", ""))
    if match is None:
        return None
    hours, minutes, seconds, hundredths, half = match.groups()
    value = Fraction(hours or 0) * 3600 + Fraction(minutes or 0) * 60 + Fraction(seconds or 0)
    value += Fraction(int(hundredths), 10 ** len(hundredths)) if hundredths else 0
    value += 1800 if half else 0
    return Amount(value, value, value, "秒")


def _ordinal(core: str) -> Amount | None:
    match = _ORDINAL.fullmatch(core)
    number = read_number(match["number"]) if match is not None else None
    if match is None or number is None or number.bound != "exact":
        return None
    unit = match["unit"] or ""
    return Amount(number.low, number.low, number.low, UNITS[unit].base if unit else "")


def _share(core: str) -> Amount | None:
    """三分之二, 1/2, 两成, 三成五, 翻一番, 百分百, 24.32%, 5%-8%, 6.5个百分点, 1.5倍."""
    if core == "百分百":
        return Amount(_ONE, _ONE, _ONE, "")
    slash, fraction = _SLASH.fullmatch(core), _FRACTION.fullmatch(core)
    if slash is not None:
        return _ratio(Fraction(int(slash[1])), Fraction(int(slash[2])))
    if fraction is not None:
        part, whole = read_number(fraction["part"]), read_number(fraction["whole"])
        if fraction["whole"] in ("百", "千", "万", "百万", "千万"):
            whole = read_number("一" + fraction["whole"])
        exact = part is not None and whole is not None and part.low == part.high and whole.low == whole.high
        return _ratio(part.low, whole.low) if exact and part is not None and whole is not None else None
    doubling = _DOUBLING.fullmatch(core)
    if doubling is not None:
        times = read_number(doubling["times"] or "一")
        factor = Fraction(2) ** int(times.low) if times is not None and times.low == times.high <= 10 else None
        return None if factor is None else Amount(factor, factor, factor, "番")
    tenths = _TENTHS.fullmatch(core)
    return _tenths(tenths["tenths"], tenths["more"]) if tenths is not None else _percent(core)


def _ratio(part: Fraction, whole: Fraction) -> Amount | None:
    """A part of a whole; 24/7 and 5/0 are none."""
    if not 0 < part <= whole:
        return None
    return Amount(part / whole, part / whole, part / whole, "")


def _tenths(tenths: str, more: str | None) -> Amount | None:
    amount = _amount(tenths, Fraction(1, 10), "")
    if amount is None or not more:
        return amount if amount is None or _end(amount, 1) <= 1 else None
    hundredths = Fraction(5) if more == "半" else Fraction(getattr(read_number(more), "low", 10))
    return _plus(amount, hundredths / 100) if hundredths < 10 else None


def _percent(core: str) -> Amount | None:
    """Figures before %, ‰, 个百分点 or 倍; of a range the first may leave the unit out."""
    match = _PERCENT.fullmatch(core)
    if match is None:
        return None
    unit = match["unit"].removesuffix("多")
    factor = {"%": Fraction(1, 100), "‰": Fraction(1, 1000)}.get(unit, _ONE)
    base = "" if unit in "%‰" else unit
    sides = _TO.split(match["number"])
    if len(sides) == 1:
        return _with_rest(_amount(sides[0], factor, base), match["unit"].removeprefix(unit), "倍")
    return _range(sides[0].removesuffix(unit), sides[1], factor, base) if len(sides) == 2 else None
