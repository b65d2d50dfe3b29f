"""What the options of the command may be: each read from its text; BadParameter names the value and what it must be."""

from __future__ import annotations

import re
from pathlib import Path

import typer

from chinese.errors import say

__all__ = ["host_name", "named", "path", "port", "requests", "whole_number"]


def whole_number(text: str) -> int:
    """A whole number."""
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(say(f"{text!r} 不是整数", f"{text!r} is not a whole number")) from None


def port(text: str) -> int:
    """A port, from 1 to 65535."""
    number = whole_number(text)
    if not 1 <= number <= 65535:
        raise typer.BadParameter(say(f"{number} 不在 1 到 65535 之间", f"{number} is not between 1 and 65535"))
    return number


def requests(text: str) -> int:
    """How many requests, one at least."""
    number = whole_number(text)
    if number < 1:
        raise typer.BadParameter(say(f"{number} 小于 1", f"{number} is less than 1"))
    return number


def host_name(text: str) -> str:
    """A host name, without http:// and the port."""
    if re.fullmatch(r"[\w-]+(\.[\w-]+)*\.?", text) is None:
        raise typer.BadParameter(
            say(
                f"{text!r} 不是主机名，不要带 http:// 和端口",
                f"{text!r} is no host name; leave out http:// and the port",
            )
        )
    return text


def named(text: str) -> str:
    """Any text that is not empty."""
    if not text.strip():
        raise typer.BadParameter(say("是空的", "it is empty"))
    return text


def path(text: str | Path) -> Path:
    """A path, which need not be there."""
    return Path(named(str(text)))  # a default comes as a path
