"""Fixtures of the tests of stores: each kind of store, started once and stopped by its own handle."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from tests.cluster.support import AWKWARD, Place, release, require
from tests.support import write_corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cluster.support import RealMilvus

KINDS = ("embedded", "lite", "server")


@pytest.fixture(autouse=True)
def _settings(english_and_default_settings: None) -> None:
    """All of these tests are written for English messages."""


@pytest.fixture(scope="session")
def server(milvus_server: RealMilvus) -> RealMilvus:
    return milvus_server


@pytest.fixture(scope="session")
def place_of(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[[str, dict[str, str]], Place]]:
    """Make a new place of a kind, with a corpus."""
    files: list[Path] = []

    def make(kind: str, texts: dict[str, str]) -> Place:
        folder = tmp_path_factory.mktemp(kind)
        corpus = write_corpus(folder / "corpus", texts)
        uri = None
        if kind == "lite":
            require("pymilvus", "milvus_lite")
            files.append(folder / "store.db")
            uri = str(files[-1])
        elif kind == "server":
            running: RealMilvus = request.getfixturevalue("server")
            uri = running.uri(f"t{uuid.uuid4().hex[:12]}")
        return Place(corpus, folder / "index", uri)

    yield make
    for file in files:
        release(file)


@pytest.fixture(scope="session", params=KINDS)
def built(request: pytest.FixtureRequest, place_of: Callable[[str, dict[str, str]], Place]) -> Place:
    """A place of each kind with an index of AWKWARD, for tests that only read it."""
    place = place_of(request.param, AWKWARD)
    place.build()
    return place
