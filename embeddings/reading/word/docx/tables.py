"""A table of Word -> a grid of its cells, each where it stands and as far as it spans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from embeddings.reading.containers.xml_tree import Element, children
from embeddings.reading.tables.rows import LONGEST_REPEATED
from embeddings.reading.word.docx.package import MC, W, chosen, is_on, value
from embeddings.reading.word.docx.runs import checkbox, is_no_content

_COLUMNS = 63  # the most that Word allows
_LONGEST_NAME = 100  # characters
_HOLDERS = frozenset(W + name for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"))
"""What may stand around paragraphs, rows or cells."""


@dataclass(frozen=True, slots=True)
class CellText:
    """What a cell says as a cell of its row."""

    cell: Element
    text: str


def held(element: Element, *names: str) -> Iterator[Element]:
    """The children of these names (p, tbl, tr, tc), in content controls too, however deep; w:sdt that is a box itself.

    What was deleted or is only a placeholder is left out.
    """
    wanted = {W + name for name in names}
    for child in children(element):
        if child.tag in wanted:
            yield child
        elif child.tag == MC + "AlternateContent":
            for side in chosen(child)[:1]:
                yield from held(side, *names)
        elif child.tag == W + "sdt" and checkbox(child) is not None and "p" in names:
            yield child
        elif child.tag in _HOLDERS and not (child.tag == W + "sdt" and is_no_content(child)):
            yield from held(child, *names)


def rows_of(table: Element) -> list[Element]:
    """The rows of a table that were not deleted."""
    return [row for row in held(table, "tr") if not is_on(row, "trPr/del")]


def cells_of(row: Element) -> list[Element]:
    """The cells of a row."""
    return list(held(row, "tc"))


def has_header(rows: list[Element], grid: list[list[str]]) -> bool | None:
    """True where the first row is marked as one that is repeated on each page.

    False where a cell of it is too long to be a name, else None.
    """
    if rows and is_on(rows[0], "trPr/tblHeader"):
        return True
    return False if grid and any(len(text) > _LONGEST_NAME for text in grid[0]) else None


def placed(rows: list[list[CellText]], befores: list[int]) -> list[list[str]]:
    """The texts by row and column. What spans rows is said in each; what spans columns, once, then "".

    `befores` are the columns that each row leaves free at its start.
    """
    grid: list[list[str]] = []
    for row, before in zip(rows, befores, strict=True):
        above = grid[-1] if grid else []
        texts = [""] * before
        for cell in row:
            text = cell.text
            if _continues(cell.cell, "vMerge") and len(texts) < len(above):
                text = above[len(texts)] if len(above[len(texts)]) <= LONGEST_REPEATED else ""
            elif _continues(cell.cell, "hMerge") and texts:
                text = ""
            texts += [text, *[""] * (span(cell.cell, "tcPr/gridSpan") - 1)]
        grid.append(texts)
    return grid


def span(element: Element, path: str) -> int:
    """A number of columns at a path below an element, 0 where none is given."""
    said = value(element, path) or ""
    return min(int(said), _COLUMNS) if re.fullmatch(r"[0-9]{1,4}", said) else 0


def _continues(cell: Element, name: str) -> bool:
    """Whether a cell is the rest of the merged one above it or before it."""
    merge = cell.find(f"{W}tcPr/{W}{name}")
    return merge is not None and merge.get(W + "val") != "restart"
