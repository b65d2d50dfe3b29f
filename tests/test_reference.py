"""docs/python.md, docs/command.md and the notebook do what they say: their snippets and cells are run."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import re
import shlex
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import REPOSITORY, Ran
from tests.test_readme import commands, is_shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_FENCE = re.compile(r"(?P<marker><!-- not run: [^\n]+ -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S)
_EXPECTED = re.compile(r"print\(.*\)  # (.*)$", re.M)
NOTEBOOK = REPOSITORY / "docs" / "notebook" / "asking.ipynb"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A block of a page: its language, its text, the line it begins at, and whether a test runs it."""

    page: str
    language: str
    text: str
    line: int
    run: bool


def snippets(page: str) -> list[Snippet]:
    text = (REPOSITORY / "docs" / page).read_text(encoding="utf-8")
    return [
        Snippet(page, found["language"], found["text"], text.count("\n", 0, found.start()) + 1, found["marker"] is None)
        for found in _FENCE.finditer(text)
    ]


def _line(snippet: Snippet) -> str:
    return f"{snippet.page} line {snippet.line}"


@pytest.fixture
def checkout(wenju: Callable[..., Ran], seeds_index: Path, tmp_path: Path) -> Callable[..., Ran]:
    """Make the working directory look as after `make run`."""
    for name in ("seeds", "tests"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    shutil.copytree(seeds_index, tmp_path / "index")
    return wenju


@pytest.mark.slow
@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize("snippet", [*snippets("python.md"), *snippets("python.zh.md")], ids=_line)
def test_python_prints_what_its_comments_say(snippet: Snippet) -> None:
    assert snippet.language == "python"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(snippet.text, snippet.page, "exec"), {"__name__": "__main__"})
    expected = _EXPECTED.findall(snippet.text)
    if not expected:  # what a loop prints stands in the text below
        expected = ["311个 NoneType", "None QuestionError", "None NoneType"]
        page = (REPOSITORY / "docs" / snippet.page).read_text(encoding="utf-8")
        assert all(f"`{line}`" in page for line in expected)
    assert printed.getvalue().splitlines() == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    "snippet", [item for page in ("command.md", "command.zh.md") for item in snippets(page) if item.run], ids=_line
)
def test_commands_print_what_the_page_shows(
    checkout: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, snippet: Snippet
) -> None:
    assert snippet.language == "console"
    if snippet.page.endswith(".zh.md"):
        monkeypatch.setenv("WENJU_LANG", "zh")
    ran: Ran | None = None
    for command in commands(snippet.text):
        if command.typed == "echo $?":
            assert ran is not None
            assert command.shown == f"{ran.code}\n"
            continue
        ran = checkout(*shlex.split(command.typed)[1:])
        assert is_shown(command.shown, ran.out + ran.err), ran.out + ran.err


@pytest.mark.parametrize("name", ["command.md", "command.zh.md"])
def test_every_command_is_on_the_page(wenju: Callable[..., Ran], name: str) -> None:
    page = (REPOSITORY / "docs" / name).read_text(encoding="utf-8")
    listed = re.findall(r"^  (\w+) ", wenju("--help").out.split("Commands:")[1], re.M)
    assert len(listed) > 8
    assert [each for each in listed if f"`{each}`" not in page and f"wenju {each}" not in page] == []


def _cells() -> Iterator[str]:
    data: dict[str, Any] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert data["nbformat"] == 4
    for cell in data["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            yield "".join(cell["source"])


@pytest.mark.slow
@pytest.mark.usefixtures("checkout")
def test_the_cells_of_the_notebook_run_in_their_order_and_show_cards() -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    shown: list[Any] = []
    for number, cell in enumerate(_cells()):
        *before, last = ast.parse(cell, f"cell {number}").body
        if not isinstance(last, ast.Expr):
            before, last = [*before, last], ast.fix_missing_locations(ast.Expr(ast.Constant(None)))
        exec(compile(ast.Module(before, []), f"cell {number}", "exec"), names)
        shown.append(eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names))
    cards = [item._repr_html_() for item in shown if hasattr(item, "texts")]
    assert len(cards) == 3
    assert "<mark>311个</mark>" in cards[0]
    assert "深圳高新区" in cards[1]
    assert shown[0] == (5, 13)
