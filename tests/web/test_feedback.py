from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chinese.errors import WenjuError, speaking
from qa.evaluation.cases import evaluate, load_cases
from qa.types import Answer
from tests.web.answers import OTHER, TEXT, answered, hostile, passage, refused, worked_out
from web.chat import feedback
from web.chat.feedback import LONGEST_RIGHT, Feedback, open_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "feedback.jsonl"


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_good_answer_becomes_a_question_that_this_answer_passes(file: Path) -> None:
    Feedback(file).append(answered(), good=True)
    (case,) = load_cases(file)
    assert case.question == "引进了多少个项目?"
    assert case.answers == (("311个",),)
    assert case.source == "001.txt"
    assert case.evidence == ("全年新引进项目311个,总投资420亿元。",)
    report = evaluate(lambda _: answered(), [case])
    assert (report.answerable, report.exact, report.misses[0].kind) == (1, 1, "rank 2"), "its passage stands second"


def test_a_good_answer_that_was_worked_out_becomes_a_question_that_it_passes(file: Path) -> None:
    answer = worked_out()
    Feedback(file).append(answer.to_dict(), good=True)
    (case,) = load_cases(file)
    assert case.answers == (("2022年",),)
    assert case.evidence == ("去年引进项目320个。",)
    assert evaluate(lambda _: answer, [case]).misses == ()


def test_the_dict_of_an_answer_does_as_well(file: Path) -> None:
    Feedback(file).append(answered().to_dict(), good=True)
    assert load_cases(file)[0].answers == (("311个",),)


def test_a_question_is_asked_again_as_it_was_completed(file: Path) -> None:
    Feedback(file).append(answered("它呢?", asked="高新区引进了多少个项目?"), good=True)
    assert load_cases(file)[0].question == "高新区引进了多少个项目?"
    assert rows(file)[0]["written"] == "它呢?"


def test_a_good_refusal_becomes_a_question_without_an_answer(file: Path) -> None:
    Feedback(file).append(refused(), good=True)
    (case,) = load_cases(file)
    assert not case.answerable
    assert case.answers == ()
    assert evaluate(lambda _: refused(), [case]).misses == ()
    assert evaluate(lambda _: answered(), [case]).misses[0].kind == "answered"


def test_a_bad_answer_with_the_right_one_is_a_question_that_the_bad_one_fails(file: Path) -> None:
    bad = replace(answered(), alternatives=())
    Feedback(file).append(bad, good=False, right="320个")
    (case,) = load_cases(file)
    assert case.answers == (("320个",),)
    assert (case.source, case.evidence) == ("b/002.md", (OTHER,)), "a passage that came along has it"
    report = evaluate(lambda _: bad, [case])
    assert (report.answerable, report.exact) == (1, 0)
    assert not open_file(file).exists()


def test_a_bad_refusal_with_the_right_answer_is_a_question_that_has_one(file: Path) -> None:
    Feedback(file).append(refused(), good=False, right="1200个")
    (case,) = load_cases(file)
    assert case.answerable
    assert (case.source, case.evidence) == (None, ("1200个",)), "no passage that came along has it"
    assert evaluate(lambda _: refused(), [case]).wrongly_refused == 1


def test_a_complaint_without_the_right_answer_is_kept_beside_and_is_no_test_yet(file: Path) -> None:
    Feedback(file).append(answered(), good=False)
    Feedback(file).append(refused(), good=False, right=" \u202e\n ")
    assert not file.exists()
    beside = open_file(file)
    assert beside.name == "feedback-open.jsonl"
    assert [row["given"] for row in rows(beside)] == [["311个"], []]
    with speaking("en"), pytest.raises(WenjuError, match=r"Line 1 .*answers, answerable"):
        load_cases(beside)


def test_a_right_answer_to_a_good_one_is_not_taken_for_another(file: Path) -> None:
    Feedback(file).append(answered(), good=True, right="999个")
    assert load_cases(file)[0].answers == (("311个",),)


def test_hostile_text_stays_one_line_that_loads(file: Path) -> None:
    strange = "a\u2028b\u2029c\x85d\x0be\x1cf\ng\r\nh"
    Feedback(file).append(hostile(strange), good=True)
    Feedback(file).append(answered(strange), good=False, right=f"{strange}\ud800\x00\x1b[31m\u202e\u2066x")
    first, second = load_cases(file)
    assert first.question == "a\u2028b\u2029c\x85d\x0be\x1cf\ng\r\nh"
    assert second.answers == (("a b c d e f g h[31mx",),)


def test_a_right_answer_has_a_limit(file: Path) -> None:
    Feedback(file).append(answered(), good=False, right="长" * LONGEST_RIGHT)
    with pytest.raises(WenjuError, match="2001"):
        Feedback(file).append(answered(), good=False, right="长" * (LONGEST_RIGHT + 1))
    assert len(load_cases(file)) == 1


def test_a_last_line_without_its_end_is_mended(file: Path) -> None:
    Feedback(file).append(answered(), good=True)
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    Feedback(file).append(refused(), good=True)
    assert [case.answerable for case in load_cases(file)] == [True, False]


def test_the_files_together_do_not_grow_beyond_the_limit(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Feedback(file).append(answered(), good=False)
    size = open_file(file).stat().st_size
    monkeypatch.setattr(feedback, "LARGEST", size + 10)
    with pytest.raises(WenjuError, match=r"feedback\.jsonl"):
        Feedback(file).append(answered(), good=True)
    assert not file.exists() or file.read_bytes() == b""
    assert open_file(file).stat().st_size == size


def test_many_visitors_at_once_each_leave_a_whole_line(file: Path) -> None:
    noted = Feedback(file)

    def say(number: int) -> None:
        for _ in range(20):
            noted.append(answered(f"问题{number}" * 100), good=True)

    threads = [threading.Thread(target=say, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cases = load_cases(file)
    assert len(cases) == len({case.id for case in cases}) == 160


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WenjuError, match=r"feedback\.jsonl"):
        Feedback(tmp_path / "file" / "feedback.jsonl").append(answered(), good=True)


def test_only_its_owner_can_read_what_visitors_said(file: Path) -> None:
    Feedback(file).append(answered(), good=True)
    assert file.stat().st_mode & 0o077 == 0


def test_an_answer_that_runs_over_sentences_is_its_own_evidence(file: Path) -> None:
    both = "420亿元。\n各方"
    answer = Answer("问?", "问?", (both,), None, 0.9, None, (passage(TEXT, both),), ())
    Feedback(file).append(answer, good=True)
    assert load_cases(file)[0].evidence == (both,)
