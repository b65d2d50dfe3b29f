"""Excel (.xlsx, .xlsm): the cells of its sheets as they are shown, read piece by piece, so that a sheet may be large.

The elements are told by their local names, so that both variants of the format are read, strict and transitional.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import IO, TYPE_CHECKING

from embeddings.reading.containers.xml_stream import PIECE, Attributes, parse_pieces, parse_xml
from embeddings.reading.sheets.number_formats import BUILT_IN, GENERAL, NumberFormat, format_of, general
from embeddings.reading.sheets.sheet_cells import COLUMNS, LONGEST_CELL, Budget, Sheet, Workbook, cell_ref, region_of
from embeddings.reading.sheets.xlsx_asides import asides_of
from embeddings.reading.sheets.xlsx_package import OTHER_SHEETS, Package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embeddings.reading.sheets.sheet_cells import Region

_MOST_STRINGS = 1 << 20  # shared strings that are looked at
_LARGEST_TAIL = 512 << 20  # bytes of a sheet that is cut in which merged regions are still looked for
_MOST_REGIONS = 20_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MERGED = re.compile(rb"mergeCell\b[^>]{0,80}?\bref=[\"']([A-Z$0-9:]{1,40})[\"']")


class _EnoughError(Exception):
    """Raised in the middle of a part of which no more is wanted."""


def read_xlsx(data: bytes, budget: Budget) -> Workbook:
    """The workbook in a zip archive. Raises Unreadable, and on damage whatever its parsers do."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return _workbook(Package(archive), budget)


def _workbook(package: Package, budget: Budget) -> Workbook:
    book = Workbook()
    main = next(
        (target for kind, target in package.relations("").values() if kind == "officedocument"),
        "xl/workbook.xml",
    )
    relations = package.relations(main)
    sheets, epoch_1904 = _sheet_list(package, main)
    parts = dict(relations.values())
    strings = _Strings(package, parts.get("sharedstrings", ""))
    formats = _formats(package, parts["styles"], epoch_1904) if "styles" in parts else []
    for name, state, relation in sheets:
        kind, target = relations.get(relation, ("", ""))
        if state in ("hidden", "veryhidden"):
            book.hidden += 1
        elif kind != "worksheet" or not package.has(target):
            book.charts += kind in OTHER_SHEETS
        elif budget.spent:
            book.unread = True
        else:
            sheet = _SheetReader(name, strings, formats, epoch_1904, budget).read(package, target)
            sheet.asides, sheet.pictures = asides_of(package, target)
            book.sheets.append(sheet)
    book.title = _title(package)
    return book


def _sheet_list(package: Package, part: str) -> tuple[list[tuple[str, str, str]], bool]:
    """Name, state and relation of each sheet in order, and whether days are counted from 1904."""
    sheets: list[tuple[str, str, str]] = []
    epochs: list[bool] = []

    def start(tag: str, given: Attributes) -> None:
        if tag == "sheet":
            sheets.append((given.get("name", ""), given.get("state", "").lower(), given.get("id", "")))
        elif tag == "workbookPr":
            epochs.append(given.get("date1904", "").lower() in ("1", "true", "on"))

    parse_xml(package.open(part), start)
    return sheets, any(epochs)


class _Strings:
    """The strings that cells name by number, read as far as they are asked for; without the notes on their reading."""

    def __init__(self, package: Package, part: str) -> None:
        self._strings: list[str] = []
        self._pieces: list[str] = []
        self._in_text = False
        self._notes = 0
        self._left = LONGEST_CELL
        opened = package.open(part) if package.has(part) else BytesIO(b"<sst/>")
        self._reading = parse_pieces(opened, self._start, self._text, self._end)

    def text(self, number: int) -> str:
        """The string of this number, "" where there is none."""
        if number >= _MOST_STRINGS:
            raise _EnoughError
        while number >= len(self._strings):
            if next(self._reading, "end") == "end":
                return ""
        return self._strings[number]

    def _start(self, tag: str, given: Attributes) -> None:
        self._in_text = tag == "t" and not self._notes
        self._notes += tag == "rPh"

    def _text(self, piece: str) -> None:
        if self._in_text and self._left > 0:
            self._pieces.append(piece)
            self._left -= len(piece)

    def _end(self, tag: str) -> None:
        self._in_text = False
        if tag == "si":
            self._strings.append(_unescaped("".join(self._pieces)))
            self._pieces, self._left = [], LONGEST_CELL
        self._notes -= tag == "rPh"


def _formats(package: Package, part: str, epoch_1904: bool) -> list[NumberFormat | None]:
    """The number format of each cell style; None where it is General."""
    codes: dict[int, str] = {}
    used: list[int] = []
    inside: list[str] = []

    def start(tag: str, given: Attributes) -> None:
        inside.append(tag)
        if tag == "numFmt" and "dxfs" not in inside:
            codes[_number(given.get("numFmtId"))] = given.get("formatCode", GENERAL)
        elif tag == "xf" and inside[-2:-1] == ["cellXfs"]:
            used.append(_number(given.get("numFmtId")))

    def end(tag: str) -> None:
        inside.pop()

    if package.has(part):
        parse_xml(package.open(part), start, end=end)
    made = {number: format_of(number, codes.get(number), epoch_1904) for number in set(used)}
    return [made[number] for number in used]


def _title(package: Package) -> str | None:
    pieces: list[str] = []
    inside: list[str] = []

    def start(tag: str, given: Attributes) -> None:
        inside.append(tag)

    def text(piece: str) -> None:
        if inside[-1:] == ["title"]:
            pieces.append(piece)

    def end(tag: str) -> None:
        inside.pop()

    if package.has("docProps/core.xml"):
        parse_xml(package.open("docProps/core.xml"), start, text, end)
    return "".join(pieces)[:LONGEST_CELL] or None


class _SheetReader:
    """Reads one sheet's part; for one sheet."""

    def __init__(
        self, name: str, strings: _Strings, formats: list[NumberFormat | None], epoch_1904: bool, budget: Budget
    ) -> None:
        self._sheet = Sheet(name)
        self._strings = strings
        self._formats = formats
        self._dates = NumberFormat(BUILT_IN[14], epoch_1904)
        self._budget = budget
        self._row = self._column = 0
        self._row_hidden = self._all_hidden = False
        self._hidden: list[tuple[int, int]] = []
        self._cells: dict[int, str] = {}
        self._given: Attributes = {}
        self._value: list[str] = []
        self._collects = self._is_formula = False
        self._left = 0
        self._notes = 0
        self._hidden_seen: set[int] = set()

    def read(self, package: Package, part: str) -> Sheet:
        """The sheet in this part of the archive."""
        with package.open(part) as opened:
            try:
                parse_xml(opened, self._start, self._text, self._end)
            except _EnoughError:
                self._sheet.cut = True
                self._sheet.merged += _regions_left(opened)
        self._sheet.hidden_columns = len(self._hidden_seen)
        return self._sheet

    def _start(self, tag: str, given: Attributes) -> None:
        if tag == "c":
            row, column = cell_ref(given.get("r", ""))
            self._row, self._column = row or self._row, column or self._column + 1
            self._given, self._value, self._is_formula, self._left = given, [], False, LONGEST_CELL
        elif tag in ("v", "t"):
            self._collects = not self._notes
        elif tag == "f":
            self._is_formula = True
        elif tag == "row":
            self._row, self._column = _number(given.get("r")) or self._row + 1, 0
            self._row_hidden = _is_true(given.get("hidden")) or (
                self._all_hidden and not _is_true(given.get("customHeight"))
            )
            self._cells = {}
        elif tag == "col" and _is_true(given.get("hidden")):
            self._hidden.append((_number(given.get("min")), _number(given.get("max"))))
        elif tag == "sheetFormatPr":
            self._all_hidden = _is_true(given.get("zeroHeight"))
        elif tag == "rPh":
            self._notes += 1
        elif (
            tag == "mergeCell"
            and (region := region_of(given.get("ref", "")))
            and len(self._sheet.merged) < _MOST_REGIONS
        ):
            self._sheet.merged.append(region)

    def _text(self, piece: str) -> None:
        if self._collects and self._left > 0:
            self._value.append(piece)
            self._left -= len(piece)

    def _end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._collects = False
        elif tag == "c":
            self._end_cell()
        elif tag == "row":
            self._end_row()
        elif tag == "rPh":
            self._notes -= 1

    def _end_cell(self) -> None:
        raw = "".join(self._value)
        if not raw.strip():
            self._sheet.uncounted += self._is_formula and self._given.get("t") != "str" and not self._row_hidden
            return
        if self._column > COLUMNS:
            self._sheet.wide = True
            return
        if any(first <= self._column <= last for first, last in self._hidden):
            self._hidden_seen.add(self._column)
        elif self._row_hidden:
            self._cells[self._column] = ""
        elif self._given.get("t") == "e":
            self._sheet.errors.append(((self._row, self._column), raw[:20]))
        elif text := self._shown(raw):
            self._cells[self._column] = text[:LONGEST_CELL]

    def _end_row(self) -> None:
        if self._row_hidden:
            if self._cells:
                self._sheet.hidden_rows.add(self._row)
        elif self._cells:
            self._sheet.rows[self._row] = self._cells
            self._budget.take(self._cells)
        self._cells = {}
        if self._budget.spent:
            raise _EnoughError

    def _shown(self, raw: str) -> str:
        kind = self._given.get("t", "n")
        style = _number(self._given.get("s"))
        form = self._formats[style] if style < len(self._formats) else None
        if kind == "s":
            text = self._strings.text(_number(raw))
            return text if form is None else form.shown_text(text)
        if kind in ("str", "inlineStr"):
            return _unescaped(raw) if form is None else form.shown_text(_unescaped(raw))
        if kind == "b":
            return "TRUE" if raw.strip() == "1" else "FALSE"
        if kind == "d":
            return raw.strip().removesuffix("T00:00:00").replace("T", " ")
        return general(raw) if form is None else form.shown(raw)


def _regions_left(opened: IO[bytes]) -> Iterator[Region]:
    """The merged regions named in the rest of a sheet: they stand behind all of its rows."""
    before, read = b"", 0
    while read < _LARGEST_TAIL and (piece := opened.read(PIECE << 4)):
        read += len(piece)
        for found in _MERGED.finditer(before + piece):
            region = region_of(found[1].decode("ascii"))
            if region is not None:
                yield region
        before = piece[-100:] if b"mergeCell" in piece[-200:] else b""


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _is_true(value: str | None) -> bool:
    return value in ("1", "true", "on")


def _number(value: str | None) -> int:
    text = (value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
