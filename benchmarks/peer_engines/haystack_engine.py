"""Haystack: BM25 and embedding retrievers over its in-memory store, joined.

`default` leaves every component as it is made without arguments. `chinese` gives the model the prompts it was trained
with, cuts words with jieba, fuses rescaled scores, and encodes in smaller batches.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from benchmarks.peer_engines import Built, Found, K, unique
from benchmarks.peer_engines.chinese import words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Setting:
    """What is given to the components beside the model and the number of passages; nothing by default."""

    question: dict[str, Any]
    document: dict[str, Any]
    joiner: dict[str, Any]
    jieba: bool


SETTINGS = {
    "default": Setting({}, {}, {}, jieba=False),
    "chinese": Setting(
        {"prefix": "query: "},
        {"prefix": "passage: ", "batch_size": 4},
        {"join_mode": "distribution_based_rank_fusion"},
        jieba=True,
    ),
}


class Haystack:
    """The hybrid pipeline of Haystack's documentation, without a language model."""

    def __init__(self, setting: Setting, model: Path) -> None:
        self._setting = setting
        self._model = os.fspath(model)
        self._documents: list[Any] = []
        self._folder: Path | None = None
        self._store: Any = None
        self._embedder: Any = None
        self._pipeline: Any = None

    def load(self) -> None:
        self._store = InMemoryDocumentStore()
        if self._setting.jieba:
            self._store.tokenizer = words
        self._embedder = SentenceTransformersDocumentEmbedder(model=self._model, **self._setting.document)
        self._embedder.warm_up()
        self._pipeline = self._hybrid()
        self._pipeline.warm_up()
        self._embedder.run([Document(content="预热")])
        words("预热")

    def prepare(self, documents: Sequence[tuple[str, str]], folder: Path) -> None:
        self._documents = [Document(id=name, content=text) for name, text in documents]
        self._folder = folder

    def build(self) -> Built | None:
        self._store.write_documents(self._embedder.run(self._documents)["documents"])
        assert self._folder is not None
        (self._folder / "index").mkdir(parents=True)
        self._store.save_to_disk(os.fspath(self._folder / "index" / "store.json"))
        return Built(len(self._documents), sum(len(document.content) for document in self._documents))

    def search(self, question: str) -> Found:
        asked = {"embedder": {"text": question}, "bm25": {"query": question}}
        found = self._pipeline.run(asked)["joiner"]["documents"]
        return Found(unique([document.id for document in found])[:K])

    def _hybrid(self) -> Any:  # noqa: ANN401 - a class of Haystack's
        pipeline = Pipeline()
        text_embedder = SentenceTransformersTextEmbedder(
            model=self._model, progress_bar=False, **self._setting.question
        )
        pipeline.add_component("embedder", text_embedder)
        pipeline.add_component("dense", InMemoryEmbeddingRetriever(self._store, top_k=K))
        pipeline.add_component("bm25", InMemoryBM25Retriever(self._store, top_k=K))
        pipeline.add_component("joiner", DocumentJoiner(**self._setting.joiner))
        pipeline.connect("embedder.embedding", "dense.query_embedding")
        pipeline.connect("bm25.documents", "joiner.documents")
        pipeline.connect("dense.documents", "joiner.documents")
        return pipeline


def engine(setting: str, model: Path) -> Haystack:
    """Make one; `setting` is "default" or "chinese"."""
    return Haystack(SETTINGS[setting], model)
