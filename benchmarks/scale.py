"""What ten thousand, a hundred thousand and a million chunks cost: `python -m benchmarks.scale`.

Builds a corpus of each size with the real build, changes one file of a thousand and builds again, then asks real
questions from a process of its own. Prints a table, writes JSON and pictures to benchmarks/results/; with --write the
table also goes into benchmarks/README.md. What is done is not done again, unless --again names it.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import shutil
import statistics
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.basics import run_process
from benchmarks.common import commit, machine, publish, say, work_folder
from benchmarks.scale_corpus import NoisyEncoder, Varying, base_texts, write_files
from benchmarks.scale_report import draw, table
from benchmarks.squad import load_squad
from chinese.tokens import simplify
from embeddings import Index, rebuild
from embeddings.models.encoder import load_encoder
from embeddings.store.generation import IndexLayout
from embeddings.store.vectors import VectorCache
from qa.evaluation.metrics import percentile
from qa.finding.kept_chunks import KeptChunks
from qa.finding.retrieval import RANKED, search_pool
from qa.question.question import parse_question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from embeddings.progress import Progress
    from embeddings.types import FloatArray

SIZES = (10_000, 100_000, 1_000_000)
CHUNKS_A_FILE = 100
QUESTIONS = 300
QUESTION_SETS = ("drcd_dev", "cmrc_dev", "xquad_dev.zh")
NEAREST = 10
PARTS = ("build", "rebuild", "search")

_MIB = 1 << 20


# --- what is encoded once, by the real model


def prepare(work: Path) -> None:
    """Encode the base chunks and the questions, and measure how far varying a text moves its vector."""
    folder = work / "base"
    varying = Varying(base_texts())
    write_files(folder / "corpus", len(base_texts()) + 1, varying)  # one file more: the first one varied
    encoder = load_encoder()
    rebuild(folder / "corpus", folder / "index", encoder=encoder)
    with (
        closing(Index.open(folder / "index")) as index,
        closing(VectorCache.open(IndexLayout(index.path).vectors, encoder.dimension)) as cache,
    ):
        chunks = list(index.all_chunks())
        known = cache.get(index.vector_keys())
        vectors = np.stack([known[key] for key in index.vector_keys()])
    first = [chunk.sources[0].file.startswith("0000/") for chunk in chunks]
    passages = [chunk.encoded for chunk, is_base in zip(chunks, first, strict=True) if is_base]
    base = vectors[first]
    finder = NoisyEncoder(encoder, passages, base, {}, 0.0)
    moved = [
        float(vector @ base[finder.base_of(chunk.encoded)])
        for chunk, vector, is_base in zip(chunks, vectors, first, strict=True)
        if not is_base
    ]
    texts = questions()
    np.savez(folder / "vectors.npz", base=base, questions=encoder.encode_queries([simplify(text) for text in texts]))
    noise = _noise(base, statistics.fmean(moved))
    saved = {"passages": passages, "questions": texts, "cosine": statistics.fmean(moved), "noise": noise}
    (folder / "base.json").write_text(json.dumps(saved, ensure_ascii=False), encoding="utf-8")


def _noise(base: FloatArray, cosine: float) -> float:
    """The factor of the noise with which a vector has this cosine, on average, with the one it was made from."""
    drawn = np.random.default_rng(7).integers(len(base), size=(3, 2000))
    vectors, plus, minus = (base[row] for row in drawn)
    low, high = 0.0, 4.0
    for _ in range(30):
        noise = (low + high) / 2
        rows = vectors + noise * (plus - minus)
        found = float((vectors * rows).sum(axis=1).mean() / np.linalg.norm(rows, axis=1).mean())
        low, high = (noise, high) if found > cosine else (low, noise)
    return noise


def questions() -> list[str]:
    """Real questions on the base files, spread evenly over the sets."""
    texts = [question.text for name in QUESTION_SETS for item in load_squad(name) for question in item.questions]
    return texts[:: max(1, len(texts) // QUESTIONS)][:QUESTIONS]


def load_stand_in(work: Path) -> tuple[NoisyEncoder, list[str]]:
    """The encoder for corpora of any size, and the questions that it knows."""
    saved = json.loads((work / "base" / "base.json").read_text(encoding="utf-8"))
    arrays = np.load(work / "base" / "vectors.npz")
    known = {simplify(text): vector for text, vector in zip(saved["questions"], arrays["questions"], strict=True)}
    return NoisyEncoder(load_encoder(), saved["passages"], arrays["base"], known, saved["noise"]), saved["questions"]


# --- each in a process of its own


def build(work: Path, size: int) -> dict[str, Any]:
    """Bring the index of a size up to date; the figures of this build."""
    encoder, _ = load_stand_in(work)
    folder = work / str(size)
    stages: dict[str, float] = {}
    peaks: dict[str, float] = {}
    started = last = time.perf_counter()
    busy = time.process_time()

    def watch(progress: Progress) -> None:
        nonlocal last
        now = time.perf_counter()
        stages[progress.stage] = stages.get(progress.stage, 0.0) + now - last
        peaks[progress.stage] = max(peaks.get(progress.stage, 0.0), resident()["VmRSS"])
        last = now

    report = rebuild(folder / "corpus", folder / "index", encoder=encoder, watch=watch)
    stages["finishing"] = time.perf_counter() - last
    return {
        "chunks": report.chunks,
        "encoded": report.encoded,
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - busy,
        "stages": stages,
        "peaks": peaks,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def measure_search(work: Path, size: int) -> dict[str, Any]:
    """Open the index, ask every question twice, and say how long and how large."""
    encoder, texts = load_stand_in(work)
    parsed = [parse_question(text) for text in texts]
    gc.collect()
    gc.freeze()  # the stand-in's tables are not to be looked through while questions are asked
    before = resident()
    started = time.perf_counter()
    index = Index.open(work / str(size) / "index")
    opened = time.perf_counter()
    kept = KeptChunks(index)
    search_pool(kept, encoder, index.threads, parsed[0])
    first = time.perf_counter()
    # The first round brings the files into the page cache, as a server's first visitors do.
    for question in parsed:
        search_pool(kept, encoder, index.threads, question)
    whole = _milliseconds(lambda question: search_pool(kept, encoder, index.threads, question), parsed)
    vectors = encoder.encode_queries([simplify(text) for text in texts])
    groups = [[term.alternatives for term in question.terms] for question in parsed]
    parts = {
        "dense": _milliseconds(lambda vector: index.search_dense(vector, RANKED), vectors),
        "lexical": _milliseconds(lambda terms: index.search_lexical(terms, RANKED), groups),
    }
    after = resident()
    nearest = [[number for number, _ in index.search_dense(vector, NEAREST)] for vector in vectors]
    index.close()
    return {
        "open_seconds": opened - started,
        "first_seconds": first - opened,
        "whole": whole,
        "parts": parts,
        "before_mib": before["VmRSS"],
        "resident_mib": after["VmRSS"],
        "anonymous_mib": after["RssAnon"],
        "recall": recall(work, size, nearest),
    }


def _milliseconds(action: Callable[[Any], object], arguments: Iterable[Any]) -> dict[str, list[float]]:
    """Median and 95th percentile over the arguments: by the clock, and of this process's work alone."""
    taken, busy = [], []
    for argument in arguments:
        start, work = time.perf_counter(), time.process_time()
        action(argument)
        busy.append(1000 * (time.process_time() - work))
        taken.append(1000 * (time.perf_counter() - start))
    return {
        name: [statistics.median(values), percentile(values, 0.95)]
        for name, values in (("clock", taken), ("cpu", busy))
    }


def recall(work: Path, size: int, nearest: Sequence[Sequence[int]]) -> float:
    """The share of the exactly nearest that were found, over all questions."""
    layout = IndexLayout(work / str(size) / "index")
    vectors = np.load(work / "base" / "vectors.npz")["questions"]
    best = np.full((len(vectors), NEAREST), -2.0, dtype=np.float32)
    ids = np.full((len(vectors), NEAREST), -1, dtype=np.int64)
    with (
        closing(Index.open(layout.root)) as index,
        closing(VectorCache.open(layout.vectors, index.manifest.dimension)) as cache,
    ):
        keys = list(index.vector_keys())
        for first in range(0, len(keys), 4096):
            page = keys[first : first + 4096]
            found = cache.get(page)
            scores = vectors @ np.stack([found[key] for key in page]).T
            numbers = np.broadcast_to(np.arange(first, first + len(page)), scores.shape)
            scores, numbers = np.hstack([best, scores]), np.hstack([ids, numbers])
            top = np.argpartition(-scores, NEAREST - 1, axis=1)[:, :NEAREST]
            best, ids = np.take_along_axis(scores, top, 1), np.take_along_axis(numbers, top, 1)
    hits = [len(set(found) & set(exact)) for found, exact in zip(nearest, ids.tolist(), strict=True)]
    return sum(hits) / (NEAREST * len(hits))


def resident() -> dict[str, float]:
    """MiB of this process in memory: all, and what is its own (mapped files can be dropped at any time)."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    values = dict(line.split(":", 1) for line in lines)
    return {name: int(values[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon", "RssFile")}


# --- all of it


def measure(work: Path, size: int, again: Sequence[str]) -> dict[str, Any]:
    """Build, change, build again and ask one size; what was measured before is so again only where `again` names it."""
    folder = work / str(size)
    done = folder / "figures.json"
    figures: dict[str, Any] = json.loads(done.read_text(encoding="utf-8")) if done.is_file() else {}
    files = size // CHUNKS_A_FILE
    changed = range(0, files, 1000)
    figures |= {"size": size, "files": files, "changed": len(changed)}
    for part in PARTS:
        if part in figures and part not in again:
            say(f"{size}: {part} done before")
            continue
        if part != "search":
            say(f"{size}: writing files")
            write_files(folder / "corpus", files, Varying(base_texts()), changed if part == "rebuild" else ())
        if part == "build":
            for name in ("generations", "readings"):
                shutil.rmtree(folder / "index" / name, ignore_errors=True)
            (folder / "index" / "CURRENT").unlink(missing_ok=True)
        figures[part] = {**_child("--search" if part == "search" else "--build", work, size), "commit": commit()}
        figures["disk"] = disk(IndexLayout(folder / "index"))
        beside = done.with_suffix(".new")
        beside.write_text(json.dumps(figures, indent=1), encoding="utf-8")
        beside.replace(done)
    return figures


def _child(what: str, work: Path, size: int) -> dict[str, Any]:
    say(f"{size}: {what.removeprefix('--')}")
    child = run_process(["-m", "benchmarks.scale", what, str(size), "--work", str(work)])
    found: dict[str, Any] = json.loads(child.output.splitlines()[-1])
    say(f"{size}: {json.dumps(found)}")
    return found


def disk(layout: IndexLayout) -> dict[str, int]:
    """Bytes of the parts of an index."""
    files = layout.generation(layout.read_current())
    parts: dict[str, Iterable[Path]] = {
        "chunks": [files.chunks],
        "dense": files.path.glob("dense*"),
        "lexical": files.lexical.iterdir(),
        "figures": [files.figures] if files.figures.exists() else [],
        "origins": [files.origins] if files.origins.exists() else [],
        "manifest": [files.manifest],
        "vectors": layout.vectors.iterdir(),
        "readings": layout.readings.iterdir(),
    }
    return {name: sum(path.stat().st_size for path in paths) for name, paths in parts.items()}


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="chunks, separated by commas")
    parser.add_argument("--work", type=Path, default=work_folder() / "scale", help="where corpora and indexes are kept")
    parser.add_argument("--again", choices=PARTS, nargs="+", default=[], help="measure these though they are done")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    parser.add_argument("--build", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--search", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.build is not None:
        print(json.dumps(build(arguments.work, arguments.build)))
        return
    if arguments.search is not None:
        print(json.dumps(measure_search(arguments.work, arguments.search)))
        return
    if not (arguments.work / "base" / "base.json").is_file():
        prepare(arguments.work)
    sizes = [measure(arguments.work, int(size), arguments.again) for size in arguments.sizes.split(",")]
    where = machine()
    pictures = draw(sizes, where["commit"])
    publish("scale", table(where, sizes, pictures), {"machine": where, "sizes": sizes}, arguments.write)


if __name__ == "__main__":
    main()
