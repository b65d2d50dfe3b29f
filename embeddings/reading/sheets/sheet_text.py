"""Workbooks (.xlsx .xlsm .xlsb .xls .ods) -> lines, and what was read of them and what was not."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from embeddings.errors import Unreadable
from embeddings.reading.containers.ole_files import is_encrypted, is_ole, protected
from embeddings.reading.sheets.ods_cells import read_ods
from embeddings.reading.sheets.sheet_cells import COLUMNS, Budget, Sheet, Workbook, cell_name
from embeddings.reading.sheets.sheet_lines import sheet_lines
from embeddings.reading.sheets.xls_cells import read_xls
from embeddings.reading.sheets.xlsb_cells import read_xlsb
from embeddings.reading.sheets.xlsx_cells import read_xlsx
from embeddings.reading.text.lines import plausible_title
from embeddings.reading.text.tallies import unread
from embeddings.types import ReadingNote

if TYPE_CHECKING:
    from embeddings.types import Line

_TITLE_LINES = 200  # lines in which a title that belongs to the text is found
_OLD_EXCEL = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")  # how a workbook begins that is no OLE file


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are a workbook: what is called one may be a text, or a page, that a program exported."""
    return data.startswith((b"PK", *_OLD_EXCEL)) or is_ole(data)


def read_workbook(data: bytes) -> tuple[tuple[Line, ...], str | None, tuple[ReadingNote, ...]]:
    """Lines, numbered by row, the title, and what was read and what was left out.

    Which format it is, the bytes say. Raises Unreadable, and on damage whatever its parsers do.
    """
    book = open_workbook(data)
    notes = tuple(_notes(book))
    filled = [sheet for sheet in book.sheets if sheet.rows or sheet.asides]
    if not filled:
        left = [note for note in notes if note.left_out]
        raise Unreadable(
            "里面没有文字。" + "".join(note.zh for note in left),
            " ".join(["It holds no text.", *[note.en for note in left]]),
        )
    lines = [line for sheet in filled for line in sheet_lines(sheet, len(filled) > 1)]
    title = plausible_title(book.title)
    if title and not any("".join(title.split()) in "".join(line.text.split()) for line in lines[:_TITLE_LINES]):
        title = None  # most likely left over from the file that this one was made from
    return tuple(lines), title, notes


def open_workbook(data: bytes) -> Workbook:
    """A workbook's sheets, as far as the limits allow. Raises Unreadable, and on damage whatever its parsers do."""
    budget = Budget()
    if is_encrypted(data):
        raise protected()
    if not data.startswith(b"PK"):
        return read_xls(data, budget)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = set(archive.namelist())
    if "xl/workbook.bin" in names:
        return read_xlsb(data, budget)
    return read_ods(data, budget) if "content.xml" in names else read_xlsx(data, budget)


def _notes(book: Workbook) -> list[ReadingNote]:
    """What was read, 3 张表, the empty ones not counted; and what was not, each with why."""
    count, hidden = sum(bool(sheet.rows or sheet.asides) for sheet in book.sheets), book.hidden
    zh = f"{count} 张表" + (f"，{hidden} 张隐藏的没有读" if hidden else "")
    en = _counted(count, "sheet") + (f"; {hidden} hidden {'one' if hidden == 1 else 'ones'} left out" if hidden else "")
    notes = [ReadingNote(f"{zh}。", f"{en}.", bool(hidden))]
    if book.charts:
        notes.append(_left(f"{book.charts} 张图表页没有读", f"{_counted(book.charts, 'chart sheet')} left out"))
    if book.unread:
        notes.append(_left("其后的表没有读，内容太多", "further sheets left out, there is too much"))
    if book.plain_numbers:
        notes.append(
            ReadingNote(
                "数字按存储的值读出（15.6% 读作 0.156）；要按显示的读，请另存为 .xlsx。",
                "Numbers are read as they are kept (15.6% as 0.156); to have them as shown, save it as .xlsx.",
            )
        )
    if pictures := sum(sheet.pictures for sheet in book.sheets):
        notes.append(unread("picture", pictures))
    for sheet in book.sheets:
        notes += _sheet_notes(sheet)
    return notes


def _sheet_notes(sheet: Sheet) -> list[ReadingNote]:
    notes = []
    name = sheet.name
    if sheet.hidden_rows or sheet.hidden_columns:
        rows, columns = len(sheet.hidden_rows), sheet.hidden_columns
        zh = "、".join([f"{rows} 行"] * bool(rows) + [f"{columns} 列"] * bool(columns))
        en = " and ".join([_counted(rows, "row")] * bool(rows) + [_counted(columns, "column")] * bool(columns))
        notes.append(_left(f"表“{name}”隐藏的 {zh}没有读", f'sheet "{name}": {en} hidden, left out'))
    if sheet.errors:
        (row, column), text = sheet.errors[0]
        count, first = len(sheet.errors), f"{cell_name(row, column)} {text}"
        zh = f"表“{name}”有 {count} 个单元格是错误值（{first}），没有读"
        notes.append(_left(zh, f'sheet "{name}": {_counted(count, "cell")} with an error ({first}) left out'))
    if sheet.uncounted:
        count = sheet.uncounted
        zh = f"表“{name}”有 {count} 个公式没有存下结果，没有读；请用 Excel 或 WPS 打开后保存一次"
        en = (
            f'sheet "{name}": {_counted(count, "formula")} without a kept result left out; open it in Excel and save it'
        )
        notes.append(_left(zh, en))
    if sheet.cut:
        last = max(sheet.rows, default=0)
        notes.append(
            _left(
                f"表“{name}”只读到第 {last} 行，其后的太多", f'sheet "{name}": read up to row {last}, more is too much'
            )
        )
    if sheet.wide:
        notes.append(
            _left(f"表“{name}”只读前 {COLUMNS} 列", f'sheet "{name}": only the first {COLUMNS} columns are read')
        )
    return notes


def _left(zh: str, en: str) -> ReadingNote:
    return ReadingNote(f"{zh}。", f"{en[0].upper()}{en[1:]}.", True)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
