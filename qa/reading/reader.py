"""The span reader: where in a passage the answer stands, and how sure it is that there is one.

A small network (see `qa.reading.windows`) scores every run of tokens against "no answer here", so that its scores rank
passages, choose among a sentence's figures, and refuse. `benchmarks/train_reader.py` trained its weights.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from chinese.errors import ModelError
from chinese.forking import begins_again
from embeddings.models import bundled_model
from embeddings.models.encoder import runtime_of
from embeddings.models.onnx_network import OnnxNetwork
from embeddings.models.unigram import VOCABULARIES, Unigram
from embeddings.models.word_vectors import WordVectors
from qa.reading.reader_export import export_reader
from qa.reading.windows import make_windows, pieces_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from embeddings.models.bert_graph import Precision
    from qa.reading.windows import Window

WEIGHTS = Path(__file__).with_name("reader.safetensors")
LONGEST_SPAN = 80
"""Tokens of an answer at most."""
_MOST_SPANS = 12
_KEPT = 256
"""Passages whose scores are kept: whoever asks again, or asks on about the same, waits for none of these."""
_NOWHERE = -30.0


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

    def start_loading(self) -> None:
        """Begin to load what reading takes, beside other work; does nothing where there is nothing to load."""
        ...


class SpanReader:
    """The reader of this project; loads its network at the first question, and may be shared by threads."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self._weights = weights
        self._network: OnnxNetwork | None = None
        self._tokenizer: Unigram | None = None
        self._loading = threading.Lock()
        self._keeping = threading.Lock()
        self._kept: OrderedDict[tuple[str, str, str], SpanScores] = OrderedDict()
        self._begun = False
        begins_again(self)

    def begin_again(self) -> None:
        """In a forked child: nobody holds the locks there, and whoever held one may not have come to an end."""
        self._loading = threading.Lock()
        self._keeping = threading.Lock()
        self._kept = OrderedDict()

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[SpanScores]:
        """One SpanScores for each (headline, text). Raises ModelError where the weights are missing or damaged.

        What was read last for the same words is not read again.
        """
        keys = [(question, *passage) for passage in passages]
        with self._keeping:
            known = {key: self._kept[key] for key in keys if key in self._kept}
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            known.update(zip(missing, self._read(question, [passage for _, *passage in missing]), strict=True))
        with self._keeping:
            for key in keys:
                self._kept[key] = known[key]
                self._kept.move_to_end(key)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return [known[key] for key in keys]

    def _read(self, question: str, passages: Sequence[Sequence[str]]) -> list[SpanScores]:
        network, tokenizer = self._loaded()
        windows: list[tuple[int, Window]] = []
        for place, (context, text) in enumerate(passages):
            made = make_windows(tokenizer, question, pieces_of(tokenizer, text), context)
            windows.extend((place, window) for window in made if window.pieces)
        scores = network.rows([window.ids for _, window in windows])
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

    def start_loading(self) -> None:
        """Begin to load the network beside what comes before it is used; what goes wrong is said when it is.

        Nor is the first-time unpacking and exporting waited for.
        """
        if self._network is None and not self._begun:
            self._begun = True
            # Not a daemon: what is written to the cache must not be cut off when the process ends.
            threading.Thread(target=self._load, name="wenju-load-reader").start()

    def _load(self) -> None:
        with suppress(ModelError):
            self._found().start_loading(texts=2)  # it reads several windows at once

    def _found(self) -> OnnxNetwork:
        with self._loading:
            if self._network is None:
                model = bundled_model.unpack()
                graph = export_reader(self._weights, model, reader_precision())
                self._network = OnnxNetwork(graph, WordVectors(model / bundled_model.MODEL_WEIGHTS))
            return self._network

    def _loaded(self) -> tuple[OnnxNetwork, Unigram]:
        network = self._found()
        if self._tokenizer is None:
            self._tokenizer = VOCABULARIES.load(bundled_model.unpack(), bundled_model.UNKNOWN)
        return network, self._tokenizer


def load_reader(weights: Path = WEIGHTS) -> SpanReader:
    """The reader that comes with the project, not loaded yet."""
    return SpanReader(weights)


def reader_precision() -> Precision:
    """How the reader is run: as exactly as WENJU_RUNTIME has the encoder run."""
    return "int8" if runtime_of() == "int8" else "fp32"


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
