"""The names that a sentence has: places, bodies and things, told by the words that such names end with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from chinese.dictionary import is_common_noun, is_proper_noun
from chinese.figure_words import FIGURE_WORDS
from chinese.organisations import organisations_in
from chinese.places import places_in
from chinese.rows import rows
from chinese.tokens import tagged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chinese.places import Place

Kind = Literal["place", "name", "noun", "phrase", "proper phrase", "list", "stand-in"]
"""A place; a body or thing by its name; a noun that begins a clause; a noun phrase, with a proper noun or without;
several in a row; a word that stands for one named before (该公司, 全县)."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name, where it stands, and its group: names and what stands for them later (公司, 该公司) share one."""

    start: int
    end: int
    text: str
    kind: Kind
    group: str = ""


_AT_START = re.compile(
    r"(?:^|(?<=[,，。;；:：、\s]))(?P<name>(?!其中|同时|另外|此外)[\u4e00-\u9fff]{2,3}(?:股份|集团|控股|药业|生物|证券|实业|电子|传媒|锂业|能源|新材))"
    r"(?![\u4e00-\u9fff]{0,6}(?:公司|园|区|企业|产业))"
)
"""A firm by its short name, where a clause begins: no dictionary has these."""
_UNKNOWN = re.compile(
    r"(?:^|(?<=[,，。;；:：、\s年月日]))(?:截至|目前|其中|在)?(?P<name>[\u4e00-\u9fff]{2}(?:[市县区镇乡]|机场|[港州]))(?=[\u4e00-\u9fff\d]{2})"
)
_NO_PLACE = re.compile(
    r"[全我该本各某这那其每两三几多个家在有为和与及等以到从对]|[社园小辖山城地市灾景街校厂库林牧矿港]区|[城都]市|乡镇"
)
"""What is no place's name though it ends as one: 各地区, 老城区."""
_LATIN = re.compile(r"(?<![a-z0-9./:_@-])[a-z]{4,}(?: [a-z]{3,})*(?![a-z0-9./:_@-])")
_GROUPS = [[words.split() for words in row] for row in rows("name_ends.txt")]
_SURE = {end: str(group) for group, (ends, _, _) in enumerate(_GROUPS) for end in ends if end != "-"}
_WORDS_TOO = {end: str(group) for group, (_, ends, _) in enumerate(_GROUPS) for end in ends if end != "-"}
_ENDS = _SURE | _WORDS_TOO
_SURE_ENDS, _OTHER_ENDS = tuple(_SURE), tuple(_WORDS_TOO)
_STAND_INS = {word: str(group) for group, (_, _, words) in enumerate(_GROUPS) for word in words}
_LONGEST_END = max(map(len, _ENDS))
_WHOLE = re.compile(r"(?:全|我|该|本)[国省市州区县旗镇乡村](?![^\W\d]{0,2}级)")
_OWN_LEVEL = re.compile(r"[省市区县]本级")
_STARTS = frozenset(("ns", "nr", "nz", "nt", "nrt", "j", "s", "x", "eng"))
_WITHIN = frozenset(("n", "v", "vn", "b", "l", "i", "zg", "a", "an", "f", "q", "nrfg", "ng", "z", "t", *_STARTS))
_KINDS = "市区县镇乡省州国盟旗"
_NO_START = re.compile(r"[\d.,%]|[年月日号]$|^[而组据由和与及]$")
_NEVER_WITHIN = frozenset((*FIGURE_WORDS["outside"], *FIGURE_WORDS["link"]))
"""What a clause goes on with behind a name, and no name has in it."""
_OF_A_SORT = frozenset(FIGURE_WORDS["sort"])
_MOST_WORDS = 9
_MOST_BEHIND, _LONGEST_BEHIND = 3, 4
Word = tuple[str, str, int]
"""A word, its tag, and where it stands."""


def names_in(folded: str, words: Sequence[Word] | None = None) -> tuple[Name, ...]:
    """The names of a folded text in order, without overlap; `words` are its words, where they are known."""
    words = words_of(folded) if words is None else words
    found: list[Name] = []
    # What is surer comes first.
    for name in (
        *(Name(start, start + len(text), text, "name", group_of(text)) for text, start in organisations_in(folded)),
        *_unknown_places(folded),
        *_by_ends(words),
        *_places(folded, words),
        *_by_make(folded),
        *(
            Name(match.start(), match.end(), match.group(), "stand-in", match.group()[1])
            for match in _WHOLE.finditer(folded)
        ),
        *(
            Name(start, start + len(word), word, "stand-in", _STAND_INS[word])
            for word, _, start in words
            if word in _STAND_INS
        ),
    ):
        if not _overlaps(name, found):
            found.append(name)
    return tuple(sorted(found, key=lambda item: item.start))


def _unknown_places(folded: str) -> Iterator[Name]:
    """Places that no dictionary has, where a clause opens with one: 汀兰区新增…."""
    for match in _UNKNOWN.finditer(folded):
        text = match["name"]
        if _NO_PLACE.search(text) is None and not is_common_noun(text):
            yield Name(match.start("name"), match.end("name"), text, "place", text[-1])


def _places(folded: str, words: Sequence[Word]) -> Iterator[Name]:
    for place in places_in(folded):
        end = place.start + len(place.name)
        if not _is_place(place):
            continue
        if place.bare and (longer := _longer(words, end)) > end:
            yield Name(place.start, longer, folded[place.start : longer], "name")
        else:
            yield Name(place.start, end, place.name, "place", place.kind)


def _by_make(folded: str) -> Iterator[Name]:
    """Firms by their short names where a clause begins, 市本级 beside 全市, and names in Latin letters."""
    for match in _OWN_LEVEL.finditer(folded):
        yield Name(match.start(), match.end(), match.group(), "name")
    for match in _AT_START.finditer(folded):
        yield Name(match.start("name"), match.end("name"), match["name"], "name", _ENDS["公司"])
    for match in _LATIN.finditer(folded):
        yield Name(match.start(), match.end(), match.group(), "name")


def words_of(folded: str) -> list[Word]:
    """The words of a folded text with their tags and places."""
    found, position = [], 0
    for word, tag in tagged(folded):
        start = folded.find(word, position)
        position = start + len(word)
        found.append((word, tag, start))
    return found


def _by_ends(words: Sequence[Word]) -> Iterator[Name]:
    """Names that begin with a proper noun, go on without a gap, and end as names of bodies and things do."""
    place = 0
    while place < len(words):
        last = _last_of_name(words, place) if _starts_name(words, place) else None
        if last is None:
            place += 1
            continue
        start = words[place][2]
        text = "".join(word for word, _, _ in words[place : last + 1])
        yield Name(start, start + len(text), text, "name", group_of(text))
        place = last + 1


def _starts_name(words: Sequence[Word], place: int) -> bool:
    """Whether a word may begin a name: a proper noun, or any noun that a clause begins with (海棠 of 海棠湾新区)."""
    word, tag, start = words[place]
    if _NO_START.search(word) is not None or word in _NEVER_WITHIN:
        return False
    if tag in _STARTS:
        return len(word) > 1 or tag != "x"
    opens = place == 0 or words[place - 1][2] + len(words[place - 1][0]) < start
    return opens and tag == "n" and len(word) > 1 and word not in _OF_A_SORT


def _last_of_name(words: Sequence[Word], first: int) -> int | None:
    """The word that a name ends with which begins at this one; None where none does.

    What surely ends names (园 of 沧海科技创新园) is looked for behind what only may (科技).
    """
    found: int | None = None
    is_sure = has_verb = False
    behind = words[first][2]
    for place in range(first, min(len(words), first + _MOST_WORDS)):
        word, tag, start = words[place]
        is_verb = tag[0] == "v" and tag != "vn"
        outside = start != behind or (tag not in _WITHIN and not word.isascii()) or word in _NEVER_WITHIN
        if outside or (is_sure and is_verb) or (place > first and re.match(r"\d", word)):
            break
        behind = start + len(word)
        if place > first and word.endswith(_SURE_ENDS):
            found, is_sure = place, True
        elif place > first and found is None and not has_verb and word.endswith(_OTHER_ENDS) and _is_last(words, place):
            found = place
        has_verb = has_verb or is_verb
    return found


def _is_last(words: Sequence[Word], place: int) -> bool:
    """Whether no further noun follows a word at once."""
    if place + 1 == len(words):
        return True
    word, _, start = words[place]
    _, tag, behind = words[place + 1]
    return behind > start + len(word) or tag[0] not in "nabljz"


def _longer(words: Sequence[Word], end: int) -> int:
    """Where a name ends that begins with a place: at a figure shortly behind (临江锗业|2023年…), else where it did."""
    behind = [item for item in words if item[2] >= end][:_MOST_BEHIND]
    reached = end
    for word, tag, start in behind:
        if start != reached:
            return end
        if word[0].isdigit() and reached > end:
            return reached
        if tag[0] not in "nxjb" or tag == "nt" or start + len(word) > end + _LONGEST_BEHIND:
            return end
        reached = start + len(word)
    return end


def group_of(text: str) -> str:
    """The group of a name by its end; "" where it ends as none does."""
    for size in range(_LONGEST_END, 0, -1):
        if text[-size:] in _ENDS:
            return _ENDS[text[-size:]]
    return ""


def _is_place(place: Place) -> bool:
    """Whether a name without a word for its kind is one that the dictionary knows for a place."""
    if not place.core or not place.bare:
        return bool(place.core)
    return is_proper_noun(place.core) or any(is_proper_noun(place.core + kind) for kind in _KINDS)


def _overlaps(item: Name, others: Sequence[Name]) -> bool:
    return any(item.start < other.end and other.start < item.end for other in others)


__all__ = ["Name", "Word", "group_of", "names_in", "words_of"]
