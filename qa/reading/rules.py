"""The phrases of a passage that are of the kind asked for, by rules: what the reader chooses among.

Every candidate is scored by how close the question's words stand to it, counted in clauses: an answer stands
beside what the question says about it. Scores run from 0 to about 1 and compare across passages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.question.kinds import FIGURES
from qa.reading.figures import read_figures
from qa.reading.phrases import read_names, read_organisations, read_persons, read_places
from qa.reading.prepared import Span, prepare

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qa.finding.kept_chunks import ReadChunk
    from qa.question.question import Question


def read(passage: ReadChunk, question: Question, weights: Mapping[str, float]) -> list[Span]:
    """Candidate answers in a passage, sorted by (-score, start); [] where it holds none of the kind asked for.

    `weights` has each term's weight (rarity). Spans of one `group` above 0 belong together (the two firms of
    哪两家企业).
    """
    reading = prepare(passage, question.terms)
    asked = question.asked
    if asked in FIGURES:
        found = list(read_figures(reading, question, weights))
    elif asked == "person":
        found = list(read_persons(reading, question, weights))
    elif asked == "organisation":
        found = list(read_organisations(reading, question, weights))
    elif asked == "place":
        found = list(read_places(reading, question, weights))
    elif asked in ("name", "list"):
        found = list(read_names(reading, question, weights))
    else:
        found = []
    return sorted(found, key=lambda span: (-span.score, span.start, span.end))
