"""A process that is forked after questions were asked: it asks too, or says at once what to do instead."""

from __future__ import annotations

import multiprocessing
import os
import threading
import warnings
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from chinese import forking
from chinese.dictionary import Dictionary
from chinese.errors import ModelError
from embeddings.errors import StoreError
from embeddings.models.encoder import SentenceTransformerEncoder
from embeddings.models.torch_use import TORCH
from embeddings.store.milvus.address import parse_address
from embeddings.store.milvus.connection import Connection
from qa import QA
from qa import defaults as qa_defaults
from qa.defaults import Defaults, default_index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECONDS = 60
QUESTION = "西城高新区累计引进重点项目多少个?"
SEEDS_QUESTION = "青岛高新区2023年引进了多少个项目?"


def in_forked(work: Callable[[], Any]) -> Any:
    """What `work` gives in a forked child, or the error it raises; the test fails where it does not end in time."""
    forks = multiprocessing.get_context("fork")
    told, tell = forks.Pipe(duplex=False)

    def child() -> None:
        try:
            tell.send(work())
        except BaseException as error:
            tell.send(error)

    process = forks.Process(target=child)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # from Python 3.12 on: this process has threads
        process.start()
    try:
        assert told.poll(SECONDS), "the child hangs"
        found = told.recv()
        process.join(SECONDS)
        assert process.exitcode == 0
    finally:
        process.kill()
        process.join()
        process.close()
        told.close()
        tell.close()
    if isinstance(found, BaseException):
        raise found
    return found


@contextmanager
def _held(*locks: Any) -> Iterator[None]:
    """Locks that another thread holds while the process is forked."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        for lock in locks:
            lock.acquire()
        held.set()
        done.wait()
        for lock in locks:
            lock.release()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_a_child_asks_what_its_parent_asked(small: QA) -> None:
    expected = small.ask(QUESTION)

    assert in_forked(lambda: small.ask(QUESTION)) == expected
    assert small.ask(QUESTION) == expected


def test_a_child_of_a_child_asks_too(small: QA) -> None:
    expected = small.ask(QUESTION)

    assert in_forked(lambda: (small.ask(QUESTION), in_forked(lambda: small.ask(QUESTION)))) == (expected, expected)


def test_an_english_question_is_looked_up_in_a_child(small: QA) -> None:
    question = "How many key projects did Xicheng High-tech Zone attract?"

    expected = small.ask(question)
    assert in_forked(lambda: small.ask(question)) == expected


def test_a_word_is_looked_up_in_a_child_though_a_thread_of_the_parent_looks_one_up_meanwhile() -> None:
    words: Any = Dictionary.installed()
    expected = words.word_help("城市")
    assert expected

    with _held(words._opening, words._words._asking):
        assert in_forked(lambda: (words.word_help("城市"), words.word_help("图书馆"))) == (
            expected,
            Dictionary.installed().word_help("图书馆"),
        )


def test_what_another_thread_holds_while_the_process_is_forked_keeps_no_child_waiting(
    small: QA, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = small.ask(QUESTION)
    index: Any = small.index

    defaults = Defaults({default_index().resolve(): small})
    monkeypatch.setattr(qa_defaults, "DEFAULTS", defaults)

    held = small._switching, index._opening, index._open_store()._lock, small._kept._lock, defaults._opening
    with _held(*held, TORCH.loading):
        assert in_forked(lambda: (small.ask(QUESTION), qa_defaults.ask(QUESTION))) == (expected, expected)


def test_a_child_reads_the_index_by_a_descriptor_of_its_own(small: QA) -> None:
    small.ask(QUESTION)
    index: Any = small.index
    before = id(index._open_store())

    assert in_forked(lambda: id(index._open_store())) != before
    assert id(index._open_store()) == before


@pytest.mark.slow
@pytest.mark.parametrize("loaded", [True, False])
def test_the_real_models_answer_in_a_child_whether_loaded_before_or_not(seeds_index: Path, loaded: bool) -> None:
    qa = QA.open(seeds_index)
    expected = QA.open(seeds_index).ask(SEEDS_QUESTION) if not loaded else qa.ask(SEEDS_QUESTION)

    assert expected.text == "311个"
    assert in_forked(lambda: [qa.ask(SEEDS_QUESTION) for _ in range(2)]) == [expected, expected]
    assert qa.ask(SEEDS_QUESTION) == expected


@pytest.mark.slow
def test_a_child_that_ends_as_a_program_does_takes_down_nothing_of_its_parents(seeds_index: Path) -> None:
    qa = QA.open(seeds_index)
    qa.ask(SEEDS_QUESTION)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:  # dropping them would wait for threads that are not there
        with suppress(BaseException):
            vars(qa).clear()
            os._exit(7)
        os._exit(1)
    ended = threading.Event()
    codes: list[int] = []

    def wait() -> None:
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    if not ended.wait(SECONDS):
        os.kill(child, 9)
        pytest.fail("the child hangs")
    assert codes == [7]


def test_torch_that_was_used_before_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TORCH, "is_used", True)
    model = SentenceTransformerEncoder("some/model", "some/model", "0")

    with pytest.raises(ModelError, match=r'torch was in use before .*get_context\("spawn"\)'):
        in_forked(model.loaded)


def test_a_connection_to_a_store_says_what_to_do_in_a_child() -> None:
    pytest.importorskip("grpc", reason='the store needs: pip install -e ".[cluster]"')

    class Client:
        def list_collections(self, timeout: float) -> list[str]:
            return ["docs"]

        def close(self) -> None: ...

    client: Any = Client()
    connection = Connection(parse_address("milvus://127.0.0.1:1/docs"), client, "2.3.5")

    assert connection.collections() == ["docs"]
    with pytest.raises(StoreError, match=r"milvus://127\.0\.0\.1:1/docs was in use .*spawn"):
        in_forked(connection.collections)
    assert in_forked(connection.close) is None


def test_what_is_left_outlives_whoever_lets_go_of_it() -> None:
    taken_down: list[str] = []

    class Thing:
        def __del__(self) -> None:
            taken_down.append("thing")

    thing = Thing()
    forking.leave(thing)
    del thing

    assert taken_down == []
