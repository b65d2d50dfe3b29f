"""Cutting a paragraph into sentences, never inside a quotation, a bracket or a quantity."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from chinese.quantities import find_quantities

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPENING = "“‘「『（(《〈【[｛{"
_CLOSING = "”’」』）)》〉】]｝}"
_PAIRS = dict(zip(_CLOSING, _OPENING, strict=True))
_END = "。！？!?"
# Not after a title or the number of a list's entry: Dr. Li, 1. Apples.
_LATIN_STOP = re.compile(
    r"(?<=[a-z0-9)”\"'%])(?<!\b(?:Dr|Mr|Ms|St|No))(?<!\bMrs)(?<!\bProf)(?<!^\d)(?<!^\d\d)\.(?=\s+[A-Z“\"])"
)
_LATIN_END = "!?"
# What the cuts are looked for at: a text is long, and few of its characters matter.
_BRACKETS = re.compile(f"[{re.escape(_OPENING + _CLOSING)}]")
_MARKS = re.compile(f"[{re.escape(_END + _CLOSING)}\n]")
# A quotation that never closes must not swallow the rest of an article.
_LONGEST_QUOTATION = 400
_DEEPEST = 32
_LONGEST_QUANTITY = 40


def split_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Half-open character ranges of the sentences of a paragraph; together they cover it but for blanks at the cuts.

    A sentence ends after 。！？ or a row of them, with the closing quotes and brackets that follow, at the
    outermost level only: 他说：“好。就这样。”我走了。 is one sentence up to the second 。, because what is quoted
    stays with who said it.
    """
    ranges = []
    start = 0
    for cut in _cuts(text):
        if text[start:cut].strip():
            ranges.append(_trim(text, start, cut))
        start = cut
    if text[start:].strip():
        ranges.append(_trim(text, start, len(text)))
    return tuple(ranges)


def _cuts(text: str) -> Iterator[int]:
    latin = {match.end() for match in _LATIN_STOP.finditer(text)}
    depth_at = _depths(text)
    position = 0
    for place in sorted({match.start() for match in _MARKS.finditer(text)} | {end - 1 for end in latin}):
        if place < position or depth_at[place]:
            continue
        if _is_end(text, place) or place + 1 in latin:
            position = _past_closing(text, place + 1)
            yield position
        elif text[place] == "\n" or (text[place] in _CLOSING and _ends_inside(text, place)):
            position = place + 1
            yield position


def _is_end(text: str, position: int) -> bool:
    """Whether a mark ends a sentence: one that a Latin letter or digit follows is part of an address (?id=3)."""
    if text[position] in _LATIN_END:
        return not re.match(r"[\w=&/.]", text[position + 1 : position + 2], re.ASCII)
    return text[position] in _END


def _past_closing(text: str, position: int) -> int:
    while position < len(text) and (text[position] in _END or text[position] in _CLOSING or text[position] == "…"):
        position += 1
    return position


def _ends_inside(text: str, position: int) -> bool:
    """Whether a quotation closing at `position` ends a sentence: 。” is an end unless the sentence reads on.

    After ，“……。” or ：“……。” the quotation itself is the sentence's last part.
    """
    if position == 0 or text[position - 1] not in _END:
        return False
    following = text[position + 1 : position + 2]
    return not following or following not in "，,、；;：:的" + _CLOSING + _END


def _depths(text: str) -> list[int]:
    """How many open quotations and brackets each character stands in; a closing mark counts as outside again."""
    changes = [0] * (len(text) + 1)
    open_at: list[tuple[str, int]] = []
    matched: list[tuple[int, int]] = []
    for mark in _BRACKETS.finditer(text):
        character, position = mark.group(), mark.start()
        if character in _OPENING:
            open_at.append((character, position))
        else:
            wanted = _PAIRS[character]
            for back in range(len(open_at) - 1, max(-1, len(open_at) - _DEEPEST), -1):
                if open_at[back][0] == wanted:
                    matched.append((open_at[back][1], position))
                    del open_at[back:]
                    break
    for first, last in matched:
        if last - first <= _LONGEST_QUOTATION:
            changes[first] += 1
            changes[last] -= 1
    return list(accumulate(changes[:-1]))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def split_long(text: str, start: int, end: int, limit: int) -> tuple[tuple[int, int], ...]:
    """Parts of a range of at most `limit` characters, cut after ；, else ，, else 、, else anywhere harmless.

    Nothing is cut through a quantity; quotations and brackets only where one is longer than `limit`.
    """
    parts = []
    while end - start > limit:
        cut = _best_cut(text, start, start + limit)
        parts.append((start, cut))
        start = cut
    parts.append((start, end))
    return tuple(parts)


def _unbreakable(text: str, start: int) -> set[int]:
    """Places counted from `start` at which a cut would go through a quantity or a number (18,297)."""
    ranges = [(item.start, item.end) for item in find_quantities(text)]
    ranges += [match.span() for match in re.finditer(r"\d+(?:[.,，]\d+)+", text)]
    return {place - start for first, last in ranges for place in range(first + 1, last)}


def _best_cut(text: str, start: int, limit: int) -> int:
    part = text[start : limit + 1]
    depths = _depths(text[start:limit])
    inside = _unbreakable(text[max(0, start - 1) : limit + _LONGEST_QUANTITY], start - max(0, start - 1))
    for marks, outermost in (("；;", True), ("，,", True), ("。！？；;，,", False), ("、 \n", True), ("、 ", False)):
        for position in range(limit - start - 1, (limit - start) // 4, -1):
            if part[position] in marks and position + 1 not in inside and not (outermost and depths[position]):
                return start + position + 1
    for position in range(limit - start, (limit - start) // 2, -1):
        if position not in inside and not (part[position - 1].isascii() and part[position - 1].isalnum()):
            return start + position
    return limit
