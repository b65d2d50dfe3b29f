"""The help of the command, whole in one language: what Typer would write in English, and by characters, not columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import typer
from typer.core import TyperCommand, TyperGroup

from chinese.columns import columns, padded, wrapped
from chinese.errors import say
from terminal.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Command", "Group"]

_WIDTH, _WIDEST = 80, 100
_NAMES = 26
"""Columns of names; a longer one has its text below."""
_NARROW = 60
"""Columns from which text stands beside names, not below."""


class Command(TyperCommand):
    """A command whose help is in one language."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        return _page(self, ctx)


class Group(TyperGroup):
    """The command of commands."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                rows.append((name, (command.help or "").strip()))
        return _page(self, ctx, rows)


def _page(command: TyperCommand | TyperGroup, ctx: typer.Context, commands: Sequence[tuple[str, str]] = ()) -> str:
    width = min(Screen.of_output().width or _WIDTH, _WIDEST)
    head = say(f"用法：{ctx.command_path} ", f"Usage: {ctx.command_path} ")
    usage = " ".join(_in_language(piece) for piece in command.collect_usage_pieces(ctx))
    lines = [*wrapped(head + usage, width, "    "), "", *wrapped(command.help or "", width)]
    sections: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if record is not None:
            sections[parameter.param_type_name].append((_in_language(record[0]), _in_language(record[1])))
    sections["option"].append(("--lang zh|en", say("消息用中文或英文", "messages in Chinese or English")))
    for title, rows in (
        (say("参数", "Arguments"), sections["argument"]),
        (say("选项", "Options"), sections["option"]),
        (say("命令", "Commands"), commands),
    ):
        if rows:
            lines += ["", say(f"{title}：", f"{title}:"), *_table(rows, width)]
    return "\n".join(lines)


def _table(rows: Sequence[tuple[str, str]], width: int) -> list[str]:
    """Names and what is said of each, beside each other where there is room."""
    names = min(_NAMES, max(columns(name) for name, _ in rows)) + 4
    lines = []
    for name, text in rows:
        if width < _NARROW or columns(name) > _NAMES:
            indent = " " * (6 if width < _NARROW else names)
            lines += [*wrapped(f"  {name}", width, "    "), *wrapped(indent + text, width, indent)]
        else:
            lines += wrapped(padded(f"  {name}", names) + text, width, " " * names)
    return lines


def _in_language(text: str) -> str:
    """Typer's own words in the user's language."""
    for pattern, zh, en in _WORDS:
        text = re.sub(pattern, say(zh, en), text)
    return text


_WORDS = (
    (r" <\w+>$", "", ""),
    (r"\[OPTIONS\]", "[选项]", "[OPTIONS]"),
    (r"COMMAND \[ARGS\]\.\.\.", "命令 [参数]...", "COMMAND [ARGS]..."),
    (r"Show this message and exit\.", "显示这段说明", "show this help"),
    (r"  \[default: (.*?)\]", r"（默认 \1）", r" (default \1)"),
    (r"  \[required\]", "（必填）", " (required)"),
    (r"  \[0(?:\.0)?<=x<=100(?:\.0)?\]", "（0 到 100）", " (0 to 100)"),
)
