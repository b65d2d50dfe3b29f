"""What several workers encode beside one: `python -m benchmarks.workers`.

The same passages by one core, by one process on all cores, by two processes, and by one and two workers of a Ray
cluster on this machine, one after the other in one run. Prints a table; --write puts it into benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.common import headline, machine, markdown_table, publish
from benchmarks.encoding import CHARACTERS, passages
from embeddings.building.encoding import BATCH, OneProcess
from embeddings.building.processes import Processes
from embeddings.building.ray_pool import LOCAL, RayPool
from embeddings.models.encoder import load_encoder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from embeddings.building.encoding import Pool
    from embeddings.models.encoder import Encoder
    from embeddings.types import FloatArray

POOLS: dict[str, Callable[[Encoder], Pool]] = {
    "this process, one core": lambda _: OneProcess(load_encoder(threads=1)),
    "this process, all cores": OneProcess,
    "`--workers 2`": lambda encoder: Processes(encoder, 2),
    "`--ray`, one worker": lambda encoder: RayPool(encoder, LOCAL, 1),
    "`--ray`, two workers": lambda encoder: RayPool(encoder, LOCAL, 2),
}
_WARMING = 4
"""Short batches before the clock starts, so that every worker has its model."""


def measure(pool: Pool, batches: Sequence[list[str]]) -> tuple[float, FloatArray]:
    """Seconds that the pool takes, its workers warm, and the vectors in the batches' order."""
    list(pool.encode(iter([["短"] * BATCH] * _WARMING)))
    started = time.perf_counter()
    found = dict(pool.encode(iter(batches)))
    seconds = time.perf_counter() - started
    return seconds, np.concatenate([found[number] for number in range(len(batches))])


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workers", description=__doc__)
    parser.add_argument("--passages", type=int, default=12 * BATCH)
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    arguments = parser.parse_args()
    texts = passages(arguments.passages)
    batches = [texts[first : first + BATCH] for first in range(0, len(texts), BATCH)]
    encoder = load_encoder()
    rows: list[dict[str, Any]] = []
    like: FloatArray | None = None
    for name, make in POOLS.items():
        with closing(make(encoder)) as pool:
            seconds, vectors = measure(pool, batches)
        like = vectors if like is None else like
        rows.append(
            {"who": name, "passages_per_second": len(texts) / seconds, "differs": float(np.abs(vectors - like).max())}
        )
    first = rows[0]["passages_per_second"]
    head = ["who encodes", "passages a second", "beside one core", "vectors differ by"]
    cells = [
        [
            row["who"],
            f"{row['passages_per_second']:.1f}",
            f"{row['passages_per_second'] / first:.2f}",
            f"{row['differs']:.0e}",
        ]
        for row in rows
    ]
    where = machine()
    figures = {"machine": where, "passages": len(texts), "characters": CHARACTERS, "rows": rows}
    publish("workers", f"{headline(where)}\n\n{markdown_table(head, cells)}", figures, arguments.write)


if __name__ == "__main__":
    main()
