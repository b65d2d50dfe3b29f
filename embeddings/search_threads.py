"""The threads in which searches compute, one a core, shared by all who ask.

What computes outside of Python, as a search for words and one among vectors do, is given to them piece by piece: no
core is idle while another has a queue, and no two pieces share a core.
"""

from __future__ import annotations

import functools
from concurrent.futures import ThreadPoolExecutor

from embeddings.onnx_network import available_cores


@functools.cache
def search_threads() -> ThreadPoolExecutor:
    """The pool. What runs in it must not wait for another piece of work in it."""
    return ThreadPoolExecutor(available_cores(), "wenju-search")
