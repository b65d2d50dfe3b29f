"""Where an index is kept: what questions need of it, and what a build does to it.

A folder is the first such store (`store.folder`), Milvus another (`store.milvus`). Both hold
generations: finished builds, of which one is in force.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from chinese.given import check_given

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from embeddings.models.encoder import Encoder
    from embeddings.progress import Watch
    from embeddings.store.chosen import Chosen
    from embeddings.store.chunk_store import ChunkWriter
    from embeddings.store.figure_store import Measure, StoredFigure
    from embeddings.store.generation import GenerationLayout, Manifest
    from embeddings.store.search_threads import SearchThreads
    from embeddings.store.taking_over import Former, Taken
    from embeddings.store.vectors import VectorCache
    from embeddings.types import Chunk, FloatArray, Standing


class Generation(Protocol):
    """One finished build, opened: dense and lexical search, chunks by id, and figures. Threads may share it.

    It keeps answering when a newer one is in force. `store.folder.index.Index` says what each method gives; scores of
    all stores are alike: a cosine, and BM25 as tantivy has it.
    """

    @property
    def manifest(self) -> Manifest: ...

    @property
    def generation(self) -> str: ...

    @property
    def path(self) -> Path: ...

    def __len__(self) -> int: ...

    def is_current(self) -> bool: ...

    def latest(self) -> Generation: ...

    def check_model(self, encoder: Encoder) -> None: ...

    def search_dense(self, vector: FloatArray, k: int) -> list[tuple[int, float]]: ...

    def dense_scores(self, vector: FloatArray, ids: Sequence[int]) -> list[float]: ...

    def search_lexical(self, groups: Sequence[Sequence[tuple[str, float]]], k: int) -> list[tuple[int, float]]: ...

    def document_frequency(self, token: str) -> int: ...

    def has_word(self, token: str) -> bool: ...

    def vocabulary(self) -> dict[str, int]: ...

    def chunks(self, ids: Sequence[int]) -> list[Chunk]: ...

    def all_chunks(self) -> Iterator[Chunk]: ...

    def article_chunks(self, article: int) -> list[Chunk]: ...

    def file_chunks(self, file: str) -> list[Chunk]: ...

    def measures_with(self, tokens: Collection[str]) -> list[Measure]: ...

    def figures_of_measures(self, ids: Collection[int]) -> list[StoredFigure]: ...

    def figures_of_chunks(self, ids: Collection[int]) -> list[StoredFigure]: ...

    def all_figures(self) -> Iterator[StoredFigure]: ...

    def verify(self) -> None: ...

    def close(self) -> None: ...


class Whole(Generation, Protocol):
    """A generation as a store keeps it, which can be searched among chosen chunks, and says where each stands."""

    def latest(self) -> Whole: ...

    def search_dense(self, vector: FloatArray, k: int, only: Chosen | None = None) -> list[tuple[int, float]]: ...

    def search_lexical(
        self, groups: Sequence[Sequence[tuple[str, float]]], k: int, only: Chosen | None = None
    ) -> list[tuple[int, float]]: ...

    def standings(self, files: Collection[str] | None = None) -> Iterator[Standing]: ...

    def copies(self, files: Collection[str] | None = None) -> Iterator[Chunk]: ...

    def figures_of_measures(self, ids: Collection[int], only: Chosen | None = None) -> list[StoredFigure]: ...

    def measure_counts(self, only: Chosen) -> dict[int, int]: ...


class Store(Protocol):
    """A place for generations. A build holds the lock of the index folder while it calls what is below `open`."""

    def open(self) -> Whole:
        """Open the generation in force; writes nothing. Raises IndexMissing where there is none."""
        ...

    def begin(self, name: str) -> GenerationLayout:
        """Clear away what builds that died left behind, and make the folder that generation `name` is built in."""
        ...

    def former(self) -> Former | None:
        """The generation in force, if chunks can be taken over from it: whole, and as this wenju writes them."""
        ...

    def takes_vectors(self, taken: Taken, count: int) -> bool:
        """Whether `write` needs no vectors of chunks taken over into a generation of `count` chunks."""
        ...

    def write(
        self,
        files: GenerationLayout,
        writer: ChunkWriter,
        vectors: Callable[[Sequence[int]], FloatArray],
        dimension: int,
        watch: Watch,
        taken: Taken | None = None,
    ) -> None:
        """Write the words and the vectors of all chunks of `writer`, as far as they are not `taken` over.

        `vectors` gives those of ascending ids, shape (n, dimension).
        """
        ...

    def publish(self, files: GenerationLayout, manifest: Manifest, cache: VectorCache) -> None:
        """Put what was written in force, in one step that no reader sees half of, and drop what nothing needs now.

        The generation that was in force before is kept; `manifest` has no files yet.
        """
        ...

    def abandon(self, files: GenerationLayout) -> None:
        """Remove what is left of a build that has not been published; nothing where it has been."""
        ...

    def finish_tidying(self, cache: VectorCache, name: str) -> None:
        """Do what a build that was killed with its generation `name` already in force did not come to."""
        ...


def store_at(index_dir: Path | str, uri: str | None = None, threads: SearchThreads | None = None) -> Store:
    """The store at `uri`, with what it keeps on this machine in `index_dir`; the folder itself where that is None.

    What this machine computes in a search is done in `threads`, by default those of each index alone.
    """
    from embeddings.store.folder.folder_store import FolderStore
    from embeddings.store.generation import IndexLayout

    check_given(index_dir, "index_dir")
    check_given(uri, "store")
    layout = IndexLayout(Path(index_dir))
    if uri is None:
        return FolderStore(layout, threads)
    from embeddings.store.milvus.address import parse_address
    from embeddings.store.milvus.store import MilvusStore

    return MilvusStore(parse_address(uri), layout)
