"""The ranker: its file belongs to the features of this code, and what it weighs is what was seen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from chinese.errors import WenjuError
from qa.deciding.comparing import KINDS
from qa.deciding.features import FEATURES
from qa.deciding.ranking import RANKING, Ranker
from tests.support import BY_RULES

if TYPE_CHECKING:
    from pathlib import Path


def _changed(folder: Path, **changes: Any) -> Path:
    data = json.loads(RANKING.read_text(encoding="utf-8"))
    file = folder / "ranking.json"
    file.write_text(json.dumps({**data, **changes}), encoding="utf-8")
    return file


def test_the_ranking_of_the_project_names_what_it_was_fitted_with() -> None:
    data = json.loads(RANKING.read_text(encoding="utf-8"))

    assert tuple(data["features"]) == FEATURES
    assert data["weights"].keys() <= set(FEATURES)
    assert Ranker.load() == Ranker(data["weights"])


def test_what_conflicts_speaks_against_an_answer_and_the_reader_for_it() -> None:
    weights = Ranker.load().weights

    conflicting = [f"{sort}_{kind}" for kind in KINDS for sort in ("conflict", "maybe")]
    assert {name for name in conflicting if weights.get(name, 0.0) > 0} == set()
    assert sum(weights.get(name, 0.0) for name in conflicting) < 0
    assert weights["reader"] > 0


def test_the_ranker_of_the_tests_weighs_only_features_there_are() -> None:
    assert BY_RULES.weights.keys() <= set(FEATURES)


def test_features_that_the_code_no_longer_has_or_has_beside_are_named(tmp_path: Path) -> None:
    differing = ", ".join(sorted(("colour", FEATURES[-1])))

    with pytest.raises(WenjuError, match=rf": {differing}\."):
        Ranker.load(_changed(tmp_path, features=[*FEATURES[:-1], "colour"]))


@pytest.mark.parametrize("changes", [{"weights": None}, {"weights": {"reader": "much"}}, {"features": None}])
def test_a_file_that_is_no_ranking_is_refused_in_one_sentence(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(WenjuError, match="does not fit this program"):
        Ranker.load(_changed(tmp_path, **changes))


@pytest.mark.parametrize("text", [None, "", "[]", "{", "{}"])
def test_a_ranking_that_is_cut_off_or_missing_is_refused(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "ranking.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")

    with pytest.raises(WenjuError, match=r"ranking\.json.*benchmarks\.fit"):
        Ranker.load(file)


def test_a_candidate_is_worth_the_sum_of_what_was_seen_and_what_has_no_weight_counts_nothing() -> None:
    ranker = Ranker({"reader": 2.0, "conflict_year": -3.0})

    assert ranker.worth({"reader": 1.5, "conflict_year": 1.0, "title": 9.0}) == 0.0
    assert ranker.without({"conflict_year"}).worth({"reader": 1.5, "conflict_year": 1.0}) == 3.0
