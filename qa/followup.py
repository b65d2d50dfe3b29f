"""A follow-up question, completed with the subject of the one before it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from embeddings.tokens import fold, tagged
from qa.lexicon import is_proper_noun
from qa.question import QUESTION_WORDS, language_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_YEAR = re.compile(r"(?:19|20)\d{2}")
_YEAR_WRITTEN = re.compile(r"在?(?:19|20)\d{2}\s*年?(?:度)?")
_ELLIPTIC = re.compile(
    r"^(?:那么?|那|还有|另外|and|what about|how about)?\s*,?\s*(?:in\s+|for\s+)?(.{1,30}?)(?:\s*呢)?\s*[?。.]*$"
)
_POINTING = re.compile(
    r"^(?:那么?(?![里儿个些])[,，]?)?(?:其(?![中他它余实])|它们?|他们?|她们?|该[区园县市公司企业项目]*|[这那](?:个|家|里|儿|些))?(?:的)?"
)
_WHAT_ABOUT = re.compile(r"^(?:那么?|还有|另外)?[,，]?(?P<name>[\u4e00-\u9fff]{2,12}?)的?呢\s*[?？。]*$")
_LONGEST_SUBJECT = 24


def complete(question: str, history: Sequence[str]) -> str:
    """The question as it would be asked on its own; `history` has earlier questions, the oldest first.

    那2022年呢? takes the last question with the other year; a question that names no subject gets the last one's.
    Earlier questions are completed the same way first, so that 那2021年呢? may follow 那2022年呢?.
    """
    before = ""
    for item in (*history, question):
        before = _after(item, before) if before else item
    return before


def _after(question: str, before: str) -> str:
    """A question completed from the one before it, which stands on its own."""
    before = before.strip()
    year = _only_a_year(question)
    if year:
        return _in_year(before, year)
    name = _only_a_place(question)
    if name and (place := _place_of(before)):
        return before.replace(place, name, 1)
    if language_of(question) == "en" or _names_subject(question):
        return question
    subject = subject_of(before)
    if _YEAR.search(fold(question)):
        subject = _YEAR_WRITTEN.sub("", subject)
    rest = _POINTING.sub("", question).lstrip(",， 的")
    return subject + rest if subject and subject not in question else question


def _only_a_year(question: str) -> str:
    """The year of a question that says no more than a year (那2022年呢?), else ""."""
    folded = fold(question.strip())
    elliptic, year = _ELLIPTIC.match(folded), _YEAR.search(folded)
    if elliptic is None or year is None or re.sub(r"年|\s", "", elliptic[1]) != year.group():
        return ""
    return year.group()


def _in_year(before: str, year: str) -> str:
    """A question with its first year replaced, or, where it has none, with the year put in."""
    found = _YEAR.search(fold(before))
    if found is not None:
        return before[: found.start()] + year + before[found.end() :]
    if language_of(before) == "en":
        return f"{before.rstrip('?？. ')} in {year}?"
    subject = subject_of(before)
    return f"{subject}{year}年{before.removeprefix(subject)}"


def _only_a_place(question: str) -> str:
    """The place of a question that says no more than a place (那李沧区呢?), else ""."""
    match = _WHAT_ABOUT.match(question.strip())
    return match["name"] if match is not None and _place_of(match["name"]) == match["name"] else ""


def _place_of(question: str) -> str:
    """The place that a question opens with, as it is written there: 青岛高新区|2023年引进了多少个项目."""
    end = 0
    for word, tag in tagged(fold(question)):
        if tag != "ns" and not (word[-1] in "省市区县镇乡" and (end or is_proper_noun(word))):
            break
        end += len(word)
    return question[:end]


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
    # 工厂的总|投资: what is left of the cut word goes too.
    subject = re.sub(r"的[^的]?$", "", question[:end]).rstrip("的是有了为在,， ")
    return subject if 2 <= len(subject) <= _LONGEST_SUBJECT else ""
