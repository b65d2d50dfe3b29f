"""A reader that keeps what it has read in a file, so that features can be worked on without reading anew."""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qa.reading.reader import Reader, SpanScores


@dataclass
class KeptReader:
    """Reads by `reader` what `file` does not have of these `weights`."""

    reader: Reader
    file: Path
    weights: Path
    _kept: dict[bytes, SpanScores] = field(default_factory=dict)
    _sum: bytes = b""

    def __post_init__(self) -> None:
        self._sum = hashlib.sha256(self.weights.read_bytes()).digest()
        if self.file.is_file():
            self._kept = pickle.loads(self.file.read_bytes())

    def start_loading(self) -> None:
        self.reader.start_loading()

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[SpanScores]:
        """As the reader does it."""
        keys = [
            hashlib.sha256(self._sum + f"{question}\0{context}\0{text}".encode()).digest() for context, text in passages
        ]
        fresh = [place for place, key in enumerate(keys) if key not in self._kept]
        if fresh:
            found = self.reader.read(question, [passages[place] for place in fresh])
            self._kept.update({keys[place]: scores for place, scores in zip(fresh, found, strict=True)})
        return [self._kept[key] for key in keys]

    def save(self) -> None:
        """Write what is kept."""
        self.file.write_bytes(pickle.dumps(self._kept))
