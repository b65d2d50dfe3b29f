"""Train the reader: `python -m benchmarks.train_reader`. A training that was stopped goes on at its last checkpoint.

The bundled model's encoder with a span head, on the *_train sets (see ../shared/eval or WENJU_EVAL), a tenth of which
is held out; see `benchmarks/reader_data.py` for what it is shown. First all questions, three times over; then, at half
the rate, once a mixture in which the large set does not drown the small ones; the result,
`qa/reading/reader.safetensors`, is
the mean of both. On two cores with bfloat16 instructions it takes about two hours, without them three times as long,
on a GPU some minutes.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch.nn import functional
from tqdm import tqdm

from benchmarks.negatives import load_asked
from benchmarks.reader_data import (
    Asked,
    Example,
    Mixture,
    epoch_examples,
    is_held_out,
    positive,
    short_glosses,
)
from benchmarks.span_network import SpanNetwork, padded
from embeddings.models import bundled_model
from embeddings.models.unigram import Unigram
from embeddings.models.word_vectors import WordVectors
from qa.question.question import language_of
from qa.reading.reader_weights import read_weights, write_weights
from qa.reading.windows import Window, make_windows, pieces_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    import numpy.typing as npt

OUTPUT = Path(__file__).resolve().parent.parent / "qa" / "reading" / "reader.safetensors"
HEAD_RATE, WARM_UP, DECAY, CLIP = 1e-3, 0.06, 0.01, 1.0
BATCH = 16
DROPOUT = 0.1
_SAVE_EVERY = 250


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the training: so many epochs at this rate, each sort of question as often as `shares` says."""

    name: str
    epochs: int
    rate: float
    shares: Mapping[str, float]
    mixture: Mixture


STAGES = (
    Stage("all", 3, 1.5e-4, {"drcd": 1, "cmrc": 2, "xquad": 2, "over_chinese": 3, "english": 1}, Mixture()),
    Stage(
        "even",
        1,
        7e-5,
        {"drcd": 0.35, "cmrc": 4, "xquad": 2, "over_chinese": 4, "english": 0.5},
        Mixture(near=0.6, own=0.25, altered=0.15, switched=0.25, figures=0.3, both=0.5),
    ),
)
"""`both` comes second only: first the English words alone, as the word vectors have them."""


def sort_of(item: Asked) -> str:
    """Which share of a stage a question falls under."""
    if language_of(item.question.text) == "en":
        return "over_chinese" if language_of(item.paragraph.text) == "zh" else "english"
    return item.part.split("_")[0]


def shared_out(asked: Sequence[Asked], shares: Mapping[str, float], seed: int) -> list[Asked]:
    """The questions as often as `shares` says, below 1 a part of them, so that no set drowns another."""
    chance = random.Random(seed)
    found: list[Asked] = []
    for item in asked:
        share = shares[sort_of(item)]
        found.extend([item] * (int(share) + (chance.random() < share % 1)))
    return found


def batches(windows: list[tuple[Window, tuple[int, int]]], size: int, chance: random.Random) -> list[list[int]]:
    """Rows of windows of similar length, the rows in random order."""
    order = sorted(range(len(windows)), key=lambda place: (len(windows[place][0].ids) // 24, chance.random()))
    rows = [order[start : start + size] for start in range(0, len(order), size)]
    chance.shuffle(rows)
    return rows


def labelled(tokenizer: Unigram, example: Example) -> tuple[Window, tuple[int, int]] | None:
    """The first window of an example with its first and last token, (0, 0) for none; None where it does not fit."""
    window = make_windows(tokenizer, example.question, pieces_of(tokenizer, example.text), example.context)[0]
    if example.answer is None:
        return window, (0, 0)
    start, end = example.answer
    inside = [place for place, piece in enumerate(window.pieces) if piece.start < end and start < piece.end]
    if not inside or window.pieces[inside[-1]].end < end:
        return None
    return window, (window.first + inside[0], window.first + inside[-1])


def loss_of(scores: torch.Tensor, rows: Sequence[tuple[Window, tuple[int, int]]]) -> torch.Tensor:
    """Cross-entropy of start and end over the first position and the text's tokens; scores (windows, tokens, 2)."""
    allowed = torch.full(scores.shape[:2], -math.inf, device=scores.device)
    for row, (window, _) in enumerate(rows):
        allowed[row, 0] = 0.0
        allowed[row, window.first : window.first + len(window.pieces)] = 0.0
    masked = scores + allowed[:, :, None]
    starts = torch.tensor([label[0] for _, label in rows], device=scores.device)
    ends = torch.tensor([label[1] for _, label in rows], device=scores.device)
    return (functional.cross_entropy(masked[:, :, 0], starts) + functional.cross_entropy(masked[:, :, 1], ends)) / 2


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
        {"params": list(network.head.parameters()), "base": HEAD_RATE * rate / STAGES[0].rate, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=rate)


def save_checkpoint(file: Path, network: SpanNetwork, optimizer: torch.optim.AdamW, step: int, run: str) -> None:
    """Write parameters and moments; beside first, then renamed."""
    tensors = {f"p.{name}": value.detach().cpu().contiguous() for name, value in trained(network).items()}
    for name, parameter in network.named_parameters():
        for key, value in optimizer.state.get(parameter, {}).items():
            tensors[f"o.{key}.{name}"] = torch.as_tensor(value).detach().cpu().contiguous().clone()
    beside = file.with_name(f".{file.name}.new")
    save_file(tensors, beside, metadata={"step": str(step), "run": run})
    beside.replace(file)


def load_checkpoint(file: Path, network: SpanNetwork, optimizer: torch.optim.AdamW, run: str) -> int:
    """Take up a checkpoint of the same run; returns the number of steps done, 0 where there is none."""
    if not file.is_file():
        return 0
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
    return int(metadata["step"])


def trained(network: SpanNetwork) -> dict[str, torch.Tensor]:
    """The parameters that training changes, by name."""
    return {name: value for name, value in network.named_parameters() if value.requires_grad}


def _arrays(tensors: Mapping[str, torch.Tensor]) -> dict[str, npt.NDArray[Any]]:
    return {name: value.detach().float().cpu().numpy() for name, value in tensors.items()}


def _tensors(arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(value) for name, value in arrays.items()}


def schedule(asked: Sequence[Asked], tokenizer: Unigram, stage: Stage, seed: int) -> Iterator[tuple[int, Any]]:
    """Batches of every epoch as (epoch, rows)."""
    glosses = short_glosses()
    for epoch in range(stage.epochs):
        examples = epoch_examples(shared_out(asked, stage.shares, seed), glosses, seed, epoch, stage.mixture)
        windows = [item for example in examples if (item := labelled(tokenizer, example)) is not None]
        chance = random.Random(f"{seed}-{epoch}-order")
        for row in batches(windows, BATCH, chance):
            yield epoch, [windows[place] for place in row]


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
            counts.setdefault(part, []).append((start, end) == wanted)
    network.train()
    return {part: round(sum(right) / len(right), 4) for part, right in sorted(counts.items())}


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


@dataclass(frozen=True, slots=True)
class Setting:
    """What all stages share: the questions, those held out, the model to start from, and where things are kept."""

    asked: Sequence[Asked]
    kept: Sequence[Asked]
    tokenizer: Unigram
    base: Mapping[str, torch.Tensor]
    device: str
    work: Path
    seed: int
    evaluate_every: int

    def precision(self) -> AbstractContextManager[Any]:
        """bfloat16 where the processor has it."""
        if self.device == "cuda" or torch.ops.mkldnn._is_mkldnn_bf16_supported():
            return torch.autocast(self.device, dtype=torch.bfloat16)
        return contextlib.nullcontext()


def train(arguments: argparse.Namespace) -> None:
    """The whole run; see the module. A stage whose weights lie in the work folder is not trained again."""
    work: Path = arguments.work
    work.mkdir(parents=True, exist_ok=True)
    everything = load_asked(work)
    folder = bundled_model.unpack()
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    base = {f"bert.{name}": value for name, value in load_file(folder / "model.safetensors").items()}
    setting = Setting(
        [item for item in everything if not is_held_out(item.part, item.paragraph)],
        [item for item in everything if is_held_out(item.part, item.paragraph)],
        Unigram.load(folder, bundled_model.UNKNOWN),
        {name: value for name, value in base.items() if "word_embeddings" not in name},
        "cuda" if torch.cuda.is_available() else "cpu",
        work,
        arguments.seed,
        arguments.evaluate_every,
    )
    start: Mapping[str, torch.Tensor] = setting.base
    tuned: list[dict[str, torch.Tensor]] = []
    for stage in STAGES:
        file = work / f"{stage.name}.safetensors"
        if not file.is_file():
            torch.manual_seed(arguments.seed)
            network = SpanNetwork(config, WordVectors(folder / "model.safetensors"), DROPOUT)
            network.load_state_dict(dict(start), strict=False)
            train_stage(stage, network.to(setting.device).train(), file, setting)
        tuned.append(_tensors(read_weights(file, _arrays(setting.base), bundled_model.SHA256)))
        start = {**setting.base, **tuned[-1]}
    metadata = {"base_sha256": bundled_model.SHA256, "run": f"mean-{arguments.seed}"}
    write_weights(arguments.output, _arrays(mean_of(tuned)), _arrays(setting.base), metadata)
    print(f"written to {arguments.output}: {arguments.output.stat().st_size / 1e6:.1f} MB")


def mean_of(tuned: Sequence[Mapping[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """The mean of several stages' weights, by name.

    It keeps what the first stage knows of the large set, and has what the last one learnt of the small ones (Wortsman
    et al. 2022, WiSE-FT).
    """
    return {name: torch.stack([weights[name].float() for weights in tuned]).mean(dim=0) for name in tuned[0]}


def train_stage(stage: Stage, network: SpanNetwork, file: Path, setting: Setting) -> None:
    """Train one stage, from its checkpoint where there is one, and write the weights to `file`."""
    optimizer = optimizer_of(network, stage.rate)
    steps = sum(1 for _ in schedule(setting.asked, setting.tokenizer, stage, setting.seed))
    run = f"{stage.name}-{setting.seed}-{stage.epochs}-{steps}-{stage.rate}-{BATCH}"
    checkpoint = setting.work / f"{stage.name}.checkpoint.safetensors"
    done = load_checkpoint(checkpoint, network, optimizer, run)
    print(f"{stage.name}: {steps} steps on {setting.device}, {len(setting.kept)} questions held out", flush=True)
    bar = tqdm(total=steps, initial=done, desc=stage.name, unit="step", mininterval=5)
    running, started = 0.0, time.monotonic()
    for step, (epoch, rows) in enumerate(schedule(setting.asked, setting.tokenizer, stage, setting.seed)):
        if step < done:
            continue
        torch.manual_seed(setting.seed * 1_000_003 + step)
        warm = WARM_UP * steps
        rate = min(1.0, (step + 1) / warm) * (1.0 if step < warm else (steps - step) / (steps - warm))
        for group in optimizer.param_groups:
            group["lr"] = group["base"] * rate
        with setting.precision():
            scores = network(padded([window for window, _ in rows]))
        loss = loss_of(scores, rows)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP)
        optimizer.step()
        running = 0.98 * running + 0.02 * float(loss) if running else float(loss)
        bar.update()
        bar.set_postfix(epoch=epoch, loss=f"{running:.3f}")
        if (step + 1) % _SAVE_EVERY == 0:
            save_checkpoint(checkpoint, network, optimizer, step + 1, run)
        if (step + 1) % setting.evaluate_every == 0 or step + 1 == steps:
            figures = held_out_scores(network, setting.tokenizer, setting.kept, setting.precision)
            minutes = round((time.monotonic() - started) / 60, 1)
            print(json.dumps({"step": step + 1, "minutes": minutes, "loss": round(running, 4), **figures}), flush=True)
    metadata = {"base_sha256": bundled_model.SHA256, "run": run}
    write_weights(file, _arrays(trained(network)), _arrays(setting.base), metadata)
    checkpoint.unlink(missing_ok=True)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.train_reader", description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("build") / "reader", help="indexes, negatives, checkpoints")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where the weights go")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--evaluate-every", type=int, default=500, metavar="STEPS")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
