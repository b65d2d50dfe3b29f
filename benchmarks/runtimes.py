"""What the faster runtime costs in quality: the rows of `benchmarks.quality` with torch and with int8, side by side.

`python -m benchmarks.runtimes` prints a table; --write puts it into benchmarks/README.md too. What `benchmarks.quality`
finished with the same code is not asked again, nor what an interrupted run finished.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.common import headline, machine, markdown_table, publish, say, work_folder
from benchmarks.outcomes import Kept, summarise
from benchmarks.quality import ROWS, SAMPLE, Bench
from benchmarks.tasks import SEED, SETS, load_task
from embeddings.models.encoder import Runtime, load_encoder
from qa.reading.reader import load_reader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.tasks import Task

COMPARED: tuple[Runtime, Runtime] = ("torch", "int8")
"""The runtime whose quality is the measure, and the one that is held to it."""
_SETS = ("drcd", "cmrc", "xquad", "english")
_ROWS = ("dense", "reader", "refusing", "paragraph")
_LABEL = {row.name: row.label for row in ROWS}

Figures = dict[str, dict[str, dict[str, Any]]]
"""What `summarise` gives of a row of a set, by runtime, set and row."""


def table(figures: Mapping[str, Mapping[str, Mapping[str, Any]]], sets: Sequence[str]) -> str:
    """One line for each set and row, with the figures of both runtimes and how many points the faster one gains."""
    plain, fast = COMPARED
    columns = [f"{what}, {column}" for what in ("found at 1", "F1") for column in (plain, fast, "points")]
    lines = []
    for name in sets:
        for row in _ROWS:
            cells: list[str] = []
            for what in ("found@1", "f1"):
                if row == "paragraph" and what == "found@1":
                    cells += ["", "", ""]
                    continue
                before, after = (100 * figures[runtime][name][row][what] for runtime in COMPARED)
                cells += [f"{before:.1f}", f"{after:.1f}", f"{after - before:+.1f}"]
            lines.append((SETS[name], _LABEL[row], *cells))
    return markdown_table(("set", "row", *columns), lines)


def measure(runtime: Runtime, tasks: Sequence[Task], work: Path, commit: str) -> dict[str, dict[str, Any]]:
    """The figures of every set and row with this runtime, encoder and reader alike."""
    say(f"{runtime}:")
    os.environ["WENJU_RUNTIME"] = runtime  # what the reader goes by
    # The faster one is the default, of which the quality benchmark may have measured most already.
    folder = work if runtime == COMPARED[1] else work / runtime
    bench = Bench.of(load_encoder(notify=say, runtime=runtime), load_reader(), folder, Kept(folder / "rows", commit))
    rows = [row for row in ROWS if row.name in _ROWS]
    return {
        task.name: {name: summarise(outcomes) for name, outcomes in bench.measure(task, rows).items()} for task in tasks
    }


def arguments_of(command_line: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.runtimes", description=__doc__)
    parser.add_argument("--sample", type=int, default=SAMPLE, help="questions of a set (default: %(default)s)")
    parser.add_argument("--sets", nargs="+", choices=_SETS, default=list(_SETS), help="which sets (default: all)")
    parser.add_argument(
        "--work", type=Path, default=work_folder(), help="where indexes are kept (default: %(default)s)"
    )
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md too")
    return parser.parse_args(command_line)


def main() -> None:
    """Run the command."""
    arguments = arguments_of()
    try:
        tasks = [load_task(name, arguments.sample) for name in arguments.sets]
    except FileNotFoundError as error:
        sys.exit(str(error))
    where = machine()
    figures: Figures = {
        runtime: measure(runtime, tasks, arguments.work, where["commit"]) for runtime in reversed(COMPARED)
    }
    asked = f"At most {arguments.sample} questions a set, seed {SEED}."
    shown = f"{headline(where)} {asked}\n\n{table(figures, arguments.sets)}"
    stored = {"machine": where, "sample": arguments.sample, "seed": SEED, "runtimes": figures}
    publish("runtimes", shown, stored, arguments.write)


if __name__ == "__main__":
    main()
