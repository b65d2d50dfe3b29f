"""Models exported for ONNX Runtime: once a machine, into the user's cache, by whoever needs one first.

An export is a folder: `network.onnx`, a tokenizer, and `export.json`, which says the rest. The default model is
exported from its own files; any other is loaded by sentence-transformers first, and the export is held to it: where
their vectors differ, or the network is of another kind than BERT, the folder only says why there is none.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from chinese.cache import cache_folder, install, is_complete
from embeddings.models import bundled_model
from embeddings.models.bert_graph import Shape, write_graph
from embeddings.models.export import NETWORK, TOKENIZER_FILE, WORD_VECTORS, Export
from embeddings.models.onnx_encoder import ExportedModel
from embeddings.models.word_vectors import NAME as WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sentence_transformers import SentenceTransformer

    from embeddings.models.bert_graph import Precision

    Prompts = Callable[[SentenceTransformer, Literal["query", "passage"]], str]

VERSION = 5
"""Raise it with every change of what an export computes: indexes made with another one are not taken for current."""


FIRST_POSITIONS = {"bert": 0, "xlm-roberta": 2, "roberta": 2}
"""Kinds of network that `bert_graph` writes, and where a text's positions begin."""
_POOLINGS = {"mean", "cls"}
_LEAST_COSINE = {"fp32": 0.9999, "int8": 0.998}
_SAMPLES = (
    "2024年，全县新开工水利类项目316个，总投资420亿元。",
    " How many projects did the Zone attract in 2023? ÀÉ ",
    "臺灣與香港的經濟發展，１２．６億元。\n第二行",
    "短",
    "高新技术企业与工业互联网平台" * 60,
)


def export_folder(fingerprint: str, precision: Precision) -> Path:
    """Where the export of a model lies, whether it is there or not."""
    name = hashlib.sha256(fingerprint.encode()).hexdigest()[:16]
    return cache_folder() / "exported" / f"{name}-{precision}-{VERSION}"


def is_exported(fingerprint: str, precision: Precision) -> bool:
    """Whether a model has been exported on this machine, or found not to be exportable."""
    return is_complete(export_folder(fingerprint, precision))


def export_default(model: Path, precision: Precision) -> Path:
    """The export of the default model, unpacked in the folder `model`; made if it never was. Raises ModelError."""
    return install(
        export_folder(bundled_model.fingerprint(), precision), lambda folder: _write_default(model, precision, folder)
    )


def _write_default(model: Path, precision: Precision, folder: Path) -> None:
    from safetensors.numpy import load_file

    file = model / bundled_model.MODEL_WEIGHTS
    tensors = load_file(file)
    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    write_graph(folder / NETWORK, shape_of(config), tensors, precision)
    Export(
        dimension=config["hidden_size"],
        max_tokens=config["max_position_embeddings"],
        query=bundled_model.QUERY_PROMPT,
        passage=bundled_model.PASSAGE_PROMPT,
        words=os.path.relpath(file, folder),
        unigram=os.path.relpath(model, folder),
        unknown=bundled_model.UNKNOWN,
        begin=bundled_model.BEGIN,
        end=bundled_model.END,
    ).write(folder)


def export_loaded(
    fingerprint: str,
    precision: Precision,
    load: Callable[[], SentenceTransformer],
    prompts: Prompts,
) -> Path:
    """The export of the model that `load` loads, made if it never was; see `Export.reason`. Raises what `load` does.

    `prompts` tells which prompt such a model puts before a "query" or a "passage".
    """
    return install(
        export_folder(fingerprint, precision), lambda folder: _write_loaded(load(), precision, prompts, folder)
    )


def _write_loaded(
    model: SentenceTransformer,
    precision: Precision,
    prompts: Prompts,
    folder: Path,
) -> None:
    from safetensors.numpy import save_file

    reason = _obstacle(model)
    if not reason:
        network: Any = model[0].auto_model
        tensors = {name: value.float().cpu().numpy() for name, value in network.state_dict().items()}
        config = network.config.to_dict()
        write_graph(folder / NETWORK, shape_of(config), tensors, precision)
        save_file({WORDS: tensors[WORDS]}, folder / WORD_VECTORS)
        model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER_FILE))
        made = Export(
            dimension=config["hidden_size"],
            max_tokens=int(model.max_seq_length or config["max_position_embeddings"]),
            pooling=_pooling(model),
            query=prompts(model, "query"),
            passage=prompts(model, "passage"),
            words=WORD_VECTORS,
        )
        made.write(folder)
        reason = _difference(model, made, folder, precision)
    if reason:
        for file in folder.iterdir():
            file.unlink()
        Export(reason=reason).write(folder)


def _obstacle(model: SentenceTransformer) -> str:
    """Why a model cannot be exported, judged by its parts; "" where nothing speaks against it."""
    parts = [type(part).__name__ for part in model]
    if parts not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return f"its parts are {', '.join(parts)}"
    network: Any = model[0].auto_model
    config = network.config.to_dict()
    wanted: Mapping[str, tuple[object, ...]] = {
        "model_type": tuple(FIRST_POSITIONS),
        "hidden_act": ("gelu",),
        "position_embedding_type": ("absolute", None),
    }
    for name, allowed in wanted.items():
        if config.get(name) not in allowed:
            return f"its {name} is {config.get(name)}"
    if _pooling(model) not in _POOLINGS:
        return f"its pooling is {_pooling(model)}"
    return "" if hasattr(model.tokenizer, "backend_tokenizer") else "its tokenizer is written in Python"


def _pooling(model: SentenceTransformer) -> str:
    part: Any = model[1]
    whole = getattr(part, "include_prompt", True)
    return str(part.pooling_mode) if whole else f"{part.pooling_mode} without the prompt"


def _difference(model: SentenceTransformer, made: Export, folder: Path, precision: Precision) -> str:
    """How the export's vectors differ from the model's; "" where they are the same."""
    exported = ExportedModel(made, folder, len(_SAMPLES))
    for prompt in {made.query, made.passage}:
        wanted = model.encode(list(_SAMPLES), prompt=prompt, normalize_embeddings=True, show_progress_bar=False)
        found = exported.encode(_SAMPLES, prompt)
        cosine = float((np.asarray(wanted) * found).sum(1).min())
        if not cosine >= _LEAST_COSINE[precision]:
            return f"its vectors would differ (cosine {cosine:.4f})"
    return ""


def shape_of(config: Mapping[str, Any]) -> Shape:
    """Sizes of a network by its `config.json`."""
    return Shape(
        hidden=config["hidden_size"],
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
        epsilon=config["layer_norm_eps"],
        first_position=FIRST_POSITIONS[config["model_type"]],
    )
