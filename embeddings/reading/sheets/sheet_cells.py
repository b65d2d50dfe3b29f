"""What the readers of workbooks give, whatever the format: sheets of cells as they are shown, and how much is read."""

from __future__ import annotations

from dataclasses import dataclass, field

LARGEST_ROWS = 40_000
"""Rows with text that are read of a workbook: cut into sentences, they take half the time that a file may."""
LARGEST_TEXT = 3_000_000
"""Characters that are read of a workbook, and some for each cell."""
LONGEST_CELL = 32_767
"""Characters of a cell: the most that Excel allows."""
_CELL = 3  # characters that an empty cell would take
COLUMNS = 1024
"""Columns that are looked at: no table that a person reads is wider."""

Ref = tuple[int, int]
"""A cell's row and column, both from 1."""
Region = tuple[int, int, int, int]
"""A merged region: its first row and column, its last row and column, from 1."""


@dataclass(slots=True)
class Budget:
    """What may still be read of a workbook: rows and characters, all sheets together."""

    rows: int = LARGEST_ROWS
    text: int = LARGEST_TEXT

    @property
    def spent(self) -> bool:
        return self.rows <= 0 or self.text <= 0

    def take(self, row: dict[int, str]) -> None:
        """Count a row with text."""
        self.rows -= 1
        self.text -= sum(len(text) + _CELL for text in row.values())


@dataclass(frozen=True, slots=True)
class Aside:
    """A comment on a cell, or a text box that is fixed to it; row and column from 1."""

    row: int
    column: int
    text: str
    is_comment: bool


@dataclass(slots=True)
class Sheet:
    """A sheet as it is shown: its rows with text, by their number, each a text for each column that has one.

    Hidden rows and columns are not among them; of the rows the numbers are kept, of the columns the count. `errors` are
    the cells that show one, with the text (#DIV/0!). `uncounted` says of how many formulas the file keeps no result.
    `cut` says that rows after the last were not read, `wide` that columns after the 1,024th were not.
    """

    name: str
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[Region] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: int = 0
    errors: list[tuple[Ref, str]] = field(default_factory=list)
    uncounted: int = 0
    asides: list[Aside] = field(default_factory=list)
    pictures: int = 0
    cut: bool = False
    wide: bool = False


@dataclass(slots=True)
class Workbook:
    """A workbook's visible sheets in order, how many are hidden, how many are no table, and its metadata's title.

    `unread` says that the limits left nothing for further sheets, `plain_numbers` that numbers are given as they are
    kept, not as the sheet shows them.
    """

    sheets: list[Sheet] = field(default_factory=list)
    hidden: int = 0
    charts: int = 0
    title: str | None = None
    unread: bool = False
    plain_numbers: bool = False


def column_name(column: int) -> str:
    """The letters of a column, from 1: 28 -> AB."""
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell_name(row: int, column: int) -> str:
    """What a sheet calls a cell: 5, 2 -> B5."""
    return f"{column_name(column)}{row}"


def cell_ref(name: str) -> Ref:
    """The row and column of a cell's name: B5 -> 5, 2; what the name lacks is 0."""
    letters = name.rstrip("0123456789")
    column = 0
    for letter in letters[:4].upper():
        column = column * 26 + ord(letter) - 64 if "A" <= letter <= "Z" else 0
    figures = name[len(letters) :]
    return (int(figures) if figures and len(figures) < 9 else 0), column


def region_of(name: str) -> Region | None:
    """The region of a range's name: A1:F2."""
    first, _, last = name.replace("$", "").partition(":")
    (top, left), (bottom, right) = cell_ref(first), cell_ref(last or first)
    return (top, left, bottom, right) if 0 < top <= bottom and 0 < left <= right else None
