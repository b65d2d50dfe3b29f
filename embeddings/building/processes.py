"""Several processes that encode, on this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import wait as wait_for
from typing import TYPE_CHECKING

from chinese.errors import ModelError, say
from embeddings.building.worker_encoder import WorkerEncoder
from embeddings.models.onnx_network import available_cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    from embeddings.models.encoder import Encoder
    from embeddings.types import FloatArray

_TICK = 0.1  # seconds between two looks whether to stop
_AHEAD = 2
"""Batches that a worker has before it, so that it need not wait for the next."""
_DEATHS = 3
"""So often in a row a worker may die before the build gives up: another time would end alike."""


class Processes:
    """A `Pool` of `count` processes, started at the first batch; they share this machine's cores.

    A batch whose worker died is done again. `check` is called ten times a second, and what it raises ends the work.
    """

    def __init__(self, encoder: Encoder, count: int, check: Callable[[], None] | None = None) -> None:
        self._recipe = WorkerEncoder.of(encoder)
        self._count = count
        self._check = check
        self._executor: ProcessPoolExecutor | None = None
        self._ends: tuple[Connection, Connection] | None = None

    def encode(self, batches: Iterator[list[str]]) -> Iterator[tuple[int, FloatArray]]:
        """As `Pool` says."""
        numbered = enumerate(batches)
        again: deque[tuple[int, list[str]]] = deque()
        running: dict[Future[FloatArray], tuple[int, list[str]]] = {}
        deaths = 0
        while True:
            while len(running) < _AHEAD * self._count:
                task = again.popleft() if again else next(numbered, None)
                if task is None:
                    break
                try:
                    running[self._started().submit(_encode, task[1])] = task
                except BrokenProcessPool:  # it died since: the futures below say so
                    again.append(task)
                    break
            if not running and not again:
                return
            if self._check is not None:
                self._check()
            done, _ = wait(running, _TICK, FIRST_COMPLETED)
            broken = not running
            for future in done:
                task = running.pop(future)
                try:
                    vectors = future.result()
                except BrokenProcessPool:
                    broken = True
                    again.append(task)
                else:
                    deaths = 0
                    yield task[0], vectors
            if broken:
                deaths += 1
                again.extend(running.values())
                running.clear()
                self.close()
                if deaths >= _DEATHS:
                    raise _dying(self._count)

    def note(self) -> str:
        """As `Pool` says."""
        return say(f"{self._count} 个进程", f"{self._count} workers")

    def close(self) -> None:
        """As `Pool` says."""
        executor, self._executor = self._executor, None
        ends, self._ends = self._ends, None
        if executor is None or ends is None:
            return
        for end in ends:  # which ends every worker, in the middle of a batch too
            end.close()
        executor.shutdown(wait=True, cancel_futures=True)

    def _started(self) -> ProcessPoolExecutor:
        if self._executor is None:
            # Not forked: a fork of a process that has threads, as ONNX Runtime's, may hang.
            spawning = multiprocessing.get_context("spawn")
            self._ends = spawning.Pipe(duplex=False)
            threads = max(1, available_cores() // self._count)
            self._executor = ProcessPoolExecutor(self._count, spawning, _begin, (self._recipe, threads, self._ends[0]))
        return self._executor


def _dying(count: int) -> ModelError:
    return ModelError(
        say(
            f"编码进程接连 {_DEATHS} 次意外终止，可能是内存不足。请减少 --workers（现为 {count}）后再次重建，"
            "已编码的部分会保留。",
            f"Encoding processes died {_DEATHS} times in a row, for lack of memory perhaps. Give fewer --workers than "
            f"{count} and rebuild again; what was encoded is kept.",
        )
    )


@dataclass(slots=True)
class _Worker:
    """What this process encodes with, where it is a worker: made at its first batch, where an error can be told."""

    recipe: WorkerEncoder
    threads: int
    encoder: Encoder | None = None

    def encode(self, texts: list[str]) -> FloatArray:
        if self.encoder is None:
            self.encoder = self.recipe.load(self.threads)
        return self.encoder.encode_passages(texts)


_here: list[_Worker] = []
"""The one worker that this process is, if it is one: the executor brings a batch to a function, not to an object."""


def _begin(recipe: WorkerEncoder, threads: int, pool: Connection) -> None:
    """Make this process a worker, until the other end of `pool` is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the parent ends its workers
    threading.Thread(target=_end_with, args=(pool,), daemon=True).start()
    _here[:] = [_Worker(recipe, threads)]


def _end_with(pool: Connection) -> None:
    parent = multiprocessing.parent_process()
    wait_for([pool] if parent is None else [pool, parent.sentinel])
    os._exit(1)


def _encode(texts: list[str]) -> FloatArray:
    return _here[0].encode(texts)
