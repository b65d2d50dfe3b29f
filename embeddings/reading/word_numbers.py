"""The numbers that Word sets before paragraphs by itself: 第三条, 一、, （二）, 1.1."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from embeddings.reading.counting import counted
from embeddings.reading.word_package import MC, W, chosen, is_on, value
from embeddings.reading.word_styles import Styles
from embeddings.reading.xml_tree import Element, children

_LEVELS = 9
_CLOSED = re.compile(r"[、，。：．）〕】》）]$")
"""After these nothing is set between number and text; after "1." a blank is, or 1. and 5亩 would be 1.5亩."""


@dataclass(frozen=True, slots=True)
class _Level:
    """A level of a list. `restart` is the level (from 1) whose next number sets it back; 0: none, None: any above."""

    start: int
    style: str
    text: str
    restart: int | None
    plain: bool
    paragraph_style: str | None


@dataclass(slots=True)
class _List:
    """Paragraphs that count on together: the levels, and where each stands (None before its first)."""

    levels: dict[int, _Level]
    link: str | None
    at: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)


@dataclass(frozen=True, slots=True)
class _Number:
    """What a paragraph refers to by w:numId: a list, with starts and levels of its own."""

    abstract: str
    starts: dict[int, int]
    levels: dict[int, _Level]


class Numbers:
    """Counts the numbered paragraphs of a document: `of` has to be asked for each, in their order."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[str, _List] = {}
        self._numbers: dict[str, _Number] = {}
        self._begun: set[tuple[str, int]] = set()
        for element in () if root is None else children(root):
            if element.tag == W + "abstractNum":
                name = element.get(W + "abstractNumId") or ""
                self._lists[name] = _List(_levels(element), value(element, "numStyleLink"))
            elif element.tag == W + "num":
                self._numbers[element.get(W + "numId") or ""] = _number(element)

    def of(self, paragraph: Element) -> str:
        """The number before a paragraph, as it is shown, with the blank behind it; "" where there is none."""
        found = self._reference(paragraph)
        if found is None or is_on(paragraph, "pPr/rPr/del") or is_on(paragraph, "pPr/rPr/vanish"):
            return ""
        num_id, ilvl, number, counting = found
        levels = counting.levels | number.levels
        level = levels.get(ilvl)
        if level is None:
            return ""
        self._count(num_id, ilvl, level, number, counting)
        for deeper in range(ilvl + 1, _LEVELS):
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or 0 < ilvl + 1 <= restart:
                counting.at[deeper] = None
        said = _said(level, levels, counting.at).strip()
        return said if not said or _CLOSED.search(said) else f"{said} "

    def _count(self, num_id: str, ilvl: int, level: _Level, number: _Number, counting: _List) -> None:
        first = ilvl in number.starts and (num_id, ilvl) not in self._begun
        self._begun.add((num_id, ilvl))
        before = counting.at[ilvl]
        if first:
            counting.at[ilvl] = number.starts[ilvl]
        else:
            counting.at[ilvl] = number.starts.get(ilvl, level.start) if before is None else before + 1

    def _reference(self, paragraph: Element) -> tuple[str, int, _Number, _List] | None:
        num_id = value(paragraph, "pPr/numPr/numId")
        ilvl = value(paragraph, "pPr/numPr/ilvl")
        style: str | None = None
        if num_id is None:
            by_style = self._styles.number(paragraph)
            if by_style is None:
                return None
            num_id, of_style, style = by_style
            ilvl = ilvl or of_style
        number = self._numbers.get(num_id)
        counting = None if number is None else self._list(number)
        if number is None or counting is None:
            return None
        if style is not None and ilvl is None:
            ilvl = next((str(at) for at, level in counting.levels.items() if level.paragraph_style == style), None)
        return (num_id, int(ilvl or 0), number, counting) if re.fullmatch(r"[0-8]", ilvl or "0") else None

    def _list(self, number: _Number) -> _List | None:
        counting = self._lists.get(number.abstract)
        if counting is not None and counting.link and not counting.levels:
            linked = self._numbers.get(self._styles.list_number(counting.link) or "")
            return self._lists.get(linked.abstract) if linked is not None else None
        return counting


def _levels(parent: Element) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for element in parent.findall(W + "lvl"):
        ilvl = element.get(W + "ilvl") or ""
        if re.fullmatch(r"[0-8]", ilvl):
            found[int(ilvl)] = _Level(
                _integer(value(element, "start"), 0),
                _style(element),
                "" if is_on(element, "rPr/vanish") else value(element, "lvlText") or "",
                None if value(element, "lvlRestart") is None else _integer(value(element, "lvlRestart"), 0),
                is_on(element, "isLgl"),
                value(element, "pStyle"),
            )
    return found


def _style(level: Element) -> str:
    """The name of its style of counting; newer ones stand in what is for new programs only."""
    for alternatives in level.findall(MC + "AlternateContent"):
        for side in reversed(chosen(alternatives)):
            if found := value(side, "numFmt"):
                return found
    return value(level, "numFmt") or "decimal"


def _number(element: Element) -> _Number:
    starts: dict[int, int] = {}
    levels: dict[int, _Level] = {}
    for override in element.findall(W + "lvlOverride"):
        own = _levels(override)
        ilvl = override.get(W + "ilvl") or ""
        if re.fullmatch(r"[0-8]", ilvl):
            start = value(override, "startOverride")
            if start is not None:
                starts[int(ilvl)] = _integer(start, 0)
            if int(ilvl) in own:
                level = own[int(ilvl)]
                levels[int(ilvl)] = replace(level, start=starts.get(int(ilvl), level.start))
    return _Number(value(element, "abstractNumId") or "", starts, levels)


def _integer(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,5}", text) else otherwise


def _said(level: _Level, levels: dict[int, _Level], at: list[int | None]) -> str:
    """The level's text with the numbers of this level and those above in the place of %1 to %9."""
    if level.style == "bullet":
        return ""

    def number(found: re.Match[str]) -> str:
        place = int(found[1]) - 1
        counting = levels.get(place)
        if counting is None:
            return ""
        current = at[place]
        style = "decimal" if level.plain else counting.style
        return counted(counting.start if current is None else current, style)

    return re.sub(r"%([1-9])", number, level.text)
