"""Where a phrase stands in a document: each sentence that has it, with its page and boxes, or its row and cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.tokens import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from embeddings.types import Box, Chunk, Sentence, Source

__all__ = ["Hit", "boxes_by_page", "hits_of", "line_boxes", "passage_hits", "places_of"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A place of a document: its page or row (`number`, from 1), its boxes there, its sheet and the cells' names."""

    number: int
    article: int
    boxes: tuple[Box, ...] = ()
    sheet: str = ""
    cells: tuple[str, ...] = ()


def places_of(phrase: str, text: str) -> list[tuple[int, int]]:
    """Where a phrase stands, a figure not inside a longer one."""
    if not phrase:
        return []
    before = r"(?<![\d.])" if phrase[0].isdigit() else ""
    return [match.span() for match in re.finditer(before + re.escape(phrase), text)]


def hits_of(chunks: Sequence[Chunk], file: str, phrase: str, typed: str = "") -> list[Hit]:
    """The sentences of a file that have a phrase, or what a reader typed, by their place; `chunks` are the file's.

    What was typed is looked for whatever its case and its kind of characters.
    """
    found: dict[tuple[int, int], list[Hit]] = {}
    for chunk in chunks:
        for sentence in chunk.sentences:
            if (chunk.article, sentence.index) not in found and _has(sentence.text, phrase, typed):
                found[chunk.article, sentence.index] = list(_hits(chunk, sentence, file, typed or phrase))
    return sorted((hit for hits in found.values() for hit in hits), key=lambda hit: (hit.article, hit.number))


def _has(text: str, phrase: str, typed: str) -> bool:
    return fold(typed) in fold(text) if typed else bool(places_of(phrase, text))


def _hits(chunk: Chunk, sentence: Sentence, file: str, phrase: str) -> Iterator[Hit]:
    if chunk.sources[0].file != file:  # its sentences are those of another file with the same text
        yield from (hit for source in chunk.sources if source.file == file for hit in _passage(chunk, source))
        return
    cells = [(name, text) for spot in sentence.spots for name, text in spot.cells]
    own = [name for name, text in cells if fold(phrase) in fold(text)]
    sheet = next((spot.sheet for spot in sentence.spots), "")
    names = tuple(dict.fromkeys(own or [name for name, _ in cells]))
    for number, boxes in boxes_by_page(sentence).items():
        yield Hit(number, chunk.article, boxes, sheet, names)


def _passage(chunk: Chunk, source: Source) -> Iterator[Hit]:
    boxes = source.boxes if source.start == source.end else ()
    yield Hit(source.start, chunk.article, boxes, source.sheet or "")


def passage_hits(chunks: Sequence[Chunk], file: str, start: int, end: int, sheet: str) -> list[Hit]:
    """The whole of a passage that stands there, where no phrase of it is asked for."""
    for chunk in chunks:
        for source in chunk.sources:
            if source.file == file and (source.start, source.end) == (start, end) and sheet in ("", source.sheet):
                return list(_passage(chunk, source))
    return []


def boxes_by_page(sentence: Sentence) -> dict[int, tuple[Box, ...]]:
    """The boxes of a sentence by page; of one that goes on over a page's end, parted where the next page begins.

    The boxes are in the order of reading and do not say their page: a new one begins where the next line stands higher,
    most of all where it is no column to the right.
    """
    boxes = [spot.box for spot in sentence.spots if spot.box is not None]
    pages = range(sentence.start, sentence.end + 1)
    if len(pages) == 1 or len(boxes) < len(pages):
        return {sentence.start: tuple(boxes)}

    def likely(place: int) -> tuple[bool, float]:
        before, after = boxes[place - 1], boxes[place]
        return after.left < before.right, before.top - after.top

    ends = sorted(sorted(range(1, len(boxes)), key=likely, reverse=True)[: len(pages) - 1])
    bounds = [0, *ends, len(boxes)]
    return {page: tuple(boxes[bounds[place] : bounds[place + 1]]) for place, page in enumerate(pages)}


def line_boxes(chunks: Sequence[Chunk], file: str, page: int) -> tuple[Box, ...]:
    """The boxes of all lines of a page that were recognised in a picture; none for a page with text of its own."""
    found: dict[Box, None] = {}
    for chunk in chunks:
        for source in chunk.sources:
            if source.file == file and source.scanned and source.start == source.end == page:
                found |= dict.fromkeys(source.boxes)
    return tuple(found)
