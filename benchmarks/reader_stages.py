"""How well a reader reads: `python -m benchmarks.reader_stages --weights FILE` prints one row over all *_dev sets.

Each question is read with its own paragraph, as in `benchmarks/quality.py`'s table of that name and with the same
questions; of sets that hold questions without an answer, some of these are read too. The sets only measure.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from benchmarks.squad import SETS as FOLDER
from benchmarks.squad import load_squad
from benchmarks.tasks import SEED, Asked, load_task
from chinese.language import language_of
from chinese.tokens import tokenize
from qa.english.lexicon import Lexicon
from qa.evaluation.metrics import exact_match, f1, mean
from qa.question.question import parse_question, read_as
from qa.reading.edges import trimmed
from qa.reading.reader import WEIGHTS, SpanReader

if TYPE_CHECKING:
    from collections.abc import Sequence

TASKS = {"cmrc": "CMRC dev", "drcd": "DRCD dev", "xquad": "XQuAD zh", "english": "English over zh"}
OTHERS = {"news_dev": "news dev", "checklist_dev": "checklist dev", "fewfc_dev": "FewFC dev"}


@dataclass(frozen=True, slots=True)
class Read:
    """One question as read: what was given, whether it is right, and the score over that of no answer."""

    asked: Asked
    given: str
    exact: bool
    f1: float
    score: float


@dataclass(frozen=True, slots=True)
class Figures:
    """One set's figures, times 100: EM and F1 of the answerable; of these and of the others, how many were refused."""

    exact: float
    f1: float
    refused: float
    rightly_refused: float | None

    def __str__(self) -> str:
        rightly = "" if self.rightly_refused is None else f"/{self.rightly_refused:.0f}"
        return f"{self.exact:.1f} {self.f1:.1f} ({self.refused:.0f}{rightly})"


def questions_of(name: str, sample: int, others: int, folder: Path = FOLDER) -> Sequence[Asked]:
    """The questions of a set: the benchmark's own sample of those in TASKS, and `others` of each kind of the rest."""
    if name in TASKS:
        task = load_task(name, sample, folder)
        return [item for item in task.asked if isinstance(item, Asked)]
    found = [
        Asked(question.id, question.text, question.accepted, paragraph.text, name if question.accepted else None)
        for paragraph in load_squad(name, folder)
        for question in paragraph.questions
    ]
    random.Random(SEED).shuffle(found)
    there, absent = ([item for item in found if item.answerable is wanted][:others] for wanted in (True, False))
    return [*there, *absent]


def read_all(reader: SpanReader, asked: Sequence[Asked], label: str) -> list[Read]:
    """Have the reader read every question with its own paragraph."""
    found = []
    for item in tqdm(asked, desc=label, unit="question", mininterval=5):
        lexicon = None
        if language_of(item.question) == "en":
            lexicon = Lexicon.for_vocabulary(set(tokenize(item.paragraph)))
        span = reader.best(read_as(parse_question(item.question, lexicon), [item.paragraph]), item.paragraph)
        given = item.paragraph[slice(*trimmed(item.paragraph, span.start, span.end))]
        found.append(Read(item, given, exact_match(given, item.accepted), f1(given, item.accepted), span.score))
    return found


def figures_of(read: Sequence[Read]) -> Figures:
    """The figures of a set; a refusal is a best span that scores no higher than no answer."""
    there = [item for item in read if item.asked.answerable]
    absent = [item for item in read if not item.asked.answerable]
    return Figures(
        100 * mean(item.exact for item in there),
        100 * mean(item.f1 for item in there),
        100 * mean(item.score <= 0 for item in there),
        100 * mean(item.score <= 0 for item in absent) if absent else None,
    )


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reader_stages", description=__doc__)
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="the reader's weights (default: %(default)s)")
    parser.add_argument("--sample", type=int, default=500, help="questions of a set of the benchmark's")
    parser.add_argument("--others", type=int, default=300, help="questions of each kind of the other sets")
    names = [*TASKS, *OTHERS]
    parser.add_argument("--sets", nargs="+", choices=names, default=names)
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="print N wrong answers of each set too")
    arguments = parser.parse_args()
    reader, cells = SpanReader(arguments.weights), []
    for name in arguments.sets:
        read = read_all(reader, questions_of(name, arguments.sample, arguments.others), name)
        cells.append(str(figures_of(read)))
        print(name, cells[-1], flush=True)
        for item in [item for item in read if item.asked.answerable and not item.exact][: arguments.wrong]:
            print(f"  {item.asked.question} -> {item.given} [{item.score:.1f}] | {' | '.join(item.asked.accepted)}")
    print(f"| {arguments.weights.name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
