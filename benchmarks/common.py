"""What the benchmarks share: on what they ran, and where their figures go."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings.models.onnx_network import available_cores

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

REPOSITORY = Path(__file__).resolve().parent.parent
CORPUS = REPOSITORY / "seeds"
CASES = REPOSITORY / "tests" / "data" / "seeds_dev.jsonl"
README = REPOSITORY / "benchmarks" / "README.md"
RESULTS = REPOSITORY / "benchmarks" / "results"

_CODE = ("app.py", "benchmarks/*.py", "embeddings", "qa", "web", "seeds", "constraints.txt", "tests/data")


def machine() -> dict[str, str]:
    """Name what the figures depend on: processor, cores, system, versions, date, commit."""
    processor = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.is_file():
        found = re.search(r"^model name\s*:\s*(.+)$", information.read_text(encoding="utf-8"), re.MULTILINE)
        processor = found[1] if found else processor
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit(),
        "processor": f"{processor}, {available_cores()} cores",
        "system": f"{platform.system()} {platform.machine()}",
        "versions": ", ".join(
            [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in ("onnxruntime", "torch"))]
        ),
    }


def commit() -> str:
    """Return the short name of the commit measured, with -dirty where the code differs from it."""

    def git(*arguments: str) -> str:
        command = ["git", *arguments]
        return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout.strip()

    try:
        return git("rev-parse", "--short", "HEAD") + ("-dirty" if git("status", "--porcelain", "--", *_CODE) else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def headline(where: dict[str, str]) -> str:
    """The line above a table that says when and on what it was measured."""
    return f"{where['date']}, commit `{where['commit']}`, {where['processor']}, {where['system']}, {where['versions']}."


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, one line a row; ValueError where a row has not one cell for each column."""
    rows = list(rows)
    if any(len(row) != len(head) for row in rows):
        raise ValueError(f"a row has not the columns of {head}")
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]]) + "\n"


def with_table(text: str, name: str, new: str) -> str:
    """Put a table between the markers `name` of a text; ValueError where they are missing."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(f"{README} must hold {begin} and {end}, once each and in this order")
    before, rest = text.split(begin)
    return f"{before}{begin}\n{new}{end}{rest.split(end)[1]}"


def publish(name: str, table: str, figures: dict[str, Any], write: bool) -> None:
    """Print the table, write the figures to a file named by their commit, and with `write` the table to the README."""
    print(table, end="")
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{name}-{figures['machine']['commit']}.json"
    file.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    say(f"written to {file.relative_to(REPOSITORY)}")
    if write:
        README.write_text(with_table(README.read_text(encoding="utf-8"), name, table), encoding="utf-8")
        say(f"written to {README.relative_to(REPOSITORY)}")


def say(text: str) -> None:
    """Tell the person who waits, beside the output."""
    print(text, file=sys.stderr, flush=True)


def work_folder() -> Path:
    """A folder of the user's cache, so that vectors are encoded once; `bench` in WENJU_CACHE where that is set."""
    from platformdirs import user_cache_dir

    return Path(os.environ.get("WENJU_CACHE") or user_cache_dir("wenju", appauthor=False)).expanduser() / "bench"
