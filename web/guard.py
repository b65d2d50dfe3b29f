"""What stands before everything that is served: who may come in, from where, how often, with how much."""

from __future__ import annotations

import math
import re
from contextlib import nullcontext
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from embeddings.errors import say, speaking
from web.incoming import (
    BodyTooLarge,
    Gone,
    Incoming,
    function_of,
    is_local_host,
    is_too_deep,
    names_an_address,
    read_body,
    replay,
)
from web.limits import Limiter
from web.login import COOKIE, SESSION_SECONDS, TooManyTries, cookie_token
from web.login_page import render_login
from web.visitors import Proxies, note_visitor
from web.waiting import LINE

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from web.login import Doorkeeper
    from web.results import Results
    from web.visitors import Visitor

__all__ = ["BODY_BYTES", "FILE_BYTES", "UPLOAD_BYTES", "Guard"]

BODY_BYTES = 1 << 20
"""Bytes that a request may have."""
FILE_BYTES = 64 << 20
"""Bytes that an uploaded file may have."""
UPLOAD_BYTES = 20 * FILE_BYTES
"""Bytes that an upload of several files may have."""

_VISITORS_PER_ADDRESS = 50
_LONGEST_NAME = 128
# /run and /api would pass by the queue, and so by how many questions are answered at the same time.
_NAMED = re.compile(r"/gradio_api/(?:(call|run|api)/)(?:v2/)?([^/]+)", re.DOTALL)
_PUBLIC = frozenset({"ask", "search", "sources"})
# Gradio would fetch these for whoever asks; nothing here reaches beyond this machine.
_FETCHING = re.compile(r"/gradio_api/(?:proxy=.*|file[=/]\s*(?:https?|ftp):.*)", re.IGNORECASE | re.DOTALL)
_JOIN, _STREAM = "/gradio_api/queue/join", "/gradio_api/queue/data"
_RESULT = re.compile(r"/gradio_api/call/(?:v2/)?[^/]+/([^/]+)")
_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TOO_LARGE, _UNREADABLE, _TOO_MANY = 401, 403, 404, 413, 422, 429


class _Refused(Exception):
    """The request ends here, with this status and sentence."""

    def __init__(self, status: int, sentence: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.headers = status, sentence, headers or {}


class Guard:
    """ASGI middleware around the whole application; refusals are JSON `{"error": sentence, "detail": sentence}`.

    `doorkeeper` is None where everybody may come in. `results` is what waits in the page's queue, None where there is
    none; `proxies` are believed when they say for whom they ask. `local` says that only this machine can reach the
    server: then the Host must be this machine too, so that no page of a foreign name gets in by having that name point
    here.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        requests_per_minute: int,
        local: bool,
        read_only: bool = False,
        doorkeeper: Doorkeeper | None = None,
        results: Results | None = None,
        proxies: Proxies | None = None,
    ) -> None:
        self._app = app
        self._results = results
        self._proxies = Proxies() if proxies is None else proxies
        self._doorkeeper = doorkeeper
        self._local = local
        self._read_only = read_only
        self._per_visitor = Limiter(requests_per_minute)
        self._per_address = Limiter(requests_per_minute * _VISITORS_PER_ADDRESS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            # Nothing that is served has one, and its handshake is not bound to the page that opens it.
            await send({"type": "websocket.close", "code": 1008})
        else:
            request = Incoming.of(scope, self._proxies)
            send = _framed_by_itself_only(send)
            with speaking(request.language):
                instead = await self._serve(request, scope, receive, send)
            if instead is not None:
                await instead(scope, receive, send)

    async def _serve(self, request: Incoming, scope: Scope, receive: Receive, send: Send) -> Response | None:
        """Pass a request on; what to answer where it is not."""
        try:
            _check_origin(request, self._local)
            if request.asks:
                _within(self._per_address, request.address)
            user = await self._at_the_door(request, receive)
            if isinstance(user, Response):
                return user
            visitor = request.visitor(user)
            note_visitor(scope, visitor)
            _check_path(request, self._read_only)
            _check_length(request)
            _check_boundary(request)
            if request.is_upload:
                return await self._pass_upload(scope, receive, send)
            if request.changes:
                body = await read_body(receive, BODY_BYTES)
                if request.asks:
                    _within(self._per_visitor, visitor.name)
                    visitor = request.visitor(user, body)
                    note_visitor(scope, visitor)
                    self._check_call(request, body)
                if request.asks and not request.is_mcp and names_an_address(body, request.headers.get("host", "")):
                    raise _fetches_nothing(_FORBIDDEN)
                receive = replay(body, receive)
        except _Refused as refused:
            return _refusal(refused)
        except BodyTooLarge:
            return _refusal(_too_large(BODY_BYTES))
        except Gone:
            return Response(status_code=400)
        return await self._pass_on(request, visitor, scope, receive, send)

    async def _pass_on(
        self, request: Incoming, visitor: Visitor, scope: Scope, receive: Receive, send: Send
    ) -> Response | None:
        """Pass a request on: a question where its visitor has room for one more, a stream where there is one."""
        if self._results is None:
            await self._app(scope, receive, send)
            return None
        try:
            if request.asks:
                await self._make_room(self._results, visitor)
            session = _session_read(request, self._results)
        except _Refused as refused:
            return _refusal(refused)
        with (
            self._results.listening(session) if session else nullcontext(),
            self._results.passing(visitor.name) if request.asks else nullcontext(),
        ):
            await self._app(scope, receive, send)
        return None

    async def _make_room(self, results: Results, visitor: Visitor) -> None:
        """Room for one more question of a visitor: the oldest that they no longer listen for goes first."""
        await results.sweep()
        while not results.has_room_for(visitor.name):
            if not await results.drop_unheard(visitor.name):
                raise _too_many_waiting(LINE.seconds_for(results.under_way().total()))
            self._per_visitor.give_back(visitor.name)  # what is never computed counts as not asked

    def _check_call(self, request: Incoming, body: bytes) -> None:
        if is_too_deep(body):
            raise _Refused(_UNREADABLE, say("请求嵌套得太深。", "The request is nested too deeply."))
        if request.path == _JOIN and self._results is not None and not self._results.has_function(function_of(body)):
            raise _Refused(_NOT_FOUND, say("页面没有这个功能，请刷新。", "The page has no such function. Reload it."))

    async def _at_the_door(self, request: Incoming, receive: Receive) -> Response | str | None:
        """The user's name, None where nobody needs one; a response for whoever may not come in."""
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
            return name
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


def _check_origin(request: Incoming, local: bool) -> None:
    if local and not is_local_host(request.host):
        host = request.host[:80]
        raise _Refused(
            _FORBIDDEN,
            say(
                f"这个服务只供本机使用，不认识主机名 {host!r}。请用 127.0.0.1 或 localhost 打开。",
                f"This server is for this machine only and knows no host {host!r}. Open it as 127.0.0.1 or localhost.",
            ),
        )
    if request.changes and (page := request.foreign_page) is not None:
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


def _check_boundary(request: Incoming) -> None:
    if request.has_files and not request.has_boundary:
        raise _Refused(_UNREADABLE, say("上传的请求没有合格的分隔符。", "The upload has no boundary that can be used."))


def _session_read(request: Incoming, results: Results) -> str | None:
    """The session whose stream a request reads, None where it reads none."""
    if request.method != "GET":
        return None
    if request.path == _STREAM:
        session = parse_qs(request.query).get("session_hash", [""])[0]
        found = session if results.has_session(session) else None
    elif (event := _RESULT.fullmatch(request.path)) is not None:
        found = results.session_of(event[1])
    else:
        return None
    if found is None:
        raise _Refused(
            _NOT_FOUND,
            say(
                "没有这个结果：已过期，或服务重新启动过。",
                "There is no such result: it is too old, or the server was restarted.",
            ),
        )
    return found


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


def _too_many_waiting(seconds: float) -> _Refused:
    wait = max(1, math.ceil(seconds))
    sentence = say(
        f"您已有太多问题在排队，请 {wait} 秒后再试。",
        f"Too many of your questions are waiting. Try again in {wait} seconds.",
    )
    return _Refused(_TOO_MANY, sentence, {"Retry-After": str(wait)})


def _too_large(limit: int) -> _Refused:
    size = f"{limit >> 20} MiB"
    sentence = say(f"请求太大，最多 {size}。请缩短。", f"The request is too large, at most {size}. Shorten it.")
    # What is still to come is not read: the connection cannot serve another request.
    return _Refused(_TOO_LARGE, sentence, {"Connection": "close"})


def _refusal(refused: _Refused) -> Response:
    content = {"error": refused.sentence, "detail": refused.sentence}
    return JSONResponse(content, refused.status, refused.headers)


def _framed_by_itself_only(send: Send) -> Send:
    """No other page may show this one in a frame and have its visitor click there."""

    async def with_header(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), (b"x-frame-options", b"SAMEORIGIN")]}
        await send(message)

    return with_header
