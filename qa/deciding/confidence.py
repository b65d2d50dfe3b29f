"""How sure an answer is: a probability, fitted on questions that nothing else was trained on.

`benchmarks/calibrate.py` fits the weights, by logistic regression, and chooses the threshold on the risk-coverage
curve; both are in `calibration.json`, with the names of the evidence and the constants they were fitted with.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chinese.errors import WenjuError, say
from qa.deciding import candidates
from qa.deciding.candidates import TYPED
from qa.finding import retrieval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.deciding.candidates import Found
    from qa.deciding.support import Support
    from qa.finding.retrieval import Candidate
    from qa.question.question import Question

CALIBRATION = Path(__file__).with_name("calibration.json")
_DISTINCT = 0.5
_COMPARED, _UNTOLD = 6, 4.0
"""Passages from which on a score says how far one stands out, and a score that speaks neither for nor against."""


FEATURES = (
    "reader", "reader_above", "ahead", "rule", "typed", "unlike", "fused", "lead", "covered", "lacks", "conflict",
    "headless", "english",
)  # fmt: skip
"""The names of the evidence that `evidence_for` gives."""


def constants() -> dict[str, float]:
    """The numbers of the code that the evidence depends on, by name: a calibration holds for these only."""
    return {
        "pool": retrieval.POOL,
        "ranked": retrieval.RANKED,
        "read": retrieval.READ,
        "hits_per_passage": retrieval.HITS_PER_PASSAGE,
        "lexical_weight": retrieval.LEXICAL_WEIGHT,
        **{f"nearness_weight.{name}": value for name, value in retrieval.NEARNESS_WEIGHT.items()},
        **candidates.constants(),
        "distinct": _DISTINCT,
        "compared": _COMPARED,
        "untold": _UNTOLD,
    }


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the evidence by name, the intercept, and the probability below which nothing is called an answer."""

    weights: Mapping[str, float]
    intercept: float
    threshold: float

    @classmethod
    def load(cls, file: Path = CALIBRATION) -> Calibration:
        """Read a calibration, by default the one that comes with the project.

        Raises WenjuError for a file that is none, and for one that was fitted to other evidence, or with other
        constants, than this code has: its probabilities would be wrong.
        """
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
            differing = _differing(data)
            found = cls({name: float(value) for name, value in data["weights"].items()}, *_two(data))
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise _unusable(file, f"{type(error).__name__}: {error}") from error
        if differing:
            raise _unusable(file, ", ".join(differing))
        return found

    def probability(self, evidence: Mapping[str, float]) -> float:
        """The probability that an answer with this evidence is right."""
        logit = self.intercept + sum(weight * evidence[name] for name, weight in self.weights.items())
        return round(1 / (1 + math.exp(-max(-30.0, min(30.0, logit)))), 4)


def _two(data: Mapping[str, Any]) -> tuple[float, float]:
    return float(data["intercept"]), float(data["threshold"])


def _differing(data: Mapping[str, Any]) -> list[str]:
    """Names of evidence and constants that differ between a calibration and this code, constants with both values."""
    evidence = set(data["features"]) ^ set(FEATURES) | set(data["weights"]) - set(FEATURES)
    fitted, own = dict(data["constants"]), constants()
    names = [name for name in sorted(fitted.keys() | own.keys()) if fitted.get(name) != own.get(name)]
    return [*sorted(evidence), *(f"{name} ({fitted.get(name)} / {own.get(name)})" for name in names)]


def _unusable(file: Path, detail: str) -> WenjuError:
    return WenjuError(
        say(
            f"置信度的校准文件 {file} 与程序不符：{detail}。请重新安装，"
            "或运行 python -m benchmarks.calibrate 重新校准。",
            f"The calibration of the confidence, {file}, does not fit this program: {detail}. Install wenju again, or "
            "fit it anew with python -m benchmarks.calibrate.",
        )
    )


def evidence_for(
    question: Question, support: Support, passages: Sequence[Candidate], found: Sequence[Found]
) -> dict[str, float]:
    """What speaks for the first of `found`, by name.

    The reader's log-odds, how far they are ahead of the best answer elsewhere, how far the passage stands out from
    the pool and from the next, how much of the question it bears out, and what it lacks.
    """
    best = found[0]
    log_odds = max(-12.0, min(12.0, best.reader))
    others = [item.score for item in found[1:] if _elsewhere(item, best)]
    ahead = min(8.0, best.score - max(others)) if others else 8.0
    # Among very few passages none can stand out; there the score says so much less.
    told = min(1.0, (len(passages) - 1) / (_COMPARED - 1))
    score = passages[best.passage].score
    rest = [item.score for place, item in enumerate(passages) if place != best.passage]
    return {
        "reader": log_odds,
        "reader_above": max(0.0, log_odds),
        "ahead": ahead,
        "rule": best.span.score if question.asked in TYPED else 0.0,
        "typed": float(question.asked in TYPED and best.span.score > 0),
        "unlike": float(question.asked in TYPED and best.span.score <= 0),
        "fused": min(9.0, told * score + (1 - told) * _UNTOLD),
        "lead": max(-2.0, min(5.0, score - max(rest))) if rest else 0.0,
        "covered": support.covered,
        "lacks": float(bool(support.missing_names or support.missing_years)),
        "conflict": min(1.0, max(float(best.span.other_year), sum(c.weight for c in best.conflicts))),
        "headless": float(not support.head),
        "english": float(question.language == "en"),
    }


def _elsewhere(item: Found, best: Found) -> bool:
    """Whether a candidate is another answer than the best one, not a longer or shorter form of it."""
    if item.passage != best.passage:
        return True
    shared = min(item.span.end, best.span.end) - max(item.span.start, best.span.start)
    return shared <= _DISTINCT * min(item.span.end - item.span.start, best.span.end - best.span.start)
