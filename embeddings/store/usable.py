"""Whether a generation can be used by what asks it now: its words, its model, what it keeps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.errors import say
from chinese.tokens import TOKENIZER
from embeddings.errors import IndexMismatch
from embeddings.store.generation import FIGURES

if TYPE_CHECKING:
    from pathlib import Path

    from embeddings.models.encoder import Encoder
    from embeddings.store.generation import Manifest

_EXPORTED = re.compile(r"-(?P<how>(?:int8|fp32)-[^-]+)$")


def check_tokenizer(stored: Manifest, place: Path | str, command: str) -> None:
    """Raise IndexMismatch unless the words of a generation were cut as they are now."""
    if stored.tokenizer != TOKENIZER:
        raise IndexMismatch(
            say(
                f"{place} 的索引用分词器 {stored.tokenizer} 建立，当前为 {TOKENIZER}。请运行 `{command}` 重建。",
                f"The index at {place} was built with the tokenizer {stored.tokenizer}, "
                f"the one in use is {TOKENIZER}. Run `{command}`.",
            )
        )


def check_figures(stored: Manifest, place: Path | str, command: str) -> None:
    """Raise IndexMismatch where a generation was built before figures were kept."""
    if FIGURES not in stored.files:
        raise IndexMismatch(
            say(
                f"{place} 的索引建立时还不收录数字。请运行 `{command}` 重建，已编码的段落不必再编码。",
                f"The index at {place} was built before figures were kept. Run `{command}`: what is encoded stays so.",
            )
        )


COPIES_FROM = 5
"""The first number of the pipeline whose builds keep of each copy of a text in which article it stands."""


def check_copies(stored: Manifest, place: Path | str, command: str) -> None:
    """Raise IndexMismatch where a generation was built before it was kept where copies of a text stand."""
    if stored.pipeline < COPIES_FROM:
        raise IndexMismatch(
            say(
                f"{place} 的索引建立时还不能限定文档提问。请运行 `{command}` 重建，已编码的段落不必再编码。",
                f"The index at {place} was built before one could ask within chosen documents. Run `{command}`: what "
                "is encoded stays so.",
            )
        )


def check_model(stored: Manifest, encoder: Encoder, place: Path | str, command: str) -> None:
    """Raise IndexMismatch unless `encoder` is the model that the vectors of a generation were made with."""
    if encoder.fingerprint == stored.fingerprint:
        return
    weights, how = _parted(stored.fingerprint)
    weights_now, how_now = _parted(encoder.fingerprint)
    if weights == weights_now and how.partition("-")[0] != how_now.partition("-")[0]:
        runtime, runtime_now = how.partition("-")[0], how_now.partition("-")[0]
        raise IndexMismatch(
            say(
                f"{place} 的索引由以 {runtime} 运行的模型 {stored.model} 建立，当前以 {runtime_now} 运行。"
                f"请设置 WENJU_RUNTIME={runtime}，或运行 `{command}` 重建。",
                f"The index at {place} was built with the model {stored.model} run as {runtime}; it is run as "
                f"{runtime_now} now. Set WENJU_RUNTIME={runtime}, or run `{command}`.",
            )
        )
    before = f"{stored.model} ({weights[:12]}, {how})"
    now = f"{encoder.name} ({weights_now[:12]}, {how_now})"
    raise IndexMismatch(
        say(
            f"{place} 的索引由模型 {before} 建立，当前模型为 {now}。请改用原模型,或运行 `{command}` 重建。",
            f"The index at {place} was built with the model {before}, the model in use is {now}. "
            f"Use that model, or run `{command}`.",
        )
    )


def _parted(fingerprint: str) -> tuple[str, str]:
    """The weights that a fingerprint stands for, and how they are run: int8 or fp32 with a version, torch."""
    exported = _EXPORTED.search(fingerprint)
    return (fingerprint, "torch") if exported is None else (fingerprint[: exported.start()], exported["how"])
