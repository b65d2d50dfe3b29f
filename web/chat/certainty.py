"""What speaks for a passage, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.look.words import word

if TYPE_CHECKING:
    from chinese.errors import Language
    from qa.types import Signals

__all__ = ["why_in_words"]

# From where on a passage is called high, and medium: quartiles of passages with and without the answer, asked of
# the shipped documents with the shipped models. They order words for a reader; nothing is decided by them.
_LEVELS = (
    ("close_meaning", "dense", 0.9, 0.86),
    ("same_words", "lexical", 10.0, 5.0),
    ("reads_as_answer", "reader", 7.0, 3.0),
)


def why_in_words(signals: Signals, language: Language) -> list[tuple[str, str]]:
    """What speaks for a passage, each with high, medium or low; nothing of a side that did not look at it."""
    rows = []
    for label, name, high, middle in _LEVELS:
        value: float | None = getattr(signals, name)
        if value is not None:
            level = "level_high" if value >= high else "level_middle" if value >= middle else "level_low"
            rows.append((word(label, language), word(level, language)))
    return rows
