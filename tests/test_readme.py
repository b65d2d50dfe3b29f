"""README, its Chinese twin and the pages of docs/ do what they say: snippets are run, and print what is shown."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
import shutil
import subprocess
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from qa.engine import QA
from tests.conftest import REPOSITORY, SHIPPED, Ran
from tests.web.conftest import free_port
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
_REFERENCE = {"command.md", "command.zh.md", "python.md", "python.zh.md"}
"""Pages whose snippets `tests/test_reference.py` runs."""
PAGES = [REPOSITORY / "README.md", REPOSITORY / "README.zh.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
_FENCE = re.compile(r"(?P<marker><!-- not run: [^\n]+ -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S)
_EXPECTED = re.compile(r"print\(.*\)  # (.*)$", re.M)
_ADDRESS = "http://127.0.0.1:7860"
_STORE = "milvus://127.0.0.1:19530/"
_NOT_RUN = {"README.md": 3, "README.zh.md": 3}
"""Snippets that need what a test lacks: a folder of the reader's, a model to download, a password typed."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A block of a page: its language, its text, the line it begins at, and whether a test runs it."""

    page: Path
    language: str
    text: str
    line: int
    run: bool


@dataclass(frozen=True, slots=True)
class Command:
    """A command as typed after `$ `, and the output shown below it."""

    typed: str
    shown: str


def snippets(language: str, pages: list[Path] | None = None) -> list[Snippet]:
    found = []
    for page in [page for page in PAGES if page.name not in _REFERENCE] if pages is None else pages:
        text = page.read_text(encoding="utf-8")
        for match in _FENCE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(Snippet(page, match["language"], match["text"], line, match["marker"] is None))
    return [snippet for snippet in found if snippet.language == language]


def commands(text: str) -> Iterator[Command]:
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        typed, _, shown = part.partition("\n")
        yield Command(typed, shown)


def is_shown(shown: str, printed: str) -> bool:
    """Compare what the README shows with what was printed: `...` stands for anything, alone on a line for lines."""
    pattern = ""
    for line in shown.rstrip("\n").split("\n"):
        if line.strip() == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += r"[^\n]*".join(re.escape(part) for part in line.split("...")) + r"\n"
    return re.fullmatch(pattern, printed.replace("\r", "\n").rstrip("\n") + "\n") is not None


@pytest.fixture
def checkout(wenju: Callable[..., Ran], seeds_index: Path, tmp_path: Path) -> Callable[..., Ran]:
    """Make the working directory look as after `make run`: with seeds/, tests/ and index/."""
    (tmp_path / "seeds").symlink_to(REPOSITORY / "seeds")
    (tmp_path / "tests").symlink_to(REPOSITORY / "tests")
    shutil.copytree(seeds_index, tmp_path / "index")
    return wenju


@pytest.fixture
def served(seeds_index: Path) -> Iterator[str]:
    """Where the chat is served, as `wenju serve` does."""
    with closing(launch(QA.open(seeds_index), "127.0.0.1", free_port())) as page:
        yield page.local_url.rstrip("/")


def _number(snippet: Snippet) -> str:
    return f"{snippet.page.name} line {snippet.line}" + (", milvus" if _STORE in snippet.text else "")


@pytest.mark.slow
@pytest.mark.parametrize("snippet", snippets("console"), ids=_number)
def test_commands_print_what_the_readme_shows(
    checkout: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, snippet: Snippet, request: pytest.FixtureRequest
) -> None:
    ran: Ran | None = None
    text = snippet.text
    if snippet.page.name.endswith(".zh.md"):
        monkeypatch.setenv("WENJU_LANG", "zh")
    if _STORE in text:
        text = text.replace(_STORE, request.getfixturevalue("milvus_server").uri(""))
    for command in commands(text):
        if command.typed == "echo $?":
            assert ran is not None
            assert command.shown == f"{ran.code}\n"
            continue
        words = shlex.split(command.typed)
        with monkeypatch.context() as environment:
            while "=" in words[0]:
                environment.setenv(*words.pop(0).split("=", 1))
            assert words[0] == "wenju"
            ran = checkout(*words[1:])
        assert is_shown(command.shown, ran.err + ran.out), ran.err + ran.out


@pytest.mark.slow
@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize("snippet", snippets("python"), ids=_number)
def test_python_prints_what_its_comments_say(snippet: Snippet, request: pytest.FixtureRequest) -> None:
    printed = io.StringIO()
    text = snippet.text
    if _ADDRESS in text:
        text = text.replace(_ADDRESS, request.getfixturevalue("served"))
    with contextlib.redirect_stdout(printed):
        exec(compile(text, _number(snippet), "exec"), {"__name__": "__main__"})

    expected = _EXPECTED.findall(snippet.text)
    assert len(expected) == snippet.text.count("print(") > 0
    assert printed.getvalue().splitlines() == expected


@pytest.mark.slow
@pytest.mark.parametrize("snippet", snippets("sh"), ids=_number)
def test_the_shell_gets_an_answer_from_the_page(served: str, snippet: Snippet) -> None:
    ran = subprocess.run(
        ["bash", "-euc", snippet.text.replace(_ADDRESS, served)], capture_output=True, text=True, check=True, timeout=60
    )
    data = next(line for line in ran.stdout.splitlines() if line.startswith("data: ["))
    assert json.loads(data.removeprefix("data: "))[0]["text"] == "311个"


@pytest.mark.parametrize("snippet", [snippet for snippet in snippets("bash") if snippet.run], ids=_number)
def test_commands_that_go_on_for_long_exist(wenju: Callable[..., Ran], snippet: Snippet) -> None:
    targets = re.findall(r"^([\w-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.M)
    for line in snippet.text.splitlines():
        words = shlex.split(line, comments=True)
        if words[0] == "make":
            assert {word for word in words[1:] if "=" not in word} <= set(targets)
        else:
            assert words[0] == "wenju"
            options = {word for word in words if word.startswith("--")}
            assert options <= set(wenju(words[1], "--help").out.split())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_only_what_a_test_cannot_have_is_not_run(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    languages = set(re.findall(r"^```(\w+)$", text, re.M))
    assert languages <= {"bash", "console", "python", "sh", "json", "mermaid"}
    every = [snippet for language in ("bash", "console", "python", "sh") for snippet in snippets(language, [page])]
    not_run = sum(not snippet.run for snippet in every)
    assert not_run == text.count("<!-- not run:")
    assert page.name not in _NOT_RUN or not_run == _NOT_RUN[page.name]
    assert all(snippet.run for snippet in every if snippet.language != "bash")


@pytest.mark.parametrize("snippet", snippets("json"), ids=_number)
def test_settings_of_a_client_are_json_that_names_what_is_served(snippet: Snippet) -> None:
    servers = json.loads(snippet.text)
    assert "/gradio_api/mcp" in json.dumps(servers) or "text" in servers


def test_both_readmes_show_the_same_snippets_and_pictures_and_say_the_same_figures() -> None:
    one, other = (page.read_text(encoding="utf-8") for page in PAGES[:2])
    pictures, rows = r"\]\((docs/\w[\w-]*\.png)\)", (r"^\| `(WENJU_\w+)`", r"^\| `(\.\w+)`", r"^\| `(\w+)` \|")
    for pattern in (r"^```(\w*)$", r"^##+ ", pictures, *rows):
        assert re.findall(pattern, one, re.M) == re.findall(pattern, other, re.M), pattern
    shares = r"\| (\d\d\.\d) \| (\d\d\.\d) \| (\d+\.\d) \|"
    measured = (REPOSITORY / "benchmarks" / "README.md").read_text(encoding="utf-8")
    assert len(re.findall(shares, one)) == 5
    assert re.findall(shares, one) == re.findall(shares, other)
    assert set(re.findall(shares, one)) <= set(re.findall(shares, measured))


def test_the_two_commands_come_first_and_the_picture_next() -> None:
    places = [
        README.index(text)
        for text in ("make run", "make test", "docs/chat.png", "### Web", "### Command", "### Python")
    ]
    assert places == sorted(places)
    assert "(README.zh.md)" in README.splitlines()[2]


@pytest.mark.parametrize("page", [*PAGES, *sorted(REPOSITORY.glob("[A-Z]*.md"))], ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).is_file(), target


def test_every_variable_that_the_code_reads_is_in_the_readme() -> None:
    sources = [
        REPOSITORY / "app.py",
        *(file for name in SHIPPED for file in (REPOSITORY / name).rglob("*.py")),
    ]
    read = {name for file in sources for name in re.findall(r"\"(WENJU_\w+)\"", file.read_text(encoding="utf-8"))}
    documented = set(re.findall(r"^\| `(WENJU_\w+)`", README, re.M))
    assert read == documented
    assert "WENJU_INDEX" in read


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n...\n", "a\nb\nc\n", True),
        ("...\nb\n", "b\n", True),
        ("a ... c\n", "a b c\n", True),
        ("a ... c\n", "a b\nc\n", False),
        ("1 (2)\n", "1 (2)\n", True),
    ],
)
def test_dots_stand_for_what_is_left_out(shown: str, printed: str, same: bool) -> None:
    assert is_shown(shown, printed) is same
