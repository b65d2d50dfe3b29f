"""A whole article as HTML, with the place that an answer stands at marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.finding.articles import read_article
from qa.sources import source_text
from web.chat.evidence import date_text
from web.look.marks import escape, marked
from web.look.within_words import within_word
from web.look.words import html_language

if TYPE_CHECKING:
    from chinese.errors import Language
    from embeddings.store.stores import Generation
    from embeddings.types import Source
    from qa.finding.articles import ArticlePart, ArticleText


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
            if _places(phrase, chunk.text):
                return read_article(index, chunk.article)
    return None if there is None else read_article(index, there)


def render_article(article: ArticleText, place: Place, phrase: str, language: Language) -> str:
    """Title, date, and every passage with its section; those of the place are marked, and the phrase in them."""
    facts = [date_text(article.date, language)] if article.date else []
    facts += [source_text(source, language == "en") for source in article.sources]
    meta = "".join(f"<span>{escape(fact)}</span>" for fact in facts)
    here = _here(article, place, phrase)
    parts = []
    section = ""
    for number, part in enumerate(article.parts):
        if part.section != section:
            section = part.section
            parts.append(f"<h3>{escape(section)}</h3>" if section else "")
        if number in here:
            parts.append(_marked_part(part, place, phrase, language))
        else:
            parts.append(f"<p>{escape(part.text)}</p>")
    ask = escape(within_word("this", language))
    only = f'<button type="button" class="wj-do" data-within="{escape(place.file)}">{ask}</button>'
    head = f'<h2 lang="zh-CN">{escape(article.title)}</h2><p class="wj-meta">{meta}</p>{only}'
    return f'{head}<div class="wj-body" lang="zh-CN">{"".join(parts)}</div>'


def _here(article: ArticleText, place: Place, phrase: str) -> set[int]:
    """The parts that stand there; of a page in columns, where lines run together, those with the phrase."""
    there = {number for number, part in enumerate(article.parts) if any(map(place.holds, part.sources))}
    return {number for number in there if _places(phrase, article.parts[number].text)} or there


def _places(phrase: str, text: str) -> list[tuple[int, int]]:
    """Where a phrase stands, a figure not inside a longer one."""
    if not phrase:
        return []
    before = r"(?<![\d.])" if phrase[0].isdigit() else ""
    return [match.span() for match in re.finditer(before + re.escape(phrase), text)]


def _marked_part(part: ArticlePart, place: Place, phrase: str, language: Language) -> str:
    own = next(source for source in part.sources if place.holds(source))
    where = (
        f'<span class="wj-lines" lang="{html_language(language)}">{escape(source_text(own, language == "en"))}</span>'
    )
    return f'<p class="wj-here">{where}{marked(part.text, _places(phrase, part.text))}</p>'
