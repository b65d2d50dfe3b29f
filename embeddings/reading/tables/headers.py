"""What the columns of a table are called: by one header row or several, with the unit that holds for all of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chinese.units import UNITS

LONGEST_NAME = 100
"""Characters of a column's name: each row repeats it, so a longer one is none."""
_MOST_ROWS = 4
"""Header rows at most."""
_PERIOD = re.compile(
    r"(?:19|20)\d\d\s?(?:年(?:度|末|底)?)?|(?:\d{1,2}|[一二三四1-4])?(?:月|季度)|[上下]半年|全年|[本上]年|[本上]期"
)
_NUMBER = re.compile(r"[-−+]?[\d,，]+(?:\.\d+)?\s?(?:%|％)?")
_BRACKETS = re.compile(r"[(（\[][^()（）\[\]]{1,10}[)）\]]\s*$")
_NO_UNIT = re.compile(
    r"序号|编号|代码|排名|名次|位次|年份?$|年度$|月份?$|日期|时间|电话|率|比|幅|增[长减速]|%|％|[人户个家]数|人口|^No\.?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Header:
    """The names of a table's columns, and the rows that give them, as texts."""

    names: tuple[str, ...]
    texts: tuple[Sequence[str], ...]

    @property
    def rows(self) -> int:
        return len(self.texts)


def header_of(rows: Sequence[Sequence[str]], unit: str = "") -> Header:
    """The header of rows that begin with one: its names, of two header rows joined (2023年 above 人口: 2023年人口).

    `unit` is that of the whole table; columns of mere numbers that name none of their own get it.
    """
    count = 1
    while count < min(_MOST_ROWS, len(rows) - 1) and _goes_on(rows, count):
        count += 1
    width = max(map(len, rows))
    texts = [list(row) + [""] * (width - len(row)) for row in rows[:count]]
    spread = [_spread(row, texts[place + 1 :]) for place, row in enumerate(texts)]
    names = [_joined([row[place] for row in spread]) for place in range(width)]
    body = rows[count:]
    names = [
        _with_unit(name, [row[place] for row in body if place < len(row)], unit) for place, name in enumerate(names)
    ]
    return Header(
        tuple(name if len(name) <= LONGEST_NAME else "" for name in names), tuple(list(row) for row in rows[:count])
    )


def _goes_on(rows: Sequence[Sequence[str]], count: int) -> bool:
    """Whether the header has one more row: below a cell that spans columns stand their names, beside what spans rows.

    Of merged cells a reader gives the second half of what spans columns as "", and what spans rows in each of them.
    """
    above, row = rows[count - 1], rows[count]
    if not above or len(row) < 2 or not any(row):
        return False
    if _are_units(row, above):
        return True
    spans = [place for place in range(1, len(above)) if not above[place] and place < len(row) and row[place]]
    figures = count + 1 < len(rows) and any(map(is_value, rows[count + 1]))
    beside = not row[0] or row[0] == above[0] or (not above[0] and figures)
    if not spans or not beside or not any(above[: spans[0]]):
        return False
    below = [
        row[place] for place in range(1, len(row)) if row[place] and (place >= len(above) or row[place] != above[place])
    ]
    return bool(below) and not any(is_value(text) for text in below)


def _are_units(row: Sequence[str], above: Sequence[str]) -> bool:
    """Whether a row only gives the units of the columns above it: (人), (亩)."""
    texts = [text for place, text in enumerate(row) if text and (place >= len(above) or text != above[place])]
    units = [text.strip("()（）[] ") for text in texts if text not in ("单位", "计量单位")]
    return bool(units) and all(
        unit in UNITS or unit in ("%", "％", "万元", "亿元", "万人", "万吨", "万亩") for unit in units
    )


def is_value(text: str) -> bool:
    """Whether a cell is a mere figure, and no year or month."""
    return _NUMBER.fullmatch(text) is not None and _PERIOD.fullmatch(text) is None


def _spread(row: Sequence[str], below: Sequence[Sequence[str]]) -> list[str]:
    """A header row with what spans columns said over each of them, where a row below has a name."""
    spread: list[str] = []
    for place, text in enumerate(row):
        named = any(other[place] for other in below)
        spread.append(text or (spread[-1] if spread and named else ""))
    return spread


def _joined(parts: Sequence[str]) -> str:
    """The name of a column by the header rows above it, the widest first; its unit stands last, a period first."""
    texts = list(dict.fromkeys(part.rstrip("：:").strip() for part in parts if part))
    if len(texts) > 1 and texts[-1].strip("()（）[] ") in UNITS and texts[-1] not in ("年", "月", "日"):
        texts[-1] = f"（{texts[-1].strip('()（）[] ')}）"
    units = "".join(found.group().strip() for text in texts if (found := _BRACKETS.search(text)))
    bare = [_BRACKETS.sub("", text).strip() for text in texts] if len(texts) > 1 else texts
    if len(bare) > 1:
        bare.sort(key=lambda text: _PERIOD.fullmatch(text) is None)
    name = re.sub(r"[:：;；。]+", "", "".join(bare) + (units if len(texts) > 1 else ""))
    return f"{name}年" if re.fullmatch(r"(?:19|20)\d\d", name) else name


def _with_unit(name: str, values: Sequence[str], unit: str) -> str:
    """A column's name with the table's unit, where it holds mere numbers and names no unit itself."""
    texts = [value for value in values if value]
    numbers = sum(_NUMBER.fullmatch(value) is not None and "%" not in value for value in texts)
    if (
        not unit
        or not name
        or unit in name
        or _BRACKETS.search(name)
        or _NO_UNIT.search(name.removesuffix("年") if _PERIOD.fullmatch(name) else name)
    ):
        return name
    return f"{name}（{unit}）" if texts and 2 * numbers > len(texts) else name


def has_digit(text: str) -> bool:
    """Whether a text has a figure."""
    return re.search(r"\d", text) is not None
