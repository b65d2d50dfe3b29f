"""Who asks: the address that a named proxy tells, and nobody else's word for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chinese.errors import WenjuError
from tests.web.answers import HandMadeQA
from tests.web.conftest import free_port
from tests.web.crowds import visitor
from web.door.access import ServeSettings
from web.queue.visitors import Proxies, address_of, group_of
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Ran

FEW = 5
SOURCES = "/gradio_api/call/sources"
NAMED = ("127.0.0.1", "10.0.0.0/8", "fd00::1")


def heard(client: str, *headers: str) -> str:
    lines = [(b"x-forwarded-for", line.encode()) for line in headers]
    return address_of({"type": "http", "client": (client, 1), "headers": lines}, Proxies(NAMED))


@pytest.mark.parametrize(
    ("client", "headers", "address"),
    [
        ("127.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("127.0.0.1", ["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
        ("127.0.0.1", ["203.0.113.9, 198.51.100.7, 10.1.2.3"], "198.51.100.7"),
        ("127.0.0.1", ["203.0.113.9", "198.51.100.7"], "198.51.100.7"),
        ("127.0.0.1", ["198.51.100.7:4711"], "198.51.100.7"),
        ("127.0.0.1", ["[2001:db8::7]:4711"], "2001:db8::7"),
        ("::ffff:127.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("fd00::1", ["2001:db8::7"], "2001:db8::7"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["unknown"], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.7, nonsense"], "127.0.0.1"),
        ("198.51.100.8", ["203.0.113.9"], "198.51.100.8"),
        ("127.0.0.2", ["203.0.113.9"], "127.0.0.2"),
    ],
)
def test_the_last_address_that_is_no_proxys_counts_and_only_a_named_proxy_is_believed(
    client: str, headers: list[str], address: str
) -> None:
    assert heard(client, *headers) == address


def test_one_subscriber_of_ipv6_is_one_visitor() -> None:
    assert group_of("2001:db8:1:2::3") == group_of("2001:db8:1:2:ffff::9") != group_of("2001:db8:1:3::3")
    assert group_of("::ffff:192.0.2.1") == group_of("192.0.2.1") != group_of("192.0.2.2")


def test_what_is_no_address_is_named_before_anything_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")
    with pytest.raises(WenjuError, match=r"'proxy\.example' is no IP address\. Write it as --behind-proxy"):
        launch(HandMadeQA(), "127.0.0.1", free_port(), None, ServeSettings(proxies=("proxy.example",)))


def test_the_command_takes_several_proxies_and_names_the_one_that_is_none(
    wenju: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")
    ran = wenju("serve", "--port", free_port(), "--behind-proxy", "10.0.0.1", "--behind-proxy", "10.0.0.2,nonsense")
    assert ran.code == 2
    assert "'nonsense'" in ran.err


@pytest.mark.parametrize(("proxies", "second"), [(("127.0.0.1",), 200), ((), 429)])
def test_visitors_behind_a_proxy_have_each_their_own_allowance_where_it_is_named(
    proxies: tuple[str, ...], second: int
) -> None:
    settings = ServeSettings(requests_per_minute=FEW, proxies=proxies)
    served = launch(HandMadeQA(), "127.0.0.1", free_port(), None, settings)
    with visitor(served.local_url) as proxy:

        def ask(address: str) -> int:
            headers = {"x-forwarded-for": f"203.0.113.9, {address}"}
            return proxy.post(SOURCES, json={"data": []}, headers=headers).status_code

        first = [ask("198.51.100.7") for _ in range(FEW + 1)]
        other = ask("198.51.100.8")
    served.close()
    assert first == [200] * FEW + [429]
    assert other == second
