"""Answers as HTML for the chat. Pure functions; what comes from a document or a question is always shown as text."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from embeddings.sentences import split_sentences
from qa.printing import source_text
from qa.question import language_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qa.types import Alternative, Answer, Passage

Range = tuple[int, int]

_LONG_ANSWER = 40
"""Characters from which an answer reads as a sentence, and is set smaller."""

_CONFIDENCE = (
    (0.85, "很有把握", "Very likely right"),
    (0.6, "比较有把握", "Likely right"),
    (0.4, "把握一般，请对照原文", "Possibly right; compare the source"),
    (0.0, "把握不大，请对照原文", "Uncertain; compare the source"),
)
# Direction marks and overrides would reorder what stands around them; other controls would vanish unseen.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
# Characters that HTML leaves alone, but LaTeX, Markdown's bold and code, or a template would take for their own.
_MARKUP = re.compile(r"[$*`\\{}]")
_DATE = re.compile(r"(\d{4}|-)(?:-(\d{2}))?(?:-(\d{2}))?")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def visible(text: str) -> str:
    """The text with control characters written out (⟨U+202E⟩), so that none of them acts."""
    return _CONTROLS.sub(lambda match: f"⟨U+{ord(match.group()):04X}⟩", text)


def escape(text: str) -> str:
    """The text as HTML that shows it character for character; `$$`, `**` and `{{` do not act either."""
    return _MARKUP.sub(lambda match: f"&#{ord(match.group())};", html.escape(visible(text)))


def render_answer(answer: Answer) -> str:
    """An answer, or the reason why there is none, with its sources; words are in the question's language."""
    english = language_of(answer.question) == "en"
    parts = [_understood(answer, english)]
    if answer.reason is None:
        parts += _answered(answer, english)
    else:
        parts += [
            _line("wj-reason", answer.reason.en if english else answer.reason.zh),
            _passages(answer.passages, "Not an answer, but near" if english else "不是答案，但相近", english),
        ]
    return _message("".join(parts), english)


def render_question(question: str) -> str:
    """A question as it was written."""
    return f'<div class="wj wj-question">{escape(question)}</div>'


def render_status(text: str, english: bool) -> str:
    """A message that stands in for an answer until there is one."""
    return _message(_line("wj-status", text), english)


def render_error(text: str, english: bool) -> str:
    """What went wrong, in one sentence or two."""
    return _message(f'<p class="wj-error" role="alert">{escape(text)}</p>', english)


def _message(inner: str, english: bool) -> str:
    return f'<div class="wj" lang="{"en" if english else "zh-CN"}">{inner}</div>'


def _line(name: str, text: str) -> str:
    return f'<p class="{name}">{escape(text)}</p>'


def _understood(answer: Answer, english: bool) -> str:
    if answer.asked == answer.question:
        return ""
    return _line("wj-asked", ("Understood as: " if english else "理解为：") + answer.asked)


def _answered(answer: Answer, english: bool) -> list[str]:
    first = answering(answer)
    others = [passage for number, passage in enumerate(answer.passages) if number not in first]
    long = " wj-long" if len(answer.text or "") > _LONG_ANSWER else ""
    return [
        f'<p class="wj-text{long}" lang="zh-CN"><strong>{escape(answer.text or "")}</strong></p>',
        _line("wj-gloss", answer.gloss) if answer.gloss else "",
        *(_sentence(answer.passages[number], answer.texts) for number in first),
        _line("wj-confidence", _confidence(answer.confidence, english)),
        _alternatives(answer.alternatives, answer.passages, english),
        f"<h3>{'Source' if english else '出处'}</h3>",
        *(_source(answer.passages[number], english) for number in first),
        _passages(others, "Other related passages" if english else "其他相关段落", english, folded=True),
    ]


def answering(answer: Answer) -> tuple[int, ...]:
    """Positions of the passages to show the answer in: for each of its texts, the first that has it marked."""
    found = []
    for text in answer.texts:
        for number, passage in enumerate(answer.passages):
            if any(passage.text[start:end] == text for start, end in passage.highlights):
                found.append(number)
                break
    return tuple(dict.fromkeys(found))


def _sentence(passage: Passage, texts: Sequence[str]) -> str:
    """The sentences of a passage that hold one of the texts, marked; none that is itself the whole answer."""
    marks = [(start, end) for start, end in passage.highlights if passage.text[start:end] in texts]
    shown = [
        marked(passage.text, marks, start, end)
        for start, end in split_sentences(passage.text)
        if any(first < end and start < last for first, last in marks) and passage.text[start:end] not in texts
    ]
    return f'<blockquote lang="zh-CN">{"<br>".join(shown)}</blockquote>' if shown else ""


def marked(text: str, marks: Iterable[Range], start: int, end: int) -> str:
    """The characters from `start` to `end` as HTML, with the ranges of `marks` in <mark>."""
    parts = []
    place = start
    for first, last in sorted(marks):
        first, last = max(first, place), min(last, end)
        if first < last:
            parts += [escape(text[place:first]), "<mark>", escape(text[first:last]), "</mark>"]
            place = last
    return "".join((*parts, escape(text[place:end])))


def _confidence(value: float, english: bool) -> str:
    zh, en = next((zh, en) for least, zh, en in _CONFIDENCE if value >= least or least == 0)
    return f"{en} ({value:.0%})" if english else f"{zh}（{value:.0%}）"


def _alternatives(alternatives: Iterable[Alternative], passages: Sequence[Passage], english: bool) -> str:
    items = [
        f'<li><strong lang="zh-CN">{escape(item.text)}</strong>{_meta(passages[item.passage], english)}</li>'
        for item in alternatives
    ]
    if not items:
        return ""
    title = "Another figure in the documents" if english else "文档中另有说法"
    return f'<div class="wj-others"><h3>{title}</h3><ul>{"".join(items)}</ul></div>'


def _source(passage: Passage, english: bool) -> str:
    title = "Read the passage" if english else "看这一段原文"
    body = f"<details><summary>{title}</summary>{_text(passage)}</details>"
    return f'<div class="wj-source">{_head(passage)}{_meta(passage, english)}{body}</div>'


def _passages(passages: Sequence[Passage], title: str, english: bool, folded: bool = False) -> str:
    if not passages:
        return ""
    heads = (f"{_head(passage)}{_meta(passage, english)}" for passage in passages)
    items = "".join(
        f'<details class="wj-source"><summary>{head}</summary>{_text(passage)}</details>'
        for head, passage in zip(heads, passages, strict=True)
    )
    if folded:
        counted = f"{title} ({len(passages)})" if english else f"{title}（{len(passages)}）"
        return f'<details class="wj-more"><summary>{counted}</summary>{items}</details>'
    return f'<div class="wj-near"><h3>{title}</h3>{items}</div>'


def _head(passage: Passage) -> str:
    section = f' <span class="wj-section">{escape(passage.section)}</span>' if passage.section else ""
    return f'<span class="wj-title" lang="zh-CN"><b>{escape(passage.title)}</b>{section}</span>'


def _meta(passage: Passage, english: bool) -> str:
    facts = [date_text(passage.date, english)] if passage.date else []
    facts += [source_text(source, english) for source in passage.sources]
    return '<span class="wj-meta">' + "".join(f"<span>{escape(fact)}</span>" for fact in facts) + "</span>"


def _text(passage: Passage) -> str:
    shown = marked(passage.text, passage.highlights, 0, len(passage.text)).replace("\n", "<br>")
    return f'<div class="wj-passage" lang="zh-CN">{shown}</div>'


def date_text(date: str, english: bool) -> str:
    """An ISO date, as far as it goes, in words: --05-17 -> 5月17日, 2023-05 -> May 2023."""
    match = _DATE.fullmatch(date)
    if match is None:
        return date
    year = "" if match[1] == "-" else match[1]
    month, day = int(match[2] or 0), int(match[3] or 0)
    if not 0 <= month <= len(_MONTHS):
        return date
    if english:
        return " ".join(part for part in (str(day or ""), _MONTHS[month - 1] if month else "", year) if part)
    return "".join(f"{number}{unit}" for number, unit in ((year, "年"), (month, "月"), (day, "日")) if number)
