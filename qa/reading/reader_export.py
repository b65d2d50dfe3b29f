"""The reader's network for ONNX Runtime: the base model and what fine-tuning changed, put together once a machine."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from chinese.cache import install, is_complete
from embeddings.models import bundled_model
from embeddings.models.bert_graph import write_graph
from embeddings.models.export import NETWORK
from embeddings.models.exporting import export_folder, shape_of
from qa.reading.reader_weights import read_weights

if TYPE_CHECKING:
    from pathlib import Path

    from embeddings.models.bert_graph import Array, Precision

BASE = "bert."
"""What stands before a parameter's name that the base model has too."""
_HEAD = "head"


def export_reader(weights: Path, model: Path, precision: Precision) -> Path:
    """The reader's graph: its output is a start and an end score for each token. Made if it never was.

    `model` is the default model's folder. Raises ModelError where the weights are missing, damaged or made for another
    model, or the cache cannot be written.
    """
    folder = export_folder(f"reader {_fingerprint(weights)} {bundled_model.fingerprint()}", precision)
    if not is_complete(folder):
        tuned, config = tuned_tensors(weights, model), json.loads((model / "config.json").read_text(encoding="utf-8"))
        head = tuned[f"{_HEAD}.weight"], tuned[f"{_HEAD}.bias"]
        network = {name.removeprefix(BASE): value for name, value in tuned.items() if name.startswith(BASE)}
        install(folder, lambda place: write_graph(place / NETWORK, shape_of(config), network, precision, head))
    return folder / NETWORK


def tuned_tensors(weights: Path, model: Path) -> dict[str, Array]:
    """Every parameter of the reader but the word vectors, which are the base model's. Raises ModelError."""
    from safetensors import safe_open

    with safe_open(model / bundled_model.MODEL_WEIGHTS, "np") as stored:
        names = [name for name in stored.keys() if "word_embeddings" not in name]  # noqa: SIM118 - it is no mapping
        base = {f"{BASE}{name}": stored.get_tensor(name) for name in names}
    # What is not tuned is the base model's.
    return {**base, **read_weights(weights, base, bundled_model.SHA256)}


def _fingerprint(weights: Path) -> str:
    try:
        return hashlib.sha256(weights.read_bytes()).hexdigest()
    except OSError:
        return ""  # read_weights says what is wrong
