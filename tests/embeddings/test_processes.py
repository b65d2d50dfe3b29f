from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from chinese.errors import ModelError, WenjuError
from embeddings.building.build import rebuild
from embeddings.building.encoding import BATCH
from embeddings.building.processes import Processes
from embeddings.building.worker_encoder import WorkerEncoder
from embeddings.models.encoder import Encoder, load_encoder
from embeddings.store.folder.index import Index
from embeddings.store.generation import IndexLayout
from embeddings.store.vectors import VectorCache, vector_key
from tests.support import CountingEncoder, hear_signals, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from embeddings.types import FloatArray

ROOT = Path(__file__).parents[2]
MANY = {f"n{number:03}.txt": page(f"第{number}号", f"编号{number}的工厂投产。") for number in range(5 * BATCH)}


class DyingEncoder(CountingEncoder):
    """Ends its process as the system does when memory is short: at the first batch of all, or at every one."""

    def __init__(self, mark: Path, always: bool = False) -> None:
        super().__init__()
        self.mark = mark
        self.always = always

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        if self.always or not self.mark.exists():
            self.mark.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode_passages(texts)


class FailingEncoder(CountingEncoder):
    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        raise ModelError("the model is broken")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", MANY)


def vectors(place: Path, encoder: Encoder) -> dict[str, list[float]]:
    with (
        closing(Index.open(place)) as index,
        closing(VectorCache.open(IndexLayout(place).vectors, encoder.dimension)) as cache,
    ):
        index.verify()
        keys = {vector_key(encoder.fingerprint, chunk.encoded): chunk.encoded for chunk in index.all_chunks()}
        return {keys[key]: vector.tolist() for key, vector in cache.get(keys).items()}


def test_several_processes_give_the_vectors_that_one_gives(corpus: Path, tmp_path: Path) -> None:
    alone, several = CountingEncoder(), CountingEncoder()
    rebuild(corpus, tmp_path / "one", progress=False, encoder=alone)
    report = rebuild(corpus, tmp_path / "two", progress=False, encoder=several, workers=2)

    assert report.encoded == len(MANY)
    assert several.passages == []  # none of it was done here
    assert vectors(tmp_path / "two", several) == vectors(tmp_path / "one", alone)


def test_a_batch_whose_worker_died_is_done_again(corpus: Path, tmp_path: Path) -> None:
    encoder = DyingEncoder(tmp_path / "dead")
    report = rebuild(corpus, tmp_path / "index", progress=False, encoder=encoder, workers=2)

    assert encoder.mark.exists()
    assert report.encoded == len(MANY)
    assert len(vectors(tmp_path / "index", encoder)) == len(MANY)


def test_a_build_whose_workers_keep_dying_ends_with_a_way_out(corpus: Path, tmp_path: Path) -> None:
    encoder = DyingEncoder(tmp_path / "dead", always=True)
    with pytest.raises(ModelError, match=r"--workers.*2"):
        rebuild(corpus, tmp_path / "index", progress=False, encoder=encoder, workers=2)
    assert not IndexLayout(tmp_path / "index").current.exists()


def test_what_the_model_says_is_wrong_reaches_the_user(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="the model is broken"):
        rebuild(corpus, tmp_path / "index", progress=False, encoder=FailingEncoder(), workers=2)


def test_a_number_of_workers_below_one_is_named(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(WenjuError, match="0"):
        rebuild(corpus, tmp_path / "index", progress=False, encoder=CountingEncoder(), workers=0)


def test_batches_are_taken_as_they_are_needed() -> None:
    taken = 0

    def batches() -> Iterator[list[str]]:
        nonlocal taken
        for number in range(50):
            taken += 1
            yield [f"编号{number}"]

    with closing(Processes(CountingEncoder(), 1)) as pool:
        first = next(pool.encode(batches()))
    assert first[0] in (0, 1)  # in whatever order they are done
    assert first[1].shape == (1, 32)
    assert taken <= 4  # a corpus of a million chunks is never in memory whole


def test_the_real_model_gives_the_same_in_workers_as_here() -> None:
    encoder = load_encoder()
    texts = [f"沈阳高新区第{number}个项目总投资{number}.6亿元。" for number in range(4)]
    with closing(Processes(encoder, 2)) as pool:
        found = dict(pool.encode(iter([texts[:2], texts[2:]])))
    assert np.abs(np.concatenate([found[0], found[1]]) - encoder.encode_passages(texts)).max() < 1e-5


def test_a_worker_with_another_model_says_so() -> None:
    recipe = WorkerEncoder.of(load_encoder())
    other = WorkerEncoder("another print", recipe.model, recipe.runtime, None)
    with pytest.raises(ModelError, match="multilingual-e5-small"):
        other.load(threads=1)


def test_without_ray_the_extra_is_named(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(WenjuError, match=r"wenju\[cluster\]"):
        rebuild(corpus, tmp_path / "index", progress=False, encoder=CountingEncoder(), ray="local")


def _children(parent: int) -> set[int]:
    found = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True, check=False).stdout
    return {int(line) for line in found.split()}


def _until(wanted: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if wanted():
            return True
        time.sleep(0.05)
    return wanted()


def _alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


SCRIPT = """
import sys
from tests.embeddings.test_processes import SlowEncoder
from embeddings.building.build import rebuild
if __name__ == "__main__":
    rebuild(sys.argv[1], sys.argv[2], progress=False, encoder=SlowEncoder(sys.argv[3]), workers=2)
"""


class SlowEncoder(CountingEncoder):
    """Takes a minute for a batch, and says that it has begun."""

    def __init__(self, mark: str) -> None:
        super().__init__()
        self.mark = Path(mark)

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        self.mark.touch()
        time.sleep(60)
        return super().encode_passages(texts)


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_no_worker_outlives_the_build(sent: signal.Signals, corpus: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    begun = tmp_path / "begun"
    command = [sys.executable, str(script), str(corpus), str(tmp_path / "index"), str(begun)]
    run = subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL, start_new_session=True,
        preexec_fn=hear_signals,
    )  # fmt: skip
    assert _until(begun.exists)
    workers = _children(run.pid)
    assert len(workers) >= 2

    run.send_signal(sent)
    run.wait(30)

    assert _until(lambda: not any(map(_alive, workers)))
