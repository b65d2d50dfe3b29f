"""The marks that a list's entries have on the page, though the markup does not write them: • 3. 缴费."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_NUMBERED = re.compile(
    r"\s*(?:第?[\d一二三四五六七八九十]{1,3}\s?(?:[、.．)）:：]|[条章节步款项])|[(（][\d一二三四五六七八九十]{1,3}[)）]|[\u2460-\u2473])"
)


_SHORT = 90
_ENDED = re.compile(r"[。！？!?；;：:，,、…]$")
_BULLETS = "•·●○◦▪▫➢►▶"


@dataclass(slots=True)
class Numbering:
    """The lists that are open, the innermost last: its next number, the step to the one after, its kind (1, a, i)."""

    _open: list[tuple[int, int, str] | None] = field(default_factory=list)

    def begin(self, ordered: bool, start: int = 1, step: int = 1, kind: str = "1") -> None:
        """Open a list."""
        self._open.append((start, step, kind) if ordered else None)

    def end(self) -> None:
        """Close the innermost list."""
        if self._open:
            self._open.pop()

    def next(self, number: int | None = None) -> str:
        """The mark of the innermost list's next entry, "3. "; "" where it has none. `number` is one of its own."""
        if not self._open or self._open[-1] is None:
            return ""
        counted, step, kind = self._open[-1]
        here = counted if number is None else number
        self._open[-1] = (here + step, step, kind)
        return f"{_written(here, kind)}. "


def entry(mark: str, text: str) -> str:
    """An entry's text behind its mark, but for one that has a number already.

    A short one has a bullet as well, by which it is known for an entry, and no headline.
    """
    text = text.lstrip()
    marked = text if _NUMBERED.match(text) else mark + text
    short = len(text) <= _SHORT and not _ENDED.search(text) and not has_mark(text)
    return f"• {marked}" if short and text else marked


def has_mark(text: str) -> bool:
    """Whether a text begins with a bullet."""
    return text[:1] in _BULLETS


def _written(number: int, kind: str) -> str:
    if kind in ("a", "A") and 1 <= number <= 26:
        return chr(ord(kind) + number - 1)
    if kind in ("i", "I") and 1 <= number <= 39:
        roman = "x" * (number // 10) + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[number % 10]
        return roman if kind == "i" else roman.upper()
    return str(number)
