"""Figures that a sentence tells alike: lists (甲园接待3万人次;乙园|2万人次), rows of parts, and what is beside them.

`listed`, `parallel` and `rows` say whose such figures are, and of which figure each has its measure; `reading` asks
them once a sentence. `heads_figure` and `in_part` tell `subjects` what a name is to the other figures.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.dictionary import is_common_noun
from chinese.figure_words import any_that
from chinese.tokens import tags_of
from embeddings.figures.names import group_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from embeddings.figures.choosing import Features
    from embeddings.figures.names import Name
    from embeddings.figures.sentences import Figures

GOES_ON = re.compile(r"\s*(?:其中|包括|[分从按][\u4e00-\u9fff]{1,6}[看分][,，])")
"""What a sentence begins with that tells parts of what the one above tells: 其中, 分区域看."""
OF_THESE = re.compile(rf"{GOES_ON.pattern}|\s*[^,，;；。\d]{{2,8}}(?:里|中|看|方面)[,，]")
"""The same, and who the parts are: 四个县区里,甲县|5万千瓦."""
LEAD = re.compile(
    rf"(?:{any_that('opening')}|数据显示|正文|据了解|据介绍|来自|已有|又如|分.{{1,3}}看|从.{{0,8}}看|今年|去年|此次|这|该|以来|期间"
    r"|[的，, 　“\"]|[\d\s年月日时点分上下半一二三四季度底末初至—-])*$"
)
_LEADS = re.compile(r"^(?:其中|包括|另外|此外|以及|[和及与对]|[“”\"\s])+")
_LINKS = re.compile(rf"(?:(?!的){any_that('link')}|[“”\"\s])+$")
_MEASURED = re.compile(r"(?:[率额量值数度比价款金费资润积长宽高产]|人次|收入|投资|支出)$")
_LONGEST, _FEWEST = 14, 3
_LOOSE = re.compile(r"[\u4e00-\u9fff]{2,8}")
"""What may be a name beside names."""
_OF_NAMES = frozenset("nbjzsxif")


@dataclass(frozen=True, slots=True)
class Listed:
    """Whose a figure of a list is, and the number of the figure that begins the list; None where it stands above.

    `heading` is what all of them measure, where it stands before a colon: 参观人次:甲馆|8万人次,乙馆|7万人次.
    """

    whose: str
    first: int | None
    heading: str = ""


def listed(sentence: Figures) -> dict[int, Listed]:
    """The figures of a sentence that are in a list and do not begin it, by their number.

    One name at least is known as such; beside it what no dictionary has is a name too, beside two any words are.
    """
    found: dict[int, Listed] = {}
    known: Counter[int | None] = Counter()
    loose: set[int] = set()
    lead = OF_THESE.match(sentence.folded)
    heading = _heading(sentence)
    behind = lead.end() if lead is not None else 0
    opening = next((number for number, figure in enumerate(sentence.figures) if figure.start >= behind), 0)
    goes_on_from = _before_in_list(sentence)
    for number, before in enumerate(goes_on_from):
        start, end = _before(sentence, number)
        words = sentence.folded[start:end]
        is_known, may_be = _is_known(sentence, start, end), may_be_name(words)
        if not (is_known or may_be or _is_noun(words)):
            continue
        if before is None and (number != opening or not (lead is not None or heading)):
            continue
        first = found[before].first if before in found else before
        found[number] = Listed(sentence.text.shown[start:end], first, heading if first is None else "")
        known[first] += is_known
        loose |= set() if is_known or may_be else {number}
    return {
        number: item
        for number, item in found.items()
        if known[item.first] and (number not in loose or known[item.first] > 1 or _goes_with(sentence, number, found))
    }


def kinds_of(in_lists: Mapping[int, Listed]) -> dict[int | None, str]:
    """For each figure that begins a list the character that all names of the list end with; left out where none is."""
    ends: dict[int | None, set[str]] = {}
    for item in in_lists.values():
        ends.setdefault(item.first, set()).add(item.whose[-1])
    return {first: own.pop() for first, own in ends.items() if len(own) == 1}


def _heading(sentence: Figures) -> str:
    """What stands before a colon in front of the first figure, without times and names: 2023年主要场馆参观人次:…."""
    at = sentence.figures[0].start if sentence.figures else 0
    colon = max(sentence.folded.rfind(mark, 0, at) for mark in ":：")
    if colon < 0:
        return ""
    start = max(sentence.folded.rfind(mark, 0, colon) for mark in ",，;；。") + 1
    words = re.sub(r"^(?:[^的]{2,6}的|主要|各)+", "", sentence.without_names(start, colon).strip(' “”"()（）'))
    return words if re.fullmatch(r"[\u4e00-\u9fff]{2,14}", words) and _MEASURED.search(words) else ""


def _goes_with(sentence: Figures, number: int, found: Mapping[int, Listed]) -> bool:
    """Whether words stand right behind the figure of a name in a list, with 、 between, or end as that name does."""
    if number - 1 not in found:
        return False
    between = sentence.folded[sentence.figures[number - 1].end : sentence.figures[number].start]
    return between.startswith("、") or found[number - 1].whose[-2:] == found[number].whose[-2:]


def parallel(sentence: Figures) -> dict[int, tuple[str, str]]:
    """Whose figures are and what they measure that are told alike: 市医院门诊3万人;中医院门诊2万人;三院门诊….

    What all have right before their figure is measured; what stands before it, of one sort, is whose it is.
    """
    found = _told_alike(sentence, [own[0] for own in _by_part(sentence)])
    for _, run in itertools.groupby(range(len(sentence.figures)), key=lambda number: sentence.figures[number].unit):
        found |= _told_alike(sentence, list(run))
    return found


def _told_alike(sentence: Figures, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
    spans = [_before(sentence, number) for number in numbers]
    texts = [sentence.folded[start:end] for start, end in spans]
    if len(texts) < _FEWEST:
        return {}
    shared = _shared_end(texts)
    names = [text[: len(text) - len(shared)] for text in texts]
    if len(shared) < 2 or len(set(names)) < len(names) or not all(_LOOSE.fullmatch(name) for name in names):
        return {}
    if any(_is_known(sentence, *span) for span in spans) or _is_body(shared):
        return {}  # 甲博物馆、乙博物馆 are names
    if all(_is_plain([word for word, _ in tags_of(name)]) for name in names):
        return {}  # 工业产值、农业产值 are measures of one
    return {
        number: (sentence.text.shown[start : start + len(name)], shared)
        for number, (start, _), name in zip(numbers, spans, names, strict=True)
    }


def _shared_end(texts: Sequence[str]) -> str:
    """The characters that all of these texts end with, from where a word begins in half of them."""
    size = 0
    while size < min(map(len, texts)) and len({text[-1 - size] for text in texts}) == 1:
        size += 1
    counts = Counter(len(text) - start for text in texts for start in _starts(text))
    sizes = [own for own in range(size, 0, -1) if counts[own] * 2 >= len(texts)]
    of_bodies = (own for own in sizes if all(_is_body(text[:-own]) for text in texts))
    own = next(of_bodies, sizes[0] if sizes else 0)
    return texts[0][-own:] if own else ""


def _starts(text: str) -> list[int]:
    """Where the words of a text begin."""
    return list(itertools.accumulate((len(word) for word, _ in tags_of(text)), initial=0))[:-1]


def rows(sentence: Figures, whose: Mapping[int, str]) -> dict[int, str]:
    """Whose the further figures of a part are, where several parts begin with a name: 甲镇造林3亩,成活|86%;乙镇….

    Parts end with a semicolon; a figure whose own clause has a name is left out. `whose` are the owners of figures that
    are known already.
    """
    found: dict[int, str] = {}
    named = 0
    for own in _by_part(sentence):
        name = whose.get(own[0]) or _opening(sentence, own[0])
        named += bool(name)
        for number in own[1:] if name else ():
            start, at = sentence.clause_start(sentence.figures[number].start), sentence.figures[number].start
            if not any(start <= other.start < at for other in sentence.names):
                found[number] = name
    return found if named > 1 else {}


def _by_part(sentence: Figures) -> list[list[int]]:
    """The numbers of the figures of each part that has any."""
    of_part = itertools.groupby(
        range(len(sentence.figures)), key=lambda number: sentence.part_start(sentence.figures[number].start)
    )
    return [list(own) for _, own in of_part]


def _opening(sentence: Figures, number: int) -> str:
    """The place or body whose name the clause of a figure begins with; "" where it begins with none."""
    start = sentence.clause_start(sentence.figures[number].start)
    lead = _LEADS.match(sentence.folded[start:])
    start += lead.end() if lead is not None else 0
    named = (name for name in sentence.names if name.start == start and name.kind in ("place", "name"))
    return next((sentence.text.shown[name.start : name.end] for name in named), "")


def _before(sentence: Figures, number: int) -> tuple[int, int]:
    """The words between a figure and its clause's beginning or the figure before, without what leads and links."""
    figure = sentence.figures[number]
    start = sentence.clause_start(figure.start)
    if number and sentence.figures[number - 1].end > start:
        start = sentence.figures[number - 1].end
    words = sentence.folded[start : figure.start]
    lead = _LEADS.match(words)
    start += lead.end() if lead is not None else 0
    return start, start + len(_LINKS.sub("", sentence.folded[start : figure.start]))


def _is_known(sentence: Figures, start: int, end: int) -> bool:
    """Whether words are a place or a body by its name, and nothing else, or words of no dictionary that end as one."""
    words = sentence.folded[start:end]
    if any((name.start, name.end) == (start, end) and name.kind in ("place", "name") for name in sentence.names):
        return True
    *rest, _ = tags_of(words) or [("", "")]
    return _is_noun(words) and _is_body(words) and not _is_plain([word for word, _ in rest])


def _is_body(words: str) -> bool:
    return group_of(words) != "" or re.search("[馆院校园区县镇乡村街道社站厂场店库港桥河湖公司]$", words) is not None


def _is_noun(words: str) -> bool:
    """Whether words may be a name beside names: no word that does, and none that measures."""
    if _LOOSE.fullmatch(words) is None or _MEASURED.search(words) is not None:
        return False
    return not any(len(word) > 1 and tag[0] in "vdpctr" and tag != "vn" for word, tag in tags_of(words))


def _is_plain(words: Sequence[str]) -> bool:
    """Whether words are ordinary ones all."""
    return all(len(word) > 1 and is_common_noun(word) for word in words)


def may_be_name(words: str) -> bool:
    """Whether words are nouns of which one is in no dictionary."""
    if re.fullmatch(rf"[\u4e00-\u9fff]{{2,{_LONGEST}}}", words) is None or _MEASURED.search(words) is not None:
        return False
    tags = tags_of(words)
    return not _is_plain([word for word, _ in tags]) and all(tag[0] in _OF_NAMES or tag == "vn" for _, tag in tags)


def _before_in_list(sentence: Figures) -> list[int | None]:
    """For each figure the one that it would go on from, the nearest before it in its unit; None where there is none.

    接待游客3万人次,日均0.5万人次;乙园2万人次 goes on from the first of the part before.
    """
    found: list[int | None] = []
    last: dict[str, int] = {}
    first_of_part: dict[tuple[str, int], int] = {}
    for number, figure in enumerate(sentence.figures):
        part = sentence.part_start(figure.start)
        before = last.get(figure.unit)
        if before is not None and sentence.figures[before].start < part:
            before = first_of_part[figure.unit, sentence.part_start(sentence.figures[before].start)]
        found.append(before)
        last[figure.unit] = number
        first_of_part.setdefault((figure.unit, part), number)
    return found


_LINKED = re.compile(rf"{any_that('link')}*")


def heads_figure(sentence: Figures, name: Name, at: int) -> bool:
    """Whether another figure than the one at a place stands right behind a name: 粮食产量|4万吨,油料产量2万吨."""
    behind = _LINKED.match(sentence.folded, name.end)
    end = behind.end() if behind is not None else name.end
    return any(start < at and start in sentence.figure_starts for start in (name.end, end))


def in_part(sentence: Figures, name: Name, at: int) -> Features:
    """Whether a name stands in the part of a sentence that a figure does, or opens it; parts end with a semicolon."""
    part = sentence.part_start(at)
    if not part:
        return {}
    if name.start < part:
        return {"part_other": 1.0, "part_first": float(name.start < sentence.parts[1])}
    opens = LEAD.match(sentence.folded[part : name.start]) is not None
    return {"part_own": 1.0, "part_opens": float(opens), f"part_opens_{name.kind}": float(opens)}
