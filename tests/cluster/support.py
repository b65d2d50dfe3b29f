"""What the tests of stores share: the real Milvus server, milvus-lite, and a corpus with what is awkward."""

from __future__ import annotations

import importlib
import importlib.util
import os
import socket
import time
import urllib.request
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from embeddings.building.build import rebuild_with
from embeddings.errors import StoreError
from embeddings.store.milvus.address import parse_address
from embeddings.store.milvus.connection import Connection
from embeddings.store.stores import store_at
from tests.figures import CountingFigures
from tests.qa.support import CORPUS, ENCODER
from tests.support import counting_qa, page

if TYPE_CHECKING:
    from pathlib import Path

    from embeddings.models.encoder import Encoder
    from embeddings.store.stores import Whole
    from embeddings.types import BuildReport
    from qa import QA

COPIES = [f"copies/{number:03}{'x' * 240}.txt" for number in range(300)]
"""Files of one text; their names alone are more than Milvus takes in one value."""

AWKWARD = (
    CORPUS
    | {
        'a "quoted" \\ name.txt': page("引号", "名为F-16的模型每架4.5万元,共18,297架,编号2023-10-18。"),
        "again.txt": page("苹果丰收", "果农今年收获苹果30吨。"),
        "unit/dated.txt": page("市政简报", "2024年3月5日 本报记者 王晓", "本报讯 南城今年新建公园六座。"),
    }
    | dict.fromkeys(COPIES, page("通知", "请各单位遵照执行。"))
)
"""CORPUS, one text of it in two files, another in very many, and a name with all that a condition quotes."""

SERVER_SECONDS = 180


def needed(module: str) -> Any:
    """Import a module of the extra; without it the tests are skipped, or fail where WENJU_TEST_CLUSTER is set."""
    if os.environ.get("WENJU_TEST_CLUSTER"):
        return importlib.import_module(module)
    return pytest.importorskip(module, reason=f'{module} is not installed: pip install "wenju[cluster]"')


def require(*modules: str) -> None:
    """Skip a test where a package is missing; fail it where the tests were told that all are there."""
    missing = [module for module in modules if importlib.util.find_spec(module) is None]
    if not missing:
        return
    reason = f"{', '.join(missing)} is not installed: pip install -e '.[cluster,cluster-test]'"
    if os.environ.get("WENJU_TEST_CLUSTER"):
        pytest.fail(reason)
    pytest.skip(reason)


class RealMilvus:
    """The real server on loopback, which can be stopped and started again with its data and at its port."""

    def __init__(self, folder: Path, programs: Path) -> None:
        from milvus import MilvusServer, MilvusServerConfig

        class Config(MilvusServerConfig):  # type: ignore[misc]
            def try_bind_port(self, port: int) -> socket.socket | None:
                # The port of a server that has just been stopped: its own check would move on to the next one.
                found = socket.socket()
                found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    found.bind(("127.0.0.1", port))
                    found.listen()
                except OSError:
                    found.close()
                    return None
                return found

        # Unpacked once, not for every run: a third of a gigabyte.
        programs.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
        self._folder = folder
        (folder / "bin").symlink_to(programs)
        self._server: Any = MilvusServer(Config(), wait_for_started=False)
        self._server.set_base_dir(str(folder))
        self._server.listen_port = free_port()
        self.start()

    def start(self) -> None:
        self._server.start()
        health = f"http://127.0.0.1:{self._server.webservice_port}/healthz"
        last = time.monotonic() + SERVER_SECONDS
        while self._server.server_proc.poll() is None and time.monotonic() < last:
            with suppress(OSError), urllib.request.urlopen(health, timeout=5) as reply:
                if b"OK" in reply.read():
                    return
            time.sleep(0.1)  # it tells nobody that it is ready
        log = (self._folder / "logs" / "milvus-stdout.log").read_text(encoding="utf-8", errors="replace")
        self.stop()
        # Two at once cannot be: etcd inside has one port, 2380.
        raise RuntimeError(f"The Milvus server did not start: {[line for line in log.splitlines() if 'ERROR' in line]}")

    def stop(self) -> None:
        self._server.stop()

    @property
    def running(self) -> bool:
        return bool(self._server.running)

    @property
    def port(self) -> int:
        return int(self._server.listen_port)

    def uri(self, name: str) -> str:
        return f"milvus://127.0.0.1:{self.port}/{name}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def release(file: Path) -> None:
    """Close a file of milvus-lite that this process has open."""
    from milvus_lite.server_manager import server_manager_instance

    server_manager_instance.release_server(str(file))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a test builds: its corpus, its index folder, and its store, None for the folder itself."""

    corpus: Path
    index: Path
    uri: str | None

    def build(self, encoder: Encoder = ENCODER, **how: Any) -> BuildReport:
        how = {"encoder": encoder, "store": self.uri, **how}
        return rebuild_with(CountingFigures(), self.corpus, self.index, progress=False, **how)

    def open(self) -> Whole:
        return store_at(self.index, self.uri).open()

    def qa(self) -> QA:
        return counting_qa(self.open(), ENCODER)

    def wait_until_loaded(self) -> None:
        """Wait until a server that was started again has loaded what is in force, which takes it a while."""
        last = time.monotonic() + SERVER_SECONDS
        while True:
            try:
                with closing(self.open()) as index:
                    index.verify()
                    index.search_dense(ENCODER.encode_queries(["苹果"])[0], 1)
                    return
            except StoreError:
                if time.monotonic() > last:
                    raise
                time.sleep(0.5)  # no event tells

    def collections(self) -> set[str]:
        """The collections of this store that are on the server."""
        assert self.uri is not None
        address = parse_address(self.uri)
        connection = Connection.open(address)
        try:
            return {name for name in connection.collections() if name.startswith(f"{address.name}__")}
        finally:
            connection.close()

    def kept(self) -> int:
        """How many generations there are, in force or not, whole or not."""
        if self.uri is None:
            return len(list((self.index / "generations").iterdir()))
        facts = {name for name in self.collections() if name.endswith("_facts")}
        assert self.collections() == facts | {name.removesuffix("_facts") for name in facts}
        return len(facts)
