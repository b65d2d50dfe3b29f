"""The cards beside the chat: each passage with where it stands, what is marked in it, and why it is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.english import MONTHS
from chinese.sentences import split_sentences
from chinese.shown import shown
from qa.sources import source_text
from web.chat.certainty import why_in_words
from web.chat.reading_help import sentence_glossary
from web.look.marks import escape, find_words, marked
from web.look.words import word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.errors import Language
    from chinese.text import Range
    from embeddings.types import Source
    from qa.types import Answer, Passage, Signals

MOST_NEAR = 2
"""Passages that are shown of a refusal: they are no answer, and more of them look like one."""

_DATE = re.compile(r"(\d{4}|-)(?:-(\d{2}))?(?:-(\d{2}))?")


def render_evidence(answer: Answer, language: Language) -> str:
    """A card for each passage of an answer, those that hold it first; of a refusal, those that are near.

    "" where there are none: then no room is taken for them.
    """
    title = word("evidence" if answer.reason is None else "near", language)
    cards = "".join(_card(place, answer.passages[place], language) for place in places_shown(answer))
    return f"<h2>{escape(title)}</h2>{cards}" if cards else ""


def places_shown(answer: Answer) -> tuple[int, ...]:
    """Positions of the passages that have a card, in the cards' order."""
    if answer.reason is not None:
        return tuple(range(len(answer.passages)))[:MOST_NEAR]
    holding = [place for place, passage in enumerate(answer.passages) if passage.highlights]
    return (*holding, *(place for place in range(len(answer.passages)) if place not in holding))


def _card(place: int, passage: Passage, language: Language) -> str:
    return (
        f'<article class="wj-card" data-card="{place}" tabindex="-1"><h3 lang="zh-CN">{_head(passage)}</h3>'
        f"{_meta(passage, language)}{_text(passage)}{_scanned(passage, language)}{_why(passage.signals, language)}"
        f"{_glossary(passage, language) if language == 'en' else ''}{_openers(passage, language)}</article>"
    )


def _head(passage: Passage) -> str:
    section = f' <span class="wj-section">› {escape(passage.section)}</span>' if passage.section else ""
    return f"{escape(passage.title or _file_text(passage.sources[0]))}{section}"


def _meta(passage: Passage, language: Language) -> str:
    facts = [dated(passage.date, language), *(source_text(source, language == "en") for source in passage.sources)]
    return '<p class="wj-meta">' + "".join(f"<span>{escape(fact)}</span>" for fact in facts) + "</p>"


def _text(passage: Passage) -> str:
    text = marked(passage.text, passage.highlights, find_words(passage.signals.words, passage.text))
    return f'<p class="wj-passage" lang="zh-CN">{text.replace(chr(10), "<br>")}</p>'


def _scanned(passage: Passage, language: Language) -> str:
    """That characters may have been recognised wrongly, where they were."""
    if not all(source.scanned for source in passage.sources):
        return ""
    return f'<p class="wj-soft">{escape(word("scanned", language))}</p>'


def _openers(passage: Passage, language: Language) -> str:
    """A button for each file in which the passage stands; it opens the article at those lines."""
    phrases = dict.fromkeys(passage.text[start:end] for start, end in passage.highlights)
    marks = "".join(f' data-phrase="{escape(text)}"' for text in list(phrases)[:1])
    label = word("open", language)
    return "".join(
        f'<button type="button" class="wj-open"{place_of(source)}{marks}>{escape(label)}'
        f"{f' <small>{escape(_file_text(source))}</small>' if len(passage.sources) > 1 else ''}</button>"
        for source in passage.sources
    )


def _file_text(source: Source) -> str:
    return f"{shown(source.file)} · {shown(source.sheet)}" if source.sheet else shown(source.file)


def place_of(source: Source) -> str:
    """Attributes by which the page's script opens the article there: rows are numbered in each sheet anew."""
    sheet = f' data-sheet="{escape(source.sheet)}"' if source.sheet else ""
    return f' data-file="{escape(source.file)}"{sheet} data-start="{source.start}" data-end="{source.end}"'


def _why(signals: Signals, language: Language) -> str:
    matched = "、".join(signals.matched) if language == "zh" else ", ".join(signals.matched)
    return _folded("why", [(word("matched", language), matched), *why_in_words(signals, language)], language)


def _glossary(passage: Passage, language: Language) -> str:
    """The words of the sentences that hold the phrase, or of the first where none does, in English."""
    held = [passage.text[start:end] for start, end in sentences_held(passage, passage.highlights)]
    rows = sentence_glossary(held or [passage.text[start:end] for start, end in split_sentences(passage.text)][:1])
    return _folded("glossary", rows, language) if rows else ""


def sentences_held(passage: Passage, ranges: Sequence[Range]) -> list[Range]:
    """The sentences of a passage that hold one of the ranges."""
    return [
        (start, end)
        for start, end in split_sentences(passage.text)
        if any(first < end and start < last for first, last in ranges)
    ]


def _folded(name: str, rows: list[tuple[str, str]], language: Language) -> str:
    items = "".join(f"<dt>{escape(key)}</dt><dd>{escape(value) or '–'}</dd>" for key, value in rows)
    return f"<details><summary>{escape(word(name, language))}</summary><dl>{items}</dl></details>"


def dated(date: str | None, language: Language) -> str:
    """An article's date for its card; that it has none, or no year, is said."""
    if not date:
        return word("no_date", language)
    said = date_text(date, language)
    return word("no_year", language).format(said) if date.startswith("-") else said


def date_text(date: str, language: Language) -> str:
    """An ISO date, as far as it goes, in words: --05-17 -> 5月17日, 2023-05 -> May 2023."""
    match = _DATE.fullmatch(date)
    if match is None:
        return date
    year = "" if match[1] == "-" else match[1]
    month, day = int(match[2] or 0), int(match[3] or 0)
    if not 0 <= month <= len(MONTHS):
        return date
    if language == "en":
        return " ".join(part for part in (str(day or ""), MONTHS[month - 1] if month else "", year) if part)
    return "".join(f"{number}{unit}" for number, unit in ((year, "年"), (month, "月"), (day, "日")) if number)
