"""The `wenju` command as a user meets it: what it prints, its exit codes, and its errors."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

import app
from qa import QA, Answer
from tests.conftest import REPOSITORY, Ran
from tests.support import page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Wenju = Callable[..., Ran]

QUESTION = "青岛高新区2023年引进了多少个项目?"
NOT_IN_THE_CORPUS = "深圳高新区2023年引进了多少个项目?"
FILE = "001_71228b73623e2934.txt"

STORY = page(
    "春城图书馆新馆开放",
    "本报讯 春城图书馆新馆昨日开放,共有藏书120万册。",
    "新馆由设计师林青主持设计,总投资4.5亿元。",
)


def _fails_in_one_line(ran: Ran, *parts: str) -> None:
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("wenju Error: ")
    assert ran.err.count("\n") == 1
    for part in parts:
        assert part in ran.err


@pytest.mark.slow
def test_an_answer_is_marked_in_its_sentence_and_its_lines_are_named(wenju: Wenju, seeds_index: Path) -> None:
    ran = wenju("ask", QUESTION, "--index", seeds_index)

    assert ran.code == 0
    assert ran.err == ""
    lines = ran.out.splitlines()
    assert lines[0] == "311个"
    marked = next(number for number, line in enumerate(lines) if "【" in line)
    assert "全年新引进产业项目【311个】" in lines[marked]
    found = re.fullmatch(rf" *{re.escape(FILE)} 第 (\d+)–(\d+) 行", lines[marked - 1])
    assert found is not None
    first, last = int(found[1]), int(found[2])
    on_disk = (REPOSITORY / "seeds" / FILE).read_text(encoding="utf-8").splitlines()
    assert "新引进产业项目311个" in "".join(line.strip() for line in on_disk[first - 1 : last])


@pytest.mark.slow
def test_what_the_corpus_does_not_say_is_refused_with_a_reason(wenju: Wenju, seeds_index: Path) -> None:
    ran = wenju("ask", NOT_IN_THE_CORPUS, "--index", seeds_index)

    assert ran.code == 1
    assert ran.err == ""
    assert ran.out.startswith("没有答案：")
    assert "深圳" in ran.out.splitlines()[0]
    assert "【" not in ran.out


@pytest.mark.slow
@pytest.mark.parametrize("question", [QUESTION, NOT_IN_THE_CORPUS])
def test_json_is_exactly_the_answer_as_a_dict(wenju: Wenju, seeds_index: Path, question: str) -> None:
    ran = wenju("ask", question, "-k", "2", "--json", "--index", seeds_index)

    answer = QA.open(seeds_index).ask(question, k=2)
    assert json.loads(ran.out) == answer.to_dict()
    assert Answer.from_dict(json.loads(ran.out)) == answer
    assert ran.code == (0 if question == QUESTION else 1)


@pytest.mark.slow
def test_a_question_in_parts_is_asked_whole_where_it_is_to_be_asked_as_written(wenju: Wenju, seeds_index: Path) -> None:
    both = f"{QUESTION}总投资呢?"
    taken_apart = json.loads(wenju("ask", both, "--json", "--index", seeds_index).out)
    whole = json.loads(wenju("ask", both, "--json", "--as-written", "--index", seeds_index).out)

    assert taken_apart["asked"] != both
    assert len(taken_apart["parts"]) == 2
    assert (whole["asked"], whole["parts"]) == (both, [])


@pytest.mark.slow
def test_k_is_how_many_passages_are_shown(wenju: Wenju, seeds_index: Path) -> None:
    def shown(k: str) -> list[str]:
        return re.findall(r"^\[(\d+)\]", wenju("ask", QUESTION, "-k", k, "--index", seeds_index).out, re.MULTILINE)

    assert shown("1") == ["1"]
    assert shown("3") == ["1", "2", "3"]
    assert len(shown("50")) > 3


def test_a_missing_index_is_named_with_the_command_that_builds_it(wenju: Wenju, tmp_path: Path) -> None:
    missing = tmp_path / "nothing"

    for command in (("ask", QUESTION), ("eval", REPOSITORY / "tests" / "data" / "seeds_dev.jsonl")):
        ran = wenju(*command, "--index", missing)
        _fails_in_one_line(ran, str(missing), f"wenju rebuild --index {missing}")
    assert not missing.exists()


def test_errors_are_in_chinese_unless_english_is_asked_for(wenju: Wenju, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "zh")

    ran = wenju("ask", QUESTION, "--index", "nothing")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "wenju 错误：nothing 中没有索引。请先运行 `wenju rebuild --index nothing` 建立索引。\n"
    assert wenju("ask").err == (
        "wenju 错误：命令写法不对：缺少 'question'，或和 --batch 一起给出了。用法见 wenju ask --help。\n"
    )
    assert "没有选项 --bogus" in wenju("ask", QUESTION, "--bogus").err
    assert "'abc' 不是整数" in wenju("ask", QUESTION, "-k", "abc").err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("", ["empty"]),
        ("  \n　", ["empty"]),
        ("？！……", ["no words", "？！……"]),
        ("问" * 1001, ["1001", "1000"]),
    ],
)
def test_a_question_that_cannot_be_asked_is_an_error(
    wenju: Wenju, seeds_index: Path, question: str, parts: list[str]
) -> None:
    _fails_in_one_line(wenju("ask", question, "--index", seeds_index), *parts)


@pytest.mark.slow
@pytest.mark.parametrize("k", ["0", "51", "-1"])
def test_k_out_of_range_names_the_value_and_the_range(wenju: Wenju, seeds_index: Path, k: str) -> None:
    _fails_in_one_line(wenju("ask", QUESTION, "-k", k, "--index", seeds_index), f"k is {k};", "from 1 to 50")


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["ask"], ["question"]),
        (["ask", QUESTION, "-k", "abc"], ["-k", "'abc' is not a whole number"]),
        (["ask", QUESTION, "-k"], ["-k"]),
        (["ask", QUESTION, "--bogus"], ["--bogus"]),
        (["ask", "two", "questions"], ["questions"]),
        (["answer", QUESTION], ["answer"]),
        (["eval"], ["file"]),
        (["serve", "--port", "0"], ["--port", "0 is not between 1 and 65535"]),
        (["serve", "--port", "http"], ["--port", "'http' is not a whole number"]),
        (["serve", "--host-name", "http://ask.example"], ["--host-name", "'http://ask.example' is no host name"]),
        (["serve", "--host-name", "ask.example:7860"], ["--host-name", "'ask.example:7860' is no host name"]),
    ],
)
def test_a_wrong_command_line_is_one_line_that_points_to_the_help(
    wenju: Wenju, arguments: list[str], parts: list[str]
) -> None:
    ran = wenju(*arguments)
    _fails_in_one_line(ran, *parts)
    assert re.search(rf"See wenju (?:{arguments[0]} )?--help\.", ran.err)


def test_without_arguments_the_help_is_printed(wenju: Wenju) -> None:
    ran = wenju()

    assert ran.code == 0
    assert ran.out == wenju("--help").out
    assert ran.out.startswith("Usage: wenju ")
    for command in ("ask", "rebuild", "serve", "eval"):
        assert f"\n  {command} " in ran.out
        assert wenju(command, "--help").out.startswith(f"Usage: wenju {command} ")


def test_an_error_nobody_foresaw_is_one_line_too(wenju: Wenju, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object, **__: object) -> None:
        raise RuntimeError("boom\nbang")

    monkeypatch.setattr(QA, "open", explode)
    _fails_in_one_line(wenju("ask", QUESTION), "RuntimeError: boom bang", "WENJU_DEBUG=1")

    monkeypatch.setenv("WENJU_DEBUG", "1")
    with pytest.raises(RuntimeError, match="boom"):
        wenju("ask", QUESTION)


@pytest.mark.parametrize("corpus", ["missing", "empty", "a-file.txt"])
def test_a_corpus_that_cannot_be_read_is_named(wenju: Wenju, tmp_path: Path, corpus: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a-file.txt").write_text("一句话。", encoding="utf-8")

    _fails_in_one_line(wenju("rebuild", tmp_path / corpus), str(tmp_path / corpus))
    assert not (tmp_path / "index" / "CURRENT").exists()


def test_a_model_that_is_not_there_is_named(wenju: Wenju, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_corpus(tmp_path / "corpus", {"a.txt": STORY})

    _fails_in_one_line(wenju("rebuild", tmp_path / "corpus", "--model", "./no-such-model"), "./no-such-model")
    monkeypatch.setenv("WENJU_MODEL", "./another")
    _fails_in_one_line(wenju("rebuild", tmp_path / "corpus"), "./another")


@pytest.mark.slow
def test_a_second_rebuild_says_that_nothing_was_encoded(
    wenju: Wenju, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"a.txt": STORY})
    (corpus / "torn.docx").write_bytes(b"not a Word file")

    first = wenju("rebuild", corpus, "--index", "mine")
    assert first.code == 0
    lines = first.out.splitlines()
    assert lines[0] == "The index is built."
    assert lines[1].startswith("1 document · 1 article · 1 chunk (1 encoded, 0 reused) · ")
    assert lines[2] == "1 file skipped:"
    assert lines[3].startswith("  torn.docx: ")
    assert "100%" in first.err

    monkeypatch.setenv("WENJU_CORPUS", str(corpus))
    monkeypatch.setenv("WENJU_INDEX", "mine")
    second = wenju("rebuild")
    assert second.code == 0
    assert second.out.splitlines()[0] == "The index is up to date; nothing was encoded."
    assert "(0 encoded, 1 reused)" in second.out
    assert "4.5亿元" in wenju("ask", "春城图书馆新馆总投资多少?").out.splitlines()[0]


@pytest.mark.slow
def test_a_report_has_a_row_for_every_file_and_is_the_same_where_nothing_changed(wenju: Wenju, tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"a.txt": STORY, "sub/torn.docx": "not a Word file"})
    first = wenju("rebuild", corpus, "--report", "report.csv")
    assert first.code == 0
    assert first.out.splitlines()[-1] == "report.csv has a row for every file."
    table = (tmp_path / "report.csv").read_text(encoding="utf-8-sig")
    assert [line.split(",")[:2] for line in table.splitlines()[1:]] == [
        ["a.txt", "read"],
        ["sub/torn.docx", "left out"],
    ]
    wenju("rebuild", corpus, "--report", "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "report.csv").read_bytes()


def test_a_report_is_written_of_a_corpus_of_which_nothing_can_be_read(wenju: Wenju, tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"torn.docx": "not a Word file"})
    ran = wenju("rebuild", corpus, "--report", "report.csv")
    assert (ran.code, ran.out) == (2, "")
    assert str(corpus) in ran.err
    assert "torn.docx,left out" in (tmp_path / "report.csv").read_text(encoding="utf-8-sig")


def test_where_a_report_cannot_be_written_nothing_is_built(wenju: Wenju, tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"a.txt": STORY})
    for place in ("missing/report.csv", corpus / "report.csv", tmp_path):
        _fails_in_one_line(wenju("rebuild", corpus, "--report", place), "--report", str(place))
    assert not (tmp_path / "index").exists()


@pytest.mark.slow
def test_a_deleted_file_leaves_the_answers_with_the_next_rebuild(wenju: Wenju, tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"a.txt": STORY, "b.txt": page("集市开市", "山里的集市每月逢五开市。")})
    wenju("rebuild", corpus)
    assert wenju("ask", "春城图书馆有多少藏书?").out.splitlines()[0] == "120万册"

    (corpus / "a.txt").unlink()
    assert "(0 encoded, 1 reused)" in wenju("rebuild", corpus).out
    after = wenju("ask", "春城图书馆有多少藏书?")
    assert after.code == 1
    assert "a.txt" not in after.out


def test_each_host_name_reaches_what_is_served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    served: list[Any] = []
    monkeypatch.setattr("web.serving.server.serve", lambda qa, host, port, settings: served.append(settings))
    with pytest.raises(SystemExit):
        app.main(
            ["serve", "--index", str(tmp_path / "none"), "--host-name", "ask.example", "--host-name", "问.example"]
        )
    assert served[0].host_names == ("ask.example", "问.example")


@pytest.mark.slow
def test_a_port_that_is_taken_is_named(wenju: Wenju, seeds_index: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = wenju("serve", "--port", str(port), "--index", seeds_index)

    _fails_in_one_line(ran, f"{port} is taken", "--port")


def _case(**changes: object) -> dict[str, Any]:
    case = {
        "id": "found",
        "question": QUESTION,
        "answers": [["311个"]],
        "source": FILE,
        "evidence": ["新引进产业项目311个"],
        "answerable": True,
    }
    return {**case, **changes}


def _write_cases(path: Path, *cases: dict[str, Any]) -> Path:
    path.write_text("\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n", encoding="utf-8")
    return path


@pytest.mark.slow
def test_eval_counts_and_names_each_miss(wenju: Wenju, seeds_index: Path, tmp_path: Path) -> None:
    nowhere: dict[str, Any] = {"source": None, "evidence": [], "answers": [], "answerable": False}
    cases = _write_cases(
        tmp_path / "cases.jsonl",
        _case(),
        _case(id="inexact", answers=[["312个"]]),
        _case(id="elsewhere", source="000_a87f2dc0da82c9d6.txt"),
        _case(id="refused", question=NOT_IN_THE_CORPUS, evidence=["no such words"]),
        _case(id="absent", question=NOT_IN_THE_CORPUS, **nowhere),
        _case(id="answered", **nowhere),
    )

    ran = wenju("eval", cases, "--index", seeds_index)
    assert ran.code == 0
    lines = ran.out.splitlines()
    counts = dict(line.split() for line in lines[:9])
    assert float(counts.pop("median_ms")) > 0
    assert counts == {
        "answerable": "4",
        "hit@1": "2",
        "hit@3": "2",
        "exact": "2",
        "wrong": "2",
        "wrongly_refused": "1",
        "absent": "2",
        "refused": "1",
    }
    assert [line.split()[0] for line in lines[9:]] == ["inexact", "elsewhere", "refused", "answered"]
    assert "311个" in lines[9]
    assert "312个" in lines[9]

    data = json.loads(wenju("eval", cases, "--json", "--index", seeds_index).out)
    assert {name: str(data[name]) for name in counts} == counts
    assert [miss["id"] for miss in data["misses"]] == ["inexact", "elsewhere", "refused", "answered"]
    assert data["median_ms"] > 0

    # Three of six get what they should.
    assert wenju("eval", cases, "--fail-under", "50", "--index", seeds_index).code == 0
    assert wenju("eval", cases, "--fail-under", "51", "--index", seeds_index).code == 1


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ["holds no questions"]),
        ("not json\n", ["Line 1", "not JSON"]),
        ("[1]\n", ["Line 1", "question"]),
        (json.dumps(_case()) + "\n\n" + json.dumps(_case(answers="311个")), ["Line 3", "answers"]),
        (json.dumps({**_case(), "answerable": "yes", "evidence": None}), ["Line 1", "evidence, answerable"]),
    ],
)
def test_a_bad_file_of_questions_is_named_with_the_line(
    wenju: Wenju, tmp_path: Path, text: str, parts: list[str]
) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(text, encoding="utf-8")
    _fails_in_one_line(wenju("eval", path), str(path), *parts)


def test_a_file_of_questions_that_cannot_be_opened_is_named(wenju: Wenju, tmp_path: Path) -> None:
    _fails_in_one_line(wenju("eval", "nothing.jsonl"), "nothing.jsonl", "No such file")
    (tmp_path / "gbk.jsonl").write_bytes('{"question": "问题"}'.encode("gbk"))
    _fails_in_one_line(wenju("eval", "gbk.jsonl"), "gbk.jsonl", "not UTF-8")


def _in_a_process_of_its_own(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    unset = ("WENJU_CORPUS", "WENJU_INDEX", "WENJU_MODEL", "WENJU_DEBUG")
    inherited = {name: value for name, value in os.environ.items() if name not in unset}
    return subprocess.run(
        [sys.executable, str(REPOSITORY / "app.py"), *arguments],
        env={**inherited, "HF_HUB_OFFLINE": "1", "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


@pytest.mark.slow
def test_a_process_of_its_own_answers_without_a_word_on_standard_error(seeds_index: Path) -> None:
    ran = _in_a_process_of_its_own("ask", QUESTION, WENJU_INDEX=str(seeds_index), WENJU_LANG="en")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("311个\n")
    assert "\x1b[" not in ran.stdout  # colour is for terminals


def test_a_process_of_its_own_fails_without_a_traceback(tmp_path: Path) -> None:
    ran = _in_a_process_of_its_own("ask", QUESTION, WENJU_INDEX=str(tmp_path / "none"), WENJU_LANG="zh")

    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("wenju 错误：")
    assert ran.stderr.count("\n") == 1


def test_a_reader_that_goes_away_is_no_error_message() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb") as stdout:
        ran = subprocess.run(
            [sys.executable, str(REPOSITORY / "app.py"), "--help"],
            stdout=stdout,
            stderr=subprocess.PIPE,
            check=False,
            timeout=300,
        )

    assert ran.stderr == b""


@pytest.mark.slow
def test_a_damaged_index_is_an_error_that_says_how_to_mend_it(wenju: Wenju, seeds_index: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    shutil.copytree(seeds_index, index)
    dense = next(index.glob("generations/*/dense.faiss"))
    dense.write_bytes(dense.read_bytes()[:1000])

    _fails_in_one_line(wenju("ask", QUESTION), "dense.faiss", "wenju rebuild")
