"""The threads in which searches compute, one a core, shared by all who ask.

What computes outside of Python, as a search for words and one among vectors do, is given to them piece by piece: no
core is idle while another has a queue, and no two pieces share a core.
"""

from __future__ import annotations

import functools
from concurrent.futures import ThreadPoolExecutor

from chinese.forking import in_child, leave
from embeddings.models.onnx_network import available_cores

_BESIDE = 4


@functools.cache
def search_threads() -> ThreadPoolExecutor:
    """The pool. What runs in it must not wait for another piece of work in it."""
    return _new_pool(available_cores(), "wenju-search")


@functools.cache
def threads_beside() -> ThreadPoolExecutor:
    """Another pool, for what waits for work in the first."""
    return _new_pool(_BESIDE, "wenju-beside")


def _new_pool(threads: int, name: str) -> ThreadPoolExecutor:
    pool = ThreadPoolExecutor(threads, name)
    leave(pool)  # a forked child lets go of it, and there it has no threads that could end
    return pool


in_child(search_threads.cache_clear)
in_child(threads_beside.cache_clear)
