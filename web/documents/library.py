"""The files of the corpus and those of the index side by side, and taking files out of the corpus."""

from __future__ import annotations

import errno
import os
import threading
from collections import OrderedDict
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from embeddings.building.corpus_sums import corpus_sum
from embeddings.errors import Unreadable
from embeddings.reading.documents import list_files
from embeddings.store.generation import sha256_file
from web.documents.facts import NOTHING, FactsOfIndex
from web.documents.opened import Folder
from web.documents.uploads import Refused, shown_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from embeddings.store.generation import DocumentEntry, Manifest
    from embeddings.store.stores import Generation
    from embeddings.types import ReadingNote

__all__ = ["Catalogue", "FileRow", "Library", "Refused", "Removed", "Status", "remove"]

Status = Literal["indexed", "new", "changed", "removed", "skipped"]

REMOVED = ".removed"
"""The folder of the corpus that keeps what was taken out; it is hidden, and so never read."""

_HASHING = timedelta(hours=1)  # more than it takes to hash a corpus, which a build does before it is named
_KEPT_SUMS = 100_000

_Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of the corpus, of the index, or of both.

    `articles`, `chunks`, `date` (the latest of its articles, ISO 8601), `title` (of its first article), `pages` (0 for
    what has none) and `notes` (what was read, what was left out) are as the index has them; a file that it lacks has
    none. `bytes` is the size now, of one that is gone that in the
    index. `zh` and `en` say why a file was skipped, "" for any other.
    """

    file: str
    articles: int
    chunks: int
    date: str | None
    bytes: int
    status: Status
    zh: str = ""
    en: str = ""
    notes: tuple[ReadingNote, ...] = ()
    title: str = ""
    pages: int = 0

    @property
    def is_unread(self) -> bool:
        """Whether it could not be read, or not whole."""
        return self.status == "skipped" or any(note.left_out for note in self.notes)


@dataclass(frozen=True, slots=True)
class Library:
    """A row for each file, by name."""

    rows: tuple[FileRow, ...]

    @property
    def changed(self) -> int:
        """How many files came, changed or went since the last build."""
        return sum(row.status in ("new", "changed", "removed") for row in self.rows)

    @property
    def files(self) -> int:
        """How many files are in the corpus now."""
        return sum(row.status != "removed" for row in self.rows)

    @property
    def articles(self) -> int:
        """Articles in the index; one that stands in two files counts twice."""
        return sum(row.articles for row in self.rows)

    @property
    def chunks(self) -> int:
        """Chunks in the index; one that stands in two files counts twice."""
        return sum(row.chunks for row in self.rows)

    @property
    def bytes(self) -> int:
        """Size of the files that are in the corpus now."""
        return sum(row.bytes for row in self.rows if row.status != "removed")


@dataclass(frozen=True, slots=True)
class Removed:
    """A file that was taken out, and where in the corpus folder it is kept."""

    file: str
    kept: str


class Catalogue:
    """Compares a corpus folder with its index. What is read for that is read once; threads may share it.

    `facts` may be shared with whatever else shows the index.
    """

    def __init__(self, corpus: Path, facts: FactsOfIndex | None = None) -> None:
        self._corpus = corpus
        self._sums = _Sums()
        self._facts = FactsOfIndex() if facts is None else facts

    def library(self, index: Generation | None) -> Library:
        """The files as they are now, beside what the index has of them, if there is one; no files of a missing folder.

        A file's bytes are only read where neither its size nor when it was last touched can tell. Raises CorpusError
        for a folder that cannot be opened.
        """
        paths = _paths(self._corpus)
        if index is None:
            new = (FileRow(file, 0, 0, None, _size(_stamp(path)), "new") for file, path in paths.items())
            return Library(tuple(new))
        manifest = index.manifest
        stamps = {file: _stamp(path) for file, path in paths.items()}
        stale = self._stale_documents(paths, stamps, manifest) | self._stale_skipped(paths, stamps, manifest)
        known = {entry.file: entry for entry in manifest.documents}
        skipped = {item.file: item for item in manifest.skipped}
        facts = self._facts.of_files(index)
        rows = []
        for file in sorted(paths.keys() | known.keys() | skipped.keys()):
            entry, left_out = known.get(file), skipped.get(file)
            status: Status = "new"
            if entry is not None or left_out is not None:
                status = "removed" if file not in paths else "indexed" if left_out is None else "skipped"
            if file in stale:
                status = "changed"
            articles, chunks = (0, 0) if entry is None else (entry.articles, entry.chunks)
            size = _size(stamps[file]) if file in paths else 0 if entry is None else entry.size
            zh, en = (left_out.zh, left_out.en) if left_out is not None and status == "skipped" else ("", "")
            notes = () if entry is None else entry.notes
            fact = facts.get(file, NOTHING)
            date, title, pages = fact.date or None, fact.title, fact.pages
            rows.append(FileRow(file, articles, chunks, date, size, status, zh, en, notes, title, pages))
        return Library(tuple(rows))

    def _stale_documents(
        self, paths: Mapping[str, Path], stamps: Mapping[str, _Stamp | None], manifest: Manifest
    ) -> set[str]:
        """The documents that are no longer what the index has of them."""
        begun = _begun(manifest)
        return {
            entry.file
            for entry in manifest.documents
            if entry.file in paths and not self._is_same(paths[entry.file], stamps[entry.file], entry, begun)
        }

    def _is_same(self, path: Path, stamp: _Stamp | None, entry: DocumentEntry, begun: datetime | None) -> bool:
        if stamp is None or stamp[0] != entry.size:
            return False
        if begun is not None and _touched(stamp) < begun - _HASHING:
            return True
        return self._sums.get(path, stamp) == entry.sha256

    def _stale_skipped(
        self, paths: Mapping[str, Path], stamps: Mapping[str, _Stamp | None], manifest: Manifest
    ) -> set[str]:
        """The skipped files that changed: the manifest has no sum of each, but when it was made, and one sum of all."""
        made = datetime.fromisoformat(manifest.created) + timedelta(seconds=1)  # it has no fractions
        there = {item.file: stamps[item.file] for item in manifest.skipped if item.file in paths}
        touched = {file for file, stamp in there.items() if stamp is not None and _touched(stamp) > made}
        if not touched or len(there) < len(manifest.skipped):
            return touched
        sums = {entry.file: entry.sha256 for entry in manifest.documents}
        sums |= {file: "" if stamp is None else self._sums.get(paths[file], stamp) for file, stamp in there.items()}
        # By the names on the disk, as the build has them.
        listed = {_name_on_disk(self._corpus, file, paths): digest for file, digest in sums.items()}
        return set() if corpus_sum(dict(sorted(listed.items()))) == manifest.corpus_sha256 else touched


def _paths(corpus: Path) -> dict[str, Path]:
    """The files of the corpus, none where it is missing, by the index's names: what is no UTF-8 has others there."""
    if not corpus.exists():
        return {}
    return {os.fsencode(file).decode("utf-8", "replace"): corpus / file for file in list_files(corpus)}


def _name_on_disk(corpus: Path, file: str, paths: Mapping[str, Path]) -> str:
    """The name of a file, given the index's; what is gone is called as there."""
    return paths[file].relative_to(corpus).as_posix() if file in paths else file


# --- what changed


def _stamp(path: Path) -> _Stamp | None:
    """What changes when a file does: size, times of its content and of its entry, and which file it is."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def _size(stamp: _Stamp | None) -> int:
    return 0 if stamp is None else stamp[0]


def _touched(stamp: _Stamp) -> datetime:
    """When it was last written, or put in its place: a file that is moved keeps the time of its content only."""
    return datetime.fromtimestamp(max(stamp[1], stamp[2]) / 1e9, UTC)


def _begun(manifest: Manifest) -> datetime | None:
    """When the build was named, which is after it hashed the files; None where the name does not say."""
    try:
        return datetime.strptime(manifest.generation[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


class _Sums:
    """SHA-256 of files, read again only where the stamp is another; "" for one that cannot be read."""

    def __init__(self) -> None:
        self._known: OrderedDict[Path, tuple[_Stamp, str]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, path: Path, stamp: _Stamp) -> str:
        with self._lock:
            found = self._known.get(path)
        if found is not None and found[0] == stamp:
            return found[1]
        try:
            digest = sha256_file(path)
        except OSError:
            return ""
        with self._lock:
            self._known[path] = (stamp, digest)
            if len(self._known) > _KEPT_SUMS:
                self._known.popitem(last=False)
        return digest


# --- taking out


def remove(corpus: Path, files: Iterable[str]) -> list[Removed | Refused]:
    """Move files of the corpus into a hidden folder of it, by the names that a `Catalogue` gives them.

    Nothing is deleted, and no link is followed, not even one that is put on the way meanwhile. Any other name is
    refused, whatever it leads to. Raises CorpusError for a folder that cannot be opened.
    """
    root = corpus.resolve()
    paths = _paths(root)
    results: list[Removed | Refused] = []
    with ExitStack() as opened:
        keeper: _Keeper | None = None
        for file in files:
            try:
                path = paths.pop(file, None)
                if path is None:
                    raise Unreadable("文档中没有这个文件。", "There is no such file among the documents.")
                if keeper is None:
                    keeper = opened.enter_context(_keeping(root))
                results.append(Removed(file, keeper.take(path.relative_to(root).parts)))
            except Unreadable as reason:
                results.append(Refused(shown_name(file), reason.zh, reason.en))
            except OSError as error:
                detail = error.strerror or type(error).__name__
                results.append(Refused(shown_name(file), f"移不动：{detail}。", f"It cannot be moved: {detail}."))
    return results


@dataclass(frozen=True, slots=True)
class _Keeper:
    """The open corpus, and in it the open folder of one removal, with its name."""

    root: Folder
    folder: Folder
    name: str

    def take(self, parts: tuple[str, ...]) -> str:
        """Move a file, given by the parts of its path in the corpus, and return where it is kept."""
        *folders, name = parts
        try:
            # A link is moved itself, not what it leads to; but none may be on the way to the file.
            with self.root.reach(tuple(folders)) as source:
                if source.is_folder(name):
                    raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
                with self.folder.reach(tuple(folders), make=True) as target:
                    source.move(name, target, name)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENOTDIR):
                raise Unreadable("不是普通文件。", "Not an ordinary file.") from error
            raise
        return "/".join((REMOVED, self.name, *parts))


@contextmanager
def _keeping(path: Path) -> Iterator[_Keeper]:
    """Make the folder of a removal, which it shares with no other one; it goes again where nothing is moved."""
    with Folder.open(path) as root, _removed(root) as kept:
        name = _new_folder(kept)
        try:
            with kept.inner(name) as folder:
                yield _Keeper(root, folder, name)
        finally:
            with suppress(OSError):
                kept.remove_empty(name)


def _removed(root: Folder) -> Folder:
    try:
        return root.made(REMOVED)
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.ENOTDIR):
            raise
        raise Unreadable(
            f"{REMOVED} 是链接或文件，请改成文件夹。", f"{REMOVED} is a link or a file; make it a folder."
        ) from error


def _new_folder(kept: Folder) -> str:
    now = f"{datetime.now():%Y%m%d-%H%M%S}"
    for number in count(1):
        name = now if number == 1 else f"{now}-{number}"
        with suppress(FileExistsError):
            kept.make(name)
            return name
    raise AssertionError
