"""Quantities, shares and dates as Chinese news writes them: where they stand, and what kind they are.

A chunk must not cut one in two, and an answer is often nothing but one: 12.6亿元, 近1000家, 5000余人, 60%以上,
三分之二, 2023年2月8日, 第6家.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from embeddings.tokens import fold

Kind = Literal["count", "money", "share", "date", "duration", "length", "area", "measure", "ordinal"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in a text: its character range there, its words, kind, figure and unit.

    `number` is the figure as written, without bound words and unit ("11.8万", of a range "10亿至20亿"); for a date,
    an ordinal or a share it is all of it, and `unit` is "".
    """

    start: int
    end: int
    text: str
    kind: Kind
    number: str
    unit: str


_HAN = "零〇一二两三四五六七八九十百千"
_ARABIC = r"\d{1,18}(?:,\d{3}){0,6}(?:\.\d{1,9})?"
_SCALE = r"(?:万亿|百万|千万|十亿|百亿|千亿|[百万亿]|千(?![瓦克米卡]))"
_APPROX = r"[余多几来]"
# 签约118家 is 118家, not 约118家.
_BOUND = (
    r"(?:不超过|不少于|不低于|超过|超出|接近|将近|突破|至少|最多|大约"
    r"|(?<![附最临靠邻])近|(?<!高)超|逾|(?<![签预合条节公邀])约)"
)
_AFTER = r"(?:以上|以下|以内|左右|上下)"
_TO = r"[至到~〜—–-]"
_NUMERAL = rf"{_ARABIC}(?: ?{_SCALE}(?:{_ARABIC}{_SCALE})?)?(?: ?{_APPROX}[万亿]?)?"
_HAN_NUMERAL = rf"(?:[{_HAN}]{{1,8}}[万亿])?[{_HAN}]{{1,12}}(?:点[{_HAN}]{{1,6}})?{_APPROX}?[万亿]?"
_FIGURE = (
    rf"(?:(?:{_NUMERAL}{_TO})?{_NUMERAL}|(?:[{_HAN}]{{1,8}}[至到])?{_HAN_NUMERAL}"
    rf"|数{_HAN_NUMERAL}|[数几上][十百千万亿]{{1,4}})"
)

_MONEY = "元|人民币|美元|欧元|日元|港元|英镑|块钱|块|美金|韩元|新台币"
_LENGTH = "公里|千米|米|厘米|毫米|纳米|微米|海里|英里|里"
_AREA = "平方公里|平方千米|平方米|平方厘米|平米|公顷|亩|立方米|㎡"
_MEASURE = (
    "吨|公斤|千克|克|斤|升|毫升|千瓦时|千瓦|兆瓦|万千瓦|度|分贝|标准箱|标箱|伏|瓦|赫兹|兆|摄氏度|℃|"
    "kv|kw|kwh|mw|gw|km|cm|mm|kg|tb|gb|mb"
)
_DURATION = (
    "个多月|个月|个半月|个多小时|个半小时|个小时|个工作日|个星期|周年|年|季度|星期|天|日|小时|分钟|秒|岁|周|世纪|工作日"
)
_COUNT = (
    "人次|人|名|位|家|个|项|户|条|座|栋|幢|场|次|件|台|套|辆|艘|架|只|头|棵|株|所|处|批|类|种|支|笔|份|张|间|届|期|"
    "级|层|门|款|本|部|篇|首|枚|颗|块|片|面|对|双|组|队|班|孔|根|口|眼|盏|台套|台次|户次|车次|架次|例|起|宗|单|票|"
    "字|页|册|卷|集|轮|步|点|分|倍|代|遍|趟|顿|桌|箱|袋|瓶|杯|盒|朵|群|团|帮|股|席|万"
)
_UNIT_KIND: dict[str, Kind] = {}
for _kind, _units in (
    ("count", _COUNT),
    ("measure", _MEASURE),
    ("duration", _DURATION),
    ("length", _LENGTH),
    ("area", _AREA),
    ("money", _MONEY),
):
    for _unit in _units.split("|"):
        _UNIT_KIND.setdefault(_unit, _kind)  # type: ignore[arg-type]

_ANY_UNIT = "|".join(sorted(_UNIT_KIND, key=lambda unit: (-len(unit), unit)))
_DAY = r"\d{1,2} ?[日号]"
# 2023年底, but not 2023年中国 and 2023年初步
_BEGINNING = "初(?![步中级创审选])"
_QUARTER = r"第?[一二三四]季度|前[\d二三]季度|[上下]半年"
_PART = rf"(?:年?(?:{_BEGINNING}|底|末|内(?![蒙部地河陆容外需]))|年中|[上中下]旬|{_QUARTER})"
_YEAR = r"(?:\d{4} ?年|[一二][零〇一二三四五六七八九]{3}年)"
_MONTH = r"\d{1,2} ?月"
_RELATIVE = r"(?:今年|去年|前年|明年|后年|当年|同年|次年)"
_DATE = (
    rf"(?:{_YEAR} ?|{_RELATIVE})?(?:\d{{1,2}}{_TO})?{_MONTH}(?: ?{_DAY}|[上中下]旬|[底末]|{_BEGINNING})?"
    rf"(?:{_TO}{_YEAR}?(?:{_MONTH})?(?:{_DAY})?(?<=[月日号年]))?"
    rf"|(?:{_YEAR} ?|{_RELATIVE}){_PART}"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
    rf"|{_YEAR}{_TO}{_YEAR}|\d{{4}}{_TO}\d{{4}} ?年|(?:(?:\d{{2}}|上)世纪)?\d{{2,4}}年代|{_YEAR}"
    rf"|{_QUARTER}"
    r"|\d{1,2}日(?![内之以游元均龄线])|\d{1,2}时\d{1,2}分"
)
_SHARE = (
    rf"(?:{_ARABIC}(?:[%‰][-~〜—–至]|{_TO}))?{_ARABIC} ?(?:%|个百分点|‰)|[百千万]{{1,2}}分之[{_HAN}点\d.]{{1,12}}"
    rf"|[{_HAN}]{{1,6}}分之[{_HAN}]{{1,6}}|百分百|[{_HAN}]成(?:[{_HAN}])?(?![立为员了本就功不])"
    rf"|\d{{1,4}}/\d{{1,4}}(?![/\d])|翻了?[{_HAN}]番|(?:{_ARABIC}|[{_HAN}]{{1,6}})倍"
)
_QUANTITY = re.compile(
    rf"(?P<date>{_DATE})"
    rf"|(?P<ordinal>第 ?(?:{_ARABIC}{_SCALE}?|[{_HAN}]{{1,12}})(?: ?(?:{_ANY_UNIT}))?)"
    rf"|(?P<share>{_BOUND}?(?:{_SHARE}){_AFTER}?)"
    rf"|(?P<time>{_BOUND}?(?:{_ARABIC}个?小时(?:{_ARABIC}分钟?|半)){_AFTER}?)"
    rf"|{_BOUND}?(?P<number>{_FIGURE}) ?(?P<unit>{_ANY_UNIT})(?:[-~〜—–至](?P<last>{_NUMERAL}) ?(?P=unit))?{_AFTER}?"
)
# "一个", "一批", "两大": a small numeral before a classifier is often only an article of speech.
_VAGUE = re.compile(
    r"^(?:一(?:个|批|种|些|项|条|位|名|次|步|部|面|方|体|线|流|起|件|家|带|片|股|系列|下|直|定|样|般)|十分)$"
)


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """All quantities of `text`, in order, without overlap; ranges are characters of `text`."""
    folded = fold(text)
    found = []
    for match in _QUANTITY.finditer(folded):
        start, end = match.span()
        if _inside_word(folded, start, end):
            continue
        kind, number, unit = _describe(match)
        found.append(Quantity(start, end, text[start:end], kind, number, unit))
    return tuple(found)


def _describe(match: re.Match[str]) -> tuple[Kind, str, str]:
    for kind in ("date", "ordinal", "share"):
        if match[kind]:
            return kind, match[kind], ""
    if match["time"]:
        return "duration", match["time"], "小时"
    last = match.end("last") if match["last"] else match.end("number")
    return _UNIT_KIND[match["unit"]], match.string[match.start("number") : last], match["unit"]


def _inside_word(folded: str, start: int, end: int) -> bool:
    """Whether the match is part of a Latin word or a longer number (F-16, 1+2+1, 5Mbps), or mere speech (一个)."""
    if start > 0 and re.match(r"[a-z0-9.+/-]", folded[start - 1]) and folded[start].isdigit():
        return True
    if end < len(folded) and re.match(r"\d[\d.]|[a-z][a-z0-9]", folded[end - 1 : end + 1]):
        return True
    return bool(_VAGUE.match(folded[start:end]))
