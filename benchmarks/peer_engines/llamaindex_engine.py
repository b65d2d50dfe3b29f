"""LlamaIndex: a vector store index over FAISS.

`default` is what its documentation shows for FAISS: documents, cut into chunks of 1024 tokens, in IndexFlatL2.
`chinese` gives the model the prompts it was trained with, takes each paragraph as one node, compares by inner product,
encodes in smaller batches, and adds LlamaIndex's BM25 retriever, fused by relative score. That one takes a pattern for
its words, not a tokenizer: each Chinese character is one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import faiss
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import MetadataMode, TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.faiss import FaissVectorStore

from benchmarks.peer_engines import Built, Found, K, unique

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Setting:
    """What the embedding model is given beside its folder.

    Where `plain`, documents are chunked and compared by L2; else they are not, and words are searched too.
    """

    model: dict[str, Any]
    plain: bool


WORDS = r"(?u)[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+"
"""A Chinese character, or a run of other letters and digits."""
WEIGHTS = (0.7, 0.3)
"""Of vectors and of words."""


SETTINGS = {
    "default": Setting({}, plain=True),
    "chinese": Setting(
        {"query_instruction": "query: ", "text_instruction": "passage: ", "embed_batch_size": 4}, plain=False
    ),
}


class LlamaIndex:
    """A `VectorStoreIndex` and its retriever, without a language model."""

    def __init__(self, setting: Setting, model: Path) -> None:
        self._setting = setting
        self._model = os.fspath(model)
        self._documents: list[Any] = []
        self._folder: Path | None = None
        self._embedding: Any = None
        self._retriever: Any = None

    def load(self) -> None:
        self._embedding = HuggingFaceEmbedding(model_name=self._model, device="cpu", **self._setting.model)
        self._dimension = len(self._embedding.get_text_embedding("预热"))

    def prepare(self, documents: Sequence[tuple[str, str]], folder: Path) -> None:
        if self._setting.plain:
            self._documents = [Document(text=text, id_=name) for name, text in documents]
        else:
            self._documents = [TextNode(text=text, id_=name) for name, text in documents]
        self._folder = folder

    def build(self) -> Built | None:
        flat = faiss.IndexFlatL2 if self._setting.plain else faiss.IndexFlatIP
        store = FaissVectorStore(faiss_index=flat(self._dimension))
        context = StorageContext.from_defaults(vector_store=store)
        made = {"storage_context": context, "embed_model": self._embedding, "show_progress": True}
        if self._setting.plain:
            index = VectorStoreIndex.from_documents(self._documents, **made)
        else:
            index = VectorStoreIndex(nodes=self._documents, **made)
        assert self._folder is not None
        index.storage_context.persist(persist_dir=os.fspath(self._folder / "index"))
        dense = index.as_retriever(similarity_top_k=K)
        self._retriever = dense if self._setting.plain else self._with_words(dense, self._folder / "index" / "bm25")
        nodes = index.docstore.docs.values()
        return Built(int(store.client.ntotal), sum(len(node.get_content(MetadataMode.EMBED)) for node in nodes))

    def _with_words(self, dense: Any, folder: Path) -> Any:  # noqa: ANN401 - classes of LlamaIndex's
        words = BM25Retriever(nodes=self._documents, similarity_top_k=K, token_pattern=WORDS, skip_stemming=True)
        words.persist(os.fspath(folder))
        # One query, so the language model that would think up others is never asked.
        return QueryFusionRetriever(
            [dense, words],
            llm=MockLLM(),
            mode="relative_score",
            retriever_weights=list(WEIGHTS),
            similarity_top_k=K,
            num_queries=1,
            use_async=False,
        )

    def search(self, question: str) -> Found:
        nodes = [found.node for found in self._retriever.retrieve(question)]
        return Found(unique([node.ref_doc_id or node.node_id for node in nodes]))


def engine(setting: str, model: Path) -> LlamaIndex:
    """Make one; `setting` is "default" or "chinese"."""
    return LlamaIndex(SETTINGS[setting], model)
