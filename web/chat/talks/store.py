"""The file of conversations: one SQLite database. Whatever is read or changed is the owner's who is named.

It is made when the first turn is kept; looking makes no file. Any number of threads and processes may share it.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chinese.errors import language
from chinese.tokens import fold
from web.chat.talks import talk as limits
from web.chat.talks.talk import NotKept, Talk, is_browser, title_of
from web.chat.turns import Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = ["VERSION", "TalkStore"]

VERSION = 1
"""Of the tables; a file of a newer one is left alone."""

_KIND = 0x776A_7461  # "wjta": SQLite's own place to say whose file it is
_TABLES = """
CREATE TABLE talks (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, words TEXT NOT NULL, created REAL NOT NULL,
    changed REAL NOT NULL, removed REAL, turns INTEGER NOT NULL DEFAULT 0, size INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX talks_of ON talks (owner, changed);
CREATE INDEX talks_removed ON talks (removed) WHERE removed IS NOT NULL;
CREATE TABLE turns (
    id TEXT PRIMARY KEY, talk TEXT NOT NULL REFERENCES talks (id) ON DELETE CASCADE, asked REAL NOT NULL,
    words TEXT NOT NULL, size INTEGER NOT NULL, data TEXT NOT NULL
);
CREATE INDEX turns_of ON turns (talk, asked);
"""
_SECONDS_FOR_LOCK = 10.0
_MOST_WORDS = 8
_TALK = "id, title, created, changed, turns"
_OWN = "owner = ? AND removed IS NULL"
# "!" is the character behind the blank.
_OF_BROWSERS = "owner >= 'browser ' AND owner < 'browser!'"
_log = logging.getLogger(__name__)


class TalkStore:
    """Conversations of all owners in one file. Its methods raise NotKept where the file cannot be used."""

    def __init__(self, file: Path, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, int] | None = None
        self._said = ""
        self._fault: NotKept | None = None

    # --- reading

    def talks(self, owner: str, words: str = "") -> list[Talk]:
        """An owner's conversations, the latest first; only those that have each of some words, where there are any."""
        wanted = [fold(word) for word in words.split()[:_MOST_WORDS]]
        has = (
            " AND (instr(talks.words, ?) OR EXISTS"
            " (SELECT 1 FROM turns WHERE turns.talk = talks.id AND instr(turns.words, ?)))"
        )
        query = f"SELECT {_TALK} FROM talks WHERE {_OWN}{has * len(wanted)} ORDER BY changed DESC, id"
        with self._reading() as connection:
            if connection is None:
                return []
            values = [owner, *(word for word in wanted for _ in range(2))]
            return [Talk(*row) for row in connection.execute(query, values)]

    def talk(self, owner: str, talk: str) -> Talk | None:
        """One conversation; None where this owner has none of that name."""
        with self._reading() as connection:
            return None if connection is None else _talk(connection, owner, talk)

    def turns(self, owner: str, talk: str) -> list[Turn]:
        """The turns of a conversation in their order; none where this owner has no such conversation."""
        with self._reading() as connection:
            if connection is None or _talk(connection, owner, talk) is None:
                return []
            rows = connection.execute("SELECT data FROM turns WHERE talk = ? ORDER BY asked, rowid", (talk,))
            return [_turn(data) for (data,) in rows]

    def find(self, owner: str, ids: Iterable[str]) -> list[Turn]:
        """The turns of these ids that are this owner's, in the order of the ids."""
        query = f"SELECT data FROM turns JOIN talks ON talks.id = talk WHERE turns.id = ? AND {_OWN}"
        with self._reading() as connection:
            if connection is None:
                return []
            rows = [connection.execute(query, (name, owner)).fetchone() for name in ids]
            return [_turn(row[0]) for row in rows if row is not None]

    def talk_of(self, owner: str, turn: str) -> str:
        """The conversation that a turn is kept in; "" where it is in none of this owner's."""
        query = f"SELECT talk FROM turns JOIN talks ON talks.id = talk WHERE turns.id = ? AND {_OWN}"
        with self._reading() as connection:
            row = None if connection is None else connection.execute(query, (turn, owner)).fetchone()
            return "" if row is None else str(row[0])

    def lack(self, owner: str, talk: str) -> NotKept | None:
        """Why a new turn of a conversation would not be kept; None where it would. `talk` is "" for a new one."""
        if self._fault is not None:
            return self._fault
        with self._reading() as connection:
            return None if connection is None else _lack(connection, owner, talk)

    # --- changing

    def keep(self, owner: str, talk: str, turn: Turn) -> bool:
        """Keep a turn, or what is new in one that is kept; False where the conversation is deleted or not the owner's.

        The first one begins the conversation, and is its title. Raises NotKept where there is no room.
        """
        data = json.dumps(turn.to_dict(), ensure_ascii=False, separators=(",", ":"))
        size, now = len(data.encode()), self._clock()
        with self._changing() as connection:
            row = connection.execute("SELECT owner, removed FROM talks WHERE id = ?", (talk,)).fetchone()
            if row is not None and row != (owner, None):
                return False
            is_new = connection.execute("SELECT 1 FROM turns WHERE id = ?", (turn.id,)).fetchone() is None
            if is_new and (lack := _lack(connection, owner, talk)) is not None:
                raise lack
            if is_new:
                _make_room(connection, owner)
            title = title_of(turn.question)
            connection.execute(
                "INSERT INTO talks (id, owner, title, words, created, changed) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO NOTHING",
                (talk, owner, title, fold(title), now, now),
            )
            connection.execute(
                "INSERT INTO turns (id, talk, asked, words, size, data) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET size = excluded.size, data = excluded.data WHERE talk = excluded.talk",
                (turn.id, talk, turn.asked_at, _words(turn), size, data),
            )
            connection.execute(
                "UPDATE talks SET changed = ?, turns = (SELECT count(*) FROM turns WHERE talk = talks.id),"
                " size = (SELECT sum(turns.size) FROM turns WHERE talk = talks.id) WHERE id = ?",
                (now, talk),
            )
        return True

    def rename(self, owner: str, talk: str, title: str) -> bool:
        """Give a conversation another title; False where this owner has no such conversation, or the title is empty."""
        title = title_of(title)
        query = f"UPDATE talks SET title = ?, words = ? WHERE id = ? AND {_OWN}"
        return bool(title) and self._change(query, (title, fold(title), talk, owner))

    def remove(self, owner: str, talk: str) -> bool:
        """Delete a conversation; for a while it can be restored. False where this owner has no such conversation."""
        return self._change(f"UPDATE talks SET removed = ? WHERE id = ? AND {_OWN}", (self._clock(), talk, owner))

    def restore(self, owner: str, talk: str) -> bool:
        """Bring back what was deleted a short while ago; False where there is nothing of that name to bring back."""
        query = "UPDATE talks SET removed = NULL WHERE id = ? AND owner = ? AND removed IS NOT NULL"
        return self._change(query, (talk, owner))

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._close()

    # --- the file

    def _change(self, query: str, values: Sequence[object]) -> bool:
        if not self._file.exists():
            return False
        with self._changing() as connection:
            return connection.execute(query, values).rowcount > 0

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """The file to read from; None where there is none yet."""
        with self._lock, self._said_plainly():
            yield self._open() if self._file.exists() else None

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """The file within one transaction: what is raised leaves it as it was."""
        with self._lock:
            try:
                with self._said_plainly():
                    if not self._file.exists():
                        _make(self._file)
                    with _transaction(self._open()) as connection:
                        over = self._clock() - limits.SECONDS_TO_UNDO
                        connection.execute("DELETE FROM talks WHERE removed < ?", (over,))
                        yield connection
            except NotKept as fault:
                self._fault = fault if isinstance(fault.__cause__, Exception) else None
                raise
            self._fault = None

    @contextmanager
    def _said_plainly(self) -> Iterator[None]:
        """Say in words for a visitor what is wrong with the file, and to the log where it is."""
        try:
            yield
        except (sqlite3.Error, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            self._close()
            fault = NotKept(
                "对话暂时不能保存：保存对话的文件读写不了。请告诉运行 wenju 的人。",
                "Conversations cannot be kept now: their file cannot be used. Tell whoever runs wenju.",
            )
            self._log(str(error))
            raise fault from error

    def _log(self, said: str) -> None:
        """Say once what is wrong, until it is something else."""
        if said != self._said:
            self._said = said
            zh = f"对话文件 {self._file} 用不了（{said}）。请检查磁盘和权限；若已损坏，请把它移到别处，会另建一个。"
            en = (
                f"The file of conversations {self._file} cannot be used ({said}). Check the disk and permissions; where"
                " it is damaged, move it elsewhere, and a new one is made."
            )
            _log.warning("%s", en if language() == "en" else zh)

    def _open(self) -> sqlite3.Connection:
        found = self._file.stat()
        if self._connection is not None and self._opened == (found.st_dev, found.st_ino):
            return self._connection
        self._close()  # another file lies there now
        # Several threads take turns with it, under the lock.
        connection = sqlite3.connect(
            self._file, timeout=_SECONDS_FOR_LOCK, isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
        self._connection, self._opened = connection, (found.st_dev, found.st_ino)
        return connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._opened = None


def _make(file: Path) -> None:
    """An empty file that nobody else can read."""
    file.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))


def _prepare(connection: sqlite3.Connection) -> None:
    """Check whose file it is, and make the tables where it is empty. Raises ValueError for what is not ours."""
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (kind,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and (kind != _KIND or version > VERSION):
        newer = kind == _KIND
        message = f"written by a newer wenju: version {version}, not {VERSION}" if newer else "not a file of wenju"
        raise ValueError(message)
    if tables:
        return
    connection.execute("PRAGMA journal_mode = WAL")
    with _transaction(connection):
        # Another process may have been first.
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            for statement in _TABLES.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {_KIND}")
            connection.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All of what is done within, or nothing where something is raised."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


# --- rows


def _talk(connection: sqlite3.Connection, owner: str, talk: str) -> Talk | None:
    row = connection.execute(f"SELECT {_TALK} FROM talks WHERE id = ? AND {_OWN}", (talk, owner)).fetchone()
    return None if row is None else Talk(*row)


def _turn(data: str) -> Turn:
    return Turn.from_dict(json.loads(data))


def _words(turn: Turn) -> str:
    """What a turn is found by: the question, and what was answered."""
    said = "" if turn.answer is None else turn.answer.text or ""
    return fold(f"{turn.question}\n{said}")


def _lack(connection: sqlite3.Connection, owner: str, talk: str) -> NotKept | None:
    """Which limit a new turn of a conversation would go beyond; nothing is ever dropped to make room."""
    count, size = connection.execute(f"SELECT count(*), total(size) FROM talks WHERE {_OWN}", (owner,)).fetchone()
    found = _talk(connection, owner, talk)
    if found is None and count >= limits.MOST_TALKS:
        return NotKept(
            f"已存满 {limits.MOST_TALKS} 个对话，新的没有保存。请删除一些旧的。",
            f"There are {limits.MOST_TALKS} conversations, no more are kept. Delete some old ones.",
        )
    if found is not None and found.turns >= limits.MOST_TURNS:
        return NotKept(
            f"这个对话已有 {limits.MOST_TURNS} 个问答，新的没有保存。请开新对话。",
            f"This conversation has {limits.MOST_TURNS} questions, no more are kept. Begin another.",
        )
    if size >= limits.MOST_BYTES:
        most = limits.MOST_BYTES >> 20
        return NotKept(
            f"保存的对话已达 {most} MiB，新的问答没有保存。请删除一些旧的。",
            f"Your conversations take {most} MiB, as much as is kept; what is new is not. Delete some old ones.",
        )
    if is_browser(owner) and _size_of_browsers(connection) >= limits.MOST_OF_BROWSERS:
        return NotKept(
            "这台服务器上未登录者的对话已存满，新的问答没有保存。请导出需要的内容。",
            "There is no room left for conversations without a login; what is new is not kept. Export what you need.",
        )
    return None


def _make_room(connection: sqlite3.Connection, owner: str) -> None:
    """Let go of what was deleted where it would be too much with what is kept: it could all be brought back."""
    count, size = connection.execute("SELECT count(*), total(size) FROM talks WHERE owner = ?", (owner,)).fetchone()
    if count >= limits.MOST_TALKS or size >= limits.MOST_BYTES:
        connection.execute("DELETE FROM talks WHERE owner = ? AND removed IS NOT NULL", (owner,))
    if is_browser(owner) and _size_of_browsers(connection, "") >= limits.MOST_OF_BROWSERS:
        connection.execute(f"DELETE FROM talks WHERE {_OF_BROWSERS} AND removed IS NOT NULL")


def _size_of_browsers(connection: sqlite3.Connection, which: str = " AND removed IS NULL") -> int:
    return int(connection.execute(f"SELECT total(size) FROM talks WHERE {_OF_BROWSERS}{which}").fetchone()[0])
