"""Every byte of an index against what was written: what opening, which has to be quick, leaves out."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from chinese.errors import say
from chinese.given import check_given
from embeddings.errors import IndexDamaged
from embeddings.store.folder.index import Index, check_file, fitting_manifest
from embeddings.store.generation import IndexLayout, damaged
from embeddings.store.vectors import FILE, check_vectors

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, `files` of together `bytes`, and a sentence for each file that is not as it was written."""

    files: int
    bytes: int
    faults: tuple[str, ...]


def verify(index_dir: Path | str, progress: bool = True) -> Verified:
    """Check every file of the generation in force against its SHA-256, and every vector kept for later builds.

    Writes nothing, and may run beside a build. `progress` shows a bar on stderr where that is a terminal. Raises
    IndexMissing where there is no index, IndexMismatch where another wenju wrote it.
    """
    check_given(index_dir, "index_dir")
    layout = IndexLayout(Path(index_dir))
    while True:
        name = ""
        try:
            name = layout.read_current()
            found = _verify(layout, name, progress)
        except IndexDamaged as error:  # the pointer or the manifest, without which nothing else can be checked
            found = Verified(1, 0, (str(error),))
        # Two builds may have ended meanwhile, and the generation that was read be gone.
        if not found.faults or not name or layout.read_current() == name:
            return found


def _verify(layout: IndexLayout, name: str, progress: bool) -> Verified:
    manifest = fitting_manifest(layout, name)
    vectors = layout.vectors / FILE
    cached = vectors.stat().st_size if vectors.is_file() else 0
    total = cached + sum(file.bytes for file in manifest.files.values())
    faults: list[str] = []

    def keep_going(check: Callable[[], None]) -> None:
        try:
            check()
        except IndexDamaged as error:
            faults.append(str(error))

    with tqdm(
        total=total,
        desc=say("核对索引", "checking the index"),
        unit="B",
        unit_scale=True,
        file=sys.stderr,
        disable=None if progress else True,
        dynamic_ncols=True,
    ) as bar:
        for file, expected in sorted(manifest.files.items()):
            keep_going(partial(check_file, layout, manifest, file))
            bar.update(expected.bytes)
        if not faults:  # sound to the last byte, and still nothing that opens: another release of a library wrote it
            with closing(Index(layout, manifest)) as index:
                keep_going(index.open_parts)
        wrong = check_vectors(layout.vectors, bar.update)
        if wrong is not None:
            faults.append(str(damaged(vectors, layout.root, wrong, wrong)))
    return Verified(len(manifest.files) + 1 + (cached > 0), total, tuple(faults))
