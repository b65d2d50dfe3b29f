"""Requests of the list of conversations: finding, renaming, deleting, bringing back, exporting; each by its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import Body, FastAPI, Query, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from web.chat.exporting import Form, exported_file
from web.chat.said import Exported
from web.chat.talks.shown import render_list
from web.chat.talks.talk import NotKept, title_of
from web.look.words import as_language, said_in, word
from web.queue.visitors import visitor_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from web.desk import Desk

__all__ = ["add_talk_routes", "owner_in"]

_LONGEST_TEXT, _LONGEST_NAME = 2000, 100
_NOT_FOUND, _CONFLICT = 404, 409
_ALL = "all"

_Text = Annotated[str, Query(max_length=_LONGEST_TEXT)]
_Named = Annotated[str, Body(max_length=_LONGEST_NAME)]
_Language = Annotated[str, Body(max_length=_LONGEST_NAME)]


def owner_in(request: Request) -> str:
    """Whose conversations a request may see."""
    return visitor_of(request.scope).owner


def add_talk_routes(app: FastAPI, desk: Desk) -> None:
    """Add the routes under /wenju/ to an app. Another's conversation is as one that never was."""

    @app.get("/wenju/talks", include_in_schema=False)
    def talks(
        request: Request, find: _Text = "", turn: _Text = "", current: _Text = "", every: bool = False,
        language: _Text = "zh",
    ) -> Response:  # fmt: skip
        owner, tongue = owner_in(request), as_language(language)
        held = desk.talks.talk_of(owner, turn) if turn else current
        note = desk.talks.note(owner, held)
        listed = render_list(desk.talks.talks(owner, find), tongue, held, find, note, every)
        return JSONResponse({"html": listed, "current": held})

    @app.post("/wenju/talk/rename", include_in_schema=False)
    def rename(
        request: Request,
        talk: _Named,
        title: Annotated[str, Body(max_length=_LONGEST_TEXT)],
        language: _Language = "zh",
    ) -> Response:
        if not title_of(title):
            return PlainTextResponse(word("no_title", as_language(language)), _CONFLICT)
        return _done(lambda: desk.talks.rename(owner_in(request), talk, title), language)

    @app.post("/wenju/talk/remove", include_in_schema=False)
    def remove(request: Request, talk: _Named, language: _Language = "zh") -> Response:
        return _done(lambda: desk.talks.remove(owner_in(request), talk), language)

    @app.post("/wenju/talk/restore", include_in_schema=False)
    def restore(request: Request, talk: _Named, language: _Language = "zh") -> Response:
        return _done(lambda: desk.talks.restore(owner_in(request), talk), language)

    @app.get("/wenju/export", include_in_schema=False)
    def export(
        request: Request, turns: Annotated[str, Query(max_length=10 * _LONGEST_TEXT)] = "", talk: _Text = "",
        form: Form = "md", language: _Text = "zh",
    ) -> Response:  # fmt: skip
        tongue, owner = as_language(language), owner_in(request)
        chosen = _all_of(desk, owner) if talk == _ALL else [_one_of(desk, owner, talk, turns.split())]
        file = exported_file(chosen, form, tongue)
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
            "Cache-Control": "no-store",
        }
        return Response(file.content, media_type=file.media_type, headers=headers)


def _done(change: Callable[[], bool], language: str) -> Response:
    """What a change came to: done, nothing of that name, or the reason why not."""
    tongue = as_language(language)
    try:
        done = change()
    except NotKept as reason:
        return PlainTextResponse(said_in(tongue, reason), _CONFLICT)
    return PlainTextResponse("") if done else PlainTextResponse(word("no_such_talk", tongue), _NOT_FOUND)


def _all_of(desk: Desk, owner: str) -> list[Exported]:
    """Every conversation of an owner, the latest first."""
    found = (desk.talks.open(owner, talk.id, None) for talk in desk.talks.talks(owner))
    return [Exported(each[0].title, tuple(each[1])) for each in found if each is not None]


def _one_of(desk: Desk, owner: str, talk: str, shown: list[str]) -> Exported:
    """A conversation, with what is shown of it and not kept; where none is kept, what is shown."""
    found = desk.talks.open(owner, talk, None) if talk else None
    kept = [] if found is None else found[1]
    known = {turn.id for turn in kept}
    turns = [*kept, *desk.turns([name for name in shown if name not in known], owner)]
    title = turns[0].question if found is None and turns else "" if found is None else found[0].title
    return Exported(title_of(title), tuple(turns))
