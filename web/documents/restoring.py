"""What was taken out of the corpus and is kept beside it: which files there are, and putting them back."""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.errors import Unreadable
from web.documents.library import REMOVED, Refused
from web.documents.opened import Folder
from web.documents.uploads import shown_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Kept", "Restored", "kept_files", "restore"]

_MOST_LISTED = 10_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was taken out: where it stood, where in the corpus folder it is kept, when, and its size in bytes."""

    file: str
    kept: str
    when: datetime | None
    bytes: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A file that is in its place again."""

    file: str


def kept_files(corpus: Path) -> list[Kept]:
    """All files that are kept, those taken out last first; none where nothing was. No link is followed."""
    found: list[Kept] = []
    root = corpus / REMOVED
    if root.is_symlink():
        return found
    with suppress(OSError):
        for removal in sorted(os.scandir(root), key=lambda entry: entry.name, reverse=True):
            if removal.is_dir(follow_symlinks=False):
                found += _within(removal.path, removal.name)
            if len(found) >= _MOST_LISTED:
                break
    return found[:_MOST_LISTED]


def _within(folder: str, name: str) -> Iterator[Kept]:
    when = _when(name)
    for where, _, files in os.walk(folder):
        for file in sorted(files):
            path = Path(where, file)
            inner = path.relative_to(folder).as_posix()
            with suppress(OSError):
                yield Kept(inner, f"{REMOVED}/{name}/{inner}", when, path.lstat().st_size)


def _when(name: str) -> datetime | None:
    try:
        return datetime.strptime(name[:15], "%Y%m%d-%H%M%S")
    except ValueError:
        return None


def restore(corpus: Path, kept: Iterable[str]) -> list[Restored | Refused]:
    """Put files back where they stood, by the names that `kept_files` gives them.

    Nothing that stands there meanwhile is written over, and no link is followed. Any other name is refused.
    """
    known = {item.kept: item for item in kept_files(corpus)}
    results: list[Restored | Refused] = []
    for name in kept:
        item = known.pop(name, None)
        try:
            if item is None:
                raise Unreadable("没有这个已移除的文件。", "There is no such file among those that were removed.")
            _put_back(corpus.resolve(), item)
            results.append(Restored(item.file))
        except Unreadable as reason:
            results.append(Refused(shown_name(name), reason.zh, reason.en))
        except OSError as error:
            detail = error.strerror or type(error).__name__
            results.append(Refused(shown_name(name), f"放不回去：{detail}。", f"It cannot be put back: {detail}."))
    return results


def _put_back(corpus: Path, item: Kept) -> None:
    *kept_in, name = item.kept.split("/")
    *folders, _ = item.file.split("/")
    with ExitStack() as opened:
        try:
            root = opened.enter_context(Folder.open(corpus))
            source = opened.enter_context(root.reach(tuple(kept_in)))
            target = opened.enter_context(root.reach(tuple(folders), make=True))
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENOTDIR):
                raise Unreadable("它的文件夹成了链接或文件。", "Its folder is a link or a file now.") from error
            raise
        if name in target.names():
            raise Unreadable(
                "原处已有同名的文件；请先移除那一个。", "A file of its name is there already; remove that one first."
            )
        source.move(name, target, name)
        target.sync()
    with suppress(OSError):  # the folders of the removal, where nothing is left in them
        folder = corpus.joinpath(*kept_in)
        while folder.name != REMOVED:
            folder.rmdir()
            folder = folder.parent
