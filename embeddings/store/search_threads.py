"""The threads in which searches compute, one a core.

What computes outside of Python, as a search for words and one among vectors do, is given to them piece by piece: no
core is idle while another has a queue, and no two pieces share a core. So whatever searches beside each other is given
the same ones: a `QA` and its index, or several of them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from chinese.forking import begins_again, leave
from embeddings.models.onnx_network import available_cores

__all__ = ["SearchThreads"]

_BESIDE = 4


class SearchThreads:
    """Two pools, whose threads start with the first work and end with whoever holds this.

    `computing` is for pieces that wait for no other piece in it, `beside` for what waits for these.
    """

    def __init__(self, cores: int | None = None) -> None:
        self._cores = available_cores() if cores is None else cores
        self.computing = ThreadPoolExecutor(self._cores, "wenju-search")
        self.beside = ThreadPoolExecutor(_BESIDE, "wenju-beside")
        begins_again(self)

    def begin_again(self) -> None:
        """In a forked child: its parent's pools have no threads there that could work, or end."""
        leave(self.computing, self.beside)
        self.computing = ThreadPoolExecutor(self._cores, "wenju-search")
        self.beside = ThreadPoolExecutor(_BESIDE, "wenju-beside")
