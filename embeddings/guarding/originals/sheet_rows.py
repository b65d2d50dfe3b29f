"""Some rows of a sheet as its cells are shown, whatever the format of the workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.errors import Unreadable
from embeddings.reading.sheets.csv_text import csv_sheet
from embeddings.reading.sheets.sheet_text import is_workbook, open_workbook
from embeddings.reading.text.encodings import decode

if TYPE_CHECKING:
    from embeddings.reading.sheets.sheet_cells import Region, Sheet

TEXTS = frozenset((".csv", ".tsv"))
"""Suffixes of tables that are kept as text."""
WORKBOOKS = frozenset((".xlsx", ".xlsm", ".xlsb", ".xls", ".et", ".ods"))
"""Suffixes of workbooks."""
ROWS = 60
"""Rows that are shown at once."""
_HEAD = 3  # rows at the top that are shown whatever follows: the columns' names
_COLUMNS = 60
_LONGEST = 400  # characters of a cell


@dataclass(frozen=True, slots=True)
class SheetRows:
    """Rows of a sheet by their number, each with a text for each column (from 1) that has one.

    `merged` are the regions of cells that are one, as first row, first column, last row, last column. `first` is the
    first row asked for, behind those at the top; `last` the sheet's last row with text.
    """

    sheet: str
    sheets: tuple[str, ...]
    rows: tuple[tuple[int, dict[int, str]], ...]
    merged: tuple[Region, ...]
    first: int
    last: int


def sheet_rows(data: bytes, suffix: str, name: str, first: int) -> SheetRows:
    """So many rows of a sheet from the row `first` on, and those at its top.

    The sheet called `name` where there is one, else the first with text. Raises Unreadable for what is no table, and on
    damage whatever its parsers do.
    """
    sheets = [_text_table(data)] if suffix in TEXTS else _workbook_sheets(data)
    filled = [sheet for sheet in sheets if sheet.rows]
    if not filled:
        raise Unreadable("里面没有表格。", "There is no table in it.")
    sheet = next((sheet for sheet in filled if sheet.name == name), filled[0])
    numbers = sorted(sheet.rows)
    from_there = [number for number in numbers if number >= first][:ROWS] or numbers[-ROWS:]
    shown = sorted({*numbers[:_HEAD], *from_there})
    rows = tuple((number, _fitting(sheet.rows[number])) for number in shown)
    there = set(shown)
    merged = tuple(region for region in sheet.merged if region[0] in there)
    return SheetRows(sheet.name, tuple(sheet.name for sheet in filled), rows, merged, from_there[0], numbers[-1])


def _fitting(row: dict[int, str]) -> dict[int, str]:
    return {column: text[:_LONGEST] for column, text in sorted(row.items()) if column <= _COLUMNS}


def _text_table(data: bytes) -> Sheet:
    text = decode(data)
    if text is None:
        raise Unreadable("不是文本文件，或编码无法识别。", "Not text, or in an unknown encoding.")
    return csv_sheet(text)[0]


def _workbook_sheets(data: bytes) -> list[Sheet]:
    if not is_workbook(data):
        raise Unreadable("不是工作簿。", "Not a workbook.")
    return open_workbook(data).sheets
