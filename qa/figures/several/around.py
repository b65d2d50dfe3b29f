"""A figure and the words around it: which of them tell it apart, what they say, of whom, and when.

Called by `by_words`, for each figure of the articles that were found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from chinese.dictionary import is_common_noun
from chinese.equivalents import synonyms_in
from chinese.places import places_of
from chinese.quantities import find_quantities
from chinese.table_rows import named_cells
from chinese.tokens import fold
from qa.figures.several.asked_periods import periods_asked, step_of
from qa.figures.several.choosing import unit_family, year_at_end
from qa.figures.several.measured_words import DIMENSIONS, is_said, measure_key, unsaid
from qa.figures.several.whose import forms_of, is_plain, is_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.quantities import Quantity
    from qa.types import Figure

__all__ = [
    "BEHIND",
    "Around",
    "close",
    "is_about",
    "is_row",
    "is_said_around",
    "is_told",
    "others_left_out",
    "says_some",
    "when",
]


@dataclass(frozen=True)
class Around:
    """A figure and the words around it, folded.

    `own` stands between the figure before and this one, `behind` right after it, `opening` is its sentence up to the
    first figure; `between` is what comes after that, without what measures others in its unit. `group` is what stands
    before it between semicolons, `article` what the figures of its article show of that, `first`
    what the first figure of the sentence in its unit measures, `dated` the period that its article leaves no doubt of.
    """

    figure: Figure
    own: str
    behind: str
    opening: str
    between: str
    title: str
    group: str
    dropped: str
    article: str
    dated: str
    first: str

    @classmethod
    def of(cls, figure: Figure, article: str = "", dated: str = "", first: str = "") -> Around:
        sentence = figure.sentence
        found = find_quantities(sentence[: figure.start])
        others = [item for item in found if item.amount is not None and re.search(r"\d", item.text)]  # not 五个区
        group = max(sentence.rfind(mark, 0, figure.start) + 1 for mark in "。；;")
        start = max(others[-1].end if others else 0, group)
        opening = sentence[: others[0].start] if others else sentence[: figure.start]
        if is_row(figure):
            opening, others = re.split("[；;]", sentence)[0], []
        kept, dropped = others_left_out(figure, others) if others else ("", "")
        behind = re.split("[,，。；;、(（]", sentence[figure.end : figure.end + BEHIND])[0]
        own = close(sentence[start : figure.start])
        if dropped and _IN_A_ROW.fullmatch(own):  # 一至四季度分别为1亿件、2亿件: the second is of what the first is
            own = close(dropped.split("\0")[-1]).strip("、,，")
        return cls(
            figure,
            own,
            close(behind),
            close(opening),
            close(kept),
            close(_headline(figure.title)),
            close(sentence[group : figure.start]),
            close(dropped),
            article,
            dated,
            close(first),
        )

    @cached_property
    def strong(self) -> str:
        """What tells it apart from those beside it."""
        figure = self.figure
        return f"{self.own} {self.behind} {figure.unit} {close(figure.part)} {close(figure.measure)}"

    @cached_property
    def all(self) -> str:
        """All that says what it is."""
        return f"{self.title} {self.opening} {self.between} {close(self.figure.whose)} {self.strong}"


def _headline(title: str) -> str:
    """A title; of a text's own first sentence, which stands for one, what it opens with: it has figures of its own."""
    has_figures = any(item.amount is not None and item.unit for item in find_quantities(title))
    return re.split("[,，。]", title)[0] if has_figures and re.search("[,，。]", title) else title


def is_row(figure: Figure) -> bool:
    """Whether a figure stands in a table's row: 区：东岭区；面积：12；人口：3."""
    return len(named_cells(fold(figure.sentence))) > 1


def close(text: str) -> str:
    """A text folded, without blanks."""
    return "".join(fold(text).split())


_IN_A_ROW = re.compile("(?:大关|关口)?[、,，]?(?:和|及|与|以及|达到?|为)?")
BEHIND = 8
"""Characters behind a figure in which what it counts may stand."""


def others_left_out(figure: Figure, others: Sequence[Quantity]) -> tuple[str, str]:
    """A sentence up to a figure, without what stands right before its other figures in the same unit; and that."""
    kept, dropped, last, sentence = "", "", 0, figure.sentence
    for other in others:
        start = max(sentence.rfind(mark, 0, other.start) for mark in ",，;；。、:：") + 1
        alike = unit_family(other.unit or "") == unit_family(figure.unit) or other.unit[-1:] == figure.unit[-1:]
        kept += sentence[last : max(last, start)] if alike else sentence[last : other.end]
        before = sentence[max(last, start) : other.start]
        dropped += f"\0{before}" if alike and not _IN_A_ROW.fullmatch(before.strip()) else ""
        last = max(last, other.end)
    return kept + " " + sentence[last : figure.start], dropped


def when(item: Around) -> str:
    """The period of a figure: its own, its table's row's (3月 of a year's), or the one time that is said before."""
    figure = item.figure
    period = year_at_end(figure)
    label = re.fullmatch(r"(\d{1,2})月份?", close(figure.part)) or re.match(
        r"(?:月份|时间|时期)[:：](\d{1,2})月", close(figure.sentence)
    )
    if label is not None and re.match(r"\d{4}", period) and step_of(period) != "month":
        return f"{period[:4]}-{int(label[1]):02}"
    if period:
        return period
    for text in (figure.sentence[: figure.start], figure.title):
        said = set(periods_asked(fold(text), english=False).periods)
        if len(said) == 1 and not re.search("[去上前]年", text):
            return said.pop()
    return year_at_end(replace(figure, period=item.dated))


# --- what is said


def is_about(item: Around, name: str, *, wider: bool = False) -> bool:
    """Whether a figure is of whom a name says: that stands before it, or all of its article or row is of that.

    Of what is `wider` than the things compared it is enough that the title or the sentence names it.
    """
    if wider and any(form in f"{item.title} {item.opening}" for form in forms_of(name)):
        return True
    forms, whose = forms_of(name), close(item.figure.whose)
    whole = _WHOLE.match(item.own if _WHOLE.search(item.own) else whose) or _WHOLE.search(item.own)
    if whole is not None and not name.endswith(whole[1]) and places_of(name):
        return False
    if any(form in text for form in forms for text in (item.own, item.group, whose)):
        return True
    rest = _WHOLE.sub("", whose)
    is_name = bool(rest) and not is_whole(whose) and not is_plain(rest)
    if is_name and not any(rest in text for text in (name, item.title)):
        return False
    said = f"{item.title} {item.opening}"
    if any(form in said for form in forms):
        return True
    place = next((place for place in places_of(name) if place.start == 0 and place.core), None)
    return (
        place is not None
        and any(form in f"{said} {item.article}" for form in forms_of(place.name))
        and name[len(place.name) :] in item.all
    )


_WHOLE = re.compile(r"[全我本该]([省市区县州旗镇乡村])")


def is_said_around(piece: str, item: Around) -> bool:
    """Whether words are said around a figure; what they begin with may stand elsewhere in its article."""
    if any(f"{mark}{piece}" in item.own for word, mark in _JOINED.items() if piece.startswith(word)):
        return False  # 进出口 is no 出口
    if is_told(piece, item.all, item.figure.unit):
        return True
    rest = _SAID_BY_NOTHING.sub("", piece)
    left = unsaid(rest, item.all)
    return (
        len(rest) - len(left) > 1
        and rest[-2:] in f"{item.strong} {item.opening}"
        and is_common_noun(left)
        and not unsaid(rest, f"{item.all} {item.article}")
    )


def is_told(piece: str, said: str, unit: str) -> bool:
    """Whether words are said, each by itself or two by two characters, by one that stands for them, or by a unit."""
    for word in (piece, *_standing_for(piece)):
        key = measure_key(word).split()
        if is_said(close(word), said) or (key and all(is_said(part, said) for part in key)):
            return True
    dimension = next((word for word in DIMENSIONS if piece.endswith(word) and unit in DIMENSIONS[word]), "")
    rest = _SAID_BY_NOTHING.sub("", piece.removesuffix(dimension))
    joined = any(f"{mark}{word}" in said for word, mark in _JOINED.items() if word == rest[:1])
    return not unsaid(rest, said) and not joined


def _standing_for(piece: str) -> tuple[str, ...]:
    """The words that say the same as all of some words: 营收 for 营业收入."""
    found = (row.words for start, end, row in synonyms_in(piece) if (start, end) == (0, len(piece)))
    return next(found, ())


def says_some(piece: str, text: str) -> bool:
    """Whether a text has two characters that stand side by side in some words."""
    return any(piece[at : at + 2] in text for at in range(len(piece) - 1)) or (len(piece) == 1 and piece in text)


_SAID_BY_NOTHING = re.compile(
    r"(?<=..)(?:总额|总量|总数|数量|个数|人数|[额量数值])$|任务|情况|(?<=.)的(?=.)|每[天日]的?"
)
_JOINED = {"出": "进", "小": "中"}
