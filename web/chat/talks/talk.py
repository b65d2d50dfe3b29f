"""What is kept of a conversation, how much of it there may be, and why something is not kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.errors import say

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "LONGEST_TITLE",
    "MOST_BYTES",
    "MOST_OF_BROWSERS",
    "MOST_TALKS",
    "MOST_TURNS",
    "SECONDS_TO_UNDO",
    "NotKept",
    "Talk",
    "is_browser",
    "talks_beside",
    "title_of",
]

MOST_TALKS = 500
"""Conversations that one owner may keep."""
MOST_TURNS = 200
"""Questions that one conversation may keep."""
MOST_BYTES = 64 << 20
"""Bytes of questions and answers that one owner may keep: some three thousand answers."""
MOST_OF_BROWSERS = 2 << 30
"""Bytes that all browsers without a login may keep together: whoever deletes a cookie is a new one."""
LONGEST_TITLE = 80
"""Characters of a title."""
SECONDS_TO_UNDO = 600.0
"""How long what was deleted can be brought back; then it is overwritten."""

_BROWSER = "browser "


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as the list has it; `created` and `changed` are seconds since 1970, `turns` how many it has."""

    id: str
    title: str
    created: float
    changed: float
    turns: int


class NotKept(Exception):
    """A conversation cannot be kept, or not be read; `zh` and `en` say why to a visitor, str() is one of them."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh, self.en = zh, en

    def __str__(self) -> str:
        return say(self.zh, self.en)


def title_of(text: str) -> str:
    """A text on one line, as long as a title may be."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_TITLE else flat[: LONGEST_TITLE - 1] + "…"


def is_browser(owner: str) -> bool:
    """Whether an owner is a browser without a login."""
    return owner.startswith(_BROWSER)


def talks_beside(index: Path) -> Path:
    """The file of the conversations over an index, beside its folder: an index can be deleted and built anew.

    It is conversations.sqlite beside a folder index, otherwise it begins with the folder's name: two indexes side by
    side have different users.
    """
    name = "conversations.sqlite"
    return index.with_name(name if index.name in ("index", "") else f"{index.name}-{name}")
