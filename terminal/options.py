"""Options that several commands take, and what checks their values."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from chinese.errors import say
from terminal import wording

__all__ = [
    "AsCsv", "AsJson", "IndexOption", "ModelName", "Since", "StoreOption", "Until", "WithinOption", "count", "folder",
    "host_name", "name", "port", "whole_number",
]  # fmt: skip


def whole_number(text: str) -> int:
    """A whole number."""
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(say(f"{text!r} 不是整数", f"{text!r} is not a whole number")) from None


def port(text: str) -> int:
    """A port, 1 to 65535."""
    number = whole_number(text)
    if not 1 <= number <= 65535:
        raise typer.BadParameter(say(f"{number} 不在 1 到 65535 之间", f"{number} is not between 1 and 65535"))
    return number


def count(text: str) -> int:
    """A whole number from 1 on."""
    number = whole_number(text)
    if number < 1:
        raise typer.BadParameter(say(f"{number} 小于 1", f"{number} is less than 1"))
    return number


def host_name(text: str) -> str:
    """The name of a host, without scheme and port."""
    if re.fullmatch(r"[\w-]+(\.[\w-]+)*\.?", text) is None:
        raise typer.BadParameter(
            say(
                f"{text!r} 不是主机名，不要带 http:// 和端口",
                f"{text!r} is no host name; leave out http:// and the port",
            )
        )
    return text


def name(text: str) -> str:
    """Anything but nothing."""
    if not text.strip():
        raise typer.BadParameter(say("是空的", "it is empty"))
    return text


def folder(text: str | Path) -> Path:
    """A path that is not empty."""
    return Path(name(str(text)))  # a default comes as a path


StoreOption = Annotated[str | None, typer.Option("--store", parser=name, metavar="URI", help=wording.STORE)]
IndexOption = Annotated[Path | None, typer.Option("--index", parser=folder, metavar="FOLDER", help=wording.INDEX)]
WithinOption = Annotated[list[str] | None, typer.Option("--in", parser=name, metavar="PATH", help=wording.WITHIN)]
Since = Annotated[str, typer.Option("--from", metavar="DATE", help=wording.SINCE)]
Until = Annotated[str, typer.Option("--to", metavar="DATE", help=wording.UNTIL)]
ModelName = Annotated[str | None, typer.Option("--model", parser=name, metavar="MODEL", help=wording.MODEL)]
AsJson = Annotated[bool, typer.Option("--json", help=wording.JSON)]
AsCsv = Annotated[bool, typer.Option("--csv", help=wording.CSV)]
