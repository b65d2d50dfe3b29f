"""The load test of the page: a short one with the real models, and what it would call wrong."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from benchmarks.soak import soak, wrong_answers
from benchmarks.soak_report import Measured, Memory, Options, Rebuilt, figures_of, table
from benchmarks.visitor import Answered, Seen, Trouble, seen_in, seen_of, text_of
from tests.web.answers import answered, refused
from web.chat.render import render_answer

if TYPE_CHECKING:
    from pathlib import Path

LENGTH = Seen("大桥多长?", "300米", ("bridge.txt 第 1 行",))
YEAR = Seen("大桥哪年建成?", "1987年", ("bridge.txt 第 2 行",))
NEWER = replace(YEAR, answer="1988年")
ALONE = {seen.question: seen for seen in (LENGTH, YEAR)}


def _answered(seen: Seen | None, question: str = YEAR.question, sent: float = 0.0, error: str = "") -> Answered:
    return Answered(question, True, sent, 2.0, seen, error)


def _measured(*answers: Answered, wrong: tuple[str, ...] = (), trouble: str = "", end: int = 104) -> Measured:
    rebuilt = Rebuilt(10.0, 3.0, 4, trouble)
    return Measured(Options(), answers, 60.0, answers, wrong, rebuilt, Memory(600, 100, 2600, end, ((100, 90),)))


@pytest.mark.slow
def test_fifty_visitors_each_get_the_answer_to_their_own_question_while_the_index_is_rebuilt(
    seeds_index: Path, tmp_path: Path
) -> None:
    options = Options(sessions=50, seconds=20, questions=50, vectors=seeds_index, different=20)
    seen = asyncio.run(soak(options, tmp_path))
    assert seen.failures() == []
    assert seen.too_many == 0
    assert len(seen.load) >= 50
    assert len(seen.answers) == len(seen.load) + 50
    assert seen.times(by_page=True)
    assert seen.times(by_page=False)
    assert any(item.sent > seen.rebuilt.began + seen.rebuilt.seconds for item in seen.answers)


def test_the_answer_to_a_neighbours_question_is_wrong() -> None:
    mixed_up = replace(LENGTH, question=YEAR.question)
    (found,) = wrong_answers([_answered(YEAR), _answered(mixed_up)], ALONE, {YEAR.question: YEAR}, rebuilt=10)
    assert "300米" in found


def test_the_chat_of_a_neighbour_is_wrong() -> None:
    assert list(wrong_answers([_answered(LENGTH)], ALONE, {YEAR.question: YEAR}, rebuilt=10))


def test_an_answer_of_the_new_index_is_right_only_once_the_rebuild_began() -> None:
    after = {YEAR.question: NEWER}
    assert list(wrong_answers([_answered(NEWER, sent=9)], ALONE, after, rebuilt=10)) == []
    assert list(wrong_answers([_answered(NEWER, sent=7)], ALONE, after, rebuilt=10))


def test_each_requirement_that_is_not_met_is_said_in_a_sentence() -> None:
    assert _measured(_answered(YEAR)).failures() == []
    too_many = _answered(None, error="HTTP 429")
    seen = _measured(too_many, wrong=("大桥多长? got 1987年",), trouble="磁盘已满", end=106)
    errors, wrong, mixed, rebuild, memory = replace(seen, mixed=("not its own: 大桥多长?",)).failures()
    assert "not its own: 大桥多长?" in mixed
    assert "1 of 1 questions failed" in errors
    assert "HTTP 429: 大桥哪年建成?" in errors
    assert seen.too_many == 1
    assert "1987年" in wrong
    assert "磁盘已满" in rebuild
    assert "6.0%" in memory


def test_a_short_run_says_nothing_of_memory() -> None:
    seen = _measured(_answered(YEAR), end=200)
    assert replace(seen, options=Options(questions=50)).failures() == []


def test_table_and_figures_have_what_was_measured() -> None:
    seen = _measured(_answered(YEAR), _answered(None, error="HTTP 500"))
    where = {"date": "2026-01-01", "commit": "abc", "processor": "P", "system": "S", "versions": "V"}
    shown = table(where, seen)
    assert "2.0 s, 2.0 s" in shown
    assert "| 1, 0, 0 |" in shown
    assert "(+4.0%)" in shown
    figures = figures_of(seen)
    assert figures["load"]["answer_seconds"] == {"page": {"median": 2.0, "p95": 2.0, "most": 2.0}}
    assert figures["errors"] == ["HTTP 500: 大桥哪年建成?"]


def test_a_visitor_reads_answer_and_sources_as_the_page_shows_them() -> None:
    seen = seen_of(refused())
    assert (seen.question, seen.answer) == (refused().question, "最接近的内容没有提到“深圳”。")
    assert seen.sources == ("高新区成绩单 001.txt 第 71–77 行",)
    assert seen_of(answered()).answer == "311个"


def test_buttons_and_questions_to_ask_next_are_no_part_of_what_is_compared() -> None:
    rendered = render_answer(answered(), "zh", "a-turn", ("总投资多少?",))
    assert seen_in(answered().question, rendered) == seen_of(answered())


def test_an_error_on_the_page_is_no_answer() -> None:
    with pytest.raises(Trouble, match="出错了"):
        seen_in("问?", '<div class="wj"><p class="wj-error" role="alert">出错了</p></div>')


def test_text_of_html_is_what_is_read() -> None:
    assert text_of("<p>1 &lt; <b>2</b></p>") == "1 < 2"
