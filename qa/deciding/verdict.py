"""Whether a sentence says yes or no to what is asked: 是否通过验收 -> 否, where it says 尚未通过验收."""

from __future__ import annotations

import re

from chinese.tokens import tagged

_NOT = re.compile(
    r"(?:尚未|并未|从未|未能|没有|不得|不能|不再|不予|不是|未|没|不(?!仅|但|只|断|久|少|同)|无|非)[^,，。;；]{0,8}$"
)
_EMPTY = frozenset("是 有 能 会 可 可以 要 应 应该 需要 请问 问 知道".split())


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
