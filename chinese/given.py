"""What a user names: an empty name is none, though as a path it would be the folder one is in."""

from __future__ import annotations

import os
from pathlib import Path

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
