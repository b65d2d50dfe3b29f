"""Chunks kept for the next question: the same as on disk, of this index alone, and never too many."""

from __future__ import annotations

import gc
from contextlib import closing
from typing import TYPE_CHECKING, cast

import pytest

from embeddings import Index, rebuild
from qa.finding import kept_chunks
from qa.finding.kept_chunks import read_chunks
from tests.qa.support import ENCODER
from tests.support import page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from embeddings.store.stores import Generation
    from embeddings.types import Chunk


class _Counted:
    """An index that notes which chunks are read from it."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.read: list[int] = []

    def chunks(self, ids: Sequence[int]) -> list[Chunk]:
        self.read.extend(ids)
        return self._index.chunks(ids)


def _counted(index: Index) -> tuple[Generation, list[int]]:
    counted = _Counted(index)
    return cast("Generation", counted), counted.read


def test_a_chunk_is_read_from_disk_once(small_index: Index) -> None:
    index, read = _counted(small_index)
    first = read_chunks(index, [2, 0])
    again = read_chunks(index, [0, 1, 2])
    assert read == [0, 2, 1]
    chunks = small_index.chunks([0, 1, 2])
    assert [again[number].chunk for number in range(3)] == chunks
    assert [again[number].text.shown for number in range(3)] == [chunk.text for chunk in chunks]
    assert first[2] is again[2]


def test_those_used_last_are_kept_and_no_more(small_index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_chunks, "KEPT", 2)
    index, read = _counted(small_index)
    read_chunks(index, [0, 1])
    read_chunks(index, [0])
    assert set(read_chunks(index, [2, 3, 0])) == {0, 2, 3}, "what is asked for is given, kept or not"
    read.clear()
    read_chunks(index, [2, 3])
    assert read == []
    read_chunks(index, [0, 1])
    assert read == [0, 1]


def test_an_index_never_gets_what_was_read_of_another(small_index: Index, tmp_path: Path) -> None:
    read_chunks(small_index, [0])
    write_corpus(tmp_path / "corpus", {"a.txt": page("别处", "别处另有一句话。")})
    rebuild(tmp_path / "corpus", tmp_path / "index", encoder=ENCODER)
    with closing(Index.open(tmp_path / "index")) as other:
        assert "别处另有一句话。" in read_chunks(other, [0])[0].chunk.text


def test_what_was_read_goes_with_its_index(small_path: Path) -> None:
    index = Index.open(small_path)
    read_chunks(index, [0])
    before = len(kept_chunks._of_index)
    index.close()
    del index
    gc.collect()
    assert len(kept_chunks._of_index) == before - 1
