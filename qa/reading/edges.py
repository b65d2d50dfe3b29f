"""The edges of an answer: what of a text is one unit, and may not be cut by where an answer begins or ends.

Whoever turns a span into an answer has it made `whole` here, and `trimmed` of marks that are not its own.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from chinese.numerals import HAN
from chinese.quantities import quantities_in
from chinese.text import Range, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chinese.quantities import Quantity

_MARKS = " \t\n,，。;；:：、.!！?？"
_PAIRS = {"“": "”", "「": "」", "『": "』", "《": "》", "(": ")", "（": "）", "‘": "’"}
_WINDOW = 80
"""Characters on either side of an edge in which a title is looked for that it may cut: few are longer."""
_FIGURE_WINDOW = 24
"""The same of a figure or range."""
# Where a figure or range may be cut: behind a numeral, before one that its sign or bound precedes, beside 以上.
_IN_FIGURE = re.compile(
    rf"[\d{HAN}万亿余多几.,][^\s,，。;；、：:）)”]|[-−负下上过于至~～〜—–.,][\d{HAN}]|.以[上下内]|上[并且不未低]"
)

# 138****5678; 澜政办发〔2024〕7号; 0539-8672301; GB/T 2828.1, F-16; a word or number of one run: 1,200.5.
_UNCUT = re.compile(
    r"\d*[*＊×xX•●]{2,}\d+|\d+[*＊×xX•●]{2,}\d*"
    r"|(?:(?<![\u4e00-\u9fff])|(?<=[为是即以据按照号见]))(?:(?![为是即以据按照号见])[\u4e00-\u9fff]){1,9}[〔[【(（](?:19|20)\d\d[〕\]】)）]第?\d+号"
    r"|[〔[【(（](?:19|20)\d\d[〕\]】)）]第?\d+号"
    r"|中共[\u4e00-\u9fff]{2,12}?(?:[省市区县州盟旗镇乡厅局校院]|街道)(?:工?委|党组)(?:[\u4e00-\u9fff]{2,4}[部室局校院])?"
    r"|[A-Za-z]+(?:[-'’&./·][A-Za-z0-9]+)+|[A-Za-z]+\d+|[A-Za-z]+"
    r"|\d+(?:[-,.:/]\d+)+|\d+"
)
_TITLE = re.compile(r"《[^《》\n]{1,60}》")
# 5万元以上20万元以下, 3年以上不满5年: two bounds of one range.
_FROM = re.compile(r"(?:以上|超过|不低于|不少于|高于)")
_BETWEEN_BOUNDS = re.compile(r"[,，、]?(?:并|且|但|而)?(?:不足|不满|未满|不到|低于)?")
_UP_TO = re.compile(r"(?:以下|以内|不足|不满|未满|不到|不超过|低于)")
_DATE_PART = re.compile(r"[^年月至到~〜—–-]{1,5}(?:年代?|月)|[^年月至到~〜—–-]+")


def whole(text: str, start: int, end: int) -> Range:
    """The range, with every unit of the text whole that it cuts: a figure, a range, a title, a Latin word.

    衣着类下降1.|3% becomes 1.3%, 138**|**5678 the whole number. A date may end after its year or its month.
    """
    while (wider := (_unit_at(text, start)[0], _unit_at(text, end)[1])) != (start, end):
        start, end = wider
    return start, end


def _unit_at(text: str, place: int) -> Range:
    """The units of a text that have a place inside, as one range; the place itself where there is none."""
    if not 0 < place < len(text):
        return place, place
    low = max(0, place - _WINDOW)
    found = list(_spelt(text[low : place + _WINDOW], low))
    if _IN_FIGURE.match(text, place - 1):
        low = max(0, place - _FIGURE_WINDOW)
        found.extend(_figures(text[low : place + _FIGURE_WINDOW], low))
    inside = [(first, last) for first, last in found if first < place < last]
    return min([place, *(first for first, _ in inside)]), max([place, *(last for _, last in inside)])


def _spelt(text: str, shift: int) -> Iterator[Range]:
    for pattern in (_UNCUT, _TITLE):
        for match in pattern.finditer(text):
            yield match.start() + shift, match.end() + shift


def _figures(text: str, shift: int) -> Iterator[Range]:
    found = quantities_in(Text.of(text))
    ranges = [
        (one.start, other.end)
        for one, other in itertools.pairwise(found)
        if one.kind == other.kind and _is_range(text, one, other)
    ]
    for first, last in [*(part for quantity in found for part in _parts(quantity)), *ranges]:
        yield first + shift, last + shift


def _parts(quantity: Quantity) -> Iterator[Range]:
    """The units of one quantity: a date's year, month and day, and of any other its bound word, its figure and unit."""
    if quantity.kind == "date":
        for match in _DATE_PART.finditer(quantity.text):
            yield quantity.start + match.start(), quantity.start + match.end()
        return
    first = quantity.start + max(0, quantity.text.find(quantity.number[:1]))
    last = first + len(quantity.number)
    if quantity.unit and (place := quantity.text.find(quantity.unit, last - quantity.start)) >= 0:
        last = quantity.start + place + len(quantity.unit)
    if _FROM.search(quantity.text) and _UP_TO.search(quantity.text):
        yield quantity.start, quantity.end
    yield quantity.start, first
    yield first, last
    yield last, quantity.end


def _is_range(text: str, one: Quantity, other: Quantity) -> bool:
    """Whether two quantities are the bounds of one range: 5万元以上20万元以下."""
    between = text[one.end : other.start]
    return bool(_FROM.search(one.text) and _BETWEEN_BOUNDS.fullmatch(between) and _UP_TO.search(between + other.text))


def trimmed(text: str, start: int, end: int) -> Range:
    """A range that cuts no unit, without punctuation at its edges or a quotation mark or bracket without its other."""
    while start < end and (text[end - 1] in _MARKS or text[end - 1] in _PAIRS):
        end -= 1
    start, end = whole(text, start, end)
    other = _PAIRS.get(text[start - 1 : start], "")
    inside = text.find(other, start, end - 1) if other else -1
    if start < inside and not any(mark in text[start:inside] for mark in _PAIRS):
        start -= 1  # 奋战五年”目标: its opening mark stands right before
    while start < end:
        first, last = text[start], text[end - 1]
        closing = text.find(_PAIRS[first], start, end) if first in _PAIRS else 0
        if first in _MARKS or closing < 0:
            start += 1
        elif last in _MARKS or (last in _PAIRS.values() and not _opened(text, start, end)):
            end -= 1
        elif first in _PAIRS and first not in "(（" and closing == end - 1:
            start, end = start + 1, end - 1
        else:
            break
    return start, end


def _opened(text: str, start: int, end: int) -> bool:
    """Whether the closing mark that a range ends with has its opening one inside."""
    return any(_PAIRS.get(text[place]) == text[end - 1] for place in range(start, end))
