from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import embeddings.store.lexical
from chinese.tokens import TOKENIZER, tokenize
from embeddings.building.build import rebuild
from embeddings.errors import IndexDamaged, IndexMismatch, IndexMissing
from embeddings.store import generation
from embeddings.store.folder import index
from embeddings.store.folder.dense import DenseIndex, write_dense
from embeddings.store.folder.index import Index
from embeddings.store.generation import IndexLayout, Manifest, read_manifest, write_manifest
from embeddings.store.search_threads import SearchThreads
from embeddings.types import Source
from tests.faults.support import PARTS, bit_flipped, emptied, lengthened, missing, truncated
from tests.support import CountingEncoder, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from embeddings.types import FloatArray

ENCODER = CountingEncoder()

TEXTS = {
    "a.txt": page("港口扩建", "港口今年建成码头3座。"),
    "b.txt": page("医院开业", "医院今年接诊12万人次。"),
    "c.txt": page("港口竣工", "港口明年建成码头3座。"),
    "d.txt": page("苹果丰收", "果农今年收获苹果30吨。"),
    "e.txt": page("高新区引资", "高新区引进项目311个,总投资420亿元。"),
    "f.txt": page("学校招生", "学校招收新生600名,是去年的2倍。"),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of six one-sentence articles; for tests that only read it."""
    folder = tmp_path_factory.mktemp("built")
    corpus = write_corpus(folder / "corpus", TEXTS)
    rebuild(corpus, folder / "index", progress=False, encoder=ENCODER)
    return folder / "index"


@pytest.fixture
def opened(built: Path) -> Iterator[Index]:
    with closing(Index.open(built)) as found:
        yield found


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(built, tmp_path / "index"))


def query(text: str) -> FloatArray:
    row: FloatArray = ENCODER.encode_queries([text])[0]
    return row


def use_everything(path: Path) -> None:
    with closing(Index.open(path)) as found:
        found.search_dense(query("港口"), 3)
        found.search_lexical([[("港口", 1.0)]], 3)
        found.chunks([0])
        found.figures_of_chunks([0])


# --- dense


def test_dense_search_ranks_by_cosine(opened: Index) -> None:
    vector = query("港口建成码头")
    passages = ENCODER.encode_passages([chunk.encoded for chunk in opened.all_chunks()])
    cosines = passages @ vector
    expected = sorted(range(6), key=lambda number: (-cosines[number], number))
    found = opened.search_dense(vector, 4)
    assert [number for number, _ in found] == expected[:4]
    assert [score for _, score in found] == pytest.approx([cosines[number] for number in expected[:4]], abs=1e-6)
    assert set(expected[:2]) == {0, 2}


def test_a_text_finds_itself_with_cosine_one_whatever_the_length_of_the_query_vector(opened: Index) -> None:
    (chunk,) = opened.chunks([3])
    assert opened.search_dense(7 * query(chunk.encoded), 1) == [(3, 1.0)]


@pytest.mark.parametrize(("k", "expected"), [(-1, 0), (0, 0), (1, 1), (6, 6), (7, 6), (10_000, 6)])
def test_as_many_come_back_as_are_asked_for_or_there(opened: Index, k: int, expected: int) -> None:
    assert len(opened.search_dense(query("港口"), k)) == expected
    assert len(opened.search_lexical([[("港口", 1.0), ("今年", 1.0), ("项目", 1.0), ("新生", 1.0)]], k)) == min(
        expected, 6
    )


def test_dense_scores_are_the_cosines_of_the_ids_asked_for(opened: Index) -> None:
    found = dict(opened.search_dense(query("医院"), 6))
    assert opened.dense_scores(query("医院"), [4, 0, 4]) == pytest.approx([found[4], found[0], found[4]], abs=1e-6)
    assert opened.dense_scores(query("医院"), []) == []


@pytest.mark.parametrize("ids", [[6], [-1], [0, 1, 2**40]])
def test_unknown_ids_are_refused(opened: Index, ids: list[int]) -> None:
    with pytest.raises(ValueError, match="No such chunk in the index"):
        opened.dense_scores(query("医院"), ids)
    with pytest.raises(ValueError, match="No such chunk in the index"):
        opened.chunks(ids)


def test_a_vector_of_another_dimension_is_refused_with_both_numbers(opened: Index) -> None:
    with pytest.raises(ValueError, match=r"\(31\) must match the index's \(32\)"):
        opened.search_dense(np.ones(31, dtype=np.float32), 1)


def test_equal_scores_rank_by_id_also_at_the_cut(tmp_path: Path) -> None:
    """Forty chunks that no search can tell apart, and one that is better."""

    class Constant(CountingEncoder):
        def encode_queries(self, texts: Any) -> FloatArray:
            rows = np.zeros((len(texts), 32), dtype=np.float32)
            rows[:, 0] = 1
            rows[:, 1] = [float("凤凰" not in text) for text in texts]
            return rows

    texts = {f"{number:02}.txt": page(f"第{number}号", f"编号{number}的工厂投产。") for number in range(40)}
    texts["zz.txt"] = page("凤凰", "凤凰工厂,工厂,工厂,工厂。")
    encoder = Constant()
    rebuild(write_corpus(tmp_path / "corpus", texts), tmp_path / "index", progress=False, encoder=encoder)
    with closing(Index.open(tmp_path / "index")) as found:
        vector = encoder.encode_queries(["凤凰"])[0]
        for k in range(1, 42):
            assert [number for number, _ in found.search_dense(vector, k)] == [40, *range(40)][:k]
            assert [number for number, _ in found.search_lexical([[("工厂", 1.0)]], k)] == [40, *range(40)][:k]


@pytest.mark.parametrize("k", [1, 2, 3, 5, 9, 10, 11])
@pytest.mark.parametrize("overfetch", [0, 1, 3])
def test_the_ranking_does_not_depend_on_where_the_library_cuts_equals_off(
    k: int, overfetch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_OVERFETCH", overfetch)
    # ids descend among equals: the opposite of what is asked for
    everything = [(9, 3.0), (8, 2.0), (5, 2.0), (2, 2.0), (1, 2.0), (7, 1.0), (6, 1.0), (4, 1.0), (3, 1.0), (0, 1.0)]
    expected = [9, 1, 2, 5, 8, 0, 3, 4, 6, 7]
    found = index.ranked(lambda limit: everything[:limit], k, len(everything), 6)
    assert [number for number, _ in found] == expected[:k]


# --- lexical


def lexical(opened: Index, *groups: list[tuple[str, float]], k: int = 10) -> dict[int, float]:
    return dict(opened.search_lexical(groups, k))


def test_lexical_search_finds_the_chunks_that_hold_a_token(opened: Index) -> None:
    assert lexical(opened, [("码头", 1.0)]).keys() == {0, 2}
    assert lexical(opened, [("苹果", 1.0)]).keys() == {3}
    assert lexical(opened, [("火箭", 1.0)]) == {}


def test_groups_are_summed_and_a_group_counts_as_its_best_member(opened: Index) -> None:
    port = lexical(opened, [("港口", 1.0)])
    pier = lexical(opened, [("码头", 1.0)])
    assert lexical(opened, [("港口", 1.0)], [("码头", 1.0)])[0] == pytest.approx(port[0] + pier[0], abs=2e-4)
    both = lexical(opened, [("港口", 1.0), ("码头", 1.0), ("医院", 1.0)])
    assert both[0] == pytest.approx(max(port[0], pier[0]), abs=1e-4)
    assert both.keys() == {0, 1, 2}


def test_a_weight_multiplies_a_score(opened: Index) -> None:
    once = lexical(opened, [("苹果", 1.0)])[3]
    assert lexical(opened, [("苹果", 2.5)])[3] == pytest.approx(2.5 * once, abs=2e-4)


def test_words_that_are_everywhere_add_to_what_a_rarer_word_finds_and_find_nothing_by_themselves(
    opened: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = [("今年", 1.0)], [("码头", 1.0)], [("苹果", 0.5)], [("火箭", 1.0)]
    before = lexical(opened, *groups)
    assert before.keys() == {0, 1, 2, 3}
    monkeypatch.setattr(embeddings.store.lexical, "MATCHED", 3)

    assert lexical(opened, *groups) == {number: before[number] for number in (0, 2, 3)}  # 1 has 今年 alone
    assert lexical(opened, [("今年", 1.0)]).keys() == {0, 1, 3}  # where there is no rarer word


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_a_token_without_a_usable_weight_is_left_out(opened: Index, weight: float) -> None:
    assert lexical(opened, [("苹果", weight)]) == {}
    assert lexical(opened, [("苹果", weight), ("码头", 1.0)]).keys() == {0, 2}


def test_empty_groups_find_nothing(opened: Index) -> None:
    assert opened.search_lexical([], 5) == []
    assert opened.search_lexical([[], []], 5) == []
    assert lexical(opened, [], [("苹果", 1.0)]).keys() == {3}


@pytest.mark.parametrize(
    "token",
    [
        "",
        " ",
        "\n",
        "港口 码头",
        "港口\u3000码头",
        "body:港口",
        "AND",
        "NOT",
        "*",
        "+港口",
        '"港口"',
        "(",
        "[a TO b]",
        "^2",
        "~",
        "\\",
        "\0",
        "\ud800",
        "港" * 100,
        "港" * 100_000,
        "a\tb",
        "\x1c",
    ],
    ids=lambda token: ascii(token)[:20],
)
def test_odd_tokens_do_no_harm(opened: Index, token: str) -> None:
    assert lexical(opened, [(token, 1.0)]) == {}
    assert opened.document_frequency(token) == 0
    assert lexical(opened, [(token, 1.0)], [("苹果", 1.0)]) == lexical(opened, [("苹果", 1.0)])


def test_document_frequencies_are_those_of_the_tokens_indexed(opened: Index) -> None:
    expected = Counter(token for chunk in opened.all_chunks() for token in set(tokenize(chunk.indexed)))
    assert opened.vocabulary() == dict(expected)
    assert expected["港口"] == 2
    for token, count in expected.items():
        assert opened.document_frequency(token) == count
    assert opened.document_frequency("火箭") == 0


def test_a_token_too_long_for_the_index_is_left_out_and_its_neighbours_are_not(tmp_path: Path) -> None:
    long = "x" * 600
    corpus = write_corpus(tmp_path / "corpus", {"a.txt": page("编码", f"苹果的编码是 {long} 吗?")})
    rebuild(corpus, tmp_path / "index", progress=False, encoder=ENCODER)
    with closing(Index.open(tmp_path / "index")) as found:
        assert found.document_frequency("苹果") > 0
        assert found.document_frequency(long) == 0
        assert lexical(found, [(long, 1.0)]) == {}


# --- chunks


def test_chunks_come_in_the_order_asked_for(opened: Index) -> None:
    assert [chunk.id for chunk in opened.chunks([5, 0, 5, 3])] == [5, 0, 5, 3]
    assert opened.chunks([]) == []


def test_a_chunk_comes_back_whole(opened: Index) -> None:
    (chunk,) = opened.chunks([4])
    assert chunk.text == "高新区引进项目311个,总投资420亿元。"
    assert (chunk.title, chunk.context, chunk.section, chunk.date) == ("高新区引资", "高新区引资", "", None)
    assert chunk.sources == (Source("e.txt", "line", 3, 3),)
    assert chunk.article == 4


def test_all_chunks_come_by_id_across_pages(opened: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embeddings.store.chunk_store._PAGE", 4)
    assert [chunk.id for chunk in opened.all_chunks()] == list(range(6))
    assert len(set(opened.vector_keys())) == 6
    assert len(opened) == 6


def test_the_chunks_of_an_article(opened: Index) -> None:
    assert [chunk.id for chunk in opened.article_chunks(2)] == [2]
    assert opened.article_chunks(99) == []


def test_the_chunks_of_a_file_are_those_of_no_other_name(opened: Index) -> None:
    chunks = list(opened.all_chunks())
    file = chunks[0].sources[0].file
    assert opened.file_chunks(file) == [
        chunk for chunk in chunks if any(source.file == file for source in chunk.sources)
    ]
    for other in ("", file[:-1], file[1:], f"./{file}", f"../{file}", "%", '"', file.upper()):
        assert opened.file_chunks(other) == []


def test_threads_may_share_an_index(built: Path) -> None:
    words = ["港口", "医院", "苹果", "学校"] * 50

    def answer(found: Index, word: str) -> tuple[object, ...]:
        hits = found.search_dense(query(word), 3)
        return hits, found.search_lexical([[(word, 1.0)]], 3), found.chunks([number for number, _ in hits])

    with closing(Index.open(built)) as alone:
        expected = [answer(alone, word) for word in words]
    with closing(Index.open(built)) as shared, ThreadPoolExecutor(16) as pool:
        assert list(pool.map(lambda word: answer(shared, word), words)) == expected


def test_a_closed_index_says_so_and_not_that_it_is_damaged(built: Path) -> None:
    found = Index.open(built)
    chunks = found.all_chunks()
    next(chunks)
    store = found._open_store()
    found.close()
    with pytest.raises(Exception, match="closed database"):
        store.chunks([0])


# --- opening


def snapshot(folder: Path) -> list[tuple[str, int, int]]:
    return sorted((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in (folder, *folder.rglob("*")))


def test_opening_and_searching_write_nothing(copied: Path) -> None:
    before = snapshot(copied)
    use_everything(copied)
    with closing(Index.open(copied)) as found:
        found.verify()
        found.vocabulary()
    assert snapshot(copied) == before


def test_nothing_there_is_index_missing_and_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="wenju rebuild"):
        Index.open(tmp_path / "nowhere")
    with pytest.raises(IndexMissing, match="wenju rebuild"):
        Index.open(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(IndexMissing, match=re.escape(str(tmp_path / "file"))):
        Index.open(tmp_path / "file")
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_the_command_in_a_message_can_be_pasted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert generation.rebuild_command(Path("index")) == "wenju rebuild"
    assert (
        generation.rebuild_command(Path("my index"), "BAAI/bge-m3")
        == "wenju rebuild --index 'my index' --model BAAI/bge-m3"
    )
    monkeypatch.setenv("WENJU_LANG", "en")
    with pytest.raises(
        IndexMissing, match=r"^There is no index at nowhere. Run `wenju rebuild --index nowhere` to build it.$"
    ):
        Index.open("nowhere")


def verified(path: Path) -> None:
    with closing(Index.open(path)) as found:
        found.verify()


DAMAGES = [truncated, emptied, bit_flipped, lengthened, missing]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("pattern", PARTS)
def test_a_damaged_file_is_named_with_the_command(copied: Path, pattern: str, damage: Callable[[Path], None]) -> None:
    (file,) = copied.rglob(pattern)
    damage(file)
    # What no question reads is for `wenju verify`, and for the build that takes over from it.
    looks = verified if pattern == "origins.sqlite" else use_everything
    with pytest.raises(IndexDamaged, match=f"(?s){re.escape(str(file))}.*wenju rebuild --index"):
        looks(copied)


@pytest.mark.parametrize("damage", [truncated, emptied, lengthened, missing], ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("pattern", PARTS)
def test_a_file_of_another_size_is_found_when_the_index_is_opened(
    copied: Path, pattern: str, damage: Callable[[Path], None]
) -> None:
    (file,) = copied.rglob(pattern)
    damage(file)
    with pytest.raises(IndexDamaged, match=re.escape(str(file))):
        Index.open(copied)


@pytest.mark.parametrize("damage", [truncated, emptied, missing], ids=lambda damage: damage.__name__)
def test_a_damaged_manifest_is_named(copied: Path, damage: Callable[[Path], None]) -> None:
    (file,) = copied.rglob("manifest.json")
    damage(file)
    with pytest.raises(IndexDamaged, match=f"(?s){re.escape(str(file))}.*wenju rebuild --index"):
        Index.open(copied)


def test_a_flipped_bit_anywhere_in_the_manifest_is_found(copied: Path) -> None:
    (file,) = copied.rglob("manifest.json")
    content = file.read_bytes()
    meaningless = set(b" \n\r\t")
    for position in range(0, len(content), 7):
        if content[position] in meaningless:
            continue
        file.write_bytes(content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :])
        with pytest.raises((IndexDamaged, IndexMismatch), match=r"manifest.json|wenju rebuild"):
            Index.open(copied)


def test_large_files_are_checked_by_verify(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "CHECKED_WHEN_USED", 100)
    (file,) = copied.rglob("dense.faiss")
    content = bytearray(file.read_bytes())
    content[-3] ^= 1  # the last number of the last vector
    file.write_bytes(content)
    with closing(Index.open(copied)) as found:
        found.search_dense(query("港口"), 3)
        with pytest.raises(IndexDamaged, match=re.escape(str(file))):
            found.verify()


@pytest.mark.parametrize("name", PARTS)
def test_what_a_library_says_about_an_unchecked_file_names_the_file(
    copied: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "CHECKED_WHEN_USED", -1)
    (file,) = copied.rglob(name)
    file.write_bytes(b"\xff" * file.stat().st_size)
    # Never read by a question; nothing is stored in the words, and there are no positions.
    if name in {".managed.json", "*.pos", "*.store", "origins.sqlite"}:
        return
    part = file if file.parent.name != "lexical" else file.parent
    with pytest.raises(IndexDamaged, match=re.escape(str(part))):
        use_everything(copied)


@pytest.mark.parametrize("content", ["", "\n", "../../etc", "/etc", ".tmp-1", "a b", "x" * 200, "文件"])
def test_a_pointer_that_holds_no_name_is_damaged(copied: Path, content: str) -> None:
    (copied / "CURRENT").write_text(content, encoding="utf-8")
    with pytest.raises(IndexDamaged, match=r"CURRENT.*wenju rebuild"):
        Index.open(copied)


def test_a_pointer_that_leads_nowhere_is_damaged(copied: Path) -> None:
    (copied / "CURRENT").write_text("20200101-000000-00000000\n")
    with pytest.raises(IndexDamaged, match=r"CURRENT.*wenju rebuild"):
        Index.open(copied)


def test_a_pointer_of_bytes_that_are_no_text_is_damaged(copied: Path) -> None:
    (copied / "CURRENT").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(IndexDamaged, match=r"CURRENT.*wenju rebuild"):
        Index.open(copied)


# --- manifest


def manifest_of(path: Path) -> tuple[Path, dict[str, Any]]:
    layout = IndexLayout(path)
    file = layout.generation(layout.read_current()).manifest
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    del data["checksum"]
    return file, data


def rewrite(file: Path, data: dict[str, Any]) -> None:
    data["checksum"] = generation._checksum(data)
    file.write_text(json.dumps(data) + "\n", encoding="utf-8")


def test_a_manifest_comes_back_as_it_was_written(copied: Path, tmp_path: Path) -> None:
    file, _ = manifest_of(copied)
    found = read_manifest(file, copied)
    assert found.chunks == 6
    assert [document.file for document in found.documents] == sorted(TEXTS)
    write_manifest(tmp_path / "again.json", found)
    assert read_manifest(tmp_path / "again.json", copied) == found
    assert (tmp_path / "again.json").read_bytes() == file.read_bytes()
    data = json.loads(json.dumps(found.to_dict()))
    assert Manifest.from_dict(data) == found


@pytest.mark.parametrize(
    "change",
    [
        {"extra": 1},
        {"chunks": "6"},
        {"chunks": True},
        {"chunks": 6.0},
        {"model": None},
        {"settings": {"target": "200"}},
        {"documents": {}},
        {"documents": [1]},
        {"documents": [{"file": "a.txt"}]},
        {"skipped": [{"file": "a.txt", "reason": 1}]},
        {"files": {"chunks.sqlite": {"sha256": "x", "bytes": -1, "more": 0}}},
        {"files": {}},
        {"generation": "another"},
    ],
    ids=str,
)
def test_a_manifest_of_another_shape_is_damaged_and_named(copied: Path, change: dict[str, Any]) -> None:
    file, data = manifest_of(copied)
    rewrite(file, data | change)
    with pytest.raises(IndexDamaged, match=re.escape(str(file))):
        Index.open(copied)


@pytest.mark.parametrize("content", ["[]", "1", "null", '"x"', "[" * 100_000])
def test_a_manifest_that_is_no_object_is_damaged_and_named(copied: Path, content: str) -> None:
    file, _ = manifest_of(copied)
    file.write_text(content)
    with pytest.raises(IndexDamaged, match=re.escape(str(file))):
        Index.open(copied)


def test_another_format_version_names_both_and_the_command(copied: Path) -> None:
    file, data = manifest_of(copied)
    file.write_text(json.dumps({"format": 99, "whatever": data["files"]}))
    with pytest.raises(IndexMismatch, match=r"99.*3.*wenju rebuild --index"):
        Index.open(copied)


def test_an_index_from_before_its_words_stood_in_blocks_answers_as_it_did(opened: Index, copied: Path) -> None:
    file, data = manifest_of(copied)
    (file.parent / "lexical" / "blocks.json").unlink()
    rewrite(file, data | {"format": 2, "files": {k: v for k, v in data["files"].items() if "blocks.json" not in k}})
    groups = [[("港口", 1.0)], [("今年", 0.5)]]
    with closing(Index.open(copied)) as index:
        index.verify()
        assert index.search_lexical(groups, 6) == opened.search_lexical(groups, 6) != []


def test_another_tokenizer_names_both_and_the_command(copied: Path) -> None:
    file, data = manifest_of(copied)
    rewrite(file, data | {"tokenizer": "older-tokenizer-0"})
    with pytest.raises(IndexMismatch, match=rf"older-tokenizer-0.*{re.escape(TOKENIZER)}.*wenju rebuild --index"):
        Index.open(copied)


def test_another_model_names_both_and_the_command(opened: Index) -> None:
    opened.check_model(ENCODER)
    opened.check_model(CountingEncoder())
    with pytest.raises(
        IndexMismatch, match=r"counting \(.*other/model \(.*wenju rebuild --index .* --model other/model"
    ):
        opened.check_model(CountingEncoder(name="other/model"))


def test_the_same_model_run_otherwise_is_told_by_how_it_is_run(copied: Path) -> None:
    file, data = manifest_of(copied)
    rewrite(file, data | {"fingerprint": f"{ENCODER.fingerprint}-int8-5"})
    with closing(Index.open(copied)) as index, pytest.raises(IndexMismatch) as raised:
        index.check_model(ENCODER)
    assert "run as int8; it is run as torch now. Set WENJU_RUNTIME=int8, or run `wenju rebuild" in raised.value.en
    assert "以 int8 运行的模型" in raised.value.zh


# --- size


def test_an_index_of_another_size_than_the_manifest_says_is_damaged(tmp_path: Path) -> None:
    list(write_dense(tmp_path / "dense.faiss", 3, 2, lambda ids: np.ones((len(ids), 2), dtype=np.float32)))
    with pytest.raises(IndexDamaged, match="3 x 2 != 4 x 2"):
        DenseIndex.open(tmp_path / "dense.faiss", tmp_path, 4, 2, SearchThreads())
