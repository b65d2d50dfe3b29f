"""Who is it: sessions by cookie, HTTP Basic, and the tries to log in that an address has."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

from web.access import Users, verify
from web.limits import Limiter

if TYPE_CHECKING:
    from collections.abc import Callable

    from web.access import PasswordHash

__all__ = ["COOKIE", "SESSION_SECONDS", "Doorkeeper", "TooManyTries", "cookie_token"]

COOKIE = "wenju_session"
SESSION_SECONDS = 12 * 3600
_BASIC_SECONDS = 300
_MOST_SESSIONS = 10_000
_TRIES_PER_NAME, _TRIES_PER_ADDRESS = 10, 60
_LONGEST_KEY = 128
# Each check takes 32 MiB and a core.
_CHECKS_AT_ONCE = 2


class TooManyTries(Exception):
    """Nobody may try this name from this address for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class _Session:
    """Who it is, by which password, until when: a new password ends the sessions of the old one."""

    name: str
    entry: PasswordHash
    until: float


class _Sessions:
    """Sessions by a secret, of which only the hash is kept; the oldest go where there are too many."""

    def __init__(self, users: Users, seconds: float, clock: Callable[[], float]) -> None:
        self._users, self._seconds, self._clock = users, seconds, clock
        self._sessions: OrderedDict[bytes, _Session] = OrderedDict()
        self._salt = secrets.token_bytes(32)

    def _key(self, secret: str) -> bytes:
        return hashlib.sha256(self._salt + secret.encode("utf-8", "surrogatepass")).digest()

    def open(self, secret: str, name: str, entry: PasswordHash) -> None:
        self._sessions[self._key(secret)] = _Session(name, entry, self._clock() + self._seconds)
        if len(self._sessions) > _MOST_SESSIONS:
            self._sessions.popitem(last=False)

    def find(self, secret: str) -> str | None:
        """The name of who it is."""
        key = self._key(secret)
        session = self._sessions.get(key)
        if session is None:
            return None
        if session.until <= self._clock() or self._users.find(session.name) != session.entry:
            del self._sessions[key]
            return None
        return session.name

    def close(self, secret: str) -> None:
        self._sessions.pop(self._key(secret), None)


class Doorkeeper:
    """Lets users in by name and password, and knows them again. For one event loop."""

    def __init__(self, users: Users, clock: Callable[[], float] = time.monotonic) -> None:
        self._users = users
        self._by_cookie = _Sessions(users, SESSION_SECONDS, clock)
        # Programs send the password with every request; it is not checked anew each time.
        self._by_header = _Sessions(users, _BASIC_SECONDS, clock)
        self._tries_per_name = Limiter(_TRIES_PER_NAME, clock=clock)
        self._tries_per_address = Limiter(_TRIES_PER_ADDRESS, clock=clock)
        self._checking = asyncio.Semaphore(_CHECKS_AT_ONCE)

    async def who(self, token: str | None, authorization: str | None, address: str) -> str | None:
        """The user of a session's token or a Basic header; None for nobody. Raises TooManyTries."""
        if token is not None and (name := self._by_cookie.find(token)) is not None:
            return name
        if authorization is None or (parts := _basic(authorization)) is None:
            return None
        if (name := self._by_header.find(authorization)) is not None:
            return name
        entry = await self._check(*parts, address)
        if entry is None:
            return None
        self._by_header.open(authorization, parts[0], entry)
        return parts[0]

    async def log_in(self, name: str, password: str, address: str) -> str | None:
        """The token of a new session; None where name and password do not fit. Raises TooManyTries."""
        entry = await self._check(name, password, address)
        if entry is None:
            return None
        token = secrets.token_urlsafe(32)
        self._by_cookie.open(token, name, entry)
        return token

    def log_out(self, token: str) -> None:
        """End a session."""
        self._by_cookie.close(token)

    async def _check(self, name: str, password: str, address: str) -> PasswordHash | None:
        # Counted before the check, so that tries at the same time count too; a right one is taken off again.
        both = (name[:_LONGEST_KEY], address)
        wait = self._tries_per_address.take(address) or self._tries_per_name.take(both)
        if wait:
            raise TooManyTries(wait)
        entry = self._users.find(name)
        async with self._checking:
            fits = await asyncio.to_thread(verify, self._users.nobody if entry is None else entry, password)
        if entry is None or not fits:
            return None
        self._tries_per_address.give_back(address)
        self._tries_per_name.give_back(both)
        return entry


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return (name, password) if colon else None


def cookie_token(header: str | None) -> str | None:
    """The session's token in a Cookie header."""
    if not header:
        return None
    for part in header.split(";"):
        # Piece by piece: SimpleCookie gives up a whole header for one piece that it does not know.
        try:
            morsel = SimpleCookie(part.strip()).get(COOKIE)
        except CookieError:
            continue
        if morsel is not None and morsel.value:
            return morsel.value
    return None
