"""Every error a user can meet, and the language it is said in.

Each message is one sentence or two: what is wrong, with the value, and the way out.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

_spoken: ContextVar[Literal["zh", "en"] | None] = ContextVar("spoken", default=None)


class WenjuError(Exception):
    """Base of all errors meant for a user: its text is shown as it is, without a traceback."""


class CorpusError(WenjuError):
    """The corpus folder is missing or holds nothing that can be read."""


class IndexMissing(WenjuError):
    """There is no index at the path; `wenju rebuild` makes one."""


class IndexMismatch(WenjuError):
    """The index was written by another format version, model or tokenizer than the one in use."""


class IndexDamaged(WenjuError):
    """A file of the index is missing or is not the one that was written."""


class IndexBusy(WenjuError):
    """Another process is rebuilding this index."""


class StoreError(WenjuError):
    """The store that --store names cannot be reached, or is none that can be used."""


class ModelError(WenjuError):
    """The embedding model cannot be found, checked or loaded."""


class DictionaryError(WenjuError):
    """The Chinese-English dictionary cannot be read, or not be prepared on this machine."""


@contextmanager
def speaking(language: Literal["zh", "en"]) -> Iterator[None]:
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


class Unreadable(Exception):
    """A file that cannot be read; `zh` and `en` are the reason in words a user reads, str() is one of them."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh, self.en = zh, en

    def __str__(self) -> str:
        return say(self.zh, self.en)


def first_line(error: Exception) -> str:
    """What another library's error says, in one line of at most 200 characters; its type where it says nothing."""
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
