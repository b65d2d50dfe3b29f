"""Whether a sentence says yes or no to what is asked: 是否通过验收 -> 否, where it says 尚未通过验收."""

from __future__ import annotations

import re

from chinese.quantities import find_quantities
from chinese.tokens import tagged

_NOT = re.compile(
    r"(?:尚未|并未|从未|未能|没有|不得|不能|不再|不予|不是|未|没|不(?!仅|但|只|断|久|少|同)|无|非)[^,，。;；]{0,8}$"
)
_EMPTY = frozenset("是 有 能 会 可 可以 要 应 应该 需要 请问 问 知道".split())


_UP = re.compile(r"增长|增加|上涨|上升|提高|提升|上调|扩大|涨|升|回升|增(?!值)")
_DOWN = re.compile(r"下降|减少|下跌|下调|降低|回落|缩小|收窄|跌|降|减(?!排)|-(?=\d)")
_SAME = re.compile(r"不变|持平|不作?调整|维持")


def told_by_figure(question: str, clause: str, figure: str) -> str | None:
    """是 or 否 where a figure tells it: of 票价是不是2元 another price, of 涨了吗 what falls or stays; else None.

    All three are folded; `clause` is that of the figure in its text.
    """
    asked, said = find_quantities(question), find_quantities(figure)
    if len(said) == 1 and (
        alike := [item for item in asked if item.unit == said[0].unit and item.kind == said[0].kind]
    ):
        return "是" if any(item.number == said[0].number for item in alike) else "否"
    wanted = "up" if _UP.search(question) else "down" if _DOWN.search(question) else ""
    if not wanted or not re.search(r"\d", figure):
        return None
    if _SAME.search(clause):
        return "否"
    up, down = _UP.search(clause), _DOWN.search(clause)
    if bool(up) == bool(down):
        return None
    return "是" if (wanted == "up") == bool(up) else "否"


def verdict(question: str, sentence: str) -> str | None:
    """是 or 否, by the first verb of the folded question that the folded sentence has; None where it has none.

    A question that itself denies something (是否尚未…) is left open.
    """
    asked = re.sub(r"是否|是不是|有没有|能不能|会不会|可不可以|能否|可否|吗[?？]*$", " ", question)
    if _NOT.search(asked) or re.search(r"尚未|没有|不[^久少断同]", asked):
        return None
    for word, tag in tagged(asked):
        if tag[0] != "v" or word in _EMPTY or len(word) < 2:
            continue
        place = sentence.find(word)
        if place >= 0:
            clause = re.split(r"[,，。;；]", sentence[:place])[-1]
            return "否" if _NOT.search(clause) else "是"
    return None
