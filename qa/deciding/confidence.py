"""How sure an answer is: a probability, fitted on questions that nothing else was trained on.

`benchmarks/fit.py` fits the weights, by logistic regression, and chooses the threshold on the risk-coverage curve; both
are in `calibration.json`, with the names of the evidence and the constants they were fitted with.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.deciding.candidates import sense_of
from qa.deciding.features import MOST, TYPED
from qa.deciding.fitted import unusable
from qa.deciding.support import HALF
from qa.finding import retrieval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.deciding.candidates import Found
    from qa.deciding.comparing import Conflict
    from qa.finding.retrieval import Candidate
    from qa.question.question import Question

CALIBRATION = Path(__file__).with_name("calibration.json")
_COMPARED = 6
"""Passages from which on a score says how far one stands out."""

_FROM_FEATURES = (
    "reader", "reader_high", "reader_top", "english_reader", "unlike", "unlike_words", "covered", "agreeing",
    "measure_said", "measure_other", "measure_rival", "office", "cell", "other_cell",
    "cell_unsaid",
    "same_role", "close_before", "close_after", "clause_before", "clause_after", "sentence_before",
    "sentence_after", "elsewhere", "title", "lacks_name", "lacks_year", "headless", "length",
)  # fmt: skip
EVIDENCE = (
    *_FROM_FEATURES, "ahead", "ahead_here", "typed", "fused", "few", "few_covered", "few_lacking", "lead", "certain",
    "maybe", "english", "english_fused", "words",
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
        "distinct": HALF,
        "most": MOST,
        "compared": _COMPARED,
    }


NEVER_SETTLED = 2.0
"""More than any probability: every passage is read for every question."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the evidence by name, the intercept, and the probability below which nothing is called an answer.

    An answer that the first passages make at least as sure as `settled` stands without reading the others.
    """

    weights: Mapping[str, float]
    intercept: float
    threshold: float
    settled: float = NEVER_SETTLED

    @classmethod
    def load(cls, file: Path = CALIBRATION) -> Calibration:
        """Read a calibration, by default the one that comes with the project.

        Raises WenjuError for a file that is none, and for one that was fitted to other evidence, or with other
        constants, than this code has: its probabilities would be wrong.
        """
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
            differing = _differing(data)
            numbers = (float(data[name]) for name in ("intercept", "threshold", "settled"))
            found = cls({name: float(value) for name, value in data["weights"].items()}, *numbers)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise unusable(file, f"{type(error).__name__}: {error}") from error
        if differing:
            raise unusable(file, ", ".join(differing))
        return found

    def probability(self, evidence: Mapping[str, float]) -> float:
        """The probability that an answer with this evidence is right."""
        logit = self.intercept + sum(weight * evidence[name] for name, weight in self.weights.items())
        return round((1 + math.tanh(logit / 2)) / 2, 4)


def _differing(data: Mapping[str, Any]) -> list[str]:
    """Names of evidence and constants that differ between a calibration and this code, constants with both values."""
    evidence = set(data["features"]) ^ set(EVIDENCE) | set(data["weights"]) - set(EVIDENCE)
    fitted, own = dict(data["constants"]), constants()
    names = [name for name in sorted(fitted.keys() | own.keys()) if fitted.get(name) != own.get(name)]
    return [*sorted(evidence), *(f"{name} ({fitted.get(name)} / {own.get(name)})" for name in names)]


def _is_about_other(conflict: Conflict) -> bool:
    """Whether a candidate is surely about something else, or about what is beyond a limit that is not asked for."""
    return conflict.is_certain or (conflict.kind == "limit" and not conflict.asked)


def evidence_for(question: Question, passages: Sequence[Candidate], found: Sequence[Found]) -> dict[str, float]:
    """What speaks for the first of `found`, by name.

    Its features, how far it is ahead of the best answer elsewhere, how far its passage stands out from the pool and
    from the next, and what its sentence has otherwise than asked.
    """
    best = found[0]
    said = sense_of(best, passages)
    # What says the same in another place is no other answer, nor is what is about something else.
    sound = [item for item in found[1:] if not any(map(_is_about_other, item.conflicts))]
    rivals = [item for item in sound if _elsewhere(item, best) and sense_of(item, passages) != said]
    holding = {best.passage, *(item.passage for item in sound if sense_of(item, passages) == said)}
    others = [item.score for item in rivals]
    here = [item.score for item in rivals if item.passage == best.passage]
    # Among very few passages none can stand out: there the score says so much less than what the passage has or lacks.
    told = min(1.0, (len(passages) - 1) / (_COMPARED - 1))
    score = max(passages[place].score for place in holding)
    rest = [item.score for place, item in enumerate(passages) if place not in holding]
    fused = min(MOST, told * score)
    is_english = float(question.language == "en")
    return {
        **{name: best.features.get(name, 0.0) for name in _FROM_FEATURES},
        "ahead": min(MOST, best.score - max(others)) if others else MOST,
        "ahead_here": min(MOST, best.score - max(here)) if here else MOST,
        "typed": float(question.asked in TYPED and bool(best.span.signs)),
        "fused": fused,
        "few": 1.0 - told,
        "few_covered": (1.0 - told) * best.features.get("covered", 0.0),
        "few_lacking": (1.0 - told) * best.features.get("lacks_name", 0.0),
        "lead": max(-MOST, min(MOST, score - max(rest))) if rest else 0.0,
        "certain": float(any(item.is_certain for item in best.conflicts)),
        "maybe": float(len({item.kind for item in best.conflicts if not item.is_certain})),
        "english": is_english,
        "english_fused": is_english * fused,
        "words": float(question.asked in ("text", "name", "list")),
    }


SURE_OF_CELL = 0.9
"""How sure a cell is at least whose row and column are both asked for, with nothing else in the question."""


def is_cell_asked_for(found: Sequence[Found], passages: Sequence[Candidate]) -> bool:
    """Whether the first of `found` is the one cell that the question names by both its headings.

    That is no likelihood: the words are the same, and no other cell is named by them. It is not fitted, as the sets
    that are fitted on have hardly any tables. Two tables may have such a cell each: then which is meant is not known.
    """
    whole = [item for item in found if item.features.get("cell") == 1.0]
    exact = [item for item in whole if not any(c.is_certain or c.kind == "year" for c in item.conflicts)]
    if not exact or found[0] is not exact[0]:
        return False
    if exact[0].span.group:
        return all(item.span.group and item.passage == exact[0].passage for item in exact)
    return len({sense_of(item, passages) for item in exact}) == 1


def _elsewhere(item: Found, best: Found) -> bool:
    """Whether a candidate is another answer than the best one, not a longer or shorter form of it."""
    if item.passage != best.passage:
        return True
    shared = min(item.span.end, best.span.end) - max(item.span.start, best.span.start)
    return shared <= HALF * min(item.span.end - item.span.start, best.span.end - best.span.start)
