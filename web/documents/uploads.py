"""Files that visitors bring into the corpus: each is checked, read once, and put there under a safe name.

Nothing that is there is written over, and nothing half written is left: a file is made beside, under a hidden name,
and gets its own in one step.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import secrets
import stat
import threading
import unicodedata
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chinese.errors import WenjuError
from chinese.shown import shown
from embeddings.errors import CorpusError, PagesUnread, Unreadable
from embeddings.guarding.guarded import GROWTH, SECONDS, GuardedReader
from embeddings.reading.documents import LARGEST_FILE, SUPPORTED, list_files
from embeddings.store.generation import sha256_file
from web.documents.contents import archive_refused, check_content
from web.documents.opened import Folder

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Intake", "Refused", "Stored", "UploadLimits", "safe_folders", "safe_name", "shown_name"]

_MEBIBYTE = 1 << 20
_PIECE = _MEBIBYTE
_LONGEST_NAME = 120
_LONGEST_SHOWN = 80
_MOST_OF_A_NAME = 1000
_MOST_FOLDERS = 8
_UNNAMED = "文档"
_HIDDEN = ".upload-"

_ARCHIVES = frozenset((".zip", ".gz", ".tgz", ".7z", ".rar", ".tar", ".bz2", ".xz", ".zst"))

_SLASHES = re.compile(r"[\\/]")
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
_HIDING = re.compile(r"^(?:[.\s]|~\$)+")  # such names are no documents of the corpus
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\.|\s|$)", re.IGNORECASE)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How many files may come at once, and how many bytes each may have.

    Reading one may take so many `seconds`, and let the process that reads it grow by so many bytes (`growth`).
    """

    files: int = 20
    bytes: int = LARGEST_FILE
    seconds: float = SECONDS
    growth: int = GROWTH


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is in the corpus now: as what it came, and its name there."""

    name: str
    file: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that nothing was done with, and why, in both languages; `name` is fit to be shown."""

    name: str
    zh: str
    en: str


class Intake:
    """Takes uploads into a corpus folder, any number of them at once; no two get one name, or have one content."""

    def __init__(self, corpus: Path, limits: UploadLimits | None = None) -> None:
        self._corpus = corpus
        self._limits = UploadLimits() if limits is None else limits
        self._putting = threading.Lock()

    def store(
        self, uploads: Sequence[tuple[str, Path]], folders: Sequence[str] | None = None
    ) -> list[Stored | Refused]:
        """Put files into the folder, which is made where it is missing; says of each, in order, what became of it.

        An upload is the name it claims to have and the file that holds it, which is only read. `folders` are those that
        they stood in where they come from (2023/简报, "" for none), one for each; they are made in the same way.
        """
        limits = self._limits
        results: list[Stored | Refused] = []
        with closing(GuardedReader(limits.seconds, limits.growth)) as reader:
            for number, (name, file) in enumerate(uploads):
                if number >= limits.files:
                    reason = (
                        f"一次最多添加 {limits.files} 个文件，请分几次。",
                        f"At most {limits.files} files at once; add the rest after these.",
                    )
                    results.append(Refused(shown_name(name), *reason))
                    continue
                try:
                    within = safe_folders(folders[number]) if folders is not None else ()
                    results.append(Stored(shown_name(name), self._store(name, file, reader, within)))
                except Unreadable as reason:
                    results.append(Refused(shown_name(name), reason.zh, reason.en))
                except WenjuError as error:  # in the language of the page already
                    results.append(Refused(shown_name(name), str(error), str(error)))
                except OSError as error:
                    _log.warning("An upload could not be stored: %s", error)
                    results.append(Refused(shown_name(name), *_not_written(error)))
        return results

    def _store(self, name: str, upload: Path, reader: GuardedReader, within: tuple[str, ...]) -> str:
        """Return the name that the file has in the corpus; raises Unreadable or OSError, and then nothing is left."""
        wanted = safe_name(name)
        suffix = Path(wanted).suffix.lower()
        self._corpus.mkdir(parents=True, exist_ok=True)
        root = self._corpus.resolve()
        beside = f"{_HIDDEN}{secrets.token_hex(8)}{suffix}"
        with Folder.open(root) as top, _made(top, within) as folder:
            path = root.joinpath(*within, beside)
            try:
                _copy(upload, folder, beside, self._limits)
                check_content(path, suffix)
                with suppress(PagesUnread):  # the build has them recognised, which takes longer than a visitor waits
                    reader.read(root, "/".join((*within, beside)))
                with self._putting:
                    _check_new(path, root)
                    return "/".join((*within, _put(beside, folder, wanted)))
            finally:
                with suppress(FileNotFoundError):
                    folder.remove(beside)
                _remove_empty(top, within)


def _made(top: Folder, within: tuple[str, ...]) -> Folder:
    try:
        return top.reach(within, make=True)
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.ENOTDIR):
            raise
        raise Unreadable("它的文件夹在这里是链接或文件。", "Its folder is a link or a file here.") from error


def _remove_empty(top: Folder, within: tuple[str, ...]) -> None:
    """Remove the folders of an upload in which there is nothing."""
    for count in range(len(within), 0, -1):
        with suppress(OSError), top.reach(within[: count - 1]) as above:
            above.remove_empty(within[count - 1])


# --- names


def safe_name(name: str) -> str:
    """The name that a file gets, from the one it claims: its last part, shown as it is, on any system, for listing.

    At most 120 bytes of UTF-8, suffix and all. Raises Unreadable for a suffix that cannot be read.
    """
    last = _SLASHES.split(unicodedata.normalize("NFC", name[-_MOST_OF_A_NAME:]))[-1]
    plain = _NOT_IN_NAMES.sub("_", " ".join(_without_controls(last).split())).rstrip(". ")
    stem, dot, ending = plain.rpartition(".")
    suffix = f".{ending}" if dot else ""
    _check_suffix(suffix.lower())
    stem = _HIDING.sub("", stem).strip(". ")
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return _fitted(stem, suffix)


def safe_folders(claimed: str) -> tuple[str, ...]:
    """The folders that a file gets, from those it claims to stand in: names as `safe_name` makes them, and few."""
    names = []
    for part in _SLASHES.split(unicodedata.normalize("NFC", claimed[:_MOST_OF_A_NAME])):
        plain = _NOT_IN_NAMES.sub("_", " ".join(_without_controls(part).split()))
        stem = _HIDING.sub("", plain).strip(". ")
        if stem:
            names.append(_fitted(f"_{stem}" if _RESERVED.match(stem) else stem, ""))
    return tuple(names[:_MOST_FOLDERS])


def _without_controls(text: str) -> str:
    """Without controls, direction marks, invisible and unassigned characters, and halves of surrogate pairs."""
    spaced = "".join(" " if character in "\t\n\r" else character for character in text)
    return "".join(
        character
        for character in spaced
        if unicodedata.category(character)[0] != "C" and character not in "\u2028\u2029"
    )


def _fitted(stem: str, tail: str) -> str:
    """Shorten the stem until stem and tail fit; a tail is short."""
    room = _LONGEST_NAME - len(tail.encode())
    cut = stem.encode()[:room].decode("utf-8", "ignore").rstrip(". ")
    return f"{cut or _UNNAMED}{tail}"


def shown_name(name: str) -> str:
    """A claimed name as it can be told, however odd."""
    plain = shown(" ".join(name[-_MOST_OF_A_NAME:].split()))
    return plain if len(plain) <= _LONGEST_SHOWN else "…" + plain[1 - _LONGEST_SHOWN :]


def _check_suffix(suffix: str) -> None:
    if suffix in SUPPORTED:
        return
    if suffix in _ARCHIVES:
        raise archive_refused()
    known = " ".join(sorted(SUPPORTED))
    raise Unreadable(
        f"不支持的格式“{suffix}”，可读的有：{known}。" if suffix else f"文件名没有后缀，可读的有：{known}。",
        f"Unsupported format {suffix!r}; these can be read: {known}."
        if suffix
        else f"Its name has no suffix; these can be read: {known}.",
    )


# --- writing


def _copy(upload: Path, folder: Folder, beside: str, limits: UploadLimits) -> None:
    with upload.open("rb") as source:
        if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
            raise Unreadable("不是普通文件。", "Not an ordinary file.")
        with os.fdopen(folder.create(beside), "wb") as target:
            size = 0
            while piece := source.read(_PIECE):
                size += len(piece)
                if size > limits.bytes:
                    raise _too_large(os.fstat(source.fileno()).st_size, limits.bytes)
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
    if size == 0:
        raise Unreadable("文件是空的。", "The file is empty.")


def _too_large(size: int, limit: int) -> Unreadable:
    shown, most = f"{size / _MEBIBYTE:.1f}", f"{limit / _MEBIBYTE:g}"
    return Unreadable(f"文件太大（{shown} MiB，上限 {most}）。", f"Too large ({shown} MiB, at most {most}).")


def _check_new(beside: Path, root: Path) -> None:
    """Raise Unreadable where a document of the corpus has the same bytes."""
    try:
        files = list_files(root)
    except CorpusError as error:
        raise OSError(errno.EACCES, str(error)) from error
    size, digest = beside.stat().st_size, ""
    for file in files:
        path = root / file
        with suppress(OSError):  # what cannot be read is none of the same
            if not path.is_file() or path.stat().st_size != size:
                continue
            digest = digest if digest else sha256_file(beside)
            if sha256_file(path) == digest:
                raise Unreadable(
                    f"同样的内容已在文档中：{file}。", f"The same content is among the documents already: {file}."
                )


def _put(beside: str, folder: Folder, wanted: str) -> str:
    """Give a finished file its name, or the next one that is free, and return it."""
    suffix = Path(wanted).suffix
    stem = wanted.removesuffix(suffix)
    # Names that only differ in case are one on other systems; so are those in other normal forms to the eye.
    taken = {_folded(name) for name in folder.names()}
    for number in range(1, len(taken) + 2):
        name = wanted if number == 1 else _fitted(stem, f" ({number}){suffix}")
        if _folded(name) in taken:
            continue
        with suppress(FileExistsError):  # made by someone else just now
            _link(beside, folder, name)
            folder.sync()
            return name
    raise OSError(errno.EEXIST, os.strerror(errno.EEXIST), wanted)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _link(beside: str, folder: Folder, name: str) -> None:
    """Give a file a second name; FileExistsError where there is one, be it a link to nowhere."""
    try:
        folder.link(beside, name)
    except FileExistsError:
        raise
    except OSError:  # a file system without such links
        os.close(folder.create(name))
        try:
            folder.move(beside, folder, name)
        except OSError:
            folder.remove(name)
            raise


def _not_written(error: OSError) -> tuple[str, str]:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "磁盘已满；请腾出空间再添加。", "The disk is full; make room and add it again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "没有写入文档文件夹的权限。", "No permission to write into the folder of documents."
    detail = error.strerror or type(error).__name__
    return f"写入失败：{detail}。", f"It cannot be written: {detail}."
