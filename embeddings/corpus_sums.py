"""What the corpus held when it was read: by this a later build tells whether anything changed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from embeddings.documents import Unreadable
from embeddings.generation import sha256_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from embeddings.guarded import GuardedReader
    from embeddings.types import Document

_READINGS = 3  # of a document that somebody is writing


def file_sum(corpus: Path, file: str) -> str:
    """Return a file's SHA-256, "" where it cannot be read."""
    try:
        return sha256_file(corpus / file)
    except OSError:
        return ""


def corpus_sum(sums: Mapping[str, str]) -> str:
    """Return one SHA-256 of all files, given the sum of each by its name."""
    lines = "".join(f"{file}\0{digest}\n" for file, digest in sums.items())
    return hashlib.sha256(lines.encode("utf-8", "replace")).hexdigest()


def read_unchanged(reader: GuardedReader, corpus: Path, file: str, digest: str) -> tuple[Document, str]:
    """Read a file whose SHA-256 was `digest`, again where it was changed meanwhile; returns the sum it has, too.

    Raises Unreadable where it cannot be read, or does not come to rest.
    """
    for _ in range(_READINGS):
        document = reader.read(corpus, file)
        now = file_sum(corpus, file)
        if now == digest:
            return document, digest
        digest = now
    raise Unreadable("读取时一直在变化，请稍后再次重建", "it kept changing while it was read; rebuild later")
