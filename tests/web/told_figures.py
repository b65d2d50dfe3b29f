"""A folder of bulletins about places that are not, and a QA that tells figures made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qa.figures.searching.conditions import ALL_MODES
from qa.question.question import check_question
from tests.made_figures import figure, projects
from tests.web.answers import HOSTILE, HandMadeQA

if TYPE_CHECKING:
    from collections.abc import Collection

    from embeddings.types import FigureMode
    from qa.types import Figure


def _bulletin(year: int, projects: int, exports: str, share: str, neighbour: int) -> str:
    return (
        f"---\ntitle: {year}年统计公报\ndate: {year + 1}-02-20\n---\n\n"
        f"{year}年，云岭开发区新签约项目{projects}个。云岭开发区全年出口额{exports}，研发投入占比{share}。\n\n"
        f"{year}年，碧水高新区新签约项目{neighbour}个。\n"
    )


BULLETINS = {
    "2021.md": _bulletin(2021, 255, "41000万元", "2.9%", 150),
    "2022.md": _bulletin(2022, 280, "45530万元", "3.1%", 186),
    "2023.md": _bulletin(2023, 311, "4.6亿元", "3.4%", 240),
    "review.md": "---\ntitle: 年终盘点\ndate: 2024-01-05\n---\n\n2023年，云岭开发区新签约项目320个，创历史新高。\n",
    "plan.md": "---\ntitle: 五年规划\ndate: 2022-03-01\n---\n\n到2025年，云岭开发区新签约项目力争达到400个。\n",
}
"""Three years of two zones, a target, and two figures for the same thing."""


class FiguresQA(HandMadeQA):
    """Tells figures whose measure has the words; `wanted` remembers what it was asked for.

    Those of 危险 try to be more than text.
    """

    def __init__(self) -> None:
        super().__init__()
        self.wanted: list[tuple[object, ...]] = []
        hostile = figure(
            measure=f"危险{HOSTILE}", whose=HOSTILE, part=HOSTILE, unit=HOSTILE, text=HOSTILE, period="2021"
        )
        self.told = (
            *projects(),
            hostile,
            replace(hostile, period=HOSTILE, value=5.0),
            replace(hostile, period="2023", value=7.0, title=HOSTILE),
        )

    def figures(
        self,
        words: str,
        places: Collection[str] = (),
        periods: tuple[str, str] | None = None,
        modes: Collection[FigureMode] = ALL_MODES,
    ) -> tuple[Figure, ...]:
        check_question(words)
        self.wanted.append((words, tuple(places), periods, frozenset(modes)))
        if "boom" in words:
            raise RuntimeError("secret detail")
        return tuple(
            item
            for item in self.told
            if words in item.measure
            and item.mode in modes
            and (not places or any(place in item.whose for place in places))
            and (periods is None or periods[0] <= item.period[:4])
        )

    def measures(self, words: str, most: int = 8) -> tuple[str, ...]:
        return tuple(name for name in ("新签约项目", HOSTILE) if set(words) & set(name))[:most]
