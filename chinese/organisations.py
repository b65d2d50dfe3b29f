"""Organisations that a text names in full, and the core by which each is known: 晨光制造有限公司 -> 晨光制造."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.places import places_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDS = (
    "股份有限公司", "有限责任公司", "有限公司", "分公司", "公司", "集团", "研究院", "研究所", "研究中心", "医院",
    "银行", "支行", "协会", "学会", "商会", "大学", "学院", "事务所", "合作社", "基金会", "小学", "中学", "幼儿园",
    "出版社", "电视台",
)  # fmt: skip
_ORGANISATION = re.compile(rf"(?P<core>[\u4e00-\u9fffa-z0-9()·&-]{{2,20}}?)(?P<end>{'|'.join(_ENDS)})")
_NO_NAME = re.compile(
    r"[的了在是有为被与和及对向由把将从哪几多少什么谁这那该本各家些个所名等全年月日间座一两二三四五六七八九十以称叫使给让到于因时候帮找跟同陪替助]|企业|上市|工业|规上|一流|高校|民营|国有"
    r"|外资|重点|龙头|科技型|中小|注册|引进|成立"
)
_ONE_SORT = (_ENDS[:6], ("小学", "中学", "幼儿园"), ("大学", "学院"), ("银行", "支行"))
"""Ends of names that one organisation may have in turn."""


def organisations_named(folded: str) -> Iterator[str]:
    """Organisations that a folded text names in full: 晨光制造有限公司; not 哪家公司, 上市公司."""
    return (name for name, _ in organisations_in(folded))


def organisations_in(folded: str) -> Iterator[tuple[str, int]]:
    """The same, each with where it begins."""
    for match in _ORGANISATION.finditer(folded):
        own = _NO_NAME.split(match["core"])[-1]
        # 韩国公司 names none, nor does a remainder of two characters.
        if len(own) > 2 and len(core_of_organisation(own + match["end"])) > 1:
            yield own + match["end"], match.end("core") - len(own)


def core_of_organisation(name: str) -> str:
    """The part of a name by which an organisation is known: 沈阳晨光制造有限公司 -> 晨光制造."""
    match = _ORGANISATION.fullmatch(name)
    core = match["core"] if match is not None else name
    for place in places_of(core):
        if place.start == 0:
            core = core[len(place.name) :]
            break
    return re.sub(r"(?:股份|控股|科技|实业)$", "", core) if len(core) > 4 else core


def other_organisation(one: str, other: str) -> bool:
    """Whether two names, each of one sort of organisation, cannot be the same one: 晨光公司 and 远山有限公司."""
    if _sort(one) != _sort(other):
        return False
    first, second = core_of_organisation(one), core_of_organisation(other)
    return not (first in other or second in one)


def _sort(name: str) -> str:
    end = next((end for end in _ENDS if name.endswith(end)), "")
    return next((ends[0] for ends in _ONE_SORT if end in ends), end)
