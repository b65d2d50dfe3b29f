"""Chunks kept for the next question: the same as on disk, of this index alone, and never too many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from embeddings import Index, rebuild
from qa.finding.kept_chunks import KeptChunks
from tests.qa.support import ENCODER
from tests.support import counting_qa, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from embeddings.store.stores import Generation, Whole
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
    kept = KeptChunks(index)
    first = kept.read([2, 0])
    again = kept.read([0, 1, 2])
    assert read == [0, 2, 1]
    chunks = small_index.chunks([0, 1, 2])
    assert [again[number].chunk for number in range(3)] == chunks
    assert [again[number].text.shown for number in range(3)] == [chunk.text for chunk in chunks]
    assert first[2] is again[2]


def test_those_used_last_are_kept_and_no_more(small_index: Index) -> None:
    index, read = _counted(small_index)
    kept = KeptChunks(index, most=2)
    kept.read([0, 1])
    kept.read([0])
    assert set(kept.read([2, 3, 0])) == {0, 2, 3}, "what is asked for is given, kept or not"
    read.clear()
    kept.read([2, 3])
    assert read == []
    kept.read([0, 1])
    assert read == [0, 1]


def test_the_next_question_reads_nothing_again_until_another_index_is_in_force(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"a.txt": page("港口", "东港建成码头3座。")})
    rebuild(corpus, tmp_path / "index", progress=False, encoder=ENCODER)
    qa = counting_qa(Index.open(tmp_path / "index"), ENCODER)
    assert qa.ask("东港建成了多少座码头?").texts == ("3座",)
    before = qa._kept
    assert qa.ask("东港建成了多少座码头?").texts == ("3座",)
    assert qa._kept is before

    write_corpus(corpus, {"a.txt": page("港口", "东港建成码头5座。")})
    rebuild(corpus, tmp_path / "index", progress=False, encoder=ENCODER)
    assert qa.ask("东港建成了多少座码头?").texts == ("5座",), "the id is the same, the chunk another one"
    before.index.close()
    qa.index.close()


def test_any_object_with_an_index_s_methods_can_be_asked(small_index: Index) -> None:
    class Slotted:
        """Neither hashable nor weakly referable, as a Generation need not be."""

        __slots__ = ("index",)
        __hash__ = None  # type: ignore[assignment]

        def __init__(self, index: Index) -> None:
            self.index = index

        def __getattr__(self, name: str) -> Any:
            return getattr(self.index, name)

        def __len__(self) -> int:
            return len(self.index)

    qa = counting_qa(cast("Whole", Slotted(small_index)), ENCODER)
    assert qa.ask("东港建成了多少座码头?").texts == ("3座",)
