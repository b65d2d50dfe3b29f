"""What the quality benchmark asks of which corpus, and what is right: scored as ../shared/eval/README.md says."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.common import CASES
from benchmarks.corpora import file_name
from benchmarks.squad import SETS as FOLDER
from benchmarks.squad import english_over_chinese, load_squad
from qa.evaluation.cases import Case, found_at, is_exact, load_cases
from qa.evaluation.metrics import exact_match, f1, normalise

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.squad import Paragraph, SquadQuestion
    from qa.types import Answer, Passage

SEED = 20
SETS = {
    "seeds": "seeds/",
    "drcd": "DRCD dev",
    "cmrc": "CMRC 2018 dev",
    "xquad": "XQuAD dev, Chinese",
    "english": "XQuAD dev, English over Chinese",
    "refusal": "DRCD dev, half of the questions absent",
    "news": "news_dev",
    "checklist": "checklist_dev, each text alone",
}
"""Names of the sets, and what a table calls them."""
TAKEN_OUT = 0.6
"""Share of DRCD dev's articles that are not in the corpus of the refusal set.

More than half, because many of their questions are not used: the answer, a year or a country, stands elsewhere. So
nearly as many questions without an answer are left as with one.
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a SQuAD set; `file` is its own paragraph's in the corpus, None where the corpus has no answer."""

    id: str
    question: str
    accepted: tuple[str, ...]
    paragraph: str
    file: str | None

    @property
    def answerable(self) -> bool:
        return self.file is not None


Parts = dict[str, tuple["Paragraph", ...]]
"""Paragraphs of a corpus by the name of the set they are from."""


@dataclass(frozen=True, slots=True)
class Task:
    """Questions over one corpus: a name for its index, and its paragraphs, or None for seeds/ itself.

    Where a text `is_alone`, each question is asked over its own paragraph and nothing else.
    """

    name: str
    corpus: str
    parts: Parts | None
    asked: tuple[Case | Asked, ...]
    is_alone: bool = False

    @property
    def fingerprint(self) -> str:
        """Tells whether outcomes kept from an earlier run are of the same questions over the same corpus."""
        return hashlib.sha256(repr((self.parts, self.asked)).encode()).hexdigest()


class Verdict(NamedTuple):
    """The place (from 1) of the first right passage, 0 for none, and how right the answer is.

    On seeds/, whose questions accept lists of groups, `f1` says only whether the answer is exact.
    """

    rank: int
    exact: bool
    f1: float


def judge(item: Case | Asked, answer: Answer) -> Verdict:
    """Score an answer; one to a question that the corpus does not answer is wrong whatever it says."""
    if isinstance(item, Case):
        exact = is_exact(item, answer)
        return Verdict(found_at(item, answer.passages), exact, float(exact))
    if not item.answerable:
        return Verdict(0, exact=False, f1=0.0)
    return Verdict(_place(item, answer.passages), *judge_text(item, answer.text or ""))


def judge_text(item: Asked, text: str) -> tuple[bool, float]:
    """Exact match and F1 of a text, whatever its place."""
    return exact_match(text, item.accepted), f1(text, item.accepted)


def _place(item: Asked, passages: Sequence[Passage]) -> int:
    for place, passage in enumerate(passages, start=1):
        if any(source.file == item.file for source in passage.sources):
            return place
    return 0


def load_task(name: str, sample: int | None, folder: Path = FOLDER) -> Task:
    """Make a task out of a set (see SETS); `sample` is how many of its questions are drawn, None for all.

    Raises FileNotFoundError, naming the file, where the question sets are not there.
    """
    if name == "seeds":
        return Task(name, name, None, tuple(load_cases(CASES)))
    if name == "cmrc":
        return _task(name, "cmrc", "cmrc_dev", load_squad("cmrc_dev", folder), sample)
    if name == "xquad":
        return _task(name, "xquad", "xquad_dev", load_squad("xquad_dev.zh", folder), sample)
    if name == "english":
        # The paragraphs are the Chinese ones, so the index over them serves both languages.
        return _task(name, "xquad", "xquad_dev", english_over_chinese("dev", folder), sample)
    if name == "news":
        return _task(name, "news", "news_dev", load_squad("news_dev", folder), sample)
    if name == "checklist":
        return replace(
            _task(name, "checklist", "checklist_dev", load_squad("checklist_dev", folder), sample), is_alone=True
        )
    train, dev = load_squad("drcd_train", folder), load_squad("drcd_dev", folder)
    if name == "refusal":
        return refusal_task(train, dev, sample)
    return _task(name, "drcd", "drcd_dev", dev, sample, {"drcd_train": tuple(train)})


def _task(
    name: str, corpus: str, part: str, asked_of: list[Paragraph], sample: int | None, beside: Parts | None = None
) -> Task:
    parts = {**(beside or {}), part: tuple(asked_of)}
    return Task(name, corpus, parts, tuple(_draw(_asked(part, asked_of), sample, SEED)))


def refusal_task(
    train: Sequence[Paragraph], dev: Sequence[Paragraph], sample: int | None, seed: int = SEED, share: float = TAKEN_OUT
) -> Task:
    """Take a share of the dev articles out of the corpus, and ask of those that are there and those that are not.

    Of a removed article's questions only those are asked of whose accepted answers none stands in any paragraph left.
    As many of each kind are drawn, at most half of `sample`.
    """
    draw = random.Random(seed)
    titles = sorted({_title(paragraph) for paragraph in dev})
    out = set(draw.sample(titles, round(share * len(titles))))
    kept = [paragraph for paragraph in dev if _title(paragraph) not in out]
    removed = [paragraph for paragraph in dev if _title(paragraph) in out]
    left = "\n".join(normalise(paragraph.text) for paragraph in (*train, *kept))
    there = _asked("drcd_dev", kept)
    absent = [
        Asked(question.id, question.text, question.accepted, paragraph.text, None)
        for paragraph in removed
        for question in paragraph.questions
        if not _stands_in(question, left)
    ]
    half = min(len(there), len(absent), len(there) if sample is None else sample // 2)
    asked = (*_draw(there, half, seed), *_draw(absent, half, seed))
    return Task("refusal", "drcd-refusal", {"drcd_train": tuple(train), "drcd_dev": tuple(kept)}, asked)


def _stands_in(question: SquadQuestion, text: str) -> bool:
    return any(normalise(accepted) in text for accepted in question.accepted)


def _title(paragraph: Paragraph) -> str:
    return paragraph.title or str(paragraph.article)


def _asked(part: str, paragraphs: Sequence[Paragraph]) -> list[Asked]:
    return [
        Asked(
            question.id,
            question.text,
            question.accepted,
            paragraph.text,
            file_name(part, paragraph) if question.accepted else None,
        )
        for paragraph in paragraphs
        for question in paragraph.questions
    ]


def _draw(items: list[Asked], count: int | None, seed: int) -> list[Asked]:
    """So many of the items, in their order; all where there are no more."""
    if count is None or count >= len(items):
        return items
    return [items[place] for place in sorted(random.Random(seed).sample(range(len(items)), count))]
