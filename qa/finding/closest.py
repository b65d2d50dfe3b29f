"""Where the marked phrases of a passage stand: the cells of a sheet, the parts of a page; how surely they were read.

Called for every passage that is shown; what no format tells more closely keeps the lines of its chunk.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chinese.tokens import fold
from embeddings.types import join_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.types import Chunk, Sentence, Source


def closest(chunk: Chunk, marks: Sequence[tuple[int, int]]) -> tuple[Source, ...]:
    """The chunk's sources, that of its own file narrowed to what is marked; `marks` are ranges of the chunk's text."""
    marked = _marked(chunk, marks)
    spots = [spot for sentence, _ in marked for spot in sentence.spots]
    if not spots:
        return chunk.sources
    cells = tuple(dict.fromkeys(cell for sentence, phrase in marked for cell in _cells(sentence, phrase)))
    boxes = tuple(dict.fromkeys(spot.box for spot in spots if spot.box is not None))
    own, sheet = chunk.sources[0].file, spots[0].sheet or None
    narrowed = []
    for source in chunk.sources:
        if source.file == own and source.sheet == sheet and _is_within(source, marked[0][0]):
            narrowed.append(replace(source, cells=",".join(cells) or None, boxes=boxes or source.boxes))
    rest = [source for source in chunk.sources if source.file != own]
    return (*narrowed, *rest) if narrowed else chunk.sources


def closest_to(chunk: Chunk, sentence: Sentence, start: int, end: int) -> tuple[Source, ...]:
    """The chunk's sources, that of its own file narrowed to these characters of one of its sentences, and its lines."""
    before = chunk.sentences[: chunk.sentences.index(sentence)]
    first = len(join_sentences((*before, sentence))) - len(sentence.text)
    own = chunk.sources[0].file
    return tuple(
        replace(source, start=sentence.start, end=sentence.end)
        if source.file == own and _is_within(source, sentence)
        else source
        for source in closest(chunk, [(first + start, first + end)])
    )


def surely_read(chunk: Chunk, mark: tuple[int, int]) -> float:
    """How sure it is that what is marked stands there so: of a scan's lines the least sure one, otherwise 1."""
    return min((spot.sure for sentence, _ in _marked(chunk, [mark]) for spot in sentence.spots), default=1.0)


def _marked(chunk: Chunk, marks: Sequence[tuple[int, int]]) -> list[tuple[Sentence, str]]:
    """The sentences that have a mark, each with a phrase that is marked in it."""
    found, start = [], 0
    for place, sentence in enumerate(chunk.sentences):
        start += len(sentence.lead) if place else 0
        end = start + len(sentence.text)
        found += [
            (sentence, sentence.text[max(first, start) - start : last - start])
            for first, last in marks
            if first < end and start < last
        ]
        start = end
    return found


def _cells(sentence: Sentence, phrase: str) -> list[str]:
    """The names of the cells that the phrase stands in: of those that read so, else of those that hold it."""
    cells = [cell for spot in sentence.spots for cell in spot.cells]
    wanted = fold(phrase)
    whole = [name for name, text in cells if fold(text) == wanted]
    return whole or [name for name, text in cells if wanted in fold(text)]


def _is_within(source: Source, sentence: Sentence) -> bool:
    return source.start <= sentence.start <= source.end
