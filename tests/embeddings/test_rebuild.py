from __future__ import annotations

import errno
import importlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from chinese.errors import ModelError, WenjuError
from embeddings.building.build import rebuild
from embeddings.building.encoding import BATCH
from embeddings.errors import CorpusError, IndexBusy, IndexDamaged, IndexMissing
from embeddings.guarding import cutting
from embeddings.guarding.guarded import GuardedReader
from embeddings.splitting.articles import split_articles
from embeddings.splitting.chunks import chunk_article
from embeddings.store import lexical_blocks
from embeddings.store.chunk_store import MERGED_WHATEVER_THE_HEADLINE, ChunkStore
from embeddings.store.folder import dense
from embeddings.store.folder.index import Index
from embeddings.store.generation import IndexLayout
from embeddings.store.vectors import VectorCache
from embeddings.types import BuildReport, Chunk, Source
from tests.support import CountingEncoder, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from embeddings.types import FloatArray

ROOT = Path(__file__).parents[2]

TEXTS = {
    "a.txt": page("港口扩建", "港口今年建成码头3座。"),
    "b.txt": page("医院开业", "医院今年接诊12万人次。"),
    "c.txt": page("苹果丰收", "果农今年收获苹果30吨。"),
}
LONG = "沈阳高新区今年前三季度新引进产业项目三百一十六个,总投资四百二十亿元,其中先进制造业项目占六成以上。"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", TEXTS)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


def build(corpus: Path, place: Path, encoder: CountingEncoder | None = None) -> BuildReport:
    return rebuild(corpus, place, progress=False, encoder=CountingEncoder() if encoder is None else encoder)


def chunks(place: Path) -> list[Chunk]:
    with closing(Index.open(place)) as found:
        return list(found.all_chunks())


def texts(place: Path) -> list[str]:
    return [chunk.text for chunk in chunks(place)]


def counts(report: BuildReport) -> tuple[int, int, int, int, int]:
    return report.documents, report.articles, report.chunks, report.encoded, report.reused


def cached(place: Path) -> int:
    with closing(VectorCache.open(IndexLayout(place).vectors, 32)) as cache:
        return len(cache)


def generations(place: Path) -> list[str]:
    return sorted(folder.name for folder in IndexLayout(place).generations.iterdir())


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in this process, where steps can be replaced."""
    monkeypatch.setattr(GuardedReader, "read", lambda _, folder, file: cutting.read_pieces(folder, file))


def step(name: str) -> Any:
    """The module itself: `embeddings.building.build` may name the function."""
    return importlib.import_module(name)


# --- what is built


def test_a_build_numbers_the_chunks_by_file_and_place(corpus: Path, place: Path) -> None:
    report = build(corpus, place)
    assert counts(report) == (3, 3, 3, 3, 0)
    assert report.skipped == ()
    assert report.seconds > 0
    assert [(chunk.id, chunk.article, chunk.title, chunk.text) for chunk in chunks(place)] == [
        (0, 0, "港口扩建", "港口今年建成码头3座。"),
        (1, 1, "医院开业", "医院今年接诊12万人次。"),
        (2, 2, "苹果丰收", "果农今年收获苹果30吨。"),
    ]


def test_the_manifest_says_what_was_built_from_what(corpus: Path, place: Path) -> None:
    (corpus / "blank.txt").write_text("  \n")
    build(corpus, place)
    with closing(Index.open(place)) as found:
        manifest = found.manifest
    assert (manifest.model, manifest.dimension, manifest.articles, manifest.chunks) == ("counting", 32, 3, 3)
    assert manifest.corpus == str(corpus.resolve())
    assert [(entry.file, entry.size, entry.articles, entry.chunks) for entry in manifest.documents] == [
        (name, len(text.encode()), 1, 1) for name, text in TEXTS.items()
    ]
    assert [skipped.file for skipped in manifest.skipped] == ["blank.txt"]
    assert {"chunks.sqlite", "figures.sqlite", "dense.faiss", "lexical/meta.json"} <= manifest.files.keys()


def test_sub_folders_are_read_and_their_files_named_by_path(corpus: Path, place: Path) -> None:
    write_corpus(corpus, {"2023/12/d.txt": page("学校招生", "学校招收新生600名。")})
    build(corpus, place)
    assert Source("2023/12/d.txt", "line", 3, 3) in [source for chunk in chunks(place) for source in chunk.sources]


def test_the_same_text_in_two_files_is_one_chunk_with_two_sources(corpus: Path, place: Path) -> None:
    shutil.copy(corpus / "b.txt", corpus / "z.txt")
    encoder = CountingEncoder()
    report = build(corpus, place, encoder)
    assert counts(report) == (4, 4, 3, 3, 0)
    assert len(encoder.passages) == 3
    assert chunks(place)[1].sources == (Source("b.txt", "line", 3, 3), Source("z.txt", "line", 3, 3))


def test_a_text_in_other_widths_and_spaces_is_the_same_and_the_first_files_form_is_kept(
    place: Path, tmp_path: Path
) -> None:
    spaced = LONG.replace(",", ", ").replace("沈阳", "沈 阳")
    assert len(LONG) >= MERGED_WHATEVER_THE_HEADLINE
    corpus = write_corpus(
        tmp_path / "corpus",
        {"1.txt": page("高新区引资", LONG), "2.txt": page("三季度报告出炉", spaced), "3.txt": page("高新区引资", LONG)},
    )
    build(corpus, place)
    (chunk,) = chunks(place)
    assert (chunk.title, chunk.text) == ("高新区引资", LONG)
    assert [source.file for source in chunk.sources] == ["1.txt", "2.txt", "3.txt"]


def test_a_short_text_under_another_headline_is_another_chunk(place: Path, tmp_path: Path) -> None:
    corpus = write_corpus(
        tmp_path / "corpus",
        {"1.txt": page("甲公司年报", "营收同比增长5%。"), "2.txt": page("乙公司年报", "营收同比增长5%。")},
    )
    build(corpus, place)
    assert [(chunk.title, len(chunk.sources)) for chunk in chunks(place)] == [("甲公司年报", 1), ("乙公司年报", 1)]


def test_last_year_in_files_of_different_years_is_not_one_chunk(place: Path, tmp_path: Path) -> None:
    text = "去年全县新建水库3座,供水能力增加1.2亿立方米,受益农户2.6万户,总投资4.4亿元。"
    days = {"1.txt": "2020-03-09", "2.txt": "2021-03-09", "3.txt": "2021-04-01"}
    build(write_corpus(tmp_path / "corpus", {file: f"发布日期:{day}\n{text}\n" for file, day in days.items()}), place)
    found = [(chunk.date, [source.file for source in chunk.sources]) for chunk in chunks(place)]
    assert found == [("2020-03-09", ["1.txt"]), ("2021-03-09", ["2.txt", "3.txt"])]


@pytest.mark.usefixtures("in_this_process")
def test_the_same_text_twice_in_a_file_has_both_places(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"1.txt": page("高新区引资", LONG)})
    real = chunk_article

    def twice(article: Any, number: int) -> list[Chunk]:
        (chunk,) = real(article, number)
        moved = Chunk(
            0, number, chunk.title, "", None, chunk.context, chunk.sentences, (Source("1.txt", "line", 9, 9),)
        )
        return [chunk, chunk, moved]

    monkeypatch.setattr(cutting, "chunk_article", twice)
    build(corpus, place)
    (chunk,) = chunks(place)
    assert chunk.sources == (Source("1.txt", "line", 3, 3), Source("1.txt", "line", 9, 9))


def test_a_file_that_cannot_be_read_is_skipped_with_its_reason(corpus: Path, place: Path) -> None:
    (corpus / "0.pdf").write_bytes(b"%PDF-1.4 no more than that")
    (corpus / "blank.txt").write_text("\n\n")
    report = build(corpus, place)
    assert counts(report) == (3, 3, 3, 3, 0)
    assert [skipped.file for skipped in report.skipped] == ["0.pdf", "blank.txt"]
    assert all(skipped.reason for skipped in report.skipped)
    assert len(chunks(place)) == 3


def test_a_file_that_vanishes_or_may_not_be_read_is_skipped(
    corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = (*sorted(TEXTS), "gone.txt")
    monkeypatch.setattr(step("embeddings.building.build"), "list_files", lambda _: listed)
    report = build(corpus, place)
    assert [skipped.file for skipped in report.skipped] == ["gone.txt"]
    assert report.documents == 3


def test_a_file_name_that_is_no_text_is_skipped(corpus: Path, place: Path) -> None:
    (corpus / os.fsdecode(b"\xc7\xe0.txt")).write_text(TEXTS["a.txt"], encoding="utf-8")
    report = build(corpus, place)
    assert [skipped.file for skipped in report.skipped] == ["\ufffd\ufffd.txt"]
    assert build(corpus, place).skipped == report.skipped


@pytest.mark.usefixtures("in_this_process")
def test_half_a_surrogate_pair_skips_the_file(corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = chunk_article

    def torn(article: Any, number: int) -> list[Chunk]:
        found: list[Chunk] = real(article, number)
        if article.file != "b.txt":
            return found
        return [Chunk(0, number, "\ud800", "", None, "\ud800", chunk.sentences, chunk.sources) for chunk in found]

    monkeypatch.setattr(cutting, "chunk_article", torn)
    report = build(corpus, place)
    assert [skipped.file for skipped in report.skipped] == ["b.txt"]
    assert len(chunks(place)) == 2


# --- what is encoded


def test_an_unchanged_corpus_encodes_nothing_and_keeps_the_generation(corpus: Path, place: Path) -> None:
    first = build(corpus, place)
    before = generations(place)
    encoder = CountingEncoder()
    second = build(corpus, place, encoder)
    assert counts(second) == (3, 3, 3, 0, 3)
    assert second.skipped == first.skipped
    assert encoder.passages == []
    assert generations(place) == before


def test_only_the_new_chunks_of_a_changed_file_are_encoded(corpus: Path, place: Path) -> None:
    build(corpus, place)
    write_corpus(corpus, {"b.txt": page("医院开业", "医院今年接诊15万人次。")})
    encoder = CountingEncoder()
    assert counts(build(corpus, place, encoder)) == (3, 3, 3, 1, 2)
    assert encoder.passages == ["医院开业\n医院今年接诊15万人次。"]
    assert texts(place)[1] == "医院今年接诊15万人次。"


def test_a_deleted_file_is_gone(corpus: Path, place: Path) -> None:
    build(corpus, place)
    (corpus / "a.txt").unlink()
    encoder = CountingEncoder()
    assert counts(build(corpus, place, encoder)) == (2, 2, 2, 0, 2)
    assert encoder.passages == []
    with closing(Index.open(place)) as found:
        assert [chunk.text for chunk in found.all_chunks()] == ["医院今年接诊12万人次。", "果农今年收获苹果30吨。"]
        assert found.search_lexical([[("港口", 1.0)]], 5) == []
        assert len(found.search_dense(encoder.encode_queries(["港口"])[0], 5)) == 2


def test_a_new_file_moves_the_ids_and_encodes_only_itself(corpus: Path, place: Path) -> None:
    build(corpus, place)
    write_corpus(corpus, {"0.txt": page("学校招生", "学校招收新生600名。")})
    assert counts(build(corpus, place)) == (4, 4, 4, 1, 3)
    assert texts(place)[:2] == ["学校招收新生600名。", "港口今年建成码头3座。"]
    with closing(Index.open(place)) as found:
        encoder = CountingEncoder()
        for chunk in found.all_chunks():
            assert found.search_dense(encoder.encode_queries([chunk.encoded])[0], 1) == [(chunk.id, 1.0)]


def test_another_model_encodes_everything_and_is_recorded(corpus: Path, place: Path) -> None:
    build(corpus, place)
    other = CountingEncoder(dimension=16, name="other")
    assert counts(build(corpus, place, other)) == (3, 3, 3, 3, 0)
    with closing(Index.open(place)) as found:
        found.check_model(other)
        assert found.manifest.model == "other"
        assert len(found.search_dense(other.encode_queries(["港口"])[0], 9)) == 3
    # the generation before is kept, and so are its vectors
    assert counts(build(corpus, place)) == (3, 3, 3, 0, 3)


def test_the_encoder_named_by_model_is_loaded(corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []

    def load(model: str | None, **_: Any) -> CountingEncoder:
        asked.append(model)
        return CountingEncoder()

    monkeypatch.setattr(step("embeddings.building.build"), "load_encoder", load)
    rebuild(str(corpus), str(place), progress=False)
    rebuild(corpus, place, "some/model", False)
    assert asked == [None, "some/model"]


@pytest.mark.parametrize("change", ["pipeline", "settings", "tokenizer", "damage"])
def test_all_but_the_vectors_is_built_anew_when_anything_but_the_corpus_changed(
    corpus: Path, place: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(corpus, place)
    before = generations(place)
    if change == "pipeline":
        monkeypatch.setattr(step("embeddings.building.build"), "PIPELINE", 99)
    elif change == "settings":
        monkeypatch.setattr(step("embeddings.building.build"), "SETTINGS", {"target": 1})
    elif change == "tokenizer":
        monkeypatch.setattr(step("embeddings.building.build"), "TOKENIZER", "newer")
        monkeypatch.setattr(step("embeddings.store.usable"), "TOKENIZER", "newer")
    else:
        (file,) = place.rglob("*.term")
        file.write_bytes(file.read_bytes()[:-1])
    assert counts(build(corpus, place)) == (3, 3, 3, 0, 3)
    assert len(generations(place)) == 2
    assert set(before) < set(generations(place))
    with closing(Index.open(place)) as found:
        found.verify()


def test_texts_of_like_length_are_encoded_together_in_batches(place: Path, tmp_path: Path) -> None:
    batches: list[list[int]] = []
    encoder = CountingEncoder(before=lambda texts: batches.append([len(text) for text in texts]))
    count = 2 * BATCH + 5
    many = {f"{n:03}.txt": page(f"第{n}号", f"编号{n}的工厂" + "扩建" * (n % 40) + "投产。") for n in range(count)}
    assert build(write_corpus(tmp_path / "corpus", many), place, encoder).encoded == count
    assert [len(batch) for batch in batches] == [BATCH, BATCH, 5]
    lengths = list(chain.from_iterable(batches))
    assert lengths == sorted(lengths, reverse=True)
    with closing(Index.open(place)) as found:
        for chunk in found.all_chunks():
            vector = encoder.encode_queries([chunk.encoded])[0]
            assert found.dense_scores(vector, [chunk.id]) == [1.0]


@pytest.mark.parametrize("fault", ["shape", "nan"])
def test_unusable_vectors_are_a_model_error(corpus: Path, place: Path, fault: str) -> None:
    class Broken(CountingEncoder):
        def encode_passages(self, texts: Sequence[str]) -> FloatArray:
            rows = super().encode_passages(texts)
            return rows[:, :5] if fault == "shape" else rows * np.float32("nan")

    with pytest.raises(ModelError, match=r"counting.*32"):
        build(corpus, place, Broken())
    with pytest.raises(IndexMissing):
        Index.open(place)


def test_a_damaged_vector_cache_costs_time_and_nothing_else(corpus: Path, place: Path) -> None:
    build(corpus, place)
    (IndexLayout(place).vectors / "vectors.sqlite").write_bytes(b"rubbish" * 1000)
    write_corpus(corpus, {"b.txt": page("医院开业", "医院今年接诊15万人次。")})
    assert counts(build(corpus, place)) == (3, 3, 3, 1, 2)  # the index in force has the others
    with closing(Index.open(place)) as found:
        found.verify()
    IndexLayout(place).current.unlink()
    assert counts(build(corpus, place)) == (3, 3, 3, 2, 1)
    with closing(Index.open(place)) as found:
        found.verify()


@pytest.mark.usefixtures("in_this_process")
def test_a_document_that_cannot_be_split_is_skipped_and_named_and_the_others_are_indexed(
    corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    split = split_articles

    def fails_for_one(document: Any) -> Any:
        if document.file == "b.txt":
            raise IndexError("list index out of range")
        return split(document)

    monkeypatch.setattr(cutting, "split_articles", fails_for_one)
    report = build(corpus, place)
    assert counts(report) == (2, 2, 2, 2, 0)
    assert [(item.file, item.en) for item in report.skipped] == [
        ("b.txt", "it could not be split into passages (IndexError: list index out of range)")
    ]


# --- switching over


def test_a_running_index_keeps_its_generation_and_notices_the_new_one(corpus: Path, place: Path) -> None:
    encoder = CountingEncoder()
    build(corpus, place)
    with closing(Index.open(place)) as old:
        vector = encoder.encode_queries(["港口"])[0]
        before = old.search_dense(vector, 3), old.search_lexical([[("港口", 1.0)]], 3), list(old.all_chunks())
        assert old.is_current()
        for number in range(3):  # so that even the files of the old one are gone
            write_corpus(corpus, {"a.txt": page("港口扩建", f"码头今年建成{number}座。")})
            build(corpus, place)
            assert not old.is_current()
            assert before == (
                old.search_dense(vector, 3),
                old.search_lexical([[("港口", 1.0)]], 3),
                list(old.all_chunks()),
            )
        assert old.generation not in generations(place)
        with closing(Index.open(place)) as new:
            assert new.is_current()
            assert new.generation != old.generation
            assert new.chunks([0])[0].text == "码头今年建成2座。"


def test_an_index_opened_but_not_used_serves_while_the_one_before_is_kept(corpus: Path, place: Path) -> None:
    build(corpus, place)
    with closing(Index.open(place)) as old:
        (corpus / "a.txt").unlink()
        build(corpus, place)
        assert not old.is_current()
        assert len(old.search_lexical([[("港口", 1.0)]], 3)) == 1


def test_is_current_holds_where_the_pointer_is_gone(corpus: Path, place: Path) -> None:
    build(corpus, place)
    with closing(Index.open(place)) as found:
        (place / "CURRENT").unlink()
        assert found.is_current()


def test_the_generation_in_force_and_the_one_before_are_kept_and_their_vectors(corpus: Path, place: Path) -> None:
    seen: list[str] = []
    for number in range(4):
        write_corpus(corpus, {"a.txt": page("港口扩建", f"码头今年建成{number}座。")})
        build(corpus, place)
        seen.append(IndexLayout(place).read_current())
        assert set(generations(place)) == set(seen[-2:])
    assert cached(place) == 4  # two that stayed, and the two last of a.txt


def test_what_killed_builds_left_is_removed(corpus: Path, place: Path) -> None:
    build(corpus, place)
    layout = IndexLayout(place)
    (layout.generations / ".tmp-old" / "lexical").mkdir(parents=True)
    (layout.generations / "20200101-000000-deadbeef").mkdir()
    (place / "CURRENT.tmp-123").write_text("x")
    (corpus / "a.txt").unlink()
    build(corpus, place)
    assert sorted(path.name for path in place.iterdir()) == [".lock", "CURRENT", "generations", "readings", "vectors"]
    assert len(generations(place)) == 2
    assert not any(name.startswith(".") or "dead" in name for name in generations(place))


# --- what goes wrong leaves the old index in force


def interrupted_at(module: str, name: str, error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(step(module), name, stop)


STAGES = [
    ("embeddings.building.reading_files", "read_still"),
    ("embeddings.building.kept_readings", "_packed"),
    ("embeddings.store.folder.folder_store", "write_taken_words"),
    ("embeddings.store.folder.folder_store", "write_dense"),
    ("embeddings.store.folder.folder_store", "sync_files"),
    ("embeddings.store.folder.folder_store", "write_manifest"),
    ("embeddings.store.publishing", "sync"),
    ("embeddings.store.generation", "sync"),
]


@pytest.mark.parametrize(("module", "name"), STAGES)
def test_an_interrupt_at_any_stage_leaves_the_old_index_in_force(
    corpus: Path, place: Path, module: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(corpus, place)
    before = texts(place)
    write_corpus(corpus, {"a.txt": page("港口扩建", "港口今年建成码头8座。")})
    with monkeypatch.context() as patched:
        interrupted_at(module, name, KeyboardInterrupt(), patched)
        with pytest.raises(KeyboardInterrupt):
            build(corpus, place)
    assert texts(place) == before
    assert not list(IndexLayout(place).generations.glob(".tmp-*"))
    build(corpus, place)
    assert texts(place) == ["港口今年建成码头8座。", *before[1:]]


@pytest.mark.parametrize(("module", "name"), STAGES[2:])
def test_a_full_disk_at_any_stage_is_one_sentence_and_leaves_the_old_index_in_force(
    corpus: Path, place: Path, module: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(corpus, place)
    before = texts(place)
    write_corpus(corpus, {"a.txt": page("港口扩建", "港口今年建成码头8座。")})
    full = OSError(errno.ENOSPC, "No space left on device", "/somewhere/file")
    with monkeypatch.context() as patched:
        interrupted_at(module, name, full, patched)
        with pytest.raises(WenjuError, match=r"/somewhere/file.*No space left on device"):
            build(corpus, place)
    assert texts(place) == before


def test_a_file_size_limit_is_reported_like_a_full_disk(corpus: Path, place: Path) -> None:
    """The libraries themselves run into it: nothing is replaced here but the limit of the process."""
    build(corpus, place)
    before = texts(place)
    many = {f"{n:03}.txt": page(f"第{n}号", f"编号{n}的工厂投产。") for n in range(200)}
    write_corpus(corpus, many)
    program = f"""
import resource, sys
from chinese.errors import WenjuError
from embeddings.building.build import rebuild
from tests.support import CountingEncoder
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    rebuild({str(corpus)!r}, {str(place)!r}, progress=False, encoder=CountingEncoder())
except WenjuError as error:
    print("refused", error)
else:
    print("built")
"""
    said = []
    for limit in (1_000, 50_000, 10_000_000):
        done = subprocess.run(
            [sys.executable, "-c", program, str(limit)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        said.append(done.stdout.split()[0])
        if said[-1] == "refused":
            assert str(place) in done.stdout
            assert texts(place) == before
    assert said[0] == "refused"
    assert said[-1] == "built"
    assert len(texts(place)) == 203


def test_nothing_readable_leaves_the_old_index_in_force(corpus: Path, place: Path) -> None:
    build(corpus, place)
    before = texts(place)
    for file in corpus.iterdir():
        file.write_text(" \n")
    with pytest.raises(CorpusError, match=r"3.*a\.txt"):
        build(corpus, place)
    assert texts(place) == before


def test_a_corpus_that_is_empty_missing_or_a_file_is_a_corpus_error(tmp_path: Path, place: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("港口今年建成码头3座。")
    for wrong in ("empty", "file.txt", "nowhere"):
        with pytest.raises(CorpusError, match=wrong):
            build(tmp_path / wrong, place)
    assert not place.exists()


def test_an_index_inside_the_corpus_or_where_a_file_is_is_refused(corpus: Path, tmp_path: Path) -> None:
    for wrong in (corpus, corpus / "index", corpus / "x" / ".." / "index", corpus / "a.txt"):
        with pytest.raises(WenjuError, match="--index"):
            build(corpus, wrong)
    (tmp_path / "file").write_text("x")
    with pytest.raises(WenjuError, match="file"):
        build(corpus, tmp_path / "file" / "index")
    assert sorted(path.name for path in corpus.iterdir()) == sorted(TEXTS)


def test_a_link_to_the_corpus_is_the_corpus(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(corpus)
    with pytest.raises(WenjuError, match="--index"):
        build(corpus, tmp_path / "link" / "index")


def test_two_builds_at_once_are_refused(corpus: Path, place: Path) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def wait(_: Sequence[str]) -> None:
        inside.set()
        assert go_on.wait(60)

    slow = threading.Thread(target=build, args=(corpus, place, CountingEncoder(before=wait)))
    slow.start()
    assert inside.wait(60)
    try:
        with pytest.raises(IndexBusy, match="index"):
            build(corpus, place)
    finally:
        go_on.set()
        slow.join()
    assert counts(build(corpus, place)) == (3, 3, 3, 0, 3)


def test_a_build_within_a_build_is_refused_too(corpus: Path, place: Path) -> None:
    refused: list[bool] = []

    def nested(_: Sequence[str]) -> None:
        with pytest.raises(IndexBusy):
            build(corpus, place)
        refused.append(True)

    build(corpus, place, CountingEncoder(before=nested))
    assert refused == [True]


def test_a_killed_build_leaves_the_old_index_answering_and_its_vectors_to_the_next(corpus: Path, place: Path) -> None:
    build(corpus, place)
    before = texts(place)
    count = 3 * BATCH
    write_corpus(corpus, {f"n{n:03}.txt": page(f"第{n}号", f"编号{n}的工厂投产。") for n in range(count)})
    program = f"""
import sys
from embeddings.building.build import rebuild
from tests.support import CountingEncoder
batches = 0
def before(texts):
    global batches
    batches += 1
    if batches == 3:
        print("in the third batch", flush=True)
        sys.stdin.read()
rebuild({str(corpus)!r}, {str(place)!r}, progress=False, encoder=CountingEncoder(before=before))
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"in the third batch\n"
        with pytest.raises(IndexBusy):
            build(corpus, place)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert texts(place) == before
    with closing(Index.open(place)) as found:
        found.verify()
        assert found.search_lexical([[("港口", 1.0)]], 1) != []
    encoder = CountingEncoder()
    assert counts(build(corpus, place, encoder)) == (count + 3, count + 3, count + 3, BATCH, 2 * BATCH + 3)
    assert len(encoder.passages) == BATCH
    assert len(texts(place)) == count + 3
    assert len(generations(place)) == 2


# --- the same again


def test_two_builds_are_the_same_whatever_the_hash_seed(corpus: Path, tmp_path: Path) -> None:
    write_corpus(corpus, {f"n{n:03}.txt": page(f"第{n}号", f"编号{n}的工厂投产。") for n in range(100)})
    shutil.copy(corpus / "b.txt", corpus / "z.txt")
    program = """
import json, sys
from pathlib import Path
from embeddings.store.folder.index import Index
from embeddings.building.build import rebuild
from tests.support import CountingEncoder
corpus, place = sys.argv[1:]
encoder = CountingEncoder()
rebuild(corpus, place, progress=False, encoder=encoder)
index = Index.open(place)
vector = encoder.encode_queries(["工厂投产"])[0]
groups = [[("工厂", 1.0), ("码头", 0.5)], [("今年", 1.0)]]
print(json.dumps([
    [chunk.encoded for chunk in index.all_chunks()],
    [[source.to_dict() for source in chunk.sources] for chunk in index.all_chunks()],
    index.search_dense(vector, 20), index.search_lexical(groups, 20), sorted(index.vocabulary().items()),
    encoder.passages, index.manifest.files["chunks.sqlite"].sha256, index.manifest.files["dense.faiss"].sha256,
]))
"""
    outputs = []
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program, str(corpus), str(tmp_path / f"index{seed}")],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        outputs.append(json.loads(done.stdout))
    assert outputs[0] == outputs[1]
    assert len(outputs[0][0]) == 103


# --- progress


def test_progress_names_every_stage_on_stderr_only_when_asked(
    corpus: Path, place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")
    build(corpus, place)
    assert capsys.readouterr() == ("", "")
    (corpus / "a.txt").unlink()
    write_corpus(corpus, {"d.txt": page("学校招生", "学校招收新生600名。")})
    rebuild(corpus, place, encoder=CountingEncoder())
    out, err = capsys.readouterr()
    assert out == ""
    for stage in ("checking files", "reading", "encoding", "indexing words", "indexing vectors"):
        assert re.search(rf"^{stage}: (\d+)/\1 \(100%\)$", err, re.M), stage


def test_errors_of_the_libraries_name_the_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file") as raised:
        list(dense.write_dense(tmp_path / "nowhere" / "x", 1, 2, lambda _: np.ones((1, 2), dtype=np.float32)))
    assert raised.value.filename == str(tmp_path / "nowhere" / "x")
    writer = lexical_blocks.LexicalWriter.create(tmp_path / "lexical", 1)
    writer.add("a")
    (tmp_path / "lexical" / "block").rename(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="No such file") as raised:
        writer.finish()
    assert raised.value.filename == str(tmp_path / "lexical")


def test_a_generation_that_vanishes_between_pointer_and_opening_is_not_an_error(
    corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(corpus, place)
    real: Callable[[IndexLayout], str] = IndexLayout.read_current
    names = ["20200101-000000-00000000"]
    monkeypatch.setattr(IndexLayout, "read_current", lambda layout: names.pop() if names else real(layout))
    with closing(Index.open(place)) as found:
        assert found.is_current()


def test_tidying_up_never_fails_a_build(corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise IndexDamaged

    monkeypatch.setattr(ChunkStore, "vector_keys", fail)
    assert counts(build(corpus, place)) == (3, 3, 3, 3, 0)
    assert cached(place) == 3
