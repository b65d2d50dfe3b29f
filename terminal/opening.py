"""The index that a command asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from qa.engine import QA

__all__ = ["opened"]


def opened(index: Path | None, store: str | None) -> QA:
    """The index named, or the default one."""
    from qa.defaults import default_index
    from qa.engine import QA

    return QA.open(index if index is not None else default_index(), store=store)
