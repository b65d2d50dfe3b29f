"""Articles of an index: found by words, and read whole."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from chinese.sentences import split_sentences
from chinese.tokens import fold, tokenize
from embeddings.types import join_sentences
from qa.question.question import check_k, check_question

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from embeddings.store.stores import Generation
    from embeddings.types import Chunk, Sentence, Source

_CHUNKS_PER_ARTICLE = 5
_LONGEST_SNIPPET = 160


@dataclass(frozen=True, slots=True)
class ArticleHit:
    """An article that has the words, where its best passage stands, and that passage's best sentence.

    `matched` are the words found there, folded. `article` numbers the articles of the index from 0.
    """

    article: int
    title: str
    date: str | None
    source: Source
    snippet: str
    matched: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"source": self.source.to_dict()}


@dataclass(frozen=True, slots=True)
class ArticlePart:
    """A passage of an article under its section."""

    section: str
    text: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class ArticleText:
    """A whole article; no sentence stands in two of its parts."""

    article: int
    title: str
    date: str | None
    sources: tuple[Source, ...]
    parts: tuple[ArticlePart, ...]


def search_articles(index: Generation, words: str, k: int = 10) -> list[ArticleHit]:
    """The articles that match words best by BM25, the best first, at most `k` (1 to 50).

    Raises QuestionError for no words, too many, or `k` out of range.
    """
    check_k(k)
    tokens = list(dict.fromkeys(tokenize(check_question(words))))
    best: dict[int, Chunk] = {}
    ranked = index.search_lexical([[(token, 1.0)] for token in tokens], k * _CHUNKS_PER_ARTICLE)
    for chunk in index.chunks([number for number, _ in ranked]):
        best.setdefault(chunk.article, chunk)
    return [_hit(chunk, tokens) for chunk in list(best.values())[:k]]


def _hit(chunk: Chunk, tokens: Sequence[str]) -> ArticleHit:
    text = chunk.text
    folded = fold(text)
    matched = tuple(token for token in tokens if token in folded)
    sentences = [text[start:end] for start, end in split_sentences(text)] or [text]
    snippet = max(sentences, key=lambda sentence: sum(token in fold(sentence) for token in matched))
    if len(snippet) > _LONGEST_SNIPPET:
        first = min((place for token in matched if (place := fold(snippet).find(token)) >= 0), default=0)
        start = max(0, min(first - 20, len(snippet) - _LONGEST_SNIPPET))
        snippet = ("…" if start else "") + snippet[start : start + _LONGEST_SNIPPET] + "…"
    return ArticleHit(chunk.article, chunk.title, chunk.date, chunk.sources[0], snippet, matched)


def read_article(index: Generation, number: int) -> ArticleText:
    """An article by its number. Raises ValueError for one that is not there."""
    chunks = index.article_chunks(number)
    if not chunks:
        raise ValueError(f"No such article in the index: {number}")
    sources = [source for chunk in chunks for source in chunk.sources]
    places = dict.fromkeys((source.file, source.sheet) for source in sources)
    spans = tuple(_span([item for item in sources if (item.file, item.sheet) == place]) for place in places)
    return ArticleText(number, chunks[0].title, chunks[0].date, spans, tuple(_parts(chunks)))


def _span(own: Sequence[Source]) -> Source:
    """Where an article stands in one of its files, or one sheet of it, from its first line to its last."""
    start, end = min(item.start for item in own), max(item.end for item in own)
    label = own[0].label if start == end else None
    scanned = any(item.scanned for item in own)
    return replace(own[0], start=start, end=end, cells=None, label=label, boxes=(), scanned=scanned)


def _parts(chunks: Sequence[Chunk]) -> Iterator[ArticlePart]:
    """Each chunk without the sentences that an earlier one has: neighbours overlap."""
    seen: set[int] = set()
    for chunk in chunks:
        fresh: tuple[Sentence, ...] = tuple(item for item in chunk.sentences if item.index not in seen)
        seen.update(item.index for item in fresh)
        if fresh:
            yield ArticlePart(chunk.section, join_sentences(fresh), chunk.sources)
