"""A sentence with its figures, times and names, each read once for all that is asked of them."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from chinese.figure_words import any_that
from chinese.prose_rows import respective
from chinese.quantities import quantities_in
from chinese.table_rows import NUMBERED
from chinese.tokens import tags_of
from embeddings.figures.listed import may_be_name
from embeddings.figures.names import names_in, words_of
from embeddings.figures.phrases import phrases_in

if TYPE_CHECKING:
    from chinese.prose_rows import Respective
    from chinese.quantities import Quantity
    from chinese.text import Text
    from embeddings.figures.names import Name, Word
    from embeddings.figures.periods import Time

CLAUSE = re.compile(r"[,，;；。:：!！?？、\n()（）]")
LONG_CLAUSE = re.compile(r"[,，;；。:：!！?？\n]")
"""What parts the clauses of which names and times are looked for; rows (甲、乙) and brackets stay within one."""
_PART_END = re.compile(r"[;；。]")
_PHASES = frozenset("期届")
"""What 一 and 两 before it says which, mostly, not how many: 一期投资5亿元."""
_NO_FIGURES = frozenset(("date", "ordinal"))
_LIMIT = re.compile(r"(?:以上|以下|以内)$")
_LATELY = re.compile(r"(?:近|最近|过去|未来|今后|连续)[近超约]?.?$")
"""What makes a duration a time in which something was, not what is said of it: 近3个月."""
_LED_BY = re.compile(r"[过超]$")
_LONGEST_NOUN = 16
_STANDS_ALONE = re.compile(r"[全我该本].|公司")
"""Words for a name that say nothing of what is measured; 企业 and 项目 do."""
# What a clause goes on with behind its subject (12个村出现…), where the figure counts what stands before.
_PREDICATE = re.compile(rf"{any_that('predicate')}|的?(?:基础|水平|目标)")
_NOUNS = frozenset("nabjlxzstf")


@dataclass(frozen=True)
class Figures:
    """A sentence with what is read of it; `times` are those that it says."""

    text: Text
    times: tuple[Time, ...]

    @property
    def folded(self) -> str:
        return self.text.folded

    @cached_property
    def figures(self) -> tuple[Quantity, ...]:
        """Its figures in order: no dates, no places in a row, no limits of a class (5亿元以上项目)."""
        return tuple(
            quantity
            for quantity in quantities_in(self.text)
            if quantity.kind not in _NO_FIGURES
            and quantity.unit not in _PHASES
            and not any(time.start <= quantity.start < time.end for time in self.times)
            and not self._is_limit(quantity)
            and not (quantity.kind == "duration" and _LATELY.search(self.folded[: quantity.start + 1]))
        )

    def _is_limit(self, quantity: Quantity) -> bool:
        """Whether a figure says which are counted, and the one behind the noun how many."""
        if not (_LIMIT.search(quantity.text) or _LED_BY.search(self.folded[: quantity.start])):
            return False
        behind = self.folded[quantity.end : quantity.end + 12]
        return re.match(r"的?[\u4e00-\u9fff]{2,8}(?:[达约近超共]|为|有)*\d", behind) is not None

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """The names that it has, in order."""
        return names_in(self.folded, self.words)

    @cached_property
    def words(self) -> list[Word]:
        """Its words with their tags and places."""
        return words_of(self.folded)

    @cached_property
    def phrases(self) -> tuple[Name, ...]:
        """Its noun phrases, in order."""
        taken = [(time.start, time.end) for time in self.times]
        taken += [(figure.start, figure.end) for figure in self.figures]
        return phrases_in(self.folded, self.words, taken)

    @cached_property
    def row(self) -> Respective | None:
        """Its members and their figures, where it gives these in turn (分别)."""
        return respective(self.folded)

    @cached_property
    def has_row_of_names(self) -> bool:
        """Whether one of the members of its row at least is a name, so that all of them are."""
        return self.row is not None and any(
            names_in(label.text) or NUMBERED.fullmatch(label.text) or may_be_name(label.text)
            for label, _ in self.row.rows
        )

    @cached_property
    def figure_starts(self) -> frozenset[int]:
        """Where its figures begin."""
        return frozenset(figure.start for figure in self.figures)

    def part_start(self, at: int) -> int:
        """Where the part begins that a place stands in; parts end with a semicolon or a full stop."""
        return _last_up_to(self.parts, at)

    @cached_property
    def parts(self) -> list[int]:
        """Where its parts begin, in order."""
        return [0, *(match.end() for match in _PART_END.finditer(self.folded))]

    def clause_start(self, at: int) -> int:
        """Where the clause begins that a place stands in."""
        return _last_up_to(self._clauses, at)

    def long_clause_start(self, at: int) -> int:
        """Where the clause begins that a place stands in, brackets and rows within it."""
        return _last_up_to(self._long_clauses, at)

    @cached_property
    def _clauses(self) -> list[int]:
        return [0, *(match.end() for match in CLAUSE.finditer(self.folded))]

    @cached_property
    def _long_clauses(self) -> list[int]:
        return [0, *(match.end() for match in LONG_CLAUSE.finditer(self.folded))]

    def without_names(self, start: int, end: int) -> str:
        """These characters without times and names; a word that stands for a name goes only at their beginning."""
        taken = [(time.start, time.end) for time in self.times]
        taken += [
            (name.start, name.end)
            for name in self.names
            if name.kind in ("place", "name") or _STANDS_ALONE.fullmatch(name.text)
        ]
        words, last = "", start
        for first, behind in sorted(taken):
            if last <= first and behind <= end and first >= start:
                words, last = words + self.folded[last:first], behind
        return words + self.folded[last:end]

    def behind(self, number: int) -> str:
        """The words behind a figure's unit, up to the end of the clause or the next figure."""
        figure = self.figures[number]
        later = self.figures[number + 1].start if number + 1 < len(self.figures) else len(self.folded)
        stop = CLAUSE.search(self.folded, figure.end)
        end = min(later, stop.start() if stop is not None else later)
        return re.sub(r"^(?:的|左右|以上|以下|多|余|不等)+", "", self.folded[figure.end : end].lstrip())

    def noun_behind(self, number: int) -> str:
        """The noun that is counted, behind a figure's unit: 优质企业 of 600家|优质企业; "" where none stands there."""
        words = self.behind(number)
        if _PREDICATE.match(words):
            return ""
        found, whole = "", ""
        for word, tag in tags_of(words):
            if tag[0] in _NOUNS or tag in ("vn", "k", "ng", "eng"):
                found += word
                whole = found
            elif tag[0] == "v" or word in ("的", "级", "型", "和", "与", "及"):
                found += word
            else:
                break
            if len(found) > _LONGEST_NOUN:
                break
        head = whole.rpartition("的")[2]
        return head if len(head) > 1 else whole.strip("的")


def _last_up_to(places: list[int], at: int) -> int:
    """The last of these, in order, that is not behind a place."""
    return places[bisect_right(places, max(at, 0)) - 1]
