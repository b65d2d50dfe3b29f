"""Articles of an index: found by words, and read whole."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from chinese.errors import language, say
from chinese.language import language_of
from chinese.sentences import split_sentences
from chinese.shown import shown
from chinese.tokens import fold, tokenize
from embeddings.types import join_sentences
from qa.english.lexicon import Lexicon
from qa.finding.scoped import files_within
from qa.question.question import QuestionError, check_k, check_question
from qa.question.terms import english_terms
from qa.sources import source_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

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
    """A whole article, tidied; no sentence stands in two of its parts."""

    article: int
    title: str
    date: str | None
    sources: tuple[Source, ...]
    parts: tuple[ArticlePart, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Its subheads and paragraphs in their order, without its title."""
        found: list[str] = []
        section = ""
        for part in self.parts:
            if part.section and part.section != section:
                found.append(part.section)
            section = part.section
            found += part.text.split("\n")
        return tuple(line for line in found if line.strip())


def lexicon_of(index: Generation) -> Lexicon:
    """The lexicon of a generation, made anew, which takes seconds where it has many words."""
    return Lexicon.for_vocabulary(index.vocabulary())


def search_articles(
    index: Generation, words: str, k: int = 10, lexicon: Callable[[Generation], Lexicon] = lexicon_of
) -> list[ArticleHit]:
    """The articles that match words best by BM25, the best first, at most `k` (1 to 50).

    English words stand for the Chinese ones that `lexicon` has for them, too. Raises QuestionError for no words, too
    many, or `k` out of range.
    """
    check_k(k)
    groups = _groups(check_question(words), lambda: lexicon(index))
    tokens = list(dict.fromkeys(token for group in groups for token, _ in group))
    best: dict[int, Chunk] = {}
    ranked = index.search_lexical(groups, k * _CHUNKS_PER_ARTICLE)
    for chunk in index.chunks([number for number, _ in ranked]):
        best.setdefault(chunk.article, chunk)
    return [_hit(chunk, tokens) for chunk in list(best.values())[:k]]


def _groups(words: str, lexicon: Callable[[], Lexicon]) -> list[list[tuple[str, float]]]:
    """Tokens that stand for one word of those searched for, each with its weight."""
    groups: list[list[tuple[str, float]]] = []
    if language_of(words) == "en":
        # One character out of a gloss (开 of "to open") stands in too many other words.
        groups = [
            [(token, weight) for token, weight in term.alternatives if len(token) > 1 or weight == 1.0]
            for term in english_terms(words, lexicon())
        ]
    return groups or [[(token, 1.0)] for token in dict.fromkeys(tokenize(words))]


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


def article_at(index: Generation, where: Source | str) -> ArticleText:
    """The article that stands at a source, or the only one of a file, named relative to the corpus.

    Raises QuestionError for a file that the index has not, for lines of it where no article stands, and for the name
    of a file that has several articles.
    """
    file = where if isinstance(where, str) else where.file
    files_within(index.manifest, (file,))
    chunks = index.file_chunks(file)
    if isinstance(where, str):
        numbers = list(dict.fromkeys(chunk.article for chunk in chunks))
        if len(numbers) == 1:
            return read_article(index, numbers[0])
        raise _several(file, len(numbers)) if numbers else _nothing_there(file)
    shared: dict[int, int] = {}
    for chunk in chunks:
        lines = max(_shared(source, where) for source in chunk.sources)
        shared[chunk.article] = max(lines, shared.get(chunk.article, 0))
    best = max(shared, key=lambda number: (shared[number], -number), default=None)
    if best is None or not shared[best]:
        raise _nothing_there(source_text(where, language() == "en"))
    return read_article(index, best)


def _shared(source: Source, where: Source) -> int:
    """The lines, or pages, that two sources of one file share."""
    if (source.file, source.sheet) != (where.file, where.sheet):
        return 0
    return max(0, min(source.end, where.end) - max(source.start, where.start) + 1)


def _several(file: str, count: int) -> QuestionError:
    return QuestionError(
        say(
            f"“{shown(file)}”有 {count} 篇文章。请给出其中一篇的出处，如 QA.documents() 列出的 article.source。",
            f'"{shown(file)}" has {count} articles. Give the source of one, such as an article.source of '
            "QA.documents().",
        )
    )


def _nothing_there(where: str) -> QuestionError:
    return QuestionError(
        say(
            f"索引中没有这样的文章：{shown(where)}。请给出 QA.documents() 或某个答案中的出处。",
            f"The index has no article there: {shown(where)}. Give a source of QA.documents() or of an answer.",
        )
    )


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
