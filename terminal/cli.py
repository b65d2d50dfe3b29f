"""The command of commands, onto which the others are put, and what it says of itself."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from chinese.errors import say
from terminal import wording
from terminal.help import Command, Group

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ABSENT", "ANSWERED", "FAILED", "cli", "command"]

ANSWERED, ABSENT, FAILED = 0, 1, 2
"""Exit codes."""

_F = TypeVar("_F", bound="Callable[..., None]")

cli = typer.Typer(
    name="wenju",
    cls=Group,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=say(
        "问据：向一个文件夹的中文文档提问，得到原文中的答案和出处。",
        "wenju: ask a folder of Chinese documents, get the answer and where it stands.",
    ),
)


def command(help: str, name: str | None = None) -> Callable[[_F], _F]:
    """Put a function among the commands, under its own name unless one is given."""
    return cli.command(name, cls=Command, help=help)


def _tell_version(asked: bool) -> None:
    if asked:
        try:
            number = version("wenju")
        except PackageNotFoundError:  # a checkout that nobody installed
            number = "0+unknown"
        print(f"wenju {number}")
        raise typer.Exit


@cli.callback()
def _begin(
    _: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, expose_value=False, help=wording.VERSION)
    ] = False,
) -> None:
    """Nothing: each command begins by itself."""
