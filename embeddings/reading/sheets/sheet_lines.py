"""A sheet's cells -> lines: its tables found and told apart, each row a sentence that knows its cells."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from embeddings.reading.sheets.sheet_cells import COLUMNS, Sheet, cell_name
from embeddings.reading.tables.rows import LONGEST_REPEATED, table_rows
from embeddings.reading.text.lines import visible
from embeddings.types import Line, Spot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from embeddings.reading.sheets.sheet_cells import Ref

_NO_NAME = re.compile(
    r"(?:sheet|table|page|worksheet|工作表|表格?|页|新建.*)?[\s_.-]*\d{0,3}(?:\s*[(（]\d+[)）])?", re.IGNORECASE
)
_LONGEST_HEADING = 45
_SHORT_CELL = 30  # characters; in a shorter cell a line break only wraps it
_WIDE = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
_WRAP = re.compile(rf"(?<=[{_WIDE}])\s*\n\s*(?=[{_WIDE}])")
_UNIT = re.compile(r"^[（(]?\s*(?:计[量价]|金额|货币|数量)?单\s*位\s*[:：]")
_LABELLED = re.compile(r"^[（(]?[^：:，。；]{1,12}[:：]")
_DAY = re.compile(r"^(?:截[至止]?)?\s*\d{4}\s*[-/.年]\s*\d{1,2}(?:\s*[-/.月]\s*\d{0,2}\s*日?)?$")
_REMARK = re.compile(
    r"^[（(]?\s*(?:注|备注|说明|附注|资料来源|数据来源|来源|制表|填表|审核|复核|note|source)\w{0,4}\s*\d*\s*[:：.、]",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"^[（(]?[一二三四五六七八九十]{1,3}[、.．)）]")
_NUMBER = re.compile(r"[-+(（]?[¥$€￥]?\s?-?\d[\d,.]*%?[)）]?")
_MOST_HIDDEN = 10_000  # rows that may be hidden between two that belong together
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(slots=True)
class _Cells:
    """A sheet's texts by row and column; a merged cell in each row that it spans, under its first cell's name."""

    rows: dict[int, dict[int, str]]
    origins: dict[Ref, Ref] = field(default_factory=dict)
    covered: dict[int, set[int]] = field(default_factory=dict)
    """Columns of a row that a cell to the left of them spans."""

    def name(self, row: int, column: int) -> str:
        return cell_name(*self.origins.get((row, column), (row, column)))


@dataclass(slots=True)
class _Table:
    """A part of a sheet that is read as one: rows, and the first and last of its columns."""

    rows: list[int]
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class _Row:
    """What is said of a row, and by which of its cells."""

    number: int
    text: str
    cells: tuple[tuple[str, str], ...]
    depth: int = 0
    """1 for what stands above a table as its title, 2 for a row that names those below it, 0 for any other."""


def says_something(name: str) -> bool:
    """Whether a sheet's name is more than what a program calls it: 收入, not Sheet1."""
    return _NO_NAME.fullmatch(name.strip()) is None


def sheet_lines(sheet: Sheet, several: bool) -> list[Line]:
    """The lines of a sheet, numbered by row; `several` says that the workbook has other sheets with text.

    The sheet's name is a heading where it says something; so is what stands alone above a table.
    """
    cells = _cells(sheet)
    if not cells.rows:
        return list(_aside_lines(sheet))
    tables = _tables(cells, sheet.hidden_rows)
    said = [list(_said(cells, table, place + 1 == len(tables))) for place, table in enumerate(tables)]
    first, level = min(cells.rows), 1
    lines: list[Line] = []
    if says_something(sheet.name) or (several and not any(row.depth for row in said[0][:1])):
        lines.append(Line(first, sheet.name.strip(), 1, Spot(sheet.name)))
        level = 2
    for rows in said:
        lines += [Line(rows[0].number, "")] if lines and rows else []
        for row in rows:
            lines.append(
                Line(row.number, row.text, level + row.depth - 1 if row.depth else None, Spot(sheet.name, row.cells))
            )
    return [*lines, *_aside_lines(sheet)]


def _aside_lines(sheet: Sheet) -> Iterator[Line]:
    """What stands beside the cells: comments, named as such, and text boxes."""
    for aside in sheet.asides:
        if aside.row in sheet.hidden_rows:
            continue
        cell = cell_name(aside.row, aside.column)
        head = f"{cell} 批注：" if aside.is_comment else ""
        yield Line(aside.row, "")
        for text in aside.text.split("\n"):
            if flat := _flat(text):
                yield Line(aside.row, f"{head}{flat}", spot=Spot(sheet.name, ((cell, flat),)))
                head = ""


def _cells(sheet: Sheet) -> _Cells:
    rows: dict[int, dict[int, str]] = {}
    for row, texts in sorted(sheet.rows.items()):
        own = {column: flat for column, text in sorted(texts.items()) if (flat := _flat(text))}
        if own:
            rows[row] = own
    cells = _Cells(rows)
    numbers = list(rows)
    for top, left, bottom, right in sheet.merged:
        text = rows.get(top, {}).get(left, "")
        if not text:
            continue
        within = numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]
        for row in within:
            if left + 1 <= min(right, COLUMNS):
                cells.covered.setdefault(row, set()).update(range(left + 1, min(right, COLUMNS) + 1))
            if row > top and len(text) <= LONGEST_REPEATED and left not in rows[row]:
                rows[row] = dict(sorted({**rows[row], left: text}.items()))
                cells.origins[row, left] = (top, left)
    return cells


def _flat(text: str) -> str:
    """A cell's text in one line, as its sentence will have it."""
    joined = _WRAP.sub("" if len(text) <= _SHORT_CELL else " ", text)
    return " ".join(visible(joined.replace("\n", " ")).split())


def _tables(cells: _Cells, hidden: set[int]) -> list[_Table]:
    """The tables of a sheet: parted by empty rows and columns, unless what follows goes on with the one before."""
    tables: list[_Table] = []
    for rows in _runs(list(cells.rows), hidden):
        found = _beside(cells, rows)
        before = tables[-1] if tables else None
        if before is not None and len(found) == 1 and _goes_on(cells, before, found[0]):
            before.rows += found[0].rows
        else:
            tables += found
    return tables


def _runs(rows: Sequence[int], hidden: set[int]) -> list[list[int]]:
    """Rows that follow each other; what is hidden between two of them parts nothing."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and all(between in hidden for between in range(max(runs[-1][-1] + 1, row - _MOST_HIDDEN), row)):
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _beside(cells: _Cells, rows: list[int]) -> list[_Table]:
    """The tables that these rows hold side by side, what stands above them all by itself."""
    whole = _table(cells, rows)
    lead = _lead(cells, whole)
    body = rows[lead:]
    used = sorted({column for row in body for column in (*cells.rows[row], *cells.covered.get(row, ()))})
    if not used or len(body) < 2:
        return [whole]
    parts: list[list[int]] = [[used[0]]]
    for column in used[1:]:
        if column > parts[-1][-1] + 1:
            parts.append([])
        parts[-1].append(column)
    if len(parts) == 1 or any(len(part) < 2 for part in parts):
        return [whole]
    own = [[row for row in body if any(part[0] <= column <= part[-1] for column in cells.rows[row])] for part in parts]
    if any(len(part) < 2 for part in own):
        return [whole]
    tables = [_Table(part_rows, part[0], part[-1]) for part_rows, part in zip(own, parts, strict=True)]
    return ([_table(cells, rows[:lead])] if lead else []) + tables


def _table(cells: _Cells, rows: list[int]) -> _Table:
    columns = [column for row in rows for column in cells.rows[row]]
    return _Table(rows, min(columns), max(columns))


def _goes_on(cells: _Cells, before: _Table, after: _Table) -> bool:
    """Whether a table goes on behind an empty row: its first row has figures where the row before has some."""
    last, first = _texts(cells, before, before.rows[-1]), _texts(cells, before, after.rows[0])
    if len(before.rows) < 2 or after.left < before.left or after.right > before.right or sum(map(bool, first)) < 2:
        return False
    return any(_is_number(above) and _is_number(below) for above, below in zip(last, first, strict=True))


def _texts(cells: _Cells, table: _Table, row: int) -> list[str]:
    texts = cells.rows[row]
    return [texts.get(column, "") for column in range(table.left, table.right + 1)]


def _lead(cells: _Cells, table: _Table) -> int:
    """How many rows stand above a table's header: a single cell each, or several that say who, when, what unit."""
    for index, row in enumerate(table.rows):
        texts = [text for text in _texts(cells, table, row) if text]
        if len(texts) > 1 and not (index < len(table.rows) - 1 and all(map(_is_preface, texts))):
            return index
    return len(table.rows)


def _is_preface(text: str) -> bool:
    return _LABELLED.match(text) is not None or _DAY.match(text) is not None


def _said(cells: _Cells, table: _Table, last: bool) -> Iterator[_Row]:
    """What is said of each row of a table that says something; `last` says that none follows on the sheet."""
    lead = _lead(cells, table)
    rows = table.rows
    end = next((index for index in range(len(rows), lead, -1) if not _is_remark(cells, table, rows[index - 1])), lead)
    bands = {index for index in range(lead + 1, end) if _is_band(cells, table, rows[index])}
    grid = [
        [] if index in bands else _grid_row(_texts(cells, table, row), index < lead)
        for index, row in enumerate(rows[:end])
    ]
    grid = [row or [""] * (table.right - table.left + 1) for row in grid]
    used = [column for column in range(len(grid[0]) if grid else 0) if any(row[column] for row in grid)]
    grid = [[row[column] for column in used] for row in grid]
    sentences = table_rows(grid, _header(grid[lead:end])) if lead < end else []
    titled = False
    for index, row in enumerate(rows):
        texts = [
            (column, text) for column, text in cells.rows[row].items() if table.left <= column <= table.right and text
        ]
        named = tuple([(cells.name(row, column), text) for column, text in texts])
        plain = "；".join(text for _, text in texts)
        if index < lead:
            is_title = not titled and len(texts) == 1 and (lead < len(rows) or not last) and _is_title(plain)
            titled = titled or is_title
            yield _Row(row, plain, named, int(is_title))
        elif index in bands:
            yield _Row(row, plain, named, 2)
        elif index >= end:
            yield _Row(row, plain, named)
        elif sentence := sentences[index]:
            yield _Row(row, sentence, named)


def _grid_row(texts: list[str], above: bool) -> list[str]:
    """A row as the table is told it: of several cells above the header, the one that names the unit."""
    if not above or sum(map(bool, texts)) < 2:
        return texts
    return [text if _UNIT.match(text) else "" for text in texts]


def _is_title(text: str) -> bool:
    return len(text) <= _LONGEST_HEADING and text[-1] not in "。；;：:" and not (_UNIT.match(text) or _is_preface(text))


def _is_band(cells: _Cells, table: _Table, row: int) -> bool:
    """Whether a row within a table names those below it: a single cell across its columns, or one that is numbered."""
    texts = [text for text in _texts(cells, table, row) if text]
    if len(texts) != 1 or not 0 < len(texts[0]) <= _LONGEST_HEADING:
        return False
    across = len(cells.covered.get(row, ())) >= max(1, (table.right - table.left) // 2)
    return (across or _SERIAL.match(texts[0]) is not None) and not _is_number(texts[0])


def _is_remark(cells: _Cells, table: _Table, row: int) -> bool:
    """Whether a row below a table is no part of it: a note, where its figures are from, who made it."""
    texts = [text for text in _texts(cells, table, row) if text]
    return all(map(_REMARK.match, texts)) or (
        len(texts) == 1 and len(texts[0]) > _SHORT_CELL and texts[0][-1] in "。.；;"
    )


def _header(grid: Sequence[Sequence[str]]) -> bool | None:
    """False where the first row has figures that are no years: it is no header; None where the cells have to tell."""
    figures = [text for text in grid[0] if _is_number(text)]
    return False if len(grid[0]) > 2 and any(not _YEAR.fullmatch(text) for text in figures) else None


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None
