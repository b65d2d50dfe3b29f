"""The things that a question compares or adds up, by the names that it gives them: 秋粮 and 夏粮, two lines, two firms.

Called by `by_words`.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from chinese.places import places_of
from chinese.tokens import words
from qa.figures.several.asked_measure import HOLIDAYS
from qa.figures.several.items import items_asked
from qa.figures.several.operations import PAIR
from qa.figures.several.whose import forms_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.figures.several.operations import Several
    from qa.question.question import Question


def things_asked(question: Question, several: Several, named: Sequence[str]) -> tuple[str, ...]:
    """The things that a question compares or adds up, as it names them; nothing where all of a sort are asked about."""
    if several.operation in ("difference", "rate"):
        found = _sides(question.folded, named) or (list(named) if len(named) == PAIR else [])
    else:
        found = list(items_asked(question.folded)) or _joined(question.folded, named)
    return tuple(dict.fromkeys(_named_so(thing, named) for thing in found))


def _named_so(thing: str, named: Sequence[str]) -> str:
    """A thing as the name of a place that it ends with, or begins with: 东渠区 for 会上东渠."""
    return next(
        (
            name
            for name in named
            if places_of(name) and any(thing.endswith(form) or thing.startswith(form) for form in forms_of(name))
            if len(thing) <= len(name) + _FEW
        ),
        thing,
    )


_FEW = 3


def _joined(folded: str, named: Sequence[str]) -> list[str]:
    """Names that a question joins: 甲县和乙县."""
    places = sorted((folded.find(form), form, name) for name in named for form in forms_of(name)[:2] if form in folded)
    found: list[str] = []
    for (start, form, one), (other, _, two) in itertools.pairwise(places):
        if one != two and re.fullmatch("[、,，]|以?及|和|与|跟|或|还是", folded[start + len(form) : other].strip()):
            found += [one, two]
    return list(dict.fromkeys(found))


_VERSUS = re.compile(
    r"(?P<one>.+?)(?<![同环占相对])比(?![例重率])(?P<other>.{2,14}?)(?:[要还]|每.{1,3})?"
    r"(?:[高低多少大小长短快慢贵重轻远近]|便宜|相差|差)"
)


def _sides(folded: str, named: Sequence[str]) -> list[str]:
    """The two things of 甲比乙多多少, the first as what stands in place of the second: 秋粮 and 夏粮."""
    match = _VERSUS.search(folded)
    if match is None:
        return []
    one, other = (match[name].replace("的", "") for name in ("one", "other"))
    found = HOLIDAYS.search(other)
    if found is not None:  # 国庆接待的观众比五一多多少
        held = HOLIDAYS.search(one)
        return [held[0][:2], found[0][:2]] if held is not None else []
    if re.fullmatch(r"[省市区县]?(?:上|前|去|同期|(?:19|20)\d\d|\d{1,2}月).*", other):
        return []
    within = [name for name in named if any(form in one for form in forms_of(name))]
    return _alike(one, other) or ([within[-1], other] if within else [])


def _alike(one: str, other: str) -> list[str]:
    """What of some words is of the kind of another thing: that which ends alike and is as long, the last of these."""
    numbered = re.fullmatch(r"(\d+|[a-z]\d+)([\u4e00-\u9fff]+)", other)
    if numbered is not None:
        found = re.findall(rf"(?:\d+|[a-z]\d+){numbered[2]}", one)
        return [found[-1], other] if found else []
    ends = [end for _, _, end in words(one)]
    starts = [start for _, start, _ in words(one)]
    spans = [(start, end) for start in starts for end in ends if 1 < end - start <= len(other) + 1]
    alike = [(start, end) for start, end in spans if one[end - 1] == other[-1] and one[start:end] != other]
    if not alike:
        return []
    start, end = min(alike, key=lambda span: (abs(span[1] - span[0] - len(other)), -span[1]))
    return [one[start:end], other]
