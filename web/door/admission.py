"""Which requests reach Gradio, and what each function of the page may be given.

Gradio takes an object that names a file wherever a value is expected, copies the file it names and serves the copy.
So nothing reaches it but what the page and the documented calls send: requests to paths that are listed here, with
texts where a function takes texts, and with files where it takes files that were uploaded to this server.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from chinese.errors import say
from embeddings.errors import Unreadable
from web.door.incoming import LONGEST_KEY, SAFE_METHODS, as_json, mappings
from web.door.own_files import own_upload
from web.door.refusals import RequestRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    import gradio as gr
    from gradio.blocks import Block

    from web.door.incoming import Incoming

__all__ = ["Admission"]

_InputKind = Literal["text", "files", "plain"]

_CALLS = "ask|figures|search|sources"
_READ = re.compile(
    r"/|/(?:config|theme\.css|favicon\.ico|robots\.txt|manifest\.json)|/(?:assets|static|svelte|wenju)/.+"
    r"|/gradio_api/(?:info|theme\.css|startup-events|queue/data|upload_progress|heartbeat/[^/]+"
    rf"|call/(?:v2/)?(?:{_CALLS})/[^/]+)"
)
_SENT = re.compile(rf"/wenju/.+|/gradio_api/(?:call/(?:v2/)?(?:{_CALLS})|queue/join|cancel|reset|upload|mcp)")
_CALL = re.compile(rf"/gradio_api/call/(v2/)?(?:{_CALLS})")
_GRADIO = "/gradio_api/"
_JOIN = "/gradio_api/queue/join"
_MCP = "/gradio_api/mcp"
_TEXTS = frozenset({"textbox", "button"})
_FILES = frozenset({"uploadbutton", "file"})
_OF_A_FILE = frozenset({"path", "url", "orig_name", "size", "mime_type", "is_stream", "meta"})
_MOST_FILES = 100
_LONGEST_PART = 255
_FORBIDDEN, _NOT_FOUND, _UNPROCESSABLE = 403, 404, 422


@dataclass(frozen=True, slots=True)
class Admission:
    """What may be sent: for each function of the page by its number what its inputs take, and where uploads lie."""

    inputs: Mapping[int, tuple[_InputKind, ...]]
    uploads: Path

    @classmethod
    def of(cls, page: gr.Blocks, uploads: Path) -> Admission:
        """Read it from a page that is built; `uploads` is the folder that what is sent lies in."""
        inputs = {number: tuple(_kind(block) for block in function.inputs) for number, function in page.fns.items()}
        return cls(inputs, uploads)

    def check_path(self, request: Incoming) -> None:
        """Raise RequestRefused for a method and a path that neither the page nor a documented call uses."""
        known = _READ if request.method in SAFE_METHODS else _SENT if request.method == "POST" else None
        listed = known is not None and known.fullmatch(request.path) is not None
        # No file has a longer name, and the system would say so with an error.
        listed = listed and all(len(part.encode()) <= _LONGEST_PART for part in request.path.split("/"))
        # MCP answers itself what it is not asked by POST.
        if not listed and request.path != _MCP:
            path = request.path[:80]
            raise RequestRefused(
                _NOT_FOUND,
                say(
                    f"这里没有 {path!r} 可供 {request.method}。问据的网页在 /。",
                    f"There is nothing at {path!r} to {request.method}. The page of wenju is at /.",
                ),
            )

    def check_body(self, request: Incoming, body: bytes) -> None:
        """Raise RequestRefused for a body with a file where none is taken, or that fits no function of the page."""
        data, path = as_json(body), request.path
        call = _CALL.fullmatch(path)
        if path == _JOIN or call is not None:
            _check_session(_as_mapping(data).get("session_hash"))
        if path == _JOIN:
            self._check_join(data)
        elif call is not None and isinstance(data, dict):
            _check_plain(list(data.values()) if call[1] else data.get("data"))
        elif data is None and request.method == "POST" and path.startswith(_GRADIO) and (call is None or call[1]):
            raise RequestRefused(_UNPROCESSABLE, say("请求应为 JSON。", "The request must be JSON."))
        # What joins the queue may have files among its data, where they have been looked at.
        _check_no_file(data if path != _JOIN else {**_as_mapping(data), "data": None})

    def _check_join(self, data: object) -> None:
        call = _as_mapping(data)
        number, values = call.get("fn_index"), call.get("data")
        # Gradio takes true and 1.0 for 1.
        inputs = self.inputs.get(number) if type(number) is int else None
        if inputs is None or not isinstance(values, list) or len(values) != len(inputs):
            raise RequestRefused(
                _UNPROCESSABLE,
                say("网页没有这个功能。请刷新网页。", "The page has no such function. Reload the page."),
            )
        for kind, value in zip(inputs, values, strict=True):
            self._check_value(kind, value)

    def _check_value(self, kind: _InputKind, value: object) -> None:
        if kind == "files":
            files = value if isinstance(value, list) else [] if value is None else [value]
            if len(files) > _MOST_FILES:
                raise RequestRefused(_UNPROCESSABLE, say("一次添加的文件太多。", "Too many files at once."))
            for file in files:
                self._check_file(file)
        elif kind == "text" and value is not None and not isinstance(value, str | dict):
            raise _not_text()
        else:
            _check_plain(value)

    def _check_file(self, file: object) -> None:
        try:
            if not isinstance(file, dict) or not _OF_A_FILE.issuperset(file) or file.get("is_stream"):
                raise Unreadable("", "")
            own_upload(file.get("path"), self.uploads)
        except Unreadable:
            raise RequestRefused(
                _FORBIDDEN,
                say(
                    "这不是上传到这里的文件，已拒绝。请在“文档”页重新添加。",
                    "This is no file that was uploaded here, and is refused. Add it again under Documents.",
                ),
            ) from None


def _kind(block: Block) -> _InputKind:
    name = block.get_block_name()
    return "files" if name in _FILES else "text" if name in _TEXTS else "plain"


def _as_mapping(data: object) -> dict[str, object]:
    return data if isinstance(data, dict) else {}


def _check_session(name: object) -> None:
    """Gradio keeps the name with each of the latest 10,000 events, and fails with a traceback at an empty one."""
    if name is not None and not (isinstance(name, str) and 0 < len(name) <= LONGEST_KEY):
        raise RequestRefused(
            _UNPROCESSABLE,
            say(
                f"session_hash 应为 1 到 {LONGEST_KEY} 个字的文字。请刷新网页。",
                f"session_hash must be text of 1 to {LONGEST_KEY} characters. Reload the page.",
            ),
        )


def _check_plain(value: object) -> None:
    """Texts, numbers and lists of them: an object is a file for Gradio, or becomes one by what it has inside."""
    for item in mappings(value):
        raise _no_file() if _names_a_file(item) else _not_text()


def _check_no_file(data: object) -> None:
    if any(_names_a_file(item) for item in mappings(data)):
        raise _no_file()


def _names_a_file(item: Mapping[str, object]) -> bool:
    meta = item.get("meta")
    return (isinstance(meta, dict) and "_type" in meta) or ("meta" in item and ("path" in item or "url" in item))


def _no_file() -> RequestRefused:
    return RequestRefused(_FORBIDDEN, say("这里不收文件，只收文字。", "No files are taken here, only text."))


def _not_text() -> RequestRefused:
    return RequestRefused(_UNPROCESSABLE, say("这里应为文字。请写成文字。", "This must be text. Write it as text."))
