"""Questions over several figures, worked out from the table of figures where all it takes is there.

Nothing is guessed: figures of one measure, meant in one way, are worked with, one for each place and period. What is
lacking, or in doubt, is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chinese.places import places_of
from chinese.tokens import fold, words
from qa.figures.several.asked_measure import EMPTY, HOLIDAYS, modes_asked, occasions_asked, unit_asked, words_asked
from qa.figures.several.asked_periods import UNSAID, gaps, in_words, step_of, year_before
from qa.figures.several.choosing import amount_of, measured_in, year_at_end
from qa.figures.several.computing import NotCertain, Row, compute
from qa.figures.several.items import items_asked, parts_of, work_out_items
from qa.figures.several.measured_words import WordsAsked, measure_key
from qa.figures.several.operations import PAIR
from qa.figures.several.refusing import differing, lacking, not_certain, several_measures, unfit
from qa.figures.several.whose import forms_of, is_nobody, is_whole, name_of, names_asked
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
    if _ADDED.search(several.words):  # of all that there are none is new
        figures = [figure for figure in figures if figure.mode not in ("result", "total") or "新" in figure.measure]
    names, unknown = names_asked(question, several.words, figures)
    asked = words_asked(question, several, [*names, *unknown]) if figures else []
    if not asked:
        return None
    names = [name for name in names if name != several.sort and _NO_NAME.fullmatch(name) is None]
    # A name that no figure has is that of a figure without one, where the title has it.
    both = [*names, *unknown]
    unit = unit_asked(question, several)
    compares_all = (
        several.across == "places" and several.operation in ("extreme", "ranking", "limit") and len(both) < PAIR
    )
    wanted = WordsAsked.of(asked, by_name=not compares_all)
    found = measured_in(figures, wanted, modes_asked(question, several), both, unit)
    own = [item for item in found if item.extra == 0] or list(found)
    targets = measured_in(figures, wanted, _TARGETS, both, unit)
    planned = {key for item in targets for key in item.cells}
    attempts = [(item, _attempt(several, item, names, unknown, planned)) for item in own]
    worked = [(item, attempt) for item, attempt in attempts if attempt is not None]
    if not any(attempt.found for _, attempt in worked) and several.operation == "sum":
        whole = _said_as_one(question, several, figures, WordsAsked.of(asked), both)
        if whole is not None:
            return whole
    if not any(attempt.found for _, attempt in worked) and several.operation in ("difference", "rate"):
        change = _said_change(several, figures, WordsAsked.of(asked), both, unit)
        if change is not None:
            return change
    items = items_asked(question.folded) if several.across == "places" else ()
    if items:
        listed = _of_items(question, several, find)
        if listed is not None:
            return listed
        # Of three that are listed two are not all.
        worked = [(m, own) for m, own in worked if own.found is None or len(own.found.figures) >= len(items)]
    if not worked:
        return _two_measures(question, several, figures, names)
    measures = list(dict.fromkeys(item.words for item, _ in worked))
    if own[0].extra and len({measure_key(item) for item in measures}) > 1:
        return Attempt(reason=several_measures(measures), open=True)
    done = {attempt.found.results: attempt for _, attempt in worked if attempt.found is not None}
    if len(done) > 1:
        return Attempt(reason=several_measures(measures), open=True)
    return next(iter(done.values()), worked[0][1])


_ADDED = re.compile("新增|净增")
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


def _of_items(question: Question, several: Several, find: Find) -> Attempt | None:
    """What the figures of things come to that the question lists itself; None where it lists none, or one has none."""
    items = items_asked(question.folded)
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
    keys = _keys(several, measured, names, unknown)
    if isinstance(keys, Attempt) or keys is None:
        return keys
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


def _row(several: Several, measured: Measured, key: tuple[str, str]) -> Row:
    place, period = key
    zh, en = in_words(period) if several.across == "periods" else (place, place)
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


def _keys(
    several: Several, measured: Measured, names: Sequence[str], unknown: Sequence[str]
) -> list[tuple[str, str]] | Attempt | None:
    """Which places and periods it takes, in the order in which they are worked with."""
    places = [name for name in names if name in measured.places()]
    if several.across == "periods":
        return _of_one_place(several, measured, places, names, unknown)
    return _of_one_period(several, measured, places, [*(name for name in names if name not in places), *unknown])


def _of_one_place(
    several: Several, measured: Measured, places: list[str], names: Sequence[str], unknown: Sequence[str]
) -> list[tuple[str, str]] | None:
    if not names and not unknown and len(measured.places()) == 1:
        places = list(measured.places())
    if len(places) > 1:  # 云溪市东岭区: the last one is meant
        places = places[-1:] if _one_within_another(places) else places
    if len(places) != 1:
        return None
    place = places[0]
    there = [period for own, period in (*measured.cells, *measured.doubtful) if own == place]
    periods = _periods(several, sorted(set(there)))
    return [(place, period) for period in periods] if periods else None


def _one_within_another(places: Sequence[str]) -> bool:
    return len({name[-1] for name in places}) == len(places)


def _periods(several: Several, there: Sequence[str]) -> list[str]:
    """The periods that are asked for, of those that there are where the question leaves it open."""
    named = several.named
    own = [period for period in there if step_of(period) == several.step]
    if named.since:
        own = [period for period in own if period[:4] >= named.since]
        return sorted([*own, *gaps(tuple(own))]) if own and own[0][:4] == named.since else []
    if named.latest:
        last = int(max((period for period in own), default="0")[:4])
        return [str(year) for year in range(last - named.latest + 1, last + 1)] if last else []
    if len(named.periods) > 1:
        return list(named.periods)
    if len(named.periods) == 1:  # 2023年哪个季度
        own = [period for period in own if period[:4] == named.periods[0]] if several.step != "year" else []
    return sorted([*own, *gaps(tuple(own))]) if own else []


def _of_one_period(
    several: Several, measured: Measured, places: list[str], absent: Sequence[str]
) -> list[tuple[str, str]] | Attempt | None:
    everywhere = [place for place in measured.places() if not (is_whole(place) if several.sort else is_nobody(place))]
    if len(places) == 1 and several.operation in ("extreme", "ranking", "limit"):
        everywhere = [place for place in everywhere if place not in places]  # 云溪市 of 云溪市哪个区最多
        places = []
    if several.sort:
        everywhere = [place for place in everywhere if _is_of_sort(place, several.sort)]
        absent = [name for name in absent if _is_of_sort(name, several.sort)]
        places = [place for place in places if place in everywhere]
    chosen = (
        [*places, *absent]
        if len(places) + len(absent) > 1 or several.operation in ("difference", "rate")
        else everywhere
    )
    if not chosen or not any(place in everywhere for place in chosen):
        return None
    if several.operation in ("difference", "rate"):
        if len(chosen) != PAIR:
            return None
        chosen = chosen[::-1]  # 甲比乙多多少: 乙 is what 甲 is compared with
    if several.operation == "sum" and not places and (not several.count or len(chosen) != several.count):
        return None
    if len(several.named.periods) > 1 or several.named.latest:
        return None
    period = (
        several.named.periods[0] if several.named.periods else _common(measured, [p for p in chosen if p in everywhere])
    )
    return None if period is None else [(place, period) for place in chosen]


def _common(measured: Measured, places: Sequence[str]) -> str | None:
    """The latest period for which all of several places have a figure, else the latest of any; "" for none said."""
    of = {place: {period for own, period in (*measured.cells, *measured.doubtful) if own == place} for place in places}
    shared = set.intersection(*of.values()) if of else set()
    every = set().union(*of.values()) if of else set()
    return max(shared, default=max(every, default=None))


def _is_of_sort(name: str, sort: str) -> bool:
    """Whether a place or an organisation is one of those asked about: 东岭区 of 哪个区."""
    if sort in _OF_NO_PLACE:
        return not name.endswith(tuple("省市县镇乡村"))
    if sort in ("地区", "地方", "城市", "国家", "单位", "部门", "项目"):
        return sort != "城市" or not name.endswith(tuple("省区县镇乡村"))
    if sort in _SORTS:
        return name.endswith(_SORTS[sort])
    sort = re.sub(r"^(?:区县|县区|县市|市县|[省市区县镇乡])(?=..)(?![区县市])", "", sort)
    if sort in ("企业", "公司", "集团", "工厂"):
        return not (places_of(name) and name_of(name) == places_of(name)[-1].name)
    return name.endswith(sort)


_OF_NO_PLACE = frozenset("行业 产业 领域 断面 类别 品种 科目 机构 代表团 医疗机构 点位 品牌".split())
"""Sorts whose members do not say in their names that they are of it."""
_SORTS: dict[str, tuple[str, ...]] = {
    "区县": ("区", "县", "市"), "县区": ("区", "县", "市"), "县市": ("县", "市"), "县市区": ("县", "市", "区"),
    "市县": ("县", "市"), "市区": ("市", "区"), "乡镇": ("乡", "镇", "街道"), "园区": ("园", "区"),
    "港口": ("港", "港口"), "码头": ("港", "码头"), "线路": ("线", "线路"), "路线": ("线", "线路"),
    "学校": ("学校", "学院", "大学", "中学", "小学"), "高校": ("学院", "大学", "学校"),
    "银行": ("银行", "支行", "分行"), "医院": ("医院", "保健院", "院"), "苏木镇": ("苏木", "镇", "乡"), "镇街": ("镇", "街道"),
}  # fmt: skip
