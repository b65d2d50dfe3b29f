"""The page's own requests beside Gradio's: an article to read, an answer to copy, a chat to save, feedback."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import Body, FastAPI, Query
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from chinese.errors import WenjuError, speaking
from web.chat.article import Place, find_article, render_article
from web.chat.export import answer_text, conversation_markdown
from web.chat.feedback import Feedback, Judgements
from web.look.words import as_language, word
from web.serving.first_view import welcome

if TYPE_CHECKING:
    from web.desk import Desk

_log = logging.getLogger(__name__)
_LONGEST_TEXT = 2000
_NOTHING, _NOT_FOUND, _CONFLICT = 204, 404, 409

_Text = Annotated[str, Query(max_length=_LONGEST_TEXT)]


def add_routes(app: FastAPI, desk: Desk) -> None:
    """Add the routes under /wenju/ to an app."""
    noted = None if desk.settings.feedback is None else Judgements(Feedback(desk.settings.feedback))

    @app.get("/wenju/alive", include_in_schema=False)
    async def alive() -> Response:
        """That the server answers at all, whatever else it does."""
        return Response(status_code=_NOTHING)

    @app.get("/wenju/welcome", include_in_schema=False)
    def first(language: _Text = "zh") -> Response:
        return HTMLResponse(welcome(desk, as_language(language)))

    @app.get("/wenju/article", include_in_schema=False)
    def article(
        file: _Text, start: int = 1, end: int = 1, sheet: _Text = "", phrase: _Text = "", language: _Text = "zh"
    ) -> Response:
        tongue = as_language(language)
        index, place = desk.index(), Place(file, start, end, sheet)
        found = None if index is None else find_article(index, place, phrase)
        if found is None:
            return PlainTextResponse(word("no_article", tongue), _NOT_FOUND)
        return HTMLResponse(render_article(found, place, phrase, tongue))

    @app.get("/wenju/answer", include_in_schema=False)
    def copied(turn: _Text, language: _Text = "zh") -> Response:
        tongue = as_language(language)
        turns = desk.recent.find([turn])
        if not turns or turns[0].answer is None:
            return PlainTextResponse(word("no_turn", tongue), _NOT_FOUND)
        return PlainTextResponse(answer_text(turns[0].answer, tongue))

    @app.get("/wenju/export", include_in_schema=False)
    def export(turns: Annotated[str, Query(max_length=10 * _LONGEST_TEXT)] = "", language: _Text = "zh") -> Response:
        tongue = as_language(language)
        found = [(turn.question, turn.answer, turn.error) for turn in desk.recent.find(turns.split())]
        name = quote("问据.md" if tongue == "zh" else "wenju.md")
        return PlainTextResponse(
            conversation_markdown(found, tongue),
            media_type="text/markdown",
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        )

    @app.post("/wenju/feedback", include_in_schema=False)
    async def feedback(
        turn: Annotated[str, Body(max_length=_LONGEST_TEXT)],
        good: Annotated[bool | None, Body()] = None,
        right: Annotated[str | None, Body(max_length=_LONGEST_TEXT)] = None,
        language: Annotated[str, Body(max_length=_LONGEST_TEXT)] = "zh",
    ) -> Response:
        tongue = as_language(language)
        turns = desk.recent.find([turn])
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
