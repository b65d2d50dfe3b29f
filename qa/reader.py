"""The span reader: where in a passage the answer stands, and how sure it is that there is one.

A small network (see `qa.span_network`) scores every run of tokens against "no answer here", so that its scores rank
passages, choose among a sentence's figures, and refuse. `benchmarks/train_reader.py` trained its weights.
"""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from embeddings import bundled_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from tokenizers import Tokenizer

    from qa.span_network import SpanNetwork, Window

WEIGHTS = Path(__file__).with_name("reader.safetensors")
LONGEST_SPAN = 80
"""Tokens of an answer at most."""
_MOST_SPANS = 12
_NOWHERE = -30.0
_TOKENS_AT_ONCE = 4096
_LOADING = threading.Lock()


@dataclass(frozen=True, slots=True)
class ReaderSpan:
    """An answer's characters in a text (half-open), and its log-odds against "no answer here": above 0 is likelier."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class SpanScores:
    """What a reader makes of one text: its best spans, sorted by (-score, start, end), and any other span's score.

    `starts` and `ends` hold a score for each piece (characters `bounds`) of each window of the text, less half of the
    window's score for no answer.
    """

    spans: tuple[ReaderSpan, ...]
    bounds: tuple[tuple[tuple[int, int], ...], ...] = ()
    starts: tuple[npt.NDArray[np.float32], ...] = ()
    ends: tuple[npt.NDArray[np.float32], ...] = ()

    def score(self, start: int, end: int) -> float:
        """Log-odds of the span of pieces that these characters touch; very low where no window holds it whole."""
        best = _NOWHERE
        for bounds, starts, ends in zip(self.bounds, self.starts, self.ends, strict=True):
            inside = [place for place, (first, last) in enumerate(bounds) if first < end and start < last]
            if inside and bounds[inside[0]][0] <= start and bounds[inside[-1]][1] >= end:
                best = max(best, float(starts[inside[0]] + ends[inside[-1]]))
        return round(best, 4)


class Reader(Protocol):
    """Reads passages for a question."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[SpanScores]:
        """One SpanScores for each (headline, text), in their order; spans are characters of the text."""
        ...


class SpanReader:
    """The reader of this project; loads its network at the first question, and may be shared by threads."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self._weights = weights
        self._network: SpanNetwork | None = None
        self._tokenizer: Tokenizer | None = None
        self._reading = threading.Lock()

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[SpanScores]:
        """One SpanScores for each (headline, text). Raises ModelError where the weights are missing or damaged."""
        from qa.span_network import make_windows, pieces_of

        with self._reading:
            network, tokenizer = self._loaded()
            windows: list[tuple[int, Window]] = []
            for place, (context, text) in enumerate(passages):
                made = make_windows(tokenizer, question, pieces_of(tokenizer, text), context)
                windows.extend((place, window) for window in made if window.pieces)
            scores = _run(network, [window for _, window in windows])
        return [
            _reading_of(
                [(window, rows) for (owner, window), rows in zip(windows, scores, strict=True) if owner == place]
            )
            for place in range(len(passages))
        ]

    def best(self, question: str, text: str, context: str = "") -> ReaderSpan:
        """The best span of a text of any length, whatever its score; (0, 0) of a text without a word."""
        spans = self.read(question, [(context, text)])[0].spans
        return spans[0] if spans else ReaderSpan(0, 0, _NOWHERE)

    def _loaded(self) -> tuple[SpanNetwork, Tokenizer]:
        with _LOADING:
            if self._network is None or self._tokenizer is None:
                self._network, self._tokenizer = _load(self._weights)
            return self._network, self._tokenizer


def load_reader(weights: Path = WEIGHTS) -> SpanReader:
    """The reader that comes with the project, not loaded yet."""
    return SpanReader(weights)


def _load(weights: Path) -> tuple[SpanNetwork, Tokenizer]:
    from safetensors import safe_open
    from tokenizers import Tokenizer

    from qa.reader_weights import read_weights
    from qa.span_network import SpanNetwork, WordVectors

    folder = bundled_model.unpack()
    model = folder / "model.safetensors"
    with safe_open(model, "pt") as stored:
        names = [name for name in stored.keys() if "word_embeddings" not in name]  # noqa: SIM118 - it is no mapping
        base = {f"bert.{name}": stored.get_tensor(name) for name in names}
    config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    network = SpanNetwork(config, WordVectors(model))
    # What is not tuned is the base model's; the word vectors stay in their file.
    network.load_state_dict({**base, **read_weights(weights, base, bundled_model.SHA256)}, strict=False)
    network.eval()
    return network, Tokenizer.from_file(str(folder / "tokenizer.json"))


def _run(network: SpanNetwork, windows: Sequence[Window]) -> list[npt.NDArray[np.float32]]:
    """Scores (tokens, 2) of each window, in their order; windows of similar length share a batch."""
    import torch

    from qa.span_network import padded

    found: list[npt.NDArray[np.float32]] = [np.empty((0, 2), np.float32)] * len(windows)
    order = sorted(range(len(windows)), key=lambda place: (len(windows[place].ids), place))
    # Where the processor multiplies bfloat16 by itself, reading is more than twice as fast.
    half = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    precision = torch.autocast("cpu", dtype=torch.bfloat16) if half else contextlib.nullcontext()
    while order:
        longest = len(windows[order[-1]].ids)
        size = max(1, _TOKENS_AT_ONCE // longest)
        batch, order = order[-size:], order[:-size]
        with torch.inference_mode(), precision:
            scores = network(padded([windows[place] for place in batch])).numpy()
        for place, rows in zip(batch, scores, strict=True):
            found[place] = rows[: len(windows[place].ids)]
    return found


def _reading_of(windows: Sequence[tuple[Window, npt.NDArray[np.float32]]]) -> SpanScores:
    spans: dict[tuple[int, int], float] = {}
    bounds, starts, ends = [], [], []
    for window, scores in windows:
        first, last = window.first, window.first + len(window.pieces)
        half_null = float(scores[0].sum()) / 2
        start, end = scores[first:last, 0] - half_null, scores[first:last, 1] - half_null
        pieces = tuple((piece.start, piece.end) for piece in window.pieces)
        for one, other in _best_pairs(start, end):
            key = (pieces[one][0], pieces[other][1])
            spans[key] = max(spans.get(key, _NOWHERE), float(start[one] + end[other]))
        bounds.append(pieces)
        starts.append(start)
        ends.append(end)
    ranked = sorted(spans.items(), key=lambda item: (-round(item[1], 4), item[0]))[:_MOST_SPANS]
    best = tuple(ReaderSpan(first, last, round(score, 4)) for (first, last), score in ranked)
    return SpanScores(best, tuple(bounds), tuple(starts), tuple(ends))


def _best_pairs(start: npt.NDArray[np.float32], end: npt.NDArray[np.float32]) -> list[tuple[int, int]]:
    """The best pairs of a start and an end not before it and not too far behind it."""
    size = len(start)
    pairs = start[:, None] + end[None, :]
    distance = np.arange(size)[None, :] - np.arange(size)[:, None]
    pairs = np.where((distance >= 0) & (distance < LONGEST_SPAN), pairs, -np.inf)
    count = min(_MOST_SPANS, pairs.size)
    flat = np.argpartition(-pairs, count - 1, axis=None)[:count]
    return [(int(place) // size, int(place) % size) for place in flat if np.isfinite(pairs.flat[place])]
