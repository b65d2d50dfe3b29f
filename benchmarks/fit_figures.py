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

from benchmarks.common import say
from benchmarks.figures import alike, load_marks, matching, options_of, period_right, year_of
from embeddings.figures.choosing import FITTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.figures import Mark
    from embeddings.figures.choosing import Option

TRAINED_ON = ("a", "b", "d", "e")
PENALTY = 3.0
"""Of the squares of all weights: chosen by folds over the sets that are learnt from."""
SAID = 0.75
"""By how much no time has to be likelier than one: as many are right with it, and one in six more is said."""
FEWEST = 4
"""Figures that a feature has to be seen at."""

Case = tuple[list["Option"], list[bool]]


def cases_of(marks: Sequence[Mark]) -> dict[str, list[Case]]:
    """By field: the options of each marked figure that is read, and which of them are right."""
    found: dict[str, list[Case]] = {"measure": [], "whose": [], "period": []}
    texts = {mark.text for mark in marks}
    year = year_of(texts)
    read = {text: options_of(text, year) for text in texts}
    for mark in marks:
        figure = matching(mark, read[mark.text])
        if figure is None or figure.options is None:
            continue
        options = figure.options
        measure_words, whose_words = mark.words("measure"), mark.words("whose")
        found["measure"].append((options.measure, [alike(item.text, measure_words) for item in options.measure]))
        owners = options.whose(measure_words[0] if measure_words else "")
        found["whose"].append((owners, [alike(item.text, whose_words) for item in owners]))
        found["period"].append((options.period, [period_right(item.text, mark) for item in options.period]))
    return found


def fit(cases: Sequence[Case], penalty: float = PENALTY) -> dict[str, float]:
    """The weights of one chooser."""
    seen = Counter(
        name
        for options, _ in cases
        for name in {key for item in options for key, value in item.features.items() if value}
    )
    names = sorted(name for name, count in seen.items() if count >= FEWEST)
    place = {name: number for number, name in enumerate(names)}
    useful = [(options, right) for options, right in cases if any(right) and not all(right)]
    blocks = []
    for options, right in useful:
        rows = np.zeros((len(options), len(names)))
        for number, item in enumerate(options):
            for key, value in item.features.items():
                if key in place:
                    rows[number, place[key]] = value
        blocks.append((rows, np.array(right)))

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = 0.5 * penalty * float(weights @ weights), penalty * weights
        for rows, right in blocks:
            scores = rows @ weights
            scores = scores - scores.max()
            shares = np.exp(scores)
            shares /= shares.sum()
            good = shares * right
            mass = max(good.sum(), 1e-12)
            total -= float(np.log(mass))
            slope = slope - rows.T @ (good / mass - shares)
        return total, slope

    result = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return {name: round(float(value), 4) for name, value in zip(names, result.x, strict=True) if abs(value) >= 5e-5}


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
            for penalty in (0.1, 0.3, 1.0, 3.0, 10.0):
                shares = []
                for held in TRAINED_ON:
                    others = [case for name in TRAINED_ON if name != held for case in by_set[name][field]]
                    shares.append(share_right(by_set[held][field], fit(others, penalty))[0])
                say(f"{field}: penalty {penalty}: {np.mean(shares):.3f} by folds")
        weights[field] = fit(learnt)
        if field == "period":
            weights[field]["none"] = round(weights[field].get("none", 0.0) - SAID, 4)
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
