"""All commands, and how one is run."""

from __future__ import annotations

import typer
from typer.completion import get_completion_inspect_parameters

from terminal import asking, finding, keeping
from terminal.cli import cli
from terminal.wording import unexpected, usage

__all__ = ["CommandError", "Interrupted", "asking", "finding", "keeping", "run", "unexpected", "usage"]

CommandError = typer.TyperException
"""What is wrong with a command line."""
Interrupted = typer.Abort


def run(arguments: list[str]) -> int | None:
    """Run a command; gives its exit code, None for 0."""
    get_completion_inspect_parameters()  # makes the shells known: one may have called to complete a line
    code: int | None = cli(args=arguments, prog_name="wenju", standalone_mode=False)
    return code
