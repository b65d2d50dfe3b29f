"""Which places and periods a question over several figures takes, of those that a measure has: all districts, 近三年.

Called by `work_out` for each measure that may be meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.places import places_of
from chinese.tokens import fold
from qa.figures.several.asked_periods import gaps, step_of
from qa.figures.several.operations import COMPARING, PAIR
from qa.figures.several.whose import is_nobody, is_whole, name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.figures.several.choosing import Measured
    from qa.figures.several.operations import Several
    from qa.types import Figure


def keys_of(
    several: Several, measured: Measured, names: Sequence[str], unknown: Sequence[str]
) -> list[tuple[str, str]] | None:
    """Which places and periods it takes, in the order in which they are worked with."""
    places = [name for name in names if name in measured.places()]
    if several.across == "periods":
        return _of_one_place(several, measured, places, names, unknown)
    return _of_one_period(several, measured, places, [*(name for name in names if name not in places), *unknown])


def _of_one_place(
    several: Several, measured: Measured, places: list[str], names: Sequence[str], unknown: Sequence[str]
) -> list[tuple[str, str]] | None:
    if not names and not unknown and len(measured.places()) == 1:
        places = list(measured.places())
    if len(places) > 1:  # 云溪市东岭区: the last one is meant
        places = places[-1:] if _one_within_another(places) else places
    if len(places) != 1:
        return None
    place = places[0]
    there = [period for own, period in (*measured.cells, *measured.doubtful) if own == place]
    periods = _periods(several, sorted(set(there)))
    return [(place, period) for period in periods] if periods else None


def _one_within_another(places: Sequence[str]) -> bool:
    return len({name[-1] for name in places}) == len(places)


def _periods(several: Several, there: Sequence[str]) -> list[str]:
    """The periods that are asked for, of those that there are where the question leaves it open."""
    named = several.named
    own = [period for period in there if step_of(period) == several.step]
    if named.since:
        own = [period for period in own if period[:4] >= named.since]
        return sorted([*own, *gaps(tuple(own))]) if own and own[0][:4] == named.since else []
    if named.latest:
        last = int(max((period for period in own), default="0")[:4])
        return [str(year) for year in range(last - named.latest + 1, last + 1)] if last else []
    if len(named.periods) > 1:
        return list(named.periods)
    if len(named.periods) == 1:  # 2023年哪个季度
        own = [period for period in own if period[:4] == named.periods[0]] if several.step != "year" else []
    return sorted([*own, *gaps(tuple(own))]) if own else []


def _of_one_period(
    several: Several, measured: Measured, places: list[str], absent: Sequence[str]
) -> list[tuple[str, str]] | None:
    everywhere = [place for place in measured.places() if not (is_whole(place) if several.sort else is_nobody(place))]
    if len(places) == 1 and several.operation in COMPARING:
        # 云溪市 of 云溪市哪个区最多; 云溪新区 is one of them.
        everywhere = [
            place for place in everywhere if place not in places or (several.sort and is_of_sort(place, several.sort))
        ]
        places = []
    if several.sort:
        of_sort = [place for place in everywhere if is_of_sort(place, several.sort)]
        # A logistics centre among 园区: what a list names is of no other sort.
        is_loose = several.sort in _LOOSE and len(of_sort) * 2 > len(everywhere)
        everywhere = everywhere if is_loose and not _MIXED.intersection(place[-1] for place in everywhere) else of_sort
        absent = [name for name in absent if is_of_sort(name, several.sort)]
        places = [place for place in places if place in everywhere]
    chosen = (
        [*places, *absent]
        if len(places) + len(absent) > 1 or several.operation in ("difference", "rate")
        else everywhere
    )
    if not chosen or not any(place in everywhere for place in chosen):
        return None
    if several.operation in ("difference", "rate"):
        if len(chosen) != PAIR:
            return None
        chosen = chosen[::-1]  # 甲比乙多多少: 乙 is what 甲 is compared with
    if several.operation == "sum" and not places and (not several.count or len(chosen) != several.count):
        return None
    if len(several.named.periods) > 1 or several.named.latest:
        return None
    period = (
        several.named.periods[0] if several.named.periods else _common(measured, [p for p in chosen if p in everywhere])
    )
    return None if period is None else [(place, period) for place in chosen]


def _common(measured: Measured, places: Sequence[str]) -> str | None:
    """The latest period for which all of several places have a figure, else the latest of any; "" for none said."""
    of = {place: {period for own, period in (*measured.cells, *measured.doubtful) if own == place} for place in places}
    shared = set.intersection(*of.values()) if of else set()
    every = set().union(*of.values()) if of else set()
    return max(shared, default=max(every, default=None))


def shown_name(place: str, figure: Figure, words: str) -> str:
    """A name as its text has it right before a figure, where it was read a little longer or shorter.

    `words` are those of the question without names: 远工研发|投入 in a question of 研发投入 is 远工.
    """
    before = "".join(
        fold(re.split(r"[,，、;；。:：]|\d[^\d,，、;；。]{0,4}", figure.sentence[: figure.start])[-1]).split()
    )
    own = _LEADING_TO_FIGURE.sub("", before)
    for piece in words.split():
        # 湖口区签约|41个 in a question of 签约项目
        sizes = (size for size in range(len(piece), 1, -1) if own.endswith(piece[:size]))
        own = own[: len(own) - next(sizes, 0)]
    own = _LEADING_TO_FIGURE.sub("", own)
    is_near = own.startswith(place) or place.startswith(own)
    return own if len(own) > 1 and is_near and abs(len(own) - len(place)) <= _FEW else place


_LEADING_TO_FIGURE = re.compile(r"(?:分别|达到?|[共拥现]有|为|有|是|共|以|完成|实现|[签新引]|的)+$")
_FEW = 3
"""Characters by which a name may have been read too long or too short."""


def is_of_sort(name: str, sort: str) -> bool:
    """Whether a place or an organisation is one of those asked about: 东岭区 of 哪个区."""
    if sort in _OF_NO_PLACE:
        return not name.endswith(tuple("省市县镇乡村"))
    if sort in ("地区", "地方", "城市", "国家", "单位", "部门", "项目"):
        return sort != "城市" or not name.endswith(tuple("省区县镇乡村"))
    if sort in _SORTS:
        return name.endswith(_SORTS[sort])
    sort = re.sub(r"^(?:区县|县区|县市|市县|[省市区县镇乡])(?=..)(?![区县市])", "", sort)
    if sort in ("企业", "公司", "集团", "工厂"):
        return not (places_of(name) and name_of(name) == places_of(name)[-1].name)
    return name.endswith(sort)


_LOOSE = frozenset("园区 学校 医院 企业 公司 银行 景区 项目 单位 线路 机构 公园 车站 支行".split())
_MIXED = frozenset("省市县镇乡")
_OF_NO_PLACE = frozenset("行业 产业 领域 断面 类别 品种 科目 机构 代表团 医疗机构 点位 品牌".split())
"""Sorts whose members do not say in their names that they are of it."""
_SORTS: dict[str, tuple[str, ...]] = {
    "区县": ("区", "县", "市"), "县区": ("区", "县", "市"), "县市": ("县", "市"), "县市区": ("县", "市", "区"),
    "市县": ("县", "市"), "市区": ("市", "区"), "乡镇": ("乡", "镇", "街道"), "园区": ("园", "区"),
    "港口": ("港", "港口"), "码头": ("港", "码头"), "线路": ("线", "线路"), "路线": ("线", "线路"),
    "学校": ("学校", "学院", "大学", "中学", "小学"), "高校": ("学院", "大学", "学校"),
    "银行": ("银行", "支行", "分行"), "医院": ("医院", "保健院", "院"),
    "苏木镇": ("苏木", "镇", "乡"), "镇街": ("镇", "街道"),
}  # fmt: skip
