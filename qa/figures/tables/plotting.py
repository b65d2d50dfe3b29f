"""A table of figures as a plot over time: what is drawn, for the page, and drawn with matplotlib into a file."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.errors import WenjuError, language, say
from chinese.shown import shown_value
from qa.figures.tables.periods import period_text, stretch_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from qa.figures.tables.periods import Length
    from qa.figures.tables.table import FigureRow, FigureTable, TableValue

__all__ = ["MOST_LINES", "Panel", "PlotError", "PlotLine", "PlotPoint", "draw", "panels_of", "ticks_of"]

MOST_LINES = 8
"""Lines of one panel: as many as can be told apart by colour and mark."""
_SUFFIXES = (".png", ".svg")
_PLANNED = frozenset(("plan", "target"))
_ROOM = 0.12
"""Of the width, what the name of a period needs."""

# Each differs from its neighbours for every eye, and from a white ground by at least 3 to 1.
_COLOURS = ("#0b5fa5", "#c8590a", "#2e7d32", "#8e44ad", "#b8336a", "#00707a", "#7a5c00", "#5d6570")
_MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")
_DOTS_AN_INCH, _WIDE, _HIGH = 150, 8.0, 3.6
_CHINESE = ord("数")
_FONTS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "SimHei", "SimSun",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Noto Sans CJK JP", "Noto Serif CJK SC", "Noto Serif CJK JP",
    "Arial Unicode MS", "Droid Sans Fallback",
)  # fmt: skip
"""Fonts with Chinese characters, the best first; any other that has them will do as well."""


class PlotError(WenjuError):
    """A plot cannot be drawn: nothing to draw, no matplotlib, no font, no such kind of file."""


@dataclass(frozen=True, slots=True)
class PlotPoint:
    """A value over its period: `x` in years (2023.5 is the middle of 2023), `low` to `high` where it is a range.

    `main` says that the line goes through it; others of the same period say something else.
    """

    x: float
    y: float | None
    low: float | None
    high: float | None
    period: str
    value: TableValue
    main: bool


@dataclass(frozen=True, slots=True)
class PlotLine:
    """Points of one row and of periods of the same length, in order of time: a quarter is not compared with a year.

    `number`, from 0, tells which lines look alike: those of one row, and the targets of what it is about.
    """

    row: FigureRow
    number: int
    length: Length
    points: tuple[PlotPoint, ...]

    @property
    def planned(self) -> bool:
        """Whether it is a plan or a target, and dashed."""
        return self.row.mode in _PLANNED


@dataclass(frozen=True, slots=True)
class Panel:
    """What one pair of axes shows: a measure in one unit; `left_out` rows are not shown, for there are too many."""

    measure: str
    unit: str
    lines: tuple[PlotLine, ...]
    left_out: int

    def name(self, line: PlotLine, english: bool) -> str:
        """What a line is called: whose, and in what way where that is no result."""
        kind = line.row.kind(english)
        return (
            f"{line.row.name(english)}{f' ({kind})' if english else f'（{kind}）'}" if kind else line.row.name(english)
        )


def panels_of(table: FigureTable) -> tuple[Panel, ...]:
    """What can be drawn over time: for each measure and unit that has figures of two periods, in the table's order.

    Of many rows those with the most periods are shown. Figures without a period are not.
    """
    groups: dict[tuple[str, str], list[FigureRow]] = defaultdict(list)
    for row in table.rows:
        groups[row.measure, row.unit].append(row)
    panels = []
    for (measure, unit), rows in groups.items():
        drawn = [(row, lines) for row in rows if (lines := _lines(row, table.periods))]
        if len({point.x for _, lines in drawn for _, points in lines for point in points}) < 2:
            continue
        ranked = sorted(range(len(drawn)), key=lambda place: (-_count(drawn[place][1]), place))[:MOST_LINES]
        looks: dict[tuple[str, str, str], int] = {}
        shown = []
        for row, lines in (drawn[place] for place in sorted(ranked)):
            own = (row.whose, row.part, row.mode)
            beside = [look for key, look in looks.items() if key[:2] == own[:2]] if row.mode in _PLANNED else []
            look = looks.setdefault(own, beside[0] if beside else len(set(looks.values())))
            shown += [PlotLine(row, look, length, tuple(points)) for length, points in lines]
        panels.append(Panel(measure, unit, tuple(shown), len(drawn) - len(ranked)))
    return tuple(panels)


def _lines(row: FigureRow, periods: Sequence[str]) -> list[tuple[Length, list[PlotPoint]]]:
    found: dict[tuple[Length, int], list[PlotPoint]] = defaultdict(list)
    for period, cell in zip(periods, row.cells, strict=True):
        stretch = stretch_of(period)
        if stretch is not None:
            found[stretch.length, stretch.months].extend(_points(cell, period, stretch.middle))
    return [(length, points) for (length, _), points in found.items() if points]


def _points(cell: Sequence[TableValue], period: str, x: float) -> Iterator[PlotPoint]:
    main = next((value for value in cell if value.amount is not None), None)
    for value in cell:
        y, low, high = (None if said is None else float(said) for said in (value.amount, value.low, value.high))
        if y is not None or (low is not None and high is not None):
            yield PlotPoint(x, y, low, high, period, value, value is main)


def ticks_of(panel: Panel) -> list[tuple[float, str]]:
    """The times to be named on the axis of a panel, with their periods: years first, others where there is room."""
    points = {point.x: (line.length != "year", point.period) for line in panel.lines for point in line.points}
    span = (max(points) - min(points)) or 1.0
    chosen: dict[float, str] = {}
    for x, (_, period) in sorted(points.items(), key=lambda item: (item[1][0], -item[0])):
        if all(abs(x - other) / span >= _ROOM for other in chosen):
            chosen[x] = period
    return sorted(chosen.items())


def _count(lines: Sequence[tuple[Length, Sequence[PlotPoint]]]) -> int:
    return sum(len(points) for _, points in lines)


def draw(table: FigureTable, path: Path) -> None:
    """Draw a table over time into a .png or .svg file; plans and targets are dashed, and named.

    Raises PlotError for another suffix, for a table without figures of two periods, where matplotlib is not installed,
    and for a .png where no font here has Chinese characters; text of an .svg stays text, for the reader's fonts.
    """
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise PlotError(
            say(
                f"不能画成 {shown_value(path.name)}。请用以 .png 或 .svg 结尾的文件名。",
                f"Cannot draw {shown_value(path.name)}. Use a name that ends in .png or .svg.",
            )
        )
    panels = panels_of(table)
    if not panels:
        raise PlotError(
            say(
                "没有可以随时间画出的数字：至少要有同一指标两个时期的数字。请换一个指标或放宽时间。",
                "There is nothing to draw over time: that takes figures of one measure for two periods. "
                "Ask for another measure or a longer time.",
            )
        )
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure as Canvas
    except ImportError as error:
        raise PlotError(
            say(
                "画图需要 matplotlib。请运行 pip install 'wenju[plot]'。",
                "Plots need matplotlib. Run pip install 'wenju[plot]'.",
            )
        ) from error
    fonts = _chinese_fonts()
    if not fonts and suffix == ".png":
        raise PlotError(
            say(
                "这台机器没有中文字体，图中的字会变成方框。请安装 fonts-noto-cjk，或改用 .svg。",
                "No font here has Chinese characters, which would become boxes. Install fonts-noto-cjk, or use .svg.",
            )
        )
    with mpl.rc_context(
        {
            "font.family": [*(fonts or _FONTS), "sans-serif"],
            "svg.fonttype": "none",
            "svg.hashsalt": "wenju",  # the same figures give the same file
            "axes.unicode_minus": False,
            "text.parse_math": False,
        }
    ):
        canvas = Canvas(figsize=(_WIDE, _HIGH * len(panels)), layout="constrained")
        _draw_panels(canvas, panels, language() == "en")
        canvas.savefig(path, dpi=_DOTS_AN_INCH, metadata={"Date": None} if suffix == ".svg" else {"Software": None})


def _chinese_fonts() -> list[str]:
    """A font of this machine that has Chinese characters, by name; [] where there is none."""
    from matplotlib import font_manager, ft2font

    there = {font.name: font.fname for font in font_manager.fontManager.ttflist}
    known = [name for name in _FONTS if name in there]
    for name in (*known, *sorted(there.keys() - set(known))):
        try:
            if _CHINESE in ft2font.FT2Font(there[name]).get_charmap():
                return [name]
        except (OSError, RuntimeError):  # a file that went, or that is no font after all
            continue
    return []


def _draw_panels(canvas: Canvas, panels: Sequence[Panel], english: bool) -> None:
    for axes, panel in zip(canvas.subplots(len(panels), squeeze=False)[:, 0], panels, strict=True):
        _draw_panel(axes, panel, english)


def _draw_panel(axes: Axes, panel: Panel, english: bool) -> None:
    unit = (f" ({panel.unit})" if english else f"（{panel.unit}）") if panel.unit else ""
    axes.set_title(f"{panel.measure}{unit}", loc="left", fontsize="medium")
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    named: set[FigureRow] = set()
    for line in panel.lines:
        _draw_line(axes, line, "" if line.row in named else panel.name(line, english))
        named.add(line.row)
    ticks = ticks_of(panel)
    axes.set_xticks([x for x, _ in ticks], [period_text(period, english) for _, period in ticks])
    if panel.left_out:
        more = say(f"另有 {panel.left_out} 行未画", f"{panel.left_out} more rows not drawn")
        axes.plot([], [], linestyle="", label=more)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize="small", frameon=False)


def _draw_line(axes: Axes, line: PlotLine, label: str) -> None:
    colour, mark = _COLOURS[line.number % MOST_LINES], _MARKS[line.number % MOST_LINES]
    main = [(point.x, point.y) for point in line.points if point.main and point.y is not None]
    style = "--" if line.planned else "-"
    face = "white" if line.planned else colour
    xs, ys = [x for x, _ in main], [y for _, y in main]
    axes.plot(xs, ys, style, marker=mark, color=colour, markerfacecolor=face, label=label or None)
    for point in line.points:
        if point.y is None and point.low is not None and point.high is not None:
            axes.plot([point.x, point.x], [point.low, point.high], style, color=colour, linewidth=3)
        elif point.y is not None and not point.main:
            axes.plot([point.x], [point.y], marker=mark, color=colour, markerfacecolor="white", linestyle="")
