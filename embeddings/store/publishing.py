"""One builder at a time, and how what it built comes into force."""

from __future__ import annotations

import itertools
import os
import shutil
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

import filelock

from chinese.errors import WenjuError, say
from embeddings.errors import IndexBusy
from embeddings.store.chunk_store import ChunkStore
from embeddings.store.generation import (
    CHUNKS,
    STORES,
    TEMPORARY,
    FileSum,
    GenerationLayout,
    IndexLayout,
    sha256_file,
    sync,
)
from embeddings.store.origins import dropped_since, keys_among

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from embeddings.store.vectors import VectorCache

_CHUNKS = f"generations/[!.]*/{CHUNKS}"


@contextmanager
def exclusive(layout: IndexLayout) -> Iterator[None]:
    """Be the only builder of the index, whose folder is made where it is missing; raises IndexBusy."""
    layout.root.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(layout.lock)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise IndexBusy(
            say(
                f"另一个进程正在重建索引 {layout.root}。请等它结束后再试。",
                f"Another process is rebuilding the index {layout.root}. Try again when it is done.",
            )
        ) from error
    try:
        yield
    finally:
        lock.release()


def remove_leftovers(layout: IndexLayout) -> None:
    """Drop what builds that were killed left half written."""
    for leftover in itertools.chain(layout.generations.glob(f"{TEMPORARY}*"), layout.root.glob(f"CURRENT{TEMPORARY}*")):
        _remove(leftover)


def sync_files(files: GenerationLayout) -> dict[str, FileSum]:
    """Force every file of a generation to the disk, and return their sums by relative path."""
    sums: dict[str, FileSum] = {}
    for path in sorted(path for path in files.path.rglob("*") if path.is_file()):
        sync(path)
        sums[path.relative_to(files.path).as_posix()] = FileSum(sha256_file(path), path.stat().st_size)
    return sums


def publish(layout: IndexLayout, files: GenerationLayout, name: str) -> str | None:
    """Put a finished generation in force, and return the name of the one that was, if any."""
    before: str | None = None
    with suppress(WenjuError):
        before = layout.read_current()
    sync(files.lexical)
    sync(files.path)
    os.rename(files.path, layout.generation(name).path)
    sync(layout.generations)
    layout.write_current(name)
    return before


def tidy(layout: IndexLayout, cache: VectorCache, keep: Sequence[str]) -> None:
    """Drop generations and vectors that nothing needs any more; the build is done, so nothing here fails it.

    The first of those to `keep` is the one in force.
    """
    with suppress(WenjuError, OSError):
        for folder in layout.generations.iterdir():
            if folder.name not in keep:
                _remove(folder)
        if not _prune_taken(layout, cache, keep):
            prune(layout, cache)


def _prune_taken(layout: IndexLayout, cache: VectorCache, keep: Sequence[str]) -> bool:
    """Drop the vectors that only the generation taken over from before had, without going through all.

    Tells whether that is all there is to drop: not where other generations are kept besides, or others have gone.
    """
    if len(keep) != 2 or any(layout.root.glob(f"{STORES}/*")):
        return False
    now, before = (layout.generation(name) for name in keep)
    since = dropped_since(now.origins)
    if since is None or since[0] != keep[1]:
        return False
    earlier = dropped_since(before.origins)
    keys = set() if earlier is None else earlier[1]
    count, again = keys_among(now.chunks, keys)
    cache.drop(keys - again)
    return len(cache) <= count + len(since[1])


def prune(layout: IndexLayout, cache: VectorCache) -> None:
    """Drop the vectors that no generation has which is here, or which was sent from here to a store elsewhere."""
    kept = itertools.chain(layout.root.glob(_CHUNKS), layout.root.glob(f"{STORES}/*/{_CHUNKS}"))
    cache.prune(itertools.chain.from_iterable(_vector_keys(layout, path) for path in kept))


def finish_tidying(layout: IndexLayout, cache: VectorCache, name: str) -> None:
    """Do what a build that was killed with its generation already in force did not come to."""
    remove_leftovers(layout)
    others = sorted(folder.name for folder in layout.generations.iterdir() if folder.name != name)
    if len(others) > 1:  # names begin with the time
        tidy(layout, cache, [name, others[-1]])


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def _vector_keys(layout: IndexLayout, path: Path) -> Iterator[bytes]:
    with closing(ChunkStore.open(path, layout.root)) as store:
        yield from store.vector_keys()
