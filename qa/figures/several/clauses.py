"""The measure and the owner of a figure as its own clause has them, where its measure says too little.

The words right before a figure, without the time and the name they open with: 2023年人均可支配收入|33180元.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from chinese.tokens import fold
from qa.figures.several.whose import opening_name

if TYPE_CHECKING:
    from qa.figures.several.measured_words import WordsAsked
    from qa.types import Figure

_PARTED = re.compile(r"[,，、;；。:：|()（）\n]|(?<=\d)[\u4e00-\u9fff%]{1,3}(?=[和与及])[和与及]")
_TIME = re.compile(
    r"\s*(?:截至|截止|到|至|在)?(?:(?:19|20)\d{2}年(?:[度底末初]|上半年|下半年|第?[一二三四]季度|前[一二三]季度|\d{1,2}月)?"
    r"|[今去前]年|上年|当年|全年|年[末底]|其中|同期|\d{1,2}月(?:份)?)+(?:[,，]|\s)?"
)
_LEADING_TO_FIGURE = re.compile(
    r"(?:已)?(?:分别|增加到|增长到|上升到|提高到|下降到|减少到"
    r"|增至|升至|降至|达到|达|为|有|是|约|近|超过?|突破|完成|实现|共|的|了|至|到)+$"
)
_LEADING_TO_MEASURE = re.compile(r"^(?:全[省市区县镇]|的|共|已)+")


_SUMMED = re.compile(r"累计|历年|以来")
_PART_OF_SENTENCE = re.compile(r"[。；;]")


def as_meant(figure: Figure) -> Figure:
    """A figure that is called a sum so far with no word that says so, as the level that it is: 现有, 截至2023年底.

    What begins with 人均 is meant per head, however it was read; what is of a year to come is planned.
    """
    if figure.mode in ("result", "new") and _is_to_come(figure):
        return replace(figure, mode="plan")
    if figure.mode == "result" and re.match("人均|户均|亩均", figure.measure):
        return replace(figure, mode="per head")
    if figure.mode != "total":
        return figure
    before = _PART_OF_SENTENCE.split(fold(figure.sentence[: figure.start]))[-1]
    return figure if _SUMMED.search(before) else replace(figure, mode="result")


def _is_to_come(figure: Figure) -> bool:
    """Whether a figure is of a later year than its article is of or was written in: one of 2025 in a report of 2024."""
    known = [*re.findall(r"(?<!\d)(?:19|20)\d\d(?=年)", figure.title), *re.findall(r"^\d{4}", figure.date or "")]
    return bool(known) and re.match(r"\d{4}", figure.period) is not None and figure.period[:4] > max(known)


def by_clause(figure: Figure, asked: WordsAsked) -> Figure:
    """A figure with the measure that its clause has, where that has all the words asked for and its own lacks some."""
    if not asked.lacking_of(figure):
        return figure
    before = fold(figure.sentence[: figure.start])
    clause = before[max((match.end() for match in _PARTED.finditer(before)), default=0) :]
    rest = _TIME.sub("", clause, count=1)
    name = opening_name(rest)
    rest = _LEADING_TO_MEASURE.sub("", _LEADING_TO_FIGURE.sub("", rest[len(name) :].strip()))
    if not rest or re.search(r"\d", rest) or asked.lacking(rest):
        return figure
    return replace(figure, measure=rest, whose=name or figure.whose)
