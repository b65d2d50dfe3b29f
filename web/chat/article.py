"""A whole article as HTML, with the place that an answer stands at marked."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from chinese.tokens import fold
from qa.finding.articles import read_article
from qa.sources import source_text
from web.chat.evidence import date_text
from web.chat.hits import places_of
from web.look.marks import escape, find_words, marked
from web.look.words import html_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.errors import Language
    from chinese.text import Range
    from embeddings.store.stores import Generation
    from embeddings.types import Chunk, Source
    from qa.finding.articles import ArticlePart, ArticleText

_BLANK = 2
"""Lines from one to the next with a blank one between."""


@dataclass(frozen=True, slots=True)
class Place:
    """Lines, pages, paragraphs, rows or slides of a file, from the first to the last; `sheet` is "" for any."""

    file: str
    start: int
    end: int
    sheet: str = ""

    def holds(self, source: Source) -> bool:
        """Whether a source stands there, be it in part."""
        same = source.file == self.file and self.sheet in ("", source.sheet)
        return same and source.start <= self.end and self.start <= source.end


def find_article(index: Generation, place: Place, phrase: str = "") -> ArticleText | None:
    """The article that stands at a place, of several on one page the one that has the phrase; None where there is none.

    The file is only looked for among those that the index names; nothing is opened by its name.
    """
    first = Place(place.file, place.start, place.start, place.sheet)
    there = None
    for chunk in index.file_chunks(place.file):
        if any(first.holds(source) for source in chunk.sources):
            there = chunk.article if there is None else there
            if places_of(phrase, chunk.text):
                return read_article(index, chunk.article)
    return None if there is None else read_article(index, there)


def render_article(
    article: ArticleText, place: Place, phrase: str, language: Language, typed: str = "", note: str = ""
) -> str:
    """Title, date, and every passage with its section; those of the place are marked, and the phrase throughout.

    What a reader `typed` is marked in the place of the phrase. `note` says how the text differs from what is on disk.
    """
    said = f'<p class="wj-soft wj-tidied">{escape(note)}</p>' if note else ""
    return f"{render_head(article, language)}{said}{_render_body(article, place, phrase, language, typed)}"


def render_head(article: ArticleText, language: Language) -> str:
    """Title, date and sources."""
    facts = [date_text(article.date, language)] if article.date else []
    facts += [source_text(source, language == "en") for source in article.sources]
    meta = "".join(f"<span>{escape(fact)}</span>" for fact in facts)
    return f'<h2 lang="zh-CN">{escape(article.title)}</h2><p class="wj-meta">{meta}</p>'


def _render_body(article: ArticleText, place: Place, phrase: str, language: Language, typed: str) -> str:
    here = _here(article, place, phrase)
    parts = []
    section = ""
    for number, part in enumerate(article.parts):
        if part.section != section:
            section = part.section
            parts.append(f"<h3>{escape(section)}</h3>" if section else "")
        text = marked(part.text, _marks(part.text, phrase, typed))
        parts.append(_here_part(part, text, place, language) if number in here else f"<p>{text}</p>")
    return f'<div class="wj-body" lang="zh-CN">{"".join(parts)}</div>'


def _marks(text: str, phrase: str, typed: str) -> list[Range]:
    return find_words([fold(typed)], text) if typed else places_of(phrase, text)


def is_tidied(chunks: Sequence[Chunk], file: str) -> bool:
    """Whether an article's text was put together: it is of a format with its own layout, or lines were joined.

    Where each sentence stands on one line, and the lines follow each other but for blank ones, the text is as on disk.
    """
    own = [chunk for chunk in chunks if chunk.sources[0].file == file]
    if len(own) < len(chunks) or any(chunk.sources[0].unit != "line" for chunk in own):
        return True
    lines = sorted({(sentence.start, sentence.end) for chunk in own for sentence in chunk.sentences})
    gaps = (after - before for (_, before), (after, _) in pairwise(lines))
    return any(start != end for start, end in lines) or any(gap > _BLANK for gap in gaps)


def _here(article: ArticleText, place: Place, phrase: str) -> set[int]:
    """The parts that stand there; of a page in columns, where lines run together, those with the phrase."""
    there = {number for number, part in enumerate(article.parts) if any(map(place.holds, part.sources))}
    return {number for number in there if places_of(phrase, article.parts[number].text)} or there


def _here_part(part: ArticlePart, text: str, place: Place, language: Language) -> str:
    own = next(source for source in part.sources if place.holds(source))
    where = (
        f'<span class="wj-lines" lang="{html_language(language)}">{escape(source_text(own, language == "en"))}</span>'
    )
    return f'<p class="wj-here">{where}{text}</p>'
