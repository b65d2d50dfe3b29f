"""Commands watched from outside: every address that any of their threads, native ones too, turns to."""

from __future__ import annotations

import ipaddress
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chinese.cache import cache_folder
from chinese.offline import ENVIRONMENT
from tests.conftest import REPOSITORY
from tests.support import hear_signals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WENJU = (sys.executable, "-m", "app")
_STRACE = ("strace", "-f", "--seccomp-bpf", "--decode-pids=comm", "-yy", "-e", "signal=none")
_CALLS = "trace=connect,sendto,sendmsg,sendmmsg"
_CALL = re.compile(r"\d+(?:<(?P<program>[^>]*)>)? (?P<call>connect|send\w+)\((?P<rest>.*)")
_GIVEN = re.compile(r'htons\((?P<port>\d+)\).*?(?:inet_addr\(|inet_pton\(AF_INET6, )"(?P<address>[^"]+)"')
_CONNECTED = re.compile(r"->\[?(?P<address>[\da-fA-F.:]+?)\]?:(?P<port>\d+)\]>")
_LOOK_UPS = 53
# Where these are set, a library may hold its telemetry back by itself.
_TEST_MACHINES = (
    "CI TF_BUILD GITHUB_ACTIONS GITLAB_CI CIRCLECI TRAVIS JENKINS_URL CODEBUILD_BUILD_ID BUILDKITE TEAMCITY_VERSION"
    " APPVEYOR BITBUCKET_BUILD_NUMBER ORT_RUNNING_UNIT_TESTS DO_NOT_TRACK DISABLE_TELEMETRY HF_HUB_OFFLINE"
    " TRANSFORMERS_OFFLINE"
).split()


@dataclass(frozen=True, slots=True)
class Reached:
    """A system call by which a thread, `program`, turned to an address (`host:port`) of another machine."""

    program: str
    call: str
    address: str


@dataclass(frozen=True, slots=True)
class Watched:
    """A command that runs, or ran, in a home of its own, which was empty."""

    process: subprocess.Popen[str]
    folder: Path

    def ended(self, seconds: float) -> str:
        """Wait for it, and return what it wrote; its exit code must be 0."""
        out, _ = self.process.communicate(timeout=seconds)
        assert self.process.returncode == 0, out
        return out

    def interrupt(self) -> None:
        """Do what Ctrl-C does; the tracer itself passes over it."""
        os.killpg(self.process.pid, signal.SIGINT)

    def kill(self) -> None:
        """End it, with all its processes, whatever it is at."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        with self.process:  # waits for it, and closes the pipes
            pass

    def reached(self) -> list[Reached]:
        """Every address of another machine that it turned to, and every look-up of a name."""
        return list(_reached((self.folder / "trace").read_text(encoding="utf-8", errors="replace")))

    def left(self) -> list[str]:
        """The files in its home."""
        home = self.folder / "home"
        return sorted(path.relative_to(home).as_posix() for path in home.rglob("*") if not path.is_dir())


def require_tracer() -> None:
    """Skip a test where no process can be watched; fail it where the tests were told that all tools are there."""
    if shutil.which("strace") is None:
        reason = "strace is not installed: apt-get install strace"
    elif subprocess.run([*_STRACE, "-e", _CALLS, "-o", os.devnull, "true"], capture_output=True).returncode:
        reason = "strace may not trace here, or is older than 5.16"
    else:
        return
    if os.environ.get("WENJU_TEST_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)


def watch(folder: Path, *command: str | Path, **environment: str) -> Watched:
    """Start a command in an environment that turns nothing off, and write down whom it turns to."""
    (folder / "home").mkdir(parents=True)
    traced: Sequence[str | Path] = (*_STRACE, "-e", _CALLS, "-o", folder / "trace", *command)
    process = subprocess.Popen(
        traced,
        cwd=folder,
        env=_environment(folder / "home") | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=hear_signals,
    )
    return Watched(process, folder)


def _environment(home: Path) -> dict[str, str]:
    taken = {*ENVIRONMENT, *_TEST_MACHINES, "XDG_CONFIG_HOME", "XDG_DATA_HOME", "HF_HOME"}
    return {name: value for name, value in os.environ.items() if name not in taken} | {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "WENJU_CACHE": str(cache_folder()),  # which takes long to make anew
        "WENJU_LANG": "en",
        "PYTHONPATH": str(REPOSITORY),
    }


def _reached(trace: str) -> Iterator[Reached]:
    for line in trace.splitlines():
        call = _CALL.match(line)
        if call is None:
            continue
        for pattern in (_GIVEN, _CONNECTED):
            for found in pattern.finditer(call["rest"]):
                if int(found["port"]) == _LOOK_UPS or not _is_here(found["address"]):
                    yield Reached(call["program"] or "?", call["call"], f"{found['address']}:{found['port']}")


def _is_here(address: str) -> bool:
    """Whether an address is one of this machine: only such a one can be bound."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if found.is_loopback or found.is_unspecified:
        return True
    with socket.socket(socket.AF_INET if found.version == 4 else socket.AF_INET6, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((str(found), 0))
        except OSError:
            return False
    return True
