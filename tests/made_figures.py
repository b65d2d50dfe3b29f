"""Figures made by hand, of places and firms that are not, for tests of the table, the plot and the tab."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qa.types import Figure, Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embeddings.types import FigureMode


def figure(
    text: str = "318个",
    value: float | None = 318,
    unit: str = "个",
    whose: str = "云岭开发区",
    period: str = "2023",
    measure: str = "新签约项目",
    mode: FigureMode = "result",
    part: str = "",
    file: str = "bulletin.txt",
    line: int = 3,
) -> Figure:
    """An exact figure in a sentence of its own."""
    before = f"{whose}{measure}"
    sentence = f"{before}{text}，比上年更多。"
    return Figure(
        text, value, value, value, unit, measure, whose, period, part, mode, sentence, len(before),
        len(before) + len(text), f"{whose}统计公报", f"{period[:4] or '2024'}-03-01",
        (Source(file, "line", line, line),),
    )  # fmt: skip


def bounded(made: Figure, low: float | None, high: float | None) -> Figure:
    """The same figure with other bounds."""
    return replace(made, low=low, high=high)


def projects() -> tuple[Figure, ...]:
    """Projects of two zones over three years, a target, growth, and two figures for the same thing."""
    return (
        figure("280个", 280, period="2022"),
        figure(),
        figure(file="copy.txt", line=9),
        figure("320个", 320, file="year.txt", line=1),
        figure("350个", 350, period="2024", mode="target"),
        figure("11.1%", 11.1, "%", mode="change"),
        figure("150个", 150, whose="海棠湾新区", period="2021"),
        figure("186个", 186, whose="海棠湾新区", period="2022"),
        figure("240个", 240, whose="海棠湾新区", period="2023"),
        figure("96个", 96, whose="海棠湾新区", period="2023", part="外资"),
        figure("130个", 130, whose="海棠湾新区", period="2023-01/2023-06"),
        figure("12个", 12, whose="", period=""),
    )


def values_apart(figures: Iterable[Figure]) -> tuple[tuple[Figure, ...], ...]:
    """Figures of which all but the value is the same: as plain as a telling of conflicts can be."""
    groups: dict[tuple[str, ...], list[Figure]] = {}
    for item in figures:
        groups.setdefault((item.measure, item.whose, item.period, item.part, item.mode, item.unit), []).append(item)
    return tuple(tuple(group) for group in groups.values() if len({item.value for item in group}) > 1)
