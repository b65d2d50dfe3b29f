"""One engine over one corpus, in a process of its own: `python -m benchmarks.peer_engines.worker job.json out.json`.

Needs the standard library and tqdm alone, as it also runs in the environment of the other engines.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

if TYPE_CHECKING:
    from benchmarks.peer_engines import Engine

ENGINES = {
    "wenju": "benchmarks.peer_engines.wenju_engine",
    "txtai": "benchmarks.peer_engines.txtai_engine",
    "haystack": "benchmarks.peer_engines.haystack_engine",
    "llamaindex": "benchmarks.peer_engines.llamaindex_engine",
}
"""The module of each engine; its `engine(setting, model)` makes one."""
WARM_UP = 5
"""Questions asked before the clock runs, so that nothing is loaded or compiled within it."""


def make_engine(name: str, setting: str, model: Path) -> Engine:
    """Make an engine; `model` is the folder of a sentence-transformers model."""
    made: Engine = importlib.import_module(ENGINES[name]).engine(setting, model)
    return made


def measure(job: dict[str, Any]) -> dict[str, Any]:
    """Build and ask as the job says; times in seconds, sizes in bytes."""
    engine = make_engine(job["engine"], job["setting"], Path(job["model"]))
    folder = Path(job["folder"])
    started = time.perf_counter()
    engine.load()
    loaded = time.perf_counter()
    engine.prepare([(name, text) for name, text in job["documents"]], folder)
    begun = time.perf_counter()
    made = engine.build()
    built = time.perf_counter()
    return {
        "load_seconds": loaded - started,
        "build_seconds": None if made is None else built - begun,
        "chunks": None if made is None else made.chunks,
        "characters": None if made is None else made.characters,
        "index_bytes": size_on_disk(folder / "index"),
        "build_peak": peak(),
        "answers": {name: ask(engine, questions, f"{folder.name}, {name}") for name, questions in job["asked"].items()},
        "peak": peak(),
        "python": sys.version.split()[0],
    }


def ask(engine: Engine, questions: list[str], description: str) -> list[dict[str, Any]]:
    """Ask every question once, one after the other, when the engine is warm."""
    for question in questions[:WARM_UP]:
        engine.search(question)
    answers = []
    for question in tqdm(questions, desc=description, unit="question", disable=None):
        started = time.perf_counter()
        found = engine.search(question)
        seconds = time.perf_counter() - started
        answers.append({"documents": found.documents, "answer": found.answer, "seconds": seconds})
    return answers


def size_on_disk(folder: Path) -> int:
    """Sum up the bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def peak() -> int:
    """The most memory that this process has held, in bytes; 0 where the system does not say."""
    status = Path("/proc/self/status")
    found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.MULTILINE) if status.is_file() else None
    return int(found[1]) * 1024 if found else 0


def use_cores(count: int) -> None:
    """Hold this process and its children to so many cores: not every library heeds the variables for threads."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])


def main() -> None:
    """Run the command; what is measured is written in one go, so that a run that is killed leaves nothing."""
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    use_cores(job["threads"])
    out = Path(sys.argv[2])
    beside = out.with_name(f"{out.name}.{os.getpid()}")
    beside.write_text(json.dumps(measure(job), ensure_ascii=False), encoding="utf-8")
    beside.replace(out)


if __name__ == "__main__":
    main()
