"""Places in a row that a text names (第三批, 首期, 二期, the second phase), in one form; and what cuts a part off.

Read from a question and from a sentence alike, so that the two can be compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_DIGIT = "零一二三四五六七八九"
_ROW_UNITS = "批期届次轮号章版代任家个名位座条项季部集卷组级等档类回场步"
_ORDINAL = re.compile(
    rf"(?<![比较])第 ?(?P<number>\d{{1,4}}|[{_DIGIT}十百]{{1,6}}) ?(?P<unit>[{_ROW_UNITS}])(?!度)"
    rf"|首(?P<first>[批期届次轮个家座条任部])"
    rf"|(?:排名?|[名位]列|位居|[列居])[^\d,，。;；前后{_DIGIT}十]{{0,10}}第 ?(?P<rank>\d{{1,3}}|[{_DIGIT}十]{{1,3}})"
    r"(?=[\s,，。;；、的是)）]|$)"
    rf"|第(?P<place>[{_DIGIT[1:]}十])(?:大(?![会道街厦学队])|[高长多](?![中校])|(?=的?[是为:：]))"
    r"|(?P<most>最[大高多长快强重](?:的[^,，。;；]{0,8})?[是为])|(?P<next>其次[是为,，:：])"
    r"|(?:^|(?<=\n)) ?(?P<step>\d{1,2}) ?(?:[、．]|\.(?!\d)) ?(?=\S)"
    rf"|(?<![第十\d{_DIGIT}])(?P<phase>[{_DIGIT[1:]}十])期(?![间待刊货权望])"
)
_ENGLISH_ORDINAL = re.compile(
    r"\b(?P<word>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d{1,3}(?:st|nd|rd"
    r"|th)) (?P<noun>batch|phase|session|edition|round)\b"
    r"|\bphase (?P<phase>one|two|three|four|five|i{1,3}|iv|v|[1-9])\b"
)
_ENGLISH_NUMBERS = {
    word: place
    for words in (
        "first second third fourth fifth sixth seventh eighth ninth tenth",
        "one two three four five",
        "i ii iii iv v",
    )
    for place, word in enumerate(words.split(), 1)
}
_ENGLISH_ROWS = {"batch": "批", "phase": "期", "session": "届", "edition": "届", "round": "轮"}
_LIMIT = re.compile(
    r"(?P<figure>\d[\d,.]{0,12}\s?[万亿千百]{0,2}|[一二两三四五六七八九十百千万亿]{1,5})(?P<unit>美元|平方米|元|人|吨"
    r"|岁|亩|家|层|米|公里|年|级|学历)?(?:及|\(含\)|含)?(?P<side>以上|以下|以内)"
    r"|(?P<degree>本科|硕士|博士|大专|专科|高级职称|国家级|省级|市级)(?:学历|研究生)?(?:及)?以上"
)


def ordinals_of(folded: str) -> tuple[str, ...]:
    """Places in a row, in one form: 第3批 -> 第三批, 首批 -> 第一批, 二期 and second phase -> 第二期.

    Ranks are one row: 排名第3, 居第三位 and 第三大 -> 第三名. What opens a numbered entry is a step: 3.缴费 -> 第三步.
    """
    found = []
    for match in _ORDINAL.finditer(folded):
        ranked = match["rank"] or match["place"] or ("一" if match["most"] else "二" if match["next"] else "")
        number = match["number"] or match["phase"] or match["step"] or ranked or "一"
        unit = match["unit"] or match["first"] or ("名" if ranked else "步" if match["step"] else "期")
        found.append(f"第{_numeral(int(number)) if number.isdigit() else number}{'名' if unit == '位' else unit}")
    for match in _ENGLISH_ORDINAL.finditer(folded):
        word = match["word"] or match["phase"]
        digits = re.match(r"\d+", word)
        number = int(digits.group()) if digits is not None else _ENGLISH_NUMBERS[word]
        found.append(f"第{_numeral(number)}{_ENGLISH_ROWS[match['noun'] or 'phase']}")
    return tuple(dict.fromkeys(found))


def this_one(folded: str, above: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """What 本届 or 本期 in a sentence is, by the rows of those above it, the nearest first; () where none says it."""
    meant = re.search(r"本(?P<unit>[届期批轮])(?![内间限])", folded)
    return next(((row,) for rows in above for row in rows if row[-1] == meant["unit"]), ()) if meant is not None else ()


def _numeral(number: int) -> str:
    """A number below 100 in Chinese; larger ones stay figures."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _DIGIT[tens] + "十") + (_DIGIT[ones] if ones else "")


def limits_of(folded: str) -> tuple[str, ...]:
    """What parts are cut off by, without blanks: 5亿元以上项目 -> 5亿元以上, 本科及以上 -> 本科以上."""
    return tuple(dict.fromkeys(_limit(match) for match in _LIMIT.finditer(folded)))


def limit_ranges(folded: str) -> Iterator[tuple[int, int, str]]:
    """Where the limits of `limits_of` stand in a text."""
    return ((*match.span(), _limit(match)) for match in _LIMIT.finditer(folded))


def _limit(match: re.Match[str]) -> str:
    if match["degree"]:
        return f"{match['degree']}以上"
    return re.sub(r"[\s,]", "", match["figure"]) + (match["unit"] or "") + match["side"]
