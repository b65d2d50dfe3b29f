"""How well a passage bears out a question: which of its words, names and years stand there, and which do not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.tokens import fold, tokenize
from qa.asked import QUANTITIES
from qa.retrieval import Candidate, coverage, match_share

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet

    from qa.question import Question, Term


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The article that a passage stands in: its folded text, its tokens, the years it speaks of."""

    folded: str
    tokens: frozenset[str]
    years: frozenset[str]

    @classmethod
    def of(cls, article: str) -> Surroundings:
        """Look through an article, up to a length that takes no noticeable time."""
        folded = fold(article[:_LONGEST_ARTICLE])
        return cls(folded, frozenset(tokenize(folded)), frozenset(years_in(folded)))


_LONGEST_ARTICLE = 20_000


@dataclass(frozen=True, slots=True)
class Support:
    """How well a passage bears out the question: share of its terms by weight, and what it lacks.

    `absent` are words that its whole article lacks; `head` says whether the noun that is counted, or the role
    that is asked for, stands in the passage.
    """

    covered: float
    missing_names: tuple[str, ...]
    missing_years: tuple[str, ...]
    other_years: tuple[str, ...]
    absent: tuple[str, ...]
    head: bool


def examine(
    question: Question,
    candidate: Candidate,
    weights: Mapping[str, float],
    around: Surroundings,
    known: Callable[[str], bool],
) -> Support:
    """What of the question the passage bears out, and what its whole article lacks."""
    text = candidate.chunk.embedded
    article = f"{around.folded}\n{fold(text)}"
    tokens = around.tokens | set(tokenize(text))
    passage_years = years_in(fold(text)) | set(re.findall(r"^\d{4}", candidate.chunk.date or ""))
    article_years = around.years | passage_years
    missing_years = tuple(
        year for year in question.years if year not in passage_years and (passage_years or year not in article_years)
    )
    names, words = [], []
    for term in question.terms:
        absent = not _stands_in(term, tokens, article)
        if term.text in question.years:
            continue
        if absent and _must_stand(term, question, known):
            names.append(term.text)
        elif absent:
            words.append(term.text)
    names.extend(ordinal for ordinal in question.ordinals if ordinal not in article)
    return Support(
        covered=coverage(question.terms, weights, text),
        missing_names=tuple(names),
        missing_years=missing_years,
        other_years=tuple(sorted(passage_years)),
        absent=tuple(words),
        head=_has_head(question, fold(text)),
    )


def _has_head(question: Question, folded: str) -> bool:
    """Whether the noun counted (多少个项目), or the role asked for (县委书记是谁), stands in the text."""
    if question.asked == "person":
        role = re.split(r"[的、]", question.verb)[-1]
        return not 2 <= len(role) <= _LONGEST_ROLE or not _ROLE.search(role) or role in folded
    if question.asked not in QUANTITIES or not question.noun:
        return True
    tokens = set(tokenize(folded))
    heads = [term for term in question.terms if term.text in question.noun]
    return not heads or any(_stands_in(term, tokens, folded) for term in heads)


_LONGEST_ROLE = 8
_ROLE = re.compile(r"(?:长|书记|主任|经理|主席|总裁|总监|负责人|教授|院士|代表|主编|导演|教练|冠军)$")


def _must_stand(term: Term, question: Question, known: Callable[[str], bool]) -> bool:
    """Whether an answer that lacks this word would be about something else: a place or person, a bare figure.

    A Latin word of a Chinese question may have a Chinese equivalent (GDP), unless nothing in the corpus has it.
    """
    if question.language == "en":
        return term.kind == "name"
    if term.kind == "name" and term.text.isascii():
        return not known(term.text) and len(term.text) > _SHORT_LATIN
    return term.kind == "name" or (term.kind == "number" and len(term.text) > 1)


_SHORT_LATIN = 3
HALF = 0.5
"""Share of a term from which a text has it."""
_A_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d{2})(?=\s*年|[-/.]\d{1,2}[-/.])|\b(?:in|since|by|for|of|during) ((?:19|20)\d{2})\b"
)


def years_in(folded: str) -> set[str]:
    """The years that a text speaks of; a bare figure (中国制造2025) is none."""
    return {first or second for first, second in _A_YEAR.findall(folded)}


def _stands_in(term: Term, tokens: AbstractSet[str], folded: str) -> bool:
    """Whether a text has a term. A place's generic ending may be missing (李沧 for 李沧区), its name not."""
    if term.kind == "name" and not term.text.isascii():
        core = _GENERIC_END.sub("", term.text)
        return (core if len(core) > 1 else term.text) in folded
    return match_share(term, tokens) >= HALF or (len(term.text) > 1 and not term.text.isascii() and term.text in folded)


_GENERIC_END = re.compile(r"(?:高新技术产业开发区|经济技术开发区|工业园区|高新区|开发区|新区|园区|[省市区县镇乡])$")
