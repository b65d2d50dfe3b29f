"""Fixtures of the tests of qa/: a small index that a countable encoder made."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from embeddings import Index, rebuild
from qa import QA
from tests.qa.support import CORPUS, ENCODER
from tests.support import write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def english_and_default_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors in English, and nothing of the environment's own."""
    for name in ("WENJU_CORPUS", "WENJU_INDEX", "WENJU_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WENJU_LANG", "en")


@pytest.fixture(scope="session")
def small_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of CORPUS, for tests that only read it."""
    folder = tmp_path_factory.mktemp("small")
    rebuild(write_corpus(folder / "corpus", CORPUS), folder / "index", progress=False, encoder=ENCODER)
    return folder / "index"


@pytest.fixture(scope="session")
def small_index(small_path: Path) -> Iterator[Index]:
    with closing(Index.open(small_path)) as index:
        yield index


@pytest.fixture(scope="session")
def small(small_index: Index) -> QA:
    return QA(small_index, ENCODER)
