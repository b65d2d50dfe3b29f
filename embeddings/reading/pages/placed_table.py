"""A table found on a page: its rows with their cells and their part of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from embeddings.types import Box


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells' texts as `table_rows` takes them, the row's box, and how sure the least sure text of it is."""

    cells: tuple[str, ...]
    box: Box
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """A table's box, its rows, and the left edges of its columns."""

    box: Box
    rows: tuple[TableRow, ...]
    edges: tuple[float, ...]
