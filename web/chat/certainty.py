"""How sure an answer is, in words: from what probability on it is shown as a fact, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.look.words import word

if TYPE_CHECKING:
    from chinese.errors import Language
    from qa.types import Answer, Signals

__all__ = ["SURE", "confidence_text", "is_sure", "why_in_words"]

SURE = 0.6
"""The confidence from which an answer is shown as a fact; below it its sentence comes first, and it is "possibly".

Confidence is a calibrated probability (`qa/deciding/calibration.json`, whose `threshold` is where answers begin): of
those below this one, two in five or more are wrong.
"""

_CONFIDENCE = (
    (0.85, "很有把握", "Very likely right"),
    (SURE, "比较有把握", "Likely right"),
    (0.4, "把握一般，请对照原文", "Possibly right; check the source"),
    (0.0, "把握不大，请对照原文", "Uncertain; check the source"),
)

# From where on a passage is called high, and medium: quartiles of passages with and without the answer, asked of
# the shipped documents with the shipped models. They order words for a reader; nothing is decided by them.
_LEVELS = (
    ("close_meaning", "dense", 0.9, 0.86),
    ("same_words", "lexical", 10.0, 5.0),
    ("reads_as_answer", "reader", 7.0, 3.0),
)


def is_sure(answer: Answer) -> bool:
    """Whether it is shown as a fact."""
    return answer.confidence >= SURE


def confidence_text(value: float, language: Language) -> str:
    """A probability in words and as a number: 很有把握（97%）."""
    zh, en = next((zh, en) for least, zh, en in _CONFIDENCE if value >= least or least == 0)
    return f"{en} ({value:.0%})" if language == "en" else f"{zh}（{value:.0%}）"


def why_in_words(signals: Signals, language: Language) -> list[tuple[str, str]]:
    """What speaks for a passage, each with high, medium or low; nothing of a side that did not look at it."""
    rows = []
    for label, name, high, middle in _LEVELS:
        value: float | None = getattr(signals, name)
        if value is not None:
            level = "level_high" if value >= high else "level_middle" if value >= middle else "level_low"
            rows.append((word(label, language), word(level, language)))
    return rows
