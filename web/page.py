"""The chat page: a title, the conversation, a line to write in, and questions to begin with."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import gradio as gr

from embeddings.errors import WenjuError
from qa.question import language_of
from web.render import render_answer, render_error, render_status, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.types import Answer

EXAMPLES = (
    "青岛高新区2023年引进了多少个项目?",
    "How many projects did Qingdao High-tech Zone attract in 2023?",
    "阿斯利康气雾剂工厂项目总投资多少?",
    "哪一年建成青岛高新区?",
)
CHROME = gr.I18n(
    zh={
        "intro": "向一个文件夹的中文文档提问:答案是原文中的字句,并给出所在的句子和出处。",
        "placeholder": "写下问题,按回车发送",
        "examples": "试着问问",
        "clear": "新对话",
    },
    en={
        "intro": "Ask a folder of Chinese documents: the answer is the documents' own words, with their sentence and source.",
        "placeholder": "Write a question, press Enter",
        "examples": "Try one",
        "clear": "New chat",
    },
)


class Asks(Protocol):
    """What answers the questions: QA, or anything that has its `ask`."""

    def ask(self, question: str, k: int = 5, history: Sequence[str] = ()) -> Answer:
        """Answer one question, given the earlier ones."""
        ...


@dataclass(slots=True)
class Turn:
    """A question and the HTML that stands under it."""

    question: str
    html: str


@dataclass(slots=True)
class Conversation:
    """What one visitor has asked so far. It is changed in place, so that two questions at once both stay."""

    turns: list[Turn] = field(default_factory=list)

    def messages(self) -> list[dict[str, Any]]:
        """The turns as the chatbot shows them."""
        messages: list[dict[str, Any]] = []
        for turn in self.turns:
            messages.append({"role": "user", "content": visible(turn.question)})
            messages.append({"role": "assistant", "content": gr.HTML(turn.html)})
        return messages


def build_page(qa: Asks, ready: threading.Event | None = None) -> gr.Blocks:
    """The page, not yet served. `ready` is set once the model is loaded; questions wait for it."""

    def reply(question: str, conversation: Conversation) -> Iterator[list[dict[str, Any]]]:
        english = language_of(question) == "en"
        history = [turn.question for turn in conversation.turns]
        turn = Turn(question, render_status(_status(ready, english), english))
        conversation.turns.append(turn)
        yield conversation.messages()
        if ready is not None:
            ready.wait()
        turn.html = answer_html(qa, question, history)
        yield conversation.messages()

    def restart(conversation: Conversation) -> list[dict[str, Any]]:
        conversation.turns.clear()
        return []

    with gr.Blocks(title="问据 wenju", analytics_enabled=False, fill_height=True) as page:
        conversation = gr.State(Conversation())
        gr.HTML("<h1>问据</h1>")
        gr.Markdown(CHROME("intro"))
        chat = gr.Chatbot(show_label=False, render_markdown=False, buttons=[], scale=1, elem_id="wj-chat")
        box = gr.Textbox(placeholder=CHROME("placeholder"), show_label=False, submit_btn=True, max_lines=1, autofocus=True)
        examples = gr.Dataset(components=[box], samples=[[text] for text in EXAMPLES], label=CHROME("examples"), type="values")
        clear = gr.Button(CHROME("clear"))
        box.submit(reply, [box, conversation], [chat], api_name="chat")
        examples.click(lambda s, c: (yield from reply(s[0], c)), [examples, conversation], [chat])
        clear.click(restart, [conversation], [chat])
    return page


def _status(ready: threading.Event | None, english: bool) -> str:
    if ready is None or ready.is_set():
        return "Looking…" if english else "正在查找……"
    return "Loading the model; the first answer takes a few seconds…" if english else "正在载入模型,第一个答案要等几秒……"


def answer_html(qa: Asks, question: str, history: Sequence[str]) -> str:
    """The answer as HTML; what is wrong with the question or the index is said in its place."""
    try:
        return render_answer(qa.ask(question, history=history))
    except WenjuError as error:
        return render_error(str(error), language_of(question) == "en")
