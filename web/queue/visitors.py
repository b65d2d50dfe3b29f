"""Who asks: the user or the address that requests count by, also where a proxy stands in between."""

from __future__ import annotations

import ipaddress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from chinese.errors import WenjuError, say

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping
    from typing import Any

    from starlette.types import Scope

__all__ = ["Proxies", "Visitor", "address_of", "current", "group_of", "note_visitor", "visitor_of"]

_SCOPE_KEY = "wenju.visitor"
# Whoever has one address of IPv6 has all that share its first 64 bits.
_OWN_BITS = 64


@dataclass(frozen=True, slots=True)
class Visitor:
    """A user who logged in, otherwise an address; `session` only tells the pages of one visitor apart.

    `owner` is whose conversations are kept and shown: the user, without a login the browser, "" for neither.
    """

    name: str
    session: str = ""
    owner: str = field(default="", compare=False)


HOUSE = Visitor("house")
"""The server itself, for what it computes of its own accord."""

current: ContextVar[Visitor] = ContextVar("wenju_visitor", default=HOUSE)
"""Who asks, within the request; what Gradio's queue computes later finds it in the request that joined."""


class Proxies:
    """The addresses of proxies that are believed when they say for whom they ask."""

    def __init__(self, named: Iterable[str] = ()) -> None:
        """Addresses and networks (10.0.0.0/8). Raises WenjuError for what is neither."""
        self._networks = [_network(name) for name in named]

    def __contains__(self, address: str) -> bool:
        found = _parsed(address)
        return found is not None and any(found in network for network in self._networks)


def _network(name: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(name.strip(), strict=False)
    except ValueError:
        raise WenjuError(
            say(
                f"代理地址 {name[:80]!r} 不是 IP 地址。请写成 --behind-proxy 127.0.0.1。",
                f"The proxy {name[:80]!r} is no IP address. Write it as --behind-proxy 127.0.0.1.",
            )
        ) from None


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return found if mapped is None else mapped


def group_of(address: str) -> str:
    """What stands for an address when visitors are counted: of IPv6 the network that one subscriber has."""
    found = _parsed(address)
    if isinstance(found, ipaddress.IPv6Address) and not found.is_loopback:
        return str(ipaddress.ip_network((found, _OWN_BITS), strict=False))
    return address if found is None else str(found)


def address_of(scope: Scope, proxies: Proxies) -> str:
    """The address a request comes from: the last that a named proxy does not know as one of the named proxies.

    A visitor may write any address into the header, but only in front of what the proxy adds.
    """
    client = scope.get("client")
    address = client[0] if client else ""
    if address in proxies:
        for line in reversed(Headers(scope=scope).getlist("x-forwarded-for")):
            for item in reversed(line.split(",")):
                if _parsed(_without_port(item)) is None:
                    return address
                address = _without_port(item)
                if address not in proxies:
                    return address
    return address


def _without_port(item: str) -> str:
    item = item.strip()
    if item.startswith("["):
        return item[1:].partition("]")[0]
    return item.partition(":")[0] if item.count(":") == 1 else item


def note_visitor(scope: MutableMapping[str, Any], visitor: Visitor) -> None:
    """Write into a request who asks, for those who look at it later."""
    scope[_SCOPE_KEY] = visitor
    current.set(visitor)


def visitor_of(scope: MutableMapping[str, Any]) -> Visitor:
    """Who asks, as `note_visitor` wrote it."""
    found = scope.get(_SCOPE_KEY)
    return found if isinstance(found, Visitor) else HOUSE
