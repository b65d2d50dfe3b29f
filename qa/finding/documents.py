"""What is in an index: its documents, and the articles of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from embeddings.store.stores import Generation
    from embeddings.types import Source

__all__ = ["ListedArticle", "ListedDocument", "documents_of"]


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


def documents_of(index: Generation) -> tuple[ListedDocument, ...]:
    """The documents in the order of the index. Goes through all its chunks once."""
    found: dict[str, dict[int, ListedArticle]] = {entry.file: {} for entry in index.manifest.documents}
    for chunk in index.all_chunks():
        for source in chunk.sources:
            articles = found.setdefault(source.file, {})
            articles.setdefault(chunk.article, ListedArticle(chunk.title, chunk.date, source))
    return tuple(
        ListedDocument(entry.file, tuple(found[entry.file].values()), entry.chunks, entry.size)
        for entry in index.manifest.documents
    )
