"""A build takes over what has not changed, and the index is still that of a build from nothing."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import Index, rebuild
from embeddings.building import taking_over
from embeddings.figures import years
from embeddings.store import lexical_blocks
from embeddings.store.chunk_store import ChunkWriter
from embeddings.store.folder import dense
from embeddings.store.generation import IndexLayout
from embeddings.store.vectors import VectorCache
from tests.embeddings.test_kept_readings import as_from_nothing as built_alike
from tests.embeddings.test_kept_readings import whole
from tests.faults.support import bit_flipped
from tests.support import CountingEncoder, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embeddings.types import BuildReport

ENCODER = CountingEncoder()


def build(corpus: Path, place: Path) -> BuildReport:
    return rebuild(corpus, place, progress=False, encoder=CountingEncoder())


@pytest.fixture(autouse=True)
def _small_parts() -> Iterator[None]:
    """Blocks of two chunks, vectors by codes from the ninth chunk on, a year that three articles say."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lexical_blocks, "BLOCK", 2)
        patched.setattr(lexical_blocks, "_LARGEST", 2)
        patched.setattr(dense, "EXACT_BELOW", 9)
        patched.setattr(dense, "BLOCK", 8)
        patched.setattr(years, "_FEWEST", 3)
        patched.setattr(taking_over, "LEAST_KEPT", 0)
        yield


@pytest.fixture
def put_in(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of the chunks that are put in by row from now on, in order."""
    found: list[str] = []
    real = ChunkWriter.add_as

    def noted(self: ChunkWriter, row: object, copy_of: int | None) -> int | None:
        found.append(row.chunk.text)  # type: ignore[attr-defined]
        return real(self, row, copy_of)  # type: ignore[arg-type]

    monkeypatch.setattr(ChunkWriter, "add_as", noted)
    return found


_TITLES = ("河道清淤", "果园丰收", "柳河大桥")
_BODIES = (
    "清淤12公里。",
    "去年收梨30吨,今年35吨。",
    "本报2022年8月9日讯 去年收梨30吨,今年35吨。",
    "本报2023年8月9日讯 去年收梨30吨,今年35吨。",
    "本报2023年9月1日讯 新建厂房7处,投资2.5亿元。",
    "本报8月9日讯 柳河大桥全长820米,投资3.4亿元,由县里和镇上一同出资,共用工两千三百人,历时十四个月,今日通车。",
    "柳河大桥全长820米,投资3.4亿元,由县里和镇上一同出资,共用工两千三百人,历时十四个月,今日通车。",
    "学校招收新生600名。",
    "水库蓄水310万立方米,灌溉面积4万亩。",
)
_CONTENT = st.lists(st.tuples(st.sampled_from(_TITLES), st.sampled_from(_BODIES)), min_size=1, max_size=4)
_NAMES = st.sampled_from([f"{letter}.txt" for letter in "abcdefgh"])
_CHANGES = st.dictionaries(_NAMES, st.none() | _CONTENT, min_size=1, max_size=4)


@given(first=st.dictionaries(_NAMES, _CONTENT, max_size=8), steps=st.lists(_CHANGES, min_size=1, max_size=5))
@settings(max_examples=10, deadline=None)
def test_after_any_changes_the_index_is_that_of_a_build_from_nothing(
    first: dict[str, list[tuple[str, str]]], steps: list[dict[str, list[tuple[str, str]] | None]]
) -> None:
    """Copies of a text whose first file goes or comes; figures of a year that turns; blocks that part and join."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = write_corpus(Path(folder) / "corpus", {"kept.txt": page("果园丰收", _BODIES[1], _BODIES[6])})
        changes: list[dict[str, list[tuple[str, str]] | None]] = [{**first}, *steps]
        for number, step in enumerate(changes):
            for name, articles in step.items():
                if articles is None:
                    (corpus / name).unlink(missing_ok=True)
                else:
                    write_corpus(corpus, {name: "\n\n".join(page(*article) for article in articles)})
            build(corpus, Path(folder) / "index")
            build(corpus, Path(folder) / f"beside-{number}")
            assert whole(Path(folder) / "index") == whole(Path(folder) / f"beside-{number}")


TEXTS = {
    f"{number:02}.txt": page(f"第{number}号泵站", f"泵站{number}号投资{number + 10}万元。") for number in range(20)
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", TEXTS)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


def links(place: Path) -> dict[str, int]:
    """How many generations have each file of words."""
    with closing(Index.open(place)) as index:
        folder = IndexLayout(place).generation(index.generation).lexical
        return {path.name: path.stat().st_nlink for path in folder.iterdir() if path.suffix == ".idx"}


def as_from_nothing(corpus: Path, place: Path) -> bool:
    beside = place.with_name("beside")
    shutil.rmtree(beside, ignore_errors=True)
    return built_alike(corpus, place, beside)


def test_only_what_a_changed_file_gives_is_put_in_and_the_rest_of_the_words_linked(
    corpus: Path, place: Path, put_in: list[str]
) -> None:
    build(corpus, place)
    assert len(put_in) == 20
    put_in.clear()
    write_corpus(corpus, {"07.txt": page("第7号泵站", "泵站7号停用。")})
    build(corpus, place)
    assert put_in == ["泵站7号停用。"]
    found = sorted(links(place).values())
    assert found[0] == 1
    assert len(found) - found.count(1) >= 8  # of ten blocks of two chunks
    assert as_from_nothing(corpus, place)


def test_a_file_whose_texts_become_anothers_is_put_in_as_well(corpus: Path, place: Path, put_in: list[str]) -> None:
    write_corpus(
        corpus, {"30.txt": page("转载", f"泵站9号投资19万元。{'全文转自上级单位的通报,内容与原文一致。' * 4}")}
    )
    build(corpus, place)
    put_in.clear()
    text = (corpus / "30.txt").read_text(encoding="utf-8")
    write_corpus(corpus, {"031.txt": text})  # before 04.txt, and so before 30.txt
    build(corpus, place)
    assert len(put_in) == 2
    assert put_in[0] == put_in[1]
    with closing(Index.open(place)) as index:
        (copied,) = [chunk for chunk in index.all_chunks() if len(chunk.sources) == 2]
        assert [source.file for source in copied.sources] == ["031.txt", "30.txt"]
    assert as_from_nothing(corpus, place)
    put_in.clear()
    (corpus / "031.txt").unlink()
    build(corpus, place)
    assert len(put_in) == 1
    assert as_from_nothing(corpus, place)


def test_what_is_damaged_does_not_live_on(corpus: Path, place: Path, put_in: list[str]) -> None:
    build(corpus, place)
    (found,) = IndexLayout(place).generations.glob("*/chunks.sqlite")
    bit_flipped(found)
    put_in.clear()
    write_corpus(corpus, {"07.txt": page("第7号泵站", "泵站7号停用。")})
    build(corpus, place)
    assert len(put_in) == 20
    assert as_from_nothing(corpus, place)


def test_where_readings_are_gone_words_are_cut_from_the_chunks(corpus: Path, place: Path, put_in: list[str]) -> None:
    build(corpus, place)
    shutil.rmtree(IndexLayout(place).readings)
    put_in.clear()
    write_corpus(corpus, {"07.txt": page("第7号泵站", "泵站7号停用。")})
    build(corpus, place)
    assert len(put_in) == 1
    assert as_from_nothing(corpus, place)


def test_nothing_that_a_removed_file_said_is_left(corpus: Path, place: Path) -> None:
    write_corpus(corpus, {"55.txt": page("张卫民获奖", "张卫民2021年获奖金31万元,松林镇拨付补助25万元。")})
    build(corpus, place)
    (corpus / "55.txt").unlink()
    build(corpus, place)
    with closing(Index.open(place)) as index:
        folder = IndexLayout(place).generation(index.generation).path
        for file in folder.glob("*.sqlite"):
            for word in ("张卫民", "松林镇", "补助"):
                assert word.encode() not in file.read_bytes(), file.name
        assert index.document_frequency("补助") == 0
    assert as_from_nothing(corpus, place)


def test_vectors_are_kept_as_long_as_one_of_two_generations_has_them(corpus: Path, place: Path) -> None:
    def vectors() -> int:
        with closing(VectorCache.open(IndexLayout(place).vectors, ENCODER.dimension)) as cache:
            return len(cache)

    build(corpus, place)
    for number in range(3):
        write_corpus(corpus, {"07.txt": page("第7号泵站", f"泵站7号停用{number}天。")})
        assert build(corpus, place).encoded == 1
        assert vectors() == 21
    write_corpus(corpus, {"07.txt": page("第7号泵站", "泵站7号停用1天。")})
    assert build(corpus, place).encoded == 0
    assert vectors() == 21
    with closing(VectorCache.open(IndexLayout(place).vectors, ENCODER.dimension)) as cache:
        cache.put({b"left by a build that failed": ENCODER.encode_queries(["无"])[0]})
    write_corpus(corpus, {"08.txt": page("第8号泵站", "泵站8号停用。")})
    build(corpus, place)
    assert vectors() == 21


def test_a_file_a_day_does_not_make_a_block_a_day(corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical_blocks, "BLOCK", 8)
    monkeypatch.setattr(lexical_blocks, "_LARGEST", 8)
    build(corpus, place)
    for day in range(20, 40):
        write_corpus(corpus, {f"{day}.txt": page(f"第{day}号泵站", f"泵站{day}号投资{day + 10}万元。")})
        build(corpus, place)
    assert len(links(place)) <= 40 // 8 + 3
    assert as_from_nothing(corpus, place)
