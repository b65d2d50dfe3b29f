"""The dev set asked with the real model: whatever keeps the index, the answers are the same."""

from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from embeddings import rebuild
from embeddings.encoder import load_encoder
from embeddings.store import store_at
from qa import QA
from qa.evaluation import load_cases
from qa.reader import load_reader
from tests.cluster.support import release, require
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.support import RealMilvus

pytestmark = pytest.mark.slow

CASES = load_cases(REPOSITORY / "tests" / "data" / "seeds_dev.jsonl")
Said = dict[str, tuple[str | None, str | None, str | None]]


def ask_all(index: Path, store: str | None) -> Said:
    """Text, reason and first source of each answer."""
    with closing(store_at(index, store).open()) as opened:
        qa = QA(opened, load_encoder(opened.manifest.model), load_reader())
        said: Said = {}
        for case in CASES:
            answer = qa.ask(case.question)
            first = answer.passages[0].sources[0].file if answer.passages else None
            said[case.id] = answer.text, None if answer.reason is None else answer.reason.code, first
        return said


@pytest.fixture(scope="module")
def embedded(seeds_index: Path) -> Said:
    return ask_all(seeds_index, None)


def built(seeds_index: Path, folder: Path, store: str) -> Path:
    """An index of seeds/ in a store, from the vectors that the embedded one has."""
    index = folder / "index"
    shutil.copytree(seeds_index / "vectors", index / "vectors")
    assert rebuild(REPOSITORY / "seeds", index, progress=False, store=store).encoded == 0
    return index


def test_the_real_server_gives_the_same_answers(
    embedded: Said, seeds_index: Path, server: RealMilvus, tmp_path: Path
) -> None:
    store = server.uri("seeds")
    found = ask_all(built(seeds_index, tmp_path, store), store)
    assert {case: (embedded[case], said) for case, said in found.items() if said != embedded[case]} == {}


def test_milvus_lite_with_its_bm25_gives_the_same_answers(embedded: Said, seeds_index: Path, tmp_path: Path) -> None:
    require("pymilvus", "milvus_lite")
    store = str(tmp_path / "seeds.db")
    found = ask_all(built(seeds_index, tmp_path, store), store)
    release(tmp_path / "seeds.db")
    assert {case: (embedded[case], said) for case, said in found.items() if said != embedded[case]} == {}
