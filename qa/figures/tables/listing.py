"""Figures as the command prints them: a table, and below it each with its sentence and sources; CSV, JSON, a plot."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chinese.columns import columns as columns_of
from chinese.columns import padded
from chinese.errors import language, say
from chinese.shown import shown, shown_json
from qa.figures.searching.conflicts import conflicts_in
from qa.figures.tables.periods import period_text
from qa.figures.tables.plotting import draw
from qa.figures.tables.table import mode_text, table_of, to_csv
from qa.sources import source_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.figures.tables.table import FigureRow, FigureTable, TableValue
    from qa.types import Figure

_MOST_SHOWN = 60
"""Figures of which the sentence is printed; more is for a file."""
_WIDEST = 100
"""Columns of a terminal that a table may take; a wider one has its periods one below the other."""
_GAP = "  "


@dataclass(frozen=True, slots=True)
class Form:
    """How figures are printed: as CSV, as JSON, drawn into a file, or, with none of these, as text.

    `width` is how many columns a table may take, None where nobody knows.
    """

    as_csv: bool = False
    as_json: bool = False
    plot: Path | None = None
    conflicts: bool = False
    width: int | None = None


def written(groups: Sequence[Sequence[Figure]], form: Form) -> str:
    """What is printed of figures, with the end of its last line; `groups` are what disagrees, or all as one group.

    Raises PlotError for what cannot be drawn.
    """
    english = language() == "en"
    if form.as_json:
        data = [[figure.to_dict() for figure in group] for group in groups]
        whole = data if form.conflicts else [figure for group in data for figure in group]
        return shown_json(json.dumps(whole, ensure_ascii=False, indent=2)) + "\n"
    figures = [figure for group in groups for figure in group]
    if form.as_csv:
        return to_csv(table_of(figures, conflicts_in))
    if not groups:
        return say("没有互相矛盾的数字。", "No figures disagree.") + "\n"
    if form.plot is not None:
        draw(table_of(figures, conflicts_in), form.plot)
        name = shown(str(form.plot))
        return say(f"已画入 {name}。", f"Drawn into {name}.") + "\n"
    return (
        format_conflicts(groups, english) if form.conflicts else format_figures(figures, english, form.width)
    ) + "\n"


def format_figures(figures: Sequence[Figure], english: bool, width: int | None = None) -> str:
    """A table of each measure, its cells numbered as the sentences below are; those that disagree are marked."""
    first = figures[:_MOST_SHOWN]
    table = table_of(first, conflicts_in)
    numbers = _numbers(table)
    lines = [line for measure in table.measures for line in (*_measure(table, measure, numbers, english, width), "")]
    if table.disagrees:
        lines += ["! the documents disagree" if english else "! 说法不一", ""]
    for figure, number in numbers.items():
        lines += _figure(figure, f"[{number}]", english)
    if rest := len(figures) - len(first):
        zh, en = f"另有 {rest} 个，用 --csv 或 --json 可全部列出。", f"And {rest} more; --csv or --json lists them all."
        lines.append(en if english else zh)
    return "\n".join(lines).rstrip()


def format_conflicts(groups: Sequence[Sequence[Figure]], english: bool) -> str:
    """Groups of figures that disagree, each under what it is of."""
    lines: list[str] = []
    for number, group in enumerate(groups, start=1):
        one = group[0]
        when = period_text(one.period, english)
        mode = mode_text(one.mode, one.unit, english)
        lines.append(shown(" · ".join(part for part in (one.whose, one.measure, one.part, mode, when) if part)))
        for place, figure in enumerate(group, start=1):
            lines += _figure(figure, f"[{number}.{place}]", english)
        lines.append("")
    return "\n".join(lines).rstrip()


def format_nothing(words: str, like: Sequence[str], is_limited: bool) -> str:
    """That there are no figures of what was asked for, and which measures the documents have that are near."""
    if language() == "en":
        said = f'The documents give no figures for "{words}"' + (" of these places and times." if is_limited else ".")
        way = f" They do for: {', '.join(like)}." if like else " Ask for another measure."
    else:
        said = f"文档中没有“{words}”" + ("在这些地点和时间的数字。" if is_limited else "的数字。")
        way = f"有数字的相近指标：{'、'.join(like)}。" if like else "请换一个指标。"
    return shown(said + way)


def _numbers(table: FigureTable) -> dict[Figure, int]:
    """The figures numbered in the order in which they stand in the table."""
    ordered = [figure for row in table.rows for cell in row.cells for value in cell for figure in value.figures]
    return {figure: number for number, figure in enumerate(dict.fromkeys(ordered), start=1)}


def _measure(
    table: FigureTable, measure: str, numbers: Mapping[Figure, int], english: bool, most: int | None
) -> list[str]:
    unit = table.unit_of(measure)
    title = shown(measure or ("not said of what" if english else "未说明指标"))
    title += f" ({unit})" if english and unit else f"（{unit}）" if unit else ""
    rows = [row for row in table.rows if row.measure == measure]
    used = [place for place in range(len(table.periods)) if any(row.cells[place] for row in rows)]
    names = [_name(row, unit, english) for row in rows]
    heads = [_period(table.periods[place], english) for place in used]
    cells = [[_cell(row.cells[place], numbers, english) for place in used] for row in rows]
    columns = [["", *names], *([head, *(line[place] for line in cells)] for place, head in enumerate(heads))]
    widths = [max(map(columns_of, column)) for column in columns]
    if sum(widths) + len(_GAP) * len(widths) <= (most or _WIDEST):
        grid = [
            _GAP.join(padded(column[line], width) for column, width in zip(columns, widths, strict=True)).rstrip()
            for line in range(len(rows) + 1)
        ]
        return [title, *grid]
    below = [
        line
        for name, line_cells in zip(names, cells, strict=True)
        for line in (name, *(f"{_GAP}{head}: {cell}" for head, cell in zip(heads, line_cells, strict=True) if cell))
    ]
    return [title, *below]


def _name(row: FigureRow, unit: str, english: bool) -> str:
    name, kind = row.name(english), row.kind(english)
    said = [kind] if kind else []
    said += [row.unit] if row.unit != unit else []
    joined = (", " if english else "，").join(said)
    return shown(name + ((f" ({joined})" if english else f"（{joined}）") if said else ""))


def _period(period: str, english: bool) -> str:
    if period:
        return period_text(period, english)
    return "no time said" if english else "未说明时间"


def _cell(values: Sequence[TableValue], numbers: Mapping[Figure, int], english: bool) -> str:
    return " ".join(
        f"{shown(value.text(english))}{'!' if value.against else ''} "
        f"[{','.join(str(numbers[figure]) for figure in value.figures)}]"
        for value in values
    )


def _figure(figure: Figure, number: str, english: bool) -> list[str]:
    """A figure marked in its sentence, and where that stands."""
    before, own, after = (
        figure.sentence[: figure.start], figure.sentence[figure.start : figure.end], figure.sentence[figure.end :]
    )  # fmt: skip
    title = " · ".join(part for part in (figure.title, figure.date or "") if part)
    lines = [shown(f"{number} {title}")]
    lines += [f"    {source_text(source, english)}" for source in figure.sources]
    return [*lines, shown(f"    {before}【{own}】{after}".replace("\n", " "))]
