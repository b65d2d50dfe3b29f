"""A plot over time as SVG within the page: nothing more is loaded, its colours are those of the page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from qa.figures.tables.periods import period_text
from qa.figures.tables.plotting import ticks_of
from web.look.marks import escape
from web.look.words import word

if TYPE_CHECKING:
    from chinese.errors import Language
    from qa.figures.tables.plotting import Panel, PlotLine, PlotPoint
    from qa.figures.tables.table import TableValue

__all__ = ["render_plot", "scale_of"]

_WIDE, _HIGH = 560, 222
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 20, 14, 34
_STEPS = 4
_SHAPES = (
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z", "M-4 -4H4V4H-4Z", "M0 -5L5 4H-5Z", "M0 -5.5L5.5 0L0 5.5L-5.5 0Z",
    "M0 5L5 -4H-5Z", "M-2 -5H2V-2H5V2H2V5H-2V2H-5V-2H-2Z", "M-4.5 -2.6L0 -5.2L4.5 -2.6V2.6L0 5.2L-4.5 2.6Z",
    "M-5 -4L0 -1L5 -4V4L0 1L-5 4Z",
)  # fmt: skip
"""A mark for each line, so that they are told apart without colour."""


class _Numbers(Protocol):
    """Names the figures of a value to the page's script."""

    def attributes(self, value: TableValue) -> str: ...


def render_plot(panel: Panel, numbered: _Numbers, language: Language) -> str:
    """A panel as a figure with its name, a legend and a drawing; a click on a mark shows its sentences."""
    english = language == "en"
    unit = (f" ({panel.unit})" if english else f"（{panel.unit}）") if panel.unit else ""
    title = f"{panel.measure}{unit}"
    names = ", ".join(dict.fromkeys(panel.name(line, english) for line in panel.lines))
    label = word("figures_plot", language).format(title, names)
    frame = _Frame.of(panel)
    lines = "".join(_line(line, panel, frame, numbered, english) for line in panel.lines)
    return (
        f'<figure class="wj-plot"><figcaption lang="zh-CN">{escape(title)}</figcaption>{_legend(panel, language)}'
        f'<svg viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-label="{escape(label)}">'
        f"{frame.axes(panel, english)}{lines}</svg></figure>"
    )


def scale_of(low: float, high: float) -> list[float]:
    """Round numbers from at most `low` to at least `high`, about four steps; from 0 where that is near."""
    if low > 0 and low < 0.5 * high:
        low = 0.0
    if low == high:
        low, high = (low - abs(low) / 2, high + abs(high) / 2) if low else (0.0, 1.0)
    rough = (high - low) / _STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


class _Frame:
    """Where values and times lie in the drawing."""

    def __init__(self, marks: list[float], first: float, last: float) -> None:
        self._marks = marks
        self._first, self._last = first, last

    @classmethod
    def of(cls, panel: Panel) -> _Frame:
        """A frame that has room for all points of a panel."""
        points = [point for line in panel.lines for point in line.points]
        values = [value for point in points for value in _said(point)]
        times = [point.x for point in points]
        return cls(scale_of(min(values), max(values)), min(times), max(times))

    def x(self, time: float) -> float:
        span = _WIDE - _LEFT - _RIGHT - 40
        return round(_LEFT + 20 + span * (time - self._first) / ((self._last - self._first) or 1), 1)

    def y(self, value: float) -> float:
        low, high = self._marks[0], self._marks[-1]
        return round(_HIGH - _BOTTOM - (_HIGH - _TOP - _BOTTOM) * (value - low) / (high - low), 1)

    def axes(self, panel: Panel, english: bool) -> str:
        """Lines across with their values, and the periods below."""
        across = "".join(
            f'<line class="wj-grid" x1="{_LEFT}" x2="{_WIDE - _RIGHT}" y1="{self.y(mark)}" y2="{self.y(mark)}"/>'
            f'<text x="{_LEFT - 8}" y="{self.y(mark) + 4}" text-anchor="end">{_number(mark)}</text>'
            for mark in self._marks
        )
        below = "".join(
            f'<text x="{self.x(time)}" y="{_HIGH - 10}" text-anchor="middle">'
            f"{escape(period_text(period, english))}</text>"
            for time, period in ticks_of(panel)
        )
        return across + below


def _said(point: PlotPoint) -> list[float]:
    said = (point.low, point.high) if point.y is None else (point.y,)
    return [value for value in said if value is not None]


def _number(value: float) -> str:
    return f"{value:,.10f}".rstrip("0").rstrip(".")


def _line(line: PlotLine, panel: Panel, frame: _Frame, numbered: _Numbers, english: bool) -> str:
    way = [(frame.x(point.x), frame.y(point.y)) for point in line.points if point.main and point.y is not None]
    path = "M" + "L".join(f"{x} {y}" for x, y in way)
    drawn = f'<path class="wj-way" d="{path}"/>' if len(way) > 1 else ""
    name = panel.name(line, english)
    dots = "".join(_dot(point, line, name, frame, numbered, english) for point in line.points)
    return f'<g class="{_look(line)}">{drawn}{dots}</g>'


def _look(line: PlotLine) -> str:
    return f"wj-line wj-line-{line.number % len(_SHAPES)}{' wj-planned' if line.planned else ''}"


def _dot(point: PlotPoint, line: PlotLine, name: str, frame: _Frame, numbered: _Numbers, english: bool) -> str:
    said = f"{name} · {period_text(point.period, english)} · {point.value.text(english)} {line.row.unit}"
    title = f"<title>{escape(said.strip())}</title>"
    attributes = f'{numbered.attributes(point.value)} data-title="{escape(said.strip())}"'
    if point.y is None:
        low, high = _said(point)
        shape = f'<path class="wj-range" d="M{frame.x(point.x)} {frame.y(low)}V{frame.y(high)}"/>'
    else:
        place = f"translate({frame.x(point.x)} {frame.y(point.y)})"
        other = "" if point.main else " wj-other"
        shape = f'<path class="wj-mark{other}" transform="{place}" d="{_SHAPES[line.number % len(_SHAPES)]}"/>'
    return f'<g class="wj-dot"{attributes}>{title}{shape}</g>'


def _legend(panel: Panel, language: Language) -> str:
    items = []
    for line in {line.row: line for line in reversed(panel.lines)}.values():
        shape = _SHAPES[line.number % len(_SHAPES)]
        mark = f'<path class="wj-way" d="M0 7H26"/><path class="wj-mark" transform="translate(13 7)" d="{shape}"/>'
        drawn = f'<svg viewBox="0 0 26 14" aria-hidden="true"><g class="{_look(line)}">{mark}</g></svg>'
        items.append(f'<li>{drawn}<span lang="zh-CN">{escape(panel.name(line, language == "en"))}</span></li>')
    items.reverse()
    if panel.left_out:
        items.append(f"<li>{escape(word('figures_undrawn', language).format(panel.left_out))}</li>")
    return f'<ul class="wj-legend">{"".join(items)}</ul>'
