"""The wire to Milvus: one client, its time limits, and what it raises said in words a user reads."""

from __future__ import annotations

import importlib.util
import logging
import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chinese.errors import WenjuError, say
from chinese.forking import spawn_instead
from embeddings.errors import IndexDamaged, StoreError
from embeddings.store.generation import rebuild_command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pymilvus import MilvusClient

    from embeddings.store.milvus.address import StoreAddress

Row = dict[str, Any]

CONNECT_SECONDS = 5
READ_SECONDS = 10
WRITE_SECONDS = 60
OLDEST = (2, 3)
"""The first release that has cosines, aliases that can be asked for, and queries for a count."""
BM25_FROM = (2, 5)
"""The first release that ranks texts by BM25 itself."""

# Of a collection, and of an alias: 1600 since 2.3, 100 in milvus-lite.
_NOT_FOUND = {100, 1600}
_NOT_LOADED = 101
_VERSION = re.compile(r"(\d+)\.(\d+)")
_LITE = re.compile(r"milvus[_-]lite", re.IGNORECASE)


class Connection:
    """A client of one address. Threads may share it; it reconnects by itself to a server that was away.

    Every method raises StoreError, naming the address, where the server cannot be reached or refuses, and
    IndexDamaged where a collection is gone.
    """

    def __init__(self, address: StoreAddress, client: MilvusClient, version: str) -> None:
        self.address = address
        self.version = version
        self._connected = client
        self._process = os.getpid()

    @property
    def _client(self) -> MilvusClient:
        """The client; in a forked process StoreError says what to do, as what it waits for is not there."""
        if os.getpid() != self._process:
            raise StoreError(spawn_instead(self.address.shown))
        return self._connected

    @classmethod
    def open(cls, address: StoreAddress) -> Connection:
        """Connect, which takes CONNECT_SECONDS at most; a file of milvus-lite is made where there is none."""
        client_class = _client_class(address)
        with _told(address):
            client = client_class(
                address.uri, user=address.user, password=address.password, timeout=CONNECT_SECONDS, dedicated=True
            )
            version: str = client.get_server_version(timeout=CONNECT_SECONDS)
        check_version(version, address.shown)
        return cls(address, client, version)

    @property
    def is_lite(self) -> bool:
        """Whether milvus-lite answers, in this process or as a server."""
        return _LITE.match(self.version) is not None

    @property
    def has_bm25(self) -> bool:
        """Whether the server ranks texts by BM25."""
        return ranks_texts(self.version)

    def close(self) -> None:
        """Close the connection; in a forked process it is the parent's, and stays."""
        if os.getpid() == self._process:
            self._connected.close()

    # --- reading

    def target(self, alias: str) -> str | None:
        """The collection that an alias stands for, None where there is no such alias."""
        with _told(self.address), _absent():
            return str(self._client.describe_alias(alias, timeout=READ_SECONDS)["collection_name"])
        return None

    def collections(self) -> list[str]:
        """The names of all collections."""
        with _told(self.address):
            return list(self._client.list_collections(timeout=READ_SECONDS))

    def load(self, collection: str) -> None:
        """Make a collection ready to be read, where it is not; it stays so."""
        with _told(self.address):
            state = self._client.get_load_state(collection, timeout=READ_SECONDS)["state"]
            if getattr(state, "name", str(state)) != "Loaded":
                self._client.load_collection(collection, timeout=WRITE_SECONDS)

    def count(self, collection: str) -> int:
        """Count the rows, those written a moment ago too."""
        rows = self._read(collection, self._client.query, output_fields=["count(*)"], consistency_level="Strong")
        return int(rows[0]["count(*)"])

    def query(self, collection: str, condition: str, fields: Sequence[str]) -> list[Row]:
        """The rows that a condition holds for, in no set order."""
        rows = self._read(collection, self._client.query, filter=condition, output_fields=list(fields))
        return [dict(row) for row in rows]

    def walk(self, collection: str, condition: str, fields: Sequence[str], size: int) -> Iterator[Row]:
        """Yield all the rows that a condition holds for, read `size` at a time."""
        with _told(self.address):
            pages = self._client.query_iterator(
                collection, batch_size=size, filter=condition, output_fields=list(fields), timeout=READ_SECONDS
            )
            try:
                while page := pages.next():
                    yield from (dict(row) for row in page)
            finally:
                pages.close()

    def search(
        self,
        collection: str,
        field: str,
        what: object,
        limit: int,
        parameters: Row,
        fields: Sequence[str] = ("id",),
        condition: str = "",
    ) -> list[Row]:
        """The rows nearest to a vector or a text, the best first: each with id, distance and, as entity, its fields.

        With a condition they are the nearest of those that it holds for.
        """
        (found,) = self._read(
            collection,
            self._client.search,
            data=[what],
            anns_field=field,
            limit=limit,
            output_fields=list(fields),
            search_params=parameters,
            filter=condition,
        )
        return [dict(row) for row in found]

    def _read(self, collection: str, how: Callable[..., Any], **arguments: object) -> Any:  # noqa: ANN401
        from pymilvus.exceptions import MilvusException

        with _told(self.address):
            try:
                return how(collection, timeout=READ_SECONDS, **arguments)
            except MilvusException as error:
                if error.code != _NOT_LOADED:
                    raise
            # A server that was started again is still about to load what was loaded before.
            self._client.load_collection(collection, timeout=WRITE_SECONDS)
            return how(collection, timeout=READ_SECONDS, **arguments)

    # --- writing

    def create(self, collection: str, build_schema: Callable[[MilvusClient], Any]) -> None:
        """Make an empty collection, its schema made by `build_schema`."""
        with _told(self.address):
            schema = build_schema(self._client)
            # What is read was written, flushed and counted before anybody reads it, so that readers need not wait for
            # the newest rows: of a server that takes 6 ms for a question, "Strong" makes 200.
            self._client.create_collection(
                collection, schema=schema, consistency_level="Bounded", timeout=WRITE_SECONDS
            )

    def insert(self, collection: str, rows: list[Row]) -> None:
        """Add rows, together a few megabytes at most."""
        with _told(self.address):
            self._client.insert(collection, rows, timeout=WRITE_SECONDS)

    def finish(self, collection: str, indexes: Sequence[Row]) -> None:
        """Write a collection to the disk, index it, each of `indexes` a vector field and how, and load it."""
        with _told(self.address):
            # No limit: of many rows each of these takes long. They ask the server again and again, and so end when it
            # is gone.
            self._client.flush(collection)
            how = self._client.prepare_index_params()
            for index in indexes:
                how.add_index(**index)
            self._client.create_index(collection, how)
            self._client.load_collection(collection)

    def point(self, alias: str, collection: str) -> None:
        """Let an alias stand for another collection from now on, in one step."""
        if self.target(alias) is None:
            with _told(self.address):
                self._client.create_alias(collection, alias, timeout=WRITE_SECONDS)
        else:
            with _told(self.address):
                self._client.alter_alias(collection, alias, timeout=WRITE_SECONDS)

    def drop(self, collection: str) -> None:
        """Drop a collection; nothing where there is none."""
        with _told(self.address), _absent():
            self._client.drop_collection(collection, timeout=WRITE_SECONDS)


def check_version(version: str, place: str) -> None:
    """Raise StoreError for a server that is too old, or says no version."""
    if _LITE.match(version):
        return
    found = _VERSION.search(version)
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        oldest = ".".join(str(number) for number in OLDEST)
        raise StoreError(
            say(
                f"{place} 的 Milvus 版本为 {version!r}，需要 {oldest} 或更新版本。请升级服务器。",
                f"The Milvus at {place} is of version {version!r}; {oldest} or newer is needed. Upgrade the server.",
            )
        )


def ranks_texts(version: str) -> bool:
    """Whether a server of this version ranks texts by BM25."""
    if _LITE.match(version):
        return True
    found = _VERSION.search(version)
    return found is not None and (int(found[1]), int(found[2])) >= BM25_FROM


def _client_class(address: StoreAddress) -> type[MilvusClient]:
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # read when grpc is imported; it writes to stderr by itself
    try:
        import pymilvus
    except ImportError as error:
        raise _missing(address, "pymilvus", 'pip install "wenju[cluster]"') from error
    for name in ("pymilvus", "milvus_lite", "grpc"):  # each error is logged with its traceback, and raised besides
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    if address.is_file and importlib.util.find_spec("milvus_lite") is None:
        raise _missing(address, "milvus-lite", "pip install milvus-lite")
    client: type[MilvusClient] = pymilvus.MilvusClient
    return client


def _missing(address: StoreAddress, package: str, command: str) -> StoreError:
    return StoreError(
        say(
            f"使用 {address.shown} 需要 {package}。请运行：{command}",
            f"The store {address.shown} needs the package {package}. Run: {command}",
        )
    )


@contextmanager
def _absent() -> Iterator[None]:
    """Pass over the error that says that something is not there."""
    from pymilvus.exceptions import MilvusException

    try:
        yield
    except MilvusException as error:
        if error.code not in _NOT_FOUND:
            raise


@contextmanager
def _told(address: StoreAddress) -> Iterator[None]:
    """Make one sentence, which names the address, of what pymilvus and grpc raise."""
    import grpc
    from pymilvus.exceptions import ConnectionConfigException, MilvusException

    try:
        yield
    except WenjuError:
        raise
    except ConnectionConfigException as error:
        raise _not_opened(address, error) from error
    except MilvusException as error:
        if error.code == 100:
            raise _gone(address, error) from error
        raise _refused(address, error.message or str(error)) from error
    except grpc.RpcError as error:
        known = isinstance(error, grpc.Call)
        raise _refused(address, f"{error.code().name}: {error.details()}" if known else str(error)) from error
    except (grpc.FutureTimeoutError, ValueError, OSError) as error:
        raise _refused(address, str(error) or type(error).__name__) from error


def _not_opened(address: StoreAddress, error: Exception) -> StoreError:
    if address.is_file:
        return StoreError(
            say(
                f"无法打开 {address.shown}：目录不存在、另一个进程正在使用，或不是 milvus-lite 数据库。"
                "请结束该进程，或另选路径。",
                f"{address.shown} cannot be opened: its folder is missing, another process has it open, or it is no "
                "milvus-lite database. End that process, or choose another path.",
            )
        )
    return _refused(address, str(error))


def _gone(address: StoreAddress, error: Exception) -> IndexDamaged:
    detail = " ".join(str(getattr(error, "message", error)).split())[:200]
    return IndexDamaged(
        say(
            f"{address.shown} 中的索引已不在（{detail}）。请再问一次，或运行 `{rebuild_command_for(address)}` 重建。",
            f"The index at {address.shown} is gone ({detail}). Ask again, or run `{rebuild_command_for(address)}`.",
        )
    )


def _refused(address: StoreAddress, detail: str) -> StoreError:
    short = " ".join(detail.split())[:200]
    return StoreError(
        say(
            f"{address.shown} 没有应答，或拒绝了请求（{short}）。请检查 Milvus 是否在运行、地址与用户是否正确，"
            "然后再试。",
            f"The store {address.shown} does not answer, or refuses ({short}). Check that Milvus runs there, its "
            "address and the user, and try again.",
        )
    )


def rebuild_command_for(address: StoreAddress) -> str:
    """The command that builds the index of a store anew."""
    return rebuild_command(Path("index"), store=address.shown)
