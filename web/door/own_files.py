"""Files that visitors sent here, and no others."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from embeddings.errors import Unreadable

__all__ = ["own_upload"]


def own_upload(file: object, folder: Path) -> Path:
    """The file of this name where it was uploaded: an ordinary one within `folder`, with no link on the way to it.

    Raises Unreadable for anything else, wherever it may lead.
    """
    if isinstance(file, str) and file and "\0" not in file:
        path = Path(file)
        root = folder.resolve()
        try:
            if path.is_absolute() and _is_own(path.parent.resolve() / path.name, root):
                return path.parent.resolve() / path.name
        except (OSError, RuntimeError, ValueError):  # gone, not ours to look at, a loop of links, no name at all
            pass
    raise Unreadable("不是上传到这里的文件。", "Not a file that was uploaded here.")


def _is_own(path: Path, root: Path) -> bool:
    # Whoever can make a second name for a file of somebody else has not uploaded it.
    found = os.lstat(path)
    return path.name != ".." and root in path.parents and stat.S_ISREG(found.st_mode) and found.st_nlink == 1
