"""What each rule is worth: `python -m benchmarks.rules` prints what every set loses without it.

A rule is a feature of the ranker that is not the reader's: what rules see at a span, where the question's words stand,
and each field that question and sentence are compared in. Each question of the *_dev sets is read once, over its open
corpus; then its candidates are ranked anew without the feature. Positive figures are exact answers lost, of a hundred.
With --fold the ranker is fitted anew without the feature on what `benchmarks.fit` has observed.
"""

from __future__ import annotations

import argparse
import pickle
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from benchmarks.common import markdown_table, say, work_folder
from benchmarks.corpora import build_corpus
from benchmarks.fit import observe
from benchmarks.fit_weights import Observed, fit_ranker, ranked
from benchmarks.kept_reader import KeptReader
from benchmarks.squad import SquadQuestion
from benchmarks.tasks import Asked, load_task
from embeddings.models.encoder import load_encoder
from qa.deciding.answering import Policy
from qa.deciding.comparing import KINDS
from qa.deciding.confidence import Calibration
from qa.deciding.features import SIGNS
from qa.deciding.ranking import Ranker
from qa.engine import QA
from qa.evaluation.metrics import mean
from qa.reading.prepared import ZONES
from qa.reading.reader import WEIGHTS, SpanReader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from embeddings.models.encoder import Encoder

TASKS = ("drcd", "cmrc", "xquad", "english", "news")
RULES: Mapping[str, frozenset[str]] = {
    **{name: frozenset((name,)) for name in SIGNS},
    **{f"compare: {kind}": frozenset((f"conflict_{kind}", f"maybe_{kind}")) for kind in KINDS},
    **{name: frozenset((name, f"figure_{name}")) for name in ZONES},
    **{
        name: frozenset((name,))
        for name in (
            "unlike", "unlike_words", "unlike_figure", "length", "lacks_name", "lacks_year", "headless", "covered",
            "agreeing", "measure_said", "measure_other", "measure_rival", "same_role", "introduced",
            "figure_rule", "english_figure_rule",
        )
    },
}  # fmt: skip
"""Which features a rule is."""


def observed(work: Path, sample: int, encoder: Encoder, reader: KeptReader) -> dict[str, list[Observed]]:
    """The questions of every set as read over its open corpus."""
    policy = Policy(reader, Ranker.load(), Calibration({}, 0.0, 0.0))
    found: dict[str, list[Observed]] = {}
    for name in TASKS:
        task = load_task(name, sample)
        assert task.parts is not None
        with closing(build_corpus(task.parts, work, task.corpus, encoder)) as index:
            qa = QA(index, encoder, reader, calibration=policy.calibration, ranker=policy.ranker)
            asked = [item for item in task.asked if isinstance(item, Asked) and item.answerable]
            found[name] = [
                observe(qa, policy, name, SquadQuestion(item.id, item.question, _answers(item)), is_there=True)
                for item in tqdm(asked, desc=name, unit="question", mininterval=10)
            ]
        reader.save()
    return found


def _answers(item: Asked) -> tuple[tuple[str, int], ...]:
    return tuple((text, -1) for text in item.accepted)


def exact_of(rows: Sequence[Observed], ranker: Ranker) -> float:
    """Of a hundred questions, how many have an exact answer ranked first."""
    return 100 * mean(bool(row.found) and ranked(row, ranker)[0][1] >= 1 for row in rows)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rules", description=__doc__)
    parser.add_argument("--work", type=Path, default=work_folder(), help="indexes and what was read")
    parser.add_argument("--sample", type=int, default=150, help="questions of a set (default: %(default)s)")
    parser.add_argument("--fold", action="store_true", help="fit the ranker anew without each rule")
    arguments = parser.parse_args()
    reader = KeptReader(SpanReader(), arguments.work / "read.pickle", WEIGHTS)
    sets = observed(arguments.work, arguments.sample, load_encoder(notify=say), reader)
    fitted_on: list[Observed] = []
    if arguments.fold:
        fitted_on = pickle.loads((arguments.work / "observations.pickle").read_bytes())
    whole = Ranker.load()
    before = {name: exact_of(rows, whole) for name, rows in sets.items()}
    lines = [["all rules", *(f"{value:.1f} exact" for value in before.values())]]
    for rule, features in RULES.items():
        ranker = fit_ranker(fitted_on, features) if fitted_on else whole.without(features)
        lost = [before[name] - exact_of(rows, ranker) for name, rows in sets.items()]
        lines.append([rule, *(f"{value:+.1f}" for value in lost)])
    print(markdown_table(["without", *sets], lines))


if __name__ == "__main__":
    main()
