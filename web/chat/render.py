"""An answer as HTML for the chat: the phrase large, its sentence, how sure it is, and a chip for each source.

One that is not sure has its sentence first, and says that the phrase is possibly the answer.
Pure functions. The cards of its evidence travel along in a <template>, which the page shows beside the chat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.deciding.certainty import confidence_text, is_sure, remarks
from qa.english.gloss import gloss
from qa.sources import source_text
from web.chat.evidence import dated, places_shown, render_evidence, sentences_held
from web.chat.reading_help import is_name, name_in_pinyin, sentence_glossary
from web.look.marks import escape, marked
from web.look.words import html_language, said_in, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chinese.errors import Language
    from chinese.text import Range
    from qa.types import Alternative, Answer, Passage

__all__ = [
    "answering", "confidence_text", "gloss_of", "marked_texts", "render_answer", "render_error", "render_question",
    "render_status",
]  # fmt: skip

_LONG_ANSWER = 24
"""Characters from which an answer reads as a sentence, and is set smaller."""


def render_answer(answer: Answer, language: Language, turn: str = "", following: Sequence[str] = ()) -> str:
    """An answer, or the reason why there is none; `turn` names it to the page, `following` are questions to ask next.

    Words around it are in `language`, that of the page.
    """
    parts = [_understood(answer, language, bool(turn)), *(_in_parts(answer, language) if answer.parts else ())]
    if answer.reason is not None:
        parts += _refused(answer, language)
    elif not answer.parts:
        parts += _answered(answer, answering(answer), language)
    parts += [
        _actions(answer, language) if turn else "",
        _following(following, language),
        f'<template class="wj-cards">{render_evidence(answer, language)}</template>',
    ]
    return _message("".join(parts), language, turn)


def render_question(question: str) -> str:
    """A question as it was written; a heading, so that one can go from question to question."""
    return f'<div class="wj wj-question" role="heading" aria-level="2">{escape(question)}</div>'


def render_status(text: str, language: Language) -> str:
    """A message that stands in for an answer until there is one."""
    return _message(f'<p class="wj-status" role="status">{escape(text)}</p>', language)


def render_error(text: str, language: Language) -> str:
    """What went wrong, in one sentence or two."""
    return _message(f'<p class="wj-error" role="alert">{escape(text)}</p>', language)


def _message(inner: str, language: Language, turn: str = "") -> str:
    name = f' data-turn="{escape(turn)}"' if turn else ""
    return f'<div class="wj" lang="{html_language(language)}"{name}>{inner}</div>'


def _line(name: str, text: str) -> str:
    return f'<p class="{name}">{escape(text)}</p>'


def _understood(answer: Answer, language: Language, may_ask: bool) -> str:
    """The question as it was understood, if otherwise than written, and the way to ask it as it is written."""
    if answer.asked == answer.question:
        return ""
    said = "" if answer.parts else escape(word("asked", language) + answer.asked)  # each part says its own
    label = escape(word("as_written", language))
    button = f'<button type="button" class="wj-written" data-ask="{escape(answer.question)}">{label}</button>'
    return f'<p class="wj-asked">{said} {button if may_ask else ""}</p>'


def _in_parts(answer: Answer, language: Language) -> list[str]:
    """What is said to each part of a question, under the part itself."""
    found = []
    for part in answer.parts:
        alone = answer.of_part(part)
        said = [_reason(alone, language)] if part.reason is not None else _answered(alone, part.passages, language)
        found.append(f'<section class="wj-part">{_line("wj-asked", part.asked)}{"".join(said)}</section>')
    return found


def _answered(answer: Answer, first: Sequence[int], language: Language) -> list[str]:
    english = gloss_of(answer, language)
    said = [
        _phrase(answer, language),
        _line("wj-gloss", english) if english else "",
        *(_line("wj-soft", remark) for remark in remarks(answer, language == "en")),
    ]
    texts = marked_texts(answer)
    sentences = [_sentence(answer.passages[number], texts) for number in first]
    return [
        *((*said, *sentences) if is_sure(answer) else (*sentences, *said)),
        _confidence(answer.confidence, language),
        _disagreeing(answer, first, language)
        if answer.alternatives
        else _chips(answer, (*first, *_agreeing(answer, first)), language),
        _glossary(answer, first, language) if language == "en" else "",
    ]


def _phrase(answer: Answer, language: Language) -> str:
    """The answer itself, large where it is short and sure; otherwise as what it possibly is."""
    text = answer.text or ""
    if not is_sure(answer):
        maybe = f'<span class="wj-maybe">{escape(word("maybe", language))}</span>'
        return f'<p class="wj-text wj-unsure">{maybe} <strong lang="zh-CN">{escape(text)}</strong></p>'
    long = " wj-long" if len(text) > _LONG_ANSWER else ""
    return f'<p class="wj-text{long}" lang="zh-CN"><strong>{escape(text)}</strong></p>'


def _agreeing(answer: Answer, first: Sequence[int]) -> list[int]:
    """Positions of the other passages in which the same is marked: articles that agree."""
    if answer.worked_out is not None:
        return []
    return [
        place
        for place, passage in enumerate(answer.passages)
        if place not in first and any(passage.text[start:end] in answer.texts for start, end in passage.highlights)
    ]


def _glossary(answer: Answer, first: Sequence[int], language: Language) -> str:
    """The words of the answer's own sentences in English, folded away."""
    texts = marked_texts(answer)
    held = [
        answer.passages[place].text[start:end]
        for place in first
        for start, end in sentences_held(answer.passages[place], _marks(answer.passages[place], texts))
    ]
    items = "".join(
        f'<dt lang="zh-CN">{escape(chinese)}</dt><dd>{escape(said)}</dd>' for chinese, said in sentence_glossary(held)
    )
    label = escape(word("glossary", language))
    return f"<details><summary>{label}</summary><dl>{items}</dl></details>" if items else ""


def _refused(answer: Answer, language: Language) -> list[str]:
    near = places_shown(answer)
    title = f'<p class="wj-soft">{escape(word("near", language))}</p>' if near else ""
    return ["" if answer.parts else _reason(answer, language), title, _chips(answer, near, language)]


def _reason(answer: Answer, language: Language) -> str:
    assert answer.reason is not None
    return _line("wj-reason", said_in(language, answer.reason))


def gloss_of(answer: Answer, language: Language) -> str | None:
    """The answer in English for an English page: its own gloss, that of a lone figure, or a lone name in pinyin."""
    if language != "en":
        return None
    if answer.gloss is not None or len(answer.said) != 1:
        return answer.gloss
    said = answer.said[0]
    return gloss(said) or (name_in_pinyin(said) if is_name(said) else None)


def marked_texts(answer: Answer) -> tuple[str, ...]:
    """The texts that are marked in its passages: its own, or the figures that it was worked out from."""
    return answer.texts if answer.worked_out is None else answer.worked_out.marked


def answering(answer: Answer) -> tuple[int, ...]:
    """Positions of the passages to show the answer in: for each of its texts, the first that has it marked.

    Of what was worked out they are all that have one of its figures.
    """
    if answer.parts:
        return tuple(dict.fromkeys(number for part in answer.parts for number in part.passages))
    if answer.worked_out is not None:
        return tuple(number for number, passage in enumerate(answer.passages) if passage.highlights)
    found = []
    for text in answer.texts:
        for number, passage in enumerate(answer.passages):
            if any(passage.text[start:end] == text for start, end in passage.highlights):
                found.append(number)
                break
    return tuple(dict.fromkeys(found))


def _marks(passage: Passage, texts: Sequence[str]) -> list[Range]:
    return [(start, end) for start, end in passage.highlights if passage.text[start:end] in texts]


def _sentence(passage: Passage, texts: Sequence[str]) -> str:
    """The sentences of a passage that hold one of the texts, marked; none that is itself the whole answer."""
    marks = _marks(passage, texts)
    shown = [
        marked(passage.text, marks, (), start, end)
        for start, end in sentences_held(passage, marks)
        if passage.text[start:end] not in texts
    ]
    return f'<blockquote lang="zh-CN">{"<br>".join(shown)}</blockquote>' if shown else ""


def _confidence(value: float, language: Language) -> str:
    bar = f'<span class="wj-bar" aria-hidden="true"><span style="width:{value:.0%}"></span></span>'
    return f'<p class="wj-confidence">{bar}{escape(confidence_text(value, language))}</p>'


def _disagreeing(answer: Answer, first: Sequence[int], language: Language) -> str:
    """The answer and the other figures for the same thing side by side, each with its source."""
    taken = [_side("here", answer.text or "", first[0], answer, language)] if first else []
    others = [_side("elsewhere", item.text, item.passage, answer, language) for item in _distinct(answer.alternatives)]
    title = escape(word("disagree", language))
    return (
        f'<section class="wj-differ"><h3>{title}</h3><div class="wj-sides">{"".join((*taken, *others))}</div></section>'
    )


def _distinct(alternatives: Iterable[Alternative]) -> list[Alternative]:
    return list({(item.text, item.passage): item for item in alternatives}.values())


def _side(kind: str, text: str, place: int, answer: Answer, language: Language) -> str:
    passage = answer.passages[place]
    english = gloss(text) if language == "en" else None
    return (
        f'<div class="wj-side wj-{kind}"><span class="wj-soft">{escape(word(kind, language))}</span>'
        f'<strong lang="zh-CN">{escape(text)}</strong>'
        f"{_line('wj-gloss', english) if english else ''}"
        f'<span class="wj-soft" lang="zh-CN">{escape(passage.title)}</span>'
        f'<span class="wj-soft">{escape(dated(passage.date, language))}</span>'
        f"{_chip(place, source_text(passage.sources[0], language == 'en'))}</div>"
    )


def _chips(answer: Answer, places: Iterable[int], language: Language) -> str:
    chips = [
        _chip(place, source_text(source, language == "en"), answer.passages[place].title)
        for place in places
        for source in answer.passages[place].sources
    ]
    label = escape(word("source", language))
    return f'<div class="wj-chips" role="group" aria-label="{label}">{"".join(chips)}</div>' if chips else ""


def _chip(place: int, text: str, title: str = "") -> str:
    shown = f'<span lang="zh-CN">{escape(title)}</span> ' if title else ""
    return f'<button type="button" class="wj-chip" data-card="{place}">{shown}<small>{escape(text)}</small></button>'


def _actions(answer: Answer, language: Language) -> str:
    """Copying, and saying whether it is right; of a refusal, whether there is indeed nothing; of a greeting neither."""
    if answer.reason is not None and answer.reason.code == "greeting":
        return ""
    labels = (
        {"good": "good", "bad": "bad"} if answer.reason is None else {"good": "rightly_none", "bad": "wrongly_none"}
    )
    copying = f'<button type="button" class="wj-do" data-do="copy">{escape(word("copy", language))}</button>'
    judging = "".join(
        f'<button type="button" class="wj-do" data-do="{name}" aria-pressed="false">{escape(label)}</button>'
        for name, label in ((name, word(key, language)) for name, key in labels.items())
    )
    said = '<span class="wj-soft" role="status"></span>'
    return f'<div class="wj-actions">{copying if answer.reason is None else ""}{judging}{said}</div>'


def _following(questions: Sequence[str], language: Language) -> str:
    if not questions:
        return ""
    chips = "".join(
        f'<button type="button" class="wj-next" data-ask="{escape(question)}">{escape(question)}</button>'
        for question in questions
    )
    return f'<div class="wj-following"><span class="wj-soft">{escape(word("next", language))}</span>{chips}</div>'
