"""Of which class the firms, platforms or projects are that a question or a figure counts: 规上, 专精特新, 国家级.

Read from a question and from the words around a figure, so that a figure of another class is not taken for the answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# A class by the words for it, each in the dimension in which it excludes the others: a firm above scale may be foreign.
_DIMENSIONS: Mapping[str, Mapping[str, str]] = {
    "standing": {
        "规上": r"规上|规模以上",
        "限上": r"限上|限额以上",
        "高新技术": r"高新技术(?!产业|开发)|高企(?!业)",
        "科技型中小": r"科技型中小",
        "专精特新": r"专精特新",
        "小巨人": r"小巨人",
        "瞪羚": r"瞪羚",
        "独角兽": r"独角兽",
        "雏鹰": r"雏鹰",
        "单项冠军": r"单项冠军",
        "隐形冠军": r"隐形冠军",
        "上市": r"上市(?!后|前|时|许可|销售)",
        "500强": r"500 ?强",
        "龙头": r"龙头",
        "链主": r"链主",
        "个体": r"个体(?=工商|经营|户)",
    },
    "owner": {
        "外资": r"外资|外商|外企",
        "内资": r"内资",
        "民营": r"民营|私营|民企",
        "国有": r"国有|国企",
        "央企": r"央企|中央企业",
    },
    "sector": {
        "工业": r"工业(?=企业|单位|项目)",
        "服务业": r"服务业",
        "制造业": r"制造业",
        "建筑业": r"建筑业",
        "批发零售": r"批发|零售",
    },
    "level": {
        "国家级": r"国家级",
        "省级": r"省级",
        "市级": r"(?<![县城])市级",
        "区级": r"[区县]级|县\(?市\)?级",
    },
}
_CLASS = re.compile(
    "|".join(
        f"(?P<{dimension}_{place}>{words})"
        for dimension, classes in _DIMENSIONS.items()
        for place, words in enumerate(classes.values())
    )
)
_OF_GROUP = {
    f"{dimension}_{place}": (dimension, name)
    for dimension, classes in _DIMENSIONS.items()
    for place, name in enumerate(classes)
}
Classes = frozenset[tuple[str, str]]
"""Pairs of a dimension and a class: ("level", "国家级")."""


def classes_of(folded: str) -> Classes:
    """The classes that a folded text names. 国家级以上 is none: what it cuts off is a limit, see `constraints`."""
    return frozenset(
        _OF_GROUP[match.lastgroup]
        for match in _CLASS.finditer(folded)
        if match.lastgroup is not None and not re.match(r"(?:及)?以[上下]", folded[match.end() :])
    )


def other_class(asked: Classes, found: Classes) -> tuple[str, str] | None:
    """The class asked for and the one found where, in some dimension, all that are found are others; else None."""
    for dimension in _DIMENSIONS:
        wanted = {name for kind, name in asked if kind == dimension}
        there = {name for kind, name in found if kind == dimension}
        if wanted and there and not wanted & there:
            return min(wanted), min(there)
    return None
