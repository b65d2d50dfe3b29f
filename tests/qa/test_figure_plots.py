"""Plots of a table of figures: what is drawn, and files that show Chinese as Chinese."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chinese.errors import Language, speaking
from qa.figures.tables import plotting
from qa.figures.tables.plotting import MOST_LINES, PlotError, draw, panels_of, ticks_of
from qa.figures.tables.table import table_of
from tests.made_figures import figure, projects

if TYPE_CHECKING:
    from pathlib import Path


def test_a_line_is_one_row_over_periods_of_one_length() -> None:
    (panel,) = panels_of(table_of(projects()))
    assert [
        (panel.name(line, False), line.length, [point.period for point in line.points]) for line in panel.lines
    ] == [
        ("云岭开发区", "year", ["2022", "2023", "2023"]),
        ("云岭开发区（目标）", "year", ["2024"]),
        ("海棠湾新区", "year", ["2021", "2022", "2023"]),
        ("海棠湾新区", "months", ["2023-01/2023-06"]),
        ("海棠湾新区 · 外资", "year", ["2023"]),
    ]
    assert [line.planned for line in panel.lines] == [False, True, False, False, False]
    assert [point.main for point in panel.lines[0].points] == [True, True, False]


def test_one_period_alone_is_no_plot_over_time(tmp_path: Path) -> None:
    table = table_of([figure(), figure(whose="海棠湾新区"), figure(period="")])
    assert panels_of(table) == ()
    with pytest.raises(PlotError, match="两个时期"), speaking("zh"):
        draw(table, tmp_path / "a.png")


def test_of_many_rows_those_with_the_most_periods_are_drawn() -> None:
    few = [figure(whose=f"{name}县", period="2022") for name in "甲乙丙丁戊己庚辛壬"]
    many = [figure(whose="癸县", period=period) for period in ("2022", "2023")]
    (panel,) = panels_of(table_of([*few, *many]))
    assert len(panel.lines) == MOST_LINES
    assert panel.left_out == 2
    assert "癸县" in [line.row.whose for line in panel.lines]


@pytest.mark.parametrize("english", [False, True])
def test_an_svg_has_its_text_as_text_and_is_the_same_each_time(tmp_path: Path, english: bool) -> None:
    hostile = replace(figure("$5^2$个", 25, period="2021", measure="新签约项目"), whose="<b>$x^2$</b>")
    table = table_of([*projects(), hostile])
    with speaking("en" if english else "zh"):
        draw(table, tmp_path / "a.svg")
        draw(table, tmp_path / "b.svg")
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert text == (tmp_path / "b.svg").read_text(encoding="utf-8")
    for said in ("新签约项目", "云岭开发区 (target)" if english else "云岭开发区（目标）", "&lt;b&gt;$x^2$&lt;/b&gt;"):
        assert said in text
    assert (">2024<" if english else "2024年") in text


def test_years_are_named_first_and_other_periods_where_there_is_room() -> None:
    (near,) = panels_of(table_of(projects()))
    assert [period for _, period in ticks_of(near)] == ["2021", "2022", "2023", "2024"]
    (apart,) = panels_of(table_of([figure(), figure(period="2022-01/2022-03")]))
    assert [period for _, period in ticks_of(apart)] == ["2022-01/2022-03", "2023"]


def test_a_png_has_no_boxes_for_chinese(tmp_path: Path) -> None:
    """matplotlib warns of each character that its font lacks, and a warning is an error here."""
    if not plotting._chinese_fonts():
        pytest.skip("no font here has Chinese characters: apt-get install fonts-noto-cjk")
    draw(table_of(projects()), tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_where_no_font_has_chinese_a_png_names_the_package_and_an_svg_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plotting, "_chinese_fonts", list)
    with pytest.raises(PlotError, match="fonts-noto-cjk"):
        draw(table_of(projects()), tmp_path / "a.png")
    draw(table_of(projects()), tmp_path / "a.svg")
    assert "云岭开发区" in (tmp_path / "a.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_matplotlib_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(PlotError, match=r"wenju\[plot\]"), speaking(language):
        draw(table_of(projects()), tmp_path / "a.png")


def test_another_suffix_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PlotError, match=r"a\.pdf"), speaking("en"):
        draw(table_of(projects()), tmp_path / "a.pdf")
