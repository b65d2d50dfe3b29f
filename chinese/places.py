"""Places named in a text: which one, of what kind, and whether the text is about it or only mentions it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from chinese.dictionary import is_common_noun, is_proper_noun
from chinese.rows import rows, word_list
from chinese.tokens import fold, tagged
from chinese.units import any_of

_ROWS = rows("places.tsv")
_ZONES = any_of(end for end, kind, _ in _ROWS if kind == "zone")
# From the widest to the narrowest; a zone is as wide as a district.
_LEVELS = {end: int(kind.removeprefix("level ")) for end, kind, _ in _ROWS if kind != "zone"}
_ZONE_LEVEL = 3
_PROVINCES = frozenset(word_list("provinces.txt"))
_SAME_ZONE = {end: same for end, _, same in _ROWS if same != "-"}
_SUFFIX = re.compile(rf"(?:{any_of(end for end, _, _ in _ROWS)})$")
# A word of its own that ends the name before it: 沈阳|高新区, 沈河|区. 国 and 州 are words with other meanings, too.
_END = re.compile(any_of(end for end, _, _ in _ROWS if end not in ("国", "州")))
_END_STARTS = frozenset(end[0] for end, _, _ in _ROWS)
_WHOLE = re.compile(r"全[国省市区县镇村]|我[国省市区县]")
_SPEAKS = re.compile(r"[,，。;；:：!！?？、\n“”「」()（）]")
_LEAD = re.compile(
    r"(?:截至|截止|据悉|目前|如今|近日|近年来?|其中|同时|此外|另外|据|在|而|作为|位于|(?:19|20)\d{2}年?[度底末初]?"
    r"|[一二][零〇○一二三四五六七八九]{3}年[度底末初]?|当年|每年"
    r"|[今去前]年|年[底末初]|\d{1,2}月[份底末初]?|\d{1,2}[日号]|以来|上半年|下半年"
    r"|全年|第?前?[一二三四]季度|到|来自|\s)*$"
)
_NAME_CHARACTER = re.compile(
    r"[^\W\da-z的了在和与是有为被从对向以及等把将各该本此其某这那一二三四五六七八九十百个多全第几哪何谁么什甚我你他她它区县市镇乡村省国]"
)
# 2023年云溪县, 3月云溪县, 5日云溪县: what ends a date begins no name.
_DATE_BEFORE = re.compile(r"[\d零〇○一二三四五六七八九十今去前明后当同次每本个][年月日号]$")
# Names of places that are ordinary words as well, and mostly these where no 区 or 县 follows.
_WORDS_TOO = frozenset(("新建", "开放", "和平", "团结"))
_COMMON = re.compile(r"[大小新老古长]?[桥街道路村城湖河山寺港岛][里上下边]?")
_ZONE = re.compile(rf"{_ZONES}|街道|社区")
_GOING = frozenset("去往赴到抵离返回来进入经由给帮让找跟同陪替助被把向朝")
"""What stands before a name of single characters and begins none: 去|沣|南|新城."""
_LONGEST_UNKNOWN = 3
_SHORTEST_CORE = 2
_COUNTS = frozenset("两二三四五六七八九十几")
_LONGEST_LEAD = 60
_Word = tuple[str, str, int]
"""A word, its part of speech, where it starts."""


_BESIDE_EACH_OTHER = (frozenset("区县旗"), frozenset(("乡", "镇", "街道")), frozenset(("村", "社区")))
"""Kinds of which none lies within another: what is said of a town is not said of the township beside it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place as it is named: 沈阳高新区 has the core 沈阳 and the kind 高新区.

    A bare name (沈阳) has the kind of a town, unless it is a province's or a country's. `level` runs from 0
    (a country) to 5 (a village). `start` is where it stands in its text, `own` whether its clause opens with it;
    `within` are the wider places named right before it (沈阳市|沈河区).
    """

    name: str
    core: str
    kind: str
    level: int
    start: int = 0
    own: bool = False
    within: tuple[str, ...] = ()

    @property
    def bare(self) -> bool:
        """Whether the name has no word for its kind with it (沈阳), so that it may well be part of something else."""
        return self.name == self.core

    def same_sort(self, other: Place) -> bool:
        """Whether one of the two could be meant only where the other is not: 沈阳高新区 and 深圳高新区."""
        beside = any({self.kind, other.kind} <= sorts for sorts in _BESIDE_EACH_OTHER)
        return self.kind == other.kind or beside or (self.bare and other.bare)

    def agrees(self, other: Place) -> bool:
        """Whether the two may be the same place: a shortened name is (沈河 and 沈河区, 高新区 and 沈阳高新区)."""
        if not self.core or not other.core:
            return True
        return self.core in other.core or other.core in self.core


@dataclass(frozen=True, slots=True)
class _Clauses:
    """A text, and where its clauses begin, told once for all of its places."""

    folded: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, folded: str) -> _Clauses:
        return cls(folded, (0, *(match.end() for match in _SPEAKS.finditer(folded))))

    def opens_before(self, start: int) -> bool:
        """Whether nothing but a lead (截至2023年底, 在) stands before this place in its clause."""
        first = self.starts[bisect_right(self.starts, start) - 1]
        return start - first <= _LONGEST_LEAD and _LEAD.match(self.folded, first, start) is not None


def places_of(text: str) -> tuple[Place, ...]:
    """The places that a text names, each by its longest name, in order: 沈阳市|沈河区, 沈阳高新区."""
    return places_in(fold(text))


def places_in(folded: str) -> tuple[Place, ...]:
    """The places that a folded text names."""
    clauses = _Clauses.of(folded)
    found: list[Place] = []
    run: list[_Word] = []
    position = 0
    for word, tag in (*tagged(folded), ("", "x")):
        start = folded.find(word, position)
        if run and (start != run[-1][2] + len(run[-1][0]) or not word):
            found.extend(_of_run(clauses, run))
            run = []
        position = start + len(word)
        if word:
            run.append((word, tag, start))
    return tuple(found)


def place_named(name: str) -> Place:
    """The place that a name by itself is, even where no dictionary knows it: 青云高新区 has the core 青云.

    What is a kind alone (高新区) has no core, and what has no word for its kind no kind but that of a town, unless the
    dictionary says another.
    """
    folded = fold(name.strip())
    known = [place for place in places_in(folded) if place.start + len(place.name) == len(folded)]
    if known and _SUFFIX.match(folded) is None:
        return known[-1]
    suffix = _SUFFIX.search(folded)
    if suffix is None:
        return _place(_Clauses.of(folded), 0, folded, "")
    return _place(_Clauses.of(folded), 0, folded[: suffix.start()], suffix.group())


def is_zone(word: str) -> bool:
    """Whether a folded word is the kind of a zone alone: 高新区, 开发区."""
    return _ZONE.fullmatch(word) is not None


def is_everyday(word: str) -> bool:
    """Whether words that a word list has as a place are mostly others: 湖里, and 花钱买, which begins with a word."""
    begins = len(word) > _SHORTEST_CORE and is_common_noun(word[:2]) and not is_proper_noun(word)
    return _COMMON.fullmatch(word) is not None or (begins and _SUFFIX.search(word) is None)


def wider_whole(text: str) -> int | None:
    """The level of which a text last speaks as a whole by 全市, 全国, 我省: 2, 0, 1; None where it does not."""
    found = _WHOLE.findall(text)
    return _LEVELS[found[-1][1]] if found else None


def _of_run(clauses: _Clauses, run: list[_Word]) -> list[Place]:
    """The places in words that stand without a gap; of 沈阳市沈河区 the narrowest, which is meant."""
    found: list[Place] = []
    place = 0
    before = -1
    while place < len(run):
        made = _at(clauses, run, place)
        if made is None:
            place += 1
            continue
        item, after = made
        if found and before == place and found[-1].level <= item.level:
            wider = found.pop()
            item = replace(item, own=wider.own, within=(*wider.within, wider.core))
        found.append(item)
        place = before = after
    return found


def _at(clauses: _Clauses, run: list[_Word], place: int) -> tuple[Place, int] | None:
    """The place that starts with this word, and the number of the word after it."""
    word, tag, start = run[place]
    if _names(word, tag):
        suffix = _SUFFIX.search(word)
        if suffix is not None and suffix.start() >= 2:
            return _place(clauses, start, word[: suffix.start()], suffix.group()), place + 1
        whole = _with_end(clauses, run, place, place + 1)
        if whole is not None or word in _WORDS_TOO:
            return whole
        return _place(clauses, start, word, ""), place + 1
    if len(word) == 1:
        return None if word in _GOING and tag in ("v", "p", "zg", "d") else _of_characters(clauses, run, place)
    suffix = _SUFFIX.search(word)
    if suffix is not None and suffix.start() >= 2 and (is_proper_noun(word) or _is_unknown_town(tag, suffix.group())):
        return _place(clauses, start, word[: suffix.start()], suffix.group()), place + 1
    named = tag in ("nz", "nr", "nrt", "ns", "x", "s")  # ns: 长桥|镇, a word of its own where no 镇 follows
    after_place = place > 0 and _names(*run[place - 1][:2])
    if (
        (named or after_place)
        and not re.search("[第几哪何谁么各]", word)
        and not _ZONE.fullmatch(word)
        and len(word) <= _LONGEST_UNKNOWN
    ):
        return _with_end(clauses, run, place, place + 1)
    return None


def _is_unknown_town(tag: str, end: str) -> bool:
    """Whether a name that no dictionary has, taken for a person's (nr), is that of a town: 石桥镇."""
    return tag == "nr" and end in ("县", "乡", "镇")


def _with_end(clauses: _Clauses, run: list[_Word], first: int, after: int) -> tuple[Place, int] | None:
    """The place whose name is the words from `first` up to `after` and whose generic end follows: 沈阳|高新区."""
    size = _suffix_at(run, after)
    if not size:
        return None
    core = "".join(item[0] for item in run[first:after])
    suffix = "".join(item[0] for item in run[after : after + size])
    return _place(clauses, run[first][2], core, suffix), after + size


def _of_characters(clauses: _Clauses, run: list[_Word], place: int) -> tuple[Place, int] | None:
    """云|溪|高新区, 李|沧: a name that the word list lacks falls into single characters."""
    first = run[place][2]
    if _DATE_BEFORE.search(clauses.folded[max(0, first - 2) : first + 1]):
        return None
    end = place
    known: tuple[Place, int] | None = None
    while end < len(run) and end - place < _LONGEST_UNKNOWN and _NAME_CHARACTER.fullmatch(run[end][0]):
        end += 1
        if end - place >= 2:
            found = _with_end(clauses, run, place, end)
            if found is not None:
                return found
            core = "".join(item[0] for item in run[place:end])
            if known is None and _dictionary_kind(core):
                known = _place(clauses, run[place][2], core, ""), end
    return known


def _names(word: str, tag: str) -> bool:
    """Whether a word is the name of a place by itself."""
    if len(word) < 2 or word.isascii() or _ZONE.fullmatch(word) or is_everyday(word):
        return False
    if tag == "ns":
        return not is_common_noun(word)
    return word in _PROVINCES or (tag not in ("nr", "n", "v") and is_proper_noun(word) and bool(_dictionary_kind(word)))


def _dictionary_kind(core: str) -> str:
    """What kind of place the dictionary has under this name (沈河 -> 区), "" for none; a town before a district."""
    return next((suffix for suffix in "市区县镇乡省" if is_proper_noun(core + suffix)), "")


def _suffix_at(run: list[_Word], place: int) -> int:
    """How many words from here are the generic end of a place's name, 0 for none: 高新区, 经济|技术|开发区."""
    if place >= len(run) or run[place][0][0] not in _END_STARTS:
        return 0  # most words: this is asked of every one
    for size in (4, 3, 2, 1):
        here = run[place : place + size]
        if len(here) == size and _END.fullmatch("".join(item[0] for item in here)):
            return size
    return 0


def _place(clauses: _Clauses, start: int, core: str, suffix: str) -> Place:
    if suffix and len(core) > _SHORTEST_CORE and core[-1] in _COUNTS:
        core, suffix = core[:-1], ""  # 东川、南浦|两市
    kind = _SAME_ZONE.get(suffix, suffix)
    if not suffix:
        kind = "国" if core.endswith("国") else "省" if core in _PROVINCES else _dictionary_kind(core) or "市"
    level = _LEVELS.get(kind, _ZONE_LEVEL)
    return Place(core + suffix, core, kind, level, start, clauses.opens_before(start))
