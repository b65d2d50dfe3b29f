"""The choice among what a figure's measure, owner and time may be: named features, weighed as fitted to marked figures.

`python -m benchmarks.fit_figures` fits the weights to figures that were marked by hand; what it has not seen weighs
nothing.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FITTED = Path(__file__).with_name("fitted.json")

Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class Option:
    """Something that may be chosen, and what is known of it."""

    text: str
    features: Features


def note(found: dict[str, Features], text: str, features: Mapping[str, float]) -> None:
    """Add what is known of an option; one that comes several times has what speaks for it in any."""
    known = found.setdefault(text, {})
    for key, value in features.items():
        known[key] = max(known.get(key, 0.0), value)


@dataclass(frozen=True, slots=True)
class Chooser:
    """What each feature is worth."""

    weights: Mapping[str, float]

    def score(self, features: Mapping[str, float]) -> float:
        weights = self.weights
        return sum([weights.get(name, 0.0) * value for name, value in features.items()])

    def best(self, options: Sequence[Option], least: float = 0.0) -> str:
        """The text of the best option, the first of equals; "" where there is none with `least` of the probability."""
        if not options:
            return ""
        scores = [self.score(option.features) for option in options]
        top = max(scores)
        if least and 1.0 / sum([math.exp(score - top) for score in scores]) < least:
            return ""
        return options[scores.index(top)].text


@dataclass(frozen=True, slots=True)
class Choosers:
    """Those for each field of a figure."""

    measure: Chooser
    whose: Chooser
    period: Chooser


def load_choosers(path: Path = FITTED) -> Choosers:
    """Those that come with the project."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Choosers(*(Chooser(data["weights"][name]) for name in ("measure", "whose", "period")))
