"""Word vectors of a model, read from its file a few at a time: a model's vocabulary is most of its size."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from embeddings.row_file import RowFile

if TYPE_CHECKING:
    from pathlib import Path

NAME = "embeddings.word_embeddings.weight"
"""What BertModel calls its word vectors."""


class WordVectors:
    """Rows of one float32 matrix (words, width) in a safetensors file; threads may share it."""

    def __init__(self, file: Path, name: str = NAME) -> None:
        self._file = RowFile(file)
        size = int.from_bytes(self._file.read(0, 8), "little")
        header: dict[str, Any] = json.loads(self._file.read(8, size))
        entry = header[name]
        if entry["dtype"] != "F32":
            raise ValueError(f"{file} holds {name} as {entry['dtype']}, expected F32")
        self._first = 8 + size + entry["data_offsets"][0]
        self._width = entry["shape"][1]

    def of(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Vectors (..., width) of token ids."""
        unique, places = np.unique(ids, return_inverse=True)
        read = self._file.rows(unique.tolist(), 4 * self._width, self._first)
        rows = np.frombuffer(read, "<f4").reshape(len(unique), self._width)
        return rows[places.reshape(ids.shape)]
