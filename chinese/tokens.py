"""Words for the lexical side: the one place that calls the word cutter, for index and query alike.

It is rjieba, jieba in Rust: the same dictionary and the same cuts, and loaded in a fraction of the time.

Everything is compared in one folded form: NFKC, lower case, simplified characters. Folding keeps the
length of a text, so that a place in the folded text is the same place in the text as it is shown.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from importlib.metadata import version
from typing import TYPE_CHECKING

from chinese.radicals import without_radicals

if TYPE_CHECKING:
    from collections.abc import Iterator

    import opencc as opencc_module
    import rjieba as rjieba_module

TOKENIZER = f"rjieba-{version('rjieba')}-search-bigrams-2"
"""Name and version of the tokenizer, recorded in the index: an index of another one is refused."""

_WORD = re.compile(r"\w")
# What may have another form; most of a text is none of it, and a table is slower than a search.
_WIDE = re.compile(r"[^\u4e00-\u9fffa-z0-9。、 \n]")
_ASCII = re.compile(r"\d+(?:[.,]\d+)*|[a-z]+(?:['&-][a-z]+)*")


def fold(text: str) -> str:
    """The form in which texts are compared; of the same length as `text`.

    Full-width forms become ASCII, capitals small, traditional characters simplified (by OpenCC's phrase
    tables, character by character where a phrase would change the length). A character whose NFKC form
    is longer than itself stays.
    """
    # A line is looked at from many sides when a document is cut, and each folds it.
    return _fold_line(text) if len(text) <= _LINE else _fold(text)


_LINE = 400


def _fold(text: str) -> str:
    return simplify(_narrow(without_radicals(text)))


@functools.lru_cache(maxsize=512)
def _fold_line(text: str) -> str:
    return _fold(text)


def fold_tables() -> str:
    """The versions of the tables that folding goes by: other ones may give other words."""
    return f"opencc-{version('opencc')} unicode-{unicodedata.unidata_version}"


def simplify(text: str) -> str:
    """The text in simplified characters, of the same length, otherwise as it was."""
    simplified: str = _converter().convert(text)
    if len(simplified) != len(text):
        simplified = "".join(_simplify_character(character) for character in text)
    return simplified


def _narrow(text: str) -> str:
    """The text with each character's NFKC form in small letters, where that is one character."""
    # There are few different ones, none of them another's form: to replace each in all of the text is faster than to go
    # through it.
    for character in set(_WIDE.findall(text)):
        form = unicodedata.normalize("NFKC", character).lower()
        if len(form) == 1:
            text = text.replace(character, form)
    return text


@functools.lru_cache(maxsize=16_384)
def _simplify_character(character: str) -> str:
    simplified: str = _converter().convert(character)
    return simplified if len(simplified) == 1 else character


@functools.cache
def _converter() -> opencc_module.OpenCC:
    import opencc

    return opencc.OpenCC("t2s")


@functools.cache
def _cutter() -> rjieba_module.Jieba:
    import rjieba

    # The module's own, which has no public name: a second one would load the dictionary again. See pyproject.toml for
    # the versions that have it.
    return rjieba._DEFAULT_JIEBA


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


def _chinese_words(folded: str, first: int, last: int) -> list[tuple[str, int, int]]:
    if first == last:
        return []
    cut = _cutter().tokenize(folded[first:last], hmm=False)
    # What is all letters needs no search; nearly every word is.
    return [(word, first + start, first + end) for word, start, end in cut if word.isalnum() or _WORD.search(word)]


def tokenize(text: str) -> list[str]:
    """Tokens of `text` for the lexical index, in order, repeated as often as they occur; see `tokens_of`."""
    return tokens_of(fold(text))


def tokens_of(folded: str) -> list[str]:
    """The tokens of a folded text.

    Besides each word: the dictionary words inside it (search mode), and pairs of neighbouring single
    characters, because a name that no dictionary has falls into single characters.
    """
    tokens: list[str] = []
    single_before, end_before = "", -1
    for word, start, end in words(folded):
        if end - start > 1:
            tokens.extend(parts_of(word))
            tokens.append(word)
        elif word.isascii():
            tokens.append(word)
        else:
            if end_before == start:
                tokens.append(single_before + word)
            tokens.append(word)
            single_before, end_before = word, end
    return tokens


@functools.lru_cache(maxsize=16_384)
def parts_of(word: str) -> tuple[str, ...]:
    """Dictionary words of two and three characters inside a longer word, and the parts of a Latin one or a figure."""
    if word.isascii():
        if "," in word:
            return (word.replace(",", ""),)
        return tuple(re.findall(r"[a-z]+", word)) if word[0].isalpha() and not word.isalpha() else ()
    known = _cutter().has_word
    parts = (word[start : start + size] for size in (2, 3) for start in range(len(word) - size + 1) if len(word) > size)
    return tuple(part for part in parts if known(part))


def frequency(text: str) -> int:
    """How often, give or take one, the dictionary's corpus had `text` as a word; 0 for what is none.

    A word so rare that its parts side by side are likelier (于此) counts as often as these.
    """
    return _cutter().suggest_freq(text) if _cutter().has_word(text) else 0


def tagged(text: str) -> list[tuple[str, str]]:
    """The words of a folded text with the dictionary's part of speech ("x" where it has none)."""
    return [(word, _tag(word)) for word, _, _ in words(text)]


@functools.lru_cache(maxsize=16_384)
def tags_of(folded: str) -> tuple[tuple[str, str], ...]:
    """The same for short texts that come again and again, which are kept."""
    return tuple(tagged(folded))


@functools.lru_cache(maxsize=16_384)
def _tag(word: str) -> str:
    return _cutter().tag(word, hmm=False)[0][1] if _cutter().has_word(word) else "x"
