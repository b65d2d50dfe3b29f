"""A model exported for ONNX Runtime, as it lies in its folder: its files, and what `export.json` says."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

NETWORK, TOKENIZER_FILE, DESCRIPTION, WORD_VECTORS = (
    "network.onnx",
    "tokenizer.json",
    "export.json",
    "words.safetensors",
)


@dataclass(frozen=True, slots=True)
class Export:
    """What `export.json` says. `words` is the file of the word vectors; `begin` and `end` are the ids around a text.

    Paths are relative to the export's folder: a cache that is moved as a whole stays good. `reason` is why there is no
    export, "" where there is one. `unigram` is the folder of the vocabulary for this project's own tokenizer; where it
    is "", the text goes through the one of the `tokenizers` library.
    """

    dimension: int = 0
    max_tokens: int = 0
    pooling: str = "mean"
    query: str = ""
    passage: str = ""
    words: str = ""
    unigram: str = ""
    unknown: int = 0
    begin: int = 0
    end: int = 0
    reason: str = ""

    @classmethod
    def read(cls, folder: Path) -> Export:
        return cls(**json.loads((folder / DESCRIPTION).read_text(encoding="utf-8")))

    def write(self, folder: Path) -> None:
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"
        (folder / DESCRIPTION).write_text(text, encoding="utf-8")
