"""What was asked and answered: one visitor's conversation, and the latest turns of all by their id."""

from __future__ import annotations

import contextvars
import json
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.question.followup import latest
from qa.question.question import LONGEST_QUESTION
from qa.question.scope import Scope
from qa.types import Answer
from web.chat.render import render_answer, render_error, render_question, render_status
from web.chat.since import render_since
from web.chat.within import render_within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from chinese.errors import Language

Messages = list[dict[str, Any]]

_SHOWN_OF_TOO_LONG = 200
_KEPT = 500
_KEPT_OF_ONE = 50
_AT_ONCE = 8
"""More turns of one visitor than are answered at once."""


@dataclass(slots=True)
class Turn:
    """A question and what stands under it: an answer, else what went wrong, else what is being done.

    `following` are questions to ask next. The id is random: whoever knows it has seen the turn. One `as_written` is not
    completed from the questions before it. `within` are the documents that it was asked within, None for all. It was
    asked at `asked_at`, seconds since 1970. `seen` are the sums of the files that the answer stands on
    (`web.chat.since`); it is `outdated` where these have changed since.
    """

    question: str
    status: str = ""
    answer: Answer | None = None
    error: str = ""
    following: tuple[str, ...] = ()
    as_written: bool = False
    within: Scope | None = None
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    asked_at: float = field(default_factory=time.time)
    seen: Mapping[str, str] = field(default_factory=dict)
    outdated: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it is still being answered."""
        return self.answer is None and not self.error

    @property
    def step(self) -> int:
        """How far it is: of two states of a turn, the later one has more."""
        return 0 if self.is_open else 1 + bool(self.following)

    def messages(self, language: Language) -> Messages:
        """What the chatbot shows of it: components, because it reads text as HTML and LaTeX."""
        parts = [("assistant", render_within(self.within, language) + self.html(language))]
        if self.question.strip():
            parts.insert(0, ("user", render_question(_shortened(self.question))))
        return [{"role": role, "content": gr.HTML(html)} for role, html in parts]

    def html(self, language: Language) -> str:
        """What stands under the question."""
        if self.answer is not None:
            since = render_since(self.answer, self.asked_at, self.within, language) if self.outdated else ""
            return since + render_answer(self.answer, language, self.id, self.following)
        if self.error:
            return render_error(self.error, language)
        return render_status(self.status, language)

    def to_dict(self) -> dict[str, Any]:
        """What is kept of it, as JSON types."""
        kept = {entry.name: getattr(self, entry.name) for entry in fields(self) if entry.name not in _OF_THE_MOMENT}
        return {name: _as_json(value) for name, value in kept.items()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Turn:
        """The inverse of `to_dict`; what a turn of another version had beside it is passed over."""
        known = {entry.name for entry in fields(cls)} - _OF_THE_MOMENT
        return cls(**{name: _read(name, value) for name, value in data.items() if name in known})


_OF_THE_MOMENT = frozenset({"status", "error", "outdated"})
"""Fields of a turn that are not kept."""
_READERS: dict[str, Callable[[Any], Any]] = {"answer": Answer.from_dict, "following": tuple, "within": Scope.from_dict}
"""How a field is read from JSON where it is not a plain value."""


def _as_json(value: Any) -> Any:  # noqa: ANN401 - a field of any type
    if hasattr(value, "to_dict"):
        return value.to_dict()
    return list(value) if isinstance(value, tuple) else value


def _read(name: str, value: Any) -> Any:  # noqa: ANN401 - a field of any type
    return value if value is None or name not in _READERS else _READERS[name](value)


def new_talk_id() -> str:
    """The name of a conversation that may be kept: random, 128 bits."""
    return secrets.token_urlsafe(16)


@dataclass(slots=True)
class Conversation:
    """What one visitor has asked so far. It is changed in place, so that two questions at once both stay.

    It is `crowded` from the moment that a question is asked while another is still being answered. `talk` names what is
    kept of it, "" before its first question.
    """

    turns: list[Turn] = field(default_factory=list)
    crowded: bool = False
    talk: str = ""

    def begin(self, talk: str = "", turns: Iterable[Turn] = ()) -> None:
        """Begin anew, or go on with what is kept."""
        self.turns[:] = list(turns)[-_KEPT_OF_ONE:]
        self.talk = talk

    def history(self) -> tuple[str, ...]:
        """The latest questions, the oldest first, without those that could not be asked; those still open are there.

        One that was asked as it is written is the first: it goes on with none before it.
        """
        asked = [turn for turn in self.turns if not turn.error]
        first = max((place for place, turn in enumerate(asked) if turn.as_written), default=0)
        return latest([turn.question for turn in asked[first:]])

    def add(self, turn: Turn) -> None:
        """Begin a turn; of a long conversation the oldest is forgotten."""
        self.talk = self.talk or new_talk_id()
        self.crowded = self.crowded or any(earlier.is_open for earlier in self.turns)
        self.turns.append(turn)
        del self.turns[:-_KEPT_OF_ONE]

    def news(self, turn: Turn) -> list[Turn]:
        """What to tell the browser while a turn is answered; nothing where the conversation was begun anew."""
        return [turn] if turn in self.turns else []

    def missed(self) -> list[Turn]:
        """What the browser may not have seen: of turns that are answered at once, news may push each other aside."""
        if not self.crowded:
            return []
        self.crowded = any(turn.is_open for turn in self.turns)
        return self.turns[-_AT_ONCE:]


def update_of(chat: gr.Chatbot, turns: Iterable[Turn], language: Language) -> str:
    """Turns as JSON for the page's own script, which puts them into the chat: only what is new is sent.

    Each has its step, for an update may come late: of a run that has ended, Gradio sends the last one once more.
    """

    def sent(turn: Turn) -> Any:  # noqa: ANN401 - what Gradio sends is its own affair
        messages: list[Any] = turn.messages(language)
        return chat.postprocess(messages).model_dump()

    # Gradio makes components by halves while it handles an event, which it knows from the context.
    context = contextvars.Context()
    return json.dumps([[turn.id, turn.step, context.run(sent, turn)] for turn in turns], ensure_ascii=False)


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
