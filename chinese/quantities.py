"""Quantities, shares and dates as Chinese news writes them: where they stand, of what kind they are, what they say.

A chunk must not cut one in two, and an answer is often nothing but one: 12.6亿元, 近1000家, 5000余人, 60%以上,
三分之二, 2023年4月9日, 第6家.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chinese.amounts import Amount, read_amount
from chinese.dates import iso_date
from chinese.numerals import HAN
from chinese.text import Text
from chinese.units import ANY_UNIT, CURRENCIES, UNITS, Kind

__all__ = ["Amount", "Kind", "Quantity", "find_quantities", "quantities_in"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in a text: its character range there, its words, kind, figure and unit, and what they say.

    `number` is the figure as written, without bound words and unit ("11.8万", of a range "10亿至20亿"); for a date,
    an ordinal or a share it is all of it, and `unit` is "". `amount` is its value, None where it has no certain one;
    `date` is a date's ISO 8601 form as far as it is said (see `dates.iso_date`), None where a year is said as 去年, and
    for all others.
    """

    start: int
    end: int
    text: str
    kind: Kind
    number: str
    unit: str
    amount: Amount | None = None
    date: str | None = None


# No figure begins or ends inside a longer run of digits. Groups of three are parted by commas or blanks (1 000人), but
# 15 128元 after a Latin word is a name and a price.
_ARABIC = (
    r"(?:(?<!\d)(?:\d{1,3}(?:,\d{3}){1,6}(?!\d)|(?<![a-z])(?<![a-z] )[1-9]\d{0,2}(?: \d{3}){1,6}(?!\d)|\d{1,18}(?!\d))"
    r"(?:\.\d{1,18}(?!\d))?)"
)
_SCALE = r"(?:万亿|百万|千万|十亿|百亿|千亿|[百万亿]|千(?![瓦克米卡]))"
_APPROX = r"[余多几来]"
# 签约118家 is 118家, not 约118家; 达不到3家 is no bound.
_BOUND = (
    r"(?:不[得能应可]?(?:超过|少于|低于|高于|多于|超出)|超过|超出|接近|将近|突破|至少|最多|大约|低于|高于|少于|多于|(?<![达得找看见听想感办用买来等收做])不到|不足"
    r"|(?<![附最临靠邻])近|(?<!高)超|逾|(?<![签预合条节公邀])约)"
)
_AFTER = r"(?:以上|以下|以内|左右|上下)"
_TO = r"[至到~〜—–-]"
# A minus, not a hyphen or a range: where it may stand, before degrees and per cents, or after a word (净资产-2.5亿元)
# that is no unit of another figure (3亿元-5亿元), before what no name has (运-20).
_MINUS = (
    rf"(?:(?<=[\u4e00-\u9fff])(?<![{HAN}万亿])(?<!\d.)(?<!\d..)(?<!\d...)[-−](?=\d[\d,]{{0,18}}(?:\.\d{{1,18}})?(?:万|亿)?(?:元|%|个百分点|℃))"
    r"|(?<=[\u4e00-\u9fff])(?<!\d.)(?<!\d..)(?<!\d...)[-−](?=\d{1,3}(?:,\d{3}|\.\d))|"
    r"(?<=[为是达至到约近温于在速率幅降润值拔])[-−](?=\d)"
    r"|(?<![\w%℃°)\]])[-−](?=\d[\d.~至到—–-]{0,20} ?(?:%|℃|°c|摄氏度|度))"
    r"|零下(?=\d)|负(?=[\d.]{1,12} ?(?:%|℃)))"
)
# 3万5000 and 7千1百50, but not 每10万16人.
_TAIL = r"(?:(?<=万)\d{3,4}|(?<=千)\d{2,3}|(?<=百)\d{2}|(?<=亿)\d{7,8})(?![\d.,]| ?[年月日])"
_POWER = r"(?: ?[×x*] ?10(?:\^ ?[-−]?\d{1,2}|⁻?[⁰¹²³⁴-⁹]{1,2}|\d{1,2}(?!\d)))"
"""What makes a figure one of a power of ten: 2.3×10⁸, 2.3×108 where folding has made the mark a figure."""
_NUMERAL = rf"{_MINUS}?{_ARABIC}(?:{_POWER}| ?{_SCALE}(?:{_ARABIC}{_SCALE}){{0,3}}(?:{_TAIL})?)?(?: ?{_APPROX}[万亿]?)?"
# A Chinese numeral begins where its run of figures does: 一亿二千万 is not 二千万. The 一 of 统一两家 is the word's.
_WORD_AND_DIGIT = r"(?<=[统唯之同逐])一(?=[一二两三四五六七八九])"
_RUN = rf"(?:(?<![{HAN}万亿\d])(?<![{HAN}]点)(?!{_WORD_AND_DIGIT})|(?<=[统唯之同逐]一)(?=[一二两三四五六七八九]))"
_HAN_NUMERAL = rf"{_RUN}(?!千[克米瓦])[{HAN}][{HAN}万亿]{{0,23}}(?:点[{HAN}]{{1,8}})?{_APPROX}?[万亿]{{0,2}}"
_FIGURE = (
    rf"(?:(?:{_NUMERAL} ?{_TO} ?)?{_NUMERAL}|(?:{_RUN}[{HAN}][{HAN}万亿]{{0,11}}[至到])?{_HAN_NUMERAL}"
    rf"|数[{HAN}]{{1,12}}(?:点[{HAN}]{{1,6}})?{_APPROX}?[万亿]?|(?<!以)[数几上][十百千万亿]{{1,4}})"
)
_NO_MORE = rf"(?![\d%:/年月日-]|[.,]\d| ?(?:{ANY_UNIT}|[万亿千百至]))"
# What belongs to a figure behind its unit: 5元8角, 3年半, 5年多, 1米75, 33秒62.
_REST = (
    rf"(?:(?<=元)[\d{HAN}]角(?:[\d{HAN}]分)?|(?<=[年天周月期时钟])(?:半(?![年导数岛径成边夜壁场程个决封月山路工载])|[多余](?![元样层次种功方党中年地人名家个]))"
    rf"|(?:(?<=\d米)|(?<=\d秒))\d{{1,2}}{_NO_MORE})"
)

_DAY = rf"\d{{1,2}}(?:{_TO}\d{{1,2}})? ?[日号]"
# 2023年底, but not 2023年中国 and 2023年初步
_BEGINNING = "初(?![步中级创审选])"
_QUARTER = r"第?[一二三四]季度|前[\d二三]季度|[上下]半年"
_PART = rf"(?:年?(?:{_BEGINNING}|底|末|内(?![蒙部地河陆容外需]))|年中|[上中下]旬|{_QUARTER})"
_YEAR = r"(?:(?<!\d)[12]\d{3} ?年|[一二][零〇○一二三四五六七八九]{3}年)"
_MONTH = r"\d{1,2} ?月"
_RELATIVE = r"(?:今年|去年|前年|明年|后年|当年|同年|次年)"
_ERA_YEAR = rf"(?:民国(?:\d{{1,3}}|[{HAN}]{{1,4}})年|[公西]元前\d{{1,4}}年|[公西]元(?:\d{{1,3}}|[3-9]\d{{3}})年)"
_ERA = (
    rf"{_ERA_YEAR}(?:{_MONTH}(?:{_DAY})?)?"
    rf"(?:{_TO}(?:{_ERA_YEAR}|(?:\d{{1,4}}|[{HAN}]{{1,4}})年)?(?:{_MONTH})?(?:{_DAY})?(?<=[月日号年]))?"
)
_ONE_TO_NINE = "[一二三四五六七八九]"
_MOON_DAY = rf"(?:初[一二三四五六七八九十]|十{_ONE_TO_NINE}|(?:二十|廿){_ONE_TO_NINE}?|三十)"
_MOON = r"(?:闰?(?:正|[二三四五六七八九十]|十一|十二|冬|腊)月)"
# 农历三月初三, 腊月廿八; 三月十五 without 农历 may be of either calendar, and is left.
_LUNAR = (
    rf"(?:农历|阴历|旧历|夏历)(?:{_RELATIVE}|每年|闰)?{_MOON}{_MOON_DAY}?"
    rf"|{_MOON}(?:初[一二三四五六七八九十]|廿{_ONE_TO_NINE}?)|(?:正|冬|腊)月{_MOON_DAY}"
)
# 二〇二三年八月十六日, as letters of an office are dated.
_HAN_DAY = r"[一二][零〇○一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日)?"
_PART_OF_DAY = r"(?:凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚)"
_TIME_OF_DAY = f"{_PART_OF_DAY}?"
# 上午9点, 晚上八点半; 9点 alone may count (5点建议).
_ON_THE_HOUR = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})[时点](?:半|整|[一三]刻|[\d一二三四五六七八九十]{1,3}分)?"
_HOUR = f"{_PART_OF_DAY}{_ON_THE_HOUR}"
_CLOCK = rf"{_TIME_OF_DAY}(?<!\d)(?<!\d:)(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?![\d:]|万)"
_DATE = (
    rf"{_ERA}|{_LUNAR}|{_HAN_DAY}"
    rf"|(?:{_YEAR} ?|{_RELATIVE})?(?:\d{{1,2}}{_TO})?{_MONTH}(?: ?{_DAY}|[上中下]旬|[底末]|{_BEGINNING})?"
    rf"(?:{_TO}{_YEAR}?(?:{_MONTH})?(?:{_DAY})?(?<=[月日号年]))?"
    rf"|(?:{_YEAR} ?|{_RELATIVE}){_PART}"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
    rf"|{_YEAR}{_TO}{_YEAR}|\d{{4}}{_TO}\d{{4}} ?年|(?:(?:\d{{2}}|上)世纪)?\d{{2,4}}年代|{_YEAR}"
    rf"|{_QUARTER}"
    rf"|\d{{1,2}}日(?![内之以游元均龄线])|{_TIME_OF_DAY}(?<!\d)\d{{1,2}}[时点](?:\d{{1,2}}分|半(?![年数]))|{_HOUR}(?:{_TO}{_TIME_OF_DAY}{_ON_THE_HOUR})?"
    rf"|{_CLOCK}(?:{_TO}{_CLOCK})?"
)
_SIGNED = rf"{_MINUS}?{_ARABIC}"
_SHARE = (
    rf"(?:{_SIGNED}(?:[%‰][-~〜—–至]|{_TO}))?{_SIGNED} ?(?:%|个百分点|‰)|[百千万]{{1,2}}分之[{HAN}点\d.]{{1,12}}"
    rf"|{_RUN}(?:[{HAN}]{{1,6}}分之[{HAN}]{{1,6}}|[{HAN}]{{1,6}}(?:点[{HAN}]{{1,6}})?个百分点)|百分百"
    rf"|(?:{_RUN}[一二两三四五六七八九十]{{1,2}}|(?<![\d.])[1-9](?:\.\d)?)成(?:[一二三四五六七八九半](?!{ANY_UNIT}))?(?![立为员了本就功不品套都分])"
    rf"|\d{{1,4}}/\d{{1,4}}(?![/\d])|翻了?[{HAN}]?番(?![茄薯石])|(?:{_NUMERAL}|{_HAN_NUMERAL})倍(?:多(?![元样]))?"
)
_TIME = rf"{_ARABIC}个?小时(?:{_ARABIC}分钟?(?:\d{{1,2}}秒)?|半)|{_ARABIC}分钟?\d{{1,2}}秒(?:\d{{1,2}}{_NO_MORE})?"
# What a match may begin with: told at once, most places of a text need no further look.
_FIRST = (
    rf"(?=[\d{HAN}万第翻数几上不超接将突至最大低高少多近逾约负−今去前明后当同次年民公西凌清早中下傍晚-]"
    r"|[农阴旧夏]历|[闰正冬腊])"
)
_QUANTITY = re.compile(
    rf"{_FIRST}(?:(?P<date>{_DATE})"
    rf"|(?P<ordinal>第 ?(?:{_ARABIC}{_SCALE}?|[{HAN}]{{1,12}})(?: ?(?:{ANY_UNIT}))?)"
    rf"|(?P<share>{_BOUND}?(?:{_SHARE}){_AFTER}?)"
    rf"|(?P<time>{_BOUND}?(?:{_TIME}){_AFTER}?)"
    rf"|{_BOUND}?(?P<number>{_FIGURE}) ?(?P<unit>{ANY_UNIT})"
    rf"(?:{_REST}| ?[-~〜—–至] ?(?P<last>{_NUMERAL}|{_HAN_NUMERAL}) ?(?P=unit))?"
    rf"(?:以上(?P<short>不满|不足)?(?P<most>(?:{_NUMERAL}|{_HAN_NUMERAL}) ?(?:{ANY_UNIT}))(?(short)|(?:以下|以内))"
    rf"|{_AFTER})?)"
)
# "一个", "一批", "两大": a small numeral before a classifier is often only an article of speech.
_VAGUE = re.compile(
    r"^(?:一(?:个|批|种|些|项|条|位|名|次|步|部|面|方|体|线|流|起|件|家|带|片|股|系列|下|直|定|样|般)|十分)$"
)
# What makes a figure the rest of a longer one, or of a name: F-16, 1+2+1, 3:2, 2022,100, 三百5, 12 . 6.
_PART_OF_MORE = re.compile(rf"(?:[a-z0-9.+/−-]|\d[:,]|[\d{HAN}][十百千万亿]|\d ?\. ?)$")
# What only looks so: the number of a list's entry (2. 300家), 每10万16人.
_APART = re.compile(r"(?:^|\n)\d{1,2}\. $|每[\d.]{1,6}[百千万亿]$")
_SCORE_BEFORE = re.compile(r"(?:比分|比例|比为|比|按|以|分)[为是]?$")
_SCORE_AFTER = re.compile(r"的?(?:比|胜|负|战胜|大胜|险胜|击败|逆转|领先|落后|告负|不敌|配|平)")
_CURRENCY = re.compile(f"({'|'.join(sorted(CURRENCIES, key=lambda name: (-len(name), name)))}) ?$")
_DIGIT_MARK = re.compile(r"[\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u2468\u24ea\u2776-\u2793]")
_CONTEXT = 8


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """All quantities of `text`, in order, without overlap; ranges are characters of `text`."""
    return quantities_in(Text.of(text))


def quantities_in(text: Text) -> tuple[Quantity, ...]:
    """All quantities of a text that is folded already."""
    shown = text.shown
    folded = _without_marks(shown, text.folded)
    found = []
    for match in _QUANTITY.finditer(folded):
        start, end = match.span()
        if not _part_of_more(shown, folded, match):
            found.append(_quantity(match, shown[start:end]))
    return tuple(found)


def _without_marks(text: str, folded: str) -> str:
    """The folded text with marks as they were that folding makes into figures: 10⁸元 is not 108元, ①5家 not 15家."""
    if not _DIGIT_MARK.search(text):
        return folded
    return "".join(mark if _DIGIT_MARK.match(mark) else character for mark, character in zip(text, folded, strict=True))


def _quantity(match: re.Match[str], text: str) -> Quantity:
    folded, (start, end) = match.string, match.span()
    words = match.group()
    kind, number, unit = _describe(match)
    if kind == "date":
        return Quantity(start, end, text, kind, number, unit, date=iso_date(words))
    if kind == "duration" and re.match(r"之?内", folded[end : end + 2]):
        words += "内"
    currency = _CURRENCY.search(folded[max(0, start - _CONTEXT) : start]) if kind == "money" else None
    said = currency[1] if currency is not None else ""
    amount = _between(kind, match, said) if match["most"] else read_amount(kind, words, number, unit, said)
    return Quantity(start, end, text, kind, number, unit, amount)


def _between(kind: Kind, match: re.Match[str], currency: str) -> Amount | None:
    """Both ends of 5万元以上20万元以下; None where they are of different units."""
    least = read_amount(kind, f"{match['number']}{match['unit']}", match["number"], match["unit"], currency)
    most = next(iter(find_quantities(match["most"])), None)
    highest = most.amount if most is not None and most.kind == kind else None
    if least is None or highest is None or least.unit != highest.unit or least.value is None or highest.value is None:
        return None
    return Amount(None, least.value, highest.value, least.unit) if least.value < highest.value else None


def _describe(match: re.Match[str]) -> tuple[Kind, str, str]:
    kinds: tuple[Kind, ...] = ("date", "ordinal", "share")
    for kind in kinds:
        if match[kind]:
            return kind, match[kind], ""
    if match["time"]:
        return "duration", match["time"], "小时"
    last = match.end("last") if match["last"] else match.end("number")
    return UNITS[match["unit"]].kind, match.string[match.start("number") : last], match["unit"]


def _part_of_more(text: str, folded: str, match: re.Match[str]) -> bool:
    """Whether a match is part of a Latin word or longer figure (F-16, 1+2+1, 5Mbps), a score, or mere speech (一个)."""
    start, end = match.span()
    before = folded[max(0, start - _CONTEXT) : start]
    if folded[start].isdigit() and _PART_OF_MORE.search(before) and not _APART.search(before):
        # A full-width comma parts clauses (2022，100家); one before no group of three parts figures (10,15人).
        comma = text[start - 1]
        if comma != "，" and not (comma == "," and not re.match(r"\d{3}", folded[start : start + 3])):
            return True
    if match["unit"] == "万" and re.match(rf"[\d{HAN}]", folded[end : end + 1]) and not before.endswith("每"):
        return True
    if match["share"] and re.search(rf"[\d{HAN}]又$", before):
        return True
    clock = match["date"] and ":" in match["date"]
    if clock and (_SCORE_BEFORE.search(before) or _SCORE_AFTER.match(folded[end : end + 4])):
        return True
    if end < len(folded) and re.match(r"\d[\d.]|[a-z][a-z0-9]", folded[end - 1 : end + 1]):
        return True
    return bool(_VAGUE.match(folded[start:end]))
