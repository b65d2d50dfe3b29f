"""The reader's weights on disk: what fine-tuning changed of the base model, in 8 bits, and the head.

A matrix is stored as int8 of shape (rows, columns) and one float32 scale a row, to be multiplied and added to the base
model's; whatever is no matrix is stored whole. The differences are small, so that 8 bits of them are exact to about
1e-5. The metadata name the base model by its SHA-256.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from embeddings.errors import ModelError, say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT = "wenju-reader-1"
_VALUES, _SCALES = ".delta", ".scale"


def write_weights(
    file: Path, tuned: Mapping[str, torch.Tensor], base: Mapping[str, torch.Tensor], metadata: Mapping[str, str]
) -> None:
    """Write tuned parameters, those that `base` has too as their difference; beside first, then renamed."""
    tensors: dict[str, torch.Tensor] = {}
    for name, value in tuned.items():
        if name not in base or value.dim() < 2:
            tensors[name] = value.detach().float().cpu().contiguous()
            continue
        delta = value.detach().float().cpu() - base[name].float()
        scale = delta.abs().amax(dim=1).clamp(min=1e-12) / 127
        tensors[name + _VALUES] = torch.round(delta / scale[:, None]).to(torch.int8)
        tensors[name + _SCALES] = scale
    beside = file.with_name(f".{file.name}.new")
    save_file(tensors, beside, metadata={"format": FORMAT, **metadata})
    beside.replace(file)


def read_weights(file: Path, base: Mapping[str, torch.Tensor], base_sha256: str) -> dict[str, torch.Tensor]:
    """The tuned parameters by name. Raises ModelError where the file is missing, damaged or made for another base."""
    try:
        with safe_open(file, "pt") as stored:
            metadata = stored.metadata() or {}
            found = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118 - it is no mapping
    except Exception as error:  # safetensors raises an error type of its own, and OSError
        raise ModelError(
            say(
                f"无法读取阅读模型 {file}（{error}）。请重新安装 wenju。",
                f"Cannot read the reader's weights in {file} ({error}). Install wenju again.",
            )
        ) from error
    for key, expected in (("format", FORMAT), ("base_sha256", base_sha256)):
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
            tuned[plain] = base[plain].float() + value.float() * found[plain + _SCALES][:, None]
        elif not name.endswith(_SCALES):
            tuned[name] = value
    return tuned
