"""The sentence of a figure as a card, as it is shown beside the table when the figure is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.english.gloss import gloss
from qa.figures.tables.periods import period_text
from qa.figures.tables.table import mode_text
from qa.sources import source_text
from web.chat.evidence import date_text, place_of
from web.look.marks import escape, marked
from web.look.words import html_language, word

if TYPE_CHECKING:
    from chinese.errors import Language
    from qa.types import Figure

__all__ = ["render_card", "render_panel"]


def render_panel(language: Language) -> str:
    """The panel beside the table before a figure is chosen; with the words that the page's script puts into it."""
    title, hint = word("figure_source", language), word("figure_hint", language)
    back = f'<button type="button" class="wj-back" hidden>{escape(word("figure_back", language))}</button>'
    labels = "".join(f' data-{name}="{escape(word(name, language))}"' for name in ("disagree", "elsewhere"))
    labels += f' data-hint="{escape(hint)}"'
    return (
        f'<div class="wj" lang="{html_language(language)}" role="region" aria-label="{escape(title)}"'
        f' tabindex="-1"{labels}>'
        f'<div class="wj-panel-head"><h2>{escape(title)}</h2>{back}</div>'
        f'<div class="wj-chosen-figure"><p class="wj-soft">{escape(hint)}</p></div></div>'
    )


def render_card(number: int, figure: Figure, language: Language) -> str:
    """The figure large, its sentence with it marked, where that stands, and how it is read."""
    english = gloss(figure.text) if language == "en" else None
    said = f' <span class="wj-gloss">{escape(english)}</span>' if english and english not in figure.text else ""
    facts = [date_text(figure.date, language)] if figure.date else []
    facts += [source_text(source, language == "en") for source in figure.sources]
    meta = "".join(f"<span>{escape(fact)}</span>" for fact in facts)
    text = marked(figure.sentence, ((figure.start, figure.end),))
    return (
        f'<article class="wj-card" data-figure="{number}" tabindex="-1">'
        f'<p class="wj-figure"><strong lang="zh-CN">{escape(figure.text)}</strong>{said}</p>'
        f'<p class="wj-passage" lang="zh-CN">{text.replace(chr(10), "<br>")}</p>'
        f'<h3 lang="zh-CN">{escape(figure.title)}</h3><p class="wj-meta">{meta}</p>'
        f"{_scanned(figure, language)}{_read_as(figure, language)}{_openers(figure, language)}</article>"
    )


def _scanned(figure: Figure, language: Language) -> str:
    if not figure.sources or not all(source.scanned for source in figure.sources):
        return ""
    return f'<p class="wj-soft">{escape(word("scanned", language))}</p>'


def _read_as(figure: Figure, language: Language) -> str:
    """What the figure was taken for, so that it can be held against the sentence."""
    english = language == "en"
    rows = (
        ("figure_measure", figure.measure, True),
        ("figure_whose", figure.whose, True),
        ("figure_part", figure.part, True),
        ("figure_period", period_text(figure.period, english) if figure.period else "", False),
        ("figure_mode", mode_text(figure.mode, figure.unit, english), False),
    )
    items = "".join(
        f"<dt>{escape(word(key, language))}</dt><dd{_chinese(is_chinese and bool(text))}>{escape(text) or '–'}</dd>"
        for key, text, is_chinese in rows
        if text or key in ("figure_whose", "figure_period")
    )
    return f"<details><summary>{escape(word('figure_read', language))}</summary><dl>{items}</dl></details>"


def _chinese(is_chinese: bool) -> str:
    return ' lang="zh-CN"' if is_chinese else ""


def _openers(figure: Figure, language: Language) -> str:
    """A button for each file in which the sentence stands; it opens the article there, the figure marked."""
    phrase = escape(figure.sentence[figure.start : figure.end])
    several = len(figure.sources) > 1
    return "".join(
        f'<button type="button" class="wj-open"{place_of(source)} data-phrase="{phrase}">'
        f"{escape(word('open', language))}"
        f"{f' <small>{escape(source.file)}</small>' if several else ''}</button>"
        for source in figure.sources
    )
