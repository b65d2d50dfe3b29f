"""Putting something at the very top of the page's head, where Gradio lets nobody write; its own signs are taken out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEAD = b"<head>"
# What Gradio says of the page to social networks and to phones, some of it about Gradio, with a picture of another
# server. It stands in the head, before the settings in which the text of documents may be.
_SIGNS = re.compile(rb"<meta\s+(?:property=\"og:|name=\"twitter:)[^>]*>|<link rel=\"manifest\"[^>]*>")
_HEAD_END = b"</head>"
_SETTINGS = b"<script>window.gradio_config"


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
            body = _own(b"".join(chunks), self._text)
            kept = [(name, value) for name, value in begun["headers"] if name.lower() != b"content-length"]
            await send({**begun, "headers": [*kept, (b"content-length", b"%d" % len(body))]})
            await send({"type": "http.response.body", "body": body})

        await self._app({**scope, "headers": headers}, receive, gather)


def _own(page: bytes, text: bytes) -> bytes:
    """The page with a text at the top of its head, without Gradio's signs around its settings."""
    before, settings, after = page.partition(_SETTINGS)
    script, end, rest = after.partition(b"</script>")
    head, closing, body = rest.partition(_HEAD_END)
    taken = b"".join((_SIGNS.sub(b"", before), settings, script, end, _SIGNS.sub(b"", head), closing, body))
    return taken.replace(_HEAD, _HEAD + text, 1)
