"""What was recognised, kept from build to build, so that no page is recognised twice.

A row is keyed by the hash of the file, the page's number, and what recognised it. Each page is one transaction: a build
that is stopped or killed loses at most the pages it was at. A row whose checksum differs is not there. A file that is
damaged is moved aside, and what can still be read of it is carried over into a new one.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from contextlib import closing, suppress
from typing import TYPE_CHECKING, TypeVar

from embeddings.guarding.pieces import placed_of, placed_rows
from embeddings.store.damage import is_damage

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from embeddings.types import PlacedText

    _T = TypeVar("_T")

FILE = "pages.sqlite"

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS pages (
  file TEXT NOT NULL, page INTEGER NOT NULL, fingerprint TEXT NOT NULL, sum INTEGER NOT NULL, lines BLOB NOT NULL,
  PRIMARY KEY (file, page, fingerprint)
);
"""


class KeptPages:
    """Recognised pages in one file, by the hash of their file and their number. For one writer and one thread."""

    def __init__(self, connection: sqlite3.Connection, path: Path, fingerprint: str) -> None:
        self._connection = connection
        self._path = path
        self._fingerprint = fingerprint

    @classmethod
    def open(cls, folder: Path, fingerprint: str) -> KeptPages:
        """Open or make the file in `folder`, for what `fingerprint` recognised."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FILE
        try:
            connection = _connect(path)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            connection = _renewed(path)
        return cls(connection, path, fingerprint)

    def get(self, digest: str) -> dict[int, tuple[PlacedText, ...]]:
        """What was recognised on the pages of the file with this SHA-256, by their number."""
        query = "SELECT page, sum, lines FROM pages WHERE file = ? AND fingerprint = ? ORDER BY page"
        rows = self._guarded(lambda: self._connection.execute(query, (digest, self._fingerprint)).fetchall())
        return {page: placed_of(json.loads(lines)) for page, stored, lines in rows if stored == zlib.crc32(lines)}

    def put(self, digest: str, page: int, lines: tuple[PlacedText, ...]) -> None:
        """Keep a page; when this returns, a killed process does not lose it."""
        blob = json.dumps(placed_rows(lines), ensure_ascii=False).encode("utf-8", "surrogatepass")
        row = (digest, page, self._fingerprint, zlib.crc32(blob), blob)
        self._guarded(lambda: self._run("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?)", row))

    def keep(self, digests: Collection[str]) -> None:
        """Drop the pages of all other files."""
        names = json.dumps(sorted(digests))
        self._guarded(
            lambda: self._run("DELETE FROM pages WHERE file NOT IN (SELECT value FROM json_each(?))", (names,))
        )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _run(self, statement: str, values: tuple[object, ...]) -> None:
        with self._connection:
            self._connection.execute(statement, values)

    def _guarded(self, action: Callable[[], _T]) -> _T:
        """Run `action`, once more on a new file where the old one turns out to be damaged."""
        try:
            return action()
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
        self._connection.close()
        self._connection = _renewed(self._path)
        return action()


def _renewed(path: Path) -> sqlite3.Connection:
    """Move a damaged file aside and begin a new one with every row of it that can be read and is sound."""
    aside = path.with_name(f"{path.name}.damaged")
    for ending in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            os.replace(path.with_name(path.name + ending), aside.with_name(aside.name + ending))
    connection = _connect(path)
    with closing(sqlite3.connect(aside)) as old, connection, suppress(sqlite3.DatabaseError):
        for row in old.execute("SELECT file, page, fingerprint, sum, lines FROM pages NOT INDEXED"):
            if isinstance(row[4], bytes) and row[3] == zlib.crc32(row[4]):
                connection.execute("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?)", row)
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    try:
        connection.executescript(_SCHEMA)
        connection.execute("SELECT file, page, fingerprint, sum, lines FROM pages LIMIT 1").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection
