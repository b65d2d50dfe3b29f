"""The chunks that searches came upon, each in the forms that are compared with questions.

Those of an index that were read last are kept for the next question: reading a chunk from disk, folding and cutting it
takes as long as searching for it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from chinese.forking import begins_again
from chinese.periods import counted_from
from chinese.text import Text, joined
from chinese.tokens import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from embeddings.store.stores import Generation
    from embeddings.types import Chunk

_KEPT = 2_000
"""How many chunks of an index are kept: five megabytes, forty if each was looked into."""
_MARK = "\0"


@dataclass(frozen=True)
class ReadChunk:
    """A chunk with the texts of its context and of each of its sentences; what these make is made when asked for."""

    chunk: Chunk
    context: Text
    sentences: tuple[Text, ...]

    @cached_property
    def lines(self) -> str:
        """The folded sentences, one a line."""
        return "\n".join([sentence.folded for sentence in self.sentences])

    @cached_property
    def text(self) -> Text:
        """The sentences as a reader sees them."""
        return joined(self.sentences, [sentence.lead for sentence in self.chunk.sentences[1:]])

    @property
    def statement(self) -> tuple[str, str]:
        """What is the same for two texts that say the same: the words, and the year that 去年 in them counts from."""
        return "".join(self.text.folded.split()), counted_from(self.text.folded, self.chunk.date)

    @cached_property
    def indexed(self) -> Text:
        """What the lexical index has: context and text."""
        return joined((self.context, self.text), ["\n"]) if self.context.shown else self.text


def read_all(chunks: Sequence[Chunk]) -> list[ReadChunk]:
    """Chunks with their texts folded."""
    shown = [(chunk.context, *(sentence.text for sentence in chunk.sentences)) for chunk in chunks]
    once = list(dict.fromkeys(text for texts in shown for text in texts))
    made = {text: Text(text, folded) for text, folded in zip(once, _fold_all(once), strict=True)}
    return [
        ReadChunk(chunk, made[context], tuple([made[text] for text in sentences]))
        for chunk, (context, *sentences) in zip(chunks, shown, strict=True)
    ]


def _fold_all(texts: Sequence[str]) -> list[str]:
    """Each text folded, in one go: folding keeps lengths, and each call costs."""
    parts = fold(_MARK.join(texts)).split(_MARK)
    # No document has the mark in it; a text made by a program may.
    return parts if len(parts) == len(texts) else [fold(text) for text in texts]


class KeptChunks:
    """An index, and those of its chunks that were used last, at most `most`; may be shared by threads.

    A generation never changes, so that what was read of it stays true; what is kept goes with this.
    """

    def __init__(self, index: Generation, most: int = _KEPT) -> None:
        self.index = index
        self._most = most
        self._chunks: OrderedDict[int, ReadChunk] = OrderedDict()
        self._lock = threading.Lock()
        begins_again(self)

    def begin_again(self) -> None:
        """In a forked child: nobody holds the lock there, and whoever held it may not have come to an end."""
        self._chunks = OrderedDict()
        self._lock = threading.Lock()

    def read(self, ids: Iterable[int]) -> dict[int, ReadChunk]:
        """Chunks by id, from memory where they are kept there. Raises what reading the index raises."""
        wanted = sorted(set(ids))
        found = self._get(wanted)
        fresh = [number for number in wanted if number not in found]
        if fresh:
            read = dict(zip(fresh, read_all(self.index.chunks(fresh)), strict=True))
            self._add(read)
            found.update(read)
        return found

    def article(self, number: int) -> list[ReadChunk]:
        """The chunks of an article in order, what is kept of them from memory."""
        chunks = self.index.article_chunks(number)
        found = self._get(chunk.id for chunk in chunks)
        fresh = {read.chunk.id: read for read in read_all([chunk for chunk in chunks if chunk.id not in found])}
        self._add(fresh)
        found.update(fresh)
        return [found[chunk.id] for chunk in chunks]

    def _get(self, ids: Iterable[int]) -> dict[int, ReadChunk]:
        with self._lock:
            found = {number: self._chunks[number] for number in ids if number in self._chunks}
            for number in found:
                self._chunks.move_to_end(number)
        return found

    def _add(self, chunks: dict[int, ReadChunk]) -> None:
        with self._lock:
            self._chunks.update(chunks)
            while len(self._chunks) > self._most:
                self._chunks.popitem(last=False)
