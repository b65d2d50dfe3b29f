"""What the load test saw, whether it is good enough, and how it is told: a table, and figures as JSON."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.common import headline, markdown_table
from qa.evaluation.metrics import percentile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.visitor import Answered

WARM = 500
"""Answers on the page before memory is measured for the first time: so many the page keeps."""
MOST_GROWTH = 0.05
"""What share memory may grow by after that."""
BY_PROGRAM = 10
"""Of so many visitors one is a program that calls the public endpoint."""
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Options:
    """`questions` are those asked for memory; `at_once` is how many questions the server answers at once.

    `vectors` is an index of seeds/ to take vectors from; `different` is how many different questions are asked, all if
    None.
    """

    sessions: int = 50
    seconds: float = 120
    questions: int = 2000
    at_once: int | None = None
    vectors: Path | None = None
    different: int | None = None

    @property
    def judges_memory(self) -> bool:
        """Whether enough is asked to tell what is kept from what leaks."""
        return self.questions >= WARM


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A rebuild under load: when it began and how long it took, how many answers came meanwhile, why it is no good."""

    began: float
    seconds: float
    answers: int
    trouble: str


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident bytes of the server: warm, after so many answers, and at the end; `samples` are (answers, bytes)."""

    warm_answers: int
    warm: int
    answers: int
    end: int
    samples: tuple[tuple[int, int], ...]

    @property
    def growth(self) -> float:
        return self.end / self.warm - 1


@dataclass(frozen=True, slots=True)
class Measured:
    """All that was seen. `load` are the answers of the first part, `answers` those of both, `wrong` the wrong ones.

    `mixed` says of each visitor whose list of conversations is not what they asked how it differs.
    """

    options: Options
    load: tuple[Answered, ...]
    load_seconds: float
    answers: tuple[Answered, ...]
    wrong: tuple[str, ...]
    rebuilt: Rebuilt
    memory: Memory
    mixed: tuple[str, ...] = ()

    @property
    def errors(self) -> list[str]:
        return [f"{item.error}: {item.question}" for item in self.answers if item.error]

    @property
    def too_many(self) -> int:
        """How many questions were refused as one too many."""
        return sum(item.error == "HTTP 429" for item in self.answers)

    def failures(self) -> list[str]:
        """What is required and was not so, a sentence each."""
        found = []
        if self.errors:
            found.append(f"{len(self.errors)} of {len(self.answers)} questions failed. The first: {self.errors[0]}")
        if self.wrong:
            found.append(f"{len(self.wrong)} of {len(self.answers)} answers are wrong. The first: {self.wrong[0]}")
        if self.mixed:
            found.append(f"Conversations of {len(self.mixed)} visitors are not what they asked: {self.mixed[0]}")
        if self.rebuilt.trouble:
            found.append(f"The rebuild under load did not end well: {self.rebuilt.trouble}")
        if self.options.judges_memory and self.memory.growth > MOST_GROWTH:
            found.append(f"Memory grew by {self.memory.growth:.1%}, more than {MOST_GROWTH:.0%}.")
        return found

    def times(self, by_page: bool) -> list[float]:
        """Seconds that the answers of the first part took, on the page or by the public endpoint."""
        return [item.seconds for item in self.load if item.by_page is by_page and not item.error]


def table(where: dict[str, str], seen: Measured) -> str:
    """Lay the figures out as a Markdown table, below a line that says when and on what they were measured."""
    options, memory = seen.options, seen.memory
    programs = options.sessions // BY_PROGRAM
    count = len(seen.load)
    rows = [
        ("at once", f"{options.sessions - programs} visitors of the page, {programs} programs"),
        ("questions answered", f"{count} in {seen.load_seconds:.0f} s, {count / seen.load_seconds:.2f} a second"),
        ("answer on the page: median, 95th percentile", _median_and_p95(seen.times(by_page=True))),
        ("answer to a program: median, 95th percentile", _median_and_p95(seen.times(by_page=False))),
        (
            "rebuild with one file more, meanwhile",
            seen.rebuilt.trouble
            or f"ended well in {seen.rebuilt.seconds:.1f} s; answers in that time: {seen.rebuilt.answers}",
        ),
        (f"memory of the server, warm: after {memory.warm_answers} answers", f"{memory.warm / _MIB:.0f} MiB"),
        (
            f"memory after {memory.answers - memory.warm_answers} more",
            f"{memory.end / _MIB:.0f} MiB ({memory.growth:+.1%})",
        ),
        (
            f"of all {len(seen.answers)}: errors, wrong answers, refused as too many",
            f"{len(seen.errors)}, {len(seen.wrong)}, {seen.too_many}",
        ),
        ("visitors whose conversations are not their own", f"{len(seen.mixed)}"),
    ]
    return f"{headline(where)}\n\n{markdown_table(('what', 'figure'), rows)}"


def _median_and_p95(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds):.1f} s, {percentile(seconds, 0.95):.1f} s" if seconds else "none"


def figures_of(seen: Measured) -> dict[str, Any]:
    """The figures as JSON types."""
    kinds = {"page": seen.times(by_page=True), "program": seen.times(by_page=False)}
    return {
        "options": {name: value for name, value in asdict(seen.options).items() if name != "vectors"},
        "load": {
            "answers": len(seen.load),
            "seconds": seen.load_seconds,
            "answer_seconds": {
                kind: {"median": statistics.median(times), "p95": percentile(times, 0.95), "most": max(times)}
                for kind, times in kinds.items()
                if times
            },
        },
        "rebuild": {key: value for key, value in asdict(seen.rebuilt).items() if key != "began"},
        "memory": {**asdict(seen.memory), "growth": seen.memory.growth},
        "answers": len(seen.answers),
        "errors": seen.errors,
        "wrong": list(seen.wrong),
        "too_many": seen.too_many,
        "mixed": list(seen.mixed),
    }
