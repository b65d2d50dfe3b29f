"""What has to hold when a corpus is large, shown on small ones with limits that these reach."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from embeddings.building.encoding import BATCH
from embeddings.errors import IndexDamaged
from embeddings.store.cosines import unit_rows
from embeddings.store.folder import dense
from embeddings.store.folder.dense import DenseIndex, dense_files, write_dense
from embeddings.store.folder.index import Index
from embeddings.store.search_threads import SearchThreads
from tests.support import CountingEncoder, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.types import FloatArray

ROOT = Path(__file__).parents[2]
DIMENSION = 384
SENTENCE = "{shop}车间从{place}运来的机床和钢材由{people}班组验收入库,库房在{file}厂的{side}侧,钥匙由{keeper}保管。"

BUILD = """
import importlib, json, resource, sys
from embeddings.store.folder import dense
from embeddings.store import lexical_blocks
from embeddings import rebuild
from tests.embeddings.test_large import FastEncoder
dense.EXACT_BELOW, dense.BLOCK, lexical_blocks._HEAP = 300, 600, 15_000_000
dense._PAGE = importlib.import_module("embeddings.building.build")._WINDOW = 512
report = rebuild(sys.argv[1], sys.argv[2], progress=False, encoder=FastEncoder(int(sys.argv[3])))
print(json.dumps([report.chunks, report.encoded, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]))
"""


class FastEncoder(CountingEncoder):
    """Draws a vector by the hash of its text, and kills its own process at the batch numbered `fatal`."""

    def __init__(self, fatal: int = 0) -> None:
        super().__init__(DIMENSION, "fast", before=self._count)
        self._fatal = fatal
        self._batches = 0

    def _count(self, _: Sequence[str]) -> None:
        self.passages.clear()
        self._batches += 1
        if self._batches == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def _row(self, text: str) -> FloatArray:
        drawn = np.frombuffer(hashlib.shake_128(text.encode()).digest(DIMENSION), dtype=np.uint8)
        row: FloatArray = unit_rows(drawn[np.newaxis, :].astype(np.float32) - np.float32(127.5))[0]
        return row


def name(number: int) -> str:
    """What stands for a number, and is no figure."""
    return "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in f"{number % 100_000:05}")


def write_files(folder: Path, count: int) -> Path:
    """Write `count` files of some sixty chunks, none of which is like another, and no figures: these take long."""
    folder.mkdir()
    for file in range(count):
        sentences = (
            SENTENCE.format(
                file=name(file), shop=name(37 * n + file), place=name(n * n), people=name(n + 200 * file),
                side="东南西北"[n % 4], keeper=name(97 * n + 11 * file),
            )
            for n in range(200)
        )  # fmt: skip
        (folder / f"{file:04}.txt").write_text(page(f"第{file}厂年报", "".join(sentences)), encoding="utf-8")
    return folder


def build(corpus: Path, place: Path, fatal: int = 0) -> tuple[int, int, int]:
    """Build in a process of its own: chunks, how many were encoded, and the most memory held in MiB."""
    ran = subprocess.run(
        [sys.executable, "-c", BUILD, str(corpus), str(place), str(fatal)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    if fatal:
        assert ran.returncode == -signal.SIGKILL
        return 0, 0, 0
    assert ran.returncode == 0, ran.stderr
    chunks, encoded, peak = json.loads(ran.stdout)
    return chunks, encoded, peak


# --- building


def test_the_memory_of_a_build_does_not_grow_with_the_corpus(tmp_path: Path) -> None:
    small, _, least = build(write_files(tmp_path / "small", 100), tmp_path / "small-index")
    large, _, most = build(write_files(tmp_path / "large", 300), tmp_path / "large-index")
    assert large > 2.9 * small > 2.9 * 6000
    # Held in memory, the chunks of the larger one would be 55 MiB more, a third of it vectors. What grows a little are
    # caches of a fixed size.
    assert most - least < 30


def test_a_large_build_that_is_killed_goes_on_from_what_it_encoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "BLOCK", 600)
    monkeypatch.setattr(dense, "EXACT_BELOW", 300)
    corpus, place = write_files(tmp_path / "corpus", 20), tmp_path / "index"
    build(corpus, place, fatal=20)
    assert not (place / "CURRENT").exists()
    chunks, encoded, _ = build(corpus, place)
    assert encoded == chunks - 19 * BATCH
    with closing(Index.open(place)) as index:
        index.verify()
        assert {"dense.faiss", "dense-1.faiss", "dense.f16"} <= index.manifest.files.keys()


# --- searching


@pytest.fixture
def vectors() -> FloatArray:
    random = np.random.default_rng(7)
    centres = random.standard_normal((60, DIMENSION)).astype(np.float32)
    noise = random.standard_normal((5500, DIMENSION)).astype(np.float32)
    return unit_rows(centres[random.integers(0, 60, 5500)] + 0.5 * noise)


def write(file: Path, vectors: FloatArray) -> DenseIndex:
    assert sum(write_dense(file, len(vectors), DIMENSION, lambda ids: vectors[list(ids)])) == len(vectors)
    assert sorted(file.parent.iterdir()) == sorted(dense_files(file, len(vectors)))
    return DenseIndex.open(file, file.parent, len(vectors), DIMENSION, SearchThreads())


def test_an_index_of_codes_in_several_files_finds_what_exact_search_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vectors: FloatArray
) -> None:
    monkeypatch.setattr(dense, "EXACT_BELOW", 1000)
    monkeypatch.setattr(dense, "BLOCK", 2000)
    monkeypatch.setattr(dense, "CANDIDATES", 200)
    found = write(tmp_path / "dense.faiss", vectors)
    names = ["dense-1.faiss", "dense-2.faiss", "dense.f16", "dense.faiss"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    shared = 0
    for query in vectors[::110]:
        scores = vectors @ query
        exact = np.argsort(-scores)[:10].tolist()
        hits = found.search(query, 10)
        ids = [number for number, _ in hits]
        assert len(hits) == 10
        assert ids[0] == exact[0]
        assert [score for _, score in hits] == pytest.approx(scores[ids].tolist(), abs=1e-3)
        assert found.scores(query, ids) == pytest.approx([score for _, score in hits], abs=1e-6)
        shared += len(set(exact) & set(ids))
    assert shared / (10 * len(vectors[::110])) > 0.97
    # Ids on both sides of where one file ends and the next begins, in the order asked for.
    edge = [4000, 1999, 2000, 0, 5499, 3999]
    assert found.scores(vectors[2000], edge) == pytest.approx((vectors[edge] @ vectors[2000]).tolist(), abs=1e-3)
    with pytest.raises(ValueError, match=r"outside 0\.\.5499"):
        found.scores(vectors[0], [5500])


@pytest.mark.parametrize("count", [1999, 2000, 2001, 4000])
def test_every_vector_is_found_wherever_files_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vectors: FloatArray, count: int
) -> None:
    monkeypatch.setattr(dense, "EXACT_BELOW", 1000)
    monkeypatch.setattr(dense, "BLOCK", 2000)
    monkeypatch.setattr(dense, "CANDIDATES", 100)
    found = write(tmp_path / "dense.faiss", vectors[:count])
    for number in (0, count // 2, count - 1):
        assert found.search(vectors[number], 1)[0][0] == number
    assert len({number for number, _ in found.search(vectors[0], count + 5)}) == count


def test_equal_vectors_all_come_back_whichever_file_they_stand_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vectors: FloatArray
) -> None:
    monkeypatch.setattr(dense, "EXACT_BELOW", 1000)
    monkeypatch.setattr(dense, "BLOCK", 2000)
    monkeypatch.setattr(dense, "CANDIDATES", 50)
    equal = [3, 1999, 2000, 5499]
    vectors[equal] = vectors[7]
    hits = write(tmp_path / "dense.faiss", vectors).search(vectors[7], 5)
    assert sorted(number for number, _ in hits) == sorted([7, *equal])
    assert len({score for _, score in hits}) == 1


@pytest.mark.parametrize("name", ["dense.faiss", "dense-1.faiss", "dense.f16"])
@pytest.mark.parametrize("size", [0, 1000])
def test_a_file_that_is_cut_short_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vectors: FloatArray, name: str, size: int
) -> None:
    monkeypatch.setattr(dense, "EXACT_BELOW", 1000)
    monkeypatch.setattr(dense, "BLOCK", 2000)
    write(tmp_path / "dense.faiss", vectors[:2500])
    os.truncate(tmp_path / name, size)
    with pytest.raises(IndexDamaged, match=re.escape(str(tmp_path / name))):
        DenseIndex.open(tmp_path / "dense.faiss", tmp_path, 2500, DIMENSION, SearchThreads())


def test_half_a_file_of_vectors_that_vanishes_while_it_is_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vectors: FloatArray
) -> None:
    monkeypatch.setattr(dense, "EXACT_BELOW", 1000)
    found = write(tmp_path / "dense.faiss", vectors)
    os.truncate(tmp_path / "dense.f16", 1000)
    with pytest.raises(IndexDamaged, match=r"dense\.f16"):
        found.scores(vectors[0], [5000])
