"""What goes wrong between here and Milvus: one sentence that names the address, no wrong answer, and a way back."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from embeddings.errors import IndexDamaged, IndexMismatch, IndexMissing, StoreError
from embeddings.store.milvus.address import parse_address
from embeddings.store.milvus.connection import Connection
from embeddings.store.stores import store_at
from tests.cluster.support import free_port, release, require
from tests.conftest import REPOSITORY
from tests.qa.support import CORPUS, ENCODER
from tests.support import CountingEncoder, counting_qa, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from embeddings.progress import Progress
    from embeddings.types import FloatArray
    from tests.cluster.support import Place, RealMilvus
    from tests.conftest import Ran

FRUIT = "果农今年收获苹果多少吨?"


@pytest.fixture(scope="module")
def place(place_of: Callable[[str, dict[str, str]], Place]) -> Place:
    """An index on the real server, which each test leaves able to answer."""
    place = place_of("server", CORPUS)
    place.build()
    return place


@pytest.fixture
def restarted(place: Place, server: RealMilvus) -> Iterator[RealMilvus]:
    """The server, for a test that stops it; it runs again afterwards, whatever the test did."""
    yield server
    if not server.running:
        server.start()
        place.wait_until_loaded()


def said(place: Place) -> str | None:
    qa = place.qa()
    with closing(qa.index):
        return qa.ask(FRUIT).text


# --- a server that goes away


def test_a_server_stopped_in_the_midst_of_builds_is_named_and_the_next_build_works(
    place: Place, restarted: RealMilvus
) -> None:
    write_corpus(place.corpus, {"fruit.txt": page("苹果丰收", "果农今年收获苹果41吨。")})

    def stop_while_encoding(texts: Sequence[str]) -> None:
        restarted.stop()

    with pytest.raises(StoreError, match=f"{place.uri} does not answer.*Check that Milvus runs"):
        place.build(CountingEncoder(256, before=stop_while_encoding))
    restarted.start()
    place.wait_until_loaded()
    assert said(place) == "30吨"

    def stop_while_sending(progress: Progress) -> None:
        if progress.stage == "vectors" and progress.done == progress.total:
            restarted.stop()

    with pytest.raises(StoreError, match=f"{place.uri} does not answer"):
        place.build(watch=stop_while_sending)
    restarted.start()
    place.wait_until_loaded()
    assert said(place) == "30吨"
    assert place.build().encoded == 0  # what was encoded is not lost
    assert place.kept() == 2  # nor is anything left of the builds that failed
    assert said(place) == "41吨"


class _Stopping:
    """An encoder during whose work on a question the server stops."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self.name, self.fingerprint = ENCODER.name, ENCODER.fingerprint
        self.dimension, self.max_tokens = ENCODER.dimension, ENCODER.max_tokens

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        self._stop()
        return ENCODER.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        return ENCODER.encode_passages(texts)


def test_a_server_stopped_in_the_midst_of_a_question_is_named_and_later_answers_again(
    place: Place, restarted: RealMilvus
) -> None:
    wanted = said(place)
    qa = counting_qa(place.open(), _Stopping(restarted.stop))
    with closing(qa.index):
        with pytest.raises(StoreError, match=f"{place.uri} does not answer"):
            qa.ask(FRUIT)
        with pytest.raises(StoreError, match=f"{place.uri} does not answer"):
            qa.ask(FRUIT)
        restarted.start()
        place.wait_until_loaded()
        qa = counting_qa(qa.index, ENCODER)
        assert qa.ask(FRUIT).text == wanted


def test_where_nothing_listens_the_command_is_one_sentence_and_exit_code_2(
    wenju: Callable[..., Ran], tmp_path: Path
) -> None:
    require("pymilvus")
    write_corpus(tmp_path / "seeds", CORPUS)
    uri = f"milvus://127.0.0.1:{free_port()}/docs"
    for command in (("ask", "问题?"), ("rebuild",)):
        ran = wenju(*command, "--store", uri)
        assert (ran.code, ran.out) == (2, "")
        assert f"wenju Error: The store {uri} does not answer" in ran.err.splitlines()[-1]
        assert "Traceback" not in ran.err
    assert not list((tmp_path / "index").glob("stores/*/generations/*"))


def test_the_libraries_write_nothing_of_their_own(tmp_path: Path) -> None:
    require("pymilvus")
    uri = f"milvus://127.0.0.1:{free_port()}/docs"
    ran = subprocess.run(
        [sys.executable, str(REPOSITORY / "app.py"), "ask", "问题?", "--store", uri],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert len(ran.stderr.splitlines()) == 1
    assert ran.stderr.startswith(f"wenju Error: The store {uri} does not answer")


def test_what_listens_but_is_no_milvus_is_named_before_long(monkeypatch: pytest.MonkeyPatch) -> None:
    require("pymilvus")
    monkeypatch.setattr(sys.modules["embeddings.store.milvus.connection"], "CONNECT_SECONDS", 1)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        uri = f"milvus://127.0.0.1:{deaf.getsockname()[1]}/docs"
        opened: list[Exception] = []

        def connect() -> None:
            try:
                Connection.open(parse_address(uri))
            except StoreError as error:
                opened.append(error)

        thread = threading.Thread(target=connect, daemon=True)
        thread.start()
        thread.join(60)
        assert [str(error).startswith(f"The store {uri} does not answer") for error in opened] == [True]


# --- an index that does not fit


def test_a_name_where_nothing_was_built_says_how_to_build(place: Place, server: RealMilvus) -> None:
    uri = server.uri("nothing")
    with pytest.raises(IndexMissing, match=f"no index at {uri}. Run `wenju rebuild --store {uri}` to build it"):
        store_at("index", uri).open()


def test_a_server_that_is_too_old_is_refused(place: Place, server: RealMilvus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["embeddings.store.milvus.connection"], "OLDEST", (2, 99))
    with pytest.raises(StoreError, match=rf"at {place.uri} is of version 'v2\.3\.5.*'; 2\.99 or newer is needed"):
        place.open()


def test_a_collection_of_somebody_else_is_left_alone(place: Place, server: RealMilvus) -> None:
    other = replace(place, uri=server.uri("theirs"))
    connection = Connection.open(parse_address(other.uri or ""))
    with closing(connection):
        from embeddings.store.milvus.rows import fact_schema

        connection.create("theirs", fact_schema)
        with pytest.raises(StoreError, match=r"There is a collection theirs at .* Use another name"):
            other.build()
        assert "theirs" in connection.collections()
        connection.drop("theirs")


def test_another_model_is_refused_with_the_command(place: Place) -> None:
    with (
        closing(place.open()) as index,
        pytest.raises(IndexMismatch, match=f"at {place.uri} was built with the model counting.*--store {place.uri}"),
    ):
        index.check_model(CountingEncoder(64))


@pytest.mark.parametrize(
    ("module", "name", "value", "said"),
    [
        ("embeddings.store.usable", "TOKENIZER", "newer-1", "built with the tokenizer .* in use is newer-1"),
        ("embeddings.store.milvus.generation", "ROWS_FORMAT", 99, "is of format 1, this wenju reads format 99"),
    ],
)
def test_another_tokenizer_or_format_is_refused_with_the_command(
    place: Place, monkeypatch: pytest.MonkeyPatch, module: str, name: str, value: object, said: str
) -> None:
    monkeypatch.setattr(sys.modules[module], name, value)
    with pytest.raises(IndexMismatch, match=f"{said}.*Run `wenju rebuild --store {place.uri}"):
        place.open()


def test_without_the_index_of_words_the_reader_is_told_where_it_is(place: Place, tmp_path: Path) -> None:
    elsewhere = replace(place, index=tmp_path / "index")
    qa = elsewhere.qa()
    with closing(qa.index):
        with pytest.raises(IndexDamaged, match=r"cannot rank by words.*/lexical is not here. Copy that folder") as told:
            qa.ask(FRUIT)
        assert str(qa.index.path) in str(told.value)
        shutil.copytree(place.index / "stores", tmp_path / "index" / "stores")
        assert qa.ask(FRUIT).text is not None


def test_a_damaged_index_of_words_is_named(place: Place, tmp_path: Path) -> None:
    elsewhere = replace(place, index=tmp_path / "index")
    shutil.copytree(place.index / "stores", tmp_path / "index" / "stores")
    with closing(elsewhere.open()) as index:
        (found,) = index.path.glob(f"generations/{index.generation}/lexical/*.idx")
        found.write_bytes(found.read_bytes()[:-1] + b"?")
        with pytest.raises(IndexDamaged, match=rf"{place.uri} is not whole: .*lexical is damaged. Run `wenju rebuild"):
            index.document_frequency("苹果")


# --- milvus-lite


def test_a_file_that_another_process_has_open_is_named(tmp_path: Path) -> None:
    require("pymilvus", "milvus_lite")
    from milvus_lite.db import MilvusLite

    file = tmp_path / "store.db"
    other: Any = MilvusLite(str(file))
    try:
        with pytest.raises(StoreError, match=f"{file} cannot be opened: .* another process has it open"):
            store_at(tmp_path / "index", str(file)).open()
    finally:
        other.close()
    with pytest.raises(IndexMissing, match=f"no index at {file}"):
        store_at(tmp_path / "index", str(file)).open()
    release(file)


def test_asking_makes_no_file(tmp_path: Path) -> None:
    require("pymilvus", "milvus_lite")
    file = tmp_path / "typo.db"
    with pytest.raises(IndexMissing, match=f"no index at {file}"):
        store_at(tmp_path / "index", str(file)).open()
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_no_folder_is_named(tmp_path: Path) -> None:
    require("pymilvus", "milvus_lite")
    file = tmp_path / "nowhere" / "store.db"
    with pytest.raises(StoreError, match=f"{file} cannot be opened: its folder is missing"):
        store_at(tmp_path / "index", str(file)).begin("20260102-030405-deadbeef")
