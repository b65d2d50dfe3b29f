"""Logging in and out by the form of the login page: what the browser, or a program, gets for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from chinese.errors import say
from web.door.incoming import read_body
from web.door.login import COOKIE, SESSION_SECONDS, TooManyTries
from web.door.login_page import render_login
from web.door.refusals import too_many, unknown

if TYPE_CHECKING:
    from fastapi.responses import Response
    from starlette.types import Receive

    from web.door.incoming import Incoming
    from web.door.login import Doorkeeper

__all__ = ["log_in", "log_out", "login_page"]

_LONGEST_NAME = 128
# What an address of the page may have behind its question mark: a conversation, an answer, an article.
_QUERY = re.compile(r"[0-9A-Za-z_.~%&=+-]{1,2000}")


async def log_in(doorkeeper: Doorkeeper, request: Incoming, receive: Receive, limit: int) -> Response:
    """What comes of the form, of `limit` bytes at most. Raises RequestRefused for a program, BodyTooLarge and Gone."""
    body = await read_body(receive, limit)
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        fields = {}
    name, password = (fields.get(field, [""])[0] for field in ("username", "password"))
    try:
        token = await doorkeeper.log_in(name.strip(), password, request.address)
        refused = unknown(request, say("用户名或密码不对。", "Name or password is wrong."))
    except TooManyTries as tries:
        token, refused = None, too_many(tries.seconds)
    if token is not None:
        inside = _done(request)
        inside.set_cookie(
            COOKIE, token, SESSION_SECONDS, path="/", httponly=True, samesite="strict", secure=request.is_secure
        )
        return inside
    if not request.wants_page:
        raise refused
    page = login_page(request, refused.status, refused.sentence, name)
    page.headers.update({key: value for key, value in refused.headers.items() if key == "Retry-After"})
    return page


def log_out(doorkeeper: Doorkeeper, request: Incoming, token: str | None) -> Response:
    """End the session of a token, if there is one."""
    if token is not None:
        doorkeeper.log_out(token)
    outside = _done(request)
    outside.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return outside


def login_page(request: Incoming, status: int, error: str = "", name: str = "") -> Response:
    """The page with the form, and what was wrong with the last try."""
    # Never with WWW-Authenticate, which would have the browser open a window of its own before the page.
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'",
    }
    return HTMLResponse(render_login(request.language, error, name[:_LONGEST_NAME], _query(request)), status, headers)


def _done(request: Incoming) -> Response:
    """To what a browser wanted to open; for a program, which follows no redirection, a plain yes."""
    query = _query(request)
    return (
        RedirectResponse(f"/?{query}" if query else "/", 303) if request.wants_page else JSONResponse({"success": True})
    )


def _query(request: Incoming) -> str:
    """What stands behind the question mark of the page's address, or of the form that came from it; "" for other."""
    plain = request.path in ("/", "/login") and _QUERY.fullmatch(request.query)
    return request.query if plain else ""
