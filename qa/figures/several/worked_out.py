"""Questions over several figures, worked out from the table of figures where all it takes is there.

Nothing is guessed: figures of one measure, meant in one way, are worked with, one for each place and period. What is
lacking, or in doubt, is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from chinese.tokens import fold, words
from qa.figures.several.asked_measure import (
    ADDED,
    EMPTY,
    HOLIDAYS,
    modes_asked,
    occasions_asked,
    unit_asked,
    words_asked,
)
from qa.figures.several.asked_periods import UNSAID, gaps, in_words, step_of, year_before
from qa.figures.several.choosing import amount_of, measured_in, unit_family, year_at_end
from qa.figures.several.computing import NotCertain, Row, compute
from qa.figures.several.items import items_asked, parts_of, work_out_items
from qa.figures.several.keys import is_of_sort, keys_of, shown_name
from qa.figures.several.measured_words import WordsAsked, measure_key
from qa.figures.several.operations import COMPARING, PAIR
from qa.figures.several.refusing import differing, lacking, not_certain, several_measures, unfit
from qa.figures.several.whose import forms_of, is_nobody, names_asked
from qa.types import Figure, Reason, WorkedOut

if TYPE_CHECKING:
    from embeddings.types import FigureMode
    from qa.figures.several.choosing import Measured
    from qa.figures.several.operations import Several
    from qa.question.question import Question


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it: `found`, or the `reason` why not, though there are figures of the measure.

    `open` says that no figure speaks against an answer: some are lacking, or it is not certain which are meant.
    """

    found: WorkedOut | None = None
    reason: Reason | None = None
    open: bool = False


_TARGETS: tuple[frozenset[FigureMode], ...] = (frozenset(("target", "plan")),)
_SUMS: tuple[frozenset[FigureMode], ...] = (frozenset(("total", "new", "result")),)
Find = Callable[[Sequence[Sequence[str]]], Sequence[Figure]]
"""Gives the figures whose measures have words, each of these with those that may stand for it."""


def work_out(question: Question, several: Several, find: Find) -> Attempt | None:
    """The answer to a question over several figures, from figures of the documents; None where none is of its measure.

    `find` gives the figures whose measures have words, each of them with those that may stand for it; those that are
    of another measure are left aside here.
    """
    names, unknown = names_asked(question, several.words, ())
    first = words_asked(question, several, [*names, *unknown], joined=False)
    figures = find(first) if first else ()
    dated = _with_year(several, figures)
    if dated is None:
        return None
    several = dated
    figures = [figure for figure in figures if _is_at(figure, occasions_asked(several))]
    if ADDED.search(several.words):  # of all that there are none is new
        figures = [
            figure for figure in figures if figure.mode not in ("result", "total") or _NEW.search(figure.measure)
        ]
    names, unknown = names_asked(question, several.words, figures)
    asked = words_asked(question, several, [*names, *unknown]) if figures else []
    items = items_asked(question.folded) if several.across == "places" else ()
    if not asked:
        return _of_items(question, several, items, find)
    names = [name for name in names if name != several.sort and _NO_NAME.fullmatch(name) is None]
    own, worked = _by_measure(question, several, asked, figures, names, unknown)
    # Of three that are listed two are not all.
    worked = [(item, own) for item, own in worked if own.found is None or len(own.found.figures) >= len(items)]
    if not any(attempt.found for _, attempt in worked):
        said = _said_by_a_text(question, several, asked, figures, [*names, *unknown])
        said = said or _of_items(question, several, items, find)
        if said is not None:
            return said
    if not worked:
        return _two_measures(question, several, figures, names)
    measures = list(dict.fromkeys(item.words for item, _ in worked))
    if own[0].extra and len({measure_key(item) for item in measures}) > 1:
        return Attempt(reason=several_measures(measures), open=True)
    done = {attempt.found.results: attempt for _, attempt in worked if attempt.found is not None}
    if len(done) > 1:
        return Attempt(reason=several_measures(measures), open=True)
    return next(iter(done.values()), worked[0][1])


def _by_measure(
    question: Question,
    several: Several,
    asked: Sequence[Sequence[str]],
    figures: Sequence[Figure],
    names: Sequence[str],
    unknown: Sequence[str],
) -> tuple[list[Measured], list[tuple[Measured, Attempt]]]:
    """The measures that may be meant, and what came of those that have any of what is asked for."""
    # A name that no figure has is that of a figure without one, where the title has it.
    both = [*names, *unknown]
    unit = unit_asked(question, several)
    compares_all = several.across == "places" and several.operation in COMPARING and len(both) < PAIR
    wanted = WordsAsked.of(asked, by_name=not compares_all)
    found = measured_in(figures, wanted, modes_asked(question, several), both, unit)
    own = [item for item in found if item.extra == 0] or list(found)
    targets = measured_in(figures, wanted, _TARGETS, both, unit)
    planned = {key for item in targets for key in item.cells}
    attempts = [(item, _attempt(several, item, names, unknown, planned)) for item in own]
    return own, [
        (item, attempt)
        for item, attempt in attempts
        if attempt is not None
        and not (compares_all and attempt.found is not None and _has_others(item, found, several.sort))
    ]


def _has_others(measured: Measured, found: Sequence[Measured], sort: str) -> bool:
    """Whether more places have the same in the same unit, only meant otherwise, so that these are not all there are."""
    places, unit = {place for place, _ in measured.cells}, unit_family(measured.unit)
    alike = [item for item in found if item.extra == measured.extra and unit_family(item.unit) == unit]
    others = (place for item in alike for place, _ in item.cells if place not in places)
    return any(not is_nobody(place) and (not sort or is_of_sort(place, sort)) for place in others)


def _said_by_a_text(
    question: Question,
    several: Several,
    asked: Sequence[Sequence[str]],
    figures: Sequence[Figure],
    names: Sequence[str],
) -> Attempt | None:
    """A sum or a change that a text gives itself; None where none does."""
    words = WordsAsked.of(asked)
    if several.operation == "sum":
        return _said_as_one(question, several, figures, words, names)
    if several.operation in ("difference", "rate"):
        return _said_change(several, figures, words, names, unit_asked(question, several))
    return None


_NEW = re.compile(r"(?<![高创革更])新(?!能源|材料|区|城|兴|型|闻|媒)")
_NO_NAME = re.compile(rf"[a-z]{{1,3}}|{HOLIDAYS.pattern}")


def _is_at(figure: Figure, occasions: Sequence[str]) -> bool:
    """Whether a figure's text says the times of the year that are asked about: 国庆 in the title, or its sentence."""
    said = f"{figure.title} {figure.sentence} {figure.part}"
    return all(occasion in said for occasion in occasions)


def _with_year(several: Several, figures: Sequence[Figure]) -> Several | None:
    """A question about months of no year with the one year of which there are figures for them; None for several."""
    if not any(period.startswith(UNSAID) for period in several.named.periods):
        return several
    there = {year_at_end(figure) for figure in figures}
    asked = [period.removeprefix(UNSAID) for period in several.named.periods]
    years = {period[:4] for period in there if period[4:] in asked}
    years = {year for year in years if all(year + period in there for period in asked)}
    if len(years) != 1:
        return None
    year = years.pop()
    named = several.named
    base = year + named.base.removeprefix(UNSAID) if named.base else ""
    return replace(several, named=replace(named, periods=tuple(year + period for period in asked), base=base))


def _of_items(question: Question, several: Several, items: Sequence[str], find: Find) -> Attempt | None:
    """What the figures of things come to that the question lists itself; None where it lists none, or one has none."""
    if not items:
        return None
    rest = words_asked(question, several, [*items, *parts_of(items)])
    found = [figure for words in (rest, *([[item]] for item in items)) if words for figure in find(words)]
    worked = work_out_items(question, several, list(dict.fromkeys(found)))
    return None if worked is None else Attempt(worked)


# --- two measures, and what is said as one


def _two_measures(
    question: Question, several: Several, figures: Sequence[Figure], names: Sequence[str]
) -> Attempt | None:
    """The difference of two measures of one place: 出口比进口多多少; None for any other question."""
    rest = several.words
    for form in (form for name in names for form in forms_of(name)):
        rest = rest.replace(form, " ")
    sides = [[[word] for word, _, _ in words(part) if word not in EMPTY] for part in rest.split()]
    if several.operation != "difference" or several.across != "places" or len(sides) != PAIR or len(names) > 1:
        return None
    rows, modes = [], modes_asked(question, several)
    for side in sides:
        found = [item for item in measured_in(figures, WordsAsked.of(side), modes, names) if item.extra == 0]
        cells = {
            key: cell
            for item in found
            for key, cell in item.cells.items()
            if (not names or key[0] == names[0]) and key[1] == (several.named.periods or ("",))[0]
        }
        if len(cells) != 1:
            return None
        ((_, cell),) = cells.items()
        rows.append(Row(cell.figure.measure, cell.figure.measure, cell))
    amounts = [amount_of(row.cell.figure) for row in rows]
    if len({amount.unit for amount in amounts if amount is not None}) != 1 or rows[0].zh == rows[1].zh:
        return None
    try:
        worked = compute(several, rows[::-1])
    except NotCertain:
        return None
    return Attempt(WorkedOut(worked.results, worked.zh, worked.en, tuple(row.cell.figure for row in rows)))


_CHANGES: tuple[frozenset[FigureMode], ...] = (frozenset(("change",)),)


def _said_change(
    several: Several, figures: Sequence[Figure], asked: WordsAsked, names: Sequence[str], unit: str
) -> Attempt | None:
    """The change from the year before as a text gives it: 企业1584家,比上年末净增|67家; None where none does."""
    after = next((period for period in several.named.periods if period != several.named.base), "")
    if several.across != "periods" or step_of(after) != "year" or several.named.base != year_before(after):
        return None
    found = {
        cell.figure.text: cell
        for item in measured_in(figures, asked, _CHANGES, names, unit)
        for (place, period), cell in item.cells.items()
        if period == after and item.extra == 0 and (not names or place in names)
        if (item.unit == "%") == (several.operation == "rate") and "环比" not in cell.figure.sentence
    }
    if len(found) != 1:
        return None
    ((text, cell),) = found.items()
    way = _way_of(cell.figure)
    if not way:
        return None
    zh, en = in_words(after)
    # 减少 is said where the question does not take it for granted.
    result = text if several.sign == (-1 if way == "减少" else 1) else way + text
    worked = WorkedOut(
        (result,),
        f"{zh}比上年{way}{text}",
        f"{text} {'less' if way == '减少' else 'more'} in {en} than the year before",
        (cell.figure,),
    )
    return Attempt(worked)


_LESS = re.compile(r"(?:减少|下降|降低|下跌|下滑|回落|缩减|缩短|收窄|降|减|少|跌|低)(?:了|约|近|逾|超过?)?$")
_MORE = re.compile(r"(?:增加|增长|增多|上升|提高|提升|上涨|扩大|净增|增|升|涨|多|高)(?:了|约|近|逾|超过?)?$")


def _way_of(figure: Figure) -> str:
    """Whether a change is said to be 增加 or 减少; "" where its sentence does not say, or a minus stands before it."""
    before = fold(figure.sentence[: figure.start]).rstrip()
    if figure.text.startswith(("-", "−")):
        return ""
    return "减少" if _LESS.search(before) else "增加" if _MORE.search(before) else ""


def _said_as_one(
    question: Question, several: Several, figures: Sequence[Figure], asked: WordsAsked, names: Sequence[str]
) -> Attempt | None:
    """The sum over years that a text gives as one figure: 2021年至2023年共建成|347公里; None where none does."""
    periods = several.named.periods
    if several.across != "periods" or len(periods) < PAIR or gaps(tuple(sorted(periods))):
        return None
    stretch = f"{min(periods)}/{max(periods)}"
    found = {
        cell.figure.text: cell
        for item in measured_in(figures, asked, _SUMS, names, unit_asked(question, several))
        for (place, period), cell in item.cells.items()
        if period == stretch and item.extra == 0 and (not names or place in names)
    }
    if len(found) != 1:
        return None
    ((text, cell),) = found.items()
    zh, en = in_words(stretch)
    return Attempt(WorkedOut((text,), f"{zh}{text}", f"{en}: {text}", (cell.figure,)))


# --- the rows


def _attempt(
    several: Several,
    measured: Measured,
    names: Sequence[str],
    unknown: Sequence[str],
    planned: Container[tuple[str, str]],
) -> Attempt | None:
    """The answer from one measure; None where it has none of what is asked for. Of the `planned` there are plans."""
    held = measured.places()
    names = [*names, *(name for name in unknown if name in held)]
    unknown = [name for name in unknown if name not in held]
    keys = keys_of(several, measured, names, unknown)
    if keys is None:
        return None
    doubtful = [key for key in keys if key in measured.doubtful]
    if doubtful:
        place, period = doubtful[0]
        return Attempt(reason=differing(place, period, measured.doubtful[doubtful[0]]))
    absent = [key for key in keys if key not in measured.cells]
    if len(absent) == len(keys):
        return None
    if absent:
        there = [key for key in keys if key in measured.cells]
        reason = lacking(several.across, absent, there, [key for key in absent if key in planned])
        return Attempt(reason=reason, open=True)
    rows = [_row(several, measured, key) for key in keys]
    if several.operation in COMPARING and several.across == "places":
        rows = [row for row in rows if not is_whole_of(row, rows)]
    if len(rows) < PAIR:
        return None
    if not _fit(several, measured, rows):
        return Attempt(reason=unfit([(row.zh, row.en, row.text) for row in rows]))
    try:
        worked = compute(several, rows)
    except NotCertain as open_:
        return Attempt(reason=not_certain([(row.zh, row.en, row.text) for row in open_.rows]))
    figures = tuple(row.cell.figure for row in rows)
    return Attempt(WorkedOut(worked.results, worked.zh, worked.en, figures))


def is_whole_of(row: Row, rows: Sequence[Row]) -> bool:
    """Whether a place is all the others together: the city among its districts."""
    others = [other.cell.value for other in rows if other is not row]
    if len(others) < PAIR or row.cell.value is None or None in others:
        return False
    total = sum(value for value in others if value is not None)
    return abs(row.cell.value - total) <= total * _ROUNDED


_ROUNDED = Fraction(1, 100)
"""How far a whole may be from the sum of its parts, each of which is rounded."""


def _row(several: Several, measured: Measured, key: tuple[str, str]) -> Row:
    place, period = key
    shown = shown_name(place, measured.cells[key].figure, several.words)
    zh, en = in_words(period) if several.across == "periods" else (shown, shown)
    return Row(zh, en, measured.cells[key])


def _fit(several: Several, measured: Measured, rows: Sequence[Row]) -> bool:
    """Whether figures can be worked with in the way asked for: a share is not summed up, nor what is at a day."""
    if several.operation in ("difference", "sum") and not measured.unit and measured.wanted:
        return False  # a bare number of a table is in a unit that is not known
    if several.operation == "limit" and several.limit is not None:
        asked = several.limit.unit
        units = {amount.unit for row in rows if (amount := amount_of(row.cell.figure)) is not None}
        return not asked or units == {asked} or _counts_alike(units, asked)
    if several.operation == "sum":
        if measured.mode in ("share", "per head", "change", "total") or "%" in measured.unit:
            return False
        if (
            several.across == "periods"
            and measured.mode != "new"
            and any(_STOCK.search(row.cell.figure.sentence) for row in rows)
        ):
            return False
    return True


_STOCK = re.compile(r"截至|截止|年末|年底|\d月末|现有|共有|保有|累计")


def _counts_alike(units: set[str], asked: str) -> bool:
    """Whether a limit in 个 goes for what is counted in 项."""
    return asked in ("个", "项", "家", "户") and units <= {"个", "项", "家", "户"}
