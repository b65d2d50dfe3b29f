"""A figure of the index as who asks sees it: with its sentence, its article and its sources; copies of one once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chinese.tokens import fold
from qa.finding.closest import closest_to
from qa.types import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embeddings.store.figure_store import StoredFigure
    from embeddings.types import Chunk, Sentence


def sentence_of(item: StoredFigure, chunk: Chunk) -> Sentence:
    """The sentence of its chunk that a figure stands in."""
    return next(sentence for sentence in chunk.sentences if sentence.index == item.facts.sentence)


def figure_of(item: StoredFigure, chunk: Chunk) -> Figure:
    """The figure with its sentence and sources, which name the sentence's own lines, or its cell."""
    facts, sentence = item.facts, sentence_of(item, chunk)
    return Figure(
        text=sentence.text[facts.start : facts.end] + facts.heading_unit,
        value=facts.value,
        low=facts.low,
        high=facts.high,
        unit=facts.unit,
        measure=facts.measure,
        whose=facts.whose,
        period=facts.period,
        part=facts.part,
        mode=facts.mode,
        sentence=sentence.text,
        start=facts.start,
        end=facts.end,
        title=chunk.title,
        date=chunk.date,
        sources=closest_to(chunk, sentence, facts.start, facts.end),
    )


def distinct(found: Iterable[tuple[float, Figure]]) -> tuple[Figure, ...]:
    """The figures, the best first, then by measure, period and subject; copies of a sentence once, with all sources."""
    ranked = sorted(found, key=lambda item: (-item[0], *_order(item[1])))
    once: dict[tuple[object, ...], Figure] = {}
    for _, figure in ranked:
        key = (_words(figure.sentence), figure.start, figure.end, figure.period, figure.whose, figure.measure)
        same = once.get(key)
        if same is None:
            once[key] = figure
        else:
            more = tuple(source for source in figure.sources if source not in same.sources)
            once[key] = replace(same, sources=same.sources + more)
    return tuple(once.values())


def _order(figure: Figure) -> tuple[object, ...]:
    first = figure.sources[0]
    return figure.measure, figure.whose, figure.period, figure.part, first.file, first.start, figure.start


def _words(sentence: str) -> str:
    return "".join(fold(sentence).split())
