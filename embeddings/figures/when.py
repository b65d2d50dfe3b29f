"""For which time a figure may hold: those that its sentence and what stands above it say, and what is known of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from chinese.figure_words import any_that
from embeddings.figures.choosing import Option, note
from embeddings.figures.cues import CUES
from embeddings.figures.sentences import LONG_CLAUSE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from embeddings.figures.choosing import Features
    from embeddings.figures.periods import Time
    from embeddings.figures.sentences import Figures
    from embeddings.types import FigureMode

_PREFIXES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("until", re.compile(r"(?:截至|截止)$")),
    ("since", re.compile(r"(?:自|从|由)$")),
    ("event", re.compile(r"(?:于|始建于|成立于)$")),
    ("to", re.compile(r"(?:到|至)$")),
    ("in", re.compile(r"在$")),
    ("bracket", re.compile(r"[(（]$")),
    ("than", re.compile(r"(?:比|较|与|同|和|高于|低于)$")),
    ("planned", re.compile(r"(?:预计|力争|计划|将|确保)$")),
)
_SUFFIXES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("since", re.compile(r"以来|来")),
    ("mark", re.compile(r"[,，]")),
    ("of", re.compile(r"的")),
    ("bracket", re.compile(r"[)）]")),
    (
        "report",
        re.compile(
            r"[^,，。;；]{0,4}(?:消息|电|讯|获悉|发布|公布|介绍|召开|举行|报道)"
            r"|[,，]?[^,，。;；]{0,2}记者|[^,，。;；]{0,12}(?:获悉|了解到)"
        ),
    ),
    ("compared", re.compile(r"(?:相比|相较|增|减|下降|提高|上升|多|少|高|低|快)")),
    ("event", re.compile(r"[^,，。;；]{0,3}(?:成立|开工|建成|投产|开业|启动|上市|通车|发生|起)")),
)
_CERTAIN = "certain"
_CHANGED = re.compile(any_that("change"))
_LOOK_BACK = 3
_DAY, _MONTH, _YEAR = len("2023-01-01"), len("2023-01"), len("2023")


@dataclass(frozen=True, slots=True)
class Before:
    """What an article says of time before a sentence: the sentences right above, its title, when it was written.

    `lead` is the first time that it says, `place` the number of the sentence, "0" to "3".
    """

    recent: Sequence[Figures]
    title: Figures
    written: str | None
    lead: str = ""
    place: str = "0"


def periods(sentence: Figures, number: int, mode: FigureMode, before: Before) -> list[Option]:
    """The times for which the figure of this number may hold, each once, "" for none last."""
    at = sentence.figures[number].start
    found: dict[str, Features] = {}
    titled = len({time.iso for time in before.title.times if len(time.iso) == _YEAR}) == 1
    for iso, features in _own(sentence, at, mode, titled=titled):
        note(found, iso, features)
    turn = _turn(sentence, at) or _quarter(sentence, at, before.title)
    if turn is not None:
        return [Option(turn, {_CERTAIN: 1.0})]
    certain = [Option(iso, features) for iso, features in found.items() if _CERTAIN in features]
    if certain:
        return certain
    has_own = bool(found)
    # What the sentence itself says before a figure leaves nothing for what stands above.
    is_said = any("own_before" in features and not features["base"] for features in found.values())
    if not is_said:
        for iso, features in _of_all_above(before):
            if iso not in found or "own" not in found[iso]:
                note(found, iso, features)
    cues = _cues(sentence, at)
    for iso, features in found.items():
        sort = _sort(iso)
        features[f"sort_{sort}"] = 1.0
        features[f"sort_{sort}_{_aim(mode)}"] = 1.0
        features["without_own"] = float(not has_own and "own" not in features)
        features["beside_own"] = float(has_own and "own" not in features)
        place = "own" if "own" in features else "other"
        features |= {f"{cue}_{place}_{sort}": 1.0 for cue in cues}
    options = [Option(iso, features) for iso, features in found.items() if not iso.startswith("-")]
    now = any(not time.iso and not time.is_year_before for time in sentence.times if time.start <= at)
    none = {"none": 1.0, "none_alone": float(not has_own), "none_now": float(now), "none_said": float(is_said)}
    none |= {f"none_{cue}": 1.0 for cue in cues} | {f"none_{mode}": 1.0, f"none_at_{before.place}": 1.0}
    none[f"none_of_{sentence.figures[number].kind}"] = 1.0
    none[f"none_unit_{sentence.figures[number].unit}"] = 1.0
    options.append(Option("", none))
    return options


def _cues(sentence: Figures, at: int) -> list[str]:
    """What the words around a figure say of its time without naming one: 占地 lasts, 出动 is of one day."""
    clause = sentence.folded[sentence.clause_start(at) : at + 8]
    return [
        name if where == "" else f"{name}_{where}"
        for name, pattern in CUES
        for where, words in (("", clause), ("sentence", sentence.folded))
        if pattern.search(words)
    ]


def _of_all_above(before: Before) -> Iterator[tuple[str, Features]]:
    """The times of the sentences above, of the title, and when it was written."""
    above = (*before.recent, before.title)
    said = {time.iso[:4] for other in above for time in other.times if time.iso and not time.is_base}
    for number, other in enumerate(before.recent[:_LOOK_BACK]):
        for iso, features in _of_above(other, number):
            yield iso, {**features, "above_one_year": float(len(said) == 1)}
    years = {time.iso for time in before.title.times if len(time.iso) == _YEAR}
    for iso in years:
        yield iso, {"title": 1.0, "title_only": float(len(years) == 1)}
    if before.lead:
        yield before.lead, {"lead": 1.0, f"lead_{_sort(before.lead)}": 1.0, f"lead_at_{before.place}": 1.0}
        if len(before.lead) == _DAY:
            yield before.lead[:_MONTH], {"lead_month": 1.0}
    written = before.written or ""
    for size, name in ((_YEAR, "year"), (_MONTH, "month"), (_DAY, "day")):
        if len(written) >= size:
            yield written[:size], {f"written_{name}": 1.0, f"written_{name}_at_{before.place}": 1.0}


def _own(sentence: Figures, at: int, mode: FigureMode, *, titled: bool) -> Iterator[tuple[str, Features]]:
    """The times of a sentence; where its title names the year (`titled`), 全年 is not that of writing."""
    folded = sentence.folded
    times = [time for time in sentence.times if time.iso or time.is_year_before]
    before = [time for time in times if time.end <= at]
    plain = [time for time in before if not time.is_base and time.iso]
    for time in times:
        is_before = time.end <= at
        between = folded[time.end : at] if is_before else folded[at : time.start]
        distance = min(len(LONG_CLAUSE.findall(between)), 3)
        features = {"own": 1.0, "own_before" if is_before else "own_after": 1.0}
        features[f"{'before' if is_before else 'after'}_{distance}"] = 1.0
        features |= _around(folded, time, "own")
        features["base"] = float(time.is_base)
        features["semicolon"] = float(bool(re.search("[;；]", between)))
        features["last"] = float(bool(before) and time is before[-1])
        features["last_plain"] = float(bool(plain) and time is plain[-1])
        features["first_plain"] = float(bool(plain) and time is plain[0])
        features["alone"] = float(len(times) == 1)
        features["closed_bracket"] = float("(" in folded[max(0, time.start - 1) : time.start] and ")" in between)
        if time.is_year_before:
            base = next((other.iso for other in reversed(plain) if other.iso), "")
            if base:
                # 上年同期为5亿元, not 比上年同期增长5%
                said = is_before and distance == 0 and not time.is_base and _CHANGED.search(between) is None
                yield _year_before(base), {**features, "year_before": 1.0, **({_CERTAIN: 1.0} if said else {})}
            continue
        features["only_plain"] = float(len(plain) == 1 and time is plain[0])
        yield time.iso, {**features, "carried_year": float(bool(time.other))}
        if time.other and not titled:
            yield time.other, {**features, "written_year_of_it": 1.0}
        if "/" in time.iso:
            yield from _of_range(sentence, time, at, mode, features["last_plain"])
        elif len(time.iso) == _DAY:
            yield time.iso[:_MONTH], {"month_of_day": 1.0, "month_of_day_last": features["last_plain"]}


def _of_range(
    sentence: Figures, time: Time, at: int, mode: FigureMode, is_last: float
) -> Iterator[tuple[str, Features]]:
    """The ends of a stretch, and its year that is said of a figure in turn."""
    first, _, last = time.iso.partition("/")
    yield first, {"range_first": 1.0, "range_first_last": is_last, f"range_first_{_aim(mode)}": 1.0}
    yield last, {"range_last": 1.0, "range_last_last": is_last, f"range_last_{_aim(mode)}": 1.0}
    for year, _ in _in_turn(sentence, time, at):
        yield year, {_CERTAIN: 1.0}


def _turn(sentence: Figures, at: int) -> str | None:
    """The time of 2021年、2022年、2023年产值分别为…, of as many figures in turn as there are times."""
    each = re.search("分别|依次", sentence.folded)
    if each is None or at < each.start():
        return None
    row: list[Time] = []
    for time in sentence.times:
        if time.end <= each.start() and time.iso:
            joined = row and _JOINT.fullmatch(sentence.folded[row[-1].end : time.start])
            row = [*row, time] if joined else [time]
    figures = [figure.start for figure in sentence.figures if figure.start > each.start()]
    if len(row) < 2 or at not in figures[: len(row)] or len(figures) < len(row):
        return None
    return row[figures.index(at)].iso


_JOINT = re.compile(r"份?(?:[、和与及,，]|以及)")


def _in_turn(sentence: Figures, time: Time, at: int) -> Iterator[tuple[str, int]]:
    """The year of 2018年至2021年营收分别为…, the month of 2024年1至4月各月销量分别为…, of as many figures in turn."""
    steps = _steps(sentence.folded[time.start : time.end + 20], time.iso)
    row = _row_behind(sentence, time.end) if steps else []
    place = next((number for number, figure in enumerate(row) if figure == at), None)
    if place is not None and len(row) == len(steps):
        yield steps[place], place


def _steps(said: str, iso: str) -> list[str]:
    """The years of a stretch of years, the months of one of months where each of them is spoken of; else nothing."""
    years = re.fullmatch(r"(\d{4})/(\d{4})", iso)
    if years is not None:
        return [str(year) for year in range(int(years[1]), int(years[2]) + 1)]
    months = re.fullmatch(r"(\d{4})-(\d{2})/\1-(\d{2})", iso)
    if months is None or not re.search("各月|每月|逐月|当月|月度", said):
        return []
    return [f"{months[1]}-{month:02}" for month in range(int(months[2]), int(months[3]) + 1)]


def _row_behind(sentence: Figures, since: int) -> list[int]:
    """Where the figures stand that follow 分别 with nothing but a joint between them."""
    each = _EACH.search(sentence.folded, since)
    behind = [figure for figure in sentence.figures if each is not None and figure.start >= each.end()]
    row = [figure.start for figure in behind[:1]]
    for one, other in pairwise(behind):
        if _JOINT.fullmatch(sentence.folded[one.end : other.start]) is None:
            break
        row.append(other.start)
    return row


_EACH = re.compile("分别|依次")
_QUARTERS = re.compile(r"(?P<row>[一二三四](?:[、和与及][一二三四]){1,3})个?季度")


def _quarter(sentence: Figures, at: int, title: Figures) -> str | None:
    """The quarter of 2023年一、二、三、四季度产量分别为…, of as many figures in turn; None where no year is said."""
    named = _QUARTERS.search(sentence.folded)
    if named is None:
        return None
    row, quarters = _row_behind(sentence, named.end()), re.findall("[一二三四]", named["row"])
    own = re.findall(r"((?:19|20)\d{2})年", sentence.folded[: named.start()])
    above = {time.iso[:_YEAR] for time in title.times if time.iso}
    year = own[-1] if own else above.pop() if len(above) == 1 else ""
    if not year or at not in row or len(row) != len(quarters):
        return None
    first = 3 * "一二三四".index(quarters[row.index(at)]) + 1
    return f"{year}-{first:02}/{year}-{first + 2:02}"


def _of_above(sentence: Figures, number: int) -> Iterator[tuple[str, Features]]:
    plain = [time for time in sentence.times if time.iso and not time.is_base]
    for time in sentence.times:
        if not time.iso:
            continue
        features = {f"above_{number}": 1.0, "above_base": float(time.is_base)}
        features[f"above_{number}_last"] = float(bool(plain) and time is plain[-1])
        features[f"above_{number}_first"] = float(bool(plain) and time is plain[0])
        features[f"above_{_sort(time.iso)}"] = 1.0
        features |= _around(sentence.folded, time, "above")
        yield time.iso, features
        if len(time.iso) == _DAY:
            yield time.iso[:_MONTH], {"above_month_of_day": 1.0}


def _around(folded: str, time: Time, place: str) -> Features:
    before, behind = folded[max(0, time.start - 4) : time.start], folded[time.end : time.end + 10]
    found = {f"{place}_{sort}": 1.0 for sort, pattern in _PREFIXES if pattern.search(before)}
    return found | {f"{place}_then_{sort}": 1.0 for sort, pattern in _SUFFIXES if pattern.match(behind)}


def _aim(mode: FigureMode) -> str:
    """What a mode says of the time: figures that came about, in one way or another, are of the same."""
    return mode if mode in ("target", "plan", "before", "total") else "result"


def _sort(iso: str) -> str:
    if "/" in iso:
        return {4: "years", 7: "months"}.get(len(iso.partition("/")[0]), "days")
    return {4: "year", 7: "month"}.get(len(iso), "day")


def _year_before(iso: str) -> str:
    return "/".join(f"{int(side[:4]) - 1}{side[4:]}" for side in iso.split("/"))
