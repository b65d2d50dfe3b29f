"""Answers, build reports and evaluations as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chinese.errors import say
from chinese.language import language_of
from chinese.shown import shown
from embeddings.types import in_one
from qa.cards import pieces_of
from qa.deciding.certainty import confidence_text, remarks
from qa.sources import source_text
from terminal.screen import PLAIN, bold, dim

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from embeddings.types import BuildReport
    from qa.evaluation.cases import Report
    from qa.types import Answer, Passage
    from terminal.screen import Screen

_MOST_LINES, _MOST_LINES_READ = 20, 10
"""Lines of a build's result for files that were not read, or not whole, and for those that were."""
_MOST_NAMES = 3


def format_answer(answer: Answer, screen: Screen = PLAIN) -> str:
    """Write out the answer, how sure it is, its sentence with the answer marked by 【】, its sources, other passages.

    Of a question in several parts each stands above what is said to it. Words are in the language of the question.
    """
    english = language_of(answer.question) == "en"
    lines = format_said(answer)
    if answer.reason is None:
        lines.append("")
    elif answer.passages:
        lines += ["", "Not an answer, but near:" if english else "不是答案，但相近："]
    return screen.shown("\n".join([*lines, *format_passages(answer.passages, english)]).rstrip())


def format_said(answer: Answer) -> list[str]:
    """What is said to a question, of one in several parts to each, without the passages."""
    english = language_of(answer.question) == "en"
    if not answer.parts:
        return _said(answer, english)
    return [
        line
        for part in answer.parts
        for line in (dim(_asked(part.asked, english)), *_said(answer.of_part(part), english))
    ]


def format_passages(passages: Sequence[Passage], english: bool) -> list[str]:
    """Passages by number, each with its sources and its marked sentences, or how it begins."""
    return [line for number, passage in enumerate(passages, start=1) for line in _passage(number, passage, english)]


def _asked(part: str, english: bool) -> str:
    return f"{part.rstrip('?？')}?" if english else f"{part.rstrip('?？')}？"


def _said(answer: Answer, english: bool) -> list[str]:
    """The answer with how sure it is and the other figures for the same thing, or why there is none."""
    if answer.reason is not None:
        return [shown(f"No answer: {answer.reason.en}" if english else f"没有答案：{answer.reason.zh}")]
    said = shown(f" ({answer.gloss})" if answer.gloss else "")
    others = [
        shown(("Also: " if english else "另见：") + f"{alternative.text} [{alternative.passage + 1}]")
        for alternative in answer.alternatives
    ]
    sure = confidence_text(answer.confidence, "en" if english else "zh")
    return [bold(shown(answer.text or "")) + said, dim(sure), *map(shown, remarks(answer, english)), *others]


def _passage(number: int, passage: Passage, english: bool) -> list[str]:
    head = " · ".join(part for part in (passage.title, passage.section, passage.date or "") if part)
    lines = [shown(f"[{number}] {head}")]
    lines += [f"    {dim(source_text(source, english))}" for source in passage.sources]
    text = marked_sentences(passage) if passage.highlights else shown(_shorten(passage.text))
    lines += [f"    {part}" for part in text.split("\n")]
    return [*lines, ""]


def marked_sentences(passage: Passage) -> str:
    """Return the sentences of a passage that hold a highlight, each highlight bold between 【 and 】."""
    return "\n".join(
        "".join(bold(f"【{_lines(run)}】") if marked else _lines(run) for run, marked in pieces_of(text, marks))
        for text, marks in passage.quoted
    )


def _lines(text: str) -> str:
    return "\n".join(map(shown, text.split("\n")))


def _shorten(text: str, limit: int = 120) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def format_report(report: BuildReport, table: Path | None = None) -> str:
    """Write out a build's result: what was read of which file, what was not, and which was left out, with the reason.

    Of many files the first are named, of which most share a reason; `table` is the file that has them all.
    """
    if report.encoded == 0:
        done = say("索引已是最新，没有需要编码的段落。", "The index is up to date; nothing was encoded.")
    else:
        done = say("索引已建立。", "The index is built.")
    lines: list[str] = [
        done,
        say(
            f"文档 {report.documents} · 文章 {report.articles} · 段落 {report.chunks}"
            f"（新编码 {report.encoded}，沿用 {report.reused}）· {report.seconds:.1f} 秒",
            f"{_counted(report.documents, 'document')} · {_counted(report.articles, 'article')} · "
            f"{_counted(report.chunks, 'chunk')} ({report.encoded} encoded, {report.reused} reused) · "
            f"{report.seconds:.1f} s",
        ),
    ]
    skipped = [(item.file, item.reason) for item in report.skipped]
    whole, partly = [], []
    for item in report.files:
        read, left = in_one(item.notes, left_out=False).text, in_one(item.notes, left_out=True).text
        if left:
            partly.append((item.file, say("；", "; ").join(text for text in (read, left) if text)))
        elif read:
            whole.append((item.file, read))
    count = len(skipped)
    lines += _listed(say(f"跳过 {count} 个文件：", f"{_counted(count, 'file')} skipped:"), skipped, _MOST_LINES, table)
    count = len(partly)
    title = say(f"{count} 个文件没有读全：", f"{_counted(count, 'file')} not read whole:")
    lines += _listed(title, partly, _MOST_LINES, table)
    count = len(whole)
    title = say(f"{count} 个文件读到的内容：", f"What was read of {_counted(count, 'file')}:")
    lines += _listed(title, whole, _MOST_LINES_READ, table)
    if table is not None:
        lines.append(say(f"每个文件的情况见 {shown(str(table))}。", f"{shown(str(table))} has a row for every file."))
    return "\n".join(lines)


def _listed(title: str, entries: Sequence[tuple[str, str]], most: int, table: Path | None) -> list[str]:
    """Files and what is said of each, a line each; of more than `most`, those of which the same is said share one."""
    colon = say("：", ": ")
    if not entries:
        return []
    if len(entries) <= most:
        return [title, *(f"  {shown(file)}{colon}{shown(said)}" for file, said in entries)]
    groups: dict[str, list[str]] = {}
    for file, said in entries:
        groups.setdefault(said, []).append(shown(file))
    largest = sorted(groups.items(), key=lambda group: -len(group[1]))[:most]
    lines = [f"  {_some(files)}{colon}{shown(said)}" for said, files in largest]
    if rest := len(entries) - sum(len(files) for _, files in largest):
        way = "" if table is not None else say("，用 --report 文件名 可全部列出", "; --report FILE lists them all")
        lines.append(say(f"  另有 {rest} 个{way}", f"  and {rest} more{way}"))
    return [title, *lines]


def _some(files: Sequence[str]) -> str:
    if len(files) <= _MOST_NAMES:
        return say("、", ", ").join(files)
    first = say("、", ", ").join(files[:_MOST_NAMES])
    return say(f"{first} 等 {len(files)} 个", f"{first} and {len(files) - _MOST_NAMES} more")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def format_evaluation(report: Report) -> str:
    """Write out the counts of an evaluation, then a line for each miss."""
    rows = [
        ("answerable", f"{report.answerable}"),
        ("hit@1", f"{report.hit_at_1}"),
        ("hit@3", f"{report.hit_at_3}"),
        ("exact", f"{report.exact}"),
        ("wrong", f"{report.wrong}"),
        ("wrongly_refused", f"{report.wrongly_refused}"),
        ("absent", f"{report.absent}"),
        ("refused", f"{report.refused}"),
        ("median_ms", f"{report.median_ms:.1f}"),
    ]
    lines = [f"{name:<16}{value:>8}" for name, value in rows]
    for miss in report.misses:
        lines.append(shown(f"{miss.id}  {miss.kind}  {miss.question}  -> {miss.got}  ({miss.wanted})"))
    return "\n".join(lines)
