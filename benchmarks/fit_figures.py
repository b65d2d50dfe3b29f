"""Fit what chooses a figure's measure, owner and time: `python -m benchmarks.fit_figures` writes fitted.json.

It learns from the marks of sets a, b, d and e (see `benchmarks/figures.py`); set c only measures. A chooser is a linear
score over named features, fitted so that the options which the marks accept have most of the softmax's weight.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from benchmarks.common import say
from benchmarks.figures import alike, load_marks, matching, options_of, period_right, year_of
from embeddings.figures.choosing import FITTED, load_choosers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.figures import Mark
    from embeddings.figures.choosing import Option

TRAINED_ON = ("a", "b", "d", "e")
PENALTIES = {"measure": 12.0, "whose": 12.0, "period": 6.0}
"""Of the squares of all weights: chosen by folds over the sets that are learnt from."""
FEWEST = 4
"""Figures that a feature has to be seen at."""

Case = tuple[list["Option"], list[bool]]


def cases_of(marks: Sequence[Mark]) -> dict[str, list[Case]]:
    """By field: the options of each marked figure that is read, and which of them are right."""
    found: dict[str, list[Case]] = {"measure": [], "whose": [], "period": []}
    texts = {mark.text for mark in marks}
    year = year_of(texts)
    read = {text: options_of(text, year) for text in texts}
    chooser = load_choosers().measure  # as it was fitted last: whose a figure is goes by the measure that is read
    for mark in marks:
        figure = matching(mark, read[mark.text])
        if figure is None or figure.options is None:
            continue
        options = figure.options
        measure_words, whose_words = mark.words("measure"), mark.words("whose")
        found["measure"].append((options.measure, [alike(item.text, measure_words) for item in options.measure]))
        owners = options.whose(chooser.best(options.measure))
        found["whose"].append((owners, [alike(item.text, whose_words) for item in owners]))
        found["period"].append((options.period, [period_right(item.text, mark) for item in options.period]))
    return found


def fit(cases: Sequence[Case], penalty: float) -> dict[str, float]:
    """The weights of one chooser."""
    seen = Counter(
        name
        for options, _ in cases
        for name in {key for item in options for key, value in item.features.items() if value}
    )
    names = sorted(name for name, count in seen.items() if count >= FEWEST)
    place = {name: number for number, name in enumerate(names)}
    useful = [(options, right) for options, right in cases if any(right) and not all(right)]
    known = csr_matrix(_cells(useful, place), shape=(sum(len(options) for options, _ in useful), len(names)))
    is_right = np.array([float(item) for _, right in useful for item in right])
    sizes = np.array([len(options) for options, _ in useful])
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = known @ weights
        shares = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        shares /= np.repeat(np.add.reduceat(shares, starts), sizes)
        mass = np.maximum(np.add.reduceat(shares * is_right, starts), 1e-12)
        slope = shares - shares * is_right / np.repeat(mass, sizes)
        total = 0.5 * penalty * float(weights @ weights) - float(np.log(mass).sum())
        return total, penalty * weights + known.T @ slope

    result = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return {name: round(float(value), 4) for name, value in zip(names, result.x, strict=True) if abs(value) >= 5e-5}


def _cells(cases: Sequence[Case], place: dict[str, int]) -> tuple[list[float], tuple[list[int], list[int]]]:
    """The features of all options, a row each, as values and their rows and columns."""
    values: list[float] = []
    rows: list[int] = []
    columns: list[int] = []
    for row, item in enumerate(item for options, _ in cases for item in options):
        for key, value in item.features.items():
            if value and key in place:
                values.append(value)
                rows.append(row)
                columns.append(place[key])
    return values, (rows, columns)


def share_right(cases: Sequence[Case], weights: dict[str, float]) -> tuple[float, float]:
    """How often the best option is right, and how often any is."""
    best = [
        right[int(np.argmax([sum(weights.get(k, 0.0) * v for k, v in item.features.items()) for item in options]))]
        for options, right in cases
    ]
    return float(np.mean(best)), float(np.mean([any(right) for _, right in cases]))


def main() -> None:
    """Fit all choosers and print how often each is right, on what was learnt from by folds, and on set c."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folds", action="store_true", help="try penalties by folds over the sets learnt from")
    parser.add_argument("--write", action="store_true", help="write the weights to the package")
    arguments = parser.parse_args()
    by_set = {name: cases_of(load_marks([name])) for name in (*TRAINED_ON, "c")}
    weights = {}
    for field in ("measure", "whose", "period"):
        learnt = [case for name in TRAINED_ON for case in by_set[name][field]]
        if arguments.folds:
            for penalty in (3.0, 6.0, 12.0):
                shares = []
                for held in TRAINED_ON:
                    others = [case for name in TRAINED_ON if name != held for case in by_set[name][field]]
                    shares.append(share_right(by_set[held][field], fit(others, penalty))[0])
                say(f"{field}: penalty {penalty}: {np.mean(shares):.3f} by folds")
        weights[field] = fit(learnt, PENALTIES[field])
        inside, most = share_right(learnt, weights[field])
        outside, most_outside = share_right(by_set["c"][field], weights[field])
        learnt_from = f"learnt {inside:.3f} of {most:.3f}"
        say(f"{field}: {len(weights[field])} weights; {learnt_from}; set c {outside:.3f} of {most_outside:.3f}")
    if arguments.write:
        FITTED.write_text(
            json.dumps({"weights": weights}, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
