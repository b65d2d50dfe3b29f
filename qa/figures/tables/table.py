"""Figures as a table: a row for who or which, a column for each period, each figure with those that say the same.

`to_csv` writes it out with the sources.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from chinese.errors import language, say
from chinese.shown import harmless
from qa.figures.searching.conflicts import conflicts_in
from qa.figures.tables.periods import order_of, period_text
from qa.figures.tables.shared_units import number_text, shared_units
from qa.sources import source_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from fractions import Fraction

    from embeddings.types import FigureMode
    from qa.figures.tables.shared_units import SharedUnit
    from qa.types import Figure

    Conflicts = Callable[[Iterable[Figure]], tuple[tuple[Figure, ...], ...]]
    """Tells which figures disagree with each other, in groups."""

__all__ = ["Bound", "FigureRow", "FigureTable", "TableValue", "mode_text", "table_of", "to_csv"]

Bound = Literal["exact", "about", "over", "nearly", "at most", "range"]
"""How a number stands to the value: it is it, about it, below it, a little above it, the most of it; or there are two
numbers, between which it is."""

_MODES: dict[FigureMode, tuple[str, str]] = {
    "result": ("", ""),
    "total": ("累计", "total so far"),
    "new": ("新增", "new"),
    "before": ("此前", "before"),
    "per head": ("人均", "per head"),
    "plan": ("计划", "plan"),
    "target": ("目标", "target"),
    "change": ("增减", "change"),
    "share": ("占比", "share"),
}
"""What a row is called by the mode of its figures, in the order in which the rows of one subject stand."""
_BOUNDS: dict[Bound, tuple[str, str]] = {
    "exact": ("{}", "{}"),
    "about": ("约{}", "about {}"),
    "over": ("{}以上", "over {}"),
    "nearly": ("近{}", "nearly {}"),
    "at most": ("至多{}", "at most {}"),
    "range": ("{}", "{}"),
}


@dataclass(frozen=True, slots=True)
class TableValue:
    """A value of a cell: its number in the row's unit, and the figures that say it, at least one.

    Of a range `number` is both ends (10–20). `amount` is the number itself, None for a range; `low` and `high` are its
    bounds, None where open. `against` are the figures of the same thing that disagree with it.
    """

    number: str
    bound: Bound
    amount: Fraction | None
    low: Fraction | None
    high: Fraction | None
    figures: tuple[Figure, ...]
    against: tuple[Figure, ...] = ()

    def text(self, english: bool) -> str:
        """The number with what bounds it: 约300, over 300."""
        return _BOUNDS[self.bound][english].format(self.number)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A row: figures of one measure, subject, part and mode in one unit; `cells` has the values of each period.

    Where documents disagree a cell has several values; that of the most figures comes first.
    """

    measure: str
    whose: str
    part: str
    mode: FigureMode
    unit: str
    cells: tuple[tuple[TableValue, ...], ...]

    def name(self, english: bool) -> str:
        """Whose it is, and of what part; what it is called where neither is said."""
        subject = " · ".join(part for part in (self.whose, self.part) if part)
        return subject or ("not said whose" if english else "未说明主体")

    def kind(self, english: bool) -> str:
        """What the mode is called; "" for a result."""
        return mode_text(self.mode, self.unit, english)


@dataclass(frozen=True, slots=True)
class FigureTable:
    """`rows` over `periods` in order of time, "" the last; `measures` are those of the rows, the best first."""

    periods: tuple[str, ...]
    rows: tuple[FigureRow, ...]
    measures: tuple[str, ...]

    def unit_of(self, measure: str) -> str:
        """The unit in which the most figures of a measure are, for its heading; rows in another one name their own."""
        counts = Counter(row.unit for row in self.rows if row.measure == measure for cell in row.cells for _ in cell)
        return max(counts, key=lambda unit: counts[unit]) if counts else ""

    @property
    def disagrees(self) -> bool:
        """Whether any two of its figures do."""
        return any(value.against for row in self.rows for cell in row.cells for value in cell)


def mode_text(mode: FigureMode, unit: str, english: bool) -> str:
    """What a mode is called: 目标, target; a change in per cent is a growth; "" for a result."""
    if mode == "change" and unit == "%":
        return "growth" if english else "增速"
    return _MODES[mode][english]


def table_of(figures: Sequence[Figure], conflicts: Conflicts = conflicts_in) -> FigureTable:
    """Put figures into a table; measures are ordered as they come, subjects by how much is known of each.

    Figures whose units can be compared are brought to one, others have rows of their own, and so has each mode: results
    and targets are never in one row. `conflicts` tells which figures disagree.
    """
    units = shared_units(figures)
    periods = sorted({figure.period for figure in figures}, key=order_of)
    measures = tuple(dict.fromkeys(figure.measure for figure in figures))
    against = _against(conflicts(figures))
    grouped: dict[tuple[str, str, str, FigureMode, str], list[Figure]] = defaultdict(list)
    for figure in figures:
        unit = units[figure.unit].name
        grouped[figure.measure, figure.whose, figure.part, figure.mode, unit].append(figure)
    known = Counter((measure, whose) for (measure, whose, _, _, _), own in grouped.items() for _ in own)
    modes = list(_MODES)
    place = {measure: number for number, measure in enumerate(measures)}
    order = sorted(
        grouped,
        key=lambda key: (
            place[key[0]],
            key[1] == "",
            -known[key[0], key[1]],
            key[1],
            key[2],
            modes.index(key[3]),
            -len(grouped[key]),
            key[4],
        ),
    )
    rows = [FigureRow(*key, _cells(grouped[key], periods, units, against)) for key in order]
    return FigureTable(tuple(periods), tuple(rows), measures)


def _against(groups: Iterable[Sequence[Figure]]) -> dict[Figure, tuple[Figure, ...]]:
    """For each figure that disagrees with others these others."""
    found: dict[Figure, tuple[Figure, ...]] = {}
    for group in groups:
        for figure in group:
            found[figure] = found.get(figure, ()) + tuple(other for other in group if other != figure)
    return found


def _cells(
    figures: Iterable[Figure],
    periods: Sequence[str],
    units: Mapping[str, SharedUnit],
    against: Mapping[Figure, tuple[Figure, ...]],
) -> tuple[tuple[TableValue, ...], ...]:
    by_period: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        by_period[figure.period].append(figure)
    return tuple(_values(by_period[period], units, against) for period in periods)


def _values(
    figures: Iterable[Figure], units: Mapping[str, SharedUnit], against: Mapping[Figure, tuple[Figure, ...]]
) -> tuple[TableValue, ...]:
    """The values of a cell, what most figures say first; 300 and 近300 are two."""
    groups: dict[tuple[Fraction | None, ...], list[Figure]] = defaultdict(list)
    for figure in figures:
        shared = units[figure.unit]
        said = (figure.value, figure.low, figure.high)
        groups[tuple(None if value is None else shared.of(value) for value in said)].append(figure)
    values = []
    for (amount, low, high), same in groups.items():
        others = [other for figure in same for other in against.get(figure, ()) if other not in same]
        number, bound = _said(amount, low, high, same[0])
        values.append(TableValue(number, bound, amount, low, high, tuple(same), tuple(dict.fromkeys(others))))
    return tuple(sorted(values, key=lambda value: (-len(value.figures), value.number)))


def _said(amount: Fraction | None, low: Fraction | None, high: Fraction | None, figure: Figure) -> tuple[str, Bound]:
    """The number, and what bounds it; as it is written where it has no value."""
    if amount is not None:
        return number_text(amount), _bound(amount, low, high)
    if low is not None and high is not None:
        return f"{number_text(low)}–{number_text(high)}", "range"
    if low is not None:
        return number_text(low), "over"
    return (number_text(high), "at most") if high is not None else (figure.text, "exact")


def _bound(amount: Fraction, low: Fraction | None, high: Fraction | None) -> Bound:
    if low == amount:
        return "exact" if high == amount else "over"
    if high == amount:
        return "at most" if low is None else "nearly"
    return "about"


def to_csv(table: FigureTable) -> str:
    """The figures in the order of the table, a line each, with unit, sentence and sources; headings as a user reads.

    Numbers are in the table's units, with a point and no commas. Begins with no byte order mark; lines end in CRLF.
    What a spreadsheet would take for a formula has an apostrophe before it.
    """
    english = language() == "en"
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(
        say(
            "指标,主体,部分,性质,时期,数值,下限,上限,单位,原文,说法不一,句子,标题,日期,出处",
            "measure,whose,part,mode,period,value,low,high,unit,as written,disagrees,sentence,title,date,sources",
        ).split(",")
    )
    for row in table.rows:
        for period, cell in zip(table.periods, row.cells, strict=True):
            for value in cell:
                for figure in value.figures:
                    writer.writerow(_line(row, period, value, figure, english))
    return lines.getvalue()


def _line(row: FigureRow, period: str, value: TableValue, figure: Figure, english: bool) -> list[str]:
    sources = "; ".join(source_text(source, english) for source in figure.sources)
    when = period_text(period, english) if period else ""
    texts = [row.measure, row.whose, row.part, row.kind(english), when]
    numbers = ["" if said is None else _plain(said) for said in (value.amount, value.low, value.high)]
    mark = ("yes" if english else "是") if value.against else ""
    behind = [row.unit, figure.text, mark, figure.sentence, figure.title, figure.date or "", sources]
    return [*map(harmless, texts), *numbers, *map(harmless, behind)]


def _plain(number: Fraction) -> str:
    return number_text(number).replace(",", "")
