"""One generation of an index, opened for searching."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from chinese.forking import begins_again, leave
from chinese.given import check_given
from embeddings.errors import IndexDamaged
from embeddings.store.chunk_store import ChunkStore
from embeddings.store.figure_store import FigureStore
from embeddings.store.folder.dense import DenseIndex, dense_files
from embeddings.store.generation import (
    CHUNKS,
    DENSE,
    FIGURES,
    LEXICAL,
    IndexLayout,
    Manifest,
    damaged,
    read_manifest,
    rebuild_command,
    sha256_file,
)
from embeddings.store.lexical import LexicalIndex
from embeddings.store.search_threads import SearchThreads
from embeddings.store.usable import check_copies, check_figures, check_model, check_tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from embeddings.models.encoder import Encoder
    from embeddings.store.chosen import Chosen
    from embeddings.store.figure_store import Measure, StoredFigure
    from embeddings.types import Chunk, FloatArray, Standing

CHECKED_WHEN_USED = 256 * 1024 * 1024
"""Bytes up to which the files of a part are checked by SHA-256 at its first use; larger ones in `verify` only."""

COSINE_DIGITS = 6
BM25_DIGITS = 4
_OVERFETCH = 16


class Index:
    """One generation: dense and lexical search, and the chunks by id.

    Threads may share it. It keeps answering from its generation when a newer one is published.
    """

    def __init__(self, layout: IndexLayout, manifest: Manifest, threads: SearchThreads | None = None) -> None:
        self.layout = layout
        self.manifest = manifest
        self.threads = SearchThreads() if threads is None else threads
        self._files = layout.generation(manifest.generation)
        self._opening = threading.RLock()
        self._checked: set[str] = set()
        self._store: ChunkStore | None = None
        self._dense: DenseIndex | None = None
        self._lexical: LexicalIndex | None = None
        self._figures: FigureStore | None = None
        self._vocabulary: dict[str, int] | None = None
        begins_again(self)

    def begin_again(self) -> None:
        """In a forked child: open the files anew. Two processes that read by one descriptor get in each other's way."""
        leave(self._store, self._dense, self._lexical, self._figures)
        self._store = self._dense = self._lexical = self._figures = None
        self._opening = threading.RLock()

    @classmethod
    def open(cls, path: Path | str, threads: SearchThreads | None = None) -> Index:
        """Open the generation in force; writes nothing, and reads only the manifest and the files' sizes.

        It searches in `threads`, by default its own. Raises IndexMissing where there is no index, IndexMismatch where
        another format version or tokenizer wrote it, IndexDamaged where a file is missing or of another size.
        """
        check_given(path, "path")
        layout = IndexLayout(Path(path))
        name = layout.read_current()
        while True:
            try:
                index = cls(layout, _sound_manifest(layout, name), threads)
            except IndexDamaged:
                # Two builds may have ended since the pointer was read, and this generation be gone.
                latest = layout.read_current()
                if latest == name:
                    raise
                name = latest
            else:
                return index

    @property
    def path(self) -> Path:
        return self.layout.root

    @property
    def generation(self) -> str:
        return self.manifest.generation

    def __len__(self) -> int:
        return self.manifest.chunks

    def is_current(self) -> bool:
        """Tell whether no newer generation is in force; costs the reading of one line.

        True also where the pointer cannot be read: then there is nothing to switch over to.
        """
        try:
            return self.layout.current.read_text(encoding="utf-8").strip() == self.generation
        except (OSError, UnicodeDecodeError):
            return True

    def latest(self) -> Index:
        """Open the generation that is in force now."""
        return Index.open(self.path, self.threads)

    def check_model(self, encoder: Encoder) -> None:
        """Raise IndexMismatch unless `encoder` is the model that the vectors were made with."""
        check_model(self.manifest, encoder, self.path, rebuild_command(self.path, encoder.name))

    def search_dense(self, vector: FloatArray, k: int, only: Chosen | None = None) -> list[tuple[int, float]]:
        """Find the `k` chunks nearest to `vector` (dimension,) as (id, cosine), sorted by (-cosine, id).

        With `only` they are the nearest of its ids: what a search for all would give with the others left out.
        """
        dense = self._open_dense()
        return ranked(lambda limit: dense.search(vector, limit, only), k, len(self), COSINE_DIGITS, only)

    def dense_scores(self, vector: FloatArray, ids: Sequence[int]) -> list[float]:
        """Return the cosine of `vector` (dimension,) and each of the chunks `ids`; ValueError for an unknown id."""
        return [round(score, COSINE_DIGITS) for score in self._open_dense().scores(vector, ids)]

    def search_lexical(
        self, groups: Sequence[Sequence[tuple[str, float]]], k: int, only: Chosen | None = None
    ) -> list[tuple[int, float]]:
        """Find the `k` chunks that match best as (id, BM25 score), sorted by (-score, id).

        Each group of (token, weight) counts as its best member, and groups are summed. Fewer than `k` come
        back where fewer match. With `only` they are the best of its ids, as in `search_dense`: how rare a word
        is stays what it is in the whole index.
        """
        lexical = self._open_lexical()
        return ranked(lambda limit: lexical.search(groups, limit, only), k, len(self), BM25_DIGITS, only)

    def document_frequency(self, token: str) -> int:
        """Count the chunks that a token stands in."""
        return self._open_lexical().document_frequency(token)

    def has_word(self, token: str) -> bool:
        """Tell whether a token stands in any chunk."""
        return self.document_frequency(token) > 0

    def vocabulary(self) -> dict[str, int]:
        """Return every token of the lexical index with the number of chunks it stands in."""
        if self._vocabulary is None:
            self._vocabulary = self._open_lexical().vocabulary()
        return self._vocabulary

    def chunks(self, ids: Sequence[int]) -> list[Chunk]:
        """Return chunks by id, in the order asked for; ValueError for an unknown id."""
        return self._open_store().chunks(ids)

    def all_chunks(self) -> Iterator[Chunk]:
        """Yield every chunk by id, without holding all of them in memory."""
        return self._open_store().all()

    def article_chunks(self, article: int) -> list[Chunk]:
        """Return the chunks of an article, in its order."""
        return self._open_store().article(article)

    def file_chunks(self, file: str) -> list[Chunk]:
        """Return the chunks that stand in a file of the corpus, by id; none for a file that is not in the index."""
        return self._open_store().file(file)

    def standings(self, files: Collection[str] | None = None) -> Iterator[Standing]:
        """Yield of every chunk, or of those whose own file is among `files`, where it stands, by id."""
        return self._open_store().standings(files)

    def copies(self, files: Collection[str] | None = None) -> Iterator[Chunk]:
        """Yield every chunk that has the text of an earlier one, or those in `files`, as it stands in its own article.

        Its id is that of the chunk which is indexed for it. Raises IndexMismatch where the index was built before
        copies were kept.
        """
        check_copies(self.manifest, self.path, rebuild_command(self.path))
        return self._open_store().copies(files)

    def measures_with(self, tokens: Collection[str]) -> list[Measure]:
        """Return what figures measure whose words have any of `tokens`, by id; `tokens_of` cuts them, folded.

        This and what follows of figures raises IndexMismatch where the index was built before figures were kept.
        """
        return self._open_figures().measures_with(tokens)

    def figures_of_measures(self, ids: Collection[int], only: Chosen | None = None) -> list[StoredFigure]:
        """Return the figures that say one of these measures, by chunk, sentence and place; none for an unknown id.

        With `only` they are those of its chunks.
        """
        return self._open_figures().of_measures(ids, only)

    def measure_counts(self, only: Chosen) -> dict[int, int]:
        """Return how many figures of these chunks say each measure, by its id; a measure that none says is left out."""
        return self._open_figures().measure_counts(only)

    def figures_of_chunks(self, ids: Collection[int]) -> list[StoredFigure]:
        """Return the figures of chunks, by chunk, sentence and place; none for an unknown id."""
        return self._open_figures().of_chunks(ids)

    def all_figures(self) -> Iterator[StoredFigure]:
        """Yield every figure by chunk, sentence and place, without holding all of them in memory."""
        return self._open_figures().all()

    def vector_keys(self) -> Iterator[bytes]:
        """Yield the vector cache's key of every chunk, by id."""
        return self._open_store().vector_keys()

    def verify(self) -> None:
        """Check every file's SHA-256 and that each part opens; IndexDamaged names the first that is wrong."""
        for name in sorted(self.manifest.files):
            self._check_sum(name)
        self.open_parts()

    def open_parts(self) -> None:
        """Open what the first search would; IndexDamaged names what does not open."""
        self._open_store()
        self._open_dense()
        self._open_lexical()
        if FIGURES in self.manifest.files:
            self._open_figures()

    def close(self) -> None:
        """Give the files back, once no question is being answered; the index may not be used afterwards."""
        with self._opening:
            for part in (self._store, self._figures):
                if part is not None:
                    part.close()
            self._store = self._dense = self._lexical = self._figures = None

    def _open_store(self) -> ChunkStore:
        with self._opening:
            if self._store is None:
                self._check_when_small([CHUNKS])
                self._store = ChunkStore.open(self._files.chunks, self.path)
            return self._store

    def _open_dense(self) -> DenseIndex:
        with self._opening:
            if self._dense is None:
                files = dense_files(self._files.dense, len(self))
                self._check_when_small([file.name for file in files])
                self._dense = DenseIndex.open(
                    self._files.dense, self.path, len(self), self.manifest.dimension, self.threads
                )
            return self._dense

    def _open_lexical(self) -> LexicalIndex:
        with self._opening:
            if self._lexical is None:
                prefix = f"{LEXICAL}/"
                names = [name for name in self.manifest.files if name.startswith(prefix)]
                self._check_when_small(names)
                inner = [name.removeprefix(prefix) for name in names]
                self._lexical = LexicalIndex.open(self._files.lexical, self.path, inner, len(self))
            return self._lexical

    def _open_figures(self) -> FigureStore:
        with self._opening:
            if self._figures is None:
                check_figures(self.manifest, self.path, rebuild_command(self.path))
                self._check_when_small([FIGURES])
                self._figures = FigureStore.open(self._files.figures, self.path)
            return self._figures

    def _check_when_small(self, names: Sequence[str]) -> None:
        known = self.manifest.files
        if sum(known[name].bytes for name in names if name in known) <= CHECKED_WHEN_USED:
            for name in names:
                if name in known and name not in self._checked:
                    self._check_sum(name)

    def _check_sum(self, name: str) -> None:
        check_sum(self.layout, self.manifest, name)
        self._checked.add(name)


def check_size(layout: IndexLayout, manifest: Manifest, name: str) -> None:
    """Raise IndexDamaged unless a file of the manifest is there and of the right size."""
    file = layout.generation(manifest.generation).path / name
    expected = manifest.files[name].bytes
    try:
        size = file.stat().st_size
    except FileNotFoundError as error:
        raise damaged(file, layout.root, "文件缺失", "it is missing") from error
    except OSError as error:
        raise damaged(file, layout.root, str(error), str(error)) from error
    if size != expected:
        wrong = f"{size} 字节，应为 {expected}", f"{size} bytes instead of {expected}"
        raise damaged(file, layout.root, *wrong)


def check_sum(layout: IndexLayout, manifest: Manifest, name: str) -> None:
    """Raise IndexDamaged unless a file of the manifest has the SHA-256 that it was written with."""
    file = layout.generation(manifest.generation).path / name
    try:
        found = sha256_file(file)
    except OSError as error:
        raise damaged(file, layout.root, str(error), str(error)) from error
    if found != manifest.files[name].sha256:
        raise damaged(file, layout.root, "校验和不符", "its checksum differs")


def check_file(layout: IndexLayout, manifest: Manifest, name: str) -> None:
    """Raise IndexDamaged unless a file of the manifest is what was written; the size, which is quick, comes first."""
    check_size(layout, manifest, name)
    check_sum(layout, manifest, name)


def fitting_manifest(layout: IndexLayout, name: str) -> Manifest:
    """Return the manifest of a generation, if this wenju can read what it describes; its files are not looked at.

    Raises IndexDamaged and IndexMismatch as `Index.open` does.
    """
    files = layout.generation(name)
    if not files.path.is_dir():
        missing = f"它指向的 {files.path} 不存在", f"it points to {files.path}, which does not exist"
        raise damaged(layout.current, layout.root, *missing)
    manifest = read_manifest(files.manifest, layout.root)
    if manifest.generation != name:
        detail = f"{manifest.generation} != {name}"
        raise damaged(files.manifest, layout.root, detail, detail)
    check_tokenizer(manifest, layout.root, rebuild_command(layout.root))
    for needed in (CHUNKS, DENSE, f"{LEXICAL}/meta.json"):
        if needed not in manifest.files:
            raise damaged(files.manifest, layout.root, f"没有 {needed}", f"it does not list {needed}")
    return manifest


def _sound_manifest(layout: IndexLayout, name: str) -> Manifest:
    """Return the manifest of a generation whose files are all there and of the right size."""
    manifest = fitting_manifest(layout, name)
    for file in manifest.files:
        check_size(layout, manifest, file)
    return manifest


def ranked(
    fetch: Callable[[int], list[tuple[int, float]]], k: int, total: int, digits: int, only: Chosen | None = None
) -> list[tuple[int, float]]:
    """Return the best `k` sorted by (-score, id), the same ones whatever the order in which `fetch` gives equals.

    `fetch(limit)` cuts equals off anywhere, so more than `k` are fetched until the last one is worse than
    the k-th. Scores are rounded: equal texts differ in the last bits by where they stand in a SIMD block. With
    `only` other ids are left out, and more are fetched until `k` are left or there are no more.
    """
    if k <= 0 or total == 0 or (only is not None and not len(only)):
        return []
    limit = min(k + _OVERFETCH, total)
    while True:
        found = sorted(((number, round(score, digits)) for number, score in fetch(limit)), key=_by_score_then_id)
        whole = limit == total or len(found) < limit
        kept = found if only is None else [hit for hit in found if hit[0] in only]
        if whole or (len(kept) >= k and found[-1][1] < kept[k - 1][1]):
            return kept[:k]
        limit = min(limit * 4, total)


def _by_score_then_id(hit: tuple[int, float]) -> tuple[float, int]:
    number, score = hit
    return -score, number
