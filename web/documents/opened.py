"""A folder opened once: what is done in it is done there, wherever its path leads by then.

A path is followed anew each time it is used, and whoever may write a folder may put a link in the place of a part of
it in between. Names given here are of one part, and no link is followed.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

__all__ = ["Folder"]

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Folder:
    """An open folder, to be closed; its methods raise OSError, for a link as for what is no folder."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def open(cls, path: Path) -> Folder:
        """Open the folder at a path; the path itself may not end in a link."""
        return cls(os.open(path, _FOLDER))

    def __enter__(self) -> Folder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    def inner(self, name: str) -> Folder:
        """Open a folder of it."""
        return Folder(os.open(_part(name), _FOLDER, dir_fd=self._descriptor))

    def made(self, name: str) -> Folder:
        """Open a folder of it, which is made where it is missing."""
        with suppress(FileExistsError):
            self.make(name)
        return self.inner(name)

    def make(self, name: str) -> None:
        """Make a folder in it; FileExistsError where anything has the name."""
        os.mkdir(_part(name), dir_fd=self._descriptor)

    def reach(self, parts: tuple[str, ...], *, make: bool = False) -> Folder:
        """Open the folder that names lead to, one within the other; itself, opened again, where there are none."""
        reached = Folder(os.dup(self._descriptor))
        for part in parts:
            with reached:
                reached = reached.made(part) if make else reached.inner(part)
        return reached

    def is_folder(self, name: str) -> bool:
        """Whether the name is a folder's, and no link's to one."""
        return stat.S_ISDIR(os.stat(_part(name), dir_fd=self._descriptor, follow_symlinks=False).st_mode)

    def names(self) -> list[str]:
        """The names in it."""
        return os.listdir(self._descriptor)

    def create(self, name: str) -> int:
        """Make a new file and return its descriptor; FileExistsError where anything has the name."""
        return os.open(_part(name), _NEW_FILE, 0o666, dir_fd=self._descriptor)

    def move(self, name: str, target: Folder, to: str) -> None:
        """Give a file another name, in this folder or another; a link is moved itself. Replaces a file of the name."""
        os.rename(_part(name), _part(to), src_dir_fd=self._descriptor, dst_dir_fd=target._descriptor)

    def link(self, name: str, to: str) -> None:
        """Give a file a second name; FileExistsError where there is one, be it a link to nowhere."""
        here = self._descriptor
        os.link(_part(name), _part(to), src_dir_fd=here, dst_dir_fd=here, follow_symlinks=False)

    def remove(self, name: str) -> None:
        """Remove a file."""
        os.unlink(_part(name), dir_fd=self._descriptor)

    def remove_empty(self, name: str) -> None:
        """Remove a folder, unless there is something in it."""
        os.rmdir(_part(name), dir_fd=self._descriptor)

    def sync(self) -> None:
        """Force the list of names to the disk."""
        os.fsync(self._descriptor)


def _part(name: str) -> str:
    if "/" in name or name in ("", ".", ".."):
        message = f"{name[:40]!r} is not the name of one file"
        raise ValueError(message)
    return name
