"""What fits: the ranker's weights, the calibration's and the threshold, from questions as they were read.

Owned here: how weights are fitted, and which sign each may have. Called by fit.py, which asks the questions, and by
rules.py, which leaves features out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize

from qa.deciding.confidence import EVIDENCE, NEVER_SETTLED, evidence_for
from qa.deciding.features import FEATURES
from qa.deciding.ranking import Ranker

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

    from qa.deciding.candidates import Found
    from qa.finding.retrieval import Candidate
    from qa.question.question import Question

RIGHT_FROM = 0.5
"""F1 from which an answer counts as right."""
MOST_ABSENT = 0.05
"""Of questions whose answer nobody wrote, the share at most that may get one: a wrong figure is worse than none."""
NEAR = "written"
"""The set whose questions without an answer are near to something told: the threshold is not chosen by them."""
_SMOOTH = {"ranker": 10.0, "calibration": 1.0}
"""How strongly weights are kept small: with 70 features of some hundred questions, by cross-validation."""
FOR = frozenset((
    "reader", "reader_high", "reader_top", "agreeing", "measure_said",
    "same_role", "close_before", "close_after", "clause_before", "clause_after",
    "figure_clause_before", "figure_rule", "english_figure_rule", "unit_fits", "counted", "result", "whole_noun_after",
    "noun_beside", "noun_in_clause", "verb_before", "titled", "agent", "row", "located", "place_end", "phrase_ending",
    "definition", "before_quoted", "quoted_beside_head", "quoted_before_asked", "enumeration", "covered", "ahead",
    "title", "figure_title", "english_reader", "english_fused", "sentence_before", "figure_sentence_before",
    "ahead_here", "fused", "lead", "introduced", "ranked", "office", "few_covered", "subject", "cell",
))  # fmt: skip
AGAINST = frozenset((
    "behind", "english_behind", "unlike", "unlike_words", "unlike_figure", "lacks_name", "lacks_year", "headless",
    "measure_other", "measure_rival", "few_lacking", "other_cell", "cell_unsaid",
    "unit_differs", "not_counted", "not_result", "counts_other", "round", "certain", "maybe",
))  # fmt: skip
"""What can only speak for an answer, and what only against it: rare features get a wrong sign by chance otherwise."""
_EXACT_FROM = 0.999


@dataclass(frozen=True, slots=True)
class Observed:
    """One question as read: its candidates with the F1 of each, and whether the corpus has its answer."""

    part: str
    question: Question
    passages: Sequence[Candidate]
    found: Sequence[Found]
    f1s: Sequence[float]
    is_there: bool


def matrix(rows: Iterable[Mapping[str, float]], names: Sequence[str]) -> npt.NDArray[np.float64]:
    """Named values as an array (rows, names)."""
    return np.array([[row.get(name, 0.0) for name in names] for row in rows], dtype=np.float64)


def fit_ranker(rows: Sequence[Observed], left_out: frozenset[str] = frozenset()) -> Ranker:
    """The weights that give a question's right candidates the largest share of a softmax over all of them."""
    used = [row for row in rows if row.is_there and row.found and max(row.f1s) >= RIGHT_FROM]
    names = [name for name in FEATURES if name not in left_out]
    values = [matrix((item.features for item in row.found), names) for row in used]
    spread = np.concatenate(values).std(axis=0)
    names = [name for name, wide in zip(names, spread, strict=True) if wide > 1e-9]
    values = [block[:, spread > 1e-9] / spread[spread > 1e-9] for block in values]
    targets = [_target(row.f1s) for row in used]
    starts = np.cumsum([0, *(len(block) for block in values)])[:-1]
    stacked, target, smooth = np.concatenate(values), np.concatenate(targets), _SMOOTH["ranker"]
    wide = spread[spread > 1e-9]
    guesses = [_prior_of(name) for name in names]
    guessed = np.array([guess is not None for guess in guesses])
    centre = np.array([guess or 0.0 for guess in guesses])

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        scores = stacked @ weights
        highest = np.repeat(np.maximum.reduceat(scores, starts), np.diff([*starts, len(scores)]))
        shares = np.exp(scores - highest)
        sums = np.repeat(np.add.reduceat(shares, starts), np.diff([*starts, len(scores)]))
        shares = shares / sums
        away = np.where(guessed, weights / wide - centre, 0.0)
        small = np.where(guessed, 0.0, weights)
        value = -(target * np.log(shares + 1e-12)).sum() + smooth * (small**2).sum() / 2
        value += _PRIOR_STRENGTH * (away**2).sum() / 2
        return float(value), stacked.T @ (shares - target) + smooth * small + _PRIOR_STRENGTH * away / wide

    solved = _solved(loss, names)
    unseen = {name: guess for name in FEATURES if name not in left_out and (guess := _prior_of(name)) is not None}
    return Ranker({**unseen, **{name: round(float(w / s), 5) for name, w, s in zip(names, solved, wide, strict=True)}})


PRIOR = {
    "conflict_": -3.0, "maybe_": -1.5, "unlike": -1.5, "counts_other": -2.0, "not_": -1.0, "whole_noun_after": 1.0,
    "before_quoted": 1.0, "definition": 1.0, "quoted_before_asked": 1.0, "ranked": 2.0, "introduced": 0.5,
    "measure_rival": -3.0, "office": 4.0, "cell": 6.0, "other_cell": -3.0, "cell_unsaid": -1.0,
}  # fmt: skip
"""What a feature is taken to be worth before any example, by how its name begins.

The sets hold few questions that a sentence about another zone, office or part nearly answers: without this a conflict
that was seen twice, beside the right answer by chance, would count nothing.
"""
_PRIOR_STRENGTH = 4.0
"""How many examples such a guess stands for, roughly."""


def _prior_of(name: str) -> float | None:
    return next((value for start, value in PRIOR.items() if name.startswith(start)), None)


Loss = Callable[["npt.NDArray[np.float64]"], tuple[float, "npt.NDArray[np.float64]"]]


def _solved(loss: Loss, names: Sequence[str]) -> npt.NDArray[np.float64]:
    """The weights of these names with the least loss, each of the sign that it may have."""
    bounds = [_bounds(name) for name in names]
    solved = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500})
    weights: npt.NDArray[np.float64] = solved.x
    return weights


def _bounds(name: str) -> tuple[float | None, float | None]:
    if name in FOR:
        return 0.0, None
    return (None, 0.0) if name in AGAINST or name.startswith(("conflict_", "maybe_")) else (None, None)


def _target(f1s: Sequence[float]) -> npt.NDArray[np.float64]:
    """The exact candidates alike; where none is, those that come nearest."""
    best = max(f1s)
    kept = np.array([float(value >= min(best, _EXACT_FROM)) for value in f1s])
    shares: npt.NDArray[np.float64] = kept / kept.sum()
    return shares


def ranked(row: Observed, ranker: Ranker) -> list[tuple[Found, float]]:
    """A question's candidates with their F1, the best first."""
    scored = [
        (replace(item, score=round(ranker.worth(item.features), 6)), value)
        for item, value in zip(row.found, row.f1s, strict=True)
    ]
    return sorted(scored, key=lambda pair: (-pair[0].score, pair[0].passage, pair[0].span.start, pair[0].span.end))


def fit_calibration(rows: Sequence[Observed], ranker: Ranker) -> dict[str, Any]:
    """Weights, intercept and threshold; answerable and absent questions count alike in all."""
    used = [(row, ranked(row, ranker)) for row in rows if row.found]
    evidence = [evidence_for(row.question, row.passages, [item for item, _ in found]) for row, found in used]
    values = matrix(evidence, EVIDENCE)
    right = np.array([found[0][1] >= RIGHT_FROM for _, found in used])
    there = np.array([row.is_there for row, _ in used])
    share = np.where(there, 0.5 / there.sum(), 0.5 / (~there).sum()) * len(used)
    spread = values.std(axis=0)
    kept = spread > 1e-9
    names = [name for name, keep in zip(EVIDENCE, kept, strict=True) if keep]
    scaled = np.column_stack([values[:, kept] / spread[kept], np.ones(len(used))])

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        logits = scaled @ weights
        shares = (1 + np.tanh(logits / 2)) / 2
        small = _SMOOTH["calibration"] * np.array([*weights[:-1], 0.0])
        value = (share * (np.logaddexp(0, logits) - right * logits)).sum() + (small * weights).sum() / 2
        return float(value), scaled.T @ (share * (shares - right)) + small

    solved = _solved(loss, [*names, "intercept"])
    sure = (1 + np.tanh(scaled @ solved / 2)) / 2
    near = np.array([row.part == NEAR for row, _ in used])
    nothing_found = sum(not row.is_there and not row.found for row in rows if row.part != NEAR)
    least = threshold([*sure[~there & ~near].tolist(), *[0.0] * nothing_found])
    return {
        "weights": {n: round(float(w), 6) for n, w in zip(names, solved[:-1] / spread[kept], strict=True)},
        "intercept": round(float(solved[-1]), 6),
        "threshold": least,
        "settled": NEVER_SETTLED,
        "right_refused": round(float((sure < least)[right].mean()), 4),
        "wrong_answered": round(float((sure >= least)[there & ~right].mean()), 4),
        "absent_answered": round(float((sure >= least)[~there & ~near].mean()), 4),
    }


def threshold(absent: Sequence[float]) -> float:
    """The least confidence at which no more than MOST_ABSENT of the questions without an answer get one."""
    allowed = int(MOST_ABSENT * len(absent))
    if allowed >= len(absent):
        return 0.0
    return (math.floor(100 * sorted(absent, reverse=True)[allowed]) + 1) / 100


def told(rows: Sequence[Observed], ranker: Ranker) -> dict[str, list[float]]:
    """By set: how many questions, how many have a right candidate, exact and F1 of the best, times 100."""
    found: dict[str, list[float]] = {}
    for part in dict.fromkeys(row.part for row in rows):
        there = [row for row in rows if row.part == part and row.is_there]
        best = [ranked(row, ranker)[0][1] if row.found else 0.0 for row in there]
        most = [max(row.f1s, default=0.0) for row in there]
        shares = (np.mean([v >= 1 for v in most]), np.mean([v >= 1 for v in best]), np.mean(best))
        found[part] = [len(there), *(round(100 * float(share), 1) for share in shares)]
    return found
