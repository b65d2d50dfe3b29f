"""What the tests of articles share: making documents, and counting that no word of them is lost or doubled."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from embeddings.splitting.articles import CAPTIONS, split_articles
from embeddings.splitting.cleaning import clean_document
from embeddings.splitting.layout import find_blocks
from embeddings.types import Document, Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from embeddings.types import Article, Sentence


def text_document(text: str, file: str = "a.txt") -> Document:
    """Make the document that a plain text file with this content is read as."""
    return Document(file, "line", tuple(Line(number, line) for number, line in enumerate(text.split("\n"), start=1)))


def articles_of(text: str) -> tuple[Article, ...]:
    return split_articles(text_document(text))


def only_article(text: str) -> Article:
    (article,) = articles_of(text)
    return article


def sentences_of(article: Article) -> list[Sentence]:
    return [sentence for section in article.sections for sentence in section.sentences]


def texts_of(article: Article) -> list[str]:
    return [sentence.text for sentence in sentences_of(article)]


def headings_of(article: Article) -> list[str]:
    return [section.heading for section in article.sections]


def core(text: str) -> str:
    """Reduce a text to its letters, figures and characters."""
    return "".join(re.findall(r"\w", text)).replace("_", "")


def shown_of(articles: Sequence[Article], title: str | None = None) -> Iterator[str]:
    """Give every text of the articles that a line of the file should account for, each once."""
    headlines: dict[str, None] = {}
    for article in articles:
        headlines |= dict.fromkeys((article.page_title, article.headline))
        if article.headline == sentences_of(article)[0].text:
            del headlines[article.headline]  # for want of another
    yield from (headline for headline in headlines if headline != title)
    for article in articles:
        yield article.byline
        for section in article.sections:
            yield "" if section.heading == CAPTIONS else section.heading
            yield "".join(sentence.text for sentence in section.sentences)


def assert_nothing_lost_or_doubled(document: Document) -> tuple[Article, ...]:
    """Check a document whose lines all differ: its words are those of its articles; give the articles."""
    articles = split_articles(document)
    cleaned = clean_document(document)
    notes = {piece for block in find_blocks(cleaned) if block.kind == "note" for piece in block.pieces}
    lines = [
        line
        for line in cleaned.lines
        if core(line.text) and (line.number, line.text) not in notes and not re.fullmatch(r"[A-Z ]+", line.text)
    ]
    title = None if any(line.text == document.title for line in lines) else document.title
    shown = [core(text) for text in shown_of(articles, title)]
    for line in lines:
        assert any(core(line.text) in text for text in shown), line
    words = core(re.sub(r"[A-Z ]+", "", "".join(line.text for line in lines)))
    assert Counter(words) == Counter(re.sub(r"[A-Z]", "", "".join(shown)))
    numbers = {line.number for line in document.lines}
    for article in articles:
        sentences = sentences_of(article)
        assert [sentence.index for sentence in sentences] == list(range(len(sentences)))
        for sentence in sentences:
            assert sentence.text == sentence.text.strip() != ""
            assert sentence.start in numbers
            assert sentence.end in numbers
            assert sentence.start <= sentence.end
    return articles
