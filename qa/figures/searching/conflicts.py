"""Figures that disagree: the same measure of the same subject at the same time, and values that cannot both be right.

What is called so has to be: a figure whose time or subject is not said conflicts with none. An article that gives
several values for what reads as one thing lists several things, so that none of these is held against another article.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import isclose
from typing import TYPE_CHECKING, Protocol

from chinese.facts import clause_at
from chinese.organisations import organisations_in, organisations_named
from chinese.tokens import fold, tagged
from qa.figures.searching.conditions import ALL_MODES, check_conditions
from qa.figures.searching.measures import read_measure
from qa.figures.searching.places import is_of, named_places, places_asked
from qa.figures.searching.showing import figure_of
from qa.figures.searching.times import days_of, overlap

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from embeddings.store.figure_store import StoredFigure
    from embeddings.store.stores import Generation
    from embeddings.types import FigureMode
    from qa.types import Figure

_LEAST_MEASURE = 3
"""Characters of a measure that says enough: 项目 and 企业 alone may be of any kind."""
_EXACT_DIGITS = 2
"""Digits of a whole number that ends in as many zeros (300, 5000) which are sure not to be rounded."""
_NEAR = 0.1
"""How far, as a share, a figure may lie from one that is said to be about or nearly so much."""
_NOT_COMPARED: frozenset[FigureMode] = frozenset(("before", "change"))
"""A change depends on what it is measured against, which is mostly left unsaid."""
_AT_ONCE = 2000
_BIT_MORE = 1 + 1e-9


class _Said(Protocol):
    """What a figure of the index and one that is shown have alike."""

    @property
    def measure(self) -> str: ...
    @property
    def whose(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def part(self) -> str: ...
    @property
    def mode(self) -> FigureMode: ...
    @property
    def unit(self) -> str: ...
    @property
    def value(self) -> float | None: ...


def conflicts_in(figures: Iterable[Figure]) -> tuple[tuple[Figure, ...], ...]:
    """Groups of figures that disagree, of each value one figure, the first; groups and figures in the order given."""
    groups: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for figure in figures:
        if (key := _key(figure)) is not None:
            groups[key].append(figure)
    found = (_disagreeing(group) for group in groups.values() if len(group) > 1)
    return tuple(group for group in found if group)


def conflicts_of(
    index: Generation,
    places: Collection[str] = (),
    periods: tuple[str, str] | None = None,
    modes: Collection[FigureMode] = ALL_MODES,
) -> tuple[tuple[Figure, ...], ...]:
    """The same of all figures of an index, of which only those are read whole that may disagree.

    `places`, `periods` and `modes` are as in `QA.figures`, and so are the errors; what is no place is of none.
    """
    check_conditions(places, periods, modes)
    where = places_asked(places)
    first: dict[tuple[str, ...], StoredFigure] = {}
    groups: dict[tuple[str, ...], list[StoredFigure]] = {}
    for item in index.all_figures():
        key = _key(item.facts)
        if key is None:
            continue
        seen = first.setdefault(key, item)
        if key in groups or (seen is not item and seen.facts.value != item.facts.value):
            groups.setdefault(key, [seen]).append(item)
    found: list[tuple[Figure, ...]] = []
    batch: list[StoredFigure] = []
    for group in groups.values():
        said = group[0].facts
        if said.mode not in modes or (periods is not None and not overlap(said.period, periods)):
            continue
        if where and not is_of(where, said.whose, ()):
            continue
        batch += group
        if len(batch) >= _AT_ONCE:
            found += conflicts_in(_whole(index, batch))
            batch = []
    return (*found, *conflicts_in(_whole(index, batch)))


def _whole(index: Generation, batch: Sequence[StoredFigure]) -> list[Figure]:
    """Figures with their sentences; those of a group stay together."""
    chunks = {chunk.id: chunk for chunk in index.chunks(sorted({item.chunk for item in batch}))}
    return [figure_of(item, chunks[item.chunk]) for item in batch]


def _key(said: _Said) -> tuple[str, ...] | None:
    """What two figures have to share to be of one thing; None for one of which that is not sure."""
    measure = "".join(word for word, _, _ in read_measure(said.measure).contents)
    if said.value is None or days_of(said.period) is None or said.mode in _NOT_COMPARED:
        return None
    if len(measure) < _LEAST_MEASURE or not is_named(said.whose):
        return None
    return measure, _subject(said.whose), said.period, _plain(said.part), said.mode, said.unit


def _subject(whose: str) -> str:
    """A subject however it is called: 我国 and 全国 are 中国 in what is written there, 云溪 is 云溪市."""
    folded = _plain(whose)
    return "中国" if folded in _COUNTRY else re.sub(r"(?<=..)[省市]$", "", folded)


_COUNTRY = ("我国", "全国")


def _plain(words: str) -> str:
    return re.sub(r"[\s,，。、:：;；“”\"'()（）《》]", "", fold(words))


@lru_cache(maxsize=16_384)
def is_named(whose: str) -> bool:
    """Whether a subject is one by its name, whoever writes: a place or an organisation; not 公司, 主力资金, 全市."""
    folded = fold(whose)
    if folded in _COUNTRY:
        return True
    named = named_places(folded)
    if named:
        return folded.endswith(named[-1].name)
    return any(folded.endswith(name) for name in organisations_named(folded))


def _beside(figure: Figure) -> frozenset[str]:
    """The words of a figure's clause before it that say more of what it is than its measure and its subject do."""
    folded = fold(figure.sentence)
    first, _ = clause_at(folded, figure.start)
    clause = folded[first : figure.start]
    for known in (fold(figure.measure), fold(figure.whose), fold(figure.part)):
        clause = clause.replace(known, " ") if known else clause
    return frozenset(
        word for word, tag in tagged(clause) if len(word) > 1 and tag[0] in _TELLING and word not in _TIMES
    )


_TELLING = frozenset("njlixbs")
"""Parts of speech, by their first letter, of words that say what a thing is."""
_TIMES = frozenset(
    "全年 上半年 下半年 年底 年末 季度 一季度 二季度 三季度 四季度 同期 期末 其中 数据 公报 官方 统计".split()
)


def _disagreeing(group: Sequence[Figure]) -> tuple[Figure, ...]:
    """The figures of one thing of which each disagrees with another, one a value."""
    of_article: dict[tuple[str, str | None, str], list[Figure]] = defaultdict(list)
    for figure in group:
        of_article[(figure.title, figure.date, figure.sources[0].file)].append(figure)
    sure = [items[0] for items in of_article.values() if not any(_differ(*pair) for pair in combinations(items, 2))]
    in_conflict = {
        figure
        for pair in combinations(sure, 2)
        if _differ(*pair) and _alike(*pair) and not _may_have_grown(*pair)
        for figure in pair
    }
    once: dict[float | None, Figure] = {}
    for figure in sure:
        if figure in in_conflict:
            once.setdefault(figure.value, figure)
    return tuple(once.values()) if len(once) > 1 else ()


def _may_have_grown(one: Figure, other: Figure) -> bool:
    """Whether the time was not over when one of the two articles was written, and they are of two days."""
    days = days_of(one.period)
    if one.date == other.date and one.date is not None and days is not None and days[0][:7] != days[1][:7]:
        return False  # within a day, only what is counted by the day grows
    return days is None or any(figure.date is None or figure.date <= days[1] for figure in (one, other))


def _differ(one: Figure, other: Figure) -> bool:
    """Whether two values lie further apart than rounding and bounds explain."""
    first, second = _range_of(one), _range_of(other)
    apart = max(first.low, second.low) > min(first.high, second.high)
    return apart and not _is_rounded(one, other)


def _alike(one: Figure, other: Figure) -> bool:
    """Whether two figures are said of the same thing by the words beside them too, as far as these tell."""
    return (
        all(_says_whose(item) for item in (one, other))
        and _beside(one) == _beside(other)
        and _names(one) == _names(other)
    )


def _says_whose(figure: Figure) -> bool:
    """Whether title or sentence name the subject itself before the figure, not a paper called by it (云溪日报)."""
    said = fold(f"{figure.title}\n{figure.sentence}"[: len(figure.title) + 1 + figure.start])
    found = list(re.finditer(rf"{re.escape(fold(figure.whose))}(?!{_PAPER})", said))
    return bool(found) and _NEARER.search(said, found[-1].end()) is None


_NEARER = re.compile(r"公司|集团|银行|该[股行校院店企厂]|本[行校院]")
"""A subject that stands nearer to a figure than a place or a firm does: 云溪锗业称,公司净利润."""
_PAPER = r"[\u4e00-\u9fff]{0,2}(?:日报|晚报|早报|青年报|证券报|商报|网|新闻社|通讯社|电视台|证券)"


def _names(figure: Figure) -> frozenset[str]:
    """The places and organisations that the sentence names before the figure, the subject not among them; codes too."""
    folded = fold(figure.sentence)[: figure.start].replace(fold(figure.whose), " ")
    names = {place.core for place in named_places(folded)} | {name for name, _ in organisations_in(folded)}
    return frozenset(names | set(re.findall(r"(?<!\d)\d{6}(?!\d)", folded)))


@dataclass(frozen=True, slots=True)
class _Range:
    """The least and the most that a figure leaves possible."""

    low: float
    high: float


def _range_of(figure: Figure) -> _Range:
    value, low, high = figure.value, figure.low, figure.high
    if value is not None and low is None and high is None:
        slack = abs(value) * _NEAR
        return _Range(value - slack, value + slack)
    return _Range(float("-inf") if low is None else low, float("inf") if high is None else high)


def _is_rounded(one: Figure, other: Figure) -> bool:
    """Whether the coarser of two may be the finer, rounded or cut off: 3.9亿元 for 38620万元; 318 is not 319."""
    if one.value is None or other.value is None:
        return False
    steps = _step(one), _step(other)
    return not isclose(*steps) and abs(one.value - other.value) < max(steps) * _BIT_MORE


_NUMBER = re.compile(r"\d[\d,]*(?:\.(\d+))?")


def _step(figure: Figure) -> float:
    """The worth of the last digit that is written: of 4.6亿元 ten millions, of 300家 ten; a tenth of words (三百)."""
    value = abs(figure.value or 0.0)
    found = list(_NUMBER.finditer(fold(figure.text)))
    if not found or not value:
        return value / 10
    written = found[-1].group().replace(",", "")
    scale = value / float(written) if float(written) else 1.0
    if found[-1][1]:
        return float(scale * 10.0 ** -len(found[-1][1]))
    zeros = len(written) - len(written.rstrip("0"))
    return float(scale * 10.0 ** (len(written) - _EXACT_DIGITS if zeros >= _EXACT_DIGITS else 0))
