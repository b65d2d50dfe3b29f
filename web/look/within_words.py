"""The words of the control that says within which documents is asked, both languages side by side."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chinese.errors import Language

__all__ = ["WITHIN_WORDS", "within_json", "within_word"]

WITHIN_WORDS: dict[str, tuple[str, str]] = {
    "all": ("全部文档", "All documents"),
    "in": ("只在", "Only in"),
    "choose": ("选择在哪些文档里提问", "Choose which documents to ask"),
    "find": ("查找文件和文件夹", "Find files and folders"),
    "folders": ("文件夹", "Folders"),
    "files": ("文件", "Files"),
    "count": ("{} 个文件", "{} files"),
    "one": ("1 个文件", "1 file"),
    "hidden": ("另有 {} 个没有列出，请写几个字查找。", "{} more are not listed: type to find them."),
    "nothing": ("没有这样的文件或文件夹。", "There is no such file or folder."),
    "dates": ("文章日期", "Dates of articles"),
    "since": ("从", "From"),
    "until": ("到", "To"),
    "hint": ("如 2023 或 2023-05", "2023 or 2023-05"),
    "undated": ("没有日期的文章不在其中。", "Articles without a date are left out."),
    "bad": ("请写年、年月或年月日，如 2023-05。", "Write a year, a month or a day, such as 2023-05."),
    "order": ("起始日期在结束日期之后。", "The first date is after the last."),
    "done": ("确定", "Done"),
    "reset": ("全部文档", "All documents"),
    "close": ("关闭", "Close"),
    "without": ("不限于 {}", "Not only {}"),
    "chosen": ("已选 {} 项", "{} chosen"),
    "network": ("连不上 wenju，请看它是否还在运行。", "wenju cannot be reached; see whether it is still running."),
    "asked": ("只在所选文档里：{}", "Only in the chosen documents: {}"),
    "more": ("等另外 {} 项", " and {} more"),
    "both": ("{} 至 {}", "{} to {}"),
    "after": ("{} 及以后", "{} and later"),
    "before": ("{} 及以前", "{} and earlier"),
}


def within_word(key: str, language: Language) -> str:
    """One of WITHIN_WORDS."""
    return WITHIN_WORDS[key][language == "en"]


def within_json() -> str:
    """All of them for the page's script: by language, then by key."""
    words = {name: {key: said[place] for key, said in WITHIN_WORDS.items()} for place, name in enumerate(("zh", "en"))}
    return json.dumps(words, ensure_ascii=False)
