"""What came of each question, kept between runs, and the figures that a row of them gives."""

from __future__ import annotations

import json
import os
import statistics
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from qa.evaluation.metrics import (
    area_under,
    auroc,
    calibration_error,
    found_share,
    interval,
    least_area,
    mean,
    mean_reciprocal_rank,
    percentile,
    reliability,
    risk_coverage,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

RIGHT = 0.5
"""F1 from which an answer counts as right where it can only be right or wrong: for risk and calibration.

Half of the characters: annotators differ on where an answer ends, not on what it is.
"""
_POINTS = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question asked: the place of the right passage (0: none), how right the answer is, and what it was.

    `answerable` says whether the corpus has an answer, `answered` whether one was given. `confidence` is of the best
    candidate, given or not; None where no Answer was made (the reader alone).
    """

    id: str
    answerable: bool
    rank: int
    exact: bool
    f1: float
    answered: bool
    confidence: float | None
    seconds: float
    given: str

    @property
    def right(self) -> bool:
        return self.f1 >= RIGHT


@dataclass(frozen=True, slots=True)
class Kept:
    """Outcomes of finished rows on disk, one folder a commit. What code that differs from its commit gave is not read.

    `folder` is made when something is written.
    """

    folder: Path
    commit: str

    def read(self, task: str, fingerprint: str, row: str) -> list[Outcome] | None:
        """The outcomes of a row that this very code finished, None where there are none."""
        file = self._file(task, row)
        if self.commit.endswith("-dirty") or self.commit == "unknown" or not file.is_file():
            return None
        stored = json.loads(file.read_text(encoding="utf-8"))
        return [Outcome(**item) for item in stored["outcomes"]] if stored["fingerprint"] == fingerprint else None

    def write(self, task: str, fingerprint: str, row: str, outcomes: Sequence[Outcome]) -> None:
        """Keep a finished row; a process killed meanwhile leaves nothing that is half written."""
        file = self._file(task, row)
        file.parent.mkdir(parents=True, exist_ok=True)
        stored = {"fingerprint": fingerprint, "outcomes": [asdict(item) for item in outcomes]}
        beside = file.with_name(f"{file.name}.{os.getpid()}")
        beside.write_text(json.dumps(stored, ensure_ascii=False, indent=1), encoding="utf-8")
        beside.replace(file)

    def _file(self, task: str, row: str) -> Path:
        return self.folder / self.commit / f"{task}-{row}.json"


def summarise(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The figures of a row, rounded; `interval` holds the 95% bounds of some.

    Found, EM and F1 are means over the answerable questions, a refused one counting 0; those `_answered` are over the
    ones that were answered.
    """
    there = [item for item in outcomes if item.answerable]
    absent = [item for item in outcomes if not item.answerable]
    answered = [item for item in there if item.answered]
    ranks = [item.rank for item in there]
    seconds = [item.seconds for item in outcomes]
    measured = {
        "found@1": [float(rank == 1) for rank in ranks],
        "em": [float(item.exact) for item in there],
        "f1": [item.f1 for item in there],
    }
    figures = {
        **{f"found@{k}": found_share(ranks, k) for k in (1, 3, 5, 10)},
        "mrr": mean_reciprocal_rank(ranks),
        "em": mean(measured["em"]),
        "f1": mean(measured["f1"]),
        "answered": mean(item.answered for item in there),
        "em_answered": mean(item.exact for item in answered),
        "f1_answered": mean(item.f1 for item in answered),
        "absent_refused": mean(not item.answered for item in absent),
        **shares(outcomes),
        "median_seconds": statistics.median(seconds) if seconds else 0.0,
        "p95_seconds": percentile(seconds, 0.95) if seconds else 0.0,
    }
    return {
        "answerable": len(there),
        "absent": len(absent),
        **{name: round(value, 4) for name, value in figures.items()},
        "interval": {name: [round(bound, 4) for bound in interval(values)] for name, values in measured.items()},
    }


def shares(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Which share of all questions was answered rightly, wrongly, refused wrongly and rightly; they add up to one."""
    return {
        "right": mean(item.answerable and item.answered and item.right for item in outcomes),
        "wrong": mean(item.answered and not (item.answerable and item.right) for item in outcomes),
        "wrongly_refused": mean(item.answerable and not item.answered for item in outcomes),
        "rightly_refused": mean(not item.answerable and not item.answered for item in outcomes),
    }


def together(sets: Sequence[Sequence[Outcome]]) -> dict[str, Any]:
    """What confidence is worth over all sets: its bins, their error, and how many answers above SURE are right."""
    outcomes = [item for items in sets for item in items]
    bins = reliability(_sure(outcomes), verdicts(outcomes))
    above = [
        item.right and item.answerable for item in outcomes if item.confidence is not None and item.confidence > SURE
    ]
    return {
        "questions": len(outcomes),
        "ece": round(calibration_error(bins), 4),
        "above": len(above),
        "right_above": round(mean(above), 4),
        "bins": [asdict(item) for item in bins],
    }


SURE = 0.8
"""Above this a user takes an answer for sure."""


def confidence_figures(outcomes: Sequence[Outcome], exact: bool = False) -> dict[str, Any]:
    """What the confidence of answers is worth that were given without refusing.

    `auroc` tells answerable from absent questions, None without any absent. Risk is the share of wrong answers among
    the most confident; an answer to an absent question is wrong. `aurc` is over all questions, `aurc_answerable`
    over the answerable ones; `..._least` is what a perfect order of the same answers would leave. Right means an F1
    of at least RIGHT, with `exact` an exact match.
    """
    there = [item for item in outcomes if item.answerable]
    absent = [item for item in outcomes if not item.answerable]
    figures: dict[str, float | None] = {"auroc": auroc(_sure(there), _sure(absent)) if there and absent else None}
    for name, items in (("aurc", outcomes), ("aurc_answerable", there)):
        right = verdicts(items, exact)
        figures[name] = area_under(risk_coverage(_sure(items), right))
        figures[f"{name}_least"] = least_area(right)
    figures["ece"] = calibration_error(reliability(_sure(outcomes), verdicts(outcomes, exact)))
    return {name: None if value is None else round(value, 4) for name, value in figures.items()}


def curves(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The points of both risk-coverage curves, thinned out, and the bins of the reliability diagram."""
    there = [item for item in outcomes if item.answerable]
    return {
        "risk_coverage": _thinned(risk_of(outcomes)),
        "risk_coverage_answerable": _thinned(risk_of(there)),
        "reliability": [asdict(item) for item in reliability(_sure(outcomes), verdicts(outcomes))],
    }


def risk_of(outcomes: Sequence[Outcome]) -> list[tuple[float, float]]:
    """The risk-coverage curve of outcomes."""
    return risk_coverage(_sure(outcomes), verdicts(outcomes))


def verdicts(outcomes: Sequence[Outcome], exact: bool = False) -> list[bool]:
    """Which answers are right."""
    return [item.exact if exact else item.right for item in outcomes]


def _sure(outcomes: Sequence[Outcome]) -> list[float]:
    return [item.confidence for item in outcomes if item.confidence is not None]


def _thinned(curve: Sequence[tuple[float, float]]) -> dict[str, list[float]]:
    points = [curve[round(step * (len(curve) - 1) / (_POINTS - 1))] for step in range(_POINTS)] if curve else []
    return {"coverage": [round(x, 4) for x, _ in points], "risk": [round(y, 4) for _, y in points]}
