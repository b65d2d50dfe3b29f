"""The requests of the documents tab: its list, adding, removing and putting back, builds, watching, finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Body, FastAPI, Query
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from chinese.errors import WenjuError, speaking
from chinese.shown import shown
from embeddings.errors import Unreadable
from qa.finding.articles import search_articles
from web.chat.render import render_error
from web.desk import in_turn, kept_lexicon
from web.documents.files import render_build, render_found, render_kept, render_library, render_lines
from web.documents.frame import render_frame
from web.documents.library import Removed, remove
from web.documents.listing import ListQuery
from web.documents.restoring import Restored, kept_files, restore
from web.documents.uploads import Refused, Stored, shown_name
from web.door.own_files import own_upload
from web.look.words import as_language, said_in, word

if TYPE_CHECKING:
    from chinese.errors import Language
    from web.desk import Desk
    from web.documents.shelf import Shelf

__all__ = ["add_library"]

_FOUND = 10
_LONGEST_TEXT, _LONGEST_WORDS = 4096, 200
_MOST_FILES = 1000
_LARGEST = 10**9
_FORBIDDEN, _UNPROCESSABLE = 403, 422
_AGAIN = "Wenju-Again"
"""Says with a list that a newer one is being made."""

_Text = Annotated[str, Query(max_length=_LONGEST_TEXT)]
_Words = Annotated[str, Query(max_length=_LONGEST_WORDS)]
_Name = Annotated[str, Body(max_length=_LONGEST_TEXT)]
_Names = Annotated[list[str], Body(max_length=_MOST_FILES)]


def add_library(app: FastAPI, desk: Desk, shelf: Shelf) -> None:
    """Add the routes to an app; those that change something refuse where visitors may not."""
    _add_showing(app, desk, shelf)
    _add_moving(app, desk, shelf)
    _add_building(app, desk, shelf)


def _add_showing(app: FastAPI, desk: Desk, shelf: Shelf) -> None:
    @app.get("/wenju/library-frame", include_in_schema=False)
    def frame(language: _Text = "zh") -> Response:
        return HTMLResponse(render_frame(as_language(language), may_change=desk.may_change))

    @app.get("/wenju/library", include_in_schema=False)
    def listed(
        words: _Words = "",
        which: _Words = "all",
        by: _Words = "file",
        down: bool = False,
        page: Annotated[int, Query(ge=1, le=_LARGEST)] = 1,
        language: _Text = "zh",
    ) -> Response:
        tongue, query = as_language(language), ListQuery.of(words, which, by, down, page)
        try:
            with speaking(tongue):
                library, again = shelf.library()
        except WenjuError as error:
            return HTMLResponse(render_error(str(error), tongue))
        headers = {_AGAIN: "1"} if again else {}
        if query.shown == "kept" and desk.may_change:
            return HTMLResponse(render_kept(kept_files(shelf.corpus), library, query, tongue), headers=headers)
        return HTMLResponse(render_library(library, tongue, query, may_change=desk.may_change), headers=headers)

    @app.get("/wenju/library-state", include_in_schema=False)
    def state(language: _Text = "zh") -> Response:
        tongue, now, index = as_language(language), shelf.builder.state(), desk.index()
        return JSONResponse(
            {
                "running": now.phase == "running",
                "phase": now.phase,
                "html": render_build(now, tongue),
                "generation": "" if index is None else index.generation,
                "watching": shelf.watcher.is_on,
            }
        )

    @app.get("/wenju/library-found", include_in_schema=False)
    def found(words: _Words, language: _Text = "zh") -> Response:
        tongue, index = as_language(language), desk.index()
        if index is None or not words.strip():
            return HTMLResponse("")
        try:
            with speaking(tongue):
                hits = in_turn(desk.line, search_articles, index, words, _FOUND, kept_lexicon(desk.qa))
                return HTMLResponse(render_found(hits, tongue))
        except WenjuError as error:
            return HTMLResponse(render_lines([str(error)], tongue))


def _add_moving(app: FastAPI, desk: Desk, shelf: Shelf) -> None:
    @app.post("/wenju/library/add", include_in_schema=False)
    def add(files: _Names, folders: _Names | None = None, language: _Name = "zh") -> Response:
        tongue = as_language(language)
        with desk.uploads.taking(files), speaking(tongue):
            if not desk.may_change:
                return _read_only(tongue)
            if folders is not None and len(folders) != len(files):
                return PlainTextResponse("folders", _UNPROCESSABLE)
            results = _added(desk, shelf, files, folders)
        shelf.has_changed()
        lines = [_stored(item, tongue) for item in results]
        return _told(lines, tongue, added=sum(isinstance(item, Stored) for item in results))

    @app.post("/wenju/library/remove", include_in_schema=False)
    def take_out(files: _Names, language: Annotated[str, Body()] = "zh") -> Response:
        tongue = as_language(language)
        if not desk.may_change:
            return _read_only(tongue)
        try:
            with speaking(tongue):
                results = remove(shelf.corpus, files)
        except WenjuError as error:
            return _told([str(error)], tongue)
        shelf.has_changed()
        kept = [item.kept for item in results if isinstance(item, Removed)]
        return _told([_removed(item, tongue) for item in results], tongue, kept=kept)

    @app.post("/wenju/library/restore", include_in_schema=False)
    def put_back(kept: _Names, language: Annotated[str, Body()] = "zh") -> Response:
        tongue = as_language(language)
        if not desk.may_change:
            return _read_only(tongue)
        results = restore(shelf.corpus, kept)
        shelf.has_changed()
        lines = [_restored(item, tongue) for item in results]
        return _told(lines, tongue, restored=sum(isinstance(item, Restored) for item in results))


def _add_building(app: FastAPI, desk: Desk, shelf: Shelf) -> None:
    @app.post("/wenju/library/build", include_in_schema=False)
    def build(language: Annotated[str, Body(embed=True)] = "zh") -> Response:
        tongue = as_language(language)
        if not desk.may_change:
            return _read_only(tongue)
        return _told([], tongue, begun=shelf.builder.start(tongue))

    @app.post("/wenju/library/stop", include_in_schema=False)
    def stop(language: Annotated[str, Body(embed=True)] = "zh") -> Response:
        tongue = as_language(language)
        if not desk.may_change:
            return _read_only(tongue)
        shelf.builder.stop()
        return _told([], tongue)

    @app.post("/wenju/library/watch", include_in_schema=False)
    def watch(on: Annotated[bool, Body()], language: Annotated[str, Body()] = "zh") -> Response:
        tongue = as_language(language)
        if not desk.may_change:
            return _read_only(tongue)
        shelf.watch(on)
        return _told([], tongue, watching=shelf.watcher.is_on)


def _read_only(language: Language) -> Response:
    return _told([word("read_only", language)], language, status=_FORBIDDEN)


def _told(lines: list[str], language: Language, status: int = 200, **more: object) -> Response:
    return JSONResponse({"lines": lines, "html": render_lines(lines, language), **more}, status)


def _added(desk: Desk, shelf: Shelf, files: list[str], folders: list[str] | None) -> list[Stored | Refused]:
    """Put what was uploaded here into the corpus; whatever else is named is neither read nor deleted."""
    own, places, refused = [], [], []
    for number, file in enumerate(files):
        try:
            path = own_upload(file, desk.uploads.path)
        except Unreadable as reason:
            refused.append(Refused(shown_name(file.rpartition("/")[2]), reason.zh, reason.en))
        else:
            own.append((path.name, path))
            places.append(folders[number] if folders is not None else "")
    return [*shelf.intake.store(own, places), *refused]


def _stored(item: Stored | Refused, language: Language) -> str:
    if isinstance(item, Stored):
        return word("stored", language).format(shown(item.file))
    return word("refused", language).format(item.name, said_in(language, item))


def _removed(item: Removed | Refused, language: Language) -> str:
    if isinstance(item, Removed):
        return word("removed_line", language).format(shown(item.file))
    return word("not_taken_out", language).format(item.name, said_in(language, item))


def _restored(item: Restored | Refused, language: Language) -> str:
    if isinstance(item, Restored):
        return word("restored", language).format(shown(item.file))
    return word("not_restored", language).format(item.name, said_in(language, item))
