"""How the page looks, and the script it needs. Nothing here is fetched from anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr

from web.look.icon import HEAD
from web.look.view_words import SCRIPT_WORDS
from web.look.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

_FONTS = (
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "system-ui",
    "sans-serif",
)
_MONOSPACE = ("ui-monospace", "SFMono-Regular", "Consolas", "Noto Sans Mono CJK SC", "monospace")
_HERE = Path(__file__).parent
_SCRIPTS = (
    "page.js", "sending.js", "judging.js", "keys.js", "article.js", "library.js",
    "adding.js", "figures.js", "talks.js", "within.js",
)  # fmt: skip
_STYLES = ("page.css", "answer.css", "welcome.css", "article.css", "library.css", "figures.css", "within.css")
_FIRST_STYLES = ("phone.css", "talks.css")
_IN_SCRIPT = ("open", "copied", "thanks", "close", "network")
_IN_TALKS = (
    "close", "network", "rename", "delete", "delete_sure", "cancel", "save", "title_of_talk", "deleted", "undo", "link",
    "link_copied", "link_none", "earlier_turns", "export", "export_this", "export_all", "export_what", "export_form",
    "export_docx", "export_md", "export_csv", "download", "nothing_to_export",
)  # fmt: skip


def _script() -> str:
    page = _read(_SCRIPTS)
    page = f"window.wenjuWords = {_words(SCRIPT_WORDS)};\n{page}"
    return page.replace("WORDS[", f"({_words(_IN_SCRIPT)})[", 1).replace("TALK_WORDS[", f"({_words(_IN_TALKS)})[", 1)


def _words(keys: Iterable[str]) -> str:
    words = {name: {key: WORDS[key][place] for key in keys} for place, name in enumerate(("zh", "en"))}
    # "</" would end the script, whatever the words say.
    return json.dumps(words, ensure_ascii=False).replace("</", "<\\/")


def _read(names: Iterable[str]) -> str:
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


CSS = _read(_STYLES)
FIRST = "".join(
    (
        HEAD,
        f"<script>{(_HERE / 'first.js').read_text(encoding='utf-8')}</script>",
        f"<script>{_script()}</script>",
        f"<style>{_read(_FIRST_STYLES)}</style>",
    )
)
"""To be put at the very top of the page, before the script of Gradio, which asks for the browser's language."""


def theme() -> gr.themes.Base:
    """A plain theme of one accent colour, with the fonts that the reader's system has."""
    plain = gr.themes.Default(primary_hue="teal", neutral_hue="zinc", font=_FONTS, font_mono=_MONOSPACE)
    # White on Gradio's own buttons has a contrast of 3.7, its placeholders of 2.6; WCAG AA asks for 4.5.
    darker = {"button_primary_background_fill": "*primary_700", "button_primary_background_fill_hover": "*primary_800"}
    return plain.set(
        **darker,
        **{f"{name}_dark": value for name, value in darker.items()},
        body_background_fill="#f7f8f6",
        body_background_fill_dark="#101715",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
    )
