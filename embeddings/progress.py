"""How far a build is, shown and told while it runs, and the wish to stop it."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from tqdm import tqdm

from chinese.errors import WenjuError, say

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

Stage = Literal["checking", "reading", "recognising", "encoding", "words", "vectors"]

_SECONDS_BETWEEN = 0.1


@dataclass(frozen=True, slots=True)
class Progress:
    """A stage of a build, and how many of its files ("checking", "reading"), pages ("recognising") or chunks are done.

    Files with pages to recognise are read when "recognising" is done: "reading" goes on then.
    """

    stage: Stage
    done: int
    total: int


class Step(Protocol):
    """Told of each number of steps just done, and what else the bar shall say."""

    def __call__(self, count: int, note: str = "") -> None: ...


class Stopped(WenjuError):
    """A build that was asked to stop; the index that was in force still is."""


class Watch:
    """Shows a build's stages as bars on stderr, tells them to `told`, and raises Stopped once `stop` is set.

    Where stderr is no terminal each stage is a line, written at its end.
    """

    def __init__(
        self,
        told: Callable[[Progress], None] | None = None,
        stop: threading.Event | None = None,
        bars: bool = False,
    ) -> None:
        self._told = told
        self._stop = stop
        self._bars = bars
        self._last = 0.0

    @contextmanager
    def stage(self, stage: Stage, total: int) -> Iterator[Step]:
        """Begin a stage of `total` steps; yields what is called with the number of steps just done."""
        done = 0
        is_shown, is_terminal = self._bars and total > 0, sys.stderr.isatty()
        with tqdm(
            total=total,
            desc=_name(stage),
            unit=_unit(stage),
            file=sys.stderr,
            disable=not (is_shown and is_terminal),
            dynamic_ncols=True,
        ) as bar:

            def step(count: int, note: str = "") -> None:
                nonlocal done
                done += count
                bar.set_postfix_str(note, refresh=False)
                bar.update(count)
                self._tell(stage, done, total)

            self._tell(stage, 0, total)
            yield step
        if is_shown and not is_terminal:
            sys.stderr.write(f"{_name(stage)}: {done}/{total} ({done / total:.0%})\n")

    def _tell(self, stage: Stage, done: int, total: int) -> None:
        if self._told is not None:
            now = time.monotonic()
            if done in (0, total) or now - self._last >= _SECONDS_BETWEEN:
                self._last = now
                self._told(Progress(stage, done, total))
        self.check()

    def check(self) -> None:
        """Raise Stopped where the build shall stop."""
        if self._stop is not None and self._stop.is_set():
            raise Stopped(
                say(
                    "重建已停止，原有索引不受影响。",
                    "The build was stopped. An index that was there is still in force.",
                )
            )


def _unit(stage: Stage) -> str:
    if stage == "recognising":
        return say("页", "page")
    return say("个", "file") if stage in ("checking", "reading") else say("段", "chunk")


def _name(stage: Stage) -> str:
    return {
        "checking": say("核对文件", "checking files"),
        "reading": say("读取文档", "reading"),
        "recognising": say("识别图片文字", "recognising pages"),
        "encoding": say("编码", "encoding"),
        "words": say("建立词索引", "indexing words"),
        "vectors": say("建立向量索引", "indexing vectors"),
    }[stage]
