"""Why there is no answer, in words a user reads: one function a reason, both languages side by side."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.types import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.deciding.conflicts import Conflict
    from qa.question.kinds import Asked

_KINDS_ZH: dict[Asked, str] = {
    "money": "金额", "share": "比例", "date": "日期", "duration": "时长", "length": "长度或高度", "area": "面积",
    "person": "人名", "organisation": "机构名", "quantity": "数字", "place": "地点", "ordinal": "名次或次序",
    "name": "名称", "list": "名单", "text": "内容",
}  # fmt: skip
_KINDS_EN: dict[Asked, str] = {
    "money": "amount of money", "share": "share", "date": "date", "duration": "length of time",
    "length": "length or height", "area": "area", "person": "person", "organisation": "organisation",
    "quantity": "figure", "place": "place", "ordinal": "rank", "name": "name", "list": "list", "text": "answer",
}  # fmt: skip


def nothing() -> Reason:
    """The index holds no passage at all."""
    return Reason("empty", "语料中没有任何段落。", "The corpus holds no passages.")


def other_year(asked: Sequence[str], there: Sequence[str]) -> Reason:
    """The corpus speaks of other years than the one asked for."""
    wanted = "、".join(f"{year}年" for year in asked)
    if not there:
        return Reason(
            "year", f"语料里没有说是{wanted}的情况。", f"The corpus does not say this for {', '.join(asked)}."
        )
    found = "、".join(f"{year}年" for year in there)
    return Reason(
        "year",
        f"语料里有{found}的，没有{wanted}的。",
        f"The corpus has this for {', '.join(there)}, not for {', '.join(asked)}.",
    )


def contradiction(conflict: Conflict) -> Reason:
    """The evidence is about something else than what is asked for, or has nothing on it; says both."""
    asked, found = conflict.asked, conflict.found
    if conflict.kind == "year":
        return other_year(asked.split("、"), found.split("、") if found else ())
    if conflict.kind in _ONLY:
        zh, en = _ONLY[conflict.kind]
        return Reason("aim" if conflict.kind in ("target", "result") else "sum", zh.format(found), en.format(found))
    code = "name" if conflict.kind in ("place", "ordinal") else conflict.kind
    about_zh, about_en = _in_english(asked)
    if not found:
        return Reason(code, f"语料里没有{about_zh}的内容。", f"The corpus has nothing about {about_en}.")
    other_zh, other_en = _in_english(found)
    if not asked:
        return Reason(code, f"语料里只有{other_zh}的，没有整体的。", f"The corpus has this only for {other_en}.")
    return Reason(
        code,
        f"语料里讲的是{other_zh}，没有{about_zh}的内容。",
        f"The corpus has this for {other_en}, nothing about {about_en}.",
    )


_ONLY: dict[str, tuple[str, str]] = {
    "target": ("语料里只有目标或计划（“{}”），没有实际结果。", 'The corpus has only a plan ("{}"), not the result.'),
    "result": (
        "语料里只有实际情况（“{}”），没有所问的目标或计划。",
        'The corpus has only the result ("{}"), not the plan.',
    ),
    "total": (
        "语料里只有累计数（“{}”），没有新增数。",
        'The corpus has only the total so far ("{}"), not what was added.',
    ),
    "new": (
        "语料里只有新增数（“{}”），没有累计数。",
        'The corpus has only what was added ("{}"), not the total so far.',
    ),
    "change": ("语料里只有增减数（“{}”），没有总数。", 'The corpus has only the change ("{}"), not the level.'),
    "before": (
        "语料里只有变化之前的数（“{}”），没有现在的。",
        'The corpus has only what it was before it changed ("{}"), not what it is.',
    ),
}


def _in_english(words: str) -> tuple[str, str]:
    """Words of a conflict in both languages: a part of the year is translated, a name is not."""
    return words, _PERIODS_EN.get(words) or _MONTH.sub(lambda match: _MONTHS[int(match[1]) - 1], words)


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MONTH = re.compile(r"^(\d{1,2})月$")
_PERIODS_EN = {
    "全年": "the whole year", "上半年": "the first half of the year", "下半年": "the second half of the year",
    "前三季度": "the first three quarters", "一季度": "the first quarter", "二季度": "the second quarter",
    "三季度": "the third quarter", "四季度": "the fourth quarter", "全国": "the whole country",
    "全省": "the whole province", "全市": "the whole city", "全区": "the whole district",
}  # fmt: skip


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
        f"最接近的内容里没有所问的{_KINDS_ZH[asked]}。",
        f"The nearest passages hold no {_KINDS_EN[asked]} of the kind asked for.",
    )


def too_weak() -> Reason:
    """What was found fits the question too little to be called an answer."""
    return Reason("weak", "语料中没有足够贴切的依据。", "Nothing in the corpus fits the question well enough.")
