"""What a forked child makes anew: it has the memory of its parent and none of its threads.

Whoever waits there for a thread of the parent, or for a lock that one held, waits for ever. So what has threads or
locks says here how it begins again; what it drops is never taken down, as that would wait for its threads, too.
"""

from __future__ import annotations

import ctypes
import os
import weakref
from typing import Protocol

from chinese.errors import say


class Forked(Protocol):
    """What has locks, or what threads work for."""

    def begin_again(self) -> None:
        """Called in a forked child, before anything else runs there."""
        ...


_living: weakref.WeakSet[Forked] = weakref.WeakSet()


def begins_again(thing: Forked) -> None:
    """Have `thing.begin_again` called in every child that is forked while it lives."""
    _living.add(thing)


def leave(*things: object) -> None:
    """Keep these for as long as the process lives, whoever lets go of them."""
    for thing in things:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))


def spawn_instead(what: str) -> str:
    """The sentence for what cannot begin again in a forked process."""
    return say(
        f'{what} 在进程分叉（fork）之前已载入，在子进程中不能用。请用 multiprocessing.get_context("spawn") 启动子进程，'
        "再在其中打开索引。",
        f"{what} was in use before this process was forked, and cannot be used in it. Start processes by "
        'multiprocessing.get_context("spawn") instead, and open the index in them.',
    )


def _begin_again() -> None:
    for thing in list(_living):
        thing.begin_again()


os.register_at_fork(after_in_child=_begin_again)
