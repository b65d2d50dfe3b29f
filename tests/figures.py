"""What tests of kept figures share: a small reader whose every figure can be worked out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from embeddings.types import FigureFacts

if TYPE_CHECKING:
    from embeddings.types import Chunk

_NUMBER = re.compile(r"([^\W\d]{0,4})(\d+)([^\W\d]?)")


class CountingFigures:
    """Reads every run of digits as a figure, and remembers the chunks it was given.

    The up to four letters before it are the measure, the one behind it the unit; whose it is, the headline says, and
    when, the article's date. A sentence that an article's chunk before had is not read again.
    """

    fingerprint = ""

    def __init__(self) -> None:
        self.chunks: list[Chunk] = []
        self._read: set[tuple[int, int]] = set()

    def read(self, chunk: Chunk) -> list[FigureFacts]:
        self.chunks.append(chunk)
        found = []
        for sentence in chunk.sentences:
            if (chunk.article, sentence.index) in self._read:
                continue
            self._read.add((chunk.article, sentence.index))
            for number in _NUMBER.finditer(sentence.text):
                value = float(number[2])
                where = sentence.index, number.start(2), number.end(3)
                said = number[1], chunk.title, chunk.date or "", chunk.section
                found.append(FigureFacts(*where, *said, "result", value, value, value, number[3]))
        return found
