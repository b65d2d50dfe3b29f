"""Where uploads lie until they are added to the corpus: a folder of this server alone, which no other account can open.

A process that serves pages has one such folder, and in it each page one of its own. What is not added within some
minutes is removed, all of it when the page ends; what a killed server left is removed by the next one.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import tempfile
import threading
import time
import weakref
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import filelock

from chinese.errors import WenjuError, say
from web.door.guard import UPLOAD_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Batch", "FolderLimits", "NoRoom", "ProcessFolder", "UploadFolder"]

_PREFIX = "wenju-uploads-"
_LOCK = ".in-use"
_TOLD = "GRADIO_TEMP_DIR"
_SWEEP_SECONDS = 30.0
_BEGINNING_SECONDS = 60
# An empty file takes room too: that of its name and of its entry.
_LEAST_OF_A_FILE = 64 << 10


@dataclass(frozen=True, slots=True)
class FolderLimits:
    """Bytes that one visitor, and that all together may have there, and for how many seconds untouched."""

    of_one: int = UPLOAD_BYTES
    of_all: int = 2 * UPLOAD_BYTES
    seconds: float = 600.0


class NoRoom(WenjuError):
    """As many bytes lie there as may; `seconds` is how long it takes at most until there is room."""

    def __init__(self, sentence: str, seconds: float) -> None:
        super().__init__(sentence)
        self.seconds = seconds


@dataclass(slots=True, eq=False)
class Batch:
    """What one upload brings, under the visitor's name; made by `UploadFolder.begin`."""

    visitor: str
    path: Path
    touched: float
    size: int = 0
    files: list[Path] = field(default_factory=list)
    users: int = 0


class UploadFolder:
    """The folder of one page; it is made, in `home`, when it is first asked for. For any number of threads.

    Gradio is told of the process' folder, which it is in, by the environment.
    """

    def __init__(
        self,
        limits: FolderLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
        home: ProcessFolder | None = None,
    ) -> None:
        self._limits = FolderLimits() if limits is None else limits
        self._home = HOME if home is None else home
        self._clock = clock
        self._lock = threading.RLock()
        self._batches: dict[str, Batch] = {}
        self._sizes: Counter[str] = Counter()
        self._page: Path | None = None
        self._leaving: weakref.finalize[..., UploadFolder] | None = None
        self._closed = threading.Event()

    def open(self) -> None:
        """Make the folder, and have what is left in it removed from time to time. WenjuError where none can be made."""
        threading.Thread(target=self._keep_sweeping, args=(self.path,), name="wenju-uploads", daemon=True).start()

    @property
    def path(self) -> Path:
        """The folder, without links on the way to it. WenjuError where none can be made."""
        with self._lock:
            if self._page is None:
                self._page = self._home.enter()
                self._leaving = weakref.finalize(self, self._home.leave, self._page)
            return self._page

    @property
    def size(self) -> int:
        """Bytes that lie there, as they count."""
        with self._lock:
            return self._sizes.total()

    # --- what arrives

    def begin(self, visitor: str) -> Batch:
        """A place for what an upload brings. OSError where it cannot be made."""
        with self._lock:
            name = secrets.token_hex(16)
            batch = Batch(visitor, self.path / name, self._clock())
            batch.path.mkdir(mode=0o700)
            self._batches[name] = batch
            return batch

    def add_file(self, batch: Batch, name: str) -> int:
        """A new file, opened for writing, under a name without slashes. Raises NoRoom or OSError."""
        self.count(batch, _LEAST_OF_A_FILE)
        folder = batch.path / str(len(batch.files))
        folder.mkdir(mode=0o700)
        file = folder / name
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
        batch.files.append(file)
        return opened

    def count(self, batch: Batch, size: int) -> None:
        """Count bytes before they are written. Raises NoRoom where there may be no more."""
        with self._lock:
            if batch.path.name not in self._batches:
                raise NoRoom(
                    say("上传太慢，已取消。请再试一次。", "The upload was too slow and was ended. Try again."), 0
                )
            of_one, of_all = self._sizes[batch.visitor] + size, self.size + size
            if of_one > self._limits.of_one or of_all > self._limits.of_all:
                raise self._full()
            batch.size += size
            self._sizes[batch.visitor] += size
            batch.touched = self._clock()

    def _full(self) -> NoRoom:
        minutes = max(1, round(self._limits.seconds / 60))
        return NoRoom(
            say(
                f"还没添加的上传太多了。它们会在 {minutes} 分钟内清除，请稍后再试。",
                f"Too many uploads wait to be added. They are removed within {minutes} minutes; try again then.",
            ),
            self._limits.seconds,
        )

    # --- what goes

    def discard(self, batch: Batch) -> None:
        """Remove what an upload brought, whole or not."""
        shutil.rmtree(batch.path, ignore_errors=True)
        with self._lock:
            if self._batches.pop(batch.path.name, None) is not None:
                self._sizes[batch.visitor] -= batch.size
                self._sizes += Counter()  # whoever has none there any more is forgotten

    @contextmanager
    def taking(self, files: Iterable[str | Path]) -> Iterator[None]:
        """Keep files while they are added, however long that takes; afterwards what came with them is removed."""
        with self._lock:
            batches = {batch.path: batch for file in files if (batch := self._batch_of(Path(file))) is not None}
            for batch in batches.values():
                batch.users += 1
        try:
            yield
        finally:
            for batch in batches.values():
                with self._lock:
                    batch.users -= 1
                if not batch.users:
                    self.discard(batch)
            self._tidy()

    def sweep(self) -> None:
        """Remove what nobody has added, or gone on with, for so many seconds."""
        before = self._clock() - self._limits.seconds
        with self._lock:
            left = [batch for batch in self._batches.values() if batch.touched <= before and not batch.users]
        for batch in left:
            self.discard(batch)
        self._tidy()

    def close(self) -> None:
        """Remove the folder and all that is in it; there is none afterwards."""
        self._closed.set()
        with self._lock:
            self._batches.clear()
            self._sizes.clear()
            if self._leaving is not None:
                self._leaving()

    def _batch_of(self, file: Path) -> Batch | None:
        with self._lock:
            if self._page is None or not file.is_relative_to(self._page) or ".." in file.parts:
                return None
            parts = file.relative_to(self._page).parts
            return self._batches.get(parts[0]) if parts else None

    def _tidy(self) -> None:
        """Remove the empty files that Gradio makes beside an upload, and forgets."""
        with self._lock:
            if self._page is None or self._closed.is_set():
                return
            for entry in os.scandir(self._page):
                if not entry.is_dir(follow_symlinks=False):
                    with suppress(OSError):
                        os.unlink(entry.path)

    def _keep_sweeping(self, page: Path) -> None:
        while not self._closed.wait(_SWEEP_SECONDS):
            self.sweep()
            # Else a system that removes what has lain in its temporary folder for days would remove it.
            for path in (page, page.parent, page.parent / _LOCK):
                with suppress(OSError):
                    os.utime(path)


# --- the folder of the process


@dataclass(slots=True)
class _Home:
    """The folder that the pages' folders are in. Its lock is held as long as it is used: a killed process holds none.

    `told_before` is what the environment told Gradio until then.
    """

    path: Path
    lock: filelock.BaseFileLock
    told_before: str | None
    process: int
    pages: set[Path] = field(default_factory=set)


class ProcessFolder:
    """The folder that a process' pages have theirs in; it is made for the first page, and goes with the last."""

    def __init__(self) -> None:
        self._entering = threading.RLock()
        self._home: _Home | None = None

    def enter(self) -> Path:
        """A new folder in that of the process, of which Gradio is told. WenjuError where none can be made."""
        with self._entering:
            try:
                home = self._home
                if home is None or home.process != os.getpid():
                    _remove_left_behind(Path(tempfile.gettempdir()))
                    home = self._home = _new_home()
                    os.environ[_TOLD] = str(home.path)
                page = Path(tempfile.mkdtemp(dir=home.path))
            except (OSError, filelock.Timeout) as error:
                raise _no_folder(error) from error
            home.pages.add(page)
            return page

    def leave(self, page: Path) -> None:
        """Remove a page's folder, and with the last one that of the process."""
        with self._entering:
            home = self._home
            if home is None or page not in home.pages or home.process != os.getpid():
                return
            shutil.rmtree(page, ignore_errors=True)
            home.pages.remove(page)
            if not home.pages:
                self._home = None
                shutil.rmtree(home.path, ignore_errors=True)
                home.lock.release()
                _tell(home.told_before)


HOME = ProcessFolder()
"""That of this process: Gradio is told of one folder, by the environment, which a process has one of."""


def _tell(folder: str | None) -> None:
    if folder is None:
        os.environ.pop(_TOLD, None)
    else:
        os.environ[_TOLD] = folder


def _new_home() -> _Home:
    # Its owner alone may enter it: so mkdtemp makes it.
    path = Path(tempfile.mkdtemp(prefix=_PREFIX)).resolve()
    lock = filelock.FileLock(path / _LOCK, thread_local=False)
    lock.acquire(timeout=0)
    return _Home(path, lock, os.environ.get(_TOLD), os.getpid())


def _remove_left_behind(parent: Path) -> None:
    """Remove the folders of servers that were killed: this user's own, and held by no process."""
    for path in parent.glob(f"{_PREFIX}*"):
        with suppress(OSError, filelock.Timeout):
            if _is_left_behind(path):
                with filelock.FileLock(path / _LOCK, timeout=0, thread_local=False):
                    shutil.rmtree(path, ignore_errors=True)


def _is_left_behind(path: Path) -> bool:
    """Whether a folder may be one: what was made just now may be about to be locked."""
    found = path.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    return ours and abs(time.time() - found.st_mtime) > _BEGINNING_SECONDS


def _no_folder(error: Exception) -> WenjuError:
    folder, reason = tempfile.gettempdir(), getattr(error, "strerror", None) or str(error)
    return WenjuError(
        say(
            f"在 {folder} 里建不了存放上传文件的文件夹：{reason}。请用环境变量 TMPDIR 指定别的文件夹。",
            f"No folder for uploads can be made in {folder}: {reason}. Name another one with TMPDIR.",
        )
    )
