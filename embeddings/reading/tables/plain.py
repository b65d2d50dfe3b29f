"""Tables in a plain text, laid out by tabs, by | or by blanks: their rows said as those of any other table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from embeddings.reading.tables.headers import is_value
from embeddings.reading.tables.rows import table_rows
from embeddings.types import Line

_LONGEST_CELL = 16
"""Characters of a cell between single blanks at most: longer ones are a sentence's."""
_LONGEST_APART = 40
"""The same of one between wide gaps."""
_MOST_CELLS = 64
_RULE = re.compile(r"[\s|+\-=:─━│┃┼├┤┬┴]+")
_WIDE_GAP = re.compile(r"[ \u3000]{2,}|\u3000| ?\t[\t ]*")
_FIGURE = re.compile(r"[-−+]?\d[\d,，]*(?:\.\d+)?\s?\D{0,4}")
"""A figure, perhaps with its unit."""
_SENTENCE = re.compile(r"[。！？；;!?]")
_TRIED = 40
"""Lines of equally many cells that are no table from which on none is looked for further down among them."""
_ABOVE = 3
"""Lines before a table that may give its caption and its unit."""

_Cells = tuple[str, ...]


def with_tables(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines, those that are rows of a table as `table_rows` says them; a header's are blank.

    Rows stand together, have equally many cells, and at least one column of figures where mere blanks part them: what
    is parted by tabs or | is a table without.
    """
    place = 0
    title = next((number for number, line in enumerate(lines) if line.text.strip()), 0)
    passed = [0] * len(_CUTS)  # up to where no table can begin, by each way of cutting
    while place < len(lines):
        cells: list[_Cells] = []
        for number, (cut, least) in enumerate(_CUTS):
            if passed[number] > place:
                continue
            found, is_table = _run(lines, place, cut, least)
            if is_table:
                cells = max(cells, found, key=len)
            elif len(found) > _TRIED:  # what makes it none is not only its first lines
                passed[number] = place + len(found)
        if not cells:
            yield lines[place]
            place += 1
            continue
        above = [line.text for line in lines[max(title + 1, place - _ABOVE) : place]]
        for line, sentence in zip(lines[place : place + len(cells)], _said(cells, above), strict=True):
            yield replace(line, text=sentence or "")
        place += len(cells)


def _said(cells: Sequence[_Cells], above: Sequence[str]) -> list[str | None]:
    """The rows as sentences; what only rules off the header is none of them."""
    rows = [row for row in cells if row]
    first = next((row for row in rows if sum(map(bool, row)) > 1), ())
    header = None if not any(map(is_value, first)) else False
    said = iter(table_rows(rows, header, above=above))
    return [next(said) if row else None for row in cells]


def _run(
    lines: Sequence[Line], place: int, cut: Callable[[str], _Cells], least: Callable[[Sequence[_Cells]], bool]
) -> tuple[list[_Cells], bool]:
    """The cells of the lines from a place on that have equally many when cut in this way, and whether it is a table."""
    cells: list[_Cells] = []
    width = 0
    for number in range(place, len(lines)):
        line = lines[number]
        if line.level is not None or line.spot is not None or not line.text.strip():
            break
        if cells and _RULE.fullmatch(line.text):
            if not cells[-1]:
                break  # two rules in a row are no table's
            cells.append(())
            continue
        found = cut(line.text)
        if not 1 < len(found) <= _MOST_CELLS or (width and len(found) != width):
            break
        width = len(found)
        cells.append(found)
    while cells and not cells[-1]:
        cells.pop()
    rows = [row for row in cells if row]
    return cells, len(rows) > 1 and least(rows)


def _by_tabs(text: str) -> _Cells:
    return tuple(cell.strip() for cell in text.split("\t")) if "\t" in text.strip() else ()


def _by_bars(text: str) -> _Cells:
    inner = text.strip()
    if "|" not in inner:
        return ()
    cells = [cell.strip() for cell in inner.removeprefix("|").split("|")]
    while len(cells) > 2 and not cells[-1]:
        cells.pop()
    if inner.startswith("|") or inner.endswith("|"):
        cells = cells[:-1] if not cells[-1] else cells
    return tuple(cells) if len(cells) > 1 else ()


def _by_gaps(text: str) -> _Cells:
    cells = tuple(cell for cell in _WIDE_GAP.split(text.strip()) if cell)
    return cells if all(len(cell) <= _LONGEST_APART and not _SENTENCE.search(cell) for cell in cells) else ()


def _by_blanks(text: str) -> _Cells:
    cells = tuple(text.split())
    return cells if all(len(cell) <= _LONGEST_CELL and not _SENTENCE.search(cell) for cell in cells) else ()


def _any(rows: Sequence[_Cells]) -> bool:
    return True


_TIMED = re.compile(r"[\[(]?\d{1,2}:\d{2}:\d{2}")
"""A time to the second, which begins the lines of a log and no rows of a table."""


def _has_figures(rows: Sequence[_Cells]) -> bool:
    """Whether rows of three cells or more have a column of figures, and a header without or rows enough to tell."""
    body = rows[1:]
    columns = range(len(rows[0]))
    figures = [place for place in columns if all(_FIGURE.fullmatch(row[place]) for row in body)]
    return (
        len(rows[0]) > 2
        and len(body) > 1
        and bool(figures)
        and not is_value(body[0][0])
        and not any(_TIMED.match(cell) for cell in body[0][:2])
        and (not any(is_value(cell) for cell in rows[0]) or len(body) > 2)
    )


_CUTS: tuple[tuple[Callable[[str], _Cells], Callable[[Sequence[_Cells]], bool]], ...] = (
    (_by_tabs, _any),
    (_by_bars, _any),
    (_by_gaps, _has_figures),
    (_by_blanks, _has_figures),
)
