"""The encoder that needs no torch: an exported model, run by ONNX Runtime."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

import numpy as np

from chinese.forking import begins_again
from embeddings.models.export import NETWORK, TOKENIZER_FILE, Export
from embeddings.models.onnx_network import OnnxNetwork
from embeddings.models.unigram import VOCABULARIES
from embeddings.models.word_vectors import WordVectors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from embeddings.models.bert_graph import Precision
    from embeddings.types import FloatArray


class _Tokenizer(Protocol):
    def ids(self, text: str) -> Sequence[int]:
        """The token ids of a text with the model's own around them, cut to what the model reads."""
        ...


class OnnxEncoder:
    """An `Encoder` over an exported model; loads it when first needed, and may be shared by threads.

    A text's vector does not depend on the texts it is encoded with, beyond 1e-5.
    """

    def __init__(
        self,
        name: str,
        fingerprint: str,
        folder: Path,
        export: Export,
        precision: Precision,
        threads: int | None = None,
    ) -> None:
        self.name = name
        self.precision = precision
        self.fingerprint = fingerprint
        self.dimension = export.dimension
        self.max_tokens = export.max_tokens
        self._folder = folder
        self._export = export
        self._threads = threads
        self._model: ExportedModel | None = None
        self._loading = threading.Lock()
        begins_again(self)

    def begin_again(self) -> None:
        """In a forked child: nobody holds the lock there; the network sees to itself."""
        self._loading = threading.Lock()

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Encode questions with the model's query prompt: shape (len(texts), dimension). Raises ModelError."""
        return self._loaded(len(texts)).encode(texts, self._export.query)

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """Encode passages with the model's passage prompt: shape (len(texts), dimension). Raises ModelError."""
        return self._loaded(len(texts)).encode(texts, self._export.passage)

    def _loaded(self, texts: int) -> ExportedModel:
        with self._loading:
            if self._model is None:
                self._model = ExportedModel(self._export, self._folder, texts, self._threads)
            return self._model


class ExportedModel:
    """Tokenizer, word vectors and network of an export, loaded for `texts` at first."""

    def __init__(self, export: Export, folder: Path, texts: int, threads: int | None = None) -> None:
        self._export = export
        self._network = OnnxNetwork(folder / NETWORK, WordVectors(folder / export.words), threads)
        self._network.start_loading(texts)
        self._tokenizer: _Tokenizer = _Own(export, folder) if export.unigram else _Library(export, folder)

    def encode(self, texts: Sequence[str], prompt: str) -> FloatArray:
        """Vectors (len(texts), dimension) of length 1 for texts with a prompt before each. Raises ModelError."""
        pooled = np.empty((len(texts), self._export.dimension), np.float32)
        # Half a surrogate pair, which a command line can contain, is no text.
        whole = [(prompt + text).encode("utf-8", "replace").decode("utf-8") for text in texts]
        for place, rows in enumerate(self._network.rows_of(whole, self._tokenizer.ids)):
            pooled[place] = rows[0] if self._export.pooling == "cls" else rows.mean(axis=0)
        lengths = np.linalg.norm(pooled, axis=1, keepdims=True)
        vectors: FloatArray = pooled / np.maximum(lengths, np.float32(1e-12))
        return vectors


class _Own:
    """The default model's tokenizer."""

    def __init__(self, export: Export, folder: Path) -> None:
        self._export = export
        self._unigram = VOCABULARIES.load(folder / export.unigram, export.unknown)

    def ids(self, text: str) -> Sequence[int]:
        inner = self._unigram.encode(text).ids[: self._export.max_tokens - 2]
        return (self._export.begin, *inner, self._export.end)


class _Library:
    """Any other model's."""

    def __init__(self, export: Export, folder: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(export.max_tokens)

    def ids(self, text: str) -> Sequence[int]:
        found: list[int] = self._tokenizer.encode(text).ids
        return found
