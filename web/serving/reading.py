"""The page's requests for a document: its text or its original as the dialog shows it, a page's picture, the file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import FastAPI, Query
from fastapi.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse

from embeddings.errors import Unreadable
from web.chat.hits import line_boxes
from web.chat.original import Reading
from web.documents.reader import Reader
from web.look.words import as_language, said_in, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

    from starlette.types import Receive, Scope, Send

    from embeddings.store.stores import Generation
    from web.desk import Desk
    from web.documents.originals import Originals

__all__ = ["add_reading"]

_LONGEST_TEXT = 2000
_LONGEST_TYPED = 100
_LARGEST = 10**9
_PIECE = 1 << 18
_FORBIDDEN, _NOT_FOUND = 403, 404

_Text = Annotated[str, Query(max_length=_LONGEST_TEXT)]
_Typed = Annotated[str, Query(max_length=_LONGEST_TYPED)]
_Number = Annotated[int, Query(ge=0, le=_LARGEST)]


def add_reading(app: FastAPI, desk: Desk) -> None:
    """Add the routes to an app."""

    @app.get("/wenju/article", include_in_schema=False)
    def article(
        file: _Text,
        start: _Number = 1,
        end: _Number = 1,
        sheet: _Text = "",
        phrase: _Text = "",
        view: _Typed = "",
        number: _Number = 0,
        hit: Annotated[int, Query(ge=-1, le=_LARGEST)] = -1,
        typed: _Typed = "",
        language: _Text = "zh",
    ) -> Response:
        tongue, index = as_language(language), desk.index()
        reading = Reading(file, start, end, sheet, phrase, view, number, hit, typed.strip())
        reader = None if index is None else Reader(index, desk.originals, desk.settings.downloads is True)
        found = None if reader is None else reader.html(reading, tongue)
        if found is None:
            return PlainTextResponse(word("no_article", tongue), _NOT_FOUND)
        return HTMLResponse(found)

    @app.get("/wenju/page-image", include_in_schema=False)
    def page_image(
        file: _Text, page: Annotated[int, Query(ge=1, le=_LARGEST)], width: int, language: _Text = "zh"
    ) -> Response:
        index, originals = desk.index(), desk.originals
        if index is None or originals is None:
            return PlainTextResponse(word("no_article", as_language(language)), _NOT_FOUND)
        try:
            return _picture(originals, index, file, page, width)
        except Unreadable as reason:
            return PlainTextResponse(said_in(as_language(language), reason), _NOT_FOUND)

    @app.get("/wenju/file", include_in_schema=False)
    def whole(file: _Text, language: _Text = "zh") -> Response:
        tongue, index = as_language(language), desk.index()
        if not desk.settings.downloads or index is None or desk.originals is None:
            return PlainTextResponse(word("no_download", tongue), _FORBIDDEN)
        try:
            opened = os.fdopen(desk.originals.open(index, file), "rb")
        except Unreadable as reason:
            return PlainTextResponse(said_in(tongue, reason), _NOT_FOUND)
        name = quote(file.rsplit("/", 1)[-1].encode("utf-8", "replace"))
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Content-Length": str(os.fstat(opened.fileno()).st_size),
        }
        return _Sent(opened, headers)


def _picture(originals: Originals, index: Generation, file: str, page: int, width: int) -> Response:
    lines = line_boxes(index.file_chunks(file), file, page)
    drawn = originals.page(index, file, page, width, lines)
    # Its address names the content: another file has another one.
    return Response(drawn.jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})


class _Sent(StreamingResponse):
    """A file that is sent, and closed however that ends: whoever leaves at once has none of it read."""

    def __init__(self, opened: BinaryIO, headers: Mapping[str, str]) -> None:
        super().__init__(_pieces(opened), media_type="application/octet-stream", headers=headers)
        self._opened = opened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._opened.close()


def _pieces(opened: BinaryIO) -> Iterator[bytes]:
    while piece := opened.read(_PIECE):
        yield piece
