"""How the page looks, and the few lines of script it needs. Nothing here is fetched from anywhere."""

from __future__ import annotations

import gradio as gr

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

# Gradio sends a question at any Enter; while an input method is composing, that Enter only picks characters.
# keyCode 229 is how Safari tells it, where the composition has ended by then.
_SCRIPT = """
for (const kind of ["keydown", "keypress"]) {
  document.addEventListener(kind, (event) => {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopPropagation();
  }, true);
}
document.documentElement.lang = navigator.language.startsWith("zh") ? "zh-CN" : "en";
"""
HEAD = f"<script>{_SCRIPT}</script>"

SCROLL_TO_QUESTION = """
() => setTimeout(() => {
  const starts = document.querySelectorAll("#wj-chat :is(.user-row, .wj-error)");
  starts[starts.length - 1]?.scrollIntoView({block: "start"});
}, 60)
"""
"""An answer is read from its top; the chatbot's own scrolling would show its end."""

CSS = """
:root { --wj-mark: #ffe38a; --wj-mark-text: #201600; --wj-soft: #5b6472; --wj-error: #b42318; }
:root .dark { --wj-mark: #6d5200; --wj-mark-text: #fff6da; --wj-soft: #a9b2c0; --wj-error: #ff9c92; }

.gradio-container .main { max-width: 860px !important; padding: 12px 16px !important; }
.gradio-container .main > .wrap { min-height: 100% !important; }
.gradio-container .main .column { gap: 10px; }
.gradio-container { height: 100dvh; min-height: 0 !important; }

#wj-head { align-items: flex-start; flex-wrap: nowrap; gap: 12px; flex-grow: 0 !important; }
#wj-head .column { gap: 0; }
#wj-head .block, #wj-head .html-container { padding: 0; }
#wj-head h1 { font-size: 22px; margin: 0; line-height: 1.3; }
#wj-head p { font-size: 14px; margin: 2px 0 0; color: var(--wj-soft); line-height: 1.5; }
#wj-clear { flex: none; min-width: 0; white-space: nowrap; margin-top: 4px; }
#wj-examples { flex-grow: 0 !important; flex-wrap: wrap; gap: 8px; }
#wj-examples button { flex: none; min-width: 0; font-weight: 400; white-space: normal; text-align: left; }

#wj-chat { height: auto !important; min-height: 220px; flex: 1 1 0 !important; }
#wj-chat .icon-button-wrapper { display: none; }
#wj-chat .bubble-wrap { padding: 16px 18px; }
#wj-chat .message-row { max-width: 100%; margin: 0 0 14px; }
#wj-chat .bot-row, #wj-chat .bot-row * { box-sizing: border-box; min-width: 0; }
#wj-chat .bot-row, #wj-chat .bot-row .flex-wrap, #wj-chat .bot { width: 100%; max-width: 100%; margin-right: 0; }
#wj-chat .bot-row .bot { background: transparent; border: 0; box-shadow: none; padding: 0 2px; }
#wj-chat .user-row { scroll-margin-top: 8px; }

.wj { font-size: 15px; line-height: 1.75; color: var(--body-text-color); overflow-wrap: anywhere; }
.wj p, .wj h3, .wj ul, .wj blockquote { margin: 0; }
.wj mark { background: var(--wj-mark); color: var(--wj-mark-text); font-weight: 600; }
.wj mark { padding: 1px 2px; border-radius: 3px; }
.wj-question { white-space: pre-wrap; }
.wj .wj-text { font-size: 30px; line-height: 1.35; }
.wj .wj-text.wj-long { font-size: 18px; line-height: 1.7; }
.wj .wj-gloss, .wj .wj-asked, .wj .wj-confidence { font-size: 14px; color: var(--wj-soft); }
.wj blockquote { border-left: 3px solid var(--wj-mark); padding: 2px 0 2px 12px; margin: 8px 0; color: inherit; }
.wj h3 { font-size: 14px; font-weight: 600; color: var(--wj-soft); margin: 14px 0 6px; }
.wj-source { border: 1px solid var(--border-color-primary); border-radius: 8px; padding: 8px 12px; margin: 6px 0; }
.wj-title { line-height: 1.5; }
.wj .wj-section { color: var(--wj-soft); }
.wj-section::before { content: "› "; }
.wj .wj-meta { display: flex; flex-wrap: wrap; gap: 0 14px; font-size: 13px; }
.wj .wj-meta span { color: var(--wj-soft); }
.wj-passage { font-size: 14px; padding-top: 6px; }
.wj summary { cursor: pointer; }
.wj-source > details > summary, .wj-more > summary { font-size: 14px; color: var(--link-text-color); }
.wj-more { margin-top: 8px; }
.wj details.wj-source > summary { list-style: none; position: relative; padding-right: 20px; }
.wj details.wj-source > summary::-webkit-details-marker { display: none; }
.wj details.wj-source > summary::after { content: "▾"; position: absolute; right: 0; top: 0; color: var(--wj-soft); }
.wj details.wj-source[open] > summary::after { content: "▴"; }
.wj-others ul { list-style: none; padding: 0; }
.wj-others li { margin: 4px 0; }
.wj .wj-reason { font-size: 17px; font-weight: 600; }
.wj .wj-error { color: var(--wj-error); scroll-margin-top: 60px; }
.wj .wj-status { color: var(--wj-soft); }

@media (max-width: 640px) {
  .gradio-container .main { padding: 8px 10px !important; }
  #wj-head p { font-size: 13px; }
  #wj-examples { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; }
  #wj-examples button { white-space: nowrap; }
  .wj .wj-text { font-size: 26px; }
}
"""


def theme() -> gr.themes.Base:
    """A plain theme with the fonts that the reader's system has."""
    return gr.themes.Default(primary_hue="blue", neutral_hue="slate", font=_FONTS, font_mono=_MONOSPACE)
