"""An original as HTML: a page's picture with its marks, a sheet's rows, and what leads from one place to the next.

Every button of class `wj-go` says in `data-go`, as a query, what of the address changes when it is pressed; the page's
script asks for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chinese.shown import shown
from embeddings.reading.sheets.sheet_cells import cell_name, column_name
from web.look.marks import escape
from web.look.words import html_language, word

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from chinese.errors import Language
    from embeddings.guarding.originals.page_drawing import Drawn
    from embeddings.guarding.originals.sheet_rows import SheetRows
    from embeddings.types import Box
    from web.chat.hits import Hit

_SLACK = 0.003  # of the page, around a mark: letters stand on the edge of their box


@dataclass(frozen=True, slots=True)
class Reading:
    """What of a document is shown: as the dialog's address has it.

    `start`, `end`, `sheet` and `phrase` are the place that was opened; `view` is "original", "text", or "" for the one
    that there is. `number` is the page or row that is turned to, 0 for that of the hit; `hit` counts from 0, -1 is the
    first at the place. `typed` is what the reader looks for.
    """

    file: str
    start: int = 0
    end: int = 0
    sheet: str = ""
    phrase: str = ""
    view: str = ""
    number: int = 0
    hit: int = -1
    typed: str = ""


def go(label: str, sign: str, *, disabled: bool = False, **changes: object) -> str:
    """A button that leads elsewhere: its sign, and what it does in words."""
    query = escape(urlencode({name: str(value) for name, value in changes.items()}))
    off = " disabled" if disabled else ""
    return (
        f'<button type="button" class="wj-go" data-go="{query}" title="{escape(label)}" aria-label="{escape(label)}"'
        f"{off}>{escape(sign)}</button>"
    )


def stepper(label: str, keys: tuple[str, str], steps: tuple[str, str], language: Language) -> str:
    """A label between what leads back and what leads on; a step is a button's query, "" where there is none."""
    back, on = (
        f'<button type="button" class="wj-go" data-go="{escape(step)}" title="{word(key, language)}"'
        f' aria-label="{word(key, language)}"{"" if step else " disabled"}>{sign}</button>'
        for key, step, sign in zip(keys, steps, "‹›", strict=True)
    )
    return f'<span class="wj-step">{back}<span>{escape(label)}</span>{on}</span>'


def hit_steps(hits: Sequence[Hit], current: int, typed: str, language: Language) -> str:
    """From one hit to the next, over the pages of the document."""
    if not hits:
        return f'<span class="wj-soft" role="status">{word("hits_none", language)}</span>' if typed else ""
    last = len(hits) - 1
    steps = tuple(
        urlencode({"hit": place, "number": 0}) if 0 <= place <= last else "" for place in (current - 1, current + 1)
    )
    label = word("hit_of", language).format(max(current, 0) + 1, len(hits))
    return stepper(label, ("hit_back", "hit_on"), (steps[0], steps[1]), language)


def page_steps(page: int, pages: int, language: Language) -> str:
    """From one page to the next."""
    if pages < 2:
        return ""
    back = urlencode({"number": page - 1}) if page > 1 else ""
    on = urlencode({"number": page + 1}) if page < pages else ""
    return stepper(word("page_of", language).format(page, pages), ("page_back", "page_on"), (back, on), language)


def zoom_buttons(language: Language) -> str:
    """Larger and smaller."""
    return (
        '<span class="wj-step">'
        + "".join(
            f'<button type="button" class="wj-zoom" data-by="{by}" title="{word(key, language)}"'
            f' aria-label="{word(key, language)}">{sign}</button>'
            for key, by, sign in (("zoom_out", -1, "−"), ("zoom_in", 1, "+"))
        )
        + "</span>"
    )


def render_page(
    reading: Reading, drawn: Drawn, digest: str, page: int, marks: Sequence[Box], language: Language
) -> str:
    """A page's picture, as wide as there is room, with a mark over each box."""
    name = word("page_picture", language).format(shown(reading.file), page)
    addresses = [
        "wenju/page-image?" + urlencode({"file": reading.file, "page": page, "width": width, "of": digest[:16]})
        for width in (1000, 2000)
    ]
    places = "".join(_mark(box) for box in marks)
    # Who opened the document as a whole looks for no mark.
    note = (
        "" if marks or not (reading.phrase or reading.typed) else f'<p class="wj-soft">{word("unmarked", language)}</p>'
    )
    return (
        f'{note}<div class="wj-paper"><figure class="wj-page" style="aspect-ratio:{drawn.width}/{drawn.height}">'
        f'<img src="{escape(addresses[0])}" data-large="{escape(addresses[1])}" alt="{escape(name)}"'
        f' width="{drawn.width}" height="{drawn.height}">{places}</figure></div>'
    )


def _mark(box: Box) -> str:
    left, top = max(box.left - _SLACK, 0), max(box.top - _SLACK, 0)
    width, height = min(box.right + _SLACK, 1) - left, min(box.bottom + _SLACK, 1) - top
    edges = ";".join(
        f"{name}:{100 * share:.2f}%"
        for name, share in (("left", left), ("top", top), ("width", width), ("height", height))
    )
    return f'<span class="wj-box wj-here" style="{edges}"></span>'


# --- sheets


def row_steps(rows: SheetRows, step: int, language: Language) -> str:
    """From some rows of a sheet to the next ones."""
    back = urlencode({"number": max(1, rows.first - step)}) if rows.first > 1 else ""
    last = max(number for number, _ in rows.rows)
    on = urlencode({"number": last + 1}) if last < rows.last else ""
    if not back and not on:
        return ""
    return stepper(
        word("rows_of", language).format(rows.first, rows.last), ("rows_back", "rows_on"), (back, on), language
    )


def sheet_tabs(rows: SheetRows, language: Language) -> str:
    """The sheets of a workbook that has several."""
    if len(rows.sheets) < 2:
        return ""
    options = "".join(
        f'<button type="button" class="wj-go" lang="zh-CN" aria-pressed="{str(name == rows.sheet).lower()}"'
        f' data-go="{escape(urlencode({"sheet": name, "number": 1, "phrase": ""}))}">{escape(shown(name))}</button>'
        for name in rows.sheets
    )
    return f'<div class="wj-sheets" role="group" aria-label="{word("sheet", language)}">{options}</div>'


def render_rows(rows: SheetRows, marked: Collection[str], row: int, language: Language) -> str:
    """Rows of a sheet with the names of rows and columns; the cells that are `marked` by name, and the row of a hit."""
    columns = range(1, max((column for _, texts in rows.rows for column in texts), default=1) + 1)
    names = "".join(f'<th scope="col">{column_name(column)}</th>' for column in columns)
    spans, covered = _merged(rows)
    body = []
    before = 0
    for number, texts in rows.rows:
        if before and number > before + 1 and number == rows.first:
            body.append(f'<tr class="wj-gap"><td colspan="{len(columns) + 1}">⋯</td></tr>')
        before = number
        cells = "".join(
            _cell(number, column, texts.get(column, ""), marked, spans)
            for column in columns
            if (number, column) not in covered
        )
        hit = ' class="wj-hit-row"' if number == row else ""
        body.append(f'<tr{hit}><th scope="row">{number}</th>{cells}</tr>')
    corner = f'<th class="wj-corner"><span>{word("row", language)}</span></th>'
    title = escape(shown(rows.sheet)) or word("sheet", language)
    return (
        f'<div class="wj-grid" lang="{html_language("zh")}" tabindex="0" role="region" aria-label="{title}">'
        f"<table><thead><tr>{corner}{names}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _cell(
    row: int, column: int, text: str, marked: Collection[str], spans: dict[tuple[int, int], tuple[int, int]]
) -> str:
    name = cell_name(row, column)
    here = ' class="wj-cell wj-here"' if name in marked else ""
    down, across = spans.get((row, column), (1, 1))
    size = (f' rowspan="{down}"' if down > 1 else "") + (f' colspan="{across}"' if across > 1 else "")
    inner = f"<mark>{escape(text)}</mark>" if here else escape(text)
    return f'<td{here}{size} data-cell="{name}">{inner}</td>'


def _merged(rows: SheetRows) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    """By the first cell of a merged region how many rows and columns it takes, and the cells that it covers.

    Only regions whose rows are all shown, one after the other.
    """
    there = {number for number, _ in rows.rows}
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    widest = max((column for _, texts in rows.rows for column in texts), default=1)
    for top, left, bottom, right in rows.merged:
        right = min(right, widest)
        if right < left or bottom - top > len(there) or any(row not in there for row in range(top, bottom + 1)):
            continue
        spans[top, left] = bottom - top + 1, right - left + 1
        covered |= {
            (row, column)
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
            if (row, column) != (top, left)
        }
    return spans, covered
