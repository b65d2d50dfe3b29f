"""The noun phrases of a sentence: what is spoken of without a name that is known (石桥快线, 脱贫地区农村居民)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.figure_words import FIGURE_WORDS
from embeddings.figures.names import Name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from embeddings.figures.names import Word

_NOMINAL = frozenset("nabjlxzs")
_NOMINAL_TOO = frozenset(("vn", "eng", "an", "i", "f", "k", "ng", "nrfg"))
_HEADS = frozenset("njs")
_HEADS_TOO = frozenset(("vn", "eng", "l", "x", "k", "ng", "i"))
_PROPER = frozenset(("nz", "nr", "nt", "nrt", "eng", "ns", "nrfg"))
_NEVER = frozenset((*FIGURE_WORDS["outside"], *FIGURE_WORDS["link"], *FIGURE_WORDS["opening"], *FIGURE_WORDS["whole"]))
_HELD = re.compile(r"[“\"][^”\"“]{1,20}[”\"]|《[^》]{1,20}》|[(（][\u4e00-\u9fff]{1,8}[)）](?=[\u4e00-\u9fff])")
"""What is within marks, as one word of a phrase."""
_JOINTS = frozenset("-—·")
_AND = frozenset("、和与及")
_LONGEST = 30


def phrases_in(folded: str, words: Sequence[Word], taken: Sequence[tuple[int, int]]) -> tuple[Name, ...]:
    """The longest runs of nouns and what goes with them, in order; `taken` are stretches that none has (times)."""
    found: list[Name] = []
    run: list[Word] = []
    for word in _joined(folded, words):
        _, tag, start = word
        behind = run[-1][2] + len(run[-1][0]) if run else start
        is_gap = start != behind and not (start == behind + 1 and folded[behind] == " " and tag in ("eng", "m"))
        is_inside = any(first <= start < last for first, last in taken)
        if is_gap or is_inside or not _goes_on(word, run):
            found.extend(_phrase(folded, run))
            run = [word] if not is_inside and _goes_on(word, []) else []
        else:
            run.append(word)
    found.extend(_phrase(folded, run))
    return (*found, *_lists(folded, found))


def _lists(folded: str, phrases: Sequence[Name]) -> Iterator[Name]:
    """Phrases in a row as one: 甲镇、乙镇和丙镇."""
    first = 0
    for number, phrase in enumerate(phrases):
        last = number + 1 == len(phrases)
        if not last and folded[phrase.end : phrases[number + 1].start] in _AND:
            continue
        if number > first and phrase.end - phrases[first].start <= 2 * _LONGEST:
            start = phrases[first].start
            yield Name(start, phrase.end, folded[start : phrase.end], "list")
        first = number + 1


def _joined(folded: str, words: Sequence[Word]) -> Iterator[Word]:
    """The words, those within marks as one noun."""
    held = [(match.start(), match.end()) for match in _HELD.finditer(folded)]
    for start, end in held:
        words = [word for word in words if not start <= word[2] < end]
    yield from sorted((*words, *((folded[start:end], "nz", start) for start, end in held)), key=lambda word: word[2])


def _goes_on(word: Word, run: Sequence[Word]) -> bool:
    text, tag, _ = word
    if text in _NEVER:
        return False
    if text in _JOINTS:
        return bool(run)
    if tag == "m":
        return bool(run) and run[-1][1] == "eng" and text.isascii()
    if tag == "x":
        return text.isalnum()
    return tag[0] in _NOMINAL or tag in _NOMINAL_TOO


def _phrase(folded: str, run: Sequence[Word]) -> Iterator[Name]:
    words = list(run)
    while words and not (words[-1][1][0] in _HEADS or words[-1][1] in _HEADS_TOO or words[-1][1] == "m"):
        words.pop()
    while words and words[0][1] in ("f", "k"):
        words.pop(0)
    if not words:
        return
    start, end = words[0][2], words[-1][2] + len(words[-1][0])
    if 1 < end - start <= _LONGEST:
        is_proper = any(tag in _PROPER for _, tag, _ in words)
        yield Name(start, end, folded[start:end], "proper phrase" if is_proper else "phrase")


__all__ = ["phrases_in"]
