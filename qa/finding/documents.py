"""What is in an index: its documents, and the articles of each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from embeddings.store.stores import Whole
    from embeddings.types import Chunk, Source

__all__ = ["ListedArticle", "ListedDocument", "documents_of"]

_AT_ONCE = 500
"""Chunks that are fetched together."""


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article of a document: its title, its date (ISO 8601, as far as the text gives it), and where it begins."""

    title: str
    date: str | None
    source: Source

    def to_dict(self) -> dict[str, Any]:
        return {"title": self.title, "date": self.date, "source": self.source.to_dict()}


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """A document of an index: its file relative to the corpus, its articles in their order, its size.

    `passages` counts the chunks that it was cut into, `bytes` is its size on disk.
    """

    file: str
    articles: tuple[ListedArticle, ...]
    passages: int
    bytes: int

    @property
    def title(self) -> str:
        """The title of its first article that has one, "" where none has."""
        return next((article.title for article in self.articles if article.title), "")

    @property
    def date(self) -> str | None:
        """The date of its first article that has one."""
        return next((article.date for article in self.articles if article.date), None)

    def to_dict(self) -> dict[str, Any]:
        """As JSON types, with `title` and `date` among them."""
        return {
            "file": self.file,
            "title": self.title,
            "date": self.date,
            "passages": self.passages,
            "bytes": self.bytes,
            "articles": [article.to_dict() for article in self.articles],
        }


def documents_of(index: Whole) -> tuple[ListedDocument, ...]:
    """The documents in the order of the index. Reads where every chunk stands, and the first chunk of each article."""
    first: dict[int, int] = {}
    for standing in index.standings():
        first.setdefault(standing.article, standing.id)
    ids = list(first.values())
    batches = (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
    found: dict[str, dict[int, Chunk]] = {}
    # An article that begins with the text of another has its first chunk among the copies.
    for chunk in chain(chain.from_iterable(map(index.chunks, batches)), index.copies()):
        articles = found.setdefault(chunk.sources[0].file, {})
        known = articles.setdefault(chunk.article, chunk)
        if chunk.sentences[0].index < known.sentences[0].index:
            articles[chunk.article] = chunk
    return tuple(
        ListedDocument(
            entry.file,
            tuple(
                ListedArticle(chunk.title, chunk.date, chunk.sources[0])
                for _, chunk in sorted(found.get(entry.file, {}).items())
            ),
            entry.chunks,
            entry.size,
        )
        for entry in index.manifest.documents
    )
