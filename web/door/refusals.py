"""What a request gets that goes no further: a status, and a sentence in the visitor's language."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fastapi.responses import JSONResponse

from chinese.errors import say

if TYPE_CHECKING:
    from fastapi.responses import Response

    from web.door.incoming import Incoming

__all__ = ["RequestRefused", "refusal", "too_large", "too_many", "too_many_waiting", "unknown"]

_UNAUTHORIZED, _TOO_LARGE, _TOO_MANY = 401, 413, 429


class RequestRefused(Exception):
    """The request ends here, with this status and sentence."""

    def __init__(self, status: int, sentence: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.headers = status, sentence, headers or {}


def refusal(refused: RequestRefused) -> Response:
    """The response that says it, as JSON `{"error": sentence, "detail": sentence}`."""
    content = {"error": refused.sentence, "detail": refused.sentence}
    return JSONResponse(content, refused.status, refused.headers)


def unknown(request: Incoming, sentence: str) -> RequestRefused:
    """Nobody who may come in: a program is told how it could say who it is."""
    basic = {"WWW-Authenticate": 'Basic realm="wenju", charset="UTF-8"'}
    return RequestRefused(_UNAUTHORIZED, sentence, {} if request.from_script else basic)


def too_many(seconds: float) -> RequestRefused:
    """Too many requests; in so many seconds there may be more."""
    wait = max(1, math.ceil(seconds))
    sentence = say(f"请求太多了，请 {wait} 秒后再试。", f"Too many requests. Try again in {wait} seconds.")
    return RequestRefused(_TOO_MANY, sentence, {"Retry-After": str(wait)})


def too_many_waiting(seconds: float) -> RequestRefused:
    """Too many questions of one visitor wait; in so many seconds there may be room."""
    wait = max(1, math.ceil(seconds))
    sentence = say(
        f"您已有太多问题在排队，请 {wait} 秒后再试。",
        f"Too many of your questions are waiting. Try again in {wait} seconds.",
    )
    return RequestRefused(_TOO_MANY, sentence, {"Retry-After": str(wait)})


def too_large(limit: int) -> RequestRefused:
    """The request has more than so many bytes."""
    size = f"{limit >> 20} MiB"
    sentence = say(f"请求太大，最多 {size}。请缩短。", f"The request is too large, at most {size}. Shorten it.")
    # What is still to come is not read: the connection cannot serve another request.
    return RequestRefused(_TOO_LARGE, sentence, {"Connection": "close"})
