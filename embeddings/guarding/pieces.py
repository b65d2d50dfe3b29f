"""A document, cut into the chunks that are indexed, as lines of JSON.

So they come from the process that reads it: kept as they come, they take a fraction of the memory of what they stand
for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from embeddings.types import Chunk, Sentence, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Pieces:
    """A document, cut: how many articles it has, and its chunks, a line of JSON each."""

    articles: int
    rows: bytes

    @classmethod
    def of(cls, articles: int, chunks: Iterable[Chunk]) -> Pieces:
        """Put chunks in lines; UnicodeEncodeError where one holds half a surrogate pair."""
        return cls(articles, b"".join([_row(chunk) for chunk in chunks]))

    @property
    def count(self) -> int:
        """How many chunks there are."""
        return self.rows.count(b"\n")

    def chunks(self, first_article: int = 0) -> Iterator[Chunk]:
        """The chunks in order, ids 0; `first_article` is the number of the document's first article in the corpus."""
        for row in BytesIO(self.rows):
            yield _chunk(row, first_article)


def _row(chunk: Chunk) -> bytes:
    sentences = [(item.index, item.text, item.start, item.end, item.lead) for item in chunk.sentences]
    sources = [(item.file, item.unit, item.start, item.end) for item in chunk.sources]
    values = (chunk.article, chunk.title, chunk.section, chunk.date, chunk.context, sentences, sources)
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _chunk(row: bytes, first_article: int) -> Chunk:
    article, title, section, date, context, sentences, sources = json.loads(row)
    return Chunk(
        0,
        first_article + article,
        title,
        section,
        date,
        context,
        tuple([Sentence(*item) for item in sentences]),
        tuple([Source(*item) for item in sources]),
    )
