"""What stands before everything that is served: who may come in, from where, how often, with how much."""

from __future__ import annotations

import re
from contextlib import nullcontext
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from fastapi.responses import Response

from chinese.errors import say, speaking
from embeddings.reading.documents import LARGEST_FILE
from web.door.entering import log_in, log_out, login_page
from web.door.headers import with_headers
from web.door.incoming import (
    BodyTooLarge,
    Gone,
    Incoming,
    host_name,
    is_address,
    is_local_host,
    is_too_much,
    names_an_address,
    read_body,
    replay,
)
from web.door.limits import Limiter
from web.door.login import TooManyTries, cookie_token
from web.door.refusals import RequestRefused, refusal, too_large, too_many, too_many_waiting, unknown
from web.queue.room import Full, Room
from web.queue.visitors import Proxies, note_visitor

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from web.door.admission import Admission
    from web.door.login import Doorkeeper
    from web.queue.results import Results
    from web.queue.visitors import Visitor

__all__ = ["BODY_BYTES", "FILE_BYTES", "UPLOAD_BYTES", "Guard"]

BODY_BYTES = 1 << 20
"""Bytes that a request may have."""
FILE_BYTES = LARGEST_FILE
"""Bytes that an uploaded file may have: as many as a document that is read."""
UPLOAD_BYTES = 20 * FILE_BYTES
"""Bytes that an upload of several files may have."""

_VISITORS_PER_ADDRESS = 50
# What reads lists, articles and pages does so in some forty threads for all. An office behind one address opens its
# pages at once, each of them six requests at a time.
_AT_WORK, _WAITING = 32, 400
# Each file that is added is read by a process that may take 1 GiB and all of a core.
_ADDING = 4
_SECONDS_IF_FULL = 1.0
# /run and /api would pass by the queue, and so by how many questions are answered at the same time.
_NAMED = re.compile(r"/gradio_api/(?:(call|run|api)/)(?:v2/)?([^/]+)", re.DOTALL)
_PUBLIC = frozenset({"ask", "search", "sources"})
# Gradio would fetch these for whoever asks; nothing here reaches beyond this machine.
_FETCHING = re.compile(r"/gradio_api/(?:proxy=.*|file[=/]\s*(?:https?|ftp):.*)", re.IGNORECASE | re.DOTALL)
_STREAM = "/gradio_api/queue/data"
_RESULT = re.compile(r"/gradio_api/call/(?:v2/)?[^/]+/([^/]+)")
_BAD, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 400, 401, 403, 404
_UNREADABLE = 422


class Guard:
    """ASGI middleware around the whole application; refusals are JSON `{"error": sentence, "detail": sentence}`.

    `doorkeeper` is None where everybody may come in. `uploads` takes uploads in, in place of the application.
    `results` is what waits in the page's queue, None where there is none; `proxies` are believed when they say for whom
    they ask. `local` says that only this machine can reach the server: then the Host must be this machine too, so that
    no page of a foreign name gets in by having that name point here. Open to a network it may be any address.
    `host_names` are other names that the server has. `admission` says what of it all reaches the application; None lets
    everything pass.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        requests_per_minute: int,
        local: bool,
        read_only: bool = False,
        doorkeeper: Doorkeeper | None = None,
        uploads: ASGIApp | None = None,
        results: Results | None = None,
        proxies: Proxies | None = None,
        host_names: Collection[str] = (),
        admission: Admission | None = None,
    ) -> None:
        self._app = app
        self._uploads = app if uploads is None else uploads
        self._results = results
        self._proxies = Proxies() if proxies is None else proxies
        self._host_names = frozenset(host_name(name) for name in host_names) - {""}
        self._admission = admission
        self._doorkeeper = doorkeeper
        self._local = local
        self._read_only = read_only
        self._per_visitor = Limiter(requests_per_minute)
        self._per_address = Limiter(requests_per_minute * _VISITORS_PER_ADDRESS)
        self._room = Room(_AT_WORK, _WAITING)
        self._adding = Room(_ADDING, _WAITING)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            # Nothing that is served has one, and its handshake is not bound to the page that opens it.
            await send({"type": "websocket.close", "code": 1008})
        else:
            request = Incoming.of(scope, self._proxies)
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
            if request.counts:
                _within(self._per_address, request.address)
            user = await self._at_the_door(request, receive)
            if isinstance(user, Response):
                return user
            visitor = request.visitor(user)
            note_visitor(scope, visitor)
            _check_path(request, self._read_only)
            if self._admission is not None:
                self._admission.check_path(request)
            _check_length(request)
            _check_boundary(request)
            if request.is_upload:
                _within(self._per_visitor, visitor.name)
                return await self._pass_upload(scope, receive, send)
            if request.changes:
                body = await read_body(receive, BODY_BYTES)
                if request.counts:
                    _within(self._per_visitor, visitor.name)
                if request.asks:
                    visitor = request.visitor(user, body)
                    note_visitor(scope, visitor)
                self._check_body(request, body)
                receive = replay(body, receive)
        except RequestRefused as refused:
            return refusal(refused)
        except BodyTooLarge:
            return refusal(too_large(BODY_BYTES))
        except Gone:
            return Response(status_code=400)
        return await self._pass_on(request, visitor, scope, receive, send)

    async def _pass_on(
        self, request: Incoming, visitor: Visitor, scope: Scope, receive: Receive, send: Send
    ) -> Response | None:
        """Pass a request on: a question where its visitor has room for one more, a stream where there is one."""
        try:
            if self._results is None:
                await self._work_on(request, visitor, scope, receive, send)
                return None
            if request.asks:
                await self._make_room(self._results, visitor)
            session = _session_read(request, self._results)
            with (
                self._results.listening(session) if session else nullcontext(),
                self._results.passing(visitor.name) if request.asks else nullcontext(),
            ):
                await self._work_on(request, visitor, scope, receive, send)
        except RequestRefused as refused:
            return refusal(refused)
        return None

    async def _work_on(self, request: Incoming, visitor: Visitor, scope: Scope, receive: Receive, send: Send) -> None:
        """Have a request answered; what is no question waits until its visitor has room, up to where its answer begins.

        Questions have a line of their own.
        """
        if request.asks:
            await self._app(scope, receive, send)
            return
        try:
            async with (self._adding if request.adds else self._room).place(visitor.name) as leave:

                async def beginning(message: Message) -> None:
                    leave()
                    await send(message)

                await self._app(scope, receive, beginning)
        except Full:
            raise too_many(_SECONDS_IF_FULL) from None

    async def _make_room(self, results: Results, visitor: Visitor) -> None:
        """Room for one more question of a visitor: the oldest that they no longer listen for goes first."""
        await results.sweep()
        while not results.has_room_for(visitor.name):
            if not await results.drop_unheard(visitor.name):
                raise too_many_waiting(results.seconds_for_all())
            self._per_visitor.give_back(visitor.name)  # what is never computed counts as not asked

    def _check_body(self, request: Incoming, body: bytes) -> None:
        if is_too_much(body):
            sentence = say("请求里的内容太多，或嵌套太深。", "The request holds too much, or is nested too deeply.")
            raise RequestRefused(_UNREADABLE, sentence)
        if request.asks and not request.is_mcp and names_an_address(body, request.headers.get("host", "")):
            raise _fetches_nothing(_FORBIDDEN)
        if self._admission is not None:
            self._admission.check_body(request, body)

    async def _at_the_door(self, request: Incoming, receive: Receive) -> Response | str | None:
        """The user's name, None where nobody needs one; a response for whoever may not come in."""
        if self._doorkeeper is None:
            return None
        if request.path == "/login":
            if request.method == "POST":
                _check_length(request)
                return await log_in(self._doorkeeper, request, receive, BODY_BYTES)
            return login_page(request, 200)
        token = cookie_token(request.headers.get("cookie"))
        if request.path == "/logout" and request.method == "POST":
            return log_out(self._doorkeeper, request, token)
        try:
            name = await self._doorkeeper.who(token, request.headers.get("authorization"), request.address)
        except TooManyTries as tries:
            raise too_many(tries.seconds) from None
        if name is not None:
            return name
        if request.wants_page and not request.changes:
            return login_page(request, _UNAUTHORIZED)
        raise unknown(request, say("请先登录。", "Log in first."))

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
            await self._uploads(scope, count, unless_too_large)
        except Exception:
            if counted <= UPLOAD_BYTES:
                raise
        return refusal(too_large(UPLOAD_BYTES)) if counted > UPLOAD_BYTES and not begun else None


def _check_framing(request: Incoming) -> None:
    if request.has_two_lengths:
        sentence = say(
            "请求同时给出 Content-Length 和 Transfer-Encoding，已拒绝。请只用一种。",
            "The request has both Content-Length and Transfer-Encoding, and is refused. Send one of them.",
        )
        # Where it ends is not known: what comes after it is no other request.
        raise RequestRefused(_BAD, sentence, {"Connection": "close"})


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
    raise RequestRefused(_FORBIDDEN, say(zh, en))


def _check_origin(request: Incoming) -> None:
    page = request.foreign_page if request.changes else request.foreign_reader
    if page is not None:
        raise RequestRefused(
            _FORBIDDEN,
            say(
                f"这个请求来自别的网页 {page[:80]!r}，已拒绝。请在问据自己的网页上操作。",
                f"This request comes from another page, {page[:80]!r}, and is refused. Use the page of wenju itself.",
            ),
        )


def _check_path(request: Incoming, read_only: bool) -> None:
    named = _NAMED.fullmatch(request.path)
    if request.changes and named is not None and (named[1] != "call" or named[2] not in _PUBLIC):
        raise RequestRefused(
            _NOT_FOUND,
            say(
                "没有这个接口。可用的是 /gradio_api/call/ask、search 和 sources。",
                "There is no such endpoint. There are /gradio_api/call/ask, search and sources.",
            ),
        )
    if _FETCHING.fullmatch(request.path):
        raise _fetches_nothing(_NOT_FOUND)
    if read_only and (request.is_upload or request.has_files):
        raise RequestRefused(
            _FORBIDDEN,
            say(
                "这里是只读的，不能上传。运行 wenju 的人加上 --auth 后才可以。",
                "This is read-only, nothing can be uploaded. It can be once whoever runs wenju adds --auth.",
            ),
        )
    if request.has_files and not request.is_upload:
        # Gradio would write them to the disk that all programs share.
        raise RequestRefused(_NOT_FOUND, say("这里不接收文件。", "No files are taken here."))


def _fetches_nothing(status: int) -> RequestRefused:
    return RequestRefused(status, say("问据不代取别处的文件。", "wenju fetches no files from elsewhere."))


def _check_length(request: Incoming) -> None:
    limit = UPLOAD_BYTES if request.is_upload else BODY_BYTES
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise too_large(limit)


def _check_boundary(request: Incoming) -> None:
    if request.has_files and not request.has_boundary:
        raise RequestRefused(
            _UNREADABLE, say("上传的请求没有合格的分隔符。", "The upload has no boundary that can be used.")
        )


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
        raise RequestRefused(
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
        raise too_many(wait)
