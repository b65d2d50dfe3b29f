"""The four endpoints as tools for MCP clients. This module needs the extra `mcp`.

Gradio has an MCP server too; it calls the page back over HTTP, which a login refuses, and gives a Python
representation where this gives JSON.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import json
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from anyio import CapacityLimiter, to_thread
from fastapi.responses import Response
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.types import TextContent, Tool, ToolAnnotations

from chinese.errors import say
from qa.question.question import LONGEST_QUESTION, MOST_PASSAGES
from qa.question.scope import LONGEST_PATH
from web.api.endpoints import MOST_EARLIER, Endpoints, told
from web.door.incoming import Gone, read_body, replay
from web.queue.quiet import OneLine
from web.queue.results import MOST_UNDER_WAY, client_left

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.types import Message, Receive, Scope, Send

    from web.desk import Asks
    from web.queue.waiting import WorkQueue

__all__ = ["PATHS", "MCPServer"]

PATHS = ("/gradio_api/mcp", "/gradio_api/mcp/")
"""Where MCP clients find it: the place that Gradio's own would have."""

_NAME = "wenju"
_NOT_ALLOWED = 405
_READS_ONLY = ToolAnnotations(readOnlyHint=True, openWorldHint=False)


def _tool(name: str, description: str, required: tuple[str, ...] = (), **properties: dict[str, Any]) -> Tool:
    schema = {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
    return Tool(name=name, description=description, inputSchema=schema, annotations=_READS_ONLY)


def _count(description: str, default: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "maximum": MOST_PASSAGES, "default": default, "description": description}


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "default": "", "description": description}


def _files(description: str) -> dict[str, Any]:
    return {
        "type": ["array", "null"],
        "items": {"type": "string", "maxLength": LONGEST_PATH},
        "maxItems": MOST_EARLIER,
        "description": description,
    }


TOOLS = (
    _tool(
        "ask",
        "Answer a question in Chinese or English from a folder of Chinese documents. The answer's texts are the "
        "documents' own words, with passages and the file and lines, page, slide or cell they stand in; no texts and a "
        "reason where the documents do not say it. What no text says but several figures do (哪一年最多, how many more "
        "in 2023 than in 2022) is worked out from them: then texts is empty, text has it, and worked_out says how and "
        "from which figures. A question in several parts is answered part by part: see parts.",
        ("question",),
        question={"type": "string", "maxLength": LONGEST_QUESTION, "description": "the question"},
        k=_count("passages to bring at most", 5),
        history={
            "type": ["array", "null"],
            "items": {"type": "string", "maxLength": LONGEST_QUESTION},
            "maxItems": MOST_EARLIER,
            "description": "earlier questions of the conversation, the oldest first, for a question such as 那深圳呢?",
        },
        as_written={
            "type": "boolean",
            "default": False,
            "description": "ask the question as it stands, where the answer's `asked` is not what was meant",
        },
        files=_files("files and folders to ask within, as `sources` names them; nothing comes from any other"),
        since=_text("ask within articles of this date or later, as 2023, 2023-05 or 2023-05-30; none without a date"),
        until=_text("the last date of the articles, the same way"),
    ),
    _tool(
        "figures",
        "List the figures that the documents give for one measure, across years and places, each with its value, unit, "
        "period, subject and mode (result, target, ...), its sentence, and the file and lines it stands in.",
        ("words",),
        words={
            "type": "string",
            "maxLength": LONGEST_QUESTION,
            "description": "what is measured, in Chinese or English, such as 引进项目数; may name a place and years",
        },
        places={
            "type": ["array", "null"],
            "items": {"type": "string", "maxLength": LONGEST_QUESTION},
            "maxItems": MOST_EARLIER,
            "description": "names of places of which the figures are to be",
        },
        first=_text("the first time, as 2023, 2023-06 or 2023-06-30"),
        last=_text("the last time, the same way"),
        mode={
            "type": "string",
            "enum": ["all", "result", "target"],
            "default": "all",
            "description": "result for what came about, target for targets and plans",
        },
        files=_files("files and folders that the figures are to stand in, as `sources` names them"),
    ),
    _tool(
        "search",
        "Find articles of the documents that have words, the best first by BM25.",
        ("words",),
        words={
            "type": "string",
            "maxLength": LONGEST_QUESTION,
            "description": "what to look for, in Chinese or English",
        },
        k=_count("articles to find at most", 10),
    ),
    _tool("sources", "List the documents: file, counts of articles and chunks, size in bytes."),
)
"""The tools, all there are: there are neither prompts nor resources."""


def _check_names(function: Callable[..., Any], arguments: dict[str, Any]) -> None:
    """Raise ValueError unless these are arguments of a tool; what they are the endpoints look at themselves."""
    signature = inspect.signature(function)
    try:
        signature.bind(**arguments)
    except TypeError:
        allowed = ", ".join(signature.parameters) or "–"
        raise ValueError(
            say(
                f"参数不合：少了，或多了。可用的是：{allowed}。",
                f"An argument is missing, or is not known. There are: {allowed}.",
            )
        ) from None


class MCPServer:
    """An ASGI application that serves the tools over streamable HTTP. It runs within `running()`."""

    def __init__(self, qa: Asks, line: WorkQueue) -> None:
        endpoints = Endpoints(qa, line)
        self._line = line
        self._quiet = OneLine()
        functions: dict[str, Callable[..., Any]] = {
            "ask": endpoints.ask,
            "figures": endpoints.figures,
            "search": endpoints.search,
            "sources": endpoints.sources,
        }
        waiting = CapacityLimiter(MOST_UNDER_WAY)
        server: Server[object, object] = Server(_NAME)

        @server.list_tools()  # type: ignore[no-untyped-call, untyped-decorator]
        async def list_tools() -> list[Tool]:
            return list(TOOLS)

        # Its own check would repeat in full what does not fit.
        @server.call_tool(validate_input=False)  # type: ignore[untyped-decorator]
        async def call_tool(name: str, arguments: dict[str, Any]) -> tuple[list[TextContent], dict[str, Any]]:
            function = functions.get(name)
            if function is None:
                raise ValueError(say(f"没有工具 {name[:80]!r}。", f"There is no tool {name[:80]!r}."))
            _check_names(function, arguments)
            called = functools.partial(told(function, ValueError), **arguments)
            found = await to_thread.run_sync(called, limiter=waiting)
            text = json.dumps(found, ensure_ascii=False)
            structured = found if isinstance(found, dict) else {"result": found}
            return [TextContent(type="text", text=text)], structured

        # Without sessions nothing of a client is kept, and a server that starts anew is not missed.
        self._manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The time in which it answers."""
        # The library logs what it is sent as it is, in part by the root logger.
        logging.getLogger("mcp").setLevel(logging.CRITICAL)
        root = logging.getLogger()
        root.addFilter(self._quiet)
        try:
            async with self._manager.run():
                yield
        finally:
            root.removeFilter(self._quiet)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "POST":
            await self._answer(scope, receive, send)
        else:  # without sessions there is nothing to listen to, and none to end
            await Response(status_code=_NOT_ALLOWED, headers={"Allow": "POST"})(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request whose body is in memory already; what it asks is not computed once its client has left."""
        try:
            body = await read_body(receive, 1 << 30)
        except Gone:
            return
        leaving = asyncio.ensure_future(receive())

        async def after_body() -> Message:
            return await asyncio.shield(leaving)

        leaving.add_done_callback(lambda _: self._line.forget_left())
        client_left.set(leaving.done)
        try:
            await self._manager.handle_request(scope, replay(body, after_body), send)
        finally:
            leaving.cancel()
