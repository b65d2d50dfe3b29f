"""Sentences of the same make, one a place or person, are the rows of a table too.

东渠村有31户,支书为周启 beside others about other villages is a row; alone it is none.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from chinese.table_rows import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CLAUSE = re.compile(r"[^,，;；。]+")
_FEWEST = 3
"""Sentences that are rows at least: two may be alike by chance."""
_LONGEST_CLAUSE, _LONGEST_LABEL, _SHORTEST_HEADING = 40, 16, 2
_LEADS = re.compile(r"^(?:高达|达到?|分别|共有?|约为?|[为是有:：]|\s)+")
_LINKS = re.compile(r"(?:高达|达到?|共有?|约为?|[为是有:：]|\s|[\d.]+|第)+$")
_HAN = re.compile(r"[\u4e00-\u9fff]{2}")


def rows_in_prose(sentences: Sequence[str]) -> dict[int, tuple[Cell, ...]]:
    """The cells of folded sentences that stand together and are made alike, by their number; others are left out.

    What differs at the beginning is what a row is about; what all have in a clause is the name of a column, and what
    follows there the value, as far as the clause goes.
    """
    found: dict[int, tuple[Cell, ...]] = {}
    clauses = [list(_CLAUSE.finditer(sentence)) for sentence in sentences]
    place = 0
    for count, group in itertools.groupby(clauses, key=len):
        size = len(list(group))
        if count > 1 and size >= _FEWEST:
            rows = _alike([clauses[number] for number in range(place, place + size)])
            found |= {place + offset: cells for offset, cells in enumerate(rows)}
        place += size
    return found


def _alike(rows: Sequence[Sequence[re.Match[str]]]) -> list[tuple[Cell, ...]]:
    """The cells of each row, [] where the rows are not made alike."""
    if any(len(clause.group()) > _LONGEST_CLAUSE for row in rows for clause in row):
        return []
    first = list(_opening([row[0] for row in rows]))
    if not first or len({cells[0].text for cells in first}) < len(rows):
        return []
    columns = [column for place in range(1, len(rows[0])) if (column := _column([row[place] for row in rows]))]
    if not columns:
        return []
    return [(*cells, *(column[number] for column in columns)) for number, cells in enumerate(first)]


def _opening(clauses: Sequence[re.Match[str]]) -> Iterator[tuple[Cell, ...]]:
    """What each row is about, with the first column where the same clause has it: 东渠村|有耕地|31亩."""
    heading = _common([clause.group() for clause in clauses])
    for clause in clauses:
        text = clause.group()
        label = text.partition(heading)[0] if heading else text
        if not 1 < len(label.strip()) <= _LONGEST_LABEL or re.search(r"\d", label):
            return
        shown = label.strip()
        start = clause.start() + text.index(shown)
        cells = [Cell("", shown, start, start + len(shown))]
        if heading:
            value = _valued(clause, len(label) + len(heading), _LINKS.sub("", heading))
            if value is None:
                return
            cells.append(value)
        yield tuple(cells)


def _common(texts: Sequence[str]) -> str:
    """The longest words that all have behind what they differ in at their beginning; "" where there are none."""
    shortest = min(texts, key=len)
    for size in range(len(shortest) - 2, _SHORTEST_HEADING - 1, -1):
        for start in range(1, len(shortest) - size):
            words = shortest[start : start + size]
            if _HAN.search(_LINKS.sub("", words)) and all(0 < text.find(words) < len(text) - size for text in texts):
                return words
    return ""


def _column(clauses: Sequence[re.Match[str]]) -> list[Cell] | None:
    """The cells of a clause that begins alike in all rows; None where it does not, or says the same in all."""
    heading = _LINKS.sub("", _prefix([clause.group() for clause in clauses]))
    if not _HAN.search(heading) or len({clause.group() for clause in clauses}) == 1:
        return None
    cells = [_valued(clause, len(heading), heading.strip()) for clause in clauses]
    return [cell for cell in cells if cell is not None] if None not in cells else None


def _prefix(texts: Sequence[str]) -> str:
    """The characters that all of these texts begin with."""
    size = 0
    while size < min(map(len, texts)) and len({text[size] for text in texts}) == 1:
        size += 1
    return texts[0][:size]


def _valued(clause: re.Match[str], behind: int, heading: str) -> Cell | None:
    text = _LEADS.sub("", clause.group()[behind:])
    if not text.strip():
        return None
    end = clause.end()
    return Cell(heading, text.rstrip(), end - len(text), end - len(text) + len(text.rstrip()))
