"""The parts of a training step of the reader: labelled windows, batches, the loss, the optimiser, checkpoints."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch.nn import functional

from benchmarks.reader_data import Example, positive
from benchmarks.span_network import padded
from qa.reading.windows import Window, make_windows, pieces_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from benchmarks.reader_data import Asked
    from benchmarks.span_network import SpanNetwork
    from embeddings.models.unigram import Unigram

Labelled = tuple[Window, tuple[tuple[int, int], ...]]
"""A window with the first and last token of every place of its answer; of none, ((0, 0),)."""
BATCH = 16
HEAD_TIMES = 20 / 3
"""How much faster the head learns than the encoder, which knows much already."""
DECAY = 0.01
_NOWHERE = -1e4
"""What is added to the score of a position that cannot be an answer."""


@dataclass(frozen=True, slots=True)
class Done:
    """How far a stage has come: its steps and the minutes they took."""

    steps: int = 0
    minutes: float = 0.0


def batches(windows: Sequence[Labelled], size: int, chance: random.Random) -> list[list[int]]:
    """Rows of windows of similar length, the rows in random order."""
    order = sorted(range(len(windows)), key=lambda place: (len(windows[place][0].ids) // 24, chance.random()))
    rows = [order[start : start + size] for start in range(0, len(order), size)]
    chance.shuffle(rows)
    return rows


def labelled(tokenizer: Unigram, example: Example) -> Labelled | None:
    """The first window of an example with its answer's tokens; None where an answer does not fit into it."""
    window = make_windows(tokenizer, example.question, pieces_of(tokenizer, example.text), example.context)[0]
    if example.answer is None:
        return window, ((0, 0),)
    found = [tokens_of(window, *place) for place in (example.answer, *example.others)]
    spans = tuple(span for span in found if span is not None)
    return (window, spans) if len(spans) == len(found) else None


def tokens_of(window: Window, start: int, end: int) -> tuple[int, int] | None:
    """The first and last token that these characters touch; None where the window ends before them."""
    inside = [place for place, piece in enumerate(window.pieces) if piece.start < end and start < piece.end]
    if not inside or window.pieces[inside[-1]].end < end:
        return None
    return window.first + inside[0], window.first + inside[-1]


def loss_of(scores: torch.Tensor, rows: Sequence[Labelled]) -> torch.Tensor:
    """Cross-entropy of start and end over the first position and the text's tokens; scores (windows, tokens, 2).

    The places of an answer in several count alike.
    """
    allowed = torch.full(scores.shape[:2], _NOWHERE, device=scores.device)
    wanted = torch.zeros_like(scores)
    for row, (window, spans) in enumerate(rows):
        allowed[row, 0] = 0.0
        allowed[row, window.first : window.first + len(window.pieces)] = 0.0
        for start, end in spans:
            wanted[row, start, 0] += 1 / len(spans)
            wanted[row, end, 1] += 1 / len(spans)
    masked = (scores + allowed[:, :, None]).transpose(1, 2)
    return functional.cross_entropy(masked.flatten(0, 1), wanted.transpose(1, 2).flatten(0, 1))


def optimizer_of(network: SpanNetwork, rate: float) -> torch.optim.AdamW:
    """AdamW of this learning rate, without decay of vectors, and a faster head."""
    matrices: list[torch.nn.Parameter] = []
    vectors: list[torch.nn.Parameter] = []
    for parameter in network.bert.parameters():
        if parameter.requires_grad:
            (matrices if parameter.dim() > 1 else vectors).append(parameter)
    groups = [
        {"params": matrices, "base": rate, "weight_decay": DECAY},
        {"params": vectors, "base": rate, "weight_decay": 0.0},
        {"params": list(network.head.parameters()), "base": HEAD_TIMES * rate, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=rate)


def save_checkpoint(file: Path, network: SpanNetwork, optimizer: torch.optim.AdamW, done: Done, run: str) -> None:
    """Write parameters and moments; beside first, then renamed."""
    tensors = {f"p.{name}": value.detach().cpu().contiguous() for name, value in trained(network).items()}
    for name, parameter in network.named_parameters():
        for key, value in optimizer.state.get(parameter, {}).items():
            tensors[f"o.{key}.{name}"] = torch.as_tensor(value).detach().cpu().contiguous().clone()
    beside = file.with_name(f".{file.name}.new")
    save_file(tensors, beside, metadata={"step": str(done.steps), "minutes": f"{done.minutes:.3f}", "run": run})
    beside.replace(file)


def load_checkpoint(file: Path, network: SpanNetwork, optimizer: torch.optim.AdamW, run: str) -> Done:
    """Take up a checkpoint of the same run; returns what was done, nothing where there is none."""
    if not file.is_file():
        return Done()
    with safe_open(file, "pt") as stored:
        metadata = stored.metadata()
    if metadata.get("run") != run:
        raise SystemExit(f"{file} is of another run ({metadata.get('run')}). Remove it, or name another --work.")
    tensors = load_file(file)
    names = {name: parameter for name, parameter in network.named_parameters()}
    with torch.no_grad():
        for name in trained(network):
            names[name].copy_(tensors[f"p.{name}"])
    for name, parameter in names.items():
        keys = [key for key in ("step", "exp_avg", "exp_avg_sq") if f"o.{key}.{name}" in tensors]
        if keys:
            place = parameter.device
            optimizer.state[parameter] = {
                key: tensors[f"o.{key}.{name}"].to("cpu" if key == "step" else place) for key in keys
            }
    return Done(int(metadata["step"]), float(metadata["minutes"]))


def trained(network: SpanNetwork) -> dict[str, torch.Tensor]:
    """The parameters that training changes, by name."""
    return {name: value for name, value in network.named_parameters() if value.requires_grad}


def best_tokens(scores: torch.Tensor, window: Window, longest: int = 80) -> tuple[int, int, float]:
    """First and last token of the best span, or (0, 0), and its score over that of nothing; scores (tokens, 2)."""
    first, last = window.first, window.first + len(window.pieces)
    null = float(scores[0].sum())
    pairs = scores[first:last, 0][:, None] + scores[first:last, 1][None, :]
    pairs = pairs.triu().masked_fill(torch.ones_like(pairs).triu().tril(longest - 1) == 0, -math.inf)
    place = int(pairs.argmax())
    score = float(pairs.flatten()[place]) - null
    if score <= 0:
        return 0, 0, score
    return first + place // len(window.pieces), first + place % len(window.pieces), score


@torch.inference_mode()
def held_out_scores(
    network: SpanNetwork,
    tokenizer: Unigram,
    asked: Sequence[Asked],
    precision: Callable[[], AbstractContextManager[Any]],
) -> dict[str, float]:
    """How often the best span of a fresh window is the annotators', and how often nothing is where there is nothing."""
    network.eval()
    chance = random.Random(0)
    rows = [(item.part, positive(item, item.question.text, chance)) for item in asked]
    rows += [("nothing", Example(i.question.text, i.near[0], "", None)) for i in asked if i.near]
    counts: dict[str, list[int]] = {}
    todo = [(part, example, labelled(tokenizer, example)) for part, example in rows]
    todo = sorted((item for item in todo if item[2] is not None), key=lambda item: len(item[2][0].ids))  # type: ignore[index]
    for first in range(0, len(todo), 32):
        group = todo[first : first + 32]
        with precision():
            scores = network(padded([item[2][0] for item in group if item[2] is not None]))
        for (part, _, label), score in zip(group, scores, strict=True):
            assert label is not None
            window, wanted = label
            start, end, _ = best_tokens(score, window)
            counts.setdefault(part, []).append((start, end) in wanted)
    network.train()
    return {part: round(sum(right) / len(right), 4) for part, right in sorted(counts.items())}
