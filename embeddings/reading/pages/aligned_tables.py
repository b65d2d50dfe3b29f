"""Tables without ruled lines: rows whose texts stand in the same columns.

Boxes are measured in ems, as in `reading_order`.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from chinese.surnames import SURNAMES
from embeddings.reading.pages.centred_names import FIGURE, names_given, names_spread, stands_over_both
from embeddings.reading.pages.placed import OBJECT, around
from embeddings.reading.pages.placed_table import Table, TableRow
from embeddings.reading.pages.reading_order import joined, usual_pitch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.reading.pages.reading_order import Row
    from embeddings.types import PlacedText

_CELL_GAP = 0.8  # ems between two cells of a row, at least
_MOST_ROWS = 300  # of a table on one page
_ROW_GAP = 2.2  # times the usual distance of two rows; further down, another table begins
_WIDEST_KEY = 14.0  # ems of the first of two columns
_LONG = 7.0  # ems; with pauses in it, a cell as long is prose
_PAUSE = re.compile(r"[，。；！？]|[,;!?]\s|\.\s+[A-Z]")
_LEADERS = re.compile(r"[.．·…_]{4,}|…{2,}|(?:[.·]\s){4,}")
_LABELLED = re.compile(r"[^\d:：]{1,12}[:：]")
_CAPTION = re.compile(r"(?:附|续)?表\s?[\d一二三四五六七八九十]|table\s+\d", re.IGNORECASE)
_BULLET = re.compile(r"[-*+•·●○◦▪▫➢►▶◎■□◆◇]|[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z])[.)．、）]?")
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\d_]{2,}")
_ENOUGH_WORDS = 10  # names of rows and columns, however many figures there are
_WIDE = 9.0  # ems: a table over the whole width has at most one column of such cells, prose in columns no other
_WITH_FIGURE = re.compile(r".*\d.*\d.*|[%％‰]|\d")

_Columns = list[tuple[float, float]]


def find_tables(rows: Sequence[Row], fewest: int) -> list[tuple[int, int, Table]]:
    """The tables of `fewest` columns or more among rows: each as its first row, the row behind it, and the table."""
    kept, cells = names_given([_cells(row) for row in rows])
    rows = [rows[place] for place in kept]
    found: list[tuple[int, int, Table]] = []
    start = 0
    while start < len(rows):
        end = _end_of_run(rows, cells, start)
        cells[start:end] = names_spread(cells[start:end])
        best = _table(cells, start, end, fewest) if end - start >= 2 else None
        if best is None:
            start += 1
            continue
        first, end, table = best
        found.append((kept[first], kept[end - 1] + 1, table))
        start = end
    return found


def _cells(row: Row) -> list[PlacedText]:
    """The texts of a row, those that stand close together as one."""
    parts: list[Row] = []
    for item in row:
        if parts and item.box.left - parts[-1][-1].box.right < _CELL_GAP:
            parts[-1].append(item)
        else:
            parts.append([item])
    return [joined(part) for part in parts]


def _end_of_run(rows: Sequence[Row], cells: Sequence[list[PlacedText]], start: int) -> int:
    """Where the rows with several cells end that begin at `start`; one with a single cell may stand between two."""
    if len(cells[start]) < 2 or _is_text(cells[start]):
        return start
    pitch = usual_pitch(rows[start : start + 12])
    end = start + 1
    for place in range(start + 1, min(len(rows), start + _MOST_ROWS)):
        above = max(cell.box.bottom for cell in cells[place - 1])
        top = min(cell.box.top for cell in cells[place])
        if rows[place][0].box.top - rows[place - 1][0].box.top > _ROW_GAP * pitch and top - above > 1:
            break
        if _is_text(cells[place]) or (len(cells[place]) == 1 and place - end >= 2):
            break
        if len(cells[place]) > 1:
            end = place + 1
    return end


def _is_text(cells: Sequence[PlacedText]) -> bool:
    """Whether a row is none of a table: a caption, an entry of a table of contents, fields with labels of their own."""
    first = cells[0].text
    if _CAPTION.match(first) and len(cells) < 3:
        return True
    if any(not cell.text.strip(OBJECT) for cell in cells):
        return True
    labelled = sum(_LABELLED.match(cell.text) is not None for cell in cells)
    return 2 * labelled >= len(cells) or any(_LEADERS.search(cell.text) for cell in cells)


def _table(cells: Sequence[list[PlacedText]], start: int, end: int, fewest: int) -> tuple[int, int, Table] | None:
    """The table that the rows from `start` to `end`, or the first of them, make; None where they make none."""
    count, _ = max(
        Counter(len(row) for row in cells[start:end] if len(row) > 1).items(), key=lambda item: (item[1], item[0])
    )
    if count < fewest:
        return None
    columns: _Columns = []
    usual: list[list[PlacedText]] = []
    for place in range(start, end):
        row = cells[place]
        if len(row) != count:
            if columns and len(row) > 1 and not _fits(row, columns):
                end = place
                break
            continue
        wider = _widened(columns, row)
        if wider is None:
            end = place
            break
        columns = wider
        usual.append(row)
    while end > start and len(cells[end - 1]) < 2:
        end -= 1
    first = start
    while first < end and len(cells[first]) < 2:
        first += 1
    if not _is_table(usual, columns, end - first, fewest):
        return None
    return first, end, _built(cells[first:end], columns)


def _widened(columns: _Columns, row: Sequence[PlacedText]) -> _Columns | None:
    """The columns, wide enough for a row with a cell for each; None where two of them would meet."""
    if not columns:
        return [(cell.box.left, cell.box.right) for cell in row]
    wider = [
        (min(left, cell.box.left), max(right, cell.box.right)) for (left, right), cell in zip(columns, row, strict=True)
    ]
    apart = all(after[0] - before[1] >= 0.3 for before, after in pairwise(wider))
    return wider if apart else None


def _fits(row: Sequence[PlacedText], columns: _Columns) -> bool:
    """Whether the cells of a row with fewer or more of them stand in columns of their own."""
    places = [_column_of(cell, columns) for cell in row]
    return len(set(places)) == len(places) or len(row) > len(columns)


def _column_of(cell: PlacedText, columns: _Columns) -> int:
    """The column that a cell stands in: that which it overlaps most, else the nearest; of the first two, the first."""
    if len(columns) > 2 and stands_over_both(cell, columns[0][1], columns[1][0]):
        return 0

    def near(index: int) -> float:
        left, right = columns[index]
        overlap = min(right, cell.box.right) - max(left, cell.box.left)
        return overlap if overlap < 0 else overlap / max(0.1, min(right - left, cell.box.right - cell.box.left))

    return max(range(len(columns)), key=near)


def _is_table(usual: Sequence[Sequence[PlacedText]], columns: _Columns, height: int, fewest: int) -> bool:
    """Whether rows with a cell in each column are a table's and not lines of prose that stand side by side."""
    count = len(columns)
    if len(usual) < (2 if count > 2 else 3) or len(usual) < 0.4 * height:
        return False
    if not are_cells([cell.text for row in usual for cell in row]):
        return False
    if fewest > 2 and len(usual) < 4 and any(_is_prose([row[index] for row in usual]) for index in range(count)):
        return False
    if fewest > 2 and sum(_is_wide_column([row[index] for row in usual]) for index in range(count)) > 1:
        return False
    prose = [_is_prose([row[index] for row in usual]) for index in range(count)]
    if sum(prose) > 1 or any(_is_flush([row[index] for row in usual]) for index in range(count) if prose[index]):
        return False
    if _are_names([cell.text for row in usual for cell in row]):
        return False
    keys = [row[0].text for row in usual]
    if count == 2:
        widest = columns[0][1] - columns[0][0]
        if prose[0] or prose[1] or widest > _WIDEST_KEY or all(_BULLET.fullmatch(key) for key in keys):
            return False
        values = [row[1].text for row in usual]
        return any(map(FIGURE.fullmatch, values)) or statistics.median(map(len, values)) <= 12
    return True


def are_cells(texts: Sequence[str]) -> bool:
    """Whether texts are what stands in a table: words and figures, not the signs of a formula or a drawing."""
    filled = [text for text in texts if text]
    words = sum(_WORD.search(text) is not None for text in filled)
    figures = sum(_WORD.search(text) is None and _WITH_FIGURE.fullmatch(text) is not None for text in filled)
    return words + figures >= 0.7 * len(filled) and words >= min(0.1 * len(filled), _ENOUGH_WORDS)


def _is_wide_column(cells: Sequence[PlacedText]) -> bool:
    return statistics.median(cell.box.right - cell.box.left for cell in cells) >= _WIDE


def _is_prose(cells: Sequence[PlacedText]) -> bool:
    long = [cell for cell in cells if cell.box.right - cell.box.left >= _LONG]
    return len(long) >= 0.5 * len(cells) and sum(bool(_PAUSE.search(cell.text)) for cell in long) >= 0.25 * len(cells)


def _is_flush(cells: Sequence[PlacedText]) -> bool:
    """Whether cells end where a column's width broke a text: a table stands beside it, but it is no part of one."""
    end = max(cell.box.right for cell in cells)
    return len(cells) > 2 and sum(cell.box.right > end - 1.5 for cell in cells) >= 0.6 * len(cells)


def _are_names(texts: Sequence[str]) -> bool:
    """Whether texts are nothing but persons' names, which are set in columns without belonging together."""
    return sum(2 <= len(text) <= 4 and text[0] in SURNAMES for text in texts) >= 0.9 * len(texts)


def _spread(row: Sequence[PlacedText], columns: _Columns) -> list[int] | None:
    """The first column under each cell of a row of names that stand above several columns each; None where none does.

    What follows the first column is looked at: 2023年 and 2024年 above two columns each.
    """
    own = [cell for cell in row if cell.box.left > columns[0][1]]
    rest = len(columns) - 1
    if not own or rest == len(own) or rest % len(own):
        return None
    size = rest // len(own)
    places = []
    for index, cell in enumerate(own):
        first = 1 + index * size
        middle = (cell.box.left + cell.box.right) / 2
        if not columns[first][0] <= middle <= columns[first + size - 1][1]:
            return None
        places.append(first)
    return [0] * (len(row) - len(own)) + places


def _built(rows: Sequence[Sequence[PlacedText]], columns: _Columns) -> Table:
    """The table of rows whose columns are known; a wrapped line goes to the row that it continues."""
    built: list[TableRow] = []
    above_all = True
    for row in rows:
        texts = [""] * len(columns)
        above_all = above_all and len(row) < len(columns)
        spread = _spread(row, columns) if above_all else None
        for cell, place in zip(row, spread or [_column_of(cell, columns) for cell in row], strict=True):
            texts[place] = f"{texts[place]} {cell.text}".strip()
        box, sure = around(cell.box for cell in row), min(cell.sure for cell in row)
        if built and _continues(texts, built[-1].cells):
            above = built[-1]
            texts = [_glued(before, after) for before, after in zip(above.cells, texts, strict=True)]
            built[-1] = TableRow(tuple(texts), around((above.box, box)), min(above.sure, sure))
        else:
            if built and not texts[0] and all(texts[1:]) and len(texts) > 2:
                texts[0] = built[-1].cells[0]  # said once for the rows below it too
            built.append(TableRow(tuple(texts), box, sure))
    whole = around(row.box for row in built)
    return Table(whole, tuple(built), tuple(left for left, _ in columns))


def _continues(texts: Sequence[str], above: Sequence[str]) -> bool:
    """Whether a row is the second line of the cells above it: it has no name of its own, and no figure."""
    filled = [index for index, text in enumerate(texts) if text]
    return (
        not texts[0]
        and len(filled) <= len(texts) // 2
        and all(above[index] and not FIGURE.fullmatch(texts[index]) for index in filled)
    )


def _glued(before: str, after: str) -> str:
    if before and after and before[-1].isascii() and after[0].isascii():
        return f"{before} {after}"
    return before + after
