"""A chat that is really served, on a free port of this machine."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from tests.web.answers import HandMadeQA
from web.server import launch

if TYPE_CHECKING:
    from collections.abc import Iterator


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def qa() -> HandMadeQA:
    return HandMadeQA()


@pytest.fixture(scope="module")
def address(qa: HandMadeQA) -> Iterator[str]:
    page = launch(qa, "127.0.0.1", free_port())
    assert page.local_url is not None
    yield page.local_url
    page.close(verbose=False)
