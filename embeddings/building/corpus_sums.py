"""What the corpus held when it was read: by this a later build tells whether anything changed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from embeddings.errors import Unreadable
from embeddings.store.generation import sha256_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from embeddings.guarding.guarded import GuardedReader
    from embeddings.guarding.pieces import Pieces
    from embeddings.recognising.recogniser import Recogniser, Scan
    from embeddings.types import Recognised

_READINGS = 3  # of a document that somebody is writing


class Unsteady(Unreadable):
    """A file that somebody keeps writing: a later build has to read it, even if it is then what it was before."""


def file_sum(corpus: Path, file: str, check: Callable[[], None] | None = None) -> str:
    """Return a file's SHA-256, "" where it cannot be read; `check` is called often, and may raise to end it."""
    try:
        return sha256_file(corpus / file, check)
    except OSError:
        return ""


def corpus_sum(sums: Mapping[str, str]) -> str:
    """Return one SHA-256 of all files, given the sum of each by its name."""
    lines = "".join(f"{file}\0{digest}\n" for file, digest in sums.items())
    return hashlib.sha256(lines.encode("utf-8", "replace")).hexdigest()


def read_still(
    reader: GuardedReader, corpus: Path, file: str, recognised: Recognised | None = None
) -> tuple[Pieces, str]:
    """Read a file that nobody writes meanwhile, again where somebody did; returns its SHA-256 too.

    Raises PagesUnread where it has pages to recognise, Unreadable where it cannot be read, Unsteady where it does not
    come to rest, OSError where it is gone.
    """
    for _ in range(_READINGS):
        before = _state(corpus / file)
        pieces = reader.read(corpus, file) if recognised is None else reader.read(corpus, file, recognised)
        digest = file_sum(corpus, file)
        if _state(corpus / file) == before:
            return pieces, digest
    raise Unsteady("读取时一直在变化，请稍后再次重建", "it kept changing while it was read; rebuild later")


def read_scan(reader: GuardedReader, corpus: Path, scan: Scan, recogniser: Recogniser) -> tuple[Pieces, str]:
    """Read a file with what was recognised of its pages; notes say why some were not. Returns its SHA-256 too.

    Raises what `read_still` does, Unsteady where somebody wrote the file since.
    """
    why = recogniser.why_not(scan)
    try:
        pieces, digest = read_still(reader, corpus, scan.file, recogniser.recognised(scan))
    except Unreadable as error:
        if why is None or isinstance(error, Unsteady):
            raise
        raise Unreadable(f"{error.zh}{why.zh}", f"{error.en} {why.en}") from error
    if digest != scan.digest:
        raise Unsteady("识别时文件有变化，请稍后再次重建", "it changed while it was recognised; rebuild later")
    return (pieces if why is None else replace(pieces, notes=(*pieces.notes, why))), digest


def _state(path: Path) -> tuple[int, ...]:
    """Say what no writing leaves as it was; the time of the last change (ctime), unlike mtime, cannot be set back."""
    status = path.stat()
    return status.st_dev, status.st_ino, status.st_size, status.st_ctime_ns
