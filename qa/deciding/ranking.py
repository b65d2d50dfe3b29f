"""Which candidate is best: a weight for each feature, fitted on questions that nothing else was trained on.

`benchmarks/fit.py` fits the weights, so that of a question's candidates the right one has the highest sum; they
are in `ranking.json`, with what they were fitted on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qa.deciding.features import FEATURES
from qa.deciding.fitted import unusable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

RANKING = Path(__file__).with_name("ranking.json")


@dataclass(frozen=True, slots=True)
class Ranker:
    """A weight for each feature by name; one without a weight counts nothing."""

    weights: Mapping[str, float]

    @classmethod
    def load(cls, file: Path = RANKING) -> Ranker:
        """Read fitted weights, by default those that come with the project.

        Raises WenjuError for a file that has none, and for one that was fitted to other features than this code has.
        """
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
            differing = sorted(set(data["features"]) ^ set(FEATURES))
            found = cls({name: float(value) for name, value in data["weights"].items()})
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise unusable(file, f"{type(error).__name__}: {error}") from error
        if differing:
            raise unusable(file, ", ".join(differing))
        return found

    def worth(self, features: Mapping[str, float]) -> float:
        """What a candidate with these features is worth; only compares with others of the same question."""
        return sum(self.weights.get(name, 0.0) * value for name, value in features.items())

    def without(self, left_out: AbstractSet[str]) -> Ranker:
        """The ranker without some features, to see what they are worth."""
        return Ranker({name: weight for name, weight in self.weights.items() if name not in left_out})
