"""Calls with fewer values than an endpoint has parameters, which Gradio itself knows no answer to but a traceback."""

from __future__ import annotations

import inspect
import json
import re
from typing import TYPE_CHECKING, Any

from fastapi.responses import JSONResponse

from chinese.errors import say
from web.api.endpoints import Endpoints
from web.door.incoming import Gone, read_body, replay

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_CALL = re.compile(r"/gradio_api/call/(v2/)?(ask|figures|search|sources)/?")
_UNPROCESSABLE = 422


class Completed:
    """ASGI middleware that adds the default values to `{"data": [...]}` of a call, and refuses what fits no call.

    The body is in memory already and of a limited size: the guard stands before this.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        called = _CALL.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if called is None:
            await self._app(scope, receive, send)
            return
        try:
            read = await read_body(receive, 1 << 30)
            body = check_named(called[2], read) if called[1] else fill_defaults(called[2], read)
        except Gone:
            return
        except ValueError as error:
            content = {"error": str(error), "detail": str(error)}
            await JSONResponse(content, _UNPROCESSABLE)(scope, receive, send)
            return
        headers = [
            (name, value) for name, value in scope["headers"] if name not in (b"content-length", b"content-type")
        ]
        headers += [(b"content-length", b"%d" % len(body)), (b"content-type", b"application/json")]
        await self._app({**scope, "headers": headers}, replay(body, receive), send)


def check_named(name: str, body: bytes) -> bytes:
    """The body of a call that names its values. Raises ValueError, which says what it should be."""
    parameters = list(inspect.signature(getattr(Endpoints, name)).parameters.values())[1:]
    required = {parameter.name for parameter in parameters if parameter.default is parameter.empty}
    try:
        call: Any = json.loads(body)
    except (ValueError, RecursionError):
        call = None
    if not isinstance(call, dict) or not required <= call.keys() <= {parameter.name for parameter in parameters}:
        shape = ", ".join(f'"{parameter.name}": …' for parameter in parameters)
        raise ValueError(say(f"请求应为 JSON：{{{shape}}}。", f"The request must be JSON: {{{shape}}}."))
    return body


def fill_defaults(name: str, body: bytes) -> bytes:
    """The body of a call to an endpoint with all its values. Raises ValueError, which says what it should be."""
    parameters = list(inspect.signature(getattr(Endpoints, name)).parameters.values())[1:]
    required = sum(parameter.default is parameter.empty for parameter in parameters)
    try:
        call: Any = json.loads(body)
    except (ValueError, RecursionError):
        call = None
    values = call.get("data") if isinstance(call, dict) else None
    if not isinstance(values, list) or not required <= len(values) <= len(parameters):
        shape = ", ".join(parameter.name for parameter in parameters)
        raise ValueError(
            say(f'请求应为 JSON：{{"data": [{shape}]}}。', f'The request must be JSON: {{"data": [{shape}]}}.')
        )
    defaults = [parameter.default for parameter in parameters[len(values) :]]
    return json.dumps({**call, "data": [*values, *defaults]}).encode()
