"""What is asked of a wrong type: one sentence, the same from everywhere, which repeats little of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from qa import ask
from qa.defaults import Defaults, default_index
from qa.question.question import QuestionError
from web.api.endpoints import Endpoints
from web.queue.waiting import WorkQueue

if TYPE_CHECKING:
    from collections.abc import Callable

    from qa import QA

QUESTION = "西城高新区累计引进重点项目多少个?"
EARLIER = "2023年西城高新区有多少家规上企业?"
SECRET = "not to be repeated " * 9


class Telling:
    """Tells a secret wherever it is written out."""

    def __repr__(self) -> str:
        return SECRET


@pytest.fixture(params=["QA.ask", "ask", "endpoint"])
def asks(request: pytest.FixtureRequest, small: QA, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Every way to ask from Python; the last is what HTTP and MCP call."""
    if request.param == "endpoint":
        return Endpoints(small, WorkQueue()).ask
    monkeypatch.setattr("qa.defaults.DEFAULTS", Defaults({default_index().resolve(): small}))
    return small.ask if request.param == "QA.ask" else ask


def test_no_history_is_none_and_so_is_an_empty_one(small: QA) -> None:
    expected = small.ask(QUESTION)

    assert small.ask(QUESTION, 5, None) == small.ask(QUESTION, 5, []) == small.ask(QUESTION, 5, ()) == expected


def test_a_list_and_a_tuple_of_texts_are_the_same(small: QA) -> None:
    assert small.ask("那2020年呢?", 5, [EARLIER]) == small.ask("那2020年呢?", 5, (EARLIER,))
    assert small.ask("那2020年呢?", 5, [EARLIER]).texts == ("38家",)


@pytest.mark.parametrize(
    "history",
    [
        EARLIER,
        "",
        b"bytes",
        [EARLIER, {"question": EARLIER}],
        [{"role": "user", "content": SECRET}],
        [1],
        [None],
        [[EARLIER]],
        {EARLIER: EARLIER},
        5,
        True,
        Telling(),
        [Telling()],
        range(3),
    ],
)
def test_a_history_that_is_no_list_of_texts_is_refused_in_the_same_words(
    asks: Callable[..., Any], history: object
) -> None:
    with pytest.raises(QuestionError) as raised:
        asks(QUESTION, 5, history)

    assert str(raised.value) == "history must be a list of earlier questions, each of them text."


@pytest.mark.parametrize(
    "k",
    [
        "x" * 500,
        Telling(),
        [SECRET],
        {"a": SECRET},
        None,
        pytest.param(10**5000, id="huge"),
        pytest.param(-(10**5000), id="negative"),
        b"5",
        1e300,
    ],
)
def test_a_k_that_is_no_number_in_range_is_refused_and_not_repeated(asks: Callable[..., Any], k: object) -> None:
    with pytest.raises(QuestionError, match="must be a whole number from 1 to 50") as raised:
        asks(QUESTION, k)

    assert "repeated" not in str(raised.value)
    assert "x" * 41 not in str(raised.value)
    assert len(str(raised.value)) < 400


@pytest.mark.parametrize(
    "question", [None, 5, b"bytes", [SECRET], {"path": SECRET}, Telling(), pytest.param(10**5000, id="huge")]
)
def test_a_question_that_is_no_text_is_refused_and_not_repeated(asks: Callable[..., Any], question: object) -> None:
    with pytest.raises(QuestionError, match="not text") as raised:
        asks(question)

    assert "repeated" not in str(raised.value)
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize("question", ["", " ", "?" * 900, "问" * 1001, "a" * 100_000])
def test_no_more_than_forty_characters_of_a_question_are_repeated(asks: Callable[..., Any], question: str) -> None:
    with pytest.raises(QuestionError) as raised:
        asks(question)

    assert not any(character * 41 in str(raised.value) for character in "?问a")
