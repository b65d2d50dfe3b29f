"""Word vectors of a model, read from its file a few at a time: a model's vocabulary is most of its size."""

from __future__ import annotations

import json
import threading
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pathlib import Path

NAME = "embeddings.word_embeddings.weight"
"""What BertModel calls its word vectors."""


class WordVectors:
    """Rows of one float32 matrix (words, width) in a safetensors file; threads may share it.

    Rows are read, not mapped: a mapping counts every page around the few that are used as this process's memory.
    """

    def __init__(self, file: Path, name: str = NAME) -> None:
        self._stream = file.open("rb", buffering=0)
        # It stays open as long as the model is used, whoever that is.
        weakref.finalize(self, self._stream.close)
        self._reading = threading.Lock()
        size = int.from_bytes(self._read(0, 8), "little")
        header: dict[str, Any] = json.loads(self._read(8, size))
        entry = header[name]
        if entry["dtype"] != "F32":
            raise ValueError(f"{file} holds {name} as {entry['dtype']}, expected F32")
        self._first = 8 + size + entry["data_offsets"][0]
        self.words, self.width = entry["shape"]

    def of(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Vectors (..., width) of token ids."""
        unique, places = np.unique(ids, return_inverse=True)
        row = 4 * self.width
        with self._reading:
            read = b"".join(self._read(self._first + number * row, row) for number in unique.tolist())
        rows = np.frombuffer(read, "<f4").reshape(len(unique), self.width)
        return rows[places.reshape(ids.shape)]

    def _read(self, start: int, size: int) -> bytes:
        self._stream.seek(start)
        return self._stream.read(size) or b""
