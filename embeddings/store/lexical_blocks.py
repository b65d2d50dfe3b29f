"""The blocks that a lexical index is made of: runs of chunks, each written once and never changed.

A block is what tantivy makes of some thousand chunks that follow each other: files whose names nobody else has, and
their entry in meta.json. An index is the files of all its blocks in one folder, under a meta.json with the entries of
all; tantivy adds up how often a word stands over them, so scores are those of an index written at once. A later build
links the files of the blocks that have not changed, and writes the others anew, so that nothing deleted is ever left.

The chunks of a block are numbered on from the block's own number; blocks.json says in which order the blocks follow.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt
    import tantivy

BLOCK = 4096
"""Chunks of a block, at most, of an index that is not large; to write one anew takes some 0.2 s."""

_LARGEST = 4 * BLOCK
_BLOCKS_AT_MOST = 32
"""Blocks from which on they are larger: a question looks into each. Of a million chunks there are 64."""

ID = "id"
BODY = "body"
META = "meta.json"
_BLOCKS = "blocks.json"
_MANAGED = ".managed.json"
_UNFINISHED = "block"
_HEAP = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Block:
    """A block: the number of its first chunk, how many it has, its entries in meta.json, and the names of its files."""

    first: int
    count: int
    segments: tuple[dict[str, Any], ...]
    files: tuple[str, ...]


class Blocks:
    """The blocks of an index in the order of their chunks: what number has a chunk there, and which chunk a number."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.all = tuple(blocks)
        counts = np.array([block.count for block in blocks], dtype=np.int64)
        self._ends = np.cumsum(counts)
        firsts = np.array([block.first for block in blocks], dtype=np.int64)
        self._shifts = firsts - (self._ends - counts)  # from a chunk's id to its number
        self._by_first = np.argsort(firsts, kind="stable")
        self._firsts = firsts[self._by_first]
        self._is_same = not self._shifts.any()

    @classmethod
    def read(cls, folder: Path, count: int) -> Blocks:
        """The blocks of the index in `folder`; one before there were any has all its chunks by their ids.

        Raises ValueError where the file is not what was written.
        """
        try:
            rows = json.loads((folder / _BLOCKS).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls([Block(0, count, (), ())])
        try:
            return cls([Block(row["first"], row["count"], tuple(row["segments"]), tuple(row["files"])) for row in rows])
        except (TypeError, KeyError) as error:
            message = f"{_BLOCKS}: {error}"
            raise ValueError(message) from error

    @property
    def starts(self) -> list[int]:
        """The id of the first chunk of each."""
        found: list[int] = [end - block.count for end, block in zip(self._ends.tolist(), self.all, strict=True)]
        return found

    def __len__(self) -> int:
        """How many chunks they have together."""
        return int(self._ends[-1]) if len(self._ends) else 0

    def numbers(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The numbers of chunks, ascending."""
        if self._is_same or not len(ids):
            return ids
        found: npt.NDArray[np.int64] = np.sort(ids + self._shifts[np.searchsorted(self._ends, ids, side="right")])
        return found

    def ids(self, numbers: Sequence[int]) -> list[int]:
        """The chunks that have these numbers, in the same order."""
        if self._is_same:
            return list(numbers)
        asked = np.asarray(numbers, dtype=np.int64)
        at = self._by_first[np.searchsorted(self._firsts, asked, side="right") - 1]
        found: list[int] = (asked - self._shifts[at]).tolist()
        return found


class LexicalWriter:
    """Writes a lexical index; chunks must come in the order of their ids.

    `size` is how many chunks a block has at most. `first` is above all numbers of the blocks that are going to be
    linked.
    """

    def __init__(self, folder: Path, size: int, first: int) -> None:
        self._folder = folder
        self._size = size
        self._next = first
        self._blocks: list[Block] = []
        self._writer: tantivy.IndexWriter | None = None
        self._count = 0  # of the block at hand
        self._meta: dict[str, Any] = {}  # that of any block

    @classmethod
    def create(cls, folder: Path, count: int, first: int = 0) -> LexicalWriter:
        """Start a new index of `count` chunks in a folder that does not exist yet."""
        folder.mkdir()
        return cls(folder, block_size(count), first)

    def add(self, words: str) -> None:
        """Add the next chunk; `words` is what `as_words` makes of its tokens."""
        import tantivy

        with self._writing():
            if self._writer is None:
                self._writer = self._begun()
            self._writer.add_document(tantivy.Document(id=self._next + self._count, body=words))
        self._count += 1
        if self._count == self._size:
            self.end_block()

    def link(self, folder: Path, block: Block) -> None:
        """Take over the next block, which is one of the index in `folder`."""
        self.end_block()
        if not self._meta:
            self._meta = json.loads((folder / META).read_text(encoding="utf-8"))
        for name in block.files:
            try:
                os.link(folder / name, self._folder / name)
            except OSError:  # a file system without links
                shutil.copyfile(folder / name, self._folder / name)
        self._blocks.append(block)

    def end_block(self) -> None:
        """Have the next chunk begin a block."""
        if self._writer is None:
            return
        place = self._folder / _UNFINISHED
        with self._writing():
            self._writer.commit()
            self._writer.wait_merging_threads()
        self._writer = None
        self._meta = json.loads((place / META).read_text(encoding="utf-8"))
        segments = tuple(self._meta["segments"])
        stems = {str(segment["segment_id"]).replace("-", "") for segment in segments}
        files = sorted(file for file in place.iterdir() if file.stem in stems)
        # tantivy makes some files for the owner alone; an index may be served by another user.
        mode = self._folder.stat().st_mode & 0o666
        for file in files:
            file.chmod(mode)
            file.rename(self._folder / file.name)
        shutil.rmtree(place, ignore_errors=True)
        if place.exists():  # a file of tantivy's went by itself while the folder was gone through
            shutil.rmtree(place)
        self._blocks.append(Block(self._next, self._count, segments, tuple([file.name for file in files])))
        self._next += self._count
        self._count = 0

    def finish(self) -> None:
        """Write what puts the blocks together, and leave only the files that reading needs."""
        self.end_block()
        if not self._blocks:
            with self._writing():
                self._writer = self._begun()
            self.end_block()
        mode = self._folder.stat().st_mode & 0o666
        segments = [segment for block in self._blocks for segment in block.segments]
        meta = {**self._meta, "segments": segments, "opstamp": len(segments)}
        names = [name for block in self._blocks for name in block.files]
        for name, value in (
            (META, meta),
            (_MANAGED, sorted([*names, META])),
            (_BLOCKS, [asdict(block) for block in self._blocks]),
        ):
            (self._folder / name).write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
            (self._folder / name).chmod(mode)

    def _begun(self) -> tantivy.IndexWriter:
        import tantivy

        place = self._folder / _UNFINISHED
        place.mkdir()
        # One thread keeps the documents in order.
        return tantivy.Index(_schema(), path=str(place)).writer(_HEAP, 1)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Make an OSError that names the folder of what tantivy raises, which for a full disk is a ValueError."""
        try:
            yield
        except (ValueError, RuntimeError) as error:
            raise OSError(None, str(error), str(self._folder)) from error


def block_size(count: int) -> int:
    """Chunks of a block, at most, of an index of `count` chunks."""
    return min(max(BLOCK, -(-count // _BLOCKS_AT_MOST)), max(BLOCK, _LARGEST))


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field(ID, fast=True)
    builder.add_text_field(BODY, tokenizer_name="whitespace", index_option="freq")
    return builder.build()
