"""A chat that is really served, on a free port of this machine."""

from __future__ import annotations

import secrets
import socket
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest

from embeddings import Index, rebuild
from tests.support import CountingEncoder, counting_qa, write_corpus
from tests.web.answers import HandMadeQA
from tests.web.browsing import chromium, opening
from web.documents.watching import WatchLimits
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from qa import QA

CORPUS = {
    "port.txt": "东港码头建成\n\n东港码头于2023年建成，可停靠万吨货轮，总投资12亿元。\n",
    "school.txt": "新学校开学\n\n新学校有学生1200人。校长介绍，学校设有图书馆。\n",
}


def free_port() -> int:
    """A port to listen on, below those that the system gives to connections: none takes it before it is used."""
    while True:
        port = secrets.choice(range(20_000, 32_000))
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@pytest.fixture(scope="module", autouse=True)
def messages_in_chinese() -> Iterator[None]:
    """What the server says to nobody in particular: else it is in the language of the machine that tests."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("WENJU_LANG", "zh")
        yield


@pytest.fixture(scope="module")
def quick_watching() -> Iterator[None]:
    """Who watches a folder takes up what came to rest a moment ago: how long that is has tests of its own."""
    quick = WatchLimits(look=0.2, still=0.6)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("web.documents.watching.WatchLimits", lambda: quick)
        yield


@pytest.fixture(scope="module")
def qa() -> HandMadeQA:
    return HandMadeQA()


@pytest.fixture(scope="module")
def address(qa: HandMadeQA) -> Iterator[str]:
    page = launch(qa, "127.0.0.1", free_port())
    assert page.local_url is not None
    yield page.local_url
    page.close(verbose=False)


@pytest.fixture(scope="module")
def small_qa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QA]:
    """Over an index of two articles, with a small encoder and a small reader."""
    folder, encoder = tmp_path_factory.mktemp("small"), CountingEncoder()
    rebuild(write_corpus(folder / "corpus", CORPUS), folder / "index", progress=False, encoder=encoder)
    with closing(Index.open(folder / "index")) as index:
        yield counting_qa(index, encoder)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens the chat over the answers made by hand."""
    with opening(browser, address) as open_page:
        yield open_page
