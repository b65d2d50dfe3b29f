"""What a Chinese question names: the thing that it is about, by its name or as the words that it opens with."""

from __future__ import annotations

import re

from chinese.dictionary import is_common_noun, is_proper_noun
from chinese.organisations import organisations_named
from chinese.places import places_of
from chinese.tokens import fold, tagged
from qa.question.kinds import QUESTION_WORDS, without_measure

ASKS = re.compile(
    rf"{QUESTION_WORDS.pattern}|几[点时号月路]|第几|有没有|有无|能否|可否|会否|(?P<verb>[是能会可有要该对])不(?P=verb)"
    r"|还是(?=[^,?]{1,12}[?？]?$)|吗|有何|[于在自]那[里儿](?=[?？]*$)|[\u4e00-\u9fff]{2}(?:是|为|叫|称|于)(?=[?？]*$)"
)
"""What makes words a question: question words and the ways to ask for yes or no."""
YEAR_WRITTEN = re.compile(r"在?(?:(?:19|20)\d{2}\s*年?(?:度)?|[今去前]年)(?:[上下]半年|第?[一二三四]季度|\d{1,2}月)?")
OWN_NAME = re.compile(
    r"[\u4e00-\u9fff]{2,8}(?:图书馆|博物馆|体育馆|大桥|机场|车站|公园|广场|水库|大学|学院|医院|银行|古城|博览会|条例"
    r"|战争)"
)
"""A thing whose name ends with its kind."""
NUMBERED = re.compile(
    r"(?:地铁|轨道交通|轻轨|公交)?(?:[a-z]{0,2}\d{1,4}|[一二三四五六七八九十]{1,3})"
    r"(?:号线|路(?![上人线由])(?:公交车?)?|号[\u4e00-\u9fff]{0,2}[楼馆门院桥])"
)
"""A line or a road that has a number for its name: 3号线, 地铁10号线, 205路."""
_PROGRAMME = re.compile(r"^[\u4e00-\u9fff]{2,4}(?:贷(?!款)|杯|计划|行动)(?=[\u4e00-\u9fff])")
# 行动计划, 三年行动: a plan of whoever was spoken of.
_ANY_PROGRAMME = re.compile(
    r"^(?:[一二三四五六七八九十\d]+年"
    r"|.{0,2}(?:行动|工作|投资|发展|建设|年度|专项|整治|实施|招聘|招生|信用|抵押|商业))(?:贷|杯|计划|行动)"
)
_CAPITALS = re.compile(
    r"(?<![A-Za-z])(?!(?:GDP|CPI|PPI|PMI|CEO|CFO|CTO|IPO|APP|VIP|FDI|KPI|ESG|LED|PPP)(?![A-Za-z]))[A-Z][A-Za-z0-9-]{2,}"
)
QUOTED = re.compile(r"[“「『《‘\"][^”」』》’\"]{1,40}[”」』》’\"]")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_HEAD = re.compile(r"(?:产业|示范)?(?:园|中心|基地|城|谷|港|院|厂|馆|大厦|广场|集团)")
_SHORTEST_SUBJECT, _LONGEST_SUBJECT = 2, 24


def is_institution(folded: str) -> bool:
    """Whether words are the name of an organisation, a library, a bridge: 清河大桥, 远山制药有限公司."""
    return bool(OWN_NAME.fullmatch(folded)) or next(iter(organisations_named(folded)), None) == folded


def place_and_year(before: str) -> str:
    """Place and year of a question that opens with its question word: 哪家企业2023年在西城上市 -> 西城2023年."""
    places = [place.name for place in places_of(before) if place.core]
    year = _YEAR.search(fold(before))
    return places[0] + (f"{year[1]}年" if year is not None else "") if places else ""


def is_name(words: str) -> bool:
    """Whether words name something of their own: an organisation, what stands in quotation marks, a proper noun."""
    folded = fold(words)
    if (
        re.search(r"[“「『《]", words)
        or next(iter(organisations_named(folded)), None)
        or OWN_NAME.search(folded)
        or NUMBERED.search(folded)
        or "·" in words
        or (_PROGRAMME.match(folded) and not _ANY_PROGRAMME.match(folded))
    ):
        return True
    proper = any(_is_proper(word, tag) for word, tag in tagged(folded)) or any(
        place.core for place in places_of(folded)
    )
    return proper or bool(_CAPITALS.search(words))


def _is_proper(word: str, tag: str) -> bool:
    if len(word) < 2 or word.isascii() or is_common_noun(word):
        return False
    return tag in ("nt", "nz", "nrt") or (tag in ("x", "t", "nr") and is_proper_noun(word))


def subject_of(question: str) -> str:
    """The words that a question opens with, up to its verb or question word: 沈阳经开区2023年|引进了多少个项目."""
    folded = fold(question)
    asked = ASKS.search(folded)
    end = asked.start() if asked is not None else len(folded)
    place = 0
    # 晨光|制造|有限公司: a verb inside a name is none.
    named = OWN_NAME.match(folded) or next(iter(organisations_named(folded)), "")
    first = named.end() if isinstance(named, re.Match) else folded.find(named) + len(named)
    for word, tag in tagged(folded):
        place = folded.index(word, place)
        if place >= end:
            break
        inside_name = tag in ("v", "vn") and _HEAD.match(folded, place + len(word))  # 科技|创新|园
        if place >= first and tag in ("v", "vn", "d", "p", "c") and place >= 2 and len(word) > 1 and not inside_name:
            end = place
            break
        place += len(word)
    # 工厂的总|投资: what is left of the cut word goes too.
    # 清水县水库总|投资: cut within what is measured, 清水县水库坝高: with it.
    if folded[end - 1 : end + 2] in ("总投资", "总支出", "总收入", "总消费"):
        end -= 1
    measured = len(without_measure(folded[:end].rstrip("的是有了为在达")))
    if re.search(r"[\d半今去前]$", folded[:measured]) and folded[measured : measured + 1] == "年":
        measured += 1
    end = measured if measured >= _SHORTEST_SUBJECT else end
    subject = re.sub(r"的[^的]?$", "", question[:end]).rstrip("的是有了为在由被,， ")
    return subject if _SHORTEST_SUBJECT <= len(subject) <= _LONGEST_SUBJECT else ""


def rest_of_names(folded: str) -> str:
    """What words say beside the things and places that they name."""
    rest = folded
    for pattern in (QUOTED, NUMBERED, OWN_NAME):
        rest = pattern.sub("", rest)
    for name in organisations_named(rest):
        rest = rest.replace(name, "")
    for place in reversed([place for place in places_of(rest) if place.core]):
        rest = rest[: place.start] + rest[place.start + len(place.name) :]
        for core in place.within:
            rest = rest.replace(core, "", 1)
    return rest
