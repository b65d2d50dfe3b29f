"""The figures of an article's sentences, with what each says; a build gives it the chunks as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chinese.text import Text

if TYPE_CHECKING:
    from embeddings.types import Chunk, FigureFacts


class FigureReader:
    """Reads the figures of chunks that come in the order of their articles, and keeps what stood above each."""

    def __init__(self) -> None:
        self._article = -1
        self._above: dict[int, Text] = {}

    def read(self, chunk: Chunk) -> tuple[FigureFacts, ...]:
        """The figures of a chunk's sentences, in order; those of a sentence shared with the chunk before come once."""
        if chunk.article != self._article:
            self._article, self._above = chunk.article, {}
        found: list[FigureFacts] = []
        for sentence in chunk.sentences:
            if sentence.index not in self._above:
                self._above[sentence.index] = Text.of(sentence.text)
        return tuple(found)
