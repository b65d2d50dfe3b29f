"""Quality of the answers on seeds/ and on open corpora, stage by stage: `python -m benchmarks.quality`.

Prints tables, and writes the figures as JSON and the pictures as PNG to benchmarks/results/, named by the commit. With
--write the tables also go into benchmarks/README.md. A run that is interrupted goes on behind the last row of questions
that it finished, as long as the code is that of a commit.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import sys
import time
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tqdm import tqdm

from benchmarks.common import CORPUS, RESULTS, machine, publish, say, work_folder
from benchmarks.corpora import build_corpus, lend_vectors
from benchmarks.outcomes import Kept, Outcome, confidence_figures, curves, summarise, together
from benchmarks.plots import draw_reliability, draw_risk_coverage
from benchmarks.remembered import RememberedEncoder, RememberedReader
from benchmarks.report import tables
from benchmarks.tasks import SEED, SETS, Asked, judge, judge_text, load_task
from chinese.language import language_of
from chinese.tokens import fold, tokenize
from embeddings import Index, rebuild
from embeddings.models.encoder import load_encoder
from qa.engine import QA
from qa.english.lexicon import Lexicon
from qa.evaluation.cases import Case
from qa.finding.stages import Stages
from qa.question.question import parse_question, read_as
from qa.reading.edges import trimmed
from qa.reading.reader import Reader, load_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.tasks import Task
    from embeddings.models.encoder import Encoder
    from qa.reading.reader import ReaderSpan

SAMPLE = 500
"""Questions of a set, where there are more."""
K = 10
"""Passages that each question gets back: found at 10 is measured."""


@dataclass(frozen=True, slots=True)
class Row:
    """One way to answer: what a table calls it, and the stages it has; None for the reader alone."""

    name: str
    label: str
    stages: Stages | None


ROWS = (
    Row("lexical", "lexical + reader", Stages(dense=False, refusal=False)),
    Row("dense", "dense + reader", Stages(lexical=False, refusal=False)),
    Row("reader", "fused + reader", Stages(refusal=False)),
    Row("unconstrained", "fused + reader, no constraints", Stages(constraints=False, refusal=False)),
    Row("refusing", "fused + reader, may refuse: as it ships", Stages()),
    Row("paragraph", "the reader on the question's own paragraph", None),
)


class BestSpanReader(Reader, Protocol):
    """A reader of passages that also gives the best span of one text."""

    def best(self, question: str, text: str) -> ReaderSpan:
        """The best span, whatever its score."""
        ...


@dataclass(frozen=True, slots=True)
class Bench:
    """What all rows share: the models, where the indexes are kept, and the outcomes of finished rows."""

    encoder: RememberedEncoder
    reader: BestSpanReader
    remembered: RememberedReader
    work: Path
    kept: Kept

    @classmethod
    def of(cls, encoder: Encoder, reader: BestSpanReader, work: Path, kept: Kept) -> Bench:
        """A bench over these models."""
        return cls(RememberedEncoder(encoder), reader, RememberedReader(reader), work, kept)

    def measure(self, task: Task, rows: Sequence[Row]) -> dict[str, list[Outcome]]:
        """The outcomes of each row by its name; only what no earlier run finished is asked."""
        found = {row.name: self.kept.read(task.name, task.fingerprint, row.name) for row in rows}
        missing = [row for row in rows if found[row.name] is None]
        if not missing:
            say(f"{task.name}: measured before")
        asking = [row for row in missing if row.stages is not None]
        index = self.index(task) if asking and not task.is_alone else None
        with nullcontext() if index is None else closing(index):
            for row in missing:
                answer = self._answering(task, row, index)
                bar = tqdm(task.asked, desc=f"{task.name}, {row.name}", unit="question", disable=None)
                found[row.name] = outcomes = [answer(item) for item in bar]
                self.kept.write(task.name, task.fingerprint, row.name, outcomes)
        return {name: outcomes for name, outcomes in found.items() if outcomes is not None}

    def _answering(self, task: Task, row: Row, index: Index | None) -> Callable[[Case | Asked], Outcome]:
        """What gives the outcome of one question in a row."""
        if row.stages is None:
            return self._read
        if index is None:
            return functools.partial(self._ask_alone, task, row.stages)
        return self._asking(task, row.stages, index)

    def _ask_alone(self, task: Task, stages: Stages, item: Case | Asked) -> Outcome:
        """Ask a question over its own paragraph alone."""
        assert isinstance(item, Asked)
        folder = self.work / task.corpus / hashlib.sha256(item.paragraph.encode()).hexdigest()[:16]
        corpus = folder / "corpus"
        if not (folder / "index").is_dir():
            corpus.mkdir(parents=True, exist_ok=True)
            (corpus / "text.txt").write_text(item.paragraph + "\n", encoding="utf-8")
            rebuild(corpus, folder / "index", progress=False, encoder=self.encoder)
        with closing(Index.open(folder / "index")) as index:
            return self._ask(QA(index, self.encoder, self.remembered, stages), item)

    def index(self, task: Task) -> Index:
        """Open the index of a task's corpus, built as far as it is not."""
        say(f"{task.name}: the index of {task.corpus} ...")
        if task.parts is None:
            folder = self.work / task.corpus / "index"
            rebuild(CORPUS, folder, encoder=self.encoder)
            return Index.open(folder)
        lend_vectors(self.work, "drcd", task.corpus)
        return build_corpus(task.parts, self.work, task.corpus, self.encoder)

    def _asking(self, task: Task, stages: Stages, index: Index) -> Callable[[Case | Asked], Outcome]:
        """What asks a question by these stages; all that the first question would load is loaded before."""
        qa = QA(index, self.encoder, self.remembered, stages)
        qa.warm_up()
        if task.asked:
            qa.ask(task.asked[0].question, K)
        return lambda item: self._ask(qa, item)

    def _charged(self) -> float:
        """Seconds that remembered results took at first."""
        return self.encoder.charged + self.remembered.charged

    def _ask(self, qa: QA, item: Case | Asked) -> Outcome:
        charged = self._charged()
        started = time.perf_counter()
        answer = qa.ask(item.question, K)
        seconds = time.perf_counter() - started + self._charged() - charged
        verdict = judge(item, answer)
        return Outcome(
            item.id, item.answerable, *verdict, bool(answer.texts), answer.confidence, seconds, answer.text or ""
        )

    def _read(self, item: Case | Asked) -> Outcome:
        """Have the reader read a question's own paragraph."""
        if isinstance(item, Case):
            raise ValueError(f"{item.id} has no paragraph to read")
        started = time.perf_counter()
        lexicon = None
        if language_of(item.question) == "en":
            lexicon = Lexicon.for_vocabulary(set(tokenize(item.paragraph)))
        span = self.reader.best(read_as(parse_question(item.question, lexicon), [fold(item.paragraph)]), item.paragraph)
        seconds = time.perf_counter() - started
        given = item.paragraph[slice(*trimmed(item.paragraph, span.start, span.end))]
        exact, f1 = judge_text(item, given)
        return Outcome(item.id, item.answerable, 0, exact, f1, bool(given), None, seconds, given)


def rows_of(task: str, chosen: Sequence[str]) -> list[Row]:
    """The chosen rows that a set has: seeds/ has no paragraphs of its own, and refusing needs confidences only."""
    few = {row.name for row in ROWS} - {"reader", "refusing"}
    left_out = {"seeds": {"paragraph"}, "refusal": few, "checklist": few}
    return [row for row in ROWS if row.name in chosen and row.name not in left_out.get(task, set())]


def figures_of(task: Task, measured: dict[str, list[Outcome]]) -> dict[str, Any]:
    """The figures of a set, row by row."""
    rows: dict[str, Any] = {}
    for row in ROWS:
        outcomes = measured.get(row.name)
        if outcomes is None:
            continue
        rows[row.name] = {"label": row.label, **summarise(outcomes)}
        if row.stages is not None and not row.stages.refusal:
            rows[row.name]["confidence"] = confidence_figures(outcomes)
            rows[row.name]["confidence_exact"] = confidence_figures(outcomes, exact=True)
    if task.name == "refusal" and "reader" in measured:
        rows["reader"]["curves"] = curves(measured["reader"])
    paragraphs = None if task.parts is None else sum(len(items) for items in task.parts.values())
    return {"label": SETS[task.name], "paragraphs": paragraphs, "questions": len(task.asked), "rows": rows}


def draw(outcomes: Sequence[Outcome], commit: str, folder: Path) -> dict[str, str]:
    """Draw both pictures of a refusal set; the files' names by what they show."""
    files = {name: f"quality-{commit}-{name}.png" for name in ("risk-coverage", "reliability")}
    draw_risk_coverage(outcomes, folder / files["risk-coverage"])
    draw_reliability(outcomes, folder / files["reliability"])
    return files


def arguments_of(command_line: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--sample", type=_positive, default=SAMPLE, help="questions of a set (default: %(default)s)")
    size.add_argument("--full", action="store_true", help="all questions of every set")
    names = [row.name for row in ROWS]
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS), help="which sets (default: all)")
    parser.add_argument("--rows", nargs="+", choices=names, default=names, help="which rows (default: all)")
    parser.add_argument(
        "--work", type=Path, default=work_folder(), help="where indexes are kept (default: %(default)s)"
    )
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md too")
    return parser.parse_args(command_line)


def _positive(text: str) -> int:
    number = int(text)
    if number < 2:
        raise argparse.ArgumentTypeError(f"{number} questions are too few; at least 2")
    return number


def main() -> None:
    """Run the command."""
    arguments = arguments_of()
    sample = None if arguments.full else arguments.sample
    try:
        tasks = [load_task(name, sample) for name in SETS if name in arguments.sets]
    except FileNotFoundError as error:
        sys.exit(str(error))
    where = machine()
    kept = Kept(arguments.work / "rows", where["commit"])
    bench = Bench.of(load_encoder(notify=say), load_reader(), arguments.work, kept)
    measured = {task.name: bench.measure(task, rows_of(task.name, arguments.rows)) for task in tasks}
    figures: dict[str, Any] = {
        "machine": where,
        "sample": sample,
        "seed": SEED,
        "sets": {task.name: figures_of(task, measured[task.name]) for task in tasks},
    }
    refusal = measured.get("refusal", {}).get("reader")
    figures["together"] = together([outcomes["reader"] for outcomes in measured.values() if "reader" in outcomes])
    figures["pictures"] = draw(refusal, where["commit"], RESULTS) if refusal else {}
    publish("quality", tables(figures), figures, arguments.write)


if __name__ == "__main__":
    main()
