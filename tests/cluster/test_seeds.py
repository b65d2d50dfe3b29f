"""The dev set asked with the real model: whatever keeps the index, the answers are the same."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from gradio_client import Client

from benchmarks.remembered import RememberedReader
from embeddings import rebuild
from embeddings.models.encoder import load_encoder
from embeddings.store.stores import store_at
from qa import QA
from qa.evaluation.cases import load_cases
from qa.reading.reader import load_reader
from tests.cluster.support import free_port, release, require
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from qa.reading.reader import Reader
    from tests.cluster.support import RealMilvus
    from tests.conftest import Ran

pytestmark = pytest.mark.slow

CASES = load_cases(REPOSITORY / "tests" / "data" / "seeds_dev.jsonl")
Said = dict[str, tuple[str | None, str | None, str | None]]


def ask_all(index: Path, store: str | None, reader: Reader) -> Said:
    """Text, reason and first source of each answer."""
    with closing(store_at(index, store).open()) as opened:
        qa = QA(opened, load_encoder(opened.manifest.model), reader)
        said: Said = {}
        for case in CASES:
            answer = qa.ask(case.question)
            first = answer.passages[0].sources[0].file if answer.passages else None
            said[case.id] = answer.text, None if answer.reason is None else answer.reason.code, first
        return said


@pytest.fixture(scope="module")
def reader() -> Reader:
    """The reader, which reads anew only what it has not read: other passages, should a store find others."""
    return RememberedReader(load_reader())


@pytest.fixture(scope="module")
def embedded(seeds_index: Path, reader: Reader) -> Said:
    return ask_all(seeds_index, None, reader)


def built(seeds_index: Path, folder: Path, store: str) -> Path:
    """An index of seeds/ in a store, from the vectors that the embedded one has."""
    index = folder / "index"
    shutil.copytree(seeds_index / "vectors", index / "vectors")
    assert rebuild(REPOSITORY / "seeds", index, progress=False, store=store).encoded == 0
    return index


def test_the_real_server_gives_the_same_answers(
    embedded: Said, seeds_index: Path, server: RealMilvus, reader: Reader, tmp_path: Path
) -> None:
    store = server.uri("seeds")
    found = ask_all(built(seeds_index, tmp_path, store), store, reader)
    assert {case: (embedded[case], said) for case, said in found.items() if said != embedded[case]} == {}


@pytest.fixture(scope="module")
def lite(seeds_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A file of milvus-lite with the index of seeds/."""
    require("pymilvus", "milvus_lite")
    folder = tmp_path_factory.mktemp("lite")
    built(seeds_index, folder, str(folder / "seeds.db"))
    yield folder / "seeds.db"
    release(folder / "seeds.db")


def test_milvus_lite_with_its_bm25_gives_the_same_answers(
    embedded: Said, lite: Path, reader: Reader, tmp_path: Path
) -> None:
    found = ask_all(tmp_path / "nothing is kept here", str(lite), reader)
    differing = {case: (embedded[case], said) for case, said in found.items() if said != embedded[case]}
    # Its scores of words are its own: of two candidates that are nearly alike another may come first.
    assert len(differing) <= 1, differing


def test_the_command_measures_a_store(wenju: Callable[..., Ran], lite: Path, tmp_path: Path) -> None:
    lines = (REPOSITORY / "tests" / "data" / "seeds_dev.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "two.jsonl").write_text("\n".join(lines[:2]) + "\n", encoding="utf-8")
    ran = wenju("eval", "two.jsonl", "--store", lite, "--json")
    assert ran.code == 0, ran.err
    assert (json.loads(ran.out)["answerable"], json.loads(ran.out)["exact"]) == (2, 2)


def test_the_command_serves_a_store(lite: Path, tmp_path: Path) -> None:
    release(lite)  # one process has the file at a time
    port = free_port()
    serve = [sys.executable, "-u", str(REPOSITORY / "app.py"), "serve", "--store", str(lite), "--port", str(port)]
    with subprocess.Popen(serve, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as page:
        try:
            assert page.stdout is not None
            assert any(f":{port}" in line for line in page.stdout)  # it says where it is once it is there
            with closing(Client(f"http://127.0.0.1:{port}", verbose=False)) as client:
                assert len(client.predict(api_name="/sources")) == 5
        finally:
            page.terminate()
