"""Each figure of a question over several asked for by a question of its own, where the table does not give them all.

哪年最多 of three years is three questions; each is answered, or refused, as any other, and one refused answer is enough
for the whole to be refused. Called by `over_several` after the table was asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chinese.quantities import find_quantities
from qa.figures.several.around import BEHIND, Around, close, others_left_out
from qa.figures.several.asked_measure import modes_asked, unit_asked
from qa.figures.several.asked_periods import in_words
from qa.figures.several.choosing import cell_of, unit_family, unit_fits, year_at_end
from qa.figures.several.computing import NotCertain, Row, compute
from qa.figures.several.items import items_asked
from qa.figures.several.measured_words import unsaid
from qa.figures.several.operations import PAIR
from qa.figures.several.wanted import wanted_of
from qa.figures.several.whose import forms_of, names_asked
from qa.types import Figure, WorkedOut

if TYPE_CHECKING:
    from qa.figures.several.operations import Several
    from qa.question.question import Question

AskOne = Callable[[str], tuple[Figure, float] | None]
"""Answers a question by one figure of the index, with how sure that is; None where it is refused, or is no figure."""
MOST_ASKED = 8
"""Questions that are asked for one at most."""
_PLANNED = frozenset(("target", "plan", "change"))


def work_out_singly(question: Question, several: Several, ask: AskOne) -> tuple[WorkedOut, float] | None:
    """What several figures come to that were asked for one by one, and how sure the least sure of them is.

    None where one is refused, where two are one and the same, or are not in one unit, and for what asks otherwise.
    """
    asked = _questions(question, several)
    rows: list[Row] = []
    besides: set[frozenset[str]] = set()
    least = 1.0
    for one in asked:
        found = ask(one.text)
        if found is None or not _is_asked(question, several, one, *found):
            return None
        cell = cell_of([found[0]])
        if cell is None:
            return None
        besides.add(_besides(question, several, found[0]))
        rows.append(Row(*one.called, cell))
        least = min(least, found[1])
    figures = tuple(row.cell.figure for row in rows)
    if len(besides) > 1:
        return None  # 医药板块引进|17个 of all that were
    if len(rows) < PAIR or len({(figure.sentence, figure.start) for figure in figures}) < len(rows):
        return None
    if len({unit_family(figure.unit) for figure in figures}) > 1:
        return None
    try:
        worked = compute(several, rows)
    except NotCertain:
        return None
    return WorkedOut(worked.results, worked.zh, worked.en, figures), least


def _besides(question: Question, several: Several, figure: Figure) -> frozenset[str]:
    """The words of a figure's own clause that are not asked for."""
    wanted = wanted_of(question, several, [figure])
    if wanted is None:
        return frozenset()
    around = Around.of(figure)
    *_, clause = re.split("[,，:：]", around.own.strip(",，:："))
    return wanted.extras(replace(around, own=clause), "")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a figure is asked for: what it is called in both languages, its period, and whose and of what it is.

    `in_full` is the question in the user's own words, where it needs no others.
    """

    called: tuple[str, str]
    period: str
    words: str
    in_full: str = ""

    @property
    def text(self) -> str:
        """The question."""
        return self.in_full or f"{in_words(self.period)[0] if self.period else ''}{self.words}是多少?"


def _questions(question: Question, several: Several) -> list[Asked]:
    """What is asked for one by one; nothing where places or periods are left open."""
    words, periods = "".join(several.words.split()), several.named.periods
    if question.language == "en" or not words:
        return []
    if several.across == "periods":
        if not PAIR <= len(periods) <= MOST_ASKED or several.named.latest:
            return []
        return [Asked(in_words(period), period, words) for period in periods]
    if len(periods) > 1 or several.named.latest or several.operation == "each":
        return []
    period = periods[0] if periods else ""
    if several.operation not in ("difference", "rate") and (listed := _of_each_listed(question, several, period)):
        return listed
    names = [name for found in names_asked(question, several.words, ()) for name in found]
    if not PAIR <= len(names) <= MOST_ASKED or (several.operation in ("difference", "rate") and len(names) > PAIR):
        return []
    for form in (form for name in names for form in forms_of(name)):
        words = words.replace(form, "")
    rows = [Asked((name, name), period, f"{name}{words}") for name in names]
    return rows[::-1] if several.operation in ("difference", "rate") else rows


_TOGETHER = re.compile(
    r"(?:这?[两二三四五六七八九十][个家所座条项大处种类][\u4e00-\u9fff]{0,3}?)?"
    r"(?:加起来|合起来|加在一起|一起|一共|总共|合计|共计|总计|共(?=[有计达投完用])|之和|总和)"
)


def _of_each_listed(question: Question, several: Several, period: str) -> list[Asked]:
    """What is asked of each thing that a question lists, of a sum in its own words: 甲、乙共投了多少 -> 甲投了多少."""
    items, folded = items_asked(question.folded), question.folded
    start = folded.find(items[0]) if items else -1
    end = folded.find(items[-1], start) + len(items[-1]) if start >= 0 else -1
    if not PAIR <= len(items) <= MOST_ASKED or end < start:
        return []
    rest = "".join(several.words.split())
    for item in items:
        rest = rest.replace(item, "")
    behind = _TOGETHER.sub("", folded[end:])
    own = several.operation == "sum" and behind != folded[end:]
    return [
        Asked((item, item), period, f"{item}{rest}", f"{folded[:start]}{item}{behind}" if own else "") for item in items
    ]


SURE_ALONE = 0.9
"""How sure an answer has to be where its text does not have every word of what is asked for."""


def _is_asked(question: Question, several: Several, asked: Asked, figure: Figure, sure: float) -> bool:
    """Whether a figure is what is asked for, in the way asked for, as far as its text says so: no target for a result.

    Whose it is and what is measured stands before the figure, right behind it, or in the title: every word of it,
    unless the answer is `sure` without.
    """
    wanted = frozenset().union(*modes_asked(question, several))
    own = year_at_end(figure)
    if figure.mode in _PLANNED and figure.mode not in wanted:
        return False
    if not unit_fits(unit_asked(question, several), figure.unit):
        return False
    if own and asked.period and own[:4] != asked.period[:4]:
        return False
    if sure >= SURE_ALONE:
        return True
    end = figure.end + BEHIND
    said = close(f"{figure.title} {_without_others(figure, end)} {figure.part}")
    return not unsaid(_HOW_MANY.sub("", asked.words.removesuffix(f"{figure.unit}数")), said)


def _without_others(figure: Figure, end: int) -> str:
    """A sentence up to a place, without what stands right before its other figures in the same unit, and its measure.

    贷款余额|18亿元;存款余额23亿元: the second is of no loans.
    """
    kept, _ = others_left_out(figure, find_quantities(figure.sentence[: figure.start]))
    return f"{kept}{figure.sentence[figure.start : end]} {figure.measure} {figure.whose}"


_HOW_MANY = re.compile(r"(?<=..)(?:总数|数量|总量|数)$")
