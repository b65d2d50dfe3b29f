"""What is said to a user: in which language, and the base of all errors that are meant for one.

Each message is one sentence or two: what is wrong, with the value, and the way out.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal

from chinese.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

Language = Literal["zh", "en"]

_spoken: ContextVar[Language | None] = ContextVar("spoken", default=None)


class WenjuError(Exception):
    """Base of all errors meant for a user: its text is shown as it is, in one line and without a traceback.

    What it names, as a file, may have any character; str() has none of those that a terminal obeys.
    """

    def __str__(self) -> str:
        return shown(super().__str__())


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


def language() -> str:
    """The language of messages, "zh" or "en": the block's, else WENJU_LANG's, else the locale's.

    Chinese unless it says English.
    """
    spoken = _spoken.get()
    if spoken is not None:
        return spoken
    for name in ("WENJU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "en" if value.lower().startswith("en") else "zh"
    return "zh"


def say(zh: str, en: str) -> str:
    """One of two wordings of the same message, in the user's language."""
    return en if language() == "en" else zh


def first_line(error: Exception) -> str:
    """What another library's error says, in one line of at most 200 characters; its type where it says nothing."""
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
