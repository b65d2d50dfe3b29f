"""Running one engine over one corpus in a process of its own, and keeping what came of it between runs."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.common import REPOSITORY, say
from benchmarks.corpora import file_name
from benchmarks.tasks import Asked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.tasks import Task

THREADS = 2
PEERS_PYTHON = REPOSITORY / ".venv-peers" / "bin" / "python"
REQUIREMENTS = REPOSITORY / "benchmarks" / "peers-requirements.txt"
_ENGINES = REPOSITORY / "benchmarks" / "peer_engines"
_TICK = 0.1
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Row:
    """One engine in one setting, and what a table calls it."""

    engine: str
    setting: str
    label: str

    @property
    def is_peer(self) -> bool:
        return self.engine != "wenju"


ROWS = (
    Row("wenju", "retrieval", "wenju, retrieval"),
    Row("wenju", "reader", "wenju, with the reader"),
    Row("txtai", "default", "txtai, as documented"),
    Row("txtai", "chinese", "txtai, for Chinese"),
    Row("haystack", "default", "Haystack, as documented"),
    Row("haystack", "chinese", "Haystack, for Chinese"),
    Row("llamaindex", "default", "LlamaIndex, as documented"),
    Row("llamaindex", "chinese", "LlamaIndex, for Chinese"),
)


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents, (id, text) each, and the questions of one or more sets that are asked over them."""

    name: str
    documents: tuple[tuple[str, str], ...]
    asked: Mapping[str, tuple[Asked, ...]]

    @classmethod
    def of(cls, name: str, tasks: Sequence[Task], own_only: bool = False) -> Corpus:
        """The corpus that the tasks share; with `own_only` just the paragraphs that are asked about."""
        asked = {task.name: tuple(item for item in task.asked if isinstance(item, Asked)) for task in tasks}
        texts = {item.file: item.paragraph for items in asked.values() for item in items if item.file is not None}
        if not own_only:
            texts = {
                file_name(part, paragraph): paragraph.text
                for task in tasks
                for part, paragraphs in (task.parts or {}).items()
                for paragraph in paragraphs
            }
        return cls(name, tuple(sorted(texts.items())), asked)


def fingerprint(row: Row, corpus: Corpus, where: Mapping[str, str]) -> str | None:
    """Tells whether what an earlier run measured still holds; None if that cannot be told.

    A peer's figures hold for the same code that runs it, the same packages, documents, questions and machine; wenju's
    for the same commit.
    """
    parts: list[object] = [row.engine, row.setting, corpus, where["processor"], where["system"], THREADS]
    if row.is_peer:
        names = ("__init__.py", "worker.py", "chinese.py", f"{row.engine}_engine.py")
        parts += [(_ENGINES / name).read_bytes() for name in names]
        parts.append(REQUIREMENTS.read_bytes())
    elif where["commit"].endswith("-dirty") or where["commit"] == "unknown":
        return None
    else:
        parts.append(where["commit"])
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs an engine over a corpus, unless an earlier run did; keeps what came of it in `work`."""

    work: Path
    where: Mapping[str, str]
    model: Path

    def measure(self, row: Row, corpus: Corpus) -> dict[str, Any]:
        """What `worker.measure` gives, with the most memory of all processes (`tree_peak`) and the wall-clock time."""
        kept = self.work / "rows" / f"{row.engine}-{row.setting}-{corpus.name}.json"
        wanted = fingerprint(row, corpus, self.where)
        if kept.is_file():
            stored: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
            if wanted is not None and stored["fingerprint"] == wanted:
                say(f"{row.label}, {corpus.name}: measured before")
                return stored
        measured = {"fingerprint": wanted, **self._run(row, corpus)}
        kept.parent.mkdir(parents=True, exist_ok=True)
        beside = kept.with_name(f"{kept.name}.{os.getpid()}")
        beside.write_text(json.dumps(measured, ensure_ascii=False), encoding="utf-8")
        beside.replace(kept)
        return measured

    def _run(self, row: Row, corpus: Corpus) -> dict[str, Any]:
        python = PEERS_PYTHON if row.is_peer else Path(sys.executable)
        # wenju's reader reads the index that its retrieval built; all others begin with nothing.
        name = f"{row.engine}-{row.setting if row.is_peer else 'index'}-{corpus.name}"
        folder = self.work / name
        if row.setting != "reader":
            shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        job, out = self.work / f"{name}.job.json", self.work / f"{name}.out.json"
        what = {
            "engine": row.engine,
            "setting": row.setting,
            "model": os.fspath(self.model),
            "folder": os.fspath(folder),
            "threads": THREADS,
            "documents": corpus.documents,
            "asked": {task: [item.question for item in items] for task, items in corpus.asked.items()},
        }
        job.write_text(json.dumps(what, ensure_ascii=False), encoding="utf-8")
        say(f"{row.label}: {len(corpus.documents)} paragraphs of {corpus.name} ...")
        started = time.perf_counter()
        command = [os.fspath(python), "-m", "benchmarks.peer_engines.worker", os.fspath(job), os.fspath(out)]
        tree_peak = run_watched(command, environment(self.work))
        measured: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        out.unlink()
        job.unlink()
        wall = time.perf_counter() - started
        say(f"{row.label}, {corpus.name}: {wall:.0f} s")
        return {**measured, "tree_peak": max(tree_peak, measured["peak"]), "wall_seconds": wall}


def environment(work: Path) -> dict[str, str]:
    """The variables that all engines run with: so many threads, no network, nothing told to anybody."""
    # Bars are for somebody who looks on; in a log they would be thousands of lines.
    bars = {} if sys.stderr.isatty() else {"TQDM_DISABLE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    threads = {f"{name}_NUM_THREADS": str(THREADS) for name in ("OMP", "MKL", "OPENBLAS", "RAYON")}
    return {
        **{name: value for name, value in os.environ.items() if name != "WENJU_MODEL"},
        **threads,
        **bars,
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HAYSTACK_TELEMETRY_ENABLED": "False",
        "ANONYMIZED_TELEMETRY": "False",
        "LLAMA_INDEX_CACHE_DIR": os.fspath(work / "llama_index"),
        "PYTHONPATH": os.fspath(REPOSITORY),
    }


def run_watched(command: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run a command to its end; the most memory (resident set) that it and its children held at one time, in bytes.

    Looked at ten times a second. Raises CalledProcessError where it fails.
    """
    most = 0
    with subprocess.Popen(command, cwd=REPOSITORY, env=dict(variables), stdin=subprocess.DEVNULL) as child:
        try:
            while True:
                try:
                    child.wait(_TICK)
                    break
                except subprocess.TimeoutExpired:
                    most = max(most, tree_memory(child.pid))
        except BaseException:
            child.kill()
            raise
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, list(command))
    return most


def tree_memory(process: int) -> int:
    """Resident memory of a process and all below it, in bytes; 0 where the system has no /proc, or it is gone."""
    here = Path(f"/proc/{process}")
    try:
        total = int((here / "statm").read_text().split()[1]) * _PAGE
        children = [int(pid) for task in (here / "task").iterdir() for pid in (task / "children").read_text().split()]
    except (OSError, IndexError, ValueError):
        return 0
    return total + sum(tree_memory(child) for child in children)
