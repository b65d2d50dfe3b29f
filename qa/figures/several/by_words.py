"""Figures told by the words around them, where the table has no measure that is called what a question asks for.

A measure may stand at a sentence's beginning, in the title, or in a heading, and what a list tells apart right before
each figure. Called by `over_several` with the figures of the articles that were found, after the table was asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chinese.places import places_of
from chinese.tokens import words
from qa.figures.several.around import Around, close, is_about, is_row, is_said_around, is_told, says_some, when
from qa.figures.several.asked_measure import ADDED, HOLIDAYS, OCCASION, modes_asked, occasions_asked, unit_asked
from qa.figures.several.asked_periods import gaps, in_words, is_within, step_of, with_year
from qa.figures.several.choosing import amount_of, article_of, articles_of, cell_of, dated, unit_family, unit_fits
from qa.figures.several.clauses import as_meant
from qa.figures.several.computing import NotCertain, Row, compute
from qa.figures.several.keys import is_of_sort
from qa.figures.several.operations import COMPARING, PAIR
from qa.figures.several.things import things_asked
from qa.figures.several.whose import forms_of, is_whole, names_asked
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
    when_written = [figure.period for figure in dated(figures)]
    around = [
        item
        for mode in modes_asked(question, several)
        for figure, period in zip(figures, when_written, strict=True)
        if figure.mode in mode
        if wanted.fits(item := Around.of(figure, articles[article_of(figure)], period))
    ]
    if several.across == "periods":
        rows = wanted.of_periods(around)
    else:
        rows = wanted.of_things(around) if wanted.things else wanted.of_all(around, figures)
    if rows is None or len(rows) < PAIR or not _together(several, rows):
        return None
    if several.operation in ("difference", "rate") and several.across == "places":
        rows = rows[::-1]
    try:
        worked = compute(several, rows)
    except NotCertain:
        return None
    return WorkedOut(worked.results, worked.zh, worked.en, tuple(row.cell.figure for row in rows))


def wanted_of(question: Question, several: Several, figures: Sequence[Figure]) -> Wanted | None:
    """What is looked for; None where the question does not say what is measured, or lists nothing that it compares."""
    measures = {close(figure.measure) for figure in figures} | {close(figure.part) for figure in figures}
    named = tuple(
        dict.fromkeys(
            name
            for found in names_asked(question, several.words, figures)
            for name in found
            if places_of(name) or not any(name in measure for measure in measures)
        )
    )
    things = things_asked(question, several, named)
    if things and several.named.periods and several.across == "periods" and several.named.is_range:
        several = replace(several, across="places")  # 甲、乙两县2024年1至11月一共
    if things and several.across == "periods":
        things = ()
    if several.across == "places" and not things and (several.operation not in COMPARING):
        return None
    rest = HOLIDAYS.sub(" ", several.words) if any(HOLIDAYS.search(thing) for thing in things) else several.words
    parts = (part for thing in things for part in re.split(r"[\d和与及()、]+", thing))
    known = {form for name in (*named, *things, *parts) if len(name) > 1 for form in (*forms_of(name), name)}
    for form in sorted(known, key=lambda item: (-len(item), item)):
        rest = rest.replace(form, " ")
    if several.sort and several.across == "places":
        rest = re.sub(rf"(?:[两二三四五六七八九十几各这][个座家所条项类])?{re.escape(several.sort)}", " ", rest)
    found = (
        re.sub("^[个家件枚项名位人](?=..)", "", piece) for piece in OCCASION.sub(" ", _MEANT.sub(" ", rest)).split()
    )
    is_of_a_thing = {piece for piece in rest.split() if any(piece in thing for thing in things)}
    pieces = tuple(piece for piece in found if (len(piece) > 1 or piece in _SINGLE) and piece not in is_of_a_thing)
    if not pieces and (not things or min(map(len, things)) < PAIR or several.operation in COMPARING):
        return None
    return Wanted(question, several, pieces, named, things)


_MEANT = re.compile(
    r"人均|户均|亩均|新增|累计|同比|增长率?|增速|增幅|涨幅|下降|最终|一共|总共|完成|实现|拿到?得?|取得|接待的?(?=\s|$)"
    r"|[两二三四五六七八九十几这各][个座家所条项类届](?:公司|企业|单位|区县|县区|[省市区县镇乡村])?"
    r"|[几两二三四五六七八九十][个座家条项类种][\u4e00-\u9fff]{2}(?=[一总]?共|合计|\s|$)|[本今上]届|每(?:平方米|公斤|人|户|亩|[吨天日])的?"
    r"|(?<=..)中(?=总|累计|[\u4e00-\u9fff]{0,2}$)"
)
"""What says in which way a figure is meant, or only counts those that are named."""
_SINGLE = frozenset("茶粮油煤电水鱼猪牛羊棉糖盐米菜果")


def _together(several: Several, rows: Sequence[Row]) -> bool:
    """Whether figures can be worked with together: each is another, in one unit, and no shares are summed up."""
    figures = [row.cell.figure for row in rows]
    if len({(figure.sentence, figure.start) for figure in figures}) < len(rows):
        return False
    if len({unit_family(figure.unit) for figure in figures}) > 1:
        return False
    if several.operation == "limit" and several.limit is not None:
        return not several.limit.unit or {unit_family(several.limit.unit)} == {unit_family(_unit(row)) for row in rows}
    return several.operation != "sum" or (figures[0].unit != "%" and figures[0].mode not in ("share", "per head"))


def _unit(row: Row) -> str:
    amount = amount_of(row.cell.figure)
    return "" if amount is None else amount.unit


# --- which figures are meant


@dataclass(frozen=True)
class Wanted:
    """What is looked for, and which of the figures around are that."""

    question: Question
    several: Several
    pieces: tuple[str, ...]
    named: tuple[str, ...]
    things: tuple[str, ...]

    def fits(self, item: Around) -> bool:
        """Whether the words around a figure have all that are asked for, and the name of whom the question is about."""
        figure, said = item.figure, item.all
        if not figure.text or not unit_fits(unit_asked(self.question, self.several), figure.unit):
            return False
        if not any(HOLIDAYS.search(thing) for thing in self.things) and not all(
            occasion in said for occasion in occasions_asked(self.several)
        ):
            return False
        if _JOINTLY.search(item.own) and not _JOINTLY.search(self.question.folded):
            return False  # 芦泾、珩山两地合计|13亿元 is of neither
        if _SHARES.search(self.pieces[-1] if self.pieces else "") and "%" not in figure.unit:
            return False
        if ADDED.search(self.several.words) and not re.search("新增|净增", f"{item.group}{item.opening}"):
            return False
        if self.several.across == "periods" and is_row(figure) and self._is_of_another(item.opening.partition(":")[2]):
            return False
        if self.things or self.several.across == "periods":
            about = (name for name in self.named if not any(name in thing or thing in name for thing in self.things))
            if not all(is_about(item, name, wider=bool(self.things)) for name in about):
                return False
        return all(is_said_around(piece, self._carried(item)) for piece in self.pieces) and self._is_measured(item)

    def _is_of_another(self, row: str) -> bool:
        """Whether the first cell of a row names one who is not asked about: neither all, nor a time, nor a measure."""
        asked = self.question.folded
        if is_whole(row) or _WHEN.match(row) or any(says_some(piece, row) for piece in self.pieces):
            return False
        return not any(form in asked for form in forms_of(row))

    def _carried(self, item: Around) -> Around:
        """A figure that has nothing but a name before it, with what the one before it in its unit measures."""
        label = next((thing for thing in self.things if thing in item.own), self._label(item))
        bare = self._without_words(item.own.replace(label, "")) if label else item.own
        return replace(item, between=f"{item.between} {item.dropped}") if label and len(bare) <= 1 else item

    def _is_measured(self, item: Around) -> bool:
        """Whether what stands right before a figure says all that is asked for, or nothing of another thing."""
        if self.lacking(item) == 0:
            return True
        label = self._label(item) if self.several.across == "places" else ""
        return not self.extras(item, next((thing for thing in self.things if thing in item.own), label))

    def lacking(self, item: Around) -> int:
        """How many of the pieces asked for do not stand right before a figure, or behind it."""
        return sum(not is_told(piece, f"{item.strong} {item.own}", item.figure.unit) for piece in self.pieces)

    def extras(self, item: Around, label: str) -> frozenset[str]:
        """The words that tell a figure apart and are neither asked for nor its label."""
        left = _IN_BRACKETS.sub(" ", item.own)
        before, is_there, behind = left.partition(close(label)) if label else ("", "", left)
        # What a list begins with says what all of it is: 五家重点企业中,甲厂|12件
        left = behind if is_there and item.own == item.opening else f"{before} {behind}"
        *_, last = re.split("[,，:：]", left.strip(",，:： "))
        left = _MEANT.sub(" ", last if item.own == item.opening else left)
        known = [*self.named, *self.things, self.several.sort, self.several.sort[-2:], *self.pieces]
        for word in sorted((form for name in known if name for form in {*forms_of(name), name}), key=len, reverse=True):
            left = left.replace(close(word), " ")
        for word, _, _ in words(close(self.several.words)):
            left = left.replace(word, " ") if len(word) > 1 else left
        left = _WHEN.sub(" ", left)
        found = (word for word, _, _ in words(left) if len(word) > 1 and word not in _SAYS_NOTHING)
        return frozenset(word for word in found if not any(word in piece for piece in self.pieces))

    def _cell(self, found: Sequence[Around], label: str = "") -> tuple[Cell, frozenset[str]] | None:
        """The figures with the fewest words besides, as one cell; None where there are none, or they disagree."""
        if not found:
            return None
        extras = {id(item): self.extras(item, label) for item in found}
        cost = {id(item): (self.lacking(item), len(extras[id(item)])) for item in found}
        best = [item for item in found if cost[id(item)] == min(cost.values())]
        cell = cell_of([item.figure for item in best])
        return None if cell is None else (cell, extras[id(best[0])])

    def of_periods(self, around: Sequence[Around]) -> list[Row] | None:
        """A row for each period; None where one has no figure, or it is not certain which."""
        at: dict[str, list[Around]] = {}
        whole_years = {item.figure.sentence for item in around if step_of(when(item)) == "year"}
        for item in around:
            period = when(item)
            # 2019年11月举行,参赛6000人;2021年8000人
            own_year = self.several.step == "year" and item.figure.sentence in whole_years
            at.setdefault(period[:4] if own_year else period, []).append(item)
        named = self.several.named
        periods = with_year(named.periods, [period for period in at if period])
        if len(periods) < PAIR:
            own = sorted(period for period in at if step_of(period) == self.several.step)
            if named.latest:
                last = int(max(own, default="0")[:4])
                own = [str(year) for year in range(last - named.latest + 1, last + 1)]
            elif periods:
                own = [period for period in own if is_within(period, periods[0])]
            elif named.since:
                own = [period for period in own if period[:4] >= named.since]
            periods = [*own, *gaps(tuple(own))] if len(own) > PAIR else []
        return self._rows([(*in_words(period), at.get(period, []), "") for period in sorted(periods)])

    def of_things(self, around: Sequence[Around]) -> list[Row] | None:
        """A row for each thing that the question names."""
        period = self._period()
        if period is None:
            return None
        holidays = any(HOLIDAYS.search(thing) for thing in self.things)
        there = [item for item in around if not period or when(item) == period or (holidays and period in when(item))]
        of = {thing: [item for item in there if self._is_of(item, thing)] for thing in self.things}
        if not period:
            shared = set.intersection(*({when(item) for item in own} for own in of.values()))
            of = {thing: [item for item in own if when(item) == max(shared, default="")] for thing, own in of.items()}
        return self._rows([(thing, thing, own, thing) for thing, own in of.items()])

    def _period(self) -> str | None:
        """The one period that several things are asked about, "" where none is named; None for several."""
        named = self.several.named
        if named.is_range and len(named.periods) > 1:
            return f"{min(named.periods)}/{max(named.periods)}"
        return next(iter(named.periods), "") if len(named.periods) <= 1 and not named.latest else None

    def _rows(self, wanted: Sequence[tuple[str, str, Sequence[Around], str]]) -> list[Row] | None:
        rows, besides = [], []
        for zh, en, found, label in wanted:
            cell = self._cell(found, label)
            if cell is None:
                return None
            rows.append(Row(zh, en, cell[0]))
            besides.append(cell[1])
        first = next(iter(besides), frozenset())
        return rows if all(own <= first for own in besides) else None

    def _is_of(self, item: Around, thing: str) -> bool:
        """Whether a figure is of a thing: it stands before it, or is whose it is, and no other of the things is."""
        forms = forms_of(thing)
        others = [form for other in self.things if other != thing for form in forms_of(other)]
        here, there = any(form in item.strong for form in forms), any(form in item.strong for form in others)
        if here != there:
            return here
        whose = close(item.figure.whose)
        if any(form in whose for form in forms):
            return True
        if any(form in whose for form in others):
            return False
        before = max((item.between.rfind(form) for form in forms), default=-1)
        if before >= 0:
            return before > max((item.between.rfind(form) for form in others), default=-1)
        rest = f"{item.opening} {item.between}"
        return any(form in item.title for form in forms) and not any(form in f"{item.title} {rest}" for form in others)

    def of_all(self, around: Sequence[Around], figures: Sequence[Figure]) -> list[Row] | None:
        """A row for each of a list, or of a table's column; None where there are several, or it may not be whole."""
        groups: dict[tuple[str, ...], dict[str, list[Around]]] = {}
        wanted = self._period()
        if wanted is None:
            return None
        for item in around:
            label, period = self._label(item), when(item)
            if not label or (wanted and period != wanted):
                continue
            figure = item.figure
            of_table = item.own if is_row(figure) else figure.sentence
            one = (period, figure.sources[0].file, figure.title, of_table, unit_family(figure.unit), figure.mode)
            groups.setdefault(one, {}).setdefault(label, []).append(item)
        latest = max((key[0] for key, own in groups.items() if len(own) > PAIR), default="")
        found: dict[tuple[str, ...], list[Row]] = {}
        for key, own in groups.items():
            if len(own) <= PAIR or key[0] != latest or not self._is_sort(own) or not self._is_whole(own):
                continue
            if _lacks_first([item.figure for items in own.values() for item in items], figures):
                return None
            rows = self._rows([(label, label, items, label) for label, items in own.items()])
            if rows is None:
                return None
            rows = [row for row in rows if not is_whole_of(row, rows)]
            found[tuple(f"{row.zh}{row.cell.value}" for row in rows)] = rows
        return next(iter(found.values())) if len(found) == 1 else None

    def _label(self, item: Around) -> str:
        """What tells a figure from the others of its list or table; "" for nothing."""
        figure = item.figure
        part, whose = close(figure.part), _LEADING.sub("", close(figure.whose))
        known = {form for name in self.named for form in (name, *forms_of(name))}
        of_table = is_row(figure)
        if part and part not in known and not any(says_some(piece, part) for piece in self.pieces):
            return part
        is_own = whose not in known or is_of_sort(whose, self.several.sort or "\0")
        if len(whose) > 1 and is_own and not is_whole(whose) and (of_table or whose in item.group):
            return whose
        if of_table:
            return item.opening.partition(":")[2]
        for text in (item.own, close(figure.measure)):
            left = self._without_words(text)
            if 1 < len(left) <= _LONGEST and not re.search(r"[,，。；;]", left):
                return left
        return ""

    def _without_words(self, text: str) -> str:
        left = _MEANT.sub("", text)
        for piece in self.pieces:
            left = left.replace(close(piece), "")
            left = "".join(" " if says_some(word, piece) else word for word, _, _ in words(left))
        return _LEADING.sub("", re.sub(r"^[,，、和及与:：]+|[:：为是]+$", "", _WHEN.sub("", left.replace(" ", ""))))

    def _is_sort(self, labels: Mapping[str, Sequence[Around]]) -> bool:
        """Whether what a list names is of the sort asked about, or is said to be."""
        sort = self.several.sort
        if not sort or all(is_of_sort(label, sort) for label in labels):
            return True
        said = next(iter(labels.values()))[0]
        return close(sort) in f"{said.opening} {said.title} {close(said.figure.sentence)}"

    def _is_whole(self, labels: Mapping[str, Sequence[Around]]) -> bool:
        """Whether a list names all there are, as far as its sentence says: 等 behind it, or only those in front."""
        figure = next(iter(labels.values()))[0].figure
        if re.search(r"\d[^,，。；;\d]{0,6}等", figure.sentence):
            return False
        foremost = _FOREMOST.search(figure.sentence)
        if foremost is None or foremost.group() in self.question.folded:
            return True
        several = self.several
        return several.operation in ("extreme", "limit") and not several.least and several.above


_SHARES = re.compile(r"(?:率|比例|占比|比重)$")
_JOINTLY = re.compile("[两三四五六七八九]地|合计|共计|合共")
_FOREMOST = re.compile(r"居前|前列|靠前|前[两二三四五六七八九十]|前\d+[名位个]|重点|主要|热门|部分")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_LEADING = re.compile(r"^(?:全年|其中|当月|[对至从在向由])+")
_WHEN = re.compile(
    r"(?:19|20)\d\d年?|[今去当全]年|上年|\d{1,2}月份?|第?[一二三四]季度"
    r"|第[一二三四五六七八九十\d]+[届次]|[上下]半年|末|底"
)
_SAYS_NOTHING = frozenset(
    "完成 实现 达到 其中 分别 同比 全年 全市 全县 全区 全省 全镇 目前 已有 共有 现有 累计 超过 接近 约为 左右 截至 "
    "年末 年底 数据 显示 据悉 我市 我县 我区 合计 总计 共计 之后".split()
)
_LONG, _LONGEST = 3, 14


def _lacks_first(found: Sequence[Figure], figures: Sequence[Figure]) -> bool:
    """Whether the first figure of a list was left out, though it is in the same unit: what it is was not understood."""
    first = found[0]
    alike = [item for item in figures if item.sentence == first.sentence and item.unit == first.unit]
    return not is_row(first) and min(alike, key=lambda item: item.start) not in found
