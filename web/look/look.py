"""How the page looks, and the script it needs. Nothing here is fetched from anywhere."""

from __future__ import annotations

import json
from pathlib import Path

import gradio as gr

from web.look.words import WORDS

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


def _script() -> str:
    words = {name: {key: WORDS[key][place] for key in _IN_SCRIPT} for place, name in enumerate(("zh", "en"))}
    # "</" would end the script, whatever the words say.
    said = json.dumps(words, ensure_ascii=False).replace("</", "<\\/")
    page = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in ("page.js", "figures.js", "within.js"))
    return page.replace("WORDS[", f"({said})[", 1)


CSS = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in ("page.css", "figures.css", "within.css"))
FIRST = "".join(
    (
        f"<script>{(_HERE / 'first.js').read_text(encoding='utf-8')}</script>",
        f"<script>{_script()}</script>",
        f"<style>{(_HERE / 'phone.css').read_text(encoding='utf-8')}</style>",
    )
)
"""To be put at the very top of the page, before the script of Gradio, which asks for the browser's language."""


def theme() -> gr.themes.Base:
    """A plain theme with the fonts that the reader's system has."""
    plain = gr.themes.Default(primary_hue="blue", neutral_hue="slate", font=_FONTS, font_mono=_MONOSPACE)
    # White on Gradio's own blue has a contrast of 3.7, its placeholders of 2.6; WCAG AA asks for 4.5.
    darker = {"button_primary_background_fill": "*primary_600", "button_primary_background_fill_hover": "*primary_700"}
    return plain.set(
        **darker,
        **{f"{name}_dark": value for name, value in darker.items()},
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
    )
