"""What the styles and lists of a binary Word file say of a paragraph: headings, tables of contents, numbers."""

from __future__ import annotations

import struct
from contextlib import suppress
from dataclasses import dataclass

from embeddings.reading.text.list_counting import LEVELS, CountedList, Counter, Level, ListUse
from embeddings.reading.word.word97_file import Run, Word97, operations_of

_TITLE, _FIRST_CONTENTS, _LAST_CONTENTS, _USER = 62, 19, 27, 0xFFE
_OUTLINE, _LIST, _LIST_LEVEL = 0x2640, 0x460B, 0x260A
_DEPTH = 10
_LONGEST_OUTLINED = 60
_NO_LIST, _OLD_NUMBER = 0, 0x7FF
_STYLES = {
    **{0: "decimal", 1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter", 5: "ordinal"},
    **{10: "ideographDigital", 11: "japaneseCounting", 14: "decimalFullWidth", 16: "japaneseLegal"},
    **{17: "japaneseDigitalTenThousand", 18: "decimalEnclosedCircle", 19: "decimalFullWidth2", 22: "decimalZero"},
    **{23: "bullet", 26: "decimalEnclosedFullstop", 27: "decimalEnclosedParen", 28: "decimalEnclosedCircleChinese"},
    **{29: "ideographEnclosedCircle", 30: "ideographTraditional", 31: "ideographZodiac", 33: "taiwaneseCounting"},
    **{34: "ideographLegalTraditional", 35: "taiwaneseCountingThousand", 36: "taiwaneseDigital"},
    **{37: "chineseCounting", 38: "chineseLegalSimplified", 39: "chineseCountingThousand", 255: "none"},
}
"""Its codes for the ways to count, as newer formats name them."""


@dataclass(frozen=True, slots=True)
class _Style:
    kind: int  # what it is of the styles that Word brings
    name: str
    base: int
    operations: dict[int, bytes]


class Word97Styles:
    """The styles and lists of a binary Word file."""

    def __init__(self, word: Word97) -> None:
        self._styles = _styles(word.part("styles"))
        self._lists: dict[str, CountedList] = {}
        self._uses: list[ListUse] = []
        with suppress(struct.error, IndexError):  # a damaged list costs the numbers, not the text
            self._lists = _lists(word.part("lists"))
            self._uses = _uses(word.part("overrides"))
        self._counter = Counter()

    def level(self, run: Run | None, length: int) -> int | None:
        """The heading level of a paragraph of so many characters; 0 for the title, None for no heading."""
        if run is None:
            return None
        for style in self._based(run):
            if style.kind == _TITLE:
                return 0
            if 1 <= style.kind <= 9:
                return style.kind
        outline = self._set(run, _OUTLINE)
        return outline + 1 if outline is not None and outline < 9 and length <= _LONGEST_OUTLINED else None

    def is_contents(self, run: Run | None) -> bool:
        """Whether it is a line of a table of contents."""
        styles = self._based(run) if run is not None else []
        return any(_FIRST_CONTENTS <= style.kind <= _LAST_CONTENTS for style in styles[:1])

    def number(self, run: Run | None) -> str:
        """The number before a paragraph, as it is shown; it has to be asked for each, in their order."""
        use_id = None if run is None else self._set(run, _LIST)
        if run is None or use_id is None or use_id in (_NO_LIST, _OLD_NUMBER) or use_id > len(self._uses):
            return ""
        use = self._uses[use_id - 1]
        counting = self._lists.get(use.list_id)
        ilvl = self._set(run, _LIST_LEVEL) or 0
        return self._counter.next(str(use_id), use, counting, ilvl) if counting and ilvl < LEVELS else ""

    def _set(self, run: Run, operation: int) -> int | None:
        for operations in (run.operations, *(style.operations for style in self._based(run))):
            if operation in operations:
                return int.from_bytes(operations[operation], "little")
        return None

    def _based(self, run: Run) -> list[_Style]:
        found: list[_Style] = []
        at = run.style
        while at in self._styles and len(found) < _DEPTH:
            found.append(self._styles[at])
            at = found[-1].base
        return found


def _styles(data: bytes) -> dict[int, _Style]:
    if len(data) < 6:
        return {}
    head, count, base = struct.unpack_from("<HHH", data)
    found: dict[int, _Style] = {}
    at = 2 + head
    for index in range(count):
        if at + 2 > len(data):
            break
        size: int = struct.unpack_from("<H", data, at)[0]
        entry = data[at + 2 : at + 2 + size]
        at += 2 + size
        if len(entry) > base + 2 and base >= 6:
            first, second = struct.unpack_from("<HH", entry)
            length: int = struct.unpack_from("<H", entry, base)[0]
            name = entry[base + 2 : base + 2 + 2 * length].decode("utf-16-le", "replace")
            begin = base + 2 + 2 * length + 2
            is_paragraph = second & 0xF == 1 and begin + 4 <= len(entry)
            length = struct.unpack_from("<H", entry, begin)[0] if is_paragraph else 2
            operations = operations_of(entry[begin + 4 : begin + 2 + length])
            found[index] = _Style(first & 0xFFF, name, second >> 4, operations)
    return found


def _lists(data: bytes) -> dict[str, CountedList]:
    lists: dict[str, CountedList] = {}
    count = struct.unpack_from("<h", data)[0] if len(data) >= 2 else 0
    at = 2 + 28 * max(0, count)
    for index in range(count):
        list_id: int = struct.unpack_from("<i", data, 2 + 28 * index)[0]
        simple = data[2 + 28 * index + 26] & 1
        levels: dict[int, Level] = {}
        for ilvl in range(1 if simple else LEVELS):
            levels[ilvl], at = _level(data, at)
        lists[str(list_id)] = CountedList(levels)
    return lists


def _level(data: bytes, at: int) -> tuple[Level, int]:
    """A level, and where what follows it begins."""
    start, style, flags = struct.unpack_from("<iBB", data, at)
    characters, paragraphs, restart = data[at + 24], data[at + 25], data[at + 26]
    at += 28 + characters + paragraphs
    length: int = struct.unpack_from("<H", data, at)[0]
    text = data[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
    said = "".join(f"%{ord(char) + 1}" if ord(char) < LEVELS else char for char in text)
    no_restart = bool(flags & 8)
    level = Level(start, _STYLES.get(style, "decimal"), said, restart if no_restart else None, bool(flags & 4))
    return level, at + 2 + 2 * length


def _uses(data: bytes) -> list[ListUse]:
    count = struct.unpack_from("<i", data)[0] if len(data) >= 4 else 0
    found: list[ListUse] = []
    at = 4 + 16 * max(0, count)
    for index in range(count):
        place = 4 + 16 * index
        list_id: int = struct.unpack_from("<i", data, place)[0]
        starts: dict[int, int] = {}
        levels: dict[int, Level] = {}
        at += 4  # a place in the text, of no use
        for _ in range(data[place + 12]):
            start, flags = struct.unpack_from("<iI", data, at)
            at += 8
            if flags & 0x10:
                starts[flags & 0xF] = start
            if flags & 0x20:
                levels[flags & 0xF], at = _level(data, at)
        found.append(ListUse(str(list_id), starts, levels))
    return found
