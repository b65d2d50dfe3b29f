"""Quality of the answers on seeds/, and the time and memory of building and asking: `python -m benchmarks.basics`.

Prints a table, and writes the figures as JSON to benchmarks/results/. With --write the table also goes into
benchmarks/README.md. Whatever is about memory or a cold start is measured on a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from benchmarks.common import CASES, CORPUS, REPOSITORY, headline, machine, markdown_table, publish, say
from qa import QA
from qa.evaluation.cases import Report, evaluate, load_cases
from qa.evaluation.metrics import percentile

if TYPE_CHECKING:
    from collections.abc import Mapping

ROUNDS = 3
"""How often each question is asked warm, and the cold command run."""

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Process:
    """What a child process left: its output, its wall-clock seconds and the most memory it held, in bytes."""

    output: str
    seconds: float
    peak: int


@dataclass(frozen=True, slots=True)
class Build:
    """A build from nothing and one with nothing to do.

    `load_seconds` is importing and loading the model, `seconds` all the rest of the build, of which encoding takes
    most; `unchanged_seconds` is a rebuild of an unchanged corpus. `peak` is in bytes.
    """

    chunks: int
    load_seconds: float
    seconds: float
    wall_seconds: float
    peak: int
    unchanged_seconds: float
    unchanged_wall_seconds: float

    @property
    def chunks_per_second(self) -> float:
        return self.chunks / self.seconds


@dataclass(frozen=True, slots=True)
class Asking:
    """Milliseconds of one answer in a process that has the model loaded, and seconds and bytes of `wenju ask`.

    `torch` is of `wenju ask` where sentence-transformers runs the model.
    """

    questions: int
    median_ms: float
    p95_ms: float
    cold_seconds: float
    cold_peak: int
    torch_seconds: float
    torch_peak: int


def run_process(
    arguments: list[str], expected: tuple[int, ...] = (0,), environment: Mapping[str, str] | None = None
) -> Process:
    """Run Python with `arguments` and wait for it; CalledProcessError for an exit code that is not expected.

    `environment` is added to this process's own. Python may keep what it compiles, as it does unless told otherwise.
    """
    started = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **(environment or {})},
            stdout=output,
            stdin=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode("utf-8")
    if child.returncode not in expected:
        raise subprocess.CalledProcessError(child.returncode, child.args, text)
    # Linux counts kibibytes, macOS bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return Process(text, seconds, usage.ru_maxrss * unit)


def build_from_nothing(index: Path) -> None:
    """In a child process: load the model, build, and print the figures as JSON."""
    started = time.perf_counter()
    from embeddings import rebuild
    from embeddings.models.encoder import load_encoder

    encoder = load_encoder()
    encoder.encode_passages(["预热"])
    loaded = time.perf_counter()
    report = rebuild(CORPUS, index, progress=False, encoder=encoder)
    done = time.perf_counter()
    print(json.dumps({"load": loaded - started, "build": done - loaded, "encoded": report.encoded}))


def measure_build(index: Path) -> Build:
    """Build the index of seeds/ in an empty folder, then again."""
    child = run_process(["-m", "benchmarks.basics", "--build", str(index)])
    figures = json.loads(child.output.splitlines()[-1])
    again = run_process(["-m", "benchmarks.basics", "--rebuild", str(index)])
    unchanged = json.loads(again.output.splitlines()[-1])
    if unchanged["encoded"]:
        raise RuntimeError(f"a rebuild of an unchanged corpus encoded {unchanged['encoded']} chunks")
    return Build(
        chunks=figures["encoded"],
        load_seconds=figures["load"],
        seconds=figures["build"],
        wall_seconds=child.seconds,
        peak=child.peak,
        unchanged_seconds=unchanged["seconds"],
        unchanged_wall_seconds=again.seconds,
    )


def rebuild_unchanged(index: Path) -> None:
    """In a child process: rebuild, as the command does, and print the report as JSON."""
    from embeddings import rebuild

    print(json.dumps(rebuild(CORPUS, index, progress=False).to_dict()))


def measure_cold(index: Path, question: str, environment: Mapping[str, str] | None = None) -> list[Process]:
    """Ask ROUNDS times by the command; with models loaded here, its peak would be no less than this process's size."""
    command = [str(REPOSITORY / "app.py"), "ask", question, "--index", str(index)]
    return [run_process(command, (0, 1), environment) for _ in range(ROUNDS)]


def measure_cold_torch(index: Path, question: str) -> list[Process]:
    """The same where sentence-transformers runs the model, with an index of its vectors."""
    environment = {"WENJU_RUNTIME": "torch"}
    run_process(["-m", "benchmarks.basics", "--build", str(index)], environment=environment)
    return measure_cold(index, question, environment)


def measure_asking(index: Path, questions: list[str], cold: list[Process], torch: list[Process]) -> Asking:
    """Ask each question ROUNDS times in this process; `cold` and `torch` are what the command took.

    Every round opens the index anew: what was read for a question is kept for a while, and would not be read again.
    """
    milliseconds = []
    for number in range(ROUNDS):
        qa = QA.open(index)
        qa.warm_up()
        for question in tqdm(questions, desc=f"asking, round {number + 1}", unit="question", disable=None):
            started = time.perf_counter()
            qa.ask(question)
            milliseconds.append(1000 * (time.perf_counter() - started))
    return Asking(
        questions=len(milliseconds),
        median_ms=statistics.median(milliseconds),
        p95_ms=percentile(milliseconds, 0.95),
        cold_seconds=statistics.median(run.seconds for run in cold),
        cold_peak=int(statistics.median(run.peak for run in cold)),
        torch_seconds=statistics.median(run.seconds for run in torch),
        torch_peak=int(statistics.median(run.peak for run in torch)),
    )


def size_on_disk(folder: Path) -> int:
    """Sum up the bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def table(where: dict[str, str], quality: Report, build: Build, asking: Asking, size: int) -> str:
    """Lay the figures out as a Markdown table, below a line that says when and on what they were measured."""
    rows = [
        ("found at 1 (hit@1)", f"{quality.hit_at_1} of {quality.answerable}"),
        ("found at 3 (hit@3)", f"{quality.hit_at_3} of {quality.answerable}"),
        ("exact", f"{quality.exact} of {quality.answerable}"),
        ("answerable but refused (wrongly_refused)", f"{quality.wrongly_refused} of {quality.answerable}"),
        ("absent and refused (refused)", f"{quality.refused} of {quality.absent}"),
        ("build from nothing: encoding", f"{build.chunks_per_second:.1f} chunks/s ({build.chunks} chunks)"),
        ("build from nothing: without loading the model", f"{build.seconds:.1f} s"),
        ("build from nothing: whole process", f"{build.wall_seconds:.1f} s, peak {_mib(build.peak)}"),
        ("rebuild, nothing changed", f"{build.unchanged_seconds:.2f} s"),
        ("rebuild, nothing changed: whole process", f"{build.unchanged_wall_seconds:.1f} s"),
        ("ask, model loaded: median", f"{asking.median_ms:.0f} ms ({asking.questions} answers)"),
        ("ask, model loaded: 95th percentile", f"{asking.p95_ms:.0f} ms"),
        (
            f"`wenju ask`, cold: whole process, median of {ROUNDS}",
            f"{asking.cold_seconds:.1f} s, peak {_mib(asking.cold_peak)}",
        ),
        (
            "the same with sentence-transformers (`WENJU_RUNTIME=torch`)",
            f"{asking.torch_seconds:.1f} s, peak {_mib(asking.torch_peak)}",
        ),
        ("index on disk, with the vector cache", f"{size / _MIB:.1f} MiB"),
    ]
    return f"{headline(where)}\n\n{markdown_table(('what', 'figure'), rows)}"


def _mib(size: int) -> str:
    return f"{size / _MIB:.0f} MiB"


def measure(folder: Path) -> tuple[str, dict[str, Any]]:
    """Measure everything, with an index in `folder`; return the table and the figures."""
    index = folder / "index"
    where = machine()
    say("building from nothing, then once more ...")
    build = measure_build(index)
    cases = load_cases(CASES)
    say("asking from the command line ...")
    cold = measure_cold(index, cases[0].question)
    torch = measure_cold_torch(folder / "torch", cases[0].question)
    qa = QA.open(index)
    qa.warm_up()
    say("asking the questions with known answers ...")
    quality = evaluate(qa.ask, cases)
    say(f"asking each {ROUNDS} times more ...")
    asking = measure_asking(index, [case.question for case in cases], cold, torch)
    size = size_on_disk(index)
    figures = {
        "machine": where,
        "quality": quality.to_dict(),
        "build": {**asdict(build), "chunks_per_second": build.chunks_per_second},
        "asking": asdict(asking),
        "index_bytes": size,
    }
    return table(where, quality, build, asking, size), figures


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.basics", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md too")
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--rebuild", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.build is not None:
        build_from_nothing(arguments.build)
        return
    if arguments.rebuild is not None:
        rebuild_unchanged(arguments.rebuild)
        return
    with tempfile.TemporaryDirectory(prefix="wenju-bench-") as folder:
        text, figures = measure(Path(folder))
    publish("basics", text, figures, arguments.write)


if __name__ == "__main__":
    main()
