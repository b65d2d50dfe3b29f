"""The SQLite files of a generation: opened for reading only, and named where they are damaged."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from embeddings.store.generation import damaged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open a file that nobody writes any more; threads may share the connection behind a lock of their own."""
    return sqlite3.connect(uri_to_read(path), uri=True, check_same_thread=False)


def uri_to_read(path: Path) -> str:
    """What SQLite is told to open a file that nobody writes any more."""
    # immutable: no lock and no journal beside the file, so a read-only folder will do
    return f"{uri_of(path)}?mode=ro&immutable=1"


def uri_of(path: Path) -> str:
    """A file as SQLite is told it where other files are told with options."""
    return f"file:{quote(os.fsencode(path.absolute()))}"


@contextmanager
def reading(path: Path, index: Path) -> Iterator[None]:
    """Make IndexDamaged, which names the file of the index at `index`, of what reading a damaged one raises."""
    try:
        yield
    except sqlite3.ProgrammingError:  # closed: a fault of the caller, not of the file
        raise
    except (sqlite3.DatabaseError, TypeError, ValueError) as error:  # or a value that is none of its column's
        raise damaged(path, index, str(error), str(error)) from error
