"""Tables kept as text (.csv, .tsv): the delimiter told, rows numbered as a spreadsheet program numbers them."""

from __future__ import annotations

import csv
import re
from itertools import islice
from typing import TYPE_CHECKING, Literal

from embeddings.errors import Unreadable
from embeddings.reading.sheets.sheet_cells import COLUMNS, Budget, Sheet
from embeddings.reading.sheets.sheet_lines import sheet_lines
from embeddings.types import ReadingNote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embeddings.types import Line

_DELIMITERS = ",\t;|"
_SAMPLE = 1 << 16  # characters by which the delimiter is told
_SAMPLE_ROWS = 50
_LONGEST_QUOTE = 100  # lines that one cell may have; a longer one is a quotation mark that nothing closes
_SEPARATOR = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_AS_TEXT = re.compile(r'="(?P<text>[^"]*)"|\'(?P<figures>\d+)|\t(?P<tabbed>.*)', re.DOTALL)


def read_csv(text: str) -> tuple[tuple[Line, ...], tuple[ReadingNote, ...]]:
    """Lines, numbered by row, and what was read. A blank line is a row, as in a spreadsheet.

    Raises Unreadable where a cell is too long to be one.
    """
    sheet, rows = csv_sheet(text)
    return tuple(sheet_lines(sheet, several=False)), tuple(_notes(sheet, rows))


def csv_sheet(text: str) -> tuple[Sheet, int]:
    """The text as a sheet without a name, and how many rows were looked at. Raises what `read_csv` does."""
    found = _SEPARATOR.match(text)
    delimiter = found[1] if found else _delimiter(text)
    text = text[found.end() :] if found else text
    sheet, budget = Sheet(""), Budget()
    try:
        rows = list(_taken(text, delimiter, sheet, budget, quoted=True))
        if any(cell.count("\n") > _LONGEST_QUOTE for row in rows for cell in row):
            sheet, budget = Sheet(""), Budget()
            rows = list(_taken(text, delimiter, sheet, budget, quoted=False))
    except csv.Error as error:
        raise Unreadable(
            f"不是表格：有一格超过 {csv.field_size_limit()} 个字符。",
            f"No table: one cell has more than {csv.field_size_limit()} characters.",
        ) from error
    for number, row in enumerate(rows, 1):
        texts = {column: _unwrapped(cell) for column, cell in enumerate(row[:COLUMNS], 1) if cell.strip()}
        if texts:
            sheet.rows[number] = texts
        sheet.wide = sheet.wide or len(row) > COLUMNS
    return sheet, len(rows)


def _taken(text: str, delimiter: str, sheet: Sheet, budget: Budget, quoted: bool) -> Iterator[list[str]]:
    """The rows, as many as are read at most."""
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    for row in csv.reader(_lines(text), delimiter=delimiter, quoting=quoting, skipinitialspace=delimiter != "\t"):
        if any(row):
            if budget.spent:
                sheet.cut = True
                return
            budget.take(dict(enumerate(row)))
        yield row


def _lines(text: str) -> Iterator[str]:
    """The lines with their ends, which may stand inside a cell."""
    for found in re.finditer(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text):
        yield found.group()


def _delimiter(text: str) -> str:
    """What parts the cells: by which most of the first rows have several cells, and as many."""
    sample = list(islice(_lines(text[:_SAMPLE]), _SAMPLE_ROWS))

    def fit(delimiter: str) -> tuple[float, int]:
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
        except csv.Error:
            return 0.0, 0
        several = [width for width in widths if width > 1]
        if not several:
            return 0.0, 0
        usual = max(several, key=several.count)
        return several.count(usual) / len(widths), usual

    return max(_DELIMITERS, key=fit)


def _unwrapped(cell: str) -> str:
    """A cell without what only keeps a program from taking it for a number: ="007", '007."""
    found = _AS_TEXT.fullmatch(cell.strip(" "))
    return cell if found is None else next(text for text in found.groups() if text is not None)


def _notes(sheet: Sheet, rows: int) -> Iterator[ReadingNote]:
    if sheet.cut:
        yield ReadingNote(f"只读到第 {rows} 行，其后的太多。", f"Read up to row {rows}; more is too much.", True)
    else:
        yield ReadingNote(f"{rows} 行。", f"{rows} row{'' if rows == 1 else 's'}.")
    if sheet.wide:
        yield ReadingNote(f"只读前 {COLUMNS} 列。", f"Only the first {COLUMNS} columns are read.", True)
