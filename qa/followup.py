"""A follow-up question, completed with the subject of the one before it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from embeddings.tokens import fold, tagged
from qa.question import QUESTION_WORDS, language_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_YEAR = re.compile(r"(?:19|20)\d{2}")
_ELLIPTIC = re.compile(
    r"^(?:那么?|那|还有|另外|and|what about|how about)?\s*[,，]?\s*(?:in\s+|for\s+)?(.{1,30}?)(?:\s*呢)?\s*[?？]*$",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"^(?:那么?[,，]?)?(?:其(?!中)|它们?|他们?|她们?|该[区园县市公司企业项目]*|这[个家里些]?)?(?:的)?"
)
_LONGEST_SUBJECT = 24


def complete(question: str, history: Sequence[str]) -> str:
    """The question as it would be asked on its own; `history` has earlier questions, the oldest first.

    那2022年呢? takes the last question with the other year; a question that names no subject gets the last one's.
    """
    if not history or language_of(question) == "en":
        return _other_year(question, history[-1]) if history else question
    before = history[-1].strip()
    swapped = _other_year(question, before)
    if swapped != question:
        return swapped
    if _names_subject(question):
        return question
    subject = subject_of(before)
    rest = _POINTING.sub("", question).lstrip(",， 的")
    return subject + rest if subject and subject not in question else question


def _other_year(question: str, before: str) -> str:
    """The last question with the year of a question that says no more than a year."""
    elliptic = _ELLIPTIC.match(question.strip())
    year = _YEAR.search(question)
    if elliptic is None or year is None or not _YEAR.search(before):
        return question
    if re.sub(r"年|\s", "", elliptic[1]) != year.group():
        return question
    return _YEAR.sub(year.group(), before, count=1)


def _names_subject(question: str) -> bool:
    folded = fold(question)
    if _POINTING.sub("", folded) != folded:
        return False
    return any(tag in ("ns", "nt", "nz", "nrt") for _, tag in tagged(folded)) or bool(re.search(r"[“「『《]", question))


def subject_of(question: str) -> str:
    """The words that a question opens with, up to its verb or question word: 青岛高新区2023年|引进了多少个项目."""
    folded = fold(question)
    asked = QUESTION_WORDS.search(folded)
    end = asked.start() if asked is not None else len(folded)
    place = 0
    for word, tag in tagged(folded):
        place = folded.index(word, place)
        if place >= end:
            break
        if tag in ("v", "vn", "d", "p", "c") and place >= 2 and len(word) > 1:
            end = place
            break
        place += len(word)
    subject = question[:end].rstrip("的是有了为在,， ")
    return subject if 2 <= len(subject) <= _LONGEST_SUBJECT else ""
