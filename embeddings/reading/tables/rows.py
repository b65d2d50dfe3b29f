"""A table -> sentences: each row said so that it can be read, found and quoted without the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.reading.tables.forms import form_rows
from embeddings.reading.tables.headers import Header, has_digit, header_of

LONGEST_REPEATED = 200
"""Characters of a cell that is said again in each row that it spans; a longer one is said once."""
LONGEST_ROW = 180
"""Characters from which on a row is cut into several sentences: each finds its place in a chunk, and in a model."""
_LONG_CELL = 60
"""Characters from which on a cell has a sentence of its own, and so has one that holds sentences."""
_CAPTION_EVERY = 200
"""Characters after which a table's caption is said again: about a chunk."""
_LONGEST_CAPTION = 60
_HAN_GAP = re.compile(r"(?<![\u3400-\u9fff])([\u3400-\u9fff](?: [\u3400-\u9fff]){1,3})(?![\u3400-\u9fff])")
_NOTE = re.compile(
    r"(?:注|备注|附注|说明|资料来源|数据来源|来源|填表|制表|Notes?|Sources?)\s?\d{0,2}\s?[:：.．、]|[※*＊]"
)
_UNIT_LINE = re.compile(
    r"(?:[(（]\s?|(?<![\u4e00-\u9fff]))(?:计[量价])?单位\s?[:：]\s?(?P<unit>[^\s()（）,，、;；/]{1,8})\s?[)）]?\s*$"
)
_SENTENCE_END = re.compile(r"[。！？!?](?=.)")


@dataclass(frozen=True, slots=True)
class _Table:
    """The cells of a table without blanks at their ends, what its columns are called, and where its rows begin."""

    rows: list[list[str]]
    first: int
    header: Header | None


def table_rows(
    rows: Sequence[Sequence[str]], header: bool | None = None, *, above: Sequence[str] = ()
) -> list[str | None]:
    """Say each row of a table as a sentence that can be read alone, or None where it says nothing by itself.

    `rows` is a grid: the second half of a cell that spans columns is "", what spans rows stands in each. With a header
    row, or several: `列名：值；列名：值。`; without one two columns, or the pairs of a form: `左：右。`. A long row
    becomes several sentences, each with what the row is about. The header rows, repeats of them and empty rows give
    None; a single cell above the header is a caption, and a note below the table is given as it is. `header` says
    whether the table has a header row; None: judge by the cells. `above` are the lines before the table in the
    document, the last the nearest: the unit and the caption that they give hold for its rows, and a long table says
    its caption again. The result has one entry for each row.
    """
    cells = [[_condensed(cell) for cell in row] for row in rows]
    width = max(map(len, cells), default=0)
    if width < 2:
        return ["".join(row).strip() or None for row in rows]
    first = next((place for place, row in enumerate(cells) if _begins(row)), 0)
    lead = [*above, *("".join(row) for row in cells[:first])]
    pairs = form_rows(cells[first:], header)
    if pairs is not None:
        said = [_sentences([(name, value) for name, value in row], ()) for row in pairs]
        return [*("".join(row) or None for row in cells[:first]), *said]
    judged = _looks_like_header(cells[first:]) if header is None else header
    found = header_of(cells[first:], unit_of(lead)) if judged else None
    table = _Table(_filled(cells, first, found), first, found)
    return _with_caption([_said(table, index) for index in range(len(cells))], first, caption_of(above))


def _begins(row: Sequence[str]) -> bool:
    """Whether a table begins with this row, which is no caption: that begins at the left, or gives the unit."""
    filled = [cell for cell in row if cell]
    return len(filled) > 1 or (bool(filled) and not row[0] and _UNIT_LINE.search(filled[0]) is None)


def unit_of(above: Sequence[str]) -> str:
    """The unit that one of the two lines above a table gives for all of it: 单位：万元; "" where none does."""
    found = [
        match["unit"] for line in [text for text in above if text.strip()][-2:] if (match := _UNIT_LINE.search(line))
    ]
    return str(found[-1]) if found else ""


def caption_of(above: Sequence[str]) -> str:
    """The nearest line above a table that is no sentence and no unit line, without the unit; "" where there is none."""
    for line in reversed([text.strip() for text in above if text.strip()][-2:]):
        bare = _UNIT_LINE.sub("", line).strip()
        if bare:
            is_caption = len(bare) <= _LONGEST_CAPTION and re.search(r"[。；;，,：:！？]$", bare) is None
            return bare if is_caption else ""
    return ""


def _condensed(cell: str) -> str:
    """A cell with single blanks, and without those that only set a short word wider: 姓 名."""
    return _HAN_GAP.sub(lambda match: match[1].replace(" ", ""), " ".join(cell.split()))


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
    kinds = {re.sub(r"[\d.,，\s+−-]+", "", value) for value in values}
    return len(values) > 1 and len(kinds) == 1 and all(map(has_digit, values)) and not has_digit("".join(head))


def _filled(cells: list[list[str]], first: int, header: Header | None) -> list[list[str]]:
    """The rows, each with what it is about: an empty first cell beside a second one with a word goes on from above."""
    if header is None:
        return cells
    filled: list[list[str]] = []
    for index, row in enumerate(cells):
        above = filled[-1] if index > first + header.rows else []
        goes_on = len(row) > 2 and not row[0] and row[1] and not has_digit(row[1]) and above and above[0]
        filled.append([above[0], *row[1:]] if goes_on and len(above[0]) <= LONGEST_REPEATED else row)
    return filled


def _said(table: _Table, index: int) -> str | None:
    row, header = table.rows[index], table.header
    if index < table.first:
        return "".join(row) or None
    if header is None:
        return _without_header(row)
    if index < table.first + header.rows or row in header.texts:
        return None
    texts = [cell for cell in row if cell]
    if len(texts) == 1 and row[0] and len(row) > 2 and (_NOTE.match(row[0]) or len(row[0]) > _LONG_CELL):
        return row[0]
    named = [(header.names[place] if place < len(header.names) else "", cell) for place, cell in enumerate(row) if cell]
    return _sentences(named, _labels(row))


def _without_header(row: Sequence[str]) -> str | None:
    named = [("", cell) for cell in row if cell]
    if len(row) == 2 and len(named) == 2:
        named = [(row[0].rstrip("：:"), row[1])]
    return _sentences(named, ())


def _labels(row: Sequence[str]) -> tuple[int, ...]:
    """Which of a row's filled cells say what it is about: the first with a word."""
    filled = [cell for cell in row if cell]
    return tuple(place for place, cell in enumerate(filled) if re.search(r"[^\W\d_]{2}", cell))[:1]


def _sentences(named: Sequence[tuple[str, str]], labels: Sequence[int]) -> str | None:
    """The cells as one sentence, or several where they are long, each with those that say what the row is about."""
    if not named:
        return None
    lead = [_part(*named[place]) for place in labels if len(named[place][1]) <= _LONG_CELL]
    parts: list[list[str]] = [[]]
    for place, (name, cell) in enumerate(named):
        part = _part(name, cell)
        alone = len(named) > 1 and (len(cell) > _LONG_CELL or _SENTENCE_END.search(cell) is not None)
        full = sum(map(len, parts[-1])) + len(part) > LONGEST_ROW
        if parts[-1] and (alone or full) and not (place and parts[-1] == lead):
            parts.append(list(lead))
        parts[-1].append(part)
        if alone and place + 1 < len(named):
            parts.append(list(lead))
    return "".join(
        _ended("；".join(sentence)) for sentence in parts if sentence and (sentence != lead or len(parts) == 1)
    )


def _part(name: str, cell: str) -> str:
    return (f"{name}：{cell}" if name else cell).rstrip("。；;")


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(("！", "？")) else f"{sentence}。"


def _with_caption(said: list[str | None], first: int, caption: str) -> list[str | None]:
    """The rows of a long table with its caption before one in each chunk's length."""
    if not caption:
        return said
    since = 0
    with_caption: list[str | None] = []
    for index, sentence in enumerate(said):
        if sentence is not None and index >= first and since > _CAPTION_EVERY:
            sentence, since = f"{caption}。{sentence}", 0
        since += len(sentence or "")
        with_caption.append(sentence)
    return with_caption
