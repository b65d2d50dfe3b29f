"""Whether a figure is of a place: its core and its kind both count, 青云高新区 is not 青云经开区 and not 青云市.

A figure whose subject is no place (新馆, 远航集团) is of the place that its sentence names, else its article's title,
where that is the only one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.places import place_named, places_in, wider_whole
from chinese.tokens import fold
from qa.question.question import parse_question

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from chinese.places import Place
    from qa.english.lexicon import Lexicon

_WHOLE = re.compile(r"(?:[全我本该][国省市州区县镇乡村]|本地|当地)")
_ZONE = re.compile(r"[\u4e00-\u9fff]{2}(?:高新区|经开区|开发区|自贸区|保税区|新区|产业园|工业园|园区)")
_ANY_KIND = frozenset(
    ("市", "区", "县", "旗", "镇", "乡", "村", "州", "街道", "省", "自治区", "自治州", "自治县", "国")
)
"""Kinds that a bare name (云溪) may be of: all but a zone's."""
_UNKNOWN = re.compile(r"[\u4e00-\u9fff]{2,6}(?:[省市州区县镇乡]|街道|高新技术产业开发区|经济技术开发区)$")


def same_place(asked: Place, other: Place) -> bool:
    """Whether two names are of one place, as surely as names say: 沈河 is 沈河区, 青云高新区 not 青云."""
    if asked.core and other.core and _core(asked) != _core(other):
        return False
    if asked.within and other.within and not set(asked.within) & set(other.within):
        return False
    if asked.kind == other.kind:
        return bool(other.core) or not asked.core  # 高新区 asked for is any; one that a text calls so may be any other
    return (asked.bare or other.bare) and {asked.kind, other.kind} <= _ANY_KIND


def _core(place: Place) -> str:
    """沈阳 of 沈阳市|高新区."""
    return re.sub(r"(?<=..)市$", "", place.core)


def is_of(asked: Sequence[Place], whose: str, texts: Sequence[str]) -> bool:
    """Whether what is said of `whose` is of one of these places; `texts` are the sentence and the title.

    Of the texts the first that names a place decides, and only where all that it names are places asked for.
    """
    folded = fold(whose)
    named = named_places(folded) if _WHOLE.fullmatch(folded) is None else []
    if named:
        return any(same_place(place, other) for place in asked for other in named[-1:])
    wanted = [place for place in asked if _may_be(place, folded)]
    if any(place.name == folded or (place.core and place.name in folded) for place in wanted):
        return True
    for text in texts:
        said = _said_in(wanted, fold(text))
        if said is not None:
            return said
    return False


def _may_be(place: Place, whose: str) -> bool:
    """Whether a place may be what a text calls 全区, or by its kind alone (高新区)."""
    if _WHOLE.fullmatch(whose):
        level = wider_whole(whose)
        return level is None or level == place.level
    kind = place_named(whose)
    return bool(kind.core) or place.kind == kind.kind or not whose


def named_places(folded: str) -> list[Place]:
    """The places that the name of a subject holds; it may be one that no dictionary knows."""
    found = [place for place in places_in(folded) if place.core]
    if not found and _UNKNOWN.fullmatch(folded):
        found = [place for place in [place_named(folded)] if place.core]
    return found


def _said_in(asked: Collection[Place], folded: str) -> bool | None:
    """Whether all places that a text names are asked for; None where it names none."""
    rest, said = folded, False
    for place in sorted(asked, key=lambda item: -len(item.name)):
        for name in (place.name,) if place.core else ():
            # What stands before it is where it lies: 东省青云高新区.
            said = said or name in rest
            rest = re.sub(rf"(?:[\u4e00-\u9fff]{{2,4}}[省市])?{re.escape(name)}", " ", rest)
    others = [place for place in places_in(rest) if place.core]
    if any(not any(same_place(place, other) for place in asked) for other in others) or _ZONE.search(rest):
        return False
    return True if said or others else None


def places_asked(names: Collection[str], lexicon: Lexicon | None = None) -> tuple[Place, ...]:
    """The places that these names are of; `lexicon` knows what Chinese ones stand for those in Latin letters."""
    return tuple(place for name in names for place in _asked(name, lexicon))


def _asked(name: str, lexicon: Lexicon | None) -> tuple[Place, ...]:
    if lexicon is not None and name.isascii() and (found := parse_question(name, lexicon).wanted.where):
        return found
    return (place_named(name),)
