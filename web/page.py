"""The chat page: a title, the conversation, a line to write in, and questions to begin with."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import gradio as gr

from embeddings.errors import WenjuError, say
from qa.question import LONGEST_QUESTION, language_of
from web.look import SCROLL_TO_QUESTION
from web.render import render_answer, render_error, render_question, render_status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.types import Answer

Messages = list[dict[str, Any]]

EXAMPLES = (
    "青岛高新区2023年引进了多少个项目?",
    "How many projects did Qingdao High-tech Zone attract in 2023?",
    "阿斯利康气雾剂工厂项目总投资多少?",
    "How tall is the tallest building in Licang District?",
)
CHROME = gr.I18n(
    zh={
        "intro": "向一个文件夹的中文文档提问。答案是原文里的字句，附上它所在的句子和出处。",
        "question": "写下问题，按回车发送",
        "clear": "新对话",
        "empty": "写下问题，或点一个例子。",
    },
    en={
        "intro": "Ask a folder of Chinese documents. Answers are their own words, with sentence and source.",
        "question": "Write a question, press Enter",
        "clear": "New chat",
        "empty": "Write a question, or click an example.",
    },
)
_SHOWN_OF_TOO_LONG = 200
_log = logging.getLogger(__name__)


class Asks(Protocol):
    """What answers the questions: QA, or anything that has its `ask`."""

    def ask(self, question: str, k: int = 5, history: Sequence[str] = ()) -> Answer:
        """Answer one question, given the earlier ones, the oldest first."""
        ...


@dataclass(slots=True)
class Turn:
    """A question, the HTML that stands under it, and whether later questions may refer to it."""

    question: str
    html: str
    asked: bool = False


@dataclass(slots=True)
class Conversation:
    """What one visitor has asked so far. It is changed in place, so that two questions at once both stay."""

    turns: list[Turn] = field(default_factory=list)

    def history(self) -> tuple[str, ...]:
        """The earlier questions, the oldest first, without those that could not be asked."""
        return tuple(turn.question for turn in self.turns if turn.asked)

    def messages(self) -> Messages:
        """The turns as the chatbot shows them: components, because it reads text as HTML and LaTeX."""
        messages = []
        for turn in self.turns:
            if turn.question.strip():
                messages.append({"role": "user", "content": gr.HTML(render_question(_shortened(turn.question)))})
            messages.append({"role": "assistant", "content": gr.HTML(turn.html)})
        return messages


def build_page(qa: Asks, ready: threading.Event | None = None) -> gr.Blocks:
    """The page, not yet served. `ready` is set once the model is loaded; questions wait for it."""

    def reply(question: str | None, conversation: Conversation) -> Iterator[Messages]:
        for _ in converse(qa, conversation, "" if question is None else question, ready):
            yield conversation.messages()

    def send(question: str | None, conversation: Conversation) -> Iterator[tuple[Messages, Any]]:
        box_value: Any = ""
        for messages in reply(question, conversation):
            yield messages, box_value
            box_value = gr.skip()

    def restart(conversation: Conversation) -> Messages:
        conversation.turns.clear()
        return []

    page = gr.Blocks(title="问据 wenju", analytics_enabled=False, fill_height=True)
    with page:
        conversation = gr.State(Conversation())
        with gr.Row(elem_id="wj-head"):
            with gr.Column(min_width=0):
                gr.HTML("<h1>问据</h1>")
                gr.Markdown(CHROME("intro"))
            clear = gr.Button(CHROME("clear"), size="sm", scale=0, elem_id="wj-clear")
        chat = gr.Chatbot(
            placeholder=str(CHROME("empty")),
            show_label=False,
            buttons=[],
            latex_delimiters=[],
            autoscroll=False,
            scale=1,
            elem_id="wj-chat",
        )
        box = gr.Textbox(
            label=CHROME("question"),
            placeholder=CHROME("question"),
            show_label=False,
            submit_btn=True,
            max_lines=1,
            autofocus=True,
        )
        with gr.Row(elem_id="wj-examples"):
            examples = [gr.Button(question, size="sm") for question in EXAMPLES]
        box.submit(send, [box, conversation], [chat, box], api_name="chat", show_progress="hidden")
        for example in examples:
            example.click(reply, [example, conversation], [chat], api_visibility="private", show_progress="hidden")
        clear.click(restart, [conversation], [chat], api_visibility="private", show_progress="hidden")
        chat.change(None, js=SCROLL_TO_QUESTION, api_visibility="private")
    return page


def converse(qa: Asks, conversation: Conversation, question: str, ready: threading.Event | None) -> Iterator[None]:
    """Add a question to a conversation, then its answer; yields after each."""
    english = language_of(question) == "en"
    history = conversation.history()
    turn = Turn(question, render_status(_status(ready, english), english))
    conversation.turns.append(turn)
    yield
    if ready is not None:
        ready.wait()
    try:
        turn.html = render_answer(qa.ask(question, history=history))
        turn.asked = True
    except WenjuError as error:
        turn.html = render_error(str(error), english)
    except Exception:
        _log.exception("A question could not be answered")
        text = say(
            "出错了，没能回答。详情见运行 wenju 的终端。", "Something went wrong; the terminal running wenju says what."
        )
        turn.html = render_error(text, english)
    yield


def _status(ready: threading.Event | None, english: bool) -> str:
    if ready is None or ready.is_set():
        return "Looking…" if english else "正在查找……"
    return (
        "Loading the model; the first answer takes a few seconds…" if english else "正在载入模型，第一个答案要等几秒……"
    )


def _shortened(question: str) -> str:
    return question if len(question) <= LONGEST_QUESTION else question[:_SHOWN_OF_TOO_LONG] + "…"
