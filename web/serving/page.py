"""The page: the conversation with its evidence beside it, and the documents that it is about."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.question.question import LONGEST_QUESTION
from web.api.endpoints import add_endpoints
from web.chat.turns import Conversation, Turn, update_of
from web.chat.within import scope_of
from web.look.icon import LOGO
from web.look.words import CHROME, as_language
from web.queue.results import ServedBlocks
from web.serving.conversations import add_list, add_opening, add_opening_button, begun, list_of
from web.serving.corpus import add_corpus
from web.serving.figures import add_figures
from web.serving.first_view import evidence_panel, first_view
from web.serving.within import add_within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from web.desk import Desk

__all__ = ["CHROME", "build_page"]

_START = "() => [...window.wenju.start(), null]"
_MERGE, _FORGET = "(news) => [window.wenju.merge(news)]", "(...given) => (window.wenju.forget(), given)"
# What is sent is shown at once, before the server has heard of it; within which documents it is asked is what is seen
# beside the box in that moment.
_SENT = "(question, ...given) => (window.wenju.sent(question), [question, ...given.slice(0, -1), window.wenju.within])"
_WRITTEN = (
    "(_, ...given) => (window.wenju.sent(window.wenju.written), "
    "[window.wenju.written, ...given.slice(0, -1), window.wenju.writtenWithin ?? window.wenju.within])"
)
_SHOW, _FAILED = "() => [window.wenju.shown()]", "() => window.wenju.failed()"
_SWITCH, _EXPORT = "() => window.wenju.switchLanguage()", "() => window.wenju.exportChat()"

_LEAVE = "() => fetch('logout', {method: 'POST'}).finally(() => location.reload())"

_TOOLS = (
    '<div class="wj wj-tools"><button type="button" class="wj-theme" aria-label="外观 / Appearance">◐</button>'
    '<button type="button" class="wj-help" aria-label="帮助 / Help">?</button></div>'
)


def _kept(question: object) -> str:
    """What a conversation keeps of what was sent: as much as shows that it is too long, and only text."""
    text = question[: LONGEST_QUESTION + 1] if isinstance(question, str) else ""
    return text.encode("utf-8", "replace").decode("utf-8")


def build_page(desk: Desk) -> ServedBlocks:
    """The page of a desk, not yet served."""

    def reply(
        question: str | None, said: str, conversation: Conversation, within: str | None, as_written: bool = False
    ) -> Iterator[str]:
        language = as_language(said)
        turn = Turn(_kept(question), as_written=as_written)
        for _ in desk.converse(conversation, turn, language, partial(scope_of, within)):
            yield update_of(chat, conversation.news(turn), language)

    def catch_up(said: str, conversation: Conversation) -> Any:  # noqa: ANN401 - news, or that there are none
        missed = conversation.missed()
        return update_of(chat, missed, as_language(said)) if missed else gr.skip()

    def start(said: str, turns: str, conversation: Conversation) -> list[Any]:
        language = as_language(said)
        news = begun(desk, chat, turns, conversation, language)
        return [
            language,
            news,
            evidence_panel(language),
            first_view(desk, language),
            *list_of(desk, language, conversation.talk),
        ]

    def restart(conversation: Conversation) -> list[Any]:
        conversation.begin()
        return []

    page = ServedBlocks("问据 wenju", desk.line)
    with page:
        conversation = gr.State(Conversation())
        language = gr.Textbox("zh", visible="hidden", elem_id="wj-language", show_label=False)
        earlier = gr.Textbox("", visible="hidden", show_label=False)
        written = gr.Textbox("", visible="hidden", show_label=False)
        as_written = gr.Button(visible="hidden", elem_id="wj-written")
        renewing = gr.Button(visible="hidden", elem_id="wj-renew")
        show = gr.Button(visible="hidden", elem_id="wj-show")
        news = gr.Textbox("", visible="hidden", show_label=False)
        with gr.Row(elem_id="wj-head"):
            with gr.Column(min_width=0):
                gr.HTML(f"<h1>{LOGO}问据</h1>")
            add_opening_button(desk)
            gr.HTML(_TOOLS, elem_id="wj-tools")
            switch = gr.Button(CHROME("other"), size="sm", scale=0, elem_id="wj-switch")
            export = gr.Button(CHROME("export"), size="sm", scale=0, elem_id="wj-export")
            clear = gr.Button(CHROME("clear"), size="sm", scale=0, elem_id="wj-clear")
            if desk.settings.users is not None:
                leave = gr.Button(CHROME("leave"), size="sm", scale=0, elem_id="wj-leave")
                leave.click(None, js=_LEAVE, api_visibility="private")
        with gr.Tabs(elem_id="wj-tabs"):
            with gr.Tab(CHROME("ask"), id="ask"), gr.Row(elem_id="wj-ask"):
                talks = add_list(desk)
                with gr.Column(elem_id="wj-left"):
                    welcome = gr.HTML("", elem_id="wj-welcome")
                    chat = gr.Chatbot(
                        placeholder=str(CHROME("empty")),
                        show_label=False,
                        buttons=[],
                        latex_delimiters=[],
                        autoscroll=False,
                        scale=1,
                        elem_id="wj-chat",
                    )
                    with gr.Column(elem_id="wj-asking"):
                        within = add_within()
                        box = gr.Textbox(
                            label=CHROME("question"),
                            placeholder=CHROME("question"),
                            show_label=False,
                            submit_btn=True,
                            max_lines=1,
                            autofocus=True,
                            elem_id="wj-box",
                        )
                with gr.Column(elem_id="wj-right"):
                    evidence = gr.HTML('<div class="wj"></div>', elem_id="wj-evidence")
            add_figures(desk, language)
            if desk.settings.corpus is not None:
                add_corpus()
        hidden: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        # "multiple": a question that is sent while the one before is still at work is not dropped. None wait in
        # Gradio's queue: they wait in our line, where visitors take turns.
        asking: dict[str, Any] = {**hidden, "trigger_mode": "multiple", "concurrency_limit": None}
        alone = partial(reply, as_written=True)
        asked = [
            box.submit(reply, [box, language, conversation, within], [news], js=_SENT, **asking),
            as_written.click(alone, [written, language, conversation, within], [news], js=_WRITTEN, **asking),
        ]
        show.click(None, None, [chat], js=_SHOW, trigger_mode="multiple", **hidden)
        for one in asked:
            one.failure(None, js=_FAILED, **hidden)
            # One after the other, so that what is sent last is what was seen last.
            one.then(
                catch_up, [language, conversation], [news], concurrency_limit=1, concurrency_id="catch_up", **hidden
            )
        # The server would send a chatbot its whole value each time; so the browser puts the news into what it has.
        news.change(None, [news], [chat], js=_MERGE, trigger_mode="multiple", **hidden)
        clear.click(restart, [conversation], [chat], js=_FORGET, **hidden)
        switch.click(None, js=_SWITCH, api_visibility="private")
        export.click(None, js=_EXPORT, api_visibility="private")
        add_opening(desk, chat, language, conversation, news)
        renewing.click(lambda said: first_view(desk, as_language(said)), [language], [welcome], **hidden)
        shown = [language, news, evidence, welcome, *talks]
        page.load(start, [language, earlier, conversation], shown, js=_START, **hidden)
        add_endpoints(desk.qa, desk.line)
    return page
