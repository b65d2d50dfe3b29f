"""Encoding on Ray: two nodes on this machine, each a raylet with workers of its own."""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from chinese.errors import ModelError, WenjuError
from embeddings.building.build import rebuild
from embeddings.building.encoding import BATCH
from embeddings.building.ray_pool import RayPool
from embeddings.models.encoder import load_encoder
from tests.cluster.support import needed
from tests.embeddings.test_processes import FailingEncoder, vectors
from tests.support import CountingEncoder, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from embeddings.types import FloatArray

ray: Any = needed("ray")
Cluster: Any = needed("ray.cluster_utils").Cluster

ROOT = Path(__file__).parents[2]
MOST, SECONDS = "most", 300
MANY = {f"n{number:03}.txt": page(f"第{number}号", f"编号{number}的工厂投产。") for number in range(6 * BATCH)}


def mark(marks: Path) -> None:
    """Leave a file for a batch, named by this process, and wait for as many processes as MOST names, if it is there.

    Otherwise the one that is started first on a busy machine has done it all before the next is there.
    """
    (marks / f"{os.getpid()}-{time.monotonic_ns()}").touch()
    most = marks.parent / MOST
    end = time.monotonic() + SECONDS
    while most.exists() and len(processes(marks)) < int(most.read_text(encoding="utf-8")):
        assert time.monotonic() < end
        time.sleep(0.05)  # they are processes of their own, which share nothing but this folder


class MarkingEncoder(CountingEncoder):
    """Leaves a mark for each batch."""

    def __init__(self, marks: Path) -> None:
        super().__init__()
        self.marks = marks

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        mark(self.marks)
        return super().encode_passages(texts)


class RealEncoder:
    """The default model, which leaves marks as MarkingEncoder does; a worker loads it for each batch anew."""

    def __init__(self, marks: Path) -> None:
        found = load_encoder()
        self.name, self.fingerprint = found.name, found.fingerprint
        self.dimension, self.max_tokens = found.dimension, found.max_tokens
        self.marks = marks

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        return load_encoder(threads=1).encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        mark(self.marks)
        return load_encoder(threads=1).encode_passages(texts)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of two nodes with a processor each."""
    os.environ["PYTHONPATH"] = str(ROOT)
    nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    nodes.add_node(num_cpus=1)
    nodes.wait_for_nodes()
    yield nodes.address
    nodes.shutdown()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", MANY)


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    folder = tmp_path / "marks"
    folder.mkdir()
    return folder


def wait_for(marks: Path, most: int) -> None:
    """Have each batch from now on wait until so many processes have begun with one."""
    beside = marks.parent / f"{MOST}.new"
    beside.write_text(str(most), encoding="utf-8")
    beside.replace(marks.parent / MOST)


def processes(marks: Path) -> set[int]:
    return {int(file.name.partition("-")[0]) for file in marks.iterdir()}


def test_two_nodes_give_the_vectors_that_one_process_gives(
    cluster: str, corpus: Path, marks: Path, tmp_path: Path
) -> None:
    alone, encoder = CountingEncoder(), MarkingEncoder(marks)
    wait_for(marks, 2)
    rebuild(corpus, tmp_path / "one", progress=False, encoder=alone)
    report = rebuild(corpus, tmp_path / "two", progress=False, encoder=encoder, ray=cluster)

    assert report.encoded == len(MANY)
    assert vectors(tmp_path / "two", encoder) == vectors(tmp_path / "one", alone)
    assert len(processes(marks)) == 2
    assert os.getpid() not in processes(marks)


def test_the_real_model_gives_the_same_there_as_here(cluster: str) -> None:
    encoder = load_encoder()
    texts = [f"沈阳高新区第{number}个项目总投资{number}.6亿元。" for number in range(4)]
    with closing(RayPool(encoder, cluster)) as pool:
        found = dict(pool.encode(iter([texts[:2], texts[2:]])))
    assert np.abs(np.concatenate([found[0], found[1]]) - encoder.encode_passages(texts)).max() < 1e-5


def test_a_worker_is_killed_and_the_build_has_the_vectors_of_a_local_one(
    cluster: str, corpus: Path, marks: Path, tmp_path: Path
) -> None:
    local = load_encoder()
    rebuild(corpus, tmp_path / "local", progress=False, encoder=local)
    encoder = RealEncoder(marks)
    wait_for(marks, 2)
    killed: list[int] = []

    def kill_one(_: object) -> None:
        at_work = processes(marks)
        if len(at_work) == 2 and not killed:
            killed.append(at_work.pop())
            wait_for(marks, 3)  # another is started for it
            os.kill(killed[0], signal.SIGKILL)

    report = rebuild(corpus, tmp_path / "index", progress=False, encoder=encoder, ray=cluster, watch=kill_one)

    assert killed
    assert report.encoded == len(MANY)
    assert len(processes(marks)) == 3
    here, there = vectors(tmp_path / "local", local), vectors(tmp_path / "index", encoder)
    assert len(there) == len(MANY)
    assert there.keys() == here.keys()
    assert max(np.abs(np.subtract(there[text], here[text])).max() for text in here) < 1e-5


def test_a_node_that_is_lost_takes_nothing_with_it(corpus: Path, marks: Path, tmp_path: Path) -> None:
    nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    second = nodes.add_node(num_cpus=1)
    nodes.wait_for_nodes()
    lost: list[object] = []

    def lose_one(_: object) -> None:
        if len(processes(marks)) == 2 and not lost:
            lost.append(second)
            nodes.remove_node(second, allow_graceful=False)

    encoder = MarkingEncoder(marks)
    wait_for(marks, 2)
    try:
        report = rebuild(corpus, tmp_path / "index", progress=False, encoder=encoder, ray=nodes.address, watch=lose_one)
    finally:
        nodes.shutdown()

    assert lost
    assert report.encoded == len(MANY)
    assert len(vectors(tmp_path / "index", encoder)) == len(MANY)


def test_no_more_workers_than_asked_for_are_at_work(cluster: str, marks: Path) -> None:
    with closing(RayPool(MarkingEncoder(marks), cluster, 1)) as pool:
        assert len(dict(pool.encode(iter([["一"], ["二"], ["三"]])))) == 3
        assert "1" in pool.note()


def test_what_the_model_says_is_wrong_reaches_the_user(cluster: str, corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="the model is broken"):
        rebuild(corpus, tmp_path / "index", progress=False, encoder=FailingEncoder(), ray=cluster)


def test_a_cluster_that_is_not_there_is_named(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(WenjuError, match=r"127\.0\.0\.1:9"):
        rebuild(corpus, tmp_path / "index", progress=False, encoder=CountingEncoder(), ray="127.0.0.1:9")


def test_one_is_started_on_this_machine_and_ended_again(corpus: Path, marks: Path, tmp_path: Path) -> None:
    report = rebuild(corpus, tmp_path / "index", progress=False, encoder=MarkingEncoder(marks), ray="local", workers=2)
    assert report.encoded == len(MANY)
    assert not ray.is_initialized()
    assert os.getpid() not in processes(marks)
