"""The phrases of a passage that are of the kind asked for, by rules, each with what speaks for it by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.question.kinds import FIGURES, WHY, person_asked_about
from qa.reading.figures import read_figures
from qa.reading.phrases import (
    read_causes,
    read_entries,
    read_names,
    read_offices,
    read_organisations,
    read_persons,
    read_places,
    read_ranked,
)
from qa.reading.prepared import Reading, Span, prepare

if TYPE_CHECKING:
    from qa.finding.kept_chunks import ReadChunk
    from qa.question.question import Question


def read(passage: ReadChunk, question: Question) -> tuple[Reading, list[Span]]:
    """A passage prepared, and its candidate answers in order; [] where it holds none of the kind asked for.

    Spans of one `group` above 0 belong together (the two firms of 哪两家企业).
    """
    reading = prepare(passage, question.terms)
    asked = question.asked
    found: list[Span] = []
    if asked in FIGURES:
        found.extend(read_figures(reading, question))
    elif asked == "person":
        found.extend(read_persons(reading, question))
    elif asked == "organisation":
        found.extend(read_organisations(reading, question))
    elif asked == "place":
        found.extend(read_places(reading, question))
    elif asked in ("name", "list"):
        found.extend(read_names(reading, question))
    elif person := person_asked_about(question.folded):
        found.extend(read_offices(reading, person))
    elif question.language == "zh" and WHY.search(question.folded):
        found.extend(read_causes(reading))
    if asked in ("name", "place", "organisation", "person"):  # 第二大贸易伙伴是谁
        found.extend(read_ranked(reading, question))
    if question.wanted.row:
        found.extend(read_entries(reading, question))
    return reading, sorted(found, key=lambda span: (span.start, span.end))
