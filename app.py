"""The entry: the `wenju` command; `python app.py` serves the chat."""

from __future__ import annotations

import io
import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from chinese.errors import WenjuError, say
from chinese.given import setting
from chinese.shown import shown
from terminal.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Iterator

_FAILED, _INTERRUPTED, _PIPE_CLOSED, _ENDED = 2, 130, 141, 128


def main(arguments: list[str] | None = None) -> None:
    """Run the command; an error is one line on standard error and exit code 2, never a traceback.

    `arguments` are those of the process where none are given; then Ctrl-C is let pass while the process ends.
    """
    try:
        _run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    finally:
        if arguments is None:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Python would print where it was while it waits for threads


def _run(arguments: list[str]) -> None:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may lack a character, and a pipe bring another coding
    with _speaking_as_asked(arguments) as rest:
        # Late, so that what is loaded can be interrupted, and its words are in the language asked for.
        from terminal.commands import CommandError, Interrupted, run, unexpected, usage
        from web.serving.ending import ending_as_ctrl_c

        try:
            with ending_as_ctrl_c() as told:
                code = run(rest or ["--help"])
            if told and code == _INTERRUPTED:  # Typer says this of whatever ends as Ctrl-C does
                _fail(say("已停止。", "Stopped."), _ENDED + told[0])
            sys.stdout.flush()
        except WenjuError as error:
            _fail(str(error))
        except CommandError as error:
            _fail(usage(error))
        except BrokenPipeError:  # the reader went away: `wenju ask ... | head -1`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(_PIPE_CLOSED)
        except (KeyboardInterrupt, Interrupted):
            _fail(say("已停止。", "Stopped."), _INTERRUPTED)
        except Exception as error:
            if setting("WENJU_DEBUG"):
                raise
            _fail(unexpected(error))
        sys.exit(code or 0)


@contextmanager
def _speaking_as_asked(arguments: list[str]) -> Iterator[list[str]]:
    """Speak the language of --lang, wherever it stands; gives the other arguments."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    rest, asked = [], ""
    place = 0
    while place < end:
        name, equals, value = arguments[place].partition("=")
        if name != "--lang":
            rest.append(arguments[place])
        else:
            if not equals:
                place += 1
                value = arguments[place] if place < end else ""
            if value not in ("zh", "en"):
                _fail(say(f"--lang 应为 zh 或 en，而不是 {value!r}。", f"--lang is {value!r}; it must be zh or en."))
            asked = value
        place += 1
    before = os.environ.get("WENJU_LANG")
    if asked:
        os.environ["WENJU_LANG"] = asked  # what is started speaks it too
    try:
        yield [*rest, *arguments[end:]]
    finally:
        if asked:
            os.environ.pop("WENJU_LANG")
            os.environ.update({} if before is None else {"WENJU_LANG": before})


def _fail(message: str, code: int = _FAILED) -> NoReturn:
    one_line = shown(" ".join(message.split()))
    said = say(f"wenju 错误：{one_line}", f"wenju Error: {one_line}")
    print(Screen.of(sys.stderr).shown(said), file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    sys.argv[1:] = sys.argv[1:] or ["serve"]
    main()
