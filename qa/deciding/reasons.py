"""Why there is no answer, in words a user reads: one function a reason, both languages side by side."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.types import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.deciding.comparing import Conflict, ConflictKind
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
    return Reason("empty", "文档里没有任何段落。", "The documents hold no passages.")


def greeting(is_thanks: bool) -> Reason:
    """Thanks or a greeting, which ask for nothing: said back, with what can be asked."""
    if is_thanks:
        return Reason(
            "greeting", "不客气。还想从文档里找什么，请接着问。", "You are welcome. Ask on whenever you like."
        )
    return Reason(
        "greeting",
        "你好！请问一件写在文档里的事：多少、谁、什么时候、在哪里、哪些。",
        "Hello! Ask for one thing that the documents state: how many, who, when, where, which.",
    )


def _year(said: str) -> str:
    """2023 as 2023年; 去年 as it stands."""
    return f"{said}年" if said.isdigit() else said


def other_year(asked: Sequence[str], there: Sequence[str]) -> Reason:
    """The passages speak of other years than the one asked for."""
    wanted = "、".join(map(_year, asked))
    if not there:
        return Reason(
            "year",
            f"最接近的内容没有说是{wanted}的情况。",
            f"The nearest passages do not say this for {', '.join(asked)}.",
        )
    found = "、".join(map(_year, there))
    return Reason(
        "year",
        f"最接近的内容说的是{found}，不是{wanted}。",
        f"The nearest passages say this for {', '.join(there)}, not for {', '.join(asked)}.",
    )


def contradiction(conflict: Conflict) -> Reason:
    """The evidence is about something else than what is asked for; says both."""
    asked, found = conflict.asked, conflict.found
    if conflict.kind == "year":
        return other_year(asked.split("、"), found.split("、") if found else ())
    if conflict.kind in _ONLY:
        code, zh, en = _ONLY[conflict.kind]
        return Reason(code, zh.format(found), en.format(found))
    code = _CODES.get(conflict.kind, conflict.kind)
    about_zh, about_en = _in_english(asked)
    if not found:
        return Reason(code, f"最接近的内容没有讲{about_zh}。", f"The nearest passages say nothing about {about_en}.")
    other_zh, other_en = _in_english(found)
    if not asked:
        return Reason(
            code,
            f"最接近的内容只有{other_zh}的，没有整体的。",
            f"The nearest passages have this only for {other_en}.",
        )
    return Reason(
        code,
        f"最接近的内容讲的是{other_zh}，不是{about_zh}。",
        f"The nearest passages are about {other_en}, not about {about_en}.",
    )


_CODES: dict[ConflictKind, str] = {"place": "name", "zone": "name", "body": "name", "whole": "name", "ordinal": "name"}
_ONLY: dict[ConflictKind, tuple[str, str, str]] = {
    "target": (
        "aim",
        "最接近的内容只有目标或计划（“{}”），没有实际结果。",
        'The nearest passages have only a plan ("{}"), not the result.',
    ),
    "result": (
        "aim",
        "最接近的内容只有实际情况（“{}”），没有所问的目标或计划。",
        'The nearest passages have only the result ("{}"), not the plan.',
    ),
    "total": (
        "sum",
        "最接近的内容只有累计数（“{}”），没有新增数。",
        'The nearest passages have only the total so far ("{}"), not what was added.',
    ),
    "new": (
        "sum",
        "最接近的内容只有新增数（“{}”），没有累计数。",
        'The nearest passages have only what was added ("{}"), not the total so far.',
    ),
    "change": (
        "sum",
        "最接近的内容只有增减数（“{}”），没有总数。",
        'The nearest passages have only the change ("{}"), not the level.',
    ),
    "level": (
        "sum",
        "最接近的内容只有总数（“{}”），没有增减数。",
        'The nearest passages have only the level ("{}"), not the change.',
    ),
    "before": (
        "sum",
        "最接近的内容只有变化之前的数（“{}”），没有现在的。",
        'The nearest passages have only what it was before it changed ("{}"), not what it is.',
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


def not_in_corpus(words: Sequence[str]) -> Reason:
    """Words that stand nowhere in the whole corpus, which was asked."""
    quoted = "、".join(f"“{word}”" for word in words[:4])
    listed = ", ".join(f'"{word}"' for word in words[:4])
    return Reason("words", f"文档里没有出现{quoted}。", f"The documents do not mention {listed}.")


def not_mentioned(words: Sequence[str]) -> Reason:
    """Too much of what is asked about stands nowhere near, though the corpus has the words somewhere."""
    quoted = "、".join(f"“{word}”" for word in words[:4])
    listed = ", ".join(f'"{word}"' for word in words[:4])
    return Reason("words", f"最接近的内容没有提到{quoted}。", f"The nearest passages do not mention {listed}.")


def not_translated(words: Sequence[str]) -> Reason:
    """Words of an English question for which no Chinese word of the corpus is known: they may stand there."""
    quoted = "、".join(f"“{word}”" for word in words[:4])
    listed = ", ".join(f'"{word}"' for word in words[:4])
    return Reason(
        "words",
        f"不知道{quoted}在文档里用什么词，可以改用中文问。",
        f"No word of the documents is known for {listed}. Try other words, or ask in Chinese.",
    )


def other_task() -> Reason:
    """The question wants a text written: a summary, a comparison, advice."""
    return Reason(
        "task",
        "这里只找出原文里写着的数字、名称和句子，不写总结，不作比较，也不提建议。请问一件具体的事。",
        "Only figures, names and sentences that the documents state are given: no summaries, comparisons or advice. "
        "Ask for one particular thing.",
    )


def no_such_kind(asked: Asked) -> Reason:
    """The passages fit, but none holds an answer of the kind asked for."""
    return Reason(
        "kind",
        f"最接近的内容里没有所问的{_KINDS_ZH[asked]}。",
        f"The nearest passages hold no {_KINDS_EN[asked]} of the kind asked for.",
    )


def too_weak() -> Reason:
    """What was found fits the question too little to be called an answer."""
    return Reason("weak", "找到的内容都不够贴切。", "Nothing that was found fits the question well enough.")
