"""The reader's network in torch, for its training; `qa.reading.reader_export` writes the one that answers.

The bundled model's encoder, fine-tuned, with a start and an end score for each token (see `qa.reading.windows`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from embeddings.models.word_vectors import WordVectors
    from qa.reading.windows import Window

_PAD = 1
_PLAIN = 160
"""Tokens up to which plain attention is the quicker one, measured on two cores with tiles (AMX)."""


class SpanNetwork(nn.Module):
    """Start and end scores of every token; the base model's parameters keep its names below `bert`."""

    def __init__(self, config: dict[str, Any], vectors: WordVectors, dropout: float = 0.0) -> None:
        super().__init__()
        from transformers import BertConfig, BertModel

        # The word vectors stay in their file. Attention without dropout has a much faster kernel.
        settings = {**config, "vocab_size": 2, "hidden_dropout_prob": dropout, "attention_probs_dropout_prob": 0.0}
        for name in ("dtype", "architectures", "model_type", "pad_token_id"):
            settings.pop(name, None)
        self.bert = BertModel(BertConfig(pad_token_id=0, **settings), add_pooling_layer=False)
        self.bert.embeddings.word_embeddings.weight.requires_grad_(False)
        self.head = nn.Linear(int(config["hidden_size"]), 2)
        self._vectors = vectors

    def freeze(self, layers: int) -> None:
        """Keep the lowest layers as they are, and what is below them."""
        below = [self.bert.embeddings, *self.bert.encoder.layer[:layers]] if layers else []
        for module in below:
            module.requires_grad_(False)

    def forward(self, ids: npt.NDArray[np.int64]) -> torch.Tensor:
        """Scores of shape (windows, tokens, 2) for padded ids of shape (windows, tokens)."""
        device = self.head.weight.device
        mask = torch.from_numpy((ids != _PAD).astype(np.int64)).to(device)
        embedded = torch.from_numpy(self._vectors.of(ids)).to(device)
        # Short rows are attended to by plain products: a step of 16 by 128 tokens took .35 s with them, .52 without.
        self.bert.set_attn_implementation("eager" if ids.shape[1] <= _PLAIN else "sdpa")
        states = self.bert(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        scores: torch.Tensor = self.head(states)
        return scores.float()


def padded(windows: Sequence[Window]) -> npt.NDArray[np.int64]:
    """The windows' ids as one array (windows, tokens of the longest)."""
    longest = max(len(window.ids) for window in windows)
    ids = np.full((len(windows), longest), _PAD, dtype=np.int64)
    for row, window in zip(ids, windows, strict=True):
        row[: len(window.ids)] = window.ids
    return ids
