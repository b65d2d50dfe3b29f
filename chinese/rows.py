"""The word lists that lie beside this code: a row an entry, so that a new unit, role or place needs no code."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def rows(name: str) -> list[list[str]]:
    """The rows of a list, each cut at its tabs; empty lines, and those that begin with #, say nothing."""
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def word_list(name: str) -> tuple[str, ...]:
    """The words of a list of nothing but words, in its order, whatever blanks are between them."""
    return tuple(word for (line,) in rows(name) for word in line.split())
