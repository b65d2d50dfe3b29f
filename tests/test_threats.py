"""The table of threats is kept true: each row is whole, and each test that it names is there."""

from __future__ import annotations

import ast
import re

import pytest

from tests.conftest import REPOSITORY

PAGE = REPOSITORY / "docs" / "threats.md"
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_MODULE = re.compile(r"`((?:web|qa|embeddings|chinese|\.github)/[\w./]*|app\.py)`")
SETTINGS = {"all", "all served", "this machine", "login", "read-only", "command"}


def rows() -> list[list[str]]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| \d+ \|", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def functions(file: str) -> set[str]:
    """The functions of a file, at its top."""
    tree = ast.parse((REPOSITORY / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_threats_are_numbered_without_a_gap_and_every_cell_is_filled() -> None:
    assert [int(row[0]) for row in rows()] == list(range(1, len(rows()) + 1))
    assert len(rows()) >= 25
    assert all(len(row) == 5 and all(row) for row in rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"threat {row[0]}")
def test_every_test_and_every_module_of_a_row_is_there(row: list[str]) -> None:
    _, _, where, holds, test = row
    assert set(where.split(", ")) <= SETTINGS
    modules = _MODULE.findall(holds)
    assert modules
    assert [module for module in modules if not (REPOSITORY / module).exists()] == []
    named = _TEST.findall(test)
    assert named
    assert [name for file, name in named if name not in functions(file)] == []
