from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from chinese.errors import WenjuError
from qa.deciding import confidence
from qa.deciding.confidence import CALIBRATION, EVIDENCE, Calibration, constants
from qa.finding import retrieval

if TYPE_CHECKING:
    from pathlib import Path


def _changed(folder: Path, **changes: Any) -> Path:
    data = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    file = folder / "calibration.json"
    file.write_text(json.dumps({**data, **changes}), encoding="utf-8")
    return file


def test_the_calibration_of_the_project_names_what_it_was_fitted_with() -> None:
    data = json.loads(CALIBRATION.read_text(encoding="utf-8"))

    assert tuple(data["features"]) == EVIDENCE
    assert data["weights"].keys() <= set(EVIDENCE)
    assert data["constants"] == constants()
    assert 0 < data["threshold"] < 1
    shipped = Calibration(data["weights"], data["intercept"], data["threshold"], data["settled"])
    assert Calibration.load() == shipped
    assert data["threshold"] < data["settled"]  # what two passages leave unsure is never refused without the others


@pytest.mark.parametrize(
    ("module", "name", "value", "said"),
    [
        (retrieval, "POOL", 60, r"pool \(40 / 60\)"),
        (retrieval, "RANKED", 50, r"ranked \(100 / 50\)"),
        (retrieval, "READ", 8, r"read \(6 / 8\)"),
        (retrieval, "NEARNESS_WEIGHT", {"zh": 0.5, "en": 0.2}, r"nearness_weight.zh \(0.8 / 0.5\)"),
        (confidence, "MOST", 9.0, r"most \(8.0 / 9.0\)"),
    ],
)
def test_a_constant_that_is_changed_without_fitting_anew_is_named(
    module: Any, name: str, value: object, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, value)

    with pytest.raises(WenjuError, match=said) as raised:
        Calibration.load()
    assert "benchmarks.fit" in str(raised.value)


def test_evidence_that_the_code_no_longer_has_or_has_beside_is_named(tmp_path: Path) -> None:
    differing = ", ".join(sorted(("colour", EVIDENCE[-1])))
    with pytest.raises(WenjuError, match=rf": {differing}\."):
        Calibration.load(_changed(tmp_path, features=[*EVIDENCE[:-1], "colour"], weights={"reader": 1.0}))
    with pytest.raises(WenjuError, match="colour"):
        Calibration.load(_changed(tmp_path, weights={"colour": 1.0}))


@pytest.mark.parametrize(
    "changes",
    [{"weights": None}, {"weights": {"reader": "much"}}, {"threshold": None}, {"constants": 5}, {"features": None}],
)
def test_a_file_that_is_no_calibration_is_refused_in_one_sentence(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(WenjuError, match="does not fit this program"):
        Calibration.load(_changed(tmp_path, **changes))


@pytest.mark.parametrize("text", ["", "[]", "{", "{}"])
def test_a_calibration_that_is_cut_off_or_missing_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "calibration.json"
    with pytest.raises(WenjuError, match=r"calibration\.json"):
        Calibration.load(file)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(WenjuError, match=r"calibration\.json"):
        Calibration.load(file)


def test_a_file_with_another_threshold_is_one(tmp_path: Path) -> None:
    assert Calibration.load(_changed(tmp_path, threshold=0.35)).threshold == 0.35
