from __future__ import annotations

import copy
import json
import pickle
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from chinese.errors import WenjuError, language, say, speaking
from embeddings.building.build import rebuild
from embeddings.errors import IndexMissing, Unreadable
from embeddings.reading.documents import of_system
from embeddings.store.folder.index import Index
from tests.support import CountingEncoder, page, write_corpus

if TYPE_CHECKING:
    from pathlib import Path

    from chinese.errors import Language


def test_a_block_speaks_its_language_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")
    assert language() == "en"
    with speaking("zh"):
        assert say("已停止", "stopped") == "已停止"
        with speaking("en"):
            assert say("已停止", "stopped") == "stopped"
        assert language() == "zh"
    assert language() == "en"


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "WENJU_LANG": "en"}, "en"),
        ({"LANG": "en_US.UTF-8", "WENJU_LANG": "zh"}, "zh"),
    ],
)
def test_messages_are_english_unless_the_locale_is_chinese(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], wanted: str
) -> None:
    for name in ("WENJU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("locale.getlocale", lambda: ("en_US", "UTF-8"))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language() == wanted


def test_windows_says_its_language_in_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WENJU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("locale.getlocale", lambda: ("Chinese (Simplified)_China", "936"))
    assert language() == "zh"


@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_an_error_has_both_its_texts_whatever_the_language_in_force(tmp_path: Path, spoken: Language) -> None:
    with speaking(spoken), pytest.raises(IndexMissing) as raised:
        Index.open(tmp_path / "none")
    error = raised.value
    assert str(error) == (error.zh if spoken == "zh" else error.en)
    assert "没有索引。请先运行 `wenju rebuild" in error.zh
    assert "There is no index at" in error.en
    for copied in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert (copied.zh, copied.en) == (error.zh, error.en)


def test_an_error_of_one_text_has_it_in_both_languages_and_no_character_that_a_terminal_obeys() -> None:
    error = WenjuError("a\x1b[2Jb")
    assert error.zh == error.en == str(error) == "a\N{REPLACEMENT CHARACTER}[2Jb"


def test_a_block_that_fails_ends_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")
    with pytest.raises(ValueError, match="x"), speaking("zh"):
        raise ValueError("x")
    assert language() == "en"


def test_two_visitors_at_once_are_each_answered_in_their_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")
    both = threading.Barrier(2, timeout=30)
    said: dict[str, str] = {}

    def visit() -> None:
        with speaking("zh"):
            both.wait()
            said["zh"] = language()
            both.wait()

    visitor = threading.Thread(target=visit)
    visitor.start()
    both.wait()
    said["en"] = language()
    both.wait()
    visitor.join()
    assert said == {"zh": "zh", "en": "en"}


def test_the_reason_of_a_skipped_file_is_kept_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build in English is read by a visitor who speaks Chinese."""
    monkeypatch.setenv("WENJU_LANG", "en")
    corpus = write_corpus(tmp_path / "corpus", {"a.txt": page("港口扩建", "港口今年建成码头3座。"), "b.txt": " \n"})
    report = rebuild(corpus, tmp_path / "index", progress=False, encoder=CountingEncoder())
    with closing(Index.open(tmp_path / "index")) as index:
        (skipped,) = index.manifest.skipped
    assert skipped.reason == "It holds no text."
    with speaking("zh"):
        assert skipped.reason == "里面没有文字。"
    wanted = [{"file": "b.txt", "zh": "里面没有文字。", "en": "It holds no text."}]
    assert json.loads(json.dumps(report.to_dict()))["skipped"] == wanted


def test_a_reason_is_said_in_the_language_of_who_reads_it() -> None:
    error = Unreadable("文件是空的。", "The file is empty.")
    with speaking("en"):
        assert str(error) == "The file is empty."
    with speaking("zh"):
        assert str(error) == "文件是空的。"


def test_what_only_the_system_words_stands_in_a_sentence_of_either_language() -> None:
    reason = of_system(OSError(5, "Input/output error", "/corpus/a.txt"))
    assert (reason.zh, reason.en) == ("读取失败：Input/output error。", "Cannot be read: Input/output error.")
    assert of_system(OSError("no more")).en == "Cannot be read: no more."
