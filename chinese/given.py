"""What a user names: an empty name is none, though as a path it would be the folder one is in."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from shlex import quote

from chinese.errors import WenjuError, say


def check_given(value: Path | str | None, name: str) -> None:
    """Raise WenjuError, which names the argument or variable, for a text that is empty or blank; None is not given."""
    if isinstance(value, str) and not value.strip():
        raise WenjuError(
            say(
                f"{name} 是空的。请写出路径或名称，或不要给出它。",
                f"{name} is empty. Name a path, or leave it out.",
            )
        )


def setting(name: str) -> str:
    """What the environment sets, "" where it sets nothing."""
    return os.environ.get(name, "")


def from_environment(name: str) -> str | None:
    """A path or a name from the environment, None where the variable is not set; WenjuError where it is empty."""
    value = os.environ.get(name)
    check_given(value, name)
    return value


def called() -> str:
    """How the command is called here, ready to be pasted into a shell in front of its arguments.

    `wenju`, unless it was started by a path that a shell would not find by that name, or through Python.
    """
    started = Path(sys.argv[0])
    if started.name in ("wenju", "wenju.exe"):
        found = shutil.which("wenju")
        return "wenju" if found is not None and Path(found).resolve() == started.resolve() else quote(sys.argv[0])
    if started.name == "app.py":
        return f"{_python()} {quote(sys.argv[0])}"
    if started.parts[-2:] == ("wenju", "__main__.py"):
        return f"{_python()} -m wenju"
    return "wenju"


def _python() -> str:
    found = shutil.which("python")
    return "python" if found is not None and Path(found).samefile(sys.executable) else quote(sys.executable)
