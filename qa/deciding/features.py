"""What speaks for a candidate answer and against it, by name: what the ranker and the calibration weigh.

A feature is what was seen, in units of its own; how much it counts is fitted (see `benchmarks/fit.py`).
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from chinese.facts import only_links
from chinese.quantities import quantities_in
from chinese.text import Text
from chinese.tokens import tagged
from qa.deciding.comparing import KINDS, Conflict
from qa.question.kinds import FIGURES, HOW, MEANS, WHY
from qa.question.terms import MEANT
from qa.reading.prepared import ZONES, nearness_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chinese.facts import Facts
    from qa.deciding.support import Support
    from qa.question.question import Question, Term
    from qa.reading.prepared import Reading, Span

TYPED = FIGURES | {"person", "organisation"}
"""Kinds of answer that a rule can tell from others; where none is in the passages there is no answer."""
SIGNS = (
    "rule", "unit_fits", "unit_differs", "counted", "not_counted", "result", "not_result", "counts_other", "round",
    "whole_noun_after", "noun_beside", "noun_in_clause", "verb_before", "titled", "agent", "row", "subject",
    "place_end", "located", "phrase_ending", "object_after_6", "object_after_4", "object_after_3", "object_after_2",
    "enumeration", "before_quoted", "definition", "quoted_beside_head", "quoted_before_asked", "quoted", "ranked",
    "office",
)  # fmt: skip
"""What rules see at a span that they have found; see `qa.reading`."""
FEATURES = (
    "reader", "reader_high", "reader_top", "english_reader", "english_reader_high", "behind", "english_behind",
    "figure_rule", "english_figure_rule", "unlike", "unlike_words", "unlike_figure", "length",
    "lacks_name", "lacks_year", "headless", "covered", "agreeing", "measure_said", "measure_other",
    "measure_rival", "same_role", "introduced", "cell", "other_cell", "cell_unsaid",
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
        "introduced": float(question.asked == "text" and _is_introduced(question.folded, reading.folded, span.start)),
        **near,
        **span.signs,
    }
    if is_figure:
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


_BEHIND = re.compile(r"[^\d,，。;；、:：\n]{0,12}")
"""What a figure counts may stand behind it: 340名|高层次人才."""


def measures_said(
    question: Question, folded: str, figures: Sequence[tuple[Span, Facts]]
) -> tuple[list[Term], list[frozenset[str]]]:
    """The terms of a question that say what is measured, and those that the words around each figure have.

    Places, numbers and what only links a figure to another (同比增长) are no part of a measure.
    """
    placed = "".join(place.name for place in question.wanted.where)
    asked = [
        term
        for term in question.terms
        if term.kind != "number" and len(term.text) > 1 and term.text not in placed and not only_links(term.text)
    ]
    return asked, [_said_of(asked, facts.measure + _words_behind(folded, span.end)) for span, facts in figures]


def of_measures(
    question: Question,
    asked: Sequence[Term],
    said: Sequence[frozenset[str]],
    figures: Sequence[tuple[Span, Facts]],
    weights: Mapping[str, float],
) -> list[dict[str, float]]:
    """What the words around each figure of a passage say of the measure asked for, as features; see `measures_said`.

    How much of it they name; how much of what they name is another; and how much of it another figure of the same
    sentence has, and this one has not (粮食 of 增加值|增长1%,粮食产量增长2%), or has as well, being the whole of which
    this is a part.
    """
    total = sum(weights[term.text] for term in asked)
    is_date = question.asked == "date"  # what happened then fills the clause behind a date
    told = sum(weights[text] for text in frozenset().union(*said))
    found = []
    for (span, facts), own in zip(figures, said, strict=True):
        beside = [
            own if facts.part and not others.part else terms - own
            for terms, (other, others) in zip(said, figures, strict=True)
            if other.signs and others.text == facts.text and (other.end <= span.start or span.end <= other.start)
            if terms >= own
        ]
        rival = max((sum(weights[text] for text in terms) for terms in beside), default=0.0)
        found.append(
            {
                "measure_said": sum(weights[text] for text in own) / total if total else 0.0,
                "measure_other": _other_measure(question, facts),
                "measure_rival": rival / told if told and not is_date else 0.0,
            }
        )
    return found


def part_asked_for(
    folded: str, said: Sequence[frozenset[str]], figures: Sequence[tuple[Span, Facts]]
) -> list[tuple[Conflict, ...]]:
    """What speaks against each figure that is a whole, where the question names the part that another one counts.

    现有古树86株,其中银杏35株: the 86 is not what is asked for with 银杏有多少株. `said` is of `measures_said`.
    """
    found: list[tuple[Conflict, ...]] = []
    for (span, facts), own in zip(figures, said, strict=True):
        more = [
            min(terms - own)
            for terms, (other, others) in zip(said, figures, strict=True)
            if other.signs and others.part and others.text == facts.text and terms > own
            if folded[other.end - 1] == folded[span.end - 1]
        ]
        is_whole = not facts.part and bool(more)
        found.append((Conflict("part", more[0], "、".join(sorted(own))),) if is_whole else ())
    return found


_COUNTED = re.compile(
    r"(?P<label>[^\d、,，。;；:：\n]{2,16})(?P<figure>\d[\d,.]*[万亿]?(?P<unit>[^\d、,，。;；:：\n]{1,3}))(?=[、,，。;；\n]|$)"
)


def member_asked_for(
    question: Question, folded: str, figures: Sequence[tuple[Span, Facts]]
) -> list[tuple[Conflict, ...]]:
    """What speaks against a figure of a row (招聘医师2名、护士5名) that counts another member than is named."""
    runs: list[list[re.Match[str]]] = []
    for entry in _COUNTED.finditer(folded):
        last = runs[-1][-1] if runs else None
        goes_on = last is not None and entry.start() == last.end() + 1 and folded[last.end()] == "、"
        if last is not None and goes_on and last["unit"] == entry["unit"]:
            runs[-1].append(entry)
        else:
            runs.append([entry])
    others: dict[int, Conflict] = {}
    for run in runs:
        named = [_counted_name(entry["label"]) in question.folded for entry in run]
        asked = next((entry["label"] for entry, is_named in zip(run, named, strict=True) if is_named), "")
        for entry, is_named in zip(run, named, strict=True):
            if asked and not is_named:
                others[entry.start("figure")] = Conflict("member", asked, entry["label"])
    return [(others[span.start],) if span.start in others else () for span, _ in figures]


def _counted_name(label: str) -> str:
    """The last word of what a figure counts: 医师 of 本次招聘医师; two characters of it at least."""
    last = (tagged(label.strip()) or [("", "x")])[-1][0]
    return last if len(last) > 1 else label.strip()[-2:] or label


def _words_behind(folded: str, end: int) -> str:
    found = _BEHIND.match(folded, end)
    return found.group() if found is not None else ""


def _said_of(asked: Sequence[Term], words: str) -> frozenset[str]:
    """The terms, by their text, that words have in one form or another."""
    return frozenset(
        term.text
        for term in asked
        if any(token in words for token, share in term.alternatives if share >= MEANT and len(token) > 1)
    )


def _other_measure(question: Question, facts: Facts) -> float:
    """How much of what the words of a measure name the question does not."""
    named = [word for word, tag in tagged(facts.measure) if len(word) > 1 and tag[0] in "nvj" and not only_links(word)]
    known = [token for term in question.terms for token, _ in term.alternatives]
    other = [word for word in named if not any(word in token or token in word for token in known if len(token) > 1)]
    return len(other) / len(named) if named else 0.0


_MEANS = re.compile(rf"{MEANS}|以|靠|按照")
_CAUSE = re.compile(r"因为|由于|为了|为|因|缘于|是因为|出于")
_LONGEST_LEAD = 3


def _is_introduced(asked: str, folded: str, start: int) -> bool:
    """Whether a candidate begins with, or stands behind, the word that leads in what is asked for: 通过, 因为."""
    lead = _MEANS if HOW.search(asked) else _CAUSE if WHY.search(asked) else None
    return lead is not None and any(
        (found := lead.match(folded, begin)) is not None and (begin == start or found.end() == start)
        for begin in range(max(0, start - _LONGEST_LEAD), start + 1)
    )
