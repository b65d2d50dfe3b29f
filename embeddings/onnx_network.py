"""An exported network: token ids in, a row of numbers for each token out, by ONNX Runtime."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from embeddings.errors import ModelError, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from onnxruntime import InferenceSession

    from embeddings.word_vectors import WordVectors


class OnnxNetwork:
    """Runs a graph of `embeddings.bert_graph`; loads it when first used, and may be shared by threads.

    Each core computes a text by itself: they need not wait for each other, and a text's rows depend on no other text.
    """

    def __init__(self, graph: Path, vectors: WordVectors, threads: int | None = None) -> None:
        self._graph = graph
        self._vectors = vectors
        self._threads = threads or available_cores()
        self._session: InferenceSession | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._loading = threading.Lock()

    def rows(self, texts: Sequence[Sequence[int]]) -> list[npt.NDArray[np.float32]]:
        """One array (tokens, width) for each text, in their order; a text is its token ids. Raises ModelError."""
        session, pool = self._loaded()

        def run(place: int) -> npt.NDArray[np.float32]:
            vectors = self._vectors.of(np.asarray(texts[place], np.int64))
            (rows,) = session.run(None, {"vectors": vectors})
            return np.asarray(rows, np.float32)

        if len(texts) == 1:
            return [run(0)]
        # The longest first, so that none is left to one core at the end.
        order = sorted(range(len(texts)), key=lambda place: (-len(texts[place]), place))
        made = dict(zip(order, pool.map(run, order), strict=True))
        return [made[place] for place in range(len(texts))]

    def start_loading(self) -> None:
        """Begin to load it beside what else there is to do; what goes wrong is said when it is used."""

        def load() -> None:
            with suppress(ModelError):
                self._loaded()

        # Not a daemon: ONNX Runtime must not be cut off in its own code when the process ends.
        threading.Thread(target=load, name="wenju-load").start()

    def _loaded(self) -> tuple[InferenceSession, ThreadPoolExecutor]:
        with self._loading:
            if self._session is None or self._pool is None:
                self._session = _load(self._graph)
                self._pool = ThreadPoolExecutor(self._threads, "wenju-network")
            return self._session, self._pool


def available_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _load(graph: Path) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
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
