"""What is asked held against what is said: one table, a comparator for each field of `Facts`.

What it finds are conflicts: features of a candidate, reasons of a refusal, and what tells a figure that disagrees from
one that is about something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from chinese.classes import classes_of, other_class
from chinese.modes import firmly_planned
from chinese.ordinals import limit_ranges
from chinese.organisations import other_organisation
from chinese.periods import Months, months_in_words
from chinese.tokens import tagged
from qa.question.kinds import QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from chinese.facts import Facts
    from chinese.places import Place
    from qa.question.kinds import Asked

ConflictKind = Literal[
    "place", "zone", "body", "whole", "year", "period", "ordinal", "role", "limit", "class", "per", "part", "member",
    "target", "result", "total", "new", "change", "level", "before",
]  # fmt: skip
KINDS: tuple[ConflictKind, ...] = get_args(ConflictKind)
ABOUT: frozenset[ConflictKind] = frozenset(("place", "zone", "body", "whole", "member"))
"""Conflicts about what a figure or name is of."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something asked for that evidence has otherwise (`found`), or does not have at all (`found` is "").

    `is_certain` where the two cannot both be meant (another year in the same sentence); else they only seldom are (a
    sum so far where what was added is asked for). Kind "target" says that the evidence is a plan only, "result" that
    it is none; "total", "new", "change", "level" and "before" name what the evidence is.
    """

    kind: ConflictKind
    asked: str
    found: str
    is_certain: bool = True


def compare(wanted: Facts, found: Facts, asked: Asked) -> tuple[Conflict, ...]:
    """What speaks against an answer of the kind `asked` with these facts, the certain first; () where nothing does."""
    conflicts = [item for comparator in _COMPARATORS for item in comparator(wanted, found)]
    if asked in QUANTITIES or asked == "date":
        conflicts.extend(_aims(wanted, found, asked))
    if asked in QUANTITIES:
        conflicts.extend(item for comparator in _OF_FIGURES for item in comparator(wanted, found))
    else:
        # A name may stand in a sentence about something wider, and a fact hold for longer than its year.
        conflicts = [_uncertain(item) if item.kind == "year" else item for item in conflicts]
    return tuple(sorted(conflicts, key=lambda item: (not item.is_certain, item.kind, item.found)))


def _uncertain(item: Conflict) -> Conflict:
    return Conflict(item.kind, item.asked, item.found, is_certain=False)


def _places(wanted: Facts, found: Facts) -> Iterator[Conflict]:
    """Another place of the same sort that the sentence, before the answer, is about."""
    asked = [place for place in wanted.where if place.core]
    if not asked or not found.where:
        return
    main, other = asked[0], found.where[-1]
    if any(place.agrees(other) for place in asked):
        if _other_zone(main, other):
            yield Conflict("zone", main.name, other.name, not found.is_inherited)
        return
    # A bare name may be part of anything, unless it is said to be meant as a whole: 云溪全市.
    is_whole = not found.is_inherited and _WHOLE.match(found.text, other.start + len(other.name)) is not None
    if is_whole or (main.same_sort(other) and not (main.bare or other.bare)):
        yield Conflict("place", main.name, other.name, not found.is_inherited)


def _other_zone(main: Place, other: Place) -> bool:
    """Whether two zones of one town are not the same: 高新区 and 经开区; 开发区 and 园区 may be either."""
    kinds = {main.kind, other.kind}
    return main.core == other.core and len(kinds) == 2 and kinds <= _ZONES


_WHOLE = re.compile(r"全[国省市州区县镇乡]")
_ZONES = frozenset(("高新区", "经开区", "新区", "保税区", "保税港区", "自贸区", "自贸片区", "示范区", "物流园", "新城"))


def _wider(wanted: Facts, found: Facts) -> Iterator[Conflict]:
    """Figures of a town that is not the one asked about, or of something wider or narrower."""
    asked = [place for place in wanted.where if place.core]
    if not asked or any(place.core in found.text for place in asked):
        return
    main = asked[0]
    if found.where:
        other = found.where[-1]
        if any(place.agrees(other) for place in asked):
            return
        is_sharp = main.same_sort(other) and not (main.bare or other.bare)
        if not is_sharp and (main.same_sort(other) or other.level != main.level):
            yield Conflict("place", main.name, other.name, is_certain=False)
    elif found.level is not None and found.level < main.level:
        yield Conflict("place", main.name, _WHOLES[found.level], is_certain=False)


_WHOLES = ("全国", "全省", "全市", "全区", "全镇", "全村")


def _bodies(wanted: Facts, found: Facts) -> Iterator[Conflict]:
    """Another organisation of the same sort than the one asked about."""
    if wanted.who and found.who and all(other_organisation(asked, found.who[-1]) for asked in wanted.who):
        yield Conflict("body", wanted.who[0], found.who[-1], is_certain=found.who[-1] in found.text)


def _whole(wanted: Facts, found: Facts) -> Iterator[Conflict]:
    """A share of another whole: 占全市的68%, where 占全省 is asked for."""
    if wanted.whole and found.whole and wanted.whole[-1] != found.whole[-1]:
        yield Conflict("whole", wanted.whole, found.whole)


def _years(wanted: Facts, found: Facts) -> Iterator[Conflict]:
    asked = wanted.years
    if not asked:
        if wanted.relative and found.relative and not set(wanted.relative) & set(found.relative):
            yield Conflict("year", wanted.relative[0], found.relative[0], is_certain=False)
        return
    if found.years and not set(found.years) & set(asked):
        yield Conflict("year", "、".join(asked), "、".join(found.years))
    elif not found.years and found.reported is not None and found.reported not in asked:
        yield Conflict("year", "、".join(asked), found.reported, is_certain=False)


def _compared(wanted: Facts, found: Facts) -> Iterator[Conflict]:
    """A change since another year: 比2015年提高 and 比2020年提高."""
    if wanted.compared and found.compared and not set(wanted.compared) & set(found.compared):
        yield Conflict("year", wanted.compared[0], found.compared[0], is_certain=False)


def _months(wanted: Facts, found: Facts) -> Iterator[Conflict]:
    asked = wanted.months
    if asked and found.months:
        if not any(first <= end and start <= last for first, last in asked for start, end in found.months):
            yield Conflict("period", in_words(asked[0]), in_words(found.months[0]))
        elif not set(asked) & set(found.months) and not wanted.row:
            yield Conflict("period", in_words(asked[0]), in_words(found.months[0]), is_certain=False)
    elif asked and found.years and "月" not in found.text:
        yield Conflict("period", in_words(asked[0]), "全年", is_certain=_YEAR.search(found.text) is not None)


_YEAR = re.compile(r"(?:19|20)\d\d年")


def _part_of_year(wanted: Facts, found: Facts) -> Iterator[Conflict]:
    """上半年, where the whole year is asked for."""
    whole = "全年" in wanted.text
    if (wanted.years or whole) and not wanted.months:
        part = next((months for months in found.months if 1 <= months[1] - months[0] < 11), None)
        if part is not None:
            yield Conflict("period", "全年", in_words(part), is_certain=whole and "全年" not in found.text)


def in_words(months: Months) -> str:
    """A part of a year in Chinese."""
    return months_in_words(months)[0]


def _rows(wanted: Facts, found: Facts) -> Iterator[Conflict]:
    for asked in wanted.row:
        others = [other for other in found.row if other[-1] == asked[-1]]
        if others and asked not in others:
            yield Conflict("ordinal", asked, others[0], is_certain="最" not in wanted.text)


def _roles(wanted: Facts, found: Facts) -> Iterator[Conflict]:
    """The holder of another office: the deputy for the chief, the mayor for the secretary."""
    for role in wanted.roles:
        if found.roles and all(role.is_other(other) for other in found.roles):
            yield Conflict("role", role.name, found.roles[0].name)


def _limits(wanted: Facts, found: Facts) -> Iterator[Conflict]:
    """A figure of a part (8亿元以上项目4个) where another part, or the whole, is asked for."""
    asked, near = wanted.limits, found.limits
    if near and not set(near) & set(asked):
        yield Conflict("limit", asked[0] if asked else "", near[-1], bool(asked or found.part))
    elif asked and not near and not set(asked) & set(found.limits_around):
        yield Conflict("limit", asked[0], "", is_certain=False)


def _classes(wanted: Facts, found: Facts) -> Iterator[Conflict]:
    """A figure of another class (专精特新企业13家) where 规上企业, or all firms, are asked for."""
    asked = wanted.classes
    other = other_class(asked, found.classes)
    if other is not None:
        yield Conflict("class", *other)
    elif asked and not asked & found.classes and not asked & classes_of(found.text):
        yield Conflict("class", min(name for _, name in asked), "", is_certain=False)
    elif not asked and found.classes and _FIRMS.search(wanted.text):
        yield Conflict("class", "", min(name for _, name in found.classes), is_certain=False)


_PAID = re.compile(r"收费|多少钱|学费|票价|门票|费用|收多少|[交缴]多少|标准|补[助贴]|奖励|价格|单价|月薪|工资|报酬")
_FIRMS = re.compile(r"企业|公司|单位|机构|平台|中心|孵化器|载体|项目")


def _per(wanted: Facts, found: Facts) -> Iterator[Conflict]:
    """人均, where the whole is asked for, and the reverse. What one pays is said for each by itself: 每人每期300元."""
    if found.per.startswith("每") and _PAID.search(wanted.text):
        return
    if bool(wanted.per) != bool(found.per):
        yield Conflict("per", wanted.per, found.per, is_certain=bool(found.per))


def _parts(wanted: Facts, found: Facts) -> Iterator[Conflict]:
    """What stands behind 其中 is a part: 其中百亿级项目3个, where all projects are asked for."""
    for clause in reversed(re.split(r"[,，、;；]", found.part)):
        named = [word for word, tag in tagged(_without_limits(clause)) if len(word) > 1 and tag[0] in "nmjlx"]
        other = [word for word in named if word not in wanted.text]
        if other:
            yield Conflict("part", "", other[0], is_certain=False)
            return
        if any(not _MEASURED.search(word) for word in named):
            return


def _without_limits(words: str) -> str:
    """Words without those of `_limits`: 5亿元以上项目 -> 项目."""
    for start, end, _ in reversed(list(limit_ranges(words))):
        words = words[:start] + words[end:]
    return words


def _members(wanted: Facts, found: Facts) -> Iterator[Conflict]:
    """Of a row that figures belong to in turn (分别), the figure of another member; of a table, that of another row."""
    if not found.members or _named(found.member, wanted.text):
        return
    other = [member for member in found.members if _named(member, wanted.text) and member != found.member]
    if other or found.member not in found.members:
        yield Conflict("member", other[0] if other else "", found.member, is_certain=bool(other))


def _named(member: str, text: str) -> bool:
    """Whether a text names a member of a row, perhaps without the words that the whole row shares."""
    return member in text or (len(member) > _SHORT and (member[-_SHORT:] in text or member[:_SHORT] in text))


_SHORT = 3


_MEASURED = re.compile(r"投资|金额|收入|产值|面积|数量|人数|总|增加值|产量")


def _aims(wanted: Facts, found: Facts, asked: Asked) -> Iterator[Conflict]:
    """A plan where a result is asked for (力争达到100家), and the reverse."""
    if found.aim_word and wanted.aim != "target":
        # 计划总投资12.6亿元 is how news gives what a thing costs; 力争 and 目标 are never what is.
        is_firm = firmly_planned(found.aim_word)
        is_plain = asked in ("money", "area", "length", "date", "duration") and not is_firm
        if asked == "date" or (is_plain and wanted.aim != "result"):
            return
        yield Conflict("target", "", found.clause, not is_plain and (wanted.aim == "result" or is_firm))
    elif not found.aim_word and wanted.aim == "target":
        yield Conflict("result", "", found.clause, is_certain=False)


def _sums(wanted: Facts, found: Facts) -> Iterator[Conflict]:
    """A difference for a level, a sum so far for what was added, and the reverse."""
    if found.is_change and not wanted.is_change and wanted.total != "new":
        yield Conflict("change", "", found.clause)
    elif wanted.is_change and not found.is_change and not wanted.is_before:
        yield Conflict("level", "", found.clause, is_certain=False)
    # 从2019年的38家增加到45家: the year decides where one is asked for.
    if not wanted.is_before and not wanted.years and found.is_before:
        yield Conflict("before", "", found.clause)
    if found.total == "total" and wanted.total == "new":
        yield Conflict("total", "", found.clause, is_certain=False)
    elif found.total == "new" and wanted.total == "total":
        yield Conflict("new", "", found.clause, is_certain=False)


_COMPARATORS: Sequence[Callable[[Facts, Facts], Iterator[Conflict]]] = (
    _places, _bodies, _whole, _years, _months, _rows, _roles, _members,
)  # fmt: skip
_OF_FIGURES: Sequence[Callable[[Facts, Facts], Iterator[Conflict]]] = (
    _wider, _compared, _part_of_year, _limits, _classes, _per, _parts, _sums,
)  # fmt: skip
