"""How the page looks, and the two lines of script it needs. Nothing here is fetched from anywhere."""

from __future__ import annotations

from typing import Any

FONTS = (
    "system-ui",
    "-apple-system",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "sans-serif",
)
MONOSPACE = ("ui-monospace", "SFMono-Regular", "Consolas", "Noto Sans Mono CJK SC", "monospace")

# Gradio sends a question at any Enter; while an input method is composing, that Enter only picks characters.
# keyCode 229 is how Safari tells it, which has ended the composition by then.
_SCRIPT = """
for (const kind of ["keydown", "keypress"]) {
  document.addEventListener(kind, (event) => {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopPropagation();
  }, true);
}
document.documentElement.lang = navigator.language.startsWith("zh") ? "zh-CN" : "en";
"""
HEAD = f"<script>{_SCRIPT}</script>"

CSS = """
.gradio-container { --wj-mark: #ffe58f; --wj-mark-text: #1f1300; --wj-error: #b42318; }
.dark .gradio-container, .gradio-container.dark, .dark { --wj-mark: #7a5b00; --wj-mark-text: #fff8e1; --wj-error: #ff9c92; }
.gradio-container > main { max-width: 860px !important; margin: 0 auto !important; }
"""


def theme() -> Any:  # noqa: ANN401 - gradio, whose type this is, is imported only to serve
    """A plain theme with the fonts that the reader's system has."""
    import gradio as gr

    return gr.themes.Default(primary_hue="blue", neutral_hue="slate", font=FONTS, font_mono=MONOSPACE)
