"""A number as a sheet keeps it, and its format code -> the text that the sheet shows: 0.156, 0.0% -> 15.6%.

The codes are those of Excel, which WPS and LibreOffice share: sections parted by semicolons, digits, percent,
thousands, dates, 年 and 月, Chinese numerals. What a column's width does to a number (####) is left out of account.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from fractions import Fraction

GENERAL = "General"
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"',
    35: '上午/下午h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)", 41: "#,##0;-#,##0;-", 42: "¥#,##0;-¥#,##0;-",
    43: "#,##0.00;-#,##0.00;-", 44: "¥#,##0.00;-¥#,##0.00;-", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "##0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    55: '上午/下午h"时"mm"分"', 56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""The codes that a workbook names by number only, as a Chinese Excel shows them."""

_LONG_DATE = BUILT_IN[31]  # [$-F800] stands for the long date of whoever looks at it
_LONGEST_CODE = 255  # what Excel allows
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<half>AM/PM|A/P|上午/下午)'
    r"|(?P<general>General|G/通用格式)|(?P<char>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?[\d.]+)")
_COLOUR = re.compile(r"red|blue|green|yellow|cyan|magenta|white|color|红|蓝|绿|黄|青|洋红|白|颜色", re.IGNORECASE)
_DATE_LETTERS = "ymdhsa"
_EXACT = Context(prec=400)  # a float has at most 309 digits before its point
_SIGNIFICANT = 15  # digits that a sheet keeps; the rest of a float is noise
_LAST_DAY = 2958466  # the first day of the year 10000, in days since 1899-12-30
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_FIGURES = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of a format code: kind is text, bracket, half (of the day), general, or the character itself."""

    kind: str
    text: str


@dataclass(slots=True)
class _Section:
    tokens: list[_Token] = field(default_factory=list)
    condition: tuple[str, float] | None = None
    chinese: bool = False  # figures are written in Chinese: [DBNum1]
    coloured: bool = False

    def has(self, kinds: str) -> bool:
        return any(token.kind in kinds for token in self.tokens)

    @property
    def is_date(self) -> bool:
        letters = any(token.kind in ("half", "elapsed") or token.kind in _DATE_LETTERS for token in self.tokens)
        return letters or (self.has("e") and not self.has("0#?"))


class NumberFormat:
    """A format code, read once and used for many numbers.

    `epoch_1904` says that the workbook counts days from 1904-01-01, as old ones from a Mac do.
    """

    def __init__(self, code: str, epoch_1904: bool = False) -> None:
        code = code if code.strip() else GENERAL
        code = _LONG_DATE if "[$-F800]" in code.upper() else code
        self._sections = _sections(code[:_LONGEST_CODE])
        self._days = 1462 if epoch_1904 else 0

    def shown(self, raw: str) -> str:
        """The text shown for a number, given as the file writes it; what is no number is given back."""
        number = _number(raw)
        if number is None:
            return raw
        section, bare = self._section_for(number)
        if section is None:
            return general(raw)
        if section.is_date:
            lasting = any(token.kind == "elapsed" for token in section.tokens)
            text = _date(section, float(number) + (0 if lasting else self._days))
            return general(raw) if text is None else text
        if not section.tokens:
            return ""
        if section.has("0#?"):
            return _figures(section.tokens, number, bare)
        literal = "".join(_literal(token, raw) for token in section.tokens).strip()
        return f"-{literal}" if _has_general(section) and number < 0 and not bare else literal

    def shown_text(self, text: str) -> str:
        """A cell's text as its format shows it: @"元" puts 元 behind it."""
        section = next((section for section in self._sections if section.has("@")), None)
        if section is None or len(section.tokens) == 1:
            return text
        return "".join(
            text if token.kind == "@" else token.text for token in section.tokens if token.kind in ("@", "text")
        )

    def _section_for(self, number: Decimal) -> tuple[_Section | None, bool]:
        """The section that a number is shown by, and whether it is shown without its minus."""
        sections = [section for section in self._sections if not section.has("@")]
        if not sections or (len(sections) == 1 and _is_general(sections[0])):
            return None, False
        if any(section.condition for section in sections):
            found = next((section for section in sections if _meets(number, section.condition)), None)
            chosen, bare = found, False
        elif number < 0 and len(sections) > 1:
            # Where a colour alone says that the number is below zero, a text needs its minus.
            marked = any(token.text in ("-", "(", "（", "−", "△", "▲", "负") for token in sections[1].tokens)
            chosen, bare = sections[1], marked or not sections[1].coloured
        elif number == 0 and len(sections) > 2:
            chosen, bare = sections[2], True
        else:
            chosen, bare = sections[0], False
        return (None if chosen is None or _is_general(chosen) else chosen), bare


def format_of(number: int, code: str | None, epoch_1904: bool) -> NumberFormat | None:
    """The format of this number: the workbook's own code, else a built-in one; None for General."""
    code = BUILT_IN.get(number, GENERAL) if code is None else code
    return None if code.lower() == "general" else NumberFormat(code, epoch_1904)


def _is_general(section: _Section) -> bool:
    return [token.kind for token in section.tokens] == ["general"]


def _has_general(section: _Section) -> bool:
    return any(token.kind == "general" for token in section.tokens)


def general(raw: str) -> str:
    """A number without a format: whole, without the noise of a float, a long number in all its digits."""
    number = _number(raw)
    if number is None:
        return raw
    if number and not Decimal("1e-9") <= abs(number) < Decimal("1e21"):
        return f"{float(number):.{_SIGNIFICANT}g}".upper()
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _number(raw: str) -> Decimal | None:
    text = raw.strip()
    if re.fullmatch(r"-?\d{1,40}", text):
        return Decimal(text)
    try:
        value = float(text)
        return Decimal(f"{value:.{_SIGNIFICANT}g}") if math.isfinite(value) else None
    except (ValueError, InvalidOperation):
        return None


def _sections(code: str) -> list[_Section]:
    sections = [_Section()]
    for found in _TOKEN.finditer(code):
        kind = found.lastgroup or ""
        text = found[kind] if kind else ""
        if kind == "char" and text == ";":
            sections.append(_Section())
        elif kind == "bracket":
            _bracket(sections[-1], text)
        elif kind in ("quoted", "escaped"):
            sections[-1].tokens.append(_Token("text", text))
        elif kind in ("half", "general"):
            sections[-1].tokens.append(_Token(kind, text))
        elif kind == "char":
            lower = text.lower()
            if lower == "g":  # the era, before its year
                continue
            known = lower in _DATE_LETTERS or text in "0#?.,%@/Ee"
            sections[-1].tokens.append(_Token(lower if known else "text", text))
    return sections[:4]


def _bracket(section: _Section, text: str) -> None:
    if found := _CONDITION.match(text):
        section.condition = (found[1], float(found[2])) if re.fullmatch(r"-?\d*\.?\d+", found[2]) else None
    elif text.startswith("$"):
        symbol = text[1:].partition("-")[0]
        section.tokens += [_Token("text", symbol)] if symbol else []
    elif re.fullmatch(r"h+|m+|s+", text, re.IGNORECASE):
        section.tokens.append(_Token("elapsed", text.lower()))
    elif text.lower() == "dbnum1":
        section.chinese = True
    elif _COLOUR.match(text):
        section.coloured = True


def _meets(number: Decimal, condition: tuple[str, float] | None) -> bool:
    if condition is None:
        return True
    sign, limit = condition
    value = float(number)
    return {
        "<": value < limit, ">": value > limit, "=": value == limit,
        "<=": value <= limit, ">=": value >= limit, "<>": value != limit,
    }[sign]  # fmt: skip


def _literal(token: _Token, raw: str) -> str:
    if token.kind == "general":
        return general(raw).lstrip("-")
    return token.text if token.kind in ("text", "%", ".", ",", "/") else ""


def _figures(tokens: list[_Token], number: Decimal, bare: bool) -> str:
    """A number by a section that has places for digits."""
    kinds = [token.kind for token in tokens]
    below = tokens[kinds.index("/") + 1 :] if "/" in kinds else []
    if below and (below[0].kind in "0#?" or below[0].text.isdigit()):
        text = _fraction(tokens, abs(number))
    elif "e" in kinds:
        text = _scientific(tokens, abs(number))
    else:
        text = _decimal(tokens, abs(number))
    text = " ".join(text.split())
    minus = number < 0 and not bare and re.search(r"[1-9]", text) is not None
    return f"-{text}" if minus else text


def _decimal(tokens: list[_Token], size: Decimal) -> str:
    kinds = [token.kind for token in tokens]
    places = [index for index, kind in enumerate(kinds) if kind in "0#?"]
    point = next((index for index, kind in enumerate(kinds) if kind == "."), None)
    whole = [index for index in places if point is None or index < point]
    after = [index for index in places if point is not None and index > point]
    last = places[-1]
    scale = sum(1 for kind in kinds[last + 1 :] if kind == ",")
    thousands = any(kinds[index] == "," for index in range(whole[0], whole[-1])) if whole else False
    size = size.scaleb(2 * kinds.count("%") - 3 * scale, _EXACT)
    digits = f"{size.quantize(Decimal(1).scaleb(-len(after)), ROUND_HALF_UP, _EXACT):f}"
    integer, _, decimals = digits.partition(".")
    shown_whole = _whole(integer, [kinds[index] for index in whole], thousands)
    shown_after = list(decimals)
    for index in reversed(range(len(after))):
        if shown_after[index] != "0" or kinds[after[index]] == "0":
            break
        shown_after[index] = ""
    parts = dict(zip(whole, shown_whole, strict=True)) | dict(zip(after, shown_after, strict=True))
    before = "" if whole else integer.lstrip("0")
    return "".join(
        before + "." if index == point and (any(shown_after) or "0" in [kinds[i] for i in after]) else
        parts.get(index, "") if kind in "0#?" else
        token.text if kind in ("text", "%", "/") else ""
        for index, (kind, token) in enumerate(zip(kinds, tokens, strict=True))
    )  # fmt: skip


def _whole(integer: str, places: list[str], thousands: bool) -> list[str]:
    """The digits that each place before the point shows; the first one takes all that are left."""
    needed = len(places) - places.index("0") if "0" in places else 0
    text = integer.lstrip("0").rjust(needed, "0")
    shown = [""] * len(places)
    for index in reversed(range(len(places))):
        shown[index], text = (text, "") if index == 0 else (text[-1:], text[:-1])
    if not thousands:
        return shown
    count, grouped = 0, [""] * len(places)
    for index in reversed(range(len(places))):
        for digit in reversed(shown[index]):
            grouped[index] = digit + ("," if count and count % 3 == 0 else "") + grouped[index]
            count += 1
    return grouped


def _scientific(tokens: list[_Token], size: Decimal) -> str:
    kinds = [token.kind for token in tokens]
    head = kinds[: kinds.index("e")]
    decimals = sum(kind in "0#?" for kind in head[head.index(".") :]) if "." in head else 0
    exponent_places = kinds[kinds.index("e") :].count("0")
    mantissa, _, exponent = f"{size:.{decimals}E}".partition("E")
    power = int(exponent)
    return f"{mantissa}E{'-' if power < 0 else '+'}{abs(power):0{max(1, exponent_places)}d}"


def _fraction(tokens: list[_Token], size: Decimal) -> str:
    kinds = [token.kind for token in tokens]
    slash = kinds.index("/")
    below = "".join(token.text for token in tokens[slash + 1 :] if token.kind in "0#?" or token.text.isdigit())
    mixed = " " in [token.text for token in tokens[:slash]]
    whole = int(size) if mixed else 0
    rest = Fraction(size) - whole
    if re.fullmatch(r"[1-9]\d*", below):
        part = (round(rest * int(below)), int(below))
    else:
        near = rest.limit_denominator(10 ** min(max(1, len(below)), 4) - 1)
        part = (near.numerator, near.denominator)
    if part[0] == part[1]:
        whole, part = whole + 1, (0, 1)
    if not part[0]:
        return str(whole)
    return f"{whole} {part[0]}/{part[1]}" if whole else f"{part[0]}/{part[1]}"


def _date(section: _Section, days: float) -> str | None:
    """A point in time by a section of years, hours and so on; None where the number is none that can be shown."""
    if not 0 <= days < _LAST_DAY:
        return None
    runs = _runs(section.tokens)
    decimals = max((len(text) for kind, text in runs if kind == "decimals"), default=0)
    seconds = round(days * 86400, min(decimals, 3))
    start = datetime(1899, 12, 31) if days < 60 else datetime(1899, 12, 30)  # there was no 29 February 1900
    moment = start + timedelta(seconds=seconds)
    halves = any(kind == "half" for kind, _ in runs)
    return "".join(
        _date_part(kind, text, moment, seconds, halves, section.chinese)
        for kind, text in _minutes(runs)
    ).strip()  # fmt: skip


def _runs(tokens: list[_Token]) -> list[tuple[str, str]]:
    """The tokens of a date, equal letters put together; what stands behind the point of seconds is `decimals`."""
    runs: list[tuple[str, str]] = []
    for token in tokens:
        if token.kind == "0" and runs and runs[-1] in (("text", "."), ("decimals", runs[-1][1])):
            zeros = runs.pop()[1].lstrip(".")
            runs.append(("decimals", f"{zeros}0"))
        elif token.kind in "ymdhsea" and runs and runs[-1][0] == token.kind:
            runs[-1] = (token.kind, runs[-1][1] + token.kind)
        elif token.kind in "ymdhsea" or token.kind in ("half", "elapsed"):
            runs.append((token.kind, token.text.lower()))
        elif token.kind in ("text", ".", ",", "/"):
            runs.append(("text", token.text))
    return runs


def _minutes(runs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The runs, an m beside hours or seconds told as minutes."""
    timed = [index for index, (kind, _) in enumerate(runs) if kind not in ("text", "half", "decimals")]
    result = list(runs)
    for place, index in enumerate(timed):
        kind, text = runs[index]
        before = runs[timed[place - 1]] if place else ("", "")
        after = runs[timed[place + 1]] if place + 1 < len(timed) else ("", "")
        if kind == "m" and len(text) < 3 and (before[0] == "h" or before[1][:1] == "h" or after[0] == "s"):
            result[index] = ("minute", text)
    return result


def _date_part(kind: str, text: str, moment: datetime, seconds: float, halves: bool, chinese: bool) -> str:
    if kind in ("y", "e"):
        year = str(moment.year)[-2:] if kind == "y" and len(text) < 3 else str(moment.year)
        return "".join(_FIGURES[int(figure)] for figure in year) if chinese else year
    if kind == "m" and len(text) >= 3:
        name = _MONTHS[moment.month - 1]
        return name if len(text) == 4 else name[: 3 if len(text) == 3 else 1]
    if kind == "d" and len(text) >= 3:
        name = _DAYS[moment.weekday()]
        return name if len(text) > 3 else name[:3]
    if kind == "a":
        return ("星期" if len(text) > 3 else "") + "一二三四五六日"[moment.weekday()]
    if kind == "half":
        morning, evening = ("上午", "下午") if "上" in text else ("AM", "PM")
        return morning if moment.hour < 12 else evening
    if kind == "elapsed":
        return f"{int(seconds // {'h': 3600, 'm': 60, 's': 1}[text[0]]):0{len(text)}d}"
    if kind == "decimals":
        return f"{seconds % 1:.{len(text)}f}"[1:]
    hour = (moment.hour - 1) % 12 + 1 if halves else moment.hour
    numbers = {"m": moment.month, "d": moment.day, "h": hour, "minute": moment.minute, "s": moment.second}
    if kind not in numbers:
        return text
    return _in_chinese(numbers[kind]) if chinese else f"{numbers[kind]:0{min(len(text), 2)}d}"


def _in_chinese(number: int) -> str:
    """A number below 100 as a Chinese date writes it: 十五, 二十."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_FIGURES[tens]}十"
    return head + (_FIGURES[ones] if ones or not tens else "")
