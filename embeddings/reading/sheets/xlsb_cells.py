"""Excel's binary workbooks (.xlsb): the parts are those of .xlsx, each made of records that are read one by one."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from typing import IO, TYPE_CHECKING

from embeddings.reading.sheets.number_formats import NumberFormat, format_of, general
from embeddings.reading.sheets.sheet_cells import COLUMNS, LONGEST_CELL, Aside, Budget, Sheet, Workbook
from embeddings.reading.sheets.xlsx_asides import asides_of, comment_on
from embeddings.reading.sheets.xlsx_package import OTHER_SHEETS, Package

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROW, _COLUMNS, _MERGED, _STRING, _FORMAT, _STYLE, _STYLES, _STYLES_END = 0, 60, 176, 19, 44, 47, 617, 618
_WORKBOOK, _SHEET = 153, 156
_AUTHOR, _COMMENT, _COMMENT_TEXT = 632, 635, 637
_RK, _ERRORS, _BOOLEANS, _REALS, _TEXTS, _SHARED, _RICH = 2, (3, 11), (4, 10), (5, 9), (6, 8), 7, 62
"""The kinds of cells by their records: the value itself, or that of a formula."""
_LAST_CELL = 11
_ERROR_TEXTS = {
    0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A", 43: "#GETTING_DATA",
}  # fmt: skip
_LONGEST_RECORD = 1 << 20  # bytes; what is longer is no cell
_MOST_STRINGS = 1 << 20
_MOST_REGIONS = 20_000


def read_xlsb(data: bytes, budget: Budget) -> Workbook:
    """The workbook in a zip archive. On damage raises whatever its parsers do."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return _workbook(Package(archive), budget)


def _workbook(package: Package, budget: Budget) -> Workbook:
    book = Workbook()
    relations = package.relations("")
    main = next((target for kind, target in relations.values() if kind == "officedocument"), "xl/workbook.bin")
    relations = package.relations(main)
    parts = dict(relations.values())
    epoch_1904, sheets = False, []
    for kind, record in _records(package.open(main)):
        if kind == _WORKBOOK:
            epoch_1904 = bool(record[0] & 1)
        elif kind == _SHEET:
            relation, end = _wide(record, 8)
            sheets.append((_wide(record, end)[0], _whole(record, 0), relation))
    strings = _strings(package, parts.get("sharedstrings", ""))
    formats = _formats(package, parts.get("styles", ""), epoch_1904)
    for name, state, relation in sheets:
        kind_of, target = relations.get(relation, ("", ""))
        if state:
            book.hidden += 1
        elif kind_of != "worksheet" or not package.has(target):
            book.charts += kind_of in OTHER_SHEETS
        elif budget.spent:
            book.unread = True
        else:
            sheet = _SheetReader(name, strings, formats, budget).read(package.open(target))
            sheet.asides, sheet.pictures = asides_of(package, target, _comments)
            book.sheets.append(sheet)
    return book


def _comments(package: Package, part: str) -> list[Aside]:
    """The comments on cells."""
    authors: list[str] = []
    asides: list[Aside] = []
    row = column = author = 0
    for kind, record in _records(package.open(part)):
        if kind == _AUTHOR:
            authors.append(_wide(record, 0)[0])
        elif kind == _COMMENT:
            author, row, column = _whole(record, 0), _whole(record, 4) + 1, _whole(record, 12) + 1
        elif kind == _COMMENT_TEXT:
            asides += comment_on(row, column, _wide(record, 1)[0], authors[author] if author < len(authors) else "")
    return asides


def _records(opened: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The records of a part: kind and content, that of a very long one left out."""
    while head := opened.read(1):
        kind = head[0]
        if kind & 0x80:
            kind = (kind & 0x7F) | (opened.read(1)[0] & 0x7F) << 7
        size = 0
        for shift in range(0, 28, 7):
            byte = opened.read(1)[0]
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        if size > _LONGEST_RECORD:
            while size > 0 and (piece := opened.read(min(size, _LONGEST_RECORD))):
                size -= len(piece)
            continue
        yield kind, opened.read(size)


def _whole(record: bytes, place: int) -> int:
    return int(struct.unpack_from("<I", record, place)[0])


def _wide(record: bytes, place: int) -> tuple[str, int]:
    """A text, and where what follows it begins."""
    length = _whole(record, place)
    if length == 0xFFFFFFFF:  # none
        return "", place + 4
    end = place + 4 + 2 * length
    return record[place + 4 : end].decode("utf-16-le", "replace"), end


def _strings(package: Package, part: str) -> list[str]:
    strings: list[str] = []
    for kind, record in _records(package.open(part)) if package.has(part) else ():
        if kind == _STRING and len(strings) < _MOST_STRINGS:
            strings.append(_wide(record, 1)[0][:LONGEST_CELL])
    return strings


def _formats(package: Package, part: str, epoch_1904: bool) -> list[NumberFormat | None]:
    """The number format of each cell style; None where it is General."""
    codes: dict[int, str] = {}
    used: list[int] = []
    inside = False
    for kind, record in _records(package.open(part)) if package.has(part) else ():
        if kind == _FORMAT:
            codes[struct.unpack_from("<H", record)[0]] = _wide(record, 2)[0]
        elif kind in (_STYLES, _STYLES_END):
            inside = kind == _STYLES
        elif kind == _STYLE and inside:
            used.append(struct.unpack_from("<H", record, 2)[0])
    made = {number: format_of(number, codes.get(number), epoch_1904) for number in set(used)}
    return [made[number] for number in used]


class _SheetReader:
    """Reads one sheet's part; for one sheet."""

    def __init__(self, name: str, strings: list[str], formats: list[NumberFormat | None], budget: Budget) -> None:
        self._sheet = Sheet(name)
        self._strings = strings
        self._formats = formats
        self._budget = budget
        self._row = 0
        self._row_hidden = False
        self._cells: dict[int, str] = {}
        self._hidden: set[int] = set()
        self._hidden_seen: set[int] = set()

    def read(self, opened: IO[bytes]) -> Sheet:
        """The sheet in this part."""
        for kind, record in _records(opened):
            if kind == _ROW:
                self._end_row()
                self._row, self._row_hidden, self._cells = _whole(record, 0) + 1, bool(record[11] & 0x10), {}
            elif kind == _COLUMNS and record[16] & 1:
                self._hidden.update(range(_whole(record, 0) + 1, min(_whole(record, 4) + 1, COLUMNS) + 1))
            elif kind == _MERGED and len(self._sheet.merged) < _MOST_REGIONS:
                top, bottom, left, right = struct.unpack_from("<4I", record)
                self._sheet.merged.append((top + 1, left + 1, bottom + 1, right + 1))
            elif (0 < kind <= _LAST_CELL or kind == _RICH) and not self._sheet.cut:
                self._add_cell(kind, record)
        self._end_row()
        self._sheet.hidden_columns = len(self._hidden_seen)
        return self._sheet

    def _end_row(self) -> None:
        if self._row_hidden and self._cells:
            self._sheet.hidden_rows.add(self._row)
        elif self._cells and self._budget.spent:
            self._sheet.cut = True
        elif self._cells:
            self._sheet.rows[self._row] = self._cells
            self._budget.take(self._cells)
        self._cells = {}

    def _add_cell(self, kind: int, record: bytes) -> None:
        column = _whole(record, 0) + 1
        style = _whole(record, 4) & 0xFFFFFF
        form = self._formats[style] if style < len(self._formats) else None
        text = _shown(kind, record, self._strings, form)[:LONGEST_CELL]
        if not text.strip():
            return
        if column > COLUMNS:
            self._sheet.wide = True
        elif column in self._hidden:
            self._hidden_seen.add(column)
        elif kind in _ERRORS:
            self._sheet.errors.append(((self._row, column), text))
        else:
            self._cells[column] = text


def _shown(kind: int, record: bytes, strings: list[str], form: NumberFormat | None) -> str:
    """A cell's text, "" where it has none."""
    if kind == _RK or kind in _REALS:
        value = _rk(_whole(record, 8)) if kind == _RK else float(struct.unpack_from("<d", record, 8)[0])
        raw = repr(value).removesuffix(".0")
        return general(raw) if form is None else form.shown(raw)
    if kind in _BOOLEANS:
        return "TRUE" if record[8] else "FALSE"
    if kind in _ERRORS:
        return _ERROR_TEXTS.get(record[8], "#?")
    if kind == _SHARED:
        number = _whole(record, 8)
        text = strings[number] if number < len(strings) else ""
    elif kind in _TEXTS or kind == _RICH:
        text = _wide(record, 9 if kind == _RICH else 8)[0]
    else:
        text = ""
    return text if form is None or not text else form.shown_text(text)


def _rk(value: int) -> float:
    """A number in the four bytes that most take: a whole one, or the upper half of a float; perhaps a hundredth."""
    if value & 2:
        number = float((value >> 2) - (1 << 30 if value & 0x80000000 else 0))
    else:
        number = float(struct.unpack("<d", struct.pack("<Q", (value & 0xFFFFFFFC) << 32))[0])
    return number / 100 if value & 1 else number
