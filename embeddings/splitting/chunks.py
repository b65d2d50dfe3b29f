"""An article -> the chunks that are indexed: whole sentences of one section, with one sentence of overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embeddings.types import Article, Chunk, Sentence, Source, join_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

TARGET_LENGTH = 200
"""Characters a chunk aims at."""
SLACK = 40
"""How many more it may have for the sake of one whole sentence."""
SETTINGS: dict[str, int] = {"target": TARGET_LENGTH, "slack": SLACK, "overlap": 1}
"""What the index records: chunks cut otherwise are not comparable."""
_SAME_PLACE = 3


def chunk_article(article: Article, number: int) -> list[Chunk]:
    """The chunks of one article in order, ids 0; `number` is the article's in the corpus.

    A sentence longer than a chunk stays whole. The last sentence of a chunk is the first of the next, unless
    the two together would be longer than two chunks.
    """
    chunks = []
    for section in article.sections:
        context = "\n".join(part for part in (article.page_title, article.headline, section.heading) if part)
        for sentences in _windows(section.sentences):
            chunks.append(
                Chunk(
                    id=0,
                    article=number,
                    title=article.headline,
                    section=section.heading,
                    date=article.date,
                    context=context,
                    sentences=sentences,
                    sources=sources_of(article, sentences),
                )
            )
    return chunks


def _windows(sentences: Sequence[Sentence]) -> list[tuple[Sentence, ...]]:
    windows = []
    window: list[Sentence] = []
    fresh = 0
    for sentence in sentences:
        if window and _length(window) + len(sentence.text) > TARGET_LENGTH + SLACK:
            if fresh:
                windows.append(tuple(window))
                window = [window[-1]]
                fresh = 0
            if len(window[0].text) + len(sentence.text) > 2 * TARGET_LENGTH:
                window = []
        window.append(sentence)
        fresh += 1
        if _length(window) >= TARGET_LENGTH:
            windows.append(tuple(window))
            window = [sentence]
            fresh = 0
    if fresh:
        windows.append(tuple(window))
    return windows


def _length(sentences: Sequence[Sentence]) -> int:
    return len(join_sentences(tuple(sentences)))


def sources_of(article: Article, sentences: Sequence[Sentence]) -> tuple[Source, ...]:
    """Where the sentences stand: one range of lines; several where they are far apart (captions), or on two sheets."""
    ranges: list[tuple[str, list[Sentence]]] = []
    for sentence in sorted(sentences, key=lambda item: (_sheet(item), item.start)):
        if ranges and ranges[-1][0] == _sheet(sentence) and sentence.start - _last(ranges[-1][1]) <= _SAME_PLACE:
            ranges[-1][1].append(sentence)
        else:
            ranges.append((_sheet(sentence), [sentence]))
    return tuple(_source(article, sheet, own) for sheet, own in ranges)


def _source(article: Article, sheet: str, sentences: Sequence[Sentence]) -> Source:
    spots = [spot for sentence in sentences for spot in sentence.spots]
    return Source(
        article.file,
        article.unit,
        sentences[0].start,
        _last(sentences),
        sheet=sheet or None,
        label=next((spot.label for spot in spots if spot.label), None),
        boxes=tuple(dict.fromkeys(spot.box for spot in spots if spot.box is not None)),
        scanned=any(spot.scanned for spot in spots),
    )


def _sheet(sentence: Sentence) -> str:
    return next((spot.sheet for spot in sentence.spots), "")


def _last(sentences: Sequence[Sentence]) -> int:
    return max(sentence.end for sentence in sentences)
