"""Conversations that stay, as the page has them: the list beside the chat, and opening one of it again."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

import gradio as gr

from web.chat.talks.shown import render_list, render_talks
from web.chat.turns import Turn, update_of
from web.look.words import CHROME, as_language, word
from web.queue.results import asker

if TYPE_CHECKING:
    from chinese.errors import Language
    from web.chat.turns import Conversation
    from web.desk import Desk

__all__ = ["add_list", "add_opening", "add_opening_button", "begun", "list_of"]

_NAMED = "talk="
_MOST_SHOWN = 50
"""Turns of a conversation that are shown before all are asked for."""
_WANTED = "(_, ...given) => [window.wenju.wantedTalk, ...given]"
_TOGGLE = "() => window.wenju.toggleTalks()"


def add_opening_button(desk: Desk) -> None:
    """A button for the list where the window has no room for it; nothing where conversations are not kept."""
    if desk.talks.are_kept:
        opens = gr.Button(CHROME("talks"), size="sm", scale=0, elem_id="wj-talks-open")
        opens.click(None, js=_TOGGLE, api_visibility="private")


def add_list(desk: Desk) -> list[gr.HTML]:
    """The column of the list, in a row that is being built; none where conversations are not kept."""
    if not desk.talks.are_kept:
        return []
    with gr.Column(elem_id="wj-talks", min_width=0):
        return [gr.HTML("", padding=False, elem_id="wj-talks-shown")]


def list_of(desk: Desk, language: Language, current: str) -> list[str]:
    """What `add_list` shows to whoever asks: their conversations, with the one that is open marked."""
    if not desk.talks.are_kept:
        return []
    owner = asker().visitor.owner
    listed = render_list(desk.talks.talks(owner), language, current, note=desk.talks.note(owner, current))
    return [render_talks(listed, language, desk.settings.users is not None)]


def add_opening(desk: Desk, chat: gr.Chatbot, language: gr.Textbox, conversation: gr.State, news: gr.Textbox) -> None:
    """Open what the page's script names, in the page that is being built."""
    if not desk.talks.are_kept:
        return
    wanted = gr.Textbox("", visible="hidden", show_label=False)
    button = gr.Button(visible="hidden", elem_id="wj-talk-open")

    def open_one(name: str | None, said: str, earlier: Conversation) -> str:
        return _opened(desk, chat, name or "", earlier, as_language(said))

    hidden: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    button.click(open_one, [wanted, language, conversation], [news], js=_WANTED, trigger_mode="always_last", **hidden)


def begun(desk: Desk, chat: gr.Chatbot, named: str, conversation: Conversation, language: Language) -> str:
    """The news of what a page begins with: a conversation named as talk=ID, or the latest turns by their ids."""
    if named.startswith(_NAMED):
        return _opened(desk, chat, named.removeprefix(_NAMED), conversation, language)
    conversation.begin(turns=desk.recent.find(named.split()[-_MOST_SHOWN:]))
    return update_of(chat, conversation.turns, language)


def _opened(desk: Desk, chat: gr.Chatbot, named: str, conversation: Conversation, language: Language) -> str:
    """The news of a conversation that is named, which `conversation` goes on with.

    After a blank, "all" has all its turns shown. The news are JSON: `talk` "" where whoever asks has no such one, its
    `turns` as in `update_of`, how many `earlier` ones are not shown, `within` which documents the last was asked (as
    `Scope.to_dict`, null for all), and `once`, by which no two are alike.
    """
    name, _, how_many = named.partition(" ")
    found = desk.talks.open(asker().visitor.owner, name, desk.index())
    if found is None:
        conversation.begin()
        talk, turns = "", [Turn("", error=word("no_such_talk", language))]
    else:
        talk, turns = found[0].id, found[1]
        conversation.begin(talk, turns)
    shown = turns if how_many == "all" else turns[-_MOST_SHOWN:]
    said = {
        "talk": talk,
        "turns": json.loads(update_of(chat, shown, language)),
        "earlier": len(turns) - len(shown),
        "within": turns[-1].within.to_dict() if turns and turns[-1].within is not None else None,
        "once": secrets.token_hex(8),
    }
    return json.dumps(said, ensure_ascii=False)
