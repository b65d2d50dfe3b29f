"""Names that a package offers and does not load before they are used: `import qa` costs milliseconds."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def when_used(package: str, homes: Mapping[str, Sequence[str]]) -> Callable[[str], object]:
    """The `__getattr__` of a package: `homes` says which of its names stand in which module."""
    home_of = {name: home for home, names in homes.items() for name in names}

    def load(name: str) -> object:
        """Load what is first used of the package."""
        if name not in home_of:
            message = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(message)
        return getattr(import_module(home_of[name]), name)

    return load
