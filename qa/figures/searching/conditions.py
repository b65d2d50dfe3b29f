"""Under which conditions figures are wanted: places, times and modes; and what cannot be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from chinese.errors import say
from chinese.shown import shown_value
from chinese.units import CURRENCIES, UNITS
from embeddings.types import FigureMode
from qa.figures.searching.measures import read_measure
from qa.figures.searching.times import is_time, overlap
from qa.question.question import LONGEST_QUESTION, QuestionError, check_question

if TYPE_CHECKING:
    from collections.abc import Collection

    from chinese.places import Place
    from embeddings.types import FigureFacts
    from qa.figures.searching.asked import AskedFigures

ALL_MODES: frozenset[FigureMode] = frozenset(get_args(FigureMode))
TARGETS: frozenset[FigureMode] = frozenset(("target", "plan"))
RESULTS = ALL_MODES - TARGETS
_SIDES: dict[FigureMode, str] = {"change": "change", "share": "share", "per head": "per"}


@dataclass(frozen=True, slots=True)
class Conditions:
    """What holds of the figures that are wanted: their places, the first and the last time, their modes."""

    where: tuple[Place, ...]
    periods: tuple[str, str] | None
    modes: frozenset[FigureMode]


def fits(facts: FigureFacts, asked: AskedFigures, wanted: Conditions) -> bool:
    """Whether a figure is of the times, modes and units that are asked for; its place is another matter."""
    if facts.mode not in wanted.modes or (wanted.periods is not None and not overlap(facts.period, wanted.periods)):
        return False
    if facts.mode == (("total" if asked.modes.new else "new") if asked.modes.new != asked.modes.total else ""):
        return False
    side = _side_of(facts)
    return side == _side_asked(asked, wanted) and (side != "" or _unit_fits(facts.unit, asked))


def _side_of(facts: FigureFacts) -> str:
    """Whether a figure is a change, a share, by head, or, "", the thing itself."""
    said = read_measure(facts.measure).modes
    words = "per" if said.per else "share" if said.share else "change" if said.change else ""
    own = _SIDES.get(facts.mode, "")
    return own if own == "change" else words or own


def _side_asked(asked: AskedFigures, wanted: Conditions) -> str:
    """The same of what is asked for: a growth is shown where growth is asked for, by words or as the only mode."""
    modes = asked.modes
    said = "change" if modes.change else "per" if modes.per else "share" if modes.share else ""
    only = {_SIDES.get(mode, "") for mode in wanted.modes}
    return said or (only.pop() if len(only) == 1 else "")


def _unit_fits(unit: str, asked: AskedFigures) -> bool:
    """Whether a figure's unit is of the kind that the words name: 元 for 投资额, not for 项目数."""
    kind = _kind_of(unit)
    if asked.kind == "money":
        return kind in ("money", "")
    if asked.kind in ("area", "length", "duration"):
        return kind == asked.kind
    return kind not in ("money", "share") if asked.kind == "quantity" else True


def _kind_of(unit: str) -> str:
    if unit in UNITS:
        return UNITS[unit].kind
    if unit in CURRENCIES or unit in CURRENCIES.values():
        return "money"
    return "share" if unit in ("%", "‰", "个百分点", "番") else ""


def check_words(words: str) -> str:
    """The words without blanks around them; QuestionError where nothing can be found by them."""
    if isinstance(words, str) and not words.strip():
        raise QuestionError(
            say(
                "没有写要找什么数字。请写几个词，如 引进项目数。",
                "It is not said which figures to find. Write a few words, such as 引进项目数.",
            )
        )
    return check_question(words)


def check_typed(words: str) -> str:
    """What somebody began to type, "" for nothing yet; QuestionError for what is no text or too long."""
    return words.strip() if isinstance(words, str) and not words.strip() else check_question(words)


def modes_named(name: str) -> frozenset[FigureMode]:
    """The modes that `result` (every one but targets and plans), `target` (these two) and `all` stand for."""
    named = {"all": ALL_MODES, "result": RESULTS, "target": TARGETS}
    if name not in named:
        raise QuestionError(
            say(
                f"--mode 是 {shown_value(name)}，应为 result、target 或 all。",
                f"--mode is {shown_value(name)}; it must be result, target or all.",
            )
        )
    return named[name]


def check_conditions(places: Collection[str], periods: tuple[str, str] | None, modes: Collection[FigureMode]) -> None:
    """QuestionError unless places are names, periods two times in order, and all modes are known."""
    if isinstance(places, str) or not all(isinstance(place, str) and place.strip() for place in places):
        raise QuestionError(
            say(
                f"places 是 {shown_value(places)}，应为地名的列表。",
                f"places is {shown_value(places)}; it must be a list of names of places.",
            )
        )
    if any(len(place) > LONGEST_QUESTION for place in places):
        raise QuestionError(say("有地名太长。请缩短。", "The name of a place is too long. Shorten it."))
    if isinstance(modes, str) or not modes or not set(modes) <= ALL_MODES:
        odd = shown_value(modes) if isinstance(modes, str) else ", ".join(sorted(map(str, set(modes) - ALL_MODES)))
        raise QuestionError(
            say(
                f"没有“{odd}”这种数字。可用的是：{'、'.join(sorted(ALL_MODES))}。",
                f"There is no mode {odd!r}. There are: {', '.join(sorted(ALL_MODES))}.",
            )
        )
    if periods is not None:
        _check_periods(periods)


def _check_periods(periods: tuple[str, str]) -> None:
    if isinstance(periods, str) or len(periods) != 2 or not all(isinstance(time, str) for time in periods):
        raise QuestionError(
            say(
                f"periods 是 {shown_value(periods)}，应为起止两个时间，如 ('2020', '2024')。",
                f"periods is {shown_value(periods)}; it must be two times, such as ('2020', '2024').",
            )
        )
    first, last = periods
    for time in (first, last):
        if time and not is_time(time):
            raise QuestionError(
                say(
                    f"时间 {time[:40]!r} 应写成 2023、2023-06 或 2023-06-30。",
                    f"The time {time[:40]!r} must be written as 2023, 2023-06 or 2023-06-30.",
                )
            )
    if first and last and not overlap(last, (first, "")):
        raise QuestionError(
            say(
                f"起始时间 {first} 晚于截止时间 {last}。请对调。",
                f"The first time, {first}, is after the last, {last}. Put the earlier one first.",
            )
        )
