"""What the page does with conversations that stay: keep a turn, open one again, find turns, say what is not kept."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from web.chat.since import is_outdated
from web.chat.talks.talk import NotKept
from web.chat.turns import new_talk_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embeddings.store.stores import Generation
    from web.chat.talks.store import TalkStore
    from web.chat.talks.talk import Talk
    from web.chat.turns import Turn

__all__ = ["Talks"]

_log = logging.getLogger(__name__)


class Talks:
    """Conversations for whoever had them; an owner of "" is nobody, for whom nothing is kept.

    Nothing that is read or kept raises because of the file: the page goes on, and `note` says what is not kept.
    """

    def __init__(self, store: TalkStore | None) -> None:
        """`store` is None where nothing is kept on the server."""
        self._store = store

    @property
    def are_kept(self) -> bool:
        """Whether conversations are kept at all."""
        return self._store is not None

    def keep(self, owner: str, talk: str, turn: Turn) -> str:
        """Keep a turn with the conversation it belongs to, or with a new one where that was deleted; which one it is.

        That is `talk` too where nothing is kept.
        """
        if self._store is None or not owner:
            return talk
        try:
            if not self._store.keep(owner, talk, turn):
                talk = new_talk_id()
                self._store.keep(owner, talk, turn)
        except NotKept as reason:
            _log.debug("A turn is not kept: %s", reason)
        return talk

    def talks(self, owner: str, words: str = "") -> list[Talk]:
        """An owner's conversations, the latest first; of some words those that have each."""
        if self._store is None or not owner:
            return []
        try:
            return self._store.talks(owner, words)
        except NotKept:
            return []

    def open(self, owner: str, talk: str, index: Generation | None) -> tuple[Talk, list[Turn]] | None:
        """A conversation with its turns, outdated ones marked; None where this owner has none of that name."""
        if self._store is None or not owner:
            return None
        try:
            found = self._store.talk(owner, talk)
            turns = [] if found is None else self._store.turns(owner, talk)
        except NotKept:
            return None
        for turn in turns:
            turn.outdated = is_outdated(turn.seen, index)
        return None if found is None else (found, turns)

    def find(self, owner: str, ids: Iterable[str]) -> list[Turn]:
        """The turns of these ids that this owner keeps, in their order."""
        if self._store is None or not owner:
            return []
        try:
            return self._store.find(owner, ids)
        except NotKept:
            return []

    def talk_of(self, owner: str, turn: str) -> str:
        """The conversation that keeps a turn; "" where none of this owner's does."""
        if self._store is None or not owner:
            return ""
        try:
            return self._store.talk_of(owner, turn)
        except NotKept:
            return ""

    def rename(self, owner: str, talk: str, title: str) -> bool:
        """Give a conversation another title. False where there is none of that name; raises NotKept."""
        return self._store is not None and bool(owner) and self._store.rename(owner, talk, title)

    def remove(self, owner: str, talk: str) -> bool:
        """Delete a conversation. False where there is none of that name; raises NotKept."""
        return self._store is not None and bool(owner) and self._store.remove(owner, talk)

    def restore(self, owner: str, talk: str) -> bool:
        """Bring back what was just deleted. False where there is none of that name; raises NotKept."""
        return self._store is not None and bool(owner) and self._store.restore(owner, talk)

    def note(self, owner: str, current: str = "") -> NotKept | None:
        """What is not kept now, and why: the file cannot be used, or there is no room; `current` is what is open."""
        if self._store is None:
            return None
        if not owner:
            return NotKept(
                "这个浏览器不接受 Cookie，对话没有保存。",
                "This browser takes no cookies; conversations are not kept.",
            )
        try:
            return self._store.lack(owner, current)
        except NotKept as reason:
            return reason

    def close(self) -> None:
        """Let go of the file."""
        if self._store is not None:
            self._store.close()
