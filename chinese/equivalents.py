"""Words that say the same, rows of `equivalents.txt` and `place_kinds.txt`: GDP and 地区生产总值, county and 县."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chinese.english import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Chinese `words` that say the same, `wider` ones that may stand for them, and `english` ones in small letters."""

    words: tuple[str, ...]
    wider: tuple[str, ...] = ()
    english: tuple[str, ...] = ()


@functools.cache
def read_synonyms(file: str = "equivalents.txt") -> tuple[Synonyms, ...]:
    """All rows of a file beside this one."""
    lines = (FOLDER / file).read_text(encoding="utf-8").splitlines()
    return tuple(_row(line) for line in lines if line and not line.startswith("#"))


def _row(line: str) -> Synonyms:
    chinese, _, english = line.partition("|")
    words, _, wider = chinese.partition(">")
    return Synonyms(
        tuple(words.split()),
        tuple(wider.split()),
        tuple(word.strip().lower() for word in english.split(";") if word.strip()),
    )


def synonyms_in(folded: str) -> Iterator[tuple[int, int, Synonyms]]:
    """Where a folded Chinese text has a word of a row that has others, the longest at each place."""
    for match in _pattern().finditer(folded):
        yield match.start(), match.end(), _row_of()[match.group()]


@functools.cache
def english_rows() -> dict[tuple[str, ...], Synonyms]:
    """The rows by each of their English names, as words: ("gross", "domestic", "product")."""
    return _by_english(read_synonyms())


@functools.cache
def english_place_kinds() -> dict[tuple[str, ...], Synonyms]:
    """What follows the name of a place, the same way: ("industrial", "park"); words without a meaning are left out."""
    return _by_english(read_synonyms("place_kinds.txt"))


def _by_english(found: tuple[Synonyms, ...]) -> dict[tuple[str, ...], Synonyms]:
    return {
        tuple(word for word in name.split() if word not in STOP_WORDS): row for row in found for name in row.english
    }


@functools.cache
def _row_of() -> dict[str, Synonyms]:
    return {word: row for row in read_synonyms() if len(row.words) > 1 or row.wider for word in row.words}


@functools.cache
def _pattern() -> re.Pattern[str]:
    words = sorted(_row_of(), key=lambda word: (-len(word), word))
    return re.compile("|".join(rf"(?<![a-z0-9]){re.escape(w)}(?![a-z0-9])" if w.isascii() else w for w in words))
