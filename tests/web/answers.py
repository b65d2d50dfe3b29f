"""Answers made by hand, and a QA that gives them."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from qa.question.question import check_question
from qa.types import Alternative, Answer, AnswerPart, Figure, Passage, Reason, Signals, Source, WorkedOut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.question.scope import Scope

TEXT = "盛夏时节。全年新引进项目311个,总投资420亿元。\n各方都很满意。"
OTHER = "去年引进项目320个。"
HOSTILE = (
    '<script>window.hacked = 1</script> $$x^2$$ **b** <mark>m</mark> {{value}} ${1} \u202eabc\u2066 & "q" <img src=x>'
)


def passage(
    text: str = TEXT,
    found: str = "311个",
    title: str = "高新区成绩单",
    section: str = "开放引领",
    date: str | None = "2023-10-18",
    file: str = "001.txt",
    start: int = 71,
    end: int = 77,
) -> Passage:
    """A passage with one highlight, or none where `found` is empty."""
    place = text.find(found) if found else -1
    marks = ((place, place + len(found)),) if place >= 0 else ()
    return Passage(text, title, section, date, (Source(file, "line", start, end),), marks, 1.0, Signals())


def answered(question: str = "引进了多少个项目?", asked: str | None = None) -> Answer:
    """311个, with another figure for the same thing, and a passage that only is near."""
    passages = (
        passage(OTHER, "320个", title="年度盘点", section="", date="--12-25", file="b/002.md", start=4, end=4),
        passage(),
        passage("与此无关。", "", title="别的新闻", section="", date=None, file="003.txt", start=1, end=2),
    )
    asked = question if asked is None else asked
    return Answer(question, asked, ("311个",), None, 0.97, None, passages, (Alternative("320个", 0),))


def refused(question: str = "深圳引进了多少个项目?") -> Answer:
    """No answer, and a passage that is near."""
    reason = Reason("name", "最接近的内容没有提到“深圳”。", 'The nearest passages say nothing about "Shenzhen".')
    return Answer(question, question, (), None, 0.05, reason, (passage(found=""),), ())


def in_parts(question: str = "引进了多少个项目,深圳引进了多少个项目?谢谢") -> Answer:
    """Two parts: 311个 with another figure for the same thing, and no answer about 深圳."""
    given, absent = answered(question, question), refused()
    parts = (
        AnswerPart("引进了多少个项目", given.texts, 0.97, None, None, (1,), given.alternatives),
        AnswerPart("深圳引进了多少个项目", (), 0.05, absent.reason),
    )
    return replace(given, parts=parts)


def nothing_in_parts(question: str = "东港引进了多少个项目,深圳引进了多少个项目?") -> Answer:
    """Two parts, and no answer to either."""
    absent = refused(question)
    harbour = Reason("year", "语料里没有说是2021年的情况。", "The corpus does not say this for 2021.")
    parts = (
        AnswerPart("东港引进了多少个项目", (), 0.1, harbour),
        AnswerPart("深圳引进了多少个项目", (), 0.05, absent.reason),
    )
    return replace(absent, reason=harbour, parts=parts)


def worked_out(question: str = "哪一年新引进项目最多?", near: str = "与此无关。") -> Answer:
    """2023年, of 320个 and 311个, which stand in two passages before one that only is near."""
    passages = (
        passage(OTHER, "320个", title="年度盘点", section="", date="2022-12-25", file="b/002.md", start=4, end=4),
        passage(),
        passage(near, "", title="别的新闻", section="", date=None, file="003.txt", start=1, end=2),
    )
    figures = tuple(
        Figure(
            text, value, value, value, "个", "新引进项目", "高新区", period, "", "new", sentence, sentence.index(text),
            sentence.index(text) + len(text), held.title, held.date, held.sources,
        )
        for text, value, period, sentence, held in (
            ("320个", 320.0, "2022", OTHER, passages[0]),
            ("311个", 311.0, "2023", "全年新引进项目311个,总投资420亿元。", passages[1]),
        )
    )  # fmt: skip
    worked = WorkedOut(
        ("2022年",), "比较2022年320个、2023年311个，2022年最多", "Of 320 (2022), 311 (2023), 2022 is the most", figures
    )
    return Answer(question, question, (), None, 0.9, None, passages, (), worked_out=worked)


def hostile(question: str) -> Answer:
    """311个 in a passage whose every part tries to be more than text."""
    near = passage(f"甲。引进{HOSTILE}共311个。乙。", title=HOSTILE, section=HOSTILE, date=None, file="<b>a</b>.txt")
    return Answer(question, question, ("311个",), None, 0.5, None, (near, near), ())


class HandMadeQA:
    """Answers as QA does: with 311个, but not about 深圳 or Shenzhen, and in hostile passages where asked to.

    `asked` remembers each question with its history, `within` the documents that each was last asked within: the page
    asks by itself, too, for what can be asked next. Each question counts in `arrived` and then waits for `free`.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.within: dict[str, Scope | None] = {}
        self.arrived = threading.Semaphore(0)
        self.free = threading.Event()
        self.free.set()

    def ask(
        self,
        question: str,
        k: int = 5,
        history: Sequence[str] = (),
        *,
        as_written: bool = False,
        within: Scope | None = None,
    ) -> Answer:
        check_question(question)
        self.arrived.release()
        self.free.wait(120)
        self.within[question] = within
        self.asked.append((question, tuple(history)))
        return self.answer(question, tuple(history), as_written)

    def answer(self, question: str, history: tuple[str, ...], as_written: bool) -> Answer:
        """What it says to a question; a fake of another subject says something else."""
        if "boom" in question:
            raise RuntimeError("secret detail")
        if "深圳" in question or "Shenzhen" in question:
            return refused(question)
        if "hostile" in question:
            return hostile(question)
        completed = question.startswith("那") and history and not as_written
        return answered(question, history[-1] if completed else question)
