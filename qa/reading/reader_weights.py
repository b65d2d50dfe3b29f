"""The reader's weights on disk: what fine-tuning changed of the base model, in 8 bits, and the head.

A matrix is stored as int8 of shape (rows, columns) and one float32 scale a row, to be multiplied and added to the base
model's; whatever is no matrix is stored whole. The differences are small, so that 8 bits of them are exact to about
1e-5. The metadata name the base model by its SHA-256.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chinese.errors import ModelError, say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from embeddings.models.bert_graph import Array

_FORMAT = "wenju-reader-1"
_VALUES, _SCALES = ".delta", ".scale"


def write_weights(
    file: Path, tuned: Mapping[str, Array], base: Mapping[str, Array], metadata: Mapping[str, str]
) -> None:
    """Write tuned parameters, those that `base` has too as their difference; beside first, then renamed."""
    from safetensors.numpy import save_file

    tensors: dict[str, Array] = {}
    for name, value in tuned.items():
        whole = np.ascontiguousarray(value, np.float32)
        if name not in base or whole.ndim < 2:
            tensors[name] = whole
            continue
        delta = whole - base[name]
        scale = np.maximum(np.abs(delta).max(axis=1), np.float32(1e-12)) / 127
        tensors[name + _VALUES] = np.rint(delta / scale[:, None]).astype(np.int8)
        tensors[name + _SCALES] = scale
    beside = file.with_name(f".{file.name}.new")
    save_file(tensors, beside, metadata={"format": _FORMAT, **metadata})
    beside.replace(file)


def read_weights(file: Path, base: Mapping[str, Array], base_sha256: str) -> dict[str, Array]:
    """The tuned parameters by name. Raises ModelError where the file is missing, damaged or made for another base."""
    from safetensors import safe_open

    try:
        with safe_open(file, "np") as stored:
            metadata = stored.metadata() or {}
            found = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118 - it is no mapping
    except Exception as error:  # safetensors raises an error type of its own, and OSError
        raise ModelError(
            say(
                f"无法读取阅读模型 {file}（{error}）。请重新安装 wenju。",
                f"Cannot read the reader's weights in {file} ({error}). Install wenju again.",
            )
        ) from error
    for key, expected in (("format", _FORMAT), ("base_sha256", base_sha256)):
        if metadata.get(key) != expected:
            raise ModelError(
                say(
                    f"阅读模型 {file} 的 {key} 是 {metadata.get(key)}，应为 {expected}。请重新安装 wenju。",
                    f"The reader's weights in {file} have {key} {metadata.get(key)}, expected {expected}. "
                    "Install wenju again.",
                )
            )
    tuned = {}
    for name, value in found.items():
        if name.endswith(_VALUES):
            plain = name.removesuffix(_VALUES)
            tuned[plain] = base[plain] + value.astype(np.float32) * found[plain + _SCALES][:, None]
        elif not name.endswith(_SCALES):
            tuned[name] = value
    return tuned
