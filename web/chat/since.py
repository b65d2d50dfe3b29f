"""Whether the documents have changed since an answer was given: the sums of what it stands on, then and now."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from web.chat.evidence import date_text
from web.look.marks import escape
from web.look.words import html_language, word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chinese.errors import Language
    from embeddings.store.stores import Generation
    from qa.question.scope import Scope
    from qa.types import Answer

__all__ = ["is_outdated", "render_since", "sums_under"]

_ALL = ""
"""What stands for the whole corpus: no file has this name."""


def sums_under(answer: Answer, index: Generation | None) -> dict[str, str]:
    """The SHA-256 of each file that an answer stands on; of a refusal, that of all documents, any of which may say it.

    Empty where what answers has no index.
    """
    if index is None:
        return {}
    if answer.reason is not None or not answer.passages:
        return {_ALL: index.manifest.corpus_sha256}
    files = {source.file for passage in answer.passages if passage.highlights for source in passage.sources}
    return {entry.file: entry.sha256 for entry in index.manifest.documents if entry.file in files}


def is_outdated(seen: Mapping[str, str], index: Generation | None) -> bool:
    """Whether any of these sums is another one now, or its file is gone; never where there is no index to tell."""
    if index is None or not seen:
        return False
    if _ALL in seen:
        return seen[_ALL] != index.manifest.corpus_sha256
    now = {entry.file: entry.sha256 for entry in index.manifest.documents if entry.file in seen}
    return now != dict(seen)


def render_since(answer: Answer, asked_at: float, within: Scope | None, language: Language) -> str:
    """That the documents have changed since an answer was given, when that was, and the way to ask again.

    The question is asked as it was understood then, within the documents it was asked within (None for all), whatever
    has been asked and chosen since.
    """
    day = date_text(time.strftime("%Y-%m-%d", time.localtime(asked_at)), language)
    kind, question = ("wj-next", answer.question) if answer.parts else ("wj-written", answer.asked)
    label = escape(word("again", language))
    scope = "" if within is None else escape(json.dumps(within.to_dict(), ensure_ascii=False))
    button = (
        f'<button type="button" class="{kind}" data-ask="{escape(question)}" data-within="{scope}">{label}</button>'
    )
    said = escape(word("since", language).format(day))
    return f'<div class="wj wj-since" lang="{html_language(language)}"><p>{said} {button}</p></div>'
