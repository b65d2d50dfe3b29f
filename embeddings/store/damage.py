"""Which errors of SQLite say that a file is damaged, and not that it is busy or that the disk is full."""

from __future__ import annotations

import sqlite3

_DAMAGE = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_FORMAT))


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file that the error is about is damaged."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _DAMAGE
