"""Why there is no answer, in words a user reads: one function a reason, both languages side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.types import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.asked import Asked

_KINDS_ZH: dict[str, str] = {
    "money": "金额", "share": "比例", "date": "日期", "duration": "时长", "length": "长度或高度", "area": "面积",
    "person": "人名", "organisation": "机构名", "count": "数量", "quantity": "数字", "measure": "数字",
}  # fmt: skip
_KINDS_EN: dict[str, str] = {
    "money": "amount of money", "share": "share", "date": "date", "duration": "length of time",
    "length": "length or height", "area": "area", "person": "person", "organisation": "organisation",
    "count": "number", "quantity": "figure", "measure": "figure",
}  # fmt: skip


def nothing() -> Reason:
    """The index holds no passage at all."""
    return Reason("empty", "语料中没有任何段落。", "The corpus holds no passages.")


def other_year(asked: Sequence[str], there: Sequence[str]) -> Reason:
    """The corpus speaks of other years than the one asked for."""
    wanted = "、".join(f"{year}年" for year in asked)
    if not there:
        return Reason(
            "year", f"语料中相关内容没有说明是{wanted}的情况。", f"The corpus does not say this for {', '.join(asked)}."
        )
    found = "、".join(f"{year}年" for year in there)
    return Reason(
        "year",
        f"语料中相关内容说的是{found}，没有{wanted}的。",
        f"The corpus has this for {', '.join(there)}, not for {', '.join(asked)}.",
    )


def not_named(names: Sequence[str]) -> Reason:
    """A place, name or figure of the question does not stand in the evidence."""
    quoted = "、".join(f"“{name}”" for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    return Reason("name", f"最接近的内容没有提到{quoted}。", f"The nearest passages say nothing about {listed}.")


def not_mentioned(words: Sequence[str]) -> Reason:
    """Too much of what is asked about stands nowhere near."""
    quoted = "、".join(f"“{word}”" for word in words[:4])
    listed = ", ".join(f'"{word}"' for word in words[:4])
    return Reason("words", f"语料中没有关于{quoted}的内容。", f"The corpus has nothing about {listed}.")


def no_such_kind(asked: Asked) -> Reason:
    """The passages fit, but none holds an answer of the kind asked for."""
    return Reason(
        "kind",
        f"最接近的内容里没有所问的{_KINDS_ZH.get(asked, '内容')}。",
        f"The nearest passages hold no {_KINDS_EN.get(asked, 'answer')} of the kind asked for.",
    )


def too_weak() -> Reason:
    """What was found fits the question too little to be called an answer."""
    return Reason("weak", "语料中没有足够贴切的依据。", "Nothing in the corpus fits the question well enough.")
