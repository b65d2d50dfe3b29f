"""Kinds of zone written with a wrong character that sounds like the right one: 高薪区 for 高新区, 经开曲 for 经开区.

Who types pinyin takes one character for another of the same sound. Only the kinds of zone are looked at, which are few
and known; whether the word is one that the documents have as it is written, the caller has to see.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.dictionary import readings_of
from chinese.equivalents import read_synonyms
from chinese.tokens import fold, frequency

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHORTEST = 3
"""Of two characters one is too little to go by: 心区 of 中心区 is not 新区."""
# Of one sound, and each the end of a name of its own.
_ENDINGS = frozenset("园院苑员源")
# What dialects and typists do not tell apart: zh and z, n and l, ing and in.
_ALIKE = ((re.compile("^([zcs])h"), r"\1"), (re.compile("^l"), "n"), (re.compile("([aei])ng$"), r"\1n"))


@dataclass(frozen=True, slots=True)
class Misspelt:
    """Where a text has a kind of zone with one character wrong, what is written there, and what is meant."""

    start: int
    written: str
    meant: str


def zones_misspelt(text: str) -> Iterator[Misspelt]:
    """What may be misspelt in a text, in order; nothing that is a word of the dictionary as it is written."""
    folded = fold(text)
    for start in range(len(folded)):
        meant = {kind for kind in _kinds() if _may_be(folded[start : start + len(kind)], kind)}
        if len(meant) == 1:
            kind = meant.pop()
            yield Misspelt(start, folded[start : start + len(kind)], kind)


def _may_be(written: str, kind: str) -> bool:
    pairs = [(one, other) for one, other in zip(written, kind, strict=False) if one != other]
    if len(written) != len(kind) or len(pairs) != 1 or frequency(written):
        return False
    one, other = pairs[0]
    return not (one in _ENDINGS and other in _ENDINGS) and bool(_sounds(one) & _sounds(other))


@functools.cache
def _kinds() -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(word for row in read_synonyms("place_kinds.txt") for word in row.words if len(word) >= _SHORTEST)
    )


@functools.lru_cache(maxsize=4096)
def _sounds(character: str) -> frozenset[str]:
    return frozenset(_alike(reading) for reading in readings_of(character) if reading.isascii())


def _alike(reading: str) -> str:
    for sound, other in _ALIKE:
        reading = sound.sub(other, reading)
    return reading
