"""What a visitor sees before the first question: the documents and examples, or how to get some; with the help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.chat.welcome import render_help, render_steps, render_welcome
from web.look.words import html_language, word

if TYPE_CHECKING:
    from chinese.errors import Language
    from web.desk import Desk

__all__ = ["evidence_panel", "first_view", "welcome"]

_SHOWN_EXAMPLES = 4


def first_view(desk: Desk, language: Language) -> str:
    """The first view with the text of the help dialog."""
    return welcome(desk, language) + render_help(language)


def welcome(desk: Desk, language: Language) -> str:
    """The documents and questions to begin with; where there is no index, the first steps to one."""
    index = desk.index()
    if index is None and desk.settings.index is not None:
        keys = ("step_add", "step_build", "step_ask") if desk.may_change else ("step_none",)
        return render_steps(keys, language)
    examples = desk.examples_in(language, index)[:_SHOWN_EXAMPLES]
    facts = None if index is None else desk.facts.of_corpus(index)
    return render_welcome(facts, examples, language, desk.is_making_examples)


def evidence_panel(language: Language) -> str:
    """Where the evidence will stand; it is not seen before there is some."""
    label = word("evidence", language)
    return f'<div class="wj" lang="{html_language(language)}" role="region" aria-label="{label}" tabindex="0"></div>'
