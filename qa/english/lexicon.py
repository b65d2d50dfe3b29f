"""English words -> the Chinese words of the corpus that they may stand for.

Only words that the corpus has are taken, so that a question is never led away by a word that nothing contains.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from chinese.dictionary import is_proper_name, meanings, readings_of
from chinese.english import STOP_WORDS, month_number, roman_number, root, stem, stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Weighed = tuple[tuple[str, float], ...]
"""Chinese words, each with a weight from 0 to 1, the best first."""

_HAN_WORD = re.compile(r"^[\u4e00-\u9fff]{1,8}$")
# Suffixes that a district's English name leaves out or translates.
_PLACE_SUFFIXES = "省市区县镇乡村街道州岛山"
# One character alone stands in too many words to say much.
_SINGLE_CHARACTER = 0.5
# A part of a hyphened word, and a word of the same family only, say less than the word itself.
_PART = 0.7
_FAMILY = 0.6
_SURE = 0.5
_MOST_WORDS = 40
_SHORTEST_NAME = 4
_LONGEST_NAME = 6
_LONGEST_PHRASE = 4


class Lexicon:
    """Chinese words by English stem, by phrase, and by pinyin, for one corpus.

    `glosses` maps a stem to its words: a gloss of one word counts whole, a word out of a longer gloss less.
    `phrases` maps the stems of a gloss of several words to words; `names` toneless pinyin written together.
    """

    def __init__(
        self,
        glosses: Mapping[str, Weighed],
        names: Mapping[str, tuple[str, ...]],
        phrases: Mapping[tuple[str, ...], tuple[str, ...]],
    ) -> None:
        self._glosses = glosses
        self._names = names
        self._phrases = phrases
        families: dict[str, list[str]] = defaultdict(list)
        for english in glosses:
            families[root(english)].append(english)
        self._families = families

    @classmethod
    def for_vocabulary(cls, vocabulary: Iterable[str]) -> Lexicon:
        """The lexicon of the words that a corpus has."""
        words = sorted({word for word in vocabulary if _HAN_WORD.match(word)})
        by_stem: dict[str, dict[str, float]] = defaultdict(dict)
        by_phrase: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
        for word in words:
            for entry, share in meanings(word):
                for english, weight in entry.stems.items():
                    by_stem[english][word] = max(share * weight, by_stem[english].get(word, 0.0))
                for phrase in entry.phrases:
                    by_phrase[phrase][word] = None
        glosses = {english: _ranked(found) for english, found in by_stem.items()}
        return cls(glosses, _names_of(words), {phrase: tuple(found) for phrase, found in by_phrase.items()})

    def is_name(self, word: str) -> bool:
        """Whether an English word is the name of a place or a person (Shenzhen), in the corpus or not."""
        lower = _joined(word)
        return is_proper_name(lower) or lower in self._names

    def translate(self, word: str) -> Weighed:
        """Chinese words for one English word; () where there is none."""
        return _ranked(self._found(word))[:_MOST_WORDS]

    def translate_words(self, words: Sequence[str]) -> tuple[Weighed, ...]:
        """Chinese words for each of the words of a question, in its order.

        What several neighbouring words say together (Super Bowl, Liu Xiang) stands for each of them.
        """
        found = [self._found(word) for word in words]
        for start, end, chinese in self._said_together(words):
            for place in range(start, end):
                found[place].update(dict.fromkeys(chinese, 1.0))
        return tuple(_ranked(items)[:_MOST_WORDS] for items in found)

    def _said_together(self, words: Sequence[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Ranges of the words that are a gloss or a name as a whole, the longest at each place, without overlap."""
        keys = [stem(_plain(word)) for word in words]
        start = 0
        while start < len(words):
            for end in range(min(start + _LONGEST_PHRASE, len(words)), start + 1, -1):
                chinese = self._phrases.get(tuple(keys[start:end]), ())
                if all(word[0].isupper() for word in words[start:end]):
                    chinese += self._names.get(_joined("".join(words[start:end])), ())
                if chinese:
                    yield start, end, chinese
                    start = end - 1
                    break
            start += 1

    def _found(self, word: str) -> dict[str, float]:
        lower = _plain(word)
        found: dict[str, float] = {}
        for part in dict.fromkeys([lower, *lower.split("-")]):
            if part == lower or part not in STOP_WORDS:
                for english in stems(part):
                    self._add(found, english, 1.0 if part == lower else _PART)
        if not any(weight >= _SURE for weight in found.values()):
            for english in self._families.get(root(stem(lower)), ()):
                self._add(found, english, _FAMILY)
        month = month_number(lower)
        if month is not None:
            found[f"{month}月"] = 1.0
        number = roman_number(word)
        if number is not None:
            found[str(number)] = 1.0
        if len(lower) >= _SHORTEST_NAME:
            found.update(dict.fromkeys(self._names.get(_joined(lower), ()), 1.0))
        return found

    def _add(self, found: dict[str, float], english: str, share: float) -> None:
        for chinese, weight in self._glosses.get(english, ()):
            weight *= share * (_SINGLE_CHARACTER if len(chinese) == 1 else 1.0)
            found[chinese] = max(weight, found.get(chinese, 0.0))


def _ranked(found: Mapping[str, float]) -> Weighed:
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _plain(word: str) -> str:
    return word.lower().replace("’", "'")


def _joined(word: str) -> str:
    """A word as pinyin is written together: Xi'an -> xian."""
    return re.sub(r"['’-]", "", word.lower())


def _names_of(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    names: dict[str, set[str]] = defaultdict(set)
    for word in words:
        if not 2 <= len(word) <= _LONGEST_NAME:
            continue
        stems_of_name = [word, word[:-1]] if len(word) > 2 and word[-1] in _PLACE_SUFFIXES else [word]
        for name in stems_of_name:
            for latin in readings_of(name):
                names[latin].add(word)
                if "v" in latin:  # 旅顺 is Lüshun, or Lushun
                    names[latin.replace("v", "u")].add(word)
    return {latin: tuple(sorted(found)) for latin, found in names.items()}
