"""A page as its texts with their places, before it is put in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from embeddings.reading.pages.placed_table import Table
    from embeddings.types import PlacedText


@dataclass(slots=True)
class PlacedPage:
    """A page's texts in any order, and the tables that ruled lines make; their boxes are measured in ems.

    An em is `across` of the page's width and `down` of its height. `number` counts from 1, `label` is what the page
    calls itself where that is not its number, `scanned` says that the texts were recognised in a picture. `aside` are
    texts that are read after all others, each a line: notes, and what is turned; boxes in shares of the page.
    """

    number: int
    across: float
    down: float
    items: list[PlacedText]
    tables: list[Table] = field(default_factory=list)
    aside: list[PlacedText] = field(default_factory=list)
    label: str = ""
    scanned: bool = False
    quarter: int = 0
    """By how many quarters (clockwise) the page is turned that was turned back to be read."""
