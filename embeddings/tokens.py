"""Words for the lexical side: the one place that calls jieba, for index and query alike.

Everything is compared in one folded form: NFKC, lower case, simplified characters. Folding keeps the
length of a text, so that a place in the folded text is the same place in the text as it is shown.
"""

from __future__ import annotations

import functools
import logging
import re
import threading
import unicodedata
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import jieba as jieba_module
    import opencc as opencc_module

TOKENIZER = f"jieba-{version('jieba')}-search-bigrams-1"
"""Name and version of the tokenizer, recorded in the index: an index of another one is refused."""

_WORD = re.compile(r"\w")
_ASCII = re.compile(r"\d+(?:[.,]\d+)*|[a-z]+(?:['&-][a-z]+)*")
_lock = threading.Lock()


def fold(text: str) -> str:
    """The form in which texts are compared; of the same length as `text`.

    Full-width forms become ASCII, capitals small, traditional characters simplified (by OpenCC's phrase
    tables, character by character where a phrase would change the length). A character whose NFKC form
    is longer than itself stays.
    """
    return simplify("".join(_fold_character(character) for character in text))


def simplify(text: str) -> str:
    """The text in simplified characters, of the same length, otherwise as it was."""
    simplified: str = _converter().convert(text)
    if len(simplified) != len(text):
        simplified = "".join(_simplify_character(character) for character in text)
    return simplified


@functools.lru_cache(maxsize=65_536)
def _fold_character(character: str) -> str:
    narrow = unicodedata.normalize("NFKC", character).lower()
    return narrow if len(narrow) == 1 else character


@functools.lru_cache(maxsize=65_536)
def _simplify_character(character: str) -> str:
    simplified: str = _converter().convert(character)
    return simplified if len(simplified) == 1 else character


@functools.cache
def _converter() -> opencc_module.OpenCC:
    import opencc

    return opencc.OpenCC("t2s")


@functools.cache
def _jieba() -> jieba_module.Tokenizer:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    with _lock:
        tokenizer.initialize()
    return tokenizer


def words(folded: str) -> Iterator[tuple[str, int, int]]:
    """The words of a folded text in order, without overlap: (word, start, end).

    Figures (4.4, 18,297) and Latin words stay whole; a letter next to a digit is a word of its own. New-word
    guessing (HMM) is off: it cuts the same name differently in a question and in an article.
    """
    position = 0
    for found in _ASCII.finditer(folded):
        yield from _chinese_words(folded, position, found.start())
        yield found.group(), found.start(), found.end()
        position = found.end()
    yield from _chinese_words(folded, position, len(folded))


def _chinese_words(folded: str, first: int, last: int) -> Iterator[tuple[str, int, int]]:
    if first < last:
        for word, start, end in _jieba().tokenize(folded[first:last], HMM=False):
            if _WORD.search(word):
                yield word, first + start, first + end


def tokenize(text: str) -> list[str]:
    """Tokens of `text` for the lexical index, in order, repeated as often as they occur.

    Besides each word: the dictionary words inside it (search mode), and pairs of neighbouring single
    characters, because a name that no dictionary has falls into single characters.
    """
    folded = fold(text)
    tokens: list[str] = []
    before: tuple[str, int] | None = None
    for word, start, end in words(folded):
        single = end - start == 1 and not word.isascii()
        if single and before is not None and before[1] == start:
            tokens.append(before[0] + word)
        tokens.extend(_inner(word))
        tokens.append(word)
        before = (word, end) if single else None
    return tokens


def _inner(word: str) -> Iterator[str]:
    """Dictionary words of two and three characters inside a longer word."""
    if word.isascii():
        if "," in word:
            yield word.replace(",", "")
        elif word[0].isalpha() and not word.isalpha():
            yield from re.findall(r"[a-z]+", word)
        return
    known = _jieba().FREQ
    for size in (2, 3):
        if len(word) > size:
            for start in range(len(word) - size + 1):
                part = word[start : start + size]
                if known.get(part):
                    yield part


def frequency(text: str) -> int:
    """How often the dictionary's corpus had `text` as a word (0: never)."""
    return int(_jieba().FREQ.get(text) or 0)


def tagged(text: str) -> list[tuple[str, str]]:
    """The words of a folded text with the dictionary's part of speech ("x" where it has none)."""
    tags = _tags()
    return [(word, tags.get(word, "x")) for word, _, _ in words(text)]


@functools.cache
def _tags() -> dict[str, str]:
    """Part of speech of each word of jieba's dictionary."""
    tags: dict[str, str] = {}
    with _jieba().get_dict_file() as lines:
        for line in lines:
            word, _, tag = line.decode("utf-8").rstrip("\n").split(" ")
            tags[word] = tag
    return tags
