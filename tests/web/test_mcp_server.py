from __future__ import annotations

import asyncio
import json
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest
from mcp import ClientSession, McpError
from mcp.client.streamable_http import streamable_http_client
from mcp.types import TextContent

from chinese.errors import WenjuError
from tests.web.answers import HandMadeQA
from tests.web.conftest import CORPUS, free_port
from web.door.access import ServeSettings, set_password
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from pathlib import Path

    from mcp.types import CallToolResult

    from qa.engine import QA

QUESTION = "东港码头总投资多少?"


@pytest.fixture(scope="module")
def small(small_qa: QA) -> Iterator[str]:
    served = launch(small_qa, "127.0.0.1", free_port(), None, ServeSettings(mcp=True))
    yield f"{served.local_url}gradio_api/mcp"
    served.close()


@asynccontextmanager
async def session(url: str, auth: tuple[str, str] | None = None) -> AsyncIterator[ClientSession]:
    async with (
        httpx.AsyncClient(auth=auth, timeout=30) as http,
        streamable_http_client(url, http_client=http) as (read, write, *_),
        ClientSession(read, write) as opened,
    ):
        await opened.initialize()
        yield opened


def within(url: str, story: Callable[[ClientSession], Awaitable[Any]]) -> Any:
    """What a story of one MCP session comes to."""

    async def run() -> Any:
        async with session(url) as opened:
            return await story(opened)

    return asyncio.run(run())


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def test_exactly_the_four_tools_are_there_and_they_only_read(small: str) -> None:
    tools = within(small, lambda opened: opened.list_tools()).tools
    assert [tool.name for tool in tools] == ["ask", "figures", "search", "sources"]
    assert all(tool.description and tool.annotations.readOnlyHint for tool in tools)
    assert list(tools[0].inputSchema["properties"]) == [
        "question",
        "k",
        "history",
        "as_written",
        "files",
        "since",
        "until",
    ]


def test_ask_answers_as_json_and_takes_the_earlier_questions(small: str, small_qa: QA) -> None:
    earlier = ["东港码头哪年建成?"]
    arguments = {"question": "总投资呢?", "k": 2, "history": earlier}
    result = within(small, lambda opened: opened.call_tool("ask", arguments))
    expected = json.loads(json.dumps(small_qa.ask("总投资呢?", 2, earlier).to_dict()))
    assert not result.isError
    assert json.loads(text_of(result)) == result.structuredContent == expected
    assert "总投资" in text_of(result)
    written = within(small, lambda opened: opened.call_tool("ask", {**arguments, "as_written": True}))
    assert json.loads(text_of(written))["asked"] == "总投资呢?"


def test_ask_and_figures_stay_within_the_files_asked_for(small: str) -> None:
    def called(tool: str, **arguments: Any) -> Any:
        return within(small, lambda opened: opened.call_tool(tool, arguments)).structuredContent

    assert called("ask", question=QUESTION, files=["port.txt"], since="", until="")["texts"] == ["12亿元"]
    assert called("ask", question=QUESTION, files=["school.txt"])["texts"] == []
    assert called("figures", words="总投资", files=["school.txt"])["result"] == []
    unknown = within(small, lambda opened: opened.call_tool("ask", {"question": QUESTION, "files": ["harbour.txt"]}))
    assert unknown.isError
    assert "harbour.txt" in text_of(unknown)


def test_figures_are_told_with_their_sources(small: str) -> None:
    arguments = {"words": "总投资", "places": None, "mode": "result"}
    found = within(small, lambda opened: opened.call_tool("figures", arguments)).structuredContent["result"]
    assert [(figure["text"], figure["sources"][0]["file"]) for figure in found] == [("12亿元", "port.txt")]


def test_search_and_sources_answer_too(small: str) -> None:
    found = within(small, lambda opened: opened.call_tool("search", {"words": "图书馆"})).structuredContent["result"]
    assert [article["source"]["file"] for article in found] == ["school.txt"]
    listed = within(small, lambda opened: opened.call_tool("sources", {})).structuredContent["result"]
    assert [document["file"] for document in listed] == list(CORPUS)


@pytest.mark.parametrize("name", ["send", "reply", "build", "take_out", "upload_file_to_gradio", "ASK", "ask_1", ""])
def test_nothing_else_can_be_called(small: str, name: str) -> None:
    result = within(small, lambda opened: opened.call_tool(name, {"question": QUESTION}))
    assert result.isError
    assert repr(name) in text_of(result)


def test_there_are_no_prompts_and_no_resources(small: str) -> None:
    async def tried(opened: ClientSession) -> list[str]:
        said = []
        for call in (
            opened.list_prompts,
            lambda: opened.get_prompt("ask", {"question": QUESTION}),
            opened.list_resources,
            opened.list_resource_templates,
            lambda: opened.read_resource(cast("Any", "file:///etc/hostname")),
        ):
            with pytest.raises(McpError) as refused:
                await call()
            said.append(str(refused.value))
        return said

    assert within(small, tried) == ["Method not found"] * 5


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"question": ""},
        {"question": QUESTION, "k": 99},
        {"question": QUESTION, "k": {"inside": 1}},
        {"question": QUESTION, "k": "inside"},
        {"question": QUESTION, "history": "inside"},
        {"question": QUESTION, "history": [{"inside": 1}]},
        {"question": {"inside": 1}},
        {"question": ["inside"]},
        {"path": "/inside"},
    ],
)
def test_what_cannot_be_asked_is_told_and_no_traceback(small: str, arguments: dict[str, Any]) -> None:
    result = within(small, lambda opened: opened.call_tool("ask", arguments))
    assert result.isError
    assert "Traceback" not in text_of(result)
    assert "inside" not in text_of(result), "what was sent is not repeated"


def test_what_nobody_foresaw_is_told_without_its_detail_and_other_methods_are_refused(
    caplog: pytest.LogCaptureFixture,
) -> None:
    served = launch(HandMadeQA(), "127.0.0.1", free_port(), None, ServeSettings(mcp=True))
    url = f"{served.local_url}gradio_api/mcp"
    result = within(url, lambda opened: opened.call_tool("ask", {"question": "boom?"}))
    statuses = [httpx.request(method, url).status_code for method in ("GET", "DELETE")]
    served.close()
    assert (result.isError, "secret" in text_of(result)) == (True, False)
    assert "secret detail" in caplog.text
    assert statuses == [405, 405]


def test_without_a_login_mcp_is_refused_and_with_one_it_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.door.access._N", 2**10)
    set_password(tmp_path / "users.txt", "anna", "secret")
    settings = ServeSettings(mcp=True, users=tmp_path / "users.txt")
    served = launch(HandMadeQA(), "127.0.0.1", free_port(), None, settings)
    url = f"{served.local_url}gradio_api/mcp"
    call = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "ask", "arguments": {"question": "?"}},
    }
    headers = {"accept": "application/json, text/event-stream"}
    assert [httpx.post(place, json=call, headers=headers).status_code for place in (url, url + "/")] == [401, 401]

    async def ask() -> CallToolResult:
        async with session(url, ("anna", "secret")) as opened:
            return await opened.call_tool("ask", {"question": "引进了多少个项目?"})

    result = asyncio.run(ask())
    served.close()
    assert result.structuredContent is not None
    assert result.structuredContent["texts"] == ["311个"]


def test_mcp_is_closed_unless_it_is_wanted(address: str) -> None:
    assert httpx.post(f"{address}gradio_api/mcp", json={}).status_code in (404, 405)


def test_where_mcp_is_not_installed_the_way_to_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")
    monkeypatch.delitem(sys.modules, "web.api.mcp_server", raising=False)
    for name in [name for name in sys.modules if name == "mcp" or name.startswith("mcp.")]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(WenjuError, match=r"pip install 'wenju\[mcp\]'"):
        launch(HandMadeQA(), "127.0.0.1", free_port(), None, ServeSettings(mcp=True))
