"""What speaks for a candidate answer and against it, by name: what the ranker and the calibration weigh.

A feature is what was seen, in units of its own; how much it counts is fitted (see `benchmarks/fit.py`).
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from chinese.quantities import quantities_in
from chinese.text import Text
from chinese.tokens import tagged
from qa.deciding.comparing import KINDS
from qa.question.kinds import FIGURES
from qa.reading.prepared import MEANT, ZONES, nearness_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chinese.facts import Facts
    from qa.deciding.comparing import Conflict
    from qa.deciding.support import Support
    from qa.question.question import Question
    from qa.reading.prepared import Reading, Span

TYPED = FIGURES | {"person", "organisation"}
"""Kinds of answer that a rule can tell from others; where none is in the passages there is no answer."""
SIGNS = (
    "rule", "unit_fits", "unit_differs", "counted", "not_counted", "result", "not_result", "counts_other", "round",
    "whole_noun_after", "noun_beside", "noun_in_clause", "verb_before", "titled", "agent", "row", "subject",
    "place_end", "located", "phrase_ending", "object_after_6", "object_after_4", "object_after_3", "object_after_2",
    "enumeration", "before_quoted", "definition", "quoted_beside_head", "quoted_before_asked", "quoted",
)  # fmt: skip
"""What rules see at a span that they have found; see `qa.reading`."""
FEATURES = (
    "reader", "reader_high", "reader_top", "english_reader", "english_reader_high", "behind", "english_behind",
    "figure_rule", "english_figure_rule", "unlike", "unlike_words", "unlike_figure", "length",
    "lacks_name", "lacks_year", "headless", "covered", "agreeing", "measure_said", "measure_other", "same_role",
    *ZONES, *(f"figure_{zone}" for zone in ZONES), *SIGNS, *(f"conflict_{kind}" for kind in KINDS),
    *(f"maybe_{kind}" for kind in KINDS),
)  # fmt: skip
"""The names of all features."""
MOST = 8.0
"""Beyond this a log-odds, or a distance in standard deviations, says no more."""
_FIGURE = re.compile(r"[\d一二三四五六七八九十百千万半两]")


def features_of(
    question: Question,
    reading: Reading,
    span: Span,
    log_odds: float,
    facts: Facts,
    conflicts: tuple[Conflict, ...],
    weights: Mapping[str, float],
) -> dict[str, float]:
    """The features of a span by itself; those that are 0 are left out."""
    is_typed, is_english = question.asked in TYPED, question.language == "en"
    is_figure = question.asked in FIGURES
    reader = max(-MOST, min(MOST, log_odds))
    near = nearness_of(reading, question.terms, weights, span.start, span.end)
    words = reading.folded[span.start : span.end]
    is_ruled = bool(span.signs)
    found: dict[str, float] = {
        "reader": reader,
        "reader_high": max(0.0, reader),
        "english_reader": reader * is_english,
        "english_reader_high": max(0.0, reader) * is_english,
        "figure_rule": float(is_figure and is_ruled),
        "english_figure_rule": float(is_figure and is_ruled and is_english),
        "unlike": float(is_typed and not is_ruled),
        "unlike_words": float(is_figure and not is_ruled and not _FIGURE.search(words)),
        "unlike_figure": float(is_figure and not is_ruled and bool(quantities_in(Text(words, words)))),
        "length": 0.0 if question.asked == "text" else math.log1p(len(words)),
        "same_role": float(any(not role.is_other(other) for role in question.wanted.roles for other in facts.roles)),
        **near,
        **span.signs,
    }
    if is_figure:
        said, other = _measured(question, facts.measure, weights)
        found |= {"measure_said": said, "measure_other": other}
        found |= {f"figure_{zone}": share for zone, share in near.items()}
    for conflict in conflicts:
        found[f"{'conflict' if conflict.is_certain else 'maybe'}_{conflict.kind}"] = 1.0
    return {name: round(value, 6) for name, value in found.items() if value}


def of_passage(question: Question, support: Support, behind: float) -> dict[str, float]:
    """The features that a passage gives all of its candidates; `behind` is how far it is from the best one's score."""
    return {
        "behind": min(MOST, behind),
        "english_behind": min(MOST, behind) * (question.language == "en"),
        "lacks_name": float(bool(support.missing_names)),
        "lacks_year": float(bool(support.missing_years)),
        "headless": float(not support.head),
        "covered": support.covered,
    }


def _measured(question: Question, measure: str, weights: Mapping[str, float]) -> tuple[float, float]:
    """How much of what is asked the words of a figure's measure have, and how much of them is not asked for."""
    asked = [term for term in question.terms if term.kind != "name" and term.text not in question.years]
    total = sum(weights[term.text] for term in asked)
    said = sum(
        weights[term.text]
        for term in asked
        if any(token in measure for token, share in term.alternatives if share >= MEANT and len(token) > 1)
    )
    words = [word for word, tag in tagged(measure) if len(word) > 1 and tag[0] in "nvj"]
    known = [token for term in question.terms for token, _ in term.alternatives]
    other = [word for word in words if not any(word in token or token in word for token in known if len(token) > 1)]
    return said / total if total else 0.0, len(other) / len(words) if words else 0.0
