"""An exported network: token ids in, a row of numbers for each token out, by ONNX Runtime."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from embeddings.errors import ModelError, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from onnxruntime import InferenceSession

    from embeddings.word_vectors import WordVectors

TOKENS_AT_ONCE = 1024
"""Tokens computed together, padding included: more fit no cache, fewer keep no core busy."""


class OnnxNetwork:
    """Runs a graph of `embeddings.bert_graph`; loads it when first used, and may be shared by threads.

    A text's rows do not depend on the texts it is computed with, beyond rounding.
    """

    def __init__(self, graph: Path, vectors: WordVectors, threads: int | None = None) -> None:
        self._graph = graph
        self._vectors = vectors
        self._threads = threads or available_cores()
        self._session: InferenceSession | None = None
        self._loading = threading.Lock()

    def rows(self, texts: Sequence[Sequence[int]]) -> list[npt.NDArray[np.float32]]:
        """One array (tokens, width) for each text, in their order; a text is its token ids. Raises ModelError."""
        found: list[npt.NDArray[np.float32]] = [np.empty((0, 0), np.float32)] * len(texts)
        session = self._loaded()
        for batch in batches([len(text) for text in texts]):
            lengths = np.array([len(texts[place]) for place in batch], np.int32)
            ids = np.zeros((len(batch), int(lengths.max())), np.int64)
            for row, place in zip(ids, batch, strict=True):
                row[: len(texts[place])] = texts[place]
            (states,) = session.run(None, {"vectors": self._vectors.of(ids), "lengths": lengths})
            for place, length, rows in zip(batch, lengths.tolist(), states, strict=True):
                found[place] = rows[:length]
        return found

    def _loaded(self) -> InferenceSession:
        with self._loading:
            if self._session is None:
                self._session = _load(self._graph, self._threads)
            return self._session


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts of these lengths, the longest first, in batches of similar length."""
    order = sorted(range(len(lengths)), key=lambda place: (-lengths[place], place))
    while order:
        size = max(1, TOKENS_AT_ONCE // max(1, lengths[order[0]]))
        yield order[:size]
        order = order[size:]


def available_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _load(graph: Path, threads: int) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime has a dozen error types of its own
        raise ModelError(
            say(
                f"无法加载模型 {graph}（{str(error)[:200]}）。请删除该目录，下次使用时会重新生成。",
                f"Cannot load the model {graph} ({str(error)[:200]}). Delete its folder; it is made anew when next "
                "used.",
            )
        ) from error
