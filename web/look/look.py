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
_IN_SCRIPT = ("open", "copied", "thanks", "close", "network")


_SCRIPTS = ("page.js", "sending.js", "judging.js", "keys.js", "figures.js")
_STYLES = ("page.css", "answer.css", "welcome.css", "figures.css")


def _script() -> str:
    words = {name: {key: WORDS[key][place] for key in _IN_SCRIPT} for place, name in enumerate(("zh", "en"))}
    # "</" would end the script, whatever the words say.
    said = json.dumps(words, ensure_ascii=False).replace("</", "<\\/")
    page = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    return f"window.wenjuWords = {_words(SCRIPT_WORDS)};\n" + page.replace("WORDS[", f"({said})[", 1)


def _words(keys: Iterable[str]) -> str:
    """Words in both languages as a script has them."""
    said = {name: {key: WORDS[key][place] for key in keys} for place, name in enumerate(("zh", "en"))}
    return json.dumps(said, ensure_ascii=False).replace("</", "<\\/")


CSS = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in _STYLES)
FIRST = "".join(
    (
        HEAD,
        f"<script>{(_HERE / 'first.js').read_text(encoding='utf-8')}</script>",
        f"<script>{_script()}</script>",
        f"<style>{(_HERE / 'phone.css').read_text(encoding='utf-8')}</style>",
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
