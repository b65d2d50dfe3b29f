"""Lists, articles and pages asked for by the hundred: whoever does so waits, and nobody else."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from web.door.guard import Guard
from web.queue.room import Full, Room

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send


class Slow:
    """An application that answers once it is told to; it counts what it has at work, by address."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.begun: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.begun.append(scope["client"][0])
        if scope["path"] == "/wenju/stream":
            await send({"type": "http.response.start", "status": 200, "headers": []})
        await self.go_on.wait()
        if scope["path"] != "/wenju/stream":
            await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})


async def status(guard: Guard, address: str, path: str = "/wenju/library", method: str = "GET") -> int:
    said: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            said.append(message["status"])

    scope: dict[str, Any] = {"type": "http", "method": method, "path": path, "query_string": b""}
    await guard({**scope, "headers": [(b"host", b"localhost")], "client": (address, 1)}, receive, send)
    return said[0]


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.mark.parametrize(("path", "method"), [("/", "GET"), ("/wenju/library", "GET"), ("/wenju/library/add", "POST")])
def test_beside_hundreds_of_requests_of_one_visitor_another_is_served_at_once(path: str, method: str) -> None:
    async def run() -> None:
        app = Slow()
        guard = Guard(app, requests_per_minute=1000, local=True)
        flood = [asyncio.create_task(status(guard, "127.0.0.1", path, method)) for _ in range(600)]
        await settled()
        other = asyncio.create_task(status(guard, "127.0.0.2", path, method))
        await settled()
        assert app.begun.count("127.0.0.1") < 40, "they take all the threads there are"
        assert app.begun.count("127.0.0.2") == 1
        refused = [task.result() for task in flood if task.done()]
        assert refused
        assert set(refused) == {429}
        app.go_on.set()
        assert await other == 200
        assert {await task for task in flood} == {200, 429}

    asyncio.run(run())


def test_streams_and_downloads_take_no_room_from_the_rest_of_a_visitors_requests() -> None:
    async def run() -> None:
        app = Slow()
        guard = Guard(app, requests_per_minute=1000, local=True)
        streams = [asyncio.create_task(status(guard, "127.0.0.1", "/wenju/stream")) for _ in range(100)]
        await settled()
        assert len(app.begun) == 100
        app.go_on.set()
        assert {await task for task in streams} == {200}

    asyncio.run(run())


def test_what_is_added_is_read_for_few_at_once_and_the_rest_goes_on() -> None:
    async def run() -> None:
        app, add = Slow(), "/wenju/library/add"
        guard = Guard(app, requests_per_minute=1000, local=True)
        adding = [asyncio.create_task(status(guard, "127.0.0.1", add, "POST")) for _ in range(30)]
        await settled()
        assert app.begun.count("127.0.0.1") == 2, "each takes a process of up to 1 GiB"
        adding += [asyncio.create_task(status(guard, f"127.0.0.{last}", add, "POST")) for last in range(2, 9)]
        await settled()
        assert app.begun.count("127.0.0.2") == 1, "another visitor's is next"
        assert len(app.begun) == 4, "however many visitors there are"
        listing = asyncio.create_task(status(guard, "127.0.0.1"))
        await settled()
        assert app.begun.count("127.0.0.1") == 3, "the list does not wait for what is added"
        app.go_on.set()
        assert {await task for task in [*adding, listing]} == {200}

    asyncio.run(run())


def test_a_visitor_alone_has_half_and_each_further_one_half_of_what_is_left() -> None:
    async def run() -> None:
        room, held = Room(8, 100), {name: 0 for name in "abc"}
        done = asyncio.Event()

        async def hold(name: str) -> None:
            async with room.place(name):
                held[name] += 1
                await done.wait()

        tasks = [asyncio.create_task(hold(name)) for name in "abc" for _ in range(20)]
        await settled()
        assert held == {"a": 4, "b": 2, "c": 1}
        done.set()
        await asyncio.gather(*tasks)
        assert held == {"a": 20, "b": 20, "c": 20}

    asyncio.run(run())


def test_who_leaves_while_waiting_gives_the_place_on_and_too_many_are_refused() -> None:
    async def run() -> None:
        room, order = Room(2, 2), list[str]()

        async def pass_through(name: str) -> None:
            async with room.place("a"):
                order.append(name)

        async with room.place("a"):
            first, second = (asyncio.create_task(pass_through(name)) for name in ("first", "second"))
            await settled()
            with pytest.raises(Full):
                await pass_through("third")
        first.cancel()  # just when its turn has come
        with suppress(asyncio.CancelledError):
            await first
        await second
        async with room.place("a"):
            assert order == ["second"]

    asyncio.run(run())
