"""The file of figures in Milvus: sent in pieces as facts of its generation, fetched as a whole when first asked for.

So figures are looked up exactly as they are in a folder, whatever the release of the server; all together they are
small.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from chinese.errors import WenjuError, say
from embeddings.store.figure_store import FigureStore
from embeddings.store.milvus.rows import batches, fact_row, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader

    from embeddings.progress import Watch
    from embeddings.store.generation import FileSum
    from embeddings.store.milvus.connection import Connection, Row
    from embeddings.store.milvus.rows import Names

PIECE = 49_000
"""Bytes of the file in a fact: in base64, what cannot be made smaller by zlib still is one text that Milvus takes."""
_AT_A_TIME = 32


class FiguresGone(Exception):
    """The server has not all of the file that was sent, or another."""


def send_figures(connection: Connection, names: Names, file: Path, watch: Watch) -> None:
    """Send a file of figures that is complete; nothing where there is none."""
    if not file.is_file():
        return
    with file.open("rb") as stream:
        for batch in batches(_rows(stream)):
            connection.insert(names.facts, batch)
            watch.check()


def fetch_figures(connection: Connection, names: Names, expected: FileSum, root: Path) -> FigureStore:
    """Fetch the file into a temporary one, which is gone when the process is, and open it.

    Raises FiguresGone where what comes is not what was sent, StoreError where the server cannot be reached, WenjuError
    where there is no room here.
    """
    try:
        with TemporaryDirectory(prefix="wenju-", ignore_cleanup_errors=True) as folder:
            file = Path(folder) / "figures.sqlite"
            digest = hashlib.sha256()
            with file.open("wb") as stream:
                for piece in _pieces(connection, names, -(-expected.bytes // PIECE)):
                    digest.update(piece)
                    stream.write(piece)
            if digest.hexdigest() != expected.sha256:
                raise FiguresGone
            return FigureStore.open(file, root)  # it stays readable when the folder is gone: the file is open
    except OSError as error:
        raise WenjuError(
            say(
                f"无法把索引中的数字写入临时目录：{error}。请腾出空间，或用 TMPDIR 另指目录。",
                f"The figures of the index cannot be written to a temporary folder: {error}. Make room, or name "
                "another folder in TMPDIR.",
            )
        ) from error


def _rows(stream: BufferedReader) -> Iterator[Row]:
    number = 0
    while piece := stream.read(PIECE):
        yield fact_row(_key(number), base64.b64encode(zlib.compress(piece)).decode())
        number += 1


def _pieces(connection: Connection, names: Names, count: int) -> Iterator[bytes]:
    for first in range(0, count, _AT_A_TIME):
        keys = [_key(number) for number in range(first, min(first + _AT_A_TIME, count))]
        rows = connection.query(names.facts, f"key in {quoted(keys)}", ["key", "value"])
        values = {row["key"]: row["value"] for row in rows}
        for key in keys:
            try:
                yield zlib.decompress(base64.b64decode(values[key]))
            except (KeyError, binascii.Error, zlib.error) as error:
                raise FiguresGone from error


def _key(number: int) -> str:
    return f"figures/{number}"
