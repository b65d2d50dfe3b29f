"""The figures of an article's sentences, with what each says; a build gives it the chunks as they come."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from chinese.facts import per_of
from chinese.modes import begins_change, firmly_planned, planned, said_total
from chinese.prose_rows import UNNAMED
from chinese.text import Text
from chinese.tokens import fold, tagged
from embeddings.figures.cells import figures_of_row
from embeddings.figures.choosing import FITTED, Option, load_choosers
from embeddings.figures.listed import GOES_ON, kinds_of, listed, may_be_name, parallel, rows
from embeddings.figures.measures import is_bare_change, measure_of, measures
from embeddings.figures.periods import times_in
from embeddings.figures.sentences import Figures
from embeddings.figures.subjects import Spoken, owners, titled
from embeddings.figures.values import worth_of
from embeddings.figures.when import Before, periods
from embeddings.types import FigureFacts

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping

    from embeddings.figures.choosing import Choosers
    from embeddings.figures.listed import Listed
    from embeddings.figures.measures import Measured
    from embeddings.types import Chunk, FigureMode

_SURE = 0.1
"""Probability from which an owner is said at all: a figure that is nobody's is better than one that is another's."""
_YEAR, _DAY = len("2023"), len("2023-01-01")


class FigureReader:
    """Reads the figures of chunks that come in the order of their articles, and keeps what stood above each."""

    def __init__(self, choosers: Choosers | None = None) -> None:
        """`choosers` are by default those that come with the project."""
        self.fingerprint = hashlib.sha256(FITTED.read_bytes()).hexdigest() if choosers is None else ""
        """What they were fitted as; "" of others."""
        self._choosers = load_choosers() if choosers is None else choosers
        self._article = -1
        self._above = _Above(Figures(Text("", ""), ()), None)

    def read(self, chunk: Chunk) -> tuple[FigureFacts, ...]:
        """The figures of a chunk's sentences, in order; those of a sentence shared with the chunk before come once."""
        return tuple(facts for facts, _ in self.read_with_options(chunk))

    def read_with_options(self, chunk: Chunk) -> list[tuple[FigureFacts, Options | None]]:
        """The same, each with what else might be said of it; None in the row of a table."""
        if chunk.article != self._article:
            title = Text.of(chunk.context.replace("\n", "。"))
            self._article = chunk.article
            self._above = _Above(Figures(title, times_in(title.folded, chunk.date)), chunk.date)
        self._above.caption = fold(chunk.context)
        found: list[tuple[FigureFacts, Options | None]] = []
        for sentence in chunk.sentences:
            if sentence.index > self._above.last:
                text = Text.of(sentence.text)
                read = Figures(text, times_in(text.folded, chunk.date, self._above.time or self._above.year))
                found.extend(_facts(sentence.index, read, self._above, self._choosers))
                self._above.add(sentence.index, read)
        return found


class _Above:
    """What stands above a sentence of an article: its titles, the sentences right before, the time said last."""

    def __init__(self, title: Figures, written: str | None) -> None:
        self.title = title
        self.written = written
        self.last = -1
        self.time = ""
        self.lead = ""
        self.caption = ""
        self.facts: tuple[FigureFacts, ...] = ()
        """Those of the sentence right above."""
        self.measured: set[str] = set()
        """What was measured so far."""
        self.spoken = Spoken(title)
        # 2023年统计公报 reports a year; 2023-07-28 and 7月28日 only date what follows.
        years = {time.iso for time in title.times if len(time.iso) == _YEAR}
        self.year = years.pop() if len(years) == 1 else ""
        reported = {time.iso for time in title.times if time.iso and len(time.iso) != _DAY}
        self.reported = reported.pop() if len(reported) == 1 else self.year
        """The year, half or month that the title reports; what a table's row is of that names no time."""

    def add(self, index: int, sentence: Figures) -> None:
        self.last = index
        self.spoken.add(sentence)
        own = [time.iso for time in sentence.times if not time.is_base and time.iso]
        if own:
            self.time = own[-1]
            self.lead = self.lead or own[0]

    @property
    def times(self) -> Before:
        """What is said of time above the next sentence."""
        return Before(self.spoken.recent, self.title, self.written, self.lead, str(min(self.last + 1, 3)))

    @cached_property
    def titled(self) -> list[Option]:
        """Whose the rows of a table may be that name nobody: by the titles alone."""
        found = titled(self.title)
        return [*(Option(text, features) for text, features in found.items()), Option("", {"nobody": 1.0})]


@dataclass(frozen=True, slots=True)
class Options:
    """What may be a figure's measure, owner and time; `whose` depends on the measure chosen."""

    mode: FigureMode
    measure: list[Option]
    whose: Callable[[str], list[Option]]
    period: list[Option]


def _facts(
    index: int, sentence: Figures, above: _Above, choosers: Choosers
) -> Iterator[tuple[FigureFacts, Options | None]]:
    cells = list(figures_of_row(index, sentence, above.caption, above.written, above.year))
    if cells:
        owner = choosers.whose.best(above.titled)
        for row in cells:
            yield replace(row, whose=row.whose or owner, period=row.period or above.reported), None
        return
    said: dict[int, FigureFacts] = {}
    in_lists = listed(sentence)
    kinds = kinds_of(in_lists)
    in_parts = parallel(sentence)
    known = {number: item.whose for number, item in in_lists.items()}
    in_rows = rows(sentence, known | {number: whose for number, (whose, _) in in_parts.items()})
    in_turn = sentence.row.rows if sentence.row is not None else ()
    unnamed = {cell.start: label.text for label, cell in in_turn if cell.column == UNNAMED}
    for number, figure in enumerate(sentence.figures):
        worth = worth_of(figure)
        if worth is None:
            continue
        options = options_at(sentence, number, above)
        item = in_lists.get(number)
        first = _first_of(item, said, above, worth.unit) if item is not None else None
        of = said.get(number - 1) if number - 1 in in_lists and is_bare_change(sentence, number) else None
        mode = options.mode
        ahead = next((facts for facts in reversed(said.values()) if facts.unit == worth.unit), None)
        if ahead is not None and figure.start in unnamed and in_lists:  # 甲镇46个,乙镇和丙镇分别为31个、|27个
            measure, whose, mode = ahead.measure, unnamed[figure.start], ahead.mode
        elif item is not None and item.heading:
            measure, whose = item.heading, item.whose
        elif item is not None and first is not None:
            measure, whose = first.measure, item.whose
            mode = first.mode if mode == "result" and first.mode != "total" else mode
        elif number in in_parts:
            whose, measure = in_parts[number]
        elif of is not None:
            measure, whose = of.measure, of.whose
        else:
            measure = choosers.measure.best(options.measure) or _carried(sentence, number, above)
            whose = in_rows.get(number) or choosers.whose.best(options.whose(measure), _SURE)
            measure, whose = _divided(measure, whose, above.measured, kinds.get(number, ""))
        said[number] = FigureFacts(
            sentence=index,
            start=figure.start,
            end=figure.end,
            measure=re.sub("^新增?", "", measure) if mode == "total" else measure,
            whose=whose,
            period=choosers.period.best(options.period) or _continued(sentence, above),
            part="",
            mode=mode,
            value=worth.value,
            low=worth.low,
            high=worth.high,
            unit=worth.unit,
        )
        above.measured.add(measure)
        yield said[number], options
    above.facts = tuple(said.values())


def _divided(measure: str, whose: str, measured: Container[str], kind: str) -> tuple[str, str]:
    """A measure without the name that it begins with, where the rest of it was measured above, and whose it is then.

    专利授权 was measured of the whole town: 恒远精工专利授权|126件 is of 恒远精工. So is what begins a list of names of
    a `kind`: 市一院门诊|3万人次,中医院2万人次.
    """
    at = measure.rfind(kind, 1, -2) + 1 if kind else 0
    if at > 1:
        return measure[at:], measure[:at]
    for at in range(2, len(measure) - 2):
        if measure[at:] in measured and may_be_name(measure[:at]):
            return measure[at:], measure[:at]
    return measure, whose


def _continued(sentence: Figures, above: _Above) -> str:
    """The year or month of the sentence above, for one that tells its parts and names no time: 其中,出口|2亿元."""
    if sentence.times or GOES_ON.match(sentence.folded) is None:
        return ""
    found = next((facts.period for facts in above.facts if facts.period and facts.mode != "before"), "")
    return "" if len(found) == _DAY else found


def _first_of(item: Listed, said: Mapping[int, FigureFacts], above: _Above, unit: str) -> FigureFacts | None:
    """What is said of the figure that a list begins with: one of this sentence, or the last one above in this unit."""
    if item.first is not None:
        return said.get(item.first)
    return next((facts for facts in reversed(above.facts) if facts.unit == unit), None)


_OF_THESE = re.compile(r"\s*(?:其中|包括)")


def _carried(sentence: Figures, number: int, above: _Above) -> str:
    """The measure of the sentence above, where one that begins with 其中 gives only names and figures of its unit."""
    previous = next(iter(above.spoken.recent), None)
    if previous is None or _OF_THESE.match(sentence.folded) is None:
        return ""
    unit = sentence.figures[number].unit
    places = [place for place, figure in enumerate(previous.figures) if figure.unit == unit]
    return measure_of(previous, places[-1]).words if places else ""


def options_at(sentence: Figures, number: int, above: _Above) -> Options:
    """All that may be said of the figure of this number."""
    ruled = measure_of(sentence, number)
    mode = _mode(sentence, number, ruled)
    row_owner = [Option(ruled.whose, {"row": 1.0})] if ruled.whose else []
    return Options(
        mode,
        measures(sentence, number, ruled),
        lambda measure: row_owner or owners(sentence, number, above.spoken, measure),
        periods(sentence, number, mode, above.times),
    )


_SHARE = re.compile(r"占|比重|份额")


def _mode(sentence: Figures, number: int, measured: Measured) -> FigureMode:
    folded, figure = sentence.folded, sentence.figures[number]
    if begins_change(folded[: figure.start], folded[figure.end :]):
        return "before"
    word = planned(_PLAN_NAMED.sub(_blanked, folded), figure.start)
    if word and not _is_past(sentence, folded.rfind(word, 0, figure.start), figure.start):
        return "target" if firmly_planned(word) or _BY_THEN.search(folded[: figure.start]) else "plan"
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
    whole = _whole(sentence, number)
    if whole is not None:
        mode = _mode(sentence, whole, measure_of(sentence, whole))
        return mode if mode in ("new", "total") else "result"
    summed = said_total(before, behind) == "total" or _TOGETHER.search(before) or _summed(folded, figure.start)
    return "total" if summed else "result"


_NEW = re.compile(r"新增|新引进|新签|新开工|新注册|新建(?!区)|新设|新认定|净增|新培育|新入|新登记|新投产|新落户|新申报")
# “百人计划”, 计划单列: a name, nothing that is planned.
_PLAN_NAMED = re.compile(r"(?:计划|规划|目标)(?=[”\"]|特聘|入选|单列)")


def _blanked(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _whole(sentence: Figures, number: int) -> int | None:
    """The figure that one behind 其中 is a part of: the last before that word with the same unit."""
    figure = sentence.figures[number]
    opened = max(sentence.folded.rfind(word, 0, figure.start) for word in ("其中", "包括"))
    if opened < 0 or re.search("[;；。]", sentence.folded[opened : figure.start]):
        return None
    before = [place for place, other in enumerate(sentence.figures[:number]) if other.end <= opened]
    return next((place for place in reversed(before) if sentence.figures[place].unit == figure.unit), None)


_BY_THEN = re.compile(r"到(?:20\d\d年|“?十[四五]五”?末)[^。;；]*[要将]")
_TOGETHER = re.compile(r"(?<!公)共(?![同享建和产])")
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
