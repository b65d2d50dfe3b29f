"""The build that a served page starts: one at a time for all its visitors, watched, and stopped on request."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from chinese.errors import WenjuError, speaking
from embeddings import rebuild
from embeddings.errors import IndexBusy
from embeddings.progress import Progress, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from chinese.errors import Language
    from embeddings import BuildReport, Encoder

__all__ = ["BuildState", "Builder", "Phase"]

Phase = Literal["idle", "running", "done", "stopped", "failed"]

_SECONDS_BEFORE_ESTIMATE = 1.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BuildState:
    """How far a build is, or how the last one ended.

    `seconds` is how long it has taken so far, or took; `seconds_left` an estimate for the stage it is in, None where
    there is none yet. `zh` and `en` say why it failed.
    """

    phase: Phase = "idle"
    progress: Progress | None = None
    seconds: float = 0.0
    seconds_left: float | None = None
    report: BuildReport | None = None
    zh: str = ""
    en: str = ""


class Builder:
    """Builds one index from one corpus, in a thread of its own. Threads may share it.

    `encoder` gives the encoder that is loaded already, so that the model is not loaded twice; where it is None, or
    gives None, the build loads `model`. `model` and `store` are what `rebuild` takes.
    """

    def __init__(
        self,
        corpus: Path,
        index: Path,
        encoder: Callable[[], Encoder | None] | None = None,
        model: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        store: str | None = None,
    ) -> None:
        self._corpus = corpus
        self._index = index
        self._encoder = encoder
        self._model = model
        self._clock = clock
        self._store = store
        self._changed = threading.Condition()
        self._state = BuildState()
        self._begun = 0.0
        self._pace: _Pace | None = None
        self._stop = threading.Event()

    def start(self, language: Language) -> bool:
        """Begin a build that says its errors in this language; False, and nothing else, where one is running."""
        with self._changed:
            if self._state.phase == "running":
                return False
            self._stop = threading.Event()
            self._begun = self._clock()
            self._pace = None
            thread = threading.Thread(target=self._run, args=(language, self._stop), name="wenju-build", daemon=True)
            thread.start()  # it has to wait for the lock before it can tell anything
            self._tell(BuildState("running"))
            return True

    def stop(self) -> None:
        """Ask the running build to stop; it does at once, or after the batch at hand. Nothing where none is running."""
        with self._changed:
            self._stop.set()

    def state(self) -> BuildState:
        """How it is now."""
        with self._changed:
            return self._now()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until no build is running, at most `timeout` seconds; whether that is so."""
        with self._changed:
            return self._changed.wait_for(lambda: self._state.phase != "running", timeout)

    def _now(self) -> BuildState:
        if self._state.phase != "running":
            return self._state
        now = self._clock()
        left = None if self._pace is None else self._pace.seconds_left(now)
        return replace(self._state, seconds=now - self._begun, seconds_left=left)

    def _tell(self, state: BuildState) -> None:
        """Put a state in the place of the one before; the lock is held."""
        self._state = state
        self._changed.notify_all()

    def _end(self, state: BuildState) -> None:
        with self._changed:
            self._tell(replace(state, seconds=self._clock() - self._begun))

    def _watch(self, progress: Progress) -> None:
        with self._changed:
            now = self._clock()
            if self._pace is None or self._pace.stage != progress.stage:
                self._pace = _Pace(progress.stage)
            self._pace.note(progress, now)
            self._tell(replace(self._state, progress=progress))

    def _run(self, language: Language, stop: threading.Event) -> None:
        # Whatever happens, the state says that it ended: nobody could start another build else.
        with speaking(language):
            try:
                encoder = None if self._encoder is None else self._encoder()
                report = rebuild(
                    self._corpus,
                    self._index,
                    self._model,
                    progress=False,
                    encoder=encoder,
                    watch=self._watch,
                    stop=stop,
                    store=self._store,
                )
            except Stopped:
                self._end(BuildState("stopped"))
            except IndexBusy:
                self._end(
                    BuildState(
                        "failed",
                        zh="另一个进程正在重建这个索引，请等它结束后再试。",
                        en="Another process is rebuilding this index. Try again when it is done.",
                    )
                )
            except WenjuError as error:
                self._end(BuildState("failed", zh=str(error), en=str(error)))
            except BaseException:
                _log.exception("The index could not be built")
                self._end(
                    BuildState(
                        "failed",
                        zh="出错了。详情见运行 wenju 的终端。",
                        en="Something went wrong. The terminal running wenju says what.",
                    )
                )
            else:
                self._end(BuildState("done", report=report))


class _Pace:
    """How fast a stage goes, measured from its first step on: before that a model may be loaded."""

    def __init__(self, stage: str) -> None:
        self.stage = stage
        self._first: tuple[float, int] | None = None
        self._last: tuple[float, int] | None = None
        self._total = 0

    def note(self, progress: Progress, now: float) -> None:
        self._total = progress.total
        if progress.done > 0:
            self._last = now, progress.done
            self._first = self._last if self._first is None else self._first

    def seconds_left(self, now: float) -> float | None:
        """An estimate, None before there were two steps a second apart."""
        if self._first is None or self._last is None:
            return None
        seconds, steps = self._last[0] - self._first[0], self._last[1] - self._first[1]
        if seconds < _SECONDS_BEFORE_ESTIMATE or steps <= 0:
            return None
        to_do = self._total - self._last[1]
        left = to_do * seconds / steps - (now - self._last[0])
        if left > -_SECONDS_BEFORE_ESTIMATE:
            return max(0.0, left)
        return to_do * (now - self._first[0]) / steps  # the one at hand takes longer than all before: a large file
