"""Taking uploads in: what a browser sends as a form becomes files in the server's own folder, in place of Gradio's way.

Gradio's writes into a folder that all programs of the machine share, keeps what is cut off, and says nothing where the
disk is full.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import unicodedata
from contextlib import closing
from typing import TYPE_CHECKING

from anyio import to_thread
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.datastructures import Headers

from chinese.errors import WenjuError, say
from web.documents.upload_folder import NoRoom
from web.door.guard import FILE_BYTES
from web.door.incoming import Gone
from web.queue.visitors import visitor_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope, Send

    from web.documents.upload_folder import Batch, UploadFolder

__all__ = ["MOST_FILES", "Receiving", "file_name"]

MOST_FILES = 100
"""Files that may come at once. Fewer are added; of those that are not, the page says so."""

_LONGEST_NAME = 200
_MOST_PARTS = 2 * MOST_FILES
_SLASHES = re.compile(r"[\\/]")
_FIELD = b"files"
_BAD, _TOO_LARGE, _TOO_MANY, _FULL = 400, 413, 429, 507
_log = logging.getLogger(__name__)


class _Refused(Exception):
    """The upload is not taken, with this status and sentence."""

    def __init__(self, status: int, zh: str, en: str) -> None:
        super().__init__(en)
        self.status, self.zh, self.en = status, zh, en


class Receiving:
    """ASGI application that answers an upload with the paths of its files, as Gradio does.

    Whatever goes wrong, nothing of the upload is left.
    """

    def __init__(self, folder: UploadFolder) -> None:
        self._folder = folder
        # Else each broken form would be a line of the log, as often as a visitor likes.
        logging.getLogger("python_multipart").setLevel(logging.ERROR)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Headers(scope=scope), visitor_of(scope).name, receive)
        await response(scope, receive, send)

    async def _answer(self, headers: Headers, visitor: str, receive: Receive) -> Response:
        pieces = _pieces(receive)
        try:
            try:
                return JSONResponse(await self._take(headers, visitor, pieces))
            except (_Refused, WenjuError, OSError) as error:
                # A browser reads no answer before it has sent all.
                async for _ in pieces:
                    pass
                return _refusal(error)
        except Gone:
            return Response(status_code=_BAD)

    async def _take(self, headers: Headers, visitor: str, pieces: AsyncIterator[bytes]) -> list[str]:
        """The paths of what was brought; where something goes wrong, all of it is removed again."""
        boundary = _boundary(headers)
        batch = await to_thread.run_sync(self._folder.begin, visitor)
        files: list[str] = []
        try:
            with closing(_Form(self._folder, batch, boundary)) as form:
                async for piece in pieces:
                    await to_thread.run_sync(form.write, piece)
                form.end()
            files = [str(file) for file in batch.files]
        finally:
            if not files:
                self._folder.discard(batch)
        return files


async def _pieces(receive: Receive) -> AsyncIterator[bytes]:
    """The body as it arrives. Raises Gone where it is cut off."""
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        yield message.get("body", b"")
        more = message.get("more_body", False)


def _boundary(headers: Headers) -> bytes:
    kind, options = parse_options_header(headers.get("content-type"))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise _no_form()
    return options[b"boundary"]


class _Form:
    """A form of multipart/form-data that is read in pieces; its files are written into a batch as they come."""

    def __init__(self, folder: UploadFolder, batch: Batch, boundary: bytes) -> None:
        self._folder, self._batch = folder, batch
        self._header = self._value = self._disposition = b""
        self._file: int | None = None
        self._size = self._parts = 0
        self._ended = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin_part,
                    "on_header_field": self._read_header,
                    "on_header_value": self._read_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._begin_content,
                    "on_part_data": self._read_content,
                    "on_part_end": self.close,
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            raise _no_form() from error

    def write(self, piece: bytes) -> None:
        """Read on. Raises _Refused, NoRoom, or OSError where it cannot be written."""
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise _no_form() from error

    def end(self) -> None:
        """Raise _Refused unless the form is at its end."""
        if not self._ended:
            raise _no_form()

    def close(self) -> None:
        """Close the file that is being written."""
        if self._file is not None:
            opened, self._file = self._file, None
            os.close(opened)

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise _no_form()
        self._header = self._value = self._disposition = b""

    def _read_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _read_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def _begin_content(self) -> None:
        _, options = parse_options_header(self._disposition)
        if options.get(b"name") != _FIELD or b"filename" not in options:
            return  # no file: nothing here reads it
        if len(self._batch.files) >= MOST_FILES:
            raise _Refused(
                _TOO_LARGE,
                f"一次最多上传 {MOST_FILES} 个文件，请分几次。",
                f"At most {MOST_FILES} files at once; send the rest after these.",
            )
        self._size = 0
        self._file = self._folder.add_file(self._batch, file_name(options[b"filename"].decode("utf-8", "replace")))

    def _read_content(self, data: bytes, start: int, end: int) -> None:
        if self._file is None:
            return
        self._size += end - start
        if self._size > FILE_BYTES:
            most = f"{FILE_BYTES >> 20} MiB"
            raise _Refused(_TOO_LARGE, f"文件太大，最多 {most}。", f"The file is too large, at most {most}.")
        self._folder.count(self._batch, end - start)
        _write(self._file, memoryview(data)[start:end])

    def _end(self) -> None:
        self._ended = True


def _write(file: int, data: memoryview) -> None:
    """Write all of it. Raises OSError where the disk is full."""
    while data:
        data = data[os.write(file, data) :]


def file_name(claimed: str) -> str:
    """The last part of a claimed name, fit for any disk; what of it may stay is decided where it is added."""
    last = "".join(character for character in _SLASHES.split(claimed)[-1] if unicodedata.category(character) != "Cc")
    stem, dot, suffix = last.rpartition(".")
    tail = f"{dot}{suffix}" if len(suffix.encode()) < _LONGEST_NAME // 2 else ""
    name = (stem if tail else last).encode()[: _LONGEST_NAME - len(tail.encode())].decode("utf-8", "ignore") + tail
    return name if name.strip(". ") else "_"


def _no_form() -> _Refused:
    return _Refused(
        _BAD,
        "上传的内容不完整，或不是 multipart/form-data。请再试一次。",
        "The upload is incomplete, or no multipart/form-data. Try again.",
    )


def _refusal(error: _Refused | WenjuError | OSError) -> Response:
    headers: dict[str, str] = {}
    sentence: str
    if isinstance(error, _Refused):
        status, sentence = error.status, say(error.zh, error.en)
    elif isinstance(error, NoRoom):
        status, sentence, headers = _TOO_MANY, str(error), {"Retry-After": str(max(1, round(error.seconds)))}
    elif isinstance(error, WenjuError):
        status, sentence = _FULL, str(error)
    else:
        _log.warning("An upload could not be kept: %s", error.strerror or type(error).__name__)
        status, sentence = _FULL, _not_kept(error)
    # As text, for the page shows what it gets.
    return PlainTextResponse(sentence, status, headers)


def _not_kept(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return say(
            "服务器存放上传文件的磁盘已满；请腾出空间再试。",
            "The disk that uploads are kept on is full; make room and try again.",
        )
    detail = error.strerror or type(error).__name__
    return say(f"上传没能保存：{detail}。", f"The upload could not be kept: {detail}.")
