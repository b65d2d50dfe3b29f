"""The figures of an index whose measures have the words of a question over several figures, wherever they stand.

All of them are wanted, not those of the passages that were found: without one of its years 哪一年最多 has no answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chinese.tokens import fold, tokens_of
from embeddings.errors import IndexMismatch
from qa.figures.searching.showing import distinct, figure_of
from qa.figures.several.measured_words import has_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.store.figure_store import Measure, StoredFigure
    from embeddings.store.stores import Generation
    from qa.finding.kept_chunks import KeptChunks
    from qa.finding.retrieval import Candidate
    from qa.types import Figure

_MOST = 5_000
"""Figures at most, those of the measures that have most of the words first; a question is about a few dozen."""
_MOST_LACKING = 1
"""Words that a measure may lack of those that the best one has: a name may stand in that one."""


def figures_of_measures(index: Generation, words: Sequence[Sequence[str]]) -> tuple[Figure, ...]:
    """The figures whose measure has most of `words`, each of them with those that may stand for it; copies once.

    None where the index was built before figures were kept.
    """
    try:
        stored = _stored(index, words)
    except IndexMismatch:
        return ()
    chunks = {chunk.id: chunk for chunk in index.chunks(sorted({item.chunk for item in stored}))}
    return distinct((1.0, figure_of(item, chunks[item.chunk])) for item in stored)


def figures_of_articles(kept: KeptChunks, read: Sequence[Candidate]) -> tuple[Figure, ...]:
    """All figures of the articles that passages are from; copies once. () where the index has no figures."""
    numbers = dict.fromkeys(item.chunk.article for item in read)
    chunks = {item.chunk.id: item.chunk for number in numbers for item in kept.article(number)}
    try:
        stored = kept.index.figures_of_chunks(set(chunks))
    except IndexMismatch:
        return ()
    return distinct((1.0, figure_of(item, chunks[item.chunk])) for item in stored[:_MOST])


def _stored(index: Generation, words: Sequence[Sequence[str]]) -> list[StoredFigure]:
    tokens = {token for alternatives in words for word in alternatives for token in tokens_of(fold(word))}
    counted = [(_had(measure, words), measure) for measure in index.measures_with(tokens)]
    best = max((count for count, _ in counted), default=0)
    if not best:
        return []
    ranked = sorted(
        ((count, measure) for count, measure in counted if count and count >= best - _MOST_LACKING),
        key=lambda item: (-item[0], len(item[1].words), item[1].words),
    )
    ids, total = [], 0
    for _, measure in ranked:
        if total + measure.count > _MOST:
            break
        ids.append(measure.id)
        total += measure.count
    found = index.figures_of_measures(ids)
    # And what stands beside them: of a row of figures one may be said with fewer words than the others.
    return index.figures_of_chunks({item.chunk for item in found})


def _had(measure: Measure, words: Sequence[Sequence[str]]) -> int:
    """How many of the words a measure has."""
    return sum(any(has_word(measure.words, word) for word in alternatives) for alternatives in words)
