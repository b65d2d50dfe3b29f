"""Which browser is it, where nobody logs in: a random name in a cookie, so that each sees its own conversations only.

The cookie is made when the page is opened. No script can read it, and no other page has it sent along; a link that is
followed to this page does, for otherwise it would be made anew and what the browser had before be out of reach.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["BROWSER", "KnowsBrowsers", "owner_of"]

BROWSER = "wenju_browser"
"""The name of the cookie."""
_SECONDS = 400 * 24 * 3600
"""As long as browsers keep a cookie at most; it is prolonged whenever the page is opened."""
_TOKEN = re.compile(r"[0-9A-Za-z_-]{43}")


def owner_of(user: str | None, cookies: str | None) -> str:
    """Whose conversations a request may see: those of the user, otherwise of the browser; "" of neither."""
    if user is not None:
        return f"user {unicodedata.normalize('NFC', user)}"
    token = _token(cookies)
    # Whoever reads the file of conversations must not be able to come in with what stands there.
    return "" if token is None else f"browser {hashlib.sha256(token.encode()).hexdigest()}"


def _token(cookies: str | None) -> str | None:
    for part in (cookies or "").split(";"):
        if not part.strip().startswith(f"{BROWSER}="):  # each look at one takes time, and there may be very many
            continue
        try:
            morsel = SimpleCookie(part.strip()).get(BROWSER)
        except CookieError:
            continue
        if morsel is not None and _TOKEN.fullmatch(morsel.value):
            return morsel.value
    return None


class KnowsBrowsers:
    """ASGI middleware that gives a browser its cookie when it opens the page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in ("/", ""):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        token = _token(headers.get("cookie")) or secrets.token_urlsafe(32)
        is_secure = headers.get("x-forwarded-proto", "").split(",")[0].strip() == "https"
        cookie = f"{BROWSER}={token}; Max-Age={_SECONDS}; Path=/; HttpOnly; SameSite=Lax{'; Secure' * is_secure}"

        async def giving(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"set-cookie", cookie.encode())]}
            await send(message)

        await self._app(scope, receive, giving)
