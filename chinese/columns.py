"""Text in the columns of a terminal: a Chinese character takes two, a mark that stands on another one none."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["columns", "padded", "wrapped"]

_OPENING, _CLOSING = frozenset(("Ps", "Pi")), frozenset(("Pe", "Pf", "Po"))
_NONE = frozenset(("Mn", "Me", "Cc", "Cf"))


def columns(text: str) -> int:
    """How many columns a text takes; controls, which order something, take none."""
    return len(text) if text.isascii() and text.isprintable() else sum(map(_columns_of, text))


def padded(text: str, width: int) -> str:
    """A text with blanks behind it up to `width` columns."""
    return text + " " * (width - columns(text))


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """A line cut into lines of at most `width` columns, those behind the first after `indent`; never none.

    It is cut at blanks, and beside any character that takes two columns, but neither before a closing mark or behind
    an opening one, nor between a figure and its unit, nor within 【】. What is longer than a line is cut anywhere.
    Blanks before the text stay.
    """
    body = text.lstrip(" ")
    line = text[: len(text) - len(body)]
    found, begun = [], columns(line)
    for unit in _units(body):
        for piece in _pieces(unit, max(2, width - columns(indent))):
            if columns(line) > begun and columns(line) + columns(piece.rstrip(" ")) > width:
                found.append(line.rstrip(" "))
                line, begun = indent, columns(indent)
            line += piece
    return [*found, line.rstrip(" ")]


def _columns_of(character: str) -> int:
    if unicodedata.category(character) in _NONE:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _units(text: str) -> Iterator[str]:
    """What is not to be cut: a word with the blanks behind it, a wide character with the marks around it."""
    unit, is_marked = "", False
    for character in text:
        if unit and not is_marked and not _holds_together(unit[-1], character):
            yield unit
            unit = ""
        unit += character
        is_marked = character != "】" and (is_marked or character == "【")
    if unit:
        yield unit


def _holds_together(before: str, after: str) -> bool:
    if after == " " or _columns_of(after) == 0 or _columns_of(before) == 0:
        return True
    if before == " ":
        return False
    if unicodedata.category(before) in _OPENING or unicodedata.category(after) in _CLOSING:
        return True
    return _columns_of(before) == 1 and (_columns_of(after) == 1 or before.isdecimal())


def _pieces(unit: str, width: int) -> Iterator[str]:
    """A unit that fits into a line, or what fits of it, again and again."""
    piece = ""
    for character in unit:
        if character != " " and columns(piece) + _columns_of(character) > width:
            yield piece
            piece = ""
        piece += character
    yield piece
