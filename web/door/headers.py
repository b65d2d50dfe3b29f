"""What every answer tells the browser: what the page may load, who may frame it, and that a type is what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import Message, Send

__all__ = ["PAGE_POLICY", "with_headers"]

PAGE_POLICY = "; ".join(
    (
        "default-src 'self'",
        # Gradio writes its settings into the page as a script, and makes functions of what its buttons do.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
"""What the page may do: nothing is loaded from another server, and nothing is sent to one."""
_NOTHING = "default-src 'none'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
_PARTS_OF_THE_PAGE = re.compile(r"/|/(?:assets|static|svelte)/.*|/(?:gradio_api/)?theme\.css")
_ALWAYS = {
    b"x-frame-options": b"SAMEORIGIN",
    b"x-content-type-options": b"nosniff",
    # With "no-referrer" a browser sends the login form with the origin "null", as if it came from elsewhere.
    b"referrer-policy": b"same-origin",
}
_POLICY = b"content-security-policy"


def with_headers(send: Send, path: str) -> Send:
    """A `send` that adds them to the answer, and takes off Gradio's leave for other pages to read it."""
    policy = PAGE_POLICY if _PARTS_OF_THE_PAGE.fullmatch(path) else _NOTHING

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": _complete(message.get("headers", ()), policy)}
        await send(message)

    return sending


def _complete(headers: Iterable[tuple[bytes, bytes]], policy: str) -> list[tuple[bytes, bytes]]:
    kept = [
        (name, value)
        for name, value in headers
        if not name.lower().startswith(b"access-control-") and name.lower() not in _ALWAYS
    ]
    if not any(name.lower() == _POLICY for name, _ in kept):
        kept.append((_POLICY, policy.encode()))
    return [*kept, *_ALWAYS.items()]
