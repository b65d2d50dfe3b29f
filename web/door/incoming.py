"""What a request says of itself, as far as the guard looks at it; and its body, read no further than allowed."""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from chinese.errors import language
from web.door.browsers import owner_of
from web.queue.visitors import Visitor, address_of, group_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Message, Receive, Scope

    from chinese.errors import Language
    from web.queue.visitors import Proxies

__all__ = [
    "LONGEST_KEY",
    "SAFE_METHODS",
    "BodyTooLarge",
    "Gone",
    "Incoming",
    "as_json",
    "host_name",
    "is_address",
    "is_local_host",
    "is_too_much",
    "mappings",
    "names_an_address",
    "read_body",
    "replay",
]

SAFE_METHODS = frozenset({"GET", "HEAD"})
"""Methods that change nothing."""

LONGEST_KEY = 128
"""Characters that the name of a session may have."""

_DEEPEST = 32
_MOST_VALUES = 10_000
_UPLOAD = "/gradio_api/upload"
_ADD = "/wenju/library/add"
_MCP = "/gradio_api/mcp"
_NOTED = re.compile(r"/gradio_api/(?:cancel|reset)|/wenju/.+", re.DOTALL)
_ASKING = re.compile(rf"/gradio_api/(?:queue/join|upload|(?:call|run|api)/.+)|{_MCP}(?:/.*)?|/login", re.DOTALL)
_BOUNDARY = re.compile(r""";\s*boundary=(?:"[^"\s]{1,70}"|[^";\s]{1,70})\s*(?:;|$)""", re.IGNORECASE)
_ADDRESS = re.compile(r"\s*(?:https?|ftp):", re.IGNORECASE)
_PORTS = {"http": ":80", "https": ":443"}


class BodyTooLarge(Exception):
    """The body has more than so many bytes."""


class Gone(Exception):
    """The client went away while it was sending."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request; `path` has neither doubled slashes nor one at its end.

    `address` is where it comes from, or what stands for it when visitors are counted.
    """

    method: str
    path: str
    headers: Headers
    address: str
    query_string: bytes = b""

    @classmethod
    def of(cls, scope: Scope, proxies: Proxies) -> Incoming:
        """Read it from an ASGI scope of type http."""
        path = re.sub(r"/+", "/", scope["path"]).rstrip("/") or "/"
        return cls(
            scope["method"],
            path,
            Headers(scope=scope),
            group_of(address_of(scope, proxies)),
            scope.get("query_string", b""),
        )

    @property
    def changes(self) -> bool:
        """Whether it may change something."""
        return self.method not in SAFE_METHODS

    @property
    def is_upload(self) -> bool:
        """Whether it brings files to Gradio's upload route."""
        return self.changes and self.path == _UPLOAD

    @property
    def adds(self) -> bool:
        """Whether it has what was uploaded read, and put among the documents."""
        return self.changes and self.path == _ADD

    @property
    def has_files(self) -> bool:
        """Whether its body may hold files, wherever it goes."""
        return self.changes and self.headers.get("content-type", "").lower().lstrip().startswith("multipart/")

    @property
    def has_boundary(self) -> bool:
        """Whether it says what stands between its files, in as many characters as that may have (RFC 2046)."""
        return _BOUNDARY.search(self.headers.get("content-type", "")) is not None

    @property
    def is_mcp(self) -> bool:
        """Whether it goes to the MCP server."""
        return self.path == _MCP or self.path.startswith(_MCP + "/")

    @property
    def asks(self) -> bool:
        """Whether it asks something."""
        return self.changes and _ASKING.fullmatch(self.path) is not None

    @property
    def counts(self) -> bool:
        """Whether it counts towards the requests of a minute: what is asked, noted or called off."""
        return self.asks or (self.changes and _NOTED.fullmatch(self.path) is not None)

    @property
    def wants_page(self) -> bool:
        """Whether a person looks at the answer, in a browser."""
        return "text/html" in self.headers.get("accept", "")

    @property
    def from_script(self) -> bool:
        """Whether the script of a page sends it: a browser says so."""
        return self.headers.get("sec-fetch-mode", "navigate") != "navigate"

    @property
    def is_secure(self) -> bool:
        """Whether the browser speaks HTTPS, to a proxy in between. Whoever lies only has a cookie that is not sent."""
        return self.headers.get("x-forwarded-proto", "").split(",")[0].strip() == "https"

    @property
    def host(self) -> str:
        """The server's name as the browser has it."""
        return self.headers.get("host", "")

    @property
    def query(self) -> str:
        """What stands behind the question mark."""
        return self.query_string.decode("latin-1")

    @property
    def language(self) -> Language:
        """The first of the two that the browser names; else that of the server."""
        for item in self.headers.get("accept-language", "").lower().split(","):
            if item.strip().startswith("zh"):
                return "zh"
            if item.strip().startswith("en"):
                return "en"
        return language()

    @property
    def foreign_page(self) -> str | None:
        """The page of another server that sends it; None for our own page, and for a program."""
        origin = self.headers.get("origin")
        if origin is None:
            return "?" if self.headers.get("sec-fetch-site") == "cross-site" else None
        try:
            page = urlsplit(origin.lower())
        except ValueError:
            return origin
        port = _PORTS.get(page.scheme, "")
        # A page cannot have X-Forwarded-Host sent to another host's server; a proxy in between adds it.
        forwarded = self.headers.get("x-forwarded-host", "").split(",")[0].strip()
        own = {host.lower().removesuffix(port) for host in (self.host, forwarded) if host}
        return None if page.netloc.removesuffix(port) in own else origin

    @property
    def foreign_reader(self) -> str | None:
        """The page of another server that reads this one; None for a link that is followed, which reads nothing."""
        if self.headers.get("origin") is not None:
            return self.foreign_page
        elsewhere = self.headers.get("sec-fetch-site") in ("cross-site", "same-site")
        return "?" if elsewhere and self.from_script else None

    @property
    def has_two_lengths(self) -> bool:
        """Whether it says in two ways where it ends: a proxy in between may believe the other one."""
        return "content-length" in self.headers and "transfer-encoding" in self.headers

    def may_go_on(self, limit: int) -> bool:
        """Whether its body has more than so many bytes, or does not say how many."""
        length = self.headers.get("content-length", "0")
        return "transfer-encoding" in self.headers or not (length.isdecimal() and int(length) <= limit)

    def visitor(self, user: str | None, body: bytes = b"") -> Visitor:
        """Who asks: the user, without a login the address. Sessions anybody has as many as they like."""
        data = as_json(body)
        session = data.get("session_hash") if isinstance(data, dict) else None
        name = f"at {self.address}" if user is None else f"user {user}"
        owner = owner_of(user, self.headers.get("cookie"))
        return Visitor(name, session[:LONGEST_KEY] if isinstance(session, str) else "", owner)


def host_name(host: str) -> str:
    """The name or address in a Host header, without a port; "" where there is none."""
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return ""
    return "" if not name or "@" in host else name.removesuffix(".")


def is_address(name: str) -> bool:
    """Whether a host is named by its IP address, which no name of somebody else can be made to point to."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_local_host(host: str) -> bool:
    """Whether a Host header names this machine: localhost, or a loopback address, with a port or without."""
    name = host_name(host)
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return is_address(name) and ipaddress.ip_address(name).is_loopback


async def read_body(receive: Receive, limit: int) -> bytes:
    """The whole body. Raises BodyTooLarge as soon as it has more than `limit` bytes, Gone where it ends too soon."""
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > limit:
            raise BodyTooLarge(limit)
        more = message.get("more_body", False)
    return b"".join(chunks)


def replay(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read once more, and after it what comes then."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def names_an_address(body: bytes, host: str) -> bool:
    """Whether JSON names a file by an address elsewhere, which Gradio would fetch.

    The page itself says of an uploaded file where on `host` (with the port) it can be seen; only as its `url`.
    """
    own = re.compile(rf"https?://{re.escape(host)}/", re.IGNORECASE)
    for entry in mappings(as_json(body)):
        for key in ("path", "url"):
            text = entry.get(key)
            if isinstance(text, str) and _ADDRESS.match(text) and not (key == "url" and host and own.match(text)):
                return True
    return False


def is_too_much(body: bytes) -> bool:
    """Whether JSON is nested deeper, or has more values, than anything that is asked here: each value costs time."""
    try:
        level: list[object] = [json.loads(body)]
    except RecursionError:
        return True
    except ValueError:
        return False
    count = 0
    for _ in range(_DEEPEST):
        count += len(level)
        if count > _MOST_VALUES:
            return True
        level = [
            inner
            for item in level
            for inner in (item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())
        ]
    return bool(level)


def as_json(body: bytes) -> object:
    """What a body says as JSON, read as Gradio reads it; None where it is none."""
    try:
        data: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data


def mappings(data: object) -> Iterator[dict[str, object]]:
    """Every mapping in JSON data, however deep."""
    waiting = [data]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
