"""The first view: what the documents are, questions to begin with, and the text of the help dialog. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from web.chat.evidence import date_text
from web.look.marks import escape
from web.look.words import html_language, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.errors import Language

__all__ = ["CorpusFacts", "render_help", "render_steps", "render_welcome"]

_MONTH = len("2023-05")
_ASKED = {
    "zh": (
        ("可以问", "多少、多高、多长、多少钱；谁、什么职务；什么时候；在哪里；哪些、哪几家；哪一年最多、增加了多少。"),
        ("不会做", "写总结、提建议、翻译、聊天。文档里没有写的，会说没有，并说明缺什么。"),
        ("答案从哪来", "都是文档里的原话，带着它的句子、文件和位置；点出处看原文。不用大语言模型，不会编。"),
        ("有多大把握", "百分数是这个答案正确的概率。低于 60% 时先给原句，答案前写“可能是”，请对照原文。"),
        ("数据在哪", "问题和文档都不离开运行 wenju 的这台机器。"),
    ),
    "en": (
        ("You can ask", "how many, how high, how much; who, in what office; when; where; which ones; which year most."),
        ("It does not", "summarise, advise, translate or chat. Where no document states it, you are told so, and why."),
        ("Answers", "They are the documents' own words, with sentence, file and place. Nothing is made up."),
        ("How sure it is", "The percentage is how likely the answer is right. Below 60% its sentence comes first."),
        ("Your data", "Questions and documents never leave the machine that runs wenju."),
        ("In English", "Ask in English or Chinese. Answers stay Chinese, with a glossary, and names in pinyin."),
    ),
}  # fmt: skip
_TITLES = {"zh": ("关于问据", "键盘", "关闭", "版本"), "en": ("About wenju", "Keyboard", "Close", "Version")}
_KEYS = {
    "zh": (
        ("/", "写问题"), ("Enter", "发送"), ("↑", "在空框里：上一个问题"), ("j k", "下一段、上一段原文"),
        ("Esc", "关闭打开的，或回到问题框"), ("?", "这个说明"),
    ),
    "en": (
        ("/", "write a question"), ("Enter", "send"), ("↑", "in the empty box: the last question"),
        ("j k", "next and previous passage"), ("Esc", "close what is open, or back to the box"), ("?", "this help"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CorpusFacts:
    """How many files and articles there are, and the dates (ISO) of the earliest and the latest; "" where unknown."""

    files: int
    articles: int
    first: str = ""
    last: str = ""


def render_welcome(facts: CorpusFacts | None, examples: Sequence[str], language: Language, is_making: bool) -> str:
    """What stands there before the first question; `is_making` says that examples will be there later."""
    said = f'<p class="wj-facts">{escape(_facts(facts, language))}</p>' if facts is not None else ""
    cards = "".join(
        f'<button type="button" class="wj-example" data-ask="{escape(text)}">{escape(text)}</button>'
        for text in examples
    )
    title = f'<h3 class="wj-soft">{escape(word("try_one", language))}</h3>' if cards else ""
    inner = (
        f"<h2>{escape(word('welcome_title', language))}</h2>"
        f'<p class="wj-soft">{escape(word("intro", language))}</p>{said}'
        f'{title}<div class="wj-examples">{cards}</div>'
    )
    return _view(inner, language, is_making)


def render_steps(keys: Sequence[str], language: Language) -> str:
    """The first steps, for someone who has no documents in it yet; a single one as a sentence."""
    title = f"<h2>{escape(word('welcome', language))}</h2>"
    if len(keys) == 1:
        return _view(f"{title}<p>{escape(word(keys[0], language))}</p>", language)
    steps = "".join(f"<li>{escape(word(key, language))}</li>" for key in keys)
    return _view(f'{title}<ol class="wj-steps">{steps}</ol>', language)


def render_help(language: Language) -> str:
    """The text of the help dialog in a template, which the page's script shows."""
    title, keyboard, close, number = _TITLES[language]
    asked = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in _ASKED[language])
    keys = "".join(
        f"<dt>{' '.join(f'<kbd>{escape(key)}</kbd>' for key in pressed.split())}</dt><dd>{escape(text)}</dd>"
        for pressed, text in _KEYS[language]
    )
    return (
        f'<template id="wj-help-text"><div lang="{html_language(language)}"><h2>{escape(title)}</h2>'
        f'<dl>{asked}</dl><h3>{escape(keyboard)}</h3><dl class="wj-keys">{keys}</dl>'
        f'<p class="wj-soft">{escape(number)} {escape(_version())}</p>'
        f'<button type="button" class="wj-close">{escape(close)}</button></div></template>'
    )


def _view(inner: str, language: Language, is_making: bool = False) -> str:
    making = ' data-making="1"' if is_making else ""
    return f'<section class="wj wj-welcome" lang="{html_language(language)}"{making}>{inner}</section>'


def _facts(facts: CorpusFacts, language: Language) -> str:
    said = word("corpus_facts", language).format(facts.files, facts.articles)
    first, last = (date_text(date[:_MONTH], language) for date in (facts.first, facts.last))
    if not first:
        return said
    times = word("corpus_time", language).format(first)
    return said + (times if first == last else word("corpus_times", language).format(first, last))


def _version() -> str:
    try:
        return version("wenju")
    except PackageNotFoundError:
        return "0"
