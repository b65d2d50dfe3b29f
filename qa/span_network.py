"""The network of the reader: the bundled model's encoder, fine-tuned, with a start and an end score for each token.

The input is `<s> question </s></s> headline text </s>`. The first position stands for "no answer here", as in the
BERT paper's SQuAD 2.0 set-up (Devlin et al. 2019, section 4.3): a span's score is its start and end score less those
of the first position.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from embeddings.tokens import fold, simplify, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt
    from tokenizers import Tokenizer

LONGEST_QUESTION = 80
"""Tokens of a question that are read."""
LONGEST_CONTEXT = 48
"""Tokens of a headline that are read."""
LONGEST_WINDOW = 360
"""Tokens of a text that are read at once; all in all the model takes 512."""
STRIDE = 120
"""Tokens that neighbouring windows of a longer text share."""
_WORDS = "embeddings.word_embeddings.weight"
_BOS, _EOS, _PAD, _UNKNOWN = 0, 2, 1, 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A token of a text: its id and its characters there (half-open)."""

    id: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Window:
    """One input: token ids, and for the tokens from `first` on the characters of the text that each stands for."""

    ids: tuple[int, ...]
    first: int
    pieces: tuple[Piece, ...]


def pieces_of(tokenizer: Tokenizer, text: str) -> list[Piece]:
    """The tokens of a text, none of which reaches over the end of a word.

    The vocabulary has tokens such as 年以来 of "2023年以来"; an answer may end inside one, so they are cut where a
    word starts. The vocabulary's mark of a new text counts as its first character.
    """
    plain = simplify(text)
    starts = {start for _, start, _ in words(fold(text))}
    encoding = tokenizer.encode(plain, add_special_tokens=False)
    found: list[Piece] = []
    for number, (start, end) in zip(encoding.ids, encoding.offsets, strict=True):
        while start < end and plain[start].isspace():
            start += 1
        if start == end:
            continue
        cuts = [start, *(place for place in range(start + 1, end) if place in starts), end]
        if len(cuts) == 2:
            found.append(Piece(number, start, end))
            continue
        for first, last in itertools.pairwise(cuts):
            found.extend(_of_part(tokenizer, plain, first, last))
    return found


def _of_part(tokenizer: Tokenizer, text: str, first: int, last: int) -> list[Piece]:
    number = tokenizer.token_to_id(text[first:last])
    if number is not None:
        return [Piece(number, first, last)]
    singles = [(place, tokenizer.token_to_id(text[place])) for place in range(first, last)]
    return [Piece(_UNKNOWN if number is None else number, place, place + 1) for place, number in singles]


def make_windows(
    tokenizer: Tokenizer, question: str, pieces: Sequence[Piece], context: str = "", longest: int = LONGEST_WINDOW
) -> list[Window]:
    """The inputs for a question and a text given as pieces; more than one where the text is long."""
    asked = tokenizer.encode(simplify(question), add_special_tokens=False).ids[:LONGEST_QUESTION]
    about = tokenizer.encode(simplify(context), add_special_tokens=False).ids[:LONGEST_CONTEXT] if context else []
    head = (_BOS, *asked, _EOS, _EOS, *about)
    windows = []
    first = 0
    while True:
        part = tuple(pieces[first : first + longest])
        windows.append(Window((*head, *(piece.id for piece in part), _EOS), len(head), part))
        if first + longest >= len(pieces):
            return windows
        first += longest - STRIDE


class WordVectors:
    """The word vectors of an unpacked model, read from its file as they are needed: shape (words, width), float32."""

    def __init__(self, model_file: Path) -> None:
        with model_file.open("rb") as stream:
            size = int.from_bytes(stream.read(8), "little")
            header: dict[str, Any] = json.loads(stream.read(size))
        entry = header[_WORDS]
        if entry["dtype"] != "F32":
            raise ValueError(f"{model_file} holds {_WORDS} as {entry['dtype']}, expected F32")
        self._rows: npt.NDArray[np.float32] = np.memmap(
            model_file,
            dtype=np.float32,
            mode="r",
            offset=8 + size + entry["data_offsets"][0],
            shape=tuple(entry["shape"]),
        )

    def of(self, ids: npt.NDArray[np.int64]) -> torch.Tensor:
        """Vectors (..., width) of token ids."""
        return torch.from_numpy(np.ascontiguousarray(self._rows[ids]))


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

    def forward(self, ids: npt.NDArray[np.int64]) -> torch.Tensor:
        """Scores of shape (windows, tokens, 2) for padded ids of shape (windows, tokens)."""
        device = self.head.weight.device
        mask = torch.from_numpy((ids != _PAD).astype(np.int64)).to(device)
        embedded = self._vectors.of(ids).to(device)
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
