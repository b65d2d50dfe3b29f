"""What wenju is served and published with: image, compose, unit and workflows fit the program and their own rules."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.conftest import REPOSITORY, SHIPPED, Ran
from tests.try_image import DOCKERFILE, Step, steps

if TYPE_CHECKING:
    from collections.abc import Callable

DEPLOY, GITHUB = REPOSITORY / "deploy", REPOSITORY / ".github"
STEPS = steps(DOCKERFILE.read_text(encoding="utf-8"))
PROGRAMS = Path(sys.executable).parent
EXTRAS = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]


def last(name: str) -> Step:
    return [step for step in STEPS if step.name == name][-1]


def options_of(words: list[str]) -> set[str]:
    return {word.partition("=")[0] for word in words if word.startswith("--")}


@pytest.fixture
def serve_options(wenju: Callable[..., Ran]) -> set[str]:
    return set(re.findall(r"--[\w-]+", wenju("serve", "--help").out))


def test_the_image_is_checked_by_hadolint() -> None:
    ran = subprocess.run([PROGRAMS / "hadolint", DOCKERFILE], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "")


def test_all_that_the_image_is_made_of_is_there_and_let_through() -> None:
    copied = [name for step in STEPS if step.name == "COPY" and "--from" not in step.text for name in step.words[:-1]]
    assert [name for name in copied if not (REPOSITORY / name).exists()] == []
    assert set(SHIPPED) <= set(copied)
    let_through = re.findall(r"^!(.+)$", (REPOSITORY / ".dockerignore").read_text(encoding="utf-8"), re.M)
    assert sorted(copied) == sorted(let_through)
    (extras,) = (step.text.partition("=")[2] for step in STEPS if step.text.startswith("EXTRAS="))
    assert set(extras.split(",")) <= set(EXTRAS)


def test_the_image_does_not_run_as_root_keeps_its_data_and_tells_its_health(serve_options: set[str]) -> None:
    assert last("USER").text == "10001"
    assert STEPS.index(last("USER")) > max(i for i, step in enumerate(STEPS) if step.name in ("RUN", "FROM"))
    assert set(last("VOLUME").words) == {"/documents", "/data"}
    assert "WENJU_INDEX=/data/index" in last("ENV").words
    assert "7860" in last("HEALTHCHECK").text
    assert last("CMD").words[0] == "serve"
    assert {word for word in last("CMD").words if word.startswith("--")} <= serve_options


def test_compose_serves_with_a_login_behind_a_proxy_that_is_named(serve_options: set[str]) -> None:
    base = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
    more = yaml.safe_load((DEPLOY / "compose.milvus.yml").read_text(encoding="utf-8"))
    proxy = base["services"]["caddy"]["networks"]["inside"]["ipv4_address"]
    for services in (base["services"], more["services"]):
        command = services["wenju"]["command"]
        assert options_of(command) <= serve_options
        assert f"--behind-proxy={proxy}" in command
        assert any(word.startswith("--auth=") for word in command)
        assert "ports" not in services["wenju"]  # only the proxy is reached from outside
    assert set(more["services"]["wenju"]["build"]["args"]["EXTRAS"].split(",")) <= set(EXTRAS)
    assert "reverse_proxy wenju:7860" in (DEPLOY / "Caddyfile").read_text(encoding="utf-8")


def test_the_unit_starts_what_there_is_and_keeps_to_itself(serve_options: set[str]) -> None:
    text = (DEPLOY / "wenju.service").read_text(encoding="utf-8")
    (started,) = re.findall(r"^ExecStart=(.+)$", text, re.M)
    assert options_of(started.split()) <= serve_options
    for line in ("User=wenju", "NoNewPrivileges=yes", "ProtectSystem=strict", "StateDirectory=wenju"):
        assert f"\n{line}\n" in text


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    text = (DEPLOY / "wenju.service").read_text(encoding="utf-8")
    unit = tmp_path / "wenju.service"
    unit.write_text(text.replace("/opt/wenju/bin/wenju", "/bin/true"), encoding="utf-8")
    ran = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (ran.returncode, "wenju.service" in ran.stderr) == (0, False), ran.stderr


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", [*(GITHUB / "workflows").glob("*.yml")]),
        ("vendor.github-issue-forms", sorted((GITHUB / "ISSUE_TEMPLATE").glob("[!c]*.yml"))),
        ("vendor.github-issue-config", [GITHUB / "ISSUE_TEMPLATE" / "config.yml"]),
        ("vendor.dependabot", [GITHUB / "dependabot.yml"]),
        ("vendor.compose-spec", [DEPLOY / "compose.yml", DEPLOY / "compose.milvus.yml"]),
    ],
)  # fmt: skip
def test_files_for_others_fit_their_published_schemas(schema: str, files: list[Path]) -> None:
    assert files
    command: list[str | Path] = [PROGRAMS / "check-jsonschema", "--builtin-schema", schema, *files]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


def test_what_workflows_fetch_from_others_is_named_by_its_content() -> None:
    text = "\n".join(file.read_text(encoding="utf-8") for file in (GITHUB / "workflows").glob("*.yml"))
    used = re.findall(r"uses: (.+)", text)
    assert used
    assert [line for line in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", line)] == []


def test_workflows_run_what_there_is_on_every_python_that_is_promised() -> None:
    targets = re.findall(r"^([\w-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.M)
    text = "\n".join(file.read_text(encoding="utf-8") for file in (GITHUB / "workflows").glob("*.yml"))
    called = set(re.findall(r"run: make ([\w-]+)", text))
    assert {"lint", "test", "test-cluster"} <= called <= set(targets)
    jobs = yaml.safe_load((GITHUB / "workflows" / "ci.yml").read_text(encoding="utf-8"))["jobs"]
    project = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    promised = re.findall(r"Python :: (3\.\d+)\"", project)
    for job in ("tests", "wheels"):
        assert jobs[job]["strategy"]["matrix"]["python"] == promised


def test_pre_commit_runs_programs_that_make_test_installs() -> None:
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    programs = [hook["entry"].split()[0] for hook in hooks]
    assert [name for name in programs if not (PROGRAMS / Path(name).name).exists()] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# a\nRUN one \\\n    two\n", [Step("RUN", "one two")]),
        ('copy a b ./\nCMD ["x", "y z"]\n', [Step("COPY", "a b ./"), Step("CMD", '["x", "y z"]')]),
    ],
)
def test_steps_are_read_as_docker_reads_them(text: str, found: list[Step]) -> None:
    assert steps(text) == found


def test_words_of_a_step_are_a_list_or_a_shells() -> None:
    assert Step("CMD", '["x", "y z"]').words == ["x", "y z"]
    assert Step("COPY", "--from=build /a '/b c'").words == ["/a", "/b c"]
