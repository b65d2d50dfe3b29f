"""What is said to a user: in which language, and the base of all errors that are meant for one.

Each message is one sentence or two: what is wrong, with the value, and the way out.
"""

from __future__ import annotations

import locale
import os
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal, Self

from chinese.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

Language = Literal["zh", "en"]

_spoken: ContextVar[Language | None] = ContextVar("spoken", default=None)


class Wording(str):
    """A message in the user's language, which has both its wordings: what `say` gives."""

    __slots__ = ("en", "zh")

    zh: str
    en: str

    def __new__(cls, zh: str, en: str) -> Self:
        said = super().__new__(cls, en if language() == "en" else zh)
        said.zh, said.en = zh, en
        return said

    def __reduce__(self) -> tuple[type[Wording], tuple[str, str]]:
        """What a copy, and another process, makes the same message from."""
        return Wording, (self.zh, self.en)


class WenjuError(Exception):
    """Base of all errors meant for a user: its text is shown as it is, in one line and without a traceback.

    str() is in the language that was in force when it was raised; `zh` and `en` are there whatever that was. What it
    names, as a file, may have any character; neither text has one of those that a terminal obeys.
    """

    def __str__(self) -> str:
        return shown(super().__str__())

    @property
    def zh(self) -> str:
        """In Chinese."""
        return shown(wording_of(self).zh)

    @property
    def en(self) -> str:
        """In English."""
        return shown(wording_of(self).en)


class ModelError(WenjuError):
    """The embedding model cannot be found, checked or loaded."""


class DictionaryError(WenjuError):
    """The Chinese-English dictionary cannot be read, or not be prepared on this machine."""


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Say messages in this language within the block: a server has visitors of both."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def language() -> Language:
    """The language of messages: the block's, otherwise WENJU_LANG's, otherwise the locale's.

    English unless it says Chinese.
    """
    spoken = _spoken.get()
    if spoken is not None:
        return spoken
    for name in ("WENJU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return language_named(value)
    return language_named(locale.getlocale()[0] or "")  # Windows has it in no variable


def language_named(name: str) -> Language:
    """The one of the two that a locale's or a browser's name of a language stands for: English unless it is Chinese."""
    return "zh" if name.strip().lower().startswith(("zh", "chinese")) else "en"


def say(zh: str, en: str) -> Wording:
    """One of two wordings of the same message, in the user's language."""
    return Wording(zh, en)


def wording_of(error: Exception) -> Wording:
    """What an error says in both languages; in both the same where it was raised with one text."""
    message = error.args[0] if error.args else ""
    return message if isinstance(message, Wording) else say(str(message), str(message))


def first_line(error: Exception) -> str:
    """What another library's error says, in one line of at most 200 characters; its type where it says nothing."""
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
