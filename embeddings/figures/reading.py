"""The figures of an article's sentences, with what each says; a build gives it the chunks as they come."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from chinese.facts import per_of
from chinese.modes import begins_change, firmly_planned, planned, said_total
from chinese.text import Text
from chinese.tokens import fold, tagged
from embeddings.figures.cells import figures_of_row
from embeddings.figures.measures import measure_of
from embeddings.figures.periods import times_in
from embeddings.figures.sentences import Figures
from embeddings.figures.subjects import whose_at
from embeddings.figures.values import worth_of
from embeddings.types import FigureFacts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embeddings.figures.measures import Measured
    from embeddings.figures.periods import Time
    from embeddings.types import Chunk, FigureMode

_CARRIED = 2
"""Sentences for which the time of one holds that say none."""
_LOOK_BACK = 6
"""Sentences that are looked back at for a name."""
_YEAR, _DAY = len("2023"), len("2023-01-01")


class FigureReader:
    """Reads the figures of chunks that come in the order of their articles, and keeps what stood above each."""

    def __init__(self) -> None:
        self._article = -1
        self._above = _Above(Figures(Text("", ""), ()), None)

    def read(self, chunk: Chunk) -> tuple[FigureFacts, ...]:
        """The figures of a chunk's sentences, in order; those of a sentence shared with the chunk before come once."""
        if chunk.article != self._article:
            title = Text.of(chunk.context.replace("\n", "。"))
            self._article = chunk.article
            self._above = _Above(Figures(title, times_in(title.folded, chunk.date)), chunk.date)
        self._above.caption = fold(chunk.context)
        found: list[FigureFacts] = []
        for sentence in chunk.sentences:
            if sentence.index > self._above.last:
                text = Text.of(sentence.text)
                read = Figures(text, times_in(text.folded, chunk.date, self._above.time or self._above.year))
                found.extend(_facts(sentence.index, read, self._above))
                self._above.add(sentence.index, read)
        return tuple(found)


class _Above:
    """What stands above a sentence of an article: its titles, the sentences right before, the time said last."""

    def __init__(self, title: Figures, written: str | None) -> None:
        self.title = title
        self.written = written
        self.last = -1
        self.time = ""
        self.caption = ""
        self._since = 0
        self._recent: deque[Figures] = deque(maxlen=_LOOK_BACK)
        # 2023年统计公报 reports a year; 2023-07-28 and 7月28日 only date what follows.
        years = {time.iso for time in title.times if len(time.iso) == _YEAR}
        self.year = years.pop() if len(years) == 1 else ""

    def add(self, index: int, sentence: Figures) -> None:
        self.last = index
        self._recent.appendleft(sentence)
        own = [time.iso for time in sentence.times if not time.is_base and time.iso]
        if own:
            self.time, self._since = own[-1], 0
        self._since += 1

    @property
    def nearest_first(self) -> tuple[Figures, ...]:
        return (*self._recent, self.title)

    @property
    def carried(self) -> str:
        """The time of a sentence that says none: one said shortly before, but no day, else the title's year."""
        return self.time if self._since <= _CARRIED and len(self.time) != _DAY else self.year


def _facts(index: int, sentence: Figures, above: _Above) -> Iterator[FigureFacts]:
    rows = list(figures_of_row(index, sentence, above.caption, above.written))
    if rows:
        owner = whose_at(sentence, 0, (above.title,))
        for row in rows:
            yield replace(row, whose=row.whose or owner, period=row.period or above.year)
        return
    for number, figure in enumerate(sentence.figures):
        worth = worth_of(figure)
        if worth is None:
            continue
        measured = measure_of(sentence, number)
        mode = _mode(sentence, number, measured)
        words = re.sub("^新增?", "", measured.words) if mode == "total" else measured.words
        yield FigureFacts(
            sentence=index,
            start=figure.start,
            end=figure.end,
            measure=words,
            whose=measured.whose or whose_at(sentence, figure.start, above.nearest_first, words),
            period=_period(sentence, figure.start, mode, above.carried),
            part="",
            mode=mode,
            value=worth.value,
            low=worth.low,
            high=worth.high,
            unit=worth.unit,
        )


def _period(sentence: Figures, at: int, mode: FigureMode, carried: str) -> str:
    """The time said last before a figure that is not only compared with, else the one that holds from above."""
    year = _year_of_row(sentence, at)
    if year:
        return year
    own = [time for time in sentence.times if time.start <= at and _holds(sentence, time, at)]
    period = own[-1].iso if own else carried
    if "/" in period and mode == "before":
        return period.partition("/")[0]
    return period


_EVENT = re.compile(r"(?:于|自|始建于)$")


def _holds(sentence: Figures, time: Time, at: int) -> bool:
    if time.is_base:
        return False
    folded = sentence.folded
    between = folded[time.end : at]
    if "(" in folded[max(0, time.start - 1) : time.start] and ")" in between:
        return False
    # 成立于2012年,注册资本5000万元: the year is that of the founding alone.
    return not (_EVENT.search(folded[: time.start]) and "," in between)


def _year_of_row(sentence: Figures, at: int) -> str:
    """The year of 2015年至2022年营收分别为…: each of as many figures in turn."""
    stretch = next((time.iso for time in sentence.times if re.fullmatch(r"\d{4}/\d{4}", time.iso)), "")
    each = sentence.folded.find("分别")
    if not stretch or each < 0:
        return ""
    first, last = int(stretch[:4]), int(stretch[5:])
    row = [figure for figure in sentence.figures if figure.start > each]
    place = next((number for number, figure in enumerate(row) if figure.start == at), None)
    return str(first + place) if place is not None and len(row) == last - first + 1 else ""


_SHARE = re.compile(r"占|比重|份额")


def _mode(sentence: Figures, number: int, measured: Measured) -> FigureMode:
    folded, figure = sentence.folded, sentence.figures[number]
    if begins_change(folded[: figure.start], folded[figure.end :]):
        return "before"
    word = planned(folded, figure.start)
    if word and not _is_past(sentence, folded.rfind(word, 0, figure.start), figure.start):
        return "target" if firmly_planned(word) else "plan"
    if measured.is_change:
        return "change"
    first = sentence.clause_start(figure.start)
    before, behind = folded[first : figure.start], folded[figure.end : figure.end + 10]
    if figure.kind == "share" and figure.text.endswith(("%", "‰", "分之", "成")):
        return "result" if _RATE.search(measured.words) and not _SHARE.search(before) else "share"
    if per_of(before):
        return "per head"
    if _NEW.search(before) or behind.startswith("新"):
        return "total" if before.rfind("累计") > before.rfind("新") else "new"
    summed = said_total(before, behind) == "total" or _TOGETHER.search(before) or _summed(folded, figure.start)
    return "total" if summed else "result"


_NEW = re.compile(r"新增|新引进|新签|新开工|新注册|新建(?!区)|新设|新认定|净增|新培育|新入|新登记|新投产|新落户|新申报")
_TOGETHER = re.compile(r"共(?![同享建和产])")
_SUMMED = re.compile(r"累计([\u4e00-\u9fff]{2})")
_RATE = re.compile(r"[率度]$|进度|利用|满意")


def _summed(folded: str, at: int) -> bool:
    """Whether 累计 with a verb, in an earlier clause of the same part of a sentence, holds for a figure."""
    part = max(folded.rfind(mark, 0, at) for mark in ";；。") + 1
    match = _SUMMED.search(folded, part, at)
    return match is not None and tagged(match[1])[0][1][0] == "v" and "新增" not in folded[match.end() : at]


def _is_past(sentence: Figures, since: int, at: int) -> bool:
    """Whether a time that is over is said between a word of planning and a figure: 预计增长5%,去年同期为8亿元."""
    return any(time.is_year_before for time in sentence.times if since <= time.start < at)
