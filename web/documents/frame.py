"""What stands around the list of documents: adding, watching, finding, and room for what is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from embeddings.reading.documents import LARGEST_FILE, SUPPORTED
from web.look.marks import escape
from web.look.words import html_language, word

if TYPE_CHECKING:
    from chinese.errors import Language

__all__ = ["render_frame"]

_IN_SCRIPT = (
    "drop_here", "too_large", "not_read_here", "skipped_files", "uploading", "remove_sure", "remove_yes", "remove_no",
    "undo", "removed_line", "library_lost", "stop", "found_close",
)  # fmt: skip


def render_frame(language: Language, *, may_change: bool) -> str:
    """The tab without its list; what the script says stands in its `data-words`."""
    words = escape(json.dumps({key: word(key, language) for key in _IN_SCRIPT}, ensure_ascii=False))
    suffixes = " ".join(sorted(SUPPORTED))
    adding = _adding(language, suffixes) if may_change else f"<p>{word('read_only', language)}</p>"
    label = word("filter_list", language)
    return (
        f'<div class="wj wj-shelf" lang="{html_language(language)}" data-words="{words}" data-bytes="{LARGEST_FILE}"'
        f' data-suffixes="{suffixes}" data-may-change="{str(may_change).lower()}">{adding}'
        '<div id="wj-state" role="status"></div><div id="wj-said"></div>'
        f'<form id="wj-find" role="search"><input type="search" maxlength="100" placeholder="{label}"'
        f' aria-label="{label}"></form><div id="wj-found"></div><div id="wj-files"></div></div>'
    )


def _adding(language: Language, suffixes: str) -> str:
    hint = word("drop_hint", language).format(LARGEST_FILE >> 20)
    accepted = suffixes.replace(" ", ",")
    return (
        '<div id="wj-adding">'
        f'<button type="button" id="wj-add">{word("add", language)}</button>'
        f'<button type="button" id="wj-add-folder">{word("add_folder", language)}</button>'
        f'<input type="file" id="wj-files-chosen" multiple accept="{accepted}" hidden>'
        '<input type="file" id="wj-folder-chosen" webkitdirectory hidden>'
        '<label class="wj-switch"><input type="checkbox" role="switch" id="wj-watch">'
        f" {word('watching', language)}</label>"
        f'<p class="wj-soft">{hint}</p><details><summary>{word("formats", language)}</summary>'
        f'<p class="wj-soft">{suffixes}</p></details></div>'
    )
