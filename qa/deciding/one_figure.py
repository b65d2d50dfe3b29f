"""How a question over several figures asks their table: by measure, by article, or each by a question of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from embeddings.errors import IndexMismatch
from qa.deciding.answering import decide
from qa.deciding.outcomes import WaysToFigures
from qa.figures.searching.showing import figure_of
from qa.figures.several.of_measures import figures_of_articles, figures_of_measures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from embeddings.store.stores import Generation
    from embeddings.types import Chunk
    from qa.deciding.answering import Evidence, Policy
    from qa.finding.kept_chunks import KeptChunks
    from qa.finding.retrieval import Candidate
    from qa.question.scope import Scope
    from qa.types import Figure

__all__ = ["one_figure", "ways_to_figures"]


def ways_to_figures(
    kept: KeptChunks,
    read: Sequence[Candidate],
    gather: Callable[..., Evidence],
    policy: Policy,
    within: Scope | None,
) -> WaysToFigures:
    """The ways for a question of which the passages `read` were found; `gather` and `policy` are the engine's."""
    return WaysToFigures(
        find=partial(figures_of_measures, kept.index),
        near=partial(figures_of_articles, kept, read),
        singly=partial(one_figure, kept.index, gather, policy, within),
    )


def one_figure(
    index: Generation, gather: Callable[..., Evidence], policy: Policy, within: Scope | None, asked: str
) -> tuple[Figure, float] | None:
    """The figure that answers a question, and how sure that is; None where it is refused, or answered otherwise."""
    evidence = gather(asked, within=within)
    outcome = decide(evidence, policy)
    if outcome.reason is not None or len(outcome.chosen) != 1:
        return None
    span, candidate = outcome.chosen[0].span, evidence.passages[outcome.chosen[0].passage]
    place = _in_sentence(candidate.chunk, span.start)
    if place is None:
        return None
    number, at = place
    article = (item.chunk for item in evidence.article(candidate.chunk.article))
    chunks = {chunk.id: chunk for chunk in article if any(sentence.index == number for sentence in chunk.sentences)}
    try:
        stored = index.figures_of_chunks(set(chunks))
    except IndexMismatch:
        return None
    found = (item for item in stored if item.facts.sentence == number and item.facts.start <= at < item.facts.end)
    item = next(found, None)
    return None if item is None else (figure_of(item, chunks[item.chunk]), outcome.sure)


def _in_sentence(chunk: Chunk, at: int) -> tuple[int, int] | None:
    """The number of the sentence that stands at a place of a chunk's text, and the place in it."""
    start = 0
    for number, sentence in enumerate(chunk.sentences):
        start += len(sentence.lead) if number else 0
        if start <= at < start + len(sentence.text):
            return sentence.index, at - start
        start += len(sentence.text)
    return None
