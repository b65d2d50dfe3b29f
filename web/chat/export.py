"""A conversation as Markdown. Pure functions.

Text of documents and questions is escaped: whatever it holds, a Markdown reader shows it as text.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from chinese.sentences import split_sentences
from qa.deciding.certainty import remarks
from web.chat.render import answering, confidence_text, gloss_of, marked_texts
from web.chat.said import place_text
from web.look.marks import show_controls
from web.look.words import word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chinese.errors import Language
    from chinese.text import Range
    from qa.types import Answer, Passage
    from web.chat.said import Exported

__all__ = ["conversation_markdown", "talks_markdown"]

# Entities where HTML would act, which every reader of Markdown knows; a backslash where Markdown itself would. The
# last ones are links without brackets: www.a.cn, http://a.cn, a@b.cn.
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ACTING = re.compile(r"[&<>\\`*_\[\]|~$#@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_AT_START = re.compile(r"^(\s*)(?=[+\-=:])")
_SPACES = re.compile(r"\s+")
_NUMBERED = re.compile(r"^(\s*\d{1,9})(?=[.)])")


def conversation_markdown(turns: Sequence[tuple[str, Answer | None, str]], language: Language, title: str = "") -> str:
    """Turns as Markdown: each a question, its answer, and, where there is no answer, what went wrong instead.

    Words around them are in `language`. Without any turn it says so.
    """
    house = "wenju" if language == "en" else "问据"
    parts = [f"# {_text(title) or house}"]
    if not turns:
        parts.append(word("nothing_to_export", language))
    for number, (question, answer, error) in enumerate(turns, start=1):
        parts.append(f"## {number}. {_text(question)}")
        if answer is None:
            parts.append(_text(error))
        else:
            parts += _answer(answer, language)
    return "\n\n".join(part for part in parts if part) + "\n"


def talks_markdown(talks: Sequence[Exported], language: Language) -> str:
    """Conversations one after the other, each under its title where there are several."""
    if len(talks) == 1:
        return conversation_markdown(_plain(talks[0]), language)
    parts = [conversation_markdown(_plain(talk), language, talk.title) for talk in talks if talk.turns]
    return "\n".join(parts) if parts else conversation_markdown((), language)


def _plain(talk: Exported) -> list[tuple[str, Answer | None, str]]:
    return [(turn.question, turn.answer, turn.error) for turn in talk.turns]


# --- an answer


def _answer(answer: Answer, language: Language) -> list[str]:
    asked = [_text(word("asked", language) + answer.asked)] if answer.asked != answer.question else []
    if answer.parts:
        return _in_parts(answer, language)
    if answer.reason is not None:
        return [*asked, _reason(answer, language), *_near(answer, language)]
    return [*asked, *_answered(answer, answering(answer), language)]


def _in_parts(answer: Answer, language: Language) -> list[str]:
    """What is said to each part of a question, under the part itself."""
    found = []
    for part in answer.parts:
        alone = answer.of_part(part)
        found.append(_text(part.asked))
        found += [_reason(alone, language)] if part.reason is not None else _answered(alone, part.passages, language)
    return [*found, *(_near(answer, language) if answer.reason is not None else ())]


def _answered(answer: Answer, first: Sequence[int], language: Language) -> list[str]:
    gloss = gloss_of(answer, language)
    parts = [_bold(answer.text or "") + (f" ({_text(gloss)})" if gloss else "")]
    parts += [_text(remark) for remark in remarks(answer, language == "en")]
    for place in first:
        passage = answer.passages[place]
        parts += [
            _quotation(passage, marked_texts(answer)),
            _text(_label("source", language) + place_text(passage, language)),
        ]
    parts.append(_text(confidence_text(answer.confidence, language)))
    if answer.alternatives:
        others = dict.fromkeys((item.text, item.passage) for item in answer.alternatives)
        parts.append(_text(word("disagree", language)))
        parts.append(_list(f"{text} · {place_text(answer.passages[place], language)}" for text, place in others))
    return parts


def _reason(answer: Answer, language: Language) -> str:
    assert answer.reason is not None
    said = f"No answer: {answer.reason.en}" if language == "en" else f"没有答案：{answer.reason.zh}"
    return _text(said)


def _near(answer: Answer, language: Language) -> list[str]:
    if not answer.passages:
        return []
    return [
        _text(word("near", language)),
        _list(place_text(passage, language) for passage in answer.passages),
    ]


def _label(key: str, language: Language) -> str:
    return word(key, language) + (": " if language == "en" else "：")


def _quotation(passage: Passage, texts: Sequence[str]) -> str:
    """The sentences of a passage that hold one of the texts, with it in bold."""
    marks = _merged((start, end) for start, end in passage.highlights if passage.text[start:end] in texts)
    lines = []
    for start, end in split_sentences(passage.text):
        inside = [(max(first, start), min(last, end)) for first, last in marks if first < end and start < last]
        if inside:
            lines.append(f"> {_marked(passage.text, start, end, inside)}")
    return "\n>\n".join(lines)


def _merged(marks: Iterable[Range]) -> list[Range]:
    """The same ranges in their order, those that meet as one: stars that meet would mark nothing."""
    merged: list[Range] = []
    for first, last in sorted(marks):
        if merged and first <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], last)
        else:
            merged.append((first, last))
    return merged


def _marked(text: str, start: int, end: int, marks: Iterable[Range]) -> str:
    parts = []
    place = start
    for first, last in marks:
        parts.append(_inline(text[place:first], at_start=place == start))
        parts.append(_bold(text[first:last], text[start:first][-1:], text[last:end][:1]))
        place = last
    parts.append(_inline(text[place:end], at_start=False))
    return "".join(parts)


def _bold(text: str, before: str = "", after: str = "") -> str:
    """A text between two stars each; with a blank outside where Markdown would else take them for stars.

    It does where they have a letter, or a Chinese character, outside and punctuation inside.
    """
    flat = _flat(text)
    if not flat:
        return ""
    opening = " " if _is_letter(before) and _is_mark(flat[0]) else ""
    closing = " " if _is_letter(after) and _is_mark(flat[-1]) else ""
    return f"{opening}**{_inline(flat, at_start=False)}**{closing}"


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _is_letter(character: str) -> bool:
    """Readers do not agree on symbols (→), so that these count as both."""
    return bool(character) and not character.isspace() and unicodedata.category(character)[0] != "P"


# --- escaping


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {_text(item)}" for item in items)


def _text(text: str) -> str:
    """A text as one line of Markdown that shows it."""
    return _inline(_flat(text), at_start=True)


def _inline(text: str, at_start: bool) -> str:
    spaced = show_controls(_SPACES.sub(" ", text))
    escaped = _ACTING.sub(lambda match: _ENTITIES.get(match.group(), f"\\{match.group()}"), spaced)
    return _NUMBERED.sub(r"\1\\", _AT_START.sub(r"\1\\", escaped)) if at_start else escaped


def _flat(text: str) -> str:
    """A text on one line, with control characters written out."""
    return show_controls(_SPACES.sub(" ", text)).strip()
