"""Build what is published, install it outside the repository, and use it as a stranger would: `make try-wheel`.

`python -m tests.try_wheel --python python3.13` makes an empty environment of that Python, installs the wheel with all
that it needs from the package index, then builds an index of a made-up folder, asks it by the command and from Python,
and checks a user's file with `mypy --strict`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
DOCUMENT = "云溪镇2023年工作总结\n\n2023年，云溪镇新建茶园318亩，建成冷库4座。\n"
QUESTION = "云溪镇2023年新建茶园多少亩?"
ANSWER = "318亩"
USER = f"""\
from wenju import QA, Answer, BuildReport, IndexMissing, rebuild

try:
    QA.open("no index")
except IndexMissing as error:
    print(len(str(error)) > 0)
report: BuildReport = rebuild("documents", "index", progress=False)
answer: Answer = QA.open("index").ask("{QUESTION}")
source = answer.passages[0].sources[0]
print(report.documents, answer.text, source.file, source.start)
"""
WRONG = f'from wenju import ask\n\nnumber: int = ask("{QUESTION}").text\n'
"""What mypy has to find fault with, or it does not see the types at all."""


@dataclass(frozen=True, slots=True)
class Built:
    """What is published: the source distribution, what it holds when unpacked, and the wheel made of that."""

    sdist: Path
    unpacked: Path
    wheel: Path


def tracked() -> list[str]:
    """The files of the repository that git knows, or would take."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted(name for name in set(names) if name and (REPOSITORY / name).is_file())


def build(folder: Path) -> Built:
    """Build the source distribution of a clean copy, and the wheel of the unpacked distribution."""
    copy = folder / "copy"
    for name in tracked():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, copy / name)
    _backend(copy, "build_sdist", folder / "dist")
    (sdist,) = (folder / "dist").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    (unpacked,) = (folder / "unpacked").iterdir()
    whole = folder / "whole"
    shutil.copytree(unpacked, whole)
    _backend(whole, "build_wheel", folder / "dist")
    (wheel,) = (folder / "dist").glob("*.whl")
    return Built(sdist, unpacked, wheel)


def _backend(project: Path, step: str, into: Path) -> None:
    code = f"from setuptools.build_meta import {step}; {step}({str(into)!r})"
    into.mkdir(exist_ok=True)
    ran = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(ran.stdout + ran.stderr)


def environment(folder: Path, python: str, wheel: Path, lent: bool) -> Path:
    """Make an environment with the wheel; return its folder of programs.

    `lent` takes what the wheel needs from the environment that runs this, which is quick and needs no network.
    """
    subprocess.run([python, "-m", "venv", *(["--without-pip"] if lent else []), folder], check=True)
    programs = folder / "bin"
    if lent:
        lend(folder)
        pip = [sys.executable, "-m", "pip", "--python", str(programs / "python")]
        subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", wheel], check=True)
    else:
        pip = [str(programs / "python"), "-m", "pip"]
        subprocess.run([*pip, "install", "--quiet", "-c", REPOSITORY / "constraints.txt", wheel], check=True)
    return programs


def lend(environment: Path) -> None:
    """Let a virtual environment find the packages of the one that runs this, behind its own."""
    (packages,) = (environment / "lib").glob("python*/site-packages")
    places = [place for place in sys.path if place.endswith("site-packages")]
    (packages / "lent.pth").write_text("\n".join(places) + "\n", encoding="utf-8")


def use(programs: Path, folder: Path) -> dict[str, str]:
    """Index a folder, ask it and check the types, all in an empty folder; return what each step printed."""
    folder.mkdir()
    (folder / "documents").mkdir()
    (folder / "documents" / "report.txt").write_text(DOCUMENT, encoding="utf-8")
    (folder / "user.py").write_text(USER, encoding="utf-8")
    (folder / "wrong.py").write_text(WRONG, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WENJU_", "PYTHON"))}
    settings = {**kept, "WENJU_LANG": "en", "WENJU_CACHE": str(folder / "cache")}
    mypy = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(folder / "types"), "--no-color-output"]
    python, wenju = str(programs / "python"), str(programs / "wenju")
    steps = {
        "rebuild": [wenju, "rebuild", "documents"],
        "ask": [wenju, "ask", QUESTION, "-k", "1"],
        "absent": [wenju, "ask", "云溪镇2022年新建茶园多少亩?"],
        "import": [python, "-c", "import wenju; print(wenju.__version__, wenju.__file__)"],
        "python": [python, "user.py"],
        "types": [*mypy, "--python-executable", python, "user.py"],
        "wrong types": [*mypy, "--python-executable", python, "wrong.py"],
    }
    printed = {}
    for name, command in steps.items():
        begun = time.monotonic()
        ran = subprocess.run(
            command, cwd=folder, env=settings, capture_output=True, text=True, check=False, timeout=1800
        )
        printed[name] = f"exit {ran.returncode}\n{ran.stdout}{ran.stderr}"
        print(f"--- {name}, {time.monotonic() - begun:.1f} s\n{printed[name]}", flush=True)
    return printed


def check(printed: dict[str, str]) -> None:
    """Raise AssertionError where a step did not do what a stranger expects."""
    assert printed["rebuild"].startswith("exit 0"), printed["rebuild"]
    assert printed["ask"].startswith("exit 0"), printed["ask"]
    assert ANSWER in printed["ask"], printed["ask"]
    assert printed["absent"].startswith("exit 1"), printed["absent"]
    assert printed["import"].startswith("exit 0"), printed["import"]
    assert str(REPOSITORY) not in printed["import"], "the repository was imported, not what is installed"
    assert printed["python"] == f"exit 0\nTrue\n1 {ANSWER} report.txt 3\n", printed["python"]
    assert printed["types"].startswith("exit 0"), printed["types"]
    assert "[assignment]" in printed["wrong types"], printed["wrong types"]


def main() -> None:
    """Build, install and use it with the Python that is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="the Python of the empty environment")
    parser.add_argument("--lent", action="store_true", help="lend it the packages of this environment: quick")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        built = build(Path(folder))
        print(f"{built.sdist.name}, {built.wheel.name}", flush=True)
        programs = environment(Path(folder, "environment"), given.python, built.wheel, given.lent)
        check(use(programs, Path(folder, "somewhere")))
    print("The wheel does what it says.")


if __name__ == "__main__":
    main()
