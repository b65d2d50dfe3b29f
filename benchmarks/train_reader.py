"""Train the reader: `python -m benchmarks.train_reader --stage NAME`. A stage that was stopped goes on where it was.

The bundled model's encoder with a span head, on the *_train sets (see ../shared/eval or WENJU_EVAL), a tenth of which
is held out; see `benchmarks/reader_data.py` for what it is shown. It is trained in stages (`training_stages.py`), each
of at most 100 minutes on two cores, each from the weights that the ones before it left in
the work folder, or from those that `--start` names. A stage ends when it has seen all of its examples or its minutes
are over; its rate falls to nothing towards whichever comes first. `python -m benchmarks.reader_stages` measures what a
stage gained, `python -m benchmarks.reader_mean` makes `qa/reading/reader.safetensors` of one or several.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import time
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import load_file
from tqdm import tqdm

from benchmarks.made_examples import made_examples
from benchmarks.negatives import load_asked
from benchmarks.news_negatives import FILE as NEWS
from benchmarks.news_negatives import kept_near, load_news
from benchmarks.reader_data import (
    Asked,
    Example,
    epoch_examples,
    is_held_out,
    short_glosses,
)
from benchmarks.reader_sets import Lookalikes, load_parts
from benchmarks.reader_steps import (
    BATCH,
    Done,
    Labelled,
    batches,
    held_out_scores,
    labelled,
    load_checkpoint,
    loss_of,
    optimizer_of,
    save_checkpoint,
)
from benchmarks.span_network import SpanNetwork, padded
from benchmarks.training_stages import STAGES, Stage, shared_out, stage_of
from benchmarks.written import written_examples
from embeddings.models import bundled_model
from embeddings.models.unigram import Unigram
from embeddings.models.word_vectors import WordVectors
from qa.reading.reader_weights import read_weights, write_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    import numpy.typing as npt

WARM_UP, CLIP = 0.03, 1.0
DROPOUT = 0.0
"""No stage shows a question more than three times; without dropout a step takes a fifth less."""
_CHUNK = 40 * BATCH
"""Examples that are cut into tokens and sorted by length at a time."""
_OF_NEWS = 500
"""Characters of a news text, its beginning, that may stand for what looks alike."""
_HELD_OUT = 60
"""Held-out questions of a set that are looked at during training."""


def _arrays(tensors: Mapping[str, torch.Tensor]) -> dict[str, npt.NDArray[Any]]:
    return {name: value.detach().float().cpu().numpy() for name, value in tensors.items()}


def _tensors(arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(value) for name, value in arrays.items()}


def schedule(
    examples: Sequence[Example], tokenizer: Unigram, seed: int, skip: int = 0
) -> Iterator[tuple[float, list[Labelled]]]:
    """Batches as (share of the examples seen before, rows), without the first `skip` of them.

    Examples are cut into tokens a chunk at a time, so that training begins at once.
    """
    for first in range(0, len(examples), _CHUNK):
        chunk = examples[first : first + _CHUNK]
        windows = [item for example in chunk if (item := labelled(tokenizer, example)) is not None]
        rows = batches(windows, BATCH, random.Random(f"{seed}-{first}-order"))
        for number, row in enumerate(rows):
            if skip > 0:
                skip -= 1
                continue
            yield (first + len(chunk) * number / len(rows)) / len(examples), [windows[place] for place in row]


def rate_at(progress: float) -> float:
    """The share of the highest learning rate: up at first, full till a third is done, then down to nothing."""
    if progress < WARM_UP:
        return max(0.05, progress / WARM_UP)
    return min(1.0, max(0.0, (1 - progress) / (1 - 1 / 3)))


@dataclass(frozen=True)
class Setting:
    """What a run needs: the model to start from, where things are kept, and how often to look and to save."""

    work: Path
    seed: int
    evaluate_every: int
    save_every: int
    folder: Path = field(default_factory=bundled_model.unpack)
    device: str = "cuda" if torch.cuda.is_available() else "cpu"

    @cached_property
    def tokenizer(self) -> Unigram:
        return Unigram.load(self.folder, bundled_model.UNKNOWN)

    @cached_property
    def base(self) -> dict[str, torch.Tensor]:
        """The base model's parameters, without the word vectors, which are never trained."""
        tensors = load_file(self.folder / "model.safetensors")
        return {f"bert.{name}": value for name, value in tensors.items() if "word_embeddings" not in name}

    def precision(self) -> AbstractContextManager[Any]:
        """bfloat16 where it is quicker: without tiles (AMX) a processor has it at half the speed of whole floats."""
        if self.device == "cuda" or torch.cpu._is_amx_tile_supported():
            return torch.autocast(self.device, dtype=torch.bfloat16)
        return contextlib.nullcontext()

    def read(self, file: Path) -> dict[str, torch.Tensor]:
        """Weights that a stage has written."""
        return _tensors(read_weights(file, _arrays(self.base), bundled_model.SHA256))

    def write(self, file: Path, tuned: Mapping[str, torch.Tensor], run: str) -> None:
        """Write weights, as what they differ from the base model in."""
        metadata = {"base_sha256": bundled_model.SHA256, "run": run}
        write_weights(file, _arrays(tuned), _arrays(self.base), metadata)

    def start_of(self, stage: Stage, start: Path | None) -> dict[str, torch.Tensor]:
        """What a stage begins with: the named weights, or the mean of the stages before it, or the base model."""
        files = [start] if start else [self.work / f"{name}.safetensors" for name in stage.after]
        return {**self.base, **(mean_of([self.read(file) for file in files]) if files else {})}

    def network(self, start: Mapping[str, torch.Tensor], frozen: int) -> SpanNetwork:
        """The network with these weights, ready to be trained."""
        torch.manual_seed(self.seed)
        config = json.loads((self.folder / "config.json").read_text(encoding="utf-8"))
        network = SpanNetwork(config, WordVectors(self.folder / "model.safetensors"), DROPOUT)
        network.load_state_dict(dict(start), strict=False)
        network.freeze(frozen)
        return network.to(self.device).train()


def mean_of(
    tuned: Sequence[Mapping[str, torch.Tensor]], shares: Sequence[float] | None = None
) -> dict[str, torch.Tensor]:
    """The mean of several weights, by name; `shares` say how much each counts, all alike where there are none.

    It keeps what the first stage knows of the large set, and has what the last one learnt of the small ones (Wortsman
    et al. 2022, WiSE-FT).
    """
    counted = [1 / len(tuned)] * len(tuned) if shares is None else [share / sum(shares) for share in shares]
    return {
        name: torch.stack([share * one[name].float() for share, one in zip(counted, tuned, strict=True)]).sum(dim=0)
        for name in tuned[0]
    }


def examples_of(stage: Stage, work: Path, seed: int) -> tuple[list[Example], list[Asked]]:
    """All examples of a stage in the order in which they are seen, and some of the questions held out."""
    asked = load_parts() if stage.lookalikes else load_asked(work)
    kept = [item for item in asked if is_held_out(item.part, item.paragraph) and item.question.answers]
    shown = [item for item in asked if not is_held_out(item.part, item.paragraph)]
    near, glosses = near_for(stage, shown, work), short_glosses()
    found: list[Example] = []
    for epoch in range(stage.epochs):
        drawn = shared_out(shown, stage.shares, seed + epoch)
        found.extend(epoch_examples(drawn, glosses, seed, epoch, stage.mixture, near))
    if stage.made or stage.written:
        found.extend([*made_examples(stage.made, seed), *written_examples(stage.written, seed)])
        random.Random(f"{seed}-made").shuffle(found)
    return found, few_of_each(kept, seed)


def near_for(stage: Stage, asked: Sequence[Asked], work: Path) -> Callable[[Asked], tuple[str, ...]] | None:
    """Where a stage's negatives come from; None for those that retrieval has found before."""
    if not stage.lookalikes:
        return None
    paragraphs = list({id(item.paragraph): item.paragraph for item in asked}.values())
    if stage.among_news:
        paragraphs += [replace(item, text=item.text[:_OF_NEWS]) for item in load_news()]
    alike = Lookalikes(paragraphs)
    news = kept_near(work / NEWS) if stage.news else {}
    return lambda item: news.get(item.question.id) or alike.near_of(item)


def few_of_each(kept: Sequence[Asked], seed: int, count: int = _HELD_OUT) -> list[Asked]:
    """At most `count` questions of each set, drawn with the seed."""
    chance, parts = random.Random(seed), sorted({item.part for item in kept})
    of_parts = [[item for item in kept if item.part == part] for part in parts]
    return [item for items in of_parts for item in chance.sample(items, min(count, len(items)))]


def train_stage(stage: Stage, network: SpanNetwork, file: Path, setting: Setting) -> None:
    """Train one stage, from its checkpoint where there is one, and write the weights to `file`."""
    optimizer = optimizer_of(network, stage.rate)
    examples, kept = examples_of(stage, setting.work, setting.seed)
    run = f"{stage.name}-{setting.seed}-{len(examples)}-{stage.rate}-{BATCH}"
    checkpoint = setting.work / f"{stage.name}.checkpoint.safetensors"
    done = load_checkpoint(checkpoint, network, optimizer, run)
    absent = sum(example.answer is None for example in examples)
    print(f"{run}: {absent} of {len(examples)} without an answer, from step {done.steps}, {setting.device}", flush=True)
    bar = tqdm(initial=done.steps, total=len(examples) // BATCH, desc=stage.name, unit="step", mininterval=20)
    running, step, started = 0.0, done.steps, time.monotonic()
    for seen, rows in schedule(examples, setting.tokenizer, setting.seed, done.steps):
        minutes = done.minutes + (time.monotonic() - started) / 60
        if minutes >= stage.minutes:
            break
        rate = rate_at(max(seen, minutes / stage.minutes))
        torch.manual_seed(setting.seed * 1_000_003 + step)
        for group in optimizer.param_groups:
            group["lr"] = group["base"] * rate
        with setting.precision():
            scores = network(padded([window for window, _ in rows]))
        loss = loss_of(scores, rows)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP)
        optimizer.step()
        step += 1
        running = 0.98 * running + 0.02 * float(loss) if running else float(loss)
        bar.update()
        bar.set_postfix(loss=f"{running:.3f}", rate=f"{rate:.2f}")
        if step % setting.save_every == 0:
            save_checkpoint(checkpoint, network, optimizer, Done(step, minutes), run)
            print(json.dumps({"step": step, "minutes": round(minutes, 1), "loss": round(running, 4)}), flush=True)
        if setting.evaluate_every and step % setting.evaluate_every == 0:
            print(json.dumps(held_out_scores(network, setting.tokenizer, kept, setting.precision)), flush=True)
    setting.write(file, trained_and_frozen(network), f"{run}-{step}")
    print(f"{step} steps, held out: {held_out_scores(network, setting.tokenizer, kept, setting.precision)}", flush=True)
    checkpoint.unlink(missing_ok=True)


def trained_and_frozen(network: SpanNetwork) -> dict[str, torch.Tensor]:
    """All parameters save the word vectors, whether this stage trained them or one before it did."""
    return {name: value for name, value in network.named_parameters() if "word_embeddings" not in name}


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.train_reader", description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("build") / "reader", help="indexes, negatives, checkpoints")
    parser.add_argument("--stage", nargs="+", choices=[stage.name for stage in STAGES], help="which (default: all)")
    parser.add_argument("--start", type=Path, help="weights that the first of them starts from")
    parser.add_argument("--minutes", type=float, help="end each stage after so many (default: the stage's own)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--evaluate-every", type=int, default=500, metavar="STEPS", help="0 for at the end only")
    parser.add_argument("--save-every", type=int, default=100, metavar="STEPS")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    setting = Setting(arguments.work, arguments.seed, arguments.evaluate_every, arguments.save_every)
    for place, name in enumerate(arguments.stage or [stage.name for stage in STAGES]):
        stage, file = stage_of(name), arguments.work / f"{name}.safetensors"
        if arguments.minutes is not None:
            stage = replace(stage, minutes=arguments.minutes)
        if not file.is_file():
            start = setting.start_of(stage, arguments.start if place == 0 else None)
            train_stage(stage, setting.network(start, stage.frozen), file, setting)
            print(f"written to {file}: {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
