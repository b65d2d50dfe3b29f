"""A table -> sentences: each row said so that it can be read, found and quoted without the others."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LONGEST_NAME = 100
"""Characters of a column's name: each row repeats it, so a longer one is none."""
LONGEST_REPEATED = 200
"""Characters of a cell that is said again in each row that it spans; a longer one is said once."""


def table_rows(rows: Sequence[Sequence[str]], header: bool | None = None) -> list[str | None]:
    """Say each row of a table as a sentence that can be read alone, or None where it says nothing by itself.

    `rows` is a grid: the second half of a merged cell is "". With a header row: `列名：值；列名：值。`;
    two columns without one: `左：右。`. The header row, repeats of it and empty rows give None; a
    single cell above the header is a caption, given as it is. `header` says whether the table has a
    header row; None: judge by the cells. The result has one entry for each row.
    """
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    if max(map(len, cells), default=0) < 2:
        return ["".join(row).strip() or None for row in rows]
    first = next((index for index, row in enumerate(cells) if sum(map(bool, row)) > 1), 0)
    judged = _looks_like_header(cells[first:]) if header is None else header
    names = [name.rstrip("：:") if len(name) <= _LONGEST_NAME else "" for name in cells[first]] if judged else []
    sentences: list[str | None] = []
    for index, row in enumerate(cells):
        if index < first:
            sentences.append("".join(row) or None)
        elif judged and row == cells[first]:
            sentences.append(None)
        else:
            sentences.append(_row_sentence(names, row))
    return sentences


def _looks_like_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns.

    Two columns are as often a form (name: value). A header stands above values of one kind, so all below
    it must be numbers in the same unit; taking a form's first line for a header would turn it into nonsense,
    while a header missed only costs the column's name.
    """
    head, body = rows[0], rows[1:]
    if max(map(len, rows)) > 2:
        return bool(body)
    values = [row[1] for row in body if len(row) > 1 and row[1]]
    kinds = {re.sub(r"[\d.,，\s]+", "", value) for value in values}
    return len(values) > 1 and len(kinds) == 1 and all(map(_has_digit, values)) and not _has_digit("".join(head))


def _has_digit(text: str) -> bool:
    return re.search(r"\d", text) is not None


def _row_sentence(names: Sequence[str], row: Sequence[str]) -> str | None:
    named = [(names[index] if index < len(names) else "", cell) for index, cell in enumerate(row) if cell]
    if not named:
        return None
    if not names and len(row) == 2 and len(named) == 2:
        parts = [f"{row[0].rstrip('：:')}：{row[1]}"]
    else:
        parts = [f"{name}：{cell}" if name else cell for name, cell in named]
    sentence = "；".join(part.rstrip("。；;") for part in parts)
    return sentence if sentence.endswith(("！", "？")) else f"{sentence}。"
