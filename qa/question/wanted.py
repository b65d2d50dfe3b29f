"""Under which conditions a question asks: the facts that an answer is to have.

The same type holds what a sentence says at a place, so that the two can be compared (see `qa.deciding.comparing`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.classes import classes_of
from chinese.facts import Facts, per_of
from chinese.modes import aim_asked, before_asked, change_asked, total_asked
from chinese.offices import role_asked
from chinese.ordinals import limits_of, ordinals_of
from chinese.organisations import organisations_named
from chinese.periods import months_of, relative_years, year_mentions
from chinese.places import Place, places_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.errors import Language
    from qa.question.kinds import Asked
    from qa.question.terms import Term

_PAPER = re.compile(r"[\u4e00-\u9fff]{2,8}[〔\[(（【]\d{4}[〕\])）】] ?\d{1,4} ?号")
_SUPERLATIVE = re.compile(r"最(?:[高多大长快强重广深]|靠前)(?!程度|限度)")
_WHOLE_COMPARED = re.compile(r"(?:占|高于|低于|居|在|为)(?P<whole>(?:全|我)[国省市州区县镇乡村])")


def read_wanted(
    folded: str,
    language: Language,
    asked: Asked,
    years: tuple[str, ...] = (),
    before: str = "",
    terms: Sequence[Term] = (),
) -> Facts:
    """The facts that a folded question wants.

    `years` are those asked about, `before` the words before the question word; `terms` give the Chinese names of an
    English question. Of `where` the places that the question is about come before those that it only mentions.
    """
    role = role_asked(before or folded) if language == "zh" and asked == "person" else None
    whole = _WHOLE_COMPARED.search(folded)
    return Facts(
        where=_places_asked(folded) if language == "zh" else _english_places(folded, terms),
        whole=whole["whole"] if whole is not None else "",
        who=tuple(organisations_named(folded)) if language == "zh" else (),
        roles=(role,) if role is not None else (),
        years=years,
        compared=tuple(mention.year for mention in year_mentions(folded, None) if mention.base),
        relative=relative_years(folded),
        months=months_of(folded),
        row=ordinals_of(folded) or (("第一名",) if _SUPERLATIVE.search(folded) else ()),
        limits=limits_of(folded),
        classes=classes_of(folded),
        per=per_of(folded),
        papers=tuple(_PAPER.findall(folded)),
        aim=aim_asked(folded),
        total=total_asked(folded),
        is_change=asked == "share" or change_asked(folded),
        is_before=before_asked(folded),
        text=folded,
    )


def _places_asked(folded: str) -> tuple[Place, ...]:
    """The places asked about: those that a question is about come before those that it only mentions (来自深圳的)."""
    found = places_of(folded)
    return tuple(dict.fromkeys(sorted(found, key=lambda place: (not place.own, place.start))))


_ENGLISH_KINDS = {
    "district": "区", "city": "市", "county": "县", "province": "省", "town": "镇", "high-tech": "高新区",
    "hi-tech": "高新区",
}  # fmt: skip


def _english_places(folded: str, terms: Sequence[Term]) -> tuple[Place, ...]:
    """The places of an English question: names with the Chinese word for them, and the kind that follows (District)."""
    found: list[Place] = []
    for term in terms:
        if term.kind != "name":
            continue
        chinese = next(
            (place for token, share in term.alternatives if share >= 0.9 for place in places_of(token)), None
        )
        if chinese is None and len(term.alternatives) > 1:
            continue
        kind = re.search(
            rf"\b{re.escape(term.text)}(?: [\w-]+)? (district|city|county|province|town|high-tech|hi-tech)\b", folded
        )
        core = chinese.core if chinese is not None else term.text.capitalize()
        sort = _ENGLISH_KINDS[kind[1]] if kind is not None else chinese.kind if chinese is not None else "市"
        name = f"{core}{sort}" if kind is not None and chinese is not None else core
        level = 3 if sort in ("区", "县", "高新区") else 1 if sort == "省" else 4 if sort == "镇" else 2
        found.append(Place(name, core, sort, level, folded.find(term.text), own=True))
    return tuple(found)
