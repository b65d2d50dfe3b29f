"""Numerals of Chinese texts as exact numbers: 12.6亿, 1,234.5, 4亿9千万, 一百零五, 五点六亿, 5000余, 十几, 数百, 两三.

What does not have one certain reading has none: 三四五, 1万2 (12,000 when spoken, 10,002 when read out).
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

HAN = "零〇一二两三四五六七八九十百千廿卅"
"""Characters of Chinese numerals below 万."""

_DIGITS = "一二三四五六七八九"
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_TERM = re.compile(r"(\d+(?:\.\d+)?)([十百千]?)")
_VAGUE = re.compile(r"(.*[^余多几来])([余多几来])([万亿]{0,2})")
_SEVERAL = re.compile(r"([数几上])([十百千万亿]{1,4})")
_POINT = re.compile(rf"([{HAN}]+)点([零〇{_DIGITS}]+)([万亿]{{0,2}})")
_ROUND = re.compile(r"[百千][万亿]{0,2}")
_NEIGHBOURS = re.compile(rf"(?<![{_DIGITS}零〇])([{_DIGITS}两])([{_DIGITS}])(?![{_DIGITS}零〇])")
_SIGN = re.compile(r"^(?:[-−]|零下|负)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is said: `low` and `high` are equal where one value is said.

    `bound` "over" (5000余): `low` is said, and the value is less than `high`, the next step of its last figure.
    `bound` "about": 百亿 and 二十来 with one value, 十几, 数百 and 两三 with the least and the most that they can mean.
    """

    low: Fraction
    high: Fraction
    bound: Literal["exact", "over", "about"] = "exact"


def small_numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese: 14 -> 十四."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _DIGITS[tens - 1] + "十") + (_DIGITS[ones - 1] if ones else "")


def read_number(text: str) -> Number | None:
    """The number that a folded numeral says, None where it is none or has more than one reading."""
    plain = re.sub(r"[ ,]", "", text)
    sign = _SIGN.match(plain)
    if sign is not None:
        number = read_number(plain[sign.end() :]) if plain[sign.end() :][:1].isdigit() else None
        return Number(-number.low, -number.low) if number is not None and number.bound == "exact" else None
    several = _SEVERAL.fullmatch(plain)
    if several is not None:
        return _several(several[1], _scale(several[2]))
    vague = _VAGUE.fullmatch(plain)
    if vague is not None:
        return _vague(_plain(vague[1]), vague[2], _scale(vague[3]))
    return _plain(plain)


def _scale(characters: str) -> int:
    """The product of scale characters: 百万 -> 1,000,000, 万亿 -> 1,000,000,000,000."""
    product = 1
    for character in characters:
        product *= _SCALES[character]
    return product


def _exact(value: Fraction | int) -> Number:
    return Number(Fraction(value), Fraction(value))


def _several(word: str, scale: int) -> Number:
    """数百 and 几百 are 200 to less than 1000; 上百 is 100 and more, and less than 1000."""
    if word == "上":
        return Number(Fraction(scale), Fraction(10 * scale), "over")
    return Number(Fraction(2 * scale), Fraction(10 * scale), "about")


def _vague(number: Number | None, word: str, scale: int) -> Number | None:
    """A figure with 余, 多, 来 or 几 after it."""
    if number is None or number.low != number.high or number.low <= 0:
        return None
    value, step = number.low * scale, _last_step(number.low) * scale
    if word in "余多":
        return Number(value, value + step, "over")
    if word == "来":
        return Number(value, value, "about")
    # 十几 is 11 to 19, 十几万 11万 to 20万; 5几 is no numeral, and 一百几 is read in two ways.
    if step != 10 * scale:
        return None
    return Number(value + scale, value + (step if scale > 1 else 9), "about")


def _last_step(value: Fraction) -> Fraction:
    """One of the last figure that is not zero: 5000 -> 1000, 12000 -> 1000, 3.5 -> 1/10."""
    step = Fraction(1)
    while value % step:
        step /= 10
    while value % (step * 10) == 0:
        step *= 10
    return step


def _plain(text: str) -> Number | None:
    """A numeral without 余, 多, 来, 几, 数."""
    if text[:1].isdigit() and text[:1].isascii():
        value = _arabic(text)
        return None if value is None else _exact(value)
    return _chinese(text)


def _arabic(text: str) -> Fraction | None:
    """4亿9千万, 1亿7千5百万, 3万5000: parts of falling scale, each less than one of the scale before it."""
    for big in ("万亿", "亿", "万"):
        head, found, tail = text.partition(big)
        if found:
            scale = _scale(big)
            above, rest = _arabic(head), _arabic(tail) if tail else Fraction(0)
            if above is None or rest is None or rest >= scale or _spoken(tail, scale):
                return None
            return above * scale + rest
    total, above_scale, place = Fraction(0), 10_000, 0
    for term in _TERM.finditer(text):
        if term.start() != place:
            return None
        scale = _scale(term[2])
        value = Fraction(term[1]) * scale
        if place and (value >= above_scale or _spoken(term.group(), above_scale)):
            return None
        total, above_scale, place = total + value, scale, term.end()
    return total if place and place == len(text) else None


def _spoken(tail: str, scale: int) -> bool:
    """Whether a tail may leave out its scale: 1万2 is 12,000 when spoken and 10,002 when read out; 3万500 is 30,500."""
    return tail.isdigit() and 10 * 10 ** len(tail) < scale


@functools.lru_cache(maxsize=4096)
def _chinese(text: str) -> Number | None:
    if _ROUND.fullmatch(text):  # 百亿, 千万: a size rather than a figure
        return Number(Fraction(_scale(text)), Fraction(_scale(text)), "about")
    point = _POINT.fullmatch(text)
    if point is not None:
        whole = _integer(point[1])
        if whole is None:
            return None
        digits = "".join(str("〇一二三四五六七八九".index("〇" if digit == "零" else digit)) for digit in point[2])
        return _exact((whole + Fraction(int(digits), 10 ** len(digits))) * _scale(point[3]))
    if re.search(rf"[{_DIGITS}两][{_DIGITS}]", text):
        return _neighbours(text)
    whole = _integer(text)
    return None if whole is None else _exact(whole)


def _neighbours(text: str) -> Number | None:
    """两三百 is 200 to 300, 十七八 17 to 18, 三五 3 to 5; 二〇二三 is read digit by digit."""
    if re.fullmatch(rf"[零〇{_DIGITS}]{{3,}}", text):
        return _positional(text)
    pairs = list(_NEIGHBOURS.finditer(text))
    if len(pairs) != 1:
        return None
    first, second = ("二" if pairs[0][1] == "两" else pairs[0][1]), pairs[0][2]
    if _DIGITS.index(second) - _DIGITS.index(first) != 1 and first + second != "三五":
        return None
    before, after = text[: pairs[0].start()], text[pairs[0].end() :]
    low, high = _integer(before + first + after), _integer(before + second + after)
    return None if low is None or high is None else Number(Fraction(low), Fraction(high), "about")


def _positional(text: str) -> Number | None:
    """Digits without scales. Three of them may be a choice (三四五个) unless one is a zero."""
    whole = _integer(text) if len(text) > 3 or re.search("[零〇]", text) else None
    return None if whole is None else _exact(whole)


def _integer(text: str) -> int | None:
    """A Chinese whole number by cn2an.

    Its "normal" mode also takes what only seems a number; that is kept out here and by the callers: 一百零
    (unfinished), 两三 (23), 零五 (a part of a longer one). 一亿二 breaks it (KeyError) and 一亿五千 it refuses: both
    have none.
    """
    if len(text) == 1 and text in _DIGITS:
        return _DIGITS.index(text) + 1
    text = text.replace("卅", "三十")
    if not text or (len(text) > 1 and (text[0] in "零〇" or (text[-1] in "零〇" and re.search("[十百千万亿]", text)))):
        return None
    import cn2an  # compiles its patterns when it is imported: a second that a text without Chinese numerals saves

    try:
        return int(cn2an.cn2an(text, "normal"))
    except (ValueError, KeyError):
        return None
