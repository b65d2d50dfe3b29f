"""What stands before everything that is served: who may come in, from where, how often, with how much."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from embeddings.errors import say, speaking
from web.admission import NotAdmitted
from web.headers import with_headers
from web.incoming import (
    BodyTooLarge,
    Gone,
    Incoming,
    host_name,
    is_address,
    is_local_host,
    names_an_address,
    read_body,
    replay,
)
from web.limits import Limiter
from web.login import COOKIE, SESSION_SECONDS, TooManyTries, cookie_token
from web.login_page import render_login

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from web.admission import Admission
    from web.login import Doorkeeper

__all__ = ["BODY_BYTES", "FILE_BYTES", "UPLOAD_BYTES", "Guard"]

BODY_BYTES = 1 << 20
"""Bytes that a request may have."""
FILE_BYTES = 64 << 20
"""Bytes that an uploaded file may have."""
UPLOAD_BYTES = 20 * FILE_BYTES
"""Bytes that an upload of several files may have."""

_SESSIONS_PER_ADDRESS = 50
_LONGEST_NAME = 128
# /run and /api would pass by the queue, and so by how many questions are answered at the same time.
_NAMED = re.compile(r"/gradio_api/(?:(call|run|api)/)(?:v2/)?([^/]+)", re.DOTALL)
_PUBLIC = frozenset({"ask", "search", "sources"})
# Gradio would fetch these for whoever asks; nothing here reaches beyond this machine.
_FETCHING = re.compile(r"/gradio_api/(?:proxy=.*|file[=/]\s*(?:https?|ftp):.*)", re.IGNORECASE | re.DOTALL)
_BAD, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TOO_LARGE, _TOO_MANY = 400, 401, 403, 404, 413, 429


class _Refused(Exception):
    """The request ends here, with this status and sentence."""

    def __init__(self, status: int, sentence: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.headers = status, sentence, headers or {}


class Guard:
    """ASGI middleware around the whole application; refusals are JSON `{"error": sentence, "detail": sentence}`.

    `doorkeeper` is None where everybody may come in. `local` says that only this machine can reach the server: then
    the Host must be this machine too, so that no page of a foreign name gets in by having that name point here. Open
    to a network it may be any address. `host_names` are other names that the server has. `admission` says what of it
    all reaches the application; None lets everything pass.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        requests_per_minute: int,
        local: bool,
        read_only: bool = False,
        doorkeeper: Doorkeeper | None = None,
        host_names: Collection[str] = (),
        admission: Admission | None = None,
    ) -> None:
        self._app = app
        self._host_names = frozenset(host_name(name) for name in host_names) - {""}
        self._admission = admission
        self._doorkeeper = doorkeeper
        self._local = local
        self._read_only = read_only
        self._per_session = Limiter(requests_per_minute)
        self._per_address = Limiter(requests_per_minute * _SESSIONS_PER_ADDRESS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            # Nothing that is served has one, and its handshake is not bound to the page that opens it.
            await send({"type": "websocket.close", "code": 1008})
        else:
            request = Incoming.of(scope)
            send = with_headers(send, request.path)
            with speaking(request.language):
                instead = await self._serve(request, scope, receive, send)
            if instead is not None:
                if request.may_go_on(BODY_BYTES):  # what is not read would otherwise be waited for
                    instead.headers["Connection"] = "close"
                await instead(scope, receive, send)

    async def _serve(self, request: Incoming, scope: Scope, receive: Receive, send: Send) -> Response | None:
        """Pass a request on; what to answer where it is not."""
        try:
            _check_framing(request)
            _check_host(request, self._local, self._host_names)
            _check_origin(request)
            if request.asks:
                _within(self._per_address, request.address)
            instead = await self._at_the_door(request, receive)
            if instead is not None:
                return instead
            _check_path(request, self._read_only)
            if self._admission is not None:
                self._admission.check_path(request)
            _check_length(request)
            if request.is_upload:
                return await self._pass_upload(scope, receive, send)
            if request.changes:
                receive = await self._read(request, receive)
        except _Refused as refused:
            return _refusal(refused)
        except NotAdmitted as refused:
            return _refusal(_Refused(refused.status, refused.sentence))
        except BodyTooLarge:
            return _refusal(_too_large(BODY_BYTES))
        except Gone:
            return Response(status_code=400)
        await self._app(scope, receive, send)
        return None

    async def _read(self, request: Incoming, receive: Receive) -> Receive:
        """Read the body and look at it; what gives it once more."""
        body = await read_body(receive, BODY_BYTES)
        if request.asks:
            _within(self._per_session, request.visitor(body))
        if request.asks and not request.is_mcp and names_an_address(body, request.headers.get("host", "")):
            raise _fetches_nothing(_FORBIDDEN)
        if self._admission is not None:
            self._admission.check_body(request, body)
        return replay(body, receive)

    async def _at_the_door(self, request: Incoming, receive: Receive) -> Response | None:
        """None for who may come in; else what they get instead."""
        if self._doorkeeper is None:
            return None
        if request.path == "/login":
            if request.method == "POST":
                return await _log_in(self._doorkeeper, request, receive)
            return _login_page(request, 200)
        token = cookie_token(request.headers.get("cookie"))
        if request.path == "/logout" and request.method == "POST":
            if token is not None:
                self._doorkeeper.log_out(token)
            outside = _done(request)
            outside.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
            return outside
        try:
            name = await self._doorkeeper.who(token, request.headers.get("authorization"), request.address)
        except TooManyTries as tries:
            raise _too_many(tries.seconds) from None
        if name is not None:
            return None
        if request.wants_page and not request.changes:
            return _login_page(request, _UNAUTHORIZED)
        raise _unknown(request, say("请先登录。", "Log in first."))

    async def _pass_upload(self, scope: Scope, receive: Receive, send: Send) -> Response | None:
        """Pass an upload on while it arrives; one that grows too large is cut off."""
        counted, begun = 0, False

        async def count() -> Message:
            nonlocal counted
            message = await receive()
            counted += len(message.get("body", b""))
            return message if counted <= UPLOAD_BYTES else {"type": "http.disconnect"}

        async def unless_too_large(message: Message) -> None:
            nonlocal begun
            if begun or counted <= UPLOAD_BYTES:
                begun = True
                await send(message)

        try:
            await self._app(scope, count, unless_too_large)
        except Exception:
            if counted <= UPLOAD_BYTES:
                raise
        return _refusal(_too_large(UPLOAD_BYTES)) if counted > UPLOAD_BYTES and not begun else None


def _check_framing(request: Incoming) -> None:
    if request.has_two_lengths:
        sentence = say(
            "请求同时给出 Content-Length 和 Transfer-Encoding，已拒绝。请只用一种。",
            "The request has both Content-Length and Transfer-Encoding, and is refused. Send one of them.",
        )
        # Where it ends is not known: what comes after it is no other request.
        raise _Refused(_BAD, sentence, {"Connection": "close"})


def _check_host(request: Incoming, local: bool, names: frozenset[str]) -> None:
    name, shown = host_name(request.host), request.host[:80]
    if is_local_host(request.host) or name in names or (not local and is_address(name)):
        return
    if local:
        zh = f"这个服务只供本机使用，不认识主机名 {shown!r}。请用 127.0.0.1 或 localhost 打开。"
        en = f"This server is for this machine only and knows no host {shown!r}. Open it as 127.0.0.1 or localhost."
    else:
        zh = f"不认识主机名 {shown!r}。请用 IP 地址打开；它若是这台机器的名字，请运行 wenju 的人加上 --host-name。"
        en = (
            f"This server knows no host {shown!r}. Open it by its IP address; if the name is its own, whoever runs"
            " wenju can add it with --host-name."
        )
    raise _Refused(_FORBIDDEN, say(zh, en))


def _check_origin(request: Incoming) -> None:
    page = request.foreign_page if request.changes else request.foreign_reader
    if page is not None:
        raise _Refused(
            _FORBIDDEN,
            say(
                f"这个请求来自别的网页 {page[:80]!r}，已拒绝。请在问据自己的网页上操作。",
                f"This request comes from another page, {page[:80]!r}, and is refused. Use the page of wenju itself.",
            ),
        )


def _check_path(request: Incoming, read_only: bool) -> None:
    named = _NAMED.fullmatch(request.path)
    if request.changes and named is not None and (named[1] != "call" or named[2] not in _PUBLIC):
        raise _Refused(
            _NOT_FOUND,
            say(
                "没有这个接口。可用的是 /gradio_api/call/ask、search 和 sources。",
                "There is no such endpoint. There are /gradio_api/call/ask, search and sources.",
            ),
        )
    if _FETCHING.fullmatch(request.path):
        raise _fetches_nothing(_NOT_FOUND)
    if read_only and (request.is_upload or request.has_files):
        raise _Refused(
            _FORBIDDEN,
            say(
                "这里是只读的，不能上传。运行 wenju 的人加上 --auth 后才可以。",
                "This is read-only, nothing can be uploaded. It can be once whoever runs wenju adds --auth.",
            ),
        )


def _fetches_nothing(status: int) -> _Refused:
    return _Refused(status, say("问据不代取别处的文件。", "wenju fetches no files from elsewhere."))


def _check_length(request: Incoming) -> None:
    limit = UPLOAD_BYTES if request.is_upload else BODY_BYTES
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise _too_large(limit)


def _within(limiter: Limiter, key: object) -> None:
    wait = limiter.take(key)
    if wait:
        raise _too_many(wait)


async def _log_in(doorkeeper: Doorkeeper, request: Incoming, receive: Receive) -> Response:
    _check_length(request)
    body = await read_body(receive, BODY_BYTES)
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        fields = {}
    name, password = (fields.get(field, [""])[0] for field in ("username", "password"))
    try:
        token = await doorkeeper.log_in(name.strip(), password, request.address)
        refused = _unknown(request, say("用户名或密码不对。", "Name or password is wrong."))
    except TooManyTries as tries:
        token, refused = None, _too_many(tries.seconds)
    if token is not None:
        inside = _done(request)
        inside.set_cookie(
            COOKIE, token, SESSION_SECONDS, path="/", httponly=True, samesite="strict", secure=request.is_secure
        )
        return inside
    if not request.wants_page:
        raise refused
    page = _login_page(request, refused.status, refused.sentence, name)
    page.headers.update({key: value for key, value in refused.headers.items() if key == "Retry-After"})
    return page


def _done(request: Incoming) -> Response:
    """To the page for a browser; for a program, which follows no redirection, a plain yes."""
    return RedirectResponse("/", 303) if request.wants_page else JSONResponse({"success": True})


def _login_page(request: Incoming, status: int, error: str = "", name: str = "") -> Response:
    # Never with WWW-Authenticate, which would have the browser open a window of its own before the page.
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'",
    }
    return HTMLResponse(render_login(request.language, error, name[:_LONGEST_NAME]), status, headers)


def _unknown(request: Incoming, sentence: str) -> _Refused:
    basic = {"WWW-Authenticate": 'Basic realm="wenju", charset="UTF-8"'}
    return _Refused(_UNAUTHORIZED, sentence, {} if request.from_script else basic)


def _too_many(seconds: float) -> _Refused:
    wait = max(1, math.ceil(seconds))
    sentence = say(f"请求太多了，请 {wait} 秒后再试。", f"Too many requests. Try again in {wait} seconds.")
    return _Refused(_TOO_MANY, sentence, {"Retry-After": str(wait)})


def _too_large(limit: int) -> _Refused:
    size = f"{limit >> 20} MiB"
    sentence = say(f"请求太大，最多 {size}。请缩短。", f"The request is too large, at most {size}. Shorten it.")
    # What is still to come is not read: the connection cannot serve another request.
    return _Refused(_TOO_LARGE, sentence, {"Connection": "close"})


def _refusal(refused: _Refused) -> Response:
    content = {"error": refused.sentence, "detail": refused.sentence}
    return JSONResponse(content, refused.status, refused.headers)
