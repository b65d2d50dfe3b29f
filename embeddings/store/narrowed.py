"""A part of an index that is asked as if it were the whole: no search, article or figure has anything of the rest.

Which chunks are inside is told from where they stand. A text that stands in several articles is indexed once, with the
first of them; where only another one is inside, it is shown as it stands there, under that article's headline and date.
How rare a word is stays what it is in the whole index, so that scores, and with them the order, are those of a search
for all from which the others are left out.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from chinese.forking import begins_again
from embeddings.store.chosen import Chosen
from embeddings.types import Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from embeddings.models.encoder import Encoder
    from embeddings.store.figure_store import Measure, StoredFigure
    from embeddings.store.generation import Manifest
    from embeddings.store.stores import Generation, Whole
    from embeddings.types import Chunk, FloatArray, Source

__all__ = ["Narrowed", "narrow"]

_PAGE = 1000


def narrow(index: Whole, files: Collection[str] | None, is_inside: Callable[[Standing], bool]) -> Generation:
    """What of an index is inside; the index itself where that is all of it.

    Only chunks of `files` are asked after, of all where that is None. Raises IndexMismatch where the index was built
    before copies were kept.
    """
    own = {standing.id for standing in index.standings(files) if is_inside(standing)}
    copies: dict[int, list[Chunk]] = {}
    inside: dict[int, list[Chunk]] = {}
    outside = 0
    for copy in index.copies(files):
        copies.setdefault(copy.id, []).append(copy)
        if is_inside(Standing(copy.id, copy.article, copy.date, copy.sources[0].file)):
            inside.setdefault(copy.id, []).append(copy)
        else:
            outside += 1
    if files is None and len(own) == len(index) and not outside:
        return index
    return Narrowed(index, own, copies, inside)


class Narrowed:
    """The chunks of a generation that are inside, as `Generation` has it; threads may share it.

    `own` are the chunks whose first article is inside, `copies` those that stand elsewhere too, by the id of the first,
    of the files that were asked after, `inside` those of them that are inside.
    """

    def __init__(
        self,
        index: Whole,
        own: Collection[int],
        copies: Mapping[int, Sequence[Chunk]],
        inside: Mapping[int, Sequence[Chunk]],
    ) -> None:
        self._index = index
        self._chosen = Chosen([*own, *inside])
        self._copied = {number: _sources(found) for number, found in copies.items() if number in own}
        self._also = {number: _sources(inside[number]) for number in inside}
        self._instead = {
            number: replace(found[0], sources=tuple(self._also[number]))
            for number, found in inside.items()
            if number not in own
        }
        self._of_article: dict[int, list[int]] = {}
        for chunk in self._instead.values():
            self._of_article.setdefault(chunk.article, []).append(chunk.id)
        self._counting = threading.Lock()
        begins_again(self)
        self._moved: dict[int, int] | None = None
        self._with_figures = self._chosen
        self._counts: dict[int, int] = {}

    def begin_again(self) -> None:
        """In a forked child: nobody holds the lock there."""
        self._counting = threading.Lock()

    @property
    def manifest(self) -> Manifest:
        """That of the whole."""
        return self._index.manifest

    @property
    def generation(self) -> str:
        """The name of the whole."""
        return self._index.generation

    @property
    def path(self) -> Path:
        """Where the whole lies."""
        return self._index.path

    @property
    def chosen(self) -> Chosen:
        """The ids of the chunks that are inside."""
        return self._chosen

    def __len__(self) -> int:
        """How many chunks the whole has: how rare a word is depends on it."""
        return len(self._index)

    def is_current(self) -> bool:
        """Tell whether no newer generation is in force."""
        return self._index.is_current()

    def latest(self) -> Generation:
        """The whole generation that is in force now."""
        return self._index.latest()

    def check_model(self, encoder: Encoder) -> None:
        """Raise IndexMismatch unless `encoder` is the model that the vectors were made with."""
        self._index.check_model(encoder)

    def search_dense(self, vector: FloatArray, k: int) -> list[tuple[int, float]]:
        """Find the `k` chunks nearest to `vector` as (id, cosine), sorted by (-cosine, id)."""
        return self._index.search_dense(vector, k, self._chosen)

    def dense_scores(self, vector: FloatArray, ids: Sequence[int]) -> list[float]:
        """Return the cosine of `vector` and each of the chunks `ids`."""
        return self._index.dense_scores(vector, ids)

    def search_lexical(self, groups: Sequence[Sequence[tuple[str, float]]], k: int) -> list[tuple[int, float]]:
        """Find the `k` chunks that match best as (id, BM25 score), sorted by (-score, id)."""
        return self._index.search_lexical(groups, k, self._chosen)

    def document_frequency(self, token: str) -> int:
        """Count the chunks of the whole that a token stands in."""
        return self._index.document_frequency(token)

    def has_word(self, token: str) -> bool:
        """Tell whether a token stands in a chunk that is inside."""
        return bool(self._index.has_word(token) and self.search_lexical([[(token, 1.0)]], 1))

    def vocabulary(self) -> dict[str, int]:
        """Return every token of the whole with the number of chunks it stands in: what words are translated by."""
        return self._index.vocabulary()

    def chunks(self, ids: Sequence[int]) -> list[Chunk]:
        """Return chunks by id, in the order asked for; ValueError for one that is not inside."""
        if absent := [number for number in ids if number not in self._chosen]:
            message = f"No such chunk in the chosen documents: {absent[0]}"
            raise ValueError(message)
        own = self._index.chunks([number for number in ids if number not in self._instead])
        found = {chunk.id: self._inside(chunk) for chunk in own} | self._instead
        return [found[number] for number in ids]

    def all_chunks(self) -> Iterator[Chunk]:
        """Yield every chunk that is inside by id."""
        for first in range(0, len(self._chosen), _PAGE):
            yield from self.chunks(self._chosen.ids[first : first + _PAGE].tolist())

    def article_chunks(self, article: int) -> list[Chunk]:
        """Return the chunks of an article that are inside, in its order."""
        found = self._index.article_chunks(article)
        own = [self._inside(chunk) for chunk in found if chunk.id in self._chosen and chunk.id not in self._instead]
        also = [self._instead[number] for number in self._of_article.get(article, ())]
        return sorted([*own, *also], key=lambda chunk: (chunk.sentences[0].index, chunk.id)) if also else own

    def file_chunks(self, file: str) -> list[Chunk]:
        """Return the chunks that stand in a file and are inside, by id."""
        ids = [chunk.id for chunk in self._index.file_chunks(file) if chunk.id in self._chosen]
        return [chunk for chunk in self.chunks(ids) if any(source.file == file for source in chunk.sources)]

    def measures_with(self, tokens: Collection[str]) -> list[Measure]:
        """Return what figures inside measure whose words have any of `tokens`, each with how many say it there."""
        self._look_at_figures()
        found = self._index.measures_with(tokens)
        return [replace(item, count=self._counts[item.id]) for item in found if item.id in self._counts]

    def figures_of_measures(self, ids: Collection[int]) -> list[StoredFigure]:
        """Return the figures inside that say one of these measures, by chunk, sentence and place."""
        moved = self._look_at_figures()
        return [_moved(item, moved) for item in self._index.figures_of_measures(ids, self._with_figures)]

    def figures_of_chunks(self, ids: Collection[int]) -> list[StoredFigure]:
        """Return the figures of chunks that are inside, by chunk, sentence and place."""
        moved = self._look_at_figures()
        known = [number for number in ids if number in self._with_figures]
        return [_moved(item, moved) for item in self._index.figures_of_chunks(known)]

    def all_figures(self) -> Iterator[StoredFigure]:
        """Yield every figure inside by chunk, sentence and place."""
        moved = self._look_at_figures()
        return (_moved(item, moved) for item in self._index.all_figures() if item.chunk in self._with_figures)

    def verify(self) -> None:
        """Check the whole."""
        self._index.verify()

    def close(self) -> None:
        """Nothing: the whole is closed by whoever opened it."""

    def _inside(self, chunk: Chunk) -> Chunk:
        """A chunk whose first article is inside, with the sources that are."""
        own = chunk.sources[0].file
        copied = self._copied.get(chunk.id, {})
        kept = {source for source in chunk.sources if source.file == own and source not in copied}
        kept |= {chunk.sources[0], *self._also.get(chunk.id, ())}
        if len(kept) == len(chunk.sources):
            return chunk
        return replace(chunk, sources=tuple(source for source in chunk.sources if source in kept))

    def _look_at_figures(self) -> dict[int, int]:
        """By how many sentences the figures of chunks have to be moved that are shown as they stand in another article.

        What a figure says was read under the headline and date of the first article. Where the other one differs in
        these, or its sentences were cut otherwise, nobody knows what the figure says there, and it is left out.
        """
        with self._counting:
            if self._moved is None:
                moved, differing = {}, set()
                for first in _in_pages(sorted(self._instead)):
                    for chunk in self._index.chunks(first):
                        there = self._instead[chunk.id]
                        moved[chunk.id] = there.sentences[0].index - chunk.sentences[0].index
                        if _read_under(chunk) != _read_under(there):
                            differing.add(chunk.id)
                self._with_figures = Chosen(number for number in self._chosen.ids if number not in differing)
                self._counts = self._index.measure_counts(self._with_figures)
                self._moved = moved
            return self._moved


def _sources(copies: Iterable[Chunk]) -> dict[Source, None]:
    return dict.fromkeys(source for copy in copies for source in copy.sources)


def _in_pages(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[first : first + _PAGE] for first in range(0, len(ids), _PAGE))


def _read_under(chunk: Chunk) -> tuple[object, ...]:
    """What the figures of a chunk were read from, and what they are shown in."""
    return chunk.context, chunk.date, *(sentence.text for sentence in chunk.sentences)


def _moved(item: StoredFigure, by: Mapping[int, int]) -> StoredFigure:
    steps = by.get(item.chunk)
    return item if not steps else replace(item, facts=replace(item.facts, sentence=item.facts.sentence + steps))
