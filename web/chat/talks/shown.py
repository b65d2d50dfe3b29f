"""The list of conversations as HTML: found, opened, renamed and deleted by the page's script."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from web.chat.evidence import date_text
from web.chat.talks.talk import LONGEST_TITLE
from web.look.marks import escape
from web.look.words import html_language, said_in, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.errors import Language
    from web.chat.talks.talk import NotKept, Talk

__all__ = ["MOST_SHOWN", "render_list", "render_talks"]

MOST_SHOWN = 100
"""Conversations that the list shows before all are asked for."""


def render_talks(listed: str, language: Language, has_login: bool) -> str:
    """The column beside the chat around what `render_list` gives; `has_login` says whose conversations these are."""
    whose = word("talks_of_user" if has_login else "talks_of_browser", language)
    return (
        f'<div class="wj wj-talks-in" lang="{html_language(language)}" role="region"'
        f' aria-label="{escape(word("talks", language))}" data-longest="{LONGEST_TITLE}">'
        f'<div class="wj-talks-head"><h2>{escape(word("talks", language))}</h2>'
        f'<button type="button" class="wj-talks-close">{escape(word("close", language))}</button></div>'
        f'<button type="button" class="wj-talk-new">{escape(word("clear", language))}</button>'
        f'<input type="search" class="wj-talk-find" maxlength="200" placeholder="{escape(word("find_talk", language))}"'
        f' aria-label="{escape(word("find_talk", language))}">'
        f'<p class="wj-talks-said" role="status"></p><div class="wj-talk-list">{listed}</div>'
        f'<p class="wj-soft wj-talks-whose">{escape(whose)}</p></div>'
    )


def render_list(
    talks: Sequence[Talk],
    language: Language,
    current: str = "",
    words: str = "",
    note: NotKept | None = None,
    show_all: bool = False,
) -> str:
    """Conversations with their days, the one that is open marked; what is not kept, and that there are none."""
    said = f'<p class="wj-notice">{escape(said_in(language, note))}</p>' if note is not None else ""
    if not talks:
        none = word("no_talk_found", language).format(words.strip()) if words.strip() else word("no_talks", language)
        return f'{said}<p class="wj-soft">{escape(none)}</p>'
    shown = talks if show_all else talks[:MOST_SHOWN]
    items = "".join(_item(talk, language, talk.id == current) for talk in shown)
    rest = len(talks) - len(shown)
    more = word("more_talks", language).format(rest)
    button = f'<button type="button" class="wj-talk-all">{escape(more)}</button>' if rest else ""
    return f"{said}<ul>{items}</ul>{button}"


def _item(talk: Talk, language: Language, is_current: bool) -> str:
    title = escape(talk.title)
    day = date_text(time.strftime("%Y-%m-%d", time.localtime(talk.changed)), language)
    count = word("one_question" if talk.turns == 1 else "questions", language).format(talk.turns)
    label = escape(word("talk_more", language).format(talk.title))
    mark = ' aria-current="page"' if is_current else ""
    return (
        f'<li data-talk="{escape(talk.id)}"><a class="wj-talk" href="?talk={escape(talk.id)}"{mark}>'
        f'<span class="wj-talk-title">{title}</span><small>{escape(f"{day} · {count}")}</small></a>'
        f'<button type="button" class="wj-talk-more" aria-expanded="false" aria-label="{label}">⋯</button></li>'
    )
