"""A text in the forms that it is compared in, each made once and carried along."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from chinese.facts import Said
from chinese.tokens import fold, tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Range", "Text", "joined"]

Range = tuple[int, int]
"""Characters of a text, from the first to the one behind the last."""


@dataclass(frozen=True)
class Text:
    """A text as it is shown, and folded: of the same length, so that a place in one is that place in the other."""

    shown: str
    folded: str

    @classmethod
    def of(cls, shown: str) -> Text:
        """Fold a text; what is made of others by `joined` or by a slice is not folded again."""
        return cls(shown, fold(shown))

    def __getitem__(self, part: slice) -> Text:
        return Text(self.shown[part], self.folded[part])

    @cached_property
    def simplified(self) -> str:
        """In simplified characters, otherwise as shown: capitals and full-width forms stay."""
        # Simplifying changes Chinese characters, and folding changes them in no other way.
        return "".join(
            [new if "\u3400" <= old <= "\u9fff" else old for old, new in zip(self.shown, self.folded, strict=True)]
        )

    @cached_property
    def tokens(self) -> frozenset[str]:
        """What the lexical index knows it by."""
        return frozenset(tokens_of(self.folded))

    @cached_property
    def said(self) -> Said:
        """What it speaks of."""
        return Said(self.folded)


def joined(parts: Sequence[Text], between: Sequence[str]) -> Text:
    """Texts as one, with what stands `between` the first and the second, and so on; marks that folding leaves."""
    if not parts:
        return Text("", "")
    shown, folded = [parts[0].shown], [parts[0].folded]
    for lead, part in zip(between, parts[1:], strict=True):
        shown += (lead, part.shown)
        folded += (lead, part.folded)
    return Text("".join(shown), "".join(folded))
