"""Reasons why there is no answer, said of the documents that were chosen, where a question was asked within some."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qa.types import Reason

if TYPE_CHECKING:
    from qa.types import Answer

__all__ = ["said_of_chosen"]

_BEGINNINGS_ZH = (("最接近的内容", "所选文档里最接近的内容"), ("找到的内容", "所选文档里找到的内容"))
_BEGINNINGS_EN = (
    ("The nearest passages", "The nearest passages of the chosen documents"),
    ("Nothing that was found fits", "Nothing in the chosen documents fits"),
)
_OF_ANY_DOCUMENTS = frozenset(("task", "greeting"))
"""Codes of reasons that do not depend on the documents."""


def said_of_chosen(answer: Answer, undated: int = 0) -> Answer:
    """The same answer, with reasons that speak of the chosen documents.

    `undated` is how many of their articles were left out because they have no date; a refusal says so.
    """
    return replace(
        answer,
        reason=_of_chosen(answer.reason, undated),
        parts=tuple(replace(part, reason=_of_chosen(part.reason, undated)) for part in answer.parts),
    )


def _of_chosen(reason: Reason | None, undated: int) -> Reason | None:
    if reason is None or reason.code in _OF_ANY_DOCUMENTS:
        return reason
    zh, en = _begun(reason.zh, _BEGINNINGS_ZH), _begun(reason.en, _BEGINNINGS_EN)
    if zh == reason.zh:
        zh = zh.replace("文档里", "所选文档里", 1)
    if en == reason.en:
        en = en.replace("he documents", "he chosen documents", 1)
    if undated:
        zh += f"没有日期的 {undated} 篇文章不在其中。"
        some = "article has no date and is" if undated == 1 else "articles have no date and are"
        en += f" {undated} {some} not among them."
    return Reason(reason.code, zh, en)


def _begun(text: str, beginnings: tuple[tuple[str, str], ...]) -> str:
    """A text with another beginning."""
    for before, after in beginnings:
        if text.startswith(before):
            return after + text.removeprefix(before)
    return text
