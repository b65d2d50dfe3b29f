"""The arguments of the command as they are typed, and what is said of a command line that cannot be understood."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from chinese.errors import say

if TYPE_CHECKING:
    from collections.abc import Mapping


def whole_number(text: str) -> int:
    """A whole number. Each of these raises typer.BadParameter, which says what is wrong."""
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


def requests(text: str) -> int:
    """A count of requests, from 1 on."""
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


def named(text: str) -> str:
    """A name that is not empty."""
    if not text.strip():
        raise typer.BadParameter(say("是空的", "it is empty"))
    return text


def path(text: str | Path) -> Path:
    """A path that is not empty."""
    return Path(named(str(text)))  # a default comes as a path


def one_of(given: Mapping[str, bool]) -> None:
    """Raise typer.BadParameter where more than one of these options was given."""
    named_too = [name for name, is_given in given.items() if is_given]
    if len(named_too) > 1:
        raise typer.BadParameter(
            say(
                f"{'、'.join(named_too)} 只能用一个",
                f"{' and '.join(named_too)} cannot be given together",
            )
        )


def usage_error(error: typer.TyperException) -> str:
    """Say what is wrong with the command line; Typer itself knows English only."""
    detail = error.format_message().rstrip(".")
    english = f"{detail}. See wenju --help."
    dash = " 问题以 - 开头时，请写成 wenju ask -- 问题。" if hasattr(error, "option_name") else ""
    if dash:
        english += " Put -- before a question that starts with -."
    if isinstance(error, typer.BadParameter) and error.param is not None:
        name = error.param.get_error_hint()
        detail = f"{name} 的值不对，{error.message}" if error.message else f"缺少 {name}"
    elif hasattr(error, "option_name"):
        detail = f"没有选项 {error.option_name}，或少了它的值"
    elif (found := re.fullmatch(r"No such command '(.*)'", detail)) is not None:
        detail = f"没有命令 {found[1]}"
    elif (found := re.fullmatch(r"Got unexpected extra argument\S* \((.*)\)", detail)) is not None:
        detail = f"多出了 {found[1]}；含空格的问题须加引号"
    return say(f"命令写法不对：{detail}。用法见 wenju --help。{dash.strip()}", english)


def unexpected_error(error: Exception) -> str:
    """Say that something nobody foresaw went wrong, and how to see where."""
    detail = f"{type(error).__name__}: {error}".rstrip(" .:")
    return say(
        f"程序出错：{detail}。设置 WENJU_DEBUG=1 再运行，可看到出错的位置。",
        f"Something went wrong: {detail}. Run it again with WENJU_DEBUG=1 to see where.",
    )
