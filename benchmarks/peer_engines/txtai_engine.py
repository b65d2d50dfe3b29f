"""txtai, hybrid: dense vectors in FAISS and BM25, scores fused.

`default` is what its documentation shows for hybrid search; prompts and mean pooling come from the model's folder.
`chinese` cuts words with jieba, calibrates BM25 (bb25), weighs vectors with 0.7, and encodes in smaller batches.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from tqdm import tqdm
from txtai import Embeddings
from txtai.scoring import BM25

from benchmarks.peer_engines import Built, Found, K, unique
from benchmarks.peer_engines.chinese import words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

SETTINGS: dict[str, tuple[dict[str, Any], float | None]] = {
    "default": ({"hybrid": True, "content": True}, None),
    "chinese": (
        {
            "hybrid": True,
            "content": True,
            "encodebatch": 4,
            "scoring": {"method": f"{__name__}.ChineseBM25", "terms": True, "normalize": "bb25"},
        },
        0.7,
    ),
}
"""Configuration, and the share of the vectors in a score: txtai's own, a half, where it is None."""


class ChineseBM25(BM25):  # type: ignore[misc] # BM25 is known where txtai is installed only
    """BM25 as txtai has it, over words cut by jieba; txtai finds it by its name."""

    def loadtokenizer(self) -> Callable[[str], list[str]]:
        return words


class Txtai:
    """An `Embeddings` database with its content in SQLite."""

    def __init__(self, config: dict[str, Any], weight: float | None, model: Path) -> None:
        self._weight = weight
        self._config = {**config, "path": os.fspath(model)}
        self._documents: list[tuple[str, str]] = []
        self._folder: Path | None = None
        self._embeddings: Any = None

    def load(self) -> None:
        self._embeddings = Embeddings(self._config)
        self._embeddings.batchtransform(["预热"])

    def prepare(self, documents: Sequence[tuple[str, str]], folder: Path) -> None:
        self._documents, self._folder = list(documents), folder

    def build(self) -> Built | None:
        self._embeddings.index(tqdm(self._documents, desc="txtai", unit="document", disable=None))
        assert self._folder is not None
        self._embeddings.save(os.fspath(self._folder / "index"))
        return Built(len(self._documents), sum(len(text) for _, text in self._documents))

    def search(self, question: str) -> Found:
        return Found(unique([found["id"] for found in self._embeddings.search(question, K, weights=self._weight)]))


def engine(setting: str, model: Path) -> Txtai:
    """Make one; `setting` is "default" or "chinese"."""
    return Txtai(*SETTINGS[setting], model)
