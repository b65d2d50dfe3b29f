"""The words of the page in both languages; one of them at a time is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import gradio as gr

from chinese.errors import language, language_named
from web.look.library_words import LIBRARY_WORDS
from web.look.view_words import VIEW_WORDS

if TYPE_CHECKING:
    from chinese.errors import Language

__all__ = ["CHROME", "WORDS", "as_language", "word"]

WORDS: dict[str, tuple[str, str]] = {
    "intro": (
        "向一个文件夹的中文文档提问。答案是原文里的字句，附上它所在的句子和出处。",
        "Ask a folder of Chinese documents. Answers are their own words, with sentence and source.",
    ),
    "ask": ("提问", "Ask"),
    "corpus": ("文档", "Documents"),
    "figures": ("数字", "Figures"),
    "question": ("写下问题，按回车发送", "Write a question, press Enter"),
    "clear": ("新对话", "New chat"),
    "leave": ("退出登录", "Log out"),
    "export": ("导出对话", "Export chat"),
    "other": ("English", "中文"),
    "empty": ("写下问题。", "Write a question."),
    "add": ("添加文件", "Add files"),
    "build": ("更新索引", "Update the index"),
    "stop": ("停止", "Stop"),
    "remove": ("移除", "Remove"),
    "find": ("按词查找文章", "Find articles by words"),
    "looking": ("正在查找……", "Looking…"),
    "loading": ("正在载入模型，第一个答案要等几秒……", "Loading the model; the first answer takes a few seconds…"),
    "asked": ("理解为：", "Understood as: "),
    "as_written": ("按原话问", "Ask exactly as written"),
    "disagree": ("文档中说法不一", "The documents disagree"),
    "here": ("这里采用", "Used here"),
    "elsewhere": ("另一说法", "Another figure"),
    "evidence": ("原文依据", "Evidence"),
    "near": ("不是答案，但相近", "Not an answer, but close"),
    "why": ("为什么是这一段", "Why this passage"),
    "matched": ("对上的词", "Words in common"),
    "scanned": ("这段文字从图像中识别而来，请对照原件。", "Recognised in a picture; check it against the original."),
    "glossary": ("词语解释", "Glossary"),
    "open": ("看全文", "Read the article"),
    "copy": ("复制答案和出处", "Copy answer and source"),
    "copied": ("已复制", "Copied"),
    "good": ("答得对", "Right"),
    "bad": ("答得不对", "Wrong"),
    "send": ("提交", "Send"),
    "thanks": ("已记下，谢谢。", "Noted, thank you."),
    "not_noted": ("没能记下。", "Could not be noted."),
    "next": ("接着问", "Ask next"),
    "source": ("出处", "Source"),
    "question_of": ("问题", "Question"),
    "answer_of": ("答案", "Answer"),
    "sentence_of": ("原句", "Sentence"),
    "no_answer": ("没有答案", "No answer"),
    "confidence": ("把握", "Confidence"),
    "nothing_to_export": (
        "还没有问答，没有可导出的内容。",
        "No question has been asked yet; there is nothing to export.",
    ),
    "exported": ("导出于 {}", "Exported on {}"),
    "all_talks": ("全部对话", "all conversations"),
    "close": ("关闭", "Close"),
    "talks": ("对话", "Conversations"),
    "find_talk": ("查找对话", "Find a conversation"),
    "no_talks": ("还没有对话。问过的问题和答案会留在这里。", "None yet. What you ask, and the answers, stay here."),
    "no_talk_found": ("没有含“{}”的对话。", "No conversation has “{}”."),
    "more_talks": ("再显示 {} 个", "Show {} more"),
    "one_question": ("{} 问", "{} question"),
    "questions": ("{} 问", "{} questions"),
    "talk_more": ("“{}”：改名、删除", "“{}”: rename, delete"),
    "talks_of_user": ("只有您登录后能看到这些对话。", "Only you see these, once you are logged in."),
    "talks_of_browser": (
        "只有这个浏览器能看到这些对话；清除浏览器数据后就找不回来了。",
        "Only this browser sees these; they are lost to you if you clear its data.",
    ),
    "no_such_talk": ("没有这个对话。", "There is no such conversation."),
    "no_title": ("标题不能为空。", "The title cannot be empty."),
    "rename": ("改名", "Rename"),
    "delete": ("删除", "Delete"),
    "delete_sure": ("删除这个对话？", "Delete this conversation?"),
    "cancel": ("取消", "Cancel"),
    "save": ("保存", "Save"),
    "title_of_talk": ("标题", "Title"),
    "deleted": ("已删除。", "Deleted."),
    "undo": ("撤销", "Undo"),
    "link": ("复制链接", "Copy link"),
    "link_copied": ("链接已复制，打开它就回到这个回答", "Link copied; it leads back to this answer"),
    "link_none": ("这个回答没有保存，没有链接", "This answer is not kept, so it has no link"),
    "earlier_turns": ("显示更早的 {} 个问答", "Show {} earlier questions"),
    "export_this": ("这个对话", "This conversation"),
    "export_all": ("全部对话", "All conversations"),
    "export_what": ("导出什么", "What to export"),
    "export_form": ("格式", "Format"),
    "export_docx": ("Word（.docx）", "Word (.docx)"),
    "export_md": ("Markdown（.md）", "Markdown (.md)"),
    "export_csv": ("表格（.csv），一行一处出处", "Table (.csv), a line for each source"),
    "download": ("下载", "Download"),
    "again": ("再问一次", "Ask again"),
    "since": ("文档已更新。这是 {} 的回答。", "The documents have changed since this answer of {}."),
    "failed": (
        "出错了，没能回答。详情见运行 wenju 的终端。",
        "Something went wrong; the terminal running wenju says what.",
    ),
    "network": ("连不上 wenju，请看它是否还在运行。", "wenju cannot be reached; check whether it is still running."),
    "welcome": ("还没有可问的文档", "There is nothing to ask yet"),
    "step_add": (
        "在“文档”页添加文件：Word、Excel、PowerPoint、PDF、OFD、网页、邮件、文本或图片。",
        "Under Documents, add files: Word, Excel, PowerPoint, PDF, OFD, web pages, mails, texts or pictures.",
    ),
    "step_build": ("它们会马上建立索引；等进度条走完。", "They are indexed at once: wait for the bar to fill."),
    "step_ask": ("回到“提问”页，写下问题。", "Come back to Ask and write a question."),
    "step_none": (
        "请运行 wenju 的人添加文件并建立索引。",
        "Ask whoever runs wenju to add files and to build the index.",
    ),
    "files": ("文件", "Files"),
    "file": ("文件", "File"),
    "articles": ("文章", "Articles"),
    "chunks": ("段落", "Passages"),
    "date": ("日期", "Date"),
    "size": ("大小", "Size"),
    "status": ("状态", "Status"),
    "indexed": ("已索引", "indexed"),
    "partly": ("已索引，没有读全", "indexed, not read whole"),
    "new": ("新文件，待更新", "new, to be indexed"),
    "changed": ("已改动，待更新", "changed, to be indexed"),
    "removed": ("已移除，待更新", "removed, to be indexed"),
    "skipped": ("读不了", "not readable"),
    "no_files": ("还没有文件。", "No files yet."),
    "stale": (
        "上次建立索引后有 {} 个文件变动，更新后才能问到。",
        "{} files have changed since the last build; update the index to ask about them.",
    ),
    "building": ("正在重建……", "Rebuilding…"),
    "checking": ("核对文件", "Checking files"),
    "reading": ("读取文档", "Reading documents"),
    "recognising": ("识别图片中的文字", "Recognising text in pictures"),
    "encoding": ("编码段落", "Encoding passages"),
    "words": ("建立词索引", "Indexing words"),
    "vectors": ("建立向量索引", "Indexing vectors"),
    "so_far": ("已用 {}", "{} so far"),
    "left": ("约剩 {}", "about {} left"),
    "second": ("{} 秒", "{} s"),
    "minute": ("{} 分 {} 秒", "{} min {} s"),
    "built": (
        "重建完成：文档 {}，文章 {}，段落 {}（新编码 {}，沿用 {}），用时 {}。",
        "Rebuilt: {} documents, {} articles, {} passages ({} encoded, {} reused) in {}.",
    ),
    "left_out": ("跳过的文件", "Files left out"),
    "not_whole": ("没有读全的文件", "Files not read whole"),
    "in_table": ("另有 {} 个，见下表。", "and {} more: see the table below."),
    "stopped": ("已停止。原来的索引照常可用。", "Stopped. The index that was there still answers."),
    "build_failed": ("重建失败，原来的索引照常可用：", "The rebuild failed; the index that was there still answers: "),
    "stored": ("已添加 {}", "Added {}"),
    "refused": ("未添加 {}：{}", "Not added {}: {}"),
    "not_taken_out": ("未移除 {}：{}", "Not removed {}: {}"),
    "nothing_found": ("没有文章含有这些词。", "No article has these words."),
    "no_article": (
        "索引里没有这篇文章了，可能刚重建过。",
        "The index no longer has this article; it may have been rebuilt.",
    ),
    "no_turn": ("这个回答已不在内存里，请再问一次。", "This answer is no longer kept; please ask again."),
    "figures_intro": (
        "同一个指标在各年、各地的数字，排成一张表；点一个数字，看它所在的句子和出处。",
        "One measure across years and places as a table; click a figure for its sentence and source.",
    ),
    "figures_examples": ("文档里的指标", "Measures in the documents"),
    "figures_near": ("相近的指标", "Measures that are near"),
    "figures_find": ("查找", "Find"),
    "figures_all": ("全部", "All"),
    "figures_results": ("只要结果", "Results only"),
    "figures_targets": ("只要目标和计划", "Targets and plans only"),
    "field_words": ("什么数字", "Which figure"),
    "hint_words": ("如 研发投入", "e.g. 研发投入"),
    "field_place": ("哪里、谁的（可不填）", "Where or whose (optional)"),
    "hint_place": ("不限", "any"),
    "field_first": ("从哪年", "From year"),
    "hint_first": ("不限", "any"),
    "field_last": ("到哪年", "To year"),
    "hint_last": ("不限", "any"),
    "field_mode": ("结果还是目标", "Results or targets"),
    "figures_count": ("找到 {} 个数字", "Figures found: {}"),
    "figures_csv": ("下载 CSV（含句子和出处）", "Download CSV (with sentences and sources)"),
    "figures_none": ("文档里没有找到“{}”的数字。", "The documents give no figure for “{}”."),
    "figures_wider": ("不限地区、时间有 {} 个，点这里看", "Show the {} there are for any place and time"),
    "figures_no_words": ("请写下要找的数字，如“研发投入”。", "Write which figure to find, such as 研发投入."),
    "figures_differ": (
        "≠ 文档中说法不一：点这个数字，几种说法的句子都会列出。",
        "≠ The documents disagree: click the figure to see the sentences of all sides.",
    ),
    "figures_times": ("×2 表示有 2 处这样说。", "×2: two places say so."),
    "figures_for": ("“{}”的数字", "Figures for “{}”"),
    "figures_more": ("另有 {} 行没有显示，CSV 文件里有。", "{} more rows are not shown; the CSV file has them."),
    "figures_undrawn": ("另有 {} 行未画", "{} more rows not drawn"),
    "figures_unnamed": ("没有说明指标", "measure not said"),
    "figures_plot": ("{}随时间的变化：{}", "{} over time: {}"),
    "figure_hint": (
        "点表中的数字，它所在的句子会显示在这里。",
        "Click a figure in the table to see its sentence here.",
    ),
    "figure_source": ("数字出处", "Where the figure stands"),
    "figure_back": ("回到表格", "Back to the table"),
    "figure_read": ("读作", "Read as"),
    "figure_measure": ("指标", "Measure"),
    "figure_whose": ("主体", "Whose"),
    "figure_part": ("部分", "Part"),
    "figure_period": ("时期", "Period"),
    "figure_mode": ("性质", "Kind"),
    "read_only": (
        "只读：不能添加、移除文件，也不能重建索引。",
        "Read-only: files cannot be added or removed, nor the index rebuilt.",
    ),
    "no_feedback": ("这个页面不记录评价。", "This page keeps no feedback."),
    **LIBRARY_WORDS,
    **VIEW_WORDS,
}


CHROME = gr.I18n(
    zh={key: zh for key, (zh, _) in WORDS.items()},
    en={key: en for key, (_, en) in WORDS.items()},
)
"""For the components that Gradio puts into the browser's language itself."""


class _Bilingual(Protocol):
    """What says something in both languages: a reason, a file that was refused or left out, a build that failed."""

    @property
    def zh(self) -> str: ...

    @property
    def en(self) -> str: ...


def said_in(language: Language, what: _Bilingual) -> str:
    """One of the two wordings."""
    return what.en if language == "en" else what.zh


def html_language(language: Language) -> str:
    """The language as the lang attribute has it."""
    return "en" if language == "en" else "zh-CN"


def word(key: str, language: Language) -> str:
    """One of WORDS."""
    return WORDS[key][language == "en"]


def as_language(said: str | None) -> Language:
    """What a browser or a form says its language is: Chinese or, for any other, English; the server's where none."""
    return language_named(said) if said else language()
