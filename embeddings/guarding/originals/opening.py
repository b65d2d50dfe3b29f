"""A document of the corpus opened by its name: within the folder, an ordinary file, no link anywhere on the way."""

from __future__ import annotations

import os
import stat
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from embeddings.errors import Unreadable
from embeddings.reading.documents import LARGEST_FILE, of_system

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["open_beneath", "read_beneath"]

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# A pipe in the place of a file would otherwise be waited for.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def open_beneath(corpus: Path, file: str) -> int:
    """Open a file, named relative to the corpus as `list_files` does, and return its descriptor.

    Each part of the name is opened in the folder before it, so that no link that is put there meanwhile is followed.
    Raises Unreadable for a name that leads out, a link, what is no ordinary file, and what the system refuses.
    """
    parts = PurePosixPath(file).parts
    if not parts or file.startswith("/") or "/".join(parts) != file or ".." in parts or "\0" in file:
        raise _no_file()
    try:
        folder = os.open(corpus.resolve(), _FOLDER)
        try:
            for part in parts[:-1]:
                inner = os.open(part, _FOLDER, dir_fd=folder)
                os.close(folder)
                folder = inner
            opened = os.open(parts[-1], _FILE, dir_fd=folder)
        finally:
            os.close(folder)
    except (FileNotFoundError, PermissionError) as error:
        raise of_system(error) from error
    except (OSError, ValueError) as error:  # a link (ELOOP), no folder (ENOTDIR), a name that the system does not take
        raise _no_file() from error
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise _no_file()
    return opened


def read_beneath(corpus: Path, file: str) -> bytes:
    """The bytes of a file that `open_beneath` opens; Unreadable too where it is larger than what is read."""
    with os.fdopen(open_beneath(corpus, file), "rb") as opened:
        if os.fstat(opened.fileno()).st_size > LARGEST_FILE:
            raise Unreadable("文件太大。", "The file is too large.")
        return opened.read(LARGEST_FILE + 1)


def _no_file() -> Unreadable:
    return Unreadable("不是文档文件夹里的普通文件。", "Not an ordinary file of the folder of documents.")
