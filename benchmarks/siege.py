"""A served page under attack, and a visitor beside it: `python -m benchmarks.siege`.

Serves two small documents with the real models in a process of its own, which may have 1,024 files open, and from the
same address as the visitor sends one after the other: 1,100 connections that never end their headers, 300 questions
whose answers nobody fetches, four questions with 50 earlier ones of 1,000 characters each. Beside each the visitor
asks. Prints what was seen; the exit code is 1 where an answer took longer than ten seconds or the log grew by a
megabyte.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from benchmarks.common import REPOSITORY, say
from embeddings import rebuild

if TYPE_CHECKING:
    from collections.abc import Iterator

UNFINISHED, UNREAD, BOMBS = 1100, 300, 4
MOST_SECONDS = 10.0
MOST_LOGGED = 1 << 20

_CORPUS = {
    "ferry.txt": "云洲湾轮渡开航\n\n云洲湾轮渡于2021年开航，每天往返16班，全程25分钟。\n",
    "bridge.txt": "石桥镇修桥\n\n石桥镇的新桥长420米，总投资3.5亿元，2022年通车。\n",
}
_QUESTION, _ANSWER = "石桥镇的新桥有多长?", "420米"
_ASK = "gradio_api/call/ask"
_HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
_TIMES = 4
_FILES = 1024
_SECONDS_TO_END = 60
# Sets the limit before anything is loaded, as a shell's `ulimit -n` would.
_SERVE = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, ({files}, {files}))
import app
app.main(sys.argv[1:])
"""


@dataclass(frozen=True, slots=True)
class Besieged:
    """For each attack the seconds that the visitor's answers took, and the bytes that the log has in the end."""

    seconds: dict[str, tuple[float, ...]]
    logged: int

    def failures(self) -> list[str]:
        """What is not as it has to be, in sentences."""
        slow = [
            f"Beside {attack} an answer took {max(seconds):.1f} s, more than {MOST_SECONDS:.0f} s"
            for attack, seconds in self.seconds.items()
            if max(seconds) > MOST_SECONDS
        ]
        return slow + ([f"The log has {self.logged} bytes"] if self.logged >= MOST_LOGGED else [])


def besiege(folder: Path, bombs: int = BOMBS) -> Besieged:
    """Serve from an empty folder, attack, and ask; ends the server whatever happens."""
    for name, text in _CORPUS.items():
        (folder / "corpus").mkdir(exist_ok=True)
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    rebuild(folder / "corpus", folder / "index", progress=False)
    log = folder / "log"
    seconds: dict[str, tuple[float, ...]] = {}
    with _served(folder, log) as url, httpx.Client(base_url=url, timeout=_SECONDS_TO_END) as attacker:
        seconds["nothing"] = _visit(url)
        with _unfinished(url):
            seconds[f"{UNFINISHED} unfinished connections"] = _visit(url)
        for number in range(UNREAD):
            _unread(attacker, f"第{number}座桥有多长?", [])
        seconds[f"{UNREAD} unread questions"] = _visit(url)
        for _ in range(bombs):
            _unread(attacker, "那’呢?", ["No.「" * 250] * 50)
        if bombs:
            seconds[f"{bombs} questions with a history"] = _visit(url)
    return Besieged(seconds, log.stat().st_size)


@contextlib.contextmanager
def _served(folder: Path, log: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["serve", "--port", str(port), "--index", str(folder / "index"), "--corpus", str(folder / "corpus")]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", _SERVE.format(files=_FILES), *command],
            cwd=REPOSITORY,
            env={**os.environ, "HF_HUB_OFFLINE": "1"},
            stdout=subprocess.PIPE,
            stderr=out,
            start_new_session=True,
        )
        assert process.stdout is not None
        try:
            if not process.stdout.readline():
                raise RuntimeError(f"The server did not start: {log.read_text(encoding='utf-8')[-500:]}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(_SECONDS_TO_END)
            except BaseException:
                process.kill()
                process.wait()
                raise
            finally:
                process.stdout.close()


@contextlib.contextmanager
def _unfinished(url: str) -> Iterator[None]:
    where = httpx.URL(url)
    with contextlib.ExitStack() as opened:
        for _ in range(UNFINISHED):
            connection = opened.enter_context(socket.create_connection((where.host, where.port or 80), MOST_SECONDS))
            with contextlib.suppress(ConnectionError):
                connection.sendall(_HEAD)
        yield


def _unread(client: httpx.Client, question: str, history: list[str]) -> None:
    """Ask and never fetch the answer; that it is refused is as well."""
    client.post(_ASK, json={"data": [question, 5, history]})


def _visit(url: str) -> tuple[float, ...]:
    """Ask some times, as somebody who has just come; how long each answer took. RuntimeError for another answer."""
    seconds = []
    for _ in range(_TIMES):
        began = time.monotonic()
        with httpx.Client(base_url=url, timeout=_SECONDS_TO_END) as client:
            begun = client.post(_ASK, json={"data": [_QUESTION]}).raise_for_status().json()
            event, data, *_ = client.get(f"{_ASK}/{begun['event_id']}").raise_for_status().text.splitlines()
        if event != "event: complete" or json.loads(data.removeprefix("data: "))[0]["texts"] != [_ANSWER]:
            raise RuntimeError(f"The visitor got {data[:300]}")
        seconds.append(time.monotonic() - began)
    return tuple(seconds)


def main() -> None:
    """Run the command."""
    with tempfile.TemporaryDirectory(prefix="wenju-siege-") as folder:
        seen = besiege(Path(folder))
    for attack, seconds in seen.seconds.items():
        say(f"beside {attack}: " + ", ".join(f"{each:.1f} s" for each in seconds))
    say(f"log: {seen.logged} bytes")
    for sentence in seen.failures():
        say(sentence)
    sys.exit(1 if seen.failures() else 0)


if __name__ == "__main__":
    main()
