"""What is said to a question, part by part, as every way of taking it along has it: copied, as Word, as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.sentences import split_sentences
from qa.deciding.certainty import remarks
from qa.sources import source_text
from web.chat.evidence import date_text
from web.chat.render import answering, confidence_text, gloss_of, marked_texts
from web.look.words import said_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.errors import Language
    from chinese.text import Range
    from qa.types import Answer, Passage
    from web.chat.turns import Turn

__all__ = ["Exported", "Other", "Quoted", "Said", "place_text", "said_to"]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence of a passage, and the ranges of it (half-open, from 0) that are the answer."""

    text: str
    marks: tuple[Range, ...]
    passage: Passage


@dataclass(frozen=True, slots=True)
class Other:
    """Another figure for the same thing, with its passage and the sentences that it stands in."""

    text: str
    passage: Passage
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What is said to one part of a question, in words of the page's language.

    `answer` is "" where there is none; then `reason` says why, and `near` are the passages that are near. `confidence`
    is a probability, `sure` the same in words.
    """

    asked: str
    answer: str
    remarks: tuple[str, ...]
    quotes: tuple[Quoted, ...]
    confidence: float
    sure: str
    others: tuple[Other, ...]
    reason: str = ""
    near: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """A conversation that is taken along: its title, and its turns in their order."""

    title: str
    turns: tuple[Turn, ...]


def said_to(answer: Answer, language: Language) -> list[Said]:
    """What is said to each part of a question, in their order; to a question of one thing that alone."""
    if not answer.parts:
        return [_said(answer, answering(answer), language)]
    return [_said(answer.of_part(part), part.passages, language) for part in answer.parts]


def _said(answer: Answer, places: Sequence[int], language: Language) -> Said:
    sure = confidence_text(answer.confidence, language)
    if answer.reason is not None:
        reason = said_in(language, answer.reason)
        return Said(answer.asked, "", (), (), answer.confidence, sure, (), reason, answer.passages)
    gloss = gloss_of(answer, language)
    quotes = [quoted for place in places for quoted in _quotes(answer.passages[place], marked_texts(answer))]
    others = dict.fromkeys((item.text, item.passage) for item in answer.alternatives)
    return Said(
        answer.asked,
        (answer.text or "") + (f" ({gloss})" if gloss else ""),
        tuple(remarks(answer, language == "en")),
        tuple(quotes),
        answer.confidence,
        sure,
        tuple(_other(text, answer.passages[place]) for text, place in others),
    )


def _quotes(passage: Passage, texts: Sequence[str]) -> list[Quoted]:
    """The sentences of a passage that hold one of the texts where it is marked."""
    marks = [(start, end) for start, end in passage.highlights if passage.text[start:end] in texts]
    found = []
    for start, end in split_sentences(passage.text):
        inside = [(max(first, start), min(last, end)) for first, last in marks if first < end and start < last]
        if inside:
            shifted = tuple((first - start, last - start) for first, last in sorted(inside))
            found.append(Quoted(passage.text[start:end], shifted, passage))
    return found


def _other(text: str, passage: Passage) -> Other:
    return Other(text, passage, tuple(quoted.text for quoted in _quotes(passage, (text,))))


def place_text(passage: Passage, language: Language) -> str:
    """Headline, date and every place of a passage."""
    facts = [passage.title] if passage.title else []
    facts += [date_text(passage.date, language)] if passage.date else []
    facts += [source_text(source, language == "en") for source in passage.sources]
    return " · ".join(facts)
