"""Questions to ask next, and to begin with: made of the corpus's own clauses, and asked before they are offered.

Chinese asks in place (新增25个技术中心 -> 新增多少个技术中心?), so that a clause with a figure is a question about it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.dictionary import entry
from chinese.language import language_of
from chinese.quantities import find_quantities
from chinese.tokens import fold, tagged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from qa.types import Answer

_KINDS = frozenset(("count", "money", "area", "length", "measure", "share"))
_CLAUSE_END = "。！？;；，,、\n:："
_SHORTEST, _LONGEST = 6, 28
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_TORN = re.compile(r"^[的了和与及、”’）)更也还将并已均共约近超达]|[“‘（(《”’）)》]|等$|等多少")
_NAMES = frozenset(("ns", "nt", "nr"))
_SHORTEST_PLACE = 2
_TRIED = 6
"""Questions that are asked to find two or three worth offering; each takes as long as an answer."""
_SURE = 0.4


def clause_questions(text: str) -> Iterator[tuple[str, str]]:
    """Questions that the figures of a text answer, each with its figure, in order of the text."""
    for figure in find_quantities(text):
        if figure.kind not in _KINDS or not _DIGIT.search(figure.text):
            continue
        start = max(text.rfind(mark, 0, figure.start) for mark in _CLAUSE_END) + 1
        end = min((place for mark in _CLAUSE_END if (place := text.find(mark, figure.end)) >= 0), default=len(text))
        before, after = text[start : figure.start].strip(), text[figure.end : end].strip()
        unit = figure.unit if figure.kind != "money" and figure.unit is not None else ""
        question = f"{before}多少{unit}{after}?"
        if _TORN.search(question):
            continue
        fits = _SHORTEST <= len(question) <= _LONGEST and len(before) + len(after) >= 4
        if fits and before and not _DIGIT.search(_YEAR.sub("", before) + after):
            yield question, figure.text


def following(answer: Answer, ask: Callable[[str, Sequence[str]], Answer], most: int = 3) -> tuple[str, ...]:
    """Questions to ask next that the corpus answers otherwise than this one; `ask` takes a question and its history.

    Each stands alone, as it was completed from the one before: whatever is asked in between, it means the same.
    """
    if answer.reason is not None:
        return ()
    found: list[str] = []
    said = {answer.text}
    for question, figure in list(_candidates(answer))[:_TRIED]:
        other = ask(question, [answer.question])
        answered = other.reason is None and other.confidence >= _SURE and other.text not in said
        if answered and (figure is None or figure in (other.text or "")):
            found.append(other.asked)
            said.add(other.text)
        if len(found) == most:
            break
    return tuple(found)


def _candidates(answer: Answer) -> Iterator[tuple[str, str | None]]:
    """Follow-ups with the figure that answers each, None where that is not known."""
    english = language_of(answer.question) == "en"
    year = _YEAR.search(answer.question)
    if year is not None:
        for other in (int(year[1]) - 1, int(year[1]) + 1):
            if any(str(other) in passage.text for passage in answer.passages):
                yield (f"And in {other}?" if english else f"那{other}年呢?"), None
    for name in _other_places(answer):
        yield (f"And in {_spelt(name).capitalize()}?" if english else f"那{name}呢?"), None
    for passage in answer.passages:
        if passage.highlights and not english:
            near = passage.highlights[0][0]
            made = [item for item in clause_questions(passage.text) if item[1] not in answer.texts]
            yield from sorted(made, key=lambda item: abs(passage.text.find(item[1]) - near))


def _other_places(answer: Answer) -> Iterator[str]:
    """Places that the headlines of the other passages name and the question does not, one that has a reading each."""
    asked = fold(answer.question)
    seen: set[str] = set()
    for passage in answer.passages:
        for word, tag in tagged(fold(passage.title)):
            name = word[:-1] if len(word) > _SHORTEST_PLACE and word[-1] in "市区县" else word
            spelt = _spelt(name) if len(name) >= _SHORTEST_PLACE else ""
            if tag == "ns" and spelt and name not in asked and spelt not in asked and name not in seen:
                seen.add(name)
                yield name


def _spelt(name: str) -> str:
    """A name in pinyin, "" where the dictionary has none."""
    found = entry(name)
    return found.readings[0] if found is not None else ""


def opening_questions(texts: Iterable[str], ask: Callable[[str, Sequence[str]], Answer], most: int = 3) -> list[str]:
    """Questions to begin with, at most one a text, each answered by the corpus with the figure it is made of.

    Each names a place, a person or an organisation, so that it can be understood by itself.
    """
    found: list[str] = []
    tried = 0
    for text in texts:
        for question, figure in clause_questions(text):
            if question in found or not any(tag in _NAMES for _, tag in tagged(fold(question))):
                continue
            tried += 1
            answer = ask(question, ())
            if answer.reason is None and answer.confidence >= _SURE and figure in answer.texts:
                found.append(question)
                break
            if tried >= _TRIED * most:
                break
        if len(found) == most or tried >= _TRIED * most:
            break
    return found
