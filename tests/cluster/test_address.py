"""What --store may be, and what is said of all else; no server is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from embeddings.errors import StoreError
from embeddings.store.milvus.address import parse_address
from embeddings.store.milvus.connection import check_version, ranks_texts
from embeddings.store.milvus.rows import LONGEST_VALUE, Names, as_word, batches, fact_rows, join_fact
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Ran


@pytest.mark.parametrize(
    ("text", "uri", "name", "shown"),
    [
        ("milvus://db:19531/docs", "http://db:19531", "docs", "milvus://db:19531/docs"),
        ("milvus://db/docs", "http://db:19530", "docs", "milvus://db:19530/docs"),
        ("milvus+tls://db/a_b/", "https://db:19530", "a_b", "milvus+tls://db:19530/a_b"),
        ("milvus://[::1]:7/docs", "http://[::1]:7", "docs", "milvus://[::1]:7/docs"),
    ],
)
def test_an_address_is_read(text: str, uri: str, name: str, shown: str) -> None:
    address = parse_address(text)
    assert (address.uri, address.name, address.shown, address.is_file) == (uri, name, shown, False)


def test_a_password_is_used_and_not_shown() -> None:
    address = parse_address("milvus://anna:s%40fe@db/docs")
    assert (address.user, address.password) == ("anna", "s@fe")
    assert address.shown == "milvus://anna@db:19530/docs"
    assert address.folder == parse_address("milvus://db/docs").folder != parse_address("milvus://other/docs").folder
    with pytest.raises(StoreError) as failed:
        parse_address("milvus://anna:s%40fe@db/")
    assert "anna" in str(failed.value)
    assert "fe" not in str(failed.value)


def test_a_file_is_milvus_lite() -> None:
    address = parse_address("some/where.db")
    assert address.is_file
    assert address.uri == address.shown == str(Path("some/where.db").absolute())
    assert address.folder != parse_address("else/where.db").folder


@pytest.mark.parametrize(
    "text",
    [
        "",
        "index",
        "http://db:19530/docs",
        "milvus://",
        "milvus:///docs",
        "milvus://db:19530",
        "milvus://db:port/docs",
        "milvus://db:99999/docs",
        "milvus://db/two__parts",
        "milvus://db/ends_",
        "milvus://db/1st",
        "milvus://db/文档",
        "milvus://db/a/b",
        f"milvus://db/{'a' * 65}",
    ],
)
def test_what_is_no_address_is_named_with_the_way_out(text: str) -> None:
    with pytest.raises(StoreError, match=r"Write milvus://HOST:19530/NAME, or a path that ends in \.db") as failed:
        parse_address(text)
    assert text[:60] in str(failed.value)


@pytest.mark.parametrize(
    ("version", "ranks"),
    [("v2.3.5-lite", False), ("2.4.23", False), ("v2.5.0", True), ("3.0.1", True), ("milvus_lite-3.2.2", True)],
)
def test_a_server_is_known_by_its_version(version: str, ranks: bool) -> None:
    check_version(version, "milvus://db:19530/docs")
    assert ranks_texts(version) is ranks


@pytest.mark.parametrize("version", ["v2.2.16", "1.1", "unknown", ""])
def test_a_server_that_is_too_old_is_refused(version: str) -> None:
    with pytest.raises(StoreError, match=rf"milvus://db:19530/docs is of version '{version}'; 2\.3 or newer"):
        check_version(version, "milvus://db:19530/docs")


@pytest.fixture(autouse=True)
def lines_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")


@pytest.mark.parametrize("command", [("ask", "问题?"), ("rebuild",), ("eval", "cases.jsonl"), ("serve",)])
def test_without_pymilvus_the_command_says_what_to_install(
    wenju: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "a.txt").write_text("港口扩建\n\n码头今年建成3座。\n", encoding="utf-8")
    (tmp_path / "cases.jsonl").write_text(
        '{"id": "1", "question": "问题?", "answers": [["3座"]], "source": null, "evidence": [], "answerable": true}\n',
        encoding="utf-8",
    )
    monkeypatch.setitem(sys.modules, "pymilvus", None)  # what an import of a package that is not there meets
    ran = wenju(*command, "--store", "milvus://127.0.0.1:1/docs")
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.splitlines()[-1] == (
        'wenju Error: The store milvus://127.0.0.1:1/docs needs the package pymilvus. Run: pip install "wenju[cluster]"'
    )


def test_the_embedded_index_needs_nothing_of_it() -> None:
    program = """
import sys
import embeddings, qa, app
from embeddings.store.stores import store_at
store_at("index")
print([name for name in ("pymilvus", "grpc", "embeddings.store.milvus") if name in sys.modules])
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=120
    )
    assert ran.stdout == "[]\n"


# --- rows


def test_collections_of_other_stores_are_not_taken_for_ones_own() -> None:
    names = Names("docs", "20260102-030405-deadbeef")
    assert (names.chunks, names.facts) == ("docs__20260102_030405_deadbeef", "docs__20260102_030405_deadbeef_facts")
    assert Names.of_collection("docs", names.chunks) == Names.of_collection("docs", names.facts) == names
    for foreign in ("docs", "docs__before", "docs_a__20260102_030405_deadbeef", "docs__20260102_030405_deadbeef_x"):
        assert Names.of_collection("docs", foreign) is None


@pytest.mark.parametrize("text", ["", "a", "文" * 50_000, "a" + "🂡" * 40_000])
def test_a_long_fact_comes_back_whole(text: str) -> None:
    rows = list(fact_rows("manifest", text))
    assert all(len(row["value"].encode()) <= LONGEST_VALUE for row in rows)
    assert join_fact([*reversed(rows), rows[0]]) == text


def test_batches_are_of_limited_size_and_keep_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["embeddings.store.milvus.rows"], "BATCH_BYTES", 100)
    rows = [{"key": str(number), "value": "v" * size} for number, size in enumerate([40, 40, 500, 1, 1])]
    found = list(batches(rows))
    assert [[row["key"] for row in batch] for batch in found] == [["0", "1"], ["2"], ["3", "4"]]
    assert list(batches([])) == []


@pytest.mark.parametrize(
    ("token", "word"),
    [("沈阳", "沈阳"), ("4.5", "4_2e_5"), ("a_b", "a_5f_b"), ("f-16", "f_2d_16"), ("don't", "don_27_t")],
)
def test_a_token_is_one_word_to_any_analyser(token: str, word: str) -> None:
    assert as_word(token) == word
