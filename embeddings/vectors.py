"""The vector cache: what the model computed for a text, kept from build to build.

A row is keyed by the hash of model and text, so a vector is never wrong, only absent. Each batch is one
transaction: a process killed at any moment loses at most the batch it was writing.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import zlib
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from embeddings.errors import WenjuError, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from embeddings.encoder import FloatArray

_T = TypeVar("_T")

FILE = "vectors.sqlite"

# Pages of 8 KiB hold five vectors of 384 floats with little left over.
_SCHEMA = """
PRAGMA page_size = 8192;
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS vectors (key BLOB NOT NULL UNIQUE, sum INTEGER NOT NULL, vector BLOB NOT NULL);
"""
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_FORMAT}


def vector_key(fingerprint: str, text: str) -> bytes:
    """Return the key of a text's vector: SHA-256 of the model's fingerprint, a NUL and the text."""
    return hashlib.sha256(f"{fingerprint}\0{text}".encode()).digest()


class VectorCache:
    """Vectors of one dimension by key, in one file. For one writer; the index's lock sees to that."""

    def __init__(self, connection: sqlite3.Connection, path: Path, dimension: int) -> None:
        self._connection = connection
        self.path = path
        self._dimension = dimension

    @classmethod
    def open(cls, folder: Path, dimension: int) -> VectorCache:
        """Open or make the cache in `folder`; a file that is damaged is moved aside and begun anew."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FILE
        try:
            connection = _connect(path)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise _unusable(path, error) from error
            _move_aside(path)
            connection = _connect(path)
        return cls(connection, path, dimension)

    def get(self, keys: Iterable[bytes]) -> dict[bytes, FloatArray]:
        """Return the vectors that are there, each of shape (dimension,); one whose checksum differs is not there."""
        wanted = list(keys)
        return self._guarded(lambda: self._get(wanted))

    def _get(self, keys: list[bytes]) -> dict[bytes, FloatArray]:
        found: dict[bytes, FloatArray] = {}
        for key in keys:
            row = self._connection.execute("SELECT sum, vector FROM vectors WHERE key = ?", (key,)).fetchone()
            if row is not None and len(row[1]) == 4 * self._dimension and row[0] == zlib.crc32(row[1]):
                found[key] = np.frombuffer(row[1], dtype="<f4").astype(np.float32, copy=False)
        return found

    def put(self, vectors: Mapping[bytes, FloatArray]) -> None:
        """Store vectors in one transaction; when this returns, a killed process does not lose them."""
        blobs = {key: np.asarray(vector, dtype="<f4").tobytes() for key, vector in vectors.items()}
        if any(len(blob) != 4 * self._dimension for blob in blobs.values()):
            message = f"Every vector must have {self._dimension} numbers"
            raise ValueError(message)
        rows = [(key, zlib.crc32(blob), blob) for key, blob in blobs.items()]
        self._guarded(lambda: self._put(rows))

    def _put(self, rows: Sequence[tuple[bytes, int, bytes]]) -> None:
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def prune(self, keep: Iterable[bytes]) -> int:
        """Drop every vector whose key is not in `keep`; returns how many that were."""
        return self._guarded(lambda: self._prune(keep))

    def _prune(self, keep: Iterable[bytes]) -> int:
        self._connection.execute("CREATE TEMP TABLE kept (key BLOB PRIMARY KEY) WITHOUT ROWID")
        try:
            with self._connection:
                self._connection.executemany("INSERT OR IGNORE INTO kept VALUES (?)", ((key,) for key in keep))
                dropped = self._connection.execute("DELETE FROM vectors WHERE key NOT IN kept").rowcount
            self._connection.execute("PRAGMA incremental_vacuum").fetchall()
        finally:
            self._connection.execute("DROP TABLE kept")
        return dropped

    def __len__(self) -> int:
        count: int = self._guarded(lambda: self._connection.execute("SELECT count(*) FROM vectors").fetchone()[0])
        return count

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _guarded(self, action: Callable[[], _T]) -> _T:
        """Run `action`, once more on an empty cache where the file turns out to be damaged."""
        try:
            return action()
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise _unusable(self.path, error) from error
        self._connection.close()
        _move_aside(self.path)
        self._connection = _connect(self.path)
        return action()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    try:
        connection.executescript(_SCHEMA)
        connection.execute("SELECT key, sum, vector FROM vectors LIMIT 1").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _DAMAGE


def _move_aside(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        part = path.with_name(path.name + ending)
        if part.exists():
            os.replace(part, path.with_name(f"{path.name}.damaged{ending}"))


def _unusable(path: Path, error: sqlite3.DatabaseError) -> WenjuError:
    return WenjuError(say(f"无法使用向量缓存 {path}：{error}。", f"The vector cache {path} cannot be used: {error}."))
