from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from embeddings import Index
from embeddings.building.build import rebuild_with
from qa.figures.searching.conditions import TARGETS
from qa.figures.searching.conflicts import conflicts_in, conflicts_of
from qa.types import Figure, Source
from tests.qa.support import ENCODER
from tests.qa.told_figures import Told, ToldFigures, dated
from tests.support import write_corpus

if TYPE_CHECKING:
    from pathlib import Path


def said(
    text: str, value: float | None, file: str = "a.txt", before: str = "白石经开区引进项目", **more: Any
) -> Figure:
    """A figure of an article of its own, written after the year it speaks of."""
    made = Figure(
        text, value, value, value, "个", "引进项目", "白石经开区", "2023", "", "result",
        f"{before}{text}。", len(before), len(before) + len(text), f"招商 {file}", "2024-02-01",
        (Source(file, "line", 3, 3),),
    )  # fmt: skip
    return replace(made, **more)


def texts(*figures: Figure) -> list[list[str]]:
    return [[figure.text for figure in group] for group in conflicts_in(figures)]


def test_two_articles_that_give_one_thing_two_values_disagree() -> None:
    assert texts(said("95个", 95), said("98个", 98, "b.txt"), said("95个", 95, "c.txt")) == [["95个", "98个"]]


@pytest.mark.parametrize(
    "change",
    [
        {"period": "2022"},
        {"whose": "青云经开区"},
        {"part": "外资"},
        {"mode": "target"},
        {"unit": "家"},
        {"measure": "签约项目"},
    ],
)
def test_what_is_of_something_else_does_not_disagree(change: dict[str, Any]) -> None:
    assert texts(said("95个", 95), said("98个", 98, "b.txt", **change)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (said("3.9亿元", 3.9e8), said("38620万元", 3.862e8, "b.txt")),
        (said("3.8亿元", 3.8e8), said("38620万元", 3.862e8, "b.txt")),  # cut off, not rounded
        (said("300个", 300), said("305个", 305, "b.txt")),
        (said("超300个", 300, low=300.0, high=None), said("318个", 318, "b.txt")),
        (said("近300个", 300, low=None, high=300.0), said("296个", 296, "b.txt")),
        (said("约300个", 300, low=None, high=None), said("320个", 320, "b.txt")),
        (said("300余个", 300, low=300.0, high=400.0), said("340个", 340, "b.txt")),
        (said("10%至20%", None, low=10.0, high=20.0), said("15%", 15, "b.txt")),
    ],
)
def test_rounding_and_bounds_explain_what_lies_near(one: Figure, other: Figure) -> None:
    assert texts(one, other) == texts(other, one) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (said("318个", 318), said("319个", 319, "b.txt")),
        (said("4.6亿元", 4.6e8), said("4.7亿元", 4.7e8, "b.txt")),
        (said("300个", 300), said("340个", 340, "b.txt")),
        (said("超300个", 300, low=300.0, high=None), said("280个", 280, "b.txt")),
        (said("约300个", 300, low=None, high=None), said("450个", 450, "b.txt")),
    ],
)
def test_what_lies_further_apart_disagrees(one: Figure, other: Figure) -> None:
    assert texts(one, other) == [[one.text, other.text]]


def test_an_article_that_lists_several_things_disagrees_with_none() -> None:
    """Of two figures for what reads as one thing at least one is of something that was not read."""
    listed = [said("12个", 12), said("30个", 30)]
    assert texts(*listed) == texts(*listed, said("95个", 95, "b.txt")) == []


def test_without_a_time_or_a_name_nothing_disagrees() -> None:
    for change in ({"period": ""}, {"whose": ""}, {"whose": "公司"}, {"whose": "全区"}, {"measure": "项目"}):
        assert texts(said("95个", 95, **change), said("98个", 98, "b.txt", **change)) == []


def test_a_sum_may_grow_while_its_time_is_not_over() -> None:
    one, other = said("95个", 95, date="2023-06-30"), said("180个", 180, "b.txt")
    assert texts(one, other) == []
    assert texts(replace(one, date="2024-01-05"), other) == [["95个", "180个"]]


def test_another_kind_beside_the_measure_is_another_thing() -> None:
    other = said("40个", 40, "b.txt", before="白石经开区重点企业引进项目")
    assert texts(said("95个", 95), other) == []


def test_of_a_whole_index_those_that_disagree_are_found_with_their_sentences(tmp_path: Path) -> None:
    corpus = {
        "a.txt": dated("2024-01-15", "白石经开区招商", "2023年，白石经开区引进项目95个。"),
        "b.txt": dated("2024-03-01", "白石经开区盘点", "2023年，白石经开区引进项目98个。"),
        "c.txt": dated("2024-03-02", "云溪县盘点", "2023年，云溪县引进项目17个。"),
        "d.txt": dated("2024-03-03", "云溪县招商", "2023年，云溪县引进项目19个。"),
    }
    told = (
        Told("引进项目95个", "95个", "引进项目", 95, "个", "白石经开区"),
        Told("引进项目98个", "98个", "引进项目", 98, "个", "白石经开区"),
        Told("引进项目17个", "17个", "引进项目", 17, "个", "云溪县"),
        Told("引进项目19个", "19个", "引进项目", 19, "个", "云溪县"),
    )
    folder = write_corpus(tmp_path / "corpus", corpus)
    rebuild_with(ToldFigures(told), folder, tmp_path / "index", progress=False, encoder=ENCODER)
    with closing(Index.open(tmp_path / "index")) as index:
        found = conflicts_of(index)
        assert [[(figure.text, figure.sources[0].file) for figure in group] for group in found] == [
            [("95个", "a.txt"), ("98个", "b.txt")],
            [("17个", "c.txt"), ("19个", "d.txt")],
        ]
        assert [group[0].whose for group in conflicts_of(index, ("云溪县",))] == ["云溪县"]
        assert conflicts_of(index, periods=("2024", "")) == conflicts_of(index, modes=TARGETS) == ()
