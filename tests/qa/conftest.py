"""Fixtures of the tests of qa/: a small index that a countable encoder made."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from embeddings import Index, rebuild
from tests.qa.support import CORPUS, ENCODER
from tests.support import counting_qa, write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa import QA


@pytest.fixture(autouse=True)
def _settings(english_and_default_settings: None) -> None:
    """All of these tests are written for English messages."""


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
    return counting_qa(small_index, ENCODER)
