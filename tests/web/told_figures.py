"""A QA that tells figures made by hand, of places that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.question.question import check_question
from tests.made_figures import figure, projects
from tests.web.answers import HandMadeQA

if TYPE_CHECKING:
    from collections.abc import Collection

    from embeddings.types import FigureMode
    from qa.types import Figure

MEASURES = ("新签约项目", "出口额", "研发投入", "年末常住人口")


def exports() -> tuple[Figure, ...]:
    """Money in several units, over several years, of two zones; a rate beside it."""
    return (
        figure("45530万元", 455_300_000, "元", period="2022", measure="出口额"),
        figure("4.6亿元", 460_000_000, "元", measure="出口额"),
        figure("1.2亿元", 120_000_000, "元", whose="海棠湾新区", measure="出口额"),
        figure("1.03%", 1.03, "%", measure="出口额", mode="change"),
        figure("3000万元", 30_000_000, "元", measure="机电产品出口额"),
    )


class FiguresQA(HandMadeQA):
    """Tells of 新签约项目 and 出口额; remembers in `wanted` what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted: list[tuple[object, ...]] = []
        self.told = (*projects(), *exports())

    def figures(
        self,
        words: str,
        places: Collection[str] = (),
        periods: tuple[str, str] | None = None,
        modes: Collection[FigureMode] = (),
    ) -> tuple[Figure, ...]:
        check_question(words)
        self.wanted.append((words, tuple(places), periods, frozenset(modes)))
        if "boom" in words:
            raise RuntimeError("secret detail")
        first, last = periods or ("", "")
        return tuple(
            item
            for item in self.told
            if words in item.measure
            and item.mode in modes
            and (not places or any(place in item.whose for place in places))
            and (not first or item.period[:4] >= first)
            and (not last or (item.period != "" and item.period[:4] <= last))
        )

    def measures(self, words: str, most: int = 10) -> tuple[str, ...]:
        return tuple(name for name in MEASURES if not words or set(words) & set(name))[:most]
