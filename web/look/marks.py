"""Text of documents and questions as HTML. Whatever it holds, it is shown as text; only our own marks act."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from chinese.tokens import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chinese.text import Range

# Direction marks and overrides would reorder what stands around them; other controls would vanish unseen.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_KEPT_TOGETHER = 12
"""Characters of a phrase that stay on one line."""
# Characters that HTML leaves alone, but LaTeX, Markdown's bold and code, or a template would take for their own.
_MARKUP = re.compile(r"[$*`\\{}]")


def show_controls(text: str) -> str:
    """The text with control characters written out (⟨U+202E⟩), so that none of them acts."""
    return _CONTROLS.sub(lambda match: f"⟨U+{ord(match.group()):04X}⟩", text)


def escape(text: str) -> str:
    """The text as HTML that shows it character for character; `$$`, `**` and `{{` do not act either."""
    return _MARKUP.sub(lambda match: f"&#{ord(match.group())};", html.escape(show_controls(text)))


def attribute(text: str) -> str:
    """The text as the value of an attribute that a script reads back: what is not seen is written as its number."""
    return "".join(mark if mark.isprintable() else f"&#{ord(mark)};" for mark in html.escape(text))


def marked(text: str, phrases: Iterable[Range], words: Iterable[Range] = (), start: int = 0, end: int = -1) -> str:
    """The characters from `start` to `end` (-1: all) as HTML: phrases in <mark>, words in a span of class wj-word.

    Where both would be, the phrase is marked. A long one has the class wj-broken, for it may go over several lines.
    """
    end = len(text) if end < 0 else end
    kinds = [""] * (end - start)
    for name, ranges in (("word", words), ("phrase", phrases)):
        for first, last in ranges:
            for place in range(max(first, start), min(last, end)):
                kinds[place - start] = name
    parts = []
    place = start
    while place < end:
        kind = kinds[place - start]
        stop = place
        while stop < end and kinds[stop - start] == kind:
            stop += 1
        inner = escape(text[place:stop])
        if kind == "phrase":
            long = ' class="wj-broken"' if stop - place > _KEPT_TOGETHER else ""
            parts.append(f"<mark{long}>{inner}</mark>")
        else:
            parts.append(f'<span class="wj-word">{inner}</span>' if kind else inner)
        place = stop
    return "".join(parts)


def find_words(words: Iterable[str], text: str) -> list[Range]:
    """Where folded words stand in a text; a Latin word or a number not inside a longer one."""
    folded = fold(text)
    found: list[Range] = []
    for word in words:
        pattern = re.escape(word)
        if word.isascii():
            pattern = rf"(?<![0-9a-z.]){pattern}(?![0-9a-z]|\.\d)"
        found.extend(match.span() for match in re.finditer(pattern, folded))
    return found
