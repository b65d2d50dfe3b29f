"""The cells of tables and forms that a question asks for, by the headings of their rows and columns.

A cell is asked for where the question names what its row is about and what its column holds: 东渠村 and 户数 of
村名:东渠村;户数:31. How much of both, and of the question's other words, is named says how surely it is meant; where
all is, nothing is left to be told, and no other cell of the table is.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chinese.prose_rows import respective, rows_in_prose
from chinese.quantities import quantities_in
from chinese.table_rows import Cell, label_of, named_cells
from chinese.text import Text
from qa.question.kinds import ASKING, QUANTITIES
from qa.reading.headings import Asked, asked_of, has_year, is_generic, is_total, says_change, unit_in
from qa.reading.prepared import Span, sentence_ranges

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qa.finding.kept_chunks import ReadChunk
    from qa.question.question import Question

_LEAD = 0.15
"""How much more of the best heading has to be named than of the next for it to be the one that is meant."""
_NAMED = 0.5
"""Share of a column's heading from which it is named: 耕地 of 耕地面积."""
_UNNAMED = 0.75
"""The same, of the one column of values that a table has, where the question names none: 东渠有多少?"""
_UNSURE = 0.6
"""What a cell counts at most that is not surely meant."""
_UNSAID = 4
"""To which power the share of the question counts that a cell's headings explain: one word that they lack is much."""
_ABOVE = 3
"""Lines above a table that may be its caption."""
_LABELS = 2
"""Columns at most that say together what a row is about."""


@dataclass(frozen=True, slots=True)
class AskedCell:
    """A cell, where it stands in its passage, and how surely it is asked for: 1.0 where both its headings are named.

    `unsaid` is how many of the question's words neither the cell's headings have nor what stands beside or above it, 1
    at most. Cells of one `group` above 0 are asked for together: 东渠和西渠各有多少户.
    """

    start: int
    end: int
    share: float
    unsaid: float = 0.0
    group: int = 0


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence that is a row or a line of a form: its number, where it begins, its cells, and what leads them in."""

    number: int
    shift: int
    cells: tuple[Cell, ...]
    lead: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(cell.column for cell in self.cells)


def cells_asked(passage: ReadChunk, question: Question) -> list[AskedCell]:
    """Every cell of a passage, in order, with how surely the question asks for it; [] where there is no table."""
    lines, found = list(_lines(passage)), list(_signature(passage, question))
    if not lines:
        return found
    asked = asked_of(question)
    tables = _tables(lines)
    for table in tables:
        above = _above(passage, table[0].number, lines)
        found.extend(_in_table(table, asked, question, above) if len(table) > 1 else ())
    singles = [table[0] for table in tables if len(table) == 1]
    for line in singles:
        found.extend(_in_form(line, singles, asked, question, passage))
    return sorted(found, key=lambda cell: cell.start)


def _lines(passage: ReadChunk) -> Iterator[_Line]:
    """What of a passage is a row, or a line of a form; a sentence of figures in turn is several rows."""
    in_prose = rows_in_prose([sentence.folded for sentence in passage.sentences])
    for number, (start, _) in enumerate(sentence_ranges(passage.chunk)):
        folded = passage.sentences[number].folded
        in_turn = respective(folded)
        if in_turn is not None:
            yield from (_Line(number, start, cells, in_turn.subject) for cells in in_turn.rows)
        elif cells := tuple(_fields(named_cells(folded))) or in_prose.get(number, ()):
            yield _Line(number, start, cells)


_SIGNED = (re.compile(r"[\u4e00-\u9fff()（）]{4,30}"), re.compile(r"(?:19|20)\d\d年\d{1,2}月\d{1,2}日"))
_PAPERS = r"(?:通告|通知|公告|公示|通报|办法|意见|方案|规定|细则|条例|函|令|文件|声明|倡议书?)"
_ISSUED = re.compile(rf"(?P<paper>{_PAPERS})[^,，。?？]{{0,8}}?(?:发布|印发|下发|发出|发的|公布|签发|落款)")


def _signature(passage: ReadChunk, question: Question) -> Iterator[AskedCell]:
    """Who issued a notice and when, where it ends with both on lines of their own, and all else asked is its title."""
    issued, last = _ISSUED.search(question.folded), len(passage.sentences) - 1
    if issued is None or last < 1:
        return
    lines = [passage.sentences[number].folded for number in (last - 1, last)]
    if any(form.fullmatch(line.strip()) is None for form, line in zip(_SIGNED, lines, strict=True)):
        return
    title = passage.context.folded
    if (
        issued["paper"] not in title
        or asked_of(question).explained(f"{title}\n{issued.group()}", has_years=False) < 1.0
    ):
        return
    if question.asked in ("date", "organisation", "person"):
        number = last if question.asked == "date" else last - 1
        start, said = sentence_ranges(passage.chunk)[number][0], passage.sentences[number].folded
        yield AskedCell(start + len(said) - len(said.lstrip()), start + len(said.rstrip()), 1.0)


_NUMBERED = re.compile(r"^[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．][ ]?(?=\D)")
_FIELD = re.compile(r"[,，][ ]?(?P<column>[\u4e00-\u9fff]{2,6})[:：][ ]?(?=\S)")


def _fields(cells: Sequence[Cell]) -> Iterator[Cell]:
    """Cells without the numbers of entries in their names, parted where a comma parts two: 电话:5588,联系人:周启."""
    for cell in cells:
        column, start = _NUMBERED.sub("", cell.column), 0
        for mark in _FIELD.finditer(cell.text):
            yield Cell(column, cell.text[start : mark.start()], cell.start + start, cell.start + mark.start())
            column, start = mark["column"], mark.end()
        yield Cell(column, cell.text[start:], cell.start + start, cell.end)


def _tables(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Lines that stand together and have the same columns, as tables; any other by itself."""
    tables: list[list[_Line]] = []
    for line in lines:
        last = tables[-1][-1] if tables else None
        beside = last is not None and line.number - last.number in (0, 1)
        if last is not None and beside and len(line.cells) > 1 and _same_make(line, last):
            tables[-1].append(line)
        else:
            tables.append([line])
    return tables


def _same_make(line: _Line, other: _Line) -> bool:
    """Whether two lines are rows of one table; an empty cell is left out of its line."""
    one, two = [column for column in line.columns if column], [column for column in other.columns if column]
    if line.columns[0] != other.columns[0]:
        return False
    shared = set(one) & set(two)
    return len(shared) >= max(1, min(len(one), len(two)) - 1) and 2 * len(shared) > max(len(one), len(two))


def _above(passage: ReadChunk, number: int, lines: Sequence[_Line]) -> str:
    """What stands right above a table and is no table itself: its caption."""
    rows = {line.number for line in lines}
    texts: list[str] = []
    for place in range(number - 1, max(-1, number - 1 - _ABOVE), -1):
        if place in rows:
            break
        texts.append(passage.sentences[place].folded)
    return "\n".join([passage.context.folded, *texts])


def _in_table(table: Sequence[_Line], asked: Asked, question: Question, above: str) -> Iterator[AskedCell]:
    labels = [_labels(line, table) for line in table]
    rows = _Rows(tuple(table), tuple(labels), tuple(map(_row_named, table, labels, itertools.repeat(asked))))
    meant = rows.meant(asked)
    yield from _labels_asked(rows, asked, question, above)
    for number, (line, places) in enumerate(zip(table, labels, strict=True)):
        values = [
            place
            for place, cell in enumerate(line.cells)
            if place not in places or (len(places) > 1 and asked.names_row(cell.text) < 1.0)
        ]
        columns = _columns_named(line, values, asked, question)
        chosen = _columns_meant(columns, asked)
        beside = [line.cells[place].column for place in chosen] + [rows.label(other) for other in meant]
        own = [cell.text for place, cell in enumerate(line.cells) if place in places]
        for place in values:
            cell = line.cells[place]
            others = [c.text for c in line.cells if c is not cell]
            also = beside if place in chosen and number in meant else ()
            known = "\n".join((above, line.lead, cell.column, _unit_of(cell), *others, *also))
            told = (known, has_year("\n".join((*line.columns, *others))), cell.column, is_total(own))
            said = asked.explained(*told)
            fits = _fits(cell, question)
            is_sure = number in meant and place in chosen and said >= 1.0 and fits
            several = is_sure and (len(meant) > 1 or len(chosen) > 1)
            share = min(1.0, rows.named[number]) * min(1.0, columns[place]) * said**_UNSAID * fits
            unsaid = 1.0 if any(map(asked.is_other, own)) else asked.unsaid(*told)
            yield _cell(line, cell, is_sure, share, unsaid, int(several))


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a table, the cells of each that say what it is about, and how much of that the question names."""

    lines: tuple[_Line, ...]
    labels: tuple[tuple[int, ...], ...]
    named: tuple[float, ...]

    def label(self, number: int) -> str:
        """What a row is about."""
        return " ".join(self.lines[number].cells[place].text for place in self.labels[number])

    def meant(self, asked: Asked) -> tuple[int, ...]:
        """The rows that are surely meant: the one named, those that have its label too, or several of a list."""
        full = [number for number, share in enumerate(self.named) if share >= 1.0]
        best = max(self.named)
        if asked.wants_several and len({self.label(number) for number in full}) > 1:
            texts = [self.label(number) for number in full]
            return tuple(n for n in full if not any(self.label(n) != text and self.label(n) in text for text in texts))
        if not full:
            return ()
        first = next(number for number in full if self.named[number] == best)
        label = self.label(first)
        rivals = [share for number, share in enumerate(self.named) if self.label(number) != label]
        if best - max(rivals, default=0.0) < _LEAD:
            return ()
        return tuple(number for number in full if self.label(number) == label)


def _columns_meant(columns: Mapping[int, float], asked: Asked) -> tuple[int, ...]:
    """The columns that are surely meant: the one that is named most, or several of a list."""
    full = [place for place, share in columns.items() if share >= 1.0]
    if asked.wants_several and len(full) > 1:
        return tuple(full)
    return tuple(place for place, share in columns.items() if share >= _NAMED and _leads(columns, place))


def _labels_asked(rows: _Rows, asked: Asked, question: Question, above: str) -> Iterator[AskedCell]:
    """What a row is about, where the question names a cell of that row alone, as 哪个村的会计是何芷 does."""
    if question.asked not in _NAMES or max(rows.named) >= _NAMED:
        return
    for line, places in zip(rows.lines, rows.labels, strict=True):
        label = line.cells[places[-1]]
        for place, cell in enumerate(line.cells):
            if place in places or len(cell.text) < _SHORTEST_VALUE or cell.text not in asked.plain:
                continue
            alone = all(cell.text not in {c.text for c in other.cells} for other in rows.lines if other is not line)
            said = asked.explained("\n".join((above, cell.column, cell.text, label.column)), has_years=False)
            yield _cell(line, label, alone and said >= 1.0 and asked.names(cell.column) >= _NAMED, said**_UNSAID)


_NAMES = frozenset(("name", "place", "organisation", "text", "list", "person"))
_SHORTEST_VALUE = 2


def _cell(line: _Line, cell: Cell, is_sure: bool, share: float, unsaid: float = 0.0, group: int = 0) -> AskedCell:
    share = 1.0 if is_sure else round(_UNSURE * share, 4)
    return AskedCell(line.shift + cell.start, line.shift + cell.end, share, unsaid, group)


def _labels(line: _Line, table: Sequence[_Line]) -> tuple[int, ...]:
    """The cells of a row that say what it is about: the first with a word, and the next where rows share that."""
    first = label_of(line.cells)
    if first is None:
        return (0,)
    texts = [other.cells[first].text for other in table if first < len(other.cells)]
    following = line.cells[first + 1 : first + 2]
    shared = len(set(texts)) < len(texts) and len(line.cells) > first + _LABELS
    return (first, first + 1) if shared and label_of(following) is not None else (first,)


def _row_named(line: _Line, places: Sequence[int], asked: Asked) -> float:
    """How much of what a row is about the question names; more than 1 where it does so in the same words."""
    shares = [asked.names_row(line.cells[place].text) for place in places]
    if is_total([line.cells[place].text for place in places]) and asked.wants_total:
        return 1.0
    return max(shares) + max(0, sum(share >= 1.0 for share in shares) - 1) * _LEAD


def _columns_named(line: _Line, values: Sequence[int], asked: Asked, question: Question) -> dict[int, float]:
    """How much of the heading of each of these cells the question names."""
    found = {place: asked.names_column(line.cells[place].column, question) for place in values}
    if max(found.values(), default=0.0) < _NAMED and not question.wanted.is_change:
        plain = [place for place in values if is_generic(line.cells[place].column)] or (
            list(values) if len(values) == 1 and not says_change(line.cells[values[0]].column) else []
        )
        if plain:
            found[plain[0]] = max(found[plain[0]], _UNNAMED)
    return found


def _leads(columns: Mapping[int, float], place: int) -> bool:
    return all(columns[place] - share >= _LEAD for other, share in columns.items() if other != place)


def _in_form(
    line: _Line, lines: Sequence[_Line], asked: Asked, question: Question, passage: ReadChunk
) -> Iterator[AskedCell]:
    """The cells of a line that is no row; whom a form is about stands in its other lines, since the same label."""
    columns = {place: asked.names_column(cell.column, question) for place, cell in enumerate(line.cells) if cell.column}
    label = label_of(line.cells) if len(line.cells) > _LABELS else None
    is_row = label is not None and asked.names_row(line.cells[label].text) >= 1.0
    for place, cell in enumerate(line.cells):
        if not cell.column or (is_row and place == label):
            continue
        others = [c.text for c in line.cells if c is not cell]
        for other in reversed([item for item in lines if item.number < line.number]):
            is_other = other.columns[0] == line.columns[0] and other.cells[0].text != line.cells[0].text
            if cell.column in other.columns or is_other:
                break
            others.extend(c.text for c in other.cells)
        above = _above(passage, line.number, lines)
        known = "\n".join((above, cell.column, _unit_of(cell), *others))
        told = (known, has_year("\n".join((cell.column, *others))), cell.column)
        said = asked.explained(*told)
        is_sure = (
            columns[place] >= (_NAMED if is_row else 1.0)
            and _leads(columns, place)
            and said >= 1.0
            and len(cell.column) > 1
        )
        fits = _fits(cell, question)
        share = min(1.0, columns[place]) * said**_UNSAID * fits
        # A label that stands alone may be the first words of a sentence, which says more than it names.
        yield _cell(line, cell, is_sure and fits, share, asked.unsaid(*told) if len(line.cells) > 1 else 0.0)


def _unit_of(cell: Cell) -> str:
    """The unit of a figure: 毫米 of 12毫米; "" where the cell is none."""
    figure = re.match(r"[-−+]?\d[\d.,]*", cell.text)
    return cell.text[figure.end() :] if figure is not None else ""


def _fits(cell: Cell, question: Question) -> bool:
    """Whether a cell can be what is asked: no name where a figure is, and no figure of another sort or unit."""
    if question.asked == "person":
        return re.search(r"\d", cell.text) is None
    if question.asked not in QUANTITIES:
        return True
    if len(cell.text) > _LONGEST_FIGURE and re.search(r"[,，;；].*\d", cell.text):
        return False  # a sentence behind a colon
    unit = unit_in(cell.column)
    text = Text.of(f"{cell.text}{unit}") if unit and cell.text[-1:].isdigit() else Text.of(cell.text)
    kinds = {item.kind for item in quantities_in(text)} & _TOLD
    if question.asked in _SORTS and kinds and question.asked not in kinds:
        return False
    wanted = ASKING.search(question.folded)
    spoken = {item.unit for item in quantities_in(text) if item.unit}
    return not (wanted and question.unit in _FIRM and spoken and question.unit not in spoken and spoken & _FIRM)


_LONGEST_FIGURE = 24
"""Characters of a cell with a figure, a comma among them, at most: of a phone number with its extension."""
_SORTS = frozenset(("money", "share", "length", "area", "duration", "date"))
_TOLD = _SORTS | {"measure"}
"""Sorts of figures that a unit tells: 1512 under 产量（吨） is no money."""
_FIRM = frozenset(("人", "户", "亩", "吨", "公里", "元", "平方米", "公顷"))
"""Units that are never said instead of each other."""


SEEN = 0.25
"""Share from which a cell is a candidate by itself."""


def with_cells(spans: Sequence[Span], cells: Sequence[AskedCell]) -> list[Span]:
    """The spans that rules found, and the whole cells that may be asked for, in order."""
    known = {(span.start, span.end): span for span in spans}
    for cell in cells:
        if cell.share >= SEEN:
            span = known.get((cell.start, cell.end), Span(cell.start, cell.end, {"rule": 1.0}))
            known[cell.start, cell.end] = replace(span, group=cell.group or span.group)
    return sorted(known.values(), key=lambda span: (span.start, span.end))


def of_cells(start: int, end: int, cells: Sequence[AskedCell]) -> dict[str, float]:
    """The features of a range by the cells of its passage: how surely it is the one asked for, or that another is."""
    best = max((cell.share for cell in cells), default=0.0)
    own = [cell for cell in cells if cell.start < end and start < cell.end]
    if not own:
        return {}
    share = max(cell.share for cell in own)
    is_whole = any((cell.start, cell.end) == (start, end) for cell in own)
    return {
        "cell": share if is_whole and share >= SEEN else 0.0,
        "other_cell": best - share if best >= SEEN else 0.0,
        "cell_unsaid": min(cell.unsaid for cell in own),
    }
