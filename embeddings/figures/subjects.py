"""Whose a figure is: the name that its clause or the nearest one before opens with, or that stands above it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.tokens import tagged
from embeddings.figures.names import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.figures.names import Kind
    from embeddings.figures.sentences import Figures

_LEAD = re.compile(
    r"(?:截至|截止|据悉|目前|如今|近日|日前|近年来?|其中|同时|此外|另外|数据显示|正文|据了解|据介绍|而|仅|在|全年|当年|当前|来自|以及|已有|其|又如|如|例如|分.{1,3}看|从.{0,8}看|今年|去年"
    r"|此次|这|该|以来|期间|[的，, 　“\"]|[\d\s年月日时点分上下半一二三四季度底末初至—-])*$"
)
# What is said of somewhere else, or by somebody, is not whose the figure is.
_ASIDE = re.compile(
    r"(?:与|和|跟|同|向|从|对|比|较|位于|坐落于|地处|来自|毗邻|高于|低于|据|记者从|由|距离?|给|占|在|为|被|把|将|到)$"
)
_SPEAKER = re.compile(
    r"[^,，。;；]{0,12}?(?:表示|介绍|说|称|指出|透露|认为|获悉|显示|统计|消息|监测|预测|通报|数据|负责人)"
)
_ONE_OF_SEVERAL = re.compile(r"等|、[^,，。;；、]{1,12}等")
_CLAUSE = re.compile(r"[,，;；。:：!！?？\n]")
_ITEM = re.compile(r"[,，;；。:：!！?？\n、]|其中|包括|包含")
_NOUNS = frozenset("nabjlxzs")
_LONGEST_NOUN = 12


def whose_at(sentence: Figures, at: int, above: Sequence[Figures], measure: str = "") -> str:
    """The name that a figure at a place is said of; "" where none is named. `above` are the nearest first.

    What belongs to the words of its `measure` is no name: 研发投入占比.
    """
    found = opener(sentence, at, measure)
    if found is not None:
        return _resolved(found, above, sentence)
    for number, other in enumerate(above):
        found = opener(other, len(other.folded))
        if found is not None and found.kind != "noun":
            return _resolved(found, above[number + 1 :], other)
    return _titled(above)


def opener(sentence: Figures, at: int, measure: str = "") -> Name | None:
    """The last name before a place that opens its clause, or that a figure stands right behind."""
    found = None
    for name in sentence.names:
        if name.end > at:
            break
        first = _clause(sentence.folded, name.start)
        before = sentence.folded[first : name.start]
        if _SPEAKER.match(sentence.folded, name.end) or _ASIDE.search(before):
            continue
        if _ONE_OF_SEVERAL.match(sentence.folded, name.end):
            continue
        item = max((match.end() for match in _ITEM.finditer(sentence.folded, first, name.start)), default=first)
        if name.end == at and (item == name.start or before.endswith("和")) and name.kind in ("place", "name"):
            return name
        if _LEAD.match(before) or (found is None and before.endswith("的")):
            found = name
    return found or _noun(sentence, at, measure)


def _clause(folded: str, at: int) -> int:
    return max((match.end() for match in _CLAUSE.finditer(folded, 0, at)), default=0)


def _noun(sentence: Figures, at: int, measure: str) -> Name | None:
    """The noun that a clause before a figure opens with, where a verb or 的 follows: 文化核心领域|实现营业收入5亿元."""
    end = at
    while end > 0:
        first = _clause(sentence.folded, end)
        start = _past_leads(sentence, first, end)
        text, behind, tags, whole = "", "", set(), ""
        for word, tag in tagged(sentence.folded[start:end]):
            if (tag[0] in _NOUNS or tag in ("vn", "eng")) and not word[0].isdigit():
                text += word
                tags.add(tag)
                whole = text if tag[0] in "nj" or tag in ("vn", "eng", "s") else whole
            else:
                behind = word if tag[0] in "vup" or tag == "d" else ""
                break
        text = whole
        if (
            1 < len(text) <= _LONGEST_NOUN
            and behind
            and behind not in _NO_VERBS
            and text not in _NO_SUBJECTS | {"人均"}
            and text not in measure
        ):
            place = sentence.folded.find(text, start)
            kind: Kind = "name" if tags & _PROPER else "noun"
            return Name(place, place + len(text), text, kind)
        end = first - 1
    return None


def _past_leads(sentence: Figures, start: int, end: int) -> int:
    """Where a clause goes on behind its times and the words that only lead in."""
    while True:
        before = start
        for time in sentence.times:
            if start <= time.start <= start + 2:
                start = time.end
        lead = _LEADS.match(sentence.folded, start, end)
        start = lead.end() if lead is not None else start
        if start == before:
            return start


_LEADS = re.compile(
    r"(?:截至|截止|据悉|目前|如今|近日|日前|近年来?|其中|同时|此外|另外|而|仅|在|全年|当年|当前|以及|其|如|例如|\s|[“\"])+"
)
_NO_VERBS = frozenset(("为", "达", "是", "约", "达到", "近", "超", "超过", "增长", "下降"))
_NO_SUBJECTS = frozenset(("数据", "记者", "相关", "有关", "市场", "同比", "环比", "累计", "平均"))
_PROPER = frozenset(("nz", "nr", "nt", "nrt", "eng", "ns"))


def _resolved(name: Name, above: Sequence[Figures], own: Figures) -> str:
    """A name, or the one that a word stands for."""
    if name.kind != "stand-in":
        return own.text.shown[name.start : name.end]
    for sentence in (own, *above):
        for other in reversed(sentence.names):
            if sentence is own and other.start >= name.start:
                continue
            if other.kind in ("name", "place") and _stands_for(name, other):
                return sentence.text.shown[other.start : other.end]
    return own.text.shown[name.start : name.end]


def _stands_for(word: Name, name: Name) -> bool:
    if word.group == name.group:
        return True
    return name.kind == "place" and word.group in ("区", "市", "省", "县", "国") and name.group.endswith(word.group)


def _titled(above: Sequence[Figures]) -> str:
    """The first name that the title has, else the first sentence."""
    for sentence in reversed(above):
        for name in sentence.names:
            if name.kind != "stand-in":
                return sentence.text.shown[name.start : name.end]
    return ""
