"""The words that stand around figures, by what they do there: the rows of figure_words.tsv."""

from __future__ import annotations

from collections import defaultdict

from chinese.rows import rows
from chinese.units import any_of


def _table() -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, words in rows("figure_words.tsv"):
        found[name].extend(words.split())
    return {name: tuple(words) for name, words in found.items()}


FIGURE_WORDS = _table()
"""The words by what they do: link, rate, change, compared, lead, opening, predicate, outside."""


def any_that(name: str) -> str:
    """All words that do this as a regular expression, longest first."""
    return f"(?:{any_of(FIGURE_WORDS[name])})"
