"""How fast passages are encoded, beside what the machine can multiply: `python -m benchmarks.encoding`.

Each runtime encodes the same passages, one after the other in one run; before and after each, the peak of float32
matrix products is measured with the same cores. Prints a table; --write puts it into benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np
from tokenizers import Tokenizer

from benchmarks.common import headline, machine, markdown_table, publish
from benchmarks.squad import load_squad
from embeddings.models import bundled_model
from embeddings.models.encoder import Runtime, load_encoder
from embeddings.models.onnx_network import available_cores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.models.encoder import Encoder
    from embeddings.types import FloatArray

CHARACTERS = 250
"""Length of every passage."""
_PEAK_SHAPE = (2048, 384, 1536)
_SECONDS = 1.0
_QUESTIONS = 30
_GIGA = 1e9


class Encoded(NamedTuple):
    """What a runtime did. `peak` is the products' rate, in floating-point operations a second, around it.

    `operations` is what a token's products take: two for each weight that it is multiplied with, and attention's.
    """

    runtime: str
    passages_per_second: float
    tokens_per_second: float
    question_ms: float
    peak: float
    operations: float
    cosine: float

    @property
    def share(self) -> float:
        """Tokens a second as a share of what the peak of float32 products alone would allow."""
        return self.tokens_per_second * self.operations / self.peak


def passages(count: int) -> list[str]:
    """Paragraphs of DRCD, cut to one length."""
    found = [item.text[:CHARACTERS] for item in load_squad("drcd_dev") if len(item.text) >= CHARACTERS]
    return found[:count]


def product_peak(seconds: float = _SECONDS) -> float:
    """Floating-point operations a second of a float32 product of the network's largest shape, on all cores."""
    import torch

    torch.set_num_threads(available_cores())
    rows, inner, columns = _PEAK_SHAPE
    left, right = torch.randn(rows, inner), torch.randn(inner, columns)
    done, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        left @ right
        done += 1
    return done * 2 * rows * inner * columns / (time.perf_counter() - started)


def operations_of(config: dict[str, int], tokens: float) -> float:
    """Floating-point operations for a token of a text of so many: four square matrices, two wide ones, attention."""
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    return 2.0 * config["num_hidden_layers"] * (4 * hidden**2 + 2 * hidden * inner + 2 * tokens * hidden)


def measure(
    encoder: Encoder, runtime: str, texts: Sequence[str], like: FloatArray | None
) -> tuple[Encoded, FloatArray]:
    """Encode the passages once, and some questions one by one; `like` are the vectors to be compared with."""
    folder = bundled_model.unpack()
    lengths = [len(item.ids) for item in Tokenizer.from_file(str(folder / "tokenizer.json")).encode_batch(list(texts))]
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    encoder.encode_passages(texts[:2])
    before = product_peak()
    started = time.perf_counter()
    vectors = encoder.encode_passages(texts)
    seconds = time.perf_counter() - started
    peak = (before + product_peak()) / 2
    single = []
    for text in texts[:_QUESTIONS]:
        began = time.perf_counter()
        encoder.encode_queries([text[:20]])
        single.append(1000 * (time.perf_counter() - began))
    cosine = 1.0 if like is None else float((vectors * like).sum(axis=1).mean())
    operations = operations_of(config, statistics.fmean(lengths))
    tokens = sum(lengths) / seconds
    rate = len(texts) / seconds
    return Encoded(runtime, rate, tokens, statistics.median(single), peak, operations, cosine), np.asarray(vectors)


def table_of(rows: Sequence[Encoded], where: dict[str, str]) -> str:
    """The table, with the line above it."""
    head = ["runtime", "passages a second", "tokens a second", "product peak", "share of it", "a question", "cosine"]
    cells = [
        [
            row.runtime,
            f"{row.passages_per_second:.1f}",
            f"{row.tokens_per_second:.0f}",
            f"{row.peak / _GIGA:.0f} GFLOP/s",
            f"{100 * row.share:.0f} %",
            f"{row.question_ms:.0f} ms",
            f"{row.cosine:.4f}",
        ]
        for row in rows
    ]
    return f"{headline(where)}\n\n{markdown_table(head, cells)}"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.encoding", description=__doc__)
    parser.add_argument("--passages", type=int, default=128)
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    arguments = parser.parse_args()
    texts = passages(arguments.passages)
    rows: list[Encoded] = []
    like: FloatArray | None = None
    for runtime in ("torch", *(known for known in get_args(Runtime) if known != "torch")):
        row, vectors = measure(load_encoder(runtime=runtime), runtime, texts, like)
        like = vectors if like is None else like
        rows.append(row)
    where = machine()
    figures = {
        "machine": where,
        "passages": len(texts),
        "rows": [{**row._asdict(), "share": row.share} for row in rows],
    }
    publish("encoding", table_of(rows, where), figures, arguments.write)


if __name__ == "__main__":
    main()
