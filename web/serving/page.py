"""The page: the conversation with its evidence beside it, and the documents that it is about."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.question.question import LONGEST_QUESTION
from web.api.endpoints import add_endpoints
from web.chat.evidence import empty_evidence
from web.chat.turns import Conversation, Turn, update_of
from web.chat.within import scope_of
from web.look.words import CHROME, as_language, html_language, word
from web.queue.results import ServedBlocks
from web.serving.conversations import add_list, add_opening, add_opening_button, begun, list_of
from web.serving.corpus import add_corpus
from web.serving.figures import add_figures
from web.serving.within import WITHIN, add_within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chinese.errors import Language
    from web.desk import Desk

__all__ = ["CHROME", "build_page"]

_SHOWN_EXAMPLES = 4
_START = "() => [...window.wenju.start(), null]"
_MERGE, _FORGET = "(news) => [window.wenju.merge(news)]", "(...given) => (window.wenju.forget(), given)"
_WRITTEN = "(_, ...given) => [window.wenju.written, ...given.slice(0, -1), window.wenju.within]"
_SWITCH, _EXPORT = "() => window.wenju.switchLanguage()", "() => window.wenju.exportChat()"

_LEAVE = "() => fetch('logout', {method: 'POST'}).finally(() => location.reload())"


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

    def send(
        question: str | None, said: str, conversation: Conversation, within: str | None
    ) -> Iterator[tuple[str, Any]]:
        box_value: Any = ""
        for update in reply(question, said, conversation, within):
            yield update, box_value
            box_value = gr.skip()

    def catch_up(said: str, conversation: Conversation) -> Any:  # noqa: ANN401 - news, or that there are none
        missed = conversation.missed()
        return update_of(chat, missed, as_language(said)) if missed else gr.skip()

    def start(said: str, turns: str, conversation: Conversation) -> list[Any]:
        language = as_language(said)
        news = begun(desk, chat, turns, conversation, language)
        return [
            language,
            news,
            evidence_panel(desk, language),
            *list_of(desk, language, conversation.talk),
            *_examples(desk, language),
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
        news = gr.Textbox("", visible="hidden", show_label=False)
        with gr.Row(elem_id="wj-head"):
            with gr.Column(min_width=0):
                gr.HTML("<h1>问据</h1>")
                gr.Markdown(CHROME("intro"))
            add_opening_button(desk)
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
                    chat = gr.Chatbot(
                        placeholder=str(CHROME("empty")),
                        show_label=False,
                        buttons=[],
                        latex_delimiters=[],
                        autoscroll=False,
                        scale=1,
                        elem_id="wj-chat",
                    )
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
                    with gr.Row(elem_id="wj-examples"):
                        examples = [gr.Button(text, size="sm", visible=False) for text in ("", "", "", "")]
                with gr.Column(elem_id="wj-right"):
                    evidence = gr.HTML('<div class="wj"></div>', elem_id="wj-evidence")
            add_figures(desk, language)
            if desk.settings.corpus is not None:
                add_corpus()
        hidden: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        # "multiple": a question that is sent while the one before is still at work is not dropped. None wait in
        # Gradio's queue: they wait in our line, where visitors take turns.
        asking: dict[str, Any] = {**hidden, "trigger_mode": "multiple", "concurrency_limit": None}
        asked = [box.submit(send, [box, language, conversation, within], [news, box], js=WITHIN, **asking)]
        for example in examples:
            asked.append(example.click(reply, [example, language, conversation, within], [news], js=WITHIN, **asking))
        asked.append(
            as_written.click(
                partial(reply, as_written=True),
                [written, language, conversation, within],
                [news],
                js=_WRITTEN,
                **asking,
            )
        )
        for one in asked:
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
        shown = [language, news, evidence, *talks, *examples]
        renewing.click(partial(_first_view, desk), [language], [evidence, *examples], **hidden)
        page.load(start, [language, earlier, conversation], shown, js=_START, **hidden)
        add_endpoints(desk.qa, desk.line)
    return page


def _first_view(desk: Desk, said: str) -> list[Any]:
    """What stands before the first question, anew: the index is another one."""
    language = as_language(said)
    return [evidence_panel(desk, language), *_examples(desk, language)]


def _examples(desk: Desk, language: Language) -> list[Any]:
    """The buttons with questions to begin with, where there is something to ask."""
    texts = desk.examples_in(language)[:_SHOWN_EXAMPLES] if has_index(desk) else ()
    shown: list[Any] = [gr.update(value=text, visible=True) for text in texts]
    return shown + [gr.update(visible=False)] * (_SHOWN_EXAMPLES - len(shown))


def evidence_panel(desk: Desk, language: Language) -> str:
    """What stands beside the chat before the first question; where there is no index, how to get one."""
    empty = empty_evidence(language) if has_index(desk) else walk_through(desk, language)
    return (
        f'<div class="wj" lang="{html_language(language)}" role="region" aria-label="{word("evidence", language)}"'
        f' tabindex="0">{empty}</div><template id="wj-none">{empty}</template>'
    )


def has_index(desk: Desk) -> bool:
    """Whether there is something to ask; what is no QA always has."""
    return desk.settings.index is None or desk.index() is not None


def walk_through(desk: Desk, language: Language) -> str:
    """The first steps, for someone who has no documents in it yet."""
    title = word("welcome", language)
    steps = "".join(f"<li>{word(key, language)}</li>" for key in ("step_add", "step_build", "step_ask"))
    if not desk.may_change:
        return f"<h2>{title}</h2><p>{word('step_none', language)}</p>"
    return f'<h2>{title}</h2><ol class="wj-steps">{steps}</ol>'
