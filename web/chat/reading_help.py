"""Help for a reader of English with a Chinese sentence: its words in English, and its names in pinyin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.dictionary import word_help
from chinese.tokens import fold, tagged

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["is_name", "name_in_pinyin", "sentence_glossary"]

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_PERSON, _NAMES = "nr", frozenset(("nr", "ns", "nt"))
_SHORTEST = 2
"""Characters of a word that is explained: what one of a single character means, the dictionary says at length."""
_LONGEST_FAMILY_NAME = 2
_LONGEST_PERSON = 4
_MOST = 24


def sentence_glossary(sentences: Iterable[str]) -> list[tuple[str, str]]:
    """Each word of sentences once, in their order, with its English; of a name its pinyin. At most two dozen."""
    found: dict[str, str] = {}
    for sentence in sentences:
        for word, tag in tagged(fold(sentence)):
            if word in found or len(word) < _SHORTEST or not _HAN.fullmatch(word):
                continue
            english = word_help(word)
            said = "; ".join(part for part in (_pinyin(word, tag) if tag in _NAMES else "", english or "") if part)
            if said:
                found[word] = said
            if len(found) == _MOST:
                return list(found.items())
    return list(found.items())


def is_name(text: str) -> bool:
    """Whether a text is one name of a person, a place or an organisation."""
    words = tagged(fold(text))
    return len(words) == 1 and words[0][1] in _NAMES and _HAN.fullmatch(text) is not None


def name_in_pinyin(text: str) -> str:
    """A name as it is written in English: 云岭 Yunling, 李小明 Li Xiaoming."""
    words = tagged(fold(text))
    return _pinyin(text, words[0][1] if len(words) == 1 else "")


def _pinyin(name: str, tag: str) -> str:
    from pypinyin import lazy_pinyin

    syllables = lazy_pinyin(name)
    if tag == _PERSON and _LONGEST_FAMILY_NAME <= len(name) <= _LONGEST_PERSON:
        family = 2 if len(name) == _LONGEST_PERSON else 1
        return f"{''.join(syllables[:family]).capitalize()} {''.join(syllables[family:]).capitalize()}"
    return "".join(syllables).capitalize()
