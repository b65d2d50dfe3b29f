"""origins.sqlite: of which file each chunk of a generation is, and of which text; a later build takes over by it.

Nothing that a question needs is in it.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.store.sqlite_files import open_to_read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

OWN, COPY, COPY_AGAIN = range(3)
"""What became of a chunk as it was read: one of the index, a copy of one, or a copy at the same lines as another."""

SCHEMA = """
PRAGMA origins.synchronous = OFF;
CREATE TABLE origins.files (
    place INTEGER PRIMARY KEY, key BLOB NOT NULL, articles INTEGER NOT NULL, roles BLOB NOT NULL,
    years TEXT NOT NULL, waiting INTEGER NOT NULL
);
CREATE TABLE origins.texts (
    signature BLOB NOT NULL, year TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (signature, year)
) WITHOUT ROWID;
CREATE TABLE origins.merged (id INTEGER PRIMARY KEY, own INTEGER NOT NULL);
CREATE TABLE origins.dropped (key BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE origins.facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
"""`merged` has of each chunk with copies how many of its sources are its own. `dropped` are the keys of vectors that
the generation before has and this one has not; it is named in `facts`, with the year of articles that say none."""

YEAR = "year"
BEFORE = "before"


@dataclass(frozen=True, slots=True)
class OriginFile:
    """A file of a generation, by the key of its reading: b"" where that is not kept.

    Its first article, chunk and copy, and how many it has of each. `years` says of each year how many of its articles
    are of it, `waiting` of how many chunks the article says none.
    """

    place: int
    key: bytes
    article: int
    chunk: int
    copy: int
    articles: int
    chunks: int
    copies: int
    years: dict[str, int]
    waiting: int
    roles: bytes


def add_file(
    connection: sqlite3.Connection, key: bytes, articles: int, roles: bytes, years: Mapping[str, int], waiting: int
) -> None:
    """Add the next file; `roles` has what became of each of its chunks."""
    row = key, articles, roles, json.dumps(years, sort_keys=True), waiting
    connection.execute("INSERT INTO origins.files (key, articles, roles, years, waiting) VALUES (?, ?, ?, ?, ?)", row)


def files_in(connection: sqlite3.Connection, schema: str) -> Iterator[OriginFile]:
    """Yield the files of a generation in the order of their chunks."""
    article, chunk, copy = 0, 0, 1
    rows = connection.execute(f"SELECT place, key, articles, roles, years, waiting FROM {schema}.files ORDER BY place")
    for place, key, articles, roles, years, waiting in rows:
        chunks, copies = roles.count(OWN), roles.count(COPY)
        yield OriginFile(place, key, article, chunk, copy, articles, chunks, copies, json.loads(years), waiting, roles)
        article, chunk, copy = article + articles, chunk + chunks, copy + copies


def fact(connection: sqlite3.Connection, schema: str, name: str) -> str | None:
    """What a generation notes of itself, if it does."""
    row = connection.execute(f"SELECT value FROM {schema}.facts WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def note(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Note something of the generation being written."""
    connection.execute("INSERT OR REPLACE INTO origins.facts VALUES (?, ?)", (name, value))


def dropped_since(path: Path) -> tuple[str, set[bytes]] | None:
    """Of which generation the one with this file was taken over, and the keys of vectors that only that one has.

    None where it was built from nothing, or the file cannot be read.
    """
    try:
        with closing(open_to_read(path)) as connection:
            before = fact(connection, "main", BEFORE)
            keys = {key for (key,) in connection.execute("SELECT key FROM dropped")}
    except sqlite3.Error:
        return None
    return None if before is None else (before, keys)


def keys_among(chunks: Path, keys: set[bytes]) -> tuple[int, set[bytes]]:
    """How many chunks a generation has, and which of these keys of vectors are theirs."""
    with closing(open_to_read(chunks)) as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM chunks").fetchall()
        if not keys:
            return count, set()
        connection.execute("CREATE TEMP TABLE asked (key BLOB PRIMARY KEY) WITHOUT ROWID")
        connection.executemany("INSERT INTO asked VALUES (?)", [(key,) for key in keys])
        found = connection.execute("SELECT vector_key FROM chunks WHERE vector_key IN asked")
        return count, {key for (key,) in found}
