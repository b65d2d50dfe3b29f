"""The one package that another program imports."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from typing import Any

import pytest

import embeddings
import qa
import wenju
from chinese.errors import WenjuError
from tests.conftest import REPOSITORY

HEAVY = (
    "faiss",
    "gradio",
    "numpy",
    "onnxruntime",
    "rjieba",
    "sentence_transformers",
    "tantivy",
    "torch",
    "transformers",
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=REPOSITORY, check=False, timeout=300
    )


def test_what_a_user_needs_is_there_and_is_what_the_floors_have() -> None:
    assert wenju.ask is qa.ask
    assert wenju.QA is qa.QA
    assert (wenju.Answer, wenju.Passage, wenju.Source) == (qa.Answer, qa.Passage, qa.Source)
    assert wenju.rebuild is embeddings.rebuild
    assert wenju.__version__ == version("wenju")


def test_every_error_that_is_meant_for_a_user_can_be_caught_by_name() -> None:
    for name in ("app", "embeddings.progress", "qa.engine", "web.serving.server"):  # so that every subclass is known
        import_module(name)
    classes = every_subclass(WenjuError)
    public = {kind.__name__ for kind in classes if kind.__module__.split(".")[0] in ("embeddings", "qa")}
    assert public - set(wenju.__all__) == set()
    assert all(getattr(wenju, name) in classes for name in public)


def every_subclass(kind: type[Any]) -> set[type[Any]]:
    return {kind, *(found for child in kind.__subclasses__() for found in every_subclass(child))}


def test_every_name_it_promises_can_be_imported() -> None:
    for name in wenju.__all__:
        assert getattr(wenju, name) is not None
    assert dir(wenju) == sorted(wenju.__all__)


def test_a_name_that_it_lacks_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match=r"'wenju' has no attribute 'asc'"):
        wenju.asc  # type: ignore[attr-defined] # noqa: B018


@pytest.mark.parametrize(
    ("package", "unneeded"),
    [
        ("wenju", ("qa", "embeddings")),
        ("qa", ("qa.engine", "embeddings")),
        ("embeddings", ("embeddings.building", "qa")),
        ("terminal.commands", ("qa.engine", "embeddings.building")),  # `wenju --version` waits for none of it
    ],
)
def test_importing_it_loads_nothing_heavy(package: str, unneeded: tuple[str, ...]) -> None:
    ran = run("-c", f"import json, sys, {package}; print(json.dumps(sorted(sys.modules)))")
    assert ran.returncode == 0, ran.stderr
    assert [name for name in (*HEAVY, *unneeded) if name in json.loads(ran.stdout)] == []


def test_it_is_the_command_too() -> None:
    ran = run("-m", "wenju", "ask", "沈阳有多少个项目?", "-k", "0")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("wenju ")
    assert run("-m", "wenju").stdout == run("-m", "wenju", "--help").stdout != ""
