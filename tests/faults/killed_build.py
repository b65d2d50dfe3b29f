"""Builds that are killed, each in a process of its own, at a moment that is the same every time; run as a program.

A line on stdin is `<kind> <number> <corpus> <index>`; the reply is `killed` or `finished <steps>`. Kinds of moments:

call    the n-th call of a function of `embeddings`: anywhere in the work
event   just before the build opens, makes, renames or removes a file, most of them the index's, for the n-th time
byte    as it writes the n-th byte of any file: then only what comes before is there

What kills is SIGKILL, which the process sends itself; for `byte` it is SIGXFSZ, which the system sends in the midst of
a write, and which nothing catches either.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import embeddings
from chinese.tokens import tokenize
from embeddings import rebuild
from tests.qa.support import ENCODER

if TYPE_CHECKING:
    from types import FrameType

_CODE = str(Path(embeddings.__file__).parent)
_EVENTS = ("open", "sqlite3.connect", "os.mkdir", "os.rename", "os.remove", "os.rmdir")


class _Moment:
    """Counts steps, and kills this process at one of them."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.steps = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self._number:
            os.kill(os.getpid(), signal.SIGKILL)


def _count_calls(moment: _Moment) -> None:
    def profile(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(_CODE):
            moment.step()

    sys.setprofile(profile)


def _count_events(moment: _Moment, index: str) -> None:
    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        # A folder that is removed names the files in it without their place.
        if event in _EVENTS and (str(arguments[0]).startswith(index) or event in ("os.remove", "os.rmdir")):
            moment.step()

    sys.addaudithook(hook)


def _limit_bytes(number: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (number, number))


def main() -> None:
    """Build as often as stdin asks for."""
    tokenize("词典在此之前读入")  # so that no child has to
    for line in sys.stdin:
        kind, number, corpus, index = line.rstrip("\n").split(" ", 3)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            moment = _Moment(int(number))
            if kind == "byte":
                _limit_bytes(int(number))
            elif kind == "event":
                _count_events(moment, index)
            else:
                _count_calls(moment)
            rebuild(corpus, index, progress=False, encoder=ENCODER)
            sys.setprofile(None)
            os.write(writing, str(moment.steps).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as steps:
            done = steps.read()
        _, status = os.waitpid(child, 0)
        sys.stdout.write("killed\n" if os.WIFSIGNALED(status) else f"finished {done}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
