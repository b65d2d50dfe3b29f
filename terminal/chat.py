"""A conversation in the terminal: the models are loaded once, and a question may follow up on those before it."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from chinese.errors import WenjuError, say
from chinese.shown import shown
from terminal.printing import format_answer
from terminal.screen import Screen, dim

if TYPE_CHECKING:
    from qa.engine import QA
    from qa.question.scope import Scope

__all__ = ["talk"]

_END = frozenset(("退出", "再见", "exit", "quit", "bye"))
_ANEW = frozenset(("重来", "新对话", "new"))
_KEPT = 50
"""Earlier questions that are kept; `ask` looks at the latest of them."""


def talk(qa: QA, k: int, scope: Scope | None) -> None:
    """Read questions, a line each, and print their answers, until the end of input or a word that ends it.

    What cannot be asked is said, and the conversation goes on. Prompts are for a terminal only.
    """
    screen, is_typed = Screen.of_output(), sys.stdin.isatty()
    if is_typed:
        with suppress(ImportError):
            import readline  # noqa: F401 - input() edits lines and goes back to earlier ones where it is loaded
        _tell(
            say(
                "请输入问题，可以追问。“重来”开始新的对话，“退出”或 Ctrl-D 结束。",
                'Type a question; it may follow up on earlier ones. "new" begins anew, "exit" or Ctrl-D ends.',
            ),
            screen,
        )
    qa.warm_up()
    history: list[str] = []
    while True:
        try:
            line = input("> " if is_typed else "").strip()
        except EOFError:
            if is_typed:
                print()
            return
        if line.lower() in _END:
            return
        if line.lower() in _ANEW:
            history.clear()
            _tell(say("新的对话。", "A new conversation."), screen)
        elif line:
            _answer(qa, line, history, k, scope, screen)


def _answer(qa: QA, line: str, history: list[str], k: int, scope: Scope | None, screen: Screen) -> None:
    try:
        answer = qa.ask(line, k, history, within=scope)
    except WenjuError as error:
        print(screen.shown(str(error)), file=sys.stderr)
        return
    if answer.asked != line:
        print(screen.shown(dim(shown(answer.asked))))
    print(format_answer(answer, screen) + "\n", flush=True)
    history.append(line)
    del history[:-_KEPT]


def _tell(text: str, screen: Screen) -> None:
    print(screen.shown(dim(text)), flush=True)
