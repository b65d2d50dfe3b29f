"""A path that is empty is none: each option, variable and argument says so by its name, and nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import qa
from chinese.cache import cache_folder
from chinese.errors import WenjuError
from embeddings import Index, rebuild
from embeddings.models.encoder import load_encoder
from embeddings.store.stores import store_at
from embeddings.store.verifying import verify
from qa import QA
from tests.support import CountingEncoder, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Ran

    Wenju = Callable[..., Ran]

QUESTION = "新桥全长多少米?"
STORY = page("新桥通车", "新桥全长800米。")

OPTIONS = [
    (("ask", QUESTION, "--index", ""), "--index"),
    (("ask", QUESTION, "--store", ""), "--store"),
    (("verify", "--index", ""), "--index"),
    (("rebuild", ""), "corpus"),
    (("rebuild", "seeds", "--index", ""), "--index"),
    (("rebuild", "seeds", "--store", ""), "--store"),
    (("rebuild", "seeds", "--model", ""), "--model"),
    (("rebuild", "seeds", "--ray", ""), "--ray"),
    (("serve", "--index", ""), "--index"),
    (("serve", "--corpus", ""), "--corpus"),
    (("serve", "--store", ""), "--store"),
    (("serve", "--auth", ""), "--auth"),
    (("serve", "--feedback", ""), "--feedback"),
    (("passwd", "", "anna"), "file"),
    (("eval", ""), "file"),
    (("eval", "questions.jsonl", "--index", ""), "--index"),
    (("eval", "questions.jsonl", "--store", ""), "--store"),
]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In a folder with documents, which an empty path would be."""
    monkeypatch.setenv("WENJU_LANG", "en")
    monkeypatch.chdir(tmp_path)
    write_corpus(tmp_path, {"story.txt": STORY, "seeds/story.txt": STORY})


def _files() -> set[str]:
    return {path.as_posix() for path in Path().rglob("*")}


@pytest.mark.parametrize("empty", ["", " ", "\t"])
@pytest.mark.parametrize(("arguments", "name"), OPTIONS, ids=lambda item: " ".join(item))
def test_an_option_that_is_empty_is_named(wenju: Wenju, arguments: tuple[str, ...], name: str, empty: str) -> None:
    before = _files()
    ran = wenju(*(item or empty for item in arguments))

    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert f"'{name}'" in ran.err
    assert "empty" in ran.err
    assert _files() == before


@pytest.mark.parametrize(
    ("variable", "arguments"),
    [
        ("WENJU_INDEX", ("ask", QUESTION)),
        ("WENJU_INDEX", ("verify",)),
        ("WENJU_INDEX", ("rebuild", "seeds")),
        ("WENJU_INDEX", ("serve",)),
        ("WENJU_CORPUS", ("rebuild",)),
        ("WENJU_CORPUS", ("serve",)),
        ("WENJU_MODEL", ("rebuild", "seeds")),
        ("WENJU_CACHE", ("rebuild", "seeds")),
    ],
)
def test_a_variable_that_is_empty_is_named(
    wenju: Wenju, monkeypatch: pytest.MonkeyPatch, variable: str, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv(variable, "")
    ran = wenju(*arguments)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"wenju Error: {variable} is empty. Name a path, or leave it out.\n"
    assert not Path("CURRENT").exists()


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("corpus_dir", lambda: rebuild("", "index", encoder=CountingEncoder(), progress=False)),
        ("index_dir", lambda: rebuild("seeds", "", encoder=CountingEncoder(), progress=False)),
        ("model", lambda: rebuild("seeds", "index", "", progress=False)),
        ("store", lambda: rebuild("seeds", "index", encoder=CountingEncoder(), progress=False, store="")),
        ("ray", lambda: rebuild("seeds", "index", encoder=CountingEncoder(), progress=False, ray="")),
        ("index_dir", lambda: QA.open("")),
        ("store", lambda: QA.open("index", store="")),
        ("model", lambda: load_encoder("")),
        ("path", lambda: Index.open("")),
        ("index_dir", lambda: store_at("")),
        ("index_dir", lambda: verify("")),
    ],
)
def test_an_argument_that_is_empty_is_named(name: str, call: Callable[[], object]) -> None:
    before = _files()
    with pytest.raises(WenjuError, match=rf"^{name} is empty\."):
        call()

    assert _files() == before


def test_asking_without_an_index_builds_none_where_its_name_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_INDEX", "")
    with pytest.raises(WenjuError, match="WENJU_INDEX is empty"):
        qa.ask(QUESTION)
    monkeypatch.setenv("WENJU_CACHE", " ")
    with pytest.raises(WenjuError, match="WENJU_CACHE is empty"):
        cache_folder()


def test_the_folder_one_is_in_may_be_named(tmp_path: Path) -> None:
    report = rebuild("seeds", ".", encoder=CountingEncoder(), progress=False)

    assert report.documents == 1
    assert (tmp_path / "CURRENT").exists()
