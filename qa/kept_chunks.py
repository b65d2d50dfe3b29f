"""The chunks that searches came upon, each in the forms that are compared with questions.

Those that were read last are kept for the next question: reading a chunk from disk, folding and cutting it takes as
long as searching for it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from embeddings.forking import in_child
from embeddings.tokens import tokenize
from qa.nearness import folded_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embeddings.store import Generation
    from embeddings.types import Chunk

KEPT = 2_000
"""How many chunks of an index are kept: five megabytes, forty if each was among the best three for words."""


@dataclass(frozen=True)
class ReadChunk:
    """A chunk, its folded sentences one a line, and its tokens once they are asked for."""

    chunk: Chunk
    folded: str

    @cached_property
    def tokens(self) -> frozenset[str]:
        return frozenset(tokenize(self.chunk.indexed))


def read_chunks(index: Generation, ids: Iterable[int]) -> dict[int, ReadChunk]:
    """Chunks by id, from memory where they are kept there. Raises what reading the index raises."""
    wanted = sorted(set(ids))
    kept = _kept_of(index)
    found = kept.get(wanted)
    fresh = [number for number in wanted if number not in found]
    if fresh:
        chunks = index.chunks(fresh)
        made = map(ReadChunk, chunks, folded_sentences(chunks))
        read = dict(zip(fresh, made, strict=True))
        kept.add(read)
        found.update(read)
    return found


class _Kept:
    """The chunks used last, and no more than KEPT; may be shared by threads."""

    def __init__(self) -> None:
        self._chunks: OrderedDict[int, ReadChunk] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, ids: Iterable[int]) -> dict[int, ReadChunk]:
        with self._lock:
            found = {number: self._chunks[number] for number in ids if number in self._chunks}
            for number in found:
                self._chunks.move_to_end(number)
        return found

    def add(self, chunks: dict[int, ReadChunk]) -> None:
        with self._lock:
            self._chunks.update(chunks)
            while len(self._chunks) > KEPT:
                self._chunks.popitem(last=False)


# A generation never changes; what is kept of it goes with it.
_of_index: WeakKeyDictionary[Generation, _Kept] = WeakKeyDictionary()
_adding = threading.Lock()


def _begin_again() -> None:
    global _of_index, _adding
    _of_index, _adding = WeakKeyDictionary(), threading.Lock()


in_child(_begin_again)


def _kept_of(index: Generation) -> _Kept:
    with _adding:
        return _of_index.setdefault(index, _Kept())
