"""What in a sentence speaks against taking a figure there for the answer: another place, year, part, or only a plan.

Called for every span that is scored, so what a sentence says is read once and kept.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from chinese.classes import classes_of, other_class
from chinese.periods import Months, YearMention, months_in_words, months_of, relative_years, year_mentions
from chinese.places import Place, places_in, wider_whole
from qa.question.constraints import RESULT, TARGET, begins_change, limit_ranges, ordinals_of, said_change, said_total
from qa.question.kinds import QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.question.question import Question

ConflictKind = Literal[
    "place", "year", "period", "ordinal", "limit", "class", "target", "result", "total", "new", "change", "before"
]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something asked for that evidence has otherwise (`found`), or does not have at all (`found` is "").

    `weight` runs from 0 to 1: 1 where the two cannot both be meant (another year), less where they only seldom are
    (a sum so far where what was added is asked for). Kind "target" says that the evidence is a plan only, "result"
    that it is none; "total", "new", "change" and "before" name what the evidence is.
    """

    kind: ConflictKind
    asked: str
    found: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a sentence speaks of."""

    folded: str
    places: tuple[Place, ...]
    years: tuple[YearMention, ...]
    relative: tuple[str, ...]
    months: tuple[Months, ...]
    ordinals: tuple[str, ...]
    limits: tuple[tuple[int, int, str], ...]


@functools.lru_cache(maxsize=4096)
def _facts(folded: str, written: str | None) -> _Facts:
    return _Facts(
        folded,
        places_in(folded),
        year_mentions(folded, written),
        relative_years(folded),
        months_of(folded),
        ordinals_of(folded),
        tuple(limit_ranges(folded)),
    )


_PLANNED = 0.6
_CLEARLY = 1.0
_WIDER = 0.5
_NARROWER = 0.4


def sentence_conflicts(
    question: Question, folded: str, written: str | None, at: int | None = None
) -> tuple[Conflict, ...]:
    """What speaks against an answer in this folded sentence, the weightiest first; () where nothing does.

    `written` is the article's ISO date, by which 去年 is resolved. `at` is where the candidate starts in the sentence:
    with it years, plans, sums and parts are judged as they bear on that place, without it only what holds for the
    whole sentence.
    """
    facts = _facts(folded, written)
    found = [
        *_places(question, facts, at),
        *_years(question, facts, at),
        *_months(question, facts),
        *_ordinals(question, facts),
    ]
    if question.asked in QUANTITIES or question.asked == "date":
        found.extend(_aims(question, facts, at))
    if question.asked in QUANTITIES and at is not None:
        found.extend(_limits(question, facts, at))
        found.extend(_classes(question, facts.folded, at))
        found.extend(_sums(question, facts, at))
    return tuple(sorted(found, key=lambda conflict: (-conflict.weight, conflict.kind, conflict.found)))


def _places(question: Question, facts: _Facts, at: int | None) -> Iterator[Conflict]:
    """Another place of the same sort that the sentence, or its part before `at`, is about."""
    asked = [place for place in question.constraints.places if place.core]
    if not asked:
        return
    main = asked[0]
    # 与深圳合作: a place that does not open its clause is only mentioned.
    own = [place for place in facts.places if place.own and place.core and (at is None or place.start <= at)]
    about = own[-1:] if at is not None else own
    if any(place.agrees(other) for place in asked for other in about):
        return
    # Of two districts the nearer one counts; a bare name may be part of anything.
    named = any(place.core in facts.folded for place in asked)
    sharp = [other for other in about if main.same_sort(other) and not (main.bare or other.bare)]
    if sharp and not (named and at is None):
        yield Conflict("place", main.name, sharp[-1].name)
    elif not named and question.asked in QUANTITIES:
        yield from _loosely(main, about, facts.folded[:at])


def _loosely(main: Place, about: Sequence[Place], before: str) -> Iterator[Conflict]:
    """Figures of a town that is not the one asked about, or of something wider or narrower."""
    level = wider_whole(before)
    if about:
        other = about[-1]
        if main.same_sort(other):
            yield Conflict("place", main.name, other.name, _PLANNED)
        elif other.level != main.level:
            yield Conflict("place", main.name, other.name, _WIDER if other.level < main.level else _NARROWER)
    elif level is not None and level < main.level:
        yield Conflict("place", main.name, _WHOLES[level], _WIDER)


_WHOLES = ("全国", "全省", "全市", "全区", "全镇", "全村")


def _years(question: Question, facts: _Facts, at: int | None) -> Iterator[Conflict]:
    asked = question.years
    if not asked:
        wanted = question.constraints.relative
        if wanted and facts.relative and not set(wanted) & set(facts.relative):
            yield Conflict("year", wanted[0], facts.relative[0], _WIDER)
        return
    own = [mention for mention in facts.years if not mention.base]
    exact = question.asked in QUANTITIES
    if at is not None and exact:
        own = _bound(facts.folded, own, at)
    if own and not any(mention.year in asked for mention in own):
        found = "、".join(dict.fromkeys(mention.year for mention in own))
        yield Conflict("year", "、".join(asked), found, 1.0 if exact else _WIDER)


def _bound(folded: str, mentions: list[YearMention], at: int) -> list[YearMention]:
    """The years that hold at a place: the last before it (with those joined to it), else the first after it."""
    before = [mention for mention in mentions if mention.start <= at]
    if not before:
        return mentions[:1]
    bound = before[-1:]
    # 2020年至2023年, 2022年和2023年: both.
    while len(before) > len(bound) and _JOINED.fullmatch(folded[before[-len(bound) - 1].end : bound[0].start]):
        bound = before[-len(bound) - 1 :]
    return bound


_JOINED = re.compile(r"\s?年?[底末初]?\s?(?:[-—–~至到和与及、]|以及)+\s?")


def _months(question: Question, facts: _Facts) -> Iterator[Conflict]:
    asked = question.constraints.months
    if not facts.months:
        return
    if asked:
        if not any(
            first <= last_found and first_found <= last
            for first, last in asked
            for first_found, last_found in facts.months
        ):
            yield Conflict("period", _in_words(asked[0]), _in_words(facts.months[0]), 0.7)
        elif not set(asked) & set(facts.months) and not question.constraints.ordinals:
            yield Conflict("period", _in_words(asked[0]), _in_words(facts.months[0]), 0.3)
    elif question.years and question.asked in QUANTITIES:
        # 2023年上半年: a part of the year asked for.
        part = next((months for months in facts.months if 1 <= months[1] - months[0] < 11), None)
        if part is not None:
            yield Conflict("period", "全年", _in_words(part), 0.3)


def _in_words(months: Months) -> str:
    return months_in_words(months)[0]


def _ordinals(question: Question, facts: _Facts) -> Iterator[Conflict]:
    for asked in question.constraints.ordinals:
        others = [other for other in facts.ordinals if other[-1] == asked[-1]]
        if others and asked not in others:
            yield Conflict("ordinal", asked, others[0])


def _limits(question: Question, facts: _Facts, at: int) -> Iterator[Conflict]:
    """A figure of a part (5亿元以上项目3个) where another part, or the whole, is asked for."""
    asked = question.constraints.limits
    clause = _clause(facts.folded, at)
    near = [
        limit for start, end, limit in facts.limits if clause[0] <= start and end <= clause[1] and not start <= at < end
    ]
    if near and not any(limit in asked for limit in near):
        yield Conflict("limit", asked[0] if asked else "", near[-1], _CLEARLY if asked else _PLANNED)
    elif asked and not near and not any(limit in asked for _, _, limit in facts.limits):
        yield Conflict("limit", asked[0], "", _WIDER)


def _classes(question: Question, folded: str, at: int) -> Iterator[Conflict]:
    """A figure of another class (专精特新企业13家) where 规上企业, or all firms, are asked for."""
    asked = question.constraints.classes
    start, end = _clause(folded, at)
    # 企业43家,规上企业20家: what stands before the figure, back to the one before it.
    counted = _FIGURE.split(folded[start:at])[-1] + _FIGURE.split(_OWN_FIGURE.sub("", folded[at:end], count=1))[0]
    found = classes_of(counted)
    other = other_class(asked, found)
    if other is not None:
        yield Conflict("class", *other, _CLEARLY)
    elif asked and not asked & found and _FIRMS.search(counted) and not asked & classes_of(folded):
        yield Conflict("class", min(name for _, name in asked), "", _PLANNED)
    elif not asked and found and _FIRMS.search(question.folded):
        yield Conflict("class", "", min(name for _, name in found), _NARROWER)


_FIGURE = re.compile(r"\d[\d,.]*[万亿]?[\u4e00-\u9fff%]?")
_OWN_FIGURE = re.compile(rf"^{_FIGURE.pattern}")
_FIRMS = re.compile(r"企业|公司|单位|机构|平台|中心|孵化器|载体|项目")


def _clause(folded: str, at: int) -> tuple[int, int]:
    """The clause that a place stands in, between commas."""
    start = max((match.end() for match in re.finditer(r"[,，、。;；:：]", folded[:at])), default=0)
    after = re.search(r"[,，、。;；]", folded[at:])
    return start, at + after.start() if after is not None else len(folded)


def _aims(question: Question, facts: _Facts, at: int | None) -> Iterator[Conflict]:
    """A plan where a result is asked for (力争达到100家), and the reverse."""
    planned = _planned(facts.folded, at)
    aim = question.constraints.aim
    if planned and aim != "target":
        # 计划总投资12.6亿元 is how news gives what a thing costs; 力争 and 目标 are never what is.
        firm = bool(re.match(r"力争|争取|目标|确保|target|aim|goal", planned))
        plain = question.asked in ("money", "area", "length", "date", "duration") and not firm
        weight = (
            0.2
            if question.asked == "date" or (plain and aim != "result")
            else _PLANNED
            if plain or not (aim == "result" or firm)
            else _CLEARLY
        )
        yield Conflict("target", "", _excerpt(facts.folded, at, planned), weight)
    elif not planned and aim == "target":
        yield Conflict("result", "", _excerpt(facts.folded, at, ""), _WIDER if question.asked in QUANTITIES else 0.2)


def _planned(folded: str, at: int | None) -> str:
    """The word of planning that holds at a place, "" for none: one before it that no word of a result follows."""
    if at is None:
        found = TARGET.search(folded)
        return found.group() if found is not None and not RESULT.search(folded) else ""
    first = max((match.end() for match in re.finditer(r"[。;；!！?？\n]", folded[:at])), default=0)
    before = folded[first:at]
    found = list(TARGET.finditer(before))[-1] if TARGET.search(before) else None
    if found is None:
        after = re.match(r"[^,，。;；、]{0,10}?的(?:目标|计划|规划)(?!任务?完成)", folded[at:])
        return "目标" if after is not None else ""
    # 完成目标的50%, 超额完成计划: what was planned has come about.
    done = re.search(r"完成[^,，]{0,8}$", before[: found.start()]) or RESULT.search(before, found.end())
    return "" if done else found.group()


def _excerpt(folded: str, at: int | None, word: str) -> str:
    """The words that show it, at most thirty: from the word of planning on to the end of the clause."""
    place = at if at is not None else max(0, folded.find(word))
    start = max(0, folded.rfind(word, 0, place + 1)) if word else _clause(folded, place)[0]
    return folded[start : _clause(folded, place)[1]].strip()[:30]


def _sums(question: Question, facts: _Facts, at: int) -> Iterator[Conflict]:
    """A difference for a level, a sum so far for what was added, and the reverse."""
    start, end = _clause(facts.folded, at)
    before = facts.folded[start:at]
    changed = said_change(before)
    wanted = question.constraints
    if changed and not wanted.change and wanted.total != "new":
        yield Conflict(
            "change", "", _excerpt(facts.folded, at, ""), _CLEARLY if question.asked == "quantity" else _PLANNED
        )
    after = _OWN_FIGURE.sub("", facts.folded[at : at + 40], count=1)
    # 从2020年的42家增加到47家: the year decides where one is asked for.
    if not wanted.before and not question.years and begins_change(facts.folded[:at], after):
        yield Conflict("before", "", _excerpt(facts.folded, at, ""), _CLEARLY)
    said = said_total(before, facts.folded[at:end])
    if said == "total" and wanted.total == "new":
        yield Conflict("total", "", _excerpt(facts.folded, at, ""), _PLANNED)
    elif said == "new" and wanted.total == "total":
        yield Conflict("new", "", _excerpt(facts.folded, at, ""), _PLANNED)
