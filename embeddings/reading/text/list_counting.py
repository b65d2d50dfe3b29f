"""Lists of several levels, counted as Word counts them: 第三条, 1.1, restarts, and lists that go on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from embeddings.reading.text.counting import counted
from embeddings.reading.text.list_numbers import entry

LEVELS = 9
_CLOSED = re.compile(r"[、，。：．）〕】》）]$")
"""After these nothing is set between number and text; after "1." a blank is, or 1. and 5亩 would be 1.5亩."""


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a list: %1 to %9 in `text` are the numbers of the levels.

    `restart` is the level (from 1) whose next number sets it back; 0: none, None: any above. `plain`: all numbers in
    digits. `paragraph_style` is the style whose paragraphs are on this level.
    """

    start: int
    style: str
    text: str
    restart: int | None = None
    plain: bool = False
    paragraph_style: str | None = None


@dataclass(slots=True)
class CountedList:
    """Paragraphs that count on together: the levels, and where each stands (None before its first).

    `link` is the style that has the levels, where the list has none itself.
    """

    levels: dict[int, Level]
    link: str | None = None
    at: list[int | None] = field(default_factory=lambda: [None] * LEVELS)


@dataclass(frozen=True, slots=True)
class ListUse:
    """What paragraphs refer to: a list, with starts and levels of its own."""

    list_id: str
    starts: dict[int, int]
    levels: dict[int, Level]


BULLET = "•"
"""The mark of an entry that has no number."""


def marked(mark: str, text: str) -> str:
    """A paragraph behind its number; behind a bullet, where that keeps it from being taken for a headline."""
    if mark == BULLET:
        return entry("", text)
    return mark + text.lstrip() if mark else text


class Counter:
    """Counts the paragraphs of all lists of a document; `next` has to be asked for each, in their order."""

    def __init__(self) -> None:
        self._begun: set[tuple[str, int]] = set()

    def next(self, use_id: str, use: ListUse, counting: CountedList, ilvl: int) -> str:
        """The number of a paragraph on a level (from 0), as it is shown, with the blank behind it, BULLET or ""."""
        levels = counting.levels | use.levels
        level = levels.get(ilvl)
        if level is None:
            return ""
        if level.style == "bullet":
            return BULLET
        first = ilvl in use.starts and (use_id, ilvl) not in self._begun
        self._begun.add((use_id, ilvl))
        before = counting.at[ilvl]
        if first or before is None:
            counting.at[ilvl] = use.starts.get(ilvl, level.start)
        else:
            counting.at[ilvl] = before + 1
        for above in range(ilvl):  # a level that was passed over counts as begun
            if counting.at[above] is None and above in levels:
                counting.at[above] = use.starts.get(above, levels[above].start)
        for deeper in range(ilvl + 1, LEVELS):
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or ilvl < restart:
                counting.at[deeper] = None
        said = _said(level, levels, counting.at).strip()
        return said if not said or _CLOSED.search(said) else f"{said} "


def _said(level: Level, levels: dict[int, Level], at: list[int | None]) -> str:
    def number(found: re.Match[str]) -> str:
        place = int(found[1]) - 1
        counting = levels.get(place)
        if counting is None:
            return ""
        current = at[place]
        return counted(counting.start if current is None else current, "decimal" if level.plain else counting.style)

    return re.sub(r"%([1-9])", number, level.text)
