"""The vector cache: what the model computed for a text, kept from build to build.

A row is keyed by the hash of model and text, and both are checked when it is read, so a vector is never wrong, only
absent. Each batch is one transaction: a process killed at any moment loses at most the batch it was writing. From a
file that is damaged, every sound vector is carried over into a new one: encoding is what takes time.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import zlib
from contextlib import closing
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

import numpy as np

from chinese.errors import WenjuError, say
from embeddings.store.damage import is_damage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from embeddings.types import FloatArray

_T = TypeVar("_T")

_Row = tuple[int, bytes, int, bytes]

FILE = "vectors.sqlite"
_WIDEST_STEP = 1 << 30

# Pages of 8 KiB hold five vectors of 384 floats with little left over.
_SCHEMA = """
PRAGMA page_size = 8192;
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS vectors (key BLOB NOT NULL UNIQUE, sum INTEGER NOT NULL, vector BLOB NOT NULL);
"""
# The key comes from the row itself and not from the index over the keys: a flipped bit there may lead to another row.
_GET = "SELECT v.key, v.sum, v.vector FROM vectors k CROSS JOIN vectors v ON v.rowid = k.rowid WHERE k.key = ?"
_ALL = "SELECT rowid, key, sum, vector FROM vectors NOT INDEXED WHERE rowid > ? ORDER BY rowid"
_PUT = "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)"


def vector_key(fingerprint: str, text: str) -> bytes:
    """Return the key of a text's vector: SHA-256 of the model's fingerprint, a NUL and the text."""
    return hashlib.sha256(f"{fingerprint}\0{text}".encode()).digest()


class VectorCache:
    """Vectors of one dimension by key, in one file. For one writer; the index's lock sees to that.

    `renewals` counts how often the file turned out to be damaged: what was there before may be gone since.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, dimension: int) -> None:
        self._connection = connection
        self.path = path
        self.renewals = 0
        self._dimension = dimension

    @classmethod
    def open(cls, folder: Path, dimension: int) -> VectorCache:
        """Open or make the cache in `folder`; a file that is damaged is moved aside and begun anew."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FILE
        try:
            connection = _connect(path)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise _unusable(path, error) from error
            connection = _renewed(path)
        return cls(connection, path, dimension)

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.path.stat().st_size

    def mend(self) -> str | None:
        """Read the whole file; where it is damaged, carry what is sound into a new one, and return what was wrong."""
        self._guarded(lambda: self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
        wrong = _fault(self._connection, self.path)
        if wrong is not None:
            self._renew()
        return wrong

    def get(self, keys: Iterable[bytes]) -> dict[bytes, FloatArray]:
        """Return the vectors that are there, each of shape (dimension,); one whose checksum differs is not there."""
        wanted = list(keys)
        return self._guarded(lambda: self._get(wanted))

    def _get(self, keys: list[bytes]) -> dict[bytes, FloatArray]:
        found: dict[bytes, FloatArray] = {}
        for key in keys:
            row = self._connection.execute(_GET, (key,)).fetchone()
            if row is not None and row[0] == key and _is_sound(row) and len(row[2]) == 4 * self._dimension:
                found[key] = np.frombuffer(row[2], dtype="<f4").astype(np.float32, copy=False)
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
            self._connection.executemany(_PUT, rows)
        if any(self._connection.execute(_GET, row[:1]).fetchone() != row for row in rows):
            raise _Damaged

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

    def drop(self, keys: Iterable[bytes]) -> None:
        """Drop the vectors of these keys."""
        rows = [(key,) for key in keys]

        def drop() -> None:
            with self._connection:
                self._connection.executemany("DELETE FROM vectors WHERE key = ?", rows)
            self._connection.execute("PRAGMA incremental_vacuum").fetchall()

        if rows:
            self._guarded(drop)

    def __len__(self) -> int:
        count: int = self._guarded(lambda: self._connection.execute("SELECT count(*) FROM vectors").fetchone()[0])
        return count

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _guarded(self, action: Callable[[], _T]) -> _T:
        """Run `action`, once more on a new file where the old one turns out to be damaged."""
        try:
            return action()
        except sqlite3.DatabaseError as error:
            # A damaged page count is a full disk to SQLite.
            if not is_damage(error) and _fault(self._connection, self.path) is None:
                raise _unusable(self.path, error) from error
        self._renew()
        return action()

    def _renew(self) -> None:
        self._connection.close()
        self._connection = _renewed(self.path)
        self.renewals += 1


class _Damaged(sqlite3.DatabaseError):
    """Damage that SQLite itself does not see: what was written does not come back."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


def check_vectors(folder: Path, step: Callable[[int], object] | None = None) -> str | None:
    """Say what is wrong with the cache in `folder`, in English, or None; writes nothing.

    A cache that is not there is not wrong. `step` is called with the number of bytes read.
    """
    path = folder / FILE
    if not path.exists():
        return None
    # Without a build's journal the file is read as it lies there, which writes nothing beside it. With one the journal
    # is read as well, unless it cannot be: a full disk has no room for what SQLite needs for that.
    journal = _has_journal(path)
    wrong = None
    for mode in ("", "&immutable=1") if journal else ("&immutable=1",):
        try:
            with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro{mode}", uri=True)) as connection:
                connection.text_factory = bytes
                wrong = _fault(connection, path, step)
        except sqlite3.DatabaseError as error:
            wrong = str(error)
        if wrong is None:
            return None
    return wrong if journal or not _has_journal(path) else check_vectors(folder)  # a build that began is no damage


def _fault(connection: sqlite3.Connection, path: Path, step: Callable[[int], object] | None = None) -> str | None:
    """Say what is wrong with a file: its structure, its size or one of its rows."""
    try:
        ((pages,),) = connection.execute("PRAGMA page_count").fetchall()
        ((page_size,),) = connection.execute("PRAGMA page_size").fetchall()
        if not _has_journal(path) and path.stat().st_size != pages * page_size:
            return f"{path.stat().st_size} bytes instead of {pages * page_size}"
        for row in _ascending(connection, -1):
            if not _is_sound(row[1:]):
                return "the checksum of a vector differs"
            if step is not None:
                step(len(row[3]))
        ((said,),) = connection.execute("PRAGMA integrity_check(1)").fetchall()
    except (sqlite3.DatabaseError, OSError) as error:
        return str(error)
    return None if said == b"ok" else said.decode(errors="replace")


def _is_sound(row: tuple[object, object, object]) -> bool:
    """Tell whether a row holds a key, and a vector that is as it was written."""
    key, stored, vector = row
    return type(key) is bytes and type(vector) is bytes and stored == zlib.crc32(vector)


def _renewed(path: Path) -> sqlite3.Connection:
    """Move a damaged file aside and begin a new one with every row of it that is sound."""
    for ending in ("", "-wal", "-shm"):
        part = path.with_name(path.name + ending)
        if part.exists():
            os.replace(part, path.with_name(f"{path.name}.damaged{ending}"))
    connection = _connect(path)
    with closing(sqlite3.connect(path.with_name(f"{path.name}.damaged"))) as old, connection:
        old.text_factory = bytes
        connection.executemany(_PUT, (row for row in _rows_left(old) if _is_sound(row)))
    return connection


def _ascending(connection: sqlite3.Connection, after: int) -> Iterator[_Row]:
    """Yield the rows (number, key, sum, vector) behind `after`; raises DatabaseError where the numbers do not ascend.

    In a damaged file pages may lead back to each other, and reading would never end.
    """
    for row in connection.execute(_ALL, (after,)):
        if row[0] <= after:
            raise _Damaged("rows out of order")
        after = row[0]
        yield row


def _rows_left(damaged: sqlite3.Connection) -> Iterator[tuple[bytes, int, bytes]]:
    """Yield the rows that can still be read. Behind a page that cannot, reading goes on, in wider and wider steps."""
    after, skip = -1, 1
    while skip < _WIDEST_STEP:
        try:
            for number, key, stored, vector in _ascending(damaged, after):
                after, skip = number, 1
                yield key, stored, vector
        except OverflowError:  # a number that damage made larger than any
            return
        except sqlite3.DatabaseError:
            after += skip
            skip *= 2
        else:
            return


def _has_journal(path: Path) -> bool:
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except OSError:
        return False


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.text_factory = bytes  # a flipped bit makes a text of a vector, which need not be valid text
    try:
        connection.executescript(_SCHEMA)
        connection.execute("SELECT key, sum, vector FROM vectors LIMIT 1").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _unusable(path: Path, error: sqlite3.DatabaseError) -> WenjuError:
    return WenjuError(say(f"无法使用向量缓存 {path}：{error}。", f"The vector cache {path} cannot be used: {error}."))
