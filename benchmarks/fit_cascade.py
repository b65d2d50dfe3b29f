"""From what confidence on the first passages settle an answer: `python -m benchmarks.fit_cascade --write`.

The reader reads two passages, and the others only where these leave the answer less sure than `settled` of
`qa/deciding/calibration.json` says. Here the held-out questions (see `benchmarks/fit.py`, which comes before) are
judged by two passages and by all; `settled` is the least confidence from which both say the same for at least SAME of
the questions of every set. Prints how many questions are settled so, and what the others are.
"""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from benchmarks.common import work_folder
from benchmarks.corpora import build_corpus
from benchmarks.fit import corpora, held_out
from benchmarks.kept_reader import KeptReader
from embeddings.models.encoder import load_encoder
from qa.deciding.answering import Policy, decide, judge
from qa.deciding.confidence import CALIBRATION, NEVER_SETTLED, Calibration
from qa.deciding.ranking import Ranker
from qa.engine import QA
from qa.reading.reader import WEIGHTS, SpanReader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.deciding.outcomes import Evidence

SAME = 0.995
"""The share of the questions of every set, at least, that get the answer that reading all passages gives."""
SAMPLE = 100


@dataclass(frozen=True, slots=True)
class Both:
    """How sure two passages make an answer, and whether all six give the same one or the same refusal."""

    part: str
    sure: float
    is_same: bool


def told(evidence: Evidence, policy: Policy) -> tuple[object, ...]:
    """What a user is told: the answer's texts, or that there is none."""
    outcome = decide(evidence, policy)
    texts = evidence.passages
    return tuple(sorted({texts[item.passage].text.shown[item.span.start : item.span.end] for item in outcome.chosen}))


def compared(part: str, evidence: Evidence, policy: Policy) -> Both:
    """One question, judged by two passages and by all."""
    by_two = replace(policy, calibration=replace(policy.calibration, settled=0.0))
    by_all = replace(policy, calibration=replace(policy.calibration, settled=NEVER_SETTLED))
    sure = judge(evidence, by_two).sure
    return Both(part, sure, told(evidence, by_two) == told(evidence, by_all))


def least_settled(rows: Sequence[Both], same: float = SAME) -> float:
    """The least confidence, in hundredths, from which two passages do for all but so few questions of every set."""
    parts = {part: [row for row in rows if row.part == part] for part in dict.fromkeys(row.part for row in rows)}
    for hundredths in range(101):
        wrong = {
            part: sum(not row.is_same and row.sure >= hundredths / 100 for row in own) for part, own in parts.items()
        }
        if all(count <= (1 - same) * len(parts[part]) for part, count in wrong.items()):
            return hundredths / 100
    return NEVER_SETTLED


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit_cascade", description=__doc__)
    parser.add_argument("--work", type=Path, default=work_folder(), help="indexes and what was read")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="questions of each set (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="put it into qa/deciding/calibration.json")
    arguments = parser.parse_args()
    reader = KeptReader(SpanReader(), arguments.work / "read.pickle", WEIGHTS)
    policy, encoder = Policy(reader, Ranker.load(), Calibration.load()), load_encoder()
    asked = held_out()
    whole, _ = corpora(asked)
    rows: list[Both] = []
    with closing(build_corpus(whole, arguments.work, "fit", encoder)) as index:
        qa = QA(index, encoder, reader)
        for part, pairs in asked.items():
            for _, question in tqdm(pairs[: arguments.sample], desc=part, unit="question", mininterval=20):
                rows.append(compared(part, qa.gather(question.text), policy))
            reader.save()
    settled = least_settled(rows)
    for part in asked:
        own = [row for row in rows if row.part == part]
        done = [row for row in own if row.sure >= settled]
        print(f"{part:24} {len(own):4} questions, {len(done) / max(1, len(own)):.0%} settled by two passages, "
              f"{sum(not row.is_same for row in done)} of them otherwise than by all")  # fmt: skip
    print(f"settled from {settled}")
    if arguments.write:
        data = json.loads(CALIBRATION.read_text(encoding="utf-8"))
        CALIBRATION.write_text(json.dumps({**data, "settled": settled}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
