"""An exported network: token ids in, a row of numbers for each token out, by ONNX Runtime."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from chinese.errors import ModelError, say
from chinese.forking import begins_again, leave
from chinese.offline import quieten

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from onnxruntime import InferenceSession

    from embeddings.models.word_vectors import WordVectors

T = TypeVar("T", bound="Sequence[object]")

_SHARE = Path("/sys/fs/cgroup/cpu.max")
"""Of a container under Linux: microseconds of processor time that it may use, and in how many."""


class OnnxNetwork:
    """Runs a graph of `embeddings.models.bert_graph`; loads it when first used, and may be shared by threads.

    Of several texts each core computes one by itself: they need not wait for each other, and a text's rows depend on no
    other text. A text alone, as a question is, is computed by all.
    """

    def __init__(self, graph: Path, vectors: WordVectors, threads: int | None = None) -> None:
        self._graph = graph
        self._vectors = vectors
        self._threads = threads or available_cores()
        self._sessions: dict[int, InferenceSession] = {}
        self._pool: ThreadPoolExecutor | None = None
        self._loading = threading.Lock()
        begins_again(self)

    def begin_again(self) -> None:
        """In a forked child: load anew. What was loaded has threads, and they are the parent's."""
        leave(*self._sessions.values(), self._pool)
        self._sessions, self._pool, self._loading = {}, None, threading.Lock()

    def rows(self, texts: Sequence[Sequence[int]]) -> list[npt.NDArray[np.float32]]:
        """One array (tokens, width) for each text, in their order; a text is its token ids. Raises ModelError."""
        return self.rows_of(texts, lambda text: text)

    def rows_of(self, texts: Sequence[T], ids: Callable[[T], Sequence[int]]) -> list[npt.NDArray[np.float32]]:
        """The same, of texts that `ids` makes token ids of: for each text beside the computing of others."""
        if len(texts) == 1:
            return [self._run(self._loaded(self._threads), ids(texts[0]))]
        session = self._loaded(1)
        # The longest first, so that none is left to one core at the end.
        order = sorted(range(len(texts)), key=lambda place: (-len(texts[place]), place))
        found = self._workers().map(lambda place: self._run(session, ids(texts[place])), order)
        made = dict(zip(order, found, strict=True))
        return [made[place] for place in range(len(texts))]

    def start_loading(self, texts: int) -> None:
        """Begin to load what so many texts need, beside what else there is to do; using it raises what went wrong."""

        def load() -> None:
            with suppress(ModelError):
                self._loaded(self._threads if texts == 1 else 1)

        # Not a daemon: ONNX Runtime must not be cut off in its own code when the process ends.
        threading.Thread(target=load, name="wenju-load").start()

    def _run(self, session: InferenceSession, text: Sequence[int]) -> npt.NDArray[np.float32]:
        (rows,) = session.run(None, {"vectors": self._vectors.of(np.asarray(text, np.int64))})
        return np.asarray(rows, np.float32)

    def _loaded(self, threads: int) -> InferenceSession:
        """The graph, computed by so many threads."""
        with self._loading:
            if threads not in self._sessions:
                self._sessions[threads] = _load(self._graph, threads)
            return self._sessions[threads]

    def _workers(self) -> ThreadPoolExecutor:
        with self._loading:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._threads, "wenju-network")
            return self._pool


def available_cores() -> int:
    """Cores that this process may use: those it is bound to, fewer where its container has a smaller share of them."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        share, period = map(int, _SHARE.read_text(encoding="ascii").split())
    except (OSError, ValueError):  # no container, or one whose share is "max"
        return bound
    return max(1, min(bound, -(-share // period)))


def _load(graph: Path, threads: int) -> InferenceSession:
    import onnxruntime

    quieten(onnxruntime)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # A thread that waits takes no core from others: alone it is as fast, and two processes take half the time.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
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
