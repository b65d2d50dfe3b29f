"""Many questions asked by several threads: what each came to, in their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Sized
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextvars import copy_context
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tqdm import tqdm

from chinese.errors import say
from chinese.shown import shown_value
from qa.question.question import QuestionError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Generator, Iterable
    from concurrent.futures import Future

    from qa.types import Answer

__all__ = ["MOST_WORKERS", "Reply", "ask_each", "check_questions", "check_workers", "with_bar"]

MOST_WORKERS = 64

Replies: TypeAlias = "Generator[Reply, None, None]"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a question came to: its answer, or the error that kept it from having one; the other of the two is None.

    It is true where there is an answer, as an Answer is.
    """

    question: str
    answer: Answer | None = None
    error: Exception | None = None

    def __bool__(self) -> bool:
        return self.answer is not None and self.answer.found

    @property
    def text(self) -> str | None:
        """The text of the answer, None where there is none."""
        return None if self.answer is None else self.answer.text


def check_workers(workers: object) -> int:
    """How many threads ask, 1 to 64. Raises QuestionError for any other number, and for what is none."""
    if isinstance(workers, int) and not isinstance(workers, bool) and 1 <= workers <= MOST_WORKERS:
        return workers
    value = shown_value(workers)
    raise QuestionError(
        say(
            f"workers 为 {value}，应为 1 到 {MOST_WORKERS} 的整数。",
            f"workers is {value}; it must be a whole number from 1 to {MOST_WORKERS}.",
        )
    )


def check_questions(questions: Iterable[str]) -> Iterable[str]:
    """The questions. Raises QuestionError for one text, whose characters would be asked one by one."""
    if not isinstance(questions, str):
        return questions
    value = shown_value(questions)
    raise QuestionError(
        say(f"questions 应为问题的列表，而不是 {value}。", f"questions must be a list of questions, not {value}.")
    )


def ask_each(
    ask: Callable[[str], Answer], questions: Iterable[str], workers: int, stop: threading.Event | None = None
) -> Replies:
    """Ask in `workers` threads and give the replies in the order of the questions, each as soon as it is there.

    No more questions are taken than are being asked, so that they may come from anywhere. Once `stop` is set, or
    whoever takes the replies goes away, no other question is begun; those that are being asked are waited for.
    """
    pool = ThreadPoolExecutor(workers, "wenju-asking")
    waiting: deque[Future[Reply]] = deque()
    try:
        for question in questions:
            if stop is not None and stop.is_set():
                return
            waiting.append(pool.submit(copy_context().run, _reply, ask, question))
            while len(waiting) >= workers or (waiting and waiting[0].done()):
                yield waiting.popleft().result()
        while waiting and not (stop is not None and stop.is_set()):
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def with_bar(replies: Replies, questions: Iterable[str]) -> Replies:
    """The same replies, counted by a bar on stderr."""
    total = len(questions) if isinstance(questions, Sized) else None
    with (
        closing(replies),
        tqdm(total=total, desc=say("提问", "asking"), unit=say("题", "q"), dynamic_ncols=True) as bar,
    ):
        for reply in replies:
            bar.update()
            yield reply


def _reply(ask: Callable[[str], Answer], question: str) -> Reply:
    try:
        return Reply(question, ask(question))
    except Exception as error:  # of whatever kind: the other questions are asked all the same
        return Reply(question, error=error)
