"""The form of the figures tab, and what stands below it where there is no table: measures to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.look.marks import escape
from web.look.words import html_language, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.errors import Language

__all__ = ["render_form", "render_nothing", "render_start"]

_LONGEST, _LONGEST_TIME = 1000, 10
_FIELDS = (
    ("words", ' list="wj-measures" enterkeyhint="search"', _LONGEST),
    ("place", "", _LONGEST),
    ("first", ' inputmode="numeric"', _LONGEST_TIME),
    ("last", ' inputmode="numeric"', _LONGEST_TIME),
)


def render_form(language: Language) -> str:
    """Words, place, years, which figures; its script sends it, and fills the list of measures as one types."""
    options = "".join(
        f'<option value="{kind}">{escape(word(f"figures_{kind}", language))}</option>'
        for kind in ("all", "results", "targets")
    )
    texts = "".join(_field(name, more, longest, language) for name, more, longest in _FIELDS)
    return (
        f'<form class="wj wj-form" lang="{html_language(language)}" role="search" autocomplete="off"'
        f' aria-label="{escape(word("figures", language))}">{texts}'
        f'<label class="wj-field-mode">{escape(word("field_mode", language))}'
        f'<select name="mode">{options}</select></label>'
        f'<button type="submit" class="wj-submit">{escape(word("figures_find", language))}</button>'
        '<datalist id="wj-measures"></datalist></form>'
    )


def _field(name: str, more: str, longest: int, language: Language) -> str:
    label, hint = escape(word(f"field_{name}", language)), escape(word(f"hint_{name}", language))
    return (
        f'<label class="wj-field-{name}">{label}'
        f'<input name="{name}" placeholder="{hint}" maxlength="{longest}"{more}></label>'
    )


def render_start(measures: Sequence[str], language: Language) -> str:
    """Before anything is asked for: what this is, and measures of the corpus to begin with."""
    return _wrapped(
        f'<p class="wj-soft">{escape(word("figures_intro", language))}</p>'
        f"{_measures(measures, 'figures_examples', language)}",
        language,
    )


def render_nothing(words: str, without: int, near: Sequence[str], others: Sequence[str], language: Language) -> str:
    """That there is no figure of the words; `without` is how many there are for any place and time.

    Measures that are near are offered, or `others` where there are none.
    """
    said = f'<p class="wj-reason" role="status">{escape(word("figures_none", language).format(words))}</p>'
    wider = ""
    if without:
        label = escape(word("figures_wider", language).format(without))
        wider = f'<p><button type="button" class="wj-measure" data-words="{escape(words)}">{label}</button></p>'
    offered = _measures(near, "figures_near", language) or _measures(others, "figures_examples", language)
    return _wrapped(f"{said}{wider}{offered}", language)


def _measures(measures: Sequence[str], title: str, language: Language) -> str:
    if not measures:
        return ""
    buttons = "".join(
        f'<button type="button" class="wj-measure" lang="zh-CN" data-words="{escape(name)}">{escape(name)}</button>'
        for name in measures
    )
    return f'<div class="wj-following"><span class="wj-soft">{escape(word(title, language))}</span>{buttons}</div>'


def _wrapped(inner: str, language: Language) -> str:
    return f'<div class="wj" lang="{html_language(language)}">{inner}</div>'
