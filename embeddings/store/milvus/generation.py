"""One generation in Milvus, opened for searching."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from chinese.errors import say
from embeddings.errors import IndexDamaged, IndexMissing, StoreError
from embeddings.store.cosines import as_cosine, unit_query, unit_rows
from embeddings.store.folder.index import BM25_DIGITS, COSINE_DIGITS, check_sum, ranked
from embeddings.store.generation import (
    FIGURES,
    LEXICAL,
    Manifest,
    other_format,
    rebuild_command,
)
from embeddings.store.lexical import LexicalIndex
from embeddings.store.milvus.connection import Connection
from embeddings.store.milvus.figures import FiguresGone, fetch_figures
from embeddings.store.milvus.lexical import MOST_CANDIDATES, ServerWords, Words
from embeddings.store.milvus.rows import (
    COPY,
    RECORD_FIELDS,
    ROWS_FORMAT,
    VECTOR_FIELD,
    Names,
    chunk_of,
    condition_of,
    copies_of,
    join_fact,
    quoted,
)
from embeddings.store.usable import check_copies, check_figures, check_model, check_tokenizer
from embeddings.types import Standing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from embeddings.models.encoder import Encoder
    from embeddings.store.chosen import Chosen
    from embeddings.store.figure_store import FigureStore, Measure, StoredFigure
    from embeddings.store.generation import IndexLayout
    from embeddings.store.milvus.address import StoreAddress
    from embeddings.store.milvus.connection import Row
    from embeddings.types import Chunk, FloatArray

MANIFEST_KEY = "manifest"
TOKEN_COUNT_KEY = "tokens"
"""The key of how many tokens all chunks have together."""

_EF = 256
_PAGE = 1000
_FILES_AT_ONCE = 200


class MilvusGeneration:
    """One generation of a Milvus store; see `embeddings.store.stores.Generation`. Threads may share it.

    `layout` is where an index folder keeps what belongs to this store. Only the tantivy index is read from there, and
    only where the server has no BM25.
    """

    def __init__(self, connection: Connection, names: Names, manifest: Manifest, layout: IndexLayout) -> None:
        self.manifest = manifest
        self._connection = connection
        self._names = names
        self._layout = layout
        self._opening = threading.Lock()
        self._words: Words | None = None
        self._fetching = threading.Lock()  # another one: fetching takes a while
        self._figures: FigureStore | None = None

    @classmethod
    def open(cls, address: StoreAddress, layout: IndexLayout) -> MilvusGeneration:
        """Open the generation in force; writes nothing.

        Raises StoreError where the server cannot be reached, IndexMissing where nothing is in force, IndexMismatch
        where another format or tokenizer wrote it.
        """
        if address.is_file and not Path(address.uri).exists():  # connecting would make it
            raise _missing(address, layout)
        connection = Connection.open(address)
        try:
            return cls.in_force(connection, layout)
        except BaseException:
            connection.close()
            raise

    @classmethod
    def in_force(cls, connection: Connection, layout: IndexLayout) -> MilvusGeneration:
        """The generation in force, read over a connection that is open."""
        address = connection.address
        collection = connection.target(address.name)
        names = None if collection is None else Names.of_collection(address.name, collection)
        if names is None:
            raise _missing(address, layout)
        connection.load(names.facts)
        connection.load(names.chunks)
        command = command_for(address, layout)
        manifest = fetch_manifest(connection, names, command)
        check_tokenizer(manifest, address.shown, command)
        return cls(connection, names, manifest, layout)

    @property
    def generation(self) -> str:
        return self.manifest.generation

    @property
    def path(self) -> Path:
        """The folder of what is kept here."""
        return self._layout.root

    @property
    def _command(self) -> str:
        return command_for(self._connection.address, self._layout)

    def __len__(self) -> int:
        return self.manifest.chunks

    def is_current(self) -> bool:
        """Tell whether no newer generation is in force, which takes a question to the server.

        True also where it cannot be asked: then there is nothing to switch over to.
        """
        try:
            return self._connection.target(self._names.current) in (None, self._names.chunks)
        except StoreError:
            return True

    def latest(self) -> MilvusGeneration:
        """The generation that is in force now, over the same connection."""
        return MilvusGeneration.in_force(self._connection, self._layout)

    def check_model(self, encoder: Encoder) -> None:
        """Raise IndexMismatch unless `encoder` is the model that the vectors were made with."""
        address = self._connection.address
        check_model(self.manifest, encoder, address.shown, command_for(address, self._layout, encoder.name))

    def search_dense(self, vector: FloatArray, k: int, only: Chosen | None = None) -> list[tuple[int, float]]:
        """Find the `k` chunks nearest to `vector` (dimension,) as (id, cosine), sorted by (-cosine, id).

        With `only` they are the nearest of its ids, which the server is told.
        """
        condition = condition_of(only)
        query = unit_query(vector, self.manifest.dimension)

        def fetch(limit: int) -> list[tuple[int, float]]:
            how = {"metric_type": "COSINE", "params": {"ef": max(_EF, 2 * limit)}}
            found = self._connection.search(
                self._names.chunks, VECTOR_FIELD, query.tolist(), limit, how, condition=condition
            )
            return [(int(row["id"]), as_cosine(row["distance"])) for row in found]

        return ranked(fetch, k, min(len(self), MOST_CANDIDATES), COSINE_DIGITS, only)

    def dense_scores(self, vector: FloatArray, ids: Sequence[int]) -> list[float]:
        """Return the cosine of `vector` (dimension,) and each of the chunks `ids`; ValueError for an unknown id."""
        query = unit_query(vector, self.manifest.dimension)
        found = self._by_id(ids, ("id", VECTOR_FIELD))
        if not ids:
            return []
        rows = unit_rows(np.asarray([found[number][VECTOR_FIELD] for number in ids], dtype=np.float32))
        return [round(as_cosine(float(score)), COSINE_DIGITS) for score in rows @ query]

    def search_lexical(
        self, groups: Sequence[Sequence[tuple[str, float]]], k: int, only: Chosen | None = None
    ) -> list[tuple[int, float]]:
        """Find the `k` chunks that match best as (id, BM25 score), sorted by (-score, id); of `only`, if given."""
        words, most = self._open_words(), min(len(self), MOST_CANDIDATES)
        return ranked(lambda limit: words.search(groups, limit, only), k, most, BM25_DIGITS, only)

    def document_frequency(self, token: str) -> int:
        """Count the chunks that a token stands in."""
        return self._open_words().document_frequency(token)

    def has_word(self, token: str) -> bool:
        """Tell whether a token stands in any chunk."""
        return self.document_frequency(token) > 0

    def vocabulary(self) -> dict[str, int]:
        """Return every token with the number of chunks it stands in."""
        return self._open_words().vocabulary()

    def chunks(self, ids: Sequence[int]) -> list[Chunk]:
        """Return chunks by id, in the order asked for; ValueError for an unknown id."""
        rows = self._by_id(ids, RECORD_FIELDS)
        return [self._chunk(rows[number]) for number in ids]

    def all_chunks(self) -> Iterator[Chunk]:
        """Yield every chunk by id, without holding all of them in memory."""
        for first in range(0, len(self), _PAGE):
            yield from self.chunks(range(first, min(first + _PAGE, len(self))))

    def article_chunks(self, article: int) -> list[Chunk]:
        """Return the chunks of an article, in its order."""
        return self._where(f"article == {int(article)}")

    def file_chunks(self, file: str) -> list[Chunk]:
        """Return the chunks that stand in a file of the corpus, by id."""
        return self._where(f"array_contains(files, {json.dumps(file, ensure_ascii=False)})")

    def standings(self, files: Collection[str] | None = None) -> Iterator[Standing]:
        """Yield of every chunk, or of those whose own file is among `files`, where it stands."""
        wanted = None if files is None else frozenset(files)
        for condition in _in_files(files):
            for row in self._connection.walk(self._names.chunks, condition, RECORD_FIELDS, _PAGE):
                chunk = self._chunk(row)
                if wanted is None or chunk.sources[0].file in wanted:
                    yield Standing(chunk.id, chunk.article, chunk.date, chunk.sources[0].file)

    def copies(self, files: Collection[str] | None = None) -> Iterator[Chunk]:
        """Yield every chunk that has the text of an earlier one, or those in `files`, as `Index.copies` does."""
        check_copies(self.manifest, self._connection.address.shown, self._command)
        rows = self._connection.walk(self._names.facts, f'key like "{COPY}%"', ["key", "value"], _PAGE)
        wanted = None if files is None else frozenset(files)
        return (chunk for chunk in copies_of(rows) if wanted is None or chunk.sources[0].file in wanted)

    def measures_with(self, tokens: Collection[str]) -> list[Measure]:
        """Return what figures measure whose words have any of `tokens`, as `Index.measures_with` does.

        The first call for figures, of whatever kind, fetches all of them.
        """
        return self._open_figures().measures_with(tokens)

    def figures_of_measures(self, ids: Collection[int], only: Chosen | None = None) -> list[StoredFigure]:
        """Return the figures that say one of these measures, by chunk, sentence and place; of `only`, if given."""
        return self._open_figures().of_measures(ids, only)

    def measure_counts(self, only: Chosen) -> dict[int, int]:
        """Return how many figures of these chunks say each measure, by its id."""
        return self._open_figures().measure_counts(only)

    def figures_of_chunks(self, ids: Collection[int]) -> list[StoredFigure]:
        """Return the figures of chunks, by chunk, sentence and place."""
        return self._open_figures().of_chunks(ids)

    def all_figures(self) -> Iterator[StoredFigure]:
        """Yield every figure by chunk, sentence and place."""
        return self._open_figures().all()

    def verify(self) -> None:
        """Check that every chunk and figure is there, and words that are kept here; IndexDamaged says what is not."""
        found = self._connection.count(self._names.chunks)
        if found != len(self):
            raise self._damaged(f"段落 {found}，应为 {len(self)}", f"{found} chunks instead of {len(self)}")
        self._open_words()
        if FIGURES in self.manifest.files:
            self._open_figures()

    def close(self) -> None:
        """Close the connection; the generation may not be used afterwards."""
        if self._figures is not None:
            self._figures.close()
        self._connection.close()

    def _by_id(self, ids: Sequence[int], fields: Sequence[str]) -> dict[int, Row]:
        rows: dict[int, Row] = {}
        wanted = sorted({int(number) for number in ids})
        for first in range(0, len(wanted), _PAGE):
            page = wanted[first : first + _PAGE]
            rows |= {int(row["id"]): row for row in self._connection.query(self._names.chunks, f"id in {page}", fields)}
        if absent := [number for number in wanted if number not in rows]:
            if 0 <= absent[0] < len(self):
                raise self._damaged(f"没有第 {absent[0]} 段", f"chunk {absent[0]} is missing")
            message = f"No such chunk in the index: {absent[0]}"
            raise ValueError(message)
        return rows

    def _where(self, condition: str) -> list[Chunk]:
        rows = self._connection.query(self._names.chunks, condition, RECORD_FIELDS)
        return [self._chunk(row) for row in sorted(rows, key=lambda row: int(row["id"]))]

    def _chunk(self, row: Row) -> Chunk:
        record = row["record"] or read_fact(self._connection, self._names, f"record/{row['id']}")
        return chunk_of(row, record)

    def _open_words(self) -> Words:
        with self._opening:
            if self._words is None:
                kept = [name for name in self.manifest.files if name.startswith(f"{LEXICAL}/")]
                self._words = self._kept_words(kept) if kept else self._server_words()
            return self._words

    def _open_figures(self) -> FigureStore:
        with self._fetching:
            if self._figures is None:
                check_figures(self.manifest, self._connection.address.shown, self._command)
                try:
                    expected = self.manifest.files[FIGURES]
                    self._figures = fetch_figures(self._connection, self._names, expected, self._layout.root)
                except FiguresGone as error:
                    raise self._damaged("数字不全", "its figures are not all there") from error
            return self._figures

    def _server_words(self) -> ServerWords:
        length = int(read_fact(self._connection, self._names, TOKEN_COUNT_KEY))
        return ServerWords(self._connection, self._names, len(self), max(1.0, length / max(1, len(self))))

    def _kept_words(self, kept: Sequence[str]) -> LexicalIndex:
        """The tantivy index that the build left in its index folder, for a server that cannot rank texts."""
        files = self._layout.generation(self.generation)
        if not files.lexical.is_dir():
            address = self._connection.address.shown
            raise IndexDamaged(
                say(
                    f"{address} 的 Milvus（{self._connection.version}）不能按词检索，词索引在建立索引的机器上，"
                    f"本机没有 {files.lexical}。请从那台机器复制该目录，或在本机运行 `{self._command}`。",
                    f"The Milvus at {address} ({self._connection.version}) cannot rank by words; the index of words is "
                    f"on the machine that built it, and {files.lexical} is not here. Copy that folder from there, or "
                    f"run `{self._command}` here.",
                )
            )
        try:
            for name in kept:
                check_sum(self._layout, self.manifest, name)
            inner = [name.removeprefix(f"{LEXICAL}/") for name in kept]
            return LexicalIndex.open(files.lexical, self._layout.root, inner, len(self))
        except IndexDamaged as error:
            raise self._damaged(f"{files.lexical} 已损坏", f"{files.lexical} is damaged") from error

    def _damaged(self, zh: str, en: str) -> IndexDamaged:
        place = self._connection.address.shown
        return IndexDamaged(
            say(
                f"{place} 的索引不完整：{zh}。请运行 `{self._command}` 重建。",
                f"The index at {place} is not whole: {en}. Run `{self._command}` to build it again.",
            )
        )


def command_for(address: StoreAddress, layout: IndexLayout, model: str | None = None) -> str:
    """The command that builds the index of a store anew; `layout` is what an index folder keeps of it."""
    return rebuild_command(layout.root.parent.parent, model, address.shown)


def _in_files(files: Collection[str] | None) -> Iterator[str]:
    """Conditions of which one holds for each chunk that stands in one of `files`, or for each, where that is None."""
    if files is None:
        yield "id >= 0"
        return
    ordered = sorted(files)
    for first in range(0, len(ordered), _FILES_AT_ONCE):
        part = ordered[first : first + _FILES_AT_ONCE]
        yield f"array_contains_any(files, {quoted(part)})"


def _missing(address: StoreAddress, layout: IndexLayout) -> IndexMissing:
    command = command_for(address, layout)
    return IndexMissing(
        say(
            f"{address.shown} 中没有索引。请先运行 `{command}` 建立索引。",
            f"There is no index at {address.shown}. Run `{command}` to build it.",
        )
    )


def read_fact(connection: Connection, names: Names, key: str) -> str:
    """The value of a fact; "" for one that is not there."""
    rows = connection.query(names.facts, f'key like "{key}/%"', ["key", "value"])
    return join_fact(row for row in rows if row["key"].rpartition("/")[0] == key)


def fetch_manifest(connection: Connection, names: Names, command: str) -> Manifest:
    """The manifest of a generation; IndexMismatch where it is of another format, IndexDamaged where it is none."""
    place = connection.address.shown
    try:
        data = json.loads(read_fact(connection, names, MANIFEST_KEY))
        found = data.get("format") if isinstance(data, dict) else None
        if type(found) is int and found != ROWS_FORMAT:
            raise other_format(found, ROWS_FORMAT, place, command)
        return Manifest.from_dict(data)
    except ValueError as error:
        raise IndexDamaged(
            say(
                f"{place} 的索引已损坏（{error}）。请运行 `{command}` 重建。",
                f"The index at {place} is damaged ({error}). Run `{command}` to build it again.",
            )
        ) from error
