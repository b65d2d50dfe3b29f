"""What text is written to: how wide it is, and whether what is marked can be set off there."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.columns import wrapped
from chinese.given import setting

if TYPE_CHECKING:
    from typing import TextIO

__all__ = ["PLAIN", "Screen", "bold", "dim"]

_BEGIN_BOLD, _BEGIN_DIM, _END = "\x02", "\x01", "\x03"
_CODES = {_BEGIN_BOLD: "\x1b[1m", _BEGIN_DIM: "\x1b[2m", _END: "\x1b[0m"}
_MARKS = re.compile(f"[{''.join(_CODES)}]")


def bold(text: str) -> str:
    """A text that is to be set off; `Screen.shown` says how."""
    return f"{_BEGIN_BOLD}{text}{_END}" if text else ""


def dim(text: str) -> str:
    """A text that is to stand back."""
    return f"{_BEGIN_DIM}{text}{_END}" if text else ""


@dataclass(frozen=True, slots=True)
class Screen:
    """How wide lines may be, None where they are not cut, and whether bold and dim can be shown."""

    width: int | None = None
    colour: bool = False

    @classmethod
    def of(cls, stream: TextIO) -> Screen:
        """A terminal with its width; of a pipe or a file lines are not cut. NO_COLOR and TERM=dumb are respected."""
        if not stream.isatty():
            return PLAIN
        try:
            width = os.get_terminal_size(stream.fileno()).columns
        except OSError:
            width = 0
        return cls(width or 80, not setting("NO_COLOR") and setting("TERM") != "dumb")

    @classmethod
    def of_output(cls) -> Screen:
        """Standard output."""
        return cls.of(sys.stdout)

    def shown(self, text: str) -> str:
        """A text with its lines cut to the width, each going on under its own beginning, and its marks as codes."""
        lines = text.split("\n")
        if self.width is not None:
            lines = [part for line in lines for part in wrapped(line, self.width, _indent(line))]
        return "\n".join(_styled(lines) if self.colour else [_MARKS.sub("", line) for line in lines])


PLAIN = Screen()
"""A pipe or a file."""


def _indent(line: str) -> str:
    bare = _MARKS.sub("", line)
    number = re.match(r" *(?:\[[\d.]+\] )?", bare)
    return " " * len(number[0]) if number else ""


def _styled(lines: list[str]) -> list[str]:
    """The lines with codes; what goes on in the next line ends in each and begins anew."""
    found, begun = [], ""
    for line in lines:
        head = _CODES[begun] if begun else ""
        for mark in _MARKS.findall(line):
            begun = "" if mark == _END else mark
        found.append(head + _MARKS.sub(lambda mark: _CODES[mark[0]], line) + (_CODES[_END] if begun else ""))
    return found
