"""Whether torch computes in this process: what has, cannot be gone on with in a process that is forked from it."""

from __future__ import annotations

import threading

from chinese.forking import begins_again

__all__ = ["TORCH", "Torch"]


class Torch:
    """What a process knows of torch, which it has once: whether it computes here, or did where this was forked from.

    `loading` lets one model load at a time, as that turns process-wide logging down and up again.
    """

    def __init__(self) -> None:
        self.loading = threading.Lock()
        self.is_used = self.was_used_before = False
        begins_again(self)

    def begin_again(self) -> None:
        """In a forked child: what torch computes next there would wait for threads of its parent."""
        self.loading, self.was_used_before = threading.Lock(), self.is_used


TORCH = Torch()
"""That of this process."""
