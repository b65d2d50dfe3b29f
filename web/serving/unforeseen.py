"""What stands around everything that is served: a method that nothing has, values that fit nothing, other errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from chinese.errors import say, speaking
from chinese.shown import shown
from web.door.headers import with_headers
from web.door.incoming import Incoming
from web.queue.quiet import unforeseen
from web.queue.visitors import Proxies

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from fastapi.responses import Response
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["METHODS", "MISFITS", "Outermost"]

METHODS = ("GET", "HEAD", "POST", "OPTIONS", "DELETE")
"""Methods that something is served for, or that are refused with a reason of their own."""

_NOT_ALLOWED, _UNPROCESSABLE, _FAILED = 405, 422, 500
_LONGEST_PLACE = 80


async def _misfit(_: Request, error: RequestValidationError) -> JSONResponse:
    """Which value does not fit, and not what it is: half of a surrogate pair, or no number, can be said in no JSON."""
    place = shown(".".join(str(part) for item in error.errors()[:1] for part in item["loc"])[:_LONGEST_PLACE])
    sentence = say(f"请求不合要求，请检查 {place}。", f"The request does not fit; check {place}.")
    return _told(sentence, _UNPROCESSABLE, {})


MISFITS: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    RequestValidationError: _misfit
}
"""What an application answers to values of a type that its routes do not take."""


class Outermost:
    """ASGI middleware: an unknown method is refused; an unforeseen error is a sentence, and one line in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with speaking(Incoming.of(scope, Proxies()).language):
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in METHODS:
            sentence = say("不支持这种请求方法。", "This method is not supported.")
            refused = _told(sentence, _NOT_ALLOWED, {"Allow": ", ".join(METHODS)})
            await refused(scope, receive, with_headers(send, scope["path"]))
        else:
            await self._guarded(scope, receive, send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Held(send)
        try:
            await self._app(scope, receive, answer.send)
        except ClientDisconnect:
            pass  # there is nobody left to be told
        except Exception as error:
            unforeseen(say("一个请求无法处理", "A request could not be dealt with"), error)
            if answer.begun:  # nothing else can be said now; the server ends the connection
                return
            sentence = say(
                "出错了，详情见运行 wenju 的终端。", "Something went wrong; the terminal running wenju says what."
            )
            await _told(sentence, _FAILED, {})(scope, receive, with_headers(send, scope["path"]))
        else:
            await answer.release()


class _Held:
    """Passes an answer on, but one that says an error happened only once it is known that no better is to be said."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._held: list[Message] = []
        self.begun = False

    async def send(self, message: Message) -> None:
        if self._held or (message["type"] == "http.response.start" and message["status"] == _FAILED):
            self._held.append(message)
            return
        self.begun = True
        await self._send(message)

    async def release(self) -> None:
        for message in self._held:
            await self._send(message)


def _told(sentence: str, status: int, headers: dict[str, str]) -> JSONResponse:
    return JSONResponse({"error": sentence, "detail": sentence}, status, headers)
