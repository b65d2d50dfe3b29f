from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import wenju
from qa.figures.searching.measures import by_meaning
from qa.figures.tables.listing import Form, format_nothing, written
from tests.made_figures import figure, projects

if TYPE_CHECKING:
    from pathlib import Path

import numpy as np


def test_a_table_stands_above_the_sentences_and_its_cells_name_them() -> None:
    two = (figure("280个", 280, period="2022", file="old.txt"), figure())
    assert written([two], Form()).splitlines() == [
        "新签约项目 (个)",
        "            2022     2023",
        "云岭开发区  280 [1]  318 [2]",
        "",
        "[1] 云岭开发区统计公报 · 2022-03-01",
        "    old.txt, line 3",
        "    云岭开发区新签约项目【280个】，比上年更多。",
        "[2] 云岭开发区统计公报 · 2023-03-01",
        "    bulletin.txt, line 3",
        "    云岭开发区新签约项目【318个】，比上年更多。",
    ]


def test_targets_stand_apart_and_each_measure_has_its_own_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "zh")
    lines = written([(*projects(), figure("5家", 5, "家", measure="新增企业"))], Form()).splitlines()
    assert "新签约项目（个）" in lines
    assert "新增企业（家）" in lines
    assert [line for line in lines if line.startswith("云岭开发区（目标）")]


def test_a_table_that_no_terminal_is_wide_enough_for_has_its_times_below_each_other() -> None:
    years = tuple(figure(f"{100 + year}个", 100 + year, period=str(year)) for year in range(2000, 2030))
    lines = written([years], Form()).splitlines()
    assert lines[1:3] == ["云岭开发区", "  2000: 2,100 [1]"]
    assert max(map(len, lines)) < 100


def test_of_very_many_figures_the_first_are_printed_and_the_rest_counted() -> None:
    many = tuple(figure(period=str(1950 + year), line=year) for year in range(70))
    assert written([many], Form()).endswith("And 10 more; --csv or --json lists them all.\n")


def test_figures_that_disagree_are_listed_under_what_they_are_of() -> None:
    group = (figure("95个", 95, file="a.txt"), figure("98个", 98, file="b.txt"))
    assert written([group], Form(conflicts=True)).splitlines() == [
        "云岭开发区 · 新签约项目 · 2023",
        "[1.1] 云岭开发区统计公报 · 2023-03-01",
        "    a.txt, line 3",
        "    云岭开发区新签约项目【95个】，比上年更多。",
        "[1.2] 云岭开发区统计公报 · 2023-03-01",
        "    b.txt, line 3",
        "    云岭开发区新签约项目【98个】，比上年更多。",
    ]
    assert written([], Form(conflicts=True)) == "No figures disagree.\n"


def test_json_is_a_list_of_figures_and_of_conflicts_a_list_of_groups() -> None:
    two = (figure(), figure("280个", 280, period="2022"))
    assert json.loads(written([two], Form(as_json=True))) == [json.loads(json.dumps(item.to_dict())) for item in two]
    assert len(json.loads(written([two], Form(as_json=True, conflicts=True)))) == 1
    assert json.loads(written([], Form(as_json=True))) == []


def test_csv_has_a_line_a_figure_and_a_plot_is_drawn_into_its_file(tmp_path: Path) -> None:
    two = (figure(), figure("280个", 280, period="2022"))
    assert len(written([two], Form(as_csv=True)).splitlines()) == 3
    assert written([two], Form(plot=tmp_path / "a.svg")) == f"Drawn into {tmp_path / 'a.svg'}.\n"
    assert (tmp_path / "a.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_where_there_is_nothing_the_nearest_measures_are_the_way_out() -> None:
    assert format_nothing("火箭", (), False) == 'The documents give no figures for "火箭". Ask for another measure.'
    assert format_nothing("项目", ("签约项目",), True) == (
        'The documents give no figures for "项目" of these places and times. They do for: 签约项目.'
    )


def test_what_a_terminal_would_obey_is_not_printed_as_it_is() -> None:
    assert "\x1b" not in written([(replace(figure(), title="\x1b[31m"),)], Form())


def test_a_data_frame_has_a_row_a_figure_and_names_its_sources() -> None:
    frame = wenju.to_frame((figure(), figure("280个", 280, period="2022", file="old.txt")))
    assert list(frame["value"]) == [318, 280]
    assert list(frame["period"]) == ["2023", "2022"]
    assert list(frame["file"]) == ["bulletin.txt", "old.txt"]
    assert frame["sources"][1] == "old.txt, line 3"
    assert list(wenju.to_frame(()).columns) == list(frame.columns)


def test_without_pandas_what_to_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(wenju.FrameError, match=r"pip install 'wenju\[frame\]'"):
        wenju.to_frame((figure(),))


def test_by_meaning_only_what_stands_out_from_all_others_is_meant() -> None:
    def at(cosine: float) -> list[float]:
        return [cosine, float(np.sqrt(1 - cosine**2))]

    query = np.array([1.0, 0.0], dtype=np.float32)
    cosines = {"用地": 0.80, "藏书": 0.81, "人口": 0.82, "产值": 0.90, "招商项目": 0.96}
    vectors = np.array([at(cosine) for cosine in cosines.values()], dtype=np.float32)
    assert [name for name, _ in by_meaning(query, list(cosines), vectors)] == ["招商项目"]
    assert by_meaning(query, ["招商项目"], vectors[-1:]) == [], "beside nothing else nothing stands out"
