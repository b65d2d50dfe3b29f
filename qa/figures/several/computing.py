"""The arithmetic of questions over several figures: which is most, by how much two differ, what several come to.

All of it is exact, in fractions of what the texts say. What bounds (近, 超) leave open is not decided.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from chinese.quantities import find_quantities
from chinese.tokens import fold
from qa.english.gloss import gloss
from qa.figures.several.operations import COMPARING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.figures.several.choosing import Cell
    from qa.figures.several.operations import Several


@dataclass(frozen=True, slots=True)
class Row:
    """A figure that is worked with, and what tells it from the others: its period or its place, in both languages."""

    zh: str
    en: str
    cell: Cell

    @property
    def text(self) -> str:
        """The figure as its text has it."""
        return self.cell.figure.text

    @property
    def value(self) -> Fraction:
        """Its exact value. Raises NotCertain where the text gives none."""
        if self.cell.value is None:
            raise NotCertain((self,))
        return self.cell.value


@dataclass(frozen=True, slots=True)
class Worked:
    """What was worked out, and how, in both languages."""

    results: tuple[str, ...]
    zh: str
    en: str


class NotCertain(Exception):
    """The figures leave open what was asked: `rows` are those that are not exact, or that tie."""

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__()
        self.rows = tuple(rows)


def compute(several: Several, rows: Sequence[Row]) -> Worked:
    """What a question asks of figures that can be worked with together. Raises NotCertain."""
    if several.operation in COMPARING:
        rows = [_signed_row(row) for row in rows]
    return {
        "extreme": _extreme,
        "ranking": _ranking,
        "limit": _limit,
        "difference": _difference,
        "rate": _rate,
        "sum": _sum,
        "each": _each,
    }[several.operation](several, rows)


# --- the most, the first three, more than a hundred


def _signed_row(row: Row) -> Row:
    """A row with a decrease as less than nothing: 下降|5%."""
    cell, figure = row.cell, row.cell.figure
    if figure.mode != "change" or not _FALLS.search(fold(figure.sentence[: figure.start])):
        return row
    low, high, value = (None if item is None else -item for item in (cell.high, cell.low, cell.value))
    return Row(row.zh, row.en, replace(cell, value=value, low=low, high=high))


_FALLS = re.compile(r"(?:减少|下降|降低|下跌|下滑|回落|缩减|降|减|跌)(?:了|约|近|逾|超过?)?$")


def _extreme(several: Several, rows: Sequence[Row]) -> Worked:
    if several.count > 1:
        return _nth(several, rows)
    best = [row for row in rows if all(_is_beyond(row, other, several.least) for other in rows if other is not row)]
    if not best or (len(best) > 1 and len({row.cell.value for row in best}) > 1):
        raise NotCertain([row for row in rows if row.cell.value is None] or rows)
    return Worked(
        tuple(row.zh for row in best),
        f"比较{_listed(rows)}，{_these(best)}{'最少' if several.least else '最多'}",
        f"Of {_listed_en(rows)}, {_these_en(best)} {'is the least' if several.least else 'is the most'}",
    )


def _nth(several: Several, rows: Sequence[Row]) -> Worked:
    """The second, third and so on of all. Raises NotCertain where two are alike there, or there are fewer."""
    order = sorted(rows, key=lambda row: row.value if several.least else -row.value)
    at = several.count - 1
    if at >= len(order) or any(
        order[at].value == order[other].value for other in (at - 1, at + 1) if other < len(order)
    ):
        raise NotCertain(order)
    zh = f"按数字从{'低到高' if several.least else '高到低'}：{_listed(order)}"
    en = f"From the {'lowest' if several.least else 'highest'}: {_listed_en(order)}"
    return Worked((order[at].zh,), zh, en)


def _is_beyond(row: Row, other: Row, least: bool) -> bool:
    """Whether a row's figure is surely no less than another, or no more where the least one is looked for."""
    low, high = (row.cell.low, other.cell.high) if not least else (other.cell.low, row.cell.high)
    return low is not None and high is not None and low >= high


def _ranking(several: Several, rows: Sequence[Row]) -> Worked:
    order = sorted(rows, key=lambda row: (row.value if several.least else -row.value, row.zh))
    if len(order) < several.count or (
        len(order) > several.count and order[several.count - 1].value == order[several.count].value
    ):
        raise NotCertain(order)
    first = order[: several.count or len(order)]
    zh = f"按数字从{'低到高' if several.least else '高到低'}：{_listed(order)}"
    en = f"From the {'lowest' if several.least else 'highest'}: {_listed_en(order)}"
    return Worked(tuple(row.zh for row in first), zh, en)


def _limit(several: Several, rows: Sequence[Row]) -> Worked:
    inside = [row for row in rows if _passes(several, row)]
    rest = [row for row in rows if row not in inside]
    word, word_en = ("高于", "above") if several.above else ("低于", "below")
    zh = "；".join(
        part for part in (inside and f"符合：{_listed(inside)}", rest and f"不符合：{_listed(rest)}") if part
    )
    en = "; ".join(
        part for part in (inside and f"{word_en} it: {_listed_en(inside)}", rest and f"not: {_listed_en(rest)}") if part
    )
    return Worked(
        tuple(row.zh for row in inside) or ("没有",),
        f"与所问的数比较（{word}），{zh}",
        f"Compared with the figure asked for, {en}",
    )


def _passes(several: Several, row: Row) -> bool:
    """Whether a row's figure is beyond the limit asked for. Raises NotCertain where its bounds leave that open."""
    assert several.limit is not None, "a question without its limit"
    assert several.limit.value is not None, "a limit without a value"
    limit, low, high = several.limit.value, row.cell.low, row.cell.high
    if several.above:
        surely = low is not None and (low > limit or (several.inclusive and low == limit))
        surely_not = high is not None and (high < limit or (not several.inclusive and high == limit))
    else:
        surely = high is not None and (high < limit or (several.inclusive and high == limit))
        surely_not = low is not None and (low > limit or (not several.inclusive and low == limit))
    if _is_over(row, limit):
        surely, surely_not = several.above, not several.above
    if surely == surely_not:
        raise NotCertain((row,))
    return surely


def _is_over(row: Row, limit: Fraction) -> bool:
    """Whether a text says itself that it is over this very figure: 超100家."""
    return (
        row.cell.value is None
        and row.cell.low == limit
        and re.match("超|逾|突破|多于|高于", fold(row.text)) is not None
    )


# --- differences, shares, sums


def _difference(several: Several, rows: Sequence[Row]) -> Worked:
    before, after = rows
    change = after.value - before.value
    said = _said(abs(change), (before, after), several, change)
    results = [_signed(said, change, several)]
    if several.either and before.value > 0 and not _is_share(before):
        results = [_with_word(said, change), _with_word(_percent(abs(change) / before.value), change)]
    larger, smaller = (after, before) if change >= 0 else (before, after)
    zh = f"{larger.zh}{larger.text} − {smaller.zh}{smaller.text} = {said}"
    en = f"{_in_english(larger)} − {_in_english(smaller)} = {_english(said)}"
    return Worked(tuple(results), zh, en)


def _rate(several: Several, rows: Sequence[Row]) -> Worked:
    before, after = rows
    if before.value <= 0 or _is_share(before):
        raise NotCertain((before,))
    change = after.value - before.value
    said = _percent(abs(change) / before.value)
    zh = f"{after.zh}{after.text}，{before.zh}{before.text}，相差的部分占{before.zh}的{said}"
    en = f"{_in_english(after)} and {_in_english(before)} differ by {said} of the latter"
    return Worked((_signed(said, change, several),), zh, en)


def _sum(several: Several, rows: Sequence[Row]) -> Worked:
    total = sum((row.value for row in rows), Fraction(0))
    said = _said(total, rows, several, None)
    zh = " + ".join(f"{row.zh}{row.text}" for row in rows)
    en = " + ".join(_in_english(row) for row in rows)
    return Worked((said,), f"{zh} = {said}", f"{en} = {_english(said)}")


def _each(several: Several, rows: Sequence[Row]) -> Worked:
    del several
    return Worked(tuple(f"{row.zh}{row.text}" for row in rows), _listed(rows), _listed_en(rows))


def _signed(said: str, change: Fraction, several: Several) -> str:
    """A difference as it is asked for; with its direction where that is asked, or is not the one taken for granted."""
    goes = (change > 0) - (change < 0)
    gap = several.across == "places" or re.search("相差|差", several.words) is not None
    return said if goes in (several.sign, 0) or (several.sign == 0 and gap) else _with_word(said, change)


def _with_word(said: str, change: Fraction) -> str:
    if change == 0:
        return said
    more, less = (
        ("增长", "下降") if said.endswith("%") else ("提高", "下降") if said.endswith("点") else ("增加", "减少")
    )
    return f"{more if change > 0 else less}{said}"


def _is_share(row: Row) -> bool:
    return re.search(r"[%‰]|个百分点|分之|成", row.text) is not None


def _percent(share: Fraction) -> str:
    """A share as a percentage of two places at most: 0.485714 -> 48.57%."""
    return f"{_decimal(_rounded(share * 100))}%"


_PLACES = 2


def _rounded(number: Fraction) -> Fraction:
    """Half up, to two places."""
    scaled = number * 10**_PLACES
    return Fraction((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator), 10**_PLACES)


def _said(value: Fraction, rows: Sequence[Row], several: Several, change: Fraction | None) -> str:
    """A value in that unit of the figures in which it is shortest: 380万元 between 3.9亿元 and 38620万元."""
    del several
    written = [_unit_of(row) for row in rows]
    factor, unit = min(written, key=lambda item: (len(_decimal(value / item[0])), item[0], len(item[1])))
    if unit in ("%", "‰") and change is not None:
        unit = {"%": "个百分点", "‰": "个千分点"}[unit]
    return f"{_decimal(value / factor)}{unit}"


_NUMERAL = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?")


def _unit_of(row: Row) -> tuple[Fraction, str]:
    """What one of a figure's written unit is worth, and that unit: of 38620万元 it is 10,000 and 万元."""
    found = find_quantities(row.text)
    words = fold(found[0].text if len(found) == 1 else row.text)
    numeral = _NUMERAL.search(words)
    value = row.value
    if numeral is None or not value:
        raise NotCertain((row,))
    number = Fraction(numeral.group().replace(",", "").replace("−", "-"))
    unit = row.text[fold(row.text).index(words) + numeral.end() :].strip()
    if not number or re.search(r"\d", unit):
        raise NotCertain((row,))
    return value / number, unit


def _decimal(number: Fraction) -> str:
    """A fraction as a decimal, exact where it has one, of two places otherwise."""
    digits = next((places for places in range(13) if (number * 10**places).denominator == 1), None)
    if digits is None:
        return _decimal(_rounded(number))
    whole = f"{abs(number.numerator * 10**digits // number.denominator):0{digits + 1}}"
    sign = "-" if number < 0 else ""
    return f"{sign}{whole[:-digits]}.{whole[-digits:]}" if digits else f"{sign}{whole}"


# --- in words


def _listed(rows: Sequence[Row]) -> str:
    return "、".join(f"{row.zh}{row.text}" for row in rows)


def _listed_en(rows: Sequence[Row]) -> str:
    return ", ".join(_in_english(row) for row in rows)


def _in_english(row: Row) -> str:
    return f"{_english(row.text)} ({row.en})"


def _these(rows: Sequence[Row]) -> str:
    return "、".join(row.zh for row in rows)


def _these_en(rows: Sequence[Row]) -> str:
    return " and ".join(row.en for row in rows)


def _english(text: str) -> str:
    """A figure in English, as it stands where it has no English form."""
    return gloss(text) or text
