"""OpenDocument sheets (.ods): their cells as they are shown, which the format itself keeps beside the values."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from embeddings.reading.containers.ole_files import protected
from embeddings.reading.containers.xml_stream import parse_xml
from embeddings.reading.sheets.number_formats import general
from embeddings.reading.sheets.sheet_cells import COLUMNS, LONGEST_CELL, Aside, Budget, Sheet, Workbook

if TYPE_CHECKING:
    from embeddings.reading.containers.xml_stream import Attributes

_UNSEEN = frozenset(("tracked-changes", "shapes", "named-expressions", "ruby-text", "frame", "forms"))
_HIDDEN = ("collapse", "filter")
_MOST_REGIONS = 20_000
_MOST_COMMENTS = 2000
_MOST_REPEATED = 1 << 20  # the rows that a sheet has


class _EnoughError(Exception):
    """Raised in the middle of a workbook of which no more is wanted."""


def read_ods(data: bytes, budget: Budget) -> Workbook:
    """The workbook in a zip archive. Raises Unreadable, and on damage whatever its parsers do."""
    reader = _OdsReader(budget)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
        if "META-INF/manifest.xml" in names and b"encryption-data" in archive.open("META-INF/manifest.xml").read(
            1 << 20
        ):
            raise protected()
        with archive.open("content.xml") as opened:
            try:
                parse_xml(opened, reader.start, reader.text, reader.end)
            except _EnoughError:
                reader.cut()
    return reader.book


class _OdsReader:
    """Reads content.xml; for one workbook."""

    def __init__(self, budget: Budget) -> None:
        self.book = Workbook()
        self._budget = budget
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._unseen = 0
        self._sheet: Sheet | None = None
        self._row = self._column = 0
        self._repeated_row = self._repeated = 1
        self._row_hidden = False
        self._hidden_columns: list[tuple[int, int]] = []
        self._columns = 0
        self._cells: dict[int, str] = {}
        self._given: Attributes = {}
        self._paragraphs: list[list[str]] = []
        self._left = 0
        self._seen_hidden: set[int] = set()
        self._comment: list[list[str]] | None = None
        self._frames: list[set[str]] = []

    def cut(self) -> None:
        """Say that reading ended in the middle."""
        if self._sheet is None:
            self.book.unread = True
        else:
            self._sheet.cut = True

    def start(self, tag: str, given: Attributes) -> None:
        """Begin an element."""
        if tag == "frame":
            self._frames.append(set())
        elif self._frames:
            self._frames[-1].add(tag)
        if tag in _UNSEEN or self._unseen:
            self._unseen += 1
        elif tag == "style" and given.get("family") == "table":
            self._style = given.get("name", "")
        elif tag == "table-properties" and given.get("display") == "false":
            self._hidden_styles.add(self._style)
        elif tag == "table":
            self._start_sheet(given)
        elif self._sheet is not None:
            self._start_inside(tag, given)

    def text(self, piece: str) -> None:
        """Collect a cell's text."""
        open_ = self._paragraphs if self._comment is None else self._comment
        if open_ and not self._unseen and self._left > 0:
            open_[-1].append(piece)
            self._left -= len(piece)

    def end(self, tag: str) -> None:
        """End an element."""
        if tag == "frame" and self._frames:
            self._end_frame(self._frames.pop())
        if self._unseen:
            self._unseen -= 1
        elif tag == "table":
            self._end_sheet()
        elif tag == "annotation":
            self._end_comment()
        elif tag in ("table-cell", "covered-table-cell"):
            self._end_cell(tag == "covered-table-cell")
        elif tag == "table-row":
            self._end_row()

    def _end_frame(self, inside: set[str]) -> None:
        """Count a picture, which is none where it only stands in for a chart or another object."""
        if self._sheet is not None and "image" in inside and not inside & {"object", "object-ole", "plugin"}:
            self._sheet.pictures += 1

    def _end_comment(self) -> None:
        said = "\n".join(["".join(pieces) for pieces in self._comment or ()]).strip()
        self._comment, self._left = None, LONGEST_CELL
        if said and self._sheet is not None and len(self._sheet.asides) < _MOST_COMMENTS:
            self._sheet.asides.append(Aside(self._row, self._column, said, is_comment=True))

    def _start_sheet(self, given: Attributes) -> None:
        if given.get("style-name", "") in self._hidden_styles:
            self.book.hidden += 1
            self._unseen = 1
            return
        if self._budget.spent:
            raise _EnoughError
        self._sheet = Sheet(given.get("name", ""))
        self.book.sheets.append(self._sheet)
        self._row = self._columns = 0
        self._hidden_columns, self._seen_hidden = [], set()

    def _end_sheet(self) -> None:
        if self._sheet is not None:
            self._sheet.hidden_columns = len(self._seen_hidden)
        self._sheet = None

    def _start_inside(self, tag: str, given: Attributes) -> None:
        if tag == "table-column":
            first, self._columns = self._columns + 1, self._columns + _count(given, "number-columns-repeated")
            if given.get("visibility") in _HIDDEN:
                self._hidden_columns.append((first, self._columns))
        elif tag == "table-row":
            self._row, self._column, self._cells = self._row + 1, 0, {}
            self._repeated_row = _count(given, "number-rows-repeated")
            self._row_hidden = given.get("visibility") in _HIDDEN
        elif tag in ("table-cell", "covered-table-cell"):
            self._column += 1
            self._repeated = _count(given, "number-columns-repeated")
            self._given, self._paragraphs, self._left = given, [], LONGEST_CELL
        elif tag == "annotation":
            self._comment = []
        elif tag == "p" and self._comment is not None:
            self._comment.append([])
        elif tag == "p" and len(self._paragraphs) < LONGEST_CELL:
            self._paragraphs.append([])
        elif tag in ("s", "tab", "line-break"):
            self.text({"s": " ", "tab": " ", "line-break": "\n"}[tag])

    def _end_cell(self, covered: bool) -> None:
        text = "\n".join(["".join(pieces) for pieces in self._paragraphs]).strip() or _value(self._given)
        first, last = self._column, self._column + self._repeated - 1
        self._column, self._paragraphs = last, []
        sheet = self._sheet
        if sheet is None or not text or covered:
            return
        sheet.wide = sheet.wide or first > COLUMNS
        for column in range(first, min(last, COLUMNS) + 1):
            if any(low <= column <= high for low, high in self._hidden_columns):
                self._seen_hidden.add(column)
            elif text.startswith(("#", "Err:")) and self._is_error(text):
                sheet.errors.append(((self._row, column), text[:20]))
            else:
                self._cells[column] = text
        rows, columns = _count(self._given, "number-rows-spanned"), _count(self._given, "number-columns-spanned")
        if (rows > 1 or columns > 1) and len(sheet.merged) < _MOST_REGIONS:
            sheet.merged.append((self._row, first, self._row + rows - 1, first + columns - 1))

    def _is_error(self, text: str) -> bool:
        known = text in ("#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!") or text.startswith("Err:")
        return known and "formula" in self._given

    def _end_row(self) -> None:
        sheet = self._sheet
        if sheet is not None and self._cells:
            for row in range(self._row, self._row + self._repeated_row):
                if self._row_hidden:
                    sheet.hidden_rows.add(row)
                    continue
                if self._budget.spent:
                    raise _EnoughError
                sheet.rows[row] = self._cells
                self._budget.take(self._cells)
        self._row += self._repeated_row - 1
        self._cells = {}


def _value(given: Attributes) -> str:
    """A cell's value where its text is not kept."""
    kind = given.get("value-type", "")
    if kind == "date":
        return given.get("date-value", "").removesuffix("T00:00:00").replace("T", " ")
    if kind == "percentage":
        return f"{general(str(_float(given.get('value', '')) * 100))}%"
    if kind == "boolean":
        return given.get("boolean-value", "").upper()
    return general(given["value"]) if given.get("value") else given.get("string-value", "")[:LONGEST_CELL]


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _count(given: Attributes, name: str) -> int:
    text = given.get(name, "")
    return min(max(int(text), 1), _MOST_REPEATED) if text.isascii() and text.isdigit() and len(text) < 10 else 1
