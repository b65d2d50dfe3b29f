"""Figures told by the words around them, where the table has no measure that is called what a question asks for.

A measure may stand at a sentence's beginning, in the title, or in a heading, and what a list tells apart right before
each figure. Called by `over_several` with the figures of the articles that were found, after the table was asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from qa.figures.several.around import Around, close, is_row, when
from qa.figures.several.asked_measure import HOLIDAYS, modes_asked
from qa.figures.several.asked_periods import gaps, in_words, is_within, step_of, with_year
from qa.figures.several.choosing import amount_of, article_of, articles_of, cell_of, dated, unit_family
from qa.figures.several.clauses import as_meant
from qa.figures.several.computing import NotCertain, Row, compute
from qa.figures.several.keys import is_of_sort
from qa.figures.several.operations import COMPARING, PAIR
from qa.figures.several.wanted import Wanted, wanted_of
from qa.figures.several.worked_out import is_whole_of
from qa.types import Figure, WorkedOut

if TYPE_CHECKING:
    from qa.figures.several.choosing import Cell
    from qa.figures.several.operations import Several
    from qa.question.question import Question

Near = Callable[[], Sequence[Figure]]
"""Gives the figures of the articles in which passages were found."""


def work_out_by_words(question: Question, several: Several, near: Near) -> WorkedOut | None:
    """What a question comes to, from figures that the words around them tell; None in any doubt."""
    if question.language == "en" or not several.words:
        return None
    figures = [as_meant(figure) for figure in near()]
    wanted = wanted_of(question, several, figures)
    if wanted is None:
        return None
    several, articles = wanted.several, articles_of(figures)
    first: dict[tuple[str, str], Figure] = {}
    for figure in sorted(figures, key=lambda item: item.start):
        first.setdefault((figure.sentence, figure.unit), figure)
    when_written = [figure.period for figure in dated(figures)]
    around = [
        item
        for mode in modes_asked(question, several)
        for figure, period in zip(figures, when_written, strict=True)
        if figure.mode in mode
        if wanted.fits(
            item := Around.of(figure, articles[article_of(figure)], period, first[figure.sentence, figure.unit].measure)
        )
    ]
    around = wanted.said_themselves(around)
    if several.across == "periods":
        rows = _of_periods(wanted, around)
    else:
        rows = _of_things(wanted, around) if wanted.things else _of_all(wanted, around, figures)
    if rows is None or len(rows) < PAIR or not _together(several, rows):
        return None
    if several.operation in ("difference", "rate") and several.across == "places":
        rows = rows[::-1]
    try:
        worked = compute(several, rows)
    except NotCertain:
        return None
    return WorkedOut(worked.results, worked.zh, worked.en, tuple(row.cell.figure for row in rows))


def _together(several: Several, rows: Sequence[Row]) -> bool:
    """Whether figures can be worked with together: each is another, in one unit, and no shares are summed up."""
    figures = [row.cell.figure for row in rows]
    if len({(figure.sentence, figure.start) for figure in figures}) < len(rows):
        return False
    if len({unit_family(figure.unit) for figure in figures}) > 1:
        return False
    if several.operation == "limit" and several.limit is not None:
        return not several.limit.unit or {unit_family(several.limit.unit)} == {unit_family(_unit(row)) for row in rows}
    if several.operation in ("difference", "sum") and not figures[0].unit:
        return False  # bare numbers of a table are in a unit that is not known
    return several.operation != "sum" or (figures[0].unit != "%" and figures[0].mode not in ("share", "per head"))


def _unit(row: Row) -> str:
    amount = amount_of(row.cell.figure)
    return "" if amount is None else amount.unit


# --- a row for each period, thing, or member of a list


def _of_periods(wanted: Wanted, around: Sequence[Around]) -> list[Row] | None:
    """A row for each period; None where one has no figure, or it is not certain which."""
    at: dict[str, list[Around]] = {}
    whole_years = {item.figure.sentence for item in around if step_of(when(item)) == "year"}
    for item in around:
        period = when(item)
        # 2018年10月开赛,选手900人;2020年1200人
        own_year = wanted.several.step == "year" and item.figure.sentence in whole_years
        at.setdefault(period[:4] if own_year else period, []).append(item)
    named = wanted.several.named
    periods = with_year(named.periods, [period for period in at if period])
    if len(periods) < PAIR:
        own = sorted(period for period in at if step_of(period) == wanted.several.step)
        if named.latest:
            last = int(max(own, default="0")[:4])
            own = [str(year) for year in range(last - named.latest + 1, last + 1)]
        elif periods:
            own = [period for period in own if is_within(period, periods[0])]
        elif named.since:
            own = [period for period in own if period[:4] >= named.since]
        periods = [*own, *gaps(tuple(own))] if len(own) > PAIR else []
    return _rows_of(wanted, [(*in_words(period), at.get(period, []), "") for period in sorted(periods)])


def _of_things(wanted: Wanted, around: Sequence[Around]) -> list[Row] | None:
    """A row for each thing that the question names."""
    period = _period_of(wanted)
    if period is None:
        return None
    holidays = any(HOLIDAYS.search(thing) for thing in wanted.things)
    there = [item for item in around if not period or when(item) == period or (holidays and period in when(item))]
    of = {thing: [item for item in there if wanted.is_of(item, thing)] for thing in wanted.things}
    if not period:
        shared = set.intersection(*({when(item) for item in own} for own in of.values()))
        of = {thing: [item for item in own if when(item) == max(shared, default="")] for thing, own in of.items()}
    return _rows_of(wanted, [(thing, thing, own, thing) for thing, own in of.items()])


def _period_of(wanted: Wanted) -> str | None:
    """The one period that several things are asked about, "" where none is named; None for several."""
    named = wanted.several.named
    if named.is_range and len(named.periods) > 1:
        return f"{min(named.periods)}/{max(named.periods)}"
    return next(iter(named.periods), "") if len(named.periods) <= 1 and not named.latest else None


def _of_all(wanted: Wanted, around: Sequence[Around], figures: Sequence[Figure]) -> list[Row] | None:
    """A row for each of a list, or of a table's column; None where there are several, or it may not be whole."""
    groups: dict[tuple[str, ...], dict[str, list[Around]]] = {}
    asked = _period_of(wanted)
    if asked is None:
        return None
    for item in around:
        label, period = wanted.label_of(item), when(item)
        if not label or (asked and period != asked):
            continue
        figure = item.figure
        of_table = item.own if is_row(figure) else figure.sentence
        one = (period, figure.sources[0].file, figure.title, of_table, unit_family(figure.unit), figure.mode)
        groups.setdefault(one, {}).setdefault(label, []).append(item)
    latest = max((key[0] for key, own in groups.items() if len(own) > PAIR), default="")
    found: dict[tuple[str, ...], list[Row]] = {}
    for key, own in groups.items():
        if len(own) <= PAIR or key[0] != latest or not _is_sort(wanted, own) or not _is_whole(wanted, own):
            continue
        if _leaves_out(wanted, [item.figure for items in own.values() for item in items], figures):
            return None
        rows = _rows_of(wanted, [(label, label, items, label) for label, items in own.items()])
        if rows is None:
            return None
        rows = [row for row in rows if not is_whole_of(row, rows)]
        found[tuple(f"{row.zh}{row.cell.value}" for row in rows)] = rows
    return next(iter(found.values())) if len(found) == 1 else None


def _is_sort(wanted: Wanted, labels: Mapping[str, Sequence[Around]]) -> bool:
    """Whether what a list names is of the sort asked about, or is said to be."""
    sort = wanted.several.sort
    if not sort or all(is_of_sort(label, sort) for label in labels):
        return True
    said = next(iter(labels.values()))[0]
    return close(sort) in f"{said.opening} {said.title} {close(said.figure.sentence)}"


def _is_whole(wanted: Wanted, labels: Mapping[str, Sequence[Around]]) -> bool:
    """Whether a list names all there are, as far as its sentence says: 等 behind it, or only those in front."""
    figure = next(iter(labels.values()))[0].figure
    if re.search(r"\d[^,，。；;\d]{0,6}等", figure.sentence):
        return False
    foremost = _FOREMOST.search(figure.sentence)
    if foremost is None or foremost.group() in wanted.question.folded:
        return True
    several = wanted.several
    return several.operation in ("extreme", "limit") and not several.least and several.above


_FOREMOST = re.compile(r"居前|前列|靠前|前[两二三四五六七八九十]|前\d+[名位个]|重点|主要|热门|部分")


Place = tuple[str, str, Sequence[Around], str]
"""What a row is called in both languages, the figures that may be its own, and the name that stands before these."""


def _rows_of(wanted: Wanted, places: Sequence[Place]) -> list[Row] | None:
    """A row for each place, all in one unit: that in which the words fit best. None in doubt."""
    units = [{unit_family(item.figure.unit) for item in found} for _, _, found, _ in places]
    shared = set.intersection(*units) if units else set()
    made = [rows for unit in sorted(shared) if (rows := _rows_in(wanted, places, unit)) is not None]
    best = [rows for cost, rows in made if cost == min(cost for cost, _ in made)]
    return best[0] if len(best) == 1 else None


def _rows_in(wanted: Wanted, places: Sequence[Place], unit: str) -> tuple[tuple[int, int], list[Row]] | None:
    """The rows in one unit, with how many words asked for they lack and how many they have besides."""
    rows, besides, lacking = [], [], 0
    for zh, en, found, label in places:
        cell = _cell_of(wanted, [item for item in found if unit_family(item.figure.unit) == unit], label)
        if cell is None:
            return None
        rows.append(Row(zh, en, cell[0]))
        lacking += cell[1][0]
        besides.append(cell[2])
    first = next(iter(besides), frozenset())
    return ((lacking, sum(map(len, besides))), rows) if all(own <= first for own in besides) else None


def _cell_of(
    wanted: Wanted, found: Sequence[Around], label: str = ""
) -> tuple[Cell, tuple[int, int], frozenset[str]] | None:
    """The figures with the fewest words besides, as one cell, with these; None where none are, or they disagree."""
    if not found:
        return None
    extras = {id(item): wanted.extras(item, label) for item in found}
    cost = {id(item): (wanted.lacking(item), len(extras[id(item)])) for item in found}
    best = [item for item in found if cost[id(item)] == min(cost.values())]
    cell = cell_of([item.figure for item in best])
    return None if cell is None else (cell, cost[id(best[0])], extras[id(best[0])])


def leaves_out(question: Question, several: Several, worked: WorkedOut, near: Near) -> bool:
    """Whether a sentence that gives most of what was compared gives one more that was not: 四季度升至|82万."""
    if several.operation not in COMPARING or question.language == "en":
        return False
    figures = [as_meant(figure) for figure in near()]
    wanted = wanted_of(question, several, figures)
    return wanted is not None and _leaves_out(wanted, worked.figures, figures)


def _leaves_out(wanted: Wanted, chosen: Sequence[Figure], figures: Sequence[Figure]) -> bool:
    held = {(figure.sentence, figure.start) for figure in chosen}
    of_sentence = Counter((figure.sentence, figure.unit) for figure in chosen)
    modes = {figure.mode for figure in chosen}
    for figure in figures:
        is_beside = of_sentence[figure.sentence, figure.unit] >= PAIR and figure.mode in modes and not is_row(figure)
        if is_beside and (figure.sentence, figure.start) not in held and wanted.may_be_one(Around.of(figure)):
            return True
    return False
