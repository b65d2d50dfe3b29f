"""Questions that wait: visitors take turns, and what nobody wants to know any more takes none."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.web.answers import HandMadeQA
from tests.web.conftest import free_port
from tests.web.crowds import ASK, answer_to, ask_unread, crowd, visitor
from web.door.access import ServeSettings
from web.queue.results import MOST_KEPT, MOST_UNDER_WAY, Results
from web.queue.visitors import Visitor, note_visitor
from web.queue.waiting import HOUSE_ASKS, Asker, ClientLeft, WorkQueue
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from playwright.sync_api import Page

    from qa.types import Answer
    from web.queue.waiting import Wanted

AT_ONCE = 4
SECONDS = 60
CROWD = "127.0.0.2"
MCP = "/gradio_api/mcp"


class GatedQA(HandMadeQA):
    """Answers one question for each time that the gate is opened; `begun` are those it has begun with."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[str] = []
        self.gate = threading.Semaphore(0)

    def answer(self, question: str, history: tuple[str, ...], as_written: bool) -> Answer:
        self.begun.append(question)
        assert self.gate.acquire(timeout=SECONDS)
        return super().answer(question, history, as_written)


class Served:
    """A page over a gated QA, and what its queue holds."""

    def __init__(self, address: str, qa: GatedQA, results: Results, line: WorkQueue) -> None:
        self.address, self.qa, self.results, self.line = address, qa, results, line


@contextmanager
def serving(**settings: Any) -> Iterator[Served]:
    qa, made = GatedQA(), []
    own = Results.__init__

    def noted(self: Results, *arguments: Any) -> None:
        own(self, *arguments)
        made.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Results, "__init__", noted)
        served = launch(qa, "127.0.0.1", free_port(), None, ServeSettings(requests_per_minute=100_000, **settings))
    try:
        yield Served(served.local_url, qa, made[0], served.desk.line)
    finally:
        qa.gate.release(10_000)
        served.close()
        assert served.desk.line.wait_until_idle(SECONDS)


@pytest.fixture
def gated() -> Iterator[Served]:
    with serving() as served:
        yield served


def until(happened: Callable[[], bool]) -> None:
    """Wait for what another thread does; fails where it never does."""
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.01)


@contextmanager
def listening(client: httpx.Client, questions: Sequence[str]) -> Iterator[None]:
    """Ask these, and listen for all the answers as long as the block lasts."""
    with ExitStack() as stack:
        for question in questions:
            event = ask_unread(client, question).raise_for_status().json()["event_id"]
            stack.enter_context(client.stream("GET", f"{ASK}/{event}"))
        yield


def test_a_visitor_is_next_after_the_question_at_hand_however_many_another_has_waiting(gated: Served) -> None:
    many = [f"第{number}问?" for number in range(20)]
    with (
        visitor(gated.address, CROWD) as many_asking,
        visitor(gated.address) as client,
        ThreadPoolExecutor(1) as pool,
        listening(many_asking, many),
    ):
        until(lambda: len(gated.qa.begun) == AT_ONCE and len(gated.line) == 16)
        answer = pool.submit(answer_to, client, "我的问题?")
        until(lambda: len(gated.line) == 17 and len(gated.results._listening) == 21)
        gated.qa.gate.release()
        until(lambda: len(gated.qa.begun) == AT_ONCE + 1)
        assert gated.qa.begun[-1] == "我的问题?"
        gated.qa.gate.release(100)
        assert answer.result(SECONDS)["texts"] == ["311个"]


def test_three_hundred_questions_that_nobody_listens_for_hold_up_nobody_even_at_their_own_address(
    gated: Served,
) -> None:
    with visitor(gated.address) as client, ThreadPoolExecutor(1) as pool:
        statuses = {ask_unread(client, f"第{number}问?", session_hash=str(number)).status_code for number in range(300)}
        assert statuses == {200}
        assert gated.results.under_way().total() <= MOST_UNDER_WAY // 2 + 1
        answer = pool.submit(answer_to, client, "我的问题?")
        until(lambda: len(gated.qa.begun) == 1)
        gated.qa.gate.release(1000)
        assert answer.result(SECONDS)["texts"] == ["311个"]
    assert gated.qa.begun == ["我的问题?"], "what nobody listens for is not computed"


def test_what_is_asked_now_and_listened_for_later_is_answered_then(gated: Served) -> None:
    gated.qa.gate.release(1)
    with visitor(gated.address) as client:
        event = ask_unread(client, "以后再取?").raise_for_status().json()["event_id"]
        until(lambda: len(gated.line) == 1)
        assert gated.qa.begun == []
        assert r"311\u4e2a" in client.get(f"{ASK}/{event}").text


def test_questions_that_nobody_listens_for_do_not_use_up_the_minute_of_an_address() -> None:
    served = launch(HandMadeQA(), "127.0.0.1", free_port(), None, ServeSettings(requests_per_minute=100))
    with visitor(served.local_url) as client:
        for number in range(300):
            ask_unread(client, f"第{number}问?").raise_for_status()
        assert answer_to(client, "我的问题?")["texts"] == ["311个"]
    served.close()


def test_a_visitor_with_too_many_waiting_is_told_when_to_come_back_and_another_gets_in(
    gated: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.queue.results.MOST_UNDER_WAY", 12)
    with (
        visitor(gated.address, CROWD) as many_asking,
        visitor(gated.address) as client,
        listening(many_asking, ["问?"] * 6),
    ):
        for session in ("one", "another"):
            refused = ask_unread(many_asking, session_hash=session, question="问?")
            assert refused.status_code == 429
            assert 1 <= int(refused.headers["retry-after"]) <= 600
            assert refused.headers["retry-after"] in refused.json()["error"]
        joined = {"data": ["问?", "zh", None, ""], "fn_index": 0, "session_hash": "page"}
        assert many_asking.post("/gradio_api/queue/join", json=joined).status_code == 429
        assert ask_unread(client).status_code == 200


def test_what_a_client_asked_that_has_left_is_never_computed(gated: Served) -> None:
    with visitor(gated.address, CROWD) as many_asking, listening(many_asking, ["占位?"] * AT_ONCE):
        until(lambda: len(gated.qa.begun) == AT_ONCE)
        with visitor(gated.address) as client, listening(client, ["走了?"] * 5):
            until(lambda: len(gated.line) == 5)
        until(lambda: len(gated.line) == 0)
        gated.qa.gate.release(100)
    assert "走了?" not in gated.qa.begun


def test_what_a_client_of_mcp_asked_that_has_left_is_never_computed() -> None:
    pytest.importorskip("mcp")
    asked = {"name": "ask", "arguments": {"question": "走了?"}}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": asked}).encode()
    head = (
        f"POST {MCP} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Accept: application/json, text/event-stream\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with serving(mcp=True) as served, visitor(served.address, CROWD) as client, listening(client, ["占位?"] * AT_ONCE):
        until(lambda: len(served.qa.begun) == AT_ONCE)
        with crowd(served.address, 1, head.encode() + body):
            until(lambda: len(served.line) == 1)
        until(lambda: len(served.line) == 0)
        served.qa.gate.release(100)
    assert "走了?" not in served.qa.begun


def test_results_that_nobody_fetches_are_let_go_and_a_fresh_one_can_be_fetched() -> None:
    with serving() as served, visitor(served.address) as client:
        for _ in range(1000):
            client.post("/gradio_api/call/sources", json={"data": []}).raise_for_status()
        event = client.post("/gradio_api/call/sources", json={"data": []}).json()["event_id"]
        assert served.results.kept <= MOST_KEPT + 64
        assert client.get(f"/gradio_api/call/sources/{event}").text.startswith("event: error")
        first = client.get("/gradio_api/call/sources/no-such-event")
    assert (first.status_code, bool(first.json()["error"])) == (404, True)


def test_an_event_that_is_just_ending_gives_its_place_to_a_newcomer_too(gated: Served) -> None:
    request = SimpleNamespace(scope={})
    note_visitor(request.scope, Visitor("a"))
    ending: Any = SimpleNamespace(_id="e", session_hash="s", alive=True, request=request, enqueue_time=time.monotonic())
    gated.results._page._queue.event_ids_to_events["e"] = ending  # as Gradio has it while it clears up behind an event
    assert gated.results.under_way() == {"a": 1}
    assert asyncio.run(gated.results.drop_unheard("a"))
    assert not gated.results.under_way()
    assert not asyncio.run(gated.results.drop_unheard("a"))


# --- the line itself


def served_in(brought: Sequence[tuple[Asker, str]]) -> list[str]:
    """In which order a line with one thread serves what is brought while the thread is busy."""
    line = WorkQueue(at_once=1)
    order: list[str] = []
    busy, free = threading.Event(), threading.Event()

    def hold() -> None:
        busy.set()
        assert free.wait(SECONDS)

    def bring(asker: Asker, work: str) -> bool:
        try:
            line.do(asker, order.append, work)
        except ClientLeft:
            return False
        return True

    with ThreadPoolExecutor(len(brought) + 1) as pool:
        pool.submit(line.do, Asker(Visitor("first"), lambda: "heard"), hold)
        assert busy.wait(SECONDS)
        for number, (asker, work) in enumerate(brought, start=1):
            pool.submit(bring, asker, work)
            until(lambda number=number: len(line) == number)  # type: ignore[misc]
        free.set()
    return order


def test_visitors_take_turns_and_so_do_the_pages_of_one() -> None:
    def of(name: str, session: str = "") -> Asker:
        return Asker(Visitor(name, session), lambda: "heard")

    order = served_in(
        [
            (of("a", "1"), "a1"),
            (of("a", "1"), "a1"),
            (of("a", "1"), "a1"),
            (of("a", "2"), "a2"),
            (of("b"), "b"),
            (of("b"), "b"),
        ]
    )
    assert order == ["a1", "b", "a2", "b", "a1", "a1"]


def test_what_is_listened_for_comes_before_the_work_of_the_house_and_who_left_gets_nothing() -> None:
    def of(name: str, wanted: Wanted) -> Asker:
        return Asker(Visitor(name), lambda: wanted)

    order = served_in([(HOUSE_ASKS, "house"), (of("a", "heard"), "somebody"), (HOUSE_ASKS, "house")])
    assert order == ["somebody", "house", "house"]
    line = WorkQueue(at_once=1)
    with pytest.raises(ClientLeft):
        line.do(of("a", "left"), order.append, "gone")
    assert "gone" not in order


def test_how_long_questions_take_is_measured() -> None:
    now = [0.0]
    line = WorkQueue(at_once=2, clock=lambda: now[0])

    def work() -> None:
        now[0] += 8.0

    before = line.seconds_for(10)
    for _ in range(30):
        line.do(Asker(Visitor("a"), lambda: "heard"), work)
    assert before < line.seconds_for(10) == pytest.approx(10 * 8 / 2, rel=0.05)


def test_the_page_says_so_where_a_visitor_has_too_many_waiting(
    opened: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened("en-GB")
    monkeypatch.setattr("web.queue.results.MOST_UNDER_WAY", 0)
    page.locator("#wj-box").get_by_role("textbox").fill("引进了多少个项目?")
    page.keyboard.press("Enter")
    page.get_by_text("Too many of your questions are waiting").first.wait_for()
