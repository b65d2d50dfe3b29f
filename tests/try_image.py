"""Run the steps of deploy/Dockerfile one by one where there is no docker, then ask what is served: `make try-image`.

Every folder that the file names lies below one folder of this machine, for all stages; the Python of the image is a
fresh virtual environment. Steps that change the system (a user is added, the owner of a folder changed) are printed and
left out. The image's own command is run as it stands, but for the port; its health check has to succeed, and a document
that is put into /documents has to be found.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.try_wheel import ANSWER, DOCUMENT, QUESTION, REPOSITORY, lend

if TYPE_CHECKING:
    from collections.abc import Callable

DOCKERFILE = REPOSITORY / "deploy" / "Dockerfile"
_OF_THE_IMAGE = re.compile(r"(?<![\w/.])/(?:opt/wenju|src|documents|data)(?![\w-])")
_OF_THE_SYSTEM = ("useradd", "groupadd", "chown")
_SECONDS_TO_BEGIN = 600


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction of a Dockerfile, its continued lines joined."""

    name: str
    text: str

    @property
    def words(self) -> list[str]:
        """What it is given: a JSON list, or words as a shell reads them; without options."""
        if self.text.startswith("["):
            found = json.loads(self.text)
            assert isinstance(found, list)
            return [str(word) for word in found]
        return [word for word in shlex.split(self.text) if not word.startswith("--")]


def steps(text: str) -> list[Step]:
    """The instructions of a Dockerfile."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    parts = [line.partition(" ") for line in joined.splitlines() if line.strip()]
    return [Step(name.upper(), rest.strip()) for name, _, rest in parts]


@dataclass(slots=True)
class Image:
    """What the steps have made so far, below `root`."""

    root: Path
    given: dict[str, str]
    lent: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    entry: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    def here(self, text: str) -> str:
        """A text with the image's folders where they are on this machine."""
        return _OF_THE_IMAGE.sub(lambda found: f"{self.root}{found[0]}", text)

    def variables(self) -> dict[str, str]:
        """The environment of a step."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("WENJU_", "PYTHON"))}
        here = {name: self.here(value) for name, value in self.environment.items()}
        path = f"{self.root}/python/bin:{os.environ['PATH']}"
        if "PATH" in here:
            here["PATH"] = here["PATH"].replace("$PATH", path)
        return {**kept, "PATH": path, **self.arguments, **here}

    def run(self, step: Step) -> None:
        """Carry out one step."""
        print(f"{step.name} {step.text}", flush=True)
        match step.name:
            case "FROM":
                self.environment, self.arguments, self.folder = {}, {}, "/"
            case "ARG":
                name, _, default = step.text.partition("=")
                self.arguments[name] = self.given.get(name, default)
            case "ENV":
                pairs = [word.partition("=") for word in step.words]
                self.environment.update({name: value for name, _, value in pairs})
            case "WORKDIR":
                self.folder = step.text
                Path(self.here(step.text)).mkdir(parents=True, exist_ok=True)
            case "COPY":
                self._copy(step)
            case "RUN":
                self._shell(step.text)
            case "HEALTHCHECK":
                self.health = Step("CMD", step.text.partition(" CMD ")[2]).words
            case "ENTRYPOINT":
                self.entry = step.words
            case "CMD":
                self.command = step.words

    def _copy(self, step: Step) -> None:
        *names, target = step.words
        if "--from=" in step.text:
            assert Path(self.here(target)).exists(), target
            return
        for name in names:
            source, into = REPOSITORY / name, Path(self.here(self.folder), target)
            if source.is_dir():
                shutil.copytree(source, into, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, into / name)

    def _shell(self, text: str) -> None:
        for part in text.split(" && "):
            if part.split()[0] in _OF_THE_SYSTEM:
                print(f"  left out, it changes the system: {part}", flush=True)
                continue
            folder = self.here(self.folder) if self.folder != "/" else self.root
            subprocess.run(["sh", "-ec", self.here(part)], cwd=folder, env=self.variables(), check=True)
            if self.lent and " -m venv " in part:
                lend(Path(self.here(part.split()[-1])))


def ask_it(image: Image) -> None:
    """Start the image's command, wait for its health, ask, and end it as docker does."""
    Path(image.here("/documents"), "report.txt").write_text(DOCUMENT, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    served = subprocess.Popen(
        [*image.entry, *image.command, "--port", port], cwd=image.here(image.folder), env=image.variables()
    )
    try:
        health = [word.replace("7860", port) for word in image.health]
        _until(served, "is well", lambda: _code(image, health) == 0)
        asked = f"""
from gradio_client import Client
print(Client("http://127.0.0.1:{port}", verbose=False).predict({QUESTION!r}, api_name="/ask")["text"])
"""
        _until(served, f"answers {ANSWER}", lambda: _printed(image, ["python", "-c", asked]) == ANSWER)
    finally:
        served.send_signal(signal.SIGTERM)
        code = served.wait(60)
    print(f"Ended at SIGTERM with {code}.")
    assert code == 0


def _until(served: subprocess.Popen[bytes], what: str, true: Callable[[], bool]) -> None:
    begun = time.monotonic()
    while not true():
        assert served.poll() is None, "the command ended"
        assert time.monotonic() - begun < _SECONDS_TO_BEGIN, f"it is not so that it {what}"
        time.sleep(1)
    print(f"It {what}, after {time.monotonic() - begun:.0f} s.", flush=True)


def _code(image: Image, command: list[str]) -> int:
    return subprocess.run(command, env=image.variables(), capture_output=True, check=False).returncode


def _printed(image: Image, command: list[str]) -> str:
    ran = subprocess.run(command, env=image.variables(), capture_output=True, text=True, check=False)
    return ran.stdout.strip()


def main() -> None:
    """Run all steps with the arguments given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="the Python that stands for the image's")
    parser.add_argument("--arg", action="append", default=[], metavar="NAME=VALUE", help="as docker's --build-arg")
    parser.add_argument("--lent", action="store_true", help="lend it the packages of this environment: quick")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        subprocess.run([given.python, "-m", "venv", root / "python"], check=True)
        image = Image(root, dict(pair.split("=", 1) for pair in given.arg), given.lent)
        for step in steps(DOCKERFILE.read_text(encoding="utf-8")):
            image.run(step)
        ask_it(image)


if __name__ == "__main__":
    main()
