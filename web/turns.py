"""What was asked and answered: one visitor's conversation, and the latest turns of all by their id."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.followup import latest
from qa.question import LONGEST_QUESTION
from web.render import render_answer, render_error, render_question, render_status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qa.types import Answer
    from web.words import Language

Messages = list[dict[str, Any]]

_SHOWN_OF_TOO_LONG = 200
_KEPT = 500


@dataclass(slots=True)
class Turn:
    """A question and what stands under it: an answer, else what went wrong, else what is being done.

    `following` are questions to ask next. The id is random: whoever knows it has seen the turn.
    """

    question: str
    status: str = ""
    answer: Answer | None = None
    error: str = ""
    following: tuple[str, ...] = ()
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    def html(self, language: Language) -> str:
        """What stands under the question."""
        if self.answer is not None:
            return render_answer(self.answer, language, self.id, self.following)
        if self.error:
            return render_error(self.error, language)
        return render_status(self.status, language)


@dataclass(slots=True)
class Conversation:
    """What one visitor has asked so far. It is changed in place, so that two questions at once both stay."""

    turns: list[Turn] = field(default_factory=list)

    def history(self) -> tuple[str, ...]:
        """The latest questions, the oldest first, without those that could not be asked."""
        return latest([turn.question for turn in self.turns if turn.answer is not None])

    def messages(self, language: Language) -> Messages:
        """The turns as the chatbot shows them: components, because it reads text as HTML and LaTeX."""
        messages = []
        for turn in self.turns:
            if turn.question.strip():
                messages.append({"role": "user", "content": gr.HTML(render_question(_shortened(turn.question)))})
            messages.append({"role": "assistant", "content": gr.HTML(turn.html(language))})
        return messages


def _shortened(question: str) -> str:
    return question if len(question) <= LONGEST_QUESTION else question[:_SHOWN_OF_TOO_LONG] + "…"


class RecentTurns:
    """The latest answered turns of all visitors, for copying, exporting, feedback, and another language."""

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._turns: OrderedDict[str, Turn] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, turn: Turn) -> None:
        """Keep a turn; the oldest goes where there are too many."""
        with self._lock:
            self._turns[turn.id] = turn
            while len(self._turns) > self._kept:
                self._turns.popitem(last=False)

    def find(self, ids: Iterable[str]) -> list[Turn]:
        """The turns of these ids that are still known, in their order."""
        with self._lock:
            return [self._turns[name] for name in ids if name in self._turns]
