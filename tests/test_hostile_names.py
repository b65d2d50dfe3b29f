"""Files whose names give orders to a terminal, end its lines or turn them around: no command passes these on."""

from __future__ import annotations

import json
import os
import unicodedata
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from chinese.errors import WenjuError
from chinese.shown import shown, shown_json, shown_value
from embeddings import Index, rebuild
from embeddings.errors import Unreadable
from qa import QA, engine
from qa.deciding.confidence import Calibration
from qa.deciding.ranking import Ranker
from tests.support import AS_THE_READER, BY_RULES, CountingEncoder, CountingReader, page, write_corpus
from web.documents.files import render_build, render_library
from web.documents.library import Catalogue, Refused, remove
from web.documents.uploads import Intake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Ran

    Wenju = Callable[..., Ran]

ENCODER = CountingEncoder(256)
QUESTION = "东港码头总投资多少?"
PORT = page("东港码头建成", "东港码头于2023年建成，可停靠万吨货轮，总投资12亿元。")
ODD = (
    "\x1b[31mred",
    "\x1b]0;title\x07",
    "two\nlines",
    "back\rwards",
    "c1\x9b31m",
    "\u202etxt.gnp",
    "a\u200bb",
    "\u2028",
)
"""What a name may have in it: orders by ESC or one character, ends of lines, another direction, what is not seen."""
PORTS = {f"{name}{number}.txt": PORT.replace("12亿元", f"{number + 3}亿元") for number, name in enumerate(ODD)}
SKIPPED = {f"{name}.xyz": "?" for name in ODD}


def _hidden(text: str) -> set[str]:
    return {
        character for character in text if character != "\n" and unicodedata.category(character) in "Cc Cf Cs Zl Zp"
    }


def _tells_nothing_hidden(ran: Ran) -> None:
    assert _hidden(ran.out) == set()
    assert _hidden(ran.err) <= {"\r"}  # by which a progress bar begins its line anew
    assert "back\rwards" not in ran.err


def _one_line(ran: Ran) -> None:
    _tells_nothing_hidden(ran)
    _, label, message = ran.err.partition("wenju Error: ")  # before it there may be progress bars
    assert (ran.code, ran.out, label, message.count("\n")) == (2, "", "wenju Error: ", 1), ran


@pytest.fixture(autouse=True)
def _no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "load_encoder", lambda *_, **__: ENCODER)
    monkeypatch.setattr(engine, "load_reader", CountingReader)
    monkeypatch.setattr(Calibration, "load", lambda: AS_THE_READER)
    monkeypatch.setattr(Ranker, "load", lambda: BY_RULES)
    monkeypatch.setattr(import_module("embeddings.building.build"), "load_encoder", lambda *_, **__: ENCODER)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder of such a name with files of such names, one of them in no encoding at all."""
    folder = write_corpus(tmp_path / f"docs{ODD[0]}", PORTS | SKIPPED)
    (folder / os.fsdecode(b"\xff\xfe.txt")).write_text(PORT, encoding="utf-8")
    return folder


@pytest.fixture
def index(corpus: Path, tmp_path: Path) -> Path:
    folder = tmp_path / f"index{ODD[0]}{ODD[3]}"
    rebuild(corpus, folder, progress=False)
    return folder


def test_a_build_reports_what_it_left_out_in_a_line_each(wenju: Wenju, corpus: Path, tmp_path: Path) -> None:
    for _ in range(2):
        ran = wenju("rebuild", corpus, "--index", tmp_path / f"index{ODD[0]}")

        _tells_nothing_hidden(ran)
        assert ran.code == 0
        lines = ran.out.splitlines()
        assert len([line for line in lines if line.startswith("  ")]) == len(SKIPPED) + 1
        assert "  \ufffd[31mred.xyz: Unsupported format" in ran.out


def test_an_answer_names_its_files_in_a_line_each(wenju: Wenju, index: Path) -> None:
    ran = wenju("ask", QUESTION, "--index", index, "-k", "50")

    _tells_nothing_hidden(ran)
    assert "\ufffd[31mred0.txt, lines 1–3" in ran.out or "\ufffd[31mred0.txt 第" in ran.out


def test_json_says_the_names_as_they_are_by_escapes(wenju: Wenju, index: Path) -> None:
    ran = wenju("ask", QUESTION, "--index", index, "-k", "50", "--json")

    _tells_nothing_hidden(ran)
    assert json.loads(ran.out) == QA.open(index).ask(QUESTION, 50).to_dict()
    files = {source["file"] for passage in json.loads(ran.out)["passages"] for source in passage["sources"]}
    assert files == set(PORTS)


def test_what_is_checked_is_named_sound_or_damaged(wenju: Wenju, index: Path) -> None:
    sound = wenju("verify", "--index", index)
    _tells_nothing_hidden(sound)
    assert sound.code == 0
    for file in index.rglob("dense.faiss"):
        file.write_bytes(b"?")

    damaged = wenju("verify", "--index", index)
    _tells_nothing_hidden(damaged)
    assert damaged.code == 2
    assert "is damaged" in damaged.out


def test_misses_of_an_evaluation_are_a_line_each(wenju: Wenju, index: Path, tmp_path: Path) -> None:
    questions = tmp_path / f"questions{ODD[2]}.jsonl"
    case: dict[str, Any] = {"source": None, "evidence": ["x"], "answerable": True}
    cases = [case | {"id": name, "question": f"{QUESTION} {name}", "answers": [[name]]} for name in ODD]
    questions.write_text("".join(json.dumps(item) + "\n" for item in cases), encoding="utf-8")

    ran = wenju("eval", questions, "--index", index)
    _tells_nothing_hidden(ran)
    assert (ran.code, len(ran.out.splitlines())) == (0, 9 + len(ODD))
    _tells_nothing_hidden(wenju("eval", questions, "--index", index, "--json"))


def test_a_users_file_is_named(wenju: Wenju, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terminal.keeping._read_password", lambda: "correct horse")
    ran = wenju("passwd", tmp_path / f"{ODD[0]}{ODD[2]}", "anna")

    _tells_nothing_hidden(ran)
    assert (ran.code, ran.out.count("\n")) == (0, 1)


@pytest.mark.parametrize("odd", ODD)
def test_an_error_names_what_it_is_about_in_one_line(wenju: Wenju, tmp_path: Path, odd: str) -> None:
    empty = tmp_path / f"empty{odd}"
    write_corpus(empty, {f"{odd}.xyz": "?"})
    users = tmp_path / f"users{odd}"
    users.write_text("?", encoding="utf-8")
    for arguments in (
        ("ask", QUESTION, "--index", f"none{odd}"),
        ("ask", QUESTION, "--store", f"milvus{odd}"),
        ("ask", QUESTION, "--index", users),
        ("ask", f"?{odd}?"),
        ("ask", QUESTION, "-k", f"5{odd}"),
        ("ask", QUESTION, f"--{odd}"),
        (f"ask{odd}",),
        ("verify", f"more{odd}"),
        ("rebuild", f"none{odd}"),
        ("rebuild", empty),
        ("rebuild", empty, "--index", users),
        ("rebuild", empty, "--index", empty / "inside"),
        ("eval", f"none{odd}"),
        ("eval", users),
        ("serve", "--auth", f"none{odd}"),
        ("serve", "--auth", users),
        ("passwd", users, "anna"),
        ("passwd", tmp_path / f"users-{odd}" / "none", "anna"),
        ("passwd", tmp_path / "new", f"anna{odd}"),
    ):
        _one_line(wenju(*arguments))


def test_the_page_shows_names_without_them_and_still_takes_the_files_out(corpus: Path, index: Path) -> None:
    library = Catalogue(corpus).library(Index.open(index))
    assert _hidden(render_library(library, "en")) == set()
    for name in PORTS:
        (refused,) = remove(corpus, [f"no{name}"])
        assert isinstance(refused, Refused)
        assert _hidden(refused.name + refused.en) == set()
    assert not [item for item in remove(corpus, list(PORTS)) if isinstance(item, Refused)]


def test_the_page_says_what_a_build_left_out_without_them(corpus: Path, tmp_path: Path) -> None:
    from web.documents.building import BuildState

    report = rebuild(corpus, tmp_path / "index", progress=False)
    assert _hidden(render_build(BuildState("done", report=report), "en")) == set()


def test_an_upload_is_refused_by_a_name_without_them(tmp_path: Path) -> None:
    (tmp_path / "upload").write_bytes(b"")
    for result in Intake(tmp_path / "corpus").store([(f"{odd}.txt", tmp_path / "upload") for odd in ODD]):
        assert isinstance(result, Refused)
        assert _hidden(result.name + result.zh + result.en) == set()


@pytest.mark.parametrize("odd", ODD)
def test_an_error_keeps_what_it_was_made_with_and_shows_another(odd: str) -> None:
    error = WenjuError(f"No {odd}.")

    assert error.args == (f"No {odd}.",)
    assert _hidden(str(error)) == set()
    assert _hidden(str(Unreadable(odd, odd))) == set()


def test_what_is_shown_is_the_same_but_for_what_is_not_seen() -> None:
    assert shown("港口 Ünï, 한국 😀 　.txt") == "港口 Ünï, 한국 😀 　.txt"
    assert shown("a\x1bb\nc") == "a\ufffdb\ufffdc"


def test_json_means_the_same() -> None:
    data = {"a": [*ODD, "\udcff", "\U000e0001", "港口", "\x7f", '"\\']}
    text = shown_json(json.dumps(data, ensure_ascii=False, indent=1))

    assert json.loads(text) == data
    assert _hidden(text) == set()
    assert "港口" in text


def test_a_value_is_told_by_little_of_it() -> None:
    assert shown_value("x" * 41) == f"'{'x' * 40}'…"
    assert [shown_value(value) for value in (5, None, True, 1.5)] == ["5", "None", "True", "1.5"]
    assert [shown_value(value) for value in ({"a": 1}, [1], b"x", 10**50)] == ["dict", "list", "bytes", "int"]
