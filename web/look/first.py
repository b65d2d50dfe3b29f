"""Putting something at the very top of the page's head, where Gradio lets nobody write."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEAD = b"<head>"


class AtTheTop:
    """ASGI middleware that writes `text` behind the first `<head>` of what is served at /."""

    def __init__(self, app: ASGIApp, text: str) -> None:
        self._app = app
        self._text = text.encode("utf-8")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in ("/", ""):
            await self._app(scope, receive, send)
            return
        # Asked for as it is, for nothing can be written into what is compressed.
        headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        begun: Message = {}
        chunks: list[bytes] = []

        async def gather(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = message
                return
            chunks.append(message.get("body", b""))
            if message.get("more_body", False):
                return
            body = b"".join(chunks).replace(_HEAD, _HEAD + self._text, 1)
            kept = [(name, value) for name, value in begun["headers"] if name.lower() != b"content-length"]
            await send({**begun, "headers": [*kept, (b"content-length", b"%d" % len(body))]})
            await send({"type": "http.response.body", "body": body})

        await self._app({**scope, "headers": headers}, receive, gather)
