"""A table of figures as HTML: each value a button that shows its sentence, whose cards travel along in a template."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from qa.english.gloss import gloss
from qa.figures.tables.periods import period_text
from qa.figures.tables.plotting import panels_of
from web.figures.cards import render_card
from web.figures.drawing import render_plot
from web.look.marks import escape
from web.look.words import html_language, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chinese.errors import Language
    from qa.figures.tables.table import FigureRow, FigureTable, TableValue
    from qa.types import Figure

__all__ = ["MOST_ROWS", "Numbered", "render_figures"]

MOST_ROWS = 60
"""Rows that are shown; the others are in the CSV file."""
_MOST_PLOTS = 3
_MOST_SAME = 6
"""Sentences that are shown of those that say the same; the others are in the CSV file too."""


@dataclass(slots=True)
class Numbered:
    """Figures that are shown, numbered from 0 as they come; a button names those that it shows by these numbers."""

    figures: list[Figure] = field(default_factory=list)
    _places: dict[Figure, int] = field(default_factory=dict)

    def attributes(self, value: TableValue) -> str:
        """The figures that say a value, and those that disagree with it."""
        own, against = self._numbers(value.figures), self._numbers(value.against)
        return f' data-own="{own}"' + (f' data-against="{against}"' if against else "")

    def _numbers(self, figures: Iterable[Figure]) -> str:
        return " ".join(str(self._number(figure)) for figure in tuple(figures)[:_MOST_SAME])

    def _number(self, figure: Figure) -> int:
        if figure not in self._places:
            self._places[figure] = len(self.figures)
            self.figures.append(figure)
        return self._places[figure]


def render_figures(table: FigureTable, words: str, language: Language) -> str:
    """The table, what its marks mean, its plots over time, and the cards of its figures in a template."""
    numbered = Numbered()
    shown = table.rows[:MOST_ROWS]
    rows = _table(table, shown, words, numbered, language)
    plots = "".join(render_plot(panel, numbered, language) for panel in panels_of(table)[:_MOST_PLOTS])
    cards = "".join(render_card(number, figure, language) for number, figure in enumerate(numbered.figures))
    return (
        f'<div class="wj" lang="{html_language(language)}">{_summary(table, language)}{rows}'
        f"{_notes(table, len(table.rows) - len(shown), language)}{plots}"
        f'<template class="wj-figure-cards">{cards}</template></div>'
    )


def _summary(table: FigureTable, language: Language) -> str:
    count = sum(len(value.figures) for row in table.rows for cell in row.cells for value in cell)
    said = word("figures_count", language).format(count)
    save = f'<button type="button" class="wj-csv">{escape(word("figures_csv", language))}</button>'
    return f'<p class="wj-summary"><span role="status">{escape(said)}</span>{save}</p>'


def _notes(table: FigureTable, more: int, language: Language) -> str:
    notes = [word("figures_differ", language)] if table.disagrees else []
    several = any(len(value.figures) > 1 for row in table.rows for cell in row.cells for value in cell)
    notes += [word("figures_times", language)] if several else []
    notes += [word("figures_more", language).format(more)] if more > 0 else []
    return "".join(f'<p class="wj-soft wj-note">{escape(note)}</p>' for note in notes)


def _table(table: FigureTable, rows: Sequence[FigureRow], words: str, numbered: Numbered, language: Language) -> str:
    several = len({row.measure for row in rows}) > 1
    title = word("figures_for", language).format(words) if several else rows[0].measure
    unit = "" if several else _unit_text(table.unit_of(title), language)
    caption = f"{escape(title)}{unit}" if several else f'<span lang="zh-CN">{escape(title)}</span>{unit}'
    head = "".join(
        f'<th scope="col" class="wj-number">{escape(period_text(period, language == "en"))}</th>'
        for period in table.periods
    )
    bodies = "".join(
        f"<tbody>{_group(measure, table, several, language)}"
        f"{''.join(_row(row, table, numbered, language) for row in own)}</tbody>"
        for measure, own in groupby(rows, key=lambda row: row.measure)
    )
    label = escape(f"{word('figures', language)}: {title}")
    return (
        f'<div class="wj-table wj-figures" tabindex="0" role="region" aria-label="{label}"><table>'
        f'<caption>{caption}</caption><thead><tr><th scope="col">{escape(word("figure_whose", language))}</th>'
        f"{head}</tr></thead>{bodies}</table></div>"
    )


def _group(measure: str, table: FigureTable, several: bool, language: Language) -> str:
    """The heading of the rows of one measure, where there are several."""
    if not several:
        return ""
    name = f'<span lang="zh-CN">{escape(measure)}</span>' if measure else escape(word("figures_unnamed", language))
    unit = _unit_text(table.unit_of(measure), language)
    return f'<tr class="wj-group"><th scope="rowgroup" colspan="{len(table.periods) + 1}">{name}{unit}</th></tr>'


def _unit_text(unit: str, language: Language) -> str:
    """A unit, on an English page with what it is: 亿元 (CNY 100 million)."""
    if not unit:
        return ""
    english = (gloss(f"1{unit}") or "").removesuffix(" 1").removeprefix("1 ") if language == "en" else ""
    said = f" ({escape(english)})" if english and english not in (unit, "1") and not english.startswith("1%") else ""
    return f' <span class="wj-unit"><span lang="zh-CN">{escape(unit)}</span>{said}</span>'


def _row(row: FigureRow, table: FigureTable, numbered: Numbered, language: Language) -> str:
    english = language == "en"
    kind = row.kind(english)
    tag = f' <span class="wj-kind">{escape(kind)}</span>' if kind else ""
    unit = "" if row.unit == table.unit_of(row.measure) else _unit_text(row.unit, language)
    chinese = ' lang="zh-CN"' if row.whose or row.part else ""
    cells = "".join(
        f'<td class="wj-number">{"".join(_value(value, row, period, numbered, language) for value in cell)}</td>'
        for period, cell in zip(table.periods, row.cells, strict=True)
    )
    planned = ' class="wj-planned"' if row.mode in ("plan", "target") else ""
    return f'<tr{planned}><th scope="row"><span{chinese}>{escape(row.name(english))}</span>{tag}{unit}</th>{cells}</tr>'


def _value(value: TableValue, row: FigureRow, period: str, numbered: Numbered, language: Language) -> str:
    english = language == "en"
    text = value.text(english)
    named = (row.measure, row.name(english), row.kind(english), period_text(period, english))
    title = " · ".join(part for part in named if part)
    differs = word("disagree", language) if value.against else ""
    label = " · ".join(part for part in (f"{text} {row.unit}".strip(), title, differs) if part)
    mark = '<span class="wj-differs" aria-hidden="true">≠</span>' if differs else ""
    times = f'<small aria-hidden="true">×{len(value.figures)}</small>' if len(value.figures) > 1 else ""
    return (
        f'<button type="button" class="wj-value"{numbered.attributes(value)} data-title="{escape(title)}"'
        f' aria-label="{escape(label)}">{mark}{escape(text)}{times}</button>'
    )
