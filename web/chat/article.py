"""A whole article as HTML, with the lines that an answer stands in marked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.finding.articles import read_article
from qa.printing import source_text
from web.chat.evidence import date_text
from web.look.marks import escape, marked
from web.look.words import html_language

if TYPE_CHECKING:
    from chinese.errors import Language
    from embeddings.store.stores import Generation
    from qa.finding.articles import ArticlePart, ArticleText


def find_article(index: Generation, file: str, number: int) -> ArticleText | None:
    """The article that stands in a file of the index at a line, page or paragraph; None where there is none.

    The file is only looked for among those that the index names; nothing is opened by its name.
    """
    for chunk in index.file_chunks(file):
        if any(source.file == file and source.start <= number <= source.end for source in chunk.sources):
            return read_article(index, chunk.article)
    return None


def render_article(article: ArticleText, file: str, lines: tuple[int, int], phrase: str, language: Language) -> str:
    """Title, date, and every passage with its section; those of the lines are marked, and the phrase in them."""
    facts = [date_text(article.date, language)] if article.date else []
    facts += [source_text(source, language == "en") for source in article.sources]
    meta = "".join(f"<span>{escape(fact)}</span>" for fact in facts)
    here = _here(article, file, lines, phrase)
    parts = []
    section = ""
    for number, part in enumerate(article.parts):
        if part.section != section:
            section = part.section
            parts.append(f"<h3>{escape(section)}</h3>" if section else "")
        if number in here:
            parts.append(_marked_part(part, file, phrase, language))
        else:
            parts.append(f"<p>{escape(part.text)}</p>")
    head = f'<h2 lang="zh-CN">{escape(article.title)}</h2><p class="wj-meta">{meta}</p>'
    return f'{head}<div class="wj-body" lang="zh-CN">{"".join(parts)}</div>'


def _here(article: ArticleText, file: str, lines: tuple[int, int], phrase: str) -> set[int]:
    """The parts that stand in the lines; of a page in columns, where lines run together, those with the phrase."""
    there = {
        number
        for number, part in enumerate(article.parts)
        if any(s.file == file and s.start <= lines[1] and lines[0] <= s.end for s in part.sources)
    }
    return {number for number in there if _places(phrase, article.parts[number].text)} or there


def _places(phrase: str, text: str) -> list[tuple[int, int]]:
    """Where a phrase stands, a figure not inside a longer one."""
    if not phrase:
        return []
    before = r"(?<![\d.])" if phrase[0].isdigit() else ""
    return [match.span() for match in re.finditer(before + re.escape(phrase), text)]


def _marked_part(part: ArticlePart, file: str, phrase: str, language: Language) -> str:
    own = next(source for source in part.sources if source.file == file)
    where = (
        f'<span class="wj-lines" lang="{html_language(language)}">{escape(source_text(own, language == "en"))}</span>'
    )
    return f'<p class="wj-here">{where}{marked(part.text, _places(phrase, part.text))}</p>'
