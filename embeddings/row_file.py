"""Rows of a matrix in a file, read by number: word vectors of a model, vectors of an index."""

from __future__ import annotations

import os
import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class RowFile:
    """A file opened for reading; threads may share it. Raises OSError where there is none.

    Rows are read, not mapped: the pages that a map touches, and those around them, stay in the process's memory, and in
    time that would be all of them.
    """

    def __init__(self, file: Path) -> None:
        self._descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        # It stays open as long as it is used, whoever that is.
        weakref.finalize(self, os.close, self._descriptor)

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return os.fstat(self._descriptor).st_size

    def read(self, start: int, size: int) -> bytes:
        """`size` bytes from `start` on, fewer where the file ends."""
        return os.pread(self._descriptor, size, start)

    def rows(self, numbers: Iterable[int], length: int, first: int = 0) -> bytes:
        """The rows of these numbers, each of `length` bytes, one after the other; row 0 begins at `first`."""
        return b"".join([os.pread(self._descriptor, length, first + number * length) for number in numbers])
