"""The index folder as a store: a generation is built beside the others, renamed, and pointed to."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chinese.errors import WenjuError
from embeddings.store.chunk_store import pages
from embeddings.store.folder.dense import write_dense
from embeddings.store.folder.index import Index
from embeddings.store.folder.taken import TakenVectors, takes_vectors, write_taken_words
from embeddings.store.generation import (
    FIGURES,
    FORMAT,
    ORIGINS,
    GenerationLayout,
    IndexLayout,
    Manifest,
    write_manifest,
)
from embeddings.store.lexical_blocks import LexicalWriter
from embeddings.store.publishing import finish_tidying, publish, remove_leftovers, sync_files, tidy
from embeddings.store.taking_over import Former

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from embeddings.progress import Watch
    from embeddings.store.chunk_store import ChunkWriter
    from embeddings.store.search_threads import SearchThreads
    from embeddings.store.taking_over import Taken
    from embeddings.store.vectors import VectorCache
    from embeddings.types import FloatArray

PAGE = 1000
"""Chunks read at a time."""


@dataclass(frozen=True, slots=True)
class FolderStore:
    """See `embeddings.store.stores.Store`; nothing is in force before the last step, which replaces one line."""

    layout: IndexLayout
    threads: SearchThreads | None = None

    def open(self) -> Index:
        """Open the generation in force, as `Index.open` does."""
        return Index.open(self.layout.root, self.threads)

    def begin(self, name: str) -> GenerationLayout:
        """Make a folder beside the generations, after those of dead builds are gone."""
        self.layout.generations.mkdir(exist_ok=True)
        remove_leftovers(self.layout)
        files = self.layout.temporary(name)
        files.path.mkdir()
        return files

    def former(self) -> Former | None:
        """The generation in force, checked to the last byte: what is damaged is not to live on."""
        try:
            with closing(self.open()) as index:
                if index.manifest.format != FORMAT or not {ORIGINS, FIGURES} <= index.manifest.files.keys():
                    return None
                index.verify()
                return Former(self.layout.generation(index.generation), index.manifest)
        except WenjuError:
            return None

    def takes_vectors(self, taken: Taken, count: int) -> bool:
        """Whether the vectors of the generation before are as exact as those of `count` chunks."""
        return takes_vectors(taken, count)

    def write(
        self,
        files: GenerationLayout,
        writer: ChunkWriter,
        vectors: Callable[[Sequence[int]], FloatArray],
        dimension: int,
        watch: Watch,
        taken: Taken | None = None,
    ) -> None:
        """Write the two indexes."""
        count = len(writer)
        kept = None
        if taken is None:
            write_lexical(files, writer, watch)
        else:
            with watch.stage("words", count) as step:
                write_taken_words(files, count, taken, step)
            if takes_vectors(taken, count):
                kept = TakenVectors(taken, self.layout.root)
        with watch.stage("vectors", count) as step:
            for done in write_dense(files.dense, count, dimension, vectors, kept):
                step(done)

    def publish(self, files: GenerationLayout, manifest: Manifest, cache: VectorCache) -> None:
        """Force every file to the disk, write the manifest that vouches for them, and switch over."""
        sealed = replace(manifest, files=sync_files(files))
        write_manifest(files.manifest, sealed)
        before = publish(self.layout, files, sealed.generation)
        tidy(self.layout, cache, [sealed.generation] if before is None else [sealed.generation, before])

    def abandon(self, files: GenerationLayout) -> None:
        """Remove the folder; a published one has another name by now."""
        shutil.rmtree(files.path, ignore_errors=True)

    def finish_tidying(self, cache: VectorCache, name: str) -> None:
        """Drop generations and leftovers that nothing needs."""
        finish_tidying(self.layout, cache, name)


def write_lexical(files: GenerationLayout, writer: ChunkWriter, watch: Watch) -> None:
    """Write the tokens of all chunks to a tantivy index."""
    lexical = LexicalWriter.create(files.lexical, len(writer))
    with watch.stage("words", len(writer)) as step:
        for ids in pages(len(writer), PAGE):
            for words in writer.words(ids):
                lexical.add(words)
                step(1)
    lexical.finish()
