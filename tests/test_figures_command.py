"""`wenju figures`: figures of a measure as a table, CSV, JSON or plot, and those that disagree."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Ran

    Wenju = Callable[..., Ran]


@pytest.mark.slow
def test_a_measure_is_found_by_other_words_with_its_sentence_and_line(wenju: Wenju, seeds_index: Path) -> None:
    ran = wenju(
        "figures", "引进项目数", "--place", "青岛高新区", "--from", "2023", "--to", "2023", "--index", seeds_index
    )
    assert (ran.code, ran.err) == (0, "")
    assert "新引进产业项目 (个)" in ran.out
    assert "全年新引进产业项目【311个】" in ran.out
    assert "001_71228b73623e2934.txt, line" in ran.out


@pytest.mark.slow
def test_csv_and_json_have_the_same_figures(wenju: Wenju, seeds_index: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(wenju("figures", "引进项目数", "--csv", "--index", seeds_index).out)))
    found = json.loads(wenju("figures", "引进项目数", "--json", "--index", seeds_index).out)
    assert [row["sentence"] for row in rows] == [figure["sentence"] for figure in found] != []
    assert ("311", "个", "新引进产业项目") in [(row["value"], row["unit"], row["measure"]) for row in rows]


@pytest.mark.slow
def test_what_is_not_there_is_said_with_what_is_near_and_the_code_says_so(wenju: Wenju, seeds_index: Path) -> None:
    ran = wenju("figures", "引进项目数", "--place", "云岭高新区", "--index", seeds_index)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith('The documents give no figures for "引进项目数" of these places and times. They do for: ')
    empty = wenju("figures", "火箭发射次数", "--json", "--index", seeds_index)
    assert (empty.code, json.loads(empty.out)) == (1, [])


@pytest.mark.slow
def test_targets_alone_and_results_alone(wenju: Wenju, seeds_index: Path) -> None:
    modes = {
        mode: {
            figure["mode"]
            for figure in json.loads(wenju("figures", "项目", "--mode", mode, "--json", "--index", seeds_index).out)
        }
        for mode in ("target", "result")
    }
    assert modes["target"] <= {"target", "plan"}
    assert not modes["result"] & {"target", "plan"}


@pytest.mark.slow
def test_conflicts_of_all_documents_can_be_listed_without_words(wenju: Wenju, seeds_index: Path) -> None:
    ran = wenju("figures", "--conflicts", "--index", seeds_index)
    assert ran.err == ""
    assert ran.code == (1 if ran.out == "No figures disagree.\n" else 0)


@pytest.mark.slow
def test_without_words_figures_are_not_listed(wenju: Wenju, seeds_index: Path) -> None:
    ran = wenju("figures", "--index", seeds_index)
    assert (ran.code, ran.out) == (2, "")
    assert "Write a few words, such as 引进项目数." in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["项目", "--mode", "actual"], "--mode is 'actual'; it must be result, target or all."),
        (["项目", "--csv", "--json"], "Give only one of --csv, --json and --plot."),
        (["项目", "--json", "--plot", "a.svg"], "Give only one of --csv, --json and --plot."),
        (["项目", "--place", " "], "it is empty"),
        (["项目", "--index", "nowhere"], "Run `wenju rebuild --index nowhere`"),
    ],
)
def test_a_command_that_cannot_be_followed_is_one_line(wenju: Wenju, arguments: list[str], said: str) -> None:
    ran = wenju("figures", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
