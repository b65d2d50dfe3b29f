"""Pages whose texts have places -> lines in reading order: columns, tables and running heads told apart.

For a PDF as for recognised pictures; several pages are read together, because a head shows by standing on most, and a
table may go on over the page's end.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from embeddings.reading.pages.aligned_tables import find_tables
from embeddings.reading.pages.furniture import without_furniture
from embeddings.reading.pages.placed import OBJECT
from embeddings.reading.pages.placed_page import PlacedPage
from embeddings.reading.pages.placed_table import Table
from embeddings.reading.pages.reading_order import blocks_of, em_of, joined, rows_of, scaled, scaled_box, usual_pitch
from embeddings.reading.tables.rows import table_rows
from embeddings.reading.text.lines import visible
from embeddings.types import Box, Line, PlacedText, Spot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from embeddings.reading.pages.reading_order import Row

_SURE_COLUMNS = 3  # of a table that is told before the page is cut into columns
_WIDE_STEP = 1.7  # times the usual distance of two lines: a new paragraph
_SAME_EDGE = 1.5  # ems by which the columns of a table on two pages may differ
_HYPHENS = "-\u00ad\u2010\x02"
_BROKEN_WORD = re.compile(rf"([A-Za-z\u00c0-\u024f]+)[{_HYPHENS}]$")
_WORD_REST = re.compile(r"([a-z\u00df-\u024f]+[^\s]*)\s*(.*)", re.DOTALL)

_Block = Table | list[PlacedText]


def recognised_page(number: int, items: Sequence[PlacedText], label: str = "") -> PlacedPage:
    """A page of texts that were recognised in a picture, their boxes in shares of it."""
    across, down = em_of(items)
    return PlacedPage(number, across, down, scaled(items, 1 / across, 1 / down), label=label, scanned=True)


def lines_of(pages: Sequence[PlacedPage]) -> tuple[list[Line], int]:
    """The lines of a document's pages in reading order, and how many tables there are.

    A line has its page's number and its box in shares of the page; a table's row is a line, said as `table_rows` does.
    A blank line stands between two pages, columns, tables or paragraphs.
    """
    without_furniture(pages)
    lines: list[Line] = []
    tables = 0
    open_table: list[tuple[PlacedPage, Table]] = []
    for page in pages:
        blocks = _blocks(page)
        for place, block in enumerate(blocks):
            if isinstance(block, Table) and place == 0 and open_table and _goes_on(open_table[-1], page, block):
                open_table.append((page, _completed(block, open_table[-1][1])))
                continue
            tables += _close(lines, open_table)
            if isinstance(block, Table):
                open_table = [(page, block)]
            else:
                _add(lines, [_line(page, text) for text in _whole_words(block)])
        if page.aside:
            tables += _close(lines, open_table)
            _add(lines, [Line(page.number, visible(item.text), None, _spot(page, item.box)) for item in page.aside])
    tables += _close(lines, open_table)
    return lines, tables


def _add(lines: list[Line], block: Sequence[Line]) -> None:
    """Add a block of lines, after a blank one."""
    filled = [line for line in block if line.text]
    if filled and lines:
        lines.append(Line(lines[-1].number, ""))
    lines += filled


def _close(lines: list[Line], open_table: list[tuple[PlacedPage, Table]]) -> int:
    """Add the table that ends here, if there is one; how many were added."""
    if not open_table:
        return 0
    rows = [(page, row) for page, table in open_table for row in table.rows]
    above = [line.text for line in lines[-4:] if line.text]
    sentences = table_rows([row.cells for _, row in rows], above=above)
    _add(
        lines,
        [
            Line(page.number, visible(sentence or ""), None, _spot(page, _shares(page, row.box), row.sure))
            for (page, row), sentence in zip(rows, sentences, strict=True)
        ],
    )
    open_table.clear()
    return 1


def _line(page: PlacedPage, text: PlacedText) -> Line:
    return Line(page.number, visible(text.text).strip(), None, _spot(page, _shares(page, text.box), text.sure))


def _shares(page: PlacedPage, box: Box) -> Box:
    """A box in ems -> in shares of the page as it is shown."""
    shares = scaled_box(box, page.across, page.down)
    return turned_back(shares, page.quarter)


def turned_back(box: Box, quarter: int) -> Box:
    """A box on a page that was turned upright -> on the page as it is shown; both in shares."""
    if quarter == 1:
        return Box(1 - box.bottom, box.left, 1 - box.top, box.right)
    if quarter == 2:
        return Box(1 - box.right, 1 - box.bottom, 1 - box.left, 1 - box.top)
    if quarter == 3:
        return Box(box.top, 1 - box.right, box.bottom, 1 - box.left)
    return box


def _spot(page: PlacedPage, box: Box, sure: float = 1.0) -> Spot:
    left, top, right, bottom = (
        round(min(max(edge, 0.0), 1.0), 4) for edge in (box.left, box.top, box.right, box.bottom)
    )
    return Spot(box=Box(left, top, right, bottom), label=page.label, scanned=page.scanned, sure=round(sure, 3))


def _goes_on(before: tuple[PlacedPage, Table], page: PlacedPage, table: Table) -> bool:
    """Whether the first table of a page has the columns of the last one of the page before it."""
    last, above = before
    if last.number + 1 != page.number or len(above.edges) != len(table.edges):
        return False
    slack = _SAME_EDGE * page.across
    pairs = zip(above.edges, table.edges, strict=True)
    return all(abs(first * last.across - second * page.across) <= slack for first, second in pairs)


def _completed(table: Table, above: Table) -> Table:
    """The table with the name of the row that the page's end cut, where its first rows go on without one."""
    last = above.rows[-1].cells
    rows = list(table.rows)
    for index, row in enumerate(rows):
        if row.cells[0] or not any(row.cells) or len(row.cells) < 3:
            break
        rows[index] = replace(row, cells=(last[0], *row.cells[1:]))
    return replace(table, rows=tuple(rows))


def _blocks(page: PlacedPage) -> list[_Block]:
    """A page's blocks in reading order: its tables, and its columns as lines.

    A ruled table is put in order with the texts, as one of them: it parts columns, or stands in one.
    """
    standing = [(PlacedText(OBJECT, table.box), table) for table in page.tables]
    ruled = {id(item): table for item, table in standing}
    return list(_read([*page.items, *(item for item, _ in standing)], ruled))


def _read(items: Sequence[PlacedText], ruled: Mapping[int, Table]) -> Iterator[_Block]:
    """Blocks of texts: first tables over the whole width, then columns; `ruled` are the tables that some stand for."""
    rows = rows_of(items)
    place = 0
    for start, end, table in find_tables(rows, _SURE_COLUMNS):
        yield from _read_columns(rows[place:start], ruled)
        yield table
        place = end
    yield from _read_columns(rows[place:], ruled)


def _read_columns(rows: Sequence[Row], ruled: Mapping[int, Table]) -> Iterator[_Block]:
    for block in blocks_of([item for row in rows for item in row]):
        place = 0
        for start, end, table in find_tables(block, 2):
            yield from _paragraphs(block[place:start], ruled)
            yield table
            place = end
        yield from _paragraphs(block[place:], ruled)


def _paragraphs(rows: Sequence[Row], ruled: Mapping[int, Table]) -> Iterator[_Block]:
    """The lines of rows, parted where they stand further apart than usual, and at tables."""
    pitch = usual_pitch(rows)
    lines: list[PlacedText] = []
    for row in rows:
        tables = [ruled[id(item)] for item in row if id(item) in ruled]
        texts = [item for item in row if id(item) not in ruled]
        line = joined(texts) if texts else None
        if lines and (line is None or line.box.top - lines[-1].box.top > _WIDE_STEP * pitch):
            yield lines
            lines = []
        lines += [line] if line else []
        if tables:
            yield from [lines] if lines else []
            yield from tables
            lines = []
    if lines:
        yield lines


def _whole_words(lines: Sequence[PlacedText]) -> list[PlacedText]:
    """Lines, a word that is broken at the end of one put together there: infor-|mation."""
    whole = list(lines)
    for index in range(len(whole) - 1):
        broken = _BROKEN_WORD.search(whole[index].text)
        rest = _WORD_REST.fullmatch(whole[index + 1].text)
        if broken and rest:
            whole[index] = replace(whole[index], text=whole[index].text[:-1] + rest[1])
            whole[index + 1] = replace(whole[index + 1], text=rest[2])
    return [line for line in whole if line.text]
