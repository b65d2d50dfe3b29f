"""What ends a served page and a build: a service manager's signals as well as Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.conftest import REPOSITORY
from tests.support import hear_signals, page, write_corpus
from tests.web.conftest import free_port
from tests.web.crowds import ASK, ask_unread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXTS = {f"{number}.txt": page(f"新闻{number}", f"第{number}号码头今年建成。") for number in range(5)}
SECONDS = 60

# A page whose build waits in its first batch until it is told to stop, and whose question waits for ever.
SERVING = """
import sys, threading
from pathlib import Path
from tests.support import CountingEncoder
from tests.web.answers import HandMadeQA
from web.door.access import ServeSettings
from web.documents.building import Builder
from web.serving.server import serve

class Slow(HandMadeQA):
    def warm_up(self):
        pass

    def answer(self, *_):
        print("asked", flush=True)
        threading.Event().wait()

def hold(_):
    print("encoding", flush=True)
    told.wait()

def stop(self):
    own_stop(self)
    told.set()

def begin(self, corpus, index, _, **more):
    own(self, corpus, index, lambda: CountingEncoder(before=hold), **more)

told = threading.Event()
own, Builder.__init__ = Builder.__init__, begin
own_stop, Builder.stop = Builder.stop, stop
serve(Slow(), port=int(sys.argv[1]), settings=ServeSettings(corpus=Path("corpus"), index=Path("index")))
"""

BUILDING = """
from tests.support import CountingEncoder
import embeddings, app, threading
own = embeddings.rebuild
def held(*arguments, **more):
    def wait(_):
        print("encoding", flush=True)
        threading.Event().wait()
    return own(*arguments, encoder=CountingEncoder(before=wait), progress=False)
embeddings.rebuild = held
app.main(["rebuild", "corpus", "--index", "index"])
"""


@contextmanager
def started(code: str, folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process that is ended afterwards whatever the test came to: one left behind is blamed on a later test."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={**os.environ, "WENJU_LANG": "en", "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_signals,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_corpus(tmp_path / "corpus", TEXTS)
    return tmp_path


@pytest.fixture
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    with started(SERVING, folder, str(port)) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("wenju is open")
        yield process, f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_serve_ends_cleanly_with_a_build_and_a_question_under_way(
    serving: tuple[subprocess.Popen[str], str], folder: Path, number: signal.Signals
) -> None:
    process, address = serving
    assert process.stdout is not None
    with httpx.Client(base_url=address, timeout=SECONDS) as client:
        assert client.post("/wenju/library/build", json={"language": "zh"}).json()["begun"] is True
        assert process.stdout.readline() == "encoding\n"
        event = ask_unread(client).raise_for_status().json()["event_id"]
        with client.stream("GET", f"{ASK}/{event}"):
            assert process.stdout.readline() == "asked\n"
            process.send_signal(number)
            _, errors = process.communicate(timeout=SECONDS)
    assert (process.returncode, errors) == (0, "")
    assert [item.name for item in (folder / "index").glob("generations/*")] == []


def test_a_build_of_the_command_ends_at_sigterm_as_at_ctrl_c(folder: Path) -> None:
    said = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        with started(BUILDING, folder) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "encoding\n"
            process.send_signal(number)
            _, errors = process.communicate(timeout=SECONDS)
        said[number] = (process.returncode, errors, sorted(item.name for item in (folder / "index").rglob("*")))
    assert (said[signal.SIGINT][0], said[signal.SIGTERM][:2]) == (130, (143, "wenju Error: Stopped.\n"))
    assert "Traceback" not in said[signal.SIGINT][1]


def test_a_program_that_is_told_to_ignore_the_terminals_end_goes_on(folder: Path) -> None:
    code = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)" + SERVING
    with started(code, folder, str(free_port())) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[4]
        process.send_signal(signal.SIGHUP)
        assert httpx.get(address).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
