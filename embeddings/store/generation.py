"""The index on disk as typed objects: where each file lies, and the manifest that vouches for them.

index/CURRENT                 the name of the generation in force, one line
index/generations/<name>/     manifest.json  chunks.sqlite  figures.sqlite  dense.faiss  lexical/
                              origins.sqlite
index/vectors/                the vector cache
index/readings/               what was read of documents that have not changed since
index/pages/                  what was recognised in pages that are pictures
index/stores/<name>/          what a build for a store elsewhere keeps here, laid out as an index
index/.lock                   held by the one process that rebuilds
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chinese.errors import say
from chinese.given import called
from embeddings.errors import IndexDamaged, IndexMismatch, IndexMissing
from embeddings.types import ReadingNote, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable


FORMAT = 3
"""Version of the layout; an index of another one is refused."""
_READABLE = frozenset({2, FORMAT})
"""Also those before the words stood in blocks: there a chunk's number is its id."""

CHUNKS = "chunks.sqlite"
FIGURES = "figures.sqlite"
ORIGINS = "origins.sqlite"
DENSE = "dense.faiss"
LEXICAL = "lexical"
_MANIFEST = "manifest.json"
STORES = "stores"
TEMPORARY = ".tmp-"
_PIECE = 1 << 20

# A name from CURRENT becomes a path, so it must not be able to lead out of the folder.
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,99}")


def rebuild_command(index: Path, model: str | None = None, store: str | None = None) -> str:
    """Return the command that mends the index at `index`, ready to be pasted into a shell."""
    words = ["rebuild"]
    if store is not None:
        words += ["--store", store]
    if index != Path("index"):
        words += ["--index", str(index)]
    if model is not None:
        words += ["--model", model]
    return f"{called()} {shlex.join(words)}"


def damaged(file: Path, index: Path, zh: str, en: str) -> IndexDamaged:
    """Make an IndexDamaged that names the file, what is wrong with it, and the command."""
    command = rebuild_command(index)
    return IndexDamaged(
        say(
            f"索引文件 {file} 已损坏（{zh}）。请运行 `{command}` 重建。",
            f"The index file {file} is damaged ({en}). Run `{command}` to build it again.",
        )
    )


@dataclass(frozen=True, slots=True)
class GenerationLayout:
    """The files of one generation."""

    path: Path

    @property
    def manifest(self) -> Path:
        return self.path / _MANIFEST

    @property
    def chunks(self) -> Path:
        return self.path / CHUNKS

    @property
    def figures(self) -> Path:
        return self.path / FIGURES

    @property
    def origins(self) -> Path:
        return self.path / ORIGINS

    @property
    def dense(self) -> Path:
        return self.path / DENSE

    @property
    def lexical(self) -> Path:
        return self.path / LEXICAL


@dataclass(frozen=True, slots=True)
class IndexLayout:
    """The files of an index."""

    root: Path

    @property
    def current(self) -> Path:
        return self.root / "CURRENT"

    @property
    def generations(self) -> Path:
        return self.root / "generations"

    @property
    def vectors(self) -> Path:
        return self.root / "vectors"

    @property
    def readings(self) -> Path:
        return self.root / "readings"

    @property
    def pages(self) -> Path:
        return self.root / "pages"

    def store(self, name: str) -> IndexLayout:
        """What is kept here of a store elsewhere; only its generations/ are used."""
        return IndexLayout(self.root / STORES / name)

    @property
    def lock(self) -> Path:
        return self.root / ".lock"

    def generation(self, name: str) -> GenerationLayout:
        return GenerationLayout(self.generations / name)

    def temporary(self, name: str) -> GenerationLayout:
        """Say where a generation is built before it is renamed to its name."""
        return GenerationLayout(self.generations / f"{TEMPORARY}{name}")

    def read_current(self) -> str:
        """Return the name of the generation in force.

        Raises IndexMissing where there is no index, IndexDamaged where the pointer does not hold a name.
        """
        try:
            name = self.current.read_text(encoding="utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            command = rebuild_command(self.root)
            raise IndexMissing(
                say(
                    f"{self.root} 中没有索引。请先运行 `{command}` 建立索引。",
                    f"There is no index at {self.root}. Run `{command}` to build it.",
                )
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise damaged(self.current, self.root, f"无法读取：{error}", f"cannot be read: {error}") from error
        if _NAME.fullmatch(name) is None:
            raise damaged(self.current, self.root, f"内容 {name[:40]!r} 不是名称", f"{name[:40]!r} is not a name")
        return name

    def write_current(self, name: str) -> None:
        """Put another generation in force, in one step that a crash cannot halve."""
        beside = self.root / f"CURRENT{TEMPORARY}{os.getpid()}"
        beside.write_text(f"{name}\n", encoding="utf-8")
        sync(beside)
        os.replace(beside, self.current)
        sync(self.root)


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document that was read: its SHA-256, its size in bytes, how many articles and chunks it holds.

    `notes` say what was read of it and what was left out.
    """

    file: str
    sha256: str
    size: int
    articles: int
    chunks: int
    notes: tuple[ReadingNote, ...] = ()


@dataclass(frozen=True, slots=True)
class FileSum:
    """What a file of the generation must be: its SHA-256 and its size in bytes."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built from and with, and the sums of its files.

    `created` is ISO 8601, UTC. `pipeline` is the number of what turned the documents into chunks, 0 where that was
    before it had one: a build with another begins anew. `articles` and `chunks` count distinct ones; a document's own
    count has its share of shared ones too. `files` is keyed by the path relative to the generation.
    """

    format: int
    generation: str
    created: str
    model: str
    fingerprint: str
    dimension: int
    tokenizer: str
    settings: dict[str, int]
    pipeline: int
    corpus: str
    corpus_sha256: str
    articles: int
    chunks: int
    documents: tuple[DocumentEntry, ...]
    skipped: tuple[Skipped, ...]
    files: dict[str, FileSum]

    def to_dict(self) -> dict[str, Any]:
        # Not asdict: of ten thousand documents it takes a second.
        parts = {
            "settings": dict(self.settings),
            "documents": [
                {**_values(item), "notes": [_values(note) for note in item.notes]} for item in self.documents
            ],
            "skipped": [_values(item) for item in self.skipped],
            "files": {name: _values(item) for name, item in self.files.items()},
        }
        return _values(self) | parts

    @classmethod
    def from_dict(cls, data: object) -> Manifest:
        """Undo `to_dict`; ValueError names a key that is unknown, missing or of another type."""
        values = _record(cls, _numbered(data))
        values["settings"] = _integers("settings", values["settings"])
        values["documents"] = tuple(_entry(item) for item in values["documents"])
        values["skipped"] = tuple(Skipped(**_record(Skipped, item)) for item in values["skipped"])
        values["files"] = {name: FileSum(**_record(FileSum, item)) for name, item in values["files"].items()}
        return cls(**values)


def _values(record: DocumentEntry | FileSum | Manifest | ReadingNote | Skipped) -> dict[str, Any]:
    """The fields of a record as they are."""
    return {name: getattr(record, name) for name in record.__slots__}


def _entry(data: object) -> DocumentEntry:
    """A document's entry; those of earlier builds have no notes."""
    values = _record(DocumentEntry, {"notes": [], **data} if type(data) is dict else data)
    values["notes"] = tuple(ReadingNote(**_record(ReadingNote, item)) for item in values["notes"])
    return DocumentEntry(**values)


def _numbered(data: object) -> object:
    """A manifest with the pipeline's number in the place of the hash of source files that it once had."""
    if type(data) is not dict or type(data.get("code")) is not str:
        return data
    return {"pipeline": 0, **{name: value for name, value in data.items() if name != "code"}}


_JSON_TYPES: dict[str, type] = {"int": int, "str": str, "bool": bool}


def _record(kind: type, data: object) -> dict[str, Any]:
    """Take the fields of a dataclass from parsed JSON: exactly its keys, each of its type."""
    if type(data) is not dict:
        message = f"{kind.__name__}: {data!r:.60} is not an object"
        raise ValueError(message)
    expected = {field.name: str(field.type) for field in fields(kind)}
    if odd := sorted(expected.keys() ^ data.keys()):
        message = f"{kind.__name__}: unknown or missing {', '.join(odd)}"
        raise ValueError(message)
    for name, declared in expected.items():
        wanted = _JSON_TYPES.get(declared, list if declared.startswith("tuple") else dict)
        if type(data[name]) is not wanted:  # not isinstance: true is no 1
            message = f"{kind.__name__}.{name}: {data[name]!r:.60} is not a {wanted.__name__}"
            raise ValueError(message)
    return dict(data)


def _integers(name: str, data: dict[str, Any]) -> dict[str, int]:
    for key, value in data.items():
        if type(value) is not int:
            message = f"{name}.{key}: {value!r:.60} is not an int"
            raise ValueError(message)
    return data


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write the manifest with a checksum of its own, keys sorted."""
    data = manifest.to_dict()
    data["checksum"] = _checksum(data)
    # In one line: with indents it takes ten times as long.
    path.write_text(json.dumps(data, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    sync(path)


def read_manifest(path: Path, index: Path) -> Manifest:
    """Read a manifest strictly.

    Raises IndexDamaged naming the file where it is missing or not what was written, IndexMismatch where it
    is of another format version.
    """
    try:
        text = path.read_text(encoding="utf-8")
        data = json.loads(text)
        if type(data) is not dict:
            message = f"{data!r:.60} is not an object"
            raise ValueError(message)
        found = data.get("format")
        if type(found) is int and found not in _READABLE:
            raise other_format(found, FORMAT, index, rebuild_command(index))
        # JSON would forgive a lost line feed, and white space behind.
        if data.pop("checksum", None) != _checksum(data) or not text.endswith("}\n"):
            message = "checksum differs"
            raise ValueError(message)
        return Manifest.from_dict(data)
    except FileNotFoundError as error:
        raise damaged(path, index, "文件缺失", "it is missing") from error
    except (OSError, ValueError, RecursionError) as error:
        raise damaged(path, index, str(error), str(error)) from error


def _checksum(data: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def other_format(found: int, ours: int, place: Path | str, command: str) -> IndexMismatch:
    """Say that what lies at `place` is of another format, and the command that mends it."""
    return IndexMismatch(
        say(
            f"{place} 的索引格式为 {found}，当前程序使用格式 {ours}。请运行 `{command}` 重建。",
            f"The index at {place} is of format {found}, this wenju reads format {ours}. Run `{command}`.",
        )
    )


def sha256_file(path: Path, check: Callable[[], None] | None = None) -> str:
    """Return the SHA-256 of a file, read piece by piece; what `check`, called at each, raises ends the reading."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
            if check is not None:
                check()
    return digest.hexdigest()


def sync(path: Path) -> None:
    """Force a file, or a folder's list of names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
