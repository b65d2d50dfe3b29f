"""Wrong passwords: they slow down the next for the same name and address, and lock nobody out."""

from __future__ import annotations

import asyncio
import base64
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.web.answers import HandMadeQA
from tests.web.conftest import free_port
from tests.web.crowds import visitor
from web.door.access import ServeSettings, Users, set_password
from web.door.login import Doorkeeper
from web.door.tries import TooManyTries, Tries
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from web.door.access import PasswordHash

NAME, PASSWORD = "anna", "open sesame"
OTHER = "bert"


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("users") / "users.txt"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("web.door.access._N", 2**10)
        set_password(file, NAME, PASSWORD)
        set_password(file, OTHER, PASSWORD)
    return file


@pytest.fixture(scope="module")
def locked(users: Path) -> Iterator[str]:
    served = launch(HandMadeQA(), "127.0.0.1", free_port(), None, ServeSettings(users=users))
    yield served.local_url
    served.close()


def log_in(client: httpx.Client, password: str, name: str = NAME) -> int:
    return client.post("/login", data={"username": name, "password": password}).status_code


def test_after_sixty_wrong_tries_the_right_password_opens_within_seconds_and_open_sessions_go_on(locked: str) -> None:
    with visitor(locked) as inside, visitor(locked) as client, visitor(locked, "127.0.0.2") as elsewhere:
        assert log_in(inside, PASSWORD) == 200
        with ThreadPoolExecutor(20) as pool:
            wrong = list(pool.map(lambda number: log_in(client, str(number)), range(60)))
        assert set(wrong) <= {401, 429}
        began = time.monotonic()
        assert log_in(elsewhere, PASSWORD) == 200
        assert log_in(client, PASSWORD, OTHER) == 200
        assert log_in(client, PASSWORD) == 200
        assert time.monotonic() - began < 20  # seconds even on a busy machine, and no minute
        assert inside.get("/config").status_code == 200


def test_a_flood_of_names_from_one_address_locks_out_nobody_at_that_address(locked: str) -> None:
    with visitor(locked) as client, ThreadPoolExecutor(30) as pool:
        flood = [pool.submit(log_in, client, "no", f"name-{number}") for number in range(150)]
        assert log_in(client, PASSWORD, OTHER) == 200
        assert {job.result() for job in flood} <= {401, 429}


def test_a_name_of_countless_accents_keeps_nobody_waiting(locked: str) -> None:
    # Two kinds of marks in the wrong order: the time to sort them grows with the square of how many there are.
    name = "a" + "\u0301" * 40_000 + "\u0323" * 40_000
    with visitor(locked) as client:
        began = time.process_time()
        assert log_in(client, PASSWORD, name) == 401
        assert time.process_time() - began < 5


def test_a_name_that_is_typed_in_other_code_points_is_the_same_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.door.access._N", 2**10)
    set_password(tmp_path / "users.txt", "caf\u00e9", PASSWORD)

    async def who() -> list[str | None]:
        keeper = Doorkeeper(Users(tmp_path / "users.txt"))
        token = await keeper.log_in("cafe\u0301", PASSWORD, "127.0.0.1")
        basic = base64.b64encode(f"cafe\u0301:{PASSWORD}".encode()).decode()
        return [await keeper.who(token, None, "127.0.0.1"), await keeper.who(None, f"Basic {basic}", "127.0.0.1")]

    assert asyncio.run(who()) == ["caf\u00e9"] * 2, "as often as it can be written they would have another allowance"


def test_each_wrong_try_makes_the_next_wait_longer_up_to_a_bound_and_time_heals() -> None:
    now = [100.0]
    tries = Tries(lambda: now[0])
    delays = []
    for _ in range(30):
        tries.failed(NAME, "a")
        delays.append(tries.delay(NAME, "a"))
    assert delays[:2] == [0.0, 0.0]
    assert delays == sorted(delays)
    assert 1 < delays[-1] <= 4
    assert tries.delay(NAME, "b") == tries.delay(OTHER, "a") == 0.0
    now[0] += delays[-1]
    assert tries.delay(NAME, "a") == 0.0
    now[0] += 3600
    tries.failed(NAME, "a")
    assert tries.delay(NAME, "a") == 0.0
    tries.succeeded(NAME, "a")
    assert tries.delay(NAME, "a") == 0.0


def test_tries_for_one_name_wait_in_a_short_line_whose_newest_goes_next() -> None:
    tries, order = Tries(), []

    async def one(number: int, begin: asyncio.Event, end: asyncio.Event) -> str:
        try:
            async with tries.turn(NAME, "a"):
                order.append(number)
                begin.set()
                await end.wait()
        except TooManyTries:
            return "given up"
        return "had its turn"

    async def story() -> list[str]:
        begin, end = asyncio.Event(), asyncio.Event()
        jobs = [asyncio.create_task(one(0, begin, end))]
        await begin.wait()
        jobs += [asyncio.create_task(one(number, begin, end)) for number in range(1, 40)]
        await asyncio.sleep(0)
        end.set()
        return await asyncio.gather(*jobs)

    results = asyncio.run(story())
    assert order[:3] == [0, 39, 38]
    assert results[0] == results[39] == "had its turn"
    assert results[1] == "given up"
    assert results.count("had its turn") < 15


def test_many_requests_of_a_program_at_once_need_one_check(users: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    def verify(entry: PasswordHash, password: str) -> bool:
        checked.append(password)
        return password == PASSWORD

    monkeypatch.setattr("web.door.login.verify_password", verify)
    header = httpx.BasicAuth(NAME, PASSWORD)._auth_header

    async def story() -> list[str | None]:
        keeper = Doorkeeper(Users(users))
        return await asyncio.gather(*(keeper.who(None, header, "a") for _ in range(50)))

    assert asyncio.run(story()) == [NAME] * 50
    assert checked == [PASSWORD]
