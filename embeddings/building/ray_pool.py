"""Encoding on a Ray cluster: as many processes as it has processors, on whatever machines these are.

Each batch is a task of Ray's, which starts workers, gives them batches, and does a lost worker's batch again on
another. A machine of the cluster needs wenju of the same version; the model is found, or made, in its own cache.
"""

from __future__ import annotations

import functools
import importlib
import logging
import os
import re
import socket
import time
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from chinese.errors import ModelError, WenjuError, first_line, say
from embeddings.building.worker_encoder import WorkerEncoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from embeddings.models.encoder import Encoder
    from embeddings.types import FloatArray

LOCAL = "local"
"""The address of a cluster that is started for the build alone, on this machine."""

_TICK = 0.1  # seconds between two looks whether to stop
_AHEAD = 2
"""Batches for each processor that the cluster knows of, so that no worker waits for the next."""
_RETRIES = 5
_SECONDS_COUNTED = 5.0
_WAITS, _SECONDS_TO_START = "RAY_gcs_server_port_wait_time_s", "180"
"""How long Ray waits for the server that it starts on this machine; who has set it keeps it."""
_SECONDS_TO_REACH = 5.0


class RayPool:
    """A `Pool` of a Ray cluster's workers, at most `count` at a time if that is given; connects at the first batch.

    `address` is what `ray.init` takes (`10.0.0.1:6379`, `ray://10.0.0.1:10001`), or LOCAL. `check` is called ten
    times a second, and what it raises ends the work. Raises WenjuError where Ray is not installed; `encode` does where
    the cluster cannot be reached.
    """

    def __init__(
        self, encoder: Encoder, address: str, count: int | None = None, check: Callable[[], None] | None = None
    ) -> None:
        self._ray = _imported()
        self._recipe = WorkerEncoder.of(encoder)
        self._address = address
        self._limit = count
        self._check = check
        self._connected = False
        self._own = False
        self._processors = 0
        self._counted = 0.0

    def encode(self, batches: Iterator[list[str]]) -> Iterator[tuple[int, FloatArray]]:
        """As `Pool` says."""
        self._connect()
        ray = self._ray
        task = ray.remote(_encode).options(num_cpus=1, max_retries=_RETRIES)
        recipe = ray.put(self._recipe)
        numbered = enumerate(batches)
        running: dict[Any, int] = {}
        try:
            while True:
                while len(running) < (self._limit or _AHEAD * max(1, self._count())):
                    taken = next(numbered, None)
                    if taken is None:
                        break
                    running[task.remote(recipe, taken[1])] = taken[0]
                if not running:
                    return
                if self._check is not None:
                    self._check()
                done, _ = ray.wait(list(running), num_returns=1, timeout=_TICK)
                for reference in done:
                    number = running.pop(reference)
                    yield number, self._result(reference)
        finally:
            for reference in running:
                ray.cancel(reference, force=True)

    def note(self) -> str:
        """As `Pool` says."""
        count = min(self._count(), self._limit or self._processors)
        return say(f"{count} 个 Ray 进程", f"{count} Ray workers")

    def close(self) -> None:
        """As `Pool` says; a cluster of somebody else's stays."""
        if self._connected and self._own:
            self._ray.shutdown()
        self._connected = False

    def _result(self, reference: object) -> FloatArray:
        errors = self._ray.exceptions
        try:
            found: FloatArray = self._ray.get(reference)
        except errors.RayTaskError as error:
            if isinstance(error.cause, WenjuError):
                raise error.cause from error
            raise
        except errors.RayError as error:
            raise ModelError(
                say(
                    f"Ray 集群 {self._address} 上的编码进程一再意外终止（{first_line(error)}）。已编码的部分会保留，"
                    "请检查集群后再次重建。",
                    f"Workers of the Ray cluster {self._address} died again and again ({first_line(error)}). What was "
                    "encoded is kept: look after the cluster and rebuild once more.",
                )
            ) from error
        return found

    def _connect(self) -> None:
        if self._connected:
            return
        ray = self._ray
        self._own = not ray.is_initialized()  # a notebook may have connected before
        if self._own:
            here = self._address == LOCAL
            given: dict[str, Any] = {"include_dashboard": False, "num_cpus": self._limit} if here else {}
            try:
                _reach(self._address)
                with _started_here() if here else nullcontext():
                    ray.init(self._address, logging_level=logging.ERROR, log_to_driver=False, **given)
            except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
                raise WenjuError(
                    say(
                        f"无法连接 Ray 集群 {self._address}（{first_line(error)}）。请检查地址，"
                        f"或用 --ray {LOCAL} 在本机启动。",
                        f"Cannot connect to the Ray cluster {self._address} ({first_line(error)}). Check the address, "
                        f"or use --ray {LOCAL} to start one on this machine.",
                    )
                ) from error
        self._connected = True

    def _count(self) -> int:
        """Processors of the cluster; machines come and go."""
        now = time.monotonic()
        if self._processors == 0 or now - self._counted > _SECONDS_COUNTED:
            self._processors = int(self._ray.cluster_resources().get("CPU", 0))
            self._counted = now
        return self._processors


@contextmanager
def _started_here() -> Iterator[None]:
    """Within the block Ray may take its time to start, and starts no process for usage statistics.

    Without a dashboard that process does nothing else, and, though told that nothing is to be sent, it asks the network
    in which cloud it is, before it looks. A busy machine needs more than the half minute that Ray waits for its own
    server.
    """
    waits = os.environ.get(_WAITS)
    os.environ.setdefault(_WAITS, _SECONDS_TO_START)
    services: Any = importlib.import_module("ray._private.services")
    starts = services.start_api_server
    services.start_api_server = lambda *_, **__: (None, None)  # as it returns where the process could not be started
    try:
        yield
    finally:
        services.start_api_server = starts
        if waits is None:
            os.environ.pop(_WAITS, None)


def _reach(address: str) -> None:
    """Raise OSError where nobody listens: Ray itself would try for ten minutes."""
    match = re.fullmatch(r"(?:ray://)?\[?(?P<host>[^/\[\]]+)\]?:(?P<port>\d{1,5})", address)
    if match is not None:
        socket.create_connection((match["host"], int(match["port"])), _SECONDS_TO_REACH).close()


def _imported() -> ModuleType:
    try:
        return importlib.import_module("ray")
    except ImportError as error:
        raise WenjuError(
            say(
                '--ray 需要 Ray。请运行 pip install "wenju[cluster]"。',
                '--ray needs Ray. Run: pip install "wenju[cluster]"',
            )
        ) from error


@functools.lru_cache(maxsize=1)
def _encoder(recipe: WorkerEncoder) -> Encoder:
    """The encoder of a worker, loaded once; Ray gives each worker one processor."""
    return recipe.load(threads=1)


def _encode(recipe: WorkerEncoder, texts: list[str]) -> FloatArray:
    return _encoder(recipe).encode_passages(texts)
