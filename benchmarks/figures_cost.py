"""What figures cost a build: `python -m benchmarks.figures_cost [--texts 300]` builds with them and without, in turns.

Each build is from nothing, of so many news texts, a file each, with the default model loaded before. It prints the
seconds of each, the shares, and how much larger the index is.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.common import say
from benchmarks.squad import SETS
from embeddings.building.build import rebuild_with
from embeddings.figures.reading import FigureReader
from embeddings.models.encoder import load_encoder

if TYPE_CHECKING:
    from embeddings.models.encoder import Encoder

ROUNDS = 3


def build(corpus: Path, index: Path, encoder: Encoder, *, with_figures: bool) -> tuple[float, float, int]:
    """Build from nothing: seconds of the clock, seconds of all cores, bytes on disk."""
    shutil.rmtree(index, ignore_errors=True)
    started, used = time.monotonic(), time.process_time()
    rebuild_with(FigureReader() if with_figures else None, corpus, index, progress=False, encoder=encoder)
    size = sum(file.stat().st_size for file in index.rglob("*") if file.is_file())
    return time.monotonic() - started, time.process_time() - used, size


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=300)
    arguments = parser.parse_args()
    encoder = load_encoder()
    encoder.encode_passages(["一"])
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "texts"
        corpus.mkdir()
        with gzip.open(SETS / "news_docs.jsonl.gz", "rt", encoding="utf-8") as lines:
            for number, line in zip(range(arguments.texts), lines, strict=False):
                (corpus / f"{number:04}.txt").write_text(json.loads(line)["text"], encoding="utf-8")
        found: dict[bool, list[tuple[float, float, int]]] = {True: [], False: []}
        for number in range(ROUNDS):
            for with_figures in (True, False):
                found[with_figures].append(build(corpus, Path(folder) / "index", encoder, with_figures=with_figures))
                clock, used, size = found[with_figures][-1]
                said = "with figures" if with_figures else "without"
                say(f"round {number + 1}, {said}: {clock:.1f} s, {used:.1f} s of all cores, {size / 1e6:.2f} MB")
        shares = [
            median(item[place] for item in found[True]) / median(item[place] for item in found[False])
            for place in range(3)
        ]
        say(f"with figures: clock {shares[0]:.3f}, all cores {shares[1]:.3f}, index {shares[2]:.3f} times as much")


if __name__ == "__main__":
    main()
