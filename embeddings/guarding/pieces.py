"""A document, cut into the chunks that are indexed, as lines of JSON.

So they come from the process that reads it: kept as they come, they take a fraction of the memory of what they stand
for.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from embeddings.chunk_json import dump, sentence_rows, sentences_from_rows, source_rows, sources_from_rows
from embeddings.types import Box, Chunk, PlacedText, ReadingNote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from embeddings.types import Recognised


@dataclass(frozen=True, slots=True)
class Pieces:
    """A document, cut: how many articles it has, its chunks, a line of JSON each, and what was read of it."""

    articles: int
    rows: bytes
    notes: tuple[ReadingNote, ...] = ()

    @classmethod
    def of(cls, articles: int, chunks: Iterable[Chunk], notes: tuple[ReadingNote, ...] = ()) -> Pieces:
        """Put chunks in lines; UnicodeEncodeError where one holds half a surrogate pair."""
        return cls(articles, b"".join([_row(chunk) for chunk in chunks]), notes)

    @property
    def count(self) -> int:
        """How many chunks there are."""
        return self.rows.count(b"\n")

    def chunks(self, first_article: int = 0) -> Iterator[Chunk]:
        """The chunks in order, ids 0; `first_article` is the number of the document's first article in the corpus."""
        for row in BytesIO(self.rows):
            yield _chunk(row, first_article)


def recognised_rows(recognised: Recognised | None) -> list[Any] | None:
    """What was recognised, as JSON types; `recognised_of` undoes it."""
    if recognised is None:
        return None
    return [(page, placed_rows(items)) for page, items in recognised.items()]


def recognised_of(rows: list[Any] | None) -> Recognised | None:
    """What was recognised, from its JSON types."""
    if rows is None:
        return None
    return {page: placed_of(items) for page, items in rows}


def placed_rows(items: Iterable[PlacedText]) -> list[Any]:
    """Texts with their places, as JSON types; `placed_of` undoes it."""
    return [(item.text, *asdict(item.box).values(), item.sure) for item in items]


def placed_of(rows: list[Any]) -> tuple[PlacedText, ...]:
    """Texts with their places, from their JSON types."""
    return tuple([PlacedText(text, Box(*edges), sure) for text, *edges, sure in rows])


def _row(chunk: Chunk) -> bytes:
    sentences, sources = sentence_rows(chunk.sentences), source_rows(chunk.sources)
    values = (chunk.article, chunk.title, chunk.section, chunk.date, chunk.context, sentences, sources)
    return dump(values).encode() + b"\n"


def _chunk(row: bytes, first_article: int) -> Chunk:
    article, title, section, date, context, sentences, sources = json.loads(row)
    return Chunk(
        0,
        first_article + article,
        title,
        section,
        date,
        context,
        sentences_from_rows(sentences),
        sources_from_rows(sources),
    )
