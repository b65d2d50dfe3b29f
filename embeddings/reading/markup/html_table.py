"""An HTML table in the making: its true grid, and whether it is one or only places text on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from embeddings.reading.tables.rows import LONGEST_REPEATED, table_rows
from embeddings.reading.text.lines import Lines

Attributes = dict[str, str | None]

_COLUMNS = 64  # of a table; cells that claim to span more would fill the memory
_ROWS = 1000  # that a cell may claim to span
_LAYOUT_CELL = 200  # characters; a longer cell holds an article, not a value


@dataclass(slots=True)
class Cell:
    """A cell: how many columns and rows it spans, and its lines."""

    columns: int
    rows: int
    head: bool
    content: Lines = field(default_factory=Lines)

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.content.lines if line.text)


@dataclass(slots=True)
class Table:
    """A table, and where the text around it goes. `layout`: it holds tables itself."""

    outer: Lines
    rows: list[list[Cell]] = field(default_factory=list)
    layout: bool = False

    def add_cell(self, tag: str, attrs: Attributes) -> Cell:
        """The next cell of the last row."""
        cell = Cell(_span(attrs, "colspan", _COLUMNS), _span(attrs, "rowspan", _ROWS), tag == "th")
        if not self.rows:
            self.rows.append([])
        self.rows[-1].append(cell)
        return cell

    def write(self) -> None:
        """Give its rows, or the cells of a table that only places text, to the text around it."""
        if self._is_data:
            said = table_rows(self._grid(), self._header, above=self.outer.last())
            for cells, sentence in zip(self.rows, said, strict=True):
                numbers = [line.number for cell in cells for line in cell.content.lines]
                if sentence is not None and numbers:
                    self.outer.add(numbers[0], sentence)
        else:
            for cell in (cell for row in self.rows for cell in row):
                self.outer.append(cell.content.lines)

    @property
    def _is_data(self) -> bool:
        """False for a table that only places text on the page: its cells are then read one after the other."""
        cells = [cell for row in self.rows for cell in row]
        if self.layout or max(map(len, self.rows), default=0) < 2:
            return False
        if any(cell.head for cell in cells):
            return True
        return len(self.rows) > 1 and not any(
            len(cell.text) > _LAYOUT_CELL or any(line.level for line in cell.content.lines) for cell in cells
        )

    @property
    def _header(self) -> bool | None:
        if any(len(row) > 1 and all(cell.head for cell in row) for row in self.rows):
            return True
        return False if any(row[0].head and len(row) == 2 for row in self.rows if row) else None

    def _grid(self) -> list[list[str]]:
        """Texts by row and column. What spans rows is said in each; what spans columns, once."""
        below: dict[int, tuple[int, str]] = {}
        grid: list[list[str]] = []
        for row in self.rows:
            texts: list[str] = []
            for cell in row:
                _fill(texts, below, len(texts))
                if len(texts) > _COLUMNS:
                    break
                spanned = [cell.text, *[""] * (cell.columns - 1)]
                if cell.rows > 1:
                    # A long text is said once, and keeps its place in the rows below.
                    said = spanned if len(cell.text) <= LONGEST_REPEATED else [""] * len(spanned)
                    below |= {len(texts) + offset: (cell.rows - 1, text) for offset, text in enumerate(said)}
                texts += spanned
            _fill(texts, below, max(below, default=0))
            grid.append(texts)
        return grid


def _fill(texts: list[str], below: dict[int, tuple[int, str]], last: int) -> None:
    """Put what spans down from the rows above in the next places of a row, up to the column `last`."""
    while len(texts) in below or (len(texts) < last and below):
        left, text = below.pop(len(texts), (0, ""))
        if left > 1:
            below[len(texts)] = (left - 1, text)
        texts.append(text)


def _span(attrs: Attributes, name: str, most: int) -> int:
    value = attrs.get(name) or ""
    if not re.fullmatch(r"[0-9]{1,9}", value):
        return 1
    return min(int(value) or (most if name == "rowspan" else 1), most)
