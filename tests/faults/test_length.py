"""No input costs more than its length: twice as long a text, question or conversation is at most thrice the work.

Work is counted, not timed: each line of Python that runs, in this project and in every library written in Python, and
each character, or member of a list, that a function of Python is handed as a whole or gives back. (What it is handed
together with a number is looked at from a place on, and does not count.) The limit of this: what runs in C within one
line, a pattern's own steps above all, is not seen, only how often it is started; a join or a slice is seen where its
result goes to a function or comes from one.
"""

from __future__ import annotations

import inspect
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from chinese.facts import Said, facts_of
from chinese.tokens import fold
from embeddings.errors import Unreadable
from embeddings.guarding.cutting import read_pieces
from qa.deciding.comparing import compare
from qa.question.followup import MOST_CHARACTERS, MOST_QUESTIONS, complete
from qa.question.parts import split_parts
from qa.question.question import LONGEST_QUESTION, parse_question

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType

SIZED = (str, bytes, list, tuple)
LENGTH = 1200


class Work:
    """Counts what is done while a function runs."""

    def __init__(self) -> None:
        self.done = 0

    def of(self, function: Callable[[], object]) -> int:
        """How much work a function is."""
        self.done = 0
        before = sys.gettrace()
        sys.settrace(self._called)
        try:
            function()
        finally:
            sys.settrace(before)
        return self.done

    def _called(self, frame: FrameType, event: str, _: object) -> Callable[[FrameType, str, Any], Any]:
        self.done += 1
        code = frame.f_code
        given = [frame.f_locals.get(name) for name in code.co_varnames[: code.co_argcount]]
        resumed = code.co_flags & inspect.CO_GENERATOR  # which is told as a call again
        if not resumed and not any(isinstance(value, int) for value in given):
            self.done += sum(len(value) for value in given if isinstance(value, SIZED))
        return self._traced

    def _traced(self, _: FrameType, event: str, value: Any) -> Callable[[FrameType, str, Any], Any]:
        self.done += len(value) if event == "return" and isinstance(value, SIZED) else 1
        return self._traced


def repeated(unit: str) -> Callable[[int], str]:
    return lambda length: (unit * length)[:length]


def halves(first: str, then: str, end: str = "", begin: str = "") -> Callable[[int], str]:
    """Make a text that is one unit over and over in its first half, and another in its second."""
    return lambda length: begin + repeated(first)(length // 2) + end + repeated(then)(length // 2)


def numbers(length: int) -> str:
    return "[\n" + "".join(f"{number % 97},\n" for number in range(length // 4)) + "]\n"


TEXTS: dict[str, Callable[[int], str]] = {
    "a JSON array with a number a line": numbers,
    "lines that end in a comma": repeated("甲乙丙,\n"),
    "lines of one digit": repeated("7\n"),
    "blank lines": lambda length: "甲乙丙。" + "\n" * length,
    "lines of a blank": repeated(" \n"),
    "carriage returns": lambda length: "甲乙丙。" + "\r" * length,
    "ampersands": repeated("&"),
    "lines of ampersands": repeated("&\n"),
    "entities that never end": repeated("&a"),
    "angle brackets": repeated("<"),
    "closing angle brackets": repeated(">"),
    "tags that are not closed": repeated("<div>"),
    "tags that never end": repeated("<a href='x"),
    "comments that never end": repeated("<!--"),
    "sections that never end": repeated("<![CDATA["),
    "tables in tables": repeated("<table><tr><td>甲"),
    "titles in pieces": lambda length: "<title>" + repeated("a<b>")(length),
    "a headline as long as its text": halves("标题", "<p>正文有十个字左右。", "</h1>", "<h1>"),
    "a column's name as long as its rows": halves("名", "<tr><td>1<td>2", "</th><th>乙</th></tr>", "<table><tr><th>"),
    "a cell that spans all rows": halves("名", "<tr><td>1<td>2", "<th>乙</th></tr>", "<table><tr><th rowspan=999>"),
    "lists in lists": lambda length: "".join("  " * (row % 20) + "- 甲\n" for row in range(length // 24)),
    "quotes in quotes": repeated("> "),
    "quoted lines": repeated(">>>>>>>> 甲\n"),
    "links": repeated("[甲](b "),
    "pictures": repeated("!["),
    "definitions": repeated("[a]: b\n"),
    "stars": repeated("*甲"),
    "code marks": lambda length: "".join("`" * (row % 40) + "a" for row in range(length // 20)),
    "round brackets": repeated("("),
    "square brackets": repeated("["),
    "braces": repeated("{"),
    "Chinese brackets": repeated("（《〈【"),
    "quotation marks": repeated("“「『‘"),
    "closing marks": repeated("”」』’）"),
    "brackets within brackets": halves("(", ")"),
    "digits": repeated("7"),
    "Chinese numerals": repeated("一二三"),
    "figures with commas": repeated("1,"),
    "one endless line": repeated("甲乙丙丁戊己"),
    "one endless word": repeated("a"),
    "Latin words": repeated("abc def "),
    "pinyin notes": repeated("区(qū)"),
    "pinyin notes that never end": repeated("区(qūa"),
    "pipes": repeated("|"),
    "rows of a table": lambda length: "|甲|乙|\n|---|---|\n" + repeated("|丙|1|\n")(length),
    "a long head over short rows": halves("名", "|x|y|\n", "|b|\n|-|-|\n", "|"),
    "dates": repeated("2023年4月9日"),
    "dates with blanks": repeated("2023 年 2 月 8 日 "),
    "年月日": repeated("年月日"),
    "1年1月1日": repeated("1年1月1日"),
    "CSV": repeated("1月,12,3.5万元,北京\n"),
    "blanks": lambda length: "甲" + " " * length + "乙",
    "tabs": lambda length: "甲" + "\t" * length + "乙",
    "combining marks": lambda length: "e" + "\u0301" * length,
    "zero-width characters": lambda length: "甲" + "\u200b" * length,
    "full-width letters": repeated("Ａ"),
    "sentences of a character": repeated("好。"),
    "clauses alone between wide gaps": repeated("甲乙丙丁。\n\n\n"),
    "a paragraph before clauses alone": halves("甲乙丙丁戊己庚辛，", "甲乙丙丁。\n\n\n", "壬癸\n\n\n"),
    "headings": repeated("标题一\n\n\n"),
    "headings before a text": halves("标题一\n\n", "正文有十个字左右。\n"),
    "headings of who acts": lambda length: "本报记者 王小明\n" * 2 + repeated("云溪市政府\n\n\n思路甲\n\n\n")(length),
    "captions": repeated("▲图为甲\n\n"),
    "a heading and captions": repeated("标题，甲\n\n▲图为甲\n\n▲图为乙\n\n"),
    "lines broken at one width": repeated("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥甲乙丙丁戊己庚辛\n"),
    "labels": repeated("甲乙：\n丙\n"),
    "rulers": repeated("---\n"),
    "hashes": repeated("# 甲\n"),
    "front matter": lambda length: "---\n" + repeated("a: b\n")(length),
    "traditional characters": repeated("臺灣"),
}  # fmt: skip


MARKS = re.compile(r"[<>&*`#|\[!-]|> ")
CASES = [
    (kind, suffix)
    for kind, text in TEXTS.items()
    for suffix in (".txt", ".md", ".html")
    if suffix == ".txt" or MARKS.search(text(20))
]
"""Text without a mark of Markdown or HTML takes the same way in all three."""


@pytest.mark.parametrize(("kind", "suffix"), CASES)
def test_twice_as_long_a_text_is_at_most_thrice_the_work(kind: str, suffix: str, tmp_path: Path) -> None:
    def read() -> None:
        try:
            read_pieces(tmp_path, f"a{suffix}")
        except Unreadable:
            return

    done = []
    for length in (50, LENGTH, 2 * LENGTH):  # the first one loads what is loaded once
        (tmp_path / f"a{suffix}").write_text(TEXTS[kind](length), encoding="utf-8", newline="")
        done.append(Work().of(read))
    assert done[2] <= 3 * done[1]


QUESTIONS: dict[str, Callable[[int], str]] = {
    "quotes and short names": repeated("No.「"),
    "那’呢": repeated("那’呢"),
    "呢": repeated("那呢?"),
    "brackets": repeated("（[《“"),
    "commas": repeated("甲,"),
    "entries": repeated("云溪区、"),
    "pronouns": repeated("Its "),
    "who leads it": repeated("Who leads it "),
    "names": repeated("Bank of the City "),
    "years": repeated("2023年"),
    "digits": repeated("7"),
    "blanks": lambda length: "甲" + " " * (length - 2) + "乙",
    "companies": repeated("远山有限公司"),
    "questions": repeated("有多少个项目?"),
    "dates": repeated("5月17日"),
    "letters": repeated("aB"),
    "hyphens": repeated("A-b"),
}


@pytest.mark.parametrize("kind", QUESTIONS)
def test_twice_as_long_a_question_is_at_most_thrice_the_work(kind: str) -> None:
    def asked(length: int) -> Callable[[], object]:
        question = QUESTIONS[kind](length)
        earlier = ("云溪经开区2023年引进了多少个项目?", "Which projects does the Yunxi District have?", question)
        return lambda: [
            *(complete(text, [before]) for text in (question, "那’呢?", "And the cost?") for before in earlier),
            *map(parse_question, (question, *split_parts(question))),
        ]

    done = [Work().of(asked(length)) for length in (20, LONGEST_QUESTION // 2, LONGEST_QUESTION)]
    assert done[2] <= 3 * done[1]


SENTENCES: dict[str, Callable[[int], str]] = {
    **QUESTIONS,
    "pauses": repeated("、"),
    "plans": repeated("力争"),
    "figures in turn": halves("甲、", "5家、", "分别为"),
    "in turn": repeated("分别"),
    "rises": repeated("增加5家,"),
    "parts": repeated("其中"),
    "places in a row": repeated("第一二三"),
    "limits": repeated("以上5亿"),
    "zones": repeated("高新区"),
}


@pytest.mark.parametrize("kind", SENTENCES)
def test_twice_as_long_a_sentence_is_at_most_thrice_the_work(kind: str) -> None:
    question = parse_question("云溪经开区2023年引进了多少个项目?")

    def compared(length: int) -> Callable[[], object]:
        sentence = fold(SENTENCES[kind](length))
        return lambda: compare(
            question.wanted, facts_of(Said(sentence), length - 1, length, "2023-02-01"), question.asked
        )

    done = [Work().of(compared(length)) for length in (50, LENGTH, 2 * LENGTH)]
    assert done[2] <= 3 * done[1]


@pytest.mark.parametrize("kind", QUESTIONS)
def test_twice_as_long_a_conversation_is_at_most_thrice_the_work_and_a_very_long_one_no_more(kind: str) -> None:
    item = QUESTIONS[kind](100)

    def work(entries: int, of: str = item) -> int:
        return Work().of(lambda: [complete(text, [of] * entries) for text in ("那’呢?", "And the cost?", item)])

    work(2)
    assert work(10) <= 3 * work(5)
    # Nothing more than the list itself, which is handed over twice for each of the three.
    assert work(1000) - work(MOST_QUESTIONS) <= 6 * 1000
    full = QUESTIONS[kind](LONGEST_QUESTION)
    work(2, full)  # what is compiled and kept at first use
    assert work(50, full) - work(MOST_CHARACTERS // LONGEST_QUESTION, full) <= 6 * 50
