"""A disk that fills up while an index is built: one clear sentence, and the index in force as it was."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chinese.errors import WenjuError
from embeddings.store.verifying import verify
from tests.faults.support import (
    AFTER,
    SAID_AFTER,
    SAID_BEFORE,
    assert_nothing_half_left,
    build,
    built,
    content,
    said,
)
from tests.support import write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIZE = "8m"


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A file system of its own, in memory."""
    folder = tmp_path_factory.mktemp("disk")
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path, leave: int) -> Path:
    """Fill a disk up to `leave` bytes, rounded down to what it counts in."""
    ballast = folder / "ballast"
    free = os.statvfs(folder)
    with ballast.open("wb") as stream:
        stream.write(bytes(free.f_bavail * free.f_frsize - leave))
    return ballast


@pytest.mark.parametrize("leave", [0, 4096, 16 << 10, 48 << 10, 96 << 10, 160 << 10, 256 << 10, 320 << 10])
def test_the_old_index_answers_nothing_is_half_left_and_with_room_the_build_completes(
    leave: int, small_disk: Path, tmp_path: Path
) -> None:
    folder = small_disk / str(leave)
    place, corpus = built(folder), tmp_path / "corpus"
    write_corpus(corpus, AFTER)
    ballast = fill(small_disk, leave)
    try:
        with pytest.raises(WenjuError) as raised:
            build(corpus, place)
        assert "\n" not in str(raised.value)
        assert str(place) in str(raised.value)
        assert said(place) == SAID_BEFORE
        assert not list((place / "generations").glob(".*"))
        assert verify(place, progress=False).faults == ()
    finally:
        ballast.unlink()
    build(corpus, place)
    assert said(place) == SAID_AFTER
    assert_nothing_half_left(place)
    build(corpus, folder / "clean")
    assert content(place) == content(folder / "clean")
