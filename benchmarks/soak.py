"""The page under load: many visitors at once, a rebuild among them, and memory: `python -m benchmarks.soak`.

Serves seeds/ with the real models in a process of its own, and asks it from this one over HTTP, as browsers and
programs do. Prints a table, and writes the figures as JSON to benchmarks/results/; --write puts the table into
benchmarks/README.md too. The exit code is 1 where a requirement is not met, and a sentence says which.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from benchmarks.common import CASES, CORPUS, REPOSITORY, machine, publish, say, work_folder
from benchmarks.soak_report import BY_PROGRAM, WARM, Measured, Memory, Options, Rebuilt, figures_of, table
from benchmarks.visitor import Answered, Page, Seen, Visitor, open_client
from embeddings import rebuild
from embeddings.store.vectors import FILE as VECTORS
from qa.evaluation.cases import load_cases
from qa.question.followup import complete

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import TracebackType

SEED = 20

NEW_FILE = "buoys.txt"
NEW_TEXT = "灵山湾浮标站布放新浮标\n\n2024年,灵山湾浮标站共布放了37个浮标,用来观测水温和海浪。\n"
NEW_QUESTION, NEW_ANSWER = "灵山湾浮标站2024年布放了多少个浮标?", "37个"

_SAMPLED = 100
_AS_MANY_AS_ASKED = 1_000_000
_SECONDS_TO_END = 30


def prepare(folder: Path, vectors: Path | None) -> None:
    """Put a copy of seeds/ and an index of it into a folder; what is in the given index, or kept, is not encoded."""
    if vectors is None:
        vectors = work_folder() / "soak" / "index"
        rebuild(CORPUS, vectors)
    shutil.copytree(CORPUS, folder / "corpus")
    copied = folder / "index" / "vectors" / VECTORS
    copied.parent.mkdir(parents=True)
    shutil.copyfile(vectors / "vectors" / VECTORS, copied)
    rebuild(folder / "corpus", folder / "index", progress=False)


def serve(folder: Path, at_once: int | None) -> None:
    """In a child process: serve what was prepared, print the address once models are loaded, end with the input."""
    from qa import QA
    from web.door.access import ServeSettings
    from web.queue.waiting import WorkQueue
    from web.serving import server

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    qa, ready = QA.open(folder / "index"), threading.Event()
    # All its visitors have one address, and so count as one.
    settings = ServeSettings(
        corpus=folder / "corpus",
        index=folder / "index",
        talks=folder / "conversations.sqlite",
        requests_per_minute=_AS_MANY_AS_ASKED,
    )
    served = server.launch(qa, "127.0.0.1", port, ready, settings, None if at_once is None else WorkQueue(at_once))
    qa.warm_up()
    ready.set()
    print(served.local_url, flush=True)
    sys.stdin.buffer.read()
    served.close()
    os._exit(0)  # a question may still be computed; nothing stops that, and ending Python beneath it aborts loudly


class Server:
    """The child process that serves; it ends with the `with` block, and with this process however that ends."""

    def __init__(self, folder: Path, at_once: int | None = None) -> None:
        """RuntimeError where it does not come up; what it says on its standard error is seen here too."""
        command = [sys.executable, "-m", "benchmarks.soak", "--serve", str(folder)]
        command += [] if at_once is None else ["--at-once", str(at_once)]
        # In a session of its own: Ctrl-C reaches this process alone, which then ends that one.
        self._child = subprocess.Popen(
            command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self._child.stdout is not None
        try:
            self.url = self._child.stdout.readline().strip()
        except BaseException:
            self._end()
            raise
        if not self.url:
            self._end()
            raise RuntimeError("The server did not start")

    def __enter__(self) -> Server:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._end()

    def _end(self) -> None:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.close()
        try:
            self._child.wait(_SECONDS_TO_END)
        except BaseException:
            self._child.kill()
            self._child.wait()
            raise
        finally:
            self._child.stdout.close()

    def resident(self) -> int:
        """Bytes of memory that it holds now (resident set size)."""
        status = Path(f"/proc/{self._child.pid}/statm")
        if status.is_file():
            return int(status.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
        command = ["ps", "-o", "rss=", "-p", str(self._child.pid)]
        return 1024 * int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@dataclass(slots=True)
class Soak:
    """The visitors of one served page, and what they have seen so far."""

    options: Options
    server: Server
    page: Page
    corpus: Path
    questions: Sequence[str]
    answers: list[Answered] = field(default_factory=list)
    samples: list[tuple[int, int]] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)

    async def run(self) -> Measured:
        """Ask alone, then under load with a rebuild, then for memory."""
        before = {
            question: await self.page.ask_alone(question) for question in tqdm(self.questions, "alone", disable=None)
        }
        began = time.monotonic()
        _, rebuilt = await asyncio.gather(
            self._visit(lambda: time.monotonic() < began + self.options.seconds, "load"),
            self._rebuild(self.options.seconds / 2),
        )
        load, seconds = tuple(self.answers), time.monotonic() - began
        missing = WARM - sum(item.by_page for item in load) if self.options.judges_memory else 0
        await self._visit(_at_most(missing), "warm", missing)
        warm = len(self.answers), self.server.resident()
        await self._visit(_at_most(self.options.questions), "memory", self.options.questions)
        memory = Memory(*warm, len(self.answers), self.server.resident(), tuple(self.samples))
        doubtful = {item.question for item in self.answers if not item.error and item.seen != before[item.question]}
        after = {question: await self.page.ask_alone(question) for question in sorted(doubtful)}
        wrong = tuple(wrong_answers(self.answers, before, after, rebuilt.began))
        return Measured(
            self.options, load, seconds, tuple(self.answers), wrong, rebuilt, memory, mixed=tuple(self.mixed)
        )

    async def _visit(self, more: Callable[[], bool], name: str, total: int | None = None) -> None:
        """Have all visitors ask as long as there is more to ask."""
        with tqdm(desc=name, total=total, unit="answer", disable=None) as bar:

            def record(answered: Answered) -> None:
                self.answers.append(answered)
                if len(self.answers) % _SAMPLED == 0:
                    self.samples.append((len(self.answers), self.server.resident()))
                bar.update()

            visitors: list[Visitor] = []
            async with asyncio.TaskGroup() as group:
                for number in range(self.options.sessions):
                    turned = number % len(self.questions)  # so that neighbours ask different questions
                    order = [*self.questions[turned:], *self.questions[:turned]]
                    by_page = number % BY_PROGRAM != BY_PROGRAM - 1
                    visitor = Visitor(self.page, itertools.cycle(order), random.Random(SEED + number), by_page)
                    visitors.append(visitor)
                    group.create_task(visitor.stay(more, record))
        self.mixed += [said for visitor in visitors if (said := await visitor.mixed())]

    async def _rebuild(self, wait: float) -> Rebuilt:
        """Add a file and press the page's own button; the file's text must be found afterwards."""
        await asyncio.sleep(wait)
        (self.corpus / NEW_FILE).write_text(NEW_TEXT, encoding="utf-8")
        began, answers = time.monotonic(), len(self.answers)
        trouble = await self.page.rebuild()
        seconds, answers = time.monotonic() - began, len(self.answers) - answers
        if not trouble:
            found = await self.page.ask_alone(NEW_QUESTION)
            trouble = "" if found.answer == NEW_ANSWER else f"{NEW_QUESTION} is answered by {found.answer!r}"
        return Rebuilt(began, seconds, answers, trouble)


def _at_most(number: int) -> Callable[[], bool]:
    counted: Iterator[int] = itertools.count()
    return lambda: next(counted) < number


def wrong_answers(
    answers: Sequence[Answered], before: Mapping[str, Seen], after: Mapping[str, Seen], rebuilt: float
) -> Iterator[str]:
    """Those that differ from what the question gets when it is asked alone, in words.

    One that arrived since the rebuild began may be from the index before it or after it.
    """
    for item in answers:
        if item.seen is None or item.seen == before[item.question]:
            continue
        if item.sent + item.seconds < rebuilt or item.seen != after[item.question]:
            yield f"{item.question} got {item.seen}, alone {before[item.question]}"


async def soak(options: Options, folder: Path) -> Measured:
    """Serve from an empty folder and ask; ends the server whatever happens."""
    prepare(folder, options.vectors)
    questions = [case.question for case in load_cases(CASES)]
    random.Random(SEED).shuffle(questions)
    questions = questions[: options.different]
    complete(questions[1], questions[:1])  # loads the dictionary now, not while visitors wait
    with Server(folder, options.at_once) as server:
        async with open_client(server.url) as client:
            page = await Page.open(client)
            return await Soak(options, server, page, folder / "corpus", questions).run()


def main() -> None:
    """Run the command."""
    default = Options()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--sessions", type=int, default=default.sessions, help="visitors at once (%(default)s)")
    parser.add_argument("--seconds", type=float, default=default.seconds, help="of the first part (%(default)s)")
    parser.add_argument("--questions", type=int, default=default.questions, help="of the memory part (%(default)s)")
    parser.add_argument("--at-once", type=int, help="questions that the server answers at once (default: its own)")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md too")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    if arguments.serve is not None:
        serve(arguments.serve, arguments.at_once)
        return
    options = Options(arguments.sessions, arguments.seconds, arguments.questions, arguments.at_once)
    try:
        with tempfile.TemporaryDirectory(prefix="wenju-soak-") as folder:
            seen = asyncio.run(soak(options, Path(folder)))
    except KeyboardInterrupt:
        sys.exit(130)
    where = machine()
    publish("soak", table(where, seen), {"machine": where, **figures_of(seen)}, arguments.write)
    for sentence in seen.failures():
        say(sentence)
    sys.exit(1 if seen.failures() else 0)


if __name__ == "__main__":
    main()
