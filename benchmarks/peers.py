"""wenju beside what else one would search Chinese documents with, in one run: `python -m benchmarks.peers`.

txtai, Haystack and LlamaIndex get the same model, paragraphs and questions, each as documented and in its best setting
for Chinese. Every engine runs over every corpus in a process of its own, one after the other, on the same two cores.
Prints tables, and writes the figures as JSON to benchmarks/results/; --write puts the tables into benchmarks/README.md
too. A run that is interrupted goes on behind the last process that ended: see `peers_run.fingerprint`.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.common import machine, publish, say, work_folder
from benchmarks.peers_report import SET_LABELS, figures_of, tables
from benchmarks.peers_run import PEERS_PYTHON, REQUIREMENTS, ROWS, THREADS, Corpus, Runner
from benchmarks.tasks import SEED, load_task
from embeddings.models import bundled_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.tasks import Task

SAMPLE = 500
"""Questions of a set, where there are more."""


def corpora(sets: Sequence[str], questions: int | None, own_only: bool, documents: int | None) -> list[Corpus]:
    """The corpora of the chosen sets. DRCD's may be cut down to so many paragraphs, those asked about among them."""
    grouped: dict[str, list[Task]] = {}
    for name in SET_LABELS:
        if name in sets:
            task = load_task(name, questions)
            grouped.setdefault(task.corpus, []).append(task)
    found = [Corpus.of(name, tasks, own_only) for name, tasks in grouped.items()]
    return [corpus if documents is None else cut(corpus, documents) for corpus in found]


def cut(corpus: Corpus, count: int) -> Corpus:
    """The same questions over at most `count` documents, or over those they are about where these are more."""
    own = {item.file for items in corpus.asked.values() for item in items}
    rest = [name for name, _ in corpus.documents if name not in own]
    drawn = random.Random(SEED).sample(rest, max(0, min(len(rest), count - len(own))))
    kept = own | set(drawn)
    return Corpus(corpus.name, tuple(item for item in corpus.documents if item[0] in kept), corpus.asked)


def arguments_of(command_line: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--questions", type=int, default=SAMPLE, help="questions of a set (default: %(default)s)")
    size.add_argument("--full", action="store_true", help="all questions of every set")
    size.add_argument("--sample", type=int, help="so many questions, over their own paragraphs only: a short run")
    parser.add_argument("--documents", type=int, help="at most so many paragraphs a corpus (default: all)")
    parser.add_argument("--sets", nargs="+", choices=SET_LABELS, default=list(SET_LABELS), help="which sets")
    engines = list(dict.fromkeys(row.engine for row in ROWS))
    parser.add_argument("--engines", nargs="+", choices=engines, default=engines, help="which engines (default: all)")
    parser.add_argument("--work", type=Path, default=work_folder() / "peers", help="where indexes and results are kept")
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md too")
    return parser.parse_args(command_line)


def main() -> None:
    """Run the command."""
    arguments = arguments_of()
    # Ended from outside, the engine that runs ends too; without this it would go on by itself.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    rows = [row for row in ROWS if row.engine in arguments.engines]
    if any(row.is_peer for row in rows) and not PEERS_PYTHON.is_file():
        sys.exit("The other engines are not installed. Run `make bench-peers`, which does that.")
    questions = None if arguments.full else arguments.questions if arguments.sample is None else arguments.sample
    try:
        chosen = corpora(arguments.sets, questions, arguments.sample is not None, arguments.documents)
    except FileNotFoundError as error:
        sys.exit(str(error))
    where = machine()
    work = arguments.work / ("sample" if arguments.sample is not None else "full")
    runner = Runner(work, where, bundled_model.unpack(notify=say))
    # Corpus by corpus, so that what is compared was measured close together.
    measured = [
        item for corpus in chosen for row in rows for item in figures_of(row, corpus, runner.measure(row, corpus))
    ]
    figures: dict[str, Any] = {
        "machine": where,
        "threads": THREADS,
        "questions": questions,
        "seed": SEED,
        "versions": peer_versions(),
        "rows": [asdict(item) for item in measured],
    }
    publish("peers", tables(measured, figures), figures, arguments.write)


def peer_versions() -> dict[str, str]:
    """The peers' versions, as they are pinned."""
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    return {label: pins[name] for label, name in _PINNED.items()}


_PINNED = {"txtai": "txtai", "Haystack": "haystack-ai", "LlamaIndex": "llama-index-core"}


if __name__ == "__main__":
    main()
