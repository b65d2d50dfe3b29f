"""Figures of the table -> one for each place and period, of one measure, mode and unit, where there is no doubt."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from chinese.amounts import Amount, Bound
from chinese.places import places_of
from chinese.quantities import find_quantities
from chinese.table_rows import named_cells
from chinese.tokens import fold
from chinese.units import UNITS
from embeddings.figures.listed import OF_THESE
from qa.figures.several.clauses import as_meant, by_clause
from qa.figures.several.measured_words import has_word, measure_key
from qa.figures.several.whose import is_plain, is_whole, named, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from embeddings.types import FigureMode
    from qa.figures.several.measured_words import WordsAsked
    from qa.types import Figure

__all__ = ["Cell", "Measured", "amount_of", "cell_of", "measured_in", "unit_family", "unit_fits", "year_at_end"]


@dataclass(frozen=True, slots=True)
class Cell:
    """The figures that the documents give for one place in one period, which agree; the first is the most exact.

    `low` and `high` are the least and the most that the value may be, None where that is open; `value` is None where
    it is not said exactly.
    """

    figures: tuple[Figure, ...]
    value: Fraction | None
    low: Fraction | None
    high: Fraction | None

    @property
    def figure(self) -> Figure:
        return self.figures[0]


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure in one mode and unit: its cells by place and period, and where the documents disagree.

    `extra` is how many characters of the measure's words the question has not: 0 where it is asked for by its name.
    `wanted` is the unit asked for, "" for any.
    """

    words: str
    mode: FigureMode
    unit: str
    extra: int
    cells: Mapping[tuple[str, str], Cell]
    doubtful: Mapping[tuple[str, str], tuple[Figure, ...]]
    wanted: str = ""

    def places(self) -> tuple[str, ...]:
        """Whose figures there are, in the order of the documents."""
        return tuple(dict.fromkeys(place for place, _ in (*self.cells, *self.doubtful)))

    def periods(self) -> tuple[str, ...]:
        """For which periods, the earliest first."""
        return tuple(sorted({period for _, period in (*self.cells, *self.doubtful)}))


def measured_in(
    figures: Sequence[Figure],
    asked: WordsAsked,
    modes: Sequence[frozenset[FigureMode]],
    names: Sequence[str] = (),
    unit: str = "",
) -> tuple[Measured, ...]:
    """The measures of figures that have all the words asked for, those that have least besides first.

    `modes` are those that will do: figures of one of these sets are of one measure. `names` are those of the question,
    `unit` is the classifier or unit asked for, "" for any.
    """
    groups: dict[tuple[str, int, str], list[Figure]] = {}
    said: dict[tuple[str, int, str], tuple[str, int]] = {}
    around = articles_of(figures)
    alone = [name for name in names if _is_alone(name, around.values())]
    for given in completed([by_clause(as_meant(figure), asked) for figure in dated(figures)], asked):
        figure = named(given, names, around[article_of(given)], asked.any_in, asked.all_in)
        if alone and _is_all_of(figure.whose, alone[0]) and not _names_kind(around[article_of(given)], alone[0]):
            figure = replace(figure, whose=alone[0])
        if not names and is_plain(fold(figure.whose)) and not named_cells(fold(figure.sentence)):
            figure = replace(figure, whose="")  # 主要品种中,玉米|20万吨 is of no one in particular
        place = next((number for number, own in enumerate(modes) if figure.mode in own), None)
        if place is None or not figure.text or not unit_fits(unit, figure.unit):
            continue
        extra = asked.extra(figure)
        if extra is None:
            continue
        key = extra, place, unit_family(figure.unit)
        groups.setdefault(key, []).append(figure)
        said.setdefault(key, (figure.measure, len(extra)))
    made = [_measured(said[key], own, unit) for key, own in groups.items()]
    return tuple(sorted(made, key=lambda item: (item.extra, item.words)))


def _is_alone(name: str, articles: Iterable[str]) -> bool:
    """Whether no article names another place of a name's kind, so that 全县 in one that names none is that county."""
    return _KIND_AT_END.search(name) is not None and not any(_names_kind(text, name) for text in articles)


def _is_all_of(whose: str, name: str) -> bool:
    """Whether words are all of a place of a name's kind, or nobody: 全县 of a county, not 全市."""
    return not whose or (is_whole(whose) and re.fullmatch(f".{name[-1]}", fold(whose)) is not None)


def _names_kind(text: str, name: str) -> bool:
    """Whether a text names another place of a name's kind."""
    return any(place.core and place.name != name and place.name.endswith(name[-1]) for place in places_of(text))


_KIND_AT_END = re.compile(r"[省市区县镇乡村州旗]$")


def dated(figures: Sequence[Figure]) -> Iterator[Figure]:
    """Figures of no period with the one year of all others of their article that came about: 去年…。交易额|34亿元.

    Of an article that names no time at all, and was not written early in a year, what came about did so in that year.
    """
    years: dict[tuple[str, str], set[str]] = {}
    for figure in figures:
        period = year_at_end(figure)
        if re.fullmatch(r"\d{4}", period) and figure.mode in ("result", "new"):
            years.setdefault(article_of(figure), set()).add(period)
    timed = {article_of(figure) for figure in figures if figure.period}
    for figure in figures:
        own = years.get(article_of(figure), set())
        year = min(own) if len(own) == 1 else ""
        if article_of(figure) not in timed and figure.date and figure.date[5:7] > _EARLY:
            year = figure.date[:4]
        undated = not figure.period and figure.mode in ("result", "new")
        yield replace(figure, period=year) if undated else figure


_EARLY = "03"
"""The month up to which a text mostly tells of the year before."""


def article_of(figure: Figure) -> tuple[str, str]:
    return figure.title, figure.sources[0].file


def articles_of(figures: Sequence[Figure]) -> dict[tuple[str, str], str]:
    """What the figures of each article show of it: its title, their sentences, and whose they are."""
    texts: dict[tuple[str, str], list[str]] = {}
    for figure in figures:
        texts.setdefault(article_of(figure), [figure.title]).extend((figure.sentence, figure.whose))
    return {article: fold(" ".join(dict.fromkeys(parts))).replace(" ", "") for article, parts in texts.items()}


def completed(figures: Sequence[Figure], asked: WordsAsked) -> Iterator[Figure]:
    """Figures with the words that they leave to what they are a part of, to the figure right before, or to the title.

    粮食总产量18万吨,其中小麦|9万吨: the two have the same unit and stand in one sentence; the part leaves out what the
    other's words end with, which 城镇居民收入 beside 农村居民收入 does not. 改造小区34个,惠及居民|980户: neither has
    a word of the other's. 优良天数 in a table of 空气质量: its title has what little is lacking.
    """
    above: dict[tuple[str, str], list[Figure]] = {}
    whole: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures:
        whole.setdefault(article_of(figure), []).append(figure)
    for figure in sorted(figures, key=lambda item: (item.title, item.sentence, item.start)):
        before = above.setdefault((figure.title, figure.sentence), [])
        lacking = asked.lacking_of(figure)
        if lacking and len(lacking) < len(asked.words) and asked.any_in(figure.measure):
            words = "".join(item[0] for item in lacking)
            others = whole[article_of(figure)]
            is_left = any(left_to(figure, other) and not asked.lacking_of(other) for other in others)
            if is_left:
                yield replace(figure, measure=words + figure.measure)
                continue
            if any(_has_all(item, lacking, figure) for item in before) or _is_kind_of(figure, words, others):
                yield replace(figure, measure=figure.measure + words)
                continue
            of_thing = _OF_A_THING.fullmatch(figure.measure) or (
                asked.few(lacking) and before and not _shares_word(before[-1], figure, asked)
            )
            if (of_thing and before and not _lacking_in(before[-1].measure, lacking)) or (
                asked.few(lacking) and not _lacking_in(figure.title, lacking)
            ):
                yield replace(figure, measure=words + figure.measure)
                continue
        before.append(figure)
        yield figure


_OF_A_THING = re.compile(r"(?:计划|协议|合同|预计)?总?(?:投资额?|金额|产值|建筑面积|占地面积|面积)")
"""What is said of the things counted right before: 新签约项目74个,计划总投资|213亿元."""


def left_to(figure: Figure, other: Figure) -> bool:
    """Whether a figure's measure is the end of another's in its article and unit: 业务量 after 快递业务量."""
    if named_cells(fold(figure.sentence)) or _place_of(other) > _place_of(figure):
        return False
    long, short = (measure_key(item.measure).replace(" ", "") for item in (other, figure))
    return (
        article_of(figure) == article_of(other)
        and figure.unit == other.unit
        and len(short) > 1
        and long != short
        and long.endswith(short)
    )


def _place_of(figure: Figure) -> tuple[int, int]:
    return figure.sources[0].start, figure.start


def _is_kind_of(figure: Figure, words: str, others: Sequence[Figure]) -> bool:
    """Whether a figure's article has another in its unit whose measure ends with words that it leaves out.

    粮食总产量48万吨。其中,夏粮|17万吨: 产量 is left to the sentence before.
    """
    named = measure_key(figure.measure + words)
    return (
        OF_THESE.match(figure.sentence) is not None
        and any(
            measure_key(other.measure).replace(" ", "").endswith(measure_key(words).replace(" ", ""))
            and other.unit == figure.unit
            and other.mode == figure.mode
            and other.sentence != figure.sentence
            for other in others
        )
        and not any(measure_key(other.measure) == named for other in others)
    )


def _lacking_in(text: str, words: Sequence[Sequence[str]]) -> bool:
    return not all(any(has_word(text, word) for word in item) for item in words)


def _shares_word(one: Figure, other: Figure, asked: WordsAsked) -> bool:
    """Whether the measures of both have one of the words asked for."""
    return any(not _lacking_in(one.measure, [item]) and not _lacking_in(other.measure, [item]) for item in asked.words)


def _has_all(whole: Figure, lacking: Sequence[Sequence[str]], part: Figure) -> bool:
    has = all(any(has_word(whole.measure, word) for word in item) for item in lacking)
    words_of_whole, own = (measure_key(item.measure).replace(" ", "") for item in (whole, part))
    ends = [word for item in lacking for word in item if words_of_whole.endswith(word) and not own.endswith(word)]
    return has and bool(ends) and whole.unit == part.unit and whole.mode == part.mode and whole.whose == part.whose


def _measured(said: tuple[str, int], figures: Sequence[Figure], wanted: str) -> Measured:
    names = names_of(figures)
    held: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures:
        held.setdefault((names[figure.whose], year_at_end(figure)), []).append(figure)
    cells, doubtful = {}, {}
    for key, own in held.items():
        cell = cell_of(own) or cell_of([figure for figure in own if not _is_part(figure, own)])
        if cell is None:
            doubtful[key] = tuple(own)
        else:
            cells[key] = cell
    first = figures[0]
    return Measured(said[0], first.mode, first.unit, said[1], cells, doubtful, wanted)


_BEHIND = re.compile(r"其中[^。；;]*$")


def _is_part(figure: Figure, others: Sequence[Figure]) -> bool:
    """Whether a figure is behind 其中 in a sentence that has another for the same thing: 2万台,其中大手术|1万台."""
    behind = _BEHIND.search(figure.sentence[: figure.start])
    return behind is not None and any(
        other.sentence == figure.sentence and other.start < behind.start() for other in others
    )


# --- units


_FAMILIES = {"项": "个", "户": "家"}
_COUNTS = frozenset("个 家 项 户 座 所 处 条 件 名 位 人 艘 辆 台 套 间 栋 幢 株 头 只 人次".split())


def unit_family(unit: str) -> str:
    """Units that count the same are one: 项目47个 and 52项."""
    return _FAMILIES.get(unit, unit)


def unit_fits(asked: str, unit: str) -> bool:
    """Whether a figure is in a unit such as is asked for, or in none: 多少家 does not ask for 万元."""
    if not asked or not unit:
        return True
    row = UNITS.get(asked)
    base = row.base if row is not None else asked
    if asked in ("个", "项", "家", "户"):
        return unit in _COUNTS
    return {"元": "CNY"}.get(base, base) == {"元": "CNY"}.get(unit, unit) or base == unit


# --- when


_END_OF_YEAR = re.compile(r"(\d{4})(?:-12-31|-01/\1-12|-01-01/\1-12-31)")


def year_at_end(figure: Figure) -> str:
    """A figure's period; the year, or the month, itself for what holds at its end, or for all of its months."""
    whole = _END_OF_YEAR.fullmatch(figure.period)
    if whole is not None:
        return whole[1]
    if re.fullmatch(r"\d{4}-12", figure.period) and re.search("年底|年末|末|全年", figure.sentence):
        return figure.period[:4]
    day = _LAST_DAY.fullmatch(figure.period)
    if day is not None and int(day[3]) == calendar.monthrange(int(day[1]), int(day[2]))[1]:
        return f"{day[1]}-{day[2]}"
    return figure.period


_LAST_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


# --- how many


_NEAR = Fraction(1, 10)
"""How far what is said to be about or nearly so many may be from it, as a share of it."""


def cell_of(figures: Sequence[Figure]) -> Cell | None:
    """The figures for one place and period as one cell; None where they do not agree, or say no quantity."""
    read = [(figure, amount) for figure in figures if (amount := amount_of(figure)) is not None]
    if len(read) < len(figures) or not read:
        return None
    exact = [(figure, amount) for figure, amount in read if amount.bound == "exact" and amount.value is not None]
    order = sorted(exact, key=lambda item: _grain(item[0], item[1])) or read
    best = order[0][1]
    if not all(_agree(best, order[0][0], amount, figure) for figure, amount in read):
        return None
    low, high = _ends(best)
    value = best.value if best.bound == "exact" else None
    rest = [figure for figure, _ in read if figure is not order[0][0]]
    return Cell((order[0][0], *rest), value, low, high)


def amount_of(figure: Figure) -> Amount | None:
    """What a figure's own text says, exact to its last digit; None where it is not one quantity."""
    found = find_quantities(figure.text)
    if len(found) == 1 and len(found[0].text) == len(figure.text.strip()):
        return found[0].amount
    if figure.value is None:
        return None
    # A cell's bare figure and the unit of its column, which no text writes like that: 46微克/立方米.
    value = Fraction(repr(figure.value))
    bound: Bound = "exact" if figure.low == figure.value == figure.high else "about"
    return (
        Amount(value, value, value, figure.unit) if bound == "exact" else Amount(value, None, None, figure.unit, bound)
    )


def _ends(amount: Amount) -> tuple[Fraction | None, Fraction | None]:
    if amount.bound in ("about", "nearly") and amount.value is not None:
        near = abs(amount.value) * _NEAR
        return amount.value - near, amount.value + (near if amount.bound == "about" else 0)
    return amount.low, amount.high


def _agree(best: Amount, figure: Figure, other: Amount, said: Figure) -> bool:
    """Whether another figure says the same, but for rounding and bounds: 38620万元 and 3.9亿元, 47个 and 近50个."""
    if best.unit != other.unit and unit_family(best.unit) != unit_family(other.unit):
        return False
    if best.value is None or other.value is None:
        return best == other
    if other.bound == "exact":
        grain = _grain(said, other)
        return best.value == other.value or (
            grain > _grain(figure, best) and abs(best.value - other.value) <= grain / 2
        )
    low, high = _ends(other)
    return (low is None or low <= best.value) and (high is None or best.value <= high)


def _grain(figure: Figure, amount: Amount) -> Fraction:
    """What one of a figure's last digit is worth: 1,000,000 of 4.55亿."""
    digits = re.search(r"\d[\d,]*(?:\.(\d+))?", fold(figure.text))
    if digits is None or not amount.value:
        return Fraction(1)
    number = Fraction(digits.group().replace(",", ""))
    return abs(amount.value) / number / 10 ** len(digits[1] or "") if number else Fraction(1)
