"""A page as blocks: stretches of one kind, made of the pieces of its lines, and how pieces read on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from embeddings.splitting.imprint import Imprint

BlockKind = Literal["heading", "body", "list", "field", "byline", "caption", "note", "imprint"]
"""A note only dates the text; an imprint stays as a text of its own."""


@dataclass(slots=True)
class Block:
    """A stretch of a page of one kind, as pieces (line number, text); `gap` blank lines stand before it."""

    kind: BlockKind
    pieces: list[tuple[int, str]]
    gap: int = 0
    level: int | None = None
    torn: bool = field(default=False)
    imprint: Imprint | None = None

    @property
    def text(self) -> str:
        """The pieces joined as they read: nothing between Chinese, a blank between Latin words."""
        if len(self.pieces) == 1:
            return self.pieces[0][1]
        joint = Joint()
        return "".join([joint.glue(piece) + piece for _, piece in self.pieces])


@dataclass(slots=True)
class Joint:
    """The end of a text that grows piece by piece: what goes between it and the next one is told without all of it.

    `tail` is its last characters, at least as many as `length` where it has them; `ascii` says of all of it.
    """

    length: int = 1
    tail: str = ""
    ascii: bool = True

    def glue(self, piece: str) -> str:
        """What belongs before the next piece, which then is the text's end."""
        between = _glue(self.tail[-1:], self.ascii, piece)
        self.tail = (self.tail + between + piece)[-self.length :]
        self.ascii = self.ascii and piece.isascii()
        return between


_TERMINAL = "。！？!?…；;：:"
_AFTER_END = "”’」』）)》〉】]\"'"


def glue(before: str, after: str) -> str:
    """What belongs between two halves of a line: a blank between Latin words, else nothing.

    A figure that a Chinese text's wrapping cut in two is one figure again: 7|6台.
    """
    return _glue(before[-1:], before.isascii(), after)


def _glue(last: str, is_ascii: bool, after: str) -> str:
    """What belongs after a text that ends in the character `last` (none where it is empty)."""
    if not (last and after and last.isascii() and after[0].isascii()):
        return ""
    if last.isspace() or last == "-" or after[0] in ",.;:!?)%":
        return ""
    cut = last.isdigit() and after[0].isdigit() and not (is_ascii and after.isascii())
    return "" if cut else " "


def is_ended(text: str) -> bool:
    """Whether the text ends as a sentence ends (or announces a list by a colon)."""
    return ends(text, text.isascii())


def ends(tail: str, is_ascii: bool) -> bool:
    """Whether a text ends so that has this tail, and is all ASCII or not."""
    last = tail.rstrip(_AFTER_END)[-1:]
    return bool(last) and (last in _TERMINAL or (tail[-1] in ".\"'" and is_ascii))
