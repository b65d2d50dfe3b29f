"""Engines that search the same paragraphs, each in one or two settings; see `benchmarks.peers`.

Every engine runs in a process of its own, in the environment that has its packages. So no module here imports
another's packages, nor wenju's unless it is wenju's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

K = 10
"""Passages that each question gets back."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a question got: the ids of documents, the best first, and the answer where the engine gives one."""

    documents: tuple[str, ...]
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """What was built: the number of chunks, and of the characters that the model was given for them."""

    chunks: int
    characters: int


class Engine(Protocol):
    """One way to index documents and to search them. The methods are called in this order."""

    def load(self) -> None:
        """Import the libraries, load the model and encode a text with it. Not part of a build's time."""
        ...

    def prepare(self, documents: Sequence[tuple[str, str]], folder: Path) -> None:
        """Take the documents, (id, text) each, in the form that the engine reads; `folder` is where it may write."""
        ...

    def build(self) -> Built | None:
        """Build the index and save it as `folder`/index; None where there is nothing to build."""
        ...

    def search(self, question: str) -> Found:
        """The documents of the K best passages, a document once."""
        ...


def unique(ids: Sequence[str]) -> tuple[str, ...]:
    """The ids in their order, each once: two chunks may be of one document."""
    return tuple(dict.fromkeys(ids))
