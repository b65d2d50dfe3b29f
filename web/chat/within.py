"""Within which documents a question of the page is asked: told to the page, read from it, and said in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from chinese.errors import say
from chinese.shown import shown, shown_value
from qa.question.question import QuestionError
from qa.question.scope import Scope
from web.look.marks import escape
from web.look.within_words import within_word
from web.look.words import html_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chinese.errors import Language

__all__ = ["choices", "render_within", "scope_of", "scope_text"]

LONGEST = 100_000
"""Characters that the page may send of a scope."""
_OFFERED = 200
"""Folders, and files, that are offered at once; more are found by typing."""
_NAMED = 4


def scope_of(text: str | None) -> Scope | None:
    """The scope that the page sends as JSON, None for all documents. Raises QuestionError where it is none."""
    if not text:
        return None
    try:
        data = json.loads(text[: LONGEST + 1])
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise QuestionError(
            say(
                f"范围是 {shown_value(text)}，读不懂。请刷新网页，再选一次文档。",
                f"The scope is {shown_value(text)}, which cannot be read. Reload the page and choose documents again.",
            )
        )
    scope = Scope.from_dict(data)
    return None if scope.is_everything else scope


def scope_text(scope: Scope, language: Language) -> str:
    """A scope in words: east、b.txt；2023 至 2024."""
    comma, semicolon = ("、", "；") if language == "zh" else (", ", "; ")
    named = comma.join(shown(path) for path in scope.files[:_NAMED])
    if len(scope.files) > _NAMED:
        named += within_word("more", language).format(len(scope.files) - _NAMED)
    return semicolon.join(part for part in (named, _dates_text(scope, language)) if part)


def _dates_text(scope: Scope, language: Language) -> str:
    if scope.since and scope.until:
        return (
            scope.since
            if scope.since == scope.until
            else within_word("both", language).format(scope.since, scope.until)
        )
    if scope.since:
        return within_word("after", language).format(scope.since)
    return within_word("before", language).format(scope.until) if scope.until else ""


def render_within(scope: Scope | None, language: Language) -> str:
    """What stands under a question that was asked within some documents; "" for all."""
    if scope is None:
        return ""
    said = escape(within_word("asked", language).format(scope_text(scope, language)))
    return f'<div class="wj wj-within-said" lang="{html_language(language)}"><p class="wj-soft">{said}</p></div>'


def choices(files: Sequence[str], find: str) -> dict[str, Any]:
    """The folders and files to choose from, as JSON types: those whose path has what was typed, some of many.

    `folders` come with how many files are in each, `more` says how many folders and files are not among them.
    """
    typed = find.strip().casefold()
    counts: dict[str, int] = {}
    for file in files:
        parts = file.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            folder = "/".join(parts[:depth])
            counts[folder] = counts.get(folder, 0) + 1
    folders = [path for path in sorted(counts) if typed in path.casefold()]
    found = [file for file in files if typed in file.casefold()]
    return {
        "folders": [{"path": path, "name": shown(path), "files": counts[path]} for path in folders[:_OFFERED]],
        "files": [{"path": path, "name": shown(path)} for path in found[:_OFFERED]],
        "total": len(files),
        "more": _beyond(folders) + _beyond(found),
    }


def _beyond(items: Iterable[str]) -> int:
    return max(0, len(list(items)) - _OFFERED)
