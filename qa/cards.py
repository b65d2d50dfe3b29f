"""An answer as a card: what a notebook shows of it, as HTML and as Markdown.

`Answer` makes one of itself; nothing here knows of anything else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

Piece = tuple[str, bool]
"""A run of characters, and whether it is to be marked."""

_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$&])")
_BOX = "border:1px solid #8886;border-radius:6px;padding:.6em .9em;max-width:46em"
_SOFT = "opacity:.75;font-size:.9em"


@dataclass(frozen=True, slots=True)
class Quotation:
    """Sentences of a document, cut where marks begin and end, and where they stand in words."""

    pieces: tuple[Piece, ...]
    where: str


@dataclass(frozen=True, slots=True)
class Card:
    """A question, what is said to it, remarks on that, and the sentences that bear it out."""

    question: str
    said: str
    remarks: tuple[str, ...]
    quotations: tuple[Quotation, ...]

    def html(self) -> str:
        """As HTML that needs no style sheet; whatever the documents say, it is text."""
        lines = [f'<div style="{_BOX}"><div style="{_SOFT}">{_escaped(self.question)}</div>']
        lines.append(f'<div style="font-size:1.3em;font-weight:600">{_escaped(self.said)}</div>')
        lines += [f'<div style="{_SOFT}">{_escaped(remark)}</div>' for remark in self.remarks]
        for item in self.quotations:
            text = "".join(f"<mark>{_escaped(run)}</mark>" if marked else _escaped(run) for run, marked in item.pieces)
            lines.append(f'<blockquote style="margin:.6em 0 .2em">{text}<br>')
            lines.append(f'<span style="{_SOFT}">{_escaped(item.where)}</span></blockquote>')
        return "".join([*lines, "</div>"])

    def markdown(self) -> str:
        """As Markdown; whatever the documents say, it is text."""
        lines = [_plain(self.question), f"**{_plain(self.said)}**", *map(_plain, self.remarks)]
        for item in self.quotations:
            text = "".join(f"**{_plain(run)}**" if marked else _plain(run) for run, marked in item.pieces)
            lines.append(f"> {text}  \n> {_plain(item.where)}")
        return "\n\n".join(lines) + "\n"


def pieces_of(text: str, marks: tuple[tuple[int, int], ...]) -> tuple[Piece, ...]:
    """A text cut at the ranges to mark (half-open, sorted, not overlapping), without empty pieces."""
    found: list[Piece] = []
    place = 0
    for start, end in marks:
        found += [(text[place:start], False), (text[start:end], True)]
        place = end
    return tuple(piece for piece in (*found, (text[place:], False)) if piece[0])


def _escaped(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
