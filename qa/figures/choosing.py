"""Figures of the table -> one for each place and period, of one measure, mode and unit; only where there is no doubt."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from chinese.dictionary import is_common_noun
from chinese.equivalents import synonyms_in
from chinese.places import places_of
from chinese.quantities import find_quantities
from chinese.tokens import fold, words
from chinese.units import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chinese.amounts import Amount
    from embeddings.types import FigureMode
    from qa.types import Figure

__all__ = ["Cell", "Measured", "amount_of", "has_word", "measure_key", "measured_in", "name_of", "same_name"]


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
    """

    words: str
    mode: FigureMode
    unit: str
    extra: int
    cells: Mapping[tuple[str, str], Cell]
    doubtful: Mapping[tuple[str, str], tuple[Figure, ...]]

    def places(self) -> tuple[str, ...]:
        """Whose figures there are, in the order of the documents."""
        return tuple(dict.fromkeys(place for place, _ in (*self.cells, *self.doubtful)))

    def periods(self) -> tuple[str, ...]:
        """For which periods, the earliest first."""
        return tuple(sorted({period for _, period in (*self.cells, *self.doubtful)}))


_NAME_FIRST = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,4}?[区县市镇乡])(?P<rest>[\u4e00-\u9fff].+)")


def by_name(figure: Figure, words_asked: Sequence[Sequence[str]]) -> Figure:
    """A figure whose measure begins with a name (北港区|高新技术企业) as one of that place.

    The names of places are not all known; one taken for a part of the measure would be left out where all are compared.
    """
    match = _NAME_FIRST.fullmatch(figure.measure)
    if match is None or any(_has(match["name"], word) for item in words_asked for word in item):
        return figure
    named = replace(figure, measure=match["rest"], whose=match["name"])
    return named if _extra(named, words_asked) == 0 else figure


def measured_in(
    figures: Iterable[Figure],
    words_asked: Sequence[Sequence[str]],
    modes: Sequence[frozenset[FigureMode]],
    unit: str = "",
) -> tuple[Measured, ...]:
    """The measures of figures that have all the words asked for, those that have least besides first.

    Each of `words_asked` is a word with those that may stand for it. `modes` are those that will do: figures of one
    of these sets are of one measure. `unit` is the classifier or unit asked for, "" for any.
    """
    groups: dict[tuple[str, int, str], list[Figure]] = {}
    said: dict[tuple[str, int, str], tuple[str, int]] = {}
    for figure in (by_name(item, words_asked) for item in figures):
        place = next((number for number, own in enumerate(modes) if figure.mode in own), None)
        if place is None or not figure.text or not _unit_fits(unit, figure.unit):
            continue
        extra = _extra(figure, words_asked)
        if extra is None:
            continue
        key = measure_key(f"{figure.measure}{figure.part}"), place, _family(figure.unit)
        groups.setdefault(key, []).append(figure)
        said.setdefault(key, (figure.measure, extra))
    made = [_measured(said[key], own) for key, own in groups.items()]
    return tuple(sorted(made, key=lambda item: (item.extra, item.words)))


def _measured(said: tuple[str, int], figures: Sequence[Figure]) -> Measured:
    names = _names(figures)
    held: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures:
        held.setdefault((names[figure.whose], year_at_end(figure)), []).append(figure)
    cells, doubtful = {}, {}
    for key, own in held.items():
        cell = _cell(own)
        if cell is None:
            doubtful[key] = tuple(own)
        else:
            cells[key] = cell
    first = figures[0]
    return Measured(said[0], first.mode, first.unit, said[1], cells, doubtful)


# --- what is measured


_COUNTED = re.compile(r"(?<=..)(?:的)?(?:总数|数量|个数|家数|项数|总量(?=$)|(?<![人户次指倍参系])数)$")
_TOTAL = re.compile(r"总(?=产量|人口|面积|投资|收入|规模|里程|销量|产值)")
_KINDS = frozenset("省市区县镇乡村")
_NEW = re.compile(r"新增|新(?=引进|签|开工|认定|注册|登记|建|设|培育|落户|投产|申报)|累计|共(?=引进|签|完成|有)")
_LIGHT = frozenset(
    "的 了 为 是 有 达 达到 约 共 完成 实现 全年 已 已有 共有 现有 全市 全县 全区 全省 全镇 年末 年底 其中 个 家".split()
)


def measure_key(measure: str) -> str:
    """A measure's words so that two ways of naming it are one: 粮食总产量 and 粮食产量, 项目数量 and 项目."""
    folded = _NEW.sub("", _TOTAL.sub("", _COUNTED.sub("", _one_name(fold(measure)))))
    found = [word for word, _, _ in words(folded) if word not in _LIGHT]
    # 全|县|粮食产量: what is left of a whole says nothing of the measure.
    return " ".join(found[1:] if len(found) > 1 and found[0] in _KINDS else found)


def _one_name(folded: str) -> str:
    """The words with one of those that say the same in place of each: 地区生产总值 for GDP."""
    for start, end, row in reversed(list(synonyms_in(folded))):
        folded = folded[:start] + row.words[0] + folded[end:]
    return folded


def _extra(figure: Figure, words_asked: Sequence[Sequence[str]]) -> int | None:
    """How many characters a figure's measure has besides the words asked for; None where it lacks one of these.

    A part that is not asked for is none of what is asked for: 其中外资企业|9家 is not the number of firms.
    """
    measure = measure_key(figure.measure)
    whole = f"{measure} {measure_key(figure.part)}" if figure.part else measure
    left = whole
    for alternatives in words_asked:
        said = next((word for word in alternatives if _has(whole, word)), None)
        if said is None:
            return None
        for character in measure_key(said).replace(" ", ""):
            left = left.replace(character, "", 1)
    if figure.part and not any(_has(measure_key(figure.part), word) for item in words_asked for word in item):
        return None
    return len(left.replace(" ", ""))


def has_word(measure: str, word: str) -> bool:
    """Whether the words of a measure have another: 产量 in 粮食总产量."""
    return _has(measure_key(measure), word)


def _has(whole: str, word: str) -> bool:
    """Whether words have another, be it with more between its parts: 粮食产量 in 粮食总产量."""
    wanted = measure_key(word).replace(" ", "")
    if not wanted:
        return True
    parts = [part for part in re.split(" ", measure_key(word)) if part]
    if all(part in whole.replace(" ", "") for part in parts):
        return True
    at = -1
    for character in wanted:
        at = whole.find(character, at + 1)
        if at < 0:
            return False
    return len(wanted) > 2


# --- units


_FAMILIES = {"项": "个", "户": "家"}
_COUNTS = frozenset("个 家 项 户 座 所 处 条 件 名 位 人 艘 辆 台 套 间 栋 幢 株 头 只 人次".split())


def _family(unit: str) -> str:
    """Units that count the same are one: 项目47个 and 52项."""
    return _FAMILIES.get(unit, unit)


def _unit_fits(asked: str, unit: str) -> bool:
    """Whether a figure is in a unit such as is asked for: 多少家 does not ask for 万元."""
    if not asked:
        return True
    row = UNITS.get(asked)
    base = row.base if row is not None else asked
    if asked in ("个", "项", "家", "户"):
        return unit in _COUNTS
    return {"元": "CNY"}.get(base, base) == {"元": "CNY"}.get(unit, unit) or base == unit


# --- whose


_OFFICE = re.compile(r"(?:人民政府|政府|党委|管委会|(?<=[省市区县镇])委)$")
_BODY = re.compile(r"[院校厂局馆港园司行社站库所处场桥店城街路湖山河团会]$")


def name_of(whose: str) -> str:
    """Whose a figure is, without the wider places before it: 沈河区 for 沈阳市沈河区 and 沈阳市沈河区政府."""
    folded = fold(whose)
    bare = _OFFICE.sub("", folded)
    place = next(reversed(places_of(bare)), None)
    if place is None:
        return folded
    before, rest = bare[: place.start], bare[place.start + len(place.name) :]
    # 白|沙市: the name of a place that is not known, which ends like one that is.
    name = place.name if place.within or len(before) > _LONGEST_REST else before + place.name
    # 白沙市|旅游 in a title is the city; 白沙市|法院 is somebody else.
    return name if not rest or (is_common_noun(rest) and not _BODY.search(rest)) else folded


_LONGEST_REST = 2


def same_name(one: str, other: str) -> bool:
    """Whether two names may be of one place: 云溪 and 云溪县; not 云溪县 and 云溪市."""
    short, long = sorted((one, other), key=len)
    return one == other or (
        len(short) > 1 and long.startswith(short) and re.fullmatch("[省市区县镇乡村州]", long[len(short) :]) is not None
    )


def _names(figures: Sequence[Figure]) -> dict[str, str]:
    """The name of each `whose`, a short one as the only longer one that it may be short for."""
    names = {figure.whose: name_of(figure.whose) for figure in figures}
    for whose, name in names.items():
        longer = {
            other for other in names.values() if other != name and len(other) > len(name) and same_name(name, other)
        }
        if len(longer) == 1:
            names[whose] = longer.pop()
    return names


# --- when


_END_OF_YEAR = re.compile(r"(\d{4})(?:-12-31|-01/\1-12|-01-01/\1-12-31)")


def year_at_end(figure: Figure) -> str:
    """A figure's period; the year itself for what holds at its end, or for all of its months."""
    whole = _END_OF_YEAR.fullmatch(figure.period)
    if whole is not None:
        return whole[1]
    if re.fullmatch(r"\d{4}-12", figure.period) and re.search("年底|年末|末|全年", figure.sentence):
        return figure.period[:4]
    return figure.period


# --- how many


_NEAR = Fraction(1, 10)
"""How far what is said to be about or nearly so many may be from it, as a share of it."""


def _cell(figures: Sequence[Figure]) -> Cell | None:
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
    return found[0].amount if len(found) == 1 else None


def _ends(amount: Amount) -> tuple[Fraction | None, Fraction | None]:
    if amount.bound in ("about", "nearly") and amount.value is not None:
        near = abs(amount.value) * _NEAR
        return amount.value - near, amount.value + (near if amount.bound == "about" else 0)
    return amount.low, amount.high


def _agree(best: Amount, figure: Figure, other: Amount, said: Figure) -> bool:
    """Whether another figure says the same, but for rounding and bounds: 45530万元 and 4.6亿元, 47个 and 近50个."""
    if best.unit != other.unit and _family(best.unit) != _family(other.unit):
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
