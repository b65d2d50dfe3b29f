"""Milvus as a store: a build writes two new collections, and an alias is let stand for them last.

Two aliases say which generations are kept: `name` the one in force, `name__before` the one before. What neither stands
for belongs to a build that runs or has died. The folder in which a build of this index folder works tells its own dead
ones, which the next one drops; those of other machines are dropped a week later.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from chinese.errors import WenjuError, say
from embeddings.errors import StoreError
from embeddings.store.chunk_store import pages
from embeddings.store.folder.folder_store import PAGE, write_lexical
from embeddings.store.generation import FIGURES, LEXICAL, TEMPORARY, GenerationLayout, sync
from embeddings.store.milvus.connection import Connection
from embeddings.store.milvus.figures import send_figures
from embeddings.store.milvus.generation import (
    MANIFEST_KEY,
    TOKEN_COUNT_KEY,
    MilvusGeneration,
    command_for,
    fetch_manifest,
)
from embeddings.store.milvus.lexical import packed
from embeddings.store.milvus.rows import (
    FACT_INDEXES,
    ROWS_FORMAT,
    Names,
    batches,
    chunk_indexes,
    chunk_row,
    chunk_schema,
    copy_rows,
    fact_row,
    fact_rows,
    fact_schema,
)
from embeddings.store.publishing import prune, sync_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from embeddings.progress import Watch
    from embeddings.store.chunk_store import ChunkWriter
    from embeddings.store.generation import IndexLayout, Manifest
    from embeddings.store.milvus.address import StoreAddress
    from embeddings.store.milvus.connection import Row
    from embeddings.store.taking_over import Taken
    from embeddings.store.vectors import VectorCache
    from embeddings.types import FloatArray

DEAD_AFTER = timedelta(days=7)
"""How long a build on another machine may take before its collections count as left behind."""

_SUPERSEDED = "superseded"


@dataclass(slots=True)
class MilvusStore:
    """See `stores.Store`. `index` is the folder that holds the vector cache and what else stays here."""

    address: StoreAddress
    index: IndexLayout
    _connection: Connection | None = field(default=None)

    @property
    def layout(self) -> IndexLayout:
        """What the index folder keeps of this store."""
        return self.index.store(self.address.folder)

    def open(self) -> MilvusGeneration:
        """Open the generation in force, as `MilvusGeneration.open` does."""
        return MilvusGeneration.open(self.address, self.layout)

    def begin(self, name: str) -> GenerationLayout:
        """Connect, drop what dead builds left on the server, and make the folder that this one works in."""
        connection = self._connect()
        try:
            self._check_free(connection)
            self.layout.generations.mkdir(parents=True, exist_ok=True)
            self._sweep(connection)
        except BaseException:
            self._disconnect()
            raise
        files = self.layout.temporary(name)
        files.path.mkdir()
        sync(self.layout.generations)  # it has to outlive a crash: it tells the next build what to drop
        return files

    def former(self) -> None:
        """None: all is sent anew."""

    def takes_vectors(self, taken: Taken, count: int) -> bool:
        """That of every chunk is sent."""
        return False

    def write(
        self,
        files: GenerationLayout,
        writer: ChunkWriter,
        vectors: Callable[[Sequence[int]], FloatArray],
        dimension: int,
        watch: Watch,
        taken: Taken | None = None,
    ) -> None:
        """Send chunks, words and figures; for a server that cannot rank texts, the words go into tantivy here."""
        connection = self._connect()
        names = self._names(files)
        tokenizer = _tokenizer(connection)
        connection.create(names.chunks, lambda client: chunk_schema(client, dimension, tokenizer))
        connection.create(names.facts, fact_schema)
        if tokenizer is None:
            write_lexical(files, writer, watch)
        facts: list[Row] = []
        frequencies: Counter[str] = Counter()
        length = 0

        def rows() -> Iterator[Row]:
            nonlocal length
            for ids in pages(len(writer), PAGE):
                for (chunk, _), words, vector in zip(writer.rows(ids), writer.words(ids), vectors(ids), strict=True):
                    tokens = None if tokenizer is None else words.split()
                    if tokens is not None:
                        frequencies.update(set(tokens))
                        length += len(tokens)
                    row, more = chunk_row(chunk, vector, tokens)
                    facts.extend(more)
                    yield row

        with watch.stage("vectors", len(writer)) as step:
            for batch in batches(rows()):
                connection.insert(names.chunks, batch)
                step(len(batch))
                self._send(connection, names, facts)
                facts.clear()
        self._send(connection, names, (fact_row(key, value) for key, value in packed(frequencies)))
        self._send(connection, names, fact_rows(TOKEN_COUNT_KEY, str(length)))
        copies = (row for number, chunk in enumerate(writer.copies()) for row in copy_rows(number, chunk))
        self._send(connection, names, copies)
        send_figures(connection, names, files.figures, watch)
        watch.check()
        connection.finish(names.chunks, chunk_indexes(tokenizer is not None))

    def publish(self, files: GenerationLayout, manifest: Manifest, cache: VectorCache) -> None:
        """Send the manifest, check that every row is there, and let the alias stand for the new generation."""
        connection = self._connect()
        names = self._names(files)
        found = sync_files(files).items()
        sums = {name: file for name, file in found if name == FIGURES or name.startswith(f"{LEXICAL}/")}
        sealed = replace(manifest, format=ROWS_FORMAT, files=sums)
        self._send(connection, names, fact_rows(MANIFEST_KEY, json.dumps(sealed.to_dict(), ensure_ascii=False)))
        connection.finish(names.facts, FACT_INDEXES)
        self._check_whole(connection, names, sealed)
        files.figures.unlink(missing_ok=True)  # who asks for figures fetches them
        files.origins.unlink(missing_ok=True)  # nothing is taken over
        final = self.layout.generation(sealed.generation)
        final.path.mkdir()
        for part in sorted(files.path.iterdir()):  # the folder itself stays, and tells of an unfinished build
            part.rename(final.path / part.name)
        sync(final.path)
        sync(self.layout.generations)
        current, before = connection.target(names.current), connection.target(names.before)
        if before is not None and current is not None:
            (files.path / _SUPERSEDED).write_text(before, encoding="utf-8")
        if current is not None:
            connection.point(names.before, current)
        connection.point(names.current, names.chunks)
        with suppress(WenjuError, OSError):  # it is in force: nothing from here on fails the build
            self._tidy(connection, files)
            prune(self.index, cache)

    def abandon(self, files: GenerationLayout) -> None:
        """Drop what was sent, unless it is in force; where the server is gone, the next build does it."""
        if self._connection is None:
            return
        with suppress(WenjuError, OSError):
            if files.path.is_dir():
                self._tidy(self._connection, files)
        self._disconnect()

    def finish_tidying(self, cache: VectorCache, name: str) -> None:
        """Drop what builds that were killed left behind; `name` is in force."""
        connection = self._connect()
        try:
            self._sweep(connection)
        finally:
            self._disconnect()

    def _connect(self) -> Connection:
        if self._connection is None:
            self._connection = Connection.open(self.address)
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _names(self, files: GenerationLayout) -> Names:
        return Names(self.address.name, files.path.name.removeprefix(TEMPORARY))

    def _check_free(self, connection: Connection) -> None:
        name = self.address.name
        if connection.target(name) is None and name in connection.collections():
            raise StoreError(
                say(
                    f"{self.address.shown} 中已有名为 {name} 的集合，不是 wenju 建立的。请在 --store 中另用名称。",
                    f"There is a collection {name} at {self.address.shown} that wenju did not make. Use another name "
                    "in --store.",
                )
            )

    def _check_whole(self, connection: Connection, names: Names, sealed: Manifest) -> None:
        """Raise StoreError unless the server has all that was sent, once: what it did not confirm was sent again."""
        found = connection.count(names.chunks)
        if (
            found != sealed.chunks
            or fetch_manifest(connection, names, command_for(self.address, self.layout)) != sealed
        ):
            raise StoreError(
                say(
                    f"{self.address.shown} 收到 {found} 段，应为 {sealed.chunks}。原有索引不受影响，请再次重建。",
                    f"{self.address.shown} has {found} chunks where {sealed.chunks} were sent. The index that was "
                    "there is still in force; rebuild once more.",
                )
            )

    def _send(self, connection: Connection, names: Names, facts: Iterable[Row]) -> None:
        for batch in batches(facts):
            connection.insert(names.facts, batch)

    def _sweep(self, connection: Connection) -> None:
        """Drop what dead builds left: those of this folder, whose lock is held, and old ones of others."""
        for folder in self.layout.generations.glob(f"{TEMPORARY}*"):
            self._tidy(connection, GenerationLayout(folder))
        kept = {connection.target(self.address.name), connection.target(f"{self.address.name}__before")}
        oldest = f"{datetime.now(UTC) - DEAD_AFTER:%Y%m%d-%H%M%S}"
        for collection in connection.collections():
            names = Names.of_collection(self.address.name, collection)
            if names is not None and names.chunks not in kept and names.generation < oldest:
                connection.drop(collection)

    def _tidy(self, connection: Connection, files: GenerationLayout) -> None:
        """End a build of this folder, whose work is in `files`: drop what it replaced, or if it failed what it sent."""
        names = self._names(files)
        kept = {connection.target(names.current), connection.target(names.before)}
        superseded: Names | None = None
        with suppress(FileNotFoundError):
            collection = (files.path / _SUPERSEDED).read_text(encoding="utf-8")
            superseded = Names.of_collection(self.address.name, collection)
        for each in (names, superseded):
            if each is not None and each.chunks not in kept:
                connection.drop(each.chunks)
                connection.drop(each.facts)
        for folder in self.layout.generations.iterdir():
            if not folder.name.startswith(TEMPORARY) and Names(self.address.name, folder.name).chunks not in kept:
                shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(files.path, ignore_errors=True)


def _tokenizer(connection: Connection) -> str | None:
    """The server's analyser that takes each of our tokens as it is; None where it cannot rank texts."""
    if not connection.has_bm25:
        return None
    return "standard" if connection.is_lite else "whitespace"  # milvus-lite has no other that does
