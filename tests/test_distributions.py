"""What is published: the source distribution is the repository, the wheel all that a user runs; it works elsewhere."""

from __future__ import annotations

import subprocess
import sys
from email import message_from_string
from importlib import metadata
from zipfile import ZipFile

import pytest

from tests import try_wheel
from tests.conftest import REPOSITORY, SHIPPED

if int(metadata.version("setuptools").split(".")[0]) < 77:
    pytest.skip("needs setuptools 77, which pyproject.toml asks for", allow_module_level=True)
if not (REPOSITORY / ".git").exists():
    pytest.skip("git says which files there are, and this is no clone", allow_module_level=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> try_wheel.Built:
    return try_wheel.build(tmp_path_factory.mktemp("built"))


def test_the_source_distribution_holds_all_that_the_repository_has(built: try_wheel.Built) -> None:
    held = {file.relative_to(built.unpacked).as_posix() for file in built.unpacked.rglob("*") if file.is_file()}
    assert sorted(set(try_wheel.tracked()) - held) == []
    made = {name for name in held if not name.startswith("wenju.egg-info/")} - {"PKG-INFO", "setup.cfg"}
    assert sorted(made - set(try_wheel.tracked())) == []


def test_the_wheel_has_every_room_and_what_lies_in_it(built: try_wheel.Built) -> None:
    files = [name for name in try_wheel.tracked() if name.split("/")[0] in SHIPPED]
    held = {name for name in ZipFile(built.wheel).namelist() if ".dist-info/" not in name}
    assert held == {"app.py", *files}
    assert {f"{name}/py.typed" for name in SHIPPED if name not in ("terminal", "web")} <= held


def test_the_wheel_says_who_made_it_for_what_and_under_which_licence(built: try_wheel.Built) -> None:
    with ZipFile(built.wheel) as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        told = message_from_string(wheel.read(name).decode())
        licences = {name.rpartition("/")[2] for name in wheel.namelist() if "/licenses/" in name}
    assert told["License-Expression"] == "Apache-2.0"
    assert licences == {"LICENSE", "NOTICE"}
    assert told["Author"] == "The wenju authors"
    pythons = {line.rpartition(" :: ")[2] for line in told.get_all("Classifier", []) if "Python :: 3." in line}
    assert pythons == {"3.11", "3.12", "3.13"}
    assert "问答" in told["Keywords"]
    payload = told.get_payload()
    assert isinstance(payload, str)
    assert payload.startswith("# wenju")


@pytest.mark.slow
def test_in_an_empty_folder_elsewhere_it_builds_asks_and_is_typed(
    built: try_wheel.Built, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        pytest.skip("needs pip")
    folder = tmp_path_factory.mktemp("elsewhere")
    programs = try_wheel.environment(folder / "environment", sys.executable, built.wheel, lent=True)
    try_wheel.check(try_wheel.use(programs, folder / "somewhere"))
