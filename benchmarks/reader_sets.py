"""The questions that the reader's later stages learn from: every *_train set, with passages that look alike.

What looks alike is found by the pairs of characters that a question shares with a paragraph: no paragraph has to be
encoded for it, so that all sets are ready in a minute. `benchmarks/negatives.py` finds harder ones with the project's
own retrieval, at the price of encoding every paragraph.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from benchmarks.reader_data import Asked, without_answers
from benchmarks.squad import SETS, english_over_chinese, load_squad
from chinese.sentences import split_sentences
from chinese.tokens import fold, tokenize
from qa.english.lexicon import Lexicon
from qa.question.question import parse_question, read_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from benchmarks.squad import Paragraph, SquadQuestion

PARTS = (
    "cmrc2018_train",
    "cmrc_train",
    "drcd_train",
    "drcd_more_train",
    "crud_news_train",
    "fewfc_train",
    "xquad_train.zh",
)
"""In Chinese; XQuAD's English questions come beside, over their English and over their Chinese paragraphs."""
_COMMON = 0.05
"""A pair of characters in more than this share of the paragraphs says nothing."""
_LONGEST = 260
"""Characters of a passage that looks alike, about as long as the passages that are read."""


def pairs_of(text: str) -> set[str]:
    """The pairs of neighbouring letters and digits of a text, folded."""
    folded = fold(text)
    pairs = (folded[place : place + 2] for place in range(len(folded) - 1))
    return {pair for pair in pairs if pair.isalnum()}


@dataclass(frozen=True)
class Lookalikes:
    """Paragraphs by the pairs of characters in them."""

    paragraphs: Sequence[Paragraph]
    _found: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = defaultdict(list)
        for number, paragraph in enumerate(self.paragraphs):
            for pair in pairs_of(paragraph.text):
                places[pair].append(number)
        most = max(3, int(_COMMON * len(self.paragraphs)))
        return {pair: numbers for pair, numbers in places.items() if len(numbers) <= most}

    def near_of(self, item: Asked) -> tuple[str, ...]:
        """What looks alike for a question; see `near`. It is looked for once."""
        if item.question.id not in self._found:
            self._found[item.question.id] = self.near(item.paragraph, item.question)
        return self._found[item.question.id]

    def near(self, own: Paragraph, question: SquadQuestion, count: int = 4) -> tuple[str, ...]:
        """Parts of other paragraphs that share most with a question and hold none of its answers, the nearest first."""
        asked = pairs_of(question.text)
        scores: dict[int, float] = defaultdict(float)
        for pair in asked & self._places.keys():
            weight = math.log(len(self.paragraphs) / len(self._places[pair]) + 1)
            for number in self._places[pair]:
                scores[number] += weight
        ranked = sorted(scores, key=lambda number: (-scores[number], number))[: 2 * count + 1]
        others = [self.paragraphs[number] for number in ranked if self.paragraphs[number] is not own]
        return without_answers(question, [nearest_part(item.text, asked) for item in others])[:count]


def nearest_part(text: str, asked: set[str], longest: int = _LONGEST) -> str:
    """The run of whole sentences, about `longest` characters, that shares most pairs with a question."""
    ranges = list(split_sentences(text)) or [(0, len(text))]
    best, most = (0, min(len(text), longest)), -1
    for first, (start, _) in enumerate(ranges):
        last = first
        while last + 1 < len(ranges) and ranges[last + 1][1] - start <= longest:
            last += 1
        shared = len(asked & pairs_of(text[start : ranges[last][1]]))
        if shared > most:
            best, most = (start, ranges[last][1]), shared
    return text[slice(*best)]


def load_parts(parts: Iterable[str] = PARTS, folder: Path = SETS) -> list[Asked]:
    """All questions of the named sets; XQuAD's English ones too where its Chinese ones are among them."""
    found: list[Asked] = []
    for part in parts:
        found.extend(_asked(part, load_squad(part, folder)))
        if part == "xquad_train.zh":
            found.extend(_english(folder))
            found.extend(_asked(part, load_squad("xquad_train.en", folder)))
    return found


def _asked(part: str, paragraphs: Sequence[Paragraph]) -> list[Asked]:
    if part == "crud_news_train":  # its titles are numbers of files
        paragraphs = [replace(paragraph, title="") for paragraph in paragraphs]
    return [Asked(part, paragraph, question, ()) for paragraph in paragraphs for question in paragraph.questions]


def _english(folder: Path) -> list[Asked]:
    """English questions over Chinese paragraphs, each also as the reader is given it: Chinese words behind its own."""
    paragraphs = english_over_chinese("train", folder)
    lexicon = Lexicon.for_vocabulary({word for item in paragraphs for word in tokenize(item.text)})
    return [
        Asked("xquad_train.zh", item, question, (), read_as(parse_question(question.text, lexicon), [item.text]))
        for item in paragraphs
        for question in item.questions
    ]
