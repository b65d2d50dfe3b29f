"""A question in, an answer with its sources out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chinese.late import when_used

if TYPE_CHECKING:
    from qa.defaults import ask
    from qa.engine import QA
    from qa.question.scope import Scope
    from qa.types import Answer, AnswerPart, Figure, Passage, Source

__all__ = ["QA", "Answer", "AnswerPart", "Figure", "Passage", "Scope", "Source", "ask"]

_HOMES = {
    "qa.defaults": ("ask",),
    "qa.engine": ("QA",),
    "qa.question.scope": ("Scope",),
    "qa.types": ("Answer", "AnswerPart", "Figure", "Passage", "Source"),
}

if not TYPE_CHECKING:  # a type checker would take any name at all for one that is there
    __getattr__ = when_used(__name__, _HOMES)
