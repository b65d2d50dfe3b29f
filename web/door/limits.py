"""Counting requests a minute, in bounded memory."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_MINUTE = 60.0
_MOST_KEYS = 20_000


class Limiter:
    """At most so many a minute for each key, counted from the first of them.

    The keys seen longest ago are forgotten where there are too many. For one thread.
    """

    def __init__(
        self, per_minute: int, most_keys: int = _MOST_KEYS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.per_minute = per_minute
        self._most_keys = most_keys
        self._clock = clock
        self._counts: OrderedDict[Hashable, tuple[float, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._counts)

    def take(self, key: Hashable) -> float:
        """Count one more; 0 where it is within the limit, else the seconds until the next minute begins."""
        now = self._clock()
        begun, count = self._counts.get(key, (now, 0))
        if now - begun >= _MINUTE:
            begun, count = now, 0
        if count >= self.per_minute:
            return begun + _MINUTE - now
        self._counts[key] = begun, count + 1
        self._counts.move_to_end(key)
        if len(self._counts) > self._most_keys:
            self._counts.popitem(last=False)
        return 0.0

    def give_back(self, key: Hashable) -> None:
        """Take one off again: it was none of those that are to be few."""
        begun, count = self._counts.get(key, (0.0, 0))
        if count > 0:
            self._counts[key] = begun, count - 1
