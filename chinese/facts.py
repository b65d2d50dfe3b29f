"""What a text says of its figures and names: where, when, of which part and in what way; the same of a question.

`Said` is a sentence read once; `facts_of` says what of it, and of what stands above it, holds at one place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from chinese.classes import Classes, classes_of
from chinese.modes import Aim, Sum, begins_change, planned, said_change, said_total, says_change
from chinese.offices import Role, roles_at
from chinese.ordinals import limit_ranges, ordinals_of, this_one
from chinese.organisations import organisations_in
from chinese.periods import Months, YearMention, months_of, relative_years, year_mentions
from chinese.places import Place, places_in, wider_whole
from chinese.prose_rows import clause_in_turn, part_start, respectively
from chinese.table_rows import Cell, cells_of, row_at

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Facts:
    """Under which conditions something is asked, or said; each field empty where the text does not say.

    `where` are places, the narrowest of their row; `is_inherited` says that they stand above the sentence. `level` is
    that of a whole (2 for 全市) and `whole` its word. `who` are organisations by their full names, `roles` the offices
    of a person, `papers` numbers of documents. `years` are those said, `reported` is the year that its
    document reports, `compared` are those compared with, `relative`
    years without a figure (今年); `months` the parts of the year, (1, 6) for 上半年; `row` places in a row (第三批).

    Of a part: `limits` what it is cut off by (5亿元以上; `limits_around` those anywhere in the sentence), `classes`
    which what is counted belongs to, `per` by what it is counted (人均), `part` the words after 其中. Of 甲、乙分别
    为5家、8家 the `members` are 甲 and 乙, and `member` is the one that a figure belongs to; in a table's row `member`
    is what the row is about, `members` what the others are.

    `measure` are the words that say what is measured. The mode: `aim`, whether what is planned (by `aim_word`) or what
    came about, `total`, whether a sum so far or what was added, `is_change`, whether a difference rather than a level,
    `is_before`, what it was before it changed. `text` is the folded sentence, `clause` a few words that show the mode.
    """

    where: tuple[Place, ...] = ()
    is_inherited: bool = False
    level: int | None = None
    whole: str = ""
    who: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    years: tuple[str, ...] = ()
    reported: str | None = None
    compared: tuple[str, ...] = ()
    relative: tuple[str, ...] = ()
    months: tuple[Months, ...] = ()
    row: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    limits_around: tuple[str, ...] = ()
    classes: Classes = frozenset()
    per: str = ""
    part: str = ""
    member: str = ""
    members: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    measure: str = ""
    aim: Aim = ""
    aim_word: str = ""
    total: Sum = ""
    is_change: bool = False
    is_before: bool = False
    text: str = ""
    clause: str = ""


NOTHING_SAID = Facts()


@dataclass(frozen=True)
class Said:
    """A folded sentence, and what it speaks of wherever one looks; each is read when it is first asked for."""

    folded: str

    @cached_property
    def places(self) -> tuple[Place, ...]:
        return places_in(self.folded)

    @cached_property
    def openers(self) -> tuple[Place, ...]:
        """The places that its clauses open with. 与深圳合作: one that does not is only mentioned."""
        return tuple(place for place in self.places if place.own and place.core)

    @cached_property
    def organisations(self) -> tuple[tuple[str, int], ...]:
        """The organisations it names, and where."""
        return tuple(organisations_in(self.folded))

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Its cells, where it is the row of a table."""
        return cells_of(self.folded)

    def without_places(self, start: int, end: int) -> str:
        """These characters, without the names of places that begin among them."""
        words, last = "", start
        for place in self.places:
            if last <= place.start and place.start + len(place.name) <= end:
                words, last = words + self.folded[last : place.start], place.start + len(place.name)
        return words + self.folded[last:end]

    @cached_property
    def relative(self) -> tuple[str, ...]:
        return relative_years(self.folded)

    @cached_property
    def months(self) -> tuple[Months, ...]:
        return months_of(self.folded)

    @cached_property
    def row(self) -> tuple[str, ...]:
        return ordinals_of(self.folded)

    @cached_property
    def limits(self) -> tuple[tuple[int, int, str], ...]:
        return tuple(limit_ranges(self.folded))

    def years(self, written: str | None) -> tuple[YearMention, ...]:
        """The years it speaks of; `written` is the article's ISO date, by which 去年 is resolved."""
        return year_mentions(self.folded, written)


def facts_of(
    said: Said,
    start: int,
    end: int,
    written: str | None = None,
    above: Sequence[Said] = (),
    below: Sequence[Said] = (),
) -> Facts:
    """What holds of the figure or name at these characters of a sentence.

    `written` is the article's ISO date; `above` are the sentences before, the nearest first, and the title last: the
    place and the year that a sentence does not repeat stand there. `below` are those after it, the nearest first: with
    them a row of a table is told from a line by itself.
    """
    folded = said.folded
    where, is_inherited = _where(said, start, above)
    years, compared = _years(said, start, written, above)
    first, last = clause_at(folded, start)
    before, measure = folded[first:start], _measure(said, first, start)
    counted = measure + _behind(folded, start, last)
    word = planned(folded, start)
    after = OWN_FIGURE.sub("", folded[start : start + 40], count=1)
    whole = _last_whole(folded[:start])
    part_until, growing = start, ""
    member, members = respectively(folded, start)
    if not members and (turn := clause_in_turn(folded, start)) is not None:
        member, members, part_until, growing = turn
        measure = f"{member}{growing}"
    if not members:
        member, members = row_at(said.cells, start, ((other.cells for other in side) for side in (above, below)))
    return Facts(
        where=where,
        is_inherited=is_inherited,
        level=wider_whole(folded[:start]),
        whole=whole if whole and folded.rfind(whole, 0, start) >= first else "",
        who=_bodies(said, start, above),
        roles=roles_at(folded, start, end),
        years=years,
        compared=compared,
        relative=said.relative,
        months=_months(said, above),
        row=_row(said, start) or this_one(folded, (other.row for other in above)),
        limits=tuple(
            limit for begin, stop, limit in said.limits if first <= begin and stop <= last and not begin <= start < stop
        ),
        limits_around=tuple(limit for _, _, limit in said.limits),
        classes=classes_of(counted),
        per=per_of(counted),
        part=_part(folded, part_until),
        member=member,
        members=members,
        measure=_whole_of(said, start, above) + measure,
        aim="target" if word else "",
        aim_word=word,
        total=said_total(before, folded[start:last]),
        is_change=said_change(before) or says_change(folded[start:end]) or said_change(growing),
        is_before=begins_change(folded[:start], after),
        text=folded,
        clause=_excerpt(folded, first, start, last, word),
    )


def clause_at(folded: str, at: int) -> tuple[int, int]:
    """The clause that a place stands in, between commas."""
    start = max((match.end() for match in re.finditer(r"[,，、。;；:：]", folded[:at])), default=0)
    after = re.search(r"[,，、。;；]", folded[at:])
    return start, at + after.start() if after is not None else len(folded)


FIGURE = re.compile(r"\d[\d,.]*[万亿]?[\u4e00-\u9fff%]?")
OWN_FIGURE = re.compile(rf"^{FIGURE.pattern}")
_WHOLE = re.compile(r"(?:全|我)[国省市州区县镇乡村]")
_PER = re.compile(r"人均|每人|户均|每户|亩均|每亩|地均|平均每[^\W\d]|单位面积|per capita|per head|per person")
_JOINED = re.compile(r"\s?年?[底末初]?\s?(?:[-—–~至到和与及、]|以及)+\s?")


def _where(said: Said, at: int, above: Sequence[Said]) -> tuple[tuple[Place, ...], bool]:
    """The last place before `at` that opens a clause, else that of the nearest sentence above that has one."""
    own = [place for place in said.openers if place.start <= at]
    if own:
        return (own[-1],), False
    for sentence in above:
        if sentence.openers:
            return (sentence.openers[-1],), True
    return (), False


def _bodies(said: Said, at: int, above: Sequence[Said]) -> tuple[str, ...]:
    """The last organisation named in the sentence before `at`, else the last that the nearest sentence above names."""
    own = [name for name, start in said.organisations if start < at]
    if own:
        return (own[-1],)
    return next(((sentence.organisations[-1][0],) for sentence in above if sentence.organisations), ())


def _years(said: Said, at: int, written: str | None, above: Sequence[Said]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The years that hold at a place, and those compared with in its sentence."""
    mentions = said.years(written)
    compared = tuple(mention.year for mention in mentions if mention.base)
    own = [mention for mention in mentions if not mention.base]
    if own:
        return tuple(dict.fromkeys(mention.year for mention in _bound(said.folded, own, at))), compared
    for place, sentence in enumerate(above):
        found = [mention.year for mention in sentence.years(written) if not mention.base]
        if found:
            # A title may name two: of 2021年执行情况及2022年计划 either may be meant.
            return (tuple(dict.fromkeys(found)) if place == len(above) - 1 else (found[-1],)), compared
    return (), compared


def _months(said: Said, above: Sequence[Said]) -> tuple[Months, ...]:
    """The parts of the year that a sentence speaks of, else those that what stands above it does; 全年 is all of it."""
    if said.months or _WHOLE_YEAR.search(said.folded):
        return said.months
    return next((sentence.months for sentence in above if sentence.months), ())


def _row(said: Said, at: int) -> tuple[str, ...]:
    """The places in a row that the part of a sentence between semicolons says, else those of all of it."""
    if len(said.row) < 2:
        return said.row
    part = re.split("[;；]", said.folded[at:])[0]
    return ordinals_of(said.folded[part_start(said.folded, at) : at] + part) or said.row


_WHOLE_YEAR = re.compile(r"全年|年末|年底|year")


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


def _behind(folded: str, at: int, last: int) -> str:
    """The words behind a figure, up to the next: 大桥和 of 建成|5座大桥和3座码头."""
    return FIGURE.split(OWN_FIGURE.sub("", folded[at:last], count=1))[0]


def per_of(words: str) -> str:
    """By what a figure is counted: 人均, 每亩; "" where it is the whole."""
    match = _PER.search(words)
    return match.group() if match is not None else ""


def _last_whole(text: str) -> str:
    found = _WHOLE.findall(text)
    return found[-1] if found else ""


_PART = re.compile(r"其中(?:包括|包含)?|包括|包含|内含")


def _part(folded: str, at: int) -> str:
    """The words between 其中 or 包括 and a figure after it, where no sentence ends between them."""
    since = re.split(r"[。；;\n!！?？]", folded[:at])[-1]
    opened = [match.end() for match in _PART.finditer(since)]
    return since[opened[-1] :].lstrip(",，:：") if opened else ""


def _whole_of(said: Said, at: int, above: Sequence[Said]) -> str:
    """What a part is a part of, where its figure has the same unit: 古树 for 现有古树86株,其中银杏|35株."""
    folded = said.folded
    first = part_start(folded, at)
    opened = list(_PART.finditer(folded, first, at))
    if not opened:
        return ""
    whole, since = said, opened[-1].start()
    if not folded[first:since].strip() and above:
        whole, since = above[0], len(above[0].folded)
    own = FIGURE.match(folded, at)
    for figure in reversed(list(FIGURE.finditer(whole.folded, 0, since))):
        if own is not None and own.group()[-1:] == figure.group()[-1:]:
            return _measure(whole, clause_at(whole.folded, figure.start())[0], figure.start())
    return ""


# What links a figure to the one before it, and says nothing of what is measured.
_LINK = re.compile(
    r"[已又将]?(?:[从由](?:原来|原先|原有)?|较|比|同比|环比|与)?"
    r"(?:上年|去年|上年同期|去年同期|同期|上月|上季度|年初)?(?:末|底)?"
    r"(?:可比口径|按不变价(?:格)?计算|现价)?(?:相比)?"
    r"(?:名义|实际|累计|分别)?(?:增长|增加|下降|减少|提高|提升|上升|上涨|下跌|降低|回落|收窄|扩大|缩短|为|达到?|约|超过?|近"
    r"|[了占到至的有共])*"
)
_YEAR_BEFORE = re.compile(r"\d{4}年(?:[末底])?")
_MOST_LINKED = 4
"""Steps back at most, from a figure to the one that it is linked to."""


_JOINS = re.compile(r"(?:[和与及]|以及)$")


def only_links(words: str) -> bool:
    """Whether words link a figure to what is measured and say nothing of it: 同比增长, 增加到, 达到."""
    return bool(_LINK.fullmatch(words.strip()))


def _measure(said: Said, first: int, at: int) -> str:
    """The words that say what a figure measures, without places; where they only link it to another, that one's too.

    收入54亿元,同比增长|23%: 收入同比增长. 规上企业由42家增加到|47家: 规上企业由增加到. 修路9公里;乙县为|8公里: 修路为.
    """
    folded = said.folded
    before = _between_figures(said.without_places(first, at))
    own = before.pop()
    if before and _JOINS.search(own):
        own = ""  # 引进1名院士和|340名人才: what stands between belongs to the figure before
    for _ in range(_MOST_LINKED):
        if not only_links(own):
            break
        if not before:
            if first == 0 or folded[first - 1] in "。\n":
                break
            end = first - 1
            first, _ = clause_at(folded, end)
            before = _between_figures(said.without_places(first, end))
            before = before[:-1] or before
        own = before.pop() + own
    return own


def _between_figures(words: str) -> list[str]:
    """The words before each figure of a clause and behind the last; a year is no figure."""
    return FIGURE.split(_YEAR_BEFORE.sub("", words))


def _excerpt(folded: str, first: int, at: int, last: int, word: str) -> str:
    """The words that show the mode, at most thirty: from the word of planning on to the end of the clause."""
    start = max(0, folded.rfind(word, 0, at + 1)) if word else first
    return folded[start:last].strip()[:30]


__all__ = ["NOTHING_SAID", "Facts", "Said", "clause_at", "facts_of", "per_of"]
