"""Excel before 2007 (.xls): cells as they are shown, or where the file is damaged as they are kept."""

from __future__ import annotations

import datetime
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

from embeddings.reading.containers.ole_files import protected
from embeddings.reading.sheets.number_formats import NumberFormat, format_of, general
from embeddings.reading.sheets.sheet_cells import COLUMNS, LONGEST_CELL, Aside, Budget, Sheet, Workbook

if TYPE_CHECKING:
    from collections.abc import Iterable

_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = 1, 2, 3, 4, 5  # what xlrd calls the kinds of cells


def read_xls(data: bytes, budget: Budget) -> Workbook:
    """The workbook of an .xls file. Raises Unreadable, and on damage whatever its parsers do.

    What the one parser stumbles over, another reads, without the number formats.
    """
    import xlrd

    try:
        opened = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=StringIO())
    except MemoryError:
        raise
    except Exception as error:  # it meets what it does not expect with any exception at all: AssertionError, ...
        if "encrypted" in str(error):
            raise protected() from error
        return _as_kept(data, budget)
    book = Workbook()
    epoch_1904 = opened.datemode == 1
    made: dict[int, NumberFormat | None] = {}
    for number, entry in opened.format_map.items():
        made[number] = format_of(number, None if number in range(14, 23) else entry.format_str, epoch_1904)
    formats = [made.get(xf.format_key) for xf in opened.xf_list]
    book.charts = opened._all_sheets_map.count(-1)  # it reads tables only
    for index in range(opened.nsheets):
        if opened._sheet_visibility[index]:
            book.hidden += 1
        elif budget.spent:
            book.unread = True
        else:
            found = opened.sheet_by_index(index)
            book.sheets.append(_xls_sheet(found, formats, budget))
    return book


def _xls_sheet(found: Any, formats: list[NumberFormat | None], budget: Budget) -> Sheet:  # noqa: ANN401 - xlrd has no types
    from xlrd.biffh import error_text_from_code

    sheet = Sheet(found.name)
    sheet.merged = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in found.merged_cells]
    hidden = {column for column, info in found.colinfo_map.items() if info.hidden}
    seen: set[int] = set()
    for row in range(found.nrows):
        cells: dict[int, str] = {}
        for column, kind in enumerate(found.row_types(row)):
            if kind not in (_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR):
                continue
            value = found.cell_value(row, column)
            if kind == _ERROR and column not in hidden:
                sheet.errors.append(((row + 1, column + 1), error_text_from_code.get(value, "#?")))
                continue
            style = found.cell_xf_index(row, column)
            text = _xls_text(kind, value, formats[style] if style is not None and style < len(formats) else None)
            if text.strip() and column in hidden:
                seen.add(column)
            elif text.strip() and column < COLUMNS:
                cells[column + 1] = text[:LONGEST_CELL]
        info = found.rowinfo_map.get(row)
        if cells and info is not None and info.hidden:
            sheet.hidden_rows.add(row + 1)
        elif cells and budget.spent:
            sheet.cut = True
            break
        elif cells:
            sheet.rows[row + 1] = cells
            budget.take(cells)
    sheet.hidden_columns = len(seen)
    for (row, column), note in found.cell_note_map.items():
        text = note.text.removeprefix(f"{note.author}:").strip()[:LONGEST_CELL]
        sheet.asides += [Aside(row + 1, column + 1, text, is_comment=True)] if text else []
    return sheet


def _xls_text(kind: int, value: object, form: NumberFormat | None) -> str:
    if kind == _TEXT:
        text = str(value)
        return text if form is None else form.shown_text(text)
    if kind in (_NUMBER, _DATE):
        raw = repr(value).removesuffix(".0")
        return general(raw) if form is None else form.shown(raw)
    if kind == _BOOLEAN:
        return "TRUE" if value else "FALSE"
    return ""


def _as_kept(data: bytes, budget: Budget) -> Workbook:
    """The workbook, its numbers as they are kept. Raises what `read_xls` does."""
    try:
        return _plain(data, budget)
    except Exception:
        raise
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # which Rust has in place of an exception
            raise
        raise ValueError(str(error)) from error


def _plain(data: bytes, budget: Budget) -> Workbook:
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    book = Workbook(plain_numbers=True)
    try:
        opened = CalamineWorkbook.from_filelike(BytesIO(data))
    except PasswordError as error:
        raise protected() from error
    for index, known in enumerate(opened.sheets_metadata):
        if known.visible != SheetVisibleEnum.Visible:
            book.hidden += 1
        elif known.typ != SheetTypeEnum.WorkSheet:
            book.charts += 1
        elif budget.spent:
            book.unread = True
        else:
            found = opened.get_sheet_by_index(index)
            sheet = Sheet(known.name)
            _, left = found.start or (0, 0)
            _take_rows(sheet, found.iter_rows(), left, budget)
            book.sheets.append(sheet)
    return book


def _take_rows(sheet: Sheet, rows: Iterable[list[Any]], left: int, budget: Budget) -> None:
    """Take the rows of a sheet from its first; their first cells stand in column `left`, from 0."""
    for row, values in enumerate(rows, 1):
        texts = ((column, _shown(value)[:LONGEST_CELL]) for column, value in enumerate(values[:COLUMNS], left + 1))
        cells = {column: text for column, text in texts if text.strip()}
        if cells and budget.spent:
            sheet.cut = True
            return
        if cells:
            sheet.rows[row] = cells
            budget.take(cells)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return general(repr(value).removesuffix(".0"))
    if isinstance(value, datetime.datetime):
        return f"{value.year}/{value.month}/{value.day}" + (
            f" {value:%H:%M:%S}" if value.time() != datetime.time() else ""
        )
    if isinstance(value, datetime.date):
        return f"{value.year}/{value.month}/{value.day}"
    return str(value)
