"""Measures of answers: how texts are compared, ranks, what confidence is worth. All are pure functions.

Shares lie between 0 and 1; a mean over nothing is 0.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from chinese.tokens import fold
from embeddings.splitting.cleaning import without_readings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PUNCTUATION = re.compile(r"[^\w.%/]|_")
_LONE_DOT = re.compile(r"(?<!\d)\.|\.(?!\d)")
_BOUND_WORDS = re.compile(r"[近超逾约达余多]")
_CMRC_SYMBOLS = frozenset("^~`+=")
"""What CMRC 2018's script drops besides characters that Unicode has as punctuation."""

RESAMPLES = 1000
BINS = 10


# --- texts


def normalise(text: str) -> str:
    """NFKC, simplified, lower case, without white space and pinyin notes."""
    return "".join(without_readings(fold(unicodedata.normalize("NFKC", text)), spoilt=True).split())


def comparable(text: str) -> str:
    """Normalised, without punctuation (but . % / in figures) and, where there are digits, without bound words."""
    bare = _LONE_DOT.sub("", _PUNCTUATION.sub("", normalise(text)))
    return _BOUND_WORDS.sub("", bare) if re.search(r"\d", bare) else bare


def characters(text: str) -> str:
    """Normalised, without any punctuation: what exact match and F1 of the question sets compare."""
    return "".join(
        character
        for character in normalise(text)
        if unicodedata.category(character)[0] != "P" and character not in _CMRC_SYMBOLS
    )


def exact_match(given: str, accepted: Iterable[str]) -> bool:
    """Whether `given` has the characters of one of the accepted answers, no more and no less."""
    bare = characters(given)
    return bool(bare) and any(characters(text) == bare for text in accepted)


def f1(given: str, accepted: Iterable[str]) -> float:
    """CMRC 2018's F1: of the longest run of characters that both have; the best over the accepted answers."""
    bare = characters(given)
    return max((_run_f1(bare, characters(text)) for text in accepted), default=0.0)


def _run_f1(given: str, wanted: str) -> float:
    run = SequenceMatcher(None, given, wanted, autojunk=False).find_longest_match().size
    return 2 * run / (len(given) + len(wanted)) if run else 0.0


# --- ranks and times


def mean(values: Iterable[float]) -> float:
    """The mean, 0 for no values."""
    listed = list(values)
    return math.fsum(listed) / len(listed) if listed else 0.0


def found_share(ranks: Iterable[int], k: int) -> float:
    """The share of ranks (from 1, 0 for not found) that are among the first k."""
    return mean(1 <= rank <= k for rank in ranks)


def mean_reciprocal_rank(ranks: Iterable[int]) -> float:
    """The mean of 1 / rank, where a rank of 0 (not found) counts 0."""
    return mean(1 / rank if rank else 0.0 for rank in ranks)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that is at least as large as `share` of all values; ValueError for no values."""
    if not values:
        raise ValueError("There is no percentile of no values")
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def interval(values: Sequence[float], resamples: int = RESAMPLES, seed: int = 0) -> tuple[float, float]:
    """The bounds within which the mean of 95 of 100 resamples (bootstrap) of the values lies."""
    if not values:
        return 0.0, 0.0
    numbers = np.asarray(values, dtype=np.float64)
    drawn = np.random.default_rng(seed).integers(0, len(numbers), (resamples, len(numbers)))
    low, high = np.quantile(numbers[drawn].mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


# --- confidence


def auroc(there: Sequence[float], absent: Sequence[float]) -> float:
    """How often one of `there` has a higher confidence than one of `absent`; equal ones count half.

    ValueError where either is empty.
    """
    if not there or not absent:
        raise ValueError(f"AUROC needs both kinds of questions, not {len(there)} answerable and {len(absent)} absent")
    below = np.sort(np.asarray(absent, dtype=np.float64))
    values = np.asarray(there, dtype=np.float64)
    wins = np.searchsorted(below, values, "left") + np.searchsorted(below, values, "right")
    return float(wins.sum() / 2 / len(there) / len(absent))


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float]]:
    """The curve as (coverage, risk): of the n most confident answers, for each n, the share that is wrong.

    Among answers of equal confidence the wrong ones are taken to be spread evenly, so the order in which they
    are given does not matter.
    """
    ranked = sorted(zip(confidences, right, strict=True), key=lambda item: -item[0])
    curve: list[tuple[float, float]] = []
    wrong = 0.0
    for _, group in groupby(ranked, key=lambda item: item[0]):
        verdicts = [is_right for _, is_right in group]
        share = verdicts.count(False) / len(verdicts)
        before = len(curve)
        for taken in range(1, len(verdicts) + 1):
            count = before + taken
            curve.append((count / len(ranked), (wrong + share * taken) / count))
        wrong += verdicts.count(False)
    return curve


def area_under(curve: Sequence[tuple[float, float]]) -> float:
    """The area under a risk-coverage curve: the mean of its risks."""
    return mean(risk for _, risk in curve)


def least_area(right: Sequence[bool]) -> float:
    """The area under the curve if every right answer were ranked before every wrong one: none can be lower."""
    return area_under(risk_coverage([float(is_right) for is_right in right], right))


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers whose confidence is from `low` to `high`: how many, their mean confidence, the share that is right.

    `high` itself belongs to the next bin, save in the last.
    """

    low: float
    high: float
    count: int
    confidence: float
    right: float


def reliability(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> tuple[Bin, ...]:
    """Bins of equal width from 0 to 1, the empty ones too."""
    members: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for confidence, is_right in zip(confidences, right, strict=True):
        if not 0 <= confidence <= 1:
            raise ValueError(f"A confidence is {confidence}; it must be from 0 to 1")
        members[min(bins - 1, int(confidence * bins))].append((confidence, is_right))
    return tuple(
        Bin(
            low=number / bins,
            high=(number + 1) / bins,
            count=len(inside),
            confidence=mean(confidence for confidence, _ in inside),
            right=mean(is_right for _, is_right in inside),
        )
        for number, inside in enumerate(members)
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: how far confidence and share of right answers lie apart, by the bins' counts."""
    total = sum(item.count for item in bins)
    return math.fsum(item.count * abs(item.confidence - item.right) for item in bins) / total if total else 0.0
