"""English glosses of Chinese words, taken apart: which of them translate, by which words, and how well."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.english import STOP_WORDS, stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORD = re.compile(r"[a-z]+(?:[-'][a-z]+)*")
_PARENTHESIS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NOT_A_GLOSS = re.compile(
    r"^(?:CL:|surname |(?:old |archaic |erroneous |Taiwan )?variant of|see |abbr\. for|also written)"
)
_LONGEST_GLOSS = 6
"""Words that carry meaning in a gloss; a longer one is an explanation."""
_LONGEST_PHRASE = 4
# A word out of a gloss of several: more where it is the head ("ball game": a game), less where it describes it.
_HEAD, _MODIFIER = 0.8, 0.5
# How much less each further sense of a word counts, and from which on no further one less.
_LATER_SENSE, _LAST_SENSE = 0.1, 4


def translations(glosses: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Those of a word's glosses that translate it, in their order, each with a weight: the first 1."""
    usable = [gloss for gloss in glosses if not _NOT_A_GLOSS.match(gloss)]
    for rank, gloss in enumerate(usable):
        yield gloss, 1 - _LATER_SENSE * min(rank, _LAST_SENSE)


def words_of(gloss: str) -> tuple[list[str], int]:
    """The words of a gloss that carry meaning, up to its first comma, and which of them is its head.

    ([], 0) where there are none, or so many that the gloss explains rather than translates.
    """
    said = _WORD.findall(_PARENTHESIS.sub(" ", gloss).split(",")[0].lower())
    words = [word for word in said if word not in STOP_WORDS]
    if not words or len(words) > _LONGEST_GLOSS:
        return [], 0
    before_of = [word for word in said[: said.index("of")] if word not in STOP_WORDS] if "of" in said else words
    return words, max(0, len(before_of) - 1)


def weighed_stems(words: list[str], head: int) -> list[tuple[str, float]]:
    """The stems of a gloss's words with their weights: 1 alone, less among others, a hyphen's parts like the whole."""
    found: list[tuple[str, float]] = []
    for place, word in enumerate(words):
        weight = 1.0 if len(words) == 1 else (_HEAD if place == head else _MODIFIER) / (len(words) - 1)
        found.extend((stem(part), weight) for part in ([word, *word.split("-")] if "-" in word else [word]))
    return found


def phrase_of(words: list[str]) -> tuple[str, ...]:
    """The stems of a gloss of two to four words, under which it is looked up as a whole; () for another."""
    return tuple(stem(word) for word in words) if 2 <= len(words) <= _LONGEST_PHRASE else ()
