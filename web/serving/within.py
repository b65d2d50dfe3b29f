"""The control beside the question box that says within which documents is asked, and what it offers to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import gradio as gr
from fastapi import FastAPI, Query
from fastapi.responses import JSONResponse

from web.chat.within import choices
from web.look.marks import escape
from web.look.within_words import within_json

if TYPE_CHECKING:
    from web.desk import Desk

__all__ = ["add_within", "add_within_route"]

_LONGEST_TYPED = 500


def add_within() -> gr.Textbox:
    """Put the control into a page that is being built; the page's script draws it.

    What is returned is to be the last input of whatever asks. The page's script puts in what is chosen, as JSON, in the
    moment that a question is sent: what is asked is what is seen.
    """
    drawn = f'<div id="wj-within" class="wj" data-words="{escape(within_json())}"></div>'
    gr.HTML(drawn, padding=False, elem_id="wj-within-block")
    return gr.Textbox("", visible="hidden", show_label=False)


def add_within_route(app: FastAPI, desk: Desk) -> None:
    """Add the route that lists the folders and files there are to choose from."""

    @app.get("/wenju/within", include_in_schema=False)
    def offered(find: Annotated[str, Query(max_length=_LONGEST_TYPED)] = "") -> JSONResponse:
        index = desk.index()
        files = [] if index is None else [entry.file for entry in index.manifest.documents]
        return JSONResponse(choices(files, find))
