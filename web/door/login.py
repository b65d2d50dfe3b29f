"""Who is it: sessions by cookie, HTTP Basic, and the check of a password."""

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

from chinese.composed import composed
from web.door.access import Users, verify_password
from web.door.tries import TooManyTries, Tries

if TYPE_CHECKING:
    from collections.abc import Callable

    from web.door.access import PasswordHash

__all__ = ["COOKIE", "SESSION_SECONDS", "Doorkeeper", "TooManyTries", "cookie_token"]

COOKIE = "wenju_session"
SESSION_SECONDS = 12 * 3600
_BASIC_SECONDS = 300
_MOST_SESSIONS = 10_000
_LONGEST_KEY = 128


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
        self._tries = Tries(clock)
        self._salt = secrets.token_bytes(32)
        self._under_way: dict[bytes, asyncio.Task[PasswordHash | None]] = {}

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
        name = composed(name)  # however it is typed: one name has one count of tries, and of what is asked
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
        # A program may send many requests at once before the first is answered: the same try is made once for all.
        said = "\0".join((address, name, password)).encode("utf-8", "surrogatepass")
        key = hashlib.sha256(self._salt + said).digest()
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._try(name, password, address))
            self._under_way[key] = task
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        return await asyncio.shield(task)

    async def _try(self, name: str, password: str, address: str) -> PasswordHash | None:
        shown = name[:_LONGEST_KEY]
        async with self._tries.turn(shown, address):
            entry = self._users.find(name)
            fits = await asyncio.to_thread(verify_password, self._users.nobody if entry is None else entry, password)
        if entry is None or not fits:
            self._tries.failed(shown, address)
            return None
        self._tries.succeeded(shown, address)
        return entry


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return (composed(name), password) if colon else None


def cookie_token(header: str | None) -> str | None:
    """The session's token in a Cookie header."""
    if not header:
        return None
    for part in header.split(";"):
        if not part.strip().startswith(f"{COOKIE}="):
            continue
        # Piece by piece: SimpleCookie gives up a whole header for one piece that it does not know.
        try:
            morsel = SimpleCookie(part.strip()).get(COOKIE)
        except CookieError:
            continue
        if morsel is not None and morsel.value:
            return morsel.value
    return None
