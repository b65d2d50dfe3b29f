"""How well a passage bears out a question: which of its words, names and years stand there, and which do not."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chinese.apart import kinds_apart
from chinese.ordinals import ordinals_of
from chinese.organisations import core_of_organisation
from chinese.periods import days_said, months_in_words, months_of, years_in
from chinese.places import places_in
from chinese.reporting import reported_year
from qa.deciding.comparing import Conflict
from qa.finding.retrieval import Candidate, match_share, share_present
from qa.question.kinds import QUANTITIES
from qa.question.terms import MEANT

__all__ = ["HALF", "Support", "Surroundings", "examine"]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from chinese.places import Place
    from chinese.text import Text
    from qa.finding.kept_chunks import ReadChunk
    from qa.question.question import Question
    from qa.question.terms import Term


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The article that a passage stands in: its folded text, its tokens, the years it speaks of, the one it reports."""

    folded: str
    tokens: frozenset[str]
    years: frozenset[str]
    reported: str | None = None

    @classmethod
    def of(cls, article: Sequence[ReadChunk], written: str | None = None) -> Surroundings:
        """Look through an article, up to a length that takes no noticeable time; `written` is its ISO date."""
        looked: list[ReadChunk] = []
        size = 0
        for read in article:
            size += len(read.indexed.shown)
            if size > _LONGEST_ARTICLE and looked:
                break
            looked.append(read)
        folded = "\n".join([read.indexed.folded for read in looked])
        title, lead = (article[0].context.folded, article[0].text.folded) if article else ("", "")
        return cls(
            folded,
            frozenset().union(*(read.indexed.tokens for read in looked)),
            years_in(folded, written),
            reported_year(title, lead, written),
        )


_LONGEST_ARTICLE = 20_000


@dataclass(frozen=True, slots=True)
class Support:
    """How well a passage bears out the question: share of its terms by weight, and what it lacks.

    `absent` are words that its whole article lacks; `head` says whether the noun that is counted, or the role that is
    asked for, stands in the passage; `reported` is the year that its article reports. `contradicted` are conditions of
    the question that the passage has otherwise, `missing` those that it has not at all.
    """

    covered: float
    missing_names: tuple[str, ...]
    missing_years: tuple[str, ...]
    other_years: tuple[str, ...]
    absent: tuple[str, ...]
    head: bool
    reported: str | None = None
    contradicted: tuple[Conflict, ...] = ()
    missing: tuple[Conflict, ...] = ()


def examine(
    question: Question,
    candidate: Candidate,
    weights: Mapping[str, float],
    around: Surroundings,
    known: Callable[[str], bool],
) -> Support:
    """What of the question the passage bears out, what its whole article lacks, and what it has otherwise."""
    text = candidate.read.indexed
    folded = text.folded
    article = f"{around.folded}\n{folded}"
    tokens = around.tokens | text.tokens
    passage_years = years_in(folded, candidate.chunk.date) | ({around.reported} if around.reported else set())
    article_years = around.years | passage_years
    missing_years = tuple(
        year for year in question.years if year not in passage_years and (passage_years or year not in article_years)
    )
    named = _missing_names(question, article)
    names, words = list(named), []
    # 第三步 may stand there as 3., without the word for it.
    numbered = {asked[-1] for asked in question.wanted.row if asked in ordinals_of(article)}
    for term in question.terms:
        absent = not _stands_in(term, tokens, article) and term.text not in numbered
        if term.text in question.years or any(term.text in name for name in named):
            continue
        if absent and _must_stand(term, question, known):
            names.append(term.text)
        elif absent:
            words.append(term.text)
    is_dated = question.wanted.months or any(map(days_said, question.ordinals))
    days = days_said(article, candidate.chunk.date) if is_dated else frozenset()
    conflicts = [
        *(Conflict("year", year, "、".join(sorted(passage_years))) for year in missing_years),
        *_places(question, names, folded),
        *_rows(question, article, folded),
        *_days(question, days),
        *_periods(question, article, folded, days),
        *(Conflict("class", *kinds) for kinds in kinds_apart(question.folded, article, folded)),
    ]
    names.extend(c.asked for c in conflicts if c.kind == "ordinal" and c.is_certain)
    return Support(
        covered=share_present(question.terms, weights, text.tokens),
        missing_names=tuple(dict.fromkeys(names)),
        missing_years=missing_years,
        other_years=tuple(sorted(passage_years)),
        absent=tuple(words),
        head=_has_head(question, text),
        reported=around.reported,
        contradicted=tuple(conflict for conflict in conflicts if conflict.found),
        missing=tuple(conflict for conflict in conflicts if not conflict.found),
    )


def _missing_names(question: Question, article: str) -> list[str]:
    """Places and organisations of a Chinese question, by their full names, that the article does not name."""
    if question.language == "en":
        return []
    lacking = [place.name for place in question.wanted.where if place.core and not _is_named(place, article)]
    for name in question.wanted.who:
        core = core_of_organisation(name)
        # 沈阳晨光制造有限公司 may be called 晨光制造 or 晨光.
        if not any(core[:size] in article for size in range(len(core), 1, -1)):
            lacking.append(name)
    lacking.extend(paper for paper in question.wanted.papers if _plain_number(paper) not in _plain_number(article))
    return lacking


def _is_named(place: Place, article: str) -> bool:
    """Whether an article names a place, not only one whose name goes on: 青石湾 where 青石乡 is asked about."""
    if place.name in article:
        return True
    return any(
        article[match.end() : match.end() + 1] not in _GOES_ON for match in re.finditer(re.escape(place.core), article)
    )


_GOES_ON = frozenset("湾港岛山河湖江寨坝滩洲沟岭屯庄")


def _plain_number(text: str) -> str:
    """A text with all brackets alike and without blanks: 某政办发[2024] 7号."""
    return re.sub(r"[〔\[(（【〕\])）】\s]", "|", text).replace("||", "|")


def _places(question: Question, lacking: Sequence[str], passage: str) -> Iterator[Conflict]:
    """The places asked about that the article lacks, each with one of the same sort that the passage has."""
    absent = [
        place
        for place in question.wanted.where
        if place.core and not {place.name, place.core, place.core.lower()}.isdisjoint(lacking)
    ]
    if not absent:
        return
    there = Counter(place for place in (replace(item, start=0, own=False) for item in places_in(passage)) if place.core)
    for asked in absent:
        same = [place for place in there if asked.same_sort(place) and not asked.agrees(place)]
        best = min(same, key=lambda place: (-there[place], passage.find(place.name), place.name), default=None)
        yield Conflict("place", asked.name, best.name if best is not None else "")


def _rows(question: Question, article: str, passage: str) -> Iterator[Conflict]:
    """The places in a row asked about (第三批, 5月17日) that the article lacks, with those that it has instead."""
    there = set(ordinals_of(article)) if question.wanted.row else set()
    for asked in question.wanted.row:
        if asked not in there:
            others = [other for other in ordinals_of(passage) if other[-1] == asked[-1]]
            # 第一家 may be told in other words: 率先, 最早; of 二期 nobody says 一期 otherwise.
            of_several = bool(others) and asked[-1] in "期批届轮"
            is_certain = (asked[:-1] != "第一" or of_several) and asked[-1] not in "次个家名位座条项"
            yield Conflict("ordinal", asked, others[0] if others else "", is_certain)
    for written in question.ordinals:
        if not ordinals_of(written) and not days_said(written) and written not in article:
            yield Conflict("ordinal", written, "")


def _days(question: Question, there: AbstractSet[tuple[int, int]]) -> Iterator[Conflict]:
    """The days asked about (5月17日) that the article does not name, in whatever way it writes them."""
    return (Conflict("ordinal", day, "") for day in question.ordinals if not days_said(day) <= there)


def _periods(question: Question, article: str, passage: str, days: AbstractSet[tuple[int, int]]) -> Iterator[Conflict]:
    """A part of the year asked about that the article does not speak of."""
    asked = question.wanted.months
    if not asked:
        return
    there = (*months_of(article), *((month, month) for month, _ in days))
    if not any(first <= end and start <= last for first, last in asked for start, end in there):
        others = months_of(passage)
        yield Conflict("period", months_in_words(asked[0])[0], months_in_words(others[0])[0] if others else "")


def _has_head(question: Question, text: Text) -> bool:
    """Whether the noun counted (多少个项目), or the role asked for (县委书记是谁), stands in the text."""
    if question.asked == "person":
        role = re.split(r"[的、]", question.verb)[-1]
        return not 2 <= len(role) <= _LONGEST_ROLE or not _ROLE.search(role) or role in text.folded
    if question.asked not in QUANTITIES or not question.noun:
        return True
    heads = [term for term in question.terms if term.text in question.noun]
    return not heads or any(_stands_in(term, text.tokens, text.folded) for term in heads)


_LONGEST_ROLE = 8
_ROLE = re.compile(r"(?:长|书记|主任|经理|主席|总裁|总监|负责人|教授|院士|代表|主编|导演|教练|冠军)$")


def _must_stand(term: Term, question: Question, known: Callable[[str], bool]) -> bool:
    """Whether an answer that lacks this word would be about something else: a place or person, a bare figure.

    A Latin word of a Chinese question may have a Chinese equivalent (GDP), unless nothing in the corpus has it.
    """
    if question.language == "en":
        return term.kind == "name" and _checkable(term.text, question.folded)
    if term.kind == "name" and term.text.isascii():
        return not known(term.text) and len(term.text) > _SHORT_LATIN
    if term.kind == "number":
        # 第50届 may be written 第五十届, and is looked for as a whole.
        of_row = any(ordinals_of(f"第{term.text}{asked[-1]}") == (asked,) for asked in question.wanted.row)
        return len(term.text) > 1 and not of_row
    return term.kind == "name"


def _checkable(name: str, question: str) -> bool:
    """Whether an English name that the corpus lacks is truly not there: a Chinese place, or where something is.

    How a Western person's name is written in Chinese no dictionary says for sure, and an adjective (Swiss) is no name.
    """
    if _ADJECTIVE.search(name):
        return False
    return bool(re.fullmatch(_PINYIN, re.sub(r"['’-]", "", name))) or bool(
        re.search(rf"\b(?:in|at|near|from|of|to)(?: the| downtown| central)? {re.escape(name)}\b", question)
    )


_ADJECTIVE = re.compile(
    r"[a-z]{3}(?:ish|ese|ian|ean|iss|ican|ern)$|^(?:swiss|roman|german|french|dutch|greek|celsius|fahrenheit)$"
)
# Compiled when it is first used: few questions need it.
_PINYIN = (
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|iao|ian|uai|uan|ai|ei|ao|ou|an|en|in|un"
    r"|er|ia|ie|iu|ua|ui"
    r"|uo|ue|a|e|i|u)|[bpmfw]o){1,5}"
)
_SHORT_LATIN = 3
HALF = MEANT
"""Share of a term from which a text has it."""


def _stands_in(term: Term, tokens: AbstractSet[str], folded: str) -> bool:
    """Whether a text has a term. A place's generic ending may be missing (沈河 for 沈河区), its name not."""
    if term.kind == "name" and not term.text.isascii():
        core = _GENERIC_END.sub("", term.text)
        return (core if len(core) > 1 else term.text) in folded
    return match_share(term, tokens) >= HALF or (len(term.text) > 1 and not term.text.isascii() and term.text in folded)


_GENERIC_END = re.compile(r"(?:高新技术产业开发区|经济技术开发区|工业园区|高新区|开发区|新区|园区|[省市区县镇乡])$")
