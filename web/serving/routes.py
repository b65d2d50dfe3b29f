"""The page's own requests beside Gradio's: a document to read, an answer to copy, feedback."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Annotated

from fastapi import Body, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from chinese.errors import WenjuError, speaking
from web.chat.copied import answer_text
from web.chat.feedback import Feedback, Judgements
from web.look.words import as_language, word
from web.serving.first_view import welcome
from web.serving.library import add_library
from web.serving.reading import add_reading
from web.serving.talk_routes import add_talk_routes, owner_in
from web.serving.within import add_within_route

if TYPE_CHECKING:
    from web.desk import Desk

_log = logging.getLogger(__name__)
_LONGEST_TEXT = 2000
_NOTHING, _NOT_FOUND, _CONFLICT = 204, 404, 409

_Text = Annotated[str, Query(max_length=_LONGEST_TEXT)]


def add_routes(app: FastAPI, desk: Desk) -> None:
    """Add the routes under /wenju/ to an app."""
    add_talk_routes(app, desk)
    add_within_route(app, desk)
    noted = None if desk.settings.feedback is None else Judgements(Feedback(desk.settings.feedback))

    @app.get("/wenju/alive", include_in_schema=False)
    async def alive() -> Response:
        """That the server answers at all, whatever else it does."""
        return Response(status_code=_NOTHING)

    @app.get("/wenju/welcome", include_in_schema=False)
    def first(language: _Text = "zh") -> Response:
        return HTMLResponse(welcome(desk, as_language(language)))

    add_reading(app, desk)
    if desk.shelf is not None:
        add_library(app, desk, desk.shelf)

    @app.get("/wenju/answer", include_in_schema=False)
    def copied(request: Request, turn: _Text, language: _Text = "zh") -> Response:
        tongue = as_language(language)
        turns = desk.turns([turn], owner_in(request))
        if not turns or turns[0].answer is None:
            return PlainTextResponse(word("no_turn", tongue), _NOT_FOUND)
        return PlainTextResponse(answer_text(turns[0].answer, tongue))

    @app.post("/wenju/feedback", include_in_schema=False)
    async def feedback(
        request: Request,
        turn: Annotated[str, Body(max_length=_LONGEST_TEXT)],
        good: Annotated[bool | None, Body()] = None,
        right: Annotated[str | None, Body(max_length=_LONGEST_TEXT)] = None,
        language: Annotated[str, Body(max_length=_LONGEST_TEXT)] = "zh",
    ) -> Response:
        tongue = as_language(language)
        turns = await asyncio.to_thread(desk.turns, [turn], owner_in(request))
        if not turns or turns[0].answer is None:
            return PlainTextResponse(word("no_turn", tongue), _NOT_FOUND)
        if noted is None or desk.settings.read_only:
            return PlainTextResponse(word("no_feedback", tongue), _CONFLICT)
        try:
            with speaking(tongue):
                await asyncio.to_thread(noted.judge, turn, turns[0].answer, good, right)
        except (WenjuError, OSError) as error:
            _log.warning("Feedback could not be written: %s", error)
            return PlainTextResponse(word("not_noted", tongue), _CONFLICT)
        return PlainTextResponse(word("thanks", tongue))
